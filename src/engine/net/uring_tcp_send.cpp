// How UringTcp sends: all of a burst for one connection in one call; what the kernel does not take
// waits in blocks and is sent as the peer makes room.
#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "engine/net/uring_tcp.hpp"

namespace rung {

void UringTcp::tx_burst(Time) {
  const std::span<TxDatagram> pending = tx().pending();
  touched_.clear();
  pieces_used_ = 0;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const std::uint32_t index = connection_for(pending[i]);
    if (index == kNoIndex) {
      shed(1);
      continue;
    }
    const auto slot = static_cast<std::uint32_t>(i);
    TcpConnection& c = connections_[index];
    next_slot_[slot] = kNoIndex;
    if (c.slot_first == kNoIndex) {
      touched_.push_back(index);
      c.slot_first = slot;
    } else {
      next_slot_[c.slot_last] = slot;
    }
    c.slot_last = slot;
  }
  for (std::size_t i = 0; i < touched_.size(); ++i) send_now(i);
  if (touched_.empty()) return empty_tx();
  for (TcpRing& ring : rings_) ring.submit();
  for (TcpRing& ring : rings_) {
    for (const TcpSent& sent : ring.sent()) take_result(sent.token, sent.result);
    ring.forget_sent();
  }
  for (const std::uint32_t index : touched_) flush(index);
  empty_tx();
}

std::uint32_t UringTcp::connection_for(const TxDatagram& datagram) {
  const std::uint32_t index = table_.find(connections_, own_end(datagram.local), datagram.remote);
  return index != kNoIndex ? index : connect(datagram.local, datagram.remote);
}

/// Hands the burst's slots of the connection to the kernel, or queues them behind others.
void UringTcp::send_now(std::size_t touched) {
  const std::uint32_t index = touched_[touched];
  TcpConnection& c = connections_[index];
  if (c.state != TcpState::open || c.queue_first != kNoIndex) return queue_slots(index, 0);
  msghdr& message = messages_[touched];
  message = {};
  message.msg_iov = &pieces_[pieces_used_];
  for (std::uint32_t slot = c.slot_first; slot != kNoIndex; slot = next_slot_[slot]) {
    if (message.msg_iovlen == IOV_MAX) break;  // the rest is queued with the result
    const TxDatagram& datagram = tx().pending()[slot];
    pieces_[pieces_used_++] = {datagram.buffer, datagram.size};
    ++message.msg_iovlen;
  }
  ring_of(index).send(slot_of(index), message, index);
}

void UringTcp::take_result(std::uint32_t index, int result) {
  TcpConnection& c = connections_[index];
  if (result == -EAGAIN || result == -EINTR) result = 0;
  if (result < 0) {
    for (; c.slot_first != kNoIndex; c.slot_first = next_slot_[c.slot_first]) {
      ++counters_.connections.lost;
    }
    return lost(index, -result);
  }
  counters_.tx_octets += static_cast<std::uint32_t>(result);
  auto left = static_cast<std::uint32_t>(result);
  while (c.slot_first != kNoIndex && left >= tx().pending()[c.slot_first].size) {
    left -= tx().pending()[c.slot_first].size;
    ++counters_.tx_datagrams;
    c.slot_first = next_slot_[c.slot_first];
  }
  queue_slots(index, left);
}

/// `gone`: octets of the first of them that the kernel took, so that it must not be shed.
void UringTcp::queue_slots(std::uint32_t index, std::size_t gone) {
  TcpConnection& c = connections_[index];
  while (c.slot_first != kNoIndex) {
    const TxDatagram& datagram = tx().pending()[c.slot_first];
    c.slot_first = next_slot_[c.slot_first];
    if (queue(c, datagram.octets().subspan(gone), true)) {
      gone = 0;
      continue;
    }
    if (c.queue_blocks == kQueueBlocksMax) {
      ++counters_.connections.lost;  // 4 MiB are the peer's to take
    } else {
      shed(1);
    }
    if (gone != 0) end(index, &ConnectionCounters::no_room);
    gone = 0;
  }
}

void UringTcp::shed(std::uint32_t messages) {
  counters_.tx_failed += messages;
  counters_.connections.shed += messages;
}

/// A burst of one connection may be long, yet peers that do not read must leave room for the
/// others.
bool UringTcp::may_queue_more(const TcpConnection& c) const {
  const bool scarce = queue_blocks_ >= kQueueBlocks / 2;
  return queue_blocks_ < kQueueBlocks &&
         c.queue_blocks < (scarce ? kScarceQueueBlocksMax : kQueueBlocksMax);
}

/// `ends`: a message ends with them. False when there is no room, and nothing was queued.
bool UringTcp::queue(TcpConnection& c, Octets octets, bool ends) {
  const std::size_t room =
      c.queue_last == kNoIndex ? 0 : kDatagramSizeMax - blocks_[c.queue_last].size;
  if (c.state == TcpState::ending) return false;
  if (octets.size() > room && !may_queue_more(c)) return false;
  while (!octets.empty()) {  // twice at most
    if (c.queue_last == kNoIndex || blocks_[c.queue_last].size == kDatagramSizeMax) {
      const std::uint32_t block = blocks_.take();
      if (c.queue_last == kNoIndex) {
        c.queue_first = block;
        c.queue_sent = 0;
      } else {
        blocks_[c.queue_last].next = block;
      }
      c.queue_last = block;
      ++c.queue_blocks;
      ++queue_blocks_;
    }
    TcpBlocks::Block& last = blocks_[c.queue_last];
    const std::size_t size = std::min(octets.size(), kDatagramSizeMax - last.size);
    std::memcpy(blocks_.octets(c.queue_last) + last.size, octets.data(), size);
    last.size = narrow<std::uint16_t>(last.size + size);
    octets = octets.subspan(size);
  }
  if (ends) {
    ++blocks_[c.queue_last].ends;
    ++c.queue_messages;
  }
  return true;
}

/// Sends what waits, all of it in one call.
void UringTcp::flush(std::uint32_t index) {
  TcpConnection& c = connections_[index];
  if (c.flushing || c.state != TcpState::open || c.queue_first == kNoIndex) return;
  if (flushes_used_ == flushes_.size()) {
    for (TcpRing& ring : rings_) ring.submit();
    flushes_used_ = 0;
  }
  FlushMessage& flush = flushes_[flushes_used_++];
  flush.message = {};
  flush.message.msg_iov = flush.pieces.data();
  std::size_t gone = c.queue_sent;
  for (std::uint32_t block = c.queue_first; block != kNoIndex; block = blocks_[block].next) {
    flush.pieces[flush.message.msg_iovlen++] = {blocks_.octets(block) + gone,
                                                blocks_[block].size - gone};
    gone = 0;
  }
  ring_of(index).flush(slot_of(index), flush.message);
  c.flushing = true;
  ++c.operations;
}

void UringTcp::on_flushed(std::uint32_t index, int result) {
  TcpConnection& c = connections_[index];
  c.flushing = false;
  --c.operations;
  if (c.state == TcpState::ending) return free_if_over(index);
  if (result < 0 && result != -EAGAIN && result != -EINTR) return lost(index, -result);
  auto left = static_cast<std::size_t>(std::max(result, 0));
  counters_.tx_octets += left;
  while (c.queue_first != kNoIndex) {
    const TcpBlocks::Block block = blocks_[c.queue_first];
    const std::size_t waiting = block.size - c.queue_sent;
    // The last block may have grown since.
    if (left < waiting) break;
    left -= waiting;
    counters_.tx_datagrams += block.ends;
    c.queue_messages -= block.ends;
    blocks_.give(c.queue_first);
    --c.queue_blocks;
    --queue_blocks_;
    c.queue_sent = 0;
    c.queue_first = block.next;
    if (block.next == kNoIndex) c.queue_last = kNoIndex;
  }
  c.queue_sent += static_cast<std::uint32_t>(left);
  flush(index);
}

void UringTcp::drop_queue(TcpConnection& c) {
  for (std::uint32_t block = c.queue_first; block != kNoIndex;) {
    const std::uint32_t next = blocks_[block].next;
    blocks_.give(block);
    block = next;
  }
  c.queue_first = c.queue_last = kNoIndex;
  queue_blocks_ -= c.queue_blocks;
  c.queue_blocks = 0;
}

}  // namespace rung
