// The checksum of an SCTP packet: CRC32c (RFC 9260 6.8, appendix A) over the whole, its own four
// octets counted as zero, stored low octet first.
//
//   source port 2 | destination port 2 | verification tag 4 | checksum 4 | chunks
#pragma once

#include <cstdint>

#include "engine/base/bytes.hpp"

namespace rung {

inline constexpr std::size_t kSctpHeaderSize = 12;

/// Computes and stores it. Precondition: at least kSctpHeaderSize octets.
void put_sctp_checksum(MutableOctets packet);
/// False as well when there are fewer than kSctpHeaderSize octets.
[[nodiscard]] bool sctp_checksum_good(Octets packet);

}  // namespace rung
