// Network: the gateway's legs to the MAP network, that is to service centres, SMS-GMSCs, the HSS,
// MSCs and SGSNs (TS 23.204 6). It is there when the gateway was given a link; without one the
// gateway's own service centre and HSS stand in.
//
//   link <-> MapPort <-> Dialogues <-> Routing        <- sendRoutingInfoForSM of an SMS-GMSC
//                                      HomeRegister   <- registrations
//                                      MoForward      <- Submission
//                                      MtForward      -> Delivery
//
// Allocated at construction; one thread; the transport must outlive it.
#pragma once

#include "gateway/mo_forward.hpp"
#include "gateway/mt_forward.hpp"
#include "gateway/routing.hpp"
#include "gateway/submission.hpp"

namespace rung::gateway {

class Network {
 public:
  Network(const GatewayConfig& config, Transport& transport, Bindings& bindings, Delivery& delivery,
          Submission& submission, FaultSet& faults, GatewayCounters& counters, Time start);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// Takes what has arrived and fires what is due.
  void receive(Time now);
  /// Tells the HSS what changed in this pass, and sends.
  void flush(Time now);
  [[nodiscard]] Time next_due() const;

  /// mo-ForwardSM for a submit; false when it could not leave.
  bool forward(const MoForward::Request& request, Time now);
  /// readyForSM for an RP-SMMA; false when it could not leave.
  bool tell_memory_free(std::uint32_t submit, PhoneKey user, Time now);
  /// No answer came in time. True when one was waited for.
  bool give_up(const Submit& submit, Time now);

  [[nodiscard]] std::uint32_t dialogues() const { return dialogues_.used(); }

 private:
  void on_event(const DialogueEvent& event, Time now);
  void on_route(const RouteAnswer& answer, Time now);
  bool tell_memory_free(std::uint32_t submit, Imsi imsi, Time now);
  void on_memory_free(const DialogueEvent& event, Time now);

  static constexpr std::size_t kBurstsPerPassMax = 64;

  const DigitOctets sc_address_;
  Transport& transport_;
  Submission& submission_;
  GatewayCounters& counters_;
  MapPort port_;
  Dialogues dialogues_;
  HomeRegister home_;
  Routing routing_;
  MoForward mo_;
  MtForward mt_;
  MapUnit unit_;
};

}  // namespace rung::gateway
