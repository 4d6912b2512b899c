// TimerWheel: one timer per node, nodes addressed by a 32-bit index, no pointer and no allocation
// after construction. Schedule and cancel cost O(1) whatever the number of armed timers.
//
// Level L of the wheel has 64 slots of 64^L ticks each. A timer lies at the level of the highest
// bit in which its tick differs from the current one (the idea of Seastar's timer-set.hh), so:
//   - within a level every occupied slot lies after the current one: no slot ever wraps round;
//   - the lowest occupied level holds the earliest timer, and one bitmap per level finds its slot;
//   - a timer moves down at most once per level on its way to expiry, never up.
//
//   current tick   1 0 1 1 0 1 | 0 0 1 0 0 0 | 1 1 0 0 1 0
//   a timer        1 0 1 1 0 1 | 0 1 0 0 1 1 | 0 0 0 1 1 0    highest difference: level 1, slot 19
//                    level 2       level 1       level 0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/assert.hpp"
#include "engine/base/time.hpp"

namespace rung {

class TimerWheel {
 public:
  /// `nodes`: how many timers there are, all unarmed. `tick`: the resolution, at least kTickMin.
  /// `start`: the earliest instant advance() will ever be given.
  TimerWheel(std::uint32_t nodes, Duration tick, Time start);
  explicit TimerWheel(std::uint32_t nodes) : TimerWheel(nodes, std::chrono::milliseconds(1), {}) {}

  /// Arms `node` for `when`, or moves it there when it is armed. kNever disarms it. An instant
  /// that has passed is due at the next advance(). Precondition: node < nodes().
  void schedule(std::uint32_t node, Time when);

  /// Disarms `node`; nothing happens when it is not armed. Precondition: node < nodes().
  void cancel(std::uint32_t node);

  [[nodiscard]] bool armed(std::uint32_t node) const { return nodes_[node].next != kUnlinked; }

  /// The instant given to schedule(), or kNever when `node` is not armed.
  [[nodiscard]] Time expiry(std::uint32_t node) const {
    return armed(node) ? time_from_ns(nodes_[node].expiry_ns) : kNever;
  }

  /// Calls `on_expiry(node)` for every timer due at `now`, in the order of their ticks; returns how
  /// many fired. Never early, at most one tick late. The node is disarmed before its call, and the
  /// call may schedule or cancel any node, itself included: what it schedules at or before the
  /// tick being fired waits for the next advance(), so a call cannot keep this one from ending.
  /// A `now` before an earlier one counts as that earlier one.
  template <class OnExpiry>
  std::size_t advance(Time now, OnExpiry&& on_expiry);

  /// No timer fires before this instant; a lower bound, so an advance() there may fire nothing.
  /// kNever when no timer is armed.
  [[nodiscard]] Time next_expiry_hint() const;

  [[nodiscard]] std::uint32_t nodes() const { return node_count_; }
  [[nodiscard]] std::uint32_t armed_count() const { return armed_count_; }
  [[nodiscard]] Duration tick() const { return Duration{tick_ns_}; }

  /// With at least 50 us a tick, 48 bits of ticks reach past kNever.
  static constexpr Duration kTickMin = std::chrono::microseconds(50);
  static constexpr std::size_t kNodeSize = 16;

 private:
  // A list is circular through a head; heads are nodes too and follow the timers in one array, so
  // unlinking needs to know neither the list nor whether a neighbour is a head.
  struct Node {
    std::int64_t expiry_ns = 0;
    std::uint32_t next = kUnlinked;
    std::uint32_t prev = kUnlinked;
  };
  static_assert(sizeof(Node) == kNodeSize);

  static constexpr std::uint32_t kUnlinked = UINT32_MAX;
  static constexpr unsigned kSlotBits = 6;
  static constexpr unsigned kSlots = 1U << kSlotBits;
  static constexpr unsigned kLevels = 8;
  static constexpr std::uint32_t kWheelHeads = kLevels * kSlots;
  static constexpr std::uint32_t kDueHead = kWheelHeads;         // due at the next advance()
  static constexpr std::uint32_t kFiringHead = kWheelHeads + 1;  // being fired by this advance()
  static constexpr std::uint32_t kHeads = kWheelHeads + 2;

  struct Slot {
    unsigned level;
    unsigned slot;
    std::uint64_t tick;  // the first tick of the slot
  };

  [[nodiscard]] std::uint64_t tick_at_or_before(Time t) const;
  [[nodiscard]] std::uint64_t tick_at_or_after(std::int64_t expiry_ns) const;
  [[nodiscard]] bool list_empty(std::uint32_t head) const {
    return nodes_[node_count_ + head].next == node_count_ + head;
  }
  /// Precondition: some level is occupied.
  [[nodiscard]] Slot earliest_slot() const;
  void place(std::uint32_t node, std::uint32_t head_if_due);
  void link(std::uint32_t node, std::uint32_t head);
  void unlink(std::uint32_t node);
  void splice_to_firing(std::uint32_t head);
  void open_slot(const Slot& slot);
  template <class OnExpiry>
  std::size_t fire(OnExpiry& on_expiry);

  std::vector<Node> nodes_;  // the timers, then the heads
  std::uint32_t node_count_;
  std::uint32_t armed_count_ = 0;
  std::int64_t tick_ns_;
  std::int64_t start_ns_;
  std::uint64_t current_ = 0;  // every armed timer outside the due and firing lists is later
  std::uint32_t levels_occupied_ = 0;
  bool advancing_ = false;
  std::array<std::uint64_t, kLevels> slots_occupied_{};
};

template <class OnExpiry>
std::size_t TimerWheel::fire(OnExpiry& on_expiry) {
  const std::uint32_t head = node_count_ + kFiringHead;
  std::size_t fired = 0;
  while (nodes_[head].next != head) {
    const std::uint32_t node = nodes_[head].next;
    unlink(node);
    on_expiry(node);
    ++fired;
  }
  return fired;
}

template <class OnExpiry>
std::size_t TimerWheel::advance(Time now, OnExpiry&& on_expiry) {
  ENGINE_ASSERT(!advancing_);
  advancing_ = true;
  const std::uint64_t target = tick_at_or_before(now);
  splice_to_firing(kDueHead);
  std::size_t fired = fire(on_expiry);
  while (levels_occupied_ != 0) {
    const Slot slot = earliest_slot();
    if (slot.tick > target) break;
    current_ = slot.tick;
    open_slot(slot);
    fired += fire(on_expiry);
  }
  if (target > current_) current_ = target;
  advancing_ = false;
  return fired;
}

}  // namespace rung
