#include "gateway/fault.hpp"

#include <fmt/format.h>

#include "engine/wire/sip_value.hpp"

namespace rung::gateway {
namespace {

constexpr FaultInfo kFaults[] = {
#define RUNG_FAULT(id, name, violates, leg, line, needs) \
  {FaultId::id, #id, name, violates, leg, line, needs},
#include "gateway/faults.def"
#undef RUNG_FAULT
};
static_assert(std::size(kFaults) == kFaultCount);

/// The table spells ids as enumerators ("f01"); the catalogue spells them "F01".
std::array<std::array<char, 3>, kFaultCount> upper_numbers() {
  std::array<std::array<char, 3>, kFaultCount> numbers{};
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    numbers[i] = {'F', kFaults[i].number[1], kFaults[i].number[2]};
  }
  return numbers;
}

}  // namespace

std::span<const FaultInfo> faults() {
  static const auto numbers = upper_numbers();
  static const auto table = [] {
    std::array<FaultInfo, kFaultCount> rows{};
    for (std::size_t i = 0; i < kFaultCount; ++i) {
      rows[i] = kFaults[i];
      rows[i].number = {numbers[i].data(), numbers[i].size()};
    }
    return rows;
  }();
  return table;
}

const FaultInfo& fault_info(FaultId id) { return faults()[static_cast<std::size_t>(id)]; }

std::optional<FaultId> fault_by_name(std::string_view name) {
  for (const FaultInfo& fault : faults()) {
    if (sip::iequals(fault.number, name) || sip::iequals(fault.name, name)) return fault.id;
  }
  return std::nullopt;
}

Result<std::vector<FaultId>, std::string> parse_faults(std::string_view text) {
  std::vector<FaultId> found;
  std::string_view rest = sip::trim(text);
  while (!rest.empty()) {
    const std::string_view name = sip::take_element(rest, ',', false);
    const std::optional<FaultId> id = fault_by_name(name);
    if (!id) {
      return fmt::format(
          "unknown fault '{}', expected a number or a name of the fault table, such as "
          "F01 or {}",
          name, fault_info(FaultId::f01).name);
    }
    found.push_back(*id);
  }
  return found;
}

FaultSet::FaultSet(std::span<const FaultId> on, std::uint32_t every)
    : every_(every == 0 ? 1 : every) {
  for (const FaultId id : on) bits_.set(index(id));
}

}  // namespace rung::gateway
