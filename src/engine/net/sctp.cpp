#include "engine/net/sctp.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <usrsctp.h>

#include <algorithm>
#include <cerrno>
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
constexpr std::uint16_t kInitAttempts = 4;
constexpr std::uint16_t kInitTimeoutMs = 3000;

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

template <class Value>
void set(SctpSocket* s, int level, int name, const Value& value) {
  const int done = usrsctp_setsockopt(s, level, name, &value, sizeof value);
  ENGINE_ASSERT(done == 0);
}

sockaddr_conn address_of(void* path, std::uint16_t port) {
  sockaddr_conn address{};
  address.sconn_family = AF_CONN;
  address.sconn_port = htons(port);
  address.sconn_addr = path;
  return address;
}

/// `peer`: of an association that exists; null: of those the socket will make.
void set_path(SctpSocket* s, const SctpAssociationOptions& options, const sockaddr_conn* peer) {
  sctp_paddrparams path{};
  if (peer != nullptr) std::memcpy(&path.spp_address, peer, sizeof *peer);
  path.spp_hbinterval = milliseconds(options.heartbeat);
  // usrsctp counts what follows the common header.
  path.spp_pathmtu = options.path_mtu - narrow<std::uint32_t>(kSctpHeaderSize);
  path.spp_pathmaxrxt = options.retransmissions;
  path.spp_flags = SPP_HB_ENABLE | SPP_PMTUD_DISABLE;
  set(s, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, path);
}

}  // namespace

/// One peer's address on one carrier; usrsctp knows it by its place in memory.
struct SctpStack::Path {
  SctpStack* stack;
  std::size_t carrier;
  Endpoint remote;
};

struct SctpStack::Callbacks {
  /// Called with locks of usrsctp held: nothing of it may be called from here.
  static int output(void* address, void* packet, std::size_t size, std::uint8_t, std::uint8_t) {
    const Path& path = *static_cast<const Path*>(address);
    path.stack->send_packet(path, {static_cast<const std::uint8_t*>(packet), size});
    return 0;
  }

  static int receive(SctpSocket* from, sctp_sockstore, void* data, std::size_t size,
                     sctp_rcvinfo info, int flags, void* user) {
    Arrival arrival{};
    arrival.association = static_cast<SctpAssociation*>(user);
    arrival.from = from;
    if (data == nullptr) {
      arrival.change = SctpChange::shut_down;
      the_stack->keep(arrival);
      return 1;
    }
    if ((flags & MSG_NOTIFICATION) != 0) {
      const auto& notification = *static_cast<const sctp_notification*>(data);
      if (changed(notification, arrival)) the_stack->keep(arrival);
      std::free(data);
      return 1;
    }
    arrival.data = static_cast<std::uint8_t*>(data);
    arrival.size = size;
    arrival.ppid = ntohl(info.rcv_ppid);
    arrival.stream = info.rcv_sid;
    arrival.whole = (flags & MSG_EOR) != 0;
    the_stack->keep(arrival);
    return 1;
  }

  static bool changed(const sctp_notification& notification, Arrival& out) {
    if (notification.sn_header.sn_type != SCTP_ASSOC_CHANGE) return false;
    const sctp_assoc_change& change = notification.sn_assoc_change;
    out.streams_out = change.sac_outbound_streams;
    switch (change.sac_state) {
      case SCTP_COMM_UP: out.change = SctpChange::up; return true;
      case SCTP_COMM_LOST: out.change = SctpChange::lost; return true;
      case SCTP_RESTART: out.change = SctpChange::restarted; return true;
      case SCTP_SHUTDOWN_COMP: out.change = SctpChange::shut_down; return true;
      case SCTP_CANT_STR_ASSOC: out.change = SctpChange::refused; return true;
      default: return false;
    }
  }
};

SctpStack::SctpStack(const SctpStackOptions& options, Time now)
    : options_(options), now_(now), last_timers_(now) {
  ENGINE_ASSERT(the_stack == nullptr);
  the_stack = this;
  paths_.reserve(options.paths_max);
  arrivals_.reserve(options.arrivals_max);
  usrsctp_init_nothreads(0, Callbacks::output, nullptr);
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
  Path* path = path_of(carrier, datagram.remote);
  if (path == nullptr) {
    ++counters_.strangers;
    return;
  }
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

SctpStack::Path* SctpStack::path_of(std::size_t carrier, const Endpoint& remote) {
  for (const auto& path : paths_) {
    if (path->carrier == carrier && path->remote == remote) return path.get();
  }
  return nullptr;
}

SctpStack::Path* SctpStack::new_path(std::size_t carrier, const Endpoint& remote) {
  if (Path* known = path_of(carrier, remote)) return known;
  if (paths_.size() == options_.paths_max) {
    ++counters_.paths_full;
    return nullptr;
  }
  paths_.push_back(std::make_unique<Path>(Path{this, carrier, remote}));
  usrsctp_register_address(paths_.back().get());
  return paths_.back().get();
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
    association->remote_ = datagram.remote;
    if (association->listener_ != nullptr) usrsctp_close(association->listener_);
    association->listener_ = nullptr;
    listen(*association);
    return;
  }
}

void SctpStack::send_packet(const Path& path, Octets packet) {
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
  if (arrivals_.size() == options_.arrivals_max) {
    ++counters_.arrivals_shed;
    std::free(arrival.data);
    return;
  }
  arrivals_.push_back(arrival);
}

void SctpStack::deliver(Time now) {
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
    if (piece && arrival.whole) ++association.counters_.partial;
    if (piece) continue;
    burst_[count++] = {{arrival.data, arrival.size}, arrival.stream, arrival.ppid};
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

/// Takes the new sockets of a listener; the newest association of a peer replaces an older one.
void SctpStack::adopt(SctpAssociation& association) {
  if (association.listener_ == nullptr) return;
  sockaddr_conn peer{};
  socklen_t size = sizeof peer;
  while (SctpSocket* accepted =
             usrsctp_accept(association.listener_, reinterpret_cast<sockaddr*>(&peer), &size)) {
    association.drop_socket(true);
    association.socket_ = accepted;
    usrsctp_set_non_blocking(accepted, 1);
    set_path(accepted, association.options_, &peer);
    set(accepted, IPPROTO_SCTP, SCTP_NODELAY, std::uint32_t{1});
  }
}

void SctpStack::tell_change(const Arrival& arrival, Time now) {
  SctpAssociation& association = *arrival.association;
  if (!association.wanted_) return;
  if (arrival.change == SctpChange::up) {
    const bool replaced = association.state_ == SctpState::up;
    adopt(association);
    if (arrival.from != association.socket_) return;
    if (replaced) {
      ++association.counters_.downs;
      association.user_.on_sctp_change(association, SctpChange::lost, now);
    }
    association.state_ = SctpState::up;
    association.streams_out_ = arrival.streams_out;
    association.back_off_ = {};
    ++association.counters_.ups;
    association.user_.on_sctp_change(association, SctpChange::up, now);
    return;
  }
  if (arrival.from != association.socket_) return;  // of one that is gone
  if (arrival.change == SctpChange::restarted) {
    association.streams_out_ = arrival.streams_out;
    association.user_.on_sctp_change(association, SctpChange::restarted, now);
    return;
  }
  if (association.state_ == SctpState::up) ++association.counters_.downs;
  association.drop_socket(true);
  pause(association, now);
  association.user_.on_sctp_change(association, arrival.change, now);
}

void SctpStack::pause(SctpAssociation& association, Time now) {
  const SctpAssociationOptions& options = association.options_;
  if (options.listen) {
    association.state_ = SctpState::listening;
    return;
  }
  association.state_ = SctpState::closed;
  association.back_off_ =
      std::clamp(association.back_off_ * 2, options.back_off_min, options.back_off_max);
  association.next_attempt_ = now + association.back_off_;
}

void SctpStack::serve(SctpAssociation& association, Time now) {
  if (association.reset_) {
    association.reset_ = false;
    ++association.counters_.downs;
    association.user_.on_sctp_change(association, SctpChange::lost, now);
  }
  if (!association.wanted_) return;
  const SctpAssociationOptions& options = association.options_;
  if (!options.listen) {
    if (association.state_ == SctpState::closed && association.next_attempt_ <= now) {
      connect(association, now);
    }
    return;
  }
  if (association.state_ != SctpState::closed) return;
  association.state_ = SctpState::listening;
  const bool known = options.remote.family != AddressFamily::none && options.remote.port != 0;
  if (known) listen(association);
}

SctpSocket* SctpStack::make_socket(SctpAssociation& association) {
  const SctpAssociationOptions& options = association.options_;
  SctpSocket* s = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, Callbacks::receive, nullptr, 0,
                                 &association);
  ENGINE_ASSERT(s != nullptr);
  usrsctp_set_non_blocking(s, 1);
  set(s, IPPROTO_SCTP, SCTP_NODELAY, std::uint32_t{1});
  set(s, SOL_SOCKET, SO_SNDBUF, narrow<int>(options.send_buffer));
  set(s, SOL_SOCKET, SO_RCVBUF, narrow<int>(options.receive_buffer));
  sctp_initmsg init{};
  init.sinit_num_ostreams = options.streams;
  init.sinit_max_instreams = options.streams;
  init.sinit_max_attempts = kInitAttempts;
  init.sinit_max_init_timeo = kInitTimeoutMs;
  set(s, IPPROTO_SCTP, SCTP_INITMSG, init);
  set_path(s, options, nullptr);
  sctp_event event{};
  event.se_assoc_id = SCTP_FUTURE_ASSOC;
  event.se_type = SCTP_ASSOC_CHANGE;
  event.se_on = 1;
  set(s, IPPROTO_SCTP, SCTP_EVENT, event);
  return s;
}

void SctpStack::connect(SctpAssociation& association, Time now) {
  const SctpAssociationOptions& options = association.options_;
  ++association.counters_.attempts;
  Path* path = new_path(options.carrier, options.remote);
  if (path == nullptr) return pause(association, now);
  association.socket_ = make_socket(association);
  sockaddr_conn own = address_of(path, options.local_port);
  sockaddr_conn peer = address_of(path, options.remote_port);
  association.state_ = SctpState::connecting;
  if (usrsctp_bind(association.socket_, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0) {
    const int done =
        usrsctp_connect(association.socket_, reinterpret_cast<sockaddr*>(&peer), sizeof peer);
    if (done == 0 || errno == EINPROGRESS) return;
  }
  association.drop_socket(true);
  pause(association, now);
}

void SctpStack::listen(SctpAssociation& association) {
  const SctpAssociationOptions& options = association.options_;
  Path* path = new_path(options.carrier, association.remote_);
  if (path == nullptr) return;
  association.listener_ = make_socket(association);
  sockaddr_conn own = address_of(path, options.local_port);
  const bool listens =
      usrsctp_bind(association.listener_, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0 &&
      usrsctp_listen(association.listener_, 1) == 0;
  if (listens) return;
  usrsctp_close(association.listener_);
  association.listener_ = nullptr;
}

}  // namespace rung
