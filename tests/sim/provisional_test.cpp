// Provisional answers: a UE of ours that says 100 first, and a gateway that does.

#include <gtest/gtest.h>

#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

RigOptions options(bool scripted) {
  RigOptions options;
  options.ladders = {"register", scripted ? "mo_sms" : "recipient_proceeding"};
  options.ues = 2;
  options.scripted = scripted;
  if (scripted) options.wire = {.delay_min = 0ms, .delay_max = 0ms};
  return options;
}

TEST(Provisional, the_recipient_says_100_and_the_gateway_waits_longer) {
  SimRig rig(options(false));
  ASSERT_EQ(rig.register_all(), 2U);
  ASSERT_EQ(rig.start("recipient_proceeding"), StartResult::started);
  rig.run(60s);
  EXPECT_EQ(rig.ended("recipient_proceeding", Outcome::passed), 1U) << rig.findings_text();
  EXPECT_EQ(rig.ids(Verdict::pass).count("TX-E2"), 1U);
  EXPECT_EQ(rig.ids(Verdict::pass).count("TX-100"), 1U);
  EXPECT_EQ(rig.gateway().counters().sent_copies, 1U) << "the one that was due when the 100 came";
}

class HastyGateway : public testing::TestWithParam<std::pair<const char*, Duration>> {};

TEST_P(HastyGateway, is_told_by_its_provisional_answer) {
  const auto& [status, after] = GetParam();
  SimRig rig(options(true));
  rig.pretend_registered();
  ASSERT_EQ(rig.start("mo_sms"), StartResult::started);
  const std::string submit = rig.sent().at(0);
  const std::uint32_t ue = scripted::ue_of(submit, "From");
  rig.wait(after);
  rig.send(ue, scripted::response(submit, status));
  rig.wait(10ms);
  rig.send(ue, scripted::response(submit, "202 Accepted"));
  rig.run(120s);
  const bool allowed = after > 3s && std::string_view(status) == "100 Trying";
  EXPECT_EQ(rig.ids(Verdict::pass).count("TX-100"), allowed ? 1U : 0U);
  EXPECT_EQ(rig.ids(Verdict::fail).count("TX-100"), allowed ? 0U : 1U) << rig.findings_text();
}

INSTANTIATE_TEST_SUITE_P(Answers, HastyGateway,
                         testing::Values(std::pair{"100 Trying", Duration(3600ms)},
                                         std::pair{"100 Trying", Duration(100ms)},
                                         std::pair{"183 Session Progress", Duration(3600ms)}));

TEST(Provisional, a_copy_gets_the_100_again_until_the_final_answer_is_out) {
  RigOptions with = options(false);
  with.gateway.faults = {gateway::FaultId::f20};  // a copy every 500 ms
  SimRig rig(with);
  ASSERT_EQ(rig.register_all(), 2U);
  const std::uint64_t before = rig.count(Counter::sip_retransmitted);
  ASSERT_EQ(rig.start("recipient_proceeding"), StartResult::started);
  rig.run(60s);
  EXPECT_EQ(rig.ended("recipient_proceeding", Outcome::passed), 1U) << rig.findings_text();
  EXPECT_GE(rig.count(Counter::sip_retransmitted) - before, 5U) << "RFC 3261 17.2.2";
  EXPECT_EQ(rig.ids(Verdict::fail).count("TX-E2"), 0U) << "Timer E itself is what is broken";
}

}  // namespace
}  // namespace rung
