// For tests: ends of links, messages for them, and the vectors of others.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/net/link_transport.hpp"

namespace rung::m3ua {

using Bytes = std::vector<std::uint8_t>;

inline LinkOptions end_of(Role role, std::uint32_t opc, std::uint32_t dpc,
                          std::uint16_t port = 2905) {
  LinkOptions options{.opc = opc, .dpc = dpc};
  options.asp.role = role;
  options.asp.routing_context = 100;
  options.sctp.local_port = options.sctp.remote_port = port;
  return options;
}

/// A message between two subsystems with so much data.
inline Bytes sccp_message(sccp::Type type, std::size_t size) {
  Bytes data(size);
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::uint8_t>(i * 7);
  sccp::Message message;
  message.type = type;
  message.protocol_class = sccp::kReturnOnError;
  message.called.ssn = 8;
  message.called.route_on_ssn = true;
  message.calling.ssn = 6;
  message.calling.route_on_ssn = true;
  message.data = data;
  Bytes out(kUnitMessageMax);
  const auto written = sccp::encode(message, out);
  EXPECT_TRUE(written.ok());
  out.resize(*written);
  return out;
}

/// The SCCP messages of the vectors in tests/golden/ss7/`file` whose name holds `part`.
inline std::vector<Bytes> golden_messages(const std::string& file, std::string_view part) {
  std::vector<Bytes> messages;
  std::ifstream stream(RUNG_SOURCE_DIR "/tests/golden/ss7/" + file);
  for (std::string line; std::getline(stream, line);) {
    const std::size_t bar = line.find('|');
    if (line.starts_with('#') || bar == std::string::npos) continue;
    if (line.substr(0, bar).find(part) == std::string::npos) continue;
    const auto octets = parse_hex(line.substr(bar + 1, line.find('|', bar + 1) - bar - 1));
    Data data;
    EXPECT_TRUE(octets.ok() && is_data(*octets) && decode_data(*octets, data) == Error::none)
        << line;
    const Octets message = data.protocol.user_data;
    messages.emplace_back(message.begin(), message.end());
  }
  return messages;
}

/// Reserves a slot for the unit; it leaves with the next tx_burst().
inline bool put(Transport& transport, const ProtocolData& unit) {
  TxDatagram* slot = transport.tx().reserve();
  if (slot == nullptr) return false;
  slot->size = static_cast<std::uint32_t>(write(unit, slot->space()));
  return slot->size != 0;
}

}  // namespace rung::m3ua
