#include "engine/net/sim.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rung {
namespace {

void put(SimTransport& from, std::uint32_t number, std::uint32_t size = 600) {
  TxDatagram* slot = from.tx().reserve();
  ASSERT_NE(slot, nullptr);
  slot->local = {};
  slot->remote = Endpoint::ipv4(0x7f000001, 5060);
  slot->size = size;
  std::memcpy(slot->buffer, &number, sizeof number);
}

std::uint32_t number_of(const RxDatagram& d) {
  std::uint32_t number = 0;
  std::memcpy(&number, d.octets.data(), sizeof number);
  return number;
}

/// Sends `count` datagrams 10 us apart and returns what arrives, as "number@nanosecond".
std::vector<std::string> trace(const SimOptions& options, std::uint32_t count) {
  SimClock clock;
  SimNetwork network(options, clock);
  std::vector<std::string> out;
  const auto receive = [&] {
    while (true) {
      const auto burst = network.b().rx_burst(clock.now());
      if (burst.empty()) return;
      for (const RxDatagram& d : burst) {
        out.push_back(std::to_string(number_of(d)) + '@' + std::to_string(ns(d.arrived)));
      }
    }
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    put(network.a(), i);
    network.a().tx_burst(clock.now());
    clock.advance(10us);
    receive();
  }
  while (network.next_delivery() != kNever) {
    clock.set(std::max(clock.now(), network.next_delivery()));
    receive();
  }
  return out;
}

SimOptions rough(std::uint64_t seed) {
  SimOptions options;
  options.seed = seed;
  options.a_to_b = {.loss = 0.05,
                    .duplication = 0.05,
                    .reordering = 0.05,
                    .delay_min = 100us,
                    .delay_max = 900us,
                    .reorder_delay = 2ms};
  options.packets_max = 1024;
  return options;
}

TEST(Sim, the_same_seed_gives_the_same_trace_and_another_seed_another) {
  EXPECT_EQ(trace(rough(1), 2000), trace(rough(1), 2000));
  EXPECT_NE(trace(rough(1), 2000), trace(rough(2), 2000));
}

TEST(Sim, a_clean_wire_delivers_everything_in_order_after_its_delay) {
  SimOptions options;
  options.a_to_b.delay_min = options.a_to_b.delay_max = 1ms;
  const auto seen = trace(options, 300);

  ASSERT_EQ(seen.size(), 300U);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i], std::to_string(i) + '@' + std::to_string(1'000'000 + 10'000 * i));
  }
}

TEST(Sim, varying_delay_alone_does_not_reorder) {
  SimOptions options;
  options.a_to_b.delay_max = 5ms;
  const auto seen = trace(options, 1000);

  ASSERT_EQ(seen.size(), 1000U);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].substr(0, seen[i].find('@')), std::to_string(i));
  }
}

TEST(Sim, loss_duplication_and_reordering_happen_as_often_as_asked_and_are_counted) {
  SimClock clock;
  SimNetwork network(rough(3), clock);
  std::uint64_t received = 0;
  std::uint64_t backwards = 0;
  std::uint32_t highest = 0;
  for (std::uint32_t i = 1; i <= 100'000; ++i) {
    put(network.a(), i, 64);
    network.a().tx_burst(clock.now());
    clock.advance(100us);
    for (const RxDatagram& d : network.b().rx_burst(clock.now())) {
      ++received;
      backwards += number_of(d) < highest ? 1 : 0;
      highest = std::max(highest, number_of(d));
    }
  }
  clock.advance(1s);
  received += network.b().rx_burst(clock.now()).size();

  const SimCounters& sent = network.a().sent();
  EXPECT_EQ(sent.sent, 100'000U);
  EXPECT_NEAR(static_cast<double>(sent.lost), 5000, 400);
  EXPECT_NEAR(static_cast<double>(sent.duplicated), 4750, 400);
  EXPECT_NEAR(static_cast<double>(sent.reordered), 4750, 400);
  EXPECT_EQ(received, sent.sent - sent.lost + sent.duplicated);
  EXPECT_GT(backwards, 4000U);
  EXPECT_EQ(network.b().counters().rx_dropped, 0U);
}

TEST(Sim, a_full_wire_drops_and_counts) {
  SimOptions options;
  options.packets_max = 10;
  SimClock clock;
  SimNetwork network(options, clock);
  for (std::uint32_t i = 0; i < 25; ++i) put(network.a(), i);
  network.a().tx_burst(clock.now());

  EXPECT_EQ(network.b().rx_burst(clock.now()).size(), 10U);
  EXPECT_EQ(network.b().counters().rx_dropped, 15U);
}

TEST(Sim, datagrams_keep_their_addresses_and_the_views_live_until_the_next_burst) {
  SimClock clock;
  SimNetwork network({}, clock);
  const Endpoint ue = Endpoint::ipv4(0x7f400123, 5070);
  put(network.a(), 1);
  put(network.a(), 2);
  network.a().tx().pending()[1].local = ue;
  network.a().tx_burst(clock.now());

  const auto burst = network.b().rx_burst(clock.now());
  put(network.b(), 3);
  network.b().tx_burst(clock.now());

  ASSERT_EQ(burst.size(), 2U);
  EXPECT_EQ(burst[0].remote, network.a().local());
  EXPECT_EQ(burst[1].remote, ue);
  EXPECT_EQ(burst[1].local, Endpoint::ipv4(0x7f000001, 5060));
  EXPECT_EQ(number_of(burst[1]), 2U);
  EXPECT_EQ(burst[1].frame, burst[0].frame + 1);
  EXPECT_EQ(network.a().rx_burst(clock.now()).size(), 1U);
}

TEST(Sim, claims_to_be_reliable_only_when_no_direction_loses_repeats_or_reorders) {
  SimClock clock;
  EXPECT_TRUE(SimNetwork({}, clock).a().reliable());
  EXPECT_FALSE(SimNetwork({.b_to_a = {.loss = 0.01}}, clock).a().reliable());
  EXPECT_FALSE(SimNetwork({.reliable = false}, clock).b().reliable());
}

TEST(Sim, waiting_moves_the_clock_and_never_back) {
  SimClock clock;
  SimNetwork network({}, clock);
  network.a().wait(time_from_ns(500));
  network.b().wait(time_from_ns(200));
  EXPECT_EQ(clock.now(), time_from_ns(500));
}

}  // namespace
}  // namespace rung
