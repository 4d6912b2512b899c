// Vectors from outside, read from tests/golden/ss7/sigtran.txt: decoded, compared, encoded back to
// the octet, cut at every length.
#include <gtest/gtest.h>

#include "engine/wire/guard_page.hpp"
#include "engine/wire/m3ua_data.hpp"
#include "engine/wire/sigtran_fields.hpp"

namespace rung::golden {
namespace {

std::string encoded(const m3ua::View& view) {
  std::array<std::uint8_t, 1024> out;
  const auto size = m3ua::encode(view, out);
  return size.ok() ? digits(Octets{out}.first(*size)) : std::string(to_string(size.error()));
}

std::string encoded(const sccp::Message& message) {
  std::array<std::uint8_t, sccp::kMessageSizeMax> out;
  const auto size = sccp::encode(message, out);
  return size.ok() ? digits(Octets{out}.first(*size)) : std::string(to_string(size.error()));
}

TEST(SigtranGolden, every_vector_decodes_to_its_fields_and_encodes_back_to_the_octet) {
  const std::vector<Ss7Vector> vectors = load_ss7("sigtran.txt");
  EXPECT_GE(vectors.size(), 24U);
  for (const Ss7Vector& vector : vectors) {
    m3ua::View view;

    ASSERT_EQ(m3ua::decode(vector.octets, view), m3ua::Error::none) << vector.place;

    const Fields found = describe(view);
    EXPECT_FALSE(vector.fields.empty()) << vector.place;
    for (const auto& [name, value] : vector.fields) {
      ASSERT_TRUE(found.contains(name)) << vector.place << ": no field " << name;
      EXPECT_EQ(value, found.at(name)) << vector.place << ": " << name;
    }
    EXPECT_EQ(encoded(view), digits(vector.octets)) << vector.place;
    if (view.type != m3ua::Type::data) continue;
    sccp::Message message;
    ASSERT_EQ(sccp::decode(view.data().user_data, message), sccp::Error::none) << vector.place;
    EXPECT_EQ(encoded(message), digits(view.data().user_data)) << vector.place;
  }
}

TEST(SigtranGolden, the_short_way_of_data_finds_the_same_and_writes_the_same) {
  std::size_t count = 0;
  for (const Ss7Vector& vector : load_ss7("sigtran.txt")) {
    if (!m3ua::is_data(vector.octets)) continue;
    ++count;
    m3ua::Data data;

    ASSERT_EQ(m3ua::decode_data(vector.octets, data), m3ua::Error::none) << vector.place;

    const m3ua::DataHeader header({.opc = data.protocol.opc,
                                   .dpc = data.protocol.dpc,
                                   .si = data.protocol.si,
                                   .ni = data.protocol.ni,
                                   .mp = data.protocol.mp,
                                   .routing_context = data.routing_context,
                                   .network_appearance = {}});
    const Octets user_data = data.protocol.user_data;
    std::vector<std::uint8_t> out(header.message_size(user_data.size()), 0xee);
    std::copy(user_data.begin(), user_data.end(),
              out.begin() + static_cast<std::ptrdiff_t>(header.size()));
    EXPECT_EQ(header.write(data.protocol.sls, user_data.size(), out), out.size()) << vector.place;
    EXPECT_EQ(digits(out), digits(vector.octets)) << vector.place;
  }
  EXPECT_EQ(count, 3U);
}

TEST(SigtranGolden, nothing_is_read_past_the_end_at_any_length) {
  for (const Ss7Vector& vector : load_ss7("sigtran.txt")) {
    for (std::size_t size = 0; size < vector.octets.size(); ++size) {
      const GuardedCopy cut{Octets{vector.octets}.first(size)};
      m3ua::View view;
      const m3ua::Error error = m3ua::decode(cut.octets(), view);
      EXPECT_EQ(error, size < m3ua::kHeaderSize ? m3ua::Error::too_short : m3ua::Error::length)
          << vector.place << " at " << size;
      if (m3ua::is_data(cut.octets())) {
        m3ua::Data data;
        EXPECT_EQ(m3ua::decode_data(cut.octets(), data), error) << vector.place << " at " << size;
      }
    }
    m3ua::View view;
    ASSERT_EQ(m3ua::decode(vector.octets, view), m3ua::Error::none) << vector.place;
    const Octets user_data = view.data().user_data;
    for (std::size_t size = 0; size < user_data.size(); ++size) {
      const GuardedCopy cut{user_data.first(size)};
      sccp::Message message;
      EXPECT_NE(sccp::decode(cut.octets(), message), sccp::Error::none)
          << vector.place << " at " << size;
    }
  }
}

}  // namespace
}  // namespace rung::golden
