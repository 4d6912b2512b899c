#include "engine/base/prng.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace rung {
namespace {

// The first outputs of the authors' splitmix64.c for seed 0.
TEST(Prng, splitmix64_gives_the_published_sequence) {
  std::uint64_t state = 0;
  EXPECT_EQ(splitmix64(state), 0xe220a8397b1dcdafU);
  EXPECT_EQ(splitmix64(state), 0x6e789e6aa1b965f4U);
  EXPECT_EQ(splitmix64(state), 0x06c45d188009454fU);
}

TEST(Prng, one_seed_gives_one_sequence) {
  Prng a(7);
  Prng b(7);
  Prng other(8);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t value = a.next();
    EXPECT_EQ(value, b.next());
    differs = differs || value != other.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Prng, streams_of_one_seed_do_not_repeat_each_other) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    for (std::uint64_t index = 0; index < 30; ++index) {
      seen.insert(Prng::stream(seed, index).next());
    }
  }
  EXPECT_EQ(seen.size(), 900U);
}

TEST(Prng, below_is_uniform) {
  constexpr std::uint64_t kBound = 6;
  constexpr int kDraws = 600'000;
  Prng random(1);
  std::vector<int> counts(kBound);
  for (int i = 0; i < kDraws; ++i) ++counts.at(random.below(kBound));
  // 100,000 expected; the standard deviation is 289, so 1,500 is beyond five of them.
  for (const int count : counts) EXPECT_NEAR(count, kDraws / static_cast<int>(kBound), 1'500);
}

TEST(Prng, below_has_no_bias_where_the_bound_does_not_divide_the_range) {
  // Plain multiplication of 64 bits would give a third of these values twice as often.
  constexpr std::uint64_t kBound = (std::uint64_t{3} << 62) - 1;
  Prng random(2);
  int low = 0;
  for (int i = 0; i < 100'000; ++i) low += random.below(kBound) < kBound / 2 ? 1 : 0;
  EXPECT_NEAR(low, 50'000, 800);
}

TEST(Prng, below_one_is_always_zero) {
  Prng random(3);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(random.below(1), 0U);
}

TEST(Prng, unit_stays_below_one_and_averages_a_half) {
  Prng random(4);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double value = random.unit();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.005);
}

TEST(Prng, exponential_has_its_mean_and_its_tail) {
  Prng random(5);
  constexpr int kDraws = 200'000;
  double sum = 0;
  int beyond_mean = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.exponential(50.0);
    ASSERT_GE(value, 0.0);
    sum += value;
    beyond_mean += value > 50.0 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 50.0, 0.7);
  EXPECT_NEAR(static_cast<double>(beyond_mean) / kDraws, 0.36788, 0.006);  // 1/e
}

TEST(Prng, chance_of_zero_never_and_of_one_always) {
  Prng random(6);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(random.chance(0.0));
    EXPECT_TRUE(random.chance(1.0));
  }
}

}  // namespace
}  // namespace rung
