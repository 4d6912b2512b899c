#include "engine/ue/address_range.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

AddressRange range(std::string_view text) {
  const auto parsed = parse_address_range(text);
  EXPECT_TRUE(parsed.ok()) << parsed.error();
  return parsed.ok() ? *parsed : AddressRange{};
}

std::string refusal(std::string_view text) {
  const auto parsed = parse_address_range(text);
  return parsed.ok() ? "accepted" : parsed.error();
}

TEST(AddressRange, a_prefix_leaves_out_the_network_and_the_broadcast_address) {
  EXPECT_EQ(range("127.64.0.0/10").count, (1U << 22) - 2);
  EXPECT_EQ(range("127.64.0.0/10").first, *parse_endpoint("127.64.0.1", 0));
}

TEST(AddressRange, prefixes_too_short_of_addresses_leave_none_out) {
  EXPECT_EQ(range("10.0.0.4/31").count, 2U);
  EXPECT_EQ(range("10.0.0.4/32").count, 1U);
  EXPECT_EQ(range("10.0.0.4/31").first, *parse_endpoint("10.0.0.4", 0));
}

TEST(AddressRange, a_single_address_and_two_ends_are_ranges_too) {
  EXPECT_EQ(range("10.0.0.5").count, 1U);
  EXPECT_EQ(range("10.0.0.254-10.0.1.3").count, 6U);
  EXPECT_EQ(range("10.0.0.254-10.0.1.3").first, *parse_endpoint("10.0.0.254", 0));
}

TEST(AddressRange, ipv6_keeps_every_address_of_a_prefix) {
  EXPECT_EQ(range("fd00:1::/112").count, 65536U);
  EXPECT_EQ(range("fd00:1::/112").first, *parse_endpoint("fd00:1::", 0));
  EXPECT_EQ(range("fd00::/32").count, UINT64_MAX);
  EXPECT_EQ(range("::1").count, 1U);
  EXPECT_EQ(range("fd00::fffe-fd00::1:1").count, 4U);
}

TEST(AddressRange, errors_quote_the_text_and_say_what_was_expected) {
  EXPECT_EQ(refusal("127.64.0.0/33"),
            "'127.64.0.0/33' is not accepted, expected a prefix length of 0 to 32 after the '/'");
  EXPECT_EQ(refusal("127.64.0.1/10"),
            "'127.64.0.1/10' is not accepted, bits are set beyond the first 10");
  EXPECT_EQ(refusal("localhost"),
            "'localhost' is not accepted, expected an address, ADDRESS/PREFIX such as "
            "127.64.0.0/10, or FIRST-LAST");
  EXPECT_EQ(refusal("x/8"),
            "'x/8' is not accepted, expected an IPv4 or IPv6 address before the '/'");
  EXPECT_EQ(refusal("10.0.0.9-10.0.0.8"),
            "'10.0.0.9-10.0.0.8' is not accepted, the last address is below the first");
  EXPECT_EQ(refusal("10.0.0.9-::1"),
            "'10.0.0.9-::1' is not accepted, both ends must be IPv4, or IPv6 within one /64");
  EXPECT_NE(refusal(""), "accepted");
  EXPECT_NE(refusal("10.0.0.1:5060"), "accepted");
}

}  // namespace
}  // namespace rung
