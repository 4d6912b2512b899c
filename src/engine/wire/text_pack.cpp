// Packing of septets (TS 23.038 6.1.2.1): eight of them, 56 bits, move in one step.
//
//   octet 0: s1 bit 0 | septet 0          octet 1: s2 bits 1..0 | s1 bits 6..1          and so on
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#ifdef __BMI2__
#include <immintrin.h>
#endif

#include "engine/wire/text.hpp"

namespace rung::gsm7 {
namespace {

constexpr std::uint64_t kSeptetMask = 0x7f7f7f7f7f7f7f7fULL;
constexpr std::size_t kGroup = 8;        // septets moved at once
constexpr std::size_t kGroupOctets = 7;  // octets they take when packed

static_assert(std::endian::native == std::endian::little, "a group is loaded as one 64-bit word");

/// 56 packed bits to eight octets of seven bits each.
std::uint64_t spread(std::uint64_t packed) {
#ifdef __BMI2__
  return _pdep_u64(packed, kSeptetMask);
#else
  std::uint64_t result = 0;
  for (unsigned i = 0; i < kGroup; ++i) result |= (packed >> (7 * i) & 0x7f) << (8 * i);
  return result;
#endif
}

/// The reverse of spread().
std::uint64_t gather(std::uint64_t septets) {
#ifdef __BMI2__
  return _pext_u64(septets, kSeptetMask);
#else
  std::uint64_t result = 0;
  for (unsigned i = 0; i < kGroup; ++i) result |= (septets >> (8 * i) & 0x7f) << (7 * i);
  return result;
#endif
}

std::uint64_t load(const std::uint8_t* octets, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, octets, size);
  return word;
}

/// The octets from `from` on, at most eight, as a word; never touches one outside `whole`.
std::uint64_t load_within(Octets whole, const std::uint8_t* from) {
  const std::uint8_t* const end = whole.data() + whole.size();
  const auto left = static_cast<std::size_t>(end - from);
  if (left >= 8) return load(from, 8);
  if (left == 0) return 0;
  if (whole.size() < 8) return load(from, left);
  return load(end - 8, 8) >> (8 * (8 - left));  // a load of fixed size is one instruction
}

}  // namespace

std::size_t unpack(Octets packed, std::size_t bit_offset, std::size_t septets, MutableOctets out) {
  const std::size_t bits = 8 * packed.size();
  if (bit_offset >= bits) return 0;
  const std::size_t count = std::min({septets, (bits - bit_offset) / 7, out.size()});
  const unsigned shift = bit_offset % 8;
  const std::uint8_t* from = packed.data() + bit_offset / 8;
  const std::uint8_t* const end = packed.data() + packed.size();
  std::uint8_t* to = out.data();
  std::size_t left = count;
  for (; left >= kGroup && end - from >= 8; left -= kGroup, from += kGroupOctets, to += kGroup) {
    const std::uint64_t group = spread(load(from, 8) >> shift);
    std::memcpy(to, &group, kGroup);
  }
  // At most a group and its rest are left, too near the end of the octets for a whole load.
  for (; left >= kGroup; left -= kGroup, from += kGroupOctets, to += kGroup) {
    const std::uint64_t group = spread(load_within(packed, from) >> shift);
    std::memcpy(to, &group, kGroup);
  }
  if (left > 0) {
    const std::uint64_t group = spread(load_within(packed, from) >> shift);
    std::memcpy(to, &group, left);
  }
  return count;
}

std::size_t pack(Octets septets, std::size_t bit_offset, MutableOctets out) {
  const std::size_t touched = (bit_offset + 7 * septets.size() + 7) / 8;
  if (touched > out.size()) return 0;
  if (septets.empty()) return touched;
  std::uint8_t* to = out.data() + bit_offset / 8;
  const unsigned shift = bit_offset % 8;
  // Bits below the first septet are kept; `carry` holds them, then what a group leaves over.
  std::uint64_t carry = shift == 0 ? 0 : *to & ((1U << shift) - 1U);
  const std::uint8_t* from = septets.data();
  std::size_t left = septets.size();
  for (; left >= kGroup; left -= kGroup, from += kGroup, to += kGroupOctets) {
    const std::uint64_t bits = carry | gather(load(from, kGroup)) << shift;
    std::memcpy(to, &bits, kGroupOctets);
    carry = bits >> 56;
  }
  const std::size_t rest_bits = shift + 7 * left;
  const std::uint64_t rest = carry | gather(load(from, left)) << shift;
  std::memcpy(to, &rest, rest_bits / 8);
  if (const unsigned partial = rest_bits % 8; partial != 0) {
    std::uint8_t& last = to[rest_bits / 8];
    const std::uint8_t kept = static_cast<std::uint8_t>(last & (0xffU << partial));
    last =
        static_cast<std::uint8_t>(kept | (rest >> (rest_bits - partial) & ((1U << partial) - 1U)));
  }
  return touched;
}

}  // namespace rung::gsm7
