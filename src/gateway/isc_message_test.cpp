// MESSAGE on topology isc (TS 24.341 5.3.3.4; B.5 and B.6): who it is believed to come from, and
// how reports and deliveries leave for the S-CSCF.
#include "gateway/isc_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;
using sip::Method;

/// Both users registered and reachable.
struct Pair : IscWorld {
  explicit Pair(const GatewayConfig& config = isc_config()) : IscWorld(config) {
    bring_up(kUser1);
    bring_up(kUser2);
  }
  std::vector<Got> submit() { return isc_submit(kUser1, rp_data(0x2a, submit_to_bob())); }
};

TEST(isc_message, a_submit_is_accepted_and_reported_by_way_of_the_s_cscf) {
  Pair world;

  const auto got = world.submit();

  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[0].status(), 202);
  EXPECT_FALSE(got[0].has(Header::record_route));
  const Got& report = got[1];
  EXPECT_EQ(report.view->request_uri(), kUser1.impu);
  EXPECT_EQ(report.header(Header::to), "<" + kUser1.impu + ">");
  EXPECT_EQ(report.header(Header::route), "<sip:scscf1.home1.net;lr>");
  EXPECT_TRUE(report.header(Header::from).starts_with("<sip:ipsmgw.home1.net>;tag="));
  EXPECT_EQ(report.header(Header::p_asserted_identity), "<sip:ipsmgw.home1.net>");
  EXPECT_EQ(report.header(Header::in_reply_to), world.last_call_id);
  EXPECT_EQ(report.header(Header::accept_contact), "*;+g.3gpp.smsip;require;explicit");
  EXPECT_EQ(report.header(Header::request_disposition), "fork");
  EXPECT_FALSE(report.has(Header::p_called_party_id));
  EXPECT_EQ(report.rpdu().reference, 0x2a);
  EXPECT_EQ(report.remote, world.scscf);
}

TEST(isc_message, a_delivery_goes_to_the_impu_by_way_of_the_s_cscf) {
  Pair world;

  const Got delivery = world.submit().at(2);

  EXPECT_EQ(delivery.view->request_uri(), kUser2.impu);
  EXPECT_EQ(delivery.header(Header::to), "<" + kUser2.impu + ">");
  EXPECT_EQ(delivery.header(Header::route), "<sip:scscf1.home1.net;lr>");
  EXPECT_EQ(delivery.header(Header::request_disposition), "no-fork");
  EXPECT_EQ(delivery.header(Header::accept_contact), "*;+g.3gpp.smsip;require;explicit");
  EXPECT_EQ(delivery.header(Header::p_asserted_identity), "<sip:ipsmgw.home1.net>");
  EXPECT_NE(delivery.header(Header::p_charging_vector).find("orig-ioi=\"Type 3home1.net\""),
            std::string::npos);
  EXPECT_FALSE(delivery.has(Header::p_called_party_id));
  EXPECT_FALSE(delivery.has(Header::contact));
  EXPECT_EQ(to_hex(delivery.tpdu().address.value), "21 21 55 15 11 f1");
  EXPECT_LE(delivery.octets.size(), 1300U);  // RFC 3428 8
}

TEST(isc_message, a_delivery_report_is_matched_and_answered_202) {
  Pair world;
  const Got delivery = world.submit().at(2);

  const auto got = world.isc_accept(kUser2, delivery);

  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].status(), 202);
  EXPECT_EQ(world.counters().delivered, 1U);
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

TEST(isc_message, the_sender_is_who_is_asserted_and_from_says_nothing) {
  Pair world;
  std::string text = world.isc_message(kUser1, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  const std::string from = "From: <" + kUser1.impu + ">";
  text.replace(text.find(from), from.size(), "From: <sip:+12125559999@home1.net>");

  const auto got = world.from_scscf(text);

  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[1].view->request_uri(), kUser1.impu);
  EXPECT_EQ(to_hex(got[2].tpdu().address.value), "21 21 55 15 11 f1");
}

TEST(isc_message, without_a_tel_uri_the_number_is_that_of_the_registration) {
  Pair world;
  std::string text = world.isc_message(kUser1, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  const std::string tel = "P-Asserted-Identity: <tel:+12125551111>\r\n";
  text.erase(text.find(tel), tel.size());

  const auto got = world.from_scscf(text);

  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(to_hex(got[2].tpdu().address.value), "21 21 55 15 11 f1");
}

TEST(isc_message, a_tel_uri_alone_names_the_user_and_both_may_stand_in_one_header) {
  Pair world;
  std::string alone = world.isc_message(kUser1, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  const std::string both = "P-Asserted-Identity: \"John Doe\" <" + kUser1.impu + ">\r\n";
  alone.erase(alone.find(both), both.size());
  std::string joined = world.isc_message(kUser1, "sip:sc.home1.net", rp_data(2, submit_to_bob(3)));
  joined.replace(joined.rfind(">\r\nP-Asserted-Identity: "), 24, ">, ");

  const auto first = world.from_scscf(alone);
  const auto second = world.from_scscf(joined);

  EXPECT_EQ(first.at(1).view->request_uri(), "tel:+12125551111");
  EXPECT_EQ(second.at(1).view->request_uri(), kUser1.impu);
}

TEST(isc_message, nobody_asserted_unknown_or_from_elsewhere_is_refused) {
  Pair world;
  const auto submit = [&] {
    return world.isc_message(kUser1, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  };
  std::string nobody = submit();
  for (int i = 0; i < 2; ++i) {
    const std::size_t at = nobody.find("P-Asserted-Identity");
    nobody.replace(at, 19, "P-Preferred-Identity");
  }
  EXPECT_EQ(world.from_scscf(nobody).at(0).status(), 403);
  const IscUser stranger{"sip:stranger@home1.net", "12125557777"};
  EXPECT_EQ(world.isc_submit(stranger, rp_data(1, submit_to_bob())).at(0).status(), 403);
  world.wire.deliver(submit(), Endpoint::ipv4(0x7f660001, 5060));
  EXPECT_EQ(world.pass().at(0).status(), 403);
  world.register_user(kUser1, 0);
  EXPECT_EQ(world.from_scscf(submit()).at(0).status(), 403);
}

TEST(isc_message, what_came_back_is_a_loop_and_what_would_be_passed_on_has_hops) {
  Pair world;
  const Got delivery = world.submit().at(2);
  std::string looped = delivery.octets;
  looped.insert(looped.find("Via: "), "Via: SIP/2.0/UDP 127.80.0.1:5060;branch=z9hG4bKloop\r\n");
  EXPECT_EQ(world.from_scscf(looped).at(0).status(), 482);
  const auto to_nobody = [&](std::string_view hops) {
    std::string text = world.isc_message(kUser1, "sip:other@home1.net", rp_data(1, "00"));
    text.replace(text.find("Max-Forwards: 68"), 16, fmt::format("Max-Forwards: {}", hops));
    return world.from_scscf(text).at(0).status();
  };
  EXPECT_EQ(to_nobody("0"), 483);
  EXPECT_EQ(to_nobody("68"), 404);
  std::string last_hop = world.isc_message(kUser1, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  last_hop.replace(last_hop.find("Max-Forwards: 68"), 16, "Max-Forwards: 0");
  EXPECT_EQ(world.from_scscf(last_hop).at(0).status(), 202);
}

TEST(isc_message, a_report_still_goes_out_when_the_user_left_meanwhile) {
  GatewayConfig config = IscWorld::isc_config();
  config.sc_delay = 100ms;
  Pair world(config);
  world.submit();
  world.register_user(kUser1, 0);

  const auto later = world.run(101ms);

  ASSERT_EQ(later.size(), 2U);
  EXPECT_EQ(later[0].view->request_uri(), kUser1.impu);
  EXPECT_EQ(later[0].header(Header::route), "<sip:scscf1.home1.net;lr>");
  world.answer(later[0], 480, "Temporarily Unavailable");
  world.isc_accept(kUser2, later[1]);
  EXPECT_EQ(world.gateway.levels().users, 1U);
  EXPECT_EQ(world.counters().delivered, 1U);
}

TEST(isc_message, a_stored_message_follows_the_next_registration) {
  Pair world;
  world.answer(world.submit().at(2), 480, "Temporarily Unavailable");
  EXPECT_TRUE(world.run(2s).empty() || world.gateway.levels().stored == 1U);

  const auto back = world.register_user(kUser2);

  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0].status(), 200);
  EXPECT_EQ(back[1].view->method(), Method::message);
  world.isc_accept(kUser2, back[1]);
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

TEST(isc_message, memory_available_again_starts_what_is_stored) {
  Pair world;
  const Got delivery = world.submit().at(2);
  world.answer(delivery, 200);
  world.from_scscf(world.isc_message(kUser2, "sip:ipsmgw.home1.net",
                                     fmt::format("04{:02x}0116", delivery.rpdu().reference),
                                     fmt::format("In-Reply-To: {}\r\n", delivery.call_id())));

  const auto got = world.isc_submit(kUser2, "0611");

  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[0].status(), 202);
  EXPECT_EQ(got[1].rpdu().type(), rp::Type::ack);
  EXPECT_EQ(got[1].view->request_uri(), kUser2.impu);
  EXPECT_EQ(got[2].view->request_uri(), kUser2.impu);
}

TEST(isc_message, two_identities_of_one_number_get_one_delivery) {
  Pair world;
  const IscUser second{"sip:user2_public4@home1.net", kUser2.msisdn};
  world.bring_up(second);

  const auto got = world.submit();

  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[2].view->request_uri(), second.impu);  // the one that came last
  world.register_user(second, 0);
  world.isc_accept(kUser2, got[2]);
  EXPECT_EQ(world.submit().at(2).view->request_uri(), kUser2.impu);
}

TEST(isc_message, a_user_without_number_is_told_that_it_may_not_submit) {
  IscWorld world;
  const IscUser nameless{"sip:nobody@home1.net", ""};
  const auto registered =
      world.from_scscf(world.third_party(nameless, 600, "Content-Length: 0\r\n\r\n"));
  EXPECT_EQ(registered.at(0).status(), 200);
  std::string text = world.isc_message(nameless, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  const std::string tel = "P-Asserted-Identity: <tel:+>\r\n";
  text.erase(text.find(tel), tel.size());

  const auto got = world.from_scscf(text);

  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].status(), 202);
  EXPECT_EQ(got[1].rpdu().type(), rp::Type::error);
  EXPECT_EQ(got[1].rpdu().cause, 50);
}

TEST(isc_message, one_who_attempts_while_the_user_registers_again_is_tried_again_at_once) {
  Pair world;
  const Got delivery = world.submit().at(2);
  world.register_user(kUser2);

  const auto got = world.answer(delivery, 480, "Temporarily Unavailable");

  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].body_hex().substr(6), delivery.body_hex().substr(6));
}

}  // namespace
}  // namespace rung::gateway
