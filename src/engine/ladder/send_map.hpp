// What of a MAP message of ours is known at start; the rest its session fills in.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/ladder/network_message.hpp"

namespace rung {

/// Subsystem of an element of ours (TS 23.003 8); service centres are reached through an SMS-GMSC
/// or SMS-IWMSC.
constexpr std::uint8_t subsystem_of(Party element) {
  switch (element) {
    case Party::hss: return sccp::kSsnHlr;
    case Party::sgsn: return sccp::kSsnSgsn;
    default: return sccp::kSsnMsc;
  }
}

/// A MAP message of ours but for what its session fills in.
struct SendMap {
  /// An element of the parameter: a number as an address string, an IMSI, or what was saved.
  struct Fill {
    enum class Kind : std::uint8_t { msisdn, imsi, foreign };
    Path path{};
    Kind kind{};
    bool plain = false;  // digits alone, as an IMSI has them
    std::uint8_t party = 0;
    std::uint8_t step = 0;
    std::uint8_t index = 0;
  };
  tcap::Type type{};
  std::optional<map::ApplicationContext> context{};  // of a Begin; none: version 1
  std::optional<tcap::ComponentType> component{};    // none: an Abort, or an empty Begin
  std::int32_t code = 0;                             // operation or error
  std::optional<tcap::PAbortCause> abort_cause{};
  MapParameter parameter{};  // its spans point into `octets`
  std::vector<std::vector<std::uint8_t>> octets;
  std::vector<Fill> fills;
  bool has_parameter = false;
  bool modelled = false;         // the answer is the model's, to the invoke that has just come
  std::uint8_t calling_ssn = 0;  // of a Begin
  std::uint8_t called_ssn = 0;
};

}  // namespace rung
