// Named faults: one small, deliberate deviation each, so that a checker can be tested against a
// gateway known to be wrong in one way (catalogue section F).
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace rung::gateway {

enum class FaultId : std::uint8_t {
#define RUNG_FAULT(id, name, violates, leg, line, needs) id,
#include "gateway/faults.def"
#undef RUNG_FAULT
};

struct FaultInfo {
  FaultId id;
  std::string_view number;    // "F01"
  std::string_view name;      // "report-wrong-rp-mr"
  std::string_view violates;  // requirement ids separated by one space, the primary one first
  std::string_view leg;
  std::string_view line;   // what the gateway does wrong, in one sentence
  std::string_view needs;  // options of `rung check` without which it does not show; or none
};

inline constexpr std::size_t kFaultCount = 0
#define RUNG_FAULT(id, name, violates, leg, line, needs) +1
#include "gateway/faults.def"
#undef RUNG_FAULT
    ;

/// All faults, in the catalogue's order.
std::span<const FaultInfo> faults();
const FaultInfo& fault_info(FaultId id);

/// Finds "F01", "f01" or "report-wrong-rp-mr".
std::optional<FaultId> fault_by_name(std::string_view name);

/// Reads a comma-separated list of fault names; the error names the unknown one.
Result<std::vector<FaultId>, std::string> parse_faults(std::string_view text);

/// The faults switched on. Asking costs one bit test when none is.
class FaultSet {
 public:
  FaultSet() = default;
  /// `every`: a fault strikes once in that many opportunities; 0 counts as 1.
  FaultSet(std::span<const FaultId> on, std::uint32_t every);

  [[nodiscard]] bool on(FaultId id) const { return bits_[index(id)]; }
  /// True when the fault strikes here. Call it once per opportunity: each call counts as one.
  [[nodiscard]] bool active(FaultId id) {
    if (!on(id)) return false;
    return ++opportunities_[index(id)] % every_ == 0;
  }

 private:
  static constexpr std::size_t index(FaultId id) { return static_cast<std::size_t>(id); }
  std::bitset<kFaultCount> bits_;
  std::uint32_t every_ = 1;
  std::array<std::uint32_t, kFaultCount> opportunities_{};
};

}  // namespace rung::gateway
