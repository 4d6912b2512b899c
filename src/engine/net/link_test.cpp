#include "engine/net/link.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "engine/net/sctp_rig.hpp"

namespace rung::m3ua {
namespace {

struct LinkRecorder final : LinkUser {
  void on_link_data(Link& link, std::span<const LinkData> burst, Time) override {
    for (const LinkData& data : burst) {
      received.emplace_back(as_text(data.user_data));
      labels.push_back(data);
      if (echo) link.send(data.sls, data.user_data);
    }
  }
  void on_link_change(Link&, SctpChange change, Time) override { changes.push_back(change); }
  void on_link_event(Link&, const AspOutput::Happened& happened, Time) override {
    events.push_back(happened.event);
  }
  [[nodiscard]] std::size_t count(AspEvent event) const {
    return static_cast<std::size_t>(std::count(events.begin(), events.end(), event));
  }
  std::vector<std::string> received;
  std::vector<LinkData> labels;
  std::vector<SctpChange> changes;
  std::vector<AspEvent> events;
  bool echo = false;
};

LinkOptions end_of(Role role, std::uint32_t opc, std::uint32_t dpc) {
  LinkOptions options{.opc = opc, .dpc = dpc};
  options.asp.role = role;
  options.asp.routing_context = 100;
  return options;
}

class LinkTest : public testing::Test {
 protected:
  Link& client(LinkOptions options, LinkUser& user) {
    options.sctp.carrier = 0;
    options.sctp.remote = rig_.network.b().local();
    return links_.open(options, user);
  }
  Link& server(LinkOptions options, LinkUser& user, std::optional<std::size_t> as = {}) {
    options.sctp.carrier = 1;
    options.sctp.listen = true;
    return links_.open(options, user, as);
  }
  template <class Done>
  bool run(Done done, Duration longest = 60s) {
    const Time end = rig_.clock.now() + longest;
    while (!done() && rig_.clock.now() < end) {
      links_.poll(rig_.clock.now());
      const Time next = std::min(rig_.network.next_delivery(), links_.next_timer());
      rig_.clock.set(std::max(rig_.clock.now(), std::min(next, end)));
    }
    return done();
  }
  static Octets octets(std::string_view text) { return as_octets(text); }

  SctpRig rig_;
  LinkSet links_{*rig_.stack};
  LinkRecorder at_client_;
  LinkRecorder at_server_;
};

TEST_F(LinkTest, every_pair_of_roles_becomes_active_and_carries_data_both_ways) {
  struct Pair {
    Role client, server;
  };
  std::uint16_t port = 2905;
  for (const Pair pair :
       {Pair{Role::asp, Role::sg}, Pair{Role::sg, Role::asp},
        Pair{Role::ipsp_client, Role::ipsp_server}, Pair{Role::ipsp_double, Role::ipsp_double}}) {
    LinkRecorder left;
    LinkRecorder right;
    right.echo = true;
    LinkOptions a = end_of(pair.client, 1, 2);
    LinkOptions b = end_of(pair.server, 2, 1);
    a.sctp.local_port = a.sctp.remote_port = b.sctp.local_port = port++;
    Link& from = client(a, left);
    Link& to = server(b, right);
    ASSERT_TRUE(run([&] { return from.active() && to.active(); })) << to_string(pair.client);
    for (std::uint8_t sls = 0; sls < 16; ++sls) {
      ASSERT_EQ(from.send(sls, octets("one user data")), LinkSend::sent);
    }
    ASSERT_TRUE(run([&] { return left.received.size() == 16; })) << to_string(pair.client);
    for (const LinkData& label : right.labels) {
      EXPECT_EQ(label.opc, 1U);
      EXPECT_EQ(label.dpc, 2U);
      EXPECT_EQ(label.si, 3);
      EXPECT_EQ(label.ni, 2);
      EXPECT_LT(label.sls, 16);
    }
    EXPECT_EQ(left.received[0], "one user data");
    EXPECT_EQ(from.counters().sent, 16U);
    EXPECT_EQ(from.counters().received, 16U);
    EXPECT_EQ(from.counters().errors_sent + to.counters().errors_sent, 0U);
    EXPECT_EQ(from.counters().misrouted, 0U);
    from.close(rig_.clock.now());
    to.close(rig_.clock.now());
  }
}

TEST_F(LinkTest, nothing_is_sent_before_the_asp_is_active_or_when_it_is_too_long) {
  Link& link = client(end_of(Role::asp, 1, 2), at_client_);
  EXPECT_EQ(link.send(0, octets("x")), LinkSend::not_active);
  server(end_of(Role::sg, 2, 1), at_server_);
  ASSERT_TRUE(run([&] { return link.active(); }));
  const std::string longest(Link::kUserDataMax, 'x');
  EXPECT_EQ(link.send(0, octets(longest)), LinkSend::sent);
  EXPECT_EQ(link.send(0, octets(longest + "x")), LinkSend::too_long);
  ASSERT_TRUE(run([&] { return at_server_.received.size() == 1; }));
  EXPECT_EQ(at_server_.received[0], longest);
  EXPECT_EQ(link.counters().not_active, 1U);
  EXPECT_EQ(link.counters().too_long, 1U);
}

TEST_F(LinkTest, an_association_that_comes_back_becomes_active_again) {
  Link& link = client(end_of(Role::asp, 1, 2), at_client_);
  Link& peer = server(end_of(Role::sg, 2, 1), at_server_);
  ASSERT_TRUE(run([&] { return link.active() && peer.active(); }));
  peer.reset(rig_.clock.now());
  ASSERT_TRUE(run([&] { return !link.active() && !peer.active(); }));
  EXPECT_EQ(link.send(0, octets("x")), LinkSend::not_active);
  ASSERT_TRUE(run([&] { return link.active() && peer.active(); }));
  const std::vector expected{SctpChange::up, SctpChange::lost, SctpChange::up};
  EXPECT_EQ(at_client_.changes, expected);
  EXPECT_EQ(at_server_.changes, expected);
  ASSERT_EQ(link.send(0, octets("x")), LinkSend::sent);
  EXPECT_TRUE(run([&] { return at_server_.received.size() == 1; }));
}

TEST_F(LinkTest, a_peer_whose_m3ua_is_dead_is_reset_when_its_heartbeat_is_lost) {
  LinkOptions options = end_of(Role::asp, 1, 2);
  options.asp.heartbeat = 5s;
  Link& link = client(options, at_client_);
  SctpRecorder mute;  // takes everything and answers nothing
  rig_.listen(mute);
  ASSERT_TRUE(run([&] { return at_client_.count(AspEvent::heartbeat_lost) == 1; }));
  ASSERT_TRUE(run([&] { return at_client_.changes.size() == 3; }));
  EXPECT_EQ(at_client_.changes[1], SctpChange::lost);
  EXPECT_FALSE(link.active());
}

TEST_F(LinkTest, a_wrong_routing_context_is_answered_by_err_and_never_handed_on) {
  LinkOptions wrong = end_of(Role::asp, 1, 2);
  wrong.asp.routing_context = 7;
  Link& link = client(wrong, at_client_);
  Link& peer = server(end_of(Role::sg, 2, 1), at_server_);
  ASSERT_TRUE(run([&] { return link.counters().errors_received >= 2; })) << "each T(ack) anew";
  EXPECT_FALSE(link.active());
  EXPECT_EQ(peer.asp().peer_state(), AspState::inactive);
}

TEST_F(LinkTest, traffic_is_shared_by_sls_among_the_links_that_are_active) {
  LinkRecorder recorders[4];
  const std::size_t as = links_.add_as(1, 2s);
  Link* clients[2];
  for (std::uint16_t i = 0; i < 2; ++i) {
    LinkOptions a = end_of(Role::asp, 1, 2);
    LinkOptions b = end_of(Role::sg, 2, 1);
    a.sctp.local_port = a.sctp.remote_port = b.sctp.local_port =
        static_cast<std::uint16_t>(3000 + i);
    clients[i] = &client(a, recorders[i]);
    server(b, recorders[2 + i], as);
  }
  EXPECT_EQ(links_.select(1, 2, 0), nullptr);
  ASSERT_TRUE(run([&] { return clients[0]->active() && clients[1]->active(); }));
  EXPECT_EQ(links_.select(1, 2, 0), clients[0]);
  EXPECT_EQ(links_.select(1, 2, 1), clients[1]);
  EXPECT_EQ(links_.select(1, 3, 0), nullptr);
  EXPECT_EQ(links_.as(as).active(), 2U);
  clients[0]->reset(rig_.clock.now());
  ASSERT_TRUE(run([&] { return links_.as(as).active() == 1; }));
  EXPECT_EQ(links_.select(1, 2, 0), clients[1]);
  EXPECT_EQ(links_.as(as).state(), AsState::active);
  // The ASP that is left hears of nothing, as the AS is still active.
  ASSERT_TRUE(run([&] { return links_.as(as).active() == 2; }));
}

TEST_F(LinkTest, traffic_for_a_pending_as_is_kept_and_sent_when_an_asp_is_back_in_time) {
  LinkOptions options = end_of(Role::sg, 2, 1);
  const std::size_t as = links_.add_as(1, 2s, 4096);
  Link& sg = server(options, at_server_, as);
  LinkOptions asp = end_of(Role::asp, 1, 2);
  asp.sctp.back_off_min = 500ms;
  Link& client_end = client(asp, at_client_);
  ASSERT_TRUE(run([&] { return client_end.active() && sg.active(); }));

  client_end.want(AspState::inactive, rig_.clock.now());
  ASSERT_TRUE(run([&] { return links_.as(as).state() == AsState::pending; }));
  for (const char* text : {"first", "second", "third"}) {
    EXPECT_EQ(sg.send(5, octets(text)), LinkSend::kept);
  }
  EXPECT_EQ(sg.send(5, octets(std::string(4096, 'x'))), LinkSend::full);
  client_end.want(AspState::active, rig_.clock.now());
  ASSERT_TRUE(run([&] { return at_client_.received.size() == 3; }));
  EXPECT_EQ(at_client_.received, (std::vector<std::string>{"first", "second", "third"}));
  EXPECT_EQ(sg.send(5, octets("fourth")), LinkSend::sent);
  EXPECT_EQ(sg.counters().kept, 3U);
  EXPECT_EQ(links_.lost(as), 0U);
}

TEST_F(LinkTest, a_link_that_is_closed_leaves_its_as) {
  const std::size_t as = links_.add_as(1, 2s);
  Link& sg = server(end_of(Role::sg, 2, 1), at_server_, as);
  Link& client_end = client(end_of(Role::asp, 1, 2), at_client_);
  ASSERT_TRUE(run([&] { return client_end.active() && sg.active(); }));
  sg.close(rig_.clock.now());
  EXPECT_FALSE(sg.active());
  EXPECT_EQ(links_.as(as).active(), 0U);
  EXPECT_EQ(links_.as(as).state(), AsState::pending);
  EXPECT_EQ(links_.select(2, 1, 0), nullptr);
  EXPECT_TRUE(run([&] { return links_.as(as).state() == AsState::down; }, 3s));
  client_end.close(rig_.clock.now());
  EXPECT_EQ(client_end.asp().own_state(), AspState::down);
}

TEST_F(LinkTest, what_was_kept_and_cannot_be_sent_is_lost_and_counted) {
  LinkOptions narrow = end_of(Role::sg, 2, 1);
  narrow.sctp.send_buffer = 3000;
  const std::size_t as = links_.add_as(1, 2s, 8192);
  Link& sg = server(narrow, at_server_, as);
  Link& client_end = client(end_of(Role::asp, 1, 2), at_client_);
  ASSERT_TRUE(run([&] { return client_end.active() && sg.active(); }));
  client_end.want(AspState::inactive, rig_.clock.now());
  ASSERT_TRUE(run([&] { return links_.as(as).state() == AsState::pending; }));
  EXPECT_EQ(sg.send(5, octets(std::string(4000, 'x'))), LinkSend::kept);
  EXPECT_EQ(sg.send(5, octets("short")), LinkSend::kept);
  client_end.want(AspState::active, rig_.clock.now());
  ASSERT_TRUE(run([&] { return at_client_.received.size() == 1; }));
  EXPECT_EQ(at_client_.received[0], "short");
  EXPECT_EQ(links_.lost(as), 1U);
}

TEST_F(LinkTest, traffic_for_a_pending_as_is_lost_when_no_asp_comes_back) {
  const std::size_t as = links_.add_as(1, 2s);
  Link& sg = server(end_of(Role::sg, 2, 1), at_server_, as);
  Link& client_end = client(end_of(Role::asp, 1, 2), at_client_);
  ASSERT_TRUE(run([&] { return client_end.active() && sg.active(); }));
  client_end.want(AspState::down, rig_.clock.now());
  ASSERT_TRUE(run([&] { return links_.as(as).state() == AsState::pending; }));
  EXPECT_EQ(sg.send(5, octets("x")), LinkSend::kept);
  ASSERT_TRUE(run([&] { return links_.as(as).state() == AsState::down; }));
  EXPECT_EQ(links_.lost(as), 1U);
  EXPECT_EQ(sg.send(5, octets("x")), LinkSend::not_active);
  EXPECT_TRUE(at_client_.received.empty());
}

}  // namespace
}  // namespace rung::m3ua
