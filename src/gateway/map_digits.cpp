#include "gateway/map_digits.hpp"

#include <algorithm>

namespace rung::gateway {
namespace {

PhoneKey key_of(Octets semi_octets) {
  std::array<char, 2 * DigitOctets::kSizeMax> text;
  if (semi_octets.size() > DigitOctets::kSizeMax) return {};
  const std::size_t count = bcd::decode_digits(semi_octets, text.size(), text);
  // phone_key() takes what separates digits; here there is nothing but digits.
  const bool digits = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count),
                                  [](char c) { return c >= '0' && c <= '9'; });
  return digits ? phone_key({text.data(), count}) : PhoneKey{};
}

}  // namespace

bool DigitOctets::set(Octets from) {
  size = 0;
  if (from.size() > kSizeMax) return false;
  std::copy(from.begin(), from.end(), octets.begin());
  size = static_cast<std::uint8_t>(from.size());
  return true;
}

DigitOctets address_octets(std::string_view digits) {
  DigitOctets out;
  out.size = static_cast<std::uint8_t>(bcd::encode_address(digits, out.octets));
  return out;
}

DigitOctets address_octets(PhoneKey number) {
  std::array<char, kPhoneDigitsMax> text;
  return address_octets(std::string_view(text.data(), phone_digits(number, text.data())));
}

DigitOctets imsi_octets(Imsi imsi) {
  std::array<char, kPhoneDigitsMax> text;
  DigitOctets out;
  const std::size_t count = phone_digits(imsi.digits, text.data());
  out.size = static_cast<std::uint8_t>(bcd::encode_digits({text.data(), count}, out.octets));
  return out;
}

PhoneKey number_of_address(Octets address) {
  return address.size() < 2 ? PhoneKey{} : key_of(address.subspan(1));
}

Imsi imsi_of(Octets octets) { return {key_of(octets)}; }

Imsi imsi_of(std::string_view digits) { return {phone_key(digits)}; }

}  // namespace rung::gateway
