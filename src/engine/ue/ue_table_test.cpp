#include "engine/ue/ue_table.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <set>

namespace rung {
namespace {

TEST(UeTable, costs_at_most_64_octets_per_idle_registered_ue) {
  constexpr std::uint32_t kCount = 200'000;
  const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
  UeTable table(kCount, 0, 4, {});
  for (std::uint32_t i = 0; i < kCount; ++i) table.set_registered(UeIndex(i), true);
  const std::size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;

  constexpr std::size_t kFixed = 64 * 1024;  // heads of the wheel, page rounding of the columns
  EXPECT_LE(after - before, std::size_t{64} * kCount + kFixed);
  EXPECT_EQ(table.registered_count(), kCount);
}

TEST(UeTable, picks_only_whom_the_need_fits) {
  UeTable table(10, 100, 2, {});
  Prng prng(1);
  for (std::uint32_t i = 0; i < 4; ++i) table.set_registered(UeIndex(i), true);

  for (int i = 0; i < 100; ++i) {
    const UeIndex registered = table.pick(UeNeed::registered_exclusive, {}, prng);
    const UeIndex other = table.pick(UeNeed::unregistered, {}, prng);
    ASSERT_LT(registered.value, 4U);
    ASSERT_GE(other.value, 4U);
    table.release(registered);
    table.release(other);
  }
}

TEST(UeTable, an_exclusive_ue_is_nobody_elses) {
  UeTable table(3, 0, 8, {});
  Prng prng(2);
  for (std::uint32_t i = 0; i < 3; ++i) table.set_registered(UeIndex(i), true);
  const UeIndex mine = table.pick(UeNeed::registered_exclusive, {}, prng);

  for (int i = 0; i < 50; ++i) {
    const UeIndex shared = table.pick(UeNeed::registered_shared, {}, prng);
    if (!shared.valid()) break;
    ASSERT_NE(shared, mine);
  }
  EXPECT_FALSE(table.available(mine, false));
}

TEST(UeTable, shares_a_ue_as_often_as_allowed) {
  UeTable table(1, 0, 3, {});
  Prng prng(3);
  table.set_registered(UeIndex(0), true);

  EXPECT_TRUE(table.pick(UeNeed::registered_shared, {}, prng).valid());
  EXPECT_TRUE(table.pick(UeNeed::registered_shared, {}, prng).valid());
  EXPECT_TRUE(table.pick(UeNeed::registered_shared, {}, prng).valid());
  EXPECT_FALSE(table.pick(UeNeed::registered_shared, {}, prng).valid());
  table.release(UeIndex(0));
  EXPECT_TRUE(table.pick(UeNeed::registered_shared, {}, prng).valid());
}

TEST(UeTable, never_picks_the_other_party) {
  UeTable table(2, 0, 4, {});
  Prng prng(4);
  table.set_registered(UeIndex(0), true);
  table.set_registered(UeIndex(1), true);

  for (int i = 0; i < 50; ++i) {
    const UeIndex first = table.pick(UeNeed::registered_shared, {}, prng);
    const UeIndex second = table.pick(UeNeed::registered_shared, first, prng);
    ASSERT_TRUE(second.valid());
    ASSERT_NE(first, second);
    table.release(first);
    table.release(second);
  }
}

TEST(UeTable, groups_stay_whole_under_random_use) {
  constexpr std::uint32_t kCount = 64;
  UeTable table(kCount, 0, 3, {});
  Prng prng(5);
  std::multiset<std::uint32_t> held;
  for (int i = 0; i < 20'000; ++i) {
    const UeIndex any(static_cast<std::uint32_t>(prng.below(kCount)));
    switch (prng.below(4)) {
      case 0: table.set_registered(any, !table.registered(any)); break;
      case 1: {
        const auto need = static_cast<UeNeed>(prng.below(3));
        const UeIndex ue = table.pick(need, {}, prng);
        if (!ue.valid()) break;
        ASSERT_EQ(table.registered(ue), need != UeNeed::unregistered);
        ASSERT_TRUE(need == UeNeed::registered_shared || held.count(ue.value) == 0);
        ASSERT_LT(held.count(ue.value), 3U);
        held.insert(ue.value);
        break;
      }
      default:
        if (held.empty()) break;
        table.release(UeIndex(*held.begin()));
        held.erase(held.begin());
        break;
    }
  }
}

TEST(UeTable, finds_its_own_numbers_only) {
  UeTable table(10, 500, 1, {});

  EXPECT_EQ(table.find(505).value, 5U);
  EXPECT_EQ(table.number(UeIndex(5)), 505U);
  EXPECT_FALSE(table.find(499).valid());
  EXPECT_FALSE(table.find(510).valid());
}

}  // namespace
}  // namespace rung
