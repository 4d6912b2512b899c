// Parameters of MAP operations and errors, and MAP dialogue PDUs: from octets to a struct of one of
// the map_*.hpp headers and back. map_parameter.def lists the structs.
#pragma once

#include "engine/wire/map_alert.hpp"
#include "engine/wire/map_dialogue.hpp"
#include "engine/wire/map_forward.hpp"
#include "engine/wire/map_location.hpp"
#include "engine/wire/map_modification.hpp"
#include "engine/wire/map_routing.hpp"
#include "engine/wire/map_user_error.hpp"

namespace rung::map {

/// Reads the parameter of a component, its tag included, into a fresh `out`, whose spans point into
/// `parameter`. No octets at all are a parameter left out: an error only where one of its elements
/// is mandatory. Sizes of numbers and texts are for the caller to judge. On error `out` holds what
/// was read before it.
template <class Parameter>
[[nodiscard]] ber::Error decode(Octets parameter, Parameter& out);

/// Writes it, tag included, in front of what `writer` has: what decode() read from octets with
/// definite lengths of the fewest octets comes out the same.
template <class Parameter>
void write(ber::Writer& writer, const Parameter& parameter);

#define RUNG_MAP_PARAMETER(type)                              \
  extern template ber::Error decode(Octets parameter, type&); \
  extern template void write(ber::Writer& writer, const type&);
#include "engine/wire/map_parameter.def"
#undef RUNG_MAP_PARAMETER

}  // namespace rung::map
