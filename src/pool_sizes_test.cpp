#include "pool_sizes.hpp"

#include <gtest/gtest.h>

#include "engine/ladder/token.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kUes = 1000;

PoolSizes sizes_at(double per_second, Duration length = 60s, bool poisson = false,
                   std::uint64_t workers = 1) {
  CrewPlan plan;
  plan.poisson = poisson;
  const auto rate = static_cast<MicroRate>(per_second * 1e6);
  plan.measure.push_back({rate, rate, length});
  Options options;
  options.workers = workers;
  options.ues = kUes;
  options.register_rate = 1'000'000;
  return pool_sizes(options, plan, LadderBook{}, TimerConfig{});
}

TEST(PoolSizes, tombstones_outlast_timer_f_at_the_peak_rate) {
  EXPECT_GE(sizes_at(20'000).tombstones, 32U * 20'000U);
}

TEST(PoolSizes, a_run_shorter_than_its_linger_has_a_tombstone_for_each_session_it_offers) {
  const std::uint32_t whole = sizes_at(20'000, 2s).tombstones;
  EXPECT_GE(whole, 40'000U + kUes);
  EXPECT_LE(whole, 50'000U + kUes);
  EXPECT_GE(sizes_at(20'000, 2s, true).tombstones, whole + 10'000);
  EXPECT_LE(sizes_at(20'000, 2s, false, 2).tombstones, whole - 20'000);
}

TEST(PoolSizes, there_are_never_fewer_tombstones_than_sessions) {
  for (const Duration length : {1ms, 1000ms, 100000ms}) {
    const PoolSizes sizes = sizes_at(100'000, length);
    EXPECT_GE(sizes.tombstones, sizes.sessions) << length.count();
  }
}

TEST(PoolSizes, registrations_leave_at_most_one_tombstone_a_ue) {
  const PoolSizes idle = sizes_at(0.001);
  EXPECT_EQ(idle.tombstones, kUes + 2 * idle.sessions);
}

TEST(PoolSizes, no_rate_asks_for_more_tombstones_than_a_call_id_can_name) {
  EXPECT_EQ(sizes_at(5'000'000).tombstones, kTokenTicketMax);
}

Message message_of(const char* name) {
  Message message;
  message.name = name;
  FieldRule row;
  row.path = Path::tcap_message;
  row.values = {name};
  message.fields = {row};
  return message;
}

TEST(PoolSizes, every_session_has_room_for_all_dialogues_it_begins) {
  LadderBook book;
  book.messages = {message_of("begin"), message_of("end")};
  Ladder ladder;
  ladder.name = "l";
  for (const char* message : {"begin", "end", "begin", "end"}) {
    ladder.steps.emplace_back().message = message;
  }
  book.ladders = {ladder};
  CrewPlan plan;
  plan.mix = {{"l", 1}};
  plan.measure.push_back({1'000'000, 1'000'000, 10s});
  Options options;
  options.workers = 1;
  options.ues = kUes;

  const PoolSizes sizes = pool_sizes(options, plan, book, TimerConfig{});

  EXPECT_EQ(sizes.dialogues, 2 * sizes.sessions);
}

}  // namespace
}  // namespace rung
