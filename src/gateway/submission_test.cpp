// MO: MESSAGE in, 202, submit report. Refusals of catalogue D.2.
#include "gateway/gateway_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;

class Submitting : public testing::Test {
 protected:
  explicit Submitting(const GatewayConfig& config = World::small_config()) : world(config) {
    world.register_ue(kAlice);
  }
  World world;
};

TEST_F(Submitting, is_answered_202_without_body_and_contact_then_reported) {
  const std::vector<Got> got = world.submit(kAlice, rp_data(0x2a, submit_to_bob()));

  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].status(), 202);
  EXPECT_FALSE(got[0].has(Header::contact));
  EXPECT_EQ(got[0].header(Header::content_length), "0");
  EXPECT_EQ(got[0].call_id(), world.last_call_id);
  EXPECT_TRUE(got[1].is_message());
}

TEST_F(Submitting, report_has_the_header_values_of_the_clause) {
  const Got report = world.submit(kAlice, rp_data(0x2a, submit_to_bob())).at(1);

  EXPECT_EQ(report.view->request_uri(), kAlice.contact());
  EXPECT_EQ(report.header(Header::p_called_party_id), "<" + kAlice.impu() + ">");
  EXPECT_EQ(report.header(Header::to), "<" + kAlice.impu() + ">");
  EXPECT_TRUE(report.header(Header::from).starts_with("<sip:ipsmgw.home1.net>;tag="));
  EXPECT_EQ(report.header(Header::p_asserted_identity), "<sip:ipsmgw.home1.net>");
  EXPECT_EQ(report.header(Header::in_reply_to), world.last_call_id);
  EXPECT_NE(report.call_id(), world.last_call_id);
  EXPECT_EQ(report.header(Header::accept_contact), "*;+g.3gpp.smsip;require;explicit");
  EXPECT_EQ(report.header(Header::request_disposition), "fork");
  EXPECT_EQ(report.header(Header::max_forwards), "70");
  EXPECT_EQ(report.header(Header::content_type), "application/vnd.3gpp.sms");
  EXPECT_FALSE(report.has(Header::contact));
  EXPECT_EQ(report.remote, kAlice.address);
}

TEST_F(Submitting, report_body_is_golden_vector_3_of_the_catalogue) {
  world.gateway.pass(world.now, world.wall_clock);
  GatewayConfig config = World::small_config();
  config.utc_offset_quarters = 4;
  World zone(config);
  zone.register_ue(kAlice);

  const Got report = zone.submit(kAlice, rp_data(0x2a, submit_to_bob())).at(1);

  // RP-ACK, MR 2A, IEI 41, length 9, SUBMIT-REPORT, TP-PI 0, 2026-03-14 15:09:26 +01:00 (G-03).
  EXPECT_EQ(report.body_hex(), "03 2a 41 09 01 00 62 30 41 51 90 62 40");
}

TEST_F(Submitting, report_reaches_every_device_of_the_sender_with_one_call_id) {
  Ue tablet = kAlice;
  tablet.address = Endpoint::ipv4(0x7f400009, 5070);
  world.register_ue(tablet);

  const std::vector<Got> got = world.submit(kAlice, rp_data(1, submit_to_bob()));

  ASSERT_EQ(got.size(), 3U);
  EXPECT_EQ(got[1].call_id(), got[2].call_id());
  EXPECT_NE(got[1].branch(), got[2].branch());
  EXPECT_NE(got[1].remote, got[2].remote);
}

TEST_F(Submitting, service_centre_and_gateway_are_known_by_all_their_names) {
  for (const char* uri :
       {"sip:sc.home1.net", "tel:+12125550000", "sip:+12125550000@home1.net",
        "sip:+12125550000@home1.net;user=phone", "sip:ipsmgw.home1.net", "sip:SC.home1.net"}) {
    const auto got =
        world.send(kAlice, world.message_text(kAlice, uri, rp_data(1, submit_to_bob())));
    EXPECT_EQ(got.at(0).status(), 202) << uri;
  }
  EXPECT_EQ(
      world.send(kAlice, world.message_text(kAlice, "sip:other.net", rp_data(1, submit_to_bob())))
          .at(0)
          .status(),
      404);
}

TEST_F(Submitting, preferred_identity_names_the_sender) {
  const auto own = world.send(
      kAlice,
      world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()),
                         "P-Preferred-Identity: \"Alice\" <sip:+12125551111@home1.net>\r\n"));
  const auto foreign = world.send(
      kAlice, world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()),
                                 "P-Preferred-Identity: <sip:+12125552222@home1.net>\r\n"));
  EXPECT_EQ(own.at(0).status(), 202);
  EXPECT_EQ(foreign.at(0).status(), 403);
}

TEST_F(Submitting, unregistered_and_spoofed_senders_are_403) {
  Ue spoofer = kAlice;
  spoofer.address = Endpoint::ipv4(0x7f4000ff, 5060);
  EXPECT_EQ(world.submit(kBob, rp_data(1, submit_to_bob())).at(0).status(), 403);
  EXPECT_EQ(world.submit(spoofer, rp_data(1, submit_to_bob())).at(0).status(), 403);
}

TEST_F(Submitting, wrong_content_type_or_encoding_is_415_with_accept) {
  std::string text = world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  text.replace(text.find("application/vnd.3gpp.sms"), 24, "text/plain");
  const Got plain = world.send(kAlice, text).at(0);
  const Got base64 =
      world
          .send(kAlice, world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()),
                                           "Content-Transfer-Encoding: base64\r\n"))
          .at(0);
  EXPECT_EQ(plain.status(), 415);
  EXPECT_EQ(plain.header(Header::accept), "application/vnd.3gpp.sms");
  EXPECT_EQ(base64.status(), 415);
  EXPECT_EQ(
      world
          .send(kAlice, world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()),
                                           "Content-Transfer-Encoding: binary\r\n"))
          .at(0)
          .status(),
      202);
}

TEST_F(Submitting, requests_that_break_rfc_3261_are_refused) {
  const auto edited = [&](const std::string& from, const std::string& into) {
    std::string text = world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
    text.replace(text.find(from), from.size(), into);
    return world.send(kAlice, text).at(0);
  };
  EXPECT_EQ(edited(" MESSAGE\r\n", " REGISTER\r\n").status(), 400);
  EXPECT_EQ(edited("Call-ID: ", "X-Call-ID: ").status(), 400);
  EXPECT_EQ(edited(";tag=ft", ";xag=ft").status(), 400);
  EXPECT_EQ(edited("\r\nCall-ID", ";tag=there\r\nCall-ID").status(), 481);
  EXPECT_EQ(edited("Max-Forwards: 70", "Max-Forwards: 0").status(), 202);
  const Got extension = edited("Max-Forwards: 70", "Require: path, x-new");
  EXPECT_EQ(extension.status(), 420);
  EXPECT_EQ(extension.header(Header::unsupported), "x-new");
}

TEST_F(Submitting, required_extensions_that_do_not_fit_into_the_answer_are_refused_all_the_same) {
  std::string tags = "x-0";
  for (int i = 1; i < 150; ++i) tags += fmt::format(", x-{}", i);

  const Got refused =
      world
          .send(kAlice, world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()),
                                           fmt::format("Require: {}\r\n", tags)))
          .at(0);

  EXPECT_EQ(refused.status(), 420);
  EXPECT_TRUE(refused.header(Header::unsupported).starts_with("x-0, x-1, x-2"));
  EXPECT_EQ(world.counters().submits, 0U);
}

TEST_F(Submitting, other_methods_are_405_with_allow_and_ack_is_never_answered) {
  const auto with = [&](const std::string& method) {
    return world.send(kAlice, world.head(method + " sip:sc.home1.net SIP/2.0", kAlice,
                                         "sip:sc.home1.net", method) +
                                  "Content-Length: 0\r\n\r\n");
  };
  EXPECT_EQ(with("INVITE").at(0).status(), 405);
  EXPECT_EQ(with("SUBSCRIBE").at(0).header(Header::allow), "REGISTER, MESSAGE, OPTIONS");
  EXPECT_EQ(with("OPTIONS").at(0).status(), 200);
  EXPECT_EQ(with("CANCEL").at(0).status(), 481);
  EXPECT_TRUE(with("ACK").empty());
}

TEST_F(Submitting, an_rpdu_longer_than_any_is_413) {
  const std::string huge(2 * 249, '0');
  EXPECT_EQ(world.submit(kAlice, huge).at(0).status(), 413);
}

TEST_F(Submitting, malformed_rpdus_get_202_and_an_rp_error_when_the_reference_is_readable) {
  const auto cause_of = [&](const std::string& hex) {
    const auto got = world.submit(kAlice, hex);
    EXPECT_EQ(got.at(0).status(), 202) << hex;
    const rp::Message error = got.at(1).rpdu();
    EXPECT_EQ(error.mti(), rp::Mti::error_n_to_ms);
    EXPECT_EQ(error.reference, 0x2a);
    return error.cause;
  };
  EXPECT_EQ(cause_of("002a0007912121550500f0ff11"), 96);  // user data past the end
  EXPECT_EQ(cause_of("072a"), 97);                        // reserved MTI
  EXPECT_EQ(cause_of("012a07912121550500f00001"
                     "00"),
            97);  // a network's RP-DATA
  EXPECT_EQ(cause_of("002a0007912121550500f003"
                     "112a0b"),
            111);                                                          // TPDU cut short
  EXPECT_EQ(cause_of(rp_data(0x2a, "022b00022a0b912121552522f200")), 69);  // COMMAND (G-18)
  EXPECT_EQ(world.submit(kAlice, "00").at(0).status(), 400);
  EXPECT_EQ(world.submit(kAlice, "042a").at(0).status(), 400);  // RP-ERROR without a cause
}

TEST_F(Submitting, a_submit_for_another_service_centre_gets_rp_error_1) {
  const auto got = world.submit(kAlice,
                                "002a0007912121559999f9"
                                "17" +
                                    submit_to_bob());
  EXPECT_EQ(got.at(1).rpdu().cause, 1);
}

TEST_F(Submitting, a_copy_is_answered_identically_and_reported_once) {
  const std::string text =
      world.message_text(kAlice, "sip:sc.home1.net", rp_data(7, submit_to_bob()));
  const Got first = world.send(kAlice, text).at(0);
  world.now += 31s;

  const std::vector<Got> copy = world.send(kAlice, text);

  ASSERT_EQ(copy.at(0).status(), 202);
  EXPECT_EQ(copy.at(0).octets, first.octets);
  EXPECT_EQ(world.counters().submits, 1U);
}

TEST_F(Submitting, timer_j_ends_after_64_t1) {
  const std::string text =
      world.message_text(kAlice, "sip:sc.home1.net", rp_data(7, submit_to_bob()));
  world.send(kAlice, text);
  world.now += 32000ms;
  world.send(kAlice, text);
  EXPECT_EQ(world.counters().submits, 1U);
  world.now += 1ms;
  world.send(kAlice, text);
  EXPECT_EQ(world.counters().submits, 2U);
  world.now += 32001ms;
  world.pass();
  EXPECT_EQ(world.gateway.levels().absorbed, 0U);
}

TEST_F(Submitting, response_goes_where_via_says) {
  std::string text = world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  const std::string with_rport = [&] {
    std::string t = text;
    t.replace(t.find(";branch=z9hG4bKue"), 17, ";rport;branch=z9hG4bKxe");
    return t;
  }();
  Ue behind_nat = kAlice;
  behind_nat.address.port = 40000;
  text.replace(text.find(":5060;branch"), 12, ":5099;branch");

  const Got plain = world.send(behind_nat, text).at(0);
  const Got rport = world.send(behind_nat, with_rport).at(0);

  EXPECT_EQ(plain.remote.port, 5099);
  EXPECT_EQ(rport.remote.port, 40000);
  EXPECT_NE(rport.header(Header::via).find("rport=40000"), std::string::npos);
}

TEST_F(Submitting, smma_is_acknowledged_at_both_addresses) {
  for (const char* uri : {"sip:sc.home1.net", "sip:ipsmgw.home1.net"}) {
    const auto got = world.send(kAlice, world.message_text(kAlice, uri, "0611"));
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].status(), 202);
    EXPECT_EQ(got[1].body_hex(), "03 11");
    EXPECT_EQ(got[1].header(Header::in_reply_to), world.last_call_id);
  }
}

TEST(submission, service_centre_takes_its_delay_and_the_202_does_not) {
  GatewayConfig config = World::small_config();
  config.sc_delay = 300ms;
  World world(config);
  world.register_ue(kAlice);

  EXPECT_EQ(world.submit(kAlice, rp_data(1, submit_to_bob())).size(), 1U);
  EXPECT_TRUE(world.run(299ms).empty());
  EXPECT_EQ(world.run(2ms).size(), 1U);
}

TEST(submission, refusal_of_the_service_centre_is_golden_vector_4_or_5) {
  for (const auto& [text, body] : std::initializer_list<std::pair<const char*, const char*>>{
           {"error:42:C0", "05 2a 01 2a 41 0a 01 c0 00 62 30 41 51 90 62 40"},
           {"error:38", "05 2a 01 26"}}) {
    GatewayConfig config = World::small_config();
    config.utc_offset_quarters = 4;
    config.sc_result = *parse_sc_result(text);
    World world(config);
    world.register_ue(kAlice);
    EXPECT_EQ(world.submit(kAlice, rp_data(0x2a, submit_to_bob())).at(1).body_hex(), body);
    EXPECT_EQ(world.gateway.levels().stored, 0U);
  }
}

TEST(submission, a_service_centre_that_never_answers_ends_in_rp_cause_38_before_tr1m) {
  GatewayConfig config = World::small_config();
  config.sc_result = *parse_sc_result("no_answer");
  World world(config);
  world.register_ue(kAlice);
  EXPECT_EQ(world.submit(kAlice, rp_data(1, submit_to_bob())).at(0).status(), 202);
  EXPECT_TRUE(world.run(29s).empty());
  const auto got = world.run(1200ms);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].body_hex(), "05 01 01 26");
}

TEST(submission, a_barred_sender_gets_rp_cause_8_and_nothing_is_stored) {
  GatewayConfig config = World::small_config();
  config.sc_delay = 300ms;
  config.barred = *parse_barred(kAlice.number);
  World world(config);
  world.register_ue(kAlice);
  const auto got = world.submit(kAlice, rp_data(1, submit_to_bob()));
  ASSERT_EQ(got.size(), 2U) << "the service centre is not asked";
  EXPECT_EQ(got[0].status(), 202);
  EXPECT_EQ(got[1].body_hex(), "05 01 01 08");
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

TEST(submission, an_error_of_the_hss_to_memory_available_becomes_its_rp_cause) {
  GatewayConfig config = World::small_config();
  config.hss_result = *parse_hss_result("unknown_subscriber");
  World world(config);
  world.register_ue(kAlice);
  const auto got = world.send(kAlice, world.message_text(kAlice, "sip:sc.home1.net", "0611"));
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].status(), 202);
  EXPECT_EQ(got[1].body_hex(), "05 11 01 1e");
}

TEST(submission, full_pools_shed_by_name) {
  GatewayConfig config = World::small_config();
  config.stored_max = 1;
  config.submits_max = 1;
  config.sc_delay = 100ms;
  World world(config);
  world.register_ue(kAlice);

  EXPECT_EQ(world.submit(kAlice, rp_data(1, submit_to_bob())).at(0).status(), 202);
  const Got no_submit = world.submit(kAlice, rp_data(2, submit_to_bob(2))).at(0);
  world.run(101ms);
  world.submit(kAlice, rp_data(3, submit_to_bob(3)));
  const std::vector<Got> no_store = world.run(101ms);

  EXPECT_EQ(no_submit.status(), 503);
  EXPECT_TRUE(no_submit.has(Header::retry_after));
  ASSERT_FALSE(no_store.empty());
  EXPECT_EQ(no_store.at(0).rpdu().cause, 42);
  EXPECT_EQ(world.counters().full_submits, 1U);
  EXPECT_EQ(world.counters().full_stored, 1U);
}

TEST(submission, full_server_transactions_shed_with_503) {
  GatewayConfig config = World::small_config();
  config.absorbed_max = 1;
  World world(config);
  world.register_ue(kAlice);
  const Got answer = world.submit(kAlice, rp_data(1, submit_to_bob())).at(0);
  EXPECT_EQ(answer.status(), 503);
  EXPECT_EQ(world.counters().full_absorbed, 1U);
}

}  // namespace
}  // namespace rung::gateway
