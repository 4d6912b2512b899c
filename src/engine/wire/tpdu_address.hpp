// TP-OA, TP-DA and TP-RA as text: numbers of any type, and alphanumeric addresses in GSM 7-bit
// (TS 23.040 9.1.2.5). An Address only views its octets, so making one needs storage of the
// caller's.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/wire/tpdu.hpp"

namespace rung::tp {

inline constexpr std::uint8_t kInternationalE164 = 0x91;
inline constexpr std::uint8_t kAlphanumeric = 0xd0;
inline constexpr std::size_t kAddressValueSizeMax = 10;
inline constexpr std::size_t kAddressSeptetsMax = 11;
/// UTF-8 octets address_text() writes at most: two per septet.
inline constexpr std::size_t kAddressTextSizeMax = 22;

/// Makes an address of at most 20 digits ('0'..'9', '*', '#', 'a'..'c'), its value in `storage`,
/// which must outlive it. False when a digit is unknown or they do not fit.
bool make_number(std::string_view digits, std::uint8_t ton_npi, MutableOctets storage,
                 Address& out);

/// Makes an alphanumeric address of at most 11 septets; its length counts the semi-octets in use,
/// (7 * septets + 3) / 4. False when a character is not in the alphabet or they do not fit.
bool make_alphanumeric(std::string_view utf8, MutableOctets storage, Address& out);

/// Digits, or UTF-8 of an alphanumeric address, without a sign for the type of number. Returns the
/// octets written.
std::size_t address_text(const Address& address, std::span<char> out);

/// True when a number's digits are exactly `digits`, whatever its type.
bool number_equals(const Address& address, std::string_view digits);

}  // namespace rung::tp
