// For tests: what our decoders say about an M3UA message and the SCCP message in it, in the words
// of tests/golden/ss7.
#pragma once

#include <fmt/format.h>

#include <string>

#include "engine/base/hex.hpp"
#include "engine/wire/m3ua.hpp"
#include "engine/wire/sccp.hpp"
#include "engine/wire/ss7_golden.hpp"

namespace rung::golden {

/// Hexadecimal without blanks.
inline std::string digits(Octets octets) {
  std::string text;
  for (const std::uint8_t octet : octets) text += fmt::format("{:02x}", octet);
  return text;
}

inline void describe(const sccp::Address& address, const std::string& name, Fields& fields) {
  std::array<char, sccp::kTitleDigitsMax> text;
  fields[name] = std::string(text.data(), address.title.text(text));
  if (address.ssn) fields[name + "_ssn"] = fmt::format("{}", *address.ssn);
  if (address.point_code) fields[name + "_pc"] = fmt::format("{}", *address.point_code);
}

inline void describe(const sccp::Message& message, Fields& fields) {
  fields["sccp"] = sccp::to_string(message.type);
  if (message.is_service()) {
    fields["cause"] = fmt::format("{}", message.return_cause);
  } else {
    fields["class"] = fmt::format("{:02x}", message.protocol_class);
  }
  fields["hops"] = fmt::format("{}", message.hop_counter);
  describe(message.called, "called", fields);
  describe(message.calling, "calling", fields);
  fields["data"] = fmt::format("{}", message.data.size());
  if (!message.segmentation) return;
  fields["segment"] = message.segmentation->first ? "first" : "later";
  fields["remaining"] = fmt::format("{}", message.segmentation->remaining);
  fields["reference"] = fmt::format("{:06x}", message.segmentation->reference);
  fields["in_sequence"] = message.segmentation->in_sequence ? "1" : "0";
}

inline void describe_data(const m3ua::View& view, Fields& fields) {
  const m3ua::ProtocolData data = view.data();
  fields["opc"] = fmt::format("{}", data.opc);
  fields["dpc"] = fmt::format("{}", data.dpc);
  fields["si"] = fmt::format("{}", data.si);
  fields["ni"] = fmt::format("{}", data.ni);
  fields["mp"] = fmt::format("{}", data.mp);
  fields["sls"] = fmt::format("{}", data.sls);
  sccp::Message message;
  if (sccp::decode(data.user_data, message) == sccp::Error::none) describe(message, fields);
}

inline void describe_keys(const m3ua::View& view, Fields& fields) {
  if (view.has(m3ua::Parameter::routing_key)) {
    m3ua::RoutingKey key;
    if (m3ua::read(view.octets(m3ua::Parameter::routing_key), key) != m3ua::Error::none) return;
    fields["key_id"] = fmt::format("{}", key.local_rk_identifier);
    if (key.traffic_mode) fields["key_mode"] = fmt::format("{}", *key.traffic_mode);
    if (key.routing_context) fields["key_rc"] = fmt::format("{}", *key.routing_context);
    fields["key_dpc"] = fmt::format("{}", key.destination);
    fields["key_si"] = digits(key.service_indicators);
  }
  if (view.has(m3ua::Parameter::registration_result)) {
    m3ua::RegistrationResult result;
    if (m3ua::read(view.octets(m3ua::Parameter::registration_result), result) !=
        m3ua::Error::none) {
      return;
    }
    fields["key_id"] = fmt::format("{}", result.local_rk_identifier);
    fields["key_status"] = fmt::format("{}", result.status);
    fields["key_rc"] = fmt::format("{}", result.routing_context);
  }
}

inline Fields describe(const m3ua::View& view) {
  using m3ua::Parameter;
  Fields fields;
  fields["type"] = m3ua::to_string(view.type);
  const auto word = [&](const char* name, Parameter parameter) {
    if (view.has(parameter)) fields[name] = fmt::format("{}", *view.word(parameter));
  };
  word("asp", Parameter::asp_identifier);
  word("mode", Parameter::traffic_mode);
  word("rc", Parameter::routing_context);
  word("error", Parameter::error_code);
  word("level", Parameter::congestion_level);
  if (view.has(Parameter::status)) {
    fields["status"] = fmt::format("{}/{}", view.status().type, view.status().information);
  }
  if (view.has(Parameter::affected_point_code)) {
    const auto affected = view.words(Parameter::affected_point_code).point_code(0);
    fields["apc"] = fmt::format("{}/{}", affected.mask, affected.point_code);
  }
  if (view.has(Parameter::user_cause)) {
    const std::uint32_t value = *view.word(Parameter::user_cause);
    fields["cause"] = fmt::format("{}", value >> 16);
    fields["user"] = fmt::format("{}", value & 0xffff);
  }
  if (view.has(Parameter::heartbeat_data)) {
    fields["beat"] = digits(view.octets(Parameter::heartbeat_data));
  }
  describe_keys(view, fields);
  if (view.has(Parameter::protocol_data)) describe_data(view, fields);
  return fields;
}

}  // namespace rung::golden
