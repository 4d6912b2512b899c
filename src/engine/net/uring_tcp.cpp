#include "engine/net/uring_tcp.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cerrno>

#include "engine/net/clock.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kSlotsPerRingMax = 16384;
constexpr std::uint32_t kBufferOctets = 16384;
constexpr std::uint32_t kBuffersPerRing = 512;
constexpr std::size_t kFlushesMax = 64;
/// Descriptors of the process besides sockets: listeners come on top.
constexpr std::uint64_t kOtherFiles = 256;

NetError range_error(const char* option, std::uint64_t value, std::uint64_t low,
                     std::uint64_t high) {
  return {NetErrorCode::range, 0,
          fmt::format("{} = {}: must be {} to {}", option, value, low, high)};
}

NetError check(const UringTcpOptions& o) {
  ENGINE_ASSERT(o.framer != nullptr);
  if (o.bind.family == AddressFamily::none) {
    return {NetErrorCode::range, 0, "bind: no address given"};
  }
  if (o.port_count == 0 || o.port_count > UringTcp::kPortsMax) {
    return range_error("port_count", o.port_count, 1, UringTcp::kPortsMax);
  }
  if (o.port_count > 1 && (o.bind.port == 0 || o.bind.port + o.port_count > 65536)) {
    return range_error("bind port", o.bind.port, 1, 65536 - o.port_count);
  }
  if (o.connections_max == 0 || o.connections_max > UringTcp::kConnectionsMax) {
    return range_error("connections_max", o.connections_max, 1, UringTcp::kConnectionsMax);
  }
  if (o.tx_slots == 0 || o.tx_slots > UringTcp::kTxSlotsMax) {
    return range_error("tx_slots", o.tx_slots, 1, UringTcp::kTxSlotsMax);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<UringTcp>, NetError> UringTcp::open(const UringTcpOptions& options) {
  NetError error = check(options);
  if (error.code != NetErrorCode::none) return error;
  std::unique_ptr<UringTcp> transport(new UringTcp(options));
  error = transport->open_listeners();
  if (error.code == NetErrorCode::none) error = transport->open_rings();
  if (error.code == NetErrorCode::none) error = transport->open_slots();
  if (error.code != NetErrorCode::none) return error;
  return transport;
}

UringTcp::~UringTcp() { rings_.clear(); }  // before the blocks that its sends read

NetError UringTcp::open_listeners() {
  Endpoint bind = options_.bind;
  for (std::uint32_t i = 0; i < options_.port_count; ++i) {
    auto listener = TcpListener::open(bind);
    if (!listener.ok()) return listener.error();
    to_listen_.push_back(static_cast<std::uint32_t>(listeners_.size()));
    listeners_.push_back(std::move(*listener));
    ++bind.port;
  }
  return {};
}

NetError UringTcp::open_rings() {
  const std::uint32_t wanted = std::min(options_.connections_max, kSlotsPerRingMax);
  const std::uint64_t limit = raise_file_limit(wanted + options_.port_count + kOtherFiles);
  if (limit < kOtherFiles + options_.port_count) {
    return {NetErrorCode::permission, 0,
            fmt::format("the limit of open files is {} (ulimit -n): at least {} are needed", limit,
                        kOtherFiles + options_.port_count)};
  }
  // A ring holds as many sockets as the process may hold files; further ones take another ring.
  slots_per_ring_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, limit));
  const std::uint32_t rings = (options_.connections_max + slots_per_ring_ - 1) / slots_per_ring_;
  for (std::uint32_t i = 0; i < rings; ++i) {
    TcpRingOptions ring_options;
    ring_options.slots = slots_per_ring_;
    ring_options.buffers = kBuffersPerRing;
    ring_options.buffer_octets = kBufferOctets;
    ring_options.sends_max = options_.tx_slots;
    auto ring = TcpRing::open(ring_options);
    if (!ring.ok()) return ring.error();
    rings_.push_back(std::move(*ring));
  }
  return {};
}

NetError UringTcp::open_slots() {
  const std::uint32_t connections = options_.connections_max;
  connections_.resize(connections);
  free_.reserve(connections);
  for (std::uint32_t i = connections; i > 0; --i) free_.push_back(i - 1);
  to_receive_.reserve(connections);
  table_ = TcpTable(connections);
  blocks_ = TcpBlocks(connections + kQueueBlocks);
  slot_memory_ = MappedMemory(std::size_t{options_.tx_slots} * kDatagramSizeMax);
  if (slot_memory_.data() == nullptr || !blocks_.mapped()) {
    return net_error(NetErrorCode::memory, errno,
                     fmt::format("cannot map {} transmit slots and {} blocks", options_.tx_slots,
                                 connections + kQueueBlocks));
  }
  slots_.resize(options_.tx_slots);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].buffer = slot_memory_.data() + i * kDatagramSizeMax;
  }
  next_slot_.resize(options_.tx_slots);
  touched_.reserve(options_.tx_slots);
  messages_.resize(options_.tx_slots);
  pieces_.resize(options_.tx_slots);
  flushes_.resize(kFlushesMax);
  own_slots(slots_);
  return {};
}

bool UringTcp::connected(const Endpoint& local, const Endpoint& remote) const {
  return table_.find(connections_, own_end(local), remote) != kNoIndex;
}

Endpoint UringTcp::own_end(const Endpoint& local) const {
  return local.family == AddressFamily::none ? listeners_[0].bound() : local;
}

// Arrivals must not wake the loop, and the kernel holds what arrives until the next poll either
// way.
void UringTcp::wait(Time until) {
  if (!slack_set_) {
    prctl(PR_SET_TIMERSLACK, 1);  // the default of 50 us is a quarter of a tick
    slack_set_ = true;
  }
  sleep_until(until);
}

}  // namespace rung
