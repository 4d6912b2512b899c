#include "engine/net/sctp.hpp"

#include <usrsctp.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "engine/net/sctp_checksum.hpp"

namespace rung {
namespace {

// usrsctp keeps its state in variables of the process, so there can be one stack only.
SctpStack* the_stack = nullptr;

constexpr std::size_t kFirstChunkOffset = kSctpHeaderSize;
constexpr std::uint8_t kInitChunk = 1;
constexpr int kFinishAttempts = 200;

std::uint32_t milliseconds(Duration d) {
  return narrow<std::uint32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(d).count());
}

bool is_init(Octets packet) {
  return packet.size() > kFirstChunkOffset && packet[kFirstChunkOffset] == kInitChunk;
}

std::uint16_t destination_port(Octets packet) {
  return static_cast<std::uint16_t>(packet[2] << 8 | packet[3]);
}

bool same_host(const Endpoint& a, const Endpoint& b) {
  return a.family == b.family && a.address == b.address;
}

}  // namespace

struct SctpStack::Output {
  /// Called with locks of usrsctp held: nothing of it may be called from here.
  static int packet(void* address, void* octets, std::size_t size, std::uint8_t, std::uint8_t) {
    SctpPath& path = *static_cast<SctpPath*>(address);
    path.stack->send_packet(path, {static_cast<const std::uint8_t*>(octets), size});
    return 0;
  }
};

SctpStack::SctpStack(const SctpStackOptions& options, Time now)
    : options_(options), now_(now), last_timers_(now) {
  ENGINE_ASSERT(the_stack == nullptr);
  the_stack = this;
  paths_.reserve(options.paths_max);
  arrivals_.reserve(options.arrivals_max + kChangesMax);
  usrsctp_init_nothreads(0, Output::packet, nullptr);
  set_tunables();
}

void SctpStack::set_tunables() {
  // The checksum is made and checked where packets leave and arrive, with the processor's help.
  usrsctp_enable_crc32c_offload();
  // What SIGTRAN peers do not ask for stays out of INIT.
  usrsctp_sysctl_set_sctp_ecn_enable(0);
  usrsctp_sysctl_set_sctp_asconf_enable(0);
  usrsctp_sysctl_set_sctp_auto_asconf(0);
  usrsctp_sysctl_set_sctp_auth_enable(0);
  usrsctp_sysctl_set_sctp_pr_enable(0);
  usrsctp_sysctl_set_sctp_reconfig_enable(0);
  usrsctp_sysctl_set_sctp_nrsack_enable(0);
  usrsctp_sysctl_set_sctp_pktdrop_enable(0);
  usrsctp_sysctl_set_sctp_delayed_sack_time_default(milliseconds(options_.delayed_sack));
  usrsctp_sysctl_set_sctp_rto_min_default(milliseconds(options_.retransmission_min));
  usrsctp_sysctl_set_sctp_rto_max_default(milliseconds(options_.retransmission_max));
  usrsctp_sysctl_set_sctp_rto_initial_default(1000);
  usrsctp_sysctl_set_sctp_max_chunks_on_queue(options_.messages_queued_max);
}

SctpStack::~SctpStack() {
  for (const auto& association : associations_) {
    association->drop_socket(true);
    association->close();
  }
  for (const Arrival& arrival : arrivals_) std::free(arrival.data);
  arrivals_.clear();
  // It refuses while sockets linger; each round lets its timers bury some.
  for (int i = 0; i < kFinishAttempts && usrsctp_finish() != 0; ++i) usrsctp_handle_timers(1000);
  flush(now_);
  for (const Arrival& arrival : arrivals_) std::free(arrival.data);
  the_stack = nullptr;
}

std::size_t SctpStack::add_carrier(Transport& transport, Tap& tap) {
  carriers_.push_back({&transport, &tap});
  return carriers_.size() - 1;
}

SctpAssociation& SctpStack::open(const SctpAssociationOptions& options, SctpUser& user) {
  ENGINE_ASSERT(options.carrier < carriers_.size());
  ENGINE_ASSERT(options.listen || options.remote.family != AddressFamily::none);
  ENGINE_ASSERT(options.streams >= 2);
  ENGINE_ASSERT(options.path_mtu >= 576);
  ENGINE_ASSERT(options.path_mtu <= kDatagramSizeMax);
  ENGINE_ASSERT(options.heartbeat >= 1s);
  associations_.emplace_back(new (std::nothrow) SctpAssociation(*this, options, user));
  return *associations_.back();
}

std::size_t SctpStack::poll(Time now) {
  now_ = now;
  std::size_t count = 0;
  for (std::size_t i = 0; i < carriers_.size(); ++i) take_packets(carriers_[i], i, now, count);
  arrived_ = now;
  run_timers(now);
  deliver(now);
  for (const auto& association : associations_) serve(*association, now);
  flush(now);
  return count;
}

void SctpStack::run_timers(Time now) {
  const Duration elapsed = now - last_timers_;
  if (elapsed < kTimerTick) return;
  // What is left below a millisecond counts the next time.
  const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed);
  last_timers_ += whole;
  usrsctp_handle_timers(narrow<std::uint32_t>(std::min<std::int64_t>(whole.count(), UINT32_MAX)));
}

void SctpStack::take_packets(Carrier& carrier, std::size_t index, Time now, std::size_t& count) {
  const std::span<RxDatagram> burst = carrier.transport->rx_burst(now);
  for (const RxDatagram& datagram : burst) take_packet(datagram, index);
  carrier.tap->on_rx(burst);
  count += burst.size();
}

void SctpStack::take_packet(const RxDatagram& datagram, std::size_t carrier) {
  ++counters_.packets_received;
  if (datagram.truncated || !sctp_checksum_good(datagram.octets)) {
    ++counters_.bad_checksum;
    return;
  }
  if (!is_ours(carrier, datagram.octets)) {
    ++counters_.strangers;
    return;
  }
  if (is_init(datagram.octets)) admit(carrier, datagram);
  SctpPath* path = path_of(carrier, datagram.remote);
  if (path == nullptr) {
    ++counters_.strangers;
    return;
  }
  path->used = now_;
  arrived_ = datagram.arrived;
  usrsctp_conninput(path, datagram.octets.data(), datagram.octets.size(), 0);
}

/// A raw socket hears of every association of its host: what is for another program is not ours to
/// abort, as usrsctp would.
bool SctpStack::is_ours(std::size_t carrier, Octets packet) const {
  if (carriers_[carrier].transport->local().port != 0) return true;
  const std::uint16_t port = destination_port(packet);
  return std::any_of(associations_.begin(), associations_.end(), [&](const auto& association) {
    return association->options_.carrier == carrier && association->options_.local_port == port;
  });
}

SctpPath* SctpStack::path_of(std::size_t carrier, const Endpoint& remote) {
  for (const auto& path : paths_) {
    if (path->carrier == carrier && path->remote == remote) return path.get();
  }
  return nullptr;
}

SctpPath* SctpStack::new_path(std::size_t carrier, const Endpoint& remote) {
  if (SctpPath* known = path_of(carrier, remote)) return known;
  if (paths_.size() == options_.paths_max) {
    SctpPath* free = free_path();
    if (free == nullptr) {
      ++counters_.paths_full;
      return nullptr;
    }
    *free = SctpPath{this, carrier, remote, now_};
    return free;
  }
  paths_.push_back(std::make_unique<SctpPath>(SctpPath{this, carrier, remote, now_}));
  usrsctp_register_address(paths_.back().get());
  return paths_.back().get();
}

/// Of the paths that no association uses the one unused for longest: on the others a packet of an
/// association that ended may still be under way.
SctpPath* SctpStack::free_path() {
  SctpPath* oldest = nullptr;
  for (const auto& path : paths_) {
    const bool used =
        std::any_of(associations_.begin(), associations_.end(), [&](const auto& association) {
          return association->path_ == path.get() || association->listener_path_ == path.get();
        });
    if (!used && (oldest == nullptr || path->used < oldest->used)) oldest = path.get();
  }
  return oldest;
}

/// Turns a listener to a peer whose address, or port of UDP, it was not told or that has changed.
void SctpStack::admit(std::size_t carrier, const RxDatagram& datagram) {
  for (const auto& association : associations_) {
    const SctpAssociationOptions& options = association->options_;
    if (!options.listen || options.carrier != carrier || !association->wanted_) continue;
    if (options.local_port != destination_port(datagram.octets)) continue;
    const bool anyone = options.remote.family == AddressFamily::none;
    const bool any_port = options.remote.port == 0 && same_host(options.remote, datagram.remote);
    if (!anyone && !any_port) continue;
    if (association->listener_ != nullptr && association->remote_ == datagram.remote) return;
    listen(*association, datagram.remote);
    return;
  }
}

void SctpStack::send_packet(SctpPath& path, Octets packet) {
  path.used = now_;
  Transport& transport = *carriers_[path.carrier].transport;
  TxDatagram* slot = transport.tx().reserve();
  if (slot == nullptr) {
    flush_carrier(path.carrier, now_);
    slot = transport.tx().reserve();
  }
  if (slot == nullptr || packet.size() > kDatagramSizeMax) {
    if (slot != nullptr) transport.tx().drop_last();
    ++counters_.packets_shed;  // as a network would: SCTP sends it again
    return;
  }
  std::memcpy(slot->buffer, packet.data(), packet.size());
  slot->size = static_cast<std::uint32_t>(packet.size());
  slot->local = {};
  slot->remote = path.remote;
  put_sctp_checksum(slot->space().first(packet.size()));
  ++counters_.packets_sent;
}

void SctpStack::flush_carrier(std::size_t index, Time now) {
  Carrier& carrier = carriers_[index];
  const auto pending = carrier.transport->tx().pending();
  if (pending.empty()) return;
  carrier.tap->on_tx(pending, now);
  carrier.transport->tx_burst(now);
}

void SctpStack::flush(Time now) {
  for (std::size_t i = 0; i < carriers_.size(); ++i) flush_carrier(i, now);
}

void SctpStack::keep(const Arrival& arrival) {
  if (arrival.data != nullptr && arrivals_.size() >= options_.arrivals_max) {
    ++counters_.arrivals_shed;
    std::free(arrival.data);
    return;
  }
  arrivals_.push_back(arrival);
  arrivals_.back().at = arrived_;
}

void SctpStack::deliver(Time now) {
  for (const auto& association : associations_) tell_reset(*association, now);
  // A user's calls may make further arrivals: they wait for the next round of this loop.
  for (std::size_t i = 0; i < arrivals_.size();) {
    if (arrivals_[i].data == nullptr) {
      tell_change(Arrival{arrivals_[i]}, now);
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < arrivals_.size() && end - i < burst_.size() && arrivals_[end].data != nullptr &&
           arrivals_[end].association == arrivals_[i].association &&
           arrivals_[end].from == arrivals_[i].from) {
      ++end;
    }
    tell_messages(i, end, now);
    i = end;
  }
  arrivals_.clear();
}

void SctpStack::tell_messages(std::size_t first, std::size_t last, Time now) {
  SctpAssociation& association = *arrivals_[first].association;
  std::size_t count = 0;
  for (std::size_t i = first; i < last; ++i) {
    const Arrival& arrival = arrivals_[i];
    const bool piece = association.in_pieces_ || !arrival.whole;
    association.in_pieces_ = !arrival.whole;
    if (piece && arrival.whole) {
      ++association.counters_.partial;
      ++counters_.arrivals_shed;
    }
    if (piece) continue;
    burst_[count++] = {{arrival.data, arrival.size}, arrival.stream, arrival.ppid, arrival.at};
  }
  association.counters_.received += count;
  if (count != 0 && arrivals_[first].from == association.socket_) {
    association.user_.on_sctp_messages(association, {burst_.data(), count}, now);
  }
  for (std::size_t i = first; i < last; ++i) {
    std::free(arrivals_[i].data);
    arrivals_[i].data = nullptr;
  }
}

}  // namespace rung
