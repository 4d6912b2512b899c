// PlayConfig: what the player of one worker must know besides the ladders. Filled by the profile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"
#include "engine/party/hss.hpp"
#include "engine/party/transaction_ids.hpp"
#include "engine/ue/address_plan.hpp"
#include "engine/ue/identity_template.hpp"

namespace rung {

/// RFC 3261 table 4; on Gm a profile may choose 2 s, 16 s and 17 s (TS 24.229 7.7).
struct TimerConfig {
  Duration t1 = 500ms;
  Duration t2 = 4s;
  Duration t4 = 5s;
  [[nodiscard]] Duration f() const { return 64 * t1; }
};

/// The network behind the gateway as a run plays it: E.164 numbers of its elements, in digits, and
/// what labels its messages. The service centre's number is PlayConfig::sc_address.
struct NetworkConfig {
  bool linked = false;  // no link to the gateway: what passes there is drawn only
  std::string gateway = "12125550010";
  std::string hss = "12125550020";
  std::string msc = "12125550030";
  std::string sgsn = "12125550040";
  std::uint64_t imsi_base = 1010000000000;  // UE n: imsi_base + n in 15 digits
  std::string home_plmn = "00101";          // MCC and MNC, with which IMSIs begin
  std::uint32_t point_code = 2;             // ours
  std::uint32_t gateway_point_code = 1;
  std::uint8_t network_indicator = 2;
  std::uint32_t dialogues_max = 8192;  // at most TransactionIds::dialogues_max()
  HssPolicy hss_policy;
};

struct PlayConfig {
  std::uint16_t run_id = 1;  // in every Call-ID, branch and token: tells this run from others
  std::uint8_t worker = 0;
  std::uint64_t seed = 1;

  std::uint32_t ue_first = 0;  // global number of this worker's first UE
  std::uint32_t ue_count = 1;
  std::uint32_t workers = 1;  // of the run: whose a UE or a key of ours is, follows from both
  std::uint32_t ues = 0;      // of the run
  std::uint8_t sessions_per_ue_max = 4;  // of the kind that can share a UE
  AddressPlan addresses;                 // shared: all UEs of the worker on one endpoint

  Endpoint gateway;
  std::string domain = "home1.net";
  IdentityTemplate impu_user;  // user part of public user identities
  std::string gw_uri = "sip:ipsmgw.home1.net";
  std::string sc_psi = "sip:sc.home1.net";
  std::string sc_address = "12125550000";  // E.164 digits
  std::string access_network_info = "3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=0010100010000001";
  // Topology isc: our S-CSCF, at the worker's one address, and what it says of itself and its UEs.
  std::string cscf_uri = "sip:scscf1.home1.net";
  std::string visited_network = "visited1.net";
  std::string charging_functions = "ccf=[2001:db8::c]";
  std::uint64_t msisdn_base = 12125550000000;  // UE n: msisdn_base + n
  unsigned msisdn_digits = 14;
  std::uint64_t foreign_msisdn = 99900000000000;  // a number of as many digits that no UE has

  std::string realm;                // empty: whatever the challenge names
  std::string password = "secret";  // %u: the user part of the IMPU, such as +12125550000001
  std::uint32_t expires_s = 600000;
  double refresh_at = 0.5;  // part of the granted expiry after which a UE registers again
  bool refresh = true;

  NetworkConfig network;
  std::int64_t wall_start_s = 1767225600;  // Unix time of the run's start, for TP-SCTS

  TimerConfig timers;
  bool reliable = false;  // SIP over TCP: no Timer E, no linger
  Duration reorder_max = 50ms;
  bool lossy = false;               // the path may lose or repeat packets
  bool call_id_preserved = true;    // no: a core rewrites Call-IDs, In-Reply-To cannot be judged
  bool judge = true;                // false: messages are matched, neither fields nor rules judged
  std::string prelude;              // ladder that only readies UEs for others: played, not judged
  bool strict = false;              // one_of sip.status: only the first code listed; demands
                                    // Request-Disposition where the clause is unconfirmed too
  Duration step_wait = 60s;         // a step without `within` is missing after this long
  std::uint32_t text_septets = 60;  // characters of an SM; UCS2 and 8-bit hold fewer at most

  std::uint32_t sessions_max = 1024;
  std::uint32_t tombstones_max = 65536;  // sessions_max included; at most 2^24
  std::uint32_t foreign_texts_max = 8192;
  std::uint32_t held_requests_max = 1024;  // requests whose answer waits on purpose
  std::uint32_t challenges_max = 16384;
  std::uint32_t routes_max = 4096;  // different Service-Routes
  Duration tick = 1ms;              // resolution of session timers

  /// Who chooses transaction ids here; without a link nobody needs any.
  [[nodiscard]] TransactionIds::Player dialogues() const {
    return {run_id, worker, workers, network.linked ? network.dialogues_max : 0};
  }
  /// What our Via says (RFC 3261 18.1.1).
  [[nodiscard]] std::string_view via_transport() const { return reliable ? "TCP" : "UDP"; }
  /// What a URI of ours needs for requests to come by that transport (RFC 3263 4.1).
  [[nodiscard]] std::string_view uri_transport() const { return reliable ? ";transport=tcp" : ""; }
};

}  // namespace rung
