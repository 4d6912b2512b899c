#include "engine/wire/rp.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/base/prng.hpp"
#include "engine/wire/guard_page.hpp"

namespace rung::rp {
namespace {

using Bytes = std::vector<std::uint8_t>;

Error decode_error(const Bytes& octets) {
  Message message;
  return decode(octets, message);
}

/// Encodes back and compares; for any octets decode() accepts.
void expect_same_octets(const Message& message, Octets octets) {
  std::array<std::uint8_t, kMessageSizeMax> out;
  const auto size = encode(message, out);
  ASSERT_TRUE(size.ok()) << to_string(size.error());
  EXPECT_EQ(to_hex(Octets{out}.first(*size)), to_hex(octets));
}

TEST(Rp, data_of_the_ms_has_an_empty_originator) {
  const Bytes octets = {0x00,                                            // MTI: RP-DATA, MS to N
                        0x2a,                                            // RP-MR
                        0x00,                                            // RP-OA: length only
                        0x07, 0x91, 0x21, 0x21, 0x55, 0x05, 0x00, 0xf0,  // RP-DA
                        0x03, 0xaa, 0xbb, 0xcc};                         // RP-User-Data, LV
  Message message;

  ASSERT_EQ(decode(octets, message), Error::none);

  EXPECT_EQ(message.type(), Type::data);
  EXPECT_EQ(message.direction(), Direction::ms_to_n);
  EXPECT_EQ(message.reference, 0x2a);
  EXPECT_TRUE(message.originator.empty());
  EXPECT_TRUE(bcd::address_equals(message.destination, "12125550000"));
  EXPECT_EQ(message.user_data.size(), 3U);
  expect_same_octets(message, octets);
}

TEST(Rp, user_data_is_lv_in_data_and_tlv_elsewhere) {
  Message message;
  ASSERT_EQ(decode(Bytes{0x03, 1, 0x41, 2, 0xaa, 0xbb}, message), Error::none);
  EXPECT_TRUE(message.has_user_data);
  EXPECT_EQ(decode_error({0x03, 1, 2, 0xaa, 0xbb}), Error::unexpected_element);
  EXPECT_EQ(decode_error({0x01, 1, 0, 0, 0x41, 2, 0xaa, 0xbb}), Error::user_data_length);
  EXPECT_EQ(decode_error({0x04, 1, 0x42, 1, 22}), Error::cause_length);  // the cause has no IEI
}

TEST(Rp, cause_may_carry_a_diagnostic_and_an_extension_bit) {
  const Bytes octets = {0x05, 0x2a, 0x02, 0xaa, 0x07, 0x41, 0x01, 0x00};
  Message message;

  ASSERT_EQ(decode(octets, message), Error::none);

  EXPECT_EQ(message.cause, 42);
  EXPECT_TRUE(message.cause_extended);
  EXPECT_TRUE(message.has_diagnostic);
  EXPECT_EQ(message.diagnostic, 7);
  expect_same_octets(message, octets);
}

TEST(Rp, spare_bits_of_the_first_octet_are_ignored_and_kept) {
  Message message;
  ASSERT_EQ(decode(Bytes{0xfe, 0x11}, message), Error::none);
  EXPECT_EQ(message.type(), Type::smma);
  expect_same_octets(message, Bytes{0xfe, 0x11});
}

TEST(Rp, each_defect_has_its_error_and_the_reference_is_still_known) {
  struct Defect {
    Bytes octets;
    Error error;
  };
  const Defect defects[] = {
      {{0x07, 9}, Error::reserved_type},
      {{0x06, 9, 0}, Error::trailing_octets},
      {{0x02, 9, 0x41, 1, 0, 0}, Error::trailing_octets},
      {{0x02, 9, 0x41}, Error::too_short},
      {{0x02, 9, 0x41, 2, 0}, Error::user_data_length},
      {{0x04, 9}, Error::too_short},
      {{0x04, 9, 0}, Error::cause_length},
      {{0x04, 9, 3, 22, 0, 0}, Error::cause_length},
      {{0x04, 9, 1}, Error::too_short},
      {{0x01, 9}, Error::too_short},
      {{0x01, 9, 12}, Error::address_length},
      {{0x01, 9, 2, 0x91}, Error::too_short},
      {{0x01, 9, 2, 0x91, 0xf1, 12}, Error::address_length},
      {{0x01, 9, 2, 0x91, 0xf1, 0}, Error::too_short},
      {{0x01, 9, 2, 0x91, 0xf1, 0, 1}, Error::user_data_length},
      {{0x01, 9, 2, 0x91, 0xf1, 0, 0, 0}, Error::trailing_octets},
  };
  for (const Defect& defect : defects) {
    Message message;
    EXPECT_EQ(decode(defect.octets, message), defect.error) << to_hex(defect.octets);
    EXPECT_EQ(message.reference, 9);
  }
  EXPECT_EQ(decode_error({}), Error::too_short);
  EXPECT_EQ(decode_error({0x06}), Error::too_short);
}

TEST(Rp, user_data_of_232_octets_is_the_most) {
  for (const std::size_t size : {232U, 233U}) {
    Bytes octets = {0x01, 1, 2, 0x91, 0xf1, 0, static_cast<std::uint8_t>(size)};
    octets.resize(octets.size() + size, 0x55);
    EXPECT_EQ(decode_error(octets), size == 232 ? Error::none : Error::user_data_length);

    Message message;
    message.first_octet = 1;
    message.user_data = Octets{octets}.last(size);
    std::array<std::uint8_t, 300> out;
    EXPECT_EQ(encode(message, out).ok(), size == 232);
  }
}

TEST(Rp, encoding_refuses_fields_out_of_range) {
  std::array<std::uint8_t, kMessageSizeMax> out;
  const Bytes twelve(12, 0x91);
  Message message;
  message.first_octet = 7;
  EXPECT_EQ(encode(message, out).error(), Error::reserved_type);
  message.first_octet = 0;
  message.destination = twelve;
  EXPECT_EQ(encode(message, out).error(), Error::address_length);
  message = {.first_octet = 4, .cause = 128};
  EXPECT_EQ(encode(message, out).error(), Error::cause_length);
  message.cause = 22;
  EXPECT_EQ(encode(message, MutableOctets{out}.first(3)).error(), Error::too_short);
  EXPECT_EQ(*encode(message, MutableOctets{out}.first(4)), 4U);
}

TEST(Rp, nothing_is_read_past_the_end_at_any_length) {
  const Bytes messages[] = {{0x01, 7, 7, 0x91, 0x21, 0x21, 0x55, 0x05, 0, 0xf0, 0, 3, 1, 2, 3},
                            {0x05, 42, 2, 42, 0, 0x41, 4, 1, 2, 3, 4}};
  for (const Bytes& octets : messages) {
    for (std::size_t size = 0; size < octets.size(); ++size) {
      const GuardedCopy cut{Octets{octets}.first(size)};
      Message message;
      const Error error = decode(cut.octets(), message);
      // An RP-ERROR may end before its optional element.
      EXPECT_EQ(error == Error::none, octets[0] == 5 && size == 5) << size;
    }
  }
}

TEST(Rp, whatever_decodes_encodes_to_the_same_octets) {
  Prng prng{24011};
  int accepted = 0;
  for (int i = 0; i < 200000; ++i) {
    Bytes octets(prng.below(14));
    for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(prng.below(16));
    if (octets.size() > 2 && prng.chance(0.5)) octets[2] = 0x41;
    Message message;
    if (decode(octets, message) != Error::none) continue;
    ++accepted;
    expect_same_octets(message, octets);
  }
  EXPECT_GT(accepted, 1000);
}

TEST(Rp, causes_are_listed_by_direction) {
  // TS 24.011 table 8.4: 22 only from the MS, 42 only from the network, 97 from both.
  EXPECT_TRUE(cause_listed(22, Direction::ms_to_n));
  EXPECT_FALSE(cause_listed(22, Direction::n_to_ms));
  EXPECT_TRUE(cause_listed(42, Direction::n_to_ms));
  EXPECT_FALSE(cause_listed(42, Direction::ms_to_n));
  EXPECT_TRUE(cause_listed(97, Direction::n_to_ms));
  EXPECT_TRUE(cause_listed(97, Direction::ms_to_n));
  EXPECT_FALSE(cause_listed(2, Direction::n_to_ms));
  EXPECT_EQ(cause_name(22), "memory capacity exceeded");
  EXPECT_EQ(cause_name(2), "reserved");
}

}  // namespace
}  // namespace rung::rp
