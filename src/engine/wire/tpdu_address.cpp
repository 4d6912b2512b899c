#include "engine/wire/tpdu_address.hpp"

#include <algorithm>
#include <array>

#include "engine/wire/bcd.hpp"
#include "engine/wire/text.hpp"

namespace rung::tp {
namespace {

constexpr std::uint8_t kTonAlphanumeric = 5;

}  // namespace

bool make_number(std::string_view digits, std::uint8_t ton_npi, MutableOctets storage,
                 Address& out) {
  if (digits.size() > kAddressDigitsMax) return false;
  const std::size_t size = bcd::encode_digits(digits, storage);
  if (size == 0 && !digits.empty()) return false;
  out = {.digits = narrow<std::uint8_t>(digits.size()),
         .ton_npi = ton_npi,
         .value = storage.first(size)};
  return true;
}

bool make_alphanumeric(std::string_view utf8, MutableOctets storage, Address& out) {
  std::array<std::uint8_t, kAddressSeptetsMax> septets;
  const std::size_t count = gsm7::from_utf8(utf8, septets);
  if (count == gsm7::kUnmappable) return false;
  const std::size_t size = (7 * count + 7) / 8;
  if (size > storage.size()) return false;
  const MutableOctets value = storage.first(size);
  std::fill(value.begin(), value.end(), std::uint8_t{0});
  gsm7::pack(Octets{septets}.first(count), 0, value);
  out = {.digits = narrow<std::uint8_t>((7 * count + 3) / 4),
         .ton_npi = kAlphanumeric,
         .value = value};
  return true;
}

std::size_t address_text(const Address& address, std::span<char> out) {
  if (address.type_of_number() != kTonAlphanumeric) {
    return bcd::decode_digits(address.value, address.digits, out);
  }
  std::array<std::uint8_t, kAddressSeptetsMax> septets;
  const std::size_t wanted = std::min(std::size_t{address.digits} * 4 / 7, septets.size());
  const std::size_t count = gsm7::unpack(address.value, 0, wanted, septets);
  return gsm7::to_utf8(Octets{septets}.first(count), out);
}

bool number_equals(const Address& address, std::string_view digits) {
  if (address.type_of_number() == kTonAlphanumeric || address.digits != digits.size()) return false;
  std::array<char, kAddressDigitsMax> text;
  const std::size_t count = bcd::decode_digits(address.value, address.digits, text);
  return std::string_view{text.data(), count} == digits;
}

}  // namespace rung::tp
