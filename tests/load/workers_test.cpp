// Several workers on loopback sockets: the thread sanitizer's test of the crew as well.
#include <gtest/gtest.h>
#include <unistd.h>

#include "whole_loop.hpp"

namespace rung::whole_loop {
namespace {

std::string free_port() { return "--ue-port=" + std::to_string(20'000 + getpid() % 30'000); }

TEST(Workers, each_plays_its_own_ues_and_together_they_offer_the_load) {
  const std::string port = free_port();
  WholeLoop loop(
      {"--workers=2", "--ues=401", "--rate=400", "--warm-up=200ms", "--duration=1s", port.c_str()});
  Watch nobody;

  const RunResult r = loop.run_on_loopback(nobody, {});

  EXPECT_EQ(r.workers, 2U);
  EXPECT_EQ(r.totals[Counter::registrations], 401U);
  EXPECT_EQ(r.totals[Counter::sessions_offered], 480U);
  EXPECT_EQ(r.totals[Counter::sessions_passed], 480U);
  EXPECT_EQ(r.totals[Counter::sm_delivered], 480U);
  for (const auto& cell : loop.crew().cells()) {
    EXPECT_EQ(cell->counters.read(Counter::sessions_passed), 240U);
  }
}

TEST(Workers, nothing_arrives_at_the_wrong_one) {
  const std::string port = free_port();
  WholeLoop loop(
      {"--workers=3", "--ues=300", "--rate=300", "--warm-up=0s", "--duration=1s", port.c_str()});
  Watch nobody;

  const RunResult r = loop.run_on_loopback(nobody, {});

  EXPECT_EQ(r.totals[Counter::sip_strangers], 0U);
  EXPECT_EQ(r.totals[Counter::sm_misdelivered], 0U);
  EXPECT_EQ(r.totals[Counter::sip_received], r.totals[Counter::sip_judged]);
  for (const RequirementTally& row : r.requirements)
    EXPECT_EQ(row.count(Verdict::fail), 0U) << row.id;
}

}  // namespace
}  // namespace rung::whole_loop
