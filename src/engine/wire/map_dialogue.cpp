#include "engine/wire/map_dialogue.hpp"

namespace rung::map {
namespace {

constexpr ber::Tag kSingleAsn1Type = 0xa0;
/// map-DialogueAS: {0 4 0 0 1 1 1 1}.
constexpr std::uint8_t kMapDialogueAs[] = {0x04, 0x00, 0x00, 0x01, 0x01, 0x01, 0x01};

bool read_pdu(ber::Reading& reading, Octets user_information, Octets& pdu) {
  ber::Cursor outer{user_information};
  ber::Element external;
  ber::Element syntax;
  ber::Element type;
  if (!reading.expect(outer, ber::kExternal, "user-information", external)) return false;
  ber::Cursor inner{external.contents};
  if (!reading.expect(inner, ber::kObjectIdentifier, "direct-reference", syntax)) return false;
  if (as_text(syntax.contents) != as_text(kMapDialogueAs)) {
    return reading.fail(ber::ErrorCode::value, "map-DialogueAS", syntax.whole.data());
  }
  if (!reading.expect(inner, kSingleAsn1Type, "single-ASN1-type", type)) return false;
  pdu = type.contents;
  return !pdu.empty() ||
         reading.fail(ber::ErrorCode::missing, "MAP-DialoguePDU", type.contents.data());
}

}  // namespace

ber::Error find_dialogue_pdu(Octets user_information, Octets& pdu) {
  ber::Reading reading{.origin = user_information.data()};
  pdu = {};
  (void)read_pdu(reading, user_information, pdu);
  return reading.error;
}

void wrap_dialogue_pdu(ber::Writer& writer, std::size_t mark) {
  writer.wrap(kSingleAsn1Type, mark);
  writer.element(ber::kObjectIdentifier, kMapDialogueAs);
  writer.wrap(ber::kExternal, mark);
}

}  // namespace rung::map
