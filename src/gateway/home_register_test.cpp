// What the HSS hears of the gateway's users (TS 24.341 5.3.3.2, TR 23.804 8.1, 8.2, 8.6 to 8.8).
#include "gateway/network_fixture.hpp"

namespace rung::gateway {
namespace {

TEST(home_register, a_registration_reaches_the_hss_and_the_200_does_not_wait) {
  NetworkWorld world;

  const auto answers = world.register_ue(kAlice);

  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].status(), 200);
  const MapGot asked = world.one();
  EXPECT_EQ(asked["tcap"], "Begin");
  EXPECT_EQ(asked["context"], "anyTimeInfoHandling-v3");
  EXPECT_EQ(asked["component"], "Invoke 1 anyTimeModification");
  EXPECT_EQ(asked["subscriberIdentity"], "msisdn 12125551111");
  EXPECT_EQ(asked["gsmSCF-Address"], kGatewayNumber);
  EXPECT_EQ(asked["modificationRequestFor-IP-SM-GW-Data.modifyRegistrationStatus"], "1");
  EXPECT_EQ(asked["called"], kHssNumber);
  EXPECT_EQ(asked["called_ssn"], "6");
  EXPECT_EQ(asked["calling"], kGatewayNumber);
  EXPECT_EQ(asked["calling_ssn"], "147");
  EXPECT_EQ(asked.label.opc, 3U);
  EXPECT_EQ(asked.label.dpc, 1U);
}

TEST(home_register, a_refresh_tells_nothing_new) {
  NetworkWorld world;
  world.bring_up(kAlice);

  world.register_ue(kAlice);

  EXPECT_TRUE(world.map().empty());
  EXPECT_EQ(world.counters().home_registrations, 1U);
}

TEST(home_register, only_the_last_contact_that_goes_is_told) {
  NetworkWorld world;
  world.bring_up(kBob);
  world.register_ue(kBobsTablet);
  EXPECT_TRUE(world.map().empty());

  world.register_ue(kBob, 0);
  EXPECT_TRUE(world.map().empty());
  world.register_ue(kBobsTablet, 0);

  const MapGot asked = world.one();
  EXPECT_EQ(asked["subscriberIdentity"], "msisdn 12125552222");
  EXPECT_EQ(asked["modificationRequestFor-IP-SM-GW-Data.modifyRegistrationStatus"], "0");
}

TEST(home_register, a_registration_that_runs_out_is_told) {
  NetworkWorld world;
  world.register_ue(kAlice, 60);
  world.result(world.one(), Operation::any_time_modification, map::AnyTimeModificationRes{});

  world.now += 62s;
  world.pass();

  EXPECT_EQ(world.one()["modificationRequestFor-IP-SM-GW-Data.modifyRegistrationStatus"], "0");
}

TEST(home_register, a_contact_without_the_feature_tag_is_not_told) {
  NetworkWorld world;
  Ue plain = kAlice;
  plain.contact_parameters = "";

  world.register_ue(plain);

  EXPECT_TRUE(world.map().empty());
}

TEST(home_register, a_user_who_leaves_before_the_answer_is_taken_back_after_it) {
  NetworkWorld world;
  world.register_ue(kAlice);
  const MapGot asked = world.one();
  world.register_ue(kAlice, 0);
  EXPECT_TRUE(world.map().empty());

  world.result(asked, Operation::any_time_modification, map::AnyTimeModificationRes{});

  EXPECT_EQ(world.one()["modificationRequestFor-IP-SM-GW-Data.modifyRegistrationStatus"], "0");
}

TEST(home_register, a_silent_hss_is_asked_again_three_times_at_most) {
  NetworkWorld world;
  world.register_ue(kAlice);
  for (int attempt = 1; attempt <= 3; ++attempt) {
    EXPECT_EQ(world.map().size(), 1U) << attempt;
    world.now += 31s;  // medium timer
    world.pass();
    world.now += 31s;  // pause
    world.pass();
  }
  EXPECT_TRUE(world.map().empty());
  EXPECT_EQ(world.counters().map_timeouts, 3U);
}

/// What it was told last, it may have taken: the reverse is told whichever it was.
TEST(home_register, a_user_who_leaves_while_the_hss_is_silent_is_taken_back) {
  NetworkWorld world;
  world.register_ue(kAlice);
  EXPECT_EQ(world.map().size(), 1U);
  world.now += 16s;  // medium timer
  world.pass();

  world.register_ue(kAlice, 0);

  EXPECT_EQ(world.one()["modificationRequestFor-IP-SM-GW-Data.modifyRegistrationStatus"], "0");
}

TEST(home_register, a_user_who_comes_back_while_the_hss_is_silent_is_told) {
  NetworkWorld world;
  world.bring_up(kAlice);
  world.register_ue(kAlice, 0);
  EXPECT_EQ(world.map().size(), 1U);
  world.now += 16s;  // medium timer
  world.pass();

  world.register_ue(kAlice);

  EXPECT_EQ(world.one()["modificationRequestFor-IP-SM-GW-Data.modifyRegistrationStatus"], "1");
}

TEST(home_register, f32_the_hss_does_not_hear_of_the_end) {
  NetworkWorld world(NetworkWorld::network_with_fault(FaultId::f32));
  world.bring_up(kAlice);

  world.register_ue(kAlice, 0);

  EXPECT_TRUE(world.map().empty());
}

TEST(home_register, f33_the_hss_hears_of_an_end_that_is_none) {
  NetworkWorld world(NetworkWorld::network_with_fault(FaultId::f33));
  world.bring_up(kBob);
  world.register_ue(kBobsTablet);
  EXPECT_TRUE(world.map().empty());
  world.register_ue(kBob, 0);
  EXPECT_EQ(world.one()["modificationRequestFor-IP-SM-GW-Data.modifyRegistrationStatus"], "0");
}

}  // namespace
}  // namespace rung::gateway
