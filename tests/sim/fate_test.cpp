// The fate of every SM: what a delivery's token and octets say, whenever and wherever it turns up.

#include <gtest/gtest.h>

#include "engine/ladder/field.hpp"
#include "engine/ladder/token.hpp"
#include "engine/wire/bcd.hpp"
#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

using scripted::header;

RigOptions scripted_options(std::uint16_t run_id = 1) {
  RigOptions options;
  options.ladders = {"mo_to_mt"};
  options.ues = 3;
  options.wire = {};
  options.scripted = true;
  options.play.run_id = run_id;
  return options;
}

/// SMS-DELIVER in RP-DATA with the text of a submit of ours (TS 23.040 9.2.2.1).
std::string rpdu_of(std::string_view submit, std::uint8_t rp_mr, bool corrupt = false) {
  Received read;
  EXPECT_EQ(parse_received(as_octets(submit), tp::Direction::ms_to_sc, read), sip::Error::none);
  const std::string from = header(submit, "From");
  std::uint8_t sender[7];
  bcd::encode_digits(from.substr(from.find('+') + 1, 14), sender);
  std::vector<std::uint8_t> text(read.tp.user_data.begin(), read.tp.user_data.end());
  if (corrupt) text[20] ^= 1U;
  const std::uint8_t stamp[7] = {0x62, 0x30, 0x41, 0x51, 0x90, 0x62, 0x40};
  tp::Tpdu deliver;
  deliver.type = tp::Type::deliver;
  deliver.address = {14, bcd::kInternationalE164, sender};
  deliver.data_coding = read.tp.data_coding;
  deliver.service_centre_time = stamp;
  deliver.has_user_data = true;
  deliver.user_data_length = read.tp.user_data_length;
  deliver.user_data = text;
  std::uint8_t tpdu[tp::kTpduSizeMax];
  const auto tpdu_size = tp::encode(deliver, tp::Carrier::rp_data, tpdu);
  std::uint8_t sc[rp::kAddressSizeMax];
  rp::Message message;
  message.first_octet = 1;
  message.reference = rp_mr;
  message.originator = Octets(sc, bcd::encode_address("12125550000", sc));
  message.has_user_data = true;
  message.user_data = Octets(tpdu, *tpdu_size);
  std::uint8_t rpdu[rp::kMessageSizeMax];
  const auto size = rp::encode(message, rpdu);
  return std::string(as_text(Octets(rpdu, *size)));
}

struct Sm {
  SimRig rig;
  std::string submit;
  std::uint32_t recipient = 0;
  std::uint32_t messages = 0;

  explicit Sm(RigOptions options = scripted_options()) : rig(std::move(options)) {
    rig.pretend_registered();
    rig.start("mo_to_mt");
    submit = rig.sent().at(0);
    Received read;
    EXPECT_EQ(parse_received(as_octets(submit), tp::Direction::ms_to_sc, read), sip::Error::none);
    Token token;
    EXPECT_EQ(find_token(read.tp, token), TokenState::valid);
    recipient = token.recipient;
  }
  void deliver(std::uint32_t ue, const std::string& rpdu) {
    scripted::Message message;
    message.branch = fmt::format("z9hG4bKmt{}", ++messages);
    message.call_id = fmt::format("mt-{}", messages);
    message.disposition = "no-fork";
    message.user = fmt::format("+1212555000000{}", ue);
    message.address = fmt::format("127.64.0.{}:5060", ue + 1);
    message.rpdu = rpdu;
    rig.send(ue, message.text());
    rig.wait(1ms);
  }
};

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
  const std::uint32_t sender = header(sm.submit, "From").find("0000000@") != std::string::npos ? 0
                               : header(sm.submit, "From").find("0000001@") != std::string::npos
                                   ? 1
                                   : 2;
  const std::uint32_t third = 3 - sender - sm.recipient;

  sm.deliver(third, rpdu_of(sm.submit, 1));

  EXPECT_EQ(sm.rig.count(Counter::sm_misdelivered), 1U);
  EXPECT_EQ(sm.rig.count(Counter::sip_strangers), 1U);
  EXPECT_EQ(sm.rig.count(Counter::sm_delivered), 0U);
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
}

TEST(Fate, an_sm_overtaken_by_a_later_one_of_its_sender_is_reordered) {
  RigOptions options = scripted_options();
  options.ladders = {"two_submits"};
  options.ues = 2;
  SimRig rig(options);
  rig.pretend_registered();
  rig.start("two_submits");
  const std::string first = rig.sent().at(0);
  const std::uint32_t sender = header(first, "From").find("0000000@") != std::string::npos ? 0 : 1;
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
