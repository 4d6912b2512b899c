// Registration: digest, refresh, de-registration, a shared address.

#include <gtest/gtest.h>

#include "sim_rig.hpp"

namespace rung {
namespace {

TEST(Registration, answers_a_challenge_that_no_ladder_draws) {
  RigOptions options;
  options.gateway.digest = true;
  options.gateway.password = options.play.password = "secret-%u";
  SimRig rig(options);

  EXPECT_EQ(rig.register_all(), options.ues);

  EXPECT_EQ(rig.count(Counter::challenges), options.ues);
  EXPECT_EQ(rig.ended("register", Outcome::passed), options.ues);
  EXPECT_TRUE(rig.ids(Verdict::fail).empty()) << rig.findings_text();
}

TEST(Registration, plays_a_drawn_challenge) {
  RigOptions options;
  options.ladders = {"register_digest"};
  options.gateway.digest = true;
  SimRig rig(options);

  rig.load("register_digest", 5, 10ms);

  EXPECT_EQ(rig.ended("register_digest", Outcome::passed), 5U);
  EXPECT_EQ(rig.player().registered(), 5U);
  EXPECT_TRUE(rig.ids(Verdict::fail).empty()) << rig.findings_text();
}

TEST(Registration, a_wrong_password_is_refused_and_not_tried_for_ever) {
  RigOptions options;
  options.ues = 1;
  options.gateway.digest = true;
  options.play.password = "wrong";
  SimRig rig(options);

  EXPECT_EQ(rig.register_all(), 0U);

  EXPECT_EQ(rig.ended("register", Outcome::refused), 1U);
  EXPECT_LE(rig.count(Counter::sip_sent), 3U);
  EXPECT_EQ(rig.count(Counter::registrations_failed), 1U);
}

TEST(Registration, is_refreshed_at_half_the_granted_time_with_the_same_nonce) {
  RigOptions options;
  options.ladders = {"register", "register_refresh"};
  options.ues = 3;
  options.gateway.digest = true;
  options.gateway.expires_max = 100;
  SimRig rig(options);
  rig.register_all();

  rig.run(49s, false);
  EXPECT_EQ(rig.count(Counter::registrations), 3U);
  rig.run(2s, false);

  EXPECT_EQ(rig.count(Counter::registrations), 6U);
  EXPECT_EQ(rig.count(Counter::challenges), 3U);
  EXPECT_EQ(rig.ended("register_refresh", Outcome::passed), 3U);
  rig.run(500s, false);
  EXPECT_EQ(rig.player().registered(), 3U);
  EXPECT_TRUE(rig.ids(Verdict::fail).empty()) << rig.findings_text();
}

TEST(Registration, stops_refreshing_when_told) {
  RigOptions options;
  options.ues = 3;
  options.gateway.expires_max = 100;
  SimRig rig(options);
  rig.register_all();
  const std::uint64_t sent = rig.count(Counter::sip_sent);

  rig.player().stop_refresh();
  rig.run(200s, false);

  EXPECT_EQ(rig.count(Counter::sip_sent), sent);
}

TEST(Registration, all_ues_may_share_one_address) {
  RigOptions options;
  options.ladders = {"register", "mo_to_mt"};
  options.play.addresses = {Endpoint::ipv4(0x7f400001, 5070), 1, 1, true};
  SimRig rig(options);
  EXPECT_EQ(rig.register_all(), options.ues);

  rig.load("mo_to_mt", 50, 5ms);

  EXPECT_EQ(rig.ended("mo_to_mt", Outcome::passed), 50U) << rig.findings_text();
  EXPECT_EQ(rig.count(Counter::sm_delivered), 50U);
}

TEST(Registration, ue_rows_say_who_is_registered) {
  RigOptions options;
  options.ladders = {"register", "deregister"};
  options.ues = 4;
  SimRig rig(options);
  rig.register_all();

  rig.load("deregister", 3, 10ms);

  EXPECT_EQ(rig.player().registered(), 1U);
  EXPECT_EQ(rig.count(Counter::deregistrations), 3U);
}

}  // namespace
}  // namespace rung
