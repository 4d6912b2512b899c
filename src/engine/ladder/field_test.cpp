#include "engine/ladder/field.hpp"

#include <gtest/gtest.h>

#include <string>

#include "engine/ladder/finding_text.hpp"

namespace rung {
namespace {

/// A MESSAGE with `headers` and a body.
std::string message(std::string_view headers, std::string_view body = {}) {
  return "MESSAGE sip:+12125551111@127.64.0.1:5060 SIP/2.0\r\n"
         "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK77;rport\r\n" +
         std::string(headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

struct Read {
  std::string octets;
  Received received;
  std::array<char, kFieldScratch> scratch;

  explicit Read(std::string text) : octets(std::move(text)) {
    EXPECT_EQ(parse_received(as_octets(octets), tp::Direction::sc_to_ms, received),
              sip::Error::none);
  }
  FieldValue operator[](Path path) { return field_of(path, received, scratch); }
};

TEST(Field, reads_addresses_with_and_without_display_name) {
  Read plain(message("From: <sip:gw@home1.net>;tag=a1\r\nTo: <sip:+1212@home1.net>\r\n"));
  Read named(
      message("From: \"A, B\" <sip:gw@home1.net>;x=1;tag=a1\r\nTo: sip:+1212@home1.net;tag=q\r\n"));

  for (Read* read : {&plain, &named}) {
    EXPECT_EQ((*read)[Path::sip_from].text, "sip:gw@home1.net");
    EXPECT_EQ((*read)[Path::sip_from_tag].text, "a1");
    EXPECT_EQ((*read)[Path::sip_to].text, "sip:+1212@home1.net");
  }
  EXPECT_FALSE(plain[Path::sip_to_tag].present);
  EXPECT_EQ(named[Path::sip_to_tag].text, "q");
}

TEST(Field, reads_the_branch_of_the_topmost_via_only) {
  Read read(
      "SIP/2.0 202 Accepted\r\nVia: SIP/2.0/UDP a:5060 ;received=1.2.3.4; branch=z9hG4bKx , "
      "SIP/2.0/UDP b;branch=z9hG4bKy\r\nContent-Length: 0\r\n\r\n");

  EXPECT_EQ(read[Path::sip_via_branch].text, "z9hG4bKx");
}

TEST(Field, absent_headers_are_not_present) {
  Read read(message(""));

  for (const Path path :
       {Path::sip_contact, Path::sip_in_reply_to, Path::sip_accept_contact, Path::sip_body,
        Path::sip_p_asserted_identity, Path::rp_rpdu, Path::rp_mr, Path::tp_ud}) {
    EXPECT_FALSE(read[path].present) << to_string(path);
  }
}

TEST(Field, more_than_one_in_reply_to_is_not_well_formed) {
  Read read(message("In-Reply-To: a\r\nIn-Reply-To: b\r\n"));

  EXPECT_FALSE(read[Path::sip_in_reply_to].well_formed);
}

TEST(Field, octets_behind_content_length_make_it_ill_formed_and_take_the_blame) {
  std::string text = message("", "\x03\x05");
  text += "more";
  Read read(text);

  EXPECT_FALSE(read[Path::sip_content_length].well_formed);
  EXPECT_EQ(read.received.blame, Blame::content_length);
}

TEST(Field, blames_the_part_of_the_rpdu_that_spoils_it) {
  const std::pair<std::string, Blame> cases[] = {
      {std::string("\x03\x05", 2), Blame::none},                   // RP-ACK
      {"03 05 41", Blame::rpdu},                                   // hexadecimal text
      {std::string("\x05\x05\x42\x01\x26", 5), Blame::cause},      // RP-ERROR, cause with an IEI
      {std::string("\x03\x05\x02\x01\x00", 5), Blame::user_data},  // RP-ACK without the IEI 0x41
      {std::string("\x07\x05", 2), Blame::rpdu},                   // reserved MTI
      {std::string("\x01", 1), Blame::rpdu},
  };
  for (const auto& [body, blame] : cases) {
    Read read(message("Content-Type: application/vnd.3gpp.sms\r\n", body));
    EXPECT_EQ(read.received.blame, blame) << body;
  }
}

TEST(Field, feature_tags_and_preferences_are_whole_items_of_a_list) {
  EXPECT_TRUE(list_contains("*;+g.3gpp.smsip;require;explicit", "+g.3gpp.smsip"));
  EXPECT_TRUE(list_contains("*; REQUIRE ;+g.3gpp.smsip=\"TRUE\"", "+g.3gpp.smsip"));
  EXPECT_TRUE(list_contains("*;+g.3gpp.smsip;explicit;require", "require;explicit"));
  EXPECT_FALSE(list_contains("*;+g.3gpp.smsip-msisdn-less;require", "+g.3gpp.smsip"));
  EXPECT_FALSE(list_contains("*;required", "require"));
  EXPECT_TRUE(list_contains("proxy, no-fork", "no-fork"));
  EXPECT_FALSE(list_contains("no-fork", "fork"));
  EXPECT_FALSE(list_contains("", "fork"));
}

TEST(Field, a_cseq_names_the_method_of_its_request_and_a_number_below_2_to_the_31) {
  for (const auto& [text, good] :
       {std::pair{"1 MESSAGE", true}, std::pair{"2147483647 MESSAGE", true},
        std::pair{"1 INVITE", false}, std::pair{"2147483648 MESSAGE", false},
        std::pair{"MESSAGE", false}}) {
    Read read(message("CSeq: " + std::string(text) + "\r\n"));
    EXPECT_EQ(read[Path::sip_cseq].well_formed, good) << text;
  }
  Read answer("SIP/2.0 200 OK\r\nCSeq: 5 REGISTER\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(answer[Path::sip_cseq].well_formed);
}

/// An SMS-DELIVER in an RP-DATA with that TP-SCTS.
std::string delivery(std::string_view scts) {
  const std::string front("\x01\x05\x02\x91\x21\x00", 6);                    // RP-OA, no RP-DA
  const std::string tpdu = std::string("\x04\x04\x91\x21\x43\x00\x00", 7) +  // TP-OA, PID, DCS
                           std::string(scts) + std::string("\x00", 1);
  return message("", front + static_cast<char>(tpdu.size()) + tpdu);
}

TEST(Field, reads_types_of_number_and_the_spare_bits_of_a_delivery) {
  std::string text = delivery(std::string("\x62\x11\x12\x70\x32\x95\x40", 7));
  const std::size_t body = text.find("\r\n\r\n") + 4;
  text[body + 3] = '\xa8';  // RP-OA: national, national plan
  text[body + 7] = '\x17';  // octet 1: TP-MTI 3, no more messages, bit 4
  text[body + 9] = '\xd0';  // TP-OA: alphanumeric
  Read read(text);

  EXPECT_EQ(read[Path::rp_oa_ton].number, 2U);
  EXPECT_EQ(read[Path::rp_oa_npi].number, 8U);
  EXPECT_EQ(read[Path::tp_mti].number, 0U) << "TS 23.040 9.2.3.1: a reserved type is a DELIVER";
  EXPECT_EQ(read[Path::tp_mti_code].number, 3U);
  EXPECT_EQ(read[Path::tp_spare].number, 0x10U);
  EXPECT_EQ(read[Path::tp_oa_ton].number, 5U);
  EXPECT_EQ(read[Path::tp_oa_npi].number, 0U);
  EXPECT_NE(read[Path::tp_oa].text.find_first_not_of("0123456789"), std::string_view::npos)
      << "characters, not the semi-octets that they are packed in";
}

TEST(Field, a_service_centre_time_is_a_date_and_a_time_in_digits) {
  const std::pair<std::string, bool> cases[] = {
      {std::string("\x62\x11\x12\x70\x32\x95\x40", 7), true},
      {std::string("\x62\x11\x12\x70\x32\x95\x4a", 7), true},  // west of GMT
      {std::string(7, '\xff'), false},
      {std::string(7, '\x00'), false},                          // month 0
      {std::string("\x62\x31\x12\x70\x32\x95\x40", 7), false},  // month 13
      {std::string("\x62\x11\x12\x42\x32\x95\x40", 7), false},  // hour 24
  };
  for (const auto& [scts, good] : cases) {
    Read read(delivery(scts));
    ASSERT_TRUE(read[Path::tp_scts].present);
    EXPECT_EQ(read[Path::tp_scts].well_formed, good);
  }
}

TEST(Field, every_further_address_of_a_list_can_be_reached) {
  Read read(message("P-Asserted-Identity: <sip:gw@home1.net>, <tel:+12125550000>\r\n"));
  std::string_view uri;

  ASSERT_TRUE(uri_at(Path::sip_p_asserted_identity, read.received.view, 1, uri));
  EXPECT_EQ(uri, "tel:+12125550000");
  EXPECT_FALSE(uri_at(Path::sip_p_asserted_identity, read.received.view, 2, uri));
}

TEST(FindingText, shows_octets_in_hexadecimal_and_numbers_by_name) {
  FindingText text;
  text << "a " << Shown{std::string_view("\x00\xff", 2), PathKind::octets} << " ";
  text.number(Path::rp_mti, 1);
  text << " ";
  text.number(Path::tp_udhi, 1);
  text << " ";
  text.number(Path::rp_mr, 42);

  EXPECT_EQ(text.view(), "a 00 ff RP-ACK yes 42");
}

TEST(FindingText, leaves_out_what_two_values_share_where_they_differ_late) {
  const std::string front(40, 'x');
  const std::string one = front + "-y", other = front + "\xc3\xa0y";

  EXPECT_EQ(alike_octets("abc", "abd"), 0U);
  EXPECT_EQ(alike_octets(one, other), 32U);
  FindingText text;
  text << Shown{one, PathKind::text, 32} << " " << Shown{other, PathKind::text, 32};
  EXPECT_EQ(text.view(), "... xxxxxxxx-y ... xxxxxxxx\xc3\xa0y");
}

TEST(FindingText, cuts_what_does_not_fit) {
  FindingText text;
  for (int i = 0; i < 100; ++i) text << "0123456789" << Shown{"xy", PathKind::octets};

  EXPECT_LE(text.view().size(), 160U);
  EXPECT_TRUE(text.view().starts_with("012345678978 79"));
}

}  // namespace
}  // namespace rung
