// PhoneKey: an E.164 number packed in one word, the key of every table of users. The user part of
// an IMPU ("+12125551111" or "12125551111"), a tel URI and a TP-DA of the same digits give one key.
//
//   bits 63..60  number of digits, 1..15 (E.164 6.1); 0: a user without number
//   bits 59..0   the digits as BCD, the last one lowest
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung::gateway {

struct PhoneKey {
  std::uint64_t value = 0;  // 0: none

  [[nodiscard]] bool valid() const { return value != 0; }
  /// False for a user without MSISDN.
  [[nodiscard]] bool is_number() const { return value >> 60 != 0; }
  friend bool operator==(PhoneKey, PhoneKey) = default;
};

inline constexpr std::size_t kPhoneDigitsMax = 15;

/// Reads 1 to 15 digits, an optional '+' before them and visual separators (RFC 3966 3) between
/// them; anything else gives no key.
PhoneKey phone_key(std::string_view text);

/// The key of a user known to have no number: it has no digits, and no number finds it.
constexpr PhoneKey nameless_key(std::uint64_t hash) { return {(hash & 0x0fff'ffff'ffff'ffff) | 1}; }

/// Writes the digits; returns how many. Precondition: out has kPhoneDigitsMax characters.
std::size_t phone_digits(PhoneKey key, char* out);

/// A public user identity as a request names it.
struct Identity {
  PhoneKey key;
  bool tel = false;       // tel URI, else sip
  bool plus = false;      // the number is written with '+'
  std::string_view user;  // as written
};

/// Reads an IMPU: "sip:+12125551111@<domain>" or "tel:+12125551111"; the key is invalid when the
/// user part is no number or the host is another domain. `text`: a URI without brackets.
Identity identity_of_uri(std::string_view text, std::string_view domain);
/// The same for a header value such as From or P-Preferred-Identity.
Identity identity_of_header(std::string_view value, std::string_view domain);

}  // namespace rung::gateway
