#include "engine/net/tcp_connection.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/datagram.hpp"

namespace rung {

TcpTable::TcpTable(std::uint32_t connections_max)
    : places_(std::bit_ceil(std::size_t{2} * std::max(connections_max, 1U)), kNoIndex),
      mask_(places_.size() - 1) {}

std::size_t TcpTable::home(const Endpoint& local, const Endpoint& remote) const {
  std::uint64_t hash = 0;
  for (const Endpoint* end : {&local, &remote}) {
    std::uint64_t words[2];
    std::memcpy(words, end->address.data(), sizeof words);
    for (const std::uint64_t word : {words[0], words[1], std::uint64_t{end->port}}) {
      hash = (hash ^ word) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 32;
    }
  }
  return hash & mask_;
}

std::uint32_t TcpTable::find(const std::vector<TcpConnection>& connections, const Endpoint& local,
                             const Endpoint& remote) const {
  for (std::size_t at = home(local, remote);; at = (at + 1) & mask_) {  // ends: half are empty
    const std::uint32_t index = places_[at];
    if (index == kNoIndex) return kNoIndex;
    if (connections[index].local == local && connections[index].remote == remote) return index;
  }
}

void TcpTable::add(const std::vector<TcpConnection>& connections, std::uint32_t index) {
  std::size_t at = home(connections[index].local, connections[index].remote);
  while (places_[at] != kNoIndex) at = (at + 1) & mask_;
  places_[at] = index;
}

void TcpTable::remove(const std::vector<TcpConnection>& connections, std::uint32_t index) {
  std::size_t at = home(connections[index].local, connections[index].remote);
  while (places_[at] != index) {
    ENGINE_ASSERT(places_[at] != kNoIndex);
    at = (at + 1) & mask_;
  }
  // Those behind move up where the gap would part them from their home.
  for (std::size_t next = (at + 1) & mask_; places_[next] != kNoIndex; next = (next + 1) & mask_) {
    const TcpConnection& c = connections[places_[next]];
    const std::size_t distance = (next - home(c.local, c.remote)) & mask_;
    if (distance < ((next - at) & mask_)) continue;
    places_[at] = places_[next];
    at = next;
  }
  places_[at] = kNoIndex;
}

TcpBlocks::TcpBlocks(std::uint32_t blocks)
    : memory_(std::size_t{blocks} * kDatagramSizeMax, MappedMemory::Touch::on_use),
      blocks_(blocks) {
  free_.reserve(blocks);
}

std::uint32_t TcpBlocks::take() {
  std::uint32_t block = 0;
  if (!free_.empty()) {
    block = free_.back();
    free_.pop_back();
  } else if (used_ever_ < blocks_.size()) {
    block = static_cast<std::uint32_t>(used_ever_++);
  } else {
    return kNoIndex;
  }
  blocks_[block] = {};
  used_max_ = std::max(used_max_, used_ever_ - free_.size());
  return block;
}

void TcpBlocks::give(std::uint32_t block) { free_.push_back(block); }

std::uint8_t* TcpBlocks::octets(std::uint32_t block) const {
  return memory_.data() + std::size_t{block} * kDatagramSizeMax;
}

}  // namespace rung
