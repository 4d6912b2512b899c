#include "engine/base/endpoint.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <charconv>

#include "engine/base/decimal.hpp"

namespace rung {
namespace {

/// Cuts "%eth0" or "%2" off `host`; the interface's index, or 0 when there is none of that name.
std::uint32_t take_zone(std::string& host) {
  const std::size_t percent = host.find('%');
  const std::string zone = host.substr(percent + 1);
  host.resize(percent);
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(zone.data(), zone.data() + zone.size(), index);
  if (error == std::errc{} && end == zone.data() + zone.size()) return index;
  return if_nametoindex(zone.c_str());
}

void put_host(Writer& out, const Endpoint& endpoint) {
  if (endpoint.family == AddressFamily::ipv6) {
    char text[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, endpoint.on_wire().data(), text, sizeof text);
    out.text("[");
    out.text(text);
    return out.text("]");
  }
  for (unsigned i = 0; i < 4; ++i) {
    if (i != 0) out.text(".");
    put_decimal(out, endpoint.address[i]);
  }
}

std::size_t whole(const Writer& out) {
  ENGINE_ASSERT(out.ok());
  return out.size();
}

}  // namespace

std::size_t format_host(const Endpoint& endpoint, MutableOctets out) {
  Writer writer(out);
  put_host(writer, endpoint);
  return whole(writer);
}

std::size_t format_endpoint(const Endpoint& endpoint, MutableOctets out) {
  Writer writer(out);
  put_host(writer, endpoint);
  writer.text(":");
  put_decimal(writer, endpoint.port);
  return whole(writer);
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
  const bool zoned = host.find('%') != std::string::npos;
  const std::uint32_t scope = zoned ? take_zone(host) : 0;
  if (text.front() != '[' && !zoned && inet_pton(AF_INET, host.c_str(), e.address.data()) == 1) {
    e.family = AddressFamily::ipv4;
  } else if (inet_pton(AF_INET6, host.c_str(), e.address.data()) == 1) {
    e.family = AddressFamily::ipv6;
    e.set_scope(0);
    if (zoned && (!e.link_local() || scope == 0 || scope > UINT16_MAX))
      return EndpointError::bad_address;
    e.set_scope(scope);
  } else {
    return EndpointError::bad_address;
  }
  return e;
}

}  // namespace rung
