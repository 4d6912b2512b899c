// What is judged of a delivery's octets, and of its reference among those of other deliveries.

#include "scripted_delivery.hpp"

namespace rung {
namespace {

using scripted::header;
using scripted::only;
using scripted::rpdu_of;
using scripted::scripted_options;
using scripted::sender_of;
using scripted::Sm;

/// What a delivery turns red of which the octet at `place` says `value`.
std::map<std::string, std::uint64_t> red_with(std::size_t place, std::uint8_t value) {
  Sm sm;
  std::string rpdu = rpdu_of(sm.submit, 1);
  rpdu[place] = static_cast<char>(value);
  sm.deliver(sm.recipient, rpdu);
  EXPECT_EQ(sm.rig.count(Counter::sm_delivered), 1U);
  return sm.rig.ids(Verdict::fail);
}

TEST(Delivery, names_numbers_as_international_e164) {
  EXPECT_TRUE(red_with(Sm::kRpOaType, 0x91).empty());
  EXPECT_EQ(red_with(Sm::kRpOaType, 0xa1), only("24.011-8.2.5.1-a")) << "national";
  EXPECT_EQ(red_with(Sm::kRpOaType, 0x98), only("24.011-8.2.5.1-a")) << "a national plan";
  EXPECT_EQ(red_with(Sm::kTpOaType, 0xa1), only("TP-ADDR-a"));
  EXPECT_EQ(red_with(Sm::kTpOaType, 0x90), only("TP-ADDR-a")) << "unknown plan";
}

TEST(Delivery, has_no_reserved_type_and_no_spare_bit) {
  EXPECT_TRUE(red_with(Sm::kTpOctet1, 0x04).empty()) << "no more messages";
  EXPECT_TRUE(red_with(Sm::kTpOctet1, 0x0c).empty()) << "loop prevention";
  EXPECT_EQ(red_with(Sm::kTpOctet1, 0x07), only("TP-2")) << "TP-MTI 3 reads as SMS-DELIVER";
  EXPECT_EQ(red_with(Sm::kTpOctet1, 0x14), only("TP-2")) << "bit 4 is spare";
}

TEST(Delivery, that_was_refused_is_not_tried_again_at_once) {
  for (const std::size_t attempts : {1U, 2U}) {
    RigOptions options = scripted_options();
    options.ladders = {"recipient_404", "register"};
    Sm sm(options);
    sm.accept();
    for (std::size_t i = 0; i < attempts; ++i) {
      sm.deliver(sm.recipient, rpdu_of(sm.submit, static_cast<std::uint8_t>(i + 1)));
    }

    sm.rig.wait(200s);

    EXPECT_EQ(sm.rig.ids(Verdict::fail).contains("SIP-MT-3"), attempts == 2)
        << sm.rig.findings_text();
  }
}

/// Two SMs of one UE that its peer reports on only after `wait`.
struct Two {
  SimRig rig;
  std::uint32_t sender = 0;
  std::string first, second;
  std::uint32_t messages = 0;

  explicit Two(std::string_view wait = "5s", std::string_view answer = "ok", bool lossy = false)
      : rig(options(wait, answer, lossy)) {
    rig.pretend_registered();
    rig.start("two");
    first = rig.sent().at(0);
    sender = sender_of(first);
    rig.send(sender, scripted::response(first, "202 Accepted"));
    rig.wait(1ms);
    second = rig.sent().at(0);
    rig.send(sender, scripted::response(second, "202 Accepted"));
    rig.wait(1ms);
  }
  void deliver(const std::string& submit, std::uint8_t rp_mr) {
    scripted::Message message;
    message.branch = fmt::format("z9hG4bKmt{}", ++messages);
    message.call_id = fmt::format("mt-{}", messages);
    message.disposition = "no-fork";
    message.user = fmt::format("+1212555000000{}", 1 - sender);
    message.address = fmt::format("127.64.0.{}:5060", 2 - sender);
    message.rpdu = rpdu_of(submit, rp_mr);
    rig.send(1 - sender, message.text());
    rig.wait(1ms);
  }
  /// Answers what the recipient has sent last.
  void answer_report() {
    const std::string report = rig.sent().back();
    ASSERT_TRUE(report.starts_with("MESSAGE"));
    rig.send(1 - sender, scripted::response(report, "202 Accepted"));
    rig.wait(1ms);
  }
  [[nodiscard]] std::uint64_t judged(Verdict verdict) const {
    const auto ids = rig.ids(verdict);
    const auto found = ids.find("24.341-5.3.3.4.3-h");
    return found == ids.end() ? 0 : found->second;
  }

 private:
  static RigOptions options(std::string_view wait, std::string_view answer, bool lossy) {
    RigOptions options = scripted_options();
    options.ladders = {"two"};
    options.ues = 2;
    options.play.lossy = lossy;
    if (lossy) options.wire.loss = 1e-9;
    options.own_ladders = fmt::format(
        "ladder two \"Two deliveries that are reported on later\"\n"
        "s1  ue -> gw   submit\n"
        "s2  gw -> ue   accepted         after s1\n"
        "s3  ue -> gw   submit           after s2\n"
        "s4  gw -> ue   accepted         after s3\n"
        "s5  gw -> ue2  deliver          after s1\n"
        "s6  ue2 -> gw  {0}              after s5\n"
        "s7  ue2 -> gw  delivery_report  after s5, s6  wait {1}\n"
        "s8  gw -> ue2  report_accepted  after s7\n"
        "s9  gw -> ue2  deliver          after s3\n"
        "s10 ue2 -> gw  ok               after s9\n"
        "s11 ue2 -> gw  delivery_report  after s9, s10  wait {1}\n"
        "s12 gw -> ue2  report_accepted  after s11\n",
        answer, wait);
    return options;
  }
};

const std::map<std::string, std::uint64_t> kReused{{"24.011-8.2.3-b", 1},
                                                   {"24.341-5.3.3.4.3-h", 1}};

TEST(Reference, of_a_transfer_that_waits_for_its_report_is_not_used_again) {
  Two same;
  same.deliver(same.first, 7);
  EXPECT_EQ(same.judged(Verdict::pass), 0U) << "alone, any reference is free";
  same.rig.wait(1s);
  same.deliver(same.second, 7);
  EXPECT_EQ(same.rig.ids(Verdict::fail), kReused) << same.rig.findings_text();

  Two other;
  other.deliver(other.first, 7);
  other.deliver(other.second, 8);
  EXPECT_TRUE(other.rig.ids(Verdict::fail).empty()) << other.rig.findings_text();
  EXPECT_EQ(other.judged(Verdict::pass), 1U);
}

TEST(Reference, is_free_once_the_gateway_has_taken_the_report) {
  Two two("1s");
  two.deliver(two.first, 7);
  two.rig.wait(1100ms);
  two.answer_report();

  two.deliver(two.second, 7);

  EXPECT_TRUE(two.rig.ids(Verdict::fail).empty()) << two.rig.findings_text();
  EXPECT_EQ(two.judged(Verdict::inconclusive), 0U);
}

TEST(Reference, proves_nothing_while_the_report_may_or_may_not_have_arrived) {
  Two two("1s");
  two.deliver(two.first, 7);
  two.rig.wait(1100ms);

  two.deliver(two.second, 7);

  EXPECT_TRUE(two.rig.ids(Verdict::fail).empty()) << two.rig.findings_text();
  EXPECT_EQ(two.judged(Verdict::inconclusive), 1U);
}

TEST(Reference, proves_nothing_once_the_gateway_may_have_given_up) {
  Two late("20s");
  late.deliver(late.first, 7);
  late.rig.wait(13s);
  late.deliver(late.second, 7);
  EXPECT_TRUE(late.rig.ids(Verdict::fail).empty()) << late.rig.findings_text();
  EXPECT_EQ(late.judged(Verdict::inconclusive), 1U);

  Two lossy("5s", "ok", true);
  lossy.deliver(lossy.first, 7);
  lossy.deliver(lossy.second, 7);
  EXPECT_TRUE(lossy.rig.ids(Verdict::fail).empty()) << lossy.rig.findings_text();
  EXPECT_EQ(lossy.judged(Verdict::inconclusive), 1U);
}

TEST(Reference, of_a_delivery_that_was_refused_is_free) {
  Two two("5s", "temporarily_unavailable");
  two.deliver(two.first, 7);
  two.deliver(two.second, 7);

  EXPECT_TRUE(two.rig.ids(Verdict::fail).empty()) << two.rig.findings_text();
  EXPECT_EQ(two.judged(Verdict::inconclusive), 0U);
}

TEST(Reference, of_a_further_attempt_at_the_same_sm_may_be_the_same) {
  Two two;
  two.deliver(two.first, 7);
  two.deliver(two.first, 7);

  EXPECT_EQ(two.judged(Verdict::fail) + two.judged(Verdict::inconclusive), 0U);
}

/// A scripted gateway in two_deliveries, up to the second submit; `wire` beyond its delay.
struct Turns {
  SimRig rig;
  std::uint32_t sender = 0;
  std::vector<std::string> submits;

  explicit Turns(bool lossy = false) : rig(options(lossy)) {
    rig.pretend_registered();
    rig.start("two_deliveries");
    submits.push_back(rig.sent().at(0));
    sender = sender_of(submits[0]);
    rig.send(sender, scripted::response(submits[0], "202 Accepted"));
    rig.wait(1ms);
    deliver(0);
    submits.push_back(rig.sent().at(0));
    rig.send(sender, scripted::response(submits[1], "202 Accepted"));
    rig.wait(1ms);
  }
  void deliver(std::size_t submit) {
    scripted::Message message;
    message.branch = fmt::format("z9hG4bKmt{}", submit);
    message.call_id = fmt::format("mt-{}", submit);
    message.disposition = "no-fork";
    message.user = fmt::format("+1212555000000{}", 1 - sender);
    message.address = fmt::format("127.64.0.{}:5060", 2 - sender);
    message.rpdu = rpdu_of(submits[submit], static_cast<std::uint8_t>(submit + 1));
    rig.send(1 - sender, message.text());
    rig.wait(1ms);
  }
  /// How often one at a time was found to be so.
  std::uint64_t judged(Verdict verdict) {
    rig.wait(120s);
    const auto ids = rig.ids(verdict);
    const auto found = ids.find("3428-f");
    return found == ids.end() ? 0 : found->second;
  }

 private:
  static RigOptions options(bool lossy) {
    RigOptions options = scripted_options();
    options.ladders = {"two_deliveries"};
    options.ues = 2;
    options.play.lossy = lossy;
    if (lossy) options.wire.loss = 1e-9;
    return options;
  }
};

TEST(Turn, of_a_delivery_comes_with_our_answer_to_the_one_before) {
  Turns early;
  early.deliver(1);
  EXPECT_EQ(early.judged(Verdict::fail), 1U) << early.rig.findings_text();

  Turns kept;
  kept.rig.wait(500ms);
  kept.deliver(1);
  EXPECT_EQ(kept.judged(Verdict::fail), 0U) << kept.rig.findings_text();
  EXPECT_EQ(kept.judged(Verdict::pass), 1U);
}

TEST(Turn, proves_nothing_where_the_first_copy_may_have_been_lost) {
  Turns lossy(true);
  lossy.deliver(1);
  EXPECT_EQ(lossy.judged(Verdict::fail), 0U) << lossy.rig.findings_text();
  EXPECT_EQ(lossy.judged(Verdict::inconclusive), 1U);
}

TEST(Turn, is_kept_across_sessions) {
  RigOptions options = scripted_options();
  options.ues = 2;
  options.ladders = {"mo_to_mt", "slow"};
  options.own_ladders =
      "ladder slow \"A delivery that is answered late\"\n"
      "s1  ue -> gw   submit\n"
      "s2  gw -> ue   accepted  after s1\n"
      "s3  gw -> ue2  deliver   after s1\n"
      "s4  ue2 -> gw  ok        after s3  wait 400ms\n";
  for (const Duration wait : {100ms, 500ms}) {
    SimRig rig(options);
    rig.pretend_registered();
    const auto deliver = [&](const std::string& submit, std::uint32_t recipient, int number) {
      scripted::Message message;
      message.branch = fmt::format("z9hG4bKmt{}", number);
      message.call_id = fmt::format("mt-{}", number);
      message.disposition = "no-fork";
      message.user = fmt::format("+1212555000000{}", recipient);
      message.address = fmt::format("127.64.0.{}:5060", recipient + 1);
      message.rpdu = rpdu_of(submit, static_cast<std::uint8_t>(number));
      rig.send(recipient, message.text());
      rig.wait(1ms);
    };
    rig.start("slow");
    const std::string first = rig.sent().at(0);
    const std::uint32_t recipient = 1 - sender_of(first);
    deliver(first, recipient, 1);
    rig.wait(wait);
    std::string second;
    while (second.empty() || sender_of(second) == recipient) {
      rig.start("mo_to_mt");
      for (const std::string& sent : rig.sent()) {
        if (sent.starts_with("MESSAGE sip:sc.")) second = sent;
      }
    }
    deliver(second, recipient, 2);
    rig.wait(120s);
    EXPECT_EQ(rig.ids(Verdict::fail).contains("3428-f"), wait < 400ms) << rig.findings_text();
  }
}

}  // namespace
}  // namespace rung
