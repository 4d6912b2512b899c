#include "engine/wire/udh.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/wire/guard_page.hpp"

namespace rung::udh {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Udh, unknown_elements_are_kept_as_they_are) {
  const Bytes header = {0x0b,                    // UDHL
                        0x70, 0x02, 0xde, 0xad,  // (U)SIM toolkit, not ours to know
                        0x24, 0x01, 0x01,        // national language single shift
                        0x05, 0x02, 0x0b, 0x84,  // ports, of a wrong length
                        0x55};                   // text
  Elements elements{header};
  Element element;

  ASSERT_TRUE(elements.next(element));
  EXPECT_EQ(element.id, 0x70);
  EXPECT_EQ(Bytes(element.data.begin(), element.data.end()), (Bytes{0xde, 0xad}));
  ASSERT_TRUE(elements.next(element));
  EXPECT_EQ(element.id, 0x24);
  ASSERT_TRUE(elements.next(element));
  EXPECT_EQ(element.data.size(), 2U);
  EXPECT_FALSE(elements.next(element));
  EXPECT_TRUE(elements.ok());
  EXPECT_EQ(elements.size(), 12U);
}

TEST(Udh, header_that_its_elements_do_not_fill_is_malformed) {
  EXPECT_FALSE(well_formed(Bytes{}));
  EXPECT_FALSE(well_formed(Bytes{0x05, 0x00, 0x03, 0x5a, 0x02}));              // cut
  EXPECT_FALSE(well_formed(Bytes{0x05, 0x00, 0x04, 0x5a, 0x02, 0x01, 0x00}));  // runs past UDHL
  EXPECT_FALSE(well_formed(Bytes{0x06, 0x00, 0x03, 0x5a, 0x02, 0x01, 0x00}));  // lone identifier
  EXPECT_TRUE(well_formed(Bytes{0x00}));
  EXPECT_TRUE(well_formed(Bytes{0x02, 0x70, 0x00}));
}

TEST(Udh, both_widths_of_concatenation_come_back) {
  for (const bool wide : {false, true}) {
    const Concatenation parts{.reference = static_cast<std::uint16_t>(wide ? 0xbeef : 0xef),
                              .total = 3,
                              .sequence = 2,
                              .wide = wide};
    std::array<std::uint8_t, 7> out{};

    const std::size_t size = encode_concatenation(parts, out);

    ASSERT_EQ(size, wide ? 7U : 6U);
    Concatenation found;
    ASSERT_TRUE(find_concatenation(Octets{out}.first(size), found));
    EXPECT_EQ(found, parts);
    EXPECT_EQ(encode_concatenation(parts, MutableOctets{out}.first(size - 1)), 0U);
  }
  std::array<std::uint8_t, 7> out{};
  EXPECT_EQ(encode_concatenation({.reference = 256, .total = 1, .sequence = 1}, out), 0U);
}

TEST(Udh, concatenation_that_makes_no_sense_is_ignored) {
  // 9.2.3.24.1: total 0, sequence 0 and a sequence beyond the total.
  for (const Bytes& header : {Bytes{5, 0, 3, 9, 0, 0}, Bytes{5, 0, 3, 9, 2, 0},
                              Bytes{5, 0, 3, 9, 2, 3}, Bytes{4, 0, 2, 9, 2}}) {
    Concatenation found;
    EXPECT_TRUE(find_concatenation(header, found));
    EXPECT_EQ(found.total, 0);
  }
}

TEST(Udh, last_of_several_concatenations_counts) {
  Concatenation found;
  ASSERT_TRUE(find_concatenation(Bytes{11, 0, 3, 1, 2, 1, 8, 4, 1, 2, 3, 3}, found));
  EXPECT_EQ(found, (Concatenation{.reference = 0x102, .total = 3, .sequence = 3, .wide = true}));
}

TEST(Udh, nothing_is_read_past_the_end_at_any_length) {
  const Bytes header = {0x0a, 0x00, 0x03, 0x5a, 0x02, 0x01, 0x70, 0x03, 1, 2, 3, 0x41};
  for (std::size_t size = 0; size <= header.size(); ++size) {
    const GuardedCopy cut{Octets{header}.first(size)};
    Concatenation found;
    EXPECT_EQ(find_concatenation(cut.octets(), found), size >= 11) << size;
    EXPECT_EQ(found.total, size >= 11 ? 2 : 0) << size;
  }
}

}  // namespace
}  // namespace rung::udh
