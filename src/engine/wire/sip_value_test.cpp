#include "engine/wire/sip_value.hpp"

#include <gtest/gtest.h>

#include <string>

#include "engine/wire/guard_page.hpp"

namespace rung::sip {
namespace {

TEST(SipValue, name_address_forms) {
  NameAddress a;
  ASSERT_TRUE(parse_name_address("\"A \\\"B\\\" <c>\" <sip:a@b;lr>;tag=1;x", a));
  EXPECT_EQ(a.display, "A \\\"B\\\" <c>");
  EXPECT_EQ(a.uri, "sip:a@b;lr");
  EXPECT_EQ(a.parameters, "tag=1;x");
  ASSERT_TRUE(parse_name_address("John Doe <sip:a@b>", a));
  EXPECT_EQ(a.display, "John Doe");
  EXPECT_EQ(a.parameters, "");
  ASSERT_TRUE(parse_name_address("sip:a@b;tag=2", a));
  EXPECT_EQ(a.uri, "sip:a@b");
  EXPECT_EQ(a.parameters, "tag=2") << "RFC 3261 20.10: without brackets they are the header's";
  ASSERT_TRUE(parse_name_address("tel:+12125551111", a));
  EXPECT_EQ(a.uri, "tel:+12125551111");
}

TEST(SipValue, name_address_reads_the_first_of_a_list) {
  NameAddress a;
  ASSERT_TRUE(parse_name_address("<sip:a@b>, <tel:+1>", a));
  EXPECT_EQ(a.uri, "sip:a@b");
  EXPECT_EQ(a.parameters, "");
  ASSERT_TRUE(parse_name_address("sip:a@b , tel:+1", a));
  EXPECT_EQ(a.uri, "sip:a@b");
  ASSERT_TRUE(parse_name_address("<sip:a@b>;x=\",\";y, <tel:+1>;z", a));
  EXPECT_EQ(a.parameters, "x=\",\";y");
}

TEST(SipValue, what_holds_no_uri) {
  NameAddress a;
  for (const std::string_view value :
       {"", "*", "<>", "<sip:a@b", "\"open <sip:a@b>", "\"x\"", "\"x\" sip:a@b", "alice",
        "< sip:a@b>", "<sip:a b@c>", "<sip:a@b> junk", "\"", "\"\\\""}) {
    EXPECT_FALSE(parse_name_address(value, a)) << value;
  }
}

TEST(SipValue, uri_parts) {
  Uri u;
  ASSERT_TRUE(parse_uri("sip:+15551234567@ims.example.net:5070;user=phone;lr?Subject=x", u));
  EXPECT_EQ(u.scheme, "sip");
  EXPECT_EQ(u.user, "+15551234567");
  EXPECT_EQ(u.host, "ims.example.net");
  EXPECT_EQ(u.port, 5070);
  EXPECT_EQ(u.parameters, "user=phone;lr");
  ASSERT_TRUE(parse_uri("sips:alice:secret@[2001:db8::1]", u));
  EXPECT_EQ(u.user, "alice");
  EXPECT_EQ(u.host, "[2001:db8::1]");
  EXPECT_EQ(u.port, 0);
  ASSERT_TRUE(parse_uri("sip:example.net;lr", u));
  EXPECT_EQ(u.user, "");
  EXPECT_EQ(u.parameters, "lr");
  ASSERT_TRUE(parse_uri("tel:+1-212-555-1111;phone-context=x", u));
  EXPECT_EQ(u.user, "+1-212-555-1111");
  EXPECT_EQ(u.host, "");
  EXPECT_EQ(u.parameters, "phone-context=x");
}

TEST(SipValue, what_is_no_uri) {
  Uri u;
  for (const std::string_view text :
       {"", "sip", ":a", "sip:", "sip:@b", "sip:a@", "sip:a@b:0", "sip:a@b:65536", "sip:a@b:x",
        "sip:[::1", "sip:[::1]5060", "tel:", "sip:a@b:"}) {
    EXPECT_FALSE(parse_uri(text, u)) << text;
  }
}

TEST(SipValue, same_uri_as_rfc3261_19_1_4_and_rfc3966_3) {
  EXPECT_TRUE(same_uri("sip:alice@AtLanTa.CoM;transport=udp", "SIP:alice@atlanta.com"));
  EXPECT_TRUE(same_uri("sip:%61lice@atlanta.com", "sip:alice@atlanta.com"));
  EXPECT_FALSE(same_uri("sip:ALICE@atlanta.com", "sip:alice@atlanta.com"));
  EXPECT_FALSE(same_uri("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060")) << "19.1.4 says so";
  EXPECT_FALSE(same_uri("sip:bob@biloxi.com", "sips:bob@biloxi.com"));
  EXPECT_FALSE(same_uri("sip:bob@biloxi.com", "sip:biloxi.com"));
  EXPECT_TRUE(same_uri("tel:+1-212-555.1111", "tel:+1(212)5551111"));
  EXPECT_FALSE(same_uri("tel:+12125551111", "tel:+12125551112"));
  EXPECT_FALSE(same_uri("tel:+12125551111", "sip:+12125551111@a"));
  EXPECT_FALSE(same_uri("", ""));
}

TEST(SipValue, parameters_are_found_whatever_case_and_quotes) {
  const std::string_view list = "lr; Tag = abc ;+g.3gpp.icsi-ref=\"urn;x\";q=0.5;tag=second;flag";
  EXPECT_EQ(find_parameter(list, "tag").value, "abc");
  EXPECT_EQ(find_parameter(list, "+g.3gpp.icsi-ref").value, "urn;x");
  EXPECT_TRUE(find_parameter(list, "LR").present);
  EXPECT_EQ(find_parameter(list, "lr").value, "");
  EXPECT_TRUE(find_parameter(list, "flag").present);
  EXPECT_FALSE(find_parameter(list, "fla").present);
  EXPECT_FALSE(find_parameter(list, "x").present) << "inside quotes";
  EXPECT_FALSE(find_parameter("", "tag").present);
}

TEST(SipValue, topmost_via_is_taken_apart) {
  Via via;
  ASSERT_TRUE(
      parse_via("SIP/2.0/UDP 127.64.0.1:5060;branch=z9hG4bK77;rport;received=10.0.0.1, "
                "SIP/2.0/TCP x;branch=other",
                via));
  EXPECT_EQ(via.transport, "UDP");
  EXPECT_EQ(via.sent_by, "127.64.0.1:5060");
  EXPECT_EQ(via.branch, "z9hG4bK77");
  EXPECT_TRUE(via.rport.present);
  EXPECT_EQ(via.rport.value, "");
  EXPECT_EQ(via.received.value, "10.0.0.1");
  ASSERT_TRUE(parse_via("SIP/2.0/TCP [::1]:5060, SIP/2.0/UDP y;branch=2", via));
  EXPECT_EQ(via.sent_by, "[::1]:5060");
  EXPECT_EQ(via.branch, "");
  EXPECT_FALSE(via.rport.present);
}

TEST(SipValue, what_is_no_via) {
  Via via;
  for (const std::string_view value : {"", "SIP/2.0/UDP", "SIP/2.0 host", "UDP host;branch=1",
                                       "SIP/2.0/UDP ;branch=1", "SIP/2.0/ host", "/2.0/UDP host"}) {
    EXPECT_FALSE(parse_via(value, via)) << value;
  }
}

TEST(SipValue, cseq_number_and_method) {
  CSeq cseq;
  ASSERT_TRUE(parse_cseq("4294967295 MESSAGE", cseq));
  EXPECT_EQ(cseq.number, 4294967295U);
  EXPECT_EQ(cseq.method, Method::message);
  ASSERT_TRUE(parse_cseq("1\r\n  FOO", cseq));
  EXPECT_EQ(cseq.method, Method::other);
  EXPECT_EQ(cseq.method_text, "FOO");
  for (const std::string_view value :
       {"", "1", "MESSAGE", "-1 MESSAGE", "4294967296 MESSAGE", "1 MESSAGE x", "1x MESSAGE"}) {
    EXPECT_FALSE(parse_cseq(value, cseq)) << value;
  }
}

TEST(SipValue, media_type_without_parameters) {
  EXPECT_EQ(media_type("application/vnd.3gpp.sms"), "application/vnd.3gpp.sms");
  EXPECT_EQ(media_type(" text/plain ; charset=UTF-8"), "text/plain");
  EXPECT_EQ(media_type(""), "");
}

TEST(SipValue, iequals_folds_letters_only) {
  EXPECT_TRUE(iequals("Call-ID", "cALL-id"));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_FALSE(iequals("@", "`"));
  EXPECT_FALSE(iequals("\r", "-"));
}

TEST(SipValue, numbers_are_whole_and_in_range) {
  std::uint32_t n = 0;
  EXPECT_TRUE(parse_u32("0", n));
  EXPECT_TRUE(parse_u32("4294967295", n));
  EXPECT_EQ(n, 4294967295U);
  for (const std::string_view text :
       {"", "4294967296", "99999999999999999999999", "+1", "1 ", "0x1"}) {
    EXPECT_FALSE(parse_u32(text, n)) << text;
  }
}

TEST(SipValue, no_reader_leaves_its_value_however_it_is_cut) {
  const std::string_view values[] = {
      "\"A \\\"B\" <sip:a:b@[::1]:5060;lr?x=y>;tag=\"1;2\";x , <sip:b>",
      "SIP / 2.0 / UDP [2001:db8::1]:5060 ; branch = z9hG4bK1 ; rport ; received=\"1\" , "
      "SIP/2.0/UDP x",
      "tel:+1-212(555)1111;phone-context=x", "17 MESSAGE", "sip:%41%4@b"};
  for (const std::string_view value : values) {
    for (std::size_t size = 0; size <= value.size(); ++size) {
      const GuardedCopy copy(value.substr(0, size));
      NameAddress address;
      Uri uri;
      Via via;
      CSeq cseq;
      EXPECT_TRUE(!parse_name_address(copy.text(), address) || !address.uri.empty());
      EXPECT_TRUE(!parse_uri(copy.text(), uri) || !uri.scheme.empty());
      EXPECT_TRUE(!parse_via(copy.text(), via) || !via.sent_by.empty());
      EXPECT_TRUE(!parse_cseq(copy.text(), cseq) || !cseq.method_text.empty());
      EXPECT_EQ(same_uri(copy.text(), copy.text()), parse_uri(copy.text(), uri));
      EXPECT_FALSE(find_parameter(copy.text(), "no-such").present);
    }
  }
}

}  // namespace
}  // namespace rung::sip
