// A message of the network side: SCCP unitdata around one TCAP message, the MAP parameters of its
// components and the TPDU they carry. Read once, its fields then found by path; written from one of
// the same form. Spans point into the octets that were read, or into what the writer was given.
#pragma once

#include <optional>
#include <span>
#include <variant>

#include "engine/base/fixed_vector.hpp"
#include "engine/ladder/field.hpp"
#include "engine/wire/map.hpp"
#include "engine/wire/map_parameter.hpp"
#include "engine/wire/sccp.hpp"
#include "engine/wire/tcap.hpp"
#include "engine/wire/tcap_writer.hpp"

namespace rung {

/// The parameter of one component; monostate: it has none, or one that no table knows.
using MapParameter = std::variant<std::monostate
#define RUNG_MAP_PARAMETER(type) , map::type
#include "engine/wire/map_parameter.def"
#undef RUNG_MAP_PARAMETER
                                  >;

/// A fresh parameter of what `component` says: the argument of an invoke, the result of one, or the
/// parameter of an error. `asked` is the operation of a result that does not say its own.
MapParameter parameter_of(tcap::ComponentType component, std::int32_t code);

struct NetworkMessage {
  /// Components whose parameters are read: informServiceCentre rides with another one.
  static constexpr std::size_t kParametersMax = 2;

  sccp::Message sccp;
  tcap::Message tcap;
  std::array<MapParameter, kParametersMax> parameters;
  std::optional<map::Operation> operation{};  // of the first component, or what it answers
  std::optional<map::ApplicationContext> context{};
  tp::Tpdu tp;
  Octets tpdu;
  sccp::Error sccp_error = sccp::Error::none;
  tcap::Error tcap_error{};
  ber::Error map_error{};
  tp::Error tp_error = tp::Error::none;
  bool has_tp = false;

  [[nodiscard]] const tcap::Component* component() const {
    return tcap.components.empty() ? nullptr : &tcap.components[0];
  }
};

/// What the dialogue at hand is known to be; of a Begin nothing.
struct KnownDialogue {
  std::optional<map::Operation> asked{};
  std::optional<map::ApplicationContext> context{};
};
/// SCCP and TCAP alone: enough to know whose the message is. The rest of `out` is as new.
bool read_transaction(Octets unitdata, NetworkMessage& out);
/// The MAP parameters of a message that read_transaction() has read, and the TPDU in the first.
bool read_components(tp::Direction direction, const KnownDialogue& known, NetworkMessage& out);
/// Both. Operation codes of versions 1 and 2 do not say which way a short message goes; the sender
/// does. True when all layers decode; the errors say which one does not.
bool read_network_message(Octets unitdata, tp::Direction direction, const KnownDialogue& known,
                          NetworkMessage& out);

/// The value at a path of sccp, tcap or map.
FieldValue network_field(Path path, const NetworkMessage& message, std::span<char> scratch);

/// Sets the element behind a path of map_path.def: a number or flag, or octets as they go on the
/// wire (address strings with their TON/NPI octet). For a path `.kind` the number is the tag of the
/// alternative, as value.def has it. False when this parameter has no such element, or the element
/// no such number.
bool set_element(Path path, std::uint64_t number, Octets octets, MapParameter& parameter);
/// The TPDU that a parameter carries; false where it has no place for one.
bool set_tpdu(Octets tpdu, MapParameter& parameter);
/// Writes the parameter of the component that is written next; none: nothing.
void write_parameter(const MapParameter& parameter, tcap::Writer& writer);
/// True when the parameter has such an element.
bool has_element(Path path, const MapParameter& parameter);

}  // namespace rung
