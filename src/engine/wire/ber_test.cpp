#include "engine/wire/ber.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/wire/ber_record.hpp"
#include "engine/wire/guard_page.hpp"

namespace rung::ber {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(BerCursor, reads_every_form_of_length) {
  struct Form {
    Bytes octets;
    Tag tag;
    std::size_t contents;
  };
  const Form forms[] = {
      {{0x04, 0x00}, 0x04, 0},                          // empty
      {{0x04, 0x02, 1, 2}, 0x04, 2},                    // short
      {{0x04, 0x81, 0x02, 1, 2}, 0x04, 2},              // long, more octets than needed
      {{0x04, 0x82, 0x00, 0x01, 7}, 0x04, 1},           // two octets
      {{0x04, 0x84, 0, 0, 0, 1, 7}, 0x04, 1},           // four
      {{0x30, 0x80, 0x05, 0x00, 0x00, 0x00}, 0x30, 2},  // indefinite
      {{0x9f, 0x1f, 0x01, 7}, 0x9f1f, 1},               // tag number above 30
      {{0x9f, 0x81, 0x01, 0x01, 7}, 0x9f8101, 1},       // above 127
  };
  for (const Form& form : forms) {
    const GuardedCopy copy{form.octets};
    Cursor cursor{copy.octets()};
    Element element;
    ASSERT_TRUE(cursor.next(element)) << to_hex(form.octets);
    EXPECT_EQ(element.tag, form.tag) << to_hex(form.octets);
    EXPECT_EQ(element.contents.size(), form.contents) << to_hex(form.octets);
    EXPECT_EQ(element.whole.size(), form.octets.size()) << to_hex(form.octets);
    EXPECT_TRUE(cursor.at_end());
    EXPECT_FALSE(cursor.next(element));
    EXPECT_EQ(cursor.error(), ErrorCode::none);
  }
}

TEST(BerCursor, indefinite_lengths_nest_to_a_bound) {
  for (const std::size_t depth : {kDepthMax, kDepthMax + 1}) {
    Bytes octets;
    for (std::size_t i = 0; i < depth; ++i) {
      octets.push_back(0x30);
      octets.push_back(0x80);
    }
    octets.resize(4 * depth, 0x00);
    Cursor cursor{octets};
    Element element;
    EXPECT_EQ(cursor.next(element), depth == kDepthMax) << depth;
    EXPECT_EQ(cursor.error(), depth == kDepthMax ? ErrorCode::none : ErrorCode::depth);
  }
}

TEST(BerCursor, an_end_of_contents_inside_a_definite_element_does_not_end_the_outer_one) {
  const Bytes octets = {0x30, 0x80, 0x04, 0x02, 0x00, 0x00, 0x02, 0x01, 0x05, 0x00, 0x00};
  Cursor cursor{octets};
  Element element;
  ASSERT_TRUE(cursor.next(element));
  EXPECT_EQ(element.contents.size(), 7U);
  EXPECT_TRUE(cursor.at_end());
}

TEST(BerCursor, malformed_elements_are_refused_with_their_reason) {
  struct Wrong {
    Bytes octets;
    ErrorCode error;
  };
  const Wrong wrongs[] = {
      {{0x04}, ErrorCode::truncated},
      {{0x04, 0x02, 1}, ErrorCode::truncated},
      {{0x04, 0x81}, ErrorCode::truncated},
      {{0x04, 0x82, 0x01}, ErrorCode::truncated},
      {{0x04, 0x84, 0xff, 0xff, 0xff, 0xff}, ErrorCode::truncated},
      {{0x04, 0x85, 0, 0, 0, 0, 1, 7}, ErrorCode::length},
      {{0x04, 0x80, 0x00, 0x00}, ErrorCode::length},  // indefinite, primitive
      {{0x30, 0x80, 0x05, 0x00}, ErrorCode::truncated},
      {{0x30, 0x80, 0x05, 0x00, 0x00}, ErrorCode::truncated},
      {{0x9f}, ErrorCode::truncated},
      {{0x9f, 0x81, 0x81, 0x81, 0x01, 0x00}, ErrorCode::identifier},
  };
  for (const Wrong& wrong : wrongs) {
    const GuardedCopy copy{wrong.octets};
    Cursor cursor{copy.octets()};
    Element element;
    EXPECT_FALSE(cursor.next(element)) << to_hex(wrong.octets);
    EXPECT_EQ(cursor.error(), wrong.error) << to_hex(wrong.octets);
    EXPECT_FALSE(cursor.next(element)) << "an error stays";
  }
}

TEST(BerInteger, is_written_with_the_fewest_octets_and_read_back) {
  struct Value {
    std::int32_t value;
    Bytes octets;
  };
  const Value values[] = {
      {0, {0x02, 1, 0}},
      {127, {0x02, 1, 0x7f}},
      {128, {0x02, 2, 0x00, 0x80}},
      {180, {0x02, 2, 0x00, 0xb4}},
      {600, {0x02, 2, 0x02, 0x58}},
      {-1, {0x02, 1, 0xff}},
      {-128, {0x02, 1, 0x80}},
      {-129, {0x02, 2, 0xff, 0x7f}},
      {2147483647, {0x02, 4, 0x7f, 0xff, 0xff, 0xff}},
      {-2147483647 - 1, {0x02, 4, 0x80, 0x00, 0x00, 0x00}},
  };
  for (const Value& value : values) {
    std::array<std::uint8_t, 8> out;
    Writer writer{out};
    writer.integer(kInteger, value.value);
    EXPECT_EQ(to_hex(writer.written()), to_hex(value.octets));
    std::int32_t read = 0;
    ASSERT_TRUE(read_integer(writer.written().subspan(2), read));
    EXPECT_EQ(read, value.value);
  }
  std::int32_t ignored = 0;
  EXPECT_FALSE(read_integer(Bytes{}, ignored));
  EXPECT_FALSE(read_integer(Bytes{0, 0, 0, 0, 1}, ignored));
}

TEST(BerBitString, counts_its_bits_from_the_highest_of_the_first_octet) {
  const Bytes octets = {0x02, 0x50};  // mw-Status: MNRF and MNRG of 6 bits
  BitString bits;
  ASSERT_TRUE(read_bit_string(octets, bits));
  const bool expected[] = {false, true, false, true, false, false, false, false};
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(bits.test(i), expected[i]) << i;
  EXPECT_FALSE(bits.test(200));
  EXPECT_TRUE(read_bit_string(Bytes{0x00}, bits)) << "no bits at all";
  EXPECT_FALSE(read_bit_string(Bytes{}, bits));
  EXPECT_FALSE(read_bit_string(Bytes{0x01}, bits)) << "unused bits of nothing";
  EXPECT_FALSE(read_bit_string(Bytes{0x08, 0x50}, bits));
}

TEST(BerWriter, lengths_have_the_fewest_octets) {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 255U, 256U, 65535U, 65536U}) {
    std::vector<std::uint8_t> out(size + 8);
    const Bytes contents(size, 0x55);
    Writer writer{out};
    writer.element(0x9f1f, contents);
    ASSERT_TRUE(writer.ok());
    Cursor cursor{writer.written()};
    Element element;
    ASSERT_TRUE(cursor.next(element));
    EXPECT_EQ(element.tag, 0x9f1fU);
    EXPECT_EQ(element.contents.size(), size);
    const std::size_t length_octets = size < 128 ? 1 : size < 256 ? 2 : size < 65536 ? 3 : 4;
    EXPECT_EQ(writer.size(), 2 + length_octets + size);
  }
}

TEST(BerWriter, without_room_it_fails_and_stays_failed) {
  const Bytes contents(10, 0x55);
  for (std::size_t size = 0; size < 12; ++size) {
    const GuardedCopy copy{Bytes(size, 0)};
    Writer writer{copy.writable()};
    writer.element(kOctetString, contents);
    EXPECT_FALSE(writer.ok()) << size;
    writer.null(kNull);
    EXPECT_FALSE(writer.ok()) << size;
  }
}

/// Every kind of row, for the rules of reading.
struct Sample {
  Octets name{};
  std::optional<std::uint8_t> number{};
  bool flag = false;
  std::optional<Octets> tail{};
  Rest rest{};

  static constexpr auto fields() {
    return std::tuple{Field<&Sample::name>{kOctetString, "name"},
                      Field<&Sample::number>{0x80, "number"}, Field<&Sample::flag>{0x81, "flag"},
                      Field<&Sample::tail>{kOctetString, "tail"}};
  }
};

Error read(const Bytes& octets, Sample& out) {
  out = {};
  Reading reading{.origin = octets.data()};
  (void)read_record(reading, Octets{octets}, out);
  return reading.error;
}

std::string written(const Sample& sample) {
  std::array<std::uint8_t, 64> out;
  Writer writer{out};
  write_record(writer, sample);
  return to_hex(writer.written());
}

TEST(BerRecord, two_rows_of_one_universal_tag_are_told_apart_by_their_place) {
  const Bytes octets = {0x04, 1, 'a', 0x04, 1, 'b'};
  Sample sample;
  ASSERT_FALSE(read(octets, sample));
  EXPECT_EQ(as_text(sample.name), "a");
  ASSERT_TRUE(sample.tail.has_value());
  EXPECT_EQ(as_text(*sample.tail), "b");
  EXPECT_EQ(written(sample), to_hex(octets));
}

TEST(BerRecord, unknown_elements_are_kept_where_they_stood) {
  const Bytes octets = {0x9a, 0, 0x04, 1, 'a', 0xbf, 0x22, 1, 7, 0x85, 0, 0x81, 0, 0x9b, 1, 9};
  Sample sample;
  ASSERT_FALSE(read(octets, sample));
  EXPECT_TRUE(sample.flag);
  EXPECT_EQ(sample.rest.runs.size(), 3U) << "neighbours make one run";
  EXPECT_EQ(written(sample), to_hex(octets));
}

TEST(BerRecord, context_tags_may_come_out_of_order) {
  const Bytes octets = {0x04, 1, 'a', 0x81, 0, 0x80, 1, 5};
  Sample sample;
  ASSERT_FALSE(read(octets, sample));
  EXPECT_TRUE(sample.flag);
  EXPECT_EQ(sample.number, 5);
  EXPECT_EQ(written(sample), to_hex(Bytes{0x04, 1, 'a', 0x80, 1, 5, 0x81, 0}));
}

TEST(BerRecord, a_second_copy_is_unknown) {
  const Bytes octets = {0x04, 1, 'a', 0x80, 1, 5, 0x80, 1, 6};
  Sample sample;
  ASSERT_FALSE(read(octets, sample));
  EXPECT_EQ(sample.number, 5);
  EXPECT_EQ(written(sample), to_hex(octets));
}

TEST(BerRecord, errors_name_the_element_and_the_place) {
  struct Wrong {
    Bytes octets;
    ErrorCode code;
    std::string_view element;
    std::uint32_t offset;
  };
  const Wrong wrongs[] = {
      {{0x81, 0}, ErrorCode::missing, "name", 2},
      {{0x04, 1, 'a', 0x80, 2, 1, 0}, ErrorCode::value, "number", 3},
      {{0x04, 1, 'a', 0x80, 0}, ErrorCode::value, "number", 3},
      {{0x04, 1, 'a', 0x80, 2, 1}, ErrorCode::truncated, "number", 3},
      {{0x04, 1, 'a', 0x81, 0x81}, ErrorCode::truncated, "flag", 3},
      {{0x04, 1, 'a', 0x04, 0, 0x04}, ErrorCode::truncated, "unknown element", 5},
      {{0x04, 1, 'a', 0x9a, 0x80}, ErrorCode::length, "unknown element", 3},
  };
  for (const Wrong& wrong : wrongs) {
    Sample sample;
    const Error error = read(wrong.octets, sample);
    EXPECT_EQ(error.code, wrong.code) << to_hex(wrong.octets);
    EXPECT_EQ(error.element, wrong.element) << to_hex(wrong.octets);
    EXPECT_EQ(error.offset, wrong.offset) << to_hex(wrong.octets);
  }
}

/// Rows in every gap of which something unknown can stand.
struct Wide {
  bool a = false, b = false, c = false, d = false, e = false;
  Rest rest{};
  static constexpr auto fields() {
    return std::tuple{Field<&Wide::a>{0x80, "a"}, Field<&Wide::b>{0x81, "b"},
                      Field<&Wide::c>{0x82, "c"}, Field<&Wide::d>{0x83, "d"},
                      Field<&Wide::e>{0x84, "e"}};
  }
};

TEST(BerRecord, more_runs_of_unknown_elements_than_are_kept_are_refused) {
  Bytes octets;
  for (std::uint8_t i = 0; i <= kRunsMax; ++i) {
    for (const unsigned octet : {0x9aU, 0U, 0x80U + i, 0U}) {
      octets.push_back(static_cast<std::uint8_t>(octet));
    }
  }
  Wide wide;
  Reading reading{.origin = octets.data()};
  EXPECT_FALSE(read_record(reading, Octets{octets}, wide));
  EXPECT_EQ(reading.error.code, ErrorCode::too_many);
  EXPECT_EQ(reading.error.offset, 4 * kRunsMax);
}

}  // namespace
}  // namespace rung::ber
