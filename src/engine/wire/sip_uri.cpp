// URIs of SIP values: parse_uri() and same_uri() of sip_value.hpp.
#include "engine/wire/sip_value.hpp"

namespace rung::sip {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = static_cast<char>(c | 0x20);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// Takes one character off the front, an escape ("%41") decoded (RFC 3261 19.1.4).
int take_decoded(std::string_view& text) {
  const auto c = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  if (c != '%' || text.size() < 2) return c;
  const int high = hex_digit(text[0]);
  const int low = hex_digit(text[1]);
  if (high < 0 || low < 0) return c;
  text.remove_prefix(2);
  return high * 16 + low;
}

bool same_user(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (take_decoded(a) != take_decoded(b)) return false;
  }
  return a.empty() && b.empty();
}

void skip_separators(std::string_view& text) {
  while (!text.empty() && visual_separator(text.front())) text.remove_prefix(1);
}

bool same_number(std::string_view a, std::string_view b) {
  while (true) {
    skip_separators(a);
    skip_separators(b);
    if (a.empty() || b.empty()) return a.empty() && b.empty();
    if (a.front() != b.front()) return false;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
}

bool has_host(std::string_view scheme) {
  return iequals(scheme, "sip") || iequals(scheme, "sips") || iequals(scheme, "im") ||
         iequals(scheme, "pres");
}

/// hostport of RFC 3261 25.1.
bool parse_host_port(std::string_view text, Uri& out) {
  std::size_t host_end = text.find(':');
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == kNone) return false;
    host_end = close + 1 < text.size() ? close + 1 : kNone;
    if (host_end != kNone && text[host_end] != ':') return false;
  }
  out.host = text.substr(0, host_end);
  if (out.host.empty()) return false;
  if (host_end == kNone) return true;
  std::uint32_t port = 0;
  if (!parse_u32(text.substr(host_end + 1), port) || port == 0 || port > 0xffff) return false;
  out.port = static_cast<std::uint16_t>(port);
  return true;
}

}  // namespace

bool parse_uri(std::string_view text, Uri& out) {
  out = {};
  const std::size_t colon = text.find(':');
  if (colon == kNone || colon == 0) return false;
  out.scheme = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 1);
  const bool hosted = has_host(out.scheme);
  if (hosted) {
    // '@' stands unescaped nowhere else, while the user part may hold ';' and '?'.
    const std::size_t at = rest.find('@');
    if (at != kNone) {
      out.user = rest.substr(0, at);
      out.user = out.user.substr(0, out.user.find(':'));
      if (out.user.empty()) return false;
      rest.remove_prefix(at + 1);
    }
  }
  rest = rest.substr(0, rest.find('?'));
  const std::size_t semicolon = rest.find(';');
  if (semicolon != kNone) {
    out.parameters = rest.substr(semicolon + 1);
    rest = rest.substr(0, semicolon);
  }
  if (hosted) return parse_host_port(rest, out);
  out.user = rest;
  return !rest.empty();
}

bool same_uri(std::string_view a, std::string_view b) {
  Uri first;
  Uri second;
  if (!parse_uri(a, first) || !parse_uri(b, second)) return false;
  if (!iequals(first.scheme, second.scheme)) return false;
  if (iequals(first.scheme, "tel")) return same_number(first.user, second.user);
  return same_user(first.user, second.user) && iequals(first.host, second.host) &&
         first.port == second.port;
}

}  // namespace rung::sip
