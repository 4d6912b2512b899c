// How the embedded gateway is set up: addresses, its own service centre, timers and the bound of
// every pool it has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "gateway/fault.hpp"
#include "gateway/network_config.hpp"

namespace rung::gateway {

/// What the gateway's own service centre answers to every SUBMIT.
struct ScResult {
  bool accept = true;
  bool silent = false;                        // it never answers; not accepted
  std::uint8_t rp_cause = 0;                  // RP-Cause of TS 24.011 8.2.5.4, when refused
  std::optional<std::uint8_t> failure_cause;  // TP-FCS; with it a SUBMIT-REPORT travels along
};

/// Reads "ok", "no_answer", a failure of TS 23.040 11.3 ("sc_congestion"), or "error:<rp-cause>":
/// cause 1..127 decimal. ":<fcs>" may follow: 80..FF hexadecimal as the tables of TS 23.040
/// 9.2.3.22 print it ("error:42:C0"). The error says what was expected.
Result<ScResult, std::string> parse_sc_result(std::string_view text);
/// A failure is printed by the RP-Cause it becomes.
std::string to_string(const ScResult& result);
/// The failures of the service centre that have a name, in the table's order.
std::vector<std::string_view> sc_failures();

/// What the gateway's own HSS answers to "memory available" (TS 23.040 11.2): the RP-Cause it
/// becomes, 0: no error.
struct HssResult {
  std::uint8_t rp_cause = 0;
};
/// Reads "ok" or a failure of TS 23.040 11.2 ("unknown_subscriber").
Result<HssResult, std::string> parse_hss_result(std::string_view text);

/// Numbers that may not send short messages (operator determined barring), both ends included.
struct BarredNumbers {
  std::uint64_t first = 1;
  std::uint64_t last = 0;  // below first: nobody
  [[nodiscard]] bool holds(std::uint64_t number) const { return first <= number && number <= last; }
};
/// Reads "", "N" or "N..M", digits without '+'.
Result<BarredNumbers, std::string> parse_barred(std::string_view text);

/// Where the gateway stands.
enum class Topology : std::uint8_t {
  gm,   // behind a P-CSCF: registrar and S-CSCF too
  isc,  // an application server behind an S-CSCF that is not its own
};
/// Topology isc: whether it subscribes to the reg event of its users (TS 24.341 5.3.3.2).
enum class RegEvent : std::uint8_t {
  always,
  when_needed,  // where the REGISTER does not tell of the devices
  never,
};

struct GatewayConfig {
  Topology topology = Topology::gm;
  RegEvent reg_event = RegEvent::always;
  Endpoint listen;                              // where it receives; also its Via sent-by
  std::string gw_uri = "sip:ipsmgw.home1.net";  // From and P-Asserted-Identity of its requests
  std::string sc_address = "12125550000";       // digits of its service centre, RP-OA of a delivery
  std::string sc_psi = "sip:sc.home1.net";      // where UEs submit to; tel:+<sc_address> too
  std::string domain = "home1.net";             // host part of the IMPUs it serves

  bool digest = false;
  std::string realm = "home1.net";
  std::string password = "secret";  // %u stands for the user part of the IMPU
  Duration nonce_lifetime = 600s;   // an older nonce is answered stale=true

  Duration sc_delay = 0ms;  // time the service centre takes for a SUBMIT
  ScResult sc_result;
  Duration sc_wait = 30s;  // TR2N: a service centre that has not answered by then has failed
  HssResult hss_result;
  BarredNumbers barred;

  Duration t1 = 500ms;  // RFC 3261 17; TS 24.229 7.7 for Gm: 2 s, 16 s, 17 s
  Duration t2 = 4s;
  Duration t4 = 5s;
  bool msisdn_less_delivery = false;  // isc: short messages of other IMS networks (TS 23.204 6.4a)
  Duration peer_wait = 60s;           // until such a network hears what became of one
  Duration report_wait = 25s;         // TR1N: from the 2xx to the delivery report

  std::uint32_t expires_max = 600000;  // seconds
  std::uint32_t expires_min = 60;
  std::uint32_t attempts_max = 8;        // tries to deliver one short message
  std::uint32_t mt_outstanding_max = 1;  // deliveries in flight per UE (RFC 3428 8), 1..16

  std::uint32_t users_max = 100'000;         // IMPUs registered or with stored messages
  std::uint32_t contacts_max = 0;            // 0: users_max and an eighth
  std::uint32_t transactions_max = 262'144;  // requests of its own in flight
  std::uint32_t absorbed_max = 8'000'000;    // server transactions remembered for Timer J
  std::uint32_t submits_max = 65'536;        // submits waiting for the service centre
  std::uint32_t peers_max = 4096;            // short messages of other IMS networks under way
  std::uint32_t stored_max = 262'144;        // short messages stored or being delivered

  NetworkConfig network;  // used only by a gateway that has a link to the MAP network

  std::uint64_t seed = 1;  // of tags, Call-IDs and nonces
  std::vector<FaultId> faults;
  std::uint32_t fault_every = 1;  // a fault strikes once in that many opportunities
  int utc_offset_quarters = 0;    // zone of TP-SCTS, quarters of an hour, -48..56
};

/// Contacts the gateway has room for: contacts_max, or what it stands for when it is 0.
std::uint32_t contacts_max(const GatewayConfig& config);

/// What is wrong with `config`, one line per option: its name, value and accepted range. Empty when
/// a Gateway can be made of it.
std::vector<std::string> config_errors(const GatewayConfig& config);

}  // namespace rung::gateway
