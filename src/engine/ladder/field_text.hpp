// The characters of a short message as a field: decoded, without the user data header.
#pragma once

#include <span>

#include "engine/ladder/field.hpp"
#include "engine/wire/tpdu.hpp"

namespace rung {

/// In UTF-8; 8-bit data as it stands. `scratch` as field_of() has it.
FieldValue tp_text(const tp::Tpdu& tpdu, std::span<char> scratch);
/// The first character of such a text.
FieldValue first_character(FieldValue text);

}  // namespace rung
