#include "engine/net/gso_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/base/prng.hpp"

namespace rung {
namespace {

TxDatagram datagram(std::uint32_t source, std::uint32_t size) {
  TxDatagram d;
  d.local = Endpoint::ipv4(0x7f400000 + source, 5060);
  d.remote = Endpoint::ipv4(0x7f000001, 5060);
  d.size = size;
  return d;
}

std::string drawn(GsoPlan& plan, std::span<const TxDatagram> burst, std::uint32_t segment_max) {
  std::string text;
  for (const GsoGroup& g : plan.plan(burst, segment_max)) {
    text += '[';
    for (const std::uint32_t slot : plan.order().subspan(g.begin, g.count)) {
      text += std::to_string(slot);
    }
    text += ']';
  }
  return text;
}

TEST(GsoPlan, neighbours_of_one_pair_and_size_share_a_group) {
  GsoPlan plan(8);
  const TxDatagram burst[] = {datagram(0, 600), datagram(0, 600), datagram(0, 600)};
  EXPECT_EQ(drawn(plan, burst, 1400), "[012]");
}

TEST(GsoPlan, interleaved_pairs_are_sorted_apart_and_a_short_one_ends_its_group) {
  GsoPlan plan(8);
  const TxDatagram burst[] = {datagram(0, 600), datagram(1, 600), datagram(0, 600),
                              datagram(0, 233), datagram(0, 600), datagram(1, 600)};
  EXPECT_EQ(drawn(plan, burst, 1400), "[023][15][4]");
}

TEST(GsoPlan, a_longer_one_never_follows_a_shorter_one_in_a_group) {
  GsoPlan plan(8);
  const TxDatagram burst[] = {datagram(0, 233), datagram(0, 600), datagram(0, 600)};
  EXPECT_EQ(drawn(plan, burst, 1400), "[0][12]");
}

TEST(GsoPlan, empty_datagrams_and_those_over_the_limit_stay_alone) {
  GsoPlan plan(8);
  const TxDatagram burst[] = {datagram(0, 0), datagram(0, 0), datagram(0, 1500), datagram(0, 1500)};
  EXPECT_EQ(drawn(plan, burst, 1400), "[0][1][2][3]");
  EXPECT_EQ(drawn(plan, burst, 0), "[0][1][2][3]");
}

TEST(GsoPlan, groups_respect_the_kernels_limits) {
  GsoPlan plan(256);
  const std::vector<TxDatagram> many(256, datagram(0, 100));
  for (const GsoGroup& g : plan.plan(many, 4096)) EXPECT_EQ(g.count, kGsoSegmentsMax);
  const std::vector<TxDatagram> large(64, datagram(0, 4096));
  for (const GsoGroup& g : plan.plan(large, 4096)) EXPECT_LE(g.octets, kGsoOctetsMax);
}

// Any burst: every slot exactly once, groups uniform but for a short last one, and the datagrams of
// each pair in the order they were written.
TEST(GsoPlan, random_bursts_keep_each_pairs_order_and_lose_nothing) {
  Prng random(7);
  const auto below = [&](std::uint64_t n) { return static_cast<std::uint32_t>(random.below(n)); };
  GsoPlan plan(512);
  for (int round = 0; round < 400; ++round) {
    std::vector<TxDatagram> burst;
    const std::size_t size = below(513);
    const std::uint32_t pairs = 1 + below(40);
    for (std::size_t i = 0; i < size; ++i) {
      burst.push_back(datagram(below(pairs), 200 + 100 * below(3)));
    }
    std::map<std::uint32_t, std::uint32_t> last;
    std::vector<bool> seen(size);
    for (const GsoGroup& g : plan.plan(burst, 400)) {
      std::uint32_t octets = 0;
      for (std::uint32_t i = 0; i < g.count; ++i) {
        const std::uint32_t slot = plan.order()[g.begin + i];
        const std::uint32_t pair = burst[slot].local.ipv4_host();
        ASSERT_FALSE(seen[slot]);
        seen[slot] = true;
        ASSERT_TRUE(last.count(pair) == 0 || last[pair] < slot);
        last[pair] = slot;
        ASSERT_EQ(pair, burst[plan.order()[g.begin]].local.ipv4_host());
        ASSERT_TRUE(burst[slot].size == g.segment ||
                    (i + 1 == g.count && burst[slot].size < g.segment));
        octets += burst[slot].size;
      }
      ASSERT_EQ(octets, g.octets);
    }
    ASSERT_EQ(std::count(seen.begin(), seen.end(), true), static_cast<std::ptrdiff_t>(size));
  }
}

}  // namespace
}  // namespace rung
