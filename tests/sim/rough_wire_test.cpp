// A hundred thousand short messages over a wire that loses, repeats and reorders: a gateway without
// a fault stays without a finding, and every SM is accounted for.

#include <gtest/gtest.h>

#include "sim_rig.hpp"

namespace rung {
namespace {

RigOptions rough(Topology topology) {
  RigOptions options;
  options.topology = topology;
  options.ladders = {"register",        "mo_to_mt",      "mo_to_mt_ucs2",
                     "mo_to_mt_concat", "status_report", "memory_full"};
  options.ues = 4000;
  options.wire = {.loss = 0.01,
                  .duplication = 0.01,
                  .reordering = 0.01,
                  .delay_min = 1ms,
                  .delay_max = 3ms,
                  .reorder_delay = 5ms};
  options.play.sessions_max = 65536;
  options.play.tombstones_max = 262144;
  options.play.foreign_texts_max = 131072;
  return options;
}

class RoughWire : public testing::TestWithParam<Topology> {};

TEST_P(RoughWire, a_good_gateway_stays_without_a_finding) {
  SimRig rig(rough(GetParam()));
  rig.register_all();
  const std::pair<std::string_view, std::uint32_t> mix[] = {{"mo_to_mt", 70},
                                                            {"mo_to_mt_ucs2", 10},
                                                            {"mo_to_mt_concat", 10},
                                                            {"status_report", 9},
                                                            {"memory_full", 1}};
  constexpr std::uint32_t kRounds = 910;  // 110 SM each

  for (std::uint32_t round = 0; round < kRounds; ++round) {
    for (const auto& [ladder, count] : mix) {
      for (std::uint32_t i = 0; i < count; ++i) rig.start(ladder);
    }
    rig.run(100ms, false);
  }
  rig.run(300s);

  EXPECT_GE(rig.count(Counter::sm_submitted), 100'000U);
  EXPECT_TRUE(rig.ids(Verdict::fail).empty()) << rig.findings_text();
  EXPECT_EQ(rig.count(Counter::sip_received), rig.count(Counter::sip_judged));
  EXPECT_EQ(rig.count(Counter::sm_delivered) + rig.count(Counter::sm_lost) +
                rig.count(Counter::sm_refused),
            rig.count(Counter::sm_submitted));
  EXPECT_GT(rig.count(Counter::sip_retransmitted), 5'000U);
  EXPECT_GT(rig.count(Counter::sip_copies), 5'000U);
  EXPECT_EQ(rig.count(Counter::sm_ghost), 0U);
  EXPECT_EQ(rig.count(Counter::sm_corrupted), 0U);
  EXPECT_EQ(rig.count(Counter::sm_misdelivered), 0U);
  for (const auto& [ladder, count] : mix) {
    EXPECT_EQ(rig.ended(ladder, Outcome::failed), 0U) << ladder;
    EXPECT_GT(rig.ended(ladder, Outcome::passed), 0U) << ladder;
    RecordProperty(std::string(ladder) + "_timed_out",
                   static_cast<int>(rig.ended(ladder, Outcome::timed_out)));
  }
  RecordProperty("lost", static_cast<int>(rig.count(Counter::sm_lost)));
  RecordProperty("late", static_cast<int>(rig.count(Counter::sm_late)));
  RecordProperty("duplicate", static_cast<int>(rig.count(Counter::sm_duplicate)));
  RecordProperty("strangers", static_cast<int>(rig.count(Counter::sip_strangers)));
}

INSTANTIATE_TEST_SUITE_P(All, RoughWire, testing::Values(Topology::gm, Topology::isc),
                         [](const auto& test) { return std::string(to_string(test.param)); });

}  // namespace
}  // namespace rung
