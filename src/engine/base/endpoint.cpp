#include "engine/base/endpoint.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

namespace rung {
namespace {

std::size_t put(MutableOctets out, std::size_t at, std::string_view text) {
  ENGINE_ASSERT(at + text.size() <= out.size());
  std::memcpy(out.data() + at, text.data(), text.size());
  return at + text.size();
}

std::size_t put_number(MutableOctets out, std::size_t at, unsigned value) {
  char digits[10];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return put(out, at, {digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace

std::size_t format_host(const Endpoint& endpoint, MutableOctets out) {
  if (endpoint.family == AddressFamily::ipv6) {
    char text[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, endpoint.address.data(), text, sizeof text);
    return put(out, put(out, put(out, 0, "["), text), "]");
  }
  std::size_t at = 0;
  for (unsigned i = 0; i < 4; ++i) {
    if (i != 0) at = put(out, at, ".");
    at = put_number(out, at, endpoint.address[i]);
  }
  return at;
}

std::size_t format_endpoint(const Endpoint& endpoint, MutableOctets out) {
  const std::size_t host = format_host(endpoint, out);
  return put_number(out, put(out, host, ":"), endpoint.port);
}

std::string to_string(const Endpoint& endpoint) {
  std::uint8_t text[kEndpointTextSizeMax];
  return std::string(as_text({text, format_endpoint(endpoint, text)}));
}

Result<Endpoint, EndpointError> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  if (text.empty()) return EndpointError::empty;
  std::string host(text);
  std::string_view port;
  const std::size_t colon = text.rfind(':');
  if (text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return EndpointError::bad_address;
    host = std::string(text.substr(1, close - 1));
    if (close + 1 < text.size()) {
      if (text[close + 1] != ':') return EndpointError::bad_port;
      port = text.substr(close + 2);
      if (port.empty()) return EndpointError::bad_port;
    }
  } else if (colon != std::string_view::npos && text.find(':') == colon) {
    host = std::string(text.substr(0, colon));
    port = text.substr(colon + 1);
    if (port.empty()) return EndpointError::bad_port;
  }
  Endpoint e;
  e.port = default_port;
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), e.port);
    if (error != std::errc{} || end != port.data() + port.size()) return EndpointError::bad_port;
  }
  // inet_pton() stops at a NUL, and RFC 3261 25.1 has brackets around IPv6 only.
  if (host.find('\0') != std::string::npos) return EndpointError::bad_address;
  if (text.front() != '[' && inet_pton(AF_INET, host.c_str(), e.address.data()) == 1) {
    e.family = AddressFamily::ipv4;
  } else if (inet_pton(AF_INET6, host.c_str(), e.address.data()) == 1) {
    e.family = AddressFamily::ipv6;
  } else {
    return EndpointError::bad_address;
  }
  return e;
}

}  // namespace rung
