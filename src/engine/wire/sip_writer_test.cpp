#include "engine/wire/sip_writer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rung::sip {
namespace {

const std::string kRequest =
    "MESSAGE sip:sc.home1.net SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport\r\n"
    "Max-Forwards: 70\r\n"
    "f: \"A\" <sip:a@home1.net>;tag=171828\r\n"
    "To: <sip:sc.home1.net>\r\n"
    "Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK2, SIP/2.0/TCP c;branch=z9hG4bK3\r\n"
    "Call-ID: abc\r\n"
    "CSeq:  7   MESSAGE\r\n"
    "Content-Length: 2\r\n\r\nhi";

struct Reply {
  std::vector<std::uint8_t> octets = std::vector<std::uint8_t>(1024);
  std::size_t size = 0;
  [[nodiscard]] std::string text() const { return std::string(as_text({octets.data(), size})); }
};

Reply reply_to(const std::string& request, std::string_view tag, const Endpoint* source = nullptr) {
  View view;
  EXPECT_EQ(parse(as_octets(request), view), Error::none);
  Reply reply;
  reply.size = write_response(view, 200, {}, tag, {}, {}, reply.octets, source);
  return reply;
}

/// The response's topmost Via when `via` is the request's and `source` sent it.
std::string top_via(const std::string& via, const Endpoint& source) {
  const Reply reply = reply_to("OPTIONS sip:a SIP/2.0\r\nVia: " + via + "\r\n\r\n", {}, &source);
  View view;
  EXPECT_EQ(parse({reply.octets.data(), reply.size}, view), Error::none);
  return std::string(view.header(Header::via));
}

TEST(SipWriter, mirrors_the_fields_of_rfc3261_8_2_6_2_and_no_other) {
  EXPECT_EQ(reply_to(kRequest, "gw1").text(),
            "SIP/2.0 200 OK\r\n"
            "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport\r\n"
            "f: \"A\" <sip:a@home1.net>;tag=171828\r\n"
            "To: <sip:sc.home1.net>;tag=gw1\r\n"
            "Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK2, SIP/2.0/TCP c;branch=z9hG4bK3\r\n"
            "Call-ID: abc\r\n"
            "CSeq:  7   MESSAGE\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST(SipWriter, to_keeps_the_tag_it_has) {
  const std::string request = "OPTIONS sip:a SIP/2.0\r\nTo: sip:a@b;x=1;Tag=mine\r\n\r\n";
  EXPECT_NE(reply_to(request, "other").text().find("To: sip:a@b;x=1;Tag=mine\r\n"),
            std::string::npos);
}

TEST(SipWriter, a_tag_parameter_of_the_uri_is_not_the_tag_of_to) {
  const std::string request = "OPTIONS sip:a SIP/2.0\r\nTo: <sip:a@b;tag=uri>\r\n\r\n";
  EXPECT_NE(reply_to(request, "t").text().find("To: <sip:a@b;tag=uri>;tag=t\r\n"),
            std::string::npos);
}

TEST(SipWriter, no_tag_is_added_when_none_is_given) {
  EXPECT_NE(reply_to(kRequest, {}).text().find("To: <sip:sc.home1.net>\r\n"), std::string::npos);
}

TEST(SipWriter, extra_headers_body_and_its_length) {
  View view;
  ASSERT_EQ(parse(as_octets(kRequest), view), Error::none);
  Reply reply;
  const std::uint8_t body[] = {0x03, 0x00, 0x0d, 0x0a};
  reply.size = write_response(view, 405, "No", {}, "Allow: MESSAGE\r\nContent-Type: a/b\r\n", body,
                              reply.octets);
  const std::string text = reply.text();
  EXPECT_TRUE(text.starts_with("SIP/2.0 405 No\r\n")) << text;
  EXPECT_NE(text.find("\r\nAllow: MESSAGE\r\nContent-Type: a/b\r\nContent-Length: 4\r\n\r\n"),
            std::string::npos);
  View answer;
  ASSERT_EQ(parse({reply.octets.data(), reply.size}, answer), Error::none);
  EXPECT_EQ(as_text(answer.body()), as_text(body));
}

TEST(SipWriter, folded_fields_are_copied_with_their_folds) {
  const std::string request =
      "OPTIONS sip:a SIP/2.0\r\nFrom: <sip:a@b>\r\n ;tag=1\r\nTo: <sip:c>\r\n\r\n";
  const Reply reply = reply_to(request, "t");
  EXPECT_NE(reply.text().find("From: <sip:a@b>\r\n ;tag=1\r\nTo:"), std::string::npos);
}

TEST(SipWriter, too_small_a_buffer_gives_zero_and_is_not_overrun) {
  View view;
  ASSERT_EQ(parse(as_octets(kRequest), view), Error::none);
  const std::size_t whole = reply_to(kRequest, "gw1").size;
  for (std::size_t size = 0; size <= whole; ++size) {
    std::vector<std::uint8_t> out(whole + 1, 0xee);
    const Endpoint source = Endpoint::ipv4(0x0a000001, 5060);
    EXPECT_EQ(write_response(view, 200, {}, "gw1", {}, {}, MutableOctets(out).first(size)),
              size == whole ? whole : 0U);
    EXPECT_EQ(out[size], 0xee) << size;
    EXPECT_EQ(write_response(view, 200, {}, "gw1", {}, {}, MutableOctets(out).first(size), &source),
              0U);
  }
}

TEST(SipWriter, rport_and_received_as_rfc3581_4) {
  const Endpoint source = Endpoint::ipv4(0x0a010203, 4711);
  EXPECT_EQ(top_via("SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bK1", source),
            "SIP/2.0/UDP 10.0.0.1:5060;rport=4711;branch=z9hG4bK1;received=10.1.2.3");
  EXPECT_EQ(top_via("SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport", source),
            "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport=4711;received=10.1.2.3");
  EXPECT_EQ(top_via("SIP/2.0/UDP 10.0.0.1;rport=;branch=1", source),
            "SIP/2.0/UDP 10.0.0.1;rport=4711;branch=1;received=10.1.2.3");
  EXPECT_EQ(top_via("SIP/2.0/UDP 10.1.2.3;rport;branch=1", source),
            "SIP/2.0/UDP 10.1.2.3;rport=4711;branch=1;received=10.1.2.3")
      << "received even where it equals sent-by";
}

TEST(SipWriter, received_without_rport_as_rfc3261_18_2_1) {
  const Endpoint source = Endpoint::ipv4(0x0a010203, 4711);
  EXPECT_EQ(top_via("SIP/2.0/UDP 10.1.2.3:5060;branch=1", source),
            "SIP/2.0/UDP 10.1.2.3:5060;branch=1");
  EXPECT_EQ(top_via("SIP/2.0/UDP ue.home1.net;branch=1", source),
            "SIP/2.0/UDP ue.home1.net;branch=1;received=10.1.2.3");
  EXPECT_EQ(top_via("SIP/2.0/UDP x;branch=1;received=1.1.1.1", source),
            "SIP/2.0/UDP x;branch=1;received=1.1.1.1");
  EXPECT_EQ(top_via("SIP/2.0/UDP a;branch=1 , SIP/2.0/UDP b;branch=2;rport", source),
            "SIP/2.0/UDP a;branch=1;received=10.1.2.3 , SIP/2.0/UDP b;branch=2;rport");
}

TEST(SipWriter, ipv6_source_stands_without_brackets_in_received) {
  const auto source = parse_endpoint("[2001:db8::1]:5062", 0);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(top_via("SIP/2.0/UDP [2001:db8::1]:5062;branch=1", source.value()),
            "SIP/2.0/UDP [2001:db8::1]:5062;branch=1");
  EXPECT_EQ(top_via("SIP/2.0/UDP [2001:db8::2];branch=1;rport", source.value()),
            "SIP/2.0/UDP [2001:db8::2];branch=1;rport=5062;received=2001:db8::1");
}

TEST(SipWriter, only_the_topmost_via_is_touched) {
  const Endpoint source = Endpoint::ipv4(0x0a010203, 4711);
  const std::string text = reply_to(kRequest, "t", &source).text();
  EXPECT_NE(text.find(";rport=4711;received=10.1.2.3\r\n"), std::string::npos);
  EXPECT_NE(
      text.find("Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK2, SIP/2.0/TCP c;branch=z9hG4bK3\r\n"),
      std::string::npos);
}

TEST(SipWriter, reason_phrases) {
  EXPECT_EQ(reason_phrase(202), "Accepted");
  EXPECT_EQ(reason_phrase(480), "Temporarily Unavailable");
  EXPECT_EQ(reason_phrase(503), "Service Unavailable");
  EXPECT_EQ(reason_phrase(299), "");
  EXPECT_EQ(reason_phrase(65535), "");
}

}  // namespace
}  // namespace rung::sip
