// What a message over SCTP costs, both ends in one thread: M3UA DATA over two links, and an echo of
// 200 octets over our associations beside the same over bare usrsctp in the same run. Only the
// ratio of the echoes means something on a shared machine.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <usrsctp.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "engine/net/link.hpp"
#include "engine/net/sctp_rig.hpp"

namespace rung::m3ua {
namespace {

constexpr std::size_t kMessageSize = 164;                 // of DATA, headers included
constexpr std::size_t kUserDataSize = kMessageSize - 32;  // common header, context, label
constexpr int kWindow = 256;
constexpr std::size_t kEchoSize = 200;
constexpr Duration kPass = 50us;  // simulated; long enough for timers to run as they would

struct Counting final : LinkUser {
  void on_link_data(Link&, std::span<const LinkData> burst, Time) override {
    received += burst.size();
  }
  void on_link_change(Link&, SctpChange, Time) override {}
  void on_link_event(Link&, const AspOutput::Happened&, Time) override {}
  std::uint64_t received = 0;
};

/// `state.range(0)` messages are sent before the packets they became are handed over.
void m3ua_data_both_ends(benchmark::State& state) {
  SctpRig rig{SimWire{}};
  LinkSet links{*rig.stack};
  Counting at_client;
  Counting at_server;
  LinkOptions options{.opc = 1, .dpc = 2};
  options.asp.routing_context = 100;
  options.sctp.remote = rig.network.b().local();
  Link& client = links.open(options, at_client);
  options.asp.role = Role::sg;
  options.opc = 2;
  options.dpc = 1;
  options.sctp.carrier = 1;
  options.sctp.listen = true;
  options.sctp.remote = {};
  Link& server = links.open(options, at_server);
  const auto pass = [&] {
    rig.clock.advance(kPass);
    links.poll(rig.clock.now());
  };
  for (int i = 0; i < 100000 && !(client.active() && server.active()); ++i) pass();
  const std::vector<std::uint8_t> user_data(kUserDataSize, 0x55);
  std::uint8_t sls = 0;
  std::uint64_t sent = 0;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      if (client.send(sls++ & 0xf, user_data) == LinkSend::sent) ++sent;
    }
    links.flush(rig.clock.now());
    pass();
  }
  for (int i = 0; i < 100000 && at_server.received < sent; ++i) pass();
  if (at_server.received != sent || sent == 0) state.SkipWithError("messages were lost");
  state.SetItemsProcessed(static_cast<std::int64_t>(sent));
}
BENCHMARK(m3ua_data_both_ends)->Arg(1)->Arg(16)->Arg(64);

struct Echo final : SctpUser {
  void on_sctp_change(SctpAssociation&, SctpChange, Time) override {}
  void on_sctp_messages(SctpAssociation& association, std::span<const SctpMessage> burst,
                        Time) override {
    received += static_cast<int>(burst.size());
    if (!answers) return;
    for (const SctpMessage& m : burst) association.send(m.stream, m.ppid, m.octets);
  }
  bool answers = false;
  int received = 0;
};

void echo_association(benchmark::State& state) {
  SctpRig rig{SimWire{}};
  Echo at_client;
  Echo at_server;
  at_server.answers = true;
  rig.listen(at_server);
  SctpAssociation& client = rig.connect(at_client);
  rig.run([&] { return client.state() == SctpState::up; });
  const std::vector<std::uint8_t> octets(kEchoSize, 'x');
  int waiting = 0;
  std::int64_t echoes = 0;
  for (auto _ : state) {
    while (waiting < kWindow && client.send(1, kPpid, octets) == SctpSend::sent) ++waiting;
    rig.clock.advance(kPass);
    rig.stack->poll(rig.clock.now());
    waiting -= at_client.received;
    echoes += std::exchange(at_client.received, 0);
  }
  state.SetItemsProcessed(echoes);
}
BENCHMARK(echo_association);

/// The reference: usrsctp with a queue of packets and nothing above it. `offload`: nobody computes
/// checksums.
class BareEcho {
 public:
  explicit BareEcho(bool offload) : packets_(kPackets) {
    the_one = this;
    usrsctp_init_nothreads(0, output, nullptr);
    if (offload) {
      usrsctp_enable_crc32c_offload();
    } else {
      usrsctp_disable_crc32c_offload();
    }
    usrsctp_sysctl_set_sctp_ecn_enable(0);
    usrsctp_register_address(this);
    listener_ = open(5002);
    usrsctp_listen(listener_, 1);
    client_ = open(5001);
    sockaddr_conn peer = address(5002);
    usrsctp_connect(client_, reinterpret_cast<sockaddr*>(&peer), sizeof peer);
    while (server_ == nullptr) {
      deliver();
      server_ = usrsctp_accept(listener_, nullptr, nullptr);
    }
    prepare(server_);
  }
  ~BareEcho() {
    for (SctpSocket* s : {client_, server_, listener_}) {
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      usrsctp_setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      usrsctp_close(s);
    }
    for (int i = 0; i < 200 && usrsctp_finish() != 0; ++i) usrsctp_handle_timers(100);
    the_one = nullptr;
  }
  /// Fills the window, lets packets pass, counts the echoes.
  int pass() {
    char octets[4096] = {};
    while (waiting_ < kWindow && send(client_, octets, kEchoSize)) ++waiting_;
    deliver();
    std::size_t size = 0;
    while ((size = receive(server_, octets)) > 0) send(server_, octets, size);
    deliver();
    int echoes = 0;
    while (receive(client_, octets) > 0) ++echoes;
    waiting_ -= echoes;
    if (++passes_ % 200 == 0) usrsctp_handle_timers(10);
    return echoes;
  }

 private:
  static constexpr std::size_t kPackets = 65536;
  struct Packet {
    std::size_t size;
    std::array<std::uint8_t, 1600> octets;
  };
  static BareEcho* the_one;

  static int output(void*, void* packet, std::size_t size, std::uint8_t, std::uint8_t) {
    BareEcho& self = *the_one;
    if (self.tail_ - self.head_ == kPackets || size > 1600) return 0;
    Packet& slot = self.packets_[self.tail_++ % kPackets];
    slot.size = size;
    std::memcpy(slot.octets.data(), packet, size);
    return 0;
  }
  void deliver() {
    for (int i = 0; i < 256 && head_ != tail_; ++i) {
      const Packet& packet = packets_[head_++ % kPackets];
      usrsctp_conninput(this, packet.octets.data(), packet.size, 0);
    }
  }
  sockaddr_conn address(std::uint16_t port) {
    sockaddr_conn a{};
    a.sconn_family = AF_CONN;
    a.sconn_port = htons(port);
    a.sconn_addr = this;
    return a;
  }
  static void prepare(SctpSocket* s) {
    const int on = 1;
    const int buffer = 4 << 20;
    usrsctp_set_non_blocking(s, 1);
    usrsctp_setsockopt(s, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof on);
    usrsctp_setsockopt(s, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    usrsctp_setsockopt(s, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  }
  SctpSocket* open(std::uint16_t port) {
    SctpSocket* s =
        usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, nullptr, nullptr, 0, nullptr);
    prepare(s);
    sockaddr_conn own = address(port);
    usrsctp_bind(s, reinterpret_cast<sockaddr*>(&own), sizeof own);
    return s;
  }
  static bool send(SctpSocket* s, const char* octets, std::size_t size) {
    sctp_sndinfo info{};
    info.snd_ppid = htonl(kPpid);
    return usrsctp_sendv(s, octets, size, nullptr, 0, &info, sizeof info, SCTP_SENDV_SNDINFO, 0) >
           0;
  }
  static std::size_t receive(SctpSocket* s, char* octets) {
    sctp_rcvinfo info{};
    socklen_t info_size = sizeof info;
    unsigned type = 0;
    int flags = 0;
    sockaddr_conn from{};
    socklen_t from_size = sizeof from;
    const ssize_t size = usrsctp_recvv(s, octets, 4096, reinterpret_cast<sockaddr*>(&from),
                                       &from_size, &info, &info_size, &type, &flags);
    return size > 0 ? static_cast<std::size_t>(size) : 0;
  }

  std::vector<Packet> packets_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  SctpSocket* listener_ = nullptr;
  SctpSocket* client_ = nullptr;
  SctpSocket* server_ = nullptr;
  int waiting_ = 0;
  std::uint64_t passes_ = 0;
};
BareEcho* BareEcho::the_one = nullptr;

void echo_bare(benchmark::State& state) {
  BareEcho echo{state.range(0) != 0};
  std::int64_t echoes = 0;
  for (auto _ : state) echoes += echo.pass();
  state.SetItemsProcessed(echoes);
}
BENCHMARK(echo_bare)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rung::m3ua
