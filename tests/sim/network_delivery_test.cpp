// Short messages that another IMS network sends (TS 23.204 6.4a): what a gateway may tell that
// network of them, and what tells of one that says something else. The gateway is scripted.

#include <gtest/gtest.h>

#include "scripted_delivery.hpp"

namespace rung {
namespace {

using scripted::header;

constexpr std::string_view kRpAck("\x02\x00", 2);
constexpr std::string_view kRpError("\x04\x00\x01\x6f", 4);
constexpr std::string_view kCorrelation =
    "<Correlation-ID><Sender>sip:+12125550000000@home1.net</Sender><Receiver>{}</Receiver>"
    "<HLR-ID>hss.home1.net</HLR-ID></Correlation-ID>";

std::string outcome_of(std::string_view value) {
  return fmt::format("<Delivery-Outcome>{}</Delivery-Outcome>", value);
}

/// A gateway from the SM of the other network to what it tells of it.
struct Teller : scripted::IscGateway {
  using IscGateway::IscGateway;

  [[nodiscard]] std::string recipient() const {
    const std::string to = header(request, "To");
    return to.substr(to.find("sip:"), to.find('>') - to.find("sip:"));
  }
  /// The SM to its recipient; what that sends, its report among it.
  std::vector<std::string> deliver() {
    Received read;
    EXPECT_EQ(parse_received(as_octets(request), tp::Direction::sc_to_ms, read), sip::Error::none);
    rp::Message data = read.rp;
    data.reference = 9;
    std::uint8_t room[rp::kMessageSizeMax];
    const auto size = rp::encode(data, room);
    scripted::Message m;
    m.user = recipient().substr(4, recipient().find('@') - 4);
    m.address = "home1.net";
    m.call_id = "d1";
    m.branch = "z9hG4bKd1";
    m.disposition = "no-fork";
    m.rpdu = std::string(as_text(Octets(room, *size)));
    std::vector<std::string> sent = say(m.text());
    for (const std::string& message : sent) {
      if (message.starts_with("MESSAGE")) say(scripted::response(message, "202 Accepted"));
    }
    return sent;
  }
  void tell(const std::string& type, const std::string& body) {
    say(
        fmt::format("MESSAGE sip:ipsmgw.home2.net SIP/2.0\r\nVia: SIP/2.0/UDP "
                    "127.0.0.1:5060;branch=z9hG4bKo1;rport\r\nMax-Forwards: 70\r\n"
                    "From: <sip:ipsmgw.home1.net>;tag=gw\r\nTo: <sip:ipsmgw.home2.net>\r\n"
                    "Call-ID: o1\r\nCSeq: 1 MESSAGE\r\n"
                    "P-Asserted-Identity: <sip:ipsmgw.home1.net>\r\nIn-Reply-To: {}\r\n"
                    "Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                    header(request, "Call-ID"), type, body.size(), body));
  }
  /// `{}` in it is the recipient.
  void tell_info(const std::string& elements) {
    const std::string text = fmt::format(fmt::runtime(elements), recipient());
    tell("application/vnd.3gpp.sms+xml", "<short-message-info>" + text + "</short-message-info>");
  }
  void tell_rpdu(std::string_view rpdu) { tell("application/vnd.3gpp.sms", std::string(rpdu)); }
  void tell_both(std::string_view rpdu, const std::string& elements) {
    tell("multipart/mixed;boundary=\"x y\"",
         "--x y\r\nContent-Type: application/vnd.3gpp.sms+xml\r\n\r\n<short-message-info>" +
             elements + "</short-message-info>\r\n--x y\r\nContent-Type: application/vnd.3gpp.sms" +
             "\r\n\r\n" + std::string(rpdu) + "\r\n--x y--");
  }
  /// What of the three rows turned red.
  std::string red() {
    rig.wait(120s);
    std::string found;
    for (const auto& [id, count] : rig.ids(Verdict::fail)) {
      if (id == "23.204-6.4a-a" || id.starts_with("24.341-C.1")) found += id + " ";
    }
    return found;
  }
};

TEST(NetworkDelivery, brings_the_sm_as_another_networks_gateway_sends_it) {
  Teller gw("network_delivery");
  EXPECT_TRUE(gw.request.starts_with("MESSAGE " + gw.recipient() + " SIP/2.0\r\n")) << gw.request;
  EXPECT_EQ(header(gw.request, "P-Asserted-Identity"), "<sip:ipsmgw.home2.net>");
  EXPECT_EQ(header(gw.request, "Feature-Caps"), "*;+g.3gpp.smsip-msisdn-less");
  EXPECT_TRUE(header(gw.request, "Content-Type").starts_with("multipart/mixed"));
  EXPECT_NE(gw.request.find("<To>" + gw.recipient() + "</To>"), std::string::npos);
  const std::vector<std::string> taken = gw.deliver();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_TRUE(taken[0].starts_with("SIP/2.0 200 "));
  EXPECT_EQ(header(taken[1], "In-Reply-To"), "d1");
}

TEST(NetworkDelivery, success_may_be_told_by_report_document_or_both) {
  Teller report("network_delivery");
  report.deliver();
  report.tell_rpdu(kRpAck);
  EXPECT_EQ(report.red(), "") << report.rig.findings_text();
  EXPECT_TRUE(report.rig.ids(Verdict::pass).contains("23.204-6.4a-a"));

  Teller document("network_delivery");
  document.deliver();
  document.tell_info(outcome_of("SuccessfullTransfer"));
  EXPECT_EQ(document.red(), "") << document.rig.findings_text();
  EXPECT_TRUE(document.rig.ids(Verdict::pass).contains("24.341-C.1-a"));
  EXPECT_TRUE(document.rig.ids(Verdict::pass).contains("24.341-C.1-b"));

  Teller both("network_delivery");
  both.deliver();
  both.tell_both(kRpAck, outcome_of("SuccessfullTransfer"));
  EXPECT_EQ(both.red(), "") << both.rig.findings_text();
}

TEST(NetworkDelivery, success_is_not_told_as_failure_nor_in_other_words) {
  Teller error("network_delivery");
  error.deliver();
  error.tell_rpdu(kRpError);
  EXPECT_EQ(error.red(), "23.204-6.4a-a ");

  Teller kept("network_delivery");
  kept.deliver();
  kept.tell_info(std::string(kCorrelation));
  EXPECT_EQ(kept.red(), "23.204-6.4a-a ");

  Teller spelt("network_delivery");
  spelt.deliver();
  spelt.tell_info(outcome_of("SuccessfulTransfer"));
  EXPECT_EQ(spelt.red(), "24.341-C.1-b ");

  Teller text("network_delivery");
  text.deliver();
  text.tell("text/plain", "delivered");
  EXPECT_EQ(text.red(), "23.204-6.4a-a ");
}

TEST(NetworkDelivery, a_gateway_that_delivers_nothing_or_tells_nothing_is_found) {
  Teller idle("network_delivery");
  EXPECT_EQ(idle.red(), "23.204-6.4a-a ");
  Teller silent("network_delivery");
  silent.deliver();
  EXPECT_EQ(silent.red(), "23.204-6.4a-a ");
}

TEST(NetworkDelivery, a_failure_that_may_pass_is_told_with_its_correlation_id) {
  const std::string correlation(kCorrelation);
  Teller good("network_delivery_absent");
  EXPECT_TRUE(good.deliver().at(0).starts_with("SIP/2.0 480 "));
  good.tell_info(correlation + outcome_of("AbsentSubscriber"));
  EXPECT_EQ(good.red(), "") << good.rig.findings_text();

  Teller bare("network_delivery_absent");
  bare.deliver();
  bare.tell_info(outcome_of("AbsentSubscriber"));
  EXPECT_EQ(bare.red(), "23.204-6.4a-a ");

  Teller other("network_delivery_absent");
  other.deliver();
  other.tell_info(correlation + outcome_of("Absent"));
  EXPECT_EQ(other.red(), "24.341-C.1-b ");

  Teller twice("network_delivery_absent");
  twice.deliver();
  twice.tell_info(correlation + outcome_of("AbsentSubscriber") + outcome_of("AbsentSubscriber"));
  EXPECT_EQ(twice.red(), "24.341-C.1-a ");

  Teller stranger("network_delivery_absent");
  stranger.deliver();
  std::string wrong = correlation;
  wrong.replace(wrong.find("{}"), 2, "sip:somebody@home1.net");
  stranger.tell_info(wrong + outcome_of("AbsentSubscriber"));
  EXPECT_EQ(stranger.red(), "23.204-6.4a-a ");
}

TEST(NetworkDelivery, a_full_memory_may_pass_and_a_refusal_will_not) {
  Teller full("network_delivery_memory_full");
  full.deliver();
  full.tell_info(std::string(kCorrelation) + outcome_of("UeMemoryCapacityExceeded"));
  EXPECT_EQ(full.red(), "") << full.rig.findings_text();

  Teller liar("network_delivery_memory_full");
  liar.deliver();
  liar.tell_info(std::string(kCorrelation) + outcome_of("SuccessfullTransfer"));
  EXPECT_EQ(liar.red(), "23.204-6.4a-a ");

  Teller refused("network_delivery_refused");
  refused.deliver();
  refused.tell_rpdu(kRpError);
  EXPECT_EQ(refused.red(), "") << refused.rig.findings_text();

  Teller kept("network_delivery_refused");
  kept.deliver();
  kept.tell_info(std::string(kCorrelation));
  EXPECT_EQ(kept.red(), "23.204-6.4a-a ");

  Teller ack("network_delivery_refused");
  ack.deliver();
  ack.tell_rpdu(kRpAck);
  EXPECT_EQ(ack.red(), "23.204-6.4a-a ");
}

}  // namespace
}  // namespace rung
