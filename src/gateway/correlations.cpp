#include "gateway/correlations.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/hash.hpp"

namespace rung::gateway {
namespace {

constexpr std::size_t kIdDigits = 15;
/// What the number begins with: a range of MSINs that no subscriber may have, or an ID of one could
/// be the IMSI of another.
constexpr char kRange = '9';

std::uint64_t power_of_ten(std::size_t exponent) {
  std::uint64_t value = 1;
  while (exponent-- != 0) value *= 10;
  return value;
}

}  // namespace

Correlations::Correlations(const NetworkConfig& config, std::uint64_t seed, FaultSet& faults)
    : seed_(mix(seed, 0x636f7272)),
      prefix_(config.correlation_prefix + kRange),
      // Whole rounds of the records only: the number says the record.
      numbers_(power_of_ten(kIdDigits - prefix_.size()) / config.correlations_max *
               config.correlations_max),
      size_(config.correlations_max),
      lifetime_(config.correlation_lifetime),
      afterlife_(config.correlation_afterlife),
      faults_(faults),
      records_(std::make_unique<Record[]>(config.correlations_max)),
      by_imsi_(config.correlations_max) {}

Imsi Correlations::next_id() {
  char digits[kIdDigits];
  std::fill(std::begin(digits), std::end(digits), '0');
  std::copy(prefix_.begin(), prefix_.end(), digits);
  char number[20];
  const auto end = std::to_chars(number, number + sizeof number, sequence_ % numbers_).ptr;
  std::copy(number, end, digits + kIdDigits - (end - number));
  return imsi_of(std::string_view(digits, kIdDigits));
}

Imsi Correlations::open(const Route& route, Time now) {
  if (sequence_ == 0 || !faults_.active(FaultId::f54)) ++sequence_;
  Record& record = records_[sequence_ % numbers_ % size_];
  if (record.expires > now && !faults_.on(FaultId::f54)) return {};
  const auto index = static_cast<std::uint32_t>(&record - records_.get());
  if (record.is_latest) by_imsi_.erase(hash(record.route.imsi), index);
  record = {next_id(), now + lifetime_, route};
  if (route.imsi.valid()) set_latest(index);
  return record.id;
}

/// The table has the latest record of an IMSI alone.
void Correlations::set_latest(std::uint32_t index) {
  const Imsi imsi = records_[index].route.imsi;
  const std::uint32_t former = latest_of(imsi);
  if (former != kNone) {
    records_[former].is_latest = false;
    by_imsi_.erase(hash(imsi), former);
  }
  records_[index].is_latest = true;
  by_imsi_.insert(hash(imsi), index);
}

std::uint32_t Correlations::latest_of(Imsi imsi) const {
  return by_imsi_.find(hash(imsi), [&](std::uint32_t i) { return records_[i].route.imsi == imsi; });
}

std::uint64_t Correlations::hash(Imsi imsi) const { return mix(imsi.digits.value, seed_); }

const Route* Correlations::find_imsi(Imsi imsi, Time now) const {
  const std::uint32_t index = latest_of(imsi);
  return index != kNone && records_[index].expires > now ? &records_[index].route : nullptr;
}

void Correlations::retire(Imsi id, Time now) {
  const std::uint32_t index = record_of(id, now);
  if (index == kNone) return;
  records_[index].expires = std::min(records_[index].expires, now + afterlife_);
}

const Route* Correlations::find(Imsi id, Time now) const {
  const std::uint32_t index = record_of(id, now);
  return index == kNone ? nullptr : &records_[index].route;
}

std::uint32_t Correlations::record_of(Imsi id, Time now) const {
  char digits[kPhoneDigitsMax];
  if (phone_digits(id.digits, digits) != kIdDigits) return kNone;
  std::uint64_t number = 0;
  std::from_chars(digits + prefix_.size(), digits + kIdDigits, number);
  const auto index = static_cast<std::uint32_t>(number % size_);
  return records_[index].id == id && records_[index].expires > now ? index : kNone;
}

}  // namespace rung::gateway
