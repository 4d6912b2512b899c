#include "engine/base/spsc_ring.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace rung {
namespace {

TEST(SpscRing, gives_back_in_order) {
  SpscRing<int> ring(4);
  EXPECT_TRUE(ring.push(1));
  EXPECT_TRUE(ring.push(2));
  int value = 0;
  EXPECT_TRUE(ring.pop(value));
  EXPECT_EQ(value, 1);
  EXPECT_TRUE(ring.pop(value));
  EXPECT_EQ(value, 2);
}

TEST(SpscRing, an_empty_ring_leaves_the_output_alone) {
  SpscRing<int> ring(4);
  int value = 77;
  EXPECT_FALSE(ring.pop(value));
  EXPECT_EQ(value, 77);
}

TEST(SpscRing, a_full_ring_refuses_and_loses_nothing) {
  SpscRing<int> ring(2);
  EXPECT_TRUE(ring.push(1));
  EXPECT_TRUE(ring.push(2));
  EXPECT_FALSE(ring.push(3));
  EXPECT_EQ(ring.size(), ring.capacity());

  int value = 0;
  EXPECT_TRUE(ring.pop(value));
  EXPECT_EQ(value, 1);
  EXPECT_TRUE(ring.push(3));
  EXPECT_TRUE(ring.pop(value));
  EXPECT_TRUE(ring.pop(value));
  EXPECT_EQ(value, 3);
  EXPECT_EQ(ring.size(), 0U);
}

TEST(SpscRing, a_ring_of_one_alternates) {
  SpscRing<int> ring(1);
  for (int i = 0; i < 5; ++i) {
    int value = -1;
    EXPECT_TRUE(ring.push(i));
    EXPECT_FALSE(ring.push(i));
    EXPECT_TRUE(ring.pop(value));
    EXPECT_EQ(value, i);
  }
}

TEST(SpscRingDeathTest, the_capacity_must_be_a_power_of_two) {
  EXPECT_DEATH(SpscRing<int>(3), "has_single_bit");
  EXPECT_DEATH(SpscRing<int>(0), "has_single_bit");
}

TEST(SpscRing, two_threads_hand_over_every_value_once_and_in_order) {
  struct Item {
    std::uint64_t number;
    std::uint64_t check;
  };
  constexpr std::uint64_t kItems = 300'000;
  SpscRing<Item> ring(64);
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < kItems;) {
      if (ring.push({i, ~i})) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  for (std::uint64_t expected = 0; expected < kItems;) {
    Item item{};
    if (!ring.pop(item)) {
      std::this_thread::yield();
      continue;
    }
    EXPECT_EQ(item.number, expected);
    EXPECT_EQ(item.check, ~expected);
    ++expected;
  }
  producer.join();
  EXPECT_EQ(ring.size(), 0U);
}

}  // namespace
}  // namespace rung
