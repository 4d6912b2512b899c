// RPDUs the gateway sends (TS 24.011 7.3): RP-DATA with a delivery, RP-ACK and RP-ERROR as submit
// reports. N to MS codes only (8.2.2).
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/wire/rp.hpp"
#include "gateway/fault.hpp"

namespace rung::gateway {

/// RP-DATA: RP-OA the service centre, RP-DA empty (8.2.5.1, 8.2.5.2). `sc_address`: address value.
/// Returns the octets written. Precondition: out has rp::kMessageSizeMax octets and some to spare.
std::size_t write_rp_data(std::uint8_t reference, Octets sc_address, Octets tpdu, FaultSet& faults,
                          MutableOctets out);

struct SubmitReport {
  std::uint8_t reference = 0;     // RP-MR of the RP-DATA or RP-SMMA it answers (8.2.3)
  std::uint8_t tp_reference = 0;  // TP-MR of the SUBMIT
  std::uint8_t cause = 0;         // 0: RP-ACK, else RP-ERROR with that cause
  Octets tpdu;                    // SUBMIT-REPORT, or empty
};
std::size_t write_rp_report(const SubmitReport& report, FaultSet& faults, MutableOctets out);

}  // namespace rung::gateway
