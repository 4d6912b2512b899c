#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/wire/tpdu.hpp"

namespace rung::tp {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(TpduTime, every_zone_comes_back) {
  for (int zone = -79; zone <= 79; ++zone) {
    const Timestamp stamp{.year = 26,
                          .month = 12,
                          .day = 31,
                          .hour = 23,
                          .minute = 59,
                          .second = 8,
                          .quarter_hours = static_cast<std::int8_t>(zone)};
    std::array<std::uint8_t, kTimestampSize> octets;
    encode_timestamp(stamp, octets);
    Timestamp back;
    ASSERT_TRUE(decode_timestamp(octets, back));
    EXPECT_EQ(back, stamp);
  }
}

TEST(TpduTime, semi_octet_that_is_no_digit_reads_as_zero_and_is_told) {
  Timestamp stamp;
  EXPECT_FALSE(decode_timestamp(Bytes{0x62, 0xf3, 0x41, 0x51, 0x90, 0x62, 0x40}, stamp));
  EXPECT_EQ(stamp.month, 30);  // the low nibble is the tens; 15 units count as none
  EXPECT_EQ(stamp.day, 14);
  EXPECT_FALSE(decode_timestamp(Bytes{0x62, 0x30, 0x41, 0x51, 0x90, 0x62}, stamp));
  EXPECT_EQ(stamp, Timestamp{});
}

TEST(TpduTime, relative_validity_follows_the_four_ranges) {
  // 9.2.3.12.1: both ends of each range.
  const auto seconds = [](std::uint8_t value) {
    return validity_seconds(Vpf::relative, Bytes{value});
  };
  EXPECT_EQ(seconds(0), 5U * 60);
  EXPECT_EQ(seconds(143), 12U * 3600);
  EXPECT_EQ(seconds(144), 12U * 3600 + 1800);
  EXPECT_EQ(seconds(167), 24U * 3600);
  EXPECT_EQ(seconds(168), 2U * 86400);
  EXPECT_EQ(seconds(170), 4U * 86400);
  EXPECT_EQ(seconds(196), 30U * 86400);
  EXPECT_EQ(seconds(197), 5U * 7 * 86400);
  EXPECT_EQ(seconds(255), 63U * 7 * 86400);
}

TEST(TpduTime, enhanced_validity_reads_each_form) {
  const auto seconds = [](Bytes octets) {
    octets.resize(7);
    return validity_seconds(Vpf::enhanced, octets);
  };
  EXPECT_EQ(seconds({0x00}), 0U);
  EXPECT_EQ(seconds({0x01, 170}), 4U * 86400);
  EXPECT_EQ(seconds({0x42, 30}), 30U);                                // single shot
  EXPECT_EQ(seconds({0x03, 0x10, 0x20, 0x03}), 3600U + 2 * 60 + 30);  // 01:02:30
  EXPECT_EQ(seconds({0x03, 0xf0, 0x20, 0x03}), 0U);
  EXPECT_EQ(seconds({0x82, 0x00, 9}), 9U);  // an extension octet between
  EXPECT_EQ(seconds({0x04, 9}), 0U);        // reserved
  EXPECT_EQ(seconds(Bytes(7, 0x82)), 0U);   // a chain without end
}

TEST(TpduTime, absolute_validity_and_wrong_sizes_are_no_duration) {
  EXPECT_EQ(validity_seconds(Vpf::absolute, Bytes(7, 0x10)), 0U);
  EXPECT_EQ(validity_seconds(Vpf::none, {}), 0U);
  EXPECT_EQ(validity_seconds(Vpf::relative, {}), 0U);
  EXPECT_EQ(validity_seconds(Vpf::enhanced, Bytes(1, 2)), 0U);
}

TEST(TpduNames, of_failure_causes_and_statuses) {
  EXPECT_EQ(failure_cause_name(0xd3), "memory capacity exceeded");
  EXPECT_EQ(failure_cause_name(0xe5), "application specific");
  EXPECT_EQ(failure_cause_name(0x12), "reserved");
  EXPECT_EQ(status_name(0x00), "delivered to the SME");
  EXPECT_EQ(status_name(0x46), "validity period expired");
  EXPECT_EQ(status_name(0x11), "SC specific");
  EXPECT_EQ(status_name(0x90), "reserved");
  EXPECT_EQ(to_string(Type::status_report), "SMS-STATUS-REPORT");
}

}  // namespace
}  // namespace rung::tp
