// Provisional answers: a UE of ours that says 100 first, and a gateway that does.

#include <gtest/gtest.h>

#include "scripted_delivery.hpp"
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

/// Delivers to a recipient that takes its time; copies of the delivery come after these gaps.
std::map<std::string, std::uint64_t> ids_with_copies(Verdict verdict,
                                                     std::initializer_list<Duration> gaps) {
  RigOptions with = scripted::scripted_options();
  with.ladders = {"recipient_proceeding"};
  scripted::Sm sm(with);
  sm.accept();
  scripted::Message delivery;
  delivery.call_id = "mt-1";
  delivery.disposition = "no-fork";
  delivery.user = fmt::format("+1212555000000{}", sm.recipient);
  delivery.address = fmt::format("127.64.0.{}:5060", sm.recipient + 1);
  delivery.rpdu = scripted::rpdu_of(sm.submit, 1);
  sm.rig.send(sm.recipient, delivery.text());
  for (const Duration gap : gaps) {
    sm.rig.wait(gap);
    sm.rig.send(sm.recipient, delivery.text());
  }
  sm.rig.wait(4s);
  for (const std::string& sent : sm.rig.sent()) {
    if (sent.starts_with("MESSAGE") && sent.find("In-Reply-To") != std::string::npos) {
      sm.rig.send(sm.recipient, scripted::response(sent, "202 Accepted"));
    }
  }
  sm.rig.run(120s);
  return sm.rig.ids(verdict);
}

TEST(Provisional, a_gateway_that_repeats_as_if_no_100_had_come_is_told) {
  EXPECT_EQ(ids_with_copies(Verdict::fail, {500ms, 1s}).count("TX-E2"), 1U);
  EXPECT_EQ(ids_with_copies(Verdict::pass, {500ms}).count("TX-E2"), 1U);
  EXPECT_EQ(ids_with_copies(Verdict::fail, {500ms}).count("TX-E2"), 0U);
}

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
