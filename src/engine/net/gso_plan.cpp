#include "engine/net/gso_plan.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace rung {
namespace {

bool same_pair(const TxDatagram& a, const TxDatagram& b) {
  return a.local == b.local && a.remote == b.remote;
}

std::uint64_t mix(std::uint64_t hash, const Endpoint& e) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, e.address.data(), 8);
  std::memcpy(&high, e.address.data() + 8, 8);
  hash = (hash ^ low) * kOdd;
  hash = (std::rotl(hash, 29) ^ high ^ e.port) * kOdd;
  return hash ^ hash >> 32;
}

}  // namespace

GsoPlan::GsoPlan(std::size_t slots_max)
    : next_(slots_max), table_(std::bit_ceil(2 * slots_max), Entry{0, kNone}) {
  groups_.reserve(slots_max);
  open_.reserve(slots_max);
  order_.reserve(slots_max);
}

std::span<const GsoGroup> GsoPlan::plan(std::span<const TxDatagram> pending,
                                        std::uint32_t segment_max) {
  ENGINE_ASSERT(pending.size() <= next_.size());
  groups_.clear();
  open_.clear();
  order_.clear();
  if (segment_max == 0 || pending.size() < 2) {
    plan_singly(pending);
    return groups_;
  }
  if (++generation_ == 0) {  // after 2^32 bursts old entries would look new
    std::fill(table_.begin(), table_.end(), Entry{0, kNone});
    generation_ = 1;
  }
  std::uint32_t* newest = nullptr;
  for (std::uint32_t slot = 0; slot < pending.size(); ++slot) {
    const TxDatagram& datagram = pending[slot];
    if (slot == 0 || !same_pair(datagram, pending[slot - 1])) newest = &newest_group(pending, slot);
    if (*newest != kNone && fits(*newest, datagram, segment_max)) {
      append(*newest, slot, datagram);
    } else {
      *newest = static_cast<std::uint32_t>(groups_.size());
      open(slot, datagram);
    }
  }
  lay_out();
  return groups_;
}

void GsoPlan::plan_singly(std::span<const TxDatagram> pending) {
  for (std::uint32_t slot = 0; slot < pending.size(); ++slot) {
    groups_.push_back({slot, 1, pending[slot].size, pending[slot].size});
    order_.push_back(slot);
  }
}

std::uint32_t& GsoPlan::newest_group(std::span<const TxDatagram> pending, std::uint32_t slot) {
  const TxDatagram& datagram = pending[slot];
  const std::size_t mask = table_.size() - 1;
  std::size_t at = mix(mix(0, datagram.local), datagram.remote) & mask;
  while (true) {  // ends: at most half the entries are of this generation
    Entry& entry = table_[at];
    if (entry.generation != generation_) {
      entry = {generation_, kNone};
      return entry.group;
    }
    if (same_pair(pending[open_[entry.group].first], datagram)) return entry.group;
    at = (at + 1) & mask;
  }
}

bool GsoPlan::fits(std::uint32_t group, const TxDatagram& datagram,
                   std::uint32_t segment_max) const {
  const GsoGroup& g = groups_[group];
  return !open_[group].closed && datagram.size != 0 && datagram.size <= g.segment &&
         g.segment <= segment_max && g.count < kGsoSegmentsMax &&
         g.octets + datagram.size <= kGsoOctetsMax;
}

void GsoPlan::append(std::uint32_t group, std::uint32_t slot, const TxDatagram& datagram) {
  GsoGroup& g = groups_[group];
  Open& o = open_[group];
  next_[o.last] = slot;
  next_[slot] = kNone;
  o.last = slot;
  o.closed = datagram.size < g.segment;
  g.octets += datagram.size;
  ++g.count;
}

void GsoPlan::open(std::uint32_t slot, const TxDatagram& datagram) {
  groups_.push_back({0, 1, datagram.size, datagram.size});
  open_.push_back({slot, slot, false});
  next_[slot] = kNone;
}

void GsoPlan::lay_out() {
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    groups_[group].begin = static_cast<std::uint32_t>(order_.size());
    for (std::uint32_t slot = open_[group].first; slot != kNone; slot = next_[slot]) {
      order_.push_back(slot);
    }
  }
}

}  // namespace rung
