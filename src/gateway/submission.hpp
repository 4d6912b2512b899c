// Submission: RP-DATA and RP-SMMA of a UE from its 202 to the submit report. The 202 leaves at
// once; the service centre takes sc_delay; then the report leaves as a new MESSAGE to all devices
// of the sender (TS 24.341 5.3.3.4), and the short message goes to delivery.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/wire/rp.hpp"
#include "gateway/delivery.hpp"
#include "gateway/request.hpp"
#include "gateway/rpdu.hpp"

namespace rung::gateway {

/// Longest Call-ID of a UE that In-Reply-To repeats; a MESSAGE with a longer one is refused.
inline constexpr std::size_t kCallIdSizeMax = 255;

/// Who sent a MESSAGE, as far as the network vouches for it.
struct Sender {
  std::uint32_t user = kNone;
  PhoneKey originator;            // the number given to the service centre
  std::uint32_t contact = kNone;  // isc: the Contact of Bindings that stands for the identity
  std::string_view impu;          // isc: the identity as asserted
};

/// Topology isc: where the report on a submit goes, kept from the submit on, so that it goes there
/// even when the user has left meanwhile.
struct ReportTarget {
  Endpoint scscf;
  FixedText<kContactUriSizeMax> impu;
  FixedText<kNodeUriSizeMax> route;
};

/// A submit whose report is still to come.
struct Submit {
  std::uint32_t next = kNone;  // of the same user
  std::uint32_t user = kNone;
  std::uint32_t stored = kNone;   // the short message, when accepted
  std::uint32_t forward = kNone;  // with a MAP network: its mo-ForwardSM in flight
  std::uint32_t inquiry = kNone;  // of an RP-SMMA: the inquiry for the IMSI in flight
  std::uint32_t ready = kNone;    // of an RP-SMMA: the dialogue of its readyForSM
  std::uint64_t key = 0;          // server transaction of the request, while its 202 is held back
  std::uint8_t rp_reference = 0;
  std::uint8_t tp_reference = 0;
  std::uint8_t cause = 0;  // RP-Cause of the report; 0: RP-ACK
  bool is_smma = false;
  bool held = false;           // F10, F11: the 202 has not left
  bool reported = false;       // F10: only the 202 is missing
  std::uint8_t tpdu_size = 0;  // of the SUBMIT-REPORT
  std::uint8_t call_id_size = 0;
  std::array<std::uint8_t, 16> tpdu;
  std::array<char, kCallIdSizeMax> call_id;

  [[nodiscard]] std::string_view in_reply_to() const { return {call_id.data(), call_id_size}; }
};

class Network;
struct ForwardAnswer;

class Submission {
 public:
  Submission(const GatewayConfig& config, Bindings& bindings, const Registrations& registrations,
             ClientTransactions& transactions, MessageWriter& writer,
             const ServiceCentre& service_centre, Delivery& delivery, Responder& responder,
             Timers& timers, FaultSet& faults, GatewayCounters& counters);

  // Precondition of all three: the Call-ID has at most kCallIdSizeMax octets, the sender's user
  // exists, and on isc its contact too and the IMPU fits a Contact.
  void on_data(const Request& request, const Sender& sender, const rp::Message& data);
  void on_smma(const Request& request, const Sender& sender, std::uint8_t reference);
  /// F15: stores and delivers the short message of `data` once more, without an answer.
  void forward_again(const rp::Message& data, const Sender& sender, Time now);
  /// 202, and an RP-ERROR with a cause of TS 24.011 9.3 for an RPDU that could not be taken.
  void refuse(const Request& request, const Sender& sender, std::uint8_t reference,
              std::uint8_t cause);

  /// The service centre has answered, or (F10) the 202 is due.
  void on_timer(std::uint32_t submit, Time now);
  /// With a MAP network the service centre and the HSS are there, else they are played here.
  void attach(Network* network) { network_ = network; }
  void set_forward(std::uint32_t submit, std::uint32_t forward) { pool_[submit].forward = forward; }
  void set_inquiry(std::uint32_t submit, std::uint32_t inquiry) { pool_[submit].inquiry = inquiry; }
  void set_ready(std::uint32_t submit, std::uint32_t dialogue) {
    pool_[submit].inquiry = kNone;
    pool_[submit].ready = dialogue;
  }
  /// The service centre or the HSS has answered.
  void on_answer(const ForwardAnswer& answer, Time now);
  /// Whose submit it is.
  [[nodiscard]] PhoneKey user_of(std::uint32_t submit) const;
  /// A report's transaction ended.
  void on_end(const TransactionEnd& end);

  [[nodiscard]] std::uint32_t used() const { return pool_.used(); }

 private:
  std::uint32_t open(const Request& request, const Sender& sender, std::uint8_t reference);
  void accept(const Request& request, std::uint32_t submit, Duration delay);
  bool swallow(const Request& request, std::uint32_t user, const tp::Tpdu& tpdu);
  void judge(std::uint32_t submit, const rp::Message& data, PhoneKey originator,
             Admission admission, const tp::Tpdu& tpdu, Time now);
  std::uint32_t store(const tp::Tpdu& tpdu, PhoneKey sender, PhoneKey recipient, Time now);
  void set_report(Submit& submit, std::uint8_t cause, std::optional<std::uint8_t> failure_cause);
  void answer_in_200(const Request& request, std::uint32_t submit);
  void start(const Request& request, std::uint32_t submit, const Sender& sender,
             const rp::Message& data);
  void ask_home(const Request& request, std::uint32_t submit, const Sender& sender);
  void respond(const Request& request, std::uint32_t submit);
  void complete(std::uint32_t submit, Time now, Octets tpdu = {});
  void forward(Submit& submit, Time now);
  void send_report(std::uint32_t submit, Time now, Octets tpdu);
  void send_report_to_all(const Submit& submit, CallId& call, Octets rpdu, Time now);
  void send_report_to(const Submit& submit, const Message& address, const Endpoint& remote,
                      CallId& call, Time now);
  void swap_in_reply_to(std::uint32_t submit);
  void close(std::uint32_t submit, Time now);
  std::string_view accepted_headers();
  Duration answer_delay();
  [[nodiscard]] bool is_barred(std::uint32_t user) const;

  const Duration sc_delay_;
  const Duration sc_wait_;  // TR2N
  const bool sc_silent_;
  const std::uint8_t hss_cause_;
  const BarredNumbers barred_;
  const Duration late_202_;  // F10
  const std::string sc_address_;
  const std::string contact_header_;
  Bindings& bindings_;
  const Registrations& registrations_;
  ClientTransactions& transactions_;
  MessageWriter& writer_;
  const ServiceCentre& service_centre_;
  Delivery& delivery_;
  Responder& responder_;
  Timers& timers_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  Network* network_ = nullptr;
  Pool<Submit> pool_;
  std::unique_ptr<ReportTarget[]> targets_;  // one per submit, on isc only
  std::unique_ptr<HeldResponse[]> held_;     // one per submit, with F10 or F11 only
};

}  // namespace rung::gateway
