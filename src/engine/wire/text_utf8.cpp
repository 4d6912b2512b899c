#include "engine/wire/text_utf8.hpp"

namespace rung::utf8 {
namespace {

struct Lead {
  std::size_t following;
  char32_t bits;
  char32_t smallest;  // below it the form is overlong
};

Lead read_lead(std::uint8_t octet) {
  if (octet >= 0xc0 && octet < 0xe0) return {1, octet & 0x1fU, 0x80};
  if (octet >= 0xe0 && octet < 0xf0) return {2, octet & 0x0fU, 0x800};
  if (octet >= 0xf0 && octet < 0xf8) return {3, octet & 0x07U, 0x10000};
  return {0, kInvalid, 0};
}

}  // namespace

char32_t take(std::string_view& text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  text.remove_prefix(1);
  if (first < 0x80) return first;
  const Lead lead = read_lead(first);
  if (lead.bits == kInvalid || lead.following > text.size()) return kInvalid;
  char32_t value = lead.bits;
  for (std::size_t i = 0; i < lead.following; ++i) {
    const auto octet = static_cast<std::uint8_t>(text[i]);
    if ((octet & 0xc0) != 0x80) return kInvalid;
    value = value << 6 | (octet & 0x3fU);
  }
  text.remove_prefix(lead.following);
  const bool surrogate = value >= 0xd800 && value < 0xe000;
  return value < lead.smallest || value > 0x10ffff || surrogate ? kInvalid : value;
}

bool put(char32_t code_point, std::span<char> out, std::size_t& size) {
  const std::size_t length = code_point < 0x80      ? 1
                             : code_point < 0x800   ? 2
                             : code_point < 0x10000 ? 3
                                                    : 4;
  if (length > out.size() - size) return false;
  if (length == 1) {
    out[size++] = static_cast<char>(code_point);
    return true;
  }
  constexpr std::uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (std::size_t i = length - 1; i > 0; --i) {
    out[size + i] = static_cast<char>(0x80 | (code_point & 0x3f));
    code_point >>= 6;
  }
  out[size] = static_cast<char>(leads[length] | code_point);
  size += length;
  return true;
}

}  // namespace rung::utf8
