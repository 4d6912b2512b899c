// Routing: sendRoutingInfoForSM, both ways (TS 23.204 6.4 steps 3a to 3c, TS 24.341 5.3.3.3,
// TS 29.002 23.3). The HSS relays the inquiry of an SMS-GMSC; the gateway asks the HSS itself, in a
// dialogue whose calling address is its own, so that it is not relayed again; then it answers with
// its own number and an MT correlation ID in place of the IMSI.
//
//   SMS-GMSC --(HSS)--> inquiry --sendRoutingInfoForSM--> HSS
//                 <-- own number, correlation ID -- <-- IMSI, MSC, SGSN --
//
// The same question is asked when nobody relayed one and the IMSI or the other nodes are needed.
#pragma once

#include <optional>
#include <string>

#include "gateway/correlations.hpp"
#include "gateway/home_register.hpp"

namespace rung::gateway {

enum class InquiryFor : std::uint8_t {
  gmsc,      // owner: the dialogue of the SMS-GMSC
  submit,    // owner: a submit whose RP-SMMA needs the IMSI
  transfer,  // owner: an mt-ForwardSM that needs the nodes of other domains
};

/// The end of an inquiry of the gateway's own; `route` is empty when there was no answer.
struct RouteAnswer {
  InquiryFor purpose{};
  std::uint32_t owner = kNone;
  std::optional<Route> route;
  std::uint8_t rp_cause = 0;  // of a refusal, by TS 23.040 11.2; 38 for silence
};

class Routing {
 public:
  Routing(const GatewayConfig& config, Dialogues& dialogues, MapPort& port, HomeRegister& home,
          FaultSet& faults, GatewayCounters& counters);

  /// An SMS-GMSC asks, by way of the HSS.
  void on_invoked(const DialogueEvent& event, Time now);
  /// The SMS-GMSC has left. What comes for it is dropped.
  void on_closed(const DialogueEvent& event);
  /// Asks for a purpose of the gateway's own. The inquiry; kNone when it could not leave.
  /// `sc_address`: as in MAP, not empty.
  std::uint32_t ask(InquiryFor purpose, std::uint32_t owner, PhoneKey user, Octets sc_address,
                    Time now);
  /// Nobody waits for that inquiry any more.
  void give_up(std::uint32_t inquiry);
  /// Of use inquiry. The answer when it was for the gateway itself.
  std::optional<RouteAnswer> on_event(const DialogueEvent& event, Time now);

  [[nodiscard]] const Correlations& correlations() const { return correlations_; }
  /// The short message that an MT correlation ID was given out for is delivered.
  void retire(Imsi id, Time now) { correlations_.retire(id, now); }

 private:
  struct Inquiry {
    InquiryFor purpose{};
    std::uint32_t owner = kNone;
    PhoneKey user;
    DigitOctets msisdn;
    DigitOctets sc_address;
    bool priority = false;
    bool gone = false;            // the SMS-GMSC has left
    bool wants_guidance = false;  // ip-sm-gwGuidanceIndicator
    std::optional<map::SmRpMti> mti;
  };

  bool send(std::uint32_t index, Time now);
  bool write(std::uint32_t index, std::uint32_t dialogue, Time now);
  void answer(const Inquiry& inquiry, const Route& route, const tcap::Component* rider, Time now);
  void relay_error(const Inquiry& inquiry, const DialogueEvent& event, Time now);
  void fail(const Inquiry& inquiry, map::UserError error, Time now);
  std::optional<RouteAnswer> on_result(const Inquiry& inquiry, const DialogueEvent& event,
                                       Time now);
  std::optional<RouteAnswer> on_error(const Inquiry& inquiry, const DialogueEvent& event, Time now);

  const std::string hss_number_;
  const DigitOctets number_;
  const std::uint8_t ssn_;
  const std::uint16_t guidance_s_;  // least delivery time an SMS-GMSC should wait
  Dialogues& dialogues_;
  MapPort& port_;
  HomeRegister& home_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  Correlations correlations_;
  Pool<Inquiry> pool_;
};

}  // namespace rung::gateway
