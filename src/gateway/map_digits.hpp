// Numbers and IMSIs of the MAP legs: as octets on the wire, and packed in a word as keys.
#pragma once

#include <array>

#include "engine/base/bytes.hpp"
#include "engine/wire/bcd.hpp"
#include "gateway/phone_key.hpp"

namespace rung::gateway {

/// An IMSI, or an MT correlation ID in its place: 1 to 15 digits packed as a number's are.
struct Imsi {
  PhoneKey digits;

  [[nodiscard]] bool valid() const { return digits.is_number(); }
  friend bool operator==(const Imsi&, const Imsi&) = default;
};

/// Octets of an AddressString or of an IMSI, kept in a record.
struct DigitOctets {
  static constexpr std::size_t kSizeMax = 11;
  std::uint8_t size = 0;
  std::array<std::uint8_t, kSizeMax> octets{};

  [[nodiscard]] Octets span() const { return Octets(octets).first(size); }
  [[nodiscard]] bool empty() const { return size == 0; }
  /// False, and empty, when they are too many.
  bool set(Octets from);
};

/// The number as an AddressString, international and E.164; empty for a user without number.
DigitOctets address_octets(PhoneKey number);
DigitOctets address_octets(std::string_view digits);
/// The IMSI without a TON/NPI octet, filled with F.
DigitOctets imsi_octets(Imsi imsi);

/// What the octets say; invalid for none, for more than 15 digits, or for what is no digit.
PhoneKey number_of_address(Octets address);
Imsi imsi_of(Octets octets);
Imsi imsi_of(std::string_view digits);

}  // namespace rung::gateway
