#include "engine/base/bytes.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

TEST(Reader, reads_big_endian_fields_in_order) {
  const std::uint8_t octets[] = {0x01, 0x02, 0x03, 0x04, 0x05};
  Reader r{Octets(octets)};
  EXPECT_EQ(r.u8(), 0x01);
  EXPECT_EQ(r.u16(), 0x0203);
  EXPECT_EQ(r.left(), 2U);
  EXPECT_EQ(r.rest().size(), 2U);
  EXPECT_TRUE(r.ok());
}

TEST(Reader, a_short_read_fails_for_good) {
  const std::uint8_t octets[] = {0x01};
  Reader r{Octets(octets)};
  EXPECT_EQ(r.u16(), 0);
  EXPECT_FALSE(r.ok());
  EXPECT_EQ(r.u8(), 0);
  EXPECT_TRUE(r.take(0).empty());
  EXPECT_FALSE(r.ok());
}

TEST(Reader, taking_all_or_nothing_is_fine) {
  const std::uint8_t octets[] = {1, 2};
  Reader r{Octets(octets)};
  EXPECT_EQ(r.take(2).size(), 2U);
  EXPECT_EQ(r.take(0).size(), 0U);
  EXPECT_TRUE(r.ok());
}

TEST(Writer, writes_big_endian_fields_in_order) {
  std::uint8_t out[8] = {};
  Writer w(out);
  w.u8(0xaa);
  w.u16(0x1234);
  w.text("sip");
  EXPECT_TRUE(w.ok());
  EXPECT_EQ(w.size(), 6U);
  EXPECT_EQ(as_text(w.written().subspan(3)), "sip");
  EXPECT_EQ(out[1], 0x12);
  EXPECT_EQ(out[2], 0x34);
}

TEST(Writer, never_passes_the_end_and_stays_failed) {
  std::uint8_t out[4] = {0, 0, 0, 0x5a};
  Writer w(MutableOctets(out, 3));
  w.text("abcd");
  EXPECT_FALSE(w.ok());
  w.u8(1);
  EXPECT_FALSE(w.ok());
  EXPECT_EQ(w.size(), 0U);
  EXPECT_EQ(out[3], 0x5a);
}

TEST(Writer, a_written_octet_can_be_patched) {
  std::uint8_t out[4] = {};
  Writer w(out);
  w.u16(0);
  w.at(1) = 7;
  EXPECT_EQ(out[1], 7);
}

TEST(WriterDeathTest, patching_what_is_not_written_aborts) {
  std::uint8_t out[4] = {};
  Writer w(out);
  EXPECT_DEATH(w.at(0) = 1, "offset < size_");
}

TEST(Narrow, keeps_what_fits) {
  EXPECT_EQ(narrow<std::uint8_t>(255), 255);
  EXPECT_EQ(narrow<std::int8_t>(-128), -128);
  EXPECT_EQ(narrow<std::uint32_t>(std::size_t{7}), 7U);
}

TEST(NarrowDeathTest, aborts_on_what_does_not_fit) {
  EXPECT_DEATH(narrow<std::uint8_t>(256), "assertion failed");
  EXPECT_DEATH(narrow<std::uint8_t>(-1), "assertion failed");
  EXPECT_DEATH(narrow<std::int32_t>(std::uint32_t{0xffffffff}), "assertion failed");
}

}  // namespace
}  // namespace rung
