// ThirdPartyRegistrar: REGISTER as an application server answers its S-CSCF (topology isc;
// TS 24.229 5.4.1.7, TS 24.341 5.3.3.2): no challenge, 200 with the Expires that was asked, and the
// user of the To header is registered until then.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/registrations.hpp"
#include "gateway/request.hpp"
#include "gateway/subscriptions.hpp"

namespace rung::gateway {

class ThirdPartyRegistrar {
 public:
  ThirdPartyRegistrar(const GatewayConfig& config, Registrations& registrations, Bindings& bindings,
                      Subscriptions& subscriptions, Responder& responder, FaultSet& faults,
                      GatewayCounters& counters);

  /// Answers the REGISTER. Returns the user that can be reached now, or kNone.
  std::uint32_t on_register(const Request& request);
  /// Answers a copy as the original was answered.
  void on_copy(const Request& request, std::uint16_t status, std::uint16_t detail);

 private:
  /// What the request asks for, checked.
  struct Asked {
    std::string_view impu;
    std::string_view scscf_uri;  // its Contact; empty: none, and the source stands in
    std::uint32_t expires = 0;   // seconds; 0: the user is gone
    std::uint32_t cseq = 0;
    std::uint64_t call = 0;  // hash of the Call-ID
    bool smsip = false;      // feature tag of that Contact
    RegistrationBody body;
  };

  std::uint16_t read(const sip::View& view, Asked& out) const;
  /// The registration that names the IMPU itself, or kNone.
  [[nodiscard]] std::uint32_t known(const Asked& asked) const;
  [[nodiscard]] PhoneKey msisdn_of(const Asked& asked, std::uint32_t index) const;
  std::uint32_t open(const Asked& asked, PhoneKey msisdn);
  std::uint32_t keep(const Request& request, const Asked& asked, std::uint32_t index);
  bool remember(const Request& request, const Asked& asked, std::uint32_t index);
  void answer(const Request& request, std::uint16_t status, std::uint16_t detail, bool copy);

  const std::uint64_t seed_;
  const std::string challenge_;  // what F36 sends
  Registrations& registrations_;
  Bindings& bindings_;
  Subscriptions& subscriptions_;
  Responder& responder_;
  FaultSet& faults_;
  GatewayCounters& counters_;
};

}  // namespace rung::gateway
