// Parameters that hold parameters: routing keys and what became of them (RFC 4666 3.6).
#include "engine/wire/m3ua.hpp"

namespace rung::m3ua {
namespace {

constexpr std::uint32_t bit(Parameter p) { return 1U << static_cast<unsigned>(p); }

std::uint32_t word(Octets value) { return Reader{value}.u32(); }

bool is_word(Parameter p) { return p != Parameter::service_indicators && p != Parameter::origins; }

/// Takes one parameter inside a Routing Key; false for one that does not belong there.
bool take(Parameter p, Octets value, RoutingKey& out) {
  switch (p) {
    case Parameter::local_rk_identifier: out.local_rk_identifier = word(value); return true;
    case Parameter::routing_context: out.routing_context = word(value); return true;
    case Parameter::traffic_mode: out.traffic_mode = word(value); return true;
    case Parameter::network_appearance: out.network_appearance = word(value); return true;
    case Parameter::destination_point_code: out.destination = word(value) & 0xffffffU; return true;
    case Parameter::service_indicators: out.service_indicators = value; return true;
    case Parameter::origins: out.origins = value; return true;
    default: return false;
  }
}

bool take(Parameter p, Octets value, RegistrationResult& out) {
  switch (p) {
    case Parameter::local_rk_identifier: out.local_rk_identifier = word(value); return true;
    case Parameter::registration_status: out.status = word(value); return true;
    case Parameter::routing_context: out.routing_context = word(value); return true;
    default: return false;
  }
}

bool take(Parameter p, Octets value, DeregistrationResult& out) {
  switch (p) {
    case Parameter::routing_context: out.routing_context = word(value); return true;
    case Parameter::deregistration_status: out.status = word(value); return true;
    default: return false;
  }
}

template <class Group>
Error read_group(Octets value, std::uint32_t mandatory, Group& out) {
  out = Group{};
  std::uint32_t present = 0;
  Parameters parameters{value};
  while (parameters.next()) {
    const auto known = parameters.parameter();
    if (!known) continue;
    if (is_word(*known) && parameters.value().size() != 4) return Error::parameter_length;
    if (*known == Parameter::origins && parameters.value().size() % 4 != 0) {
      return Error::parameter_length;
    }
    if ((present & bit(*known)) != 0 || !take(*known, parameters.value(), out)) {
      return Error::unexpected_parameter;
    }
    present |= bit(*known);
  }
  if (!parameters.ok()) return Error::parameter_length;
  return (mandatory & ~present) == 0 ? Error::none : Error::missing_parameter;
}

}  // namespace

Error read(Octets value, RoutingKey& out) {
  return read_group(
      value, bit(Parameter::local_rk_identifier) | bit(Parameter::destination_point_code), out);
}

Error read(Octets value, RegistrationResult& out) {
  return read_group(value,
                    bit(Parameter::local_rk_identifier) | bit(Parameter::registration_status) |
                        bit(Parameter::routing_context),
                    out);
}

Error read(Octets value, DeregistrationResult& out) {
  return read_group(value, bit(Parameter::routing_context) | bit(Parameter::deregistration_status),
                    out);
}

void write(MessageWriter& writer, const RoutingKey& key) {
  writer.open(Parameter::routing_key);
  writer.word(Parameter::local_rk_identifier, key.local_rk_identifier);
  if (key.routing_context) writer.word(Parameter::routing_context, *key.routing_context);
  if (key.traffic_mode) writer.word(Parameter::traffic_mode, *key.traffic_mode);
  writer.word(Parameter::destination_point_code, key.destination);
  if (key.network_appearance) writer.word(Parameter::network_appearance, *key.network_appearance);
  if (!key.service_indicators.empty()) {
    writer.octets(Parameter::service_indicators, key.service_indicators);
  }
  if (!key.origins.empty()) writer.octets(Parameter::origins, key.origins);
  writer.close();
}

void write(MessageWriter& writer, const RegistrationResult& result) {
  writer.open(Parameter::registration_result)
      .word(Parameter::local_rk_identifier, result.local_rk_identifier)
      .word(Parameter::registration_status, result.status)
      .word(Parameter::routing_context, result.routing_context)
      .close();
}

void write(MessageWriter& writer, const DeregistrationResult& result) {
  writer.open(Parameter::deregistration_result)
      .word(Parameter::routing_context, result.routing_context)
      .word(Parameter::deregistration_status, result.status)
      .close();
}

}  // namespace rung::m3ua
