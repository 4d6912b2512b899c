#include "engine/base/figures.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

TEST(Figures, durations_have_three_digits_and_the_unit_that_fits) {
  EXPECT_EQ(duration_text(0ns), "0 ns");
  EXPECT_EQ(duration_text(812ns), "812 ns");
  EXPECT_EQ(duration_text(81234ns), "81.2 us");
  EXPECT_EQ(duration_text(8123us), "8.12 ms");
  EXPECT_EQ(duration_text(999'499us), "999 ms");
  EXPECT_EQ(duration_text(999'600us), "1.00 s");
  EXPECT_EQ(duration_text(599s), "599 s");
  EXPECT_EQ(duration_text(600s), "10 min");
  EXPECT_EQ(duration_text(-5ms), "-5.00 ms");
}

TEST(Figures, counts_are_grouped_by_thousands) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(1234567), "1,234,567");
  EXPECT_EQ(counted(1, "session"), "1 session");
  EXPECT_EQ(counted(2000, "session"), "2,000 sessions");
}

TEST(Figures, rates_keep_a_decimal_while_small) {
  EXPECT_EQ(rate_text(0), "0.0");
  EXPECT_EQ(rate_text(812.54), "812.5");
  EXPECT_EQ(rate_text(20000.4), "20,000");
}

TEST(Figures, octets_have_binary_units) {
  EXPECT_EQ(octets_text(512), "512 B");
  EXPECT_EQ(octets_text(64'000'000), "61.0 MiB");
  EXPECT_EQ(octets_text(std::uint64_t{3} << 50), "3072 TiB");
}

TEST(Figures, wall_clock_is_utc) {
  EXPECT_EQ(wall_clock_text(1'773'493'766'000'000'000), "2026-03-14 13:09:26 UTC");
  EXPECT_EQ(wall_clock_text(-1), "1969-12-31 23:59:59 UTC");
}

TEST(Figures, what_could_steer_a_terminal_is_escaped) {
  EXPECT_EQ(printable("a b~"), "a b~");
  EXPECT_EQ(printable(std::string_view("\x1b[2J\0\xff", 6)), "\\x1b[2J\\x00\\xff");
}

}  // namespace
}  // namespace rung
