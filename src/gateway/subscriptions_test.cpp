// The subscription to the reg event (RFC 3680, RFC 6665; TS 24.341 5.3.3.2).
#include "gateway/isc_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;
using sip::Method;

const std::string kDevice = reginfo_contact("76", "active", "registered", kSmsipParameter);

/// User 1 submits to user 2; the deliveries that left.
std::vector<Got> deliveries(IscWorld& world) {
  std::vector<Got> found;
  for (const Got& got : world.isc_submit(kUser1, rp_data(1, submit_to_bob()))) {
    if (!got.is_message()) continue;
    if (got.has(Header::in_reply_to)) {
      world.answer(got, 200);
    } else {
      found.push_back(got);
    }
  }
  return found;
}

TEST(subscriptions, a_notify_with_the_tag_makes_the_user_reachable_and_nothing_before_it) {
  IscWorld world;
  world.bring_up(kUser1);
  const Got subscribe = world.register_user(kUser2).at(1);
  world.grant(subscribe);
  EXPECT_TRUE(deliveries(world).empty());

  const auto after = world.notify(subscribe, one_device(kUser2));

  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0].status(), 200);
  EXPECT_EQ(after[1].view->request_uri(), kUser2.impu);
}

TEST(subscriptions, a_contact_without_the_tag_does_not_count) {
  IscWorld world;
  world.bring_up(kUser1);
  const Got subscribe = world.register_user(kUser2).at(1);
  world.grant(subscribe);
  const auto contact = reginfo_contact("1", "active", "registered",
                                       "<unknown-param name=\"+g.3gpp.smsip-msisdn-less\"/>");

  world.notify(subscribe, reginfo(0, "full", reginfo_registration(kUser2.impu, "active", contact)));

  EXPECT_TRUE(deliveries(world).empty());
}

TEST(subscriptions, a_notify_may_come_before_the_200) {
  IscWorld world;
  const Got subscribe = world.register_user(kUser2).at(1);

  EXPECT_EQ(world.notify(subscribe, one_device(kUser2)).at(0).status(), 200);
  EXPECT_TRUE(world.grant(subscribe).empty());

  world.bring_up(kUser1);
  EXPECT_EQ(deliveries(world).size(), 1U);
}

TEST(subscriptions, partial_state_changes_only_what_it_names) {
  IscWorld world;
  world.bring_up(kUser1);
  const Got subscribe = world.register_user(kUser2).at(1);
  world.grant(subscribe);
  const auto other = reginfo_contact("77", "active", "registered", kSmsipParameter);
  world.notify(subscribe,
               reginfo(0, "full", reginfo_registration(kUser2.impu, "active", kDevice + other)));

  world.notify(subscribe, reginfo(1, "partial",
                                  reginfo_registration(
                                      kUser2.impu, "active",
                                      reginfo_contact("77", "terminated", "unregistered", ""))));
  EXPECT_EQ(deliveries(world).size(), 1U);

  world.notify(subscribe,
               reginfo(2, "partial",
                       reginfo_registration(kUser2.impu, "terminated",
                                            reginfo_contact("76", "terminated", "expired", ""))));
  EXPECT_TRUE(deliveries(world).empty());
}

TEST(subscriptions, all_nine_events_are_read) {
  IscWorld world;
  world.bring_up(kUser1);
  const Got subscribe = world.bring_up(kUser2);
  unsigned version = 0;
  for (const char* event : {"registered", "created", "refreshed", "shortened"}) {
    const auto contact = reginfo_contact("76", "active", event, kSmsipParameter);
    EXPECT_EQ(world
                  .notify(subscribe, reginfo(++version, "partial",
                                             reginfo_registration(kUser2.impu, "active", contact)))
                  .at(0)
                  .status(),
              200);
    const auto sent = deliveries(world);
    ASSERT_EQ(sent.size(), 1U) << event;
    world.isc_accept(kUser2, sent[0]);
  }
  for (const char* event : {"expired", "deactivated", "probation", "unregistered", "rejected"}) {
    const auto gone = reginfo_contact("76", "terminated", event, kSmsipParameter);
    world.notify(subscribe,
                 reginfo(++version, "partial", reginfo_registration(kUser2.impu, "active", gone)));
    EXPECT_TRUE(deliveries(world).empty()) << event;
    const auto back = reginfo_contact("76", "active", "registered", kSmsipParameter);
    const auto after = world.notify(
        subscribe,
        reginfo(++version, "partial", reginfo_registration(kUser2.impu, "active", back)));
    ASSERT_EQ(after.size(), 2U) << event;  // the stored message goes out
    world.isc_accept(kUser2, after[1]);
  }
}

TEST(subscriptions, a_new_device_is_tried_where_another_did_not_answer) {
  IscWorld world;
  world.bring_up(kUser1);
  const Got subscribe = world.bring_up(kUser2);
  const auto sent = deliveries(world);
  ASSERT_EQ(sent.size(), 1U);
  world.answer(sent[0], 480, "Temporarily Unavailable");
  const auto whole_state = [&](unsigned version, const std::string& devices) {
    return reginfo(version, "full", reginfo_registration(kUser2.impu, "active", devices));
  };

  EXPECT_EQ(world.notify(subscribe, whole_state(1, kDevice)).size(), 1U);
  const auto other = reginfo_contact("77", "active", "registered", kSmsipParameter);
  const auto after = world.notify(subscribe, whole_state(2, kDevice + other));

  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[1].view->method(), Method::message);
}

TEST(subscriptions, the_document_of_annex_b4_leaves_the_other_identity_reachable) {
  IscWorld world;
  world.bring_up(kUser1);
  const Got subscribe = world.bring_up(kUser2);
  const std::string second = "sip:user2_public3@home1.net";
  const auto contact = reginfo_contact("86", "active", "registered", kSmsipParameter);

  world.notify(
      subscribe,
      reginfo(1, "full",
              reginfo_registration(kUser2.impu, "terminated",
                                   reginfo_contact("76", "terminated", "unregistered", "")) +
                  reginfo_registration(second, "active", contact)),
      "active;expires=234546");

  const auto sent = deliveries(world);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].view->request_uri(), second);
  EXPECT_EQ(sent[0].header(Header::to), "<" + second + ">");
}

TEST(subscriptions, an_older_version_says_nothing_and_a_gap_asks_for_the_whole_state) {
  IscWorld world;
  world.bring_up(kUser1);
  const Got subscribe = world.bring_up(kUser2);  // version 0
  const auto terminated = reginfo_registration(kUser2.impu, "terminated", "");

  EXPECT_EQ(world.notify(subscribe, reginfo(0, "full", terminated)).size(), 1U);
  const auto sent = deliveries(world);
  ASSERT_EQ(sent.size(), 1U);
  world.isc_accept(kUser2, sent[0]);

  const auto gap = world.notify(subscribe, reginfo(2, "partial", terminated));
  ASSERT_EQ(gap.size(), 2U);
  EXPECT_EQ(gap[1].view->method(), Method::subscribe);
  EXPECT_EQ(gap[1].call_id(), subscribe.call_id());
  EXPECT_TRUE(deliveries(world).empty());
}

TEST(subscriptions, is_refreshed_within_its_dialog_before_it_runs_out) {
  IscWorld world;
  const Got subscribe = world.bring_up(kUser1, 600000);

  world.notify(subscribe, "", "active;expires=3600");
  world.now += 2999s;
  EXPECT_TRUE(world.pass().empty());
  world.now += 2s;
  const auto got = world.pass();

  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].view->method(), Method::subscribe);
  EXPECT_EQ(got[0].call_id(), subscribe.call_id());
  EXPECT_EQ(got[0].view->request_uri(), "sip:scscf1.home1.net");  // the notifier's Contact
  EXPECT_EQ(got[0].header(Header::to), "<" + kUser1.impu + ">;tag=14142");
  EXPECT_EQ(got[0].header(Header::from), subscribe.header(Header::from));
  EXPECT_EQ(got[0].header(Header::cseq), "2 SUBSCRIBE");
  EXPECT_FALSE(got[0].has(Header::route));
  EXPECT_TRUE(world.grant(got[0], 100).empty());
  world.now += 51s;
  EXPECT_EQ(world.pass().size(), 1U);
}

TEST(subscriptions, a_notify_outside_every_dialog_gets_481) {
  IscWorld world;
  const Got subscribe = world.bring_up(kUser1);
  const auto status = [&](std::string text, std::string_view what, std::string_view with) {
    text.replace(text.find(what), what.size(), with);
    return world.from_scscf(text).at(0).status();
  };
  const auto text = [&] { return world.notify_text(subscribe, "active", ""); };

  EXPECT_EQ(status(text(), subscribe.call_id(), "somebody@else"), 481);
  EXPECT_EQ(status(text(), ";tag=14142", ";tag=99999"), 481);
  const std::string local_tag = subscribe.header(Header::from).substr(27);
  EXPECT_EQ(status(text(), local_tag, "tag=0"), 481);
  EXPECT_EQ(world.from_scscf(text()).at(0).status(), 200);
}

TEST(subscriptions, what_cannot_be_taken_is_refused_and_its_copy_alike) {
  IscWorld world;
  const Got subscribe = world.bring_up(kUser1);
  const auto refused = [&](const std::string& text) {
    const Got first = world.from_scscf(text).at(0);
    EXPECT_EQ(world.from_scscf(text).at(0).octets, first.octets);
    return first;
  };
  std::string other_event = world.notify_text(subscribe, "active", "");
  other_event.replace(other_event.find("Event: reg"), 10, "Event: dia");
  EXPECT_EQ(refused(other_event).status(), 489);
  std::string no_state = world.notify_text(subscribe, "active", "");
  no_state.replace(no_state.find("Subscription-State"), 18, "Subscription-Stuff");
  EXPECT_EQ(refused(no_state).status(), 400);
  EXPECT_EQ(refused(world.notify_text(subscribe, "active", "<reginfo")).status(), 400);
  std::string other_type = world.notify_text(subscribe, "active", one_device(kUser1, 9));
  other_type.replace(other_type.find("reginfo+xml"), 11, "pidf-df+xml");
  const Got answer = refused(other_type);
  EXPECT_EQ(answer.status(), 415);
  EXPECT_EQ(answer.header(Header::accept), "application/reginfo+xml");
  std::string early = world.notify_text(subscribe, "active", "");
  early.replace(early.find("CSeq: "), early.find(" NOTIFY\r\n") - early.find("CSeq: "), "CSeq: 1");
  EXPECT_EQ(refused(early).status(), 500);
}

TEST(subscriptions, ends_with_the_s_cscfs_last_notify) {
  IscWorld world;
  const Got subscribe = world.bring_up(kUser1);
  world.register_user(kUser1, 0);

  const auto last = world.notify(
      subscribe, reginfo(1, "full", reginfo_registration(kUser1.impu, "terminated", "")),
      "terminated;reason=noresource");

  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].status(), 200);
  EXPECT_EQ(world.notify(subscribe, "").at(0).status(), 481);
  EXPECT_TRUE(world.run(100s).empty());
}

TEST(subscriptions, ends_it_itself_when_the_s_cscf_stays_silent) {
  IscWorld world;
  const Got subscribe = world.bring_up(kUser1);
  world.register_user(kUser1, 0);
  EXPECT_TRUE(world.run(31s).empty());

  const auto got = world.run(2s);
  ASSERT_GE(got.size(), 1U);
  EXPECT_EQ(got[0].header(Header::expires), "0");
  EXPECT_EQ(got[0].call_id(), subscribe.call_id());
  world.grant(got[0], 0);
  EXPECT_EQ(world.notify(subscribe, "", "terminated").at(0).status(), 200);
  EXPECT_EQ(world.notify(subscribe, "").at(0).status(), 481);
}

TEST(subscriptions, a_user_that_comes_back_gets_a_subscription_of_its_own) {
  IscWorld world;
  const Got before = world.bring_up(kUser1);
  world.register_user(kUser1, 0);

  const Got after = world.bring_up(kUser1);

  EXPECT_NE(after.call_id(), before.call_id());
  EXPECT_EQ(world.notify(before, "", "terminated;reason=deactivated").size(), 1U);
  EXPECT_EQ(world.gateway.levels().users, 1U);
}

TEST(subscriptions, asks_again_as_the_reason_says) {
  const auto sent_after = [](const std::string& state, Duration wait) {
    IscWorld world;
    const Got subscribe = world.bring_up(kUser1);
    auto got = world.notify(subscribe, "", "terminated" + state);
    got.erase(got.begin());
    world.now += wait;
    for (Got& more : world.pass()) got.push_back(std::move(more));
    for (const Got& again : got) EXPECT_NE(again.call_id(), subscribe.call_id());
    return got.size();
  };
  EXPECT_EQ(sent_after(";reason=deactivated", 0s), 1U);
  EXPECT_EQ(sent_after(";reason=timeout", 0s), 1U);
  EXPECT_EQ(sent_after(";reason=rejected", 1000s), 0U);
  EXPECT_EQ(sent_after(";reason=noresource", 1000s), 0U);
  EXPECT_EQ(sent_after(";reason=probation;retry-after=100", 99s), 0U);
  EXPECT_EQ(sent_after(";reason=giveup;retry-after=100", 101s), 1U);
}

TEST(subscriptions, a_failure_that_may_pass_is_tried_again_and_a_refusal_is_not) {
  const auto tried_again = [](const std::string& status, const std::string& more, Duration wait) {
    IscWorld world;
    const Got subscribe = world.register_user(kUser1).at(1);
    const auto at_once = world.grant(subscribe, 0, status, more);
    world.now += wait;
    return at_once.size() + world.pass().size();
  };
  EXPECT_EQ(tried_again("503 Service Unavailable", "Retry-After: 100\r\n", 99s), 0U);
  EXPECT_EQ(tried_again("503 Service Unavailable", "Retry-After: 100\r\n", 101s), 1U);
  EXPECT_EQ(tried_again("500 Server Internal Error", "", 31s), 1U);
  EXPECT_EQ(tried_again("423 Interval Too Brief", "Min-Expires: 700000\r\n", 0s), 1U);
  EXPECT_EQ(tried_again("403 Forbidden", "", 1000s), 0U);
  EXPECT_EQ(tried_again("603 Decline", "", 1000s), 0U);
}

TEST(subscriptions, a_refresh_that_gets_481_makes_a_new_dialog) {
  IscWorld world;
  const Got subscribe = world.bring_up(kUser1, 600);
  world.now += 301s;
  const Got refresh = world.pass().at(0);

  const auto got = world.grant(refresh, 0, "481 Subscription Does Not Exist");

  ASSERT_EQ(got.size(), 1U);
  EXPECT_NE(got[0].call_id(), subscribe.call_id());
  EXPECT_EQ(got[0].view->request_uri(), kUser1.impu);
}

TEST(subscriptions, a_lost_s_cscf_is_asked_again_after_timer_f) {
  IscWorld world;
  world.register_user(kUser1, 600000);
  const auto copies = world.run(33s);
  EXPECT_EQ(copies.size(), 10U);  // eleven transmissions at Timer E

  const auto again = world.run(31s);

  ASSERT_GE(again.size(), 1U);
  EXPECT_NE(again[0].call_id(), copies[0].call_id());
}

TEST(subscriptions, a_notify_keeps_a_subscription_whose_200s_are_lost) {
  IscWorld world;
  const Got subscribe = world.register_user(kUser1).at(1);
  world.notify(subscribe, one_device(kUser1), "active;expires=600");

  const auto later = world.run(63s);

  ASSERT_GE(later.size(), 11U);
  EXPECT_EQ(later[10].call_id(), subscribe.call_id());
  EXPECT_EQ(later[10].header(Header::cseq), "2 SUBSCRIBE");
}

TEST(subscriptions, a_whole_life_leaves_nothing_behind) {
  IscWorld world;
  for (int i = 0; i < 3; ++i) {
    const Got subscribe = world.bring_up(kUser1, 600);
    world.register_user(kUser1, 0);
    world.notify(subscribe, "", "terminated;reason=noresource");
    EXPECT_EQ(world.gateway.levels().users, 0U);
    EXPECT_EQ(world.gateway.levels().contacts, 0U);
    EXPECT_EQ(world.gateway.levels().transactions, 0U);
  }
  world.now += 100s;
  world.pass();
  EXPECT_EQ(world.gateway.levels().absorbed, 0U);
  EXPECT_EQ(world.gateway.next_due(), kNever);
}

}  // namespace
}  // namespace rung::gateway
