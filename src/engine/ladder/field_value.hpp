// FieldValues as readers of fields make them.
#pragma once

#include "engine/ladder/field.hpp"
#include "engine/wire/bcd.hpp"

namespace rung {

inline FieldValue absent() { return {}; }
inline FieldValue text_value(std::string_view text) {
  return {.present = true, .well_formed = true, .number = 0, .text = text};
}
inline FieldValue number_value(std::uint64_t number) {
  return {.present = true, .well_formed = true, .number = number, .text = {}};
}
inline FieldValue octets_value(Octets octets) { return text_value(as_text(octets)); }
/// Digits behind a TON/NPI octet; absent where there is none.
inline FieldValue digits_value(Octets address_value, std::span<char> scratch) {
  if (address_value.empty()) return absent();
  const std::size_t size = bcd::decode_address(address_value, scratch.first(bcd::kDigitsMax));
  return text_value({scratch.data(), size});
}

}  // namespace rung
