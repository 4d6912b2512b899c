// What the compiled templates write is read back by the codecs, and errors of ladders are told.

#include <gtest/gtest.h>

#include "engine/ladder/field.hpp"
#include "engine/ladder/token.hpp"
#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

RigOptions scripted_options(std::string ladder) {
  RigOptions options;
  options.ladders = {std::move(ladder)};
  options.ues = 2;
  options.wire = {};
  options.scripted = true;
  return options;
}

/// The first message a ladder sends, with its decoded body.
struct FirstMessage {
  std::string text;
  Received read;
  explicit FirstMessage(RigOptions options) {
    const std::string ladder = options.ladders[0];
    SimRig rig(std::move(options));
    if (rig.program().ladder(LadderIndex(0)).need[0] != UeNeed::unregistered)
      rig.pretend_registered();
    EXPECT_EQ(rig.start(ladder), StartResult::started);
    text = rig.sent().at(0);
    EXPECT_EQ(parse_received(as_octets(text), tp::Direction::ms_to_sc, read), sip::Error::none);
  }
  std::string field(Path path) {
    std::array<char, kFieldScratch> scratch;
    const FieldValue value = field_of(path, read, scratch);
    if (!value.present) return "-";
    const PathKind kind = kind_of(path);
    if (kind == PathKind::number || kind == PathKind::flag)
      return field_number_text(path, value.number);
    return std::string(value.text);
  }
};

TEST(Program, a_submit_reads_back_as_its_table_says) {
  FirstMessage m(scripted_options("mo_to_mt"));

  EXPECT_TRUE(m.read.tp_good());
  EXPECT_TRUE(m.read.view.trailing().empty());
  EXPECT_EQ(m.field(Path::sip_method), "MESSAGE");
  EXPECT_EQ(m.field(Path::sip_request_uri), "sip:sc.home1.net");
  EXPECT_EQ(m.field(Path::sip_to), "sip:sc.home1.net");
  EXPECT_EQ(m.field(Path::sip_to_tag), "-");
  EXPECT_EQ(m.field(Path::sip_max_forwards), "70");
  EXPECT_EQ(m.field(Path::sip_contact), "-");
  EXPECT_EQ(m.field(Path::sip_content_type), "application/vnd.3gpp.sms");
  EXPECT_TRUE(m.field(Path::sip_via_branch).starts_with("z9hG4bK"));
  EXPECT_EQ(m.field(Path::rp_mti), "RP-DATA");
  EXPECT_EQ(m.field(Path::rp_oa), "-");
  EXPECT_EQ(m.field(Path::rp_da), "12125550000");
  EXPECT_EQ(m.field(Path::tp_mti), "SMS-SUBMIT");
  EXPECT_EQ(m.field(Path::tp_vp), "\xaa");
  const bool first = m.field(Path::sip_from) == "sip:+12125550000000@home1.net";
  EXPECT_EQ(m.field(Path::sip_from),
            first ? "sip:+12125550000000@home1.net" : "sip:+12125550000001@home1.net");
  EXPECT_EQ(m.field(Path::tp_da), first ? "12125550000001" : "12125550000000");
  EXPECT_EQ(m.field(Path::tp_text).size(), 60U);
}

TEST(Program, every_alphabet_fills_as_many_characters_as_asked_or_as_fit) {
  for (const auto& [ladder, alphabet, most] : {std::tuple{"mo_to_mt", tp::Alphabet::gsm7, 160U},
                                               {"mo_to_mt_ucs2", tp::Alphabet::ucs2, 140U},
                                               {"mo_to_mt_8bit", tp::Alphabet::octets, 140U},
                                               {"mo_to_mt_concat", tp::Alphabet::gsm7, 160U}}) {
    RigOptions options = scripted_options(ladder);
    options.play.text_septets = 160;
    FirstMessage m(options);

    EXPECT_TRUE(m.read.tp_good()) << ladder;
    EXPECT_EQ(tp::alphabet(m.read.tp.data_coding), alphabet) << ladder;
    EXPECT_EQ(m.read.tp.user_data_length, most) << ladder;
    Token token;
    EXPECT_EQ(find_token(m.read.tp, token), TokenState::valid) << ladder;
  }
}

TEST(Program, a_segment_says_which_of_how_many_it_is) {
  FirstMessage m(scripted_options("mo_to_mt_concat"));

  EXPECT_EQ(m.field(Path::tp_udhi), "yes");
  EXPECT_EQ(m.field(Path::tp_concat_total), "2");
  EXPECT_EQ(m.field(Path::tp_concat_sequence), "1");
}

TEST(Program, a_register_carries_the_sms_contact) {
  FirstMessage m(scripted_options("register"));

  EXPECT_EQ(m.field(Path::sip_method), "REGISTER");
  EXPECT_EQ(m.field(Path::sip_request_uri), "sip:home1.net");
  EXPECT_EQ(m.field(Path::sip_contact_smsip), "yes");
  EXPECT_EQ(m.field(Path::sip_expires), "600000");
  EXPECT_EQ(m.field(Path::sip_from), m.field(Path::sip_to));
  EXPECT_EQ(m.field(Path::sip_cseq).size(), std::string_view("100001 REGISTER").size());
}

TEST(Program, all_messages_of_a_template_are_equally_long_on_a_shared_address) {
  RigOptions options = scripted_options("mo_to_mt");
  options.ues = 1000;
  options.play.addresses = {Endpoint::ipv4(0x7f400001, 5070), 1, 1, true};
  SimRig rig(options);
  rig.pretend_registered();
  for (int i = 0; i < 300; ++i) rig.start("mo_to_mt");

  const std::vector<std::string> sent = rig.sent();

  ASSERT_EQ(sent.size(), 300U);
  for (const std::string& message : sent) EXPECT_EQ(message.size(), sent[0].size());
}

/// Errors of compiling `text`, its first ladder, with the first table of ours.
std::vector<std::string> errors_of(std::string_view text, PlayConfig config = {}) {
  LadderBook book;
  std::vector<TextError> errors;
  read_ladders(text, "my.ladder", book, errors);
  resolve(book, errors);
  for (const TextError& error : errors) ADD_FAILURE() << to_string(error);
  const std::vector<std::string> names{book.ladders.at(0).name};
  const auto result = Program::compile(book, names, Topology::gm, requirement_table(), config);
  return result.ok() ? std::vector<std::string>{} : result.error();
}

constexpr std::string_view kGood = R"(
ladder mine "A user's own"
s1  ue -> gw  ask
s2  gw -> ue  told  after s1  within 2s

message ask
  sip.method fixed OPTIONS
  sip.request_uri fixed sip:gw.example

message told
  sip.status fixed 200
)";

TEST(Program, takes_a_users_own_ladder) { EXPECT_EQ(errors_of(kGood), std::vector<std::string>{}); }

TEST(Program, names_ladder_step_and_requirement_in_an_error) {
  const std::string text =
      std::string(kGood) + "  sip.call_id copied cause.sip.call_id [no-such-id]\n";

  const std::vector<std::string> errors = errors_of(text);

  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0], "my.ladder:4: ladder mine step s2: there is no requirement no-such-id");
}

TEST(Program, tells_all_configuration_errors_at_once) {
  PlayConfig config;
  config.msisdn_digits = 40;
  config.addresses.hosts = 1;
  config.ue_count = 5;
  config.sessions_max = 0;

  EXPECT_EQ(errors_of(kGood, config).size(), 3U);
}

TEST(Program, knows_no_ladder_that_was_not_asked_for) {
  SimRig rig(scripted_options("mo_to_mt"));

  EXPECT_TRUE(rig.program().find("mo_to_mt").valid());
  EXPECT_FALSE(rig.program().find("register").valid());
}

}  // namespace
}  // namespace rung
