// A million short messages over wires that lose, delay, repeat and reorder, each from a seed: a
// gateway without a fault stays without a finding, whatever the wire does, and every SM is
// accounted for. A seed that failed once has a test of its own here.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/base/prng.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kSmPerSeed = 100'000;

/// Sessions of a round, and the SM that each submits.
struct MixRow {
  std::string_view ladder;
  std::uint32_t sessions;
  std::uint32_t sm;
};
constexpr MixRow kMix[] = {
    {"mo_to_mt", 60, 1},       {"mo_to_mt_ucs2", 10, 1}, {"mo_to_mt_8bit", 5, 1},
    {"mo_to_mt_concat", 5, 2}, {"two_submits", 3, 2},    {"status_report", 3, 1},
    {"same_tp_mr", 1, 2},      {"second_device", 1, 1},  {"memory_full", 1, 1},
    {"recipient_404", 1, 1},   {"recipient_480", 1, 1},  {"recipient_silent", 1, 1},
    {"resend", 1, 1},          {"foreign_type", 1, 1},   {"register_refresh", 1, 0},
};

constexpr std::uint32_t sm_of_a_round() {
  std::uint32_t sm = 0;
  for (const MixRow& row : kMix) sm += row.sessions * row.sm;
  return sm;
}

/// One of `values`, by the dice.
template <std::size_t n, class Value>
Value any_of(Prng& dice, const Value (&values)[n]) {
  return values[dice.below(n)];
}

/// How rough it is, from the seed: from delay alone, where the checker holds the gateway to all it
/// says, to one datagram in twenty lost. The round trip stays below T1 and reordering below
/// reorder_max, as the checker is promised.
SimWire wire_of(Prng& dice) {
  constexpr double kShares[] = {0, 0.002, 0.01, 0.05};
  constexpr Duration kDelays[] = {0ms, 1ms, 20ms, 100ms};
  constexpr Duration kReorderDelays[] = {2ms, 10ms, 49ms};
  SimWire wire;
  if (dice.below(4) != 0) {
    wire.loss = any_of(dice, kShares);
    wire.duplication = any_of(dice, kShares);
    wire.reordering = any_of(dice, kShares);
  }
  wire.delay_min = any_of(dice, kDelays);
  wire.delay_max = wire.delay_min + any_of(dice, kDelays);
  wire.reorder_delay = any_of(dice, kReorderDelays);
  return wire;
}

RigOptions options_of(std::uint64_t seed) {
  constexpr Duration kScDelays[] = {0ms, 5ms, 300ms};
  Prng dice(seed);
  RigOptions options;
  options.seed = options.play.seed = options.gateway.seed = seed;
  options.wire = wire_of(dice);
  options.gateway.digest = dice.below(2) == 0;
  options.gateway.sc_delay = any_of(dice, kScDelays);
  if (dice.below(4) == 0) {  // TS 24.229 7.7: the timers of Gm
    options.play.timers = {.t1 = 2s, .t2 = 16s, .t4 = 17s};
    options.gateway.t1 = 2s;
    options.gateway.t2 = 16s;
    options.gateway.t4 = 17s;
  }
  options.ladders = {"register"};
  for (const MixRow& row : kMix) options.ladders.emplace_back(row.ladder);
  options.ues = 4000;
  options.play.sessions_max = 65536;
  options.play.tombstones_max = 262144;
  options.play.foreign_texts_max = 131072;
  return options;
}

std::string wire_text(const SimWire& wire) {
  return fmt::format("loss {} duplication {} reordering {} by {} us, delay {}..{} us", wire.loss,
                     wire.duplication, wire.reordering, wire.reorder_delay.count() / 1000,
                     wire.delay_min.count() / 1000, wire.delay_max.count() / 1000);
}

void offer(SimRig& rig) {
  constexpr std::uint32_t kRoundsMax = 4 * kSmPerSeed / sm_of_a_round();
  for (std::uint32_t round = 0; round < kRoundsMax; ++round) {
    if (rig.count(Counter::sm_submitted) >= kSmPerSeed) break;
    for (const MixRow& row : kMix) {
      for (std::uint32_t i = 0; i < row.sessions; ++i) rig.start(row.ladder);
    }
    rig.run(100ms, false);
  }
  rig.run(600s);
}

std::uint64_t sessions_of(const SimRig& rig, std::string_view ladder) {
  std::uint64_t sessions = 0;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    sessions += rig.ended(ladder, static_cast<Outcome>(i));
  }
  return sessions;
}

/// Every SM has one fate; that of a foreign type is refused before it has any.
void expect_nothing_found(const SimRig& rig) {
  EXPECT_TRUE(rig.ids(Verdict::fail).empty()) << rig.findings_text();
  EXPECT_EQ(rig.count(Counter::sip_received), rig.count(Counter::sip_judged));
  EXPECT_GE(rig.count(Counter::sm_submitted), kSmPerSeed);
  EXPECT_EQ(rig.count(Counter::sm_delivered) + rig.count(Counter::sm_lost) +
                rig.count(Counter::sm_refused) + sessions_of(rig, "foreign_type"),
            rig.count(Counter::sm_submitted));
  for (const Counter c : {Counter::sm_ghost, Counter::sm_corrupted, Counter::sm_misdelivered}) {
    EXPECT_EQ(rig.count(c), 0U) << static_cast<int>(c);
  }
  for (const MixRow& row : kMix) {
    EXPECT_EQ(rig.ended(row.ladder, Outcome::failed), 0U) << row.ladder;
    EXPECT_GT(rig.ended(row.ladder, Outcome::passed), 0U) << row.ladder;
  }
}

class LongRoughWire : public testing::TestWithParam<std::uint64_t> {};

TEST_P(LongRoughWire, a_good_gateway_stays_without_a_finding) {
  const RigOptions options = options_of(GetParam());
  SCOPED_TRACE(wire_text(options.wire));
  SimRig rig(options);
  rig.register_all();

  offer(rig);

  expect_nothing_found(rig);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LongRoughWire, testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace rung
