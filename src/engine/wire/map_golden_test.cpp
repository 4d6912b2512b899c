// Vectors from outside, read from tests/golden/ss7/map.txt: decoded, compared field by field, and
// encoded back to the octet; cut at every length.
#include <gtest/gtest.h>

#include "engine/wire/guard_page.hpp"
#include "engine/wire/map_fields.hpp"
#include "engine/wire/sccp_segment.hpp"
#include "engine/wire/tcap_writer.hpp"

namespace rung::golden {
namespace {

/// SCCP user data of an M3UA DATA message; empty where there is none.
Octets user_data(const Ss7Vector& vector) {
  m3ua::View view;
  sccp::Message message;
  if (m3ua::decode(vector.octets, view) != m3ua::Error::none) return {};
  return sccp::decode(view.data().user_data, message) == sccp::Error::none ? message.data
                                                                           : Octets{};
}

std::string encoded(const tcap::Message& message) {
  std::array<std::uint8_t, 1024> out;
  const auto octets = tcap::encode(message, out);
  return octets.ok() ? digits(*octets) : error_text(octets.error());
}

TEST(MapGolden, every_vector_decodes_to_its_fields_and_to_no_others) {
  const std::vector<Ss7Vector> vectors = load_ss7("map.txt");
  EXPECT_GE(vectors.size(), 39U);
  for (const Ss7Vector& vector : vectors) {
    tcap::Message message;

    const tcap::Error error = tcap::decode(user_data(vector), message);

    ASSERT_FALSE(error) << vector.place << ": " << error_text(error);
    EXPECT_EQ(describe(message), vector.fields) << vector.place;
  }
}

TEST(MapGolden, messages_and_parameters_encode_back_to_the_octet) {
  for (const Ss7Vector& vector : load_ss7("map.txt")) {
    tcap::Message message;
    ASSERT_FALSE(tcap::decode(user_data(vector), message)) << vector.place;

    EXPECT_EQ(encoded(message), digits(user_data(vector))) << vector.place;
    for (const tcap::Component& component : message.components) {
      if (component.parameter.empty()) continue;
      const bool is_known = with_parameter(component, [&](auto parameter) {
        ASSERT_FALSE(map::decode(component.parameter, parameter)) << vector.place;
        std::array<std::uint8_t, 1024> out;
        ber::Writer writer{out};
        map::write(writer, parameter);
        EXPECT_EQ(digits(writer.written()), digits(component.parameter)) << vector.place;
      });
      EXPECT_TRUE(is_known) << vector.place;
    }
  }
}

TEST(MapGolden, dialogue_pdus_encode_back_to_the_octet) {
  std::size_t count = 0;
  for (const Ss7Vector& vector : load_ss7("map.txt")) {
    tcap::Message message;
    ASSERT_FALSE(tcap::decode(user_data(vector), message)) << vector.place;
    if (message.dialogue.user_information.empty()) continue;
    Octets pdu;
    ASSERT_FALSE(map::find_dialogue_pdu(message.dialogue.user_information, pdu)) << vector.place;
    map::MapOpenInfo open;
    ASSERT_FALSE(map::decode(pdu, open)) << vector.place;
    std::array<std::uint8_t, 256> out;
    ber::Writer writer{out};

    map::write(writer, open);
    map::wrap_dialogue_pdu(writer, 0);

    EXPECT_EQ(digits(writer.written()), digits(message.dialogue.user_information)) << vector.place;
    ++count;
  }
  EXPECT_GE(count, 1U);
}

TEST(MapGolden, nothing_is_read_past_the_end_at_any_length) {
  for (const Ss7Vector& vector : load_ss7("map.txt")) {
    const Octets whole = user_data(vector);
    tcap::Message message;
    ASSERT_FALSE(tcap::decode(whole, message)) << vector.place;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const GuardedCopy cut{whole.first(size)};
      tcap::Message ignored;
      EXPECT_TRUE(tcap::decode(cut.octets(), ignored)) << vector.place << " at " << size;
    }
    const Octets user_information = message.dialogue.user_information;
    for (std::size_t size = 0; size < user_information.size(); ++size) {
      const GuardedCopy cut{user_information.first(size)};
      Octets pdu;
      EXPECT_TRUE(map::find_dialogue_pdu(cut.octets(), pdu)) << vector.place << " at " << size;
    }
    for (const tcap::Component& component : message.components) {
      for (std::size_t size = 1; size < component.parameter.size(); ++size) {
        const GuardedCopy cut{component.parameter.first(size)};
        with_parameter(component, [&](auto parameter) {
          EXPECT_TRUE(map::decode(cut.octets(), parameter)) << vector.place << " at " << size;
        });
      }
    }
  }
}

TEST(MapGolden, a_message_in_two_segments_is_one_mt_forward_sm) {
  std::array<sccp::Reassembly::Entry, 2> entries{};
  std::array<std::uint8_t, 2 * 512> storage;
  sccp::Reassembly reassembly{entries, storage, 10s};
  tcap::Message message;
  for (const Ss7Vector& vector : load_ss7("sigtran.txt")) {
    m3ua::View view;
    sccp::Message segment;
    if (!vector.name.starts_with("E22") && !vector.name.starts_with("E23")) continue;
    ASSERT_EQ(m3ua::decode(vector.octets, view), m3ua::Error::none);
    ASSERT_EQ(sccp::decode(view.data().user_data, segment), sccp::Error::none);
    const auto added = reassembly.add(segment, Time{});
    if (added.outcome != sccp::Reassembly::Outcome::complete) continue;

    const tcap::Error error = tcap::decode(added.data, message);

    ASSERT_FALSE(error) << error_text(error);
    EXPECT_EQ(encoded(message), digits(added.data));
    Fields fields = describe(message);
    EXPECT_EQ(fields["component"], "Invoke 1 mt-ForwardSM");
    EXPECT_EQ(fields["destinationReference"], "240070123456789");
    EXPECT_EQ(fields["sm-RP-DA"], "imsi 240070123456789");
    EXPECT_EQ(fields["sm-RP-UI"].size(), 2U * 159);
  }
  EXPECT_EQ(message.components.size(), 1U);
}

}  // namespace
}  // namespace rung::golden
