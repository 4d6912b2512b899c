// How associations come up and go: usrsctp's sockets, what they tell, and the pauses between.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <usrsctp.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "engine/net/sctp.hpp"
#include "engine/net/sctp_checksum.hpp"

namespace rung {
namespace {

constexpr std::uint16_t kInitAttempts = 4;
constexpr std::uint16_t kInitTimeoutMs = 3000;

template <class Value>
bool set(SctpSocket* s, int level, int name, const Value& value) {
  return usrsctp_setsockopt(s, level, name, &value, sizeof value) == 0;
}

sockaddr_conn address_of(void* path, std::uint16_t port) {
  sockaddr_conn address{};
  address.sconn_family = AF_CONN;
  address.sconn_port = htons(port);
  address.sconn_addr = path;
  return address;
}

/// `peer`: of an association that exists, or has ended since; null: of those the socket will make.
bool set_path(SctpSocket* s, const SctpAssociationOptions& options, const sockaddr_conn* peer) {
  sctp_paddrparams path{};
  if (peer != nullptr) std::memcpy(&path.spp_address, peer, sizeof *peer);
  path.spp_hbinterval = narrow<std::uint32_t>(options.heartbeat / 1ms);
  // usrsctp counts what follows the common header.
  path.spp_pathmtu = options.path_mtu - narrow<std::uint32_t>(kSctpHeaderSize);
  path.spp_pathmaxrxt = options.retransmissions;
  path.spp_flags = SPP_HB_ENABLE | SPP_PMTUD_DISABLE;
  return set(s, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, path);
}

}  // namespace

struct SctpStack::Input {
  static int receive(SctpSocket* from, sctp_sockstore, void* data, std::size_t size,
                     sctp_rcvinfo info, int flags, void* user) {
    Arrival arrival{};
    arrival.association = static_cast<SctpAssociation*>(user);
    arrival.from = from;
    if (data == nullptr) {
      arrival.change = SctpChange::shut_down;
      arrival.association->stack_.keep(arrival);
      return 1;
    }
    if ((flags & MSG_NOTIFICATION) != 0) {
      const auto& notification = *static_cast<const sctp_notification*>(data);
      if (changed(notification, arrival)) arrival.association->stack_.keep(arrival);
      std::free(data);
      return 1;
    }
    arrival.data = static_cast<std::uint8_t*>(data);
    arrival.size = size;
    arrival.ppid = ntohl(info.rcv_ppid);
    arrival.stream = info.rcv_sid;
    arrival.whole = (flags & MSG_EOR) != 0;
    arrival.association->stack_.keep(arrival);
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

/// Takes the new sockets of a listener; the newest association of a peer replaces an older one.
void SctpStack::adopt(SctpAssociation& association) {
  if (association.listener_ == nullptr) return;
  sockaddr_conn peer{};
  socklen_t size = sizeof peer;
  while (SctpSocket* accepted =
             usrsctp_accept(association.listener_, reinterpret_cast<sockaddr*>(&peer), &size)) {
    association.drop_socket(true);
    association.socket_ = accepted;
    association.path_ = static_cast<SctpPath*>(peer.sconn_addr);
    usrsctp_set_non_blocking(accepted, 1);
    // Nothing of it can be set where the peer has aborted already; its end is told next.
    static_cast<void>(set_path(accepted, association.options_, &peer));
    static_cast<void>(set(accepted, IPPROTO_SCTP, SCTP_NODELAY, std::uint32_t{1}));
  }
}

void SctpStack::tell_change(const Arrival& arrival, Time now) {
  SctpAssociation& association = *arrival.association;
  if (!association.wanted_) return;
  tell_reset(association, now);
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
  if (!association.options_.listen) return back_off(association, now);
  association.state_ = SctpState::listening;
}

void SctpStack::back_off(SctpAssociation& association, Time now) {
  const SctpAssociationOptions& options = association.options_;
  association.state_ = SctpState::closed;
  association.back_off_ =
      std::clamp(association.back_off_ * 2, options.back_off_min, options.back_off_max);
  association.next_attempt_ = now + association.back_off_;
}

/// The `lost` of a reset(), before anything newer of that association.
void SctpStack::tell_reset(SctpAssociation& association, Time now) {
  if (!std::exchange(association.reset_, false)) return;
  ++association.counters_.downs;
  association.user_.on_sctp_change(association, SctpChange::lost, now);
}

void SctpStack::serve(SctpAssociation& association, Time now) {
  tell_reset(association, now);
  if (!association.wanted_) return;
  if (association.state_ != SctpState::closed || association.next_attempt_ > now) return;
  const SctpAssociationOptions& options = association.options_;
  if (!options.listen) return connect(association, now);
  const bool known = options.remote.family != AddressFamily::none && options.remote.port != 0;
  if (!known || listen(association, options.remote)) {
    association.state_ = SctpState::listening;
    association.back_off_ = {};
    return;
  }
  back_off(association, now);
  association.user_.on_sctp_change(association, SctpChange::refused, now);
}

SctpSocket* SctpStack::make_socket(SctpAssociation& association) {
  const SctpAssociationOptions& options = association.options_;
  SctpSocket* s =
      usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, Input::receive, nullptr, 0, &association);
  ENGINE_ASSERT(s != nullptr);
  usrsctp_set_non_blocking(s, 1);
  sctp_initmsg init{};
  init.sinit_num_ostreams = options.streams;
  init.sinit_max_instreams = options.streams;
  init.sinit_max_attempts = kInitAttempts;
  init.sinit_max_init_timeo = kInitTimeoutMs;
  sctp_event event{};
  event.se_assoc_id = SCTP_FUTURE_ASSOC;
  event.se_type = SCTP_ASSOC_CHANGE;
  event.se_on = 1;
  const bool done = set(s, IPPROTO_SCTP, SCTP_NODELAY, std::uint32_t{1}) &&
                    set(s, SOL_SOCKET, SO_SNDBUF, narrow<int>(options.send_buffer)) &&
                    set(s, SOL_SOCKET, SO_RCVBUF, narrow<int>(options.receive_buffer)) &&
                    set(s, IPPROTO_SCTP, SCTP_INITMSG, init) && set_path(s, options, nullptr) &&
                    set(s, IPPROTO_SCTP, SCTP_EVENT, event);
  ENGINE_ASSERT(done);
  return s;
}

void SctpStack::connect(SctpAssociation& association, Time now) {
  const SctpAssociationOptions& options = association.options_;
  ++association.counters_.attempts;
  SctpPath* path = new_path(options.carrier, options.remote);
  if (path == nullptr) return pause(association, now);
  association.socket_ = make_socket(association);
  association.path_ = path;
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

/// Turns the listener to `remote`, or begins one. False, and all as before, where that fails.
bool SctpStack::listen(SctpAssociation& association, const Endpoint& remote) {
  const SctpAssociationOptions& options = association.options_;
  SctpPath* path = new_path(options.carrier, remote);
  if (path == nullptr) return false;
  SctpSocket* listener = make_socket(association);
  sockaddr_conn own = address_of(path, options.local_port);
  const bool listens = usrsctp_bind(listener, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0 &&
                       usrsctp_listen(listener, 1) == 0;
  if (!listens) {
    usrsctp_close(listener);
    return false;
  }
  association.drop_listener();
  association.listener_ = listener;
  association.listener_path_ = path;
  association.remote_ = remote;
  return true;
}

}  // namespace rung
