#include "engine/base/timer_wheel.hpp"

#include <limits>

namespace rung {

TimerWheel::TimerWheel(std::uint32_t nodes, Duration tick, Time start)
    : nodes_(std::size_t{nodes} + kHeads),
      node_count_(nodes),
      tick_ns_(ns(tick)),
      start_ns_(ns(start)) {
  ENGINE_ASSERT(nodes < kUnlinked - kHeads);
  ENGINE_ASSERT(tick >= kTickMin);
  ENGINE_ASSERT(start_ns_ >= 0);
  for (std::uint32_t head = node_count_; head < node_count_ + kHeads; ++head) {
    nodes_[head].next = head;
    nodes_[head].prev = head;
  }
}

void TimerWheel::schedule(std::uint32_t node, Time when) {
  ENGINE_ASSERT(node < node_count_);
  if (armed(node)) unlink(node);
  if (when == kNever) return;
  nodes_[node].expiry_ns = ns(when);
  ++armed_count_;
  place(node, kDueHead);
}

void TimerWheel::cancel(std::uint32_t node) {
  ENGINE_ASSERT(node < node_count_);
  if (armed(node)) unlink(node);
}

Time TimerWheel::next_expiry_hint() const {
  if (!list_empty(kDueHead)) {
    return time_from_ns(start_ns_ + static_cast<std::int64_t>(current_) * tick_ns_);
  }
  if (levels_occupied_ == 0) return kNever;
  const auto tick = static_cast<std::int64_t>(earliest_slot().tick);
  // The last tick may reach past the end of time when it was rounded up.
  const std::int64_t tick_max = (std::numeric_limits<std::int64_t>::max() - start_ns_) / tick_ns_;
  return tick > tick_max ? kNever : time_from_ns(start_ns_ + tick * tick_ns_);
}

std::uint64_t TimerWheel::tick_at_or_before(Time t) const {
  const std::int64_t since_start = ns(t) - start_ns_;
  return since_start <= 0 ? 0 : static_cast<std::uint64_t>(since_start / tick_ns_);
}

std::uint64_t TimerWheel::tick_at_or_after(std::int64_t expiry_ns) const {
  if (expiry_ns <= start_ns_) return 0;
  const std::int64_t since_start = expiry_ns - start_ns_;
  const std::int64_t whole = since_start / tick_ns_;
  return static_cast<std::uint64_t>(whole) + (since_start > whole * tick_ns_ ? 1U : 0U);
}

TimerWheel::Slot TimerWheel::earliest_slot() const {
  PARANOID_ASSERT(levels_occupied_ != 0);
  const auto level = static_cast<unsigned>(std::countr_zero(levels_occupied_));
  const auto slot = static_cast<unsigned>(std::countr_zero(slots_occupied_[level]));
  const unsigned shift = level * kSlotBits;
  const std::uint64_t above = current_ >> (shift + kSlotBits) << (shift + kSlotBits);
  return {level, slot, above | std::uint64_t{slot} << shift};
}

void TimerWheel::place(std::uint32_t node, std::uint32_t head_if_due) {
  const std::uint64_t tick = tick_at_or_after(nodes_[node].expiry_ns);
  if (tick <= current_) {
    link(node, head_if_due);
    return;
  }
  const auto highest_bit = static_cast<unsigned>(std::bit_width(tick ^ current_) - 1);
  const unsigned level = highest_bit / kSlotBits;
  ENGINE_ASSERT(level < kLevels);
  const auto slot = static_cast<unsigned>(tick >> (level * kSlotBits)) & (kSlots - 1);
  slots_occupied_[level] |= std::uint64_t{1} << slot;
  levels_occupied_ |= 1U << level;
  link(node, level * kSlots + slot);
}

void TimerWheel::link(std::uint32_t node, std::uint32_t head) {
  const std::uint32_t head_node = node_count_ + head;
  const std::uint32_t last = nodes_[head_node].prev;
  nodes_[node].next = head_node;
  nodes_[node].prev = last;
  nodes_[last].next = node;
  nodes_[head_node].prev = node;
}

void TimerWheel::unlink(std::uint32_t node) {
  const std::uint32_t next = nodes_[node].next;
  const std::uint32_t prev = nodes_[node].prev;
  nodes_[prev].next = next;
  nodes_[next].prev = prev;
  nodes_[node].next = kUnlinked;
  --armed_count_;
  // Equal neighbours are the head of a list that is empty now.
  if (next != prev || next >= node_count_ + kWheelHeads) return;
  const std::uint32_t head = next - node_count_;
  const unsigned level = head / kSlots;
  slots_occupied_[level] &= ~(std::uint64_t{1} << (head % kSlots));
  if (slots_occupied_[level] == 0) levels_occupied_ &= ~(1U << level);
}

void TimerWheel::splice_to_firing(std::uint32_t head) {
  PARANOID_ASSERT(list_empty(kFiringHead));
  if (list_empty(head)) return;
  const std::uint32_t from = node_count_ + head;
  const std::uint32_t to = node_count_ + kFiringHead;
  const std::uint32_t first = nodes_[from].next;
  const std::uint32_t last = nodes_[from].prev;
  nodes_[to].next = first;
  nodes_[to].prev = last;
  nodes_[first].prev = to;
  nodes_[last].next = to;
  nodes_[from].next = from;
  nodes_[from].prev = from;
}

void TimerWheel::open_slot(const Slot& slot) {
  const std::uint32_t head = slot.level * kSlots + slot.slot;
  slots_occupied_[slot.level] &= ~(std::uint64_t{1} << slot.slot);
  if (slots_occupied_[slot.level] == 0) levels_occupied_ &= ~(1U << slot.level);
  if (slot.level == 0) {
    splice_to_firing(head);
    return;
  }
  // A lower level takes each timer of the slot; those due at its very first tick fire now.
  std::uint32_t node = nodes_[node_count_ + head].next;
  nodes_[node_count_ + head].next = node_count_ + head;
  nodes_[node_count_ + head].prev = node_count_ + head;
  while (node != node_count_ + head) {
    const std::uint32_t next = nodes_[node].next;
    place(node, kFiringHead);
    node = next;
  }
}

}  // namespace rung
