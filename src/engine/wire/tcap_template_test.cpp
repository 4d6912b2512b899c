#include "engine/wire/tcap_template.hpp"

#include <gtest/gtest.h>

#include "engine/wire/guard_page.hpp"
#include "engine/wire/map_fields.hpp"
#include "engine/wire/slot.hpp"
#include "engine/wire/tcap_writer.hpp"

namespace rung::tcap {
namespace {

/// A message of tests/golden/ss7/map.txt, kept with the octets it points into.
struct Golden {
  golden::Ss7Vector vector;
  Octets octets{};
  Message message{};

  explicit Golden(std::string_view name) {
    for (const golden::Ss7Vector& one : golden::load_ss7("map.txt")) {
      if (one.name == name) vector = one;
    }
    m3ua::View view;
    sccp::Message carrier;
    EXPECT_EQ(m3ua::decode(vector.octets, view), m3ua::Error::none) << name;
    EXPECT_EQ(sccp::decode(view.data().user_data, carrier), sccp::Error::none) << name;
    octets = carrier.data;
    EXPECT_FALSE(decode(octets, message)) << name;
  }
};

TEST(TcapTemplate, writes_what_it_was_made_of) {
  for (const std::string_view name :
       {"E1_srism_begin", "E6_mtfsm_end_ack", "E17_handshake_continue", "E14_abort_acns"}) {
    const Golden golden{name};
    const Template made{golden.message};
    std::array<std::uint8_t, 256> out;
    const std::size_t size = made.write(out, golden.message.otid, golden.message.dtid);
    EXPECT_EQ(golden::digits(Octets{out}.first(size)), golden::digits(golden.octets)) << name;
  }
}

TEST(TcapTemplate, echoes_ids_of_any_size) {
  const Golden golden{"E6_mtfsm_end_ack"};
  const Template answer{golden.message};
  for (const TransactionId& id : {TransactionId{1, {0x7f}}, TransactionId{2, {0x01, 0x02}},
                                  TransactionId{3, {1, 2, 3}}, TransactionId{4, {0xff, 0, 0, 1}}}) {
    std::array<std::uint8_t, 256> out;
    const std::size_t size = answer.write(out, {}, id);
    Template::octets(MutableOctets{out}.first(size), answer.invoke_id())[0] = 0x85;
    Message message;
    ASSERT_FALSE(decode(Octets{out}.first(size), message));
    EXPECT_EQ(message.dtid, id);
    ASSERT_EQ(message.components.size(), 1U);
    EXPECT_EQ(message.components[0].invoke_id, -123);
    EXPECT_EQ(golden::digits(message.dialogue.application_context),
              golden::digits(golden.message.dialogue.application_context));
  }
}

TEST(TcapTemplate, digits_are_patched_where_the_number_stands) {
  const Golden golden{"E1_srism_begin"};
  const Template request{golden.message};
  map::RoutingInfoForSmArg argument;
  ASSERT_FALSE(map::decode(golden.message.components[0].parameter, argument));
  const Template::Field msisdn = request.field(argument.msisdn.subspan(1));
  std::array<std::uint8_t, 256> out;

  const std::size_t size = request.write(out, TransactionId::of(0xa1b2c3d4), {});
  put_semi_octets(Template::octets(MutableOctets{out}.first(size), msisdn), 46709999999, 11);

  Message message;
  ASSERT_FALSE(decode(Octets{out}.first(size), message));
  golden::Fields expected = golden.vector.fields;
  expected["otid"] = "a1b2c3d4";
  expected["msisdn"] = "46709999999";
  EXPECT_EQ(golden::describe(message), expected);
}

TEST(TcapTemplate, without_room_nothing_is_written) {
  const Golden golden{"E1_srism_begin"};
  const Template request{golden.message};
  for (std::size_t size = 0; size < golden.octets.size(); ++size) {
    const GuardedCopy copy{std::vector<std::uint8_t>(size, 0)};
    EXPECT_EQ(request.write(copy.writable(), TransactionId::of(1), {}), 0U);
  }
}

}  // namespace
}  // namespace rung::tcap
