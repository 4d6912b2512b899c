// What the decoder and the encoder of a TPDU must agree on: bits of the first octet and of TP-PI,
// and when TP-UD is sound. Internal to engine/wire.
#pragma once

#include <cstdint>

#include "engine/wire/tpdu.hpp"

namespace rung::tp {

// First octet (TS 23.040 9.2.3). Bits 2, 3 and 5 mean different fields in different TPDUs.
inline constexpr std::uint8_t kMtiMask = 0x03;
inline constexpr std::uint8_t kMtiDeliver = 0x00;       // also DELIVER-REPORT
inline constexpr std::uint8_t kMtiSubmit = 0x01;        // also SUBMIT-REPORT
inline constexpr std::uint8_t kMtiStatusReport = 0x02;  // also COMMAND
inline constexpr std::uint8_t kMtiReserved = 0x03;
inline constexpr std::uint8_t kBitMms = 0x04;  // 1: no more messages
inline constexpr std::uint8_t kBitRd = 0x04;
inline constexpr std::uint8_t kBitLp = 0x08;
inline constexpr std::uint8_t kVpfMask = 0x18;
inline constexpr unsigned kVpfShift = 3;
inline constexpr std::uint8_t kBitStatusReport = 0x20;  // TP-SRR, TP-SRI, TP-SRQ
inline constexpr std::uint8_t kBitUdhi = 0x40;
inline constexpr std::uint8_t kBitRp = 0x80;

// TP-PI (9.2.3.27).
inline constexpr std::uint8_t kPiProtocolId = 0x01;
inline constexpr std::uint8_t kPiDataCoding = 0x02;
inline constexpr std::uint8_t kPiUserData = 0x04;
inline constexpr std::uint8_t kPiReservedMask = 0x78;
inline constexpr std::uint8_t kPiExtension = 0x80;

/// Octets TP-VP takes (9.2.3.12).
constexpr std::size_t validity_size(Vpf vpf) {
  if (vpf == Vpf::none) return 0;
  return vpf == Vpf::relative ? 1 : kTimestampSize;
}

/// Octets of TP-UD, or of TP-CD, which always counts octets.
inline std::size_t coded_octets(const Tpdu& tpdu) {
  if (tpdu.type == Type::command) return tpdu.user_data_length;
  return user_data_octets(tpdu.data_coding, tpdu.user_data_length);
}

/// True when TP-UD of that size may stand behind `octets_before` octets, TP-UDL included.
constexpr bool user_data_fits(Type type, std::size_t octets_before, std::size_t size) {
  const bool short_message = type == Type::submit || type == Type::deliver;
  return octets_before + size <= kTpduSizeMax && !(short_message && size > kUserDataSizeMax);
}

/// True when a reserved TP-PI bit announces octets behind TP-UD that a receiver passes over.
bool allows_additional(const Tpdu& tpdu);

/// The user data header of a TPDU whose user_data is set: none, or user_data_header.
Error check_header(const Tpdu& tpdu);

}  // namespace rung::tp
