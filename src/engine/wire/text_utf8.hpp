// One code point of UTF-8 at a time (RFC 3629), for the character sets of TS 23.038. Internal to
// engine/wire.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rung::utf8 {

inline constexpr char32_t kInvalid = 0xffffffff;
inline constexpr char32_t kReplacement = 0xfffd;

/// Takes the first code point off `text`. kInvalid for what RFC 3629 forbids: overlong forms,
/// surrogates, values above 10FFFF, cut sequences; `text` is then of no use any more.
/// Precondition: text is not empty.
char32_t take(std::string_view& text);

/// Appends a code point at `size`; false, with nothing written, when it does not fit.
bool put(char32_t code_point, std::span<char> out, std::size_t& size);

}  // namespace rung::utf8
