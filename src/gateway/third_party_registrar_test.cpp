// Third-party REGISTER on topology isc (TS 24.229 5.4.1.7, TS 24.341 5.3.3.2).
#include "gateway/isc_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;
using sip::Method;

std::string multipart(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string body;
  for (const auto& [type, text] : parts) {
    body += fmt::format("--b1\r\nContent-Type: {}\r\n\r\n{}\r\n", type, text);
  }
  return IscWorld::with_body("multipart/mixed;boundary=b1", body + "--b1--\r\n");
}

std::string ue_register(const IscUser& user, const std::string& contact_parameters) {
  return fmt::format(
      "REGISTER sip:home1.net SIP/2.0\r\nVia: SIP/2.0/UDP ue;branch=z9hG4bKr\r\nFrom: <{0}>;tag=1"
      "\r\nTo: <{0}>\r\nCall-ID: r\r\nCSeq: 1 REGISTER\r\nContact: <sip:ue:1357>{1}\r\n"
      "Content-Length: 0\r\n\r\n",
      user.impu, contact_parameters);
}

TEST(third_party_registrar, answers_200_with_the_contact_and_expires_of_the_s_cscf) {
  IscWorld world;

  const auto got = world.register_user(kUser1, 600000);

  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].status(), 200);
  EXPECT_EQ(got[0].header(Header::contact), "<sip:scscf1.home1.net>;expires=600000");
  EXPECT_EQ(got[0].header(Header::expires), "600000");
  EXPECT_EQ(got[0].remote, world.scscf);
  EXPECT_EQ(world.gateway.levels().users, 1U);
}

TEST(third_party_registrar, subscribes_to_the_reg_event_of_the_impu_at_its_s_cscf) {
  IscWorld world;

  const Got subscribe = world.register_user(kUser1, 600000).at(1);

  EXPECT_EQ(subscribe.view->method(), Method::subscribe);
  EXPECT_EQ(subscribe.view->request_uri(), kUser1.impu);
  EXPECT_EQ(subscribe.header(Header::to), "<" + kUser1.impu + ">");
  EXPECT_EQ(subscribe.header(Header::route), "<sip:scscf1.home1.net;lr>");
  EXPECT_TRUE(subscribe.header(Header::from).starts_with("<sip:ipsmgw.home1.net>;tag="));
  EXPECT_EQ(subscribe.header(Header::p_asserted_identity), "<sip:ipsmgw.home1.net>");
  EXPECT_EQ(subscribe.header(Header::contact), "<sip:127.0.0.1:5060>");
  EXPECT_EQ(subscribe.header(Header::event), "reg");
  EXPECT_EQ(subscribe.header(Header::accept), "application/reginfo+xml");
  EXPECT_EQ(subscribe.header(Header::expires), "600000");
  EXPECT_EQ(subscribe.header(Header::max_forwards), "70");
  EXPECT_EQ(subscribe.remote, world.scscf);
}

TEST(third_party_registrar, a_copy_gets_the_same_answer_and_no_second_subscribe) {
  IscWorld world;
  const std::string text = world.third_party(kUser1, 7200, IscWorld::service_info(kUser1));
  const auto first = world.from_scscf(text);

  const auto copy = world.from_scscf(text);

  ASSERT_EQ(copy.size(), 1U);
  EXPECT_EQ(copy[0].octets, first.at(0).octets);
}

TEST(third_party_registrar, an_s_cscf_address_in_the_contact_is_where_requests_go) {
  IscWorld world;
  world.scscf_uri = "sip:127.80.0.9:5090;lr";

  const Got subscribe = world.register_user(kUser1).at(1);

  EXPECT_EQ(rung::to_string(subscribe.remote), "127.80.0.9:5090");
  EXPECT_EQ(subscribe.header(Header::route), "<sip:127.80.0.9:5090;lr>");
}

TEST(third_party_registrar, de_registration_is_answered_200_whether_the_user_is_known_or_not) {
  IscWorld world;
  world.bring_up(kUser1);

  const auto gone = world.register_user(kUser1, 0);
  const auto unknown = world.register_user(kUser2, 0);

  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].status(), 200);
  EXPECT_EQ(gone[0].header(Header::expires), "0");
  ASSERT_EQ(unknown.size(), 1U);
  EXPECT_EQ(unknown[0].status(), 200);
  EXPECT_EQ(world.gateway.levels().users, 0U);
  EXPECT_EQ(world.gateway.levels().contacts, 0U);
}

TEST(third_party_registrar, an_older_cseq_of_the_same_call_id_is_refused) {
  IscWorld world;
  const std::string first = world.third_party(kUser1, 600, IscWorld::service_info(kUser1));
  world.from_scscf(first);
  std::string again = first;
  again.replace(again.find("z9hG4bKs1"), 9, "z9hG4bKx1");

  EXPECT_EQ(world.from_scscf(again).at(0).status(), 500);
}

TEST(third_party_registrar, a_refresh_extends_the_registration_and_subscribes_no_second_time) {
  IscWorld world;
  world.bring_up(kUser1, 600);
  world.now += 500s;
  for (const Got& got : world.pass()) {
    if (got.is_message()) world.grant(got, 600);
  }

  const auto again = world.register_user(kUser1, 600);
  world.now += 500s;
  world.pass();

  EXPECT_EQ(again.size(), 1U);
  EXPECT_EQ(world.gateway.levels().users, 1U);
}

TEST(third_party_registrar, a_registration_that_runs_out_is_gone) {
  IscWorld world;
  world.bring_up(kUser1, 600);

  world.now += 601s;
  world.pass();

  EXPECT_EQ(world.gateway.levels().users, 0U);
  EXPECT_EQ(world.counters().contacts_expired, 1U);
}

TEST(third_party_registrar, refuses_what_it_cannot_read) {
  IscWorld world;
  std::string no_to = world.third_party(kUser1, 600, "Content-Length: 0\r\n\r\n");
  no_to.replace(no_to.find("To: <sip:user1"), 14, "To: <xip user1");
  EXPECT_EQ(world.from_scscf(no_to).at(0).status(), 400);
  const auto foreign =
      world.from_scscf(world.third_party(kUser1, 600, IscWorld::with_body("text/plain", "x")));
  EXPECT_EQ(foreign.at(0).status(), 415);
  EXPECT_NE(foreign.at(0).header(Header::accept).find("application/3gpp-ims+xml"),
            std::string::npos);
  const IscUser long_one{"sip:" + std::string(90, 'a') + "@home1.net", "1"};
  EXPECT_EQ(world.register_user(long_one).at(0).status(), 513);
  EXPECT_EQ(world.gateway.levels().users, 0U);
}

TEST(third_party_registrar, embedded_messages_make_the_user_reachable_without_a_notify) {
  for (const RegEvent policy : {RegEvent::when_needed, RegEvent::never}) {
    GatewayConfig config = IscWorld::isc_config();
    config.reg_event = policy;
    IscWorld world(config);
    const auto got = world.from_scscf(world.third_party(
        kUser2, 600,
        multipart({{"application/3gpp-ims+xml",
                    "<ims-3gpp><service-info>12125552222"
                    "</service-info></ims-3gpp>"},
                   {"message/sip", ue_register(kUser2, ";+g.3gpp.smsip;expires=600")}})));
    EXPECT_EQ(got.size(), 1U);  // no SUBSCRIBE: the devices are known
    world.from_scscf(world.third_party(
        kUser1, 600,
        multipart({{"message/sip", ue_register(kUser1, ";+g.3gpp.smsip-msisdn-less")},
                   {"application/3gpp-ims+xml",
                    "<ims-3gpp><service-info>12125551111</service-info></ims-3gpp>"}})));

    const auto submit = world.isc_submit(kUser1, rp_data(1, submit_to_bob()));

    ASSERT_EQ(submit.size(), 3U);
    EXPECT_EQ(submit[2].view->request_uri(), kUser2.impu);
  }
}

TEST(third_party_registrar, when_needed_subscribes_where_the_register_tells_nothing) {
  GatewayConfig config = IscWorld::isc_config();
  config.reg_event = RegEvent::when_needed;
  IscWorld world(config);
  EXPECT_EQ(world.register_user(kUser1).size(), 2U);
  config.reg_event = RegEvent::never;
  IscWorld silent(config);
  EXPECT_EQ(silent.register_user(kUser1).size(), 1U);
}

TEST(third_party_registrar, an_identity_told_of_by_another_registration_gets_its_own) {
  IscWorld world;
  const Got subscribe = world.register_user(kUser1).at(1);
  world.grant(subscribe);
  const IscUser second{"sip:user1_public2@home1.net", kUser1.msisdn};
  const auto device = reginfo_contact("76", "active", "registered", kSmsipParameter);
  world.notify(subscribe, reginfo(0, "full",
                                  reginfo_registration(kUser1.impu, "active", device) +
                                      reginfo_registration(second.impu, "active", device)));
  EXPECT_EQ(world.gateway.levels().contacts, 2U);

  const auto got = world.register_user(second);

  EXPECT_EQ(got.size(), 2U);
  EXPECT_EQ(world.gateway.levels().contacts, 2U);
  EXPECT_EQ(world.gateway.levels().users, 1U);
  world.register_user(kUser1, 0);
  EXPECT_EQ(world.gateway.levels().contacts, 1U);
}

TEST(third_party_registrar, full_pools_are_answered_503_and_leak_nothing) {
  GatewayConfig config = IscWorld::isc_config();
  config.users_max = 3;
  config.contacts_max = 2;
  IscWorld world(config);
  int refused = 0;
  for (int i = 0; i < 4; ++i) {
    const IscUser user{fmt::format("sip:u{}@home1.net", i), fmt::format("1212555000{}", i)};
    refused += world.register_user(user).at(0).status() == 503 ? 1 : 0;
  }
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(world.gateway.levels().users, 2U);
  for (int i = 0; i < 4; ++i) {
    const IscUser user{fmt::format("sip:u{}@home1.net", i), fmt::format("1212555000{}", i)};
    EXPECT_EQ(world.register_user(user, 0).at(0).status(), 200);
  }
  EXPECT_EQ(world.gateway.levels().users, 0U);
}

}  // namespace
}  // namespace rung::gateway
