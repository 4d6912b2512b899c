// Short messages to SIP URIs (TS 23.204 6.0a): what a gateway without MSISDNs to go by has to do,
// and what tells of one that does not. The gateway is scripted, and our S-CSCF is the recipient's
// as well.

#include <gtest/gtest.h>

#include "scripted_delivery.hpp"

namespace rung {
namespace {

using scripted::header;

constexpr std::string_view kMark = "Feature-Caps: *;+g.3gpp.smsip-msisdn-less\r\n";

struct Gateway : scripted::IscGateway {
  using IscGateway::IscGateway;

  [[nodiscard]] std::string user(std::string_view name) const {
    const std::string value = header(request, name);
    const std::size_t at = value.find("sip:") + 4;
    return value.substr(at, value.find('@') - at);
  }
  /// A MESSAGE of the gateway to the identity of `to`.
  std::string message(const std::string& to, const std::string& call, std::string rpdu,
                      std::string_view more = {}, bool report = false) const {
    scripted::Message m;
    m.user = to;
    m.address = "home1.net";
    m.call_id = call;
    m.branch = "z9hG4bK" + call;
    m.rpdu = std::move(rpdu);
    if (report) m.in_reply_to = header(request, "Call-ID");
    std::string text = m.text();
    return text.insert(text.find("Accept-Contact"), more);
  }
  std::vector<std::string> deliver(std::string_view mark = kMark, const std::string& call = "d1") {
    return say(message(user("To"), call, scripted::rpdu_of(request, 7), mark));
  }
  void report(bool accepted) {
    const char rp_mr = scripted::body(request)[1];
    say(message(user("From"), "r1",
                accepted ? scripted::rp_ack(rp_mr) : scripted::rp_error(rp_mr, 38), {}, true));
  }
  [[nodiscard]] std::vector<std::string> red() const {
    std::vector<std::string> ids;
    for (const auto& [id, count] : rig.ids(Verdict::fail)) ids.push_back(id);
    return ids;
  }
  [[nodiscard]] bool proves(const std::string& id) const {
    return rig.ids(Verdict::pass).contains(id);
  }
};

TEST(UriRecipient, its_network_gets_the_short_message_with_the_mark_of_a_gateway) {
  Gateway gw("uri_recipient");
  const std::vector<std::string> taken = gw.deliver();
  EXPECT_TRUE(gw.request.starts_with("MESSAGE sip:sc.home1.net SIP/2.0\r\n")) << gw.request;
  EXPECT_TRUE(header(gw.request, "To").starts_with("<sip:+1212555000000"));
  EXPECT_EQ(header(gw.request, "P-Asserted-Identity").find("tel:"), std::string::npos);
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_TRUE(taken[0].starts_with("SIP/2.0 200 "));
  EXPECT_EQ(header(taken[1], "In-Reply-To"), "d1");
  gw.say(scripted::response(taken[1], "202 Accepted"));
  gw.report(true);
  gw.rig.wait(60s);
  EXPECT_TRUE(gw.red().empty()) << gw.rig.findings_text();
  EXPECT_TRUE(gw.proves("24.341-5.3.3.4.5-a"));
  EXPECT_TRUE(gw.proves("24.341-D.2-a"));
}

TEST(UriRecipient, a_mark_that_is_absent_another_or_has_a_value_is_found) {
  for (const std::string_view mark : {"", "Feature-Caps: *;+g.3gpp.smsip\r\n",
                                      "Feature-Caps: *;+g.3gpp.smsip-msisdn-less=\"x\"\r\n",
                                      "Feature-Caps: *;+g.3gpp.smsip-msisdn-less=\"TRUE\"\r\n"}) {
    Gateway gw("uri_recipient");
    gw.deliver(mark);
    EXPECT_TRUE(gw.rig.ids(Verdict::fail).contains("24.341-D.2-a")) << mark;
  }
  Gateway good("uri_recipient");
  good.deliver("Feature-Caps: *;+g.3gpp.other;+g.3gpp.smsip-msisdn-less\r\n");
  EXPECT_FALSE(good.rig.ids(Verdict::fail).contains("24.341-D.2-a"));
}

TEST(UriRecipient, a_gateway_that_does_not_try_its_network_is_found) {
  Gateway gw("uri_recipient");
  gw.report(true);
  gw.rig.wait(120s);
  EXPECT_TRUE(gw.rig.ids(Verdict::fail).contains("24.341-5.3.3.4.5-a")) << gw.rig.findings_text();
}

TEST(UriRecipient, a_refusal_of_its_network_is_reported_and_ends_the_matter) {
  Gateway gw("uri_recipient_refused");
  const std::vector<std::string> refused = gw.deliver();
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_TRUE(refused[0].starts_with("SIP/2.0 603 ")) << refused[0];
  gw.report(false);
  gw.rig.wait(30s);
  EXPECT_TRUE(gw.red().empty()) << gw.rig.findings_text();
  EXPECT_TRUE(gw.proves("24.341-5.3.3.4.5-c"));
}

TEST(UriRecipient, a_gateway_that_reports_success_or_keeps_the_message_is_found) {
  Gateway liar("uri_recipient_refused");
  liar.deliver();
  liar.report(true);
  liar.rig.wait(30s);
  EXPECT_TRUE(liar.rig.ids(Verdict::fail).contains("24.341-5.3.3.4.5-c"))
      << liar.rig.findings_text();

  Gateway keeper("uri_recipient_refused");
  keeper.deliver();
  keeper.report(false);
  keeper.rig.wait(2s);
  keeper.deliver(kMark, "d2");
  keeper.rig.wait(30s);
  EXPECT_TRUE(keeper.rig.ids(Verdict::fail).contains("24.341-5.3.3.4.5-c"))
      << keeper.rig.findings_text();
}

}  // namespace
}  // namespace rung
