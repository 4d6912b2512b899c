#include "engine/ue/route_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rung {
namespace {

TEST(RouteTable, equal_texts_are_one_row) {
  RouteTable table(4);

  const std::uint32_t first = table.intern("Route: <sip:a;lr>\r\n");
  const std::uint32_t other = table.intern("Route: <sip:b;lr>\r\n");

  EXPECT_NE(first, 0U);
  EXPECT_NE(other, first);
  EXPECT_EQ(table.intern("Route: <sip:a;lr>\r\n"), first);
  EXPECT_EQ(table.used(), 2U);
  EXPECT_EQ(table.find(first), "Route: <sip:a;lr>\r\n");
}

TEST(RouteTable, the_oldest_goes_first_and_then_reads_as_empty) {
  RouteTable table(4);
  const std::uint32_t oldest = table.intern("Route: 0\r\n");
  for (int i = 1; i <= 4; ++i) table.intern("Route: " + std::to_string(i) + "\r\n");

  EXPECT_EQ(table.find(oldest), "");
  EXPECT_EQ(table.used(), 4U);
  const std::uint32_t again = table.intern("Route: 0\r\n");
  EXPECT_NE(again, oldest);
  EXPECT_EQ(table.find(again), "Route: 0\r\n");
}

TEST(RouteTable, what_is_empty_or_longer_than_a_row_has_no_handle) {
  RouteTable table(4);
  EXPECT_EQ(table.intern(""), 0U);
  EXPECT_EQ(table.intern(std::string(RouteTable::kTextMax + 1, 'x')), 0U);
  EXPECT_NE(table.intern(std::string(RouteTable::kTextMax, 'x')), 0U);
  EXPECT_EQ(table.find(0), "");
}

}  // namespace
}  // namespace rung
