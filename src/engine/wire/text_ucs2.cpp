// UCS2 as TS 23.038 6.2.3 has it, read and written as UTF-16 big endian, which phones send.
#include "engine/wire/text.hpp"
#include "engine/wire/text_utf8.hpp"

namespace rung::ucs2 {
namespace {

constexpr bool is_high(char32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
constexpr bool is_low(char32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

char32_t unit_at(Octets units, std::size_t octet) {
  return static_cast<char32_t>(units[octet] << 8 | units[octet + 1]);
}

}  // namespace

std::size_t from_utf8(std::string_view text, MutableOctets out) {
  Writer writer{out};
  while (!text.empty()) {
    const char32_t c = utf8::take(text);
    if (c == utf8::kInvalid) return kUnmappable;
    if (c < 0x10000) {
      writer.u16(static_cast<std::uint16_t>(c));
    } else {
      writer.u16(static_cast<std::uint16_t>(0xd800 + ((c - 0x10000) >> 10)));
      writer.u16(static_cast<std::uint16_t>(0xdc00 + ((c - 0x10000) & 0x3ff)));
    }
  }
  return writer.ok() ? writer.size() : kUnmappable;
}

std::size_t to_utf8(Octets units, std::span<char> out) {
  std::size_t size = 0;
  for (std::size_t i = 0; i + 1 < units.size(); i += 2) {
    char32_t c = unit_at(units, i);
    const bool pair = is_high(c) && i + 3 < units.size() && is_low(unit_at(units, i + 2));
    if (pair) {
      c = 0x10000 + ((c - 0xd800) << 10) + (unit_at(units, i + 2) - 0xdc00);
      i += 2;
    } else if (is_high(c) || is_low(c)) {
      c = utf8::kReplacement;
    }
    if (!utf8::put(c, out, size)) break;
  }
  return size;
}

std::size_t segment(Octets units, std::size_t octets_max) {
  if (units.size() <= octets_max) return units.size();
  const std::size_t even = octets_max & ~std::size_t{1};
  if (even < 2 || even + 2 > units.size()) return even;
  const bool parts_pair = is_high(unit_at(units, even - 2)) && is_low(unit_at(units, even));
  return parts_pair ? even - 2 : even;
}

}  // namespace rung::ucs2
