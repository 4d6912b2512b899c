// The fault matrix: each named fault of the gateway turns the first requirement of its row red, and
// no requirement outside its row (DESIGN section 6). A gateway without a fault turns none red.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim_rig.hpp"

namespace rung {
namespace {

/// What it takes to show a fault.
struct FaultCase {
  std::string_view number;
  std::vector<std::string> ladders{"mo_to_mt"};
  Topology topology = Topology::gm;
  Duration sc_delay = 0ms;
  std::string_view sc_result = "ok";
  std::uint32_t submits_max = 0;  // 0: as usual
  std::uint32_t sessions = 10;
  // Many where the fault leaves a transfer open: the next one to that UE would wait for it.
  std::uint32_t ues = 20;
};

void PrintTo(const FaultCase& c, std::ostream* out) { *out << c.number; }

class FaultMatrix : public testing::TestWithParam<FaultCase> {};

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    found.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

TEST_P(FaultMatrix, turns_its_requirement_red_and_no_other) {
  const FaultCase& c = GetParam();
  const auto fault = gateway::fault_by_name(c.number);
  ASSERT_TRUE(fault.has_value());
  RigOptions options;
  options.ues = c.ues;
  options.topology = c.topology;
  options.ladders = {"register"};
  for (const std::string& ladder : c.ladders) options.ladders.push_back(ladder);
  options.gateway.faults = {*fault};
  options.gateway.sc_delay = c.sc_delay;
  const auto result = gateway::parse_sc_result(c.sc_result);
  ASSERT_TRUE(result.ok());
  options.gateway.sc_result = *result;
  if (c.submits_max != 0) options.gateway.submits_max = c.submits_max;
  SimRig rig(options);
  rig.register_all();

  for (const std::string& ladder : c.ladders) rig.load(ladder, c.sessions, 20ms);

  const std::vector<std::string> row = words(gateway::fault_info(*fault).violates);
  const auto red = rig.ids(Verdict::fail);
  EXPECT_TRUE(red.contains(row[0])) << "first of the row is not red: " << row[0] << "\n"
                                    << rig.findings_text();
  for (const auto& [id, count] : red) {
    EXPECT_NE(std::ranges::find(row, id), row.end()) << id << " is outside the row\n"
                                                     << rig.findings_text(40);
  }
  EXPECT_EQ(rig.count(Counter::sip_received), rig.count(Counter::sip_judged));
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultMatrix,
    testing::Values(
        FaultCase{.number = "F01"}, FaultCase{.number = "F02"}, FaultCase{.number = "F03"},
        FaultCase{.number = "F04"},
        FaultCase{.number = "F05", .ladders = {"two_submits"}, .sc_delay = 200ms},
        FaultCase{.number = "F06"}, FaultCase{.number = "F07", .ues = 400},
        FaultCase{.number = "F08", .ues = 400}, FaultCase{.number = "F09"},
        FaultCase{.number = "F10", .sc_delay = 200ms}, FaultCase{.number = "F11", .sc_delay = 2s},
        FaultCase{.number = "F12"}, FaultCase{.number = "F13"}, FaultCase{.number = "F14"},
        FaultCase{.number = "F16", .ladders = {"resend"}},
        FaultCase{.number = "F17", .ladders = {"same_tp_mr"}},
        FaultCase{.number = "F18", .ladders = {"recipient_silent"}}, FaultCase{.number = "F58"},
        FaultCase{.number = "F59", .ladders = {"mo_to_mt", "mo_to_mt_ucs2"}},
        FaultCase{.number = "F60", .ladders = {"mo_to_mt_concat"}}, FaultCase{.number = "F61"},
        FaultCase{.number = "F62"}, FaultCase{.number = "F63"},
        FaultCase{.number = "F64", .ladders = {"mo_sc_error"}, .sc_result = "error:38"},
        FaultCase{.number = "F68"}, FaultCase{.number = "F69"},
        FaultCase{.number = "F70", .ladders = {"second_device"}}, FaultCase{.number = "F71"},
        FaultCase{.number = "F72"}, FaultCase{.number = "F74"}, FaultCase{.number = "F75"},
        FaultCase{.number = "F15", .ladders = {"resend"}, .ues = 400},
        FaultCase{.number = "F22", .ladders = {"late_report"}, .ues = 400},
        FaultCase{.number = "F24", .ladders = {"delivery_refused"}, .ues = 400},
        FaultCase{.number = "F28", .ladders = {"foreign_report"}, .ues = 400},
        FaultCase{.number = "F29", .ladders = {"report_before_200"}, .ues = 400},
        FaultCase{.number = "F30", .ladders = {"report_twice"}, .ues = 400},
        FaultCase{.number = "F34", .ladders = {"refresh_then_delivery"}, .ues = 400},
        FaultCase{.number = "F35", .ladders = {"binding_runs_out"}, .ues = 400},
        FaultCase{.number = "F48", .ladders = {"to_unregistered"}, .ues = 400},
        FaultCase{.number = "F50", .ladders = {"smma_unknown_subscriber"}},
        FaultCase{.number = "F65", .ladders = {"sc_congested"}},
        FaultCase{.number = "F67", .ladders = {"sc_no_answer"}, .ues = 400},
        FaultCase{.number = "F77", .ladders = {"barred_sender"}, .ues = 400},
        FaultCase{.number = "F78", .ladders = {"barred_sender"}, .ues = 400},
        FaultCase{.number = "F80", .ladders = {"truncated_rpdu"}, .ues = 400},
        FaultCase{.number = "F81", .ladders = {"status_report_whole"}, .ues = 400},
        FaultCase{.number = "F88",
                  .ladders = {"submit_under_load"},
                  .sc_delay = 2s,
                  .submits_max = 4,
                  .sessions = 40,
                  .ues = 400},
        FaultCase{.number = "F76"}, FaultCase{.number = "F79", .ladders = {"foreign_type"}}),
    [](const auto& test) { return std::string(test.param.number); });

/// The same on isc.
FaultCase on_isc(FaultCase c) {
  c.topology = Topology::isc;
  return c;
}

INSTANTIATE_TEST_SUITE_P(
    Isc, FaultMatrix,
    testing::Values(on_isc({.number = "F01"}), on_isc({.number = "F02"}), on_isc({.number = "F03"}),
                    on_isc({.number = "F04"}),
                    on_isc({.number = "F05", .ladders = {"two_submits"}, .sc_delay = 200ms}),
                    on_isc({.number = "F06"}), on_isc({.number = "F07", .ues = 400}),
                    on_isc({.number = "F08", .ues = 400}), on_isc({.number = "F09"}),
                    on_isc({.number = "F10", .sc_delay = 200ms}),
                    on_isc({.number = "F11", .sc_delay = 2s}), on_isc({.number = "F12"}),
                    on_isc({.number = "F13"}), on_isc({.number = "F14"}),
                    on_isc({.number = "F16", .ladders = {"resend"}}),
                    on_isc({.number = "F17", .ladders = {"same_tp_mr"}}),
                    on_isc({.number = "F18", .ladders = {"recipient_silent"}}),
                    on_isc({.number = "F35", .ladders = {"registration_runs_out"}}),
                    on_isc({.number = "F36", .ladders = {}}),
                    on_isc({.number = "F37", .ladders = {}}),
                    on_isc({.number = "F38", .ladders = {}}),
                    on_isc({.number = "F39", .ladders = {"subscription_refresh"}}),
                    on_isc({.number = "F40", .ladders = {"one_contact_left"}}),
                    on_isc({.number = "F41", .ladders = {"without_tag"}}),
                    on_isc({.number = "F42", .ladders = {"msisdn_less"}}),
                    on_isc({.number = "F55", .ladders = {"other_from"}}), on_isc({.number = "F56"}),
                    on_isc({.number = "F58"}), on_isc({.number = "F61"}), on_isc({.number = "F62"}),
                    on_isc({.number = "F63"}),
                    on_isc({.number = "F64", .ladders = {"mo_sc_error"}, .sc_result = "error:38"}),
                    on_isc({.number = "F68"}), on_isc({.number = "F69"}), on_isc({.number = "F70"}),
                    on_isc({.number = "F71"}), on_isc({.number = "F72"}), on_isc({.number = "F73"}),
                    on_isc({.number = "F74"}), on_isc({.number = "F75"}), on_isc({.number = "F76"}),
                    on_isc({.number = "F79", .ladders = {"foreign_type"}})),
    [](const auto& test) { return std::string(test.param.number); });

TEST(FaultMatrixIsc, a_correct_gateway_turns_nothing_red_on_isc) {
  RigOptions options;
  options.topology = Topology::isc;
  options.ladders = {"register",
                     "mo_to_mt",
                     "mo_to_mt_ucs2",
                     "mo_to_mt_concat",
                     "two_submits",
                     "resend",
                     "same_tp_mr",
                     "status_report",
                     "recipient_silent",
                     "without_tag",
                     "registration_runs_out",
                     "one_contact_left",
                     "msisdn_less",
                     "other_from",
                     "subscription_refresh",
                     "several_identities",
                     "embedded_register",
                     "annex_b5",
                     "annex_b6",
                     "annex_b4"};
  SimRig rig(options);
  rig.register_all();
  for (std::size_t i = 1; i < options.ladders.size(); ++i) rig.load(options.ladders[i], 5, 20ms);

  EXPECT_TRUE(rig.ids(Verdict::fail).empty()) << rig.findings_text(40);
  EXPECT_EQ(rig.count(Counter::sip_received), rig.count(Counter::sip_judged));
}

}  // namespace
}  // namespace rung
