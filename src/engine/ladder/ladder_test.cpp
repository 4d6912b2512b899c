#include "engine/ladder/ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rung {
namespace {

TEST(FieldNumber, reads_names_decimal_and_hexadecimal_within_the_range_of_the_path) {
  EXPECT_EQ(field_number(Path::rp_mti, "RP-ERROR"), 2U);
  EXPECT_EQ(field_number(Path::tp_mti, "SMS-STATUS-REPORT"), 2U);
  EXPECT_EQ(field_number(Path::tp_fcs, "0xd3"), 0xd3U);
  EXPECT_EQ(field_number(Path::tp_udhi, "yes"), 1U);
  EXPECT_EQ(field_number(Path::sip_status, "202"), 202U);
  EXPECT_EQ(field_number(Path::rp_mr, "255"), 255U);
  EXPECT_EQ(field_number(Path::rp_mr, "256"), std::nullopt);
  EXPECT_EQ(field_number(Path::sip_status, "99"), std::nullopt);
  EXPECT_EQ(field_number(Path::tp_udhi, "2"), std::nullopt);
  EXPECT_EQ(field_number(Path::rp_mr, ""), std::nullopt);
  EXPECT_EQ(field_number(Path::rp_mr, "0x"), std::nullopt);
  EXPECT_EQ(field_number(Path::rp_mr, "7 "), std::nullopt);
  EXPECT_EQ(field_number(Path::sip_call_id, "7"), std::nullopt);
}

TEST(FieldNumber, text_reads_back_as_the_number) {
  for (const Path path : {Path::rp_mti, Path::rp_direction, Path::tp_mti, Path::tp_vpf, Path::tp_rd,
                          Path::rp_cause}) {
    for (std::uint64_t value = 0; value <= field_number_max(path); ++value) {
      EXPECT_EQ(field_number(path, field_number_text(path, value)), value) << to_string(path);
    }
  }
}

TEST(FieldOctets, are_pairs_of_hexadecimal_digits) {
  EXPECT_THAT(field_octets("00fFa5"), testing::Optional(testing::ElementsAre(0x00, 0xff, 0xa5)));
  EXPECT_THAT(field_octets(""), testing::Optional(testing::IsEmpty()));
  EXPECT_EQ(field_octets("0"), std::nullopt);
  EXPECT_EQ(field_octets("0g"), std::nullopt);
}

TEST(Limit, a_timer_scales_with_t1_where_its_clause_says_so) {
  EXPECT_EQ(duration_of({.timer = "timer_f", .value = 32s}, 500ms), 32s);
  EXPECT_EQ(duration_of({.timer = "timer_f", .value = 32s}, 2s), 128s);
  EXPECT_EQ(duration_of({.timer = "tr1m", .value = 35s}, 2s), 35s);
  EXPECT_EQ(duration_of({.timer = "", .value = 7s}, 2s), 7s);
}

TEST(Timer, defaults_are_those_of_t1_500_ms) {
  for (const Timer& timer : timer_table()) {
    EXPECT_EQ(duration_of({.timer = std::string(timer.name), .value = {}}, 500ms), timer.value)
        << timer.name;
  }
  EXPECT_EQ(timer_by_name("timer_x"), nullptr);
}

TEST(Ours, names_read_back) {
  EXPECT_EQ(ours_by_name("sc_psi"), Ours::sc_psi);
  EXPECT_EQ(to_string(Ours::zero_expires), "zero_expires");
  EXPECT_EQ(ours_by_name("sc"), std::nullopt);
}

}  // namespace
}  // namespace rung
