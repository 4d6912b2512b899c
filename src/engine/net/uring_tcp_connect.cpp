// How connections of UringTcp begin and end.
#include <unistd.h>

#include <cerrno>

#include "engine/net/uring_tcp.hpp"

namespace rung {

/// Takes `fd` over. kNoIndex, and the descriptor closed, when there is no room.
std::uint32_t UringTcp::add_connection(const Endpoint& local, const Endpoint& remote, int fd) {
  if (free_.empty()) {
    ++counters_.connections.no_room;
    close(fd);
    return kNoIndex;
  }
  const std::uint32_t index = free_.back();
  if (!ring_of(index).adopt(slot_of(index), fd)) {
    ++counters_.connections.no_room;
    return kNoIndex;
  }
  free_.pop_back();
  ++used_;
  TcpConnection& c = connections_[index];
  c = {};
  c.local = local;
  c.remote = remote;
  const std::uint32_t older = table_.find(connections_, local, remote);
  if (older != kNoIndex) {
    table_.remove(connections_, older);
    connections_[older].listed = false;
  }
  table_.add(connections_, index);
  c.listed = true;
  return index;
}

/// Opens a connection between these ends; what is sent meanwhile waits.
std::uint32_t UringTcp::connect(const Endpoint& local, const Endpoint& remote) {
  const Endpoint own = own_end(local);
  Endpoint from = own;
  if (local.family == AddressFamily::none) from.port = 0;
  if (from.family != remote.family) {
    ++counters_.connections.not_opened;
    return kNoIndex;
  }
  const int fd = open_tcp_socket(from);
  if (fd < 0) {
    ++counters_.connections.not_opened;
    counters_.last_error = -fd;
    return kNoIndex;
  }
  const std::uint32_t index = add_connection(own, remote, fd);
  if (index == kNoIndex) return kNoIndex;
  TcpConnection& c = connections_[index];
  c.state = TcpState::connecting;
  SocketAddress address{};
  const socklen_t size = to_socket_address(remote, address);
  ring_of(index).connect(slot_of(index), address, size);
  ++c.operations;
  return index;
}

void UringTcp::on_connected(std::uint32_t index, int result) {
  TcpConnection& c = connections_[index];
  --c.operations;
  if (c.state == TcpState::ending) return free_if_over(index);
  if (result < 0) return lost(index, -result);
  c.state = TcpState::open;
  ++counters_.connections.opened;
  ring_of(index).receive(slot_of(index));
  ++c.operations;
  flush(index);
}

/// The connection is gone, or never came about.
void UringTcp::lost(std::uint32_t index, int error_number) {
  const TcpConnection& c = connections_[index];
  counters_.last_error = error_number;
  if (c.state == TcpState::connecting) {
    const bool ours = error_number == EADDRNOTAVAIL || error_number == EADDRINUSE;
    if (!ours) ++counters_.unreachable;
    return end(index, ours ? &ConnectionCounters::not_opened : &ConnectionCounters::refused);
  }
  end(index, c.partial != kNoIndex ? &ConnectionCounters::cut_short : &ConnectionCounters::reset);
}

/// RFC 3261 18.4: what waited on it is lost, and counted by whose doing.
void UringTcp::end(std::uint32_t index, std::uint64_t ConnectionCounters::*reason) {
  TcpConnection& c = connections_[index];
  if (c.state == TcpState::ending) return;
  ++(counters_.connections.*reason);
  c.state = TcpState::ending;
  if (c.listed) table_.remove(connections_, index);
  c.listed = false;
  c.to_receive = false;
  drop_partial(c);
  const bool ours = reason == &ConnectionCounters::no_room ||
                    reason == &ConnectionCounters::not_opened ||
                    reason == &ConnectionCounters::too_long;
  if (ours) {
    shed(c.queue_messages);
  } else {
    counters_.connections.lost += c.queue_messages;
  }
  c.queue_messages = 0;
  if (!c.flushing) drop_queue(c);
  if (c.operations != 0) {
    ring_of(index).shutdown(slot_of(index));
    ++c.operations;  // until then the slot is not another connection's
  }
  free_if_over(index);
}

void UringTcp::free_if_over(std::uint32_t index) {
  TcpConnection& c = connections_[index];
  if (c.operations != 0) return;
  drop_queue(c);
  ring_of(index).drop(slot_of(index));
  c.state = TcpState::free;
  free_.push_back(index);
  --used_;
}

}  // namespace rung
