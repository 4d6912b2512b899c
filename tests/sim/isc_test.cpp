// Topology isc, the gateway scripted: what our S-CSCF sends for the UEs behind it, and how it
// serves the gateway's subscription.

#include <gtest/gtest.h>

#include "engine/ladder/field.hpp"
#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

using scripted::body;
using scripted::header;

RigOptions isc_options(std::vector<std::string> ladders) {
  RigOptions options;
  options.topology = Topology::isc;
  options.ladders = std::move(ladders);
  options.ues = 2;
  options.wire = {.delay_min = 0ms, .delay_max = 0ms};
  options.scripted = true;
  return options;
}

/// Number of the UE that a URI of ours names.
std::string user_of(std::string_view uri) {
  const std::size_t at = uri.find("sip:+");
  return std::string(uri.substr(at + 4, uri.find('@') - at - 4));
}

/// A gateway that the test plays: it subscribes as TS 24.341 B.3 has it.
struct Gateway {
  SimRig rig;
  std::string user;  // of the UE at hand, "+12125550000000"

  explicit Gateway(std::vector<std::string> ladders) : rig(isc_options(std::move(ladders))) {}

  std::string start(std::string_view ladder) {
    EXPECT_EQ(rig.start(ladder), StartResult::started);
    return only_sent();
  }
  std::string only_sent() {
    const std::vector<std::string> sent = rig.sent();
    EXPECT_EQ(sent.size(), 1U);
    return sent.empty() ? std::string() : sent[0];
  }
  std::vector<std::string> say(std::string_view message) {
    rig.send(0, message);
    rig.wait(1ms);
    return rig.sent();
  }
  [[nodiscard]] std::string subscribe(std::string_view to_tag = {}, unsigned cseq = 1,
                                      unsigned expires = 600000) const {
    const std::string uri =
        to_tag.empty() ? fmt::format("sip:{}@home1.net", user) : "sip:127.64.0.1:5060";
    const std::string tag = to_tag.empty() ? std::string() : fmt::format(";tag={}", to_tag);
    return fmt::format(
        "SUBSCRIBE {} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKsub{}\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:ipsmgw.home1.net>;tag=gwtag\r\nTo: <sip:{}@home1.net>{}\r\n"
        "Call-ID: gw-sub-1\r\nCSeq: {} SUBSCRIBE\r\nContact: <sip:127.0.0.1:5060>\r\n"
        "P-Asserted-Identity: <sip:ipsmgw.home1.net>\r\nEvent: reg\r\n"
        "Accept: application/reginfo+xml\r\nExpires: {}\r\nContent-Length: 0\r\n\r\n",
        uri, cseq, user, tag, cseq, expires);
  }
  /// 200 to a third-party REGISTER.
  std::vector<std::string> accept(std::string_view request, std::string_view expires = "600000") {
    return say(scripted::response(
        request, "200 OK", fmt::format("Contact: <sip:127.64.0.1:5060>;expires={}\r\n", expires)));
  }
  /// A REGISTER, its 200, the subscription, its NOTIFY answered; returns the NOTIFY.
  std::string register_ue(std::string_view ladder = "register") {
    const std::string request = start(ladder);
    user = user_of(header(request, "To"));
    accept(request);
    const std::vector<std::string> sent = say(subscribe());
    EXPECT_EQ(sent.size(), 2U);
    if (sent.size() != 2) return {};
    subscribed = sent[0];
    say(scripted::response(sent[1], "200 OK"));
    return sent[1];
  }
  std::string subscribed;  // our 200 to the SUBSCRIBE
};

std::vector<std::string> red(const SimRig& rig) {
  std::vector<std::string> ids;
  for (const auto& [id, count] : rig.ids(Verdict::fail)) ids.push_back(id);
  return ids;
}

std::string tag_of(std::string_view address) {
  return std::string(address.substr(address.find(";tag=") + 5));
}

TEST(Isc, a_third_party_register_is_as_ts_24_229_5_4_1_7_has_it) {
  Gateway gw({"register"});

  const std::string request = gw.start("register");

  EXPECT_TRUE(request.starts_with("REGISTER sip:ipsmgw.home1.net SIP/2.0\r\n")) << request;
  EXPECT_TRUE(header(request, "From").starts_with("<sip:127.64.0.1:5060>;tag=")) << request;
  EXPECT_TRUE(header(request, "To").starts_with("<sip:+1212555000000"));
  EXPECT_EQ(header(request, "Contact"), "<sip:127.64.0.1:5060>");
  EXPECT_EQ(header(request, "Expires"), "600000");
  EXPECT_EQ(header(request, "Content-Type"), "application/3gpp-ims+xml");
  EXPECT_EQ(header(request, "Content-Length"), std::to_string(body(request).size()));
  EXPECT_NE(header(request, "P-Visited-Network-ID"), "");
  EXPECT_NE(header(request, "P-Charging-Vector").find("icid-value=\""), std::string::npos);
  const std::string number = user_of(header(request, "To")).substr(1);
  EXPECT_NE(body(request).find("<service-info>" + number + "</service-info>"), std::string::npos);
}

TEST(Isc, registration_ends_with_a_notify_in_the_dialog_of_the_subscribe) {
  Gateway gw({"register"});

  const std::string notify = gw.register_ue();

  EXPECT_EQ(gw.rig.ended("register", Outcome::passed), 1U) << gw.rig.findings_text();
  EXPECT_TRUE(red(gw.rig).empty()) << gw.rig.findings_text();
  EXPECT_TRUE(gw.subscribed.starts_with("SIP/2.0 200 OK\r\n"));
  EXPECT_EQ(header(gw.subscribed, "Expires"), "600000");
  EXPECT_EQ(header(gw.subscribed, "Contact"), "<sip:127.64.0.1:5060>");
  EXPECT_TRUE(notify.starts_with("NOTIFY sip:127.0.0.1:5060 SIP/2.0\r\n")) << notify;
  EXPECT_EQ(tag_of(header(notify, "From")), tag_of(header(gw.subscribed, "To")));
  EXPECT_EQ(header(notify, "To"), "<sip:ipsmgw.home1.net>;tag=gwtag");
  EXPECT_EQ(header(notify, "Call-ID"), "gw-sub-1");
  EXPECT_EQ(header(notify, "CSeq"), "1 NOTIFY");
  EXPECT_EQ(header(notify, "Event"), "reg");
  EXPECT_EQ(header(notify, "Subscription-State"), "active;expires=600000");
  EXPECT_EQ(header(notify, "Content-Length"), std::to_string(body(notify).size()));
  EXPECT_NE(body(notify).find("version=\"0\""), std::string::npos) << notify;
  EXPECT_NE(body(notify).find("aor=\"sip:" + gw.user + "@home1.net\""), std::string::npos);
}

TEST(Isc, versions_and_cseq_count_on_through_refreshes_by_either_side) {
  Gateway gw({"register", "register_refresh"});
  gw.register_ue();

  const std::string tag = tag_of(header(gw.subscribed, "To"));
  const std::vector<std::string> refreshed = gw.say(gw.subscribe(tag, 2));
  ASSERT_EQ(refreshed.size(), 2U);
  EXPECT_EQ(tag_of(header(refreshed[0], "To")), tag);
  EXPECT_EQ(header(refreshed[1], "CSeq"), "2 NOTIFY");
  EXPECT_NE(body(refreshed[1]).find("version=\"1\""), std::string::npos);
  gw.say(scripted::response(refreshed[1], "200 OK"));
  const std::string again = gw.start("register_refresh");
  const std::vector<std::string> told = gw.accept(again);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(header(told[0], "CSeq"), "3 NOTIFY");
  EXPECT_NE(body(told[0]).find("event=\"refreshed\""), std::string::npos);
  gw.say(scripted::response(told[0], "200 OK"));

  EXPECT_EQ(gw.rig.ended("reg_event_refresh", Outcome::passed), 1U);
  EXPECT_EQ(gw.rig.ended("register_refresh", Outcome::passed), 1U);
  EXPECT_TRUE(red(gw.rig).empty()) << gw.rig.findings_text();
}

TEST(Isc, a_copy_of_a_subscribe_is_answered_alike_and_notified_once) {
  Gateway gw({"register"});
  gw.register_ue();

  const std::vector<std::string> sent = gw.say(gw.subscribe());

  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0], gw.subscribed);
}

TEST(Isc, a_notify_is_repeated_octet_for_octet) {
  Gateway gw({"register"});
  const std::string request = gw.start("register");
  gw.user = user_of(header(request, "To"));
  gw.accept(request);
  const std::vector<std::string> sent = gw.say(gw.subscribe());
  ASSERT_EQ(sent.size(), 2U);

  gw.rig.wait(600ms);

  EXPECT_EQ(gw.only_sent(), sent[1]);
}

TEST(Isc, an_unsubscribe_ends_in_a_terminated_notify) {
  Gateway gw({"register"});
  gw.register_ue();

  const std::vector<std::string> sent =
      gw.say(gw.subscribe(tag_of(header(gw.subscribed, "To")), 2, 0));

  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(header(sent[0], "Expires"), "0");
  EXPECT_EQ(header(sent[1], "Subscription-State"), "terminated;reason=timeout");
  const std::vector<std::string> late =
      gw.say(gw.subscribe(tag_of(header(gw.subscribed, "To")), 3, 600));
  ASSERT_EQ(late.size(), 1U);
  EXPECT_TRUE(late[0].starts_with("SIP/2.0 481 ")) << late[0];
}

TEST(Isc, a_deregistration_is_notified_and_without_a_subscription_passes_over_it) {
  Gateway gw({"register", "deregister"});
  gw.register_ue();
  const std::string request = gw.start("deregister");
  EXPECT_EQ(header(request, "Expires"), "0");
  EXPECT_EQ(body(request), "");

  const std::vector<std::string> told = gw.say(scripted::response(request, "200 OK"));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(header(told[0], "Subscription-State"), "terminated;reason=noresource");
  gw.say(scripted::response(told[0], "200 OK"));
  EXPECT_EQ(gw.rig.ended("deregister", Outcome::passed), 1U) << gw.rig.findings_text();

  gw.rig.pretend_registered();
  const std::string second = gw.start("deregister");
  EXPECT_TRUE(gw.say(scripted::response(second, "200 OK")).empty());
  EXPECT_EQ(gw.rig.ended("deregister", Outcome::passed), 2U) << gw.rig.findings_text();
  EXPECT_TRUE(red(gw.rig).empty()) << gw.rig.findings_text();
}

TEST(Isc, a_subscribe_that_cannot_be_served_is_refused_with_the_reason) {
  Gateway gw({"register"});
  gw.user = "+12125550000000";
  const auto status = [&](std::string message) {
    const std::vector<std::string> sent = gw.say(message);
    return sent.size() == 1 ? sent[0].substr(8, 3) : std::string("none");
  };
  std::string presence = gw.subscribe({}, 5);
  presence.replace(presence.find("Event: reg"), 10, "Event: pre");

  EXPECT_EQ(status(gw.subscribe({}, 3)), "480");      // not registered
  EXPECT_EQ(status(gw.subscribe("dead", 4)), "481");  // no dialog
  EXPECT_EQ(status(presence), "489");
  gw.user = "+19995550000000";
  EXPECT_EQ(status(gw.subscribe({}, 6)), "404");
}

TEST(Isc, a_gateway_that_challenges_or_shortens_is_found) {
  Gateway challenger({"register"});
  challenger.say(scripted::response(challenger.start("register"), "401 Unauthorized",
                                    "WWW-Authenticate: Digest realm=\"a\",nonce=\"b\"\r\n"));
  EXPECT_EQ(red(challenger.rig),
            (std::vector<std::string>{"24.229-5.4.1.7-f", "24.341-5.3.3.2-a"}));

  Gateway shortener({"register"});
  shortener.accept(shortener.start("register"), "3600");
  EXPECT_EQ(red(shortener.rig), std::vector<std::string>{"24.341-5.3.3.2-a"});
}

TEST(Isc, a_gateway_that_does_not_subscribe_is_found) {
  Gateway gw({"register"});

  gw.accept(gw.start("register"));
  gw.rig.wait(40s);

  EXPECT_EQ(red(gw.rig), std::vector<std::string>{"24.341-5.3.3.2-d"}) << gw.rig.findings_text();
}

TEST(Isc, a_notify_that_is_refused_is_found) {
  Gateway gw({"register"});
  const std::string request = gw.start("register");
  gw.user = user_of(header(request, "To"));
  gw.accept(request);
  const std::vector<std::string> sent = gw.say(gw.subscribe());
  ASSERT_EQ(sent.size(), 2U);

  gw.say(scripted::response(sent[1], "481 Gone"));

  EXPECT_EQ(red(gw.rig), std::vector<std::string>{"24.341-5.3.3.2-e"}) << gw.rig.findings_text();
}

/// A NOTIFY out, the gateway subscribes anew before it answers; then it answers the first NOTIFY.
/// `answer` changes that answer; what turned red.
template <class Change>
std::vector<std::string> red_after_new_dialog(bool to_the_former, Change&& answer) {
  Gateway gw({"register"});
  const std::string request = gw.start("register");
  gw.user = user_of(header(request, "To"));
  gw.accept(request);
  const std::vector<std::string> first = gw.say(gw.subscribe());
  EXPECT_EQ(first.size(), 2U);
  std::string again = gw.subscribe({}, 7);
  again.replace(again.find("gw-sub-1"), 8, "gw-sub-2");
  again.replace(again.find("gwtag"), 5, "newer");
  const std::vector<std::string> second = gw.say(again);
  EXPECT_EQ(second.size(), 2U);
  if (first.size() != 2 || second.size() != 2) return {"no NOTIFY"};
  EXPECT_EQ(header(second[1], "Call-ID"), "gw-sub-2");

  // The NOTIFY in question has its wrong answer, the other one a right one.
  gw.say(answer(scripted::response(to_the_former ? first[1] : second[1], "200 OK")));
  gw.say(scripted::response(to_the_former ? second[1] : first[1], "200 OK"));
  gw.rig.wait(1s);
  return red(gw.rig);
}

std::string replaced(std::string text, std::string_view old, std::string_view with) {
  const std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old << " in " << text;
  return at == std::string::npos ? text : text.replace(at, old.size(), with);
}

TEST(Isc, an_answer_in_a_dialog_that_another_has_followed_is_judged_by_what_is_still_known) {
  const auto as_it_is = [](std::string text) { return text; };
  EXPECT_TRUE(red_after_new_dialog(true, as_it_is).empty());
  EXPECT_TRUE(red_after_new_dialog(false, as_it_is).empty());
  // CSeq is that of the NOTIFY in either dialog.
  const auto other_cseq = [](std::string text) {
    return replaced(std::move(text), "CSeq: 1 NOTIFY", "CSeq: 9 NOTIFY");
  };
  EXPECT_EQ(red_after_new_dialog(true, other_cseq), std::vector<std::string>{"TX-resp"});
  // What the dialog at hand is called is known.
  const auto other_call = [](std::string text) {
    return replaced(std::move(text), "gw-sub-2", "gw-sub-1");
  };
  EXPECT_EQ(red_after_new_dialog(false, other_call), std::vector<std::string>{"TX-resp"});
}

TEST(Isc, a_message_shows_the_way_it_came_and_asserts_its_sender) {
  Gateway gw({"mo_sms"});
  gw.rig.pretend_registered();

  const std::string request = gw.start("mo_sms");

  Received read;
  ASSERT_EQ(parse_received(as_octets(request), tp::Direction::ms_to_sc, read), sip::Error::none);
  EXPECT_EQ(read.view.count(sip::Header::via), 3U);
  EXPECT_EQ(header(request, "Max-Forwards"), "68");
  EXPECT_EQ(header(request, "P-Preferred-Identity"), "");
  const std::string user = user_of(header(request, "From"));
  EXPECT_EQ(header(request, "P-Asserted-Identity"),
            fmt::format("<sip:{}@home1.net>, <tel:{}>", user, user));
  EXPECT_EQ(header(request, "Route"),
            fmt::format("<sip:ipsmgw.home1.net;lr>, <sip:{}@127.64.0.1:5060;lr>",
                        header(request, "Call-ID")));
}

/// The 202 to a MESSAGE with `vias` of its Via lines.
std::string accepted(std::string_view request, std::size_t vias) {
  std::string lines;
  std::size_t at = 0;
  for (std::size_t i = 0; i < vias; ++i) {
    at = request.find("\r\nVia: ", at) + 2;
    lines += std::string(request.substr(at, request.find("\r\n", at) + 2 - at));
  }
  const std::string whole = scripted::response(request, "202 Accepted");
  const std::size_t from = whole.find("Via: ");
  return whole.substr(0, from) + lines + whole.substr(whole.find("From: "));
}

TEST(Isc, an_answer_mirrors_every_via) {
  for (const std::size_t vias : {1U, 2U, 3U}) {
    Gateway gw({"mo_sms"});
    gw.rig.pretend_registered();
    const std::string request = gw.start("mo_sms");

    gw.say(accepted(request, vias));

    EXPECT_EQ(gw.rig.ids(Verdict::fail).contains("TX-resp"), vias != 3) << vias;
  }
}

/// A report as the gateway sends it on isc, to the identity by way of the S-CSCF.
std::string report_on(std::string_view request, std::string_view uri) {
  scripted::Message report;
  report.in_reply_to = header(request, "Call-ID");
  report.user = user_of(header(request, "From"));
  report.address = "home1.net";
  report.rpdu = scripted::rp_ack(body(request)[1]);
  std::string text = report.text();
  text.replace(8, text.find(" SIP/2.0") - 8, uri);
  return text;
}

TEST(Isc, a_report_goes_to_the_identity_and_not_to_the_contact) {
  for (const bool to_identity : {true, false}) {
    Gateway gw({"mo_sms"});
    gw.rig.pretend_registered();
    const std::string request = gw.start("mo_sms");
    const std::string user = user_of(header(request, "From"));

    gw.say(accepted(request, 3));
    const std::vector<std::string> sent = gw.say(report_on(
        request, to_identity ? "tel:" + user : fmt::format("sip:{}@[2001:db8::1]:5060", user)));

    ASSERT_EQ(sent.size(), 1U);
    EXPECT_TRUE(sent[0].starts_with("SIP/2.0 200 OK\r\n"));
    EXPECT_EQ(red(gw.rig), to_identity ? std::vector<std::string>{}
                                       : std::vector<std::string>{"24.341-5.3.3.4.2-a"})
        << gw.rig.findings_text();
  }
}

TEST(Isc, a_ladder_of_the_other_topology_cannot_be_compiled) {
  const LadderBook book = read_book();
  const std::vector<std::string> names{"annex_b3"};

  const auto result = Program::compile(book, names, Topology::gm, requirement_table(), {});

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error()[0], "ladder annex_b3: it has no step on gm");
}

}  // namespace
}  // namespace rung
