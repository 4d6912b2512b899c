#include "engine/wire/template.hpp"

#include <immintrin.h>

#include <array>
#include <cstring>
#include <utility>

namespace rung {
namespace {

/// "00", "01" .. "99".
constexpr auto kPairs = [] {
  std::array<char, 200> pairs{};
  for (unsigned i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

}  // namespace

MessageTemplate::Layout MessageTemplate::write(MutableOctets out,
                                               std::span<const std::string_view> gaps) const {
  PARANOID_ASSERT(gaps.size() == gap_count_);
  Layout layout;
  if (gap_count_ == 0) [[likely]] {
    if (out.size() < octets_.size()) return layout;
    std::memcpy(out.data(), octets_.data(), octets_.size());
    layout.size = static_cast<std::uint32_t>(octets_.size());
    return layout;
  }
  std::size_t total = octets_.size();
  for (std::size_t i = 0; i < gap_count_; ++i) total += gaps[i].size();
  if (total > out.size() || total > 0xffff) return layout;
  std::size_t read = 0;
  std::size_t at = 0;
  for (std::size_t piece = 0; piece <= gap_count_; ++piece) {
    const std::size_t size = piece_end_[piece] - read;
    layout.start[piece] = static_cast<std::uint16_t>(at);
    std::memcpy(out.data() + at, octets_.data() + read, size);
    at += size;
    read += size;
    if (piece == gap_count_) break;
    if (!gaps[piece].empty()) std::memcpy(out.data() + at, gaps[piece].data(), gaps[piece].size());
    at += gaps[piece].size();
  }
  layout.size = static_cast<std::uint32_t>(total);
  return layout;
}

TemplateBuilder& TemplateBuilder::text(std::string_view text) { return octets(as_octets(text)); }

TemplateBuilder& TemplateBuilder::octets(Octets octets) {
  template_.octets_.insert(template_.octets_.end(), octets.begin(), octets.end());
  return *this;
}

Slot TemplateBuilder::slot(std::size_t width, char fill) {
  template_.octets_.insert(template_.octets_.end(), width, static_cast<std::uint8_t>(fill));
  return slot_at(width, width);
}

Slot TemplateBuilder::slot_at(std::size_t octets_back, std::size_t width) {
  const std::size_t piece_size = template_.octets_.size() - piece_start_;
  ENGINE_ASSERT(octets_back <= piece_size);
  ENGINE_ASSERT(width <= octets_back);
  return {narrow<std::uint16_t>(template_.gap_count_),
          narrow<std::uint16_t>(piece_size - octets_back), narrow<std::uint16_t>(width)};
}

std::size_t TemplateBuilder::gap() {
  ENGINE_ASSERT(template_.gap_count_ < kTemplateGapsMax);
  piece_start_ = template_.octets_.size();
  template_.piece_end_[template_.gap_count_] = narrow<std::uint32_t>(piece_start_);
  return template_.gap_count_++;
}

MessageTemplate TemplateBuilder::build() && {
  ENGINE_ASSERT(template_.octets_.size() <= 0xffff);
  template_.piece_end_[template_.gap_count_] = narrow<std::uint32_t>(template_.octets_.size());
  return std::move(template_);
}

void put_hex(MutableOctets slot, std::uint64_t value) {
  ENGINE_ASSERT(slot.size() >= 16 || value >> (4 * slot.size()) == 0);
  const __m128i octets = _mm_cvtsi64_si128(static_cast<long long>(__builtin_bswap64(value)));
  const __m128i nibble = _mm_set1_epi8(0x0f);
  const __m128i low = _mm_and_si128(octets, nibble);
  const __m128i high = _mm_and_si128(_mm_srli_epi16(octets, 4), nibble);
  const __m128i digits =
      _mm_setr_epi8('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f');
  const __m128i text = _mm_shuffle_epi8(digits, _mm_unpacklo_epi8(high, low));
  if (slot.size() == 16) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(slot.data()), text);
    return;
  }
  std::uint8_t all[16];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(all), text);
  const std::size_t used = slot.size() < 16 ? slot.size() : 16;
  std::memset(slot.data(), '0', slot.size() - used);
  std::memcpy(slot.data() + slot.size() - used, all + 16 - used, used);
}

void put_decimal(MutableOctets slot, std::uint64_t value) {
  std::size_t i = slot.size();
  for (; i >= 2; i -= 2) {
    const std::uint64_t rest = value / 100;
    std::memcpy(&slot[i - 2], &kPairs[2 * (value - rest * 100)], 2);
    value = rest;
  }
  if (i == 1) {
    slot[0] = static_cast<std::uint8_t>('0' + value % 10);
    value /= 10;
  }
  ENGINE_ASSERT(value == 0);
}

void put_text(MutableOctets slot, std::string_view text) {
  ENGINE_ASSERT(text.size() <= slot.size());
  if (!text.empty()) std::memcpy(slot.data(), text.data(), text.size());
  if (text.size() < slot.size()) {
    std::memset(slot.data() + text.size(), ' ', slot.size() - text.size());
  }
}

bool get_hex(std::string_view text, std::uint64_t& value) {
  if (text.empty() || text.size() > 16) return false;
  std::uint64_t number = 0;
  for (const char c : text) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    const unsigned letter = static_cast<unsigned char>(c) - unsigned{'a'};
    if (digit > 9 && letter > 5) return false;
    number = number << 4 | (digit <= 9 ? digit : letter + 10);
  }
  value = number;
  return true;
}

void put_semi_octets(MutableOctets slot, std::uint64_t value, std::size_t digits) {
  ENGINE_ASSERT(slot.size() == (digits + 1) / 2);
  if (digits % 2 != 0) {  // the last digit stands alone, fill in the high half
    slot.back() = static_cast<std::uint8_t>(0xf0U | value % 10);
    value /= 10;
  }
  for (std::size_t i = digits / 2; i-- > 0;) {
    const unsigned pair = static_cast<unsigned>(value % 100);
    value /= 100;
    slot[i] = static_cast<std::uint8_t>((pair % 10) << 4 | pair / 10);
  }
  ENGINE_ASSERT(value == 0);
}

}  // namespace rung
