// REGISTER towards the gateway: contacts, expiry, feature tag, digest, refusals.
#include "gateway/gateway_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;

Got only(const std::vector<Got>& messages) {
  EXPECT_EQ(messages.size(), 1U);
  return messages.at(0);
}

TEST(registrar, answers_200_with_contact_expires_associated_uris_and_service_route) {
  World world;

  const Got answer = only(world.register_ue(kAlice, 3600));

  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.header(Header::contact),
            "<sip:+12125551111@127.64.0.1:5060>;expires=3600;+g.3gpp.smsip");
  EXPECT_EQ(answer.header(Header::p_associated_uri),
            "<sip:+12125551111@home1.net>, <tel:+12125551111>");
  EXPECT_EQ(answer.header(Header::service_route), "<sip:orig@127.0.0.1:5060;lr>");
  EXPECT_EQ(answer.remote, kAlice.address);
  EXPECT_EQ(world.counters().registrations, 1U);
}

TEST(registrar, contact_parameter_wins_over_expires_header_and_the_maximum_is_granted) {
  World world;
  const std::string contact =
      fmt::format("Contact: <{}>;+g.3gpp.smsip;expires=7200\r\n", kAlice.contact());

  const Got own =
      only(world.send(kAlice, world.register_text(kAlice, contact + "Expires: 100\r\n")));
  const Got long_one = only(world.register_ue(kBob, 9'999'999));

  EXPECT_NE(own.header(Header::contact).find(";expires=7200"), std::string::npos);
  EXPECT_NE(long_one.header(Header::contact).find(";expires=600000"), std::string::npos);
}

TEST(registrar, too_brief_a_registration_gets_423_with_min_expires) {
  World world;

  const Got answer = only(world.register_ue(kAlice, 10));

  EXPECT_EQ(answer.status(), 423);
  EXPECT_EQ(answer.header(Header::min_expires), "60");
  EXPECT_EQ(world.gateway.levels().users, 0U);
}

TEST(registrar, keeps_two_devices_of_one_impu) {
  World world;
  world.register_ue(kBob);

  const Got answer = only(world.register_ue(kBobsTablet));

  EXPECT_EQ(answer.view->count(Header::contact), 2U);
  EXPECT_EQ(world.gateway.levels().users, 1U);
  EXPECT_EQ(world.gateway.levels().contacts, 2U);
}

TEST(registrar, refresh_keeps_one_contact_and_extends_it) {
  World world;
  world.register_ue(kAlice, 60);
  world.now += 50s;
  world.pass();

  const Got answer = only(world.register_ue(kAlice, 60));
  world.now += 50s;
  world.pass();

  EXPECT_EQ(answer.view->count(Header::contact), 1U);
  EXPECT_EQ(world.gateway.levels().contacts, 1U);
}

TEST(registrar, expires_0_and_star_remove_contacts_and_free_the_user) {
  World world;
  world.register_ue(kBob);
  world.register_ue(kBobsTablet);

  const Got one_left = only(world.register_ue(kBobsTablet, 0));
  const Got none_left =
      only(world.send(kBob, world.register_text(kBob, "Contact: *\r\nExpires: 0\r\n")));

  EXPECT_EQ(one_left.view->count(Header::contact), 1U);
  EXPECT_EQ(none_left.status(), 200);
  EXPECT_FALSE(none_left.has(Header::contact));
  EXPECT_EQ(world.gateway.levels().users, 0U);
  EXPECT_EQ(world.counters().deregistrations, 2U);
}

TEST(registrar, removing_an_unknown_user_is_idempotent) {
  World world;
  EXPECT_EQ(only(world.register_ue(kAlice, 0)).status(), 200);
  EXPECT_EQ(world.gateway.levels().users, 0U);
}

TEST(registrar, star_with_another_contact_or_without_expires_0_is_400) {
  World world;
  const std::string both = "Contact: *\r\n" + world.contact_header(kAlice, 0);
  EXPECT_EQ(only(world.send(kAlice, world.register_text(kAlice, both))).status(), 400);
  EXPECT_EQ(only(world.send(kAlice, world.register_text(kAlice, "Contact: *\r\n"))).status(), 400);
}

TEST(registrar, contact_runs_out_after_its_expiry_and_not_before) {
  World world;
  world.register_ue(kAlice, 60);
  world.now += 59900ms;
  world.pass();
  EXPECT_EQ(world.gateway.levels().contacts, 1U);

  world.now += 200ms;
  world.pass();

  EXPECT_EQ(world.gateway.levels().contacts, 0U);
  EXPECT_EQ(world.gateway.levels().users, 0U);
  EXPECT_EQ(world.counters().contacts_expired, 1U);
}

TEST(registrar, feature_tag_is_read_in_any_case_and_with_a_value_but_not_by_its_prefix) {
  for (const auto& [parameters, echoed] :
       std::initializer_list<std::pair<const char*, bool>>{{";+g.3gpp.smsip", true},
                                                           {";+G.3GPP.SMSIP", true},
                                                           {";+g.3gpp.smsip=\"TRUE\"", true},
                                                           {";+g.3gpp.smsip=\"FALSE\"", false},
                                                           {";+g.3gpp.smsip-msisdn-less", false},
                                                           {"", false}}) {
    World world;
    Ue ue = kAlice;
    ue.contact_parameters = parameters;
    const Got answer = only(world.register_ue(ue));
    const bool tagged = answer.header(Header::contact).ends_with(";+g.3gpp.smsip");
    EXPECT_EQ(tagged, echoed) << parameters;
  }
}

TEST(registrar, foreign_domains_and_names_that_are_no_numbers_are_404) {
  World world;
  const auto with_to = [&](const std::string& to) {
    return only(
        world.send(kAlice, world.head("REGISTER sip:home1.net SIP/2.0", kAlice, to, "REGISTER") +
                               world.contact_header(kAlice) + "Content-Length: 0\r\n\r\n"));
  };
  EXPECT_EQ(with_to("sip:+12125551111@home2.net").status(), 404);
  EXPECT_EQ(with_to("sip:alice@home1.net").status(), 404);
  EXPECT_EQ(with_to("sip:+1234567890123456@home1.net").status(), 404);
  EXPECT_EQ(with_to("tel:+12125551111").status(), 200);
}

TEST(registrar, an_older_cseq_within_a_call_id_changes_nothing) {
  World world;
  const std::string first = world.register_text(kAlice, world.contact_header(kAlice));
  world.send(kAlice, first);
  std::string replay = first;
  replay.replace(replay.find("z9hG4bKue1"), 10, "z9hG4bKue9");

  const Got answer = only(world.send(kAlice, replay));

  EXPECT_EQ(answer.status(), 500);
  EXPECT_EQ(world.counters().registrations, 1U);
}

TEST(registrar, a_copy_gets_the_same_octets_even_later) {
  World world;
  const std::string text = world.register_text(kAlice, world.contact_header(kAlice));
  const Got first = only(world.send(kAlice, text));
  world.now += 1700ms;

  const Got second = only(world.send(kAlice, text));

  EXPECT_EQ(first.octets, second.octets);
  EXPECT_EQ(world.counters().registrations, 1U);
  EXPECT_EQ(world.counters().request_copies, 1U);
}

TEST(registrar, path_is_repeated) {
  World world;
  const Got answer =
      only(world.send(kAlice, world.register_text(kAlice, world.contact_header(kAlice) +
                                                              "Path: <sip:p@127.0.0.9;lr>\r\n")));
  EXPECT_EQ(answer.header(Header::path), "<sip:p@127.0.0.9;lr>");
}

TEST(registrar, full_pools_shed_with_503_and_leave_no_half_registration) {
  GatewayConfig config = World::small_config();
  config.users_max = 1;
  config.contacts_max = 1;
  World world(config);
  world.register_ue(kBob);

  const Got no_contact = only(world.register_ue(kBobsTablet));
  const Got no_user = only(world.register_ue(kAlice));

  EXPECT_EQ(no_contact.status(), 503);
  EXPECT_TRUE(no_contact.has(Header::retry_after));
  EXPECT_EQ(no_user.status(), 503);
  EXPECT_EQ(world.counters().full_contacts, 1U);
  EXPECT_EQ(world.counters().full_users, 1U);
  EXPECT_EQ(world.gateway.levels().contacts, 1U);
}

TEST(registrar, a_contact_uri_beyond_its_room_is_513) {
  World world;
  const std::string contact = "Contact: <sip:" + std::string(90, 'a') + "@127.64.0.1>\r\n";
  EXPECT_EQ(only(world.send(kAlice, world.register_text(kAlice, contact))).status(), 513);
}

/// Digest: RFC 2617.
class DigestRegistration : public testing::Test {
 protected:
  static GatewayConfig config() {
    GatewayConfig config = World::small_config();
    config.digest = true;
    config.password = "pw-%u";
    config.nonce_lifetime = 10s;
    return config;
  }
  std::string nonce_of(const Got& challenge) {
    digest::Challenge parsed;
    const std::string value = challenge.header(Header::www_authenticate);
    EXPECT_TRUE(digest::parse_challenge(value, parsed)) << value;
    EXPECT_TRUE(parsed.qop_auth);
    EXPECT_EQ(parsed.realm, "home1.net");
    stale = parsed.stale;
    return std::string(parsed.nonce);
  }
  std::string authorization(const std::string& nonce, unsigned nc, const std::string& password) {
    const std::string user = "12125551111@home1.net";
    const std::string count = fmt::format("{:08x}", nc);
    const auto ha1 = digester.ha1(user, "home1.net", password);
    const auto response = digester.response({ha1.data(), 32}, nonce, count, "abc", "auth",
                                            "REGISTER", "sip:home1.net");
    return fmt::format(
        "Authorization: Digest username=\"{}\", realm=\"home1.net\", nonce=\"{}\", "
        "uri=\"sip:home1.net\", response=\"{}\", algorithm=MD5, qop=auth, cnonce=\"abc\", "
        "nc={}\r\n",
        user, nonce, std::string_view(response.data(), 32), count);
  }
  Got try_register(const std::string& nonce, unsigned nc,
                   const std::string& password = "pw-+12125551111") {
    return only(world.send(
        kAlice, world.register_text(
                    kAlice, world.contact_header(kAlice) + authorization(nonce, nc, password))));
  }
  World world{config()};
  digest::Digester digester;
  bool stale = false;
};

TEST_F(DigestRegistration, is_challenged_then_accepted_with_the_password_of_its_user) {
  const Got challenge = only(world.register_ue(kAlice));
  EXPECT_EQ(challenge.status(), 401);
  const std::string nonce = nonce_of(challenge);
  EXPECT_FALSE(stale);
  EXPECT_EQ(try_register(nonce, 1).status(), 200);
}

TEST_F(DigestRegistration, reuses_a_nonce_while_its_count_rises) {
  const std::string nonce = nonce_of(only(world.register_ue(kAlice)));
  EXPECT_EQ(try_register(nonce, 1).status(), 200);
  EXPECT_EQ(try_register(nonce, 2).status(), 200);

  const Got replayed = try_register(nonce, 2);

  EXPECT_EQ(replayed.status(), 401);
  nonce_of(replayed);
  EXPECT_TRUE(stale);
}

TEST_F(DigestRegistration, an_old_nonce_is_stale) {
  const std::string nonce = nonce_of(only(world.register_ue(kAlice)));
  world.now += 11s;

  const Got answer = try_register(nonce, 1);

  EXPECT_EQ(answer.status(), 401);
  EXPECT_NE(nonce_of(answer), nonce);
  EXPECT_TRUE(stale);
}

TEST_F(DigestRegistration, a_nonce_of_another_gateway_is_stale_when_the_password_is_right) {
  const Got answer = try_register(std::string(40, 'a'), 1);
  EXPECT_EQ(answer.status(), 401);
  nonce_of(answer);
  EXPECT_TRUE(stale);
}

TEST_F(DigestRegistration, a_wrong_password_is_403_and_registers_nothing) {
  const std::string nonce = nonce_of(only(world.register_ue(kAlice)));
  EXPECT_EQ(try_register(nonce, 1, "wrong").status(), 403);
  EXPECT_EQ(world.counters().authentication_failures, 1U);
  EXPECT_EQ(world.gateway.levels().users, 0U);
}

TEST_F(DigestRegistration, a_copy_of_a_challenged_request_gets_the_same_nonce) {
  const std::string text = world.register_text(kAlice, world.contact_header(kAlice));
  const Got first = only(world.send(kAlice, text));
  world.now += 500ms;
  EXPECT_EQ(only(world.send(kAlice, text)).octets, first.octets);
}

// Visual separators (RFC 3966 3) lengthen a number without making it another.
TEST_F(DigestRegistration, a_user_part_too_long_for_its_password_is_never_let_in_by_a_shorter_one) {
  const std::string nonce = nonce_of(only(world.register_ue(kAlice)));
  std::string text =
      world.register_text(kAlice, world.contact_header(kAlice) + authorization(nonce, 1, "pw-"));
  text.insert(text.find("To: <sip:+1") + 11, std::string(300, '-'));

  const Got answer = only(world.send(kAlice, text));

  EXPECT_EQ(answer.status(), 403);
  EXPECT_EQ(world.gateway.levels().contacts, 0U);
}

// The digest covers no Contact: what was overheard must not register another one.
TEST_F(DigestRegistration, credentials_sent_again_register_no_other_contact) {
  const std::string nonce = nonce_of(only(world.register_ue(kAlice)));
  EXPECT_EQ(try_register(nonce, 1).status(), 200);
  EXPECT_EQ(try_register(nonce, 2).status(), 200);

  const std::string overheard = authorization(nonce, 2, "pw-+12125551111");
  const std::string elsewhere = world.contact_header(kBob);
  const Got replayed = only(world.send(kBob, world.register_text(kAlice, elsewhere + overheard)));
  const Got removed = only(
      world.send(kBob, world.register_text(kAlice, "Contact: *\r\nExpires: 0\r\n" + overheard)));

  EXPECT_EQ(replayed.status(), 401);
  EXPECT_EQ(removed.status(), 401);
  EXPECT_EQ(world.gateway.levels().contacts, 1U);
}

TEST(registrar, of_a_contact_named_twice_the_last_value_counts) {
  World world;
  const auto twice = [&](unsigned first, unsigned second) {
    return fmt::format(
        "Contact: <{0}>;+g.3gpp.smsip;expires={1}, <{0}>;+g.3gpp.smsip;expires={2}"
        "\r\n",
        kAlice.contact(), first, second);
  };

  const Got added = only(world.send(kAlice, world.register_text(kAlice, twice(0, 3600))));
  const Got extended = only(world.send(kAlice, world.register_text(kAlice, twice(0, 7200))));

  EXPECT_EQ(added.status(), 200);
  EXPECT_NE(added.header(Header::contact).find(";expires=3600"), std::string::npos);
  EXPECT_NE(extended.header(Header::contact).find(";expires=7200"), std::string::npos);
  EXPECT_EQ(world.gateway.levels().contacts, 1U);

  const Got removed = only(world.send(kAlice, world.register_text(kAlice, twice(3600, 0))));

  EXPECT_EQ(removed.status(), 200);
  EXPECT_EQ(world.gateway.levels().contacts, 0U);
  EXPECT_EQ(world.gateway.levels().users, 0U);
}

}  // namespace
}  // namespace rung::gateway
