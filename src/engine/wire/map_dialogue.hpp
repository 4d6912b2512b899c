// MAP-DialoguePDU (TS 29.002 17.4), the user information of a TCAP dialogue portion:
//
//   be len  28 len  06 07 04 00 00 01 01 01 01 | a0 len  a0..a5 len ...
//           EXTERNAL  map-DialogueAS                     the PDU
#pragma once

#include "engine/wire/map_types.hpp"

namespace rung::map {

/// MAP-OpenInfo. References are AddressStrings; an IMSI among them has 96, international and E.212.
struct MapOpenInfo {
  std::optional<Octets> destination_reference{};
  std::optional<Octets> origination_reference{};
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr ber::Tag kTag = 0xa0;
  static constexpr auto fields() {
    using P = MapOpenInfo;
    return std::tuple{
        ber::Field<&P::destination_reference>{0x80, "destinationReference"},
        ber::Field<&P::origination_reference>{0x81, "originationReference"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

struct MapAcceptInfo {
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr ber::Tag kTag = 0xa1;
  static constexpr auto fields() {
    return std::tuple{
        ber::Field<&MapAcceptInfo::extension_container>{ber::kSequence, "extensionContainer"}};
  }
};

struct MapCloseInfo {
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr ber::Tag kTag = 0xa2;
  static constexpr auto fields() {
    return std::tuple{
        ber::Field<&MapCloseInfo::extension_container>{ber::kSequence, "extensionContainer"}};
  }
};

enum class RefuseReason : std::uint8_t {
  no_reason_given = 0,
  invalid_destination_reference = 1,
  invalid_originating_reference = 2
};

struct MapRefuseInfo {
  RefuseReason reason = RefuseReason::no_reason_given;
  std::optional<Octets> extension_container{};
  std::optional<Octets> alternative_application_context{};
  Rest rest{};

  static constexpr ber::Tag kTag = 0xa3;
  static constexpr auto fields() {
    using P = MapRefuseInfo;
    return std::tuple{
        ber::Field<&P::reason>{ber::kEnumerated, "reason"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
        ber::Field<&P::alternative_application_context>{ber::kObjectIdentifier,
                                                        "alternativeApplicationContext"},
    };
  }
};

enum class UserAbortKind : std::uint8_t {
  user_specific_reason = 0x80,
  user_resource_limitation = 0x81,
  resource_unavailable = 0x82,
  application_procedure_cancellation = 0x83
};
using UserAbortChoice =
    ber::Choice<UserAbortKind, UserAbortKind::user_specific_reason,
                UserAbortKind::user_resource_limitation, UserAbortKind::resource_unavailable,
                UserAbortKind::application_procedure_cancellation>;

struct MapUserAbortInfo {
  UserAbortChoice choice{};
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr ber::Tag kTag = 0xa4;
  static constexpr auto fields() {
    using P = MapUserAbortInfo;
    return std::tuple{
        ber::Field<&P::choice>{0, "map-UserAbortChoice"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

enum class ProviderAbortReason : std::uint8_t { abnormal_dialogue = 0, invalid_pdu = 1 };

struct MapProviderAbortInfo {
  ProviderAbortReason reason = ProviderAbortReason::abnormal_dialogue;
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr ber::Tag kTag = 0xa5;
  static constexpr auto fields() {
    using P = MapProviderAbortInfo;
    return std::tuple{
        ber::Field<&P::reason>{ber::kEnumerated, "map-ProviderAbortReason"},
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

/// The MAP-DialoguePDU in a dialogue portion's user information (the contents of its element be),
/// to be given to map::decode(); its first octet is the kTag of one of the types above.
[[nodiscard]] ber::Error find_dialogue_pdu(Octets user_information, Octets& pdu);

/// Wraps everything written since `mark`, a MAP-DialoguePDU, as user information.
void wrap_dialogue_pdu(ber::Writer& writer, std::size_t mark);

}  // namespace rung::map
