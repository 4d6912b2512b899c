// What UringTcp keeps of one connection, and the table that finds it by its two ends.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/stream_framer.hpp"
#include "engine/net/mapped_memory.hpp"

namespace rung {

inline constexpr std::uint32_t kNoIndex = 0xffffffff;

enum class TcpState : std::uint8_t { free, connecting, open, ending };

/// Blocks of octets are taken only while a message is partial: received in part, or not yet taken
/// by the kernel.
struct TcpConnection {
  Endpoint local;  // what datagrams to and from it name
  Endpoint remote;
  FrameProgress progress;
  std::uint32_t partial = kNoIndex;  // block with the front of a message
  std::uint32_t partial_size = 0;
  std::uint32_t queue_first = kNoIndex;  // blocks that wait to be sent
  std::uint32_t queue_last = kNoIndex;
  std::uint32_t queue_sent = 0;         // octets of the first one that are gone
  std::uint32_t queue_messages = 0;     // whose last octet waits
  std::uint32_t slot_first = kNoIndex;  // transmit slots of the burst being sent
  std::uint32_t slot_last = kNoIndex;
  std::uint16_t queue_blocks = 0;
  TcpState state = TcpState::free;
  std::uint8_t operations = 0;  // under way in the ring
  bool flushing = false;
  bool to_receive = false;  // its receive ended for want of buffers
  bool listed = false;      // found by its ends; a newer one between the same two takes its place
};
static_assert(sizeof(TcpConnection) <= 96);

/// Connections by (local, remote): open addressing, at most half full.
class TcpTable {
 public:
  TcpTable() = default;
  explicit TcpTable(std::uint32_t connections_max);

  [[nodiscard]] std::uint32_t find(const std::vector<TcpConnection>& connections,
                                   const Endpoint& local, const Endpoint& remote) const;
  /// Precondition: none with these ends is in the table.
  void add(const std::vector<TcpConnection>& connections, std::uint32_t index);
  void remove(const std::vector<TcpConnection>& connections, std::uint32_t index);

 private:
  [[nodiscard]] std::size_t home(const Endpoint& local, const Endpoint& remote) const;

  std::vector<std::uint32_t> places_;
  std::size_t mask_ = 0;
};

/// Blocks of kDatagramSizeMax octets, whose memory is touched as they are used; the last given back
/// is the next taken.
class TcpBlocks {
 public:
  struct Block {
    std::uint32_t next = kNoIndex;  // in a queue
    std::uint16_t size = 0;
    std::uint16_t ends = 0;  // messages that end within
  };

  TcpBlocks() = default;
  explicit TcpBlocks(std::uint32_t blocks);
  [[nodiscard]] bool mapped() const { return memory_.data() != nullptr; }

  /// kNoIndex when all are in use.
  std::uint32_t take();
  void give(std::uint32_t block);
  Block& operator[](std::uint32_t block) { return blocks_[block]; }
  [[nodiscard]] std::uint8_t* octets(std::uint32_t block) const;
  [[nodiscard]] std::size_t free() const { return free_.size() + blocks_.size() - used_ever_; }
  /// The most that were in use at a time.
  [[nodiscard]] std::size_t used_max() const { return used_max_; }

 private:
  MappedMemory memory_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> free_;
  std::size_t used_ever_ = 0;
  std::size_t used_max_ = 0;
};

}  // namespace rung
