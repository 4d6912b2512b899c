// ServerTransactions: remembers what each request was answered for Timer J (RFC 3261 17.2.2), so
// that a copy gets the same final response and nothing else happens.
//
// The response itself is not kept: status, detail and instant suffice to write it again from the
// copy, whose Via, From, To, Call-ID and CSeq are those of the original. All entries live equally
// long, so a ring in order of arrival needs no timers: 16 octets each, and the hash cell.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

#include "engine/base/time.hpp"
#include "gateway/gateway_counters.hpp"
#include "gateway/index_table.hpp"

namespace rung::gateway {

class ServerTransactions {
 public:
  // Without initialisers, so that memory is touched only as entries are first used.
  struct Entry {
    std::uint64_t key;
    std::uint32_t created_ms;  // modulo 2^32
    std::uint16_t status;      // 0: no final response yet, copies are dropped
    std::uint16_t detail;      // what else the response depends on, for its writer
  };
  static_assert(sizeof(Entry) == 16 && std::is_trivially_default_constructible_v<Entry>);

  /// `linger`: Timer J, 64*T1 on unreliable transports; at most 40 days.
  ServerTransactions(std::uint32_t entries_max, Duration linger, GatewayCounters& counters);

  /// The entry's index, or kNone.
  [[nodiscard]] std::uint32_t find(std::uint64_t key) const;
  /// A new entry, or kNone when all are in use (counted).
  std::uint32_t add(std::uint64_t key, Time now);
  /// Valid until expire(); the index may be reused afterwards, which `key` tells.
  Entry& entry(std::uint32_t index) { return entries_[index]; }
  /// When the request arrived, to the millisecond.
  [[nodiscard]] Time created(const Entry& entry, Time now) const;
  void expire(Time now);
  [[nodiscard]] std::uint32_t used() const { return used_; }

 private:
  static std::uint32_t milliseconds(Time t);

  std::unique_ptr<Entry[]> entries_;
  std::uint32_t size_;
  std::uint32_t oldest_ = 0;
  std::uint32_t used_ = 0;
  std::uint32_t linger_ms_;
  IndexTable by_key_;
  GatewayCounters& counters_;
};

/// Time now, cut to the millisecond an entry keeps.
Time cut_to_ms(Time t);

}  // namespace rung::gateway
