// MtForward: short messages that an SMS-GMSC forwards to the gateway (TS 23.204 6.4 to 6.5a,
// TS 24.341 5.3.3.4, TS 29.002 12.9). Each is tried in one domain after the other, IMS among them,
// until one takes it; the SMS-GMSC gets one answer, in any case before delivery_wait is over. What
// failed everywhere is reported to the HSS.
//
//   mt-ForwardSM --> [IMS: delivery] --> [SGSN: mt-ForwardSM] --> [MSC: mt-ForwardSM] --> answer
//
// Not tried elsewhere: what the UE refused for want of memory, and what is for SMS over IP only.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "gateway/delivery.hpp"
#include "gateway/map_failure.hpp"
#include "gateway/mo_forward.hpp"
#include "gateway/routing.hpp"

namespace rung::gateway {

class MtForward final : public DeliveryOwner {
 public:
  MtForward(const GatewayConfig& config, Delivery& delivery, Bindings& bindings,
            Dialogues& dialogues, MapPort& port, HomeRegister& home, Routing& routing,
            FaultSet& faults, GatewayCounters& counters, Time start);

  /// An SMS-GMSC forwards a short message.
  void on_invoked(const DialogueEvent& event, Time now);
  /// The SMS-GMSC has left: what is under way is taken back.
  void on_closed(const DialogueEvent& event, Time now);
  /// Of use mt_fallback: an MSC or SGSN answers.
  void on_event(const DialogueEvent& event, Time now);
  /// Of use status_report: only a lower version asks for anything.
  void on_status_report_event(const DialogueEvent& event, Time now);
  /// The nodes of the other domains, asked for.
  void on_route(const RouteAnswer& answer, Time now);
  /// A delivery over SIP ended. `report`: the DELIVER-REPORT that came, or empty.
  void on_delivery(std::uint32_t transfer, DeliveryEnd end, Octets report, Time now) override;
  void advance(Time now);
  [[nodiscard]] Time next_due() const { return deadlines_.next_expiry_hint(); }
  [[nodiscard]] std::uint32_t used() const { return pool_.used(); }

 private:
  /// How it went in a domain.
  struct Outcome {
    bool tried = false;
    bool failed = false;
    MapFailure failure;
  };
  struct Transfer {
    std::uint32_t dialogue = kNone;  // of the SMS-GMSC; kNone: none waits (its report goes on)
    std::uint32_t stored = kNone;    // in Delivery, while it is tried over IP
    std::uint32_t fallback = kNone;  // dialogue with an MSC or SGSN
    std::uint8_t step = 0;           // in the list of domains
    bool routed = false;             // the nodes were asked for
    bool asking = false;             // an inquiry is under way
    bool ip_only = false;
    bool more = false;     // moreMessagesToSend
    bool reports = false;  // the HSS is to hear that it failed
    bool holding = false;  // F87: waits before it says that there is nobody
    std::uint8_t tpdu_size = 0;
    std::uint8_t report_size = 0;  // DELIVER-REPORT of the UE that refused
    Route route;
    DigitOctets sc_address;
    std::array<Outcome, kDomains> outcomes;
    std::array<std::uint8_t, kMapTpduSizeMax> tpdu;
    std::array<std::uint8_t, kMapTpduSizeMax> report;

    [[nodiscard]] Outcome& outcome(Domain domain) {
      return outcomes[static_cast<std::size_t>(domain)];
    }
  };

  /// mt-ForwardSM of version 3, or forwardSM of 1 and 2.
  struct Asked {
    map::SmRpDa da;
    map::SmRpOa oa;
    Octets tpdu;
    bool more = false;
    bool ip_only = false;
    std::optional<std::uint16_t> timer_s;
  };
  /// Whom a dialogue with more than one short message is about: the later ones do not say it.
  struct Subject {
    tcap::TransactionId dialogue{};  // whose it is: the index may be another's by now
    Imsi shown{};                    // what named the recipient: an MT correlation ID, as a rule
    Route route{};
    DigitOctets sc_address{};
  };
  static bool read(const DialogueEvent& event, Asked& out);
  bool find_subject(const Asked& asked, const DialogueEvent& event, Time now);
  void start(const Asked& asked, const DialogueEvent& event, Time now);
  std::optional<Route> recipient(Imsi shown, Time now) const;
  void refuse(std::uint32_t dialogue, const MapFailure& failure, Time now);

  void next(std::uint32_t index, Time now);
  bool try_ims(std::uint32_t index, Time now);
  bool try_node(std::uint32_t index, Domain domain, Time now);
  bool write(std::uint32_t index, Time now);
  bool ask_route(std::uint32_t index, Time now);
  void succeed(std::uint32_t index, Domain domain, Octets report, Time now);
  void fail_domain(std::uint32_t index, const MapFailure& failure, Time now);
  void fail(std::uint32_t index, Time now);
  void run_out(std::uint32_t index, Time now);
  [[nodiscard]] MapFailure verdict(Transfer& transfer) const;
  void report(std::uint32_t index, Time now);
  bool write_report(std::uint32_t index, std::uint32_t dialogue, Time now);
  void take_back(std::uint32_t index, Time now);
  void give(std::uint32_t index);
  [[nodiscard]] Domain domain_of(const Transfer& transfer) const { return domains_[transfer.step]; }

  const std::vector<Domain> domains_;
  const std::string hss_number_;
  const std::uint8_t ssn_;
  const bool sip_480_is_absent_;
  const Duration wait_;
  const Duration timer_f_;
  Delivery& delivery_;
  Bindings& bindings_;
  Dialogues& dialogues_;
  MapPort& port_;
  HomeRegister& home_;
  Routing& routing_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  Pool<Transfer> pool_;
  std::unique_ptr<Subject[]> subjects_;  // one per dialogue
  TimerWheel deadlines_;
};

}  // namespace rung::gateway
