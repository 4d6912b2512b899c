#include "checks/message_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/hex.hpp"

namespace rung {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// RP-DATA towards the network with an SMS-SUBMIT of "hello" in GSM 7-bit (TS 24.011 7.3.1,
/// TS 23.040 9.2.2.2).
constexpr std::string_view kSubmit =
    "00"                       // RP-DATA, MS to network
    "2a"                       // RP-MR 42
    "00"                       // RP-OA absent
    "07 91 21 21 55 05 00 F0"  // RP-DA 12125550000
    "12"                       // RP-User-Data, 18 octets
    "21"                       // SMS-SUBMIT, TP-SRR
    "07"                       // TP-MR 7
    "0b 91 21 21 55 05 00 F1"  // TP-DA 12125550001
    "00 00"                    // TP-PID, TP-DCS
    "05"                       // TP-UDL: septets
    "e8 32 9b fd 06";          // TP-UD: hello

std::string message_with(std::string_view type, std::string_view body) {
  return "MESSAGE sip:sc.home1.net SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n"
         "f: <sip:a@home1.net>;tag=1\r\nTo: <sip:sc.home1.net>\r\nCall-ID: c1\r\n"
         "CSeq: 1 MESSAGE\r\nX-Own: yes\r\nContent-Type: " +
         std::string(type) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

std::string submit_message() {
  const auto octets = *parse_hex(kSubmit);
  return message_with("application/vnd.3gpp.sms", as_text(octets));
}

DecodedMessage decoded(std::string_view text) {
  return decode_message(as_octets(text), tp::Direction::ms_to_sc);
}

/// The value of the first row that shows the field at `path`.
std::string value_at(const DecodedMessage& message, std::string_view path) {
  for (const MessageLayer& layer : message.layers) {
    for (const MessageRow& row : layer.rows) {
      if (shows(row, path)) return row.value;
    }
  }
  return "no row";
}

std::vector<std::string> titles(const DecodedMessage& message) {
  std::vector<std::string> out;
  for (const MessageLayer& layer : message.layers) out.push_back(layer.title);
  return out;
}

TEST(MessageRows, show_every_layer_of_a_submit_field_by_field) {
  const DecodedMessage m = decoded(submit_message());

  EXPECT_EQ(m.summary, "MESSAGE RP-DATA SMS-SUBMIT");
  EXPECT_THAT(titles(m), ElementsAre("SIP", "RP-DATA", "SMS-SUBMIT"));
  EXPECT_EQ(value_at(m, "sip.request_uri"), "sip:sc.home1.net");
  EXPECT_EQ(value_at(m, "sip.via.branch"), "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx");
  EXPECT_EQ(value_at(m, "sip.from.tag"), "<sip:a@home1.net>;tag=1") << "the compact form";
  EXPECT_EQ(value_at(m, "sip.call_id"), "c1");
  EXPECT_EQ(value_at(m, "rp.mr"), "42");
  EXPECT_EQ(value_at(m, "rp.oa"), "absent");
  EXPECT_EQ(value_at(m, "rp.da"), "12125550000 (TON/NPI 91)");
  EXPECT_EQ(value_at(m, "tp.srr"), "yes");
  EXPECT_EQ(value_at(m, "tp.mr"), "7");
  EXPECT_EQ(value_at(m, "tp.da"), "12125550001 (TON/NPI 91)");
  EXPECT_EQ(value_at(m, "tp.udl"), "5, septets");
  EXPECT_EQ(value_at(m, "tp.text"), "hello");
}

TEST(MessageRows, a_field_is_shown_by_its_own_row_only) {
  const DecodedMessage m = decoded(submit_message());
  EXPECT_EQ(value_at(m, "sip.in_reply_to"), "no row");
  EXPECT_EQ(value_at(m, "sip.contact"), "no row");
  EXPECT_EQ(value_at(m, "sip.content_type"), "application/vnd.3gpp.sms");
  EXPECT_EQ(value_at(m, "tp.oa"), "no row");
}

TEST(MessageRows, a_body_of_another_type_is_text_and_no_rpdu) {
  const DecodedMessage m = decoded(message_with("application/reginfo+xml", "<reginfo/>"));
  EXPECT_THAT(titles(m), ElementsAre("SIP", "Body"));
  EXPECT_EQ(value_at(m, "sip.body"), "<reginfo/>");
}

TEST(MessageRows, what_does_not_decode_is_shown_with_the_reason) {
  const DecodedMessage m =
      decoded(message_with("application/vnd.3gpp.sms", std::string("\x00\x2a\x00\x0d", 4)));
  EXPECT_THAT(value_at(m, "rp.rpdu"), HasSubstr("4 octets"));
  EXPECT_EQ(value_at(m, "rp.user_data"), "RP address longer than 11 octets");
  EXPECT_EQ(decoded("hello").summary, "not SIP");
}

TEST(MessageRows, cut_off_anywhere_they_still_show_what_came) {
  const std::string text = submit_message();
  for (std::size_t size = 0; size < text.size(); ++size) {
    const DecodedMessage m = decoded(std::string_view(text).substr(0, size));
    EXPECT_FALSE(m.layers.empty()) << size;
  }
}

}  // namespace
}  // namespace rung
