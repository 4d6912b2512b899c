// Correlations: MT correlation IDs that stand for the IMSI towards an SMS-GMSC (TS 23.204 6.4,
// TS 23.040 9.3.2), each with what the HSS said of the subscriber. An ID is MCC, MNC, 9 and a
// number that says where its record lies; it lives for a bounded time and is unique while it lives.
#pragma once

#include <memory>
#include <string>

#include "engine/base/time.hpp"
#include "gateway/fault.hpp"
#include "gateway/index_table.hpp"
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
  bool inquired = false;  // the HSS has said all of it: there are no other nodes
};

class Correlations {
 public:
  Correlations(const NetworkConfig& config, std::uint64_t seed, FaultSet& faults);

  /// A new ID for `route`; invalid when all are alive.
  Imsi open(const Route& route, Time now);
  /// The ID has done its work: it stays for copies of what it served, no longer. Nothing happens
  /// when it is none that lives.
  void retire(Imsi id, Time now);
  /// What the ID stands for; nullptr when it is none that lives.
  [[nodiscard]] const Route* find(Imsi id, Time now) const;
  /// What the HSS said of a subscriber while an ID for it lives; nullptr when none does.
  [[nodiscard]] const Route* find_imsi(Imsi imsi, Time now) const;

 private:
  struct Record {
    Imsi id;
    Time expires{};
    Route route;
    bool is_latest = false;  // of its IMSI
  };
  [[nodiscard]] Imsi next_id();
  /// kNone when the ID is none that lives.
  [[nodiscard]] std::uint32_t record_of(Imsi id, Time now) const;
  void set_latest(std::uint32_t index);
  [[nodiscard]] std::uint32_t latest_of(Imsi imsi) const;
  [[nodiscard]] std::uint64_t hash(Imsi imsi) const;

  const std::uint64_t seed_;
  const std::string prefix_;
  const std::uint64_t numbers_;  // that fit behind the prefix
  const std::uint32_t size_;
  const Duration lifetime_;
  const Duration afterlife_;
  FaultSet& faults_;
  std::unique_ptr<Record[]> records_;
  IndexTable by_imsi_;
  std::uint64_t sequence_ = 0;
};

}  // namespace rung::gateway
