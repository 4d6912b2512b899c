#include "gateway/validity.hpp"

#include <gtest/gtest.h>

namespace rung::gateway {
namespace {

Duration period(tp::Vpf vpf, std::vector<std::uint8_t> octets) {
  tp::Tpdu submit;
  submit.vpf = vpf;
  submit.validity = octets;
  return validity_period(submit, 1773500966);  // 2026-03-14 15:09:26 GMT
}

TEST(validity, relative_follows_the_four_ranges_of_9_2_3_12_1) {
  const std::pair<int, Duration> rows[] = {{0, 5min},       {143, 720min},      {144, 750min},
                                           {167, 24h},      {168, 48h},         {196, 30 * 24h},
                                           {197, 35 * 24h}, {255, 63 * 7 * 24h}};
  for (const auto& [value, expected] : rows) {
    EXPECT_EQ(period(tp::Vpf::relative, {static_cast<std::uint8_t>(value)}), expected) << value;
  }
}

TEST(validity, enhanced_is_relative_seconds_or_a_time) {
  EXPECT_EQ(period(tp::Vpf::enhanced, {0x01, 0, 0, 0, 0, 0, 0}), 5min);
  EXPECT_EQ(period(tp::Vpf::enhanced, {0x02, 30, 0, 0, 0, 0, 0}), 30s);
  EXPECT_EQ(period(tp::Vpf::enhanced, {0x03, 0x10, 0x32, 0x54, 0, 0, 0}), 1h + 23min + 45s);
  EXPECT_EQ(period(tp::Vpf::enhanced, {0x00, 0, 0, 0, 0, 0, 0}), kValidityMax);
  EXPECT_EQ(period(tp::Vpf::enhanced, {0x82, 30, 0, 0, 0, 0, 0}), kValidityMax);
}

TEST(validity, absolute_is_an_instant_with_its_zone) {
  // 26-03-14 15:10:26, zone 0; the same at +1 h; an hour ago; no date.
  EXPECT_EQ(period(tp::Vpf::absolute, {0x62, 0x30, 0x41, 0x51, 0x01, 0x62, 0x00}), 1min);
  EXPECT_EQ(period(tp::Vpf::absolute, {0x62, 0x30, 0x41, 0x61, 0x01, 0x62, 0x40}), 1min);
  EXPECT_EQ(period(tp::Vpf::absolute, {0x62, 0x30, 0x41, 0x41, 0x01, 0x62, 0x00}), Duration{});
  EXPECT_EQ(period(tp::Vpf::absolute, {0x62, 0x31, 0x41, 0x51, 0x01, 0x62, 0x00}), kValidityMax);
}

TEST(validity, nothing_said_is_the_longest) { EXPECT_EQ(period(tp::Vpf::none, {}), kValidityMax); }

}  // namespace
}  // namespace rung::gateway
