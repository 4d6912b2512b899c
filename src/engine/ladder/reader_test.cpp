#include "engine/ladder/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/ladder/reader_fixture.hpp"
#include "engine/ladder/scanner.hpp"

namespace rung {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Reader, reads_every_part_of_a_ladder) {
  const Reading r = read(R"(# a comment
ladder mo_to_mt  "From one UE, to another"   # and another
source TR 23.804 8.9, TS 24.341 B.5
given  ue registered, ue2 unregistered, sc error:42:C0
hold   silence
s1  ue -> gw   ask
s2  gw -> ue   answer   after s1  within timer_f  [TX-F] [TX-J]
s3  ue -> gw   ask      after s1, s2  wait 10ms
s4  gw -> ue2  ask      after s3  within 2s  optional  times 1..3  on gm
s5  ue -> gw   copy s3  after s4  wait timer_e
measure delivery s1 -> s4
)");
  ASSERT_THAT(r.errors, IsEmpty());
  ASSERT_EQ(r.book.ladders.size(), 1U);
  const Ladder& l = r.book.ladders[0];
  EXPECT_EQ(l.title, "From one UE, to another");
  EXPECT_THAT(l.sources, ElementsAre("TR 23.804 8.9", "TS 24.341 B.5"));
  ASSERT_EQ(l.given.size(), 3U);
  EXPECT_EQ(l.answer_of(Party::sc), "error:42:C0");
  EXPECT_EQ(l.answer_of(Party::hss), "");
  EXPECT_EQ(l.given[1].party, Party::ue2);
  EXPECT_FALSE(l.given[1].registered);
  EXPECT_EQ(l.hold, 34s);
  EXPECT_EQ(l.hold_timer, "silence");
  ASSERT_EQ(l.steps.size(), 5U);
  EXPECT_EQ(l.steps[1].from, Party::gw);
  EXPECT_EQ(l.steps[1].within.timer, "timer_f");
  EXPECT_EQ(l.steps[1].within.value, 32s);
  EXPECT_THAT(l.steps[1].requirements, ElementsAre("TX-F", "TX-J"));
  EXPECT_EQ(l.steps[1].requirement_places[1].column, 58U);
  EXPECT_THAT(l.steps[2].after, ElementsAre("s1", "s2"));
  EXPECT_EQ(l.steps[2].wait, 10ms);
  EXPECT_TRUE(l.steps[3].optional);
  EXPECT_EQ(l.steps[3].times_max, 3);
  EXPECT_TRUE(l.steps[3].has_topology);
  EXPECT_EQ(l.steps[3].within.value, 2s);
  EXPECT_EQ(l.steps[4].copy_of, "s3");
  EXPECT_EQ(l.steps[4].message, "ask");
  EXPECT_EQ(l.steps[4].wait_timer, "timer_e");
  ASSERT_EQ(l.measures.size(), 1U);
  EXPECT_EQ(l.measures[0].to, "s4");
}

TEST(Reader, reads_every_source_of_a_field) {
  const Reading r = read(R"(message m
  rp.mti                     fixed RP-ACK
  sip.from                   ours impu
  sip.in_reply_to            copied s1.sip.call_id [24.341-5.3.3.4.2-c] [x]
  sip.call_id                differs cause.sip.call_id
  sip.cseq                   any
  sip.contact                absent
  sip.status                 one_of 202 200
  sip.accept_contact         contains "+g.3gpp.smsip" require explicit
  sip.content_transfer_encoding if_present binary
  sip.request_disposition    not_contains no-fork
  rp.user_data               if_present
  tp.udhi                    fixed yes
  tp.vp                      fixed aAff
  sip.size                   at_most 1300
  sip.contact.expires        at_most cause.sip.expires
)");
  ASSERT_THAT(r.errors, IsEmpty());
  const auto& f = r.book.message("m")->fields;
  ASSERT_EQ(f.size(), 15U);
  EXPECT_THAT(f[0].values, ElementsAre("RP-ACK"));
  EXPECT_THAT(f[1].values, ElementsAre("impu"));
  EXPECT_EQ(f[2].step, "s1");
  EXPECT_EQ(f[2].from, Path::sip_call_id);
  EXPECT_THAT(f[2].requirements, ElementsAre("24.341-5.3.3.4.2-c", "x"));
  EXPECT_EQ(f[3].source, Source::differs);
  EXPECT_THAT(f[6].values, ElementsAre("202", "200"));
  EXPECT_THAT(f[7].values, ElementsAre("+g.3gpp.smsip", "require", "explicit"));
  EXPECT_THAT(f[9].values, ElementsAre("no-fork"));
  EXPECT_THAT(f[10].values, IsEmpty());
  EXPECT_EQ(f[13].source, Source::at_most);
  EXPECT_THAT(f[13].values, ElementsAre("1300"));
  EXPECT_EQ(f[14].step, "cause");
  EXPECT_EQ(f[14].from, Path::sip_expires);
}

TEST(Reader, like_takes_fields_over_and_replaces_those_of_the_same_path) {
  const Reading r = read(R"(message c like b
  sip.cseq absent
message b like a
  sip.contact any [x]
message a
  sip.method fixed MESSAGE
  sip.contact absent
)");
  ASSERT_THAT(r.errors, IsEmpty());
  const auto& f = r.book.message("c")->fields;
  ASSERT_EQ(f.size(), 3U);
  EXPECT_EQ(f[0].path, Path::sip_method);
  EXPECT_EQ(f[1].source, Source::any);
  EXPECT_EQ(f[1].place.line, 4U);
  EXPECT_EQ(f[2].path, Path::sip_cseq);
}

TEST(Reader, resolving_twice_changes_nothing) {
  Reading r = read("message b like ask\n sip.cseq any\n");
  std::vector<TextError> errors;
  EXPECT_TRUE(resolve(r.book, errors));
  EXPECT_EQ(r.book.message("b")->fields.size(), 2U);
}

TEST(Reader, line_ends_of_both_kinds_and_a_missing_last_one_are_read) {
  EXPECT_THAT(errors_of("ladder l \"L\"\r\ns1 ue -> gw ask\r\ns2 gw -> ue answer after s1"),
              IsEmpty());
}

TEST(Reader, every_error_of_a_text_is_reported_at_once) {
  EXPECT_THAT(
      errors_of("ladder l \"L\"\ns1 ue -> gx ask\nhold 3\nnothing\n"),
      ElementsAre("a.ladder:2:10: 'gx', expected ue, ue2, cscf, gw, sc, hss, msc or sgsn",
                  "a.ladder:3:6: '3' is no duration, expected a number with us, ms, s or min, "
                  "at most a day",
                  "a.ladder:4:8: the line ends, expected ue, ue2, cscf, gw, sc, hss, msc or sgsn",
                  "a.ladder:1:1: ladder l has no step, expected at least one"));
}

TEST(Reader, columns_count_characters_and_not_octets) {
  EXPECT_THAT(errors_of("ladder l \"Überfällig\" x\n"),
              ElementsAre("a.ladder:1:23: 'x', expected the end of the line"));
}

TEST(Reader, a_control_character_before_half_a_character_has_a_column) {
  EXPECT_THAT(read("\b\xa5", false).errors,
              ElementsAre("a.ladder:1:1: control character, expected text"));
}

TEST(Reader, errors_of_heads_and_blocks) {
  EXPECT_THAT(errors_of("s1 ue -> gw ask\n"),
              ElementsAre("a.ladder:1:1: 's1', expected ladder, message, body or requirement"));
  EXPECT_THAT(
      errors_of("ladder \"L\"\nstill ignored\n"),
      ElementsAre(
          "a.ladder:1:8: \"L\", expected the ladder's name: small letters, digits, _ and -"));
  EXPECT_THAT(errors_of("ladder l L\n"),
              ElementsAre("a.ladder:1:10: 'L', expected the ladder's title in quotes"));
  EXPECT_THAT(errors_of("ladder l \"L\n"),
              ElementsAre("a.ladder:1:10: a quoted text does not end, expected a closing \""));
  EXPECT_THAT(
      errors_of("ladder l \"L\"\ns1 ue -> gw ask\nladder l \"M\"\n"),
      ElementsAre("a.ladder:3:8: a second ladder 'l', expected another name than at a.ladder:1"));
  EXPECT_THAT(
      errors_of("message ask\n"),
      ElementsAre(
          "b.messages:2:9: a second message 'ask', expected another name than at a.ladder:1"));
  EXPECT_THAT(errors_of("requirement r \"R\"\nrequirement r \"S\"\n"),
              ElementsAre("a.ladder:2:13: a second requirement 'r', expected another id"));
  EXPECT_THAT(errors_of("message m\n  \x01\n"),
              ElementsAre("a.ladder:2:3: control character, expected text"));
  EXPECT_THAT(errors_of(std::string(kLineSizeMax + 1, 'x')),
              ElementsAre("a.ladder:1:1: the line is too long, expected at most 4096 octets"));
}

TEST(Reader, what_spoils_a_message_is_for_sending_only) {
  EXPECT_THAT(
      errors_of("ladder l \"L\"\ns1 ue -> gw plea\ns2 gw -> ue got after s1\n"
                "message plea\n  sip.method fixed MESSAGE\n  rp.cut fixed 1\n"
                "message got\n  sip.status fixed 200\n  rp.cut fixed 1\n"),
      ElementsAre("a.ladder:9:3: got is received, and rp.cut is for sending only, expected a "
                  "field that a message has"));
}

TEST(Reader, a_fork_is_of_a_request_of_ours) {
  EXPECT_THAT(errors_of("ladder l \"L\"\ns1 ue -> gw plea\ns2 gw -> ue told after s1\n"
                        "s3 ue -> gw fine after s2\ns4 ue -> gw fork s3 after s3\n"
                        "s5 ue -> gw fork s1 after s2\n"
                        "message plea\n  sip.method fixed MESSAGE\n"
                        "message told\n  sip.method fixed MESSAGE\n"
                        "message fine\n  sip.status fixed 200\n"),
              ElementsAre("a.ladder:5:1: step s4 cannot fork s3, expected a request"));
}

TEST(Reader, errors_of_ladder_lines) {
  const auto line = [](std::string_view text) {
    return errors_of("ladder l \"L\"\n" + std::string(text) + "\ns1 ue -> gw ask\n");
  };
  EXPECT_THAT(line("source TS 1,"),
              ElementsAre("a.ladder:2:13: the line ends, expected a document and clause"));
  EXPECT_THAT(
      line("given msc registered"),
      ElementsAre("a.ladder:2:7: nothing is given of 'msc', expected ue, ue2, gw, sc or hss"));
  EXPECT_THAT(line("given gw registered"),
              ElementsAre("a.ladder:2:10: 'registered', expected digest, open, subscribes, "
                          "msisdn_less or msisdn_less_delivery"));
  EXPECT_THAT(line("given ue there"),
              ElementsAre("a.ladder:2:10: 'there', expected registered, unregistered, "
                          "barred or named"));
  EXPECT_THAT(line("hold timer_ff"),
              ElementsAre("a.ladder:2:6: unknown timer 'timer_ff', expected timer_f"));
  EXPECT_THAT(
      line("hold 100000000min"),
      ElementsAre("a.ladder:2:6: '100000000min' is no duration, expected a number with us, ms, s "
                  "or min, at most a day"));
  EXPECT_THAT(line("measure m s1 s2"), ElementsAre("a.ladder:2:14: 's2', expected ->"));
  EXPECT_THAT(line("measure m s1 -> s9"),
              ElementsAre("a.ladder:2:9: measure m names an unknown step 's9', expected s1"));
  EXPECT_THAT(line("measure m s1 -> s1"),
              ElementsAre("a.ladder:2:9: measure m ends where it begins, expected two steps"));
}

TEST(Reader, errors_of_steps) {
  EXPECT_THAT(errors_of_step("s2 gw ue answer"), ElementsAre("a.ladder:3:7: 'ue', expected ->"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue"),
      ElementsAre("a.ladder:3:12: the line ends, expected a message, or copy or fork and a step"));
  EXPECT_THAT(errors_of_step("s2 gw -> ue answer after"),
              ElementsAre("a.ladder:3:25: the line ends, expected a step such as s1"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue ask times 2..1"),
      ElementsAre("a.ladder:3:23: '2..1' is no range of times, expected a..b with 1 <= a <= b <= "
                  "255, such as 1..2"));
  EXPECT_THAT(errors_of_step("s2 gw -> ue ask on mars"),
              ElementsAre("a.ladder:3:20: 'mars', expected gm or isc"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue ask soon"),
      ElementsAre("a.ladder:3:17: 'soon', expected after, within, wait, optional, times, on, for, "
                  "[requirement] or the end of the line"));
  EXPECT_THAT(errors_of_step("s2 gw -> ue ask [x"),
              ElementsAre("a.ladder:3:17: a requirement does not end, expected a closing ]"));
  EXPECT_THAT(errors_of_step("cause gw -> ue ask"),
              ElementsAre("a.ladder:3:1: a step cannot be called 'cause', expected another name"));
  EXPECT_THAT(errors_of_step("s1 ue -> gw ask"),
              ElementsAre("a.ladder:3:1: a second step 's1', expected another id"));
  EXPECT_THAT(errors_of_step("s2 gw -> gw ask"),
              ElementsAre("a.ladder:3:1: step s2 goes from gw to itself, expected two parties"));
  EXPECT_THAT(errors_of_step("s2 gw -> ue asq"),
              ElementsAre("a.ladder:3:1: step s2 is an unknown message 'asq', expected ask"));
}

TEST(Reader, errors_of_causes) {
  EXPECT_THAT(errors_of_step("s2 gw -> ue ask after s7"),
              ElementsAre("a.ladder:3:1: step s2 comes after an unknown 's7', expected s1"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue ask after s2"),
      ElementsAre(
          "a.ladder:3:1: step s2 comes after a step that is not above it, 's2', expected s1"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue ask after s3\ns3 ue -> gw answer after s2"),
      ElementsAre(
          "a.ladder:3:1: step s2 comes after a step that is not above it, 's3', expected s1"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue answer"),
      ElementsAre(
          "a.ladder:3:1: step s2 answers nothing, expected after and the request it answers"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue2 answer after s1"),
      ElementsAre("a.ladder:3:1: step s2 cannot answer s1, expected first after a request from ue2 "
                  "to gw"));
}

TEST(Reader, errors_of_what_only_one_direction_can_do) {
  EXPECT_THAT(
      errors_of_step("s2 ue -> gw ask within 1s"),
      ElementsAre(
          "a.ladder:3:1: step s2 is sent, so 'within' means nothing, expected 'within' on a "
          "step that is received"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue ask wait 1s"),
      ElementsAre(
          "a.ladder:3:1: step s2 is received, so 'wait' means nothing, expected 'wait' on a "
          "step that is sent"));
  EXPECT_THAT(
      errors_of_step("s2 ue -> gw m\nmessage m\n sip.method one_of A B"),
      ElementsAre(
          "a.ladder:5:2: m is sent by ue, and 'one_of' is for receipt only, expected fixed, "
          "ours, copied, any or absent"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue copy s1"),
      ElementsAre("a.ladder:3:1: step s2 cannot copy s1, expected a step of ours between the same "
                  "parties that is no copy itself"));
  EXPECT_THAT(errors_of_step("s2 ue -> gw copy s9"),
              ElementsAre("a.ladder:3:1: step s2 copies an unknown 's9', expected s1"));
}

TEST(Reader, more_than_64_steps_are_an_error) {
  std::string text = "ladder l \"L\"\n";
  for (int i = 1; i <= 65; ++i) text += "s" + std::to_string(i) + " ue -> gw ask\n";
  EXPECT_THAT(errors_of(text),
              ElementsAre("a.ladder:66:1: step 's65' is one too many, expected at most 64 steps"));
}

TEST(Reader, errors_of_rows) {
  EXPECT_THAT(
      errors_of_row("sip.in_replyto any"),
      ElementsAre("a.ladder:2:1: unknown field 'sip.in_replyto', expected sip.in_reply_to"));
  EXPECT_THAT(
      errors_of_row("sip.to is x"),
      ElementsAre(
          "a.ladder:2:8: 'is', expected fixed, ours, copied, any, absent, one_of, contains, "
          "differs, if_present, not_contains, at_most or template"));
  EXPECT_THAT(
      errors_of_row("rp.mti fixed RP-NAK"),
      ElementsAre("a.ladder:2:14: rp.mti cannot be 'RP-NAK', expected RP-DATA, RP-ACK, RP-ERROR or "
                  "RP-SMMA"));
  EXPECT_THAT(
      errors_of_row("rp.cause fixed 128"),
      ElementsAre("a.ladder:2:16: rp.cause cannot be '128', expected a number from 0 to 127"));
  EXPECT_THAT(
      errors_of_row("sip.status one_of 200 99"),
      ElementsAre("a.ladder:2:23: sip.status cannot be '99', expected a number from 100 to 699"));
  EXPECT_THAT(errors_of_row("sip.to at_most 7"),
              ElementsAre("a.ladder:2:1: sip.to is no number, expected at_most for numbers only"));
  EXPECT_THAT(
      errors_of_row("rp.cause at_most 128"),
      ElementsAre("a.ladder:2:18: rp.cause cannot be '128', expected a number from 0 to 127"));
  EXPECT_THAT(errors_of_row("sip.size at_most [x]"),
              ElementsAre("a.ladder:2:18: '[x]', expected a value"));
  EXPECT_THAT(errors_of_row("tp.rd fixed maybe"),
              ElementsAre("a.ladder:2:13: tp.rd cannot be 'maybe', expected yes or no"));
  EXPECT_THAT(
      errors_of_row("tp.vp fixed abc"),
      ElementsAre("a.ladder:2:13: tp.vp cannot be 'abc', expected octets as pairs of hexadecimal "
                  "digits"));
  EXPECT_THAT(errors_of_row("rp.da fixed +49"),
              ElementsAre("a.ladder:2:13: rp.da cannot be '+49', expected digits of a number"));
  EXPECT_THAT(errors_of_row("sip.cseq fixed"),
              ElementsAre("a.ladder:2:15: the line ends, expected a value"));
  EXPECT_THAT(errors_of_row("sip.cseq fixed 1 2"),
              ElementsAre("a.ladder:2:18: '2', expected the end of the line"));
  EXPECT_THAT(errors_of_row("sip.cseq any 1"),
              ElementsAre("a.ladder:2:14: '1', expected the end of the line"));
  EXPECT_THAT(errors_of_row("sip.from ours imqu"),
              ElementsAre("a.ladder:2:15: unknown name 'imqu', expected impu"));
  EXPECT_THAT(
      errors_of_row("sip.cseq any\nsip.cseq absent"),
      ElementsAre("a.ladder:3:1: a second row for sip.cseq, expected one row for each field"));
}

TEST(Reader, errors_of_references) {
  EXPECT_THAT(
      errors_of_row("sip.cseq copied s1"),
      ElementsAre("a.ladder:2:17: 's1', expected a step and its field, such as s1.sip.call_id"));
  EXPECT_THAT(errors_of_row("sip.cseq copied s1.sip.csec"),
              ElementsAre("a.ladder:2:20: unknown field 'sip.csec', expected sip.cseq"));
  EXPECT_THAT(
      errors_of_row("rp.mr copied s1.sip.call_id"),
      ElementsAre("a.ladder:2:17: rp.mr and sip.call_id are not alike, expected two numbers, two "
                  "texts or two strings of octets"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue m\nmessage m like ask\n sip.cseq copied s1.sip.cseq"),
      ElementsAre(
          "a.ladder:5:2: sip.cseq of step s2 in ladder l refers to 's1', expected a step that "
          "s2 is after, or cause"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue m\nmessage m like ask\n sip.cseq copied cause.sip.cseq"),
      ElementsAre(
          "a.ladder:5:2: sip.cseq of step s2 refers to its cause, and it has none, expected "
          "after and a step"));
}

TEST(Reader, a_reference_may_reach_a_cause_of_a_cause) {
  EXPECT_THAT(errors_of_step("s2 gw -> ue answer after s1\ns3 ue -> gw m after s2\n"
                             "message m like ask\n sip.cseq copied s1.sip.cseq"),
              IsEmpty());
}

TEST(Reader, errors_of_messages) {
  EXPECT_THAT(errors_of("message m like asc\n sip.cseq any\n"),
              ElementsAre("a.ladder:1:1: message m is like an unknown 'asc', expected ask"));
  EXPECT_THAT(
      errors_of("message a like b\nmessage b like a\n"),
      ElementsAre("a.ladder:2:1: message b is like itself by way of a, expected a message that is "
                  "not like this one"));
  EXPECT_THAT(
      errors_of_step("s2 gw -> ue m\nmessage m\n sip.cseq any"),
      ElementsAre("a.ladder:4:1: message m has neither sip.method nor sip.status, expected one of "
                  "them"));
}

TEST(Reader, a_row_used_by_many_steps_is_reported_once) {
  EXPECT_THAT(errors_of_step("s2 ue -> gw m\ns3 ue -> gw m\nmessage m\n sip.method contains A"),
              testing::SizeIs(1));
}

Verdict judges_nothing(const Evidence&) { return Verdict::none; }

Requirement requirement(std::string_view id, Rule rule) {
  Requirement out;
  out.id = id;
  out.rule = rule;
  return out;
}

TEST(Validate, a_misspelt_requirement_is_an_error_that_names_the_nearest) {
  const Requirement entries[] = {requirement("TX-resp", nullptr),
                                 requirement("TX-F", judges_nothing)};
  const Reading r = read(R"(ladder l "L"
s1 ue -> gw ask
s2 gw -> ue answer after s1 [TX-G] [TX-F]
message m
  sip.via any [TX-rsp] [own]
message n like m
requirement own "Mine"
)");
  ASSERT_THAT(r.errors, IsEmpty());
  std::vector<TextError> errors;
  EXPECT_FALSE(validate(r.book, RequirementTable(entries), errors));
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(to_string(errors[0]), "a.ladder:5:15: unknown requirement 'TX-rsp', expected TX-resp");
  EXPECT_EQ(to_string(errors[1]), "a.ladder:3:29: unknown requirement 'TX-G', expected TX-F");
}

TEST(Validate, a_step_needs_a_requirement_with_a_rule) {
  const Requirement entries[] = {requirement("TX-resp", nullptr)};
  const Reading r = read("ladder l \"L\"\ns1 ue -> gw ask [TX-resp]\n");
  std::vector<TextError> errors;
  EXPECT_FALSE(validate(r.book, RequirementTable(entries), errors));
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(
      to_string(errors[0]),
      "a.ladder:2:17: no rule judges 'TX-resp' of a step, expected it on a field of a message");
}

TEST(Reader, a_row_may_hold_on_one_topology_only) {
  const Reading r = read(R"(ladder l "L"
s1 ue -> gw mine
message mine like ask
  sip.to     fixed sip:a  on gm
  sip.to     fixed sip:b  on isc  [24.341-5.3.1.2-c]
  sip.from   fixed sip:c
message other like mine
  sip.to     fixed sip:d  on isc
  sip.from   fixed sip:e  on gm
)");

  ASSERT_THAT(r.errors, IsEmpty());
  const auto told = [&](std::string_view message, Topology topology) {
    const LadderBook book = on_topology(r.book, topology);
    std::vector<std::string> values;
    for (const FieldRule& row : book.message(message)->fields) {
      if (row.path != Path::sip_method) values.push_back(row.values[0]);
    }
    std::sort(values.begin(), values.end());
    return values;
  };
  EXPECT_THAT(told("mine", Topology::gm), ElementsAre("sip:a", "sip:c"));
  EXPECT_THAT(told("mine", Topology::isc), ElementsAre("sip:b", "sip:c"));
  EXPECT_THAT(told("other", Topology::gm), ElementsAre("sip:a", "sip:e"));
  EXPECT_THAT(told("other", Topology::isc), ElementsAre("sip:c", "sip:d"));
}

TEST(Reader, two_rows_of_one_path_may_not_meet_on_a_topology) {
  EXPECT_THAT(
      errors_of("message m like ask\nsip.to fixed sip:a\nsip.to fixed sip:b on isc\n"),
      ElementsAre("a.ladder:3:1: a second row for sip.to, expected one row for each field"));
}

TEST(Reader, a_list_of_values_ends_where_the_topology_begins) {
  const Reading r = read("message m like ask\nsip.accept contains a/b c/d on isc\n");

  ASSERT_THAT(r.errors, IsEmpty());
  const FieldRule& row = r.book.message("m")->fields.back();
  EXPECT_THAT(row.values, ElementsAre("a/b", "c/d"));
  EXPECT_FALSE(row.on_gm);
}

TEST(Reader, a_body_is_its_lines_each_ended_by_cr_lf) {
  const Reading r = read(R"(ladder l "L"
s1 ue -> gw told
message told like ask
  sip.body  template greeting
body greeting
  | <hello to="{impu}"># no comment</hello>
  |
  |   indented
)");

  ASSERT_THAT(r.errors, IsEmpty());
  EXPECT_EQ(r.book.body("greeting")->text,
            "<hello to=\"{impu}\"># no comment</hello>\r\n\r\n  indented\r\n");
}

TEST(Reader, errors_of_bodies) {
  EXPECT_THAT(errors_of("| text\n"),
              ElementsAre("a.ladder:1:1: '|', expected body and its name before"));
  EXPECT_THAT(errors_of("body b\n| {nobody}\n"),
              ElementsAre("a.ladder:2:1: a line of a body that cannot be sent, expected text with "
                          "names after `ours` in braces, such as {impu}"));
  EXPECT_THAT(errors_of("body b\n| {impu\n").size(), 1);
  EXPECT_THAT(errors_of("body b\nbody b\n").size(), 1);
  EXPECT_THAT(
      errors_of_row("sip.to template b"),
      ElementsAre("a.ladder:2:17: 'b', expected sip.body or info.document before 'template'"));
  EXPECT_THAT(errors_of("ladder l \"L\"\ns1 ue -> gw m\nmessage m like ask\n"
                        "sip.body template nobody\nbody somebody\n"),
              ElementsAre("a.ladder:4:1: message m has an unknown body 'nobody', expected "
                          "somebody"));
}

TEST(Reader, a_ladder_may_be_of_one_topology_and_a_step_of_the_s_cscf_for_one_ue) {
  const Reading r = read("ladder l \"L\"\non isc\ns1 cscf -> gw ask for ue2\n");

  ASSERT_THAT(r.errors, IsEmpty());
  const Ladder& ladder = r.book.ladders[0];
  EXPECT_TRUE(plays_on(ladder, Topology::isc));
  EXPECT_FALSE(plays_on(ladder, Topology::gm));
  EXPECT_EQ(ladder.steps[0].ue, Party::ue2);
  EXPECT_THAT(errors_of_step("s2 ue -> gw ask for ue2"),
              ElementsAre("a.ladder:3:1: step s2 says for whom it is, and has a UE, "
                          "expected 'for' on a step between gw and cscf, sc, hss, msc or sgsn"));
}

TEST(Reader, a_ladder_needs_a_link_where_the_network_meets_the_gateway_on_its_topology) {
  const Reading r = read(
      "ladder l \"L\"\ns1 ue -> gw ask\ns2 gw -> sc forward after s1 on gm\n"
      "ladder k \"K\"\ns1 ue -> gw ask\ns2 sc -> hss forward after s1\n"
      "message forward\ntcap.message fixed begin\n");

  ASSERT_THAT(r.errors, IsEmpty());
  EXPECT_TRUE(needs_link(r.book.ladders[0], Topology::gm));
  EXPECT_FALSE(needs_link(r.book.ladders[0], Topology::isc));
  EXPECT_FALSE(needs_link(r.book.ladders[1], Topology::gm)) << "between two parties of ours";
}

TEST(Reader, between_two_parties_of_ours_a_message_is_drawn_whatever_it_demands) {
  EXPECT_THAT(errors_of("ladder l \"L\"\ns1 ue -> gw ask\ns2 cscf -> ue m after s1\n"
                        "message m like ask\nsip.to one_of sip:a sip:b\n"),
              IsEmpty());
}

}  // namespace
}  // namespace rung
