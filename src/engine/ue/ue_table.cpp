#include "engine/ue/ue_table.hpp"

#include <numeric>
#include <utility>

#include "engine/base/assert.hpp"

namespace rung {
namespace {

/// Tries at random before a full walk: only a group of one or two UEs ever needs the walk.
constexpr int kPicksAtRandom = 8;

}  // namespace

UeTable::UeTable(std::uint32_t count, std::uint32_t first_number, std::uint8_t sessions_per_ue,
                 Time start)
    : count_(count),
      first_number_(first_number),
      sessions_per_ue_(sessions_per_ue),
      end_{count, count, count},
      order_(count),
      position_(count),
      rows_(count),
      cseq_(count, 0),
      sessions_head_(count, SessionIndex::kNone),
      digest_(count),
      route_(count, 0),
      last_received_(count),
      timers_(count, kTick, start) {
  ENGINE_ASSERT(sessions_per_ue > 0);
  std::iota(order_.begin(), order_.end(), 0U);
  std::iota(position_.begin(), position_.end(), 0U);
}

void UeTable::set_flag(UeIndex ue, Flag flag, bool on) {
  std::uint8_t& flags = rows_[ue.value].flags;
  flags = static_cast<std::uint8_t>(on ? flags | flag : flags & ~flag);
}

void UeTable::set_registered(UeIndex ue, bool registered) {
  if (this->registered(ue) == registered) return;
  set_flag(ue, kRegistered, registered);
  registered_count_ = registered ? registered_count_ + 1 : registered_count_ - 1;
  regroup(ue);
}

void UeTable::set_proxy_challenged(UeIndex ue, bool proxy) {
  set_flag(ue, kProxyChallenged, proxy);
}
void UeTable::set_registering(UeIndex ue, bool registering) {
  set_flag(ue, kRegistering, registering);
}

UeTable::Group UeTable::group_of(const Row& row) const {
  if (row.sessions == 0) {
    return (row.flags & kRegistered) != 0 ? registered_idle : unregistered_idle;
  }
  const bool shareable = (row.flags & kExclusive) == 0 && (row.flags & kRegistered) != 0;
  return shareable && row.sessions < sessions_per_ue_ ? registered_shared : not_picked;
}

UeTable::Group UeTable::group_at(std::uint32_t position) const {
  if (position < end_[0]) return unregistered_idle;
  if (position < end_[1]) return registered_idle;
  return position < end_[2] ? registered_shared : not_picked;
}

void UeTable::swap_positions(std::uint32_t a, std::uint32_t b) {
  std::swap(order_[a], order_[b]);
  position_[order_[a]] = a;
  position_[order_[b]] = b;
}

void UeTable::regroup(UeIndex ue) {
  const Group to = group_of(rows_[ue.value]);
  for (;;) {
    const std::uint32_t at = position_[ue.value];
    const Group from = group_at(at);
    if (from == to) return;
    if (from < to) {
      swap_positions(at, --end_[from]);
    } else {
      swap_positions(at, end_[from - 1]++);
    }
  }
}

UeIndex UeTable::pick(UeNeed need, UeIndex other, Prng& prng) {
  const bool registered = need != UeNeed::unregistered;
  const std::uint32_t begin = registered ? end_[0] : 0;
  const std::uint32_t end = need == UeNeed::registered_shared ? end_[2]
                            : registered                      ? end_[1]
                                                              : end_[0];
  if (begin == end) return {};
  UeIndex picked;
  for (int i = 0; i < kPicksAtRandom && !picked.valid(); ++i) {
    const UeIndex candidate(order_[begin + static_cast<std::uint32_t>(prng.below(end - begin))]);
    if (candidate != other) picked = candidate;
  }
  for (std::uint32_t i = begin; i < end && !picked.valid(); ++i) {
    if (UeIndex(order_[i]) != other) picked = UeIndex(order_[i]);
  }
  if (picked.valid()) acquire(picked, need != UeNeed::registered_shared);
  return picked;
}

bool UeTable::available(UeIndex ue, bool exclusive) const {
  const Row& row = rows_[ue.value];
  if (row.sessions == 0) return true;
  return !exclusive && (row.flags & kExclusive) == 0 && row.sessions < sessions_per_ue_;
}

void UeTable::acquire(UeIndex ue, bool exclusive) {
  PARANOID_ASSERT(available(ue, exclusive));
  ++rows_[ue.value].sessions;
  if (exclusive) set_flag(ue, kExclusive, true);
  regroup(ue);
}

void UeTable::join(UeIndex ue) {
  ENGINE_ASSERT(rows_[ue.value].sessions < UINT8_MAX);
  ++rows_[ue.value].sessions;
  regroup(ue);
}

void UeTable::release(UeIndex ue) {
  ENGINE_ASSERT(rows_[ue.value].sessions > 0);
  if (--rows_[ue.value].sessions == 0) set_flag(ue, kExclusive, false);
  regroup(ue);
}

}  // namespace rung
