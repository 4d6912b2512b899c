#include "run_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/load/load_rig.hpp"

namespace rung {
namespace {

using load_rig::LoadRig;
using load_rig::Options;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

RunResult noted(LoadRig& rig, const std::string& gateway_ending = {}) {
  RunResult result = rig.run_all();
  result.target = "127.0.0.1:5060";
  note_ending(rig.supervisor(), gateway_ending, result);
  return result;
}

TEST(RunNotes, a_run_that_went_well_needs_none) {
  LoadRig rig;

  const RunResult r = noted(rig);

  EXPECT_THAT(r.notes, IsEmpty());
  EXPECT_EQ(r.at_least, Verdict::none);
}

TEST(RunNotes, a_target_that_never_answers_is_the_environments_fault) {
  LoadRig rig;
  rig.answer = [](std::string_view) { return std::string(); };

  const RunResult r = noted(rig);

  EXPECT_THAT(r.notes, ::testing::Contains("127.0.0.1:5060 never answered"));
  EXPECT_TRUE(r.target_unreachable);
  EXPECT_NE(r.at_least, Verdict::fail);
}

TEST(RunNotes, reports_that_name_two_sessions_keep_a_run_from_passing) {
  LoadRig rig;
  RunResult result = rig.run_all();
  result.totals.values[static_cast<std::size_t>(Counter::sip_contradictions)] = 2;

  note_ending(rig.supervisor(), {}, result);

  EXPECT_THAT(result.notes,
              ElementsAre("2 reports had the RP-MR of one session and the In-Reply-To of another: "
                          "neither session proves anything"));
  EXPECT_EQ(result.at_least, Verdict::inconclusive);
}

TEST(RunNotes, a_target_that_stops_answering_fails_the_run) {
  Options o;
  o.phases.measure = 20s;
  LoadRig rig(o);
  rig.answer = [&](std::string_view request) {
    return rig.now() - Time{} < 3s ? load_rig::good_answer(request) : std::string();
  };

  const RunResult r = noted(rig);

  EXPECT_THAT(r.notes,
              ::testing::Contains("127.0.0.1:5060 stopped answering; the run ended early"));
  EXPECT_EQ(r.at_least, Verdict::fail);
  EXPECT_FALSE(r.target_unreachable);
}

TEST(RunNotes, an_incomplete_registration_is_told_with_its_numbers) {
  Options o;
  o.phases.register_timeout = 2s;
  LoadRig rig(o);
  int requests = 0;
  rig.answer = [&](std::string_view request) {
    return ++requests <= 5 ? load_rig::good_answer(request)
                           : load_rig::response(request, "403 Forbidden");
  };

  const RunResult r = noted(rig);

  EXPECT_THAT(r.notes, ::testing::Contains(
                           ::testing::StartsWith("registration did not complete: 5 of 20 UEs (")));
  EXPECT_EQ(r.at_least, Verdict::inconclusive);
}

TEST(RunNotes, a_ladder_that_is_only_refused_proves_nothing) {
  LoadRig rig;
  rig.answer = [](std::string_view request) {
    return request.starts_with("REGISTER") ? load_rig::good_answer(request)
                                           : load_rig::response(request, "503 Busy");
  };

  const RunResult r = noted(rig);

  EXPECT_THAT(r.notes, ElementsAre("no session of submit passed: 300 refused (300 x 503)"));
  EXPECT_EQ(r.at_least, Verdict::inconclusive);
}

TEST(RunNotes, a_gateway_that_ended_by_itself_fails_the_run) {
  LoadRig rig;

  const RunResult r = noted(rig, "the embedded gateway was ended by signal 9");

  EXPECT_THAT(r.notes, ElementsAre("the embedded gateway was ended by signal 9"));
  EXPECT_EQ(r.at_least, Verdict::fail);
}

}  // namespace
}  // namespace rung
