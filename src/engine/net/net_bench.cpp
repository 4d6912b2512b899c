// What a datagram costs, each way of sending and receiving beside a bare sendmmsg/recvmmsg loop in
// the same run: only the ratios mean something on a shared machine. Both ends share one core.
#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <vector>

#include "engine/net/capture_ring.hpp"
#include "engine/net/capture_stream.hpp"
#include "engine/net/clock.hpp"
#include "engine/net/gso_plan.hpp"
#include "engine/net/sim.hpp"
#include "engine/net/socket_address.hpp"
#include "engine/net/uring_udp.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kSize = 600;
constexpr std::uint32_t kBatch = 64;
const Endpoint kClient = Endpoint::ipv4(0x7f400001, 0);
const Endpoint kServer = Endpoint::ipv4(0x7f000001, 0);

/// The reference: what two sockets do with nothing above them.
class BareSocket {
 public:
  explicit BareSocket(const Endpoint& bind)
      : socket_(std::move(*UdpSocket::open({.bind = bind, .buffer_octets = 64 << 20}))),
        octets_(kBatch * std::size_t{2048}),
        messages_(kBatch),
        pieces_(kBatch),
        names_(kBatch) {}

  [[nodiscard]] Endpoint bound() const { return socket_.bound(); }
  void send(const Endpoint& to, unsigned count) {
    for (unsigned i = 0; i < count; ++i) prepare(i, kSize, to_socket_address(to, names_[i]));
    sendmmsg(socket_.fd(), messages_.data(), count, MSG_DONTWAIT);
  }
  int receive() {
    for (unsigned i = 0; i < kBatch; ++i) prepare(i, 2048, sizeof(SocketAddress));
    return recvmmsg(socket_.fd(), messages_.data(), kBatch, MSG_DONTWAIT, nullptr);
  }

 private:
  void prepare(unsigned i, std::size_t size, socklen_t name_size) {
    pieces_[i] = {&octets_[i * std::size_t{2048}], size};
    messages_[i].msg_hdr = {};
    messages_[i].msg_hdr.msg_iov = &pieces_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    messages_[i].msg_hdr.msg_name = &names_[i];
    messages_[i].msg_hdr.msg_namelen = name_size;
  }
  UdpSocket socket_;
  std::vector<std::uint8_t> octets_;
  std::vector<mmsghdr> messages_;
  std::vector<iovec> pieces_;
  std::vector<SocketAddress> names_;
};

void echo_bare_mmsg(benchmark::State& state) {
  BareSocket client(kClient);
  BareSocket server(kServer);
  std::int64_t echoes = 0;
  for (auto _ : state) {
    client.send(server.bound(), kBatch);
    for (int got = 0; (got = server.receive()) > 0;) {
      server.send(client.bound(), static_cast<unsigned>(got));
    }
    for (int got = 0; (got = client.receive()) > 0;) echoes += got;
  }
  state.SetItemsProcessed(echoes);
}
BENCHMARK(echo_bare_mmsg);

/// Null after an error, which the benchmark then reports.
std::unique_ptr<UringUdp> open(benchmark::State& state, const UringUdpOptions& options) {
  auto opened = UringUdp::open(options);
  if (opened.ok()) return std::move(*opened);
  state.SkipWithError(opened.error().text.c_str());
  return nullptr;
}

struct Way {
  SendPath path = SendPath::sendmmsg;
  bool gso = false;
  bool gro = false;
  bool many_sources = false;
  std::uint32_t ports = 1;
};

void answer(UringUdp& server, Time now) {
  while (true) {
    const auto burst = server.rx_burst(now);
    if (burst.empty()) break;
    for (const RxDatagram& d : burst) {
      TxDatagram* slot = server.tx().reserve();
      if (slot == nullptr) break;
      slot->local = d.local;
      slot->remote = d.remote;
      slot->size = static_cast<std::uint32_t>(d.octets.size());
    }
  }
  server.tx_burst(now);
}

void echo(benchmark::State& state, Way way) {
  UringUdpOptions options;
  options.gso = way.gso;
  options.gro = way.gro;
  options.send_path = way.path;
  options.bind = kServer;
  const auto server = open(state, options);
  options.many_sources = way.many_sources;
  options.port_count = way.ports;
  options.bind = way.many_sources ? Endpoint::ipv4(0, 0) : kClient;
  if (way.ports > 1) options.bind.port = 24'000;
  const auto client = open(state, options);
  if (server == nullptr || client == nullptr) return;
  std::int64_t echoes = 0;
  std::uint32_t ue = 0;
  for (auto _ : state) {
    const Time now = MonotonicClock::read();
    for (std::uint32_t i = 0; i < kBatch; ++i, ++ue) {
      TxDatagram* slot = client->tx().reserve();
      slot->local = client->local();
      slot->local.port = static_cast<std::uint16_t>(slot->local.port + ue % way.ports);
      if (way.many_sources)
        slot->local.address = Endpoint::ipv4(0x7f400001 + ue % 65536, 0).address;
      slot->remote = server->local();
      slot->size = kSize;
    }
    client->tx_burst(now);
    answer(*server, now);
    while (true) {
      const std::size_t got = client->rx_burst(now).size();
      if (got == 0) break;
      echoes += static_cast<std::int64_t>(got);
    }
  }
  state.SetItemsProcessed(echoes);
}
BENCHMARK_CAPTURE(echo, sendmmsg, Way{.path = SendPath::sendmmsg});
BENCHMARK_CAPTURE(echo, ring, Way{.path = SendPath::ring});
BENCHMARK_CAPTURE(echo, sendmmsg_many_sources, Way{.many_sources = true});
BENCHMARK_CAPTURE(echo, ring_many_sources, Way{.path = SendPath::ring, .many_sources = true});
BENCHMARK_CAPTURE(echo, sendmmsg_64_ports, Way{.ports = 64});
BENCHMARK_CAPTURE(echo, ring_64_ports, Way{.path = SendPath::ring, .ports = 64});
BENCHMARK_CAPTURE(echo, sendmmsg_gso, Way{.gso = true});
BENCHMARK_CAPTURE(echo, ring_gso, Way{.path = SendPath::ring, .gso = true});
BENCHMARK_CAPTURE(echo, sendmmsg_gso_gro, Way{.gso = true, .gro = true});
BENCHMARK_CAPTURE(echo, ring_gso_gro, Way{.path = SendPath::ring, .gso = true, .gro = true});
BENCHMARK_CAPTURE(echo, sendmmsg_gro_without_gso, Way{.gro = true});

/// An empty pass: what polling costs when nothing came.
void empty_poll(benchmark::State& state) {
  UringUdpOptions options;
  options.bind = kClient;
  const auto transport = open(state, options);
  if (transport == nullptr) return;
  for (auto _ : state) benchmark::DoNotOptimize(transport->rx_burst({}).size());
}
BENCHMARK(empty_poll);

std::vector<TxDatagram> burst_of(std::uint32_t pairs, std::vector<std::uint8_t>& octets) {
  std::vector<TxDatagram> burst(1024);
  for (std::uint32_t i = 0; i < burst.size(); ++i) {
    burst[i].buffer = octets.data();
    burst[i].local = Endpoint::ipv4(0x7f400001 + i % pairs, 5060);
    burst[i].remote = kServer;
    burst[i].size = kSize;
    burst[i].frame = i + 1;
    burst[i].owner = 1 + i / 8;
  }
  return burst;
}

/// Per datagram, with one pair and with every datagram of another.
void gso_plan(benchmark::State& state) {
  std::vector<std::uint8_t> octets(kDatagramSizeMax);
  const auto burst = burst_of(static_cast<std::uint32_t>(state.range(0)), octets);
  GsoPlan plan(burst.size());
  for (auto _ : state) benchmark::DoNotOptimize(plan.plan(burst, kDatagramSizeMax).size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(burst.size()));
}
BENCHMARK(gso_plan)->Arg(1)->Arg(16)->Arg(1024);

void capture_ring(benchmark::State& state) {
  std::vector<std::uint8_t> octets(kDatagramSizeMax);
  const auto burst = burst_of(16, octets);
  CaptureRing ring({});
  for (auto _ : state) ring.on_tx(burst, {});
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(burst.size()));
}
BENCHMARK(capture_ring);

/// The worker's share of a capture of everything; the file is /dev/null.
void capture_stream(benchmark::State& state) {
  std::vector<std::uint8_t> octets(kDatagramSizeMax);
  const auto burst = burst_of(16, octets);
  const auto stream = std::move(*CaptureStream::create("/dev/null", "rung", {}));
  for (auto _ : state) stream->tap(0).on_tx(burst, {});
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(burst.size()));
  stream->finish();
  state.counters["dropped"] = static_cast<double>(stream->counters().dropped);
}
BENCHMARK(capture_stream);

/// One datagram through the simulated wire, with a thousand on their way.
void sim_wire(benchmark::State& state) {
  SimClock clock;
  SimOptions options;
  options.a_to_b = {.loss = 0.01, .duplication = 0.01, .reordering = 0.01, .delay_max = 2ms};
  SimNetwork network(options, clock);
  for (auto _ : state) {
    TxDatagram* slot = network.a().tx().reserve();
    slot->size = kSize;
    slot->remote = kServer;
    network.a().tx_burst(clock.now());
    clock.advance(1us);
    benchmark::DoNotOptimize(network.b().rx_burst(clock.now()).size());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sim_wire);

}  // namespace
}  // namespace rung
