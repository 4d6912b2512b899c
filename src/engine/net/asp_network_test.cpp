#include <algorithm>

#include "engine/net/asp_rig.hpp"

namespace rung::m3ua {
namespace {

TEST(Asp, what_the_network_says_of_point_codes_is_kept_until_it_says_otherwise) {
  const auto about = [](Type type, std::uint32_t code, const WordList& more = {}) {
    WordList words = {{Parameter::routing_context, kContext},
                      {Parameter::affected_point_code, code}};
    words.insert(words.end(), more.begin(), more.end());
    return message(type, words);
  };
  Machine machine{Role::asp, kA};
  const auto status = [&](std::uint32_t code) {
    return machine.asp.destinations().status.of(code);
  };
  EXPECT_EQ(status(2), DestinationStatus::available);
  EXPECT_EQ(machine.give(about(Type::duna, 0x03000000)), "");  // 0 to 7
  EXPECT_EQ(status(2), DestinationStatus::unavailable);
  EXPECT_EQ(status(8), DestinationStatus::available);
  machine.give(about(Type::dava, 2));
  EXPECT_EQ(status(2), DestinationStatus::available);
  EXPECT_EQ(status(3), DestinationStatus::unavailable);
  machine.give(about(Type::drst, 3));
  EXPECT_EQ(status(3), DestinationStatus::restricted);
  machine.give(about(Type::dava, 0x03000000));
  EXPECT_EQ(status(3), DestinationStatus::available);
  EXPECT_EQ(machine.asp.destinations().status.size(), 0U);
  machine.give(about(Type::scon, 2, {{Parameter::congestion_level, 2}}));
  EXPECT_EQ(machine.asp.destinations().congestion.of(2), 2);
  EXPECT_EQ(machine.told(AspEvent::congestion), std::vector<std::uint32_t>{2});
  machine.give(about(Type::scon, 2, {{Parameter::congestion_level, 0}}));
  EXPECT_EQ(machine.asp.destinations().congestion.of(2), 0);
  machine.give(about(Type::dupu, 2, {{Parameter::user_cause, 0x10003}}));
  EXPECT_EQ(machine.told(AspEvent::user_part), std::vector<std::uint32_t>{0x10003});
  EXPECT_EQ(machine.give(about(Type::daud, 2)), kUnexpected);
  EXPECT_EQ(Machine(Role::asp, kD).give(about(Type::duna, 2)), kUnexpected);
  EXPECT_EQ(Machine(Role::sg, kA).give(about(Type::duna, 2)), kUnexpected);
  machine.give(message(Type::duna, {{Parameter::affected_point_code, 2}}));
  EXPECT_EQ(machine.told(AspEvent::error_sent), std::vector<std::uint32_t>{26});
}

TEST(Asp, an_audit_is_answered_by_what_was_announced_and_what_is_served) {
  AspOptions options = options_of(Role::sg);
  ASSERT_TRUE(options.served.push_back(2) && options.served.push_back(3));
  Machine machine{options};
  machine.connect();
  machine.give(kUp);
  const auto audit = [&](std::uint32_t code) {
    return machine.give(message(Type::daud, {{Parameter::routing_context, kContext},
                                             {Parameter::affected_point_code, code}}));
  };
  EXPECT_EQ(audit(2), "DAVA rc=100 pc=2");
  EXPECT_EQ(audit(4), "DUNA rc=100 pc=4");
  machine.give(kActive);
  machine.out.clear();
  machine.asp.announce(2, DestinationStatus::unavailable, machine.out);
  EXPECT_EQ(text_of(machine.out), "DUNA rc=100 pc=2");
  EXPECT_EQ(audit(2), "DUNA rc=100 pc=2");
  machine.out.clear();
  machine.asp.announce(2, DestinationStatus::restricted, machine.out);
  EXPECT_EQ(text_of(machine.out), "DRST rc=100 pc=2");

  // A range whose point codes differ is answered by its parts (3.4.3), one list a status.
  EXPECT_EQ(audit(0x02000000), "DUNA rc=100 pc=0/1; DAVA rc=100 pc=3; DRST rc=100 pc=2");
  EXPECT_EQ(audit(0x04000010), "DUNA rc=100 pc=16/4") << "all alike: as it was asked";

  Machine open{Role::sg, kA};
  open.asp.announce(5, DestinationStatus::unavailable, open.out);
  EXPECT_EQ(open.give(message(Type::daud, {{Parameter::routing_context, kContext},
                                           {Parameter::affected_point_code, 0x03000000}})),
            "DUNA rc=100 pc=5; DAVA rc=100 pc=0/2,4,6/1");

  Machine asp{Role::asp, kA};
  asp.out.clear();
  asp.asp.audit(2, asp.out);
  EXPECT_EQ(text_of(asp.out), "DAUD rc=100 pc=2");
}

TEST(Asp, an_audit_of_many_point_codes_is_answered_for_each_of_them) {
  Machine machine{Role::sg, kA};
  machine.asp.announce(7, DestinationStatus::unavailable, machine.out);
  std::vector<std::uint32_t> asked(500);
  for (std::uint32_t i = 0; i < asked.size(); ++i) asked[i] = i;
  Bytes octets(4096);
  MessageWriter writer{octets, Type::daud};
  writer.word(Parameter::routing_context, kContext).words(Parameter::affected_point_code, asked);
  octets.resize(writer.finish());
  machine.give(octets);
  std::vector<std::uint32_t> answered;
  for (std::size_t i = 0; i < machine.out.size(); ++i) {
    View view;
    ASSERT_EQ(decode(machine.out.message(i), view), Error::none);
    const auto codes = view.words(Parameter::affected_point_code);
    for (std::size_t n = 0; n < codes.size(); ++n) {
      answered.push_back(codes[n]);
      EXPECT_EQ(view.type, codes[n] == 7 ? Type::duna : Type::dava);
    }
  }
  std::sort(answered.begin(), answered.end());
  EXPECT_EQ(answered, asked);
  EXPECT_EQ(machine.out.shed(), 0U);
}

TEST(Asp, states_of_point_codes_that_find_no_room_are_counted) {
  Machine machine{Role::asp, kA};
  constexpr std::uint32_t kRoom = PointCodeTable<DestinationStatus>::kRangesMax;
  for (std::uint32_t code = 0; code < kRoom; ++code) {
    for (const Type type : {Type::duna, Type::scon}) {
      machine.give(message(
          type, {{Parameter::routing_context, kContext}, {Parameter::affected_point_code, code}}));
      EXPECT_EQ(machine.out.shed(), 0U);
    }
  }
  for (const Type type : {Type::duna, Type::scon}) {
    machine.give(message(
        type, {{Parameter::routing_context, kContext}, {Parameter::affected_point_code, kRoom}}));
    EXPECT_EQ(machine.out.shed(), 1U) << to_string(type);
  }
  Machine sg{Role::sg, kA};
  sg.out.clear();
  for (std::uint32_t code = 0; code <= kRoom; ++code) {
    if (code == kRoom) sg.out.clear();
    sg.asp.announce(code, DestinationStatus::unavailable, sg.out);
  }
  EXPECT_EQ(sg.out.shed(), 1U);
}

}  // namespace
}  // namespace rung::m3ua
