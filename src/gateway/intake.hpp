// Intake: a MESSAGE of a UE from its arrival to its answer. It refuses what the catalogue's D.2
// says a gateway refuses, and hands on what is left: RP-DATA and RP-SMMA to submission, delivery
// reports to delivery.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "gateway/bindings.hpp"
#include "gateway/delivery.hpp"
#include "gateway/peer_delivery.hpp"
#include "gateway/request.hpp"
#include "gateway/submission.hpp"

namespace rung::gateway {

class Intake {
 public:
  Intake(const GatewayConfig& config, Bindings& bindings, const Registrations& registrations,
         Submission& submission, Delivery& delivery, PeerDelivery& peers, Responder& responder,
         FaultSet& faults, GatewayCounters& counters);

  /// Behind a link there is every service centre, not one: whatever tel URI names one is served.
  void serve_every_centre() { every_centre_ = true; }
  void on_message(const Request& request);
  /// F15: a copy of a MESSAGE that was answered 202.
  void on_copy(const Request& request);
  /// The header lines that go with a status, for the first answer and for copies alike.
  static std::string_view headers_of(std::uint16_t status);

 private:
  [[nodiscard]] bool is_served(std::string_view request_uri) const;
  [[nodiscard]] std::uint16_t refusal(const Request& request) const;
  [[nodiscard]] bool has_looped(const sip::View& view) const;
  /// Who the request comes from; no user when that is nobody registered.
  [[nodiscard]] Sender sender(const Request& request) const;
  [[nodiscard]] Sender asserted_sender(const Request& request);
  void on_rpdu(const Request& request, const Sender& from);
  bool take_truncated(const Request& request, const Sender& from);
  void on_malformed(const Request& request, const Sender& from, const rp::Message& message,
                    rp::Error error);
  void on_delivery_report(const Request& request, std::uint32_t user, const rp::Message& report);

  const bool isc_;
  bool every_centre_ = false;
  const std::uint32_t salt_;
  const std::string domain_;
  const std::array<std::string, 4> served_;
  const std::string contact_header_;
  Bindings& bindings_;
  const Registrations& registrations_;
  Submission& submission_;
  Delivery& delivery_;
  PeerDelivery& peers_;
  Responder& responder_;
  FaultSet& faults_;
  GatewayCounters& counters_;
};

}  // namespace rung::gateway
