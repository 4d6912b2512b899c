// The GSM 7-bit default alphabet and its extension table (TS 23.038 6.2.1, 6.2.1.1).
#include <array>

#include "engine/wire/text.hpp"
#include "engine/wire/text_utf8.hpp"

namespace rung::gsm7 {
namespace {

constexpr std::uint8_t kEscape = 0x1b;

/// 6.2.1, sixteen codes to a row. The escape shows as a space.
// clang-format off
constexpr std::array<char16_t, 128> kDefault = {
  u'@', u'£', u'$', u'¥', u'è', u'é', u'ù', u'ì', u'ò', u'Ç', u'\n', u'Ø', u'ø', u'\r', u'Å', u'å',
  u'Δ', u'_', u'Φ', u'Γ', u'Λ', u'Ω', u'Π', u'Ψ', u'Σ', u'Θ', u'Ξ', u' ', u'Æ', u'æ', u'ß', u'É',
  u' ', u'!', u'"', u'#', u'¤', u'%', u'&', u'\'', u'(', u')', u'*', u'+', u',', u'-', u'.', u'/',
  u'0', u'1', u'2', u'3', u'4', u'5', u'6', u'7', u'8', u'9', u':', u';', u'<', u'=', u'>', u'?',
  u'¡', u'A', u'B', u'C', u'D', u'E', u'F', u'G', u'H', u'I', u'J', u'K', u'L', u'M', u'N', u'O',
  u'P', u'Q', u'R', u'S', u'T', u'U', u'V', u'W', u'X', u'Y', u'Z', u'Ä', u'Ö', u'Ñ', u'Ü', u'§',
  u'¿', u'a', u'b', u'c', u'd', u'e', u'f', u'g', u'h', u'i', u'j', u'k', u'l', u'm', u'n', u'o',
  u'p', u'q', u'r', u's', u't', u'u', u'v', u'w', u'x', u'y', u'z', u'ä', u'ö', u'ñ', u'ü', u'à'};
// clang-format on

struct Extension {
  std::uint8_t code;
  char16_t character;
};
/// 6.2.1.1.
constexpr Extension kExtensions[] = {{0x0a, u'\f'}, {0x14, u'^'}, {0x28, u'{'}, {0x29, u'}'},
                                     {0x2f, u'\\'}, {0x3c, u'['}, {0x3d, u'~'}, {0x3e, u']'},
                                     {0x40, u'|'},  {0x65, u'€'}};

/// Code of a character: bit 7 set for the extension table; kNoCode for neither.
constexpr std::uint8_t kExtensionBit = 0x80;
constexpr std::uint8_t kNoCode = 0xff;

/// Characters below U+0400 by value; of the others only the euro sign has a code.
constexpr std::size_t kReverseSize = 0x400;
constexpr char32_t kEuro = u'€';
constexpr std::uint8_t kEuroCode = 0x65;

constexpr std::array<std::uint8_t, kReverseSize> make_reverse() {
  std::array<std::uint8_t, kReverseSize> table{};
  for (std::uint8_t& entry : table) entry = kNoCode;
  for (std::uint8_t code = 0; code < kDefault.size(); ++code) {
    if (code != kEscape) table[kDefault[code]] = code;
  }
  for (const Extension& extension : kExtensions) {
    if (extension.character >= kReverseSize) continue;
    table[extension.character] = static_cast<std::uint8_t>(extension.code | kExtensionBit);
  }
  return table;
}
constexpr std::array<std::uint8_t, kReverseSize> kReverse = make_reverse();

constexpr std::array<char16_t, 128> make_extended() {
  std::array<char16_t, 128> table = kDefault;  // 6.2.1.1: what is not listed shows as in 6.2.1
  for (const Extension& extension : kExtensions) table[extension.code] = extension.character;
  return table;
}
constexpr std::array<char16_t, 128> kExtended = make_extended();

std::uint8_t code_of(char32_t character) {
  if (character < kReverseSize) return kReverse[character];
  return character == kEuro ? std::uint8_t{kEuroCode | kExtensionBit} : kNoCode;
}

}  // namespace

std::size_t from_utf8(std::string_view text, MutableOctets out) {
  std::size_t size = 0;
  while (!text.empty()) {
    const std::uint8_t code = code_of(utf8::take(text));
    if (code == kNoCode) return kUnmappable;
    const bool escaped = (code & kExtensionBit) != 0;
    if ((escaped ? 2U : 1U) > out.size() - size) return kUnmappable;
    if (escaped) out[size++] = kEscape;
    out[size++] = code & 0x7f;
  }
  return size;
}

std::size_t to_utf8(Octets septets, std::span<char> out) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < septets.size(); ++i) {
    std::uint8_t code = septets[i] & 0x7f;
    char16_t character = kDefault[code];
    if (code == kEscape && i + 1 < septets.size()) {
      code = septets[++i] & 0x7f;
      character = kExtended[code];
    }
    if (!utf8::put(character, out, size)) break;
  }
  return size;
}

std::size_t segment(Octets septets, std::size_t septets_max) {
  if (septets.size() <= septets_max) return septets.size();
  // An escape that is itself escaped begins nothing, so the run of escapes before the cut decides.
  std::size_t escapes = 0;
  while (escapes < septets_max && septets[septets_max - 1 - escapes] == kEscape) ++escapes;
  return septets_max - escapes % 2;
}

}  // namespace rung::gsm7
