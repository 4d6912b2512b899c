#include "engine/ladder/field_text.hpp"

#include <array>

#include "engine/ladder/field_value.hpp"
#include "engine/wire/text.hpp"
#include "engine/wire/tpdu_user_data.hpp"

namespace rung {

FieldValue tp_text(const tp::Tpdu& tpdu, std::span<char> scratch) {
  if (!tpdu.has_user_data) return {};
  const Octets octets = tp::user_octets(tpdu);
  switch (tp::alphabet(tpdu.data_coding)) {
    case tp::Alphabet::octets: return text_value(as_text(octets));
    case tp::Alphabet::ucs2: return text_value({scratch.data(), ucs2::to_utf8(octets, scratch)});
    case tp::Alphabet::gsm7: break;
  }
  const std::size_t header = tp::user_data_header_size(tpdu);
  const std::size_t header_septets = gsm7::header_septets(header);
  if (tpdu.user_data_length < header_septets) return {};
  std::array<std::uint8_t, 256> septets;
  const std::size_t count = gsm7::unpack(octets, gsm7::fill_bits(header),
                                         tpdu.user_data_length - header_septets, septets);
  return text_value({scratch.data(), gsm7::to_utf8(Octets(septets.data(), count), scratch)});
}

FieldValue first_character(FieldValue text) {
  if (!text.present || text.text.empty()) return {};
  std::size_t size = 1;
  while (size < text.text.size() && (static_cast<unsigned char>(text.text[size]) & 0xC0U) == 0x80U)
    ++size;
  text.text = text.text.substr(0, size);
  return text;
}

}  // namespace rung
