// Finds the line ends of a text in blocks of 64 octets, a chunk ahead of its reader, so that the
// reader's branches do not depend on where in a block a line ends. Reads no octet outside the text.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace rung::sip {

class Lines {
 public:
  Lines(const std::uint8_t* begin, const std::uint8_t* end)
      : begin_(begin), end_(end), next_(begin) {}

  /// Finds the LFs of the next chunk that has any; false at the end of the text.
  ///
  ///   while (lines.read_chunk())
  ///     for (const std::uint16_t* at = lines.first(); at != lines.last(); ++at) lines.base()[*at]
  bool read_chunk() {
    std::size_t count = 0;
    while (count == 0) {
      base_ = next_;
      if (base_ == end_) return false;
      next_ = static_cast<std::size_t>(end_ - base_) > kChunk ? base_ + kChunk : end_;
      const std::uint8_t* p = base_;
      // A datagram just received lies in L2 or behind: all its cache lines are asked for at once.
      for (const std::uint8_t* line = p; line < next_; line += kBlock) {
        _mm_prefetch(reinterpret_cast<const char*>(line), _MM_HINT_T0);
      }
      for (; static_cast<std::size_t>(next_ - p) >= kBlock; p += kBlock) {
        count = collect(scan(p), static_cast<std::size_t>(p - base_), count);
      }
      if (p != next_) count = collect(scan_tail(p), static_cast<std::size_t>(p - base_), count);
    }
    count_ = count;
    return true;
  }

  [[nodiscard]] const std::uint8_t* base() const { return base_; }
  [[nodiscard]] const std::uint16_t* first() const { return found_; }
  [[nodiscard]] const std::uint16_t* last() const { return found_ + count_; }

 private:
  static constexpr std::size_t kBlock = 64;
  static constexpr std::size_t kChunk = 1024;  // most IMS messages are one chunk
  static constexpr std::size_t kUnrolled = 3;  // line ends one block has at most, as a rule

  /// Appends the set bits; three places are written whether or not there are so many, and what is
  /// too much is overwritten by the next block. Returns the new count.
  std::size_t collect(std::uint64_t ends, std::size_t offset, std::size_t count) {
    std::uint16_t* out = found_ + count;
    const std::size_t total = count + static_cast<std::size_t>(_mm_popcnt_u64(ends));
    do {
      out[0] = static_cast<std::uint16_t>(offset + _tzcnt_u64(ends));
      ends = _blsr_u64(ends);
      out[1] = static_cast<std::uint16_t>(offset + _tzcnt_u64(ends));
      ends = _blsr_u64(ends);
      out[2] = static_cast<std::uint16_t>(offset + _tzcnt_u64(ends));
      ends = _blsr_u64(ends);
      out += kUnrolled;
    } while (ends != 0);
    return total;
  }

  /// Bit i is set when p[i] is LF, for a last block that is no whole one.
  [[nodiscard]] std::uint64_t scan_tail(const std::uint8_t* p) const {
    const auto left = static_cast<std::size_t>(end_ - p);
    if (static_cast<std::size_t>(end_ - begin_) >= kBlock) {
      return scan(end_ - kBlock) >> (kBlock - left);  // overlaps the block before
    }
    std::uint8_t padded[kBlock] = {};
    std::memcpy(padded, p, left);
    return scan(padded);
  }

  static std::uint64_t scan(const std::uint8_t* p) {
    const __m256i lf = _mm256_set1_epi8('\n');
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32));
    const auto low_mask =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, lf)));
    const auto high_mask =
        static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, lf)));
    return std::uint64_t{high_mask} << 32 | low_mask;
  }

  const std::uint8_t* begin_;
  const std::uint8_t* end_;
  const std::uint8_t* base_ = nullptr;  // found_ counts from here
  const std::uint8_t* next_;            // start of the next chunk
  std::size_t count_ = 0;
  std::uint16_t found_[kChunk + kUnrolled];
};

}  // namespace rung::sip
