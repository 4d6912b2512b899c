// The hot path takes no memory.
#include <gtest/gtest.h>

#include <memory>

#include "engine/base/allocation_watch.hpp"
#include "engine/net/capture_ring.hpp"
#include "engine/net/capture_stream.hpp"
#include "engine/net/clock.hpp"
#include "engine/net/sim.hpp"
#include "engine/net/uring_udp.hpp"

#if RUNG_ALLOCATIONS_COUNTED

namespace rung {
namespace {

constexpr int kRounds = 200;

/// What its scope must do without memory.
struct Watched {
  Watched() {
    allocation_watch::reset();
    allocation_watch::enter();
  }
  ~Watched() { allocation_watch::leave(); }
};

void expect_none() {
  EXPECT_EQ(allocation_watch::counted().heap, 0);
  EXPECT_EQ(allocation_watch::counted().mappings, 0);
}

void burst(Transport& from, const Endpoint& to, Tap& tap, Time now) {
  for (std::uint32_t i = 0; i < 100; ++i) {
    TxDatagram* slot = from.tx().reserve();
    slot->remote = to;
    slot->local = Endpoint::ipv4(0x7f400100 + i % 7, from.local().port);
    slot->size = 200 + i % 3 * 100;
  }
  tap.on_tx(from.tx().pending(), now);
  from.tx_burst(now);
}

std::size_t drain(Transport& to, Tap& tap, Time now) {
  std::size_t count = 0;
  while (true) {
    const auto received = to.rx_burst(now);
    if (received.empty()) return count;
    count += received.size();
    tap.on_rx(received);
  }
}

TEST(Allocation, is_noticed_by_this_test) {
  {
    const Watched watched;
    auto something = std::make_unique<int>(7);
    EXPECT_EQ(*something, 7);
  }
  EXPECT_EQ(allocation_watch::counted().heap, 1);
}

TEST(Allocation, never_happens_between_real_sockets_once_they_are_open) {
  for (const SendPath path : {SendPath::sendmmsg, SendPath::ring}) {
    UringUdpOptions options;
    options.bind = Endpoint::ipv4(0, 0);
    options.many_sources = true;
    options.send_path = path;
    auto a = std::move(*UringUdp::open(options));
    options.bind = Endpoint::ipv4(0x7f000001, 0);
    options.many_sources = false;
    options.gro = path == SendPath::ring;
    auto b = std::move(*UringUdp::open(options));
    CaptureRing ring({.ring_octets = 1 << 20});
    const Endpoint closed = Endpoint::ipv4(0x7f000001, 1);
    std::size_t received = 0;
    {
      const Watched watched;
      for (int round = 0; round < kRounds; ++round) {
        const Time now = MonotonicClock::read();
        burst(*a, b->local(), ring, now);
        received += drain(*b, ring, now);
        if (round % 20 == 0) burst(*a, closed, ring, now);  // refusals allocate nothing either
        ring.keep(0, 1, "a comment");
        drain(*a, ring, now);
        a->wait(now);
      }
    }
    expect_none();
    EXPECT_GT(received, 100U * kRounds / 2);
    EXPECT_GT(a->counters().unreachable, 0U);
  }
}

TEST(Allocation, never_happens_on_the_simulated_wire_or_in_a_streamed_capture) {
  SimClock clock;
  SimOptions options;
  options.a_to_b = {.loss = 0.1, .duplication = 0.1, .reordering = 0.1, .delay_max = 1ms};
  SimNetwork network(options, clock);
  auto stream = std::move(*CaptureStream::create("/dev/null", "rung", {}));
  std::size_t received = 0;
  {
    const Watched watched;
    for (int round = 0; round < kRounds; ++round) {
      burst(network.a(), network.b().local(), stream->tap(0), clock.now());
      clock.advance(1ms);
      received += drain(network.b(), stream->tap(0), clock.now());
    }
  }
  expect_none();
  EXPECT_GT(received, 10'000U);
  EXPECT_EQ(stream->finish().code, NetErrorCode::none);
  EXPECT_EQ(stream->counters().frames + stream->counters().dropped, 100U * kRounds + received);
}

}  // namespace
}  // namespace rung

#endif
