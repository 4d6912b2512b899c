#include "engine/net/sctp_checksum.hpp"

#include <nmmintrin.h>

#include <cstring>

namespace rung {
namespace {

constexpr std::size_t kChecksumOffset = 8;

std::uint32_t crc32c(Octets octets, std::uint32_t crc) {
  std::uint64_t wide = crc;
  for (; octets.size() >= 8; octets = octets.subspan(8)) {
    std::uint64_t word;
    std::memcpy(&word, octets.data(), sizeof word);
    wide = _mm_crc32_u64(wide, word);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (const std::uint8_t octet : octets) crc = _mm_crc32_u8(crc, octet);
  return crc;
}

std::uint32_t checksum(Octets packet) {
  constexpr std::uint8_t zeros[4] = {};
  std::uint32_t crc = crc32c(packet.first(kChecksumOffset), 0xffffffff);
  crc = crc32c(zeros, crc);
  return ~crc32c(packet.subspan(kSctpHeaderSize), crc);
}

}  // namespace

void put_sctp_checksum(MutableOctets packet) {
  ENGINE_ASSERT(packet.size() >= kSctpHeaderSize);
  const std::uint32_t value = checksum(packet);
  std::memcpy(packet.data() + kChecksumOffset, &value, sizeof value);
}

bool sctp_checksum_good(Octets packet) {
  if (packet.size() < kSctpHeaderSize) return false;
  std::uint32_t stored;
  std::memcpy(&stored, packet.data() + kChecksumOffset, sizeof stored);
  return stored == checksum(packet);
}

}  // namespace rung
