// UeTable: the UEs of one worker, a structure of arrays. A registered, idle UE costs its row, its
// timer node and nothing else; kUeRowSize is what DESIGN section 4 bounds.
//
// A UE is in one of four groups, kept as one permutation with three boundaries, so that picking a
// fitting UE and moving one between groups cost O(1):
//
//   [ unregistered, idle | registered, idle | registered, shared | not to be picked ]
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"
#include "engine/base/timer_wheel.hpp"

namespace rung {

/// What a session wants of a UE it picks.
enum class UeNeed : std::uint8_t {
  registered_shared,     // other sessions of that kind may use it as well
  registered_exclusive,  // idle, and nobody else's until released
  unregistered           // idle, and nobody else's until released
};

class UeTable {
 public:
  /// `count` UEs numbered from `first_number`; at most `sessions_per_ue` share one.
  UeTable(std::uint32_t count, std::uint32_t first_number, std::uint8_t sessions_per_ue,
          Time start);

  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] std::uint32_t number(UeIndex ue) const { return first_number_ + ue.value; }
  /// Invalid when the number is another worker's.
  [[nodiscard]] UeIndex find(std::uint32_t number) const {
    const std::uint32_t index = number - first_number_;
    return number >= first_number_ && index < count_ ? UeIndex(index) : UeIndex();
  }

  [[nodiscard]] bool registered(UeIndex ue) const {
    return (rows_[ue.value].flags & kRegistered) != 0;
  }
  [[nodiscard]] bool busy(UeIndex ue) const { return rows_[ue.value].sessions != 0; }
  [[nodiscard]] std::uint32_t registered_count() const { return registered_count_; }
  void set_registered(UeIndex ue, bool registered);

  /// A UE that fits, acquired; invalid when there is none. `other` is never returned.
  UeIndex pick(UeNeed need, UeIndex other, Prng& prng);
  /// True when `ue` could be had as `need` says, its registration aside.
  [[nodiscard]] bool available(UeIndex ue, bool exclusive) const;
  /// Precondition: available().
  void acquire(UeIndex ue, bool exclusive);
  /// Takes part in one more session whatever the UE is doing: one that the network began.
  void join(UeIndex ue);
  void release(UeIndex ue);

  /// Takes the next reference, 0..255 around. MO references only: MT ones are the gateway's.
  std::uint8_t take_rp_mr(UeIndex ue) { return rows_[ue.value].rp_mr++; }
  std::uint8_t take_tp_mr(UeIndex ue) { return rows_[ue.value].tp_mr++; }
  std::uint32_t take_cseq(UeIndex ue) { return ++cseq_[ue.value]; }
  [[nodiscard]] std::uint32_t cseq(UeIndex ue) const { return cseq_[ue.value]; }

  /// Head of the list of sessions the UE takes part in; SessionIndex::kNone: none.
  [[nodiscard]] std::uint32_t& sessions_head(UeIndex ue) { return sessions_head_[ue.value]; }

  /// Handle of the interned challenge, and how often it was answered (nc).
  struct Digest {
    std::uint32_t challenge = 0;  // 0: none
    std::uint32_t count = 0;
  };
  [[nodiscard]] Digest& digest(UeIndex ue) { return digest_[ue.value]; }
  /// Handle of the interned Route that the UE's requests carry; 0: none.
  [[nodiscard]] std::uint32_t& route(UeIndex ue) { return route_[ue.value]; }
  /// True when MESSAGE was challenged as well, so that credentials go with it unasked.
  [[nodiscard]] bool messages_challenged(UeIndex ue) const {
    return (rows_[ue.value].flags & kMessagesChallenged) != 0;
  }
  void set_messages_challenged(UeIndex ue) { rows_[ue.value].flags |= kMessagesChallenged; }
  /// The challenges came with 407 rather than 401.
  [[nodiscard]] bool proxy_challenged(UeIndex ue) const {
    return (rows_[ue.value].flags & kProxyChallenged) != 0;
  }
  void set_proxy_challenged(UeIndex ue, bool proxy);
  /// A REGISTER is under way: the next one waits, so that CSeq numbers stay in order.
  [[nodiscard]] bool registering(UeIndex ue) const {
    return (rows_[ue.value].flags & kRegistering) != 0;
  }
  void set_registering(UeIndex ue, bool registering);

  /// The last SM the UE received, for telling that one overtook another of the same sender.
  struct LastReceived {
    std::uint32_t sender = UINT32_MAX;
    std::uint32_t order = 0;
  };
  [[nodiscard]] LastReceived& last_received(UeIndex ue) { return last_received_[ue.value]; }

  /// One timer per UE: when its registration is to be refreshed.
  [[nodiscard]] TimerWheel& timers() { return timers_; }
  [[nodiscard]] const TimerWheel& timers() const { return timers_; }

  /// Resolution of the refresh timers.
  static constexpr Duration kTick = 100ms;

 private:
  enum Flag : std::uint8_t {
    kRegistered = 1,
    kExclusive = 2,
    kMessagesChallenged = 4,
    kProxyChallenged = 8,
    kRegistering = 16
  };
  enum Group : std::uint8_t { unregistered_idle, registered_idle, registered_shared, not_picked };
  struct Row {
    std::uint8_t flags = 0;
    std::uint8_t sessions = 0;
    std::uint8_t rp_mr = 0;
    std::uint8_t tp_mr = 0;
  };

  void set_flag(UeIndex ue, Flag flag, bool on);
  [[nodiscard]] Group group_of(const Row& row) const;
  [[nodiscard]] Group group_at(std::uint32_t position) const;
  void regroup(UeIndex ue);
  void swap_positions(std::uint32_t a, std::uint32_t b);

  std::uint32_t count_;
  std::uint32_t first_number_;
  std::uint8_t sessions_per_ue_;
  std::uint32_t registered_count_ = 0;
  std::array<std::uint32_t, 3> end_;     // where the first three groups end
  std::vector<std::uint32_t> order_;     // position -> UE
  std::vector<std::uint32_t> position_;  // UE -> position
  std::vector<Row> rows_;
  std::vector<std::uint32_t> cseq_;
  std::vector<std::uint32_t> sessions_head_;
  std::vector<Digest> digest_;
  std::vector<std::uint32_t> route_;
  std::vector<LastReceived> last_received_;
  TimerWheel timers_;

 public:
  /// Octets per UE in all columns.
  static constexpr std::size_t kUeRowSize = 2 * sizeof(std::uint32_t) + sizeof(Row) +
                                            3 * sizeof(std::uint32_t) + sizeof(Digest) +
                                            sizeof(LastReceived) + TimerWheel::kNodeSize;
};
static_assert(UeTable::kUeRowSize <= 64);

}  // namespace rung
