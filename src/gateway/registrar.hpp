// Registrar: REGISTER as the S-CSCF of a home network answers it on Gm (RFC 3261 10.3, TS 24.229
// 5.4.1): digest or none, contacts with their expiry and +g.3gpp.smsip, two devices per IMPU.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "gateway/authenticator.hpp"
#include "gateway/bindings.hpp"
#include "gateway/message_writer.hpp"
#include "gateway/request.hpp"

namespace rung::gateway {

class Registrar {
 public:
  Registrar(const GatewayConfig& config, Bindings& bindings, const MessageWriter& writer,
            Responder& responder, FaultSet& faults, GatewayCounters& counters);

  /// Answers the REGISTER. Returns the user that can be reached now, or kNone.
  std::uint32_t on_register(const Request& request);
  /// Answers a copy as the original was answered.
  void on_copy(const Request& request, std::uint16_t status, std::uint16_t detail);

 private:
  /// One Contact value of the request, checked.
  struct Asked {
    std::string_view uri;
    std::uint32_t expires = 0;  // seconds; 0 removes the contact
    bool smsip = false;
  };
  struct AskedList {
    std::array<Asked, kContactsPerUserMax> contacts;
    std::size_t count = 0;
    bool wildcard = false;  // "*": all contacts go

    /// Adds a contact, or replaces the one with that URI; false when there are too many.
    bool put(const Asked& asked);
  };
  /// What follows from the request, 200 or the status that refuses it.
  struct Decision {
    std::uint16_t status = 200;
    std::uint16_t detail = 0;
    std::uint32_t reachable = kNone;
    std::uint32_t refreshed = kNone;  // a user who was registered already
  };

  Decision decide(const Request& request);
  Decision apply(const Request& request, const Identity& identity, const AskedList& asked,
                 const NonceUse& use);
  std::uint16_t read_contacts(const sip::View& view, AskedList& out) const;
  std::uint16_t read_contact(const sip::View& view, std::string_view value, Asked& out) const;
  AuthOutcome authenticate(const Request& request, const Identity& identity, NonceUse& use);
  [[nodiscard]] bool used_before(const Identity& identity, const NonceUse& use) const;
  [[nodiscard]] bool out_of_order(const Request& request, std::uint32_t user,
                                  const AskedList& asked) const;
  std::uint16_t make_room(std::uint32_t user, const AskedList& asked);
  void remove(std::uint32_t user, const AskedList& asked);
  bool refresh(const Request& request, std::uint32_t user, const Asked& asked, const NonceUse& use);
  void answer(const Request& request, std::uint16_t status, std::uint16_t detail, bool copy);
  void put_headers(Writer& out, const Request& request, std::uint16_t status, bool stale);
  void put_bindings(Writer& out, const Request& request, std::uint32_t user) const;

  const bool digest_;
  const std::uint32_t expires_min_;
  const std::uint32_t expires_max_;
  const std::string domain_;
  const std::string service_route_;
  const std::uint64_t seed_;
  Bindings& bindings_;
  const MessageWriter& writer_;
  Responder& responder_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  Authenticator authenticator_;
};

}  // namespace rung::gateway
