// Every built-in ladder against a gateway without a fault: nothing turns red, everything ends well.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "sim_rig.hpp"

namespace rung {
namespace {

std::string outcomes_text(const SimRig& rig, std::string_view ladder) {
  std::string text;
  constexpr std::string_view names[] = {"passed",  "failed",       "timed_out",
                                        "refused", "inconclusive", "aborted"};
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    text += fmt::format("{}={} ", names[i], rig.ended(ladder, static_cast<Outcome>(i)));
  }
  return text;
}

void expect_all_well(SimRig& rig, const std::string& ladder) {
  EXPECT_EQ(rig.ended(ladder, Outcome::passed), 5U) << outcomes_text(rig, ladder);
  EXPECT_TRUE(rig.ids(Verdict::fail).empty()) << rig.findings_text();
  EXPECT_EQ(rig.count(Counter::sip_received), rig.count(Counter::sip_judged));
  EXPECT_EQ(rig.count(Counter::sip_strangers), 0U);
  EXPECT_EQ(rig.count(Counter::sm_lost), 0U);
  EXPECT_EQ(rig.count(Counter::map_malformed), 0U);
  EXPECT_EQ(rig.count(Counter::map_stale), 0U);
  EXPECT_EQ(rig.count(Counter::map_repeats), 0U);
  EXPECT_EQ(rig.player().pools().dialogues.used, 0U);
}

struct LadderCase {
  Topology topology;
  std::string ladder;
};

void PrintTo(const LadderCase& c, std::ostream* out) { *out << c.ladder; }

/// Every built-in ladder of the topology that runs alone against a gateway as it is by default.
std::vector<LadderCase> cases(Topology topology) {
  const std::set<std::string_view> left_out = {
      "register",      "register_digest",                        // every other one begins with it
      "message_only",                                            // wants a gateway open to all
      "uri_recipient", "uri_recipient_refused",                  // want one that serves SIP URIs
      "reg_event",     "reg_event_refresh",     "reg_event_end"  // begun by the gateway
  };
  const LadderBook book = read_book();
  std::vector<LadderCase> found;
  for (const Ladder& ladder : book.ladders) {
    if (plays_on(ladder, topology) && !left_out.contains(ladder.name)) {
      found.push_back({topology, ladder.name});
    }
  }
  return found;
}

class LaddersOnAGoodGateway : public testing::TestWithParam<LadderCase> {};

TEST_P(LaddersOnAGoodGateway, pass) {
  const auto& [topology, name] = GetParam();
  RigOptions options;
  options.topology = topology;
  options.ladders = {"register", name};
  options.network = needs_link(*read_book().ladder(name), topology);
  SimRig rig(options);
  if (rig.program().ladder(rig.program().find(name)).need[0] != UeNeed::unregistered) {
    ASSERT_EQ(rig.register_all(), options.ues) << rig.findings_text();
  }

  rig.load(name, 5, 200ms);

  expect_all_well(rig, name);
  EXPECT_EQ(rig.ended("register", Outcome::passed),
            rig.player().outcomes().started_count(rig.program().find("register")));
}

INSTANTIATE_TEST_SUITE_P(Gm, LaddersOnAGoodGateway, testing::ValuesIn(cases(Topology::gm)),
                         [](const auto& test) { return test.param.ladder; });
INSTANTIATE_TEST_SUITE_P(Isc, LaddersOnAGoodGateway, testing::ValuesIn(cases(Topology::isc)),
                         [](const auto& test) { return test.param.ladder; });

}  // namespace
}  // namespace rung
