#include "gateway/validity.hpp"

#include <algorithm>
#include <chrono>

namespace rung::gateway {
namespace {

/// 9.2.3.12.1: four ranges of ever larger steps.
Duration relative(std::uint8_t value) {
  if (value <= 143) return (value + 1) * 5min;
  if (value <= 167) return 12h + (value - 143) * 30min;
  if (value <= 196) return (value - 166) * 24h;
  return (value - 192) * 7 * 24h;
}

int semi_octets(std::uint8_t octet) { return (octet & 0xf) * 10 + (octet >> 4); }

/// 9.2.3.12.2: the instant it ends.
Duration absolute(Octets octets, std::int64_t wall_clock_s) {
  using namespace std::chrono;
  tp::Timestamp stamp;
  if (!tp::decode_timestamp(octets, stamp)) return kValidityMax;
  const year_month_day date{year{2000 + stamp.year}, month{stamp.month}, day{stamp.day}};
  if (!date.ok() || stamp.hour > 23 || stamp.minute > 59 || stamp.second > 59) return kValidityMax;
  const sys_seconds local =
      sys_days{date} + hours{stamp.hour} + minutes{stamp.minute} + seconds{stamp.second};
  const std::int64_t ends = local.time_since_epoch().count() - stamp.quarter_hours * 900;
  return std::chrono::seconds(std::max<std::int64_t>(ends - wall_clock_s, 0));
}

/// 9.2.3.12.3: octet 1 says the format in bits 2..0, extension octets are not read.
Duration enhanced(Octets octets) {
  if ((octets[0] & 0x80U) != 0) return kValidityMax;
  switch (octets[0] & 7U) {
    case 1: return relative(octets[1]);
    case 2: return std::chrono::seconds(octets[1]);
    case 3:
      return std::chrono::hours(semi_octets(octets[1])) +
             std::chrono::minutes(semi_octets(octets[2])) +
             std::chrono::seconds(semi_octets(octets[3]));
    default: return kValidityMax;
  }
}

}  // namespace

Duration validity_period(const tp::Tpdu& submit, std::int64_t wall_clock_s) {
  Duration period = kValidityMax;
  if (submit.vpf == tp::Vpf::relative && submit.validity.size() == 1)
    period = relative(submit.validity[0]);
  if (submit.vpf == tp::Vpf::absolute && submit.validity.size() == 7)
    period = absolute(submit.validity, wall_clock_s);
  if (submit.vpf == tp::Vpf::enhanced && submit.validity.size() == 7)
    period = enhanced(submit.validity);
  return std::min(period, kValidityMax);
}

}  // namespace rung::gateway
