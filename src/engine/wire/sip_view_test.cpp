#include "engine/wire/sip_view.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/wire/guard_page.hpp"

namespace rung::sip {
namespace {

Error parse_text(std::string_view text, View& view) { return parse(as_octets(text), view); }

/// MESSAGE of a UE to its IP-SM-GW as TS 24.341 B.5 step 1 shows it; the body is an RP-DATA with an
/// SMS-SUBMIT, NUL and CRLFCRLF inside.
std::string ims_message() {
  using namespace std::string_literals;
  const std::string body = "\x00\x2a\x00\x07\x91\x21\x43\x65\x87\xf9\x00\x0d\r\n\r\n\x00\xff"s;
  return "MESSAGE sip:sc.home1.net SIP/2.0\r\n"
         "Via: SIP/2.0/UDP [5555::aaa:bbb:ccc:ddd];branch=z9hG4bKnashds7\r\n"
         "Max-Forwards: 70\r\n"
         "Route: <sip:pcscf1.visited1.net:7531;lr;comp=sigcomp>, <sip:orig@scscf1.home1.net;lr>\r\n"
         "P-Preferred-Identity: \"John Doe\" <sip:user1_public1@home1.net>\r\n"
         "From: <sip:user1_public1@home1.net>;tag=171828\r\n"
         "To: <sip:sc.home1.net>\r\n"
         "Call-ID: cb03a0s09a2sdfglkj490333\r\n"
         "CSeq: 666 MESSAGE\r\n"
         "Content-Type: application/vnd.3gpp.sms\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(SipView, reads_the_submit_message_of_24_341_b5) {
  const std::string text = ims_message();
  View view;
  ASSERT_EQ(parse_text(text, view), Error::none);
  EXPECT_TRUE(view.is_request());
  EXPECT_EQ(view.method(), Method::message);
  EXPECT_EQ(view.request_uri(), "sip:sc.home1.net");
  EXPECT_EQ(view.fields().size(), 10U);
  EXPECT_EQ(view.header(Header::call_id), "cb03a0s09a2sdfglkj490333");
  EXPECT_EQ(view.header(Header::content_type), "application/vnd.3gpp.sms");
  EXPECT_FALSE(view.has(Header::in_reply_to));
  EXPECT_EQ(view.body().size(), 18U);
  EXPECT_EQ(view.body()[17], 0xff);
  EXPECT_TRUE(view.trailing().empty());
}

TEST(SipView, body_may_hold_nul_and_empty_lines) {
  const std::string text = ims_message();
  View view;
  ASSERT_EQ(parse_text(text, view), Error::none);
  EXPECT_EQ(as_text(view.body()), std::string_view(text).substr(text.size() - 18));
  EXPECT_NE(as_text(view.body()).find("\r\n\r\n"), std::string_view::npos);
}

TEST(SipView, never_reads_behind_the_datagram_whatever_its_length) {
  const std::string text = ims_message();
  View view;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const GuardedCopy copy(std::string_view(text).substr(0, size));
    const Error error = parse(copy.octets(), view);
    EXPECT_EQ(error == Error::none, size == text.size()) << size << ": " << to_string(error);
  }
}

TEST(SipView, never_reads_behind_a_short_response_whatever_its_length) {
  // Shorter than one block of the line scan, and its last name nearer to the end than a window.
  const std::string text = "SIP/2.0 200 OK\r\nv:SIP/2.0/UDP a;branch=1\r\nl: 0\r\n\r\n";
  View view;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const GuardedCopy copy(std::string_view(text).substr(0, size));
    EXPECT_EQ(parse(copy.octets(), view) == Error::none, size == text.size()) << size;
  }
}

TEST(SipView, response_line_is_taken_apart) {
  View view;
  ASSERT_EQ(parse_text("SIP/2.0 202 Accepted for now\r\nVia: SIP/2.0/UDP a\r\n\r\n", view),
            Error::none);
  EXPECT_FALSE(view.is_request());
  EXPECT_EQ(view.status(), 202);
  EXPECT_EQ(view.reason(), "Accepted for now");
  EXPECT_EQ(view.method(), Method::other);
}

TEST(SipView, a_view_is_overwritten_by_the_next_message) {
  View view;
  const std::string request = ims_message();
  ASSERT_EQ(parse_text(request, view), Error::none);
  ASSERT_EQ(parse_text("SIP/2.0 200 OK\r\nCSeq: 1 BYE\r\n\r\n", view), Error::none);
  EXPECT_EQ(view.fields().size(), 1U);
  EXPECT_FALSE(view.has(Header::via));
  EXPECT_EQ(view.method_text(), "");
  EXPECT_EQ(view.request_uri(), "");
  EXPECT_TRUE(view.body().empty());
}

TEST(SipView, start_lines_that_are_none) {
  const std::pair<std::string, Error> cases[] = {
      {"MESSAGE sip:a@b\r\n\r\n", Error::start_line},
      {"MESSAGE\r\n\r\n", Error::start_line},
      {" MESSAGE sip:a@b SIP/2.0\r\n\r\n", Error::start_line},
      {"MES(SAGE sip:a@b SIP/2.0\r\n\r\n", Error::start_line},
      {"MESSAGE sip:a@b HTTP/1.1\r\n\r\n", Error::start_line},
      {"MESSAGE sip:a@b SIP/7.0\r\n\r\n", Error::version},  // RFC 4475 3.1.2.16
      {"SIP/3.0 200 OK\r\n\r\n", Error::start_line},
      {"SIP/2.0 4294967301 better not break the receiver\r\n\r\n", Error::status_code},  // 3.1.2.19
      {"SIP/2.0 099 Low\r\n\r\n", Error::status_code},
      {"SIP/2.0 700 High\r\n\r\n", Error::status_code},
      {"SIP/2.0 2x0 OK\r\n\r\n", Error::status_code},
      {"SIP/2.0 200\r\n\r\n", Error::start_line},
      {"no line end at all", Error::start_line},
  };
  View view;
  for (const auto& [text, error] : cases) EXPECT_EQ(parse_text(text, view), error) << text;
}

TEST(SipView, version_is_compared_without_case) {
  View view;
  EXPECT_EQ(parse_text("OPTIONS sip:a sip/2.0\r\n\r\n", view), Error::none);
  EXPECT_EQ(parse_text("Sip/2.0 200 OK\r\n\r\n", view), Error::none);
}

TEST(SipView, unknown_method_is_kept_as_text) {
  View view;
  ASSERT_EQ(parse_text("NEWMETHOD sip:a SIP/2.0\r\n\r\n", view), Error::none);
  EXPECT_EQ(view.method(), Method::other);
  EXPECT_EQ(view.method_text(), "NEWMETHOD");
  ASSERT_EQ(parse_text("message sip:a SIP/2.0\r\n\r\n", view), Error::none);
  EXPECT_EQ(view.method(), Method::other) << "methods are case-sensitive (RFC 3261 7.1)";
}

TEST(SipView, crlf_before_the_start_line_is_skipped_and_alone_it_is_a_keep_alive) {
  View view;
  EXPECT_EQ(parse_text("\r\n\r\n", view), Error::empty);
  EXPECT_EQ(parse_text("", view), Error::empty);
  const std::string text = "\r\n\r\n" + ims_message();
  ASSERT_EQ(parse_text(text, view), Error::none);
  EXPECT_EQ(view.header(Header::cseq), "666 MESSAGE");
}

TEST(SipView, lines_may_end_in_a_bare_lf) {
  View view;
  ASSERT_EQ(
      parse_text("OPTIONS sip:a SIP/2.0\nTo: <sip:a>\nFrom:\nCSeq: 1 OPTIONS\n\nbo\ndy", view),
      Error::none);
  EXPECT_EQ(view.fields().size(), 3U);
  EXPECT_EQ(view.header(Header::to), "<sip:a>");
  EXPECT_TRUE(view.has(Header::from));
  EXPECT_EQ(view.header(Header::from), "");
  EXPECT_EQ(as_text(view.body()), "bo\ndy");
}

TEST(SipView, every_known_name_is_found_in_any_case_and_in_its_compact_form) {
  for (std::size_t h = 0; h < kHeaderCount; ++h) {
    const auto header = static_cast<Header>(h);
    std::string name(header_name(header));
    for (int turn = 0; turn < 3; ++turn) {
      EXPECT_EQ(header_by_name(name), header) << name;
      View view;
      const std::string text = "OPTIONS sip:a SIP/2.0\r\n" + name + ": 0\r\n\r\n";
      ASSERT_EQ(parse_text(text, view), Error::none) << name;
      EXPECT_EQ(view.header(header), "0") << name;
      for (char& c : name) {
        if (turn == 0) c = static_cast<char>(std::tolower(c));
        if (turn == 1) c = static_cast<char>(std::toupper(c));
      }
    }
  }
  EXPECT_EQ(header_by_name("v"), Header::via);
  EXPECT_EQ(header_by_name("L"), Header::content_length);
  EXPECT_EQ(header_by_name("o"), Header::event);
}

TEST(SipView, names_that_are_nearly_known_are_not) {
  for (const std::string name : {"Vi", "Viaa", "Call_ID", "Call-IDs", "Content-Lengtj", "z", "x",
                                 "P-Charging-Vectos", "Content-Transfer-Encodings"}) {
    EXPECT_EQ(header_by_name(name), Header::other) << name;
    View view;
    ASSERT_EQ(parse_text("OPTIONS sip:a SIP/2.0\r\n" + name + ": 1\r\n\r\n", view), Error::none)
        << name;
    EXPECT_EQ(view.fields()[0].header, Header::other) << name;
  }
}

TEST(SipView, names_that_are_no_tokens_are_errors) {
  View view;
  // CR or-ed with 0x20 is '-': it must not pass for one.
  for (const std::string line :
       {"Call\rID: 1", "To", ": x", "Re quire: x", "T(o): x", "\x01To: x", " To: x",
        "Subject\xff: x", "A-Name-Much-Longer-Than-The-Window-Of-32(Octets): x"}) {
    EXPECT_EQ(parse_text("OPTIONS sip:a SIP/2.0\r\n" + line + "\r\n\r\n", view),
              Error::header_syntax)
        << line;
  }
}

TEST(SipView, white_space_around_name_and_value_is_no_part_of_them) {
  View view;
  ASSERT_EQ(
      parse_text("OPTIONS sip:a SIP/2.0\r\nCall-ID \t:\t  x y \t\r\nTo:t\r\nRequire: \r\n\r\n",
                 view),
      Error::none);
  EXPECT_EQ(view.header(Header::call_id), "x y");
  EXPECT_EQ(view.name(view.fields()[0]), "Call-ID");
  EXPECT_EQ(view.header(Header::to), "t");
  EXPECT_EQ(view.header(Header::require), "");
  EXPECT_TRUE(view.has(Header::require));
}

TEST(SipView, repeated_fields_are_counted_and_the_first_one_is_the_header) {
  View view;
  ASSERT_EQ(parse_text("OPTIONS sip:a SIP/2.0\r\nv: SIP/2.0/UDP a\r\nTo: x\r\nVia: SIP/2.0/UDP b, "
                       "SIP/2.0/TCP c\r\n\r\n",
                       view),
            Error::none);
  EXPECT_EQ(view.count(Header::via), 2U);
  EXPECT_EQ(view.count(Header::route), 0U);
  EXPECT_EQ(view.header(Header::via), "SIP/2.0/UDP a");
  Values values(view, Header::via);
  std::string all;
  for (std::string_view value; values.next(value);) all += std::string(value) + "|";
  EXPECT_EQ(all, "SIP/2.0/UDP a|SIP/2.0/UDP b|SIP/2.0/TCP c|");
}

TEST(SipView, commas_in_quotes_and_brackets_do_not_separate_values) {
  View view;
  ASSERT_EQ(parse_text("OPTIONS sip:a SIP/2.0\r\nContact: \"Bell, A \\\" ,\" <sip:a,b@c>;x=\",\" , "
                       "<sip:d>\r\n\r\n",
                       view),
            Error::none);
  Values values(view, Header::contact);
  std::string_view value;
  ASSERT_TRUE(values.next(value));
  EXPECT_EQ(value, "\"Bell, A \\\" ,\" <sip:a,b@c>;x=\",\"");
  ASSERT_TRUE(values.next(value));
  EXPECT_EQ(value, "<sip:d>");
  EXPECT_FALSE(values.next(value));
}

TEST(SipView, content_length_is_judged_against_the_datagram) {
  const auto with = [](const std::string& lengths) {
    return "OPTIONS sip:a SIP/2.0\r\n" + lengths + "\r\n12345";
  };
  View view;
  EXPECT_EQ(parse_text(with("Content-Length: 5\r\n"), view), Error::none);
  const std::string shorter = with("Content-Length: 3\r\n");
  ASSERT_EQ(parse_text(shorter, view), Error::none);
  EXPECT_EQ(as_text(view.body()), "123");
  EXPECT_EQ(as_text(view.trailing()), "45");
  const std::string absent = with("");
  ASSERT_EQ(parse_text(absent, view), Error::none);
  EXPECT_EQ(as_text(view.body()), "12345") << "RFC 3261 18.3: up to the end of the datagram";
  EXPECT_EQ(parse_text(with("l: 6\r\n"), view), Error::content_length_too_large);
  EXPECT_EQ(parse_text(with("l: 5x\r\n"), view), Error::content_length_syntax);
  EXPECT_EQ(parse_text(with("l:\r\n"), view), Error::content_length_syntax);
  EXPECT_EQ(parse_text(with("l: 4294967296\r\n"), view), Error::content_length_syntax);
  EXPECT_EQ(parse_text(with("l: 5\r\nContent-Length: 05\r\n"), view), Error::none);
  EXPECT_EQ(parse_text(with("l: 5\r\nTo: x\r\nContent-Length: 4\r\n"), view),
            Error::content_length_syntax);
  EXPECT_EQ(parse_text(with("l: 5\r\nContent-Length: five\r\n"), view),
            Error::content_length_syntax);
}

TEST(SipView, headers_without_an_end) {
  View view;
  EXPECT_EQ(parse_text("OPTIONS sip:a SIP/2.0\r\nTo: x\r\n", view), Error::no_end_of_headers);
  EXPECT_EQ(parse_text("OPTIONS sip:a SIP/2.0\r\n", view), Error::no_end_of_headers);
  EXPECT_EQ(parse_text("OPTIONS sip:a SIP/2.0\r\nTo: x\r\n folded for ever", view),
            Error::no_end_of_headers);
}

TEST(SipView, as_many_headers_as_the_bound_says_and_not_one_more) {
  std::string text = "OPTIONS sip:a SIP/2.0\r\n";
  for (std::size_t i = 0; i < kHeadersMax; ++i) text += "X: y\r\n";
  View view;
  ASSERT_EQ(parse_text(text + "\r\n", view), Error::none);
  EXPECT_EQ(view.fields().size(), kHeadersMax);
  EXPECT_EQ(parse_text(text + "X: y\r\n\r\n", view), Error::too_many_headers);
}

TEST(SipView, a_value_of_65535_octets_is_the_longest) {
  View view;
  const std::string head = "OPTIONS sip:a SIP/2.0\r\nSubject: ";
  const std::string longest = head + std::string(65535, 'x') + "\r\n\r\n";
  ASSERT_EQ(parse_text(longest, view), Error::none);
  EXPECT_EQ(view.fields()[0].value_size, 65535);
  EXPECT_EQ(parse_text(head + std::string(65536, 'x') + "\r\n\r\n", view), Error::header_syntax);
}

TEST(SipView, folds_may_cross_the_chunks_of_the_line_scan) {
  std::string text = "OPTIONS sip:a SIP/2.0\r\nTo: a";
  for (int i = 0; i < 500; ++i) text += "\r\n b";
  text += "\r\nFrom: c\r\n\r\n";
  View view;
  ASSERT_EQ(parse_text(text, view), Error::none);
  ASSERT_EQ(view.fields().size(), 2U);
  EXPECT_TRUE(view.fields()[0].folded);
  EXPECT_EQ(view.header(Header::to).size(), 1U + 500U * 4U);
  EXPECT_EQ(view.header(Header::from), "c");
  EXPECT_FALSE(view.fields()[1].folded);
}

TEST(SipView, fold_of_white_space_only_belongs_to_no_value) {
  View view;
  ASSERT_EQ(parse_text("OPTIONS sip:a SIP/2.0\r\nTo:\r\n \r\n\t\r\nRequire: a\r\n \r\n\r\n", view),
            Error::none);
  EXPECT_EQ(view.header(Header::to), "");
  EXPECT_EQ(view.header(Header::require), "a");
  EXPECT_FALSE(view.fields()[0].folded);
  EXPECT_FALSE(view.fields()[1].folded);
}

/// Line by line with find(): slow, plain, and different enough to disagree with.
std::vector<std::pair<std::string, std::string>> plain_fields(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  std::size_t at = text.find("\r\n") + 2;
  while (text.substr(at, 2) != "\r\n") {
    const std::size_t end = text.find("\r\n", at);
    const std::string_view line = text.substr(at, end - at);
    const std::size_t colon = line.find(':');
    fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    at = end + 2;
  }
  return fields;
}

TEST(SipView, agrees_with_a_plain_reader_on_random_messages) {
  std::mt19937_64 random(7);
  View view;
  for (int turn = 0; turn < 2000; ++turn) {
    std::string text = "MESSAGE sip:a@b SIP/2.0\r\n";
    const std::size_t lines = random() % 40;
    for (std::size_t i = 0; i < lines; ++i) {
      const bool known = random() % 4 != 0;
      text += known ? std::string(header_name(static_cast<Header>(random() % kHeaderCount)))
                    : "X-" + std::string(random() % 50, 'h');
      if (text.ends_with("Content-Length")) text += "-Not";
      text += ": v" + std::string(random() % 120, "abc;:,=<>"[random() % 9]) + "\r\n";
    }
    text += "\r\n" + std::string(random() % 200, '\n');
    const GuardedCopy copy{std::string_view(text)};
    ASSERT_EQ(parse(copy.octets(), view), Error::none) << text;
    const auto expected = plain_fields(text);
    ASSERT_EQ(view.fields().size(), expected.size()) << text;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(view.name(view.fields()[i]), expected[i].first);
      EXPECT_EQ(view.value(view.fields()[i]), expected[i].second);
      EXPECT_EQ(view.fields()[i].header, header_by_name(expected[i].first));
    }
  }
}

}  // namespace
}  // namespace rung::sip
