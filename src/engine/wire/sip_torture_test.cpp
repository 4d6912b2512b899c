// Messages of tests/golden/sip: RFC 4475 by section, and the IMS examples.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/wire/digest.hpp"
#include "engine/wire/sip_view.hpp"

namespace rung::sip {
namespace {

std::string golden(const std::string& name) {
  std::ifstream file(std::string(RUNG_SOURCE_DIR) + "/tests/golden/sip/" + name + ".sip",
                     std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Golden {
  std::string text;
  View view;
  Error error;

  explicit Golden(const std::string& name)
      : text(golden(name)), error(parse(as_octets(text), view)) {}
};

std::string tag_of(std::string_view value) {
  NameAddress address;
  if (!parse_name_address(value, address)) return "no address";
  return std::string(find_parameter(address.parameters, "tag").value);
}

TEST(SipTorture, rfc4475_3_1_1_1_short_tortuous_invite) {
  const Golden m("rfc4475_3_1_1_1_wsinv");
  ASSERT_EQ(m.error, Error::none);
  EXPECT_EQ(m.view.method(), Method::invite);
  EXPECT_EQ(m.view.request_uri(), "sip:vivekg@chair-dnrc.example.com;unknownparam");
  EXPECT_EQ(m.view.fields().size(), 14U);
  EXPECT_EQ(tag_of(m.view.header(Header::to)), "1918181833n");
  EXPECT_EQ(tag_of(m.view.header(Header::from)), "98asjd8");
  EXPECT_EQ(m.view.header(Header::max_forwards), "0068");
  CSeq cseq;
  ASSERT_TRUE(parse_cseq(m.view.header(Header::cseq), cseq));
  EXPECT_EQ(cseq.number, 9U);
  EXPECT_EQ(cseq.method, Method::invite);
  EXPECT_EQ(m.view.body().size(), 150U);
  EXPECT_TRUE(m.view.trailing().empty());
  NameAddress route;
  ASSERT_TRUE(parse_name_address(m.view.header(Header::route), route));
  EXPECT_EQ(route.uri, "sip:services.example.com;lr;unknownwith=value;unknown-no-value");
  NameAddress contact;
  ASSERT_TRUE(parse_name_address(m.view.header(Header::contact), contact));
  EXPECT_EQ(contact.display, R"(Quoted string \"\")");
  EXPECT_EQ(find_parameter(contact.parameters, "newparam").value, "newvalue");
  EXPECT_EQ(find_parameter(contact.parameters, "Q").value, "0.33");
  EXPECT_TRUE(find_parameter(contact.parameters, "secondparam").present);
}

TEST(SipTorture, rfc4475_3_1_1_1_three_vias_in_two_fields) {
  const Golden m("rfc4475_3_1_1_1_wsinv");
  ASSERT_EQ(m.error, Error::none);
  EXPECT_EQ(m.view.count(Header::via), 2U);
  Values values(m.view, Header::via);
  std::vector<std::string> seen;
  std::string_view value;
  while (values.next(value)) {
    Via via;
    ASSERT_TRUE(parse_via(value, via)) << value;
    seen.push_back(std::string(via.transport) + " " + std::string(via.sent_by) + " " +
                   std::string(via.branch));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"UDP 192.0.2.2 390skdjuw",
                                            "TCP spindle.example.com z9hG4bK9ikj8",
                                            "UDP 192.168.255.111 z9hG4bK30239"}));
}

TEST(SipTorture, rfc4475_3_1_1_1_folds_are_marked) {
  const Golden m("rfc4475_3_1_1_1_wsinv");
  ASSERT_EQ(m.error, Error::none);
  for (const HeaderField& field : m.view.fields()) {
    EXPECT_EQ(field.folded, m.view.value(field).find('\n') != std::string_view::npos)
        << m.view.name(field);
  }
  EXPECT_FALSE(m.view.fields()[0].folded) << "a fold before the value is no part of it";
  EXPECT_TRUE(m.view.fields()[1].folded);
}

TEST(SipTorture, rfc4475_3_1_1_3_escapes_stay_in_the_user) {
  const Golden m("rfc4475_3_1_1_3_esc01");
  ASSERT_EQ(m.error, Error::none);
  Uri uri;
  ASSERT_TRUE(parse_uri(m.view.request_uri(), uri));
  EXPECT_EQ(uri.user, "sips%3Auser%40example.com");
  EXPECT_EQ(uri.host, "example.net");
  EXPECT_TRUE(same_uri(m.view.header(Header::to), "sip:user@example.com"));
  EXPECT_EQ(m.view.header(Header::call_id), "esc01.239409asdfakjkn23onasd0-3234");
}

TEST(SipTorture, rfc4475_3_1_1_4_escaped_nulls_are_different_users) {
  const Golden m("rfc4475_3_1_1_4_escnull");
  ASSERT_EQ(m.error, Error::none);
  Values contacts(m.view, Header::contact);
  std::string_view first;
  std::string_view second;
  ASSERT_TRUE(contacts.next(first));
  ASSERT_TRUE(contacts.next(second));
  NameAddress a;
  NameAddress b;
  ASSERT_TRUE(parse_name_address(first, a));
  ASSERT_TRUE(parse_name_address(second, b));
  EXPECT_FALSE(same_uri(a.uri, b.uri));
  EXPECT_TRUE(m.view.body().empty());
}

TEST(SipTorture, rfc4475_3_1_1_5_percent_is_a_token_character_not_an_escape) {
  const Golden m("rfc4475_3_1_1_5_esc02");
  ASSERT_EQ(m.error, Error::none);
  EXPECT_EQ(m.view.method(), Method::other);
  EXPECT_EQ(m.view.method_text(), "RE%47IST%45R");
  EXPECT_EQ(m.view.count(Header::contact), 2U);
}

TEST(SipTorture, rfc4475_3_1_1_6_no_space_before_the_angle_bracket) {
  const Golden m("rfc4475_3_1_1_6_lwsdisp");
  ASSERT_EQ(m.error, Error::none);
  NameAddress from;
  ASSERT_TRUE(parse_name_address(m.view.header(Header::from), from));
  EXPECT_EQ(from.display, "caller");
  EXPECT_EQ(from.uri, "sip:caller@example.com");
}

TEST(SipTorture, rfc4475_3_1_1_8_octets_behind_content_length_are_trailing) {
  const Golden m("rfc4475_3_1_1_8_dblreq");
  ASSERT_EQ(m.error, Error::none);
  EXPECT_EQ(m.view.method(), Method::register_);
  EXPECT_EQ(m.view.fields().size(), 8U);
  EXPECT_TRUE(m.view.body().empty());
  EXPECT_TRUE(as_text(m.view.trailing()).starts_with("\r\nINVITE"));
}

TEST(SipTorture, rfc4475_3_1_1_9_semicolons_in_the_user_part) {
  const Golden m("rfc4475_3_1_1_9_semiuri");
  ASSERT_EQ(m.error, Error::none);
  Uri uri;
  ASSERT_TRUE(parse_uri(m.view.request_uri(), uri));
  EXPECT_EQ(uri.user, "user;par=u%40example.net");
  EXPECT_EQ(uri.host, "example.com");
  Values accept(m.view, Header::accept);
  std::size_t count = 0;
  std::string_view last;
  while (accept.next(last)) ++count;
  EXPECT_EQ(count, 6U);
  EXPECT_TRUE(m.view.fields()[5].folded);
}

TEST(SipTorture, rfc4475_3_1_1_10_unknown_transports) {
  const Golden m("rfc4475_3_1_1_10_transports");
  ASSERT_EQ(m.error, Error::none);
  EXPECT_EQ(m.view.count(Header::via), 5U);
  Values values(m.view, Header::via);
  std::string transports;
  std::string_view value;
  for (Via via; values.next(value) && parse_via(value, via);) {
    transports += std::string(via.transport) + " ";
  }
  EXPECT_EQ(transports, "UDP SCTP TLS UNKNOWN TCP ");
}

TEST(SipTorture, rfc4475_3_1_1_13_empty_reason_phrase) {
  const Golden m("rfc4475_3_1_1_13_noreason");
  ASSERT_EQ(m.error, Error::none);
  EXPECT_FALSE(m.view.is_request());
  EXPECT_EQ(m.view.status(), 100);
  EXPECT_EQ(m.view.reason(), "");
  EXPECT_EQ(m.view.header(Header::contact), "<sip:user@host105.example.com>");
}

TEST(SipTorture, rfc4475_3_1_2_1_extraneous_separators_reach_nobody) {
  const Golden m("rfc4475_3_1_2_1_badinv01");
  ASSERT_EQ(m.error, Error::none);
  Via via;
  ASSERT_TRUE(parse_via(m.view.header(Header::via), via));
  EXPECT_EQ(via.sent_by, "192.0.2.15");
  EXPECT_EQ(via.branch, "");
}

TEST(SipTorture, rfc4475_3_1_2_2_content_length_larger_than_the_datagram) {
  EXPECT_EQ(Golden("rfc4475_3_1_2_2_clerr").error, Error::content_length_too_large);
}

TEST(SipTorture, rfc4475_3_1_2_3_negative_content_length) {
  EXPECT_EQ(Golden("rfc4475_3_1_2_3_ncl").error, Error::content_length_syntax);
}

TEST(SipTorture, rfc4475_3_1_2_4_overlarge_numbers_are_refused_where_they_are_read) {
  const Golden m("rfc4475_3_1_2_4_scalar02");
  ASSERT_EQ(m.error, Error::none);
  CSeq cseq;
  EXPECT_FALSE(parse_cseq(m.view.header(Header::cseq), cseq));
  std::uint32_t expires = 0;
  EXPECT_FALSE(parse_u32(m.view.header(Header::expires), expires));
}

TEST(SipTorture, rfc4475_3_1_2_6_unterminated_quoted_string) {
  const Golden m("rfc4475_3_1_2_6_quotbal");
  ASSERT_EQ(m.error, Error::none);
  NameAddress to;
  EXPECT_FALSE(parse_name_address(m.view.header(Header::to), to));
}

TEST(SipTorture, rfc4475_3_1_2_8_to_10_white_space_in_the_request_line) {
  EXPECT_EQ(Golden("rfc4475_3_1_2_8_lwsruri").error, Error::start_line);
  EXPECT_EQ(Golden("rfc4475_3_1_2_9_lwsstart").error, Error::start_line);
  EXPECT_EQ(Golden("rfc4475_3_1_2_10_trws").error, Error::start_line);
}

TEST(SipImsExamples, ts24341_b5_1_submit) {
  const Golden m("ts24341_b5_1_submit");
  ASSERT_EQ(m.error, Error::none);
  EXPECT_EQ(m.view.method(), Method::message);
  EXPECT_EQ(media_type(m.view.header(Header::content_type)), "application/vnd.3gpp.sms");
  EXPECT_EQ(m.view.body().size(), 35U);
  EXPECT_EQ(m.view.body()[2], 0x00) << "RP-OA of length 0: a NUL in the body";
  Via via;
  ASSERT_TRUE(parse_via(m.view.header(Header::via), via));
  EXPECT_EQ(via.sent_by, "[5555::aaa:bbb:ccc:ddd]:1357");
  NameAddress identity;
  ASSERT_TRUE(parse_name_address(m.view.header(Header::p_preferred_identity), identity));
  EXPECT_EQ(identity.display, "John Doe");
  EXPECT_EQ(identity.uri, "sip:user1_public1@home1.net");
  Values routes(m.view, Header::route);
  std::string_view route;
  ASSERT_TRUE(routes.next(route));
  ASSERT_TRUE(routes.next(route));
  EXPECT_EQ(route, "<sip:orig@scscf1.home1.net;lr>");
  EXPECT_FALSE(routes.next(route));
}

TEST(SipImsExamples, ts24341_b6_2_deliver) {
  const Golden m("ts24341_b6_2_deliver");
  ASSERT_EQ(m.error, Error::none);
  EXPECT_EQ(m.view.header(Header::request_disposition), "no-fork");
  const std::string_view contact = m.view.header(Header::accept_contact);
  EXPECT_TRUE(find_parameter(contact, "+g.3gpp.smsip").present);
  EXPECT_TRUE(find_parameter(contact, "require").present);
  EXPECT_TRUE(find_parameter(contact, "explicit").present);
  NameAddress identity;
  ASSERT_TRUE(parse_name_address(m.view.header(Header::p_asserted_identity), identity));
  EXPECT_TRUE(same_uri(identity.uri, "sip:IPSMGW.home2.net"));
  EXPECT_EQ(m.view.body().size(), 40U);
  EXPECT_EQ(m.view.body()[0], 0x01) << "RP-DATA, network to MS";
}

TEST(SipImsExamples, ts34229_a1_1_register) {
  const Golden m("ts34229_a1_1_register");
  ASSERT_EQ(m.error, Error::none);
  EXPECT_EQ(m.view.method(), Method::register_);
  NameAddress contact;
  ASSERT_TRUE(parse_name_address(m.view.header(Header::contact), contact));
  EXPECT_TRUE(find_parameter(contact.parameters, "+g.3gpp.smsip").present);
  EXPECT_EQ(find_parameter(contact.parameters, "expires").value, "600000");
  Uri uri;
  ASSERT_TRUE(parse_uri(contact.uri, uri));
  EXPECT_EQ(uri.host, "[2001:db8::1:1]");
  EXPECT_EQ(uri.port, 5060);
  digest::Credentials credentials;
  ASSERT_TRUE(digest::parse_credentials(m.view.header(Header::authorization), credentials));
  EXPECT_EQ(credentials.username, "001010123456789@ims.mnc001.mcc001.3gppnetwork.org");
  EXPECT_EQ(credentials.nonce, "");
}

}  // namespace
}  // namespace rung::sip
