// MoForward: short messages of UEs on their way to their service centre by mo-ForwardSM (TS 23.204
// 6.3, TS 24.341 5.3.3.4, TS 29.002 12.2): the TPDU unchanged, to the centre that RP-DA names, from
// the MSISDN that the network vouches for. The answer becomes the submit report.
#pragma once

#include <array>
#include <string>

#include "gateway/dialogues.hpp"
#include "gateway/fault.hpp"
#include "gateway/gateway_config.hpp"
#include "gateway/map_digits.hpp"

namespace rung::gateway {

/// A TPDU of MAP: SignalInfo of 1 to 200 octets (TS 29.002 17.7.8).
inline constexpr std::size_t kMapTpduSizeMax = 200;

/// The end of a forward that a submit waits for.
struct ForwardAnswer {
  std::uint32_t submit = kNone;
  std::uint8_t rp_cause = 0;  // 0: RP-ACK
  Octets report;              // SMS-SUBMIT-REPORT, or empty
};

class MoForward {
 public:
  MoForward(const GatewayConfig& config, Dialogues& dialogues, MapPort& port, FaultSet& faults,
            GatewayCounters& counters);

  struct Request {
    std::uint32_t submit = kNone;  // kNone: nobody waits for its end (F15)
    Octets sc_address{};           // RP-DA as it came; empty: the configured centre
    PhoneKey originator;
    Imsi imsi;  // where known
    Octets tpdu{};
  };
  /// The forward, or kNone when it could not leave. Precondition: the TPDU fits kMapTpduSizeMax.
  std::uint32_t start(const Request& request, Time now);
  /// The submit has been answered for want of an answer (TR2N).
  void give_up(std::uint32_t forward, Time now);
  /// Of use mo_forward. The end of a forward, if a submit waits for it.
  std::optional<ForwardAnswer> on_event(const DialogueEvent& event, Time now);

  [[nodiscard]] std::uint32_t used() const { return pool_.used(); }

 private:
  struct Forward {
    std::uint32_t submit = kNone;
    std::uint32_t dialogue = kNone;
    DigitOctets sc_address;
    DigitOctets originator;
    DigitOctets imsi;
    std::uint8_t tpdu_size = 0;
    std::array<std::uint8_t, kMapTpduSizeMax> tpdu;
  };
  bool write(std::uint32_t index, Time now);
  ForwardAnswer answer_of(const Forward& forward, const DialogueEvent& event);

  const DigitOctets sc_default_;
  const std::uint8_t ssn_;
  Dialogues& dialogues_;
  MapPort& port_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  Pool<Forward> pool_;
};

}  // namespace rung::gateway
