// Registration: digest, refresh, de-registration, a shared address.

#include <gtest/gtest.h>

#include "engine/ue/route_table.hpp"
#include "scripted_peer.hpp"
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

/// The requirements that a 200 with such a Contact turns red, as the only answer to a REGISTER.
std::map<std::string, std::uint64_t> red_with(std::string_view contacts) {
  RigOptions options;
  options.ladders = {"register"};
  options.ues = 1;
  options.wire = {};
  options.scripted = true;
  SimRig rig(options);
  rig.start("register");
  rig.wait(1ms);
  const std::string request = rig.sent().at(0);
  rig.send(0, scripted::response(request, "200 OK", fmt::format("Contact: {}\r\n", contacts)));
  rig.wait(1ms);
  EXPECT_EQ(rig.player().sessions_active(), 0U) << "the answer was not taken";
  return rig.ids(Verdict::fail);
}

TEST(Registration, is_granted_for_as_long_as_was_asked_at_most) {
  constexpr std::string_view kOwn = "<sip:+12125550000000@127.64.0.1:5060>;expires=";
  EXPECT_TRUE(red_with(fmt::format("{}600000", kOwn)).empty());
  EXPECT_TRUE(red_with(fmt::format("{}3600", kOwn)).empty());
  const std::map<std::string, std::uint64_t> only{{"24.229-200-a", 1}};
  EXPECT_EQ(red_with(fmt::format("{}600001", kOwn)), only);
  EXPECT_EQ(red_with("<sip:+12125550000000@127.64.0.1:5060>"), only) << "no expires at all";
}

TEST(Registration, how_long_another_binding_of_the_identity_lasts_is_not_held_against_ours) {
  constexpr std::string_view kOther = "<sip:+12125550000000@192.0.2.1:5060>;expires=900000";
  constexpr std::string_view kOwn = "<sip:+12125550000000@127.64.0.1:5060>;expires=";
  EXPECT_TRUE(red_with(fmt::format("{}, {}600000", kOther, kOwn)).empty());
  EXPECT_FALSE(red_with(fmt::format("{}, {}900000", kOther, kOwn)).empty());
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

/// One UE and a scripted registrar.
struct Routed {
  SimRig rig{[] {
    RigOptions options;
    options.ladders = {"register", "register_refresh", "mo_sms"};
    options.ues = 1;
    options.wire = {.delay_min = 0ms, .delay_max = 0ms};
    options.scripted = true;
    return options;
  }()};
  /// Plays `ladder`, answered 200 with those headers; the REGISTER.
  std::string registers(std::string_view ladder, std::string_view headers) {
    const LadderIndex index = rig.program().find(ladder);
    EXPECT_EQ(rig.player().start_on(index, UeIndex(0), rig.now(), rig.now()), StartResult::started);
    rig.wait(1ms);
    const std::string request = rig.sent().at(0);
    rig.send(0, scripted::response(request, "200 OK",
                                   fmt::format("Contact: {};expires=600\r\n{}",
                                               scripted::header(request, "Contact"), headers)));
    rig.wait(1ms);
    EXPECT_EQ(rig.player().registered(), 1U);
    return request;
  }
  std::string submit() {
    EXPECT_EQ(rig.start("mo_sms"), StartResult::started);
    return rig.sent().at(0);
  }
};

// TS 24.229 5.1.2A.1: the P-CSCF, then what Service-Route said, in its order.
TEST(ServiceRoute, of_the_200_becomes_the_route_of_later_requests) {
  Routed ue;
  const std::string first = ue.registers("register",
                                         "Service-Route: <sip:orig@scscf1.home1.net;lr>\r\n"
                                         "Service-Route: <sip:as1.home1.net;lr>\r\n");

  const std::string submit = ue.submit();
  const std::string refresh = ue.registers("register_refresh", "");

  EXPECT_EQ(scripted::header(submit, "Route"),
            "<sip:127.0.0.1:5060;lr>,<sip:orig@scscf1.home1.net;lr>,<sip:as1.home1.net;lr>");
  EXPECT_EQ(scripted::header(first, "Route"), "");
  EXPECT_EQ(scripted::header(refresh, "Route"), "");
}

TEST(ServiceRoute, changes_nothing_where_the_200_has_none) {
  Routed ue;
  ue.registers("register", "");

  EXPECT_EQ(ue.submit().find("Route:"), std::string::npos);
}

TEST(ServiceRoute, lasts_until_a_registration_without_one) {
  Routed ue;
  ue.registers("register", "Service-Route: <sip:orig@scscf1.home1.net;lr>\r\n");
  ue.registers("register_refresh", "");

  EXPECT_EQ(ue.submit().find("Route:"), std::string::npos);
}

TEST(ServiceRoute, longer_than_a_row_is_counted) {
  Routed ue;
  ue.registers("register", fmt::format("Service-Route: <sip:{}@scscf1;lr>\r\n",
                                       std::string(RouteTable::kTextMax, 'x')));

  EXPECT_EQ(ue.submit().find("Route:"), std::string::npos);
  EXPECT_EQ(ue.rig.count(Counter::route_pool_full), 1U);
}

}  // namespace
}  // namespace rung
