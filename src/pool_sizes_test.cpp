#include "pool_sizes.hpp"

#include <gtest/gtest.h>

#include "engine/ladder/token.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kUes = 1000;

PoolSizes sizes_at(double per_second) {
  CrewPlan plan;
  const auto rate = static_cast<MicroRate>(per_second * 1e6);
  plan.measure.push_back({rate, rate, 10s});
  Options options;
  options.workers = 1;
  options.ues = kUes;
  options.register_rate = 1'000'000;
  return pool_sizes(options, plan, LadderBook{}, TimerConfig{});
}

TEST(PoolSizes, tombstones_outlast_timer_f_at_the_peak_rate) {
  EXPECT_GE(sizes_at(20'000).tombstones, 32U * 20'000U);
}

TEST(PoolSizes, registrations_leave_at_most_one_tombstone_a_ue) {
  const PoolSizes idle = sizes_at(0.001);
  EXPECT_EQ(idle.tombstones, kUes + 2 * idle.sessions);
}

TEST(PoolSizes, no_rate_asks_for_more_tombstones_than_a_call_id_can_name) {
  EXPECT_EQ(sizes_at(5'000'000).tombstones, kTokenTicketMax);
}

}  // namespace
}  // namespace rung
