#include "engine/base/endpoint.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

TEST(Endpoint, reads_an_ipv4_address_with_and_without_port) {
  EXPECT_EQ(*parse_endpoint("127.0.0.1:5062", 5060), Endpoint::ipv4(0x7f000001, 5062));
  EXPECT_EQ(*parse_endpoint("127.64.1.2", 5060), Endpoint::ipv4(0x7f400102, 5060));
}

TEST(Endpoint, reads_ipv6_in_brackets_or_bare) {
  const auto with_port = parse_endpoint("[2001:db8::1]:5062", 5060);
  const auto bracketed = parse_endpoint("[2001:db8::1]", 5060);
  const auto bare = parse_endpoint("2001:db8::1", 5060);
  ASSERT_TRUE(with_port.ok() && bracketed.ok() && bare.ok());
  EXPECT_EQ(with_port->port, 5062);
  EXPECT_EQ(with_port->family, AddressFamily::ipv6);
  EXPECT_EQ(bracketed->port, 5060);
  EXPECT_EQ(*bare, *bracketed);
}

TEST(Endpoint, text_and_back_is_the_same_endpoint) {
  for (const char* text :
       {"0.0.0.0:0", "255.255.255.255:65535", "10.20.30.40:5060", "[::]:1", "[::1]:5060",
        "[2001:db8:1:2:3:4:5:6]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535"}) {
    const auto first = parse_endpoint(text, 9);
    ASSERT_TRUE(first.ok()) << text;
    const std::string written = to_string(*first);
    EXPECT_LE(written.size(), kEndpointTextSizeMax);
    const auto second = parse_endpoint(written, 9);
    ASSERT_TRUE(second.ok()) << written;
    EXPECT_EQ(*first, *second);
  }
}

TEST(Endpoint, refuses_a_bad_address) {
  for (const std::string_view text :
       {std::string_view("256.0.0.1"), std::string_view("1.2.3"), std::string_view("1.2.3.4.5"),
        std::string_view("host.example:5060"), std::string_view(":5060"), std::string_view("[::1"),
        std::string_view("[]:5060"), std::string_view("1::2::3"), std::string_view(" 127.0.0.1"),
        std::string_view("[127.0.0.1]:5060"), std::string_view("127.0.0.1\0x", 11)}) {
    const auto result = parse_endpoint(text, 5060);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error(), EndpointError::bad_address) << text;
  }
}

TEST(Endpoint, refuses_a_bad_port) {
  for (const char* text : {"127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
                           "127.0.0.1:50x", "127.0.0.1: 5", "[::1]:", "[::1]5060", "[::1]:x"}) {
    const auto result = parse_endpoint(text, 5060);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error(), EndpointError::bad_port) << text;
  }
}

TEST(Endpoint, refuses_nothing_at_all) {
  EXPECT_EQ(parse_endpoint("", 5060).error(), EndpointError::empty);
}

TEST(Endpoint, host_order_survives) {
  EXPECT_EQ(Endpoint::ipv4(0xc0a80a01, 1).ipv4_host(), 0xc0a80a01U);
}

TEST(Endpoint, the_host_alone_is_written_as_sip_wants_it) {
  std::uint8_t text[kEndpointTextSizeMax];
  const std::size_t v4 = format_host(Endpoint::ipv4(0x7f000001, 5060), text);
  EXPECT_EQ(as_text({text, v4}), "127.0.0.1");
  const std::size_t v6 = format_host(*parse_endpoint("::1", 1), text);
  EXPECT_EQ(as_text({text, v6}), "[::1]");
}

TEST(Endpoint, different_ports_or_families_differ) {
  EXPECT_NE(Endpoint::ipv4(1, 1), Endpoint::ipv4(1, 2));
  EXPECT_NE(Endpoint::ipv4(1, 1), Endpoint{});
}

TEST(Endpoint, a_link_local_address_names_its_interface) {
  const auto named = parse_endpoint("[fe80::1%lo]:5060", 0);
  const auto numbered = parse_endpoint("fe80::1%300", 5060);

  ASSERT_TRUE(named.ok());
  EXPECT_EQ(named->scope(), 1U);  // the loopback interface is the first of each network namespace
  ASSERT_TRUE(numbered.ok());
  EXPECT_EQ(numbered->scope(), 300U);
  EXPECT_EQ(numbered->port, 5060);
  EXPECT_EQ(to_string(*numbered), "[fe80::1]:5060");  // SIP knows no zones (RFC 3261 25.1)
  EXPECT_NE(*named, *numbered);
  EXPECT_EQ(named->on_wire(), numbered->on_wire());
}

TEST(Endpoint, an_interface_that_is_not_there_or_a_wider_address_with_one_is_refused) {
  for (const char* text : {"fe80::1%nosuch0", "fe80::1%", "fe80::1%0", "fe80::1%65536",
                           "2001:db8::1%lo", "127.0.0.1%lo", "[fe80::1%lo"}) {
    EXPECT_FALSE(parse_endpoint(text, 5060).ok()) << text;
  }
}

}  // namespace
}  // namespace rung
