// Delivery: short messages on their way to UEs. Each waits in its recipient's queue until an
// attempt ends well: MESSAGE out, 2xx, then the delivery report in a MESSAGE of its own
// (TS 24.341 5.3.3.4).
//
//   queued --attempt--> sending --2xx--> awaiting --report--> done
//                          '------- report first ------------'
//
// A failed attempt leaves the message stored; the user's next registration or RP-SMMA starts it
// again. At most mt_outstanding_max attempts per user are in flight (RFC 3428 8).
#pragma once

#include <array>
#include <cstdint>

#include "engine/wire/rp.hpp"
#include "gateway/bindings.hpp"
#include "gateway/client_transactions.hpp"
#include "gateway/map_digits.hpp"
#include "gateway/map_failure.hpp"
#include "gateway/message_writer.hpp"
#include "gateway/registrations.hpp"
#include "gateway/service_centre.hpp"

namespace rung::gateway {

/// Who handed a short message over for one attempt, and hears of its end.
class DeliveryOwner {
 public:
  /// `report`: the DELIVER-REPORT that came, or empty.
  virtual void on_delivery(std::uint32_t transfer, DeliveryEnd end, Octets report, Time now) = 0;

 protected:
  ~DeliveryOwner() = default;
};

enum class StoredState : std::uint8_t { queued, sending, awaiting };

/// A short message in the store: a DELIVER, or a STATUS-REPORT, which takes the same way.
struct StoredMessage {
  std::uint32_t next = kNone;  // in the recipient's queue
  std::uint32_t user = kNone;  // the recipient, once queued
  Time expires = kNever;       // TP-VP is over
  std::uint64_t call = 0;      // id in the Call-ID of the attempt in flight, else 0
  PhoneKey sender;             // who submitted it; none for a status report
  PhoneKey recipient;
  StoredState state = StoredState::queued;
  std::uint8_t reference = 0;  // RP-MR of the attempt
  std::uint8_t attempts = 0;
  std::uint8_t registrations = 0;  // the recipient's, when the attempt began
  std::uint8_t tp_reference = 0;   // TP-MR of the SUBMIT
  bool wants_report = false;       // TP-SRR
  bool told_temporary = false;     // a status report said that attempts go on
  std::uint8_t tpdu_size = 0;
  std::uint32_t transfer = kNone;  // its owner's
  DeliveryOwner* owner = nullptr;  // null: the service centre's own
  DigitOctets sc_address;          // then: the service centre's
  AddressOctets address;           // TP-DA
  StampOctets submitted{};
  std::array<std::uint8_t, kTpduSizeMax> tpdu;
};

class Delivery {
 public:
  Delivery(const GatewayConfig& config, Bindings& bindings, const Registrations& registrations,
           ClientTransactions& transactions, MessageWriter& writer,
           const ServiceCentre& service_centre, Timers& timers, FaultSet& faults,
           GatewayCounters& counters);

  /// A record of the store for a new short message, or kNone when it is full (counted). The owner
  /// gives it to enqueue() or drop().
  std::uint32_t store();
  StoredMessage& operator[](std::uint32_t stored) { return store_[stored]; }
  void drop(std::uint32_t stored);
  /// Puts the message into its recipient's queue and delivers it if the recipient can be reached.
  void enqueue(std::uint32_t stored, Time now);

  /// A short message that another network forwards. One attempt, whose end `owner` is told of.
  struct Relayed {
    DeliveryOwner* owner = nullptr;
    std::uint32_t transfer = kNone;
    std::uint32_t user = kNone;  // the recipient, who exists
    Octets sc_address{};         // RP-OA
    Octets tpdu{};               // at most kTpduSizeMax
  };
  /// The record, or kNone when the store is full (counted).
  std::uint32_t deliver(const Relayed& relayed, Time now);
  /// Nobody waits for it any more; what comes for it later belongs to no delivery.
  void withdraw(std::uint32_t stored, Time now);

  /// The user registered, or its memory is free again: what is stored goes out.
  void on_reachable(std::uint32_t user, Time now);
  /// A delivery report of `user`: RP-ACK or RP-ERROR, with the In-Reply-To it came with. False when
  /// it belongs to no delivery in flight to that user; then nothing happens.
  bool on_report(std::uint32_t user, std::string_view in_reply_to, const rp::Message& report,
                 Time now);
  /// A transaction of purpose delivery ended.
  void on_end(const TransactionEnd& end, Time now);
  /// The stored message's timer: no delivery report in time, or an attempt worth repeating.
  void on_timer(std::uint32_t stored, Time now);
  /// F18: what would have been a copy leaves as a MESSAGE of its own.
  /// False when there is nothing to send anew.
  bool send_anew(std::uint32_t transaction, Time now);

  [[nodiscard]] std::uint32_t stored_count() const { return store_.used(); }

 private:
  void pump(std::uint32_t user, Time now);
  [[nodiscard]] std::uint32_t outstanding_max();
  bool attempt(std::uint32_t stored, Time now);
  void send_copies_to_others(std::uint32_t stored, std::uint32_t first_contact, Time now);
  void send(std::uint32_t stored, std::uint32_t contact, std::uint32_t transaction, Purpose purpose,
            bool fork, Time now);
  [[nodiscard]] std::uint8_t next_reference(User& user) const;
  [[nodiscard]] bool reference_in_use(const User& user, std::uint8_t reference) const;
  bool report_again(Time now);
  void unlink(std::uint32_t stored);
  bool expire(std::uint32_t stored, Time now);
  void arm_expiry(std::uint32_t stored);
  void fail(std::uint32_t stored, std::uint8_t temporary_status, bool memory_full, Time now);
  void finish(std::uint32_t stored, std::uint8_t status, Time now);
  void link(std::uint32_t stored, std::uint32_t user);
  bool conclude(std::uint32_t stored, DeliveryEnd end, Octets report, Time now);
  void report_status(std::uint32_t from, std::uint32_t into, std::uint8_t status, Time now);

  const std::uint32_t attempts_max_;
  const std::uint32_t outstanding_max_;
  const Duration report_wait_;
  const std::uint32_t salt_;
  std::array<std::uint8_t, rp::kAddressSizeMax> sc_address_{};
  std::size_t sc_address_size_ = 0;
  Bindings& bindings_;
  const Registrations& registrations_;
  ClientTransactions& transactions_;
  MessageWriter& writer_;
  const ServiceCentre& service_centre_;
  Timers& timers_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  Pool<StoredMessage> store_;
  std::uint64_t reported_call_ = 0;  // F30: the delivery reported last
  StoredMessage reported_;
};

}  // namespace rung::gateway
