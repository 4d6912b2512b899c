// TP-UD as header and text (TS 23.040 9.2.3.24): what lies behind the header, and how to fill
// TP-UD.
//
//   GSM 7-bit   UDHL header | fill bits | septets     TP-UDL counts septets, header and fill
//   included 8-bit, UCS2 UDHL header | octets                  TP-UDL counts octets
#pragma once

#include <cstdint>
#include <span>

#include "engine/wire/tpdu.hpp"

namespace rung::tp {

/// Most septets of text a TP-UD holds: 160 without a header, 153 and 152 with 6 and 7 octets of it.
inline constexpr std::size_t kTextSeptetsMax = 160;
/// Room for any text of 140 octets as UTF-8: 160 septets of two octets, or 70 units of three.
inline constexpr std::size_t kUserTextSizeMax = 320;

/// Octets of the user data header, UDHL included; 0 when there is none.
std::size_t user_data_header_size(const Tpdu& tpdu);

/// The header's octets, UDHL first; empty when there is none.
Octets user_data_header(const Tpdu& tpdu);

/// 8-bit or UCS2 octets behind the header. Of no use for GSM 7-bit: see unpack_user_text().
Octets user_octets(const Tpdu& tpdu);

/// Septets of a GSM 7-bit text behind the header, one an octet; 0 for other codings. Returns the
/// count, at most out.size().
std::size_t unpack_user_text(const Tpdu& tpdu, MutableOctets out);

/// The text as UTF-8: GSM 7-bit and UCS2 converted, 8-bit and compressed octets as they are.
/// Returns the octets written.
std::size_t user_text(const Tpdu& tpdu, std::span<char> out);

/// Fills TP-DCS, TP-UDHI, TP-UDL and TP-UD. `header` is empty or begins with UDHL; `text` holds
/// septets, one an octet, when `data_coding` counts septets, else octets. TP-UD is written to
/// `storage`, which must outlive the TPDU. False, with nothing changed but `storage`, when TP-UD
/// would exceed `storage` or 255 units; the limit of 140 octets is encode()'s.
bool set_user_data(Tpdu& tpdu, std::uint8_t data_coding, Octets header, Octets text,
                   MutableOctets storage);

}  // namespace rung::tp
