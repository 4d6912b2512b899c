// How UringTcp receives: octets of a stream become messages, in the buffer they arrived in where
// it holds a whole one, else joined in a block.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "engine/net/clock.hpp"
#include "engine/net/uring_tcp.hpp"

namespace rung {
namespace {

std::uint64_t ConnectionCounters::*reason_of(FrameKind fault) {
  switch (fault) {
    case FrameKind::no_length: return &ConnectionCounters::no_length;
    case FrameKind::bad_length: return &ConnectionCounters::bad_length;
    case FrameKind::too_long: return &ConnectionCounters::too_long;
    default: return &ConnectionCounters::foreign;
  }
}

}  // namespace

std::span<RxDatagram> UringTcp::rx_burst(Time now) {
  give_back_lent();
  burst_count_ = 0;
  arm();
  cut();
  wall_offset_ = wall_offset();
  for (std::size_t i = 0; i < rings_.size() && burst_count_ < kBurstMax; ++i) {
    const std::uint32_t ring = next_ring_;
    rings_[ring].poll();
    TcpEvent event;
    while (burst_count_ < kBurstMax && rings_[ring].next(event)) on_event(ring, event, now);
    // A ring that filled the burst goes on where it stopped.
    if (burst_count_ < kBurstMax)
      next_ring_ = (next_ring_ + 1) % narrow<std::uint32_t>(rings_.size());
  }
  return {burst_.data(), burst_count_};
}

void UringTcp::give_back_lent() {
  for (std::size_t i = 0; i < lent_count_; ++i) rings_[lent_[i].ring].give_back(lent_[i].buffer);
  lent_count_ = 0;
  for (std::size_t i = 0; i < lent_blocks_count_; ++i) blocks_.give(lent_blocks_[i]);
  lent_blocks_count_ = 0;
  cursor_.lent = false;
}

/// Starts again what ended for want of buffers or descriptors.
void UringTcp::arm() {
  for (const std::uint32_t listener : to_listen_) {
    rings_[0].accept(listeners_[listener].fd(), listener);
  }
  to_listen_.clear();
  for (const std::uint32_t index : to_receive_) {
    TcpConnection& c = connections_[index];
    if (!c.to_receive) continue;
    c.to_receive = false;
    ring_of(index).receive(slot_of(index));
    ++c.operations;
  }
  to_receive_.clear();
}

void UringTcp::on_event(std::uint32_t ring, const TcpEvent& event, Time now) {
  const std::uint32_t index = ring * slots_per_ring_ + event.slot;
  switch (event.op) {
    case TcpOp::accept: return on_accept(event);
    case TcpOp::connect: return on_connected(index, event.result);
    case TcpOp::flush: return on_flushed(index, event.result);
    case TcpOp::receive: return on_received(ring, index, event, now);
    case TcpOp::shutdown: --connections_[index].operations; return free_if_over(index);
  }
}

void UringTcp::on_accept(const TcpEvent& event) {
  if (!event.more) to_listen_.push_back(event.slot);
  if (event.result < 0) {
    // The peer may have gone before it was accepted; else we have no room for it.
    const bool gone = event.result == -ECONNABORTED;
    if (!gone) ++counters_.connections.no_room;
    counters_.last_error = -event.result;
    return;
  }
  Endpoint local;
  Endpoint remote;
  read_tcp_ends(event.result, local, remote);
  const std::uint32_t index = add_connection(local, remote, event.result);
  if (index == kNoIndex) return;
  TcpConnection& c = connections_[index];
  c.state = TcpState::open;
  ++counters_.connections.accepted;
  ring_of(index).receive(slot_of(index));
  ++c.operations;
}

void UringTcp::on_received(std::uint32_t ring, std::uint32_t index, const TcpEvent& event,
                           Time now) {
  TcpConnection& c = connections_[index];
  if (!event.more) --c.operations;
  if (c.state != TcpState::open) {
    if (event.buffered) rings_[ring].give_back(event.buffer);
    return free_if_over(index);
  }
  if (event.buffered && !event.payload.empty()) {
    cursor_ = {.connection = index,
               .ring = ring,
               .buffer = event.buffer,
               .octets = event.payload,
               .arrived = event.wall_ns == 0 ? now : time_from_ns(event.wall_ns - ns(wall_offset_)),
               .open = true};
    if (!event.more) {
      c.to_receive = true;
      to_receive_.push_back(index);
    }
    return cut();
  }
  if (event.buffered) rings_[ring].give_back(event.buffer);
  if (event.result == -ENOBUFS) {
    c.to_receive = true;
    to_receive_.push_back(index);
  } else if (event.result < 0) {
    lost(index, -event.result);
  } else {
    end(index,
        c.partial != kNoIndex ? &ConnectionCounters::cut_short : &ConnectionCounters::closed);
  }
}

/// Cuts what the cursor stands on until it is used up, the burst is full or the connection ended.
void UringTcp::cut() {
  if (!cursor_.open) return;
  TcpConnection& c = connections_[cursor_.connection];
  while (burst_count_ < kBurstMax && c.state == TcpState::open &&
         cursor_.offset < cursor_.octets.size()) {
    cursor_.offset += c.partial == kNoIndex ? cut_directly(c) : cut_joined(c);
  }
  if (c.state != TcpState::open || cursor_.offset == cursor_.octets.size()) finish_cursor();
}

/// Returns the octets used.
std::size_t UringTcp::cut_directly(TcpConnection& c) {
  const Octets stream = cursor_.octets.subspan(cursor_.offset);
  const StreamFrame frame = options_.framer(stream, c.progress);
  if (frame.kind == FrameKind::message) {
    cursor_.lent = true;
    hand_out(c, stream.first(frame.size));
    return frame.size;
  }
  if (frame.kind != FrameKind::incomplete) return on_frame(c, frame) ? frame.size : stream.size();
  c.partial = blocks_.take();
  if (c.partial == kNoIndex) {
    end(cursor_.connection, &ConnectionCounters::no_room);
    return stream.size();
  }
  ENGINE_ASSERT(stream.size() <= kDatagramSizeMax);
  std::memcpy(blocks_.octets(c.partial), stream.data(), stream.size());
  c.partial_size = static_cast<std::uint32_t>(stream.size());
  return stream.size();
}

/// The same where the front of the message lies in a block already.
std::size_t UringTcp::cut_joined(TcpConnection& c) {
  const Octets more = cursor_.octets.subspan(cursor_.offset);
  const std::size_t before = c.partial_size;
  const std::size_t wanted = c.progress.total != 0 ? c.progress.total : kDatagramSizeMax;
  const std::size_t taken = std::min(more.size(), wanted - before);
  std::memcpy(blocks_.octets(c.partial) + before, more.data(), taken);
  const Octets stream(blocks_.octets(c.partial), before + taken);
  const StreamFrame frame = options_.framer(stream, c.progress);
  c.partial_size = static_cast<std::uint32_t>(stream.size());
  if (frame.kind == FrameKind::incomplete) return taken;
  if (frame.kind == FrameKind::message) {
    hand_out(c, stream.first(frame.size));
    lent_blocks_[lent_blocks_count_++] = c.partial;
    c.partial = kNoIndex;
    c.partial_size = 0;
    return frame.size - before;
  }
  if (!on_frame(c, frame)) return more.size();
  drop_partial(c);
  return frame.size - before;
}

/// Anything but a message; false when it ends the connection.
bool UringTcp::on_frame(TcpConnection& c, const StreamFrame& frame) {
  if (frame.kind == FrameKind::filler) return true;
  if (frame.kind != FrameKind::ping) {
    end(cursor_.connection, reason_of(frame.kind));
    return false;
  }
  ++counters_.connections.pings;
  // No message: where there is no room for it, the peer asks again.
  if (queue(c, frame.answer, false)) flush(cursor_.connection);
  return true;
}

void UringTcp::hand_out(const TcpConnection& c, Octets message) {
  RxDatagram& out = burst_[burst_count_++];
  out.octets = message;
  out.local = c.local;
  out.remote = c.remote;
  out.arrived = cursor_.arrived;
  out.frame = next_frame();
  out.owner = 0;
  out.mark = {};
  out.truncated = false;
  ++counters_.rx_datagrams;
  counters_.rx_octets += message.size();
}

void UringTcp::finish_cursor() {
  cursor_.open = false;
  if (!cursor_.lent) return rings_[cursor_.ring].give_back(cursor_.buffer);
  lent_[lent_count_++] = {cursor_.ring, cursor_.buffer};
}

void UringTcp::drop_partial(TcpConnection& c) {
  if (c.partial != kNoIndex) blocks_.give(c.partial);
  c.partial = kNoIndex;
  c.partial_size = 0;
}

}  // namespace rung
