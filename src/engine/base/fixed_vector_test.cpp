#include "engine/base/fixed_vector.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace rung {
namespace {

TEST(FixedVector, starts_empty) {
  const FixedVector<int, 3> v;
  EXPECT_TRUE(v.empty());
  EXPECT_EQ(v.begin(), v.end());
}

TEST(FixedVector, refuses_when_full_and_stays_as_it_was) {
  FixedVector<int, 2> v;
  EXPECT_TRUE(v.push_back(1));
  EXPECT_TRUE(v.push_back(2));
  EXPECT_FALSE(v.push_back(3));
  EXPECT_TRUE(v.full());
  EXPECT_EQ(v.back(), 2);
  EXPECT_EQ(v.size(), v.capacity());
}

TEST(FixedVector, iterates_over_what_it_holds) {
  FixedVector<int, 8> v;
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(v.push_back(i));
  EXPECT_EQ(std::accumulate(v.begin(), v.end(), 0), 10);
  EXPECT_EQ(v.span().size(), 4U);
}

TEST(FixedVector, erasing_moves_the_last_into_the_gap) {
  FixedVector<int, 4> v;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(v.push_back(i));
  v.erase_unordered(0);
  EXPECT_EQ(v.size(), 2U);
  EXPECT_EQ(v[0], 2);
  EXPECT_EQ(v[1], 1);
  v.erase_unordered(1);
  EXPECT_EQ(v.size(), 1U);
  EXPECT_EQ(v[0], 2);
}

TEST(FixedVector, clear_makes_room_again) {
  FixedVector<int, 1> v;
  ASSERT_TRUE(v.push_back(1));
  v.clear();
  EXPECT_TRUE(v.push_back(2));
  v.pop_back();
  EXPECT_TRUE(v.empty());
}

TEST(FixedVectorDeathTest, reading_past_the_end_aborts) {
  FixedVector<int, 4> v;
  ASSERT_TRUE(v.push_back(1));
  EXPECT_DEATH(static_cast<void>(v[1]), "index < size_");
  EXPECT_DEATH(v.erase_unordered(1), "index < size_");
}

}  // namespace
}  // namespace rung
