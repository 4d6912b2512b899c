#include "engine/wire/xml_scanner.hpp"

#include <algorithm>

namespace rung {
namespace {

constexpr std::size_t kNpos = std::string_view::npos;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool all_space(std::string_view text) { return std::all_of(text.begin(), text.end(), is_space); }

/// Cuts a name off the front: up to white space or a character that ends it.
std::string_view take_name(std::string_view& from) {
  const std::size_t size = std::min(from.find_first_of(" \t\r\n/>=<\"'&"), from.size());
  const std::string_view name = from.substr(0, size);
  from.remove_prefix(size);
  return name;
}

void skip_space(std::string_view& from) {
  while (!from.empty() && is_space(from.front())) from.remove_prefix(1);
}

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == kNpos ? name : name.substr(colon + 1);
}

void put_utf8(Writer& out, std::uint32_t c) {
  const auto tail = [&](unsigned shift) {
    out.u8(static_cast<std::uint8_t>(0x80 | (c >> shift & 0x3f)));
  };
  if (c < 0x80) return out.u8(static_cast<std::uint8_t>(c));
  if (c < 0x800) {
    out.u8(static_cast<std::uint8_t>(0xc0 | c >> 6));
  } else if (c < 0x10000) {
    out.u8(static_cast<std::uint8_t>(0xe0 | c >> 12));
    tail(6);
  } else {
    out.u8(static_cast<std::uint8_t>(0xf0 | c >> 18));
    tail(12);
    tail(6);
  }
  tail(0);
}

/// The character of "#38" or "#x26"; false when it is none of XML 2.2.
bool read_number(std::string_view digits, std::uint32_t& c) {
  digits.remove_prefix(1);
  const bool hex = digits.starts_with('x');
  if (hex) digits.remove_prefix(1);
  if (digits.empty() || digits.size() > 7) return false;
  c = 0;
  for (const char digit : digits) {
    const char lower = static_cast<char>(digit | 0x20);
    const bool is_decimal = digit >= '0' && digit <= '9';
    if (!is_decimal && !(hex && lower >= 'a' && lower <= 'f')) return false;
    const unsigned value = static_cast<unsigned>(is_decimal ? digit - '0' : lower - 'a' + 10);
    c = c * (hex ? 16 : 10) + value;
  }
  const bool surrogate = c >= 0xd800 && c <= 0xdfff;
  return c >= 0x20 && c <= 0x10ffff && !surrogate;
}

bool read_reference(std::string_view name, std::uint32_t& c) {
  constexpr struct {
    std::string_view name;
    char c;
  } kKnown[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& known : kKnown) {
    if (name != known.name) continue;
    c = static_cast<std::uint32_t>(known.c);
    return true;
  }
  return name.starts_with('#') && read_number(name, c);
}

}  // namespace

XmlScanner::Token XmlScanner::fail() {
  failed_ = true;
  rest_ = {};
  return Token::error;
}

XmlScanner::Token XmlScanner::next() {
  if (failed_) return Token::error;
  if (empty_element_) return close();
  if (!seen_root_ && rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  for (;;) {
    const std::size_t size = std::min(rest_.find('<'), rest_.size());
    text_ = rest_.substr(0, size);
    literal_ = false;
    rest_.remove_prefix(size);
    if (depth_ == 0 && !all_space(text_)) return fail();
    if (depth_ != 0 && !text_.empty()) return Token::text;
    if (rest_.empty()) return depth_ == 0 && seen_root_ ? Token::done : fail();
    if (rest_.starts_with("<?")) {
      if (!skip_past("?>")) return fail();
    } else if (rest_.starts_with("<!--")) {
      rest_.remove_prefix(4);
      if (!skip_past("-->")) return fail();
    } else {
      return markup();
    }
  }
}

bool XmlScanner::skip_past(std::string_view mark) {
  const std::size_t at = rest_.find(mark);
  if (at == kNpos) return false;
  rest_.remove_prefix(at + mark.size());
  return true;
}

XmlScanner::Token XmlScanner::markup() {
  constexpr std::string_view kCdata = "<![CDATA[";
  if (rest_.starts_with(kCdata)) {
    const std::size_t end = rest_.find("]]>");
    if (depth_ == 0 || end == kNpos) return fail();
    text_ = rest_.substr(kCdata.size(), end - kCdata.size());
    literal_ = true;
    rest_.remove_prefix(end + 3);
    return Token::text;
  }
  if (rest_.starts_with("<!")) return fail();
  return rest_.starts_with("</") ? end_tag() : start_tag();
}

XmlScanner::Token XmlScanner::start_tag() {
  rest_.remove_prefix(1);
  const std::string_view name = take_name(rest_);
  const bool second_root = depth_ == 0 && seen_root_;
  if (name.empty() || depth_ == kXmlDepthMax || second_root || !take_attributes()) return fail();
  seen_root_ = true;
  open_[depth_++] = name;
  name_ = without_prefix(name);
  return Token::start;
}

/// Up to and with '>' or '/>'.
bool XmlScanner::take_attributes() {
  const char* const begin = rest_.data();
  for (;;) {
    skip_space(rest_);
    attributes_ = {begin, static_cast<std::size_t>(rest_.data() - begin)};
    if (rest_.starts_with('>') || rest_.starts_with("/>")) break;
    std::string_view name;
    std::string_view value;
    if (!take_attribute(rest_, name, value)) return false;
  }
  empty_element_ = rest_.starts_with('/');
  rest_.remove_prefix(empty_element_ ? 2 : 1);
  return true;
}

bool XmlScanner::take_attribute(std::string_view& from, std::string_view& name,
                                std::string_view& value) const {
  name = take_name(from);
  skip_space(from);
  if (name.empty() || !from.starts_with('=')) return false;
  from.remove_prefix(1);
  skip_space(from);
  if (from.empty() || (from.front() != '"' && from.front() != '\'')) return false;
  const std::size_t end = from.find(from.front(), 1);
  if (end == kNpos) return false;
  value = from.substr(1, end - 1);
  from.remove_prefix(end + 1);
  return value.find('<') == kNpos;
}

std::string_view XmlScanner::attribute(std::string_view name) const {
  std::string_view rest = attributes_;
  std::string_view found;
  std::string_view value;
  for (skip_space(rest); !rest.empty(); skip_space(rest)) {
    if (!take_attribute(rest, found, value)) return {};
    if (without_prefix(found) == name) return value;
  }
  return {};
}

XmlScanner::Token XmlScanner::end_tag() {
  rest_.remove_prefix(2);
  const std::string_view name = take_name(rest_);
  skip_space(rest_);
  if (depth_ == 0 || name != open_[depth_ - 1] || !rest_.starts_with('>')) return fail();
  rest_.remove_prefix(1);
  return close();
}

XmlScanner::Token XmlScanner::close() {
  empty_element_ = false;
  name_ = without_prefix(open_[--depth_]);
  attributes_ = {};
  return Token::end;
}

std::string_view xml_unescape(std::string_view text, MutableOctets room) {
  Writer out(room);
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('&'), text.size());
    out.text(text.substr(0, size));
    text.remove_prefix(size);
    if (text.empty()) break;
    const std::size_t end = text.find(';');
    std::uint32_t c = 0;
    if (end == kNpos || !read_reference(text.substr(1, end - 1), c)) return {};
    put_utf8(out, c);
    text.remove_prefix(end + 1);
  }
  return out.ok() ? as_text(out.written()) : std::string_view{};
}

}  // namespace rung
