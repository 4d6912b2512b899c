// The state of an Application Server as its SG, or a peer's as an IPSP, keeps it (RFC 4666 4.3.2):
// what its ASPs are taken together. ASPs of several associations share one.
//
//   down -> inactive     the first ASP came up
//   inactive -> active   enough ASPs are active
//   active -> pending    the last active one left; T(r) runs
//   pending -> active    one came back in time
//   pending -> inactive, down   T(r) ran out
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/assert.hpp"
#include "engine/base/time.hpp"

namespace rung::m3ua {

enum class AspState : std::uint8_t { down, inactive, active };
enum class AsState : std::uint8_t { down, inactive, active, pending };

constexpr std::string_view to_string(AspState state) {
  constexpr std::string_view names[] = {"ASP-DOWN", "ASP-INACTIVE", "ASP-ACTIVE"};
  return names[static_cast<std::size_t>(state)];
}
constexpr std::string_view to_string(AsState state) {
  constexpr std::string_view names[] = {"AS-DOWN", "AS-INACTIVE", "AS-ACTIVE", "AS-PENDING"};
  return names[static_cast<std::size_t>(state)];
}

class As {
 public:
  /// `needed`: ASPs that must be active for the AS to become so, n of "n+k"; `recovery`: T(r).
  explicit As(std::uint32_t needed = 1, Duration recovery = 2s)
      : needed_(needed), recovery_(recovery) {
    ENGINE_ASSERT(needed > 0);
  }

  [[nodiscard]] AsState state() const { return state_; }
  [[nodiscard]] std::uint32_t active() const { return active_; }

  /// One ASP went from one state to another.
  void change(AspState from, AspState to, Time now) {
    if (from != AspState::down) --up_;
    if (from == AspState::active) --active_;
    if (to != AspState::down) ++up_;
    if (to == AspState::active) ++active_;
    settle(now);
  }
  /// Override (4.3.4.3): of several active ASPs the one that came last has all the traffic.
  void hold(const void* asp) { holder_ = asp; }
  [[nodiscard]] const void* holder() const { return holder_; }
  /// Lets T(r) run out.
  void advance(Time now) {
    if (state_ == AsState::pending && until_ <= now) rest();
  }
  /// kNever unless T(r) runs.
  [[nodiscard]] Time next_timer() const { return state_ == AsState::pending ? until_ : kNever; }

 private:
  void settle(Time now) {
    switch (state_) {
      case AsState::down:
      case AsState::inactive:
        if (active_ >= needed_) {
          state_ = AsState::active;
        } else {
          rest();
        }
        break;
      case AsState::active:
        if (active_ == 0) {
          state_ = AsState::pending;
          until_ = now + recovery_;
        }
        break;
      case AsState::pending:
        if (active_ > 0) state_ = AsState::active;
        break;
    }
  }
  void rest() { state_ = up_ > 0 ? AsState::inactive : AsState::down; }

  std::uint32_t needed_;
  Duration recovery_;
  std::uint32_t up_ = 0;  // ASPs that are not down
  std::uint32_t active_ = 0;
  const void* holder_ = nullptr;
  AsState state_ = AsState::down;
  Time until_ = kNever;
};

}  // namespace rung::m3ua
