#include "gateway/delivery.hpp"

#include <algorithm>

#include "engine/wire/bcd.hpp"
#include "gateway/rpdu.hpp"

namespace rung::gateway {
namespace {

constexpr std::uint8_t kCauseMemoryFull = 22;

// TP-ST (TS 23.040 9.2.3.15).
constexpr std::uint8_t kStatusDelivered = 0x00;
constexpr std::uint8_t kStatusCongestion = 0x20;  // the service centre goes on trying, 20..25
constexpr std::uint8_t kStatusBusy = 0x21;
constexpr std::uint8_t kStatusNoResponse = 0x22;
constexpr std::uint8_t kStatusErrorInSme = 0x25;
constexpr std::uint8_t kStatusIncompatible = 0x41;  // permanent, 40..49
constexpr std::uint8_t kStatusRejected = 0x42;
constexpr std::uint8_t kStatusExpired = 0x46;
constexpr std::uint8_t kStatusGivenUp = 0x62;  // temporary, no more attempts, 60..65

/// Pause before an attempt that found no free transaction is tried again.
constexpr Duration kRetryPause = 100ms;
/// Deliveries in flight stand near the front of a queue: this many entries are looked at.
constexpr std::uint32_t kQueueScanMax = 64;

struct SipFailure {
  bool permanent;
  std::uint8_t status;  // TP-ST
};

/// Absence and congestion may pass, a refusal of the request as such will not (catalogue D.2).
SipFailure classify(std::uint16_t sip_status) {
  switch (sip_status) {
    case 0:
    case 404:
    case 408:
    case 410:
    case 480: return {false, kStatusNoResponse};
    case 486:
    case 600: return {false, kStatusBusy};
    case 500:
    case 502:
    case 503:
    case 504: return {false, kStatusCongestion};
    default: return {true, kStatusIncompatible};
  }
}

}  // namespace

Delivery::Delivery(const GatewayConfig& config, Bindings& bindings,
                   const Registrations& registrations, ClientTransactions& transactions,
                   MessageWriter& writer, const ServiceCentre& service_centre, Timers& timers,
                   FaultSet& faults, GatewayCounters& counters)
    : attempts_max_(config.attempts_max),
      outstanding_max_(config.mt_outstanding_max),
      report_wait_(config.report_wait),
      salt_(salt_of(config.seed)),
      bindings_(bindings),
      registrations_(registrations),
      transactions_(transactions),
      writer_(writer),
      service_centre_(service_centre),
      timers_(timers),
      faults_(faults),
      counters_(counters),
      store_(config.stored_max) {
  sc_address_size_ = bcd::encode_address(config.sc_address, sc_address_);
}

std::uint32_t Delivery::store() {
  const std::uint32_t stored = store_.take();
  if (stored == kNone) ++counters_.full_stored;
  return stored;
}

void Delivery::drop(std::uint32_t stored) {
  timers_.cancel(TimerOf::stored, stored);
  store_[stored].call = 0;
  store_.give(stored);
}

void Delivery::enqueue(std::uint32_t stored, Time now) {
  const std::uint32_t index = bindings_.find_or_add({store_[stored].recipient, false, true, {}});
  if (index == kNone) return drop(stored);
  link(stored, index);
  arm_expiry(stored);
  pump(index, now);
}

void Delivery::link(std::uint32_t stored, std::uint32_t index) {
  StoredMessage& message = store_[stored];
  message.user = index;
  message.next = kNone;
  User& user = bindings_.user(index);
  if (user.queue_head == kNone) {
    user.queue_head = stored;
  } else {
    store_[user.queue_tail].next = stored;
  }
  user.queue_tail = stored;
}

std::uint32_t Delivery::deliver(const Relayed& relayed, Time now) {
  const std::uint32_t stored = store();
  if (stored == kNone) return kNone;
  StoredMessage& message = store_[stored];
  message.owner = relayed.owner;
  message.transfer = relayed.transfer;
  message.sc_address.set(relayed.sc_address);
  message.tpdu_size = narrow<std::uint8_t>(relayed.tpdu.size());
  std::copy(relayed.tpdu.begin(), relayed.tpdu.end(), message.tpdu.begin());
  message.recipient = bindings_.user(relayed.user).key;
  link(stored, relayed.user);
  pump(relayed.user, now);
  return stored;
}

void Delivery::withdraw(std::uint32_t stored, Time now) {
  const StoredMessage& message = store_[stored];
  const std::uint32_t index = message.user;
  // A transaction still in flight frees the user's slot when it ends.
  if (message.state == StoredState::awaiting) --bindings_.user(index).outstanding;
  unlink(stored);
  drop(stored);
  pump(index, now);
  bindings_.release(index);
}

/// Tells its owner how a delivery ended; false when it has none.
bool Delivery::conclude(std::uint32_t stored, DeliveryEnd end, Octets report, Time now) {
  DeliveryOwner* const owner = store_[stored].owner;
  const std::uint32_t transfer = store_[stored].transfer;
  if (owner == nullptr) return false;
  unlink(stored);
  drop(stored);
  owner->on_delivery(transfer, end, report, now);
  return true;
}

/// A message that waits in its queue has no other use for its timer.
void Delivery::arm_expiry(std::uint32_t stored) {
  const StoredMessage& message = store_[stored];
  if (message.state == StoredState::queued)
    timers_.schedule(TimerOf::stored, stored, message.expires);
}

/// TS 23.040 9.2.3.12: the validity period is over, and no attempt is under way.
bool Delivery::expire(std::uint32_t stored, Time now) {
  const StoredMessage& message = store_[stored];
  if (message.state != StoredState::queued || message.expires > now) return false;
  ++counters_.deliveries_given_up;
  finish(stored, kStatusExpired, now);
  return true;
}

void Delivery::unlink(std::uint32_t stored) {
  User& user = bindings_.user(store_[stored].user);
  std::uint32_t before = kNone;
  for (std::uint32_t at = user.queue_head; at != stored; at = store_[at].next) before = at;
  const std::uint32_t next = store_[stored].next;
  (before == kNone ? user.queue_head : store_[before].next) = next;
  if (user.queue_tail == stored) user.queue_tail = before;
}

void Delivery::on_reachable(std::uint32_t index, Time now) {
  User& user = bindings_.user(index);
  user.absent = false;
  user.memory_full = false;
  ++user.registrations;
  pump(index, now);
}

/// RFC 3428 8. F90: as many as there are RP-MRs kept apart.
std::uint32_t Delivery::outstanding_max() {
  constexpr std::uint32_t kNoLimit = 16;
  return faults_.active(FaultId::f90) ? kNoLimit : outstanding_max_;
}

void Delivery::pump(std::uint32_t index, Time now) {
  const User& user = bindings_.user(index);
  if (user.absent || user.memory_full || user.queue_head == kNone) return;
  if (bindings_.sms_contact(index, now) == kNone) return;
  std::uint32_t at = user.queue_head;
  while (at != kNone && user.outstanding < outstanding_max()) {
    const std::uint32_t next = store_[at].next;
    const bool waits = store_[at].state == StoredState::queued;
    if (waits && !expire(at, now) && !attempt(at, now)) return;
    at = next;
  }
}

bool Delivery::attempt(std::uint32_t stored, Time now) {
  StoredMessage& message = store_[stored];
  const std::uint32_t transaction = transactions_.open();
  if (transaction == kNone) {
    timers_.schedule(TimerOf::stored, stored, now + kRetryPause);
    return false;
  }
  User& user = bindings_.user(message.user);
  timers_.cancel(TimerOf::stored, stored);
  message.reference = next_reference(user);
  message.state = StoredState::sending;
  message.call = transactions_.id(transaction);
  message.registrations = user.registrations;
  ++message.attempts;
  ++user.outstanding;
  ++counters_.deliveries;
  const std::uint32_t contact = bindings_.sms_contact(message.user, now);
  const bool fork = faults_.active(FaultId::f70);
  send(stored, contact, transaction, Purpose::delivery, fork, now);
  if (fork) send_copies_to_others(stored, contact, now);
  return true;
}

void Delivery::send_copies_to_others(std::uint32_t stored, std::uint32_t first_contact, Time now) {
  std::uint32_t contact = bindings_.user(store_[stored].user).contacts;
  for (; contact != kNone; contact = bindings_.contact(contact).next) {
    const Contact& other = bindings_.contact(contact);
    if (contact == first_contact || !other.smsip || !bindings_.is_live(other, now)) continue;
    const std::uint32_t transaction = transactions_.open();
    if (transaction == kNone) return;
    send(stored, contact, transaction, Purpose::delivery_fork, true, now);
  }
}

void Delivery::send(std::uint32_t stored, std::uint32_t contact, std::uint32_t index,
                    Purpose purpose, bool fork, Time now) {
  const StoredMessage& message = store_[stored];
  std::uint8_t rpdu[rp::kMessageSizeMax + 8];
  const Octets tpdu = Octets(message.tpdu).first(message.tpdu_size);
  const Octets sc_address = message.sc_address.empty() ? Octets(sc_address_).first(sc_address_size_)
                                                       : message.sc_address.span();
  const std::size_t rpdu_size = write_rp_data(message.reference, sc_address, tpdu, faults_, rpdu);
  ClientTransaction& transaction = transactions_[index];
  transaction.purpose = purpose;
  transaction.user = message.user;
  transaction.call = {message.call, stored};
  transaction.remote = bindings_.contact(contact).endpoint;
  const std::size_t size = writer_.write({.recipient = &bindings_.user(message.user),
                                          .contact = bindings_.contact(contact).uri(),
                                          .route = registrations_.route(contact),
                                          .device = registrations_.device_uri(contact),
                                          .transaction = transactions_.id(index),
                                          .call = transaction.call,
                                          .is_delivery = true,
                                          .fork = fork,
                                          .originator = message.sender,
                                          .rpdu = Octets(rpdu).first(rpdu_size)},
                                         transactions_.octets(index));
  ENGINE_ASSERT(size != 0);
  transactions_.send(index, size, now);
}

bool Delivery::send_anew(std::uint32_t index, Time now) {
  ClientTransaction& transaction = transactions_[index];
  const std::uint32_t stored = transaction.call.stored;
  StoredMessage& message = store_[stored];
  if (message.call != transaction.call.id) return false;
  const std::uint32_t contact = bindings_.sms_contact(message.user, now);
  if (contact == kNone) return false;
  transactions_.renew_id(index);
  message.call = transactions_.id(index);
  send(stored, contact, index, Purpose::delivery, false, now);
  transaction.copies = 1;
  return true;
}

std::uint8_t Delivery::next_reference(User& user) const {
  // TS 24.011 8.2.3: not the reference of a transfer still outstanding. There are at most 16.
  do {
    ++user.mt_reference;
  } while (reference_in_use(user, user.mt_reference));
  return user.mt_reference;
}

bool Delivery::reference_in_use(const User& user, std::uint8_t reference) const {
  if (user.outstanding == 0) return false;
  std::uint32_t looked_at = 0;
  for (std::uint32_t at = user.queue_head; at != kNone && looked_at < kQueueScanMax; ++looked_at) {
    const StoredMessage& message = store_[at];
    if (message.state != StoredState::queued && message.reference == reference) return true;
    at = message.next;
  }
  return false;
}

void Delivery::on_end(const TransactionEnd& end, Time now) {
  if (end.transaction.purpose != Purpose::delivery) return;
  const std::uint32_t stored = end.transaction.call.stored;
  const std::uint32_t index = end.transaction.user;
  User& user = bindings_.user(index);
  StoredMessage& message = store_[stored];
  const bool waits_for_report = message.call == end.transaction.call.id;
  const bool accepted = end.status >= 200 && end.status < 300;
  if (waits_for_report && accepted && faults_.active(FaultId::f22)) {
    message.call = 0;
    message.state = StoredState::queued;
    --user.outstanding;
    if (!conclude(stored, DeliveryEnd::delivered, {}, now)) finish(stored, kStatusDelivered, now);
    pump(index, now);
    return bindings_.release(index);
  }
  if (waits_for_report && accepted) {
    message.state = StoredState::awaiting;
    timers_.schedule(TimerOf::stored, stored, now + report_wait_);
    return;
  }
  --user.outstanding;
  if (waits_for_report) {
    message.call = 0;
    message.state = StoredState::queued;
    ++counters_.deliveries_failed;
    const SipFailure failure = classify(end.status);
    if (conclude(stored, delivery_end_of(end.status), {}, now)) {
      // The network tries another domain.
    } else if (failure.permanent) {
      finish(stored, failure.status, now);
    } else {
      fail(stored, failure.status, false, now);
    }
  }
  pump(index, now);
  bindings_.release(index);
}

bool Delivery::on_report(std::uint32_t index, std::string_view in_reply_to,
                         const rp::Message& report, Time now) {
  CallId call;
  if (!read_call_id(in_reply_to, salt_, call) || call.stored >= store_.touched()) return false;
  const std::uint32_t stored = call.stored;
  StoredMessage& message = store_[stored];
  if (call.id != 0 && call.id == reported_call_) return report_again(now);
  if (call.id == 0 || message.call != call.id) return false;
  if (message.user != index && !faults_.active(FaultId::f28)) return false;
  if (message.reference != report.reference) return false;
  if (message.state == StoredState::sending && faults_.active(FaultId::f29)) return false;
  index = message.user;
  if (message.wants_report && faults_.on(FaultId::f30)) {
    reported_call_ = call.id;
    reported_ = message;
  }
  // The report may overtake the 2xx; the transaction then frees the user's slot when it ends.
  if (message.state == StoredState::awaiting) --bindings_.user(index).outstanding;
  timers_.cancel(TimerOf::stored, stored);
  message.call = 0;
  message.state = StoredState::queued;
  ++counters_.delivery_reports;
  const Octets tpdu = report.has_user_data ? report.user_data : Octets{};
  if (report.type() == rp::Type::ack || faults_.active(FaultId::f24)) {
    ++counters_.delivered;
    if (!conclude(stored, DeliveryEnd::delivered, tpdu, now)) finish(stored, kStatusDelivered, now);
  } else if (report.cause == kCauseMemoryFull) {
    ++counters_.deliveries_memory_full;
    if (!conclude(stored, DeliveryEnd::memory_full, tpdu, now))
      fail(stored, kStatusErrorInSme, true, now);
  } else {
    ++counters_.deliveries_refused;
    if (!conclude(stored, DeliveryEnd::refused, tpdu, now)) finish(stored, kStatusRejected, now);
  }
  pump(index, now);
  return true;
}

/// F30: the report that came last, once more.
bool Delivery::report_again(Time now) {
  if (!reported_.wants_report || !faults_.active(FaultId::f30)) return false;
  const std::uint32_t into = store();
  if (into == kNone) return false;
  store_[into] = reported_;
  report_status(into, into, kStatusDelivered, now);
  return true;
}

void Delivery::on_timer(std::uint32_t stored, Time now) {
  StoredMessage& message = store_[stored];
  const std::uint32_t index = message.user;
  if (message.state == StoredState::awaiting) {
    --bindings_.user(index).outstanding;
    message.call = 0;
    message.state = StoredState::queued;
    ++counters_.deliveries_failed;
    if (!conclude(stored, DeliveryEnd::no_report, {}, now))
      fail(stored, kStatusNoResponse, false, now);
  } else if (!expire(stored, now)) {
    arm_expiry(stored);
  }
  pump(index, now);
  bindings_.release(index);
}

void Delivery::fail(std::uint32_t stored, std::uint8_t temporary_status, bool memory_full,
                    Time now) {
  StoredMessage& message = store_[stored];
  User& user = bindings_.user(message.user);
  if (message.attempts >= attempts_max_) {
    ++counters_.deliveries_given_up;
    return finish(stored, kStatusGivenUp, now);
  }
  // A registration that came during the attempt counts: the next attempt need not wait for another.
  if (memory_full) user.memory_full = true;
  const bool came_meanwhile = user.registrations != message.registrations;
  if (!memory_full && (!came_meanwhile || faults_.active(FaultId::f83))) user.absent = true;
  arm_expiry(stored);
  if (!message.wants_report || message.told_temporary) return;
  message.told_temporary = true;
  const std::uint32_t into = store();
  if (into != kNone) report_status(stored, into, temporary_status, now);
}

void Delivery::finish(std::uint32_t stored, std::uint8_t status, Time now) {
  unlink(stored);
  if (!store_[stored].wants_report) return drop(stored);
  report_status(stored, stored, status, now);
}

void Delivery::report_status(std::uint32_t from, std::uint32_t into, std::uint8_t status,
                             Time now) {
  const StoredMessage& source = store_[from];
  StoredMessage report;
  report.recipient = source.sender;
  report.tpdu_size = static_cast<std::uint8_t>(service_centre_.write_status_report(
      {source.tp_reference, status, source.address, source.submitted}, report.tpdu));
  if (faults_.active(FaultId::f81)) --report.tpdu_size;
  store_[into] = report;
  ++counters_.status_reports;
  enqueue(into, now);
}

}  // namespace rung::gateway
