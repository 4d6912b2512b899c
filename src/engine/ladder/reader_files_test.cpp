// The built-in ladders: read without an error, and shaped so that each named fault of the
// catalogue's section F turns its own requirement red and no other.
#include "engine/ladder/reader_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rung {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class BuiltInLadders : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<TextError> errors;
    book_ = files::scenario_book(errors);
    for (const TextError& error : errors) ADD_FAILURE() << to_string(error);
    ASSERT_FALSE(book_.ladders.empty());
  }

  [[nodiscard]] const Step& step(std::string_view ladder, std::string_view id) const {
    for (const Step& s : book_.ladder(ladder)->steps) {
      if (s.id == id) return s;
    }
    ADD_FAILURE() << ladder << " has no " << id;
    return book_.ladder(ladder)->steps[0];
  }

  // The requirements a field of a message carries; "no row" when there is none.
  [[nodiscard]] std::vector<std::string> ids(std::string_view message, Path path) const {
    for (const FieldRule& field : book_.message(message)->fields) {
      if (field.path == path) return field.requirements;
    }
    return {"no row"};
  }

  LadderBook book_;
};

TEST_F(BuiltInLadders, hold_every_procedure_of_the_gm_topology) {
  for (const std::string_view name :
       {"register",      "register_digest",  "register_refresh", "deregister",    "mo_sms",
        "mo_sc_error",   "mo_sc_busy",       "message_only",     "mo_to_mt",      "mo_to_mt_ucs2",
        "mo_to_mt_8bit", "mo_to_mt_concat",  "two_submits",      "status_report", "second_device",
        "memory_full",   "recipient_silent", "recipient_404",    "recipient_480", "to_unregistered",
        "resend",        "same_tp_mr"}) {
    EXPECT_NE(book_.ladder(name), nullptr) << name;
  }
}

TEST_F(BuiltInLadders, have_a_source_each_and_are_about_the_gateway_the_s_cscf_or_the_network) {
  for (const Ladder& ladder : book_.ladders) {
    EXPECT_THAT(ladder.sources, Not(IsEmpty())) << ladder.name;
    for (const Step& s : ladder.steps) {
      const bool gateway = s.from == Party::gw || s.to == Party::gw;
      const bool behind = in_network(s.from) && in_network(s.to);
      EXPECT_TRUE(gateway || behind || s.from == Party::cscf || s.to == Party::cscf)
          << ladder.name << " " << s.id;
    }
  }
}

TEST_F(BuiltInLadders, bound_the_wait_for_whatever_is_received) {
  for (const Ladder& ladder : book_.ladders) {
    for (const Step& s : ladder.steps) {
      // What begins the ladder whenever it comes has no bound; what need not come may have one.
      const bool waited_for = s.from == Party::gw && !s.after.empty();
      if (s.optional && waited_for) continue;
      EXPECT_EQ(s.has_within, waited_for) << ladder.name << " " << s.id;
    }
  }
}

TEST_F(BuiltInLadders, use_every_message_that_is_no_base_of_others) {
  std::vector<std::string> used;
  for (const Message& message : book_.messages) used.push_back(message.like);
  for (const Ladder& ladder : book_.ladders) {
    for (const Step& s : ladder.steps) used.push_back(s.message);
  }
  for (const Message& message : book_.messages) {
    EXPECT_THAT(used, Contains(message.name));
  }
}

// F01, F02: F02's row names 24.011-8.2.3-a alone, so nothing else may stand on RP-MR.
TEST_F(BuiltInLadders, a_wrong_rp_mr_is_one_finding) {
  for (const char* message : {"submit_report", "submit_report_error", "memory_report"}) {
    EXPECT_THAT(ids(message, Path::rp_mr), ElementsAre("24.011-8.2.3-a")) << message;
  }
}

TEST_F(BuiltInLadders, a_wrong_in_reply_to_is_one_finding) {
  EXPECT_THAT(ids("submit_report", Path::sip_in_reply_to), ElementsAre("24.341-5.3.3.4.2-c"));
}

// F06 to F09, F61 to F64: each spoils one part of the body.
TEST_F(BuiltInLadders, each_part_of_a_body_has_its_own_requirement) {
  EXPECT_THAT(ids("deliver", Path::sip_content_type), ElementsAre("24.341-4.2-b"));
  EXPECT_THAT(ids("deliver", Path::sip_content_transfer_encoding),
              ElementsAre("24.341-5.3.3.4.3-f"));
  EXPECT_THAT(ids("deliver", Path::sip_content_length), ElementsAre("24.341-5.3.3.4.3-f", "TX-cl"));
  EXPECT_THAT(ids("deliver", Path::rp_rpdu), ElementsAre("24.341-4.2-a"));
  EXPECT_THAT(ids("deliver", Path::rp_direction), ElementsAre("24.011-8.2.2-a"));
  EXPECT_THAT(ids("deliver", Path::rp_mti), ElementsAre("RP-2"));
  EXPECT_THAT(ids("deliver", Path::rp_oa), ElementsAre("24.011-8.2.5.1-a"));
  EXPECT_THAT(ids("deliver", Path::rp_da), ElementsAre("24.011-8.2.5.2-a"));
  EXPECT_THAT(ids("deliver", Path::rp_user_data), ElementsAre("24.011-8.2.5.3-a"));
  EXPECT_THAT(ids("submit_report", Path::rp_user_data),
              ElementsAre("24.011-8.2.5.3-a", "24.011-7.3.3-a", "RP-4"));
  EXPECT_THAT(ids("submit_report_error", Path::rp_cause_element),
              ElementsAre("24.011-8.2.5.4-a", "RP-6"));
}

// F58 spoils TP-UDL alone, F59 the coding and the text: neither row names the other's requirement.
TEST_F(BuiltInLadders, a_wrong_udl_and_a_changed_character_set_are_told_apart) {
  EXPECT_THAT(ids("deliver", Path::tp_udl), ElementsAre("23.040-tp-a", "TP-UDL-a"));
  EXPECT_THAT(ids("deliver", Path::tp_dcs), ElementsAre("23.040-tp-f"));
  EXPECT_THAT(ids("deliver", Path::tp_ud), ElementsAre("23.040-tp-f"));
}

// F68 to F76: headers.
TEST_F(BuiltInLadders, each_header_of_a_delivery_has_its_own_requirement) {
  EXPECT_THAT(ids("deliver", Path::sip_accept_contact), ElementsAre("24.341-5.3.3.4.3-d"));
  EXPECT_THAT(ids("deliver", Path::sip_request_disposition), ElementsAre("24.341-5.3.3.4.3-e"));
  EXPECT_THAT(ids("deliver", Path::sip_p_asserted_identity), ElementsAre("24.341-5.3.3.4.3-c"));
  EXPECT_THAT(ids("deliver", Path::sip_from), ElementsAre("24.341-5.3.3.4.3-c"));
  EXPECT_THAT(ids("deliver", Path::sip_contact), ElementsAre("3428-a"));
  EXPECT_THAT(ids("accepted", Path::sip_contact), ElementsAre("3428-a"));
  EXPECT_THAT(ids("accepted", Path::sip_body), ElementsAre("3428-c"));
  EXPECT_THAT(ids("deliver", Path::sip_to_tag), ElementsAre("3428-b", "TX-tag"));
  EXPECT_THAT(ids("deliver", Path::sip_via_branch), ElementsAre("TX-branch"));
}

// F10 to F14, F16 to F18, F60, F70: what only a rule can see.
TEST_F(BuiltInLadders, steps_name_the_requirements_that_rules_judge) {
  EXPECT_THAT(step("mo_to_mt", "s2").requirements, Contains("24.341-5.3.3.4.1-a"));
  EXPECT_THAT(step("mo_to_mt", "s3").requirements, Contains("24.341-5.3.3.4.2-i"));
  EXPECT_THAT(step("mo_to_mt", "s3").requirements, Contains("24.341-5.3.3.4.2-j"));
  EXPECT_THAT(step("mo_to_mt", "s3").requirements, Contains("24.341-5.3.3.4.2-a"));
  EXPECT_THAT(step("resend", "s2").requirements, Contains("TX-J"));
  EXPECT_EQ(step("resend", "s3").copy_of, "s1");
  EXPECT_THAT(step("recipient_silent", "s5").requirements, Contains("TX-E"));
  EXPECT_THAT(step("mo_to_mt_concat", "s13").requirements, Contains("23.040-tp-c"));
  EXPECT_THAT(step("second_device", "s9").requirements, Contains("24.341-5.3.3.4.3-e"));
}

// F17: the second action gets 202 and nothing more. Only the requirement of its row may fail, so
// the report that stays away is not counted.
TEST_F(BuiltInLadders, a_swallowed_action_is_found_by_its_missing_delivery) {
  EXPECT_THAT(step("same_tp_mr", "s13").requirements, Contains("24.341-5.3.3.4.1-f"));
  EXPECT_THAT(step("same_tp_mr", "s11").requirements, Not(Contains("24.341-5.3.3.4.2-j")));
}

}  // namespace
}  // namespace rung
