// Correlations: MT correlation IDs that stand for the IMSI towards an SMS-GMSC (TS 23.204 6.4,
// TS 23.040 9.3.2), each with what the HSS said of the subscriber. An ID is MCC, MNC and a number
// that says where its record lies; it lives for a bounded time and is unique while it lives.
#pragma once

#include <memory>
#include <string>

#include "engine/base/time.hpp"
#include "gateway/fault.hpp"
#include "gateway/map_digits.hpp"
#include "gateway/network_config.hpp"
#include "gateway/pool.hpp"

namespace rung::gateway {

/// What the HSS answered: who the subscriber is, and the nodes of the other domains.
struct Route {
  PhoneKey msisdn;
  Imsi imsi;  // none: absent but for IMS, and the HSS did not tell it
  DigitOctets msc;
  DigitOctets sgsn;
};

class Correlations {
 public:
  Correlations(const NetworkConfig& config, FaultSet& faults);

  /// A new ID for `route`; invalid when all are alive.
  Imsi open(const Route& route, Time now);
  /// What the ID stands for; nullptr when it is none that lives.
  [[nodiscard]] const Route* find(Imsi id, Time now) const;

 private:
  struct Record {
    Imsi id;
    Time expires{};
    Route route;
  };
  [[nodiscard]] Imsi next_id();

  const std::string prefix_;
  const std::uint64_t numbers_;  // that fit behind the prefix
  const std::uint32_t size_;
  const Duration lifetime_;
  FaultSet& faults_;
  std::unique_ptr<Record[]> records_;
  std::uint64_t sequence_ = 0;
};

}  // namespace rung::gateway
