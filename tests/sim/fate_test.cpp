// The fate of every SM: what a delivery's token and octets say, whenever and wherever it turns up.

#include <gtest/gtest.h>

#include "scripted_delivery.hpp"

namespace rung {
namespace {

using scripted::header;
using scripted::only;
using scripted::rpdu_of;
using scripted::scripted_options;
using scripted::sender_of;
using scripted::Sm;

TEST(Fate, delivered_once) {
  Sm sm;
  sm.deliver(sm.recipient, rpdu_of(sm.submit, 1));

  EXPECT_EQ(sm.rig.count(Counter::sm_delivered), 1U);
  EXPECT_EQ(sm.rig.count(Counter::sip_strangers), 0U);
  EXPECT_EQ(sm.rig.sent().size(), 2U);  // 200 and the delivery report
}

TEST(Fate, a_second_delivery_in_a_new_transaction_is_a_duplicate) {
  Sm sm;
  sm.deliver(sm.recipient, rpdu_of(sm.submit, 1));
  sm.deliver(sm.recipient, rpdu_of(sm.submit, 2));

  EXPECT_EQ(sm.rig.count(Counter::sm_delivered), 1U);
  EXPECT_EQ(sm.rig.count(Counter::sm_duplicate), 1U);
  EXPECT_EQ(sm.rig.count(Counter::sip_repeats), 1U);
}

TEST(Fate, a_changed_character_is_corruption) {
  Sm sm;
  sm.deliver(sm.recipient, rpdu_of(sm.submit, 1, true));

  EXPECT_EQ(sm.rig.count(Counter::sm_corrupted), 1U);
  EXPECT_EQ(sm.rig.count(Counter::sm_delivered), 0U);
  EXPECT_TRUE(sm.rig.ids(Verdict::fail).contains("23.040-tp-f")) << sm.rig.findings_text();
}

TEST(Fate, at_the_wrong_ue_it_is_misdelivered) {
  Sm sm;

  sm.deliver(sm.third(), rpdu_of(sm.submit, 1));

  EXPECT_EQ(sm.rig.count(Counter::sm_misdelivered), 1U);
  EXPECT_EQ(sm.rig.count(Counter::sip_strangers), 1U);
  EXPECT_EQ(sm.rig.count(Counter::sm_delivered), 0U);
  EXPECT_EQ(sm.rig.ids(Verdict::fail), only("24.341-5.3.3.4.3-c")) << sm.rig.findings_text();
  EXPECT_NE(sm.rig.log().findings.at(0).frame, 0U);
}

TEST(Fate, what_went_astray_is_not_missed_once_more_where_it_belonged) {
  Sm sm;
  sm.accept();
  sm.deliver(sm.third(), rpdu_of(sm.submit, 1));

  sm.rig.wait(70s);

  EXPECT_EQ(sm.rig.ids(Verdict::fail), only("24.341-5.3.3.4.3-c")) << sm.rig.findings_text();
  EXPECT_TRUE(sm.rig.ids(Verdict::inconclusive).contains("23.204-6.4-a"));
}

TEST(Fate, a_device_that_has_the_recipients_identity_may_get_the_sm) {
  Sm sm;

  sm.deliver(sm.third(), rpdu_of(sm.submit, 1), sm.recipient);

  EXPECT_EQ(sm.rig.count(Counter::sm_misdelivered), 1U);
  EXPECT_TRUE(sm.rig.ids(Verdict::fail).empty()) << sm.rig.findings_text();
}

TEST(Fate, an_sm_that_never_comes_fails_a_ladder_that_names_no_requirement_for_it) {
  for (const bool lossy : {false, true}) {
    RigOptions options = scripted_options();
    options.ladders = {"bare"};
    if (lossy) options.wire.loss = 1e-9;
    options.own_ladders =
        "ladder bare \"A delivery that no rule demands\"\n"
        "s1  ue -> gw   submit\n"
        "s2  gw -> ue   accepted  after s1  within timer_f\n"
        "s3  gw -> ue2  deliver   after s1  within delivery\n"
        "s4  ue2 -> gw  ok        after s3\n";
    SimRig rig(options);
    rig.pretend_registered();
    rig.start("bare");
    const std::string submit = rig.sent().at(0);
    rig.send(sender_of(submit), scripted::response(submit, "202 Accepted"));
    rig.wait(70s);

    EXPECT_EQ(rig.count(Counter::sm_lost), 1U);
    if (lossy) {
      EXPECT_TRUE(rig.ids(Verdict::fail).empty()) << rig.findings_text();
    } else {
      EXPECT_EQ(rig.ids(Verdict::fail), only("23.204-6.4-a")) << rig.findings_text();
      EXPECT_EQ(rig.ended("bare", Outcome::failed), 1U);
    }
  }
}

TEST(Fate, a_mangled_sm_that_no_session_waits_for_is_corruption_all_the_same) {
  Sm sm;
  sm.rig.wait(120s);
  ASSERT_EQ(sm.rig.player().sessions_active(), 0U);
  const auto before = sm.rig.ids(Verdict::fail);

  sm.deliver(sm.recipient, rpdu_of(sm.submit, 1, true));

  EXPECT_EQ(sm.rig.count(Counter::sm_corrupted), 1U);
  auto after = before;
  after["23.040-tp-f"] = 1;
  EXPECT_EQ(sm.rig.ids(Verdict::fail), after) << sm.rig.findings_text();
}

TEST(Fate, an_sm_of_somebody_elses_proves_nothing) {
  Sm sm;
  sm.rig.wait(120s);
  const auto before = sm.rig.ids(Verdict::fail);
  std::string rpdu = rpdu_of(sm.submit, 1, true);
  rpdu[Sm::kTpOaDigits] ^= 0x10;  // the second digit: no UE of ours

  sm.deliver(sm.recipient, rpdu);

  EXPECT_EQ(sm.rig.ids(Verdict::fail), before) << sm.rig.findings_text();
  EXPECT_TRUE(sm.rig.ids(Verdict::inconclusive).contains("23.040-tp-f"));
}

TEST(Fate, after_its_session_it_is_late_and_its_latency_still_counts) {
  Sm sm;
  sm.rig.wait(70s);  // Timer F ended the session
  ASSERT_EQ(sm.rig.player().sessions_active(), 0U);
  EXPECT_EQ(sm.rig.count(Counter::sm_lost), 1U);

  sm.rig.sent();
  sm.deliver(sm.recipient, rpdu_of(sm.submit, 1));

  EXPECT_EQ(sm.rig.count(Counter::sm_late), 1U);
  const HistogramSnapshot delivery = sm.rig.latency().at(LadderIndex(0), 2).corrected.snapshot();
  EXPECT_EQ(delivery.count(), 1U);
  EXPECT_GE(delivery.max(), 70s);
  EXPECT_EQ(sm.rig.sent().size(), 2U);  // answered and reported all the same
}

TEST(Fate, of_an_earlier_run_it_is_no_ghost) {
  Sm old(scripted_options(7));
  Sm now(scripted_options(8));

  now.deliver(old.recipient, rpdu_of(old.submit, 1));

  EXPECT_EQ(now.rig.count(Counter::sm_earlier_run), 1U);
  EXPECT_EQ(now.rig.count(Counter::sm_ghost), 0U);
}

TEST(Fate, a_token_never_given_out_is_a_ghost) {
  Sm sm;
  SimRig fresh(scripted_options());
  fresh.pretend_registered();
  scripted::Message message;
  message.user = "+12125550000000";
  message.address = "127.64.0.1:5060";
  message.rpdu = rpdu_of(sm.submit, 1);

  fresh.send(0, message.text());
  fresh.wait(1ms);

  EXPECT_EQ(fresh.count(Counter::sm_ghost), 1U);
  EXPECT_EQ(fresh.ids(Verdict::fail), only("24.341-5.3.3.4.3-n")) << fresh.findings_text();
}

TEST(Fate, an_sm_overtaken_by_a_later_one_of_its_sender_is_reordered) {
  RigOptions options = scripted_options();
  options.ladders = {"two_submits"};
  options.ues = 2;
  SimRig rig(options);
  rig.pretend_registered();
  rig.start("two_submits");
  const std::string first = rig.sent().at(0);
  const std::uint32_t sender = scripted::ue_of(first, "From");
  rig.send(sender, scripted::response(first, "202 Accepted"));
  rig.wait(1ms);
  const std::string second = rig.sent().at(0);

  std::uint32_t number = 0;
  for (const std::string& submit : {second, first}) {
    scripted::Message message;
    message.branch = fmt::format("z9hG4bKmt{}", ++number);
    message.call_id = fmt::format("mt-{}", number);
    message.disposition = "no-fork";
    message.user = fmt::format("+1212555000000{}", 1 - sender);
    message.address = fmt::format("127.64.0.{}:5060", 2 - sender);
    message.rpdu = rpdu_of(submit, static_cast<std::uint8_t>(number));
    rig.send(1 - sender, message.text());
    rig.wait(1ms);
  }

  EXPECT_EQ(rig.count(Counter::sm_delivered), 2U);
  EXPECT_EQ(rig.count(Counter::sm_reordered), 1U);
}

}  // namespace
}  // namespace rung
