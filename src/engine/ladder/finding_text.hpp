// FindingText: composes the texts of a finding in place, without allocating.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/ladder/ladder.hpp"

namespace rung {

/// A value as a finding shows it: octets in hexadecimal, other kinds as they are.
struct Shown {
  std::string_view text;
  PathKind kind;
  std::size_t from = 0;  // what lies before is left out
};

/// Octets at the front of two values that need not be shown: where the difference comes late, what
/// precedes it but for a few. Never splits a character.
std::size_t alike_octets(std::string_view a, std::string_view b);

/// Holds a little more than a finding keeps; what goes beyond is cut.
class FindingText {
 public:
  FindingText& operator<<(std::string_view text);
  FindingText& operator<<(Shown value);
  /// A number as its path names it: RP-ACK for rp.mti 1, yes for a flag, else decimal.
  void number(Path path, std::uint64_t value);
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 160> text_;
  std::size_t size_ = 0;
};

}  // namespace rung
