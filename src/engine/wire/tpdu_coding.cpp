// TP-DCS, TP-UDL and the user data header's place in TP-UD.
#include "engine/wire/tpdu.hpp"
#include "engine/wire/tpdu_layout.hpp"

namespace rung::tp {
namespace {

/// Groups 00xx (general) and 01xx (marked for automatic deletion) share their coding (23.038 4).
constexpr bool general_group(std::uint8_t data_coding) { return (data_coding & 0x80) == 0; }

}  // namespace

Alphabet alphabet(std::uint8_t data_coding) {
  if (general_group(data_coding)) {
    constexpr Alphabet by_bits[] = {Alphabet::gsm7, Alphabet::octets, Alphabet::ucs2,
                                    Alphabet::gsm7};
    return by_bits[(data_coding >> 2) & 3U];
  }
  switch (data_coding >> 4) {
    case 0x0e: return Alphabet::ucs2;  // message waiting, store, UCS2
    case 0x0f: return (data_coding & 0x04) != 0 ? Alphabet::octets : Alphabet::gsm7;
    default: return Alphabet::gsm7;
  }
}

bool compressed(std::uint8_t data_coding) {
  return general_group(data_coding) && (data_coding & 0x20) != 0;
}

bool counts_septets(std::uint8_t data_coding) {
  return alphabet(data_coding) == Alphabet::gsm7 && !compressed(data_coding);
}

std::size_t user_data_octets(std::uint8_t data_coding, std::uint8_t user_data_length) {
  const std::size_t length = user_data_length;
  return counts_septets(data_coding) ? (7 * length + 7) / 8 : length;
}

bool allows_additional(const Tpdu& tpdu) {
  std::uint8_t reserved = tpdu.parameter_indicator & kPiReservedMask;
  for (const std::uint8_t octet : tpdu.parameter_indicator_more) reserved |= octet & 0x7f;
  return reserved != 0;
}

Error check_header(const Tpdu& tpdu) {
  if (!tpdu.has_user_data_header) return Error::none;
  if (!udh::well_formed(tpdu.user_data)) return Error::user_data_header;
  const bool septets = tpdu.type != Type::command && counts_septets(tpdu.data_coding);
  const std::size_t header_octets = std::size_t{tpdu.user_data[0]} + 1;
  const bool ends_in_header = septets && (8 * header_octets + 6) / 7 > tpdu.user_data_length;
  return ends_in_header ? Error::user_data_header : Error::none;
}

}  // namespace rung::tp
