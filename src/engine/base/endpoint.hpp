// Endpoint: an IP address with a port, IPv4 or IPv6, comparable and hashable without the kernel's
// socket types.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"

namespace rung {

enum class AddressFamily : std::uint8_t { none = 0, ipv4 = 4, ipv6 = 6 };

/// A link-local IPv6 address (fe80::/10) means nothing without its interface, whose index stands in
/// the third and fourth octet, which are zero on the wire (RFC 4291 2.5.6): scope() and
/// set_scope().
struct Endpoint {
  std::array<std::uint8_t, 16> address{};  // network order; IPv4 uses the first four octets
  std::uint16_t port = 0;                  // host order
  AddressFamily family = AddressFamily::none;
  std::uint8_t reserved = 0;

  /// `host` in host order: 0x7f000001 is 127.0.0.1.
  static constexpr Endpoint ipv4(std::uint32_t host, std::uint16_t port) {
    Endpoint e;
    for (unsigned i = 0; i < 4; ++i) e.address[i] = static_cast<std::uint8_t>(host >> (24 - 8 * i));
    e.port = port;
    e.family = AddressFamily::ipv4;
    return e;
  }
  /// Precondition: family is ipv4. Host order.
  [[nodiscard]] constexpr std::uint32_t ipv4_host() const {
    return std::uint32_t{address[0]} << 24 | std::uint32_t{address[1]} << 16 |
           std::uint32_t{address[2]} << 8 | address[3];
  }
  [[nodiscard]] constexpr bool link_local() const {
    return family == AddressFamily::ipv6 && address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
  }
  /// Index of the interface of a link-local address; 0: none, or not link-local.
  [[nodiscard]] constexpr std::uint32_t scope() const {
    return link_local() ? std::uint32_t{address[2]} << 8 | address[3] : 0;
  }
  /// No effect unless link_local(). Precondition: interface < 65536.
  constexpr void set_scope(std::uint32_t interface) {
    if (!link_local()) return;
    address[2] = static_cast<std::uint8_t>(interface >> 8 & 0xff);
    address[3] = static_cast<std::uint8_t>(interface & 0xff);
  }
  /// The octets as they are on the wire.
  [[nodiscard]] constexpr std::array<std::uint8_t, 16> on_wire() const {
    Endpoint bare = *this;
    bare.set_scope(0);
    return bare.address;
  }
  friend constexpr bool operator==(const Endpoint&, const Endpoint&) = default;
};
static_assert(sizeof(Endpoint) == 20);

/// The longest text format_endpoint() writes: "[" + 45 + "]:" + 5.
inline constexpr std::size_t kEndpointTextSizeMax = 54;

/// Writes "127.0.0.1:5060" or "[::1]:5060" without allocating; returns the length written.
/// Precondition: out has kEndpointTextSizeMax octets.
std::size_t format_endpoint(const Endpoint& endpoint, MutableOctets out);
/// Writes the address alone, IPv6 in brackets as SIP wants it (RFC 3261 25.1, IPv6reference).
std::size_t format_host(const Endpoint& endpoint, MutableOctets out);
std::string to_string(const Endpoint& endpoint);

enum class EndpointError : std::uint8_t { none = 0, empty, bad_address, bad_port };

/// Reads "127.0.0.1", "127.0.0.1:5060", "[::1]:5060", "::1" or "fe80::1%eth0"; `default_port` where
/// none is given. An interface that is not there is a bad address.
Result<Endpoint, EndpointError> parse_endpoint(std::string_view text, std::uint16_t default_port);

}  // namespace rung
