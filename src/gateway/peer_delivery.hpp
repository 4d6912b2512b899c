// PeerDelivery: short messages that the gateway of another IMS network sends for a user here whom
// no MSISDN names (TS 23.204 6.4a, TS 24.341 B.7). The MESSAGE is for the user's IMPU and holds
// RP-DATA with an SMS-DELIVER; it gets its 202, one attempt at delivery follows, and that gateway
// hears of the outcome in a MESSAGE that replies to its own:
//
//   delivered           RP-ACK, and SuccessfullTransfer in short-message-info (TS 24.341 C.1)
//   failed for now      Correlation-ID and AbsentSubscriber or UeMemoryCapacityExceeded, no RPDU
//   failed for good     RP-ERROR, and who it was for
#pragma once

#include "engine/wire/rp.hpp"
#include "gateway/delivery.hpp"
#include "gateway/fixed_text.hpp"
#include "gateway/request.hpp"
#include "gateway/submission.hpp"

namespace rung::gateway {

/// What there is room for; 0 where such messages are not taken.
std::uint32_t peers_max(const GatewayConfig& config);

class PeerDelivery final : public DeliveryOwner {
 public:
  PeerDelivery(const GatewayConfig& config, Bindings& bindings, const Registrations& registrations,
               ClientTransactions& transactions, MessageWriter& writer, Delivery& delivery,
               Responder& responder, Timers& timers, FaultSet& faults, GatewayCounters& counters);

  /// The Contact of Bindings that stands for the Request-URI of a MESSAGE; kNone where that is no
  /// IMPU registered here, or the gateway takes nothing of other networks.
  [[nodiscard]] std::uint32_t recipient(const Request& request) const;
  /// Precondition: recipient() is `contact`.
  void on_message(const Request& request, std::uint32_t contact);

  void on_delivery(std::uint32_t transfer, DeliveryEnd end, Octets report, Time now) override;
  /// The other network waited long enough for `transfer`.
  void on_timer(std::uint32_t transfer, Time now);

 private:
  struct Transfer {
    std::uint32_t user = kNone;
    std::uint32_t stored = kNone;  // in Delivery
    std::uint8_t rp_reference = 0;
    Endpoint scscf;
    FixedText<kNodeUriSizeMax> route;
    FixedText<kContactUriSizeMax> peer;      // the other gateway
    FixedText<kContactUriSizeMax> sender;    // of the short message
    FixedText<kContactUriSizeMax> receiver;  // the IMPU it is for
    FixedText<kCallIdSizeMax> call_id;
  };
  /// The parts of such a MESSAGE.
  struct Incoming {
    rp::Message data;
    std::string_view peer;
    std::string_view sender;
  };

  /// 0, or the status that refuses the request.
  std::uint16_t read(const Request& request, std::uint32_t contact, Incoming& out) const;
  void tell(std::uint32_t transfer, DeliveryEnd end, Octets report, Time now);
  std::size_t write_info(const Transfer& transfer, DeliveryEnd end, MutableOctets out);
  void put_outcome(Writer& out, std::string_view outcome);

  const std::uint32_t size_;
  const Duration wait_;
  const std::string hlr_id_;
  Bindings& bindings_;
  const Registrations& registrations_;
  ClientTransactions& transactions_;
  MessageWriter& writer_;
  Delivery& delivery_;
  Responder& responder_;
  Timers& timers_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  Pool<Transfer> pool_;
};

}  // namespace rung::gateway
