// SCCP party addresses (Q.713 3.4): address indicator, then what it says is there.
//
//   indicator  R | RI | GTI 4 bits | SSN | PC      RI 1: route on SSN, 0: on the global title
//   [point code 2, low octet first, 14 bits] [SSN] [global title]
//
//   GTI 1   odd, nature of address           | digits
//   GTI 2   translation type                 | digits
//   GTI 3   translation type | NP, ES        | digits
//   GTI 4   translation type | NP, ES | NAI  | digits      46701: 00 11 04 64 07 01
//
// Digits are semi-octets, the low one first; an odd count leaves the last high one zero.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung::sccp {

/// Subsystem numbers of TS 23.003 8 as far as short messages meet them.
inline constexpr std::uint8_t kSsnManagement = 1;
inline constexpr std::uint8_t kSsnHlr = 6;
inline constexpr std::uint8_t kSsnVlr = 7;
inline constexpr std::uint8_t kSsnMsc = 8;
inline constexpr std::uint8_t kSsnGsmScf = 147;
inline constexpr std::uint8_t kSsnSgsn = 149;

inline constexpr std::uint8_t kPlanE164 = 1;
inline constexpr std::uint8_t kPlanE212 = 6;
inline constexpr std::uint8_t kPlanE214 = 7;
inline constexpr std::uint8_t kNatureInternational = 4;

/// Digits of a global title at most: 16 octets of them.
inline constexpr std::size_t kTitleDigitsMax = 32;
inline constexpr std::size_t kTitleOctetsMax = kTitleDigitsMax / 2;
/// Indicator, point code, SSN, three octets of a title and its digits.
inline constexpr std::size_t kAddressSizeMax = 1 + 2 + 1 + 3 + kTitleOctetsMax;

struct GlobalTitle {
  std::uint8_t indicator = 0;         // GTI; 0: none
  std::uint8_t translation_type = 0;  // GTI 2 to 4
  std::uint8_t numbering_plan = 0;    // GTI 3, 4
  std::uint8_t nature = 0;            // GTI 1, 4; 7 bits
  bool odd = false;                   // of digits; GTI 2 cannot say it
  bool other_encoding = false;        // GTI 3, 4: the digits are not BCD as drawn above
  std::uint8_t encoding_scheme = 0;   // then this is it
  Octets digits{};                    // as on the wire

  /// The title's digits as text ('0'..'9', 'a'..'f'); how many, at most out.size().
  std::size_t text(std::span<char> out) const;
  /// Whether they are exactly these decimal digits.
  [[nodiscard]] bool equals(std::string_view decimal) const;
};

struct Address {
  bool route_on_ssn = false;
  bool national_bit = false;                  // bit 8 of the indicator, reserved for national use
  std::optional<std::uint16_t> point_code{};  // 14 bits
  std::optional<std::uint8_t> ssn{};
  GlobalTitle title{};
};

/// False when the octets end early, are too many, or the GTI is none of 0 to 4.
[[nodiscard]] bool read_address(Octets octets, Address& out);
/// Writes without a length in front. False when a field is out of range.
bool write_address(const Address& address, Writer& writer);

/// A title of GTI 4 in E.164, international, its digits put into `storage`, which must outlive it.
/// A title without digits when `decimal` is empty, longer than kTitleDigitsMax, no decimal digits,
/// or storage too small.
GlobalTitle e164_title(std::string_view decimal, MutableOctets storage);
/// Route on that title, with an SSN: what MAP between networks uses (indicator 0x12).
Address e164_address(std::string_view decimal, std::uint8_t ssn, MutableOctets storage);

}  // namespace rung::sccp
