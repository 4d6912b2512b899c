// MessageWriter: the MESSAGE requests of the gateway. On topology gm as a UE sees them: the S-CSCF
// hop, played here too, has put the contact in the Request-URI and the IMPU in P-Called-Party-ID
// (TS 24.341 B.6). On isc as they leave for the S-CSCF: the Request-URI is the IMPU, and Route
// names the S-CSCF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "gateway/bindings.hpp"
#include "gateway/fault.hpp"
#include "gateway/gateway_config.hpp"
#include "gateway/message_id.hpp"

namespace rung::gateway {

/// Octets of the longest IMPU: "sip:+" digits "@" domain.
inline constexpr std::size_t kImpuSizeMax = 300;

struct Message {
  const User* recipient = nullptr;
  std::string_view contact = {};  // Request-URI; on isc the IMPU, and To as well
  std::string_view route = {};    // isc: the S-CSCF
  std::string_view device = {};   // isc: a contact of the IMPU, which only F73 lets out
  std::uint64_t transaction = 0;  // id for the branch
  CallId call = {};
  std::string_view in_reply_to = {};  // empty: no such header
  bool is_delivery = false;           // RP-DATA, else a submit report
  bool fork = false;                  // Request-Disposition
  PhoneKey originator = {};           // sender of the short message
  Octets rpdu = {};
  std::string_view info = {};  // short-message-info for another IMS network; empty: to a UE
};

class MessageWriter {
 public:
  /// `reliable`: SIP over TCP.
  MessageWriter(const GatewayConfig& config, bool reliable, std::uint32_t salt, FaultSet& faults);

  /// Writes the whole request; 0 when `out` is too small.
  std::size_t write(const Message& message, MutableOctets out);
  /// Writes "sip:+12125551111@home1.net", or "tel:+12125551111" for a tel IMPU.
  void put_impu(Writer& out, const User& user) const;

 private:
  void put_request_line(Writer& out, const Message& message);
  void put_to(Writer& out, const Message& message);
  void put_from(Writer& out, const Message& message);
  void put_identities(Writer& out, const Message& message);
  void put_caller_preferences(Writer& out, const Message& message);
  static void put_info(Writer& out, const Message& message);
  void put_body(Writer& out, const Message& message);
  std::uint64_t branch_id(const Message& message) const;

  FaultSet& faults_;
  bool isc_;
  std::uint64_t seed_;
  std::uint32_t salt_;
  std::string gw_uri_;
  std::string gw_host_;
  std::string domain_;
  std::string via_;      // up to and with "branch="
  std::string contact_;  // what F74 adds
};

}  // namespace rung::gateway
