// Tags that reader and writer of TCAP share (Q.773 tables 6 to 24).
#pragma once

#include "engine/wire/ber.hpp"

namespace rung::tcap {

inline constexpr ber::Tag kTagOtid = 0x48;
inline constexpr ber::Tag kTagDtid = 0x49;
inline constexpr ber::Tag kTagPAbortCause = 0x4a;
inline constexpr ber::Tag kTagDialogue = 0x6b;
inline constexpr ber::Tag kTagComponents = 0x6c;

inline constexpr ber::Tag kTagSingleAsn1Type = 0xa0;
inline constexpr ber::Tag kTagProtocolVersion = 0x80;
inline constexpr ber::Tag kTagApplicationContext = 0xa1;
inline constexpr ber::Tag kTagResult = 0xa2;
inline constexpr ber::Tag kTagDiagnostic = 0xa3;
inline constexpr ber::Tag kTagUserInformation = 0xbe;
inline constexpr ber::Tag kTagAbortSource = 0x80;
inline constexpr ber::Tag kTagLinkedId = 0x80;

/// dialogue-as {0 0 17 773 1 1 1} and uniDialogue-as {0 0 17 773 1 2 1}.
inline constexpr std::uint8_t kDialogueAs[] = {0x00, 0x11, 0x86, 0x05, 0x01, 0x01, 0x01};
inline constexpr std::uint8_t kUniDialogueAs[] = {0x00, 0x11, 0x86, 0x05, 0x01, 0x02, 0x01};
/// protocol-version {version1 (0)}: seven unused bits, bit 0 set.
inline constexpr std::uint8_t kVersion1[] = {0x07, 0x80};

}  // namespace rung::tcap
