#include <sys/socket.h>
#include <usrsctp.h>

#include <cerrno>

#include "engine/net/sctp.hpp"

namespace rung {

std::string_view to_string(SctpState state) {
  constexpr std::string_view names[] = {"closed", "connecting", "listening", "up"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(SctpChange change) {
  constexpr std::string_view names[] = {"up", "lost", "shut down", "refused", "restarted"};
  return names[static_cast<std::size_t>(change)];
}

SctpSend SctpAssociation::send(std::uint16_t stream, std::uint32_t ppid, Octets octets) {
  if (state_ != SctpState::up) return SctpSend::not_up;
  if (stream >= streams_out_) return SctpSend::refused;
  sctp_sndinfo info{};
  info.snd_sid = stream;
  info.snd_ppid = __builtin_bswap32(ppid);
  const ssize_t sent = usrsctp_sendv(socket_, octets.data(), octets.size(), nullptr, 0, &info,
                                     sizeof info, SCTP_SENDV_SNDINFO, 0);
  if (sent >= 0) {
    ++counters_.sent;
    return SctpSend::sent;
  }
  if (errno == EWOULDBLOCK || errno == ENOBUFS) {
    ++counters_.full;
    return SctpSend::full;
  }
  return errno == EMSGSIZE || errno == EINVAL ? SctpSend::refused : SctpSend::not_up;
}

void SctpAssociation::reset(Time now) {
  if (state_ != SctpState::up && state_ != SctpState::connecting) return;
  reset_ = state_ == SctpState::up;
  drop_socket(true);
  stack_.pause(*this, now);
}

void SctpAssociation::close() {
  wanted_ = false;
  drop_socket(false);
  drop_listener();
  state_ = SctpState::closed;
}

void SctpAssociation::drop_socket(bool abort) {
  streams_out_ = 0;
  in_pieces_ = false;
  if (socket_ == nullptr) return;
  if (abort) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    usrsctp_setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  } else {
    usrsctp_shutdown(socket_, SHUT_RDWR);
  }
  usrsctp_close(socket_);
  socket_ = nullptr;
  path_ = nullptr;
}

void SctpAssociation::drop_listener() {
  if (listener_ != nullptr) usrsctp_close(listener_);
  listener_ = nullptr;
  listener_path_ = nullptr;
}

}  // namespace rung
