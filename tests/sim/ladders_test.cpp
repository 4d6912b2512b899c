// Every built-in ladder against a gateway without a fault: nothing turns red, everything ends well.

#include <fmt/format.h>
#include <gtest/gtest.h>

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

void expect_all_well(const SimRig& rig, const std::string& ladder) {
  EXPECT_EQ(rig.ended(ladder, Outcome::passed), 5U) << outcomes_text(rig, ladder);
  EXPECT_TRUE(rig.ids(Verdict::fail).empty()) << rig.findings_text();
  EXPECT_EQ(rig.count(Counter::sip_received), rig.count(Counter::sip_judged));
  EXPECT_EQ(rig.count(Counter::sip_strangers), 0U);
  EXPECT_EQ(rig.count(Counter::sm_lost), 0U);
}

class LaddersOnAGoodGateway : public testing::TestWithParam<std::string> {};

TEST_P(LaddersOnAGoodGateway, pass) {
  RigOptions options;
  options.ladders = {"register", GetParam()};
  SimRig rig(options);
  ASSERT_EQ(rig.register_all(), options.ues) << rig.findings_text();

  rig.load(GetParam(), 5, 200ms);

  expect_all_well(rig, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, LaddersOnAGoodGateway,
    testing::Values(
        "mo_sms", "mo_sc_error", "mo_sc_busy", "sc_unknown", "sc_congested", "sc_invalid_address",
        "sc_not_subscriber", "sc_no_facility", "sc_system_failure", "sc_no_answer",
        "sc_data_missing", "reserved_mti", "truncated_rpdu", "short_content_length",
        "truncated_tpdu", "empty_body", "oversized_body", "long_content_length", "without_call_id",
        "without_cseq", "without_to", "without_from", "without_from_tag", "unknown_method",
        "require_unknown", "max_forwards_0", "merged_request", "preferences", "expiring_request",
        "unknown_psi", "barred_sender", "spoofed_from", "spoofed_identity", "wrong_in_reply_to",
        "wrong_rp_mr", "foreign_report", "report_twice", "report_before_200", "late_report",
        "delivery_refused", "recipient_603", "status_report_whole", "binding_runs_out",
        "contact_without_tag", "contact_msisdn_less", "contact_tag_spelt_out",
        "refresh_then_delivery", "untagged_device", "smma_unknown_subscriber",
        "smma_facility_not_supported", "smma_system_failure", "text_extended", "text_ucs2", "text_spare_bits",
        "port_addressing", "sms_command", "validity_over", "submit_under_load", "memory_full_psi",
        "foreign_type", "mo_to_mt", "mo_to_mt_ucs2", "mo_to_mt_8bit", "mo_to_mt_concat",
        "two_submits", "status_report", "second_device", "memory_full", "recipient_silent",
        "recipient_404", "recipient_480", "to_unregistered", "resend", "same_tp_mr",
        "register_refresh", "deregister"),
    [](const auto& test) { return test.param; });

class LaddersOnIsc : public testing::TestWithParam<std::string> {};

TEST_P(LaddersOnIsc, pass) {
  RigOptions options;
  options.topology = Topology::isc;
  options.ladders = {"register", GetParam()};
  SimRig rig(options);
  const LadderIndex ladder = rig.program().find(GetParam());
  if (rig.program().ladder(ladder).need[0] != UeNeed::unregistered) {
    ASSERT_EQ(rig.register_all(), options.ues) << rig.findings_text();
  }

  rig.load(GetParam(), 5, 200ms);

  expect_all_well(rig, GetParam());
  EXPECT_EQ(rig.ended("register", Outcome::passed),
            rig.player().outcomes().started_count(rig.program().find("register")));
}

INSTANTIATE_TEST_SUITE_P(
    All, LaddersOnIsc,
    testing::Values("mo_sms", "mo_sc_error", "mo_sc_busy", "sc_unknown", "sc_congested",
                    "sc_invalid_address", "sc_not_subscriber", "sc_no_facility",
                    "sc_system_failure", "sc_no_answer", "sc_data_missing", "foreign_type",
                    "mo_to_mt", "mo_to_mt_ucs2", "mo_to_mt_8bit", "mo_to_mt_concat", "two_submits",
                    "status_report", "second_device", "memory_full", "memory_full_psi",
                    "recipient_silent", "recipient_404", "recipient_480", "to_unregistered",
                    "resend", "same_tp_mr", "register_refresh", "deregister", "without_tag",
                    "msisdn_less", "one_contact_left", "several_identities", "embedded_register",
                    "registration_runs_out", "other_from", "subscription_refresh", "annex_b3",
                    "annex_b4", "annex_b5", "annex_b6"),
    [](const auto& test) { return test.param; });

}  // namespace
}  // namespace rung
