// Timers: one wheel for everything that waits milliseconds to minutes; its nodes are the records of
// five pools, one range after another.
#pragma once

#include <cstdint>

#include "engine/base/timer_wheel.hpp"

namespace rung::gateway {

enum class TimerOf : std::uint8_t {
  transaction,   // Timer E or F of a request of ours
  stored,        // a short message: report supervision, or a retry for want of a transaction
  submit,        // the service centre's delay
  registration,  // topology isc: the end of a registration, or its subscription's time
  peer,          // the wait of another IMS network's gateway
};

class Timers {
 public:
  Timers(std::uint32_t transactions, std::uint32_t stored, std::uint32_t submits,
         std::uint32_t registrations, std::uint32_t peers, Time start)
      : stored_from_(transactions),
        submits_from_(transactions + stored),
        registrations_from_(transactions + stored + submits),
        peers_from_(transactions + stored + submits + registrations),
        wheel_(transactions + stored + submits + registrations + peers,
               std::chrono::milliseconds(1), start) {}

  void schedule(TimerOf of, std::uint32_t index, Time when) {
    wheel_.schedule(node(of, index), when);
  }
  void cancel(TimerOf of, std::uint32_t index) { wheel_.cancel(node(of, index)); }
  [[nodiscard]] Time next_due() const { return wheel_.next_expiry_hint(); }

  /// Calls on_expiry(TimerOf, index) for each timer due.
  template <class OnExpiry>
  void advance(Time now, OnExpiry&& on_expiry) {
    wheel_.advance(now, [&](std::uint32_t n) {
      if (n < stored_from_) return on_expiry(TimerOf::transaction, n);
      if (n < submits_from_) return on_expiry(TimerOf::stored, n - stored_from_);
      if (n < registrations_from_) return on_expiry(TimerOf::submit, n - submits_from_);
      if (n < peers_from_) return on_expiry(TimerOf::registration, n - registrations_from_);
      return on_expiry(TimerOf::peer, n - peers_from_);
    });
  }

 private:
  [[nodiscard]] std::uint32_t node(TimerOf of, std::uint32_t index) const {
    switch (of) {
      case TimerOf::transaction: return index;
      case TimerOf::stored: return stored_from_ + index;
      case TimerOf::submit: return submits_from_ + index;
      case TimerOf::registration: return registrations_from_ + index;
      case TimerOf::peer: return peers_from_ + index;
    }
    return index;
  }
  std::uint32_t stored_from_;
  std::uint32_t submits_from_;
  std::uint32_t registrations_from_;
  std::uint32_t peers_from_;
  TimerWheel wheel_;
};

}  // namespace rung::gateway
