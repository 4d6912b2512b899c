// TP-SCTS, TP-DT and TP-VP (TS 23.040 9.2.3.11, 9.2.3.12).
//
//   year | month | day | hour | minute | second | zone      swapped semi-octets each
//   zone: bits 7..4 units, bit 3 sign (1: west of GMT), bits 2..0 tens of quarter hours
#include "engine/wire/tpdu.hpp"
#include "engine/wire/tpdu_layout.hpp"

namespace rung::tp {
namespace {

constexpr std::uint8_t kZoneWest = 0x08;
constexpr std::uint8_t kFieldMax = 99;
constexpr std::uint8_t kZoneMax = 79;

/// 9.2.3.11: a semi-octet that is no digit counts as 0.
std::uint8_t digit_or_zero(unsigned nibble, bool& ok) {
  if (nibble <= 9) return static_cast<std::uint8_t>(nibble);
  ok = false;
  return 0;
}

std::uint8_t read_swapped(std::uint8_t octet, bool& ok) {
  const std::uint8_t tens = digit_or_zero(octet & 0x0f, ok);
  return static_cast<std::uint8_t>(10 * tens + digit_or_zero(octet >> 4, ok));
}

std::uint8_t write_swapped(std::uint8_t value) {
  ENGINE_ASSERT(value <= kFieldMax);
  return static_cast<std::uint8_t>(value / 10 | (value % 10) << 4);
}

/// 9.2.3.12.1, in seconds.
std::uint64_t relative_seconds(std::uint8_t value) {
  constexpr std::uint64_t minute = 60, hour = 60 * minute, day = 24 * hour, week = 7 * day;
  const std::uint64_t v = value;
  if (v <= 143) return (v + 1) * 5 * minute;
  if (v <= 167) return 12 * hour + (v - 143) * 30 * minute;
  if (v <= 196) return (v - 166) * day;
  return (v - 192) * week;
}

/// 9.2.3.12.3: functionality indicator, its extension octets, then what its low bits say.
std::uint64_t enhanced_seconds(Octets validity) {
  constexpr std::uint8_t kExtension = 0x80, kFormMask = 0x07;
  Reader reader{validity};
  const std::uint8_t indicator = reader.u8();
  std::uint8_t last = indicator;
  while (reader.ok() && (last & kExtension) != 0) last = reader.u8();
  bool digits = true;
  std::uint64_t seconds = 0;
  switch (indicator & kFormMask) {
    case 1: seconds = relative_seconds(reader.u8()); break;
    case 2: seconds = reader.u8(); break;
    case 3:
      for (int field = 0; field < 3; ++field) {
        seconds = seconds * 60 + read_swapped(reader.u8(), digits);
      }
      break;
    default: return 0;
  }
  return reader.ok() && digits ? seconds : 0;
}

}  // namespace

bool decode_timestamp(Octets octets, Timestamp& out) {
  out = Timestamp{};
  if (octets.size() != kTimestampSize) return false;
  bool ok = true;
  std::uint8_t* const fields[] = {&out.year, &out.month,  &out.day,
                                  &out.hour, &out.minute, &out.second};
  for (std::size_t i = 0; i < std::size(fields); ++i) *fields[i] = read_swapped(octets[i], ok);
  const std::uint8_t zone = octets[6];
  const std::uint8_t magnitude = read_swapped(static_cast<std::uint8_t>(zone & ~kZoneWest), ok);
  out.quarter_hours = static_cast<std::int8_t>((zone & kZoneWest) != 0 ? -magnitude : magnitude);
  return ok;
}

void encode_timestamp(const Timestamp& stamp, MutableOctets out) {
  ENGINE_ASSERT(out.size() >= kTimestampSize);
  const std::uint8_t fields[] = {stamp.year, stamp.month,  stamp.day,
                                 stamp.hour, stamp.minute, stamp.second};
  for (std::size_t i = 0; i < std::size(fields); ++i) out[i] = write_swapped(fields[i]);
  const bool west = stamp.quarter_hours < 0;
  const int magnitude = west ? -stamp.quarter_hours : stamp.quarter_hours;
  ENGINE_ASSERT(magnitude <= kZoneMax);
  const std::uint8_t zone = write_swapped(static_cast<std::uint8_t>(magnitude));
  out[6] = west ? zone | kZoneWest : zone;
}

std::uint64_t validity_seconds(Vpf vpf, Octets validity) {
  if (validity.size() != validity_size(vpf)) return 0;
  switch (vpf) {
    case Vpf::relative: return relative_seconds(validity[0]);
    case Vpf::enhanced: return enhanced_seconds(validity);
    case Vpf::none:
    case Vpf::absolute: return 0;
  }
  return 0;
}

}  // namespace rung::tp
