#include "gateway/phone_key.hpp"

#include "engine/wire/sip_value.hpp"

namespace rung::gateway {

PhoneKey phone_key(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint64_t digits = 0;
  std::size_t count = 0;
  for (const char c : text) {
    if (sip::visual_separator(c)) continue;
    if (c < '0' || c > '9' || count == kPhoneDigitsMax) return {};
    digits = digits << 4 | static_cast<std::uint64_t>(c - '0');
    ++count;
  }
  if (count == 0) return {};
  return {std::uint64_t{count} << 60 | digits};
}

std::size_t phone_digits(PhoneKey key, char* out) {
  const std::size_t count = key.value >> 60;
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<char>('0' + (key.value >> (4 * (count - 1 - i)) & 0xf));
  }
  return count;
}

Identity identity_of_uri(std::string_view text, std::string_view domain) {
  sip::Uri uri;
  if (!sip::parse_uri(text, uri)) return {};
  const bool tel = sip::iequals(uri.scheme, "tel");
  if (!tel && (!sip::iequals(uri.scheme, "sip") || !sip::iequals(uri.host, domain))) return {};
  return {phone_key(uri.user), tel, uri.user.starts_with('+'), uri.user};
}

Identity identity_of_header(std::string_view value, std::string_view domain) {
  sip::NameAddress address;
  if (!sip::parse_name_address(value, address)) return {};
  return identity_of_uri(address.uri, domain);
}

}  // namespace rung::gateway
