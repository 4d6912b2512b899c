#include "engine/ladder/finding_text.hpp"

#include <algorithm>
#include <charconv>

namespace rung {
namespace {

struct NamedValue {
  Path path;
  std::string_view text;
  std::uint64_t value;
};
constexpr NamedValue kNames[] = {
#define RUNG_VALUE(path, text, value) {Path::path, text, value},
#include "engine/ladder/value.def"
#undef RUNG_VALUE
};

constexpr char kHex[] = "0123456789abcdef";

}  // namespace

FindingText& FindingText::operator<<(std::string_view text) {
  const std::size_t size = std::min(text.size(), text_.size() - size_);
  std::copy_n(text.begin(), size, text_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += size;
  return *this;
}

std::size_t alike_octets(std::string_view a, std::string_view b) {
  constexpr std::size_t kShownBefore = 8;
  const std::size_t end = std::min(a.size(), b.size());
  std::size_t same = 0;
  while (same < end && a[same] == b[same]) ++same;
  if (same < 4 * kShownBefore) return 0;
  std::size_t from = same - kShownBefore;
  while ((static_cast<unsigned char>(a[from]) & 0xC0U) == 0x80U && from > 0) --from;
  return from;
}

FindingText& FindingText::operator<<(Shown value) {
  if (value.from > 0 && value.from <= value.text.size()) {
    *this << "... ";
    value.text.remove_prefix(value.from);
  }
  if (value.kind != PathKind::octets) return *this << value.text;
  for (std::size_t i = 0; i < value.text.size() && size_ + 3 <= text_.size(); ++i) {
    const auto octet = static_cast<unsigned char>(value.text[i]);
    if (i > 0) text_[size_++] = ' ';
    text_[size_++] = kHex[octet >> 4];
    text_[size_++] = kHex[octet & 15U];
  }
  return *this;
}

void FindingText::number(Path path, std::uint64_t value) {
  for (const NamedValue& name : kNames) {
    if (name.path == path && name.value == value) {
      *this << name.text;
      return;
    }
  }
  if (kind_of(path) == PathKind::flag) {
    *this << (value != 0 ? "yes" : "no");
    return;
  }
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  *this << std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace rung
