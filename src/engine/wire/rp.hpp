// RP layer of TS 24.011 clauses 7.3 and 8.2, as carried in SIP bodies: no CP header.
//
//   octet 1: 0 0 0 0 0 M M M   MTI (8.2.2); bits 8..4 spare
//   octet 2: RP-Message-Reference (8.2.3)
//   RP-DATA  RP-OA LV, RP-DA LV, RP-User-Data LV (no IEI)
//   RP-ACK   [RP-User-Data TLV, IEI 0x41]
//   RP-ERROR RP-Cause LV (1..2), [RP-User-Data TLV, IEI 0x41]
//   RP-SMMA  nothing more
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/wire/bcd.hpp"

namespace rung::rp {

enum class Mti : std::uint8_t {
  data_ms_to_n = 0,
  data_n_to_ms = 1,
  ack_ms_to_n = 2,
  ack_n_to_ms = 3,
  error_ms_to_n = 4,
  error_n_to_ms = 5,
  smma_ms_to_n = 6,
  reserved = 7
};
enum class Type : std::uint8_t { data, ack, error, smma };
enum class Direction : std::uint8_t { ms_to_n, n_to_ms };

enum class Error : std::uint8_t {
  none = 0,
  too_short,           // ends inside a mandatory element; encoding: no room
  reserved_type,       // MTI 7: cause 97
  address_length,      // RP-OA or RP-DA longer than 11 octets
  user_data_length,    // RP-User-Data runs past the end or is longer than 232 octets
  cause_length,        // RP-Cause not 1 or 2 octets; encoding: a value above 127
  unexpected_element,  // optional element whose IEI is not 0x41
  trailing_octets      // octets left over after the last element
};
std::string_view to_string(Error error);

inline constexpr std::size_t kAddressSizeMax = 11;    // value octets, TON/NPI included (8.2.5.1)
inline constexpr std::size_t kUserDataSizeMax = 232;  // TPDU in RP-DATA (8.2.5.3)
inline constexpr std::size_t kMessageSizeMax = 248;
inline constexpr std::uint8_t kUserDataIei = 0x41;

/// One RPDU; spans point into the decoded octets.
struct Message {
  std::uint8_t first_octet = 0;  // with its spare bits
  std::uint8_t reference = 0;    // RP-MR
  Octets originator{};           // RP-OA value: TON/NPI octet and BCD; empty when length 0
  Octets destination{};          // RP-DA value
  std::uint8_t cause = 0;        // RP-Cause bits 7..1
  bool cause_extended = false;   // bit 8 of the cause octet
  bool has_diagnostic = false;
  std::uint8_t diagnostic = 0;
  bool has_user_data = false;
  Octets user_data{};  // the TPDU

  [[nodiscard]] Mti mti() const { return static_cast<Mti>(first_octet & 7U); }
  [[nodiscard]] Type type() const { return static_cast<Type>((first_octet & 7U) >> 1); }
  [[nodiscard]] Direction direction() const {
    return (first_octet & 1U) != 0 ? Direction::n_to_ms : Direction::ms_to_n;
  }
};

/// Decodes a whole RPDU: for every accepted one encode() gives the same octets back. An address may
/// have any length up to 11; which lengths a direction allows is for the caller to judge. On error
/// `out` holds what was read before it (reference included when octets 1 and 2 were there), so that
/// an answer can still name the RP-MR.
[[nodiscard]] Error decode(Octets octets, Message& out);

/// Encodes into `out`; the size written, or an error when a field is out of range or `out` too
/// small. RP-DATA always carries RP-User-Data; has_user_data decides only in RP-ACK and RP-ERROR.
Result<std::size_t, Error> encode(const Message& message, MutableOctets out);

/// "RP-DATA", "RP-ACK", "RP-ERROR", "RP-SMMA".
std::string_view to_string(Type type);
/// Clause 8.2.5.4 and Annex E: the cause's name, "reserved" when it is not listed.
std::string_view cause_name(std::uint8_t cause);
/// True when `cause` is listed for that direction (table 8.4): N to MS for MO, MS to N for MT.
bool cause_listed(std::uint8_t cause, Direction direction);

}  // namespace rung::rp
