#include "engine/load/mix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rung {
namespace {

using ::testing::HasSubstr;

TEST(Mix, reads_names_with_and_without_weight) {
  std::vector<MixEntry> entries;
  EXPECT_EQ(parse_mix(" mo_to_mt = 70 ,mo_sms=29, status_report", entries), "");
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].ladder, "mo_to_mt");
  EXPECT_EQ(entries[0].weight, 70u);
  EXPECT_EQ(entries[2].weight, 1u);
}

TEST(Mix, names_what_is_wrong) {
  std::vector<MixEntry> entries;
  EXPECT_THAT(parse_mix("", entries), HasSubstr("names no ladder"));
  EXPECT_THAT(parse_mix("a=0", entries), HasSubstr("weight '0' of 'a'"));
  EXPECT_THAT(parse_mix("a=1,b=x", entries), HasSubstr("weight 'x' of 'b'"));
  EXPECT_THAT(parse_mix("a,a", entries), HasSubstr("'a' is named twice"));
  EXPECT_THAT(parse_mix("a,", entries), HasSubstr("names no ladder"));
}

TEST(Mix, picks_by_weight) {
  const Mix mix({LadderIndex(0), LadderIndex(1), LadderIndex(2)}, {70, 20, 10});
  Prng prng(5);
  int counts[3] = {};
  for (int i = 0; i < 100'000; ++i) ++counts[mix.pick(prng).value];
  // Five standard deviations of a binomial with n = 100,000.
  EXPECT_NEAR(counts[0], 70'000, 725);
  EXPECT_NEAR(counts[1], 20'000, 633);
  EXPECT_NEAR(counts[2], 10'000, 475);
}

}  // namespace
}  // namespace rung
