// Which sessions the capture keeps: every one that failed, and the first of each ladder that
// passed.

#include <gtest/gtest.h>

#include <algorithm>

#include "sim_rig.hpp"

namespace rung {
namespace {

std::ptrdiff_t kept(const SimRig& rig, std::string_view ladder, Verdict verdict) {
  const auto wanted = std::pair(rig.program().find(ladder), verdict);
  return std::ranges::count(rig.log().kept, wanted);
}

TEST(KeptSessions, the_first_of_each_ladder_that_passed_is_an_example) {
  SimRig rig({});
  rig.register_all();

  rig.load("mo_to_mt", 20, 10ms);

  EXPECT_EQ(rig.ended("mo_to_mt", Outcome::passed), 20U);
  EXPECT_EQ(kept(rig, "mo_to_mt", Verdict::pass), 1);
  EXPECT_EQ(kept(rig, "register", Verdict::pass), 1);
  EXPECT_EQ(rig.log().kept.size(), 2U);
}

TEST(KeptSessions, every_failed_one_is_kept) {
  RigOptions options;
  options.gateway.faults = {*gateway::fault_by_name("F03")};
  SimRig rig(options);
  rig.register_all();

  rig.load("mo_to_mt", 20, 10ms);

  EXPECT_EQ(kept(rig, "mo_to_mt", Verdict::fail), 20);
  EXPECT_EQ(kept(rig, "mo_to_mt", Verdict::pass), 0);
}

TEST(KeptSessions, one_that_broke_a_field_without_a_requirement_is_kept_too) {
  RigOptions options;
  options.ladders = {"register", "own"};
  options.own_ladders =
      "message own_accepted like accepted\n  sip.status fixed 299\n"
      "ladder own \"An answer that nobody gives\"\n"
      "s1 ue -> gw submit_foreign\ns2 gw -> ue own_accepted after s1\n";
  SimRig rig(options);
  rig.register_all();

  rig.load("own", 3, 10ms);

  EXPECT_EQ(rig.ended("own", Outcome::failed) + rig.ended("own", Outcome::refused), 3U);
  EXPECT_EQ(kept(rig, "own", Verdict::fail),
            static_cast<std::ptrdiff_t>(rig.ended("own", Outcome::failed)));
}

}  // namespace
}  // namespace rung
