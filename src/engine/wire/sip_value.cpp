#include "engine/wire/sip_value.hpp"

#include <array>
#include <limits>

namespace rung::sip {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// Characters at which a walk through a value stops, one bit each.
enum Stop : unsigned {
  kQuote = 1,
  kOpen = 2,
  kClose = 4,
  kComma = 8,
  kSemicolon = 16,
  kSpace = 32,
  kColon = 64,
  kEquals = 128
};
constexpr auto kStops = [] {
  std::array<std::uint8_t, 256> stops{};
  stops['"'] = kQuote;
  stops['<'] = kOpen;
  stops['>'] = kClose;
  stops[','] = kComma;
  stops[';'] = kSemicolon;
  for (const char c : std::string_view(" \t\r\n")) stops[static_cast<unsigned char>(c)] = kSpace;
  stops[':'] = kColon;
  stops['='] = kEquals;
  return stops;
}();

/// Offset of the first character from `at` on that is one of `stops`; the size when there is none.
std::size_t find_stop(std::string_view text, std::size_t at, unsigned stops) {
  while (at < text.size() && (kStops[static_cast<unsigned char>(text[at])] & stops) == 0) ++at;
  return at;
}

bool is_space(char c) { return (kStops[static_cast<unsigned char>(c)] & kSpace) != 0; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// Offset behind the quoted string that begins at `at`; the text's size when it never closes.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

std::string_view unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  return text.substr(1, text.size() - 2);
}

/// Splits "name = value" of one parameter; `value` of a flag points behind its name.
void split_parameter(std::string_view element, std::string_view& name, Parameter& parameter) {
  const std::size_t equals = find_stop(element, 0, kEquals);
  parameter.present = true;
  name = trim(element.substr(0, equals));
  parameter.value = equals == element.size() ? name.substr(name.size())
                                             : unquote(trim(element.substr(equals + 1)));
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_element(std::string_view& rest, char delimiter, bool angles) {
  const unsigned end = kStops[static_cast<unsigned char>(delimiter)];
  const unsigned outside = end | kQuote | (angles ? unsigned{kOpen} : 0U);
  std::size_t at = find_stop(rest, 0, outside);
  while (at < rest.size() && rest[at] != delimiter) {
    const std::size_t behind =
        rest[at] == '"' ? skip_quoted(rest, at) : find_stop(rest, at, kClose);
    at = find_stop(rest, behind, outside);
  }
  const std::string_view element = trim(rest.substr(0, at));
  rest.remove_prefix(at < rest.size() ? at + 1 : at);
  return element;
}

bool parse_name_address(std::string_view value, NameAddress& out) {
  out = {};
  value = trim(value);
  std::size_t at = 0;
  if (!value.empty() && value.front() == '"') {
    at = skip_quoted(value, 0);
    if (at < 2 || value[at - 1] != '"') return false;
    out.display = value.substr(1, at - 2);
    while (at < value.size() && is_space(value[at])) ++at;
    if (at == value.size() || value[at] != '<') return false;
  } else {
    at = find_stop(value, 0, kOpen | kSemicolon | kComma);
  }
  std::string_view rest;
  if (at < value.size() && value[at] == '<') {
    if (out.display.empty()) out.display = trim(value.substr(0, at));
    const std::size_t close = find_stop(value, at, kClose);
    if (close == value.size()) return false;
    out.uri = value.substr(at + 1, close - at - 1);
    rest = value.substr(close + 1);
  } else {  // addr-spec: what follows ';' belongs to the header field (RFC 3261 20.10)
    out.uri = trim(value.substr(0, at));
    rest = value.substr(at);
  }
  const std::string_view tail = take_element(rest, ',', false);
  if (!tail.empty()) {
    if (tail.front() != ';') return false;
    out.parameters = trim(tail.substr(1));
  }
  const std::size_t colon = find_stop(out.uri, 0, kColon | kSpace);
  return colon < out.uri.size() && out.uri[colon] == ':' &&
         find_stop(out.uri, colon, kSpace) == out.uri.size();
}

Parameter find_parameter(std::string_view parameters, std::string_view name) {
  while (!parameters.empty()) {
    const std::string_view element = take_element(parameters, ';', true);
    std::string_view found;
    Parameter parameter;
    split_parameter(element, found, parameter);
    if (iequals(found, name)) return parameter;
  }
  return {};
}

bool parse_via(std::string_view value, Via& out) {
  out = {};
  const std::size_t head_end = find_stop(value, 0, kSemicolon | kComma);
  std::string_view head = trim(value.substr(0, head_end));
  // sent-protocol = "SIP" SLASH "2.0" SLASH transport, white space allowed around each SLASH.
  for (int i = 0; i < 2; ++i) {
    const std::size_t slash = head.find('/');
    if (slash == kNone || slash == 0) return false;
    head = trim(head.substr(slash + 1));
  }
  const std::size_t space = find_stop(head, 0, kSpace);
  if (space == head.size() || space == 0) return false;
  out.transport = head.substr(0, space);
  out.sent_by = trim(head.substr(space));
  std::string_view rest = value.substr(head_end);
  std::string_view parameters = take_element(rest, ',', false);
  while (!parameters.empty()) {
    std::string_view name;
    Parameter parameter;
    split_parameter(take_element(parameters, ';', false), name, parameter);
    if (iequals(name, "branch")) {
      out.branch = parameter.value;
    } else if (iequals(name, "received")) {
      out.received = parameter;
    } else if (iequals(name, "rport")) {
      out.rport = parameter;
    }
  }
  return !out.sent_by.empty();
}

bool parse_cseq(std::string_view value, CSeq& out) {
  out = {};
  value = trim(value);
  const std::size_t space = find_stop(value, 0, kSpace);
  if (space == value.size() || !parse_u32(value.substr(0, space), out.number)) return false;
  out.method_text = trim(value.substr(space));
  if (find_stop(out.method_text, 0, kSpace) != out.method_text.size()) return false;
  out.method = method_by_name(out.method_text);
  return true;
}

std::string_view media_type(std::string_view content_type) {
  return trim(content_type.substr(0, content_type.find(';')));
}

bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

bool parse_u32(std::string_view text, std::uint32_t& out) {
  std::uint64_t number = 0;
  if (text.empty()) return false;
  for (const char c : text) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    if (digit > 9) return false;
    number = number * 10 + digit;
    if (number > std::numeric_limits<std::uint32_t>::max()) return false;
  }
  out = static_cast<std::uint32_t>(number);
  return true;
}

}  // namespace rung::sip
