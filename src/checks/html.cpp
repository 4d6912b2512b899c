#include "checks/html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/wire/text_utf8.hpp"

namespace rung::html {
namespace {

/// Controls of C0 and C1, marks and overrides of direction, zero widths, separators, interlinear
/// marks, tags, and what is no character: a reader must see that they are there.
bool unseen(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  constexpr Range ranges[] = {
      {0x00, 0x09},     {0x0b, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},      {0x61c, 0x61c},
      {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},  {0xfdd0, 0xfdef},
      {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff}};
  return std::ranges::any_of(ranges, [&](Range r) { return c >= r.first && c <= r.last; });
}

void put(std::string_view character, std::string& out) {
  switch (character[0]) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '"': out += "&quot;"; break;
    case '\'': out += "&#39;"; break;
    default: out += character;
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view rest = text;
    const char32_t c = utf8::take(rest);
    const std::size_t size = c == utf8::kInvalid ? 1 : text.size() - rest.size();
    if (c == utf8::kInvalid || (c < 0x100 && unseen(c))) {
      const char32_t octet = c == utf8::kInvalid ? static_cast<unsigned char>(text[0]) : c;
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(octet));
    } else if (unseen(c)) {
      out += fmt::format("\\u{{{:04x}}}", static_cast<unsigned>(c));
    } else {
      put(text.substr(0, size), out);
    }
    text.remove_prefix(size);
  }
  return out;
}

std::string anchor(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '.' || c == '_' || c == '-';
    if (!plain) c = '_';
  }
  return out;
}

}  // namespace rung::html
