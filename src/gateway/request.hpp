// A request being answered, and the Responder that writes the answers.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/base/datagram.hpp"
#include "engine/wire/sip_view.hpp"
#include "gateway/fault.hpp"
#include "gateway/gateway_config.hpp"
#include "gateway/outbox.hpp"
#include "gateway/server_transactions.hpp"

namespace rung::gateway {

struct Request {
  const RxDatagram* datagram = nullptr;
  const sip::View* view = nullptr;
  std::uint64_t key = 0;           // of its server transaction
  std::uint32_t absorbed = kNone;  // entry of ServerTransactions, or kNone
  Time now{};
  Time arrived{};  // cut to the millisecond; for a copy, when the original came
};

/// A response complete but not sent yet.
struct HeldResponse {
  static constexpr std::size_t kSizeMax = 2048;
  std::uint32_t size = 0;
  Endpoint local;
  Endpoint remote;
  Endpoint sent_by;  // where it goes when the connection to `remote` is gone
  std::array<std::uint8_t, kSizeMax> octets;
};

class Responder {
 public:
  Responder(const GatewayConfig& config, ServerTransactions& absorbed, Outbox& outbox,
            FaultSet& faults, GatewayCounters& counters);

  /// Sends the final response and remembers it for copies. `headers`: whole lines, CRLF included.
  /// `detail`: kept beside the status, for whoever answers a copy.
  void respond(const Request& request, std::uint16_t status, std::string_view headers = {},
               Octets body = {}, std::uint16_t detail = 0);
  /// Sends the response again to a copy.
  void repeat(const Request& request, std::uint16_t status, std::string_view headers);
  /// Writes a 2xx for later; false when it does not fit (then nothing is held).
  bool hold(const Request& request, std::uint16_t status, HeldResponse& held);
  void release(const HeldResponse& held, std::uint64_t key, std::uint16_t status, Time now);

 private:
  std::size_t write(const Request& request, std::uint16_t status, std::string_view headers,
                    Octets body, std::uint64_t tag, MutableOctets out) const;
  void send(const Request& request, std::uint16_t status, std::string_view headers, Octets body,
            std::uint64_t tag);
  void count(std::uint16_t status);
  [[nodiscard]] Endpoint target_of(const Request& request) const;

  std::uint64_t seed_;
  ServerTransactions& absorbed_;
  Outbox& outbox_;
  FaultSet& faults_;
  GatewayCounters& counters_;
};

/// Where the response goes over UDP: RFC 3261 18.2.2 and RFC 3581 4. The source address always; its
/// port when the topmost Via asked for rport, else the port of sent-by.
Endpoint response_target(const sip::View& view, const Endpoint& source);
/// The source address with the port of sent-by: over TCP, for a connection that is gone.
Endpoint sent_by_target(const sip::View& view, const Endpoint& source);

/// Where a request for `uri` goes: its host where that is an address of the family we speak, else
/// `fallback`. Names are not looked up.
Endpoint endpoint_of(std::string_view uri, const Endpoint& fallback);

/// RFC 3261 17.2.3: branch, sent-by and method, or for a branch without the magic cookie all that
/// tells one request from another.
std::uint64_t transaction_key(const sip::View& view, std::uint64_t seed);

}  // namespace rung::gateway
