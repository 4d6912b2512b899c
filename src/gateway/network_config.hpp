// How the embedded gateway stands in the MAP network: its numbers, versions, timers and the bound
// of every pool behind its MAP legs (TS 23.204 6, TS 29.002).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/wire/map.hpp"
#include "engine/wire/sccp_address.hpp"

namespace rung::gateway {

/// Domains that may carry a short message to a UE (TS 23.204 6.5a).
enum class Domain : std::uint8_t { ims, sgsn, msc };
inline constexpr std::size_t kDomains = 3;
/// Reads "ims,sgsn,msc" in any order, at least one, none twice; false for anything else.
bool parse_domains(std::string_view text, std::vector<Domain>& out);

/// How the HSS learns of the gateway (TR 23.804 8.1, 8.7).
enum class HomeRegistration : std::uint8_t {
  any_time_modification,  // TS 29.002 8.11.3 with modifyRegistrationStatus
  none,                   // the address is configured in the HSS (TR 23.804 8.7 step 5)
};

struct NetworkConfig {
  std::string number = "46708000003";      // the gateway's own E.164 number, its global title
  std::string hss_number = "46708000002";  // where requests for the HSS go
  std::uint8_t ssn = sccp::kSsnMsc;        // its own, as an MSC
  std::uint8_t registration_ssn = sccp::kSsnGsmScf;  // its own in anyTimeModification
  std::uint32_t point_code = 3;                      // OPC, 14 bits
  std::uint32_t relay_point_code = 1;                // DPC of what it begins: the SCCP relay
  std::uint8_t network_indicator = 2;

  map::Version version_max = map::kVersionMax;  // of what it begins and of what it takes
  Duration version_lifetime = 3600s;            // how long a lower one of a peer is remembered
  bool empty_begin = false;                     // forwards open by an empty Begin (TS 33.204)

  // TS 29.002 17.1.2: s 3 to 10 s, m 15 to 30 s, ml 1 to 10 min.
  Duration timer_short = 10s;
  // An SMS-GMSC that waits for a routing answer has a timer m as well, which ours is to end before.
  Duration timer_medium = 15s;
  Duration timer_long = 60s;
  /// From an mt-ForwardSM to its answer, all domains together (TS 23.204 6.5a NOTE 1); below the
  /// forward timer of the SMS-GMSC. An smDeliveryTimer of it shortens this.
  Duration delivery_wait = 55s;
  Duration registration_retry = 30s;  // after an HSS that did not answer
  std::uint32_t registration_attempts_max = 3;

  HomeRegistration registration = HomeRegistration::any_time_modification;
  std::vector<Domain> domains{Domain::ims, Domain::sgsn, Domain::msc};  // tried in that order
  bool sip_480_is_absent = true;  // 404, 408, 410, 430, 480: absent; false: equipment error

  /// MT correlation ID: this MCC and MNC, filled up to 15 digits by a number that begins with 9, as
  /// no subscriber's MSIN may (TS 23.040 9.3.2).
  std::string correlation_prefix = "24007";
  Duration correlation_lifetime = 120s;
  Duration correlation_afterlife = 5s;  // once its short message is delivered

  std::uint32_t dialogues_max = 65'536;     // 1..2^20
  std::uint32_t inquiries_max = 65'536;     // routing queries to the HSS in flight
  std::uint32_t transfers_max = 65'536;     // mt-ForwardSM in progress
  std::uint32_t correlations_max = 65'536;  // MT correlation IDs alive
};

/// What is wrong with it, one line per option, each beginning with "network.".
std::vector<std::string> config_errors(const NetworkConfig& config);

}  // namespace rung::gateway
