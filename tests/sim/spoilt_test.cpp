// Messages spoilt on purpose: what rows of a ladder leave out, cut off or say wrong reaches the
// wire so, and what a ladder leaves open ends its session neither too early nor never.

#include <gtest/gtest.h>

#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

using scripted::body;
using scripted::header;

RigOptions scripted_options(std::string_view rows, std::string_view steps = {}) {
  RigOptions options;
  options.ladders = {"spoilt"};
  options.ues = 2;
  options.wire = {.delay_min = 0ms, .delay_max = 0ms};
  options.scripted = true;
  options.own_ladders = fmt::format(
      "ladder spoilt \"A request that is wrong on purpose\"\n"
      "s1  ue -> gw  wrong\n{}\n"
      "message wrong like submit_foreign\n{}\n",
      steps, rows);
  return options;
}

/// What leaves when the rows of submit_foreign are replaced by `rows`.
std::string sent_with(std::string_view rows) {
  SimRig rig(scripted_options(rows));
  rig.pretend_registered();
  EXPECT_EQ(rig.start("spoilt"), StartResult::started);
  return rig.sent().at(0);
}

TEST(Spoilt, a_header_said_to_be_absent_is_left_out) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"sip.call_id", "Call-ID"},
      {"sip.cseq", "CSeq"},
      {"sip.to", "To"},
      {"sip.from", "From"},
      {"sip.max_forwards", "Max-Forwards"}};
  for (const auto& [path, name] : rows) {
    const std::string message = sent_with(fmt::format("  {} absent", path));
    EXPECT_EQ(header(message, name), "") << name;
    EXPECT_NE(header(message, "Via"), "");
    EXPECT_EQ(header(sent_with("  sip.require fixed x"), name).empty(), false) << name;
  }
  const std::string untagged = header(sent_with("  sip.from.tag absent"), "From");
  EXPECT_TRUE(untagged.ends_with(">")) << untagged;
}

TEST(Spoilt, content_length_says_what_the_row_says) {
  EXPECT_EQ(header(sent_with("  sip.content_length fixed 7"), "Content-Length"), "7");
  const std::string sound = sent_with("  sip.require fixed x");
  EXPECT_EQ(header(sound, "Content-Length"), fmt::format("{}", body(sound).size()));
}

TEST(Spoilt, octets_are_missing_or_too_many_at_the_end_of_the_rpdu) {
  const std::string sound = body(sent_with("  sip.require fixed x"));
  const std::string cut = body(sent_with("  rp.cut fixed 3"));
  const std::string padded = body(sent_with("  rp.pad fixed 5"));
  EXPECT_EQ(cut.size(), sound.size() - 3);
  EXPECT_EQ(cut[12], sound[12]) << "the length of RP-User-Data stays";
  EXPECT_EQ(padded.size(), sound.size() + 5);
  EXPECT_EQ(padded.substr(sound.size()), std::string(5, '\0'));
}

TEST(Spoilt, a_cut_tpdu_lies_in_a_sound_rpdu) {
  rp::Message message;
  const std::string cut = body(sent_with("  tp.cut fixed 3"));
  ASSERT_EQ(rp::decode(as_octets(cut), message), rp::Error::none);
  tp::Tpdu tpdu;
  EXPECT_EQ(tp::decode(message.user_data, tp::Direction::ms_to_sc, tp::Carrier::rp_data, tpdu),
            tp::Error::user_data_length);
}

TEST(Spoilt, a_raw_rpdu_takes_its_reference_as_its_row_says) {
  const std::string own = body(sent_with("  rp.rpdu fixed 07ffaa\n  rp.mr ours rp_mr"));
  ASSERT_EQ(own.size(), 3U);
  EXPECT_EQ(own[0], '\x07');
  EXPECT_EQ(own[1], '\x00') << "the first RP-MR of the UE";
  EXPECT_EQ(body(sent_with("  rp.rpdu fixed 07ffaa\n  rp.mr fixed 9"))[1], '\xff');
}

TEST(Spoilt, a_whole_header_line_and_contact_parameters_stand_as_they_are) {
  const std::string message = sent_with(
      "  sip.header fixed \"X-Test: a, b\"\n  sip.contact ours contact\n"
      "  sip.contact.parameters fixed \";+g.3gpp.smsip-msisdn-less\"");
  EXPECT_EQ(header(message, "X-Test"), "a, b");
  EXPECT_TRUE(header(message, "Contact").ends_with(">;+g.3gpp.smsip-msisdn-less"));
}

TEST(Spoilt, an_empty_body_may_have_a_type_and_a_body_none) {
  const std::string empty = sent_with("  sip.body absent\n  rp.mti any\n  tp.mti any");
  EXPECT_EQ(header(empty, "Content-Type"), "application/vnd.3gpp.sms");
  EXPECT_EQ(body(empty), "");
  EXPECT_EQ(header(sent_with("  sip.content_type absent"), "Content-Type"), "");
}

TEST(Spoilt, what_is_cut_off_must_not_hold_what_the_session_writes) {
  const auto table = requirement_table();
  const LadderBook book = read_book(
      "ladder l \"L\"\ns1 ue -> gw wrong\nmessage wrong like submit\n  rp.cut fixed 60\n");
  const std::string names[] = {"l"};
  const auto compiled = Program::compile(book, names, Topology::gm, table, PlayConfig{});
  ASSERT_FALSE(compiled.ok());
  EXPECT_NE(compiled.error().at(0).find("token of the session"), std::string::npos);
}

TEST(Spoilt, a_fork_is_the_same_request_under_a_branch_of_its_own) {
  SimRig rig(scripted_options("  sip.require fixed x",
                              "s2 gw -> ue taken after s1 within timer_f\n"
                              "s3 ue -> gw fork s1 after s2\n"
                              "s4 gw -> ue loop_detected after s3 within timer_f\n"));
  rig.pretend_registered();
  rig.start("spoilt");
  const std::string first = rig.sent().at(0);
  const std::uint32_t ue = scripted::ue_of(first, "From");
  rig.send(ue, scripted::response(first, "202 Accepted"));
  rig.wait(1ms);
  const std::string second = rig.sent().at(0);

  EXPECT_NE(header(second, "Via"), header(first, "Via"));
  for (const char* name : {"From", "To", "Call-ID", "CSeq"})
    EXPECT_EQ(header(second, name), header(first, name)) << name;
  EXPECT_EQ(body(second), body(first));
  rig.send(ue, scripted::response(second, "482 Loop Detected"));
  rig.wait(1ms);
  EXPECT_EQ(rig.ended("spoilt", Outcome::passed), 1U);
  EXPECT_EQ(rig.count(Counter::sm_submitted), 1U);
}

/// A submit that may be refused at once, or accepted and reported on.
constexpr std::string_view kEitherWay =
    "s2 gw -> ue not_served after s1 within timer_f optional\n"
    "s3 gw -> ue taken after s1 within timer_f optional\n"
    "s4 gw -> ue report_any after s1, s3 within 10s optional\n"
    "s5 ue -> gw ok after s4\n";

struct EitherWay {
  SimRig rig{scripted_options("  sip.require fixed x", kEitherWay)};
  std::string submit;
  std::uint32_t ue = 0;
  EitherWay() {
    rig.pretend_registered();
    rig.start("spoilt");
    submit = rig.sent().at(0);
    ue = scripted::ue_of(submit, "From");
  }
  void answer(std::string_view status) {
    rig.send(ue, scripted::response(submit, status));
    rig.wait(1ms);
  }
};

TEST(Optional, one_way_taken_leaves_nothing_to_wait_for) {
  EitherWay e;
  e.answer("404 Not Found");
  EXPECT_EQ(e.rig.ended("spoilt", Outcome::passed), 1U);
}

TEST(Optional, what_the_way_taken_may_bring_is_waited_for_until_its_limit) {
  EitherWay e;
  e.answer("202 Accepted");
  e.rig.wait(9s);
  EXPECT_EQ(e.rig.player().sessions_active(), 1U);
  e.rig.wait(2s);
  EXPECT_EQ(e.rig.ended("spoilt", Outcome::passed), 1U);
}

TEST(Optional, what_comes_is_judged_and_answered) {
  EitherWay e;
  e.answer("202 Accepted");
  scripted::Message report{.in_reply_to = header(e.submit, "Call-ID"),
                           .user = fmt::format("+1212555000000{}", e.ue),
                           .address = fmt::format("127.64.0.{}:5060", e.ue + 1),
                           .rpdu = scripted::rp_ack(body(e.submit)[1])};
  e.rig.send(e.ue, report.text());
  e.rig.wait(1ms);
  EXPECT_TRUE(e.rig.sent().at(0).starts_with("SIP/2.0 200"));
  EXPECT_EQ(e.rig.ended("spoilt", Outcome::passed), 1U);
}

TEST(Optional, an_answer_that_no_way_draws_refuses) {
  EitherWay e;
  e.answer("500 Server Internal Error");
  EXPECT_EQ(e.rig.ended("spoilt", Outcome::refused), 1U);
}

}  // namespace
}  // namespace rung
