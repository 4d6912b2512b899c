#include "engine/net/asp.hpp"

#include "engine/net/asp_rig.hpp"

namespace rung::m3ua {
namespace {

struct Transition {
  Role role;
  AspState from;
  Bytes given;
  std::string sent;
  AspState own;
  AspState peer;
};

void expect(const std::vector<Transition>& table) {
  for (const Transition& row : table) {
    Machine machine{row.role, row.from};
    View view;
    static_cast<void>(decode(row.given, view));
    const std::string name = fmt::format("{} in {} given {}", to_string(row.role),
                                         to_string(row.from), to_string(view.type));
    EXPECT_EQ(machine.give(row.given), row.sent) << name;
    EXPECT_EQ(machine.asp.own_state(), row.own) << name;
    EXPECT_EQ(machine.asp.peer_state(), row.peer) << name;
  }
}

TEST(Asp, the_asking_half_takes_every_answer_in_every_state) {
  for (const Role role : {Role::asp, Role::ipsp_client}) {
    expect({
        {role, kD, kUpAck, kAspac, kI, kD},
        {role, kD, kDownAck, "", kD, kD},
        {role, kD, kActiveAck, "", kD, kD},
        {role, kD, kInactiveAck, "", kD, kD},
        {role, kI, kUpAck, "", kI, kD},
        {role, kI, kDownAck, "", kD, kD},
        {role, kI, kActiveAck, "", kI, kD},
        {role, kI, kInactiveAck, "", kI, kD},
        {role, kA, kUpAck, kUnexpected, kI, kD},
        {role, kA, kDownAck, "", kD, kD},
        {role, kA, kActiveAck, "", kA, kD},
        {role, kA, kInactiveAck, "", kI, kD},
    });
  }
}

TEST(Asp, what_was_taken_away_unasked_is_asked_for_again_once_each_t_ack) {
  for (const Bytes& unasked : {kUpAck, kInactiveAck, kDownAck}) {
    Machine machine{Role::asp, kA};
    machine.give(unasked);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(machine.give(kInactiveAck), "");
    for (int i = 0; i < 100; ++i) EXPECT_EQ(machine.give(unasked), "");
    EXPECT_EQ(machine.wait(2s - 1ns), "");
    EXPECT_EQ(machine.wait(1ns), machine.asp.own_state() == kD ? "ASPUP" : kAspac);
  }
  Machine unwilling{Role::asp, kD};
  unwilling.asp.want(kD, unwilling.now, unwilling.out);
  EXPECT_EQ(unwilling.wait(2s), "") << "its ASPUP is not repeated";
  EXPECT_EQ(unwilling.give(kUpAck), kUnexpected);
  EXPECT_EQ(unwilling.wait(2s), "ASPDN");
}

TEST(Asp, the_answering_half_takes_every_request_in_every_state) {
  const std::string active_ack = "ASPAC ACK mode=2 rc=100";
  expect({
      {Role::sg, kD, kUp, "ASPUP ACK; NTFY 1/2 rc=100", kD, kI},
      {Role::sg, kD, kDown, "ASPDN ACK", kD, kD},
      {Role::sg, kD, kActive, kUnexpected, kD, kD},
      {Role::sg, kD, kInactive, kUnexpected, kD, kD},
      {Role::sg, kI, kUp, "ASPUP ACK", kD, kI},
      {Role::sg, kI, kDown, "ASPDN ACK", kD, kD},
      {Role::sg, kI, kActive, active_ack + "; NTFY 1/3 rc=100", kD, kA},
      {Role::sg, kI, kInactive, "ASPIA ACK rc=100", kD, kI},
      {Role::sg, kA, kUp, "ASPUP ACK; ERR 6; NTFY 1/4 rc=100", kD, kI},
      {Role::sg, kA, kDown, "ASPDN ACK", kD, kD},
      {Role::sg, kA, kActive, active_ack, kD, kA},
      {Role::sg, kA, kInactive, "ASPIA ACK rc=100; NTFY 1/4 rc=100", kD, kI},
      // An IPSP tells nobody of an AS.
      {Role::ipsp_server, kD, kUp, "ASPUP ACK", kD, kI},
      {Role::ipsp_server, kI, kActive, active_ack, kD, kA},
      {Role::ipsp_server, kA, kInactive, "ASPIA ACK rc=100", kD, kI},
  });
}

TEST(Asp, a_double_exchange_runs_both_halves_apart) {
  Machine machine{options_of(Role::ipsp_double)};
  EXPECT_EQ(machine.connect(), "ASPUP");
  EXPECT_EQ(machine.give(kUp), "ASPUP ACK");
  EXPECT_EQ(machine.give(kActive), "ASPAC ACK mode=2 rc=100");
  EXPECT_TRUE(machine.asp.may_send());
  EXPECT_EQ(machine.give_data(data_message()), kUnexpected) << "our own half is not active";
  EXPECT_EQ(machine.give(kUpAck), kAspac);
  EXPECT_EQ(machine.give(kActiveAck), "");
  EXPECT_EQ(machine.give_data(data_message()), "handed on, SLS 5");
  EXPECT_EQ(machine.give(kInactive), "ASPIA ACK rc=100");
  EXPECT_FALSE(machine.asp.may_send());
  EXPECT_EQ(machine.asp.own_state(), kA);
}

TEST(Asp, what_belongs_to_the_other_half_is_unexpected) {
  for (const Bytes& request : {kUp, kDown, kActive, kInactive}) {
    for (const Role role : {Role::asp, Role::ipsp_client}) {
      EXPECT_EQ(Machine(role, kA).give(request), kUnexpected);
    }
  }
  for (const Bytes& answer : {kUpAck, kDownAck, kActiveAck, kInactiveAck}) {
    for (const Role role : {Role::sg, Role::ipsp_server}) {
      EXPECT_EQ(Machine(role, kA).give(answer), kUnexpected);
    }
  }
  EXPECT_EQ(Machine(Role::sg, kA).give(message(Type::ntfy, {{Parameter::status, 0x10003}})),
            kUnexpected);
}

TEST(Asp, registration_is_not_supported) {
  std::array<std::uint8_t, 256> octets;
  MessageWriter request{octets, Type::reg_req};
  write(request, RoutingKey{.local_rk_identifier = 1, .destination = 2});
  const std::size_t size = request.finish();
  EXPECT_EQ(Machine(Role::sg, kI).give({octets.begin(), octets.begin() + size}), "ERR 3");
  MessageWriter response{octets, Type::reg_rsp};
  write(response, RegistrationResult{});
  const std::size_t length = response.finish();
  EXPECT_EQ(Machine(Role::asp, kI).give({octets.begin(), octets.begin() + length}), "ERR 3");
}

TEST(Asp, what_is_unanswered_is_repeated_each_t_ack) {
  Machine machine{options_of(Role::asp)};
  EXPECT_EQ(machine.connect(), "ASPUP");
  EXPECT_EQ(machine.asp.next_timer(), kStart + 2s);
  EXPECT_EQ(machine.wait(2s - 1ns), "");
  EXPECT_EQ(machine.wait(1ns), "ASPUP");
  EXPECT_EQ(machine.wait(2s), "ASPUP");
  EXPECT_EQ(machine.give(kUpAck), kAspac);
  EXPECT_EQ(machine.wait(2s), kAspac);
  EXPECT_EQ(machine.give(kActiveAck), "");
  EXPECT_EQ(machine.asp.next_timer(), kNever);
  machine.out.clear();
  machine.asp.want(AspState::down, machine.now, machine.out);
  EXPECT_EQ(text_of(machine.out), "ASPIA rc=100");
  EXPECT_FALSE(machine.wait(2s).empty());
  EXPECT_EQ(machine.give(kInactiveAck), "ASPDN");
  EXPECT_EQ(machine.wait(2s), "ASPDN");
  EXPECT_EQ(machine.give(kDownAck), "");
  EXPECT_EQ(machine.asp.next_timer(), kNever);
}

TEST(Asp, an_association_that_ends_takes_both_halves_down) {
  Machine asp{Role::asp, kA};
  asp.out.clear();
  asp.asp.association_down(asp.now, asp.out);
  EXPECT_EQ(asp.asp.own_state(), kD);
  EXPECT_EQ(asp.told(AspEvent::own_state), std::vector<std::uint32_t>{0});
  EXPECT_EQ(asp.asp.next_timer(), kNever);
  EXPECT_EQ(asp.connect(), "ASPUP");

  Machine sg{Role::sg, kA};
  sg.out.clear();
  sg.asp.association_down(sg.now, sg.out);
  EXPECT_EQ(text_of(sg.out), "") << "nobody is there to be told";
  EXPECT_EQ(sg.as.state(), AsState::pending);
  EXPECT_EQ(sg.wait(2s), "");
  EXPECT_EQ(sg.as.state(), AsState::down);
}

TEST(As, goes_through_its_states_as_its_asps_do) {
  As as{2, 2s};
  as.change(kD, kI, kStart);
  EXPECT_EQ(as.state(), AsState::inactive);
  as.change(kI, kA, kStart);
  EXPECT_EQ(as.state(), AsState::inactive) << "one of the two that are needed";
  as.change(kD, kI, kStart);
  as.change(kI, kA, kStart);
  EXPECT_EQ(as.state(), AsState::active);
  as.change(kA, kI, kStart);
  EXPECT_EQ(as.state(), AsState::active) << "one is left";
  as.change(kA, kD, kStart);
  EXPECT_EQ(as.state(), AsState::pending);
  as.change(kI, kA, kStart + 1s);
  EXPECT_EQ(as.state(), AsState::active);
  as.change(kA, kI, kStart + 1s);
  as.advance(kStart + 3s - 1ns);
  EXPECT_EQ(as.state(), AsState::pending);
  as.advance(kStart + 3s);
  EXPECT_EQ(as.state(), AsState::inactive);
  as.change(kI, kD, kStart + 3s);
  EXPECT_EQ(as.state(), AsState::down);
}

TEST(As, every_asp_that_is_not_down_is_told_of_a_change) {
  As as;
  Asp first{options_of(Role::sg), as};
  Asp second{options_of(Role::sg), as};
  AspOutput out;
  first.association_up(kStart, out);
  second.association_up(kStart, out);
  first.receive(kUp, 0, kStart, out);
  second.receive(kUp, 0, kStart, out);
  first.receive(kActive, 0, kStart, out);
  out.clear();
  second.advance(kStart, out);
  EXPECT_EQ(text_of(out), "NTFY 1/3 rc=100");
  out.clear();
  first.association_down(kStart + 1s, out);
  EXPECT_EQ(text_of(out), "");
  second.advance(kStart + 1s, out);
  EXPECT_EQ(text_of(out), "NTFY 1/4 rc=100");
  out.clear();
  second.advance(kStart + 3s, out);
  EXPECT_EQ(text_of(out), "NTFY 1/2 rc=100");
}

TEST(Asp, a_routing_context_is_demanded_or_forbidden) {
  const WordList none;
  const WordList wrong = {{Parameter::routing_context, 7}};
  Machine sg{Role::sg, kA};
  EXPECT_EQ(sg.give_data(data_message()), "handed on, SLS 5");
  EXPECT_EQ(sg.give_data(data_message(none)), "ERR 26");
  EXPECT_EQ(sg.give_data(data_message(wrong)), "ERR 25 rc=7");
  EXPECT_EQ(sg.give(message(Type::aspac, none)), "ERR 26");
  EXPECT_EQ(sg.give(message(Type::aspac, wrong)), "ERR 25 rc=7");
  EXPECT_EQ(sg.give(message(Type::aspia, wrong)), "ERR 25 rc=7");
  EXPECT_EQ(sg.asp.peer_state(), kA);

  AspOptions without = options_of(Role::sg);
  without.routing_context.reset();
  Machine bare{without};
  bare.connect();
  bare.give(kUp);
  EXPECT_EQ(bare.give(kActive), "ERR 25 rc=100");
  EXPECT_EQ(bare.give(message(Type::aspac, {{Parameter::traffic_mode, 2}})),
            "ASPAC ACK mode=2; NTFY 1/3");
  EXPECT_EQ(bare.give_data(data_message()), "ERR 25 rc=100");
  EXPECT_EQ(bare.give_data(data_message(none)), "handed on, SLS 5");

  Machine asp{Role::asp, kI};
  asp.asp.want(kA, asp.now, asp.out);
  EXPECT_EQ(asp.give(message(Type::aspac_ack, wrong)), "ERR 25 rc=7");
  EXPECT_EQ(asp.asp.own_state(), kI);
}

TEST(Asp, another_traffic_mode_or_appearance_and_a_missing_identifier_are_refused) {
  const WordList override_mode = {{Parameter::traffic_mode, 1},
                                  {Parameter::routing_context, kContext}};
  EXPECT_EQ(Machine(Role::sg, kI).give(message(Type::aspac, override_mode)), "ERR 5");
  EXPECT_EQ(
      Machine(Role::sg, kI).give(message(Type::aspac, {{Parameter::routing_context, kContext}})),
      "ASPAC ACK mode=2 rc=100; NTFY 1/3 rc=100");

  AspOptions strict = options_of(Role::sg);
  strict.asp_identifier_required = true;
  strict.network_appearance = 3;
  Machine machine{strict};
  machine.connect();
  EXPECT_EQ(machine.give(kUp), "ERR 14");
  EXPECT_EQ(machine.give(message(Type::aspup, {{Parameter::asp_identifier, 9}})),
            "ASPUP ACK asp=9; NTFY 1/2 rc=100");
  machine.give(kActive);
  EXPECT_EQ(machine.give_data(data_message(
                {{Parameter::network_appearance, 4}, {Parameter::routing_context, kContext}})),
            "ERR 21 na=4");

  AspOptions named = options_of(Role::asp);
  named.asp_identifier = 9;
  EXPECT_EQ(Machine{named}.connect(), "ASPUP asp=9");
}

TEST(Asp, data_waits_for_the_state_and_never_comes_on_stream_zero) {
  EXPECT_EQ(Machine(Role::asp, kI).give_data(data_message()), kUnexpected);
  EXPECT_EQ(Machine(Role::sg, kI).give_data(data_message()), kUnexpected);
  EXPECT_EQ(Machine(Role::asp, kA).give_data(data_message(), 0), "ERR 9");
  EXPECT_EQ(Machine(Role::asp, kA).give_data(data_message()), "handed on, SLS 5");
  // The answer to ASPAC comes on another stream and may be overtaken.
  Machine asked{options_of(Role::asp)};
  asked.connect();
  asked.give(kUpAck);
  EXPECT_EQ(asked.give_data(data_message()), "handed on, SLS 5");
  Bytes cut = data_message();
  cut.resize(16);
  cut[7] = 16;
  EXPECT_EQ(Machine(Role::asp, kA).give_data(cut), "ERR 22");
}

TEST(Asp, what_does_not_decode_is_answered_by_its_error_code_and_an_err_never) {
  Machine machine{Role::asp, kA};
  EXPECT_EQ(machine.give({2, 0, 3, 1, 0, 0, 0, 8}), "ERR 1");
  EXPECT_EQ(machine.give({1, 0, 7, 1, 0, 0, 0, 8}), "ERR 3");
  EXPECT_EQ(machine.give({1, 0, 3, 9, 0, 0, 0, 8}), "ERR 4");
  EXPECT_EQ(machine.give({1, 0, 3, 3, 0, 0, 0, 99}), "ERR 7");
  EXPECT_EQ(machine.give(message(Type::ntfy)), "ERR 22");
  EXPECT_EQ(machine.give({1, 0, 3}), "");
  EXPECT_EQ(machine.give(message(Type::err)), "") << "its mandatory error code is missing";
  EXPECT_EQ(machine.give(message(Type::err, {{Parameter::error_code, 6}})), "");
  EXPECT_EQ(machine.told(AspEvent::error_received), std::vector<std::uint32_t>{6});
  EXPECT_EQ(machine.give(message(Type::err, {{Parameter::error_code, 6}}), 3), "");
  EXPECT_EQ(machine.give(kUpAck, 3), "ERR 9");
}

TEST(Asp, traffic_maintenance_network_messages_and_notifications_may_come_on_any_stream) {
  Machine sg{Role::sg, kI};
  EXPECT_EQ(sg.give(kActive, 3), "ASPAC ACK mode=2 rc=100; NTFY 1/3 rc=100");
  EXPECT_EQ(sg.give(kInactive, 4), "ASPIA ACK rc=100; NTFY 1/4 rc=100");
  EXPECT_EQ(sg.give(kDown, 3), "ERR 9");
  Machine asp{Role::asp, kA};
  EXPECT_EQ(asp.give(message(Type::ntfy, {{Parameter::status, 0x10003}}), 3), "");
  EXPECT_EQ(asp.give(message(Type::duna, {{Parameter::routing_context, kContext},
                                          {Parameter::affected_point_code, 2}}),
                     3),
            "");
  EXPECT_EQ(asp.asp.destinations().status.of(2), DestinationStatus::unavailable);
}

TEST(Asp, a_flood_of_wrong_messages_is_answered_sixteen_times_a_second) {
  Machine machine{Role::asp, kA};
  int answered = 0;
  for (int i = 0; i < 100; ++i) answered += machine.give(kUp).empty() ? 0 : 1;
  EXPECT_EQ(answered, 16);
  EXPECT_EQ(machine.told(AspEvent::error_sent), std::vector<std::uint32_t>{6});
  machine.wait(1s);
  EXPECT_EQ(machine.give(kUp), kUnexpected);
}

TEST(Asp, beats_are_echoed_and_two_unanswered_ones_of_ours_are_one_too_many) {
  std::array<std::uint8_t, 64> octets;
  MessageWriter writer{octets, Type::beat};
  const std::uint8_t text[] = {'a', 'b', 'c'};
  writer.octets(Parameter::heartbeat_data, text);
  const std::size_t size = writer.finish();
  AspOptions options = options_of(Role::asp);
  options.heartbeat = 5s;
  options.ack = 1000s;
  Machine machine{options};
  machine.connect();
  EXPECT_EQ(machine.give({octets.begin(), octets.begin() + size}), "BEAT ACK");
  View echoed;
  ASSERT_EQ(decode(machine.out.message(0), echoed), Error::none);
  EXPECT_EQ(as_text(echoed.octets(Parameter::heartbeat_data)), "abc");
  // 3.5.6: the data comes back unchanged, however much it is.
  Bytes longest(8012, 0x5a);
  MessageWriter long_writer{longest, Type::beat};
  long_writer.octets(Parameter::heartbeat_data, Bytes(8000, 0x5a));
  ASSERT_EQ(long_writer.finish(), longest.size());
  EXPECT_EQ(machine.give(longest), "BEAT ACK");
  longest[3] = 6;
  EXPECT_EQ(as_text(machine.out.message(0)), as_text(longest));

  EXPECT_EQ(machine.wait(5s), "BEAT");
  Bytes answer(machine.out.message(0).begin(), machine.out.message(0).end());
  answer[3] = 6;
  EXPECT_EQ(machine.give(answer), "");
  EXPECT_EQ(machine.wait(5s), "BEAT");
  EXPECT_EQ(machine.give(answer), "") << "of the one before: counts for nothing";
  EXPECT_EQ(machine.wait(5s), "BEAT");
  EXPECT_EQ(machine.wait(5s), "");
  EXPECT_EQ(machine.told(AspEvent::heartbeat_lost).size(), 1U);
}

TEST(Asp, in_override_mode_the_asp_that_came_last_has_the_traffic_until_it_leaves) {
  As as;
  AspOptions options = options_of(Role::sg);
  options.traffic_mode = TrafficMode::override_;
  Asp first{options, as};
  Asp second{options, as};
  const Bytes active =
      message(Type::aspac, {{Parameter::traffic_mode, 1}, {Parameter::routing_context, kContext}});
  AspOutput out;
  for (Asp* asp : {&first, &second}) {
    asp->association_up(kStart, out);
    asp->receive(kUp, 0, kStart, out);
  }
  first.receive(active, 0, kStart, out);
  EXPECT_TRUE(first.may_send());
  second.receive(active, 0, kStart, out);
  EXPECT_FALSE(first.may_send());
  EXPECT_TRUE(second.may_send());
  out.clear();
  first.advance(kStart, out);
  EXPECT_EQ(text_of(out), "NTFY 2/2 rc=100");
  EXPECT_EQ(first.peer_state(), kI);
  out.clear();
  second.association_down(kStart, out);
  first.advance(kStart, out);
  EXPECT_EQ(text_of(out), "NTFY 1/4 rc=100");
  first.receive(active, 0, kStart, out);
  EXPECT_TRUE(first.may_send());
}

TEST(Asp, an_overridden_asp_waits_until_its_as_lacks_one) {
  AspOptions options = options_of(Role::asp);
  options.traffic_mode = TrafficMode::override_;
  Machine machine{options};
  machine.connect();
  EXPECT_EQ(machine.give(kUpAck), "ASPAC mode=1 rc=100");
  machine.give(kActiveAck);
  const auto notified = [&](std::uint32_t status) {
    return machine.give(message(Type::ntfy, {{Parameter::status, status}}));
  };
  EXPECT_EQ(notified(0x20002), "");
  EXPECT_EQ(machine.asp.own_state(), kI);
  EXPECT_EQ(machine.wait(60s), "") << "else the two would take it from each other";
  EXPECT_EQ(notified(0x10003), "");
  EXPECT_EQ(notified(0x10004), "ASPAC mode=1 rc=100");
}

TEST(Asp, notifications_and_states_are_told) {
  Machine machine{Role::asp, kA};
  machine.give(message(Type::ntfy, {{Parameter::status, 0x10004}}));
  EXPECT_EQ(machine.asp.notified(), kAsPending);
  EXPECT_EQ(machine.told(AspEvent::notified), std::vector<std::uint32_t>{0x10004});
  Machine sg{Role::sg, kI};
  sg.give(kActive);
  EXPECT_EQ(sg.told(AspEvent::peer_state), std::vector<std::uint32_t>{2});
  EXPECT_EQ(sg.told(AspEvent::as_state), std::vector<std::uint32_t>{2});
}

}  // namespace
}  // namespace rung::m3ua
