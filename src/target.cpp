#include "target.hpp"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "engine/wire/sip_value.hpp"

namespace rung {
namespace {

constexpr std::uint16_t kSipPort = 5060;

/// The first address of `host`; family none and the resolver's words when there is none.
Endpoint look_up(const std::string& host, std::string& reason) {
  Endpoint out;
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  if (const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found); code != 0) {
    reason = gai_strerror(code);
    return out;
  }
  if (found->ai_family == AF_INET6) {
    const auto& address = *reinterpret_cast<const sockaddr_in6*>(found->ai_addr);
    std::memcpy(out.address.data(), &address.sin6_addr, sizeof address.sin6_addr);
    out.family = AddressFamily::ipv6;
    out.set_scope(address.sin6_scope_id);
  } else {
    const auto& address = reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr;
    std::memcpy(out.address.data(), &address, sizeof address);
    out.family = AddressFamily::ipv4;
  }
  freeaddrinfo(found);
  return out;
}

}  // namespace

std::string resolve_target(const std::string& text, bool tcp, Endpoint& out) {
  std::string_view rest = text;
  if (rest.starts_with("sip:")) rest.remove_prefix(4);
  const std::size_t parameters = std::min(rest.find(';'), rest.size());
  const sip::Parameter named = sip::find_parameter(rest.substr(parameters), "transport");
  if (named.present && !sip::iequals(named.value, tcp ? "tcp" : "udp")) {
    return fmt::format("'{}' with --transport {}, expected the same transport in both", text,
                       tcp ? "tcp" : "udp");
  }
  rest = rest.substr(0, parameters);
  if (const auto parsed = parse_endpoint(rest, kSipPort); parsed.ok()) {
    out = *parsed;
    return {};
  }
  const std::size_t colon = rest.rfind(':');
  std::uint16_t port = kSipPort;
  if (colon != std::string_view::npos) {
    const char* last = rest.data() + rest.size();
    const auto [end, bad] = std::from_chars(rest.data() + colon + 1, last, port);
    if (bad != std::errc{} || end != last) {
      return fmt::format("'{}' is not accepted, expected sip:HOST:PORT", text);
    }
  }
  const std::string host(rest.substr(0, colon));
  std::string reason;
  out = look_up(host, reason);
  out.port = port;
  return reason.empty() ? std::string{} : fmt::format("cannot find '{}': {}", host, reason);
}

}  // namespace rung
