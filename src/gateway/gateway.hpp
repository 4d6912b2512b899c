// Gateway: an IP-SM-GW with its own service centre, one process. On topology `gm` it plays P-CSCF,
// S-CSCF, IP-SM-GW and SM-SC in one towards the UEs; on `isc` it is the application server behind
// an S-CSCF. It is written from the clauses and shares nothing with the side that judges it but
// codecs and transports.
//
// It owns all its state, allocates it at construction, and is driven by pass(): one thread, no
// clock of its own. The transport must outlive it.
//
//   REGISTER --> registrar --> bindings            MESSAGE --> intake --> submission --> delivery
//                                                                 '--- delivery reports ---^
//   isc: REGISTER --> third-party registrar --> registrations <-- NOTIFY -- subscriptions
#pragma once

#include <cstdint>
#include <memory>

#include "engine/net/transport.hpp"
#include "gateway/gateway_config.hpp"
#include "gateway/gateway_counters.hpp"

namespace rung::gateway {

class Gateway {
 public:
  /// Precondition: config_errors(config) is empty. `start`: the earliest instant of any pass().
  /// `network`: its link to the MAP network (TS 23.204), each unit a routing label and an SCCP
  /// message, which must outlive it. Without one, a service centre and an HSS are played here.
  Gateway(const GatewayConfig& config, Transport& transport, Time start = {},
          Transport* network = nullptr);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Takes what has arrived, fires what is due, sends what follows. `now` never goes back.
  /// `wall_clock_s`: seconds since 1970, for TP-SCTS.
  void pass(Time now, std::int64_t wall_clock_s);

  /// Nothing is due before this instant unless something arrives; kNever when nothing waits.
  [[nodiscard]] Time next_due() const;
  [[nodiscard]] const GatewayCounters& counters() const;

  /// How full the pools are now.
  struct Levels {
    std::uint32_t users = 0, contacts = 0, transactions = 0, absorbed = 0, submits = 0, stored = 0;
    std::uint32_t registrations = 0;  // topology isc, those whose subscription still ends included
    std::uint32_t dialogues = 0;      // MAP
  };
  [[nodiscard]] Levels levels() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace rung::gateway
