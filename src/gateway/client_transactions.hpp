// ClientTransactions: our requests, MESSAGE and SUBSCRIBE, until their final response (RFC
// 3261 17.1.2). The octets are kept, so that every copy at Timer E is the same. A transaction ends
// with its final response: what Timer K would absorb then matches nothing and has no effect.
//
// Copies leave at 0, T1, 3*T1, 7*T1 ... with gaps that double up to T2; Timer F ends them at 64*T1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"
#include "engine/wire/sip_view.hpp"
#include "gateway/fault.hpp"
#include "gateway/gateway_config.hpp"
#include "gateway/message_id.hpp"
#include "gateway/outbox.hpp"
#include "gateway/pool.hpp"
#include "gateway/timers.hpp"

namespace rung::gateway {

/// Octets one of our requests may have. Ordinary ones stay under the 1300 of RFC 3428 8; the room
/// beyond is for the longest contact, Call-ID and names the gateway admits.
inline constexpr std::size_t kRequestSizeMax = 2048;

/// What a request of ours was for.
enum class Purpose : std::uint8_t {
  report,         // a submit report
  delivery,       // RP-DATA to a UE; holds one of the user's deliveries in flight
  delivery_fork,  // a further copy of a delivery, which nobody waits for
  outcome,        // what became of another IMS network's short message
  subscription,   // SUBSCRIBE to the reg event; call.stored is the registration
};

struct ClientTransaction {
  Purpose purpose = Purpose::report;
  bool proceeding = false;  // a 1xx came: copies every T2
  std::uint8_t copies = 0;
  std::uint32_t size = 0;      // octets of the request
  std::uint32_t user = kNone;  // recipient of a delivery
  CallId call;                 // of the request; call.stored names the short message
  Duration interval{};         // Timer E runs this long next
  Time give_up{};              // Timer F
  Endpoint remote;
};

/// How a transaction ended.
struct TransactionEnd {
  ClientTransaction transaction;
  std::uint16_t status = 0;  // 0: Timer F
};

class ClientTransactions {
 public:
  ClientTransactions(const GatewayConfig& config, bool reliable, std::uint32_t salt, Timers& timers,
                     Outbox& outbox, FaultSet& faults, GatewayCounters& counters);

  /// A free transaction, or kNone when all are in use (counted). Fill it and its octets(), then
  /// send() or abandon() it.
  std::uint32_t open();
  ClientTransaction& operator[](std::uint32_t index) { return pool_[index]; }
  /// The transaction's id, which its branch carries.
  [[nodiscard]] std::uint64_t id(std::uint32_t index) const { return ids_[index]; }
  /// Room for the request, kRequestSizeMax octets.
  MutableOctets octets(std::uint32_t index) { return buffers_[index].octets; }
  /// Sends the `size` octets to transaction.remote for the first time and starts Timers E and F.
  void send(std::uint32_t index, std::size_t size, Time now);
  void abandon(std::uint32_t index);
  /// Gives the open transaction a new id and starts it over with the octets now in its buffer.
  void renew_id(std::uint32_t index);

  /// A response; the end of the transaction when it is final and its own.
  std::optional<TransactionEnd> on_response(const sip::View& view);
  /// Timer E or F of `index`; the end when it was Timer F.
  std::optional<TransactionEnd> on_timer(std::uint32_t index, Time now);

  [[nodiscard]] std::uint32_t used() const { return pool_.used(); }

 private:
  struct Buffer {
    std::uint8_t octets[kRequestSizeMax];
  };
  [[nodiscard]] std::uint32_t find(const sip::View& view) const;
  TransactionEnd end(std::uint32_t index, std::uint16_t status);
  void transmit(std::uint32_t index, Time now);
  void arm(std::uint32_t index, Time now);

  Duration t1_;
  Duration t2_;
  bool reliable_;
  std::uint32_t salt_;
  std::uint64_t sequence_ = 0;
  Timers& timers_;
  Outbox& outbox_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  Pool<ClientTransaction> pool_;
  std::unique_ptr<Buffer[]> buffers_;
  std::vector<std::uint64_t> ids_;  // 0: free
};

}  // namespace rung::gateway
