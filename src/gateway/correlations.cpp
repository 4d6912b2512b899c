#include "gateway/correlations.hpp"

#include <algorithm>
#include <charconv>

namespace rung::gateway {
namespace {

constexpr std::size_t kIdDigits = 15;

std::uint64_t power_of_ten(std::size_t exponent) {
  std::uint64_t value = 1;
  while (exponent-- != 0) value *= 10;
  return value;
}

}  // namespace

Correlations::Correlations(const NetworkConfig& config, FaultSet& faults)
    : prefix_(config.correlation_prefix),
      // Whole rounds of the records only: the number says the record.
      numbers_(power_of_ten(kIdDigits - config.correlation_prefix.size()) /
               config.correlations_max * config.correlations_max),
      size_(config.correlations_max),
      lifetime_(config.correlation_lifetime),
      faults_(faults),
      records_(std::make_unique<Record[]>(config.correlations_max)) {}

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
  record = {next_id(), now + lifetime_, route};
  return record.id;
}

const Route* Correlations::find(Imsi id, Time now) const {
  char digits[kPhoneDigitsMax];
  if (phone_digits(id.digits, digits) != kIdDigits) return nullptr;
  std::uint64_t number = 0;
  std::from_chars(digits + prefix_.size(), digits + kIdDigits, number);
  const Record& record = records_[number % size_];
  return record.id == id && record.expires > now ? &record.route : nullptr;
}

}  // namespace rung::gateway
