// MapPort: one end of the SIGTRAN link as the gateway uses it. A unit of the transport, both ways,
// is the value of M3UA protocol data: 12 octets of routing label, then one SCCP message. What
// arrives is taken apart down to TCAP; what leaves is a UDT where the TCAP message fits it, else a
// LUDT (Q.713 4.10, 4.20). Segmentation is below the transport.
#pragma once

#include <array>
#include <string_view>

#include "engine/net/transport.hpp"
#include "engine/wire/m3ua.hpp"
#include "engine/wire/sccp.hpp"
#include "engine/wire/tcap.hpp"
#include "gateway/gateway_counters.hpp"
#include "gateway/network_config.hpp"
#include "gateway/outbox.hpp"

namespace rung::gateway {

/// Where a dialogue's messages go: an SCCP address as on the wire, point code and SLS.
struct MapPeer {
  std::uint8_t address_size = 0;
  std::uint8_t sls = 0;
  std::uint16_t point_code = 0;
  std::array<std::uint8_t, sccp::kAddressSizeMax> address{};

  /// False, and unchanged, when the address cannot be written.
  bool set(const sccp::Address& from);
};

/// A unit taken apart. Spans point into the unit.
struct MapUnit {
  m3ua::ProtocolData label;
  sccp::Message sccp;
  tcap::Message tcap;
  tcap::Error tcap_error{};
};

class MapPort {
 public:
  MapPort(const NetworkConfig& config, Transport& transport, GatewayCounters& counters);

  /// False for what is no SCCP message or carries no TCAP message: counted. An SCCP status test is
  /// answered here (Q.714 5.3.4). TCAP that does not decode is for the caller, who may answer it.
  bool read(Octets unit, MapUnit& out, Time now);
  /// Whom `unit` came from, to be answered (Q.714: its calling address is called in the answer).
  [[nodiscard]] static MapPeer peer_of(const MapUnit& unit);
  /// A peer known by its number; messages of one dialogue keep the SLS it gets here (Q.704).
  MapPeer peer_at(std::string_view number, std::uint8_t ssn);
  /// Sends a TCAP message from the gateway's title with that SSN. False when it could not leave.
  bool send(const MapPeer& peer, std::uint8_t own_ssn, Octets tcap, Time now);
  void flush(Time now) { outbox_.flush(now); }

 private:
  void answer_status_test(const MapUnit& unit, Time now);
  bool send_unitdata(const MapPeer& peer, const sccp::Message& message, Time now);

  const std::string number_;
  const std::uint32_t point_code_;
  const std::uint32_t relay_point_code_;
  const std::uint8_t network_indicator_;
  Outbox outbox_;
  GatewayCounters& counters_;
  std::uint8_t sls_ = 0;
};

}  // namespace rung::gateway
