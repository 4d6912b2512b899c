#include "gateway/submission.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "engine/wire/bcd.hpp"
#include "gateway/network.hpp"
#include "gateway/validity.hpp"

namespace rung::gateway {
namespace {

// RP causes of TS 24.011 8.2.5.4 and TS 23.040 11.3.
constexpr std::uint8_t kCauseUnknownServiceCentre = 1;
constexpr std::uint8_t kCauseOperatorBarring = 8;
constexpr std::uint8_t kCauseUnknownSubscriber = 30;
constexpr std::uint8_t kCauseOutOfOrder = 38;
constexpr std::uint8_t kCauseCongestion = 42;
constexpr std::uint8_t kCauseProtocolError = 111;
constexpr Duration kLateReport = 40s;  // F67: TR1M is over by then
constexpr std::uint8_t kFcsBusy = 0xc0;

AddressOctets address_octets(const tp::Address& address) {
  AddressOctets copy{address.digits, address.ton_npi, {}};
  std::copy(address.value.begin(), address.value.end(), copy.value.begin());
  return copy;
}

}  // namespace

Submission::Submission(const GatewayConfig& config, Bindings& bindings,
                       const Registrations& registrations, ClientTransactions& transactions,
                       MessageWriter& writer, const ServiceCentre& service_centre,
                       Delivery& delivery, Responder& responder, Timers& timers, FaultSet& faults,
                       GatewayCounters& counters)
    : sc_delay_(config.sc_delay),
      sc_wait_(config.sc_wait),
      sc_silent_(config.sc_result.silent),
      hss_cause_(config.hss_result.rp_cause),
      barred_(config.barred),
      late_202_(config.t1 / 2),
      sc_address_(config.sc_address),
      contact_header_(fmt::format("Contact: <sip:{}>\r\n", rung::to_string(config.listen))),
      bindings_(bindings),
      registrations_(registrations),
      transactions_(transactions),
      writer_(writer),
      service_centre_(service_centre),
      delivery_(delivery),
      responder_(responder),
      timers_(timers),
      faults_(faults),
      counters_(counters),
      pool_(config.submits_max) {
  if (config.topology == Topology::isc) {
    targets_ = std::make_unique_for_overwrite<ReportTarget[]>(config.submits_max);
  }
  if (faults_.on(FaultId::f10) || faults_.on(FaultId::f11)) {
    held_ = std::make_unique_for_overwrite<HeldResponse[]>(config.submits_max);
  }
}

std::string_view Submission::accepted_headers() {
  return faults_.active(FaultId::f74) ? std::string_view(contact_header_) : std::string_view{};
}

std::uint32_t Submission::open(const Request& request, const Sender& sender,
                               std::uint8_t reference) {
  const std::uint32_t index = pool_.take();
  if (index == kNone) {
    ++counters_.full_submits;
    if (faults_.active(FaultId::f88)) return kNone;
    responder_.respond(request, 503, "Retry-After: 1\r\n");
    return kNone;
  }
  const std::string_view call_id = request.view->header(sip::Header::call_id);
  Submit& submit = pool_[index];
  submit.user = sender.user;
  submit.key = request.key;
  submit.rp_reference = reference;
  submit.call_id_size = narrow<std::uint8_t>(call_id.size());
  std::memcpy(submit.call_id.data(), call_id.data(), call_id.size());
  submit.next = bindings_.user(sender.user).submits;
  bindings_.user(sender.user).submits = index;
  if (targets_) {
    targets_[index].scscf = bindings_.contact(sender.contact).endpoint;
    targets_[index].impu.set(sender.impu);
    targets_[index].route.set(registrations_.route(sender.contact));
  }
  return index;
}

void Submission::on_data(const Request& request, const Sender& sender, const rp::Message& data) {
  if (faults_.active(FaultId::f82)) return responder_.respond(request, 408);
  tp::Tpdu tpdu;
  const Admission admission = service_centre_.admit(data.user_data, tpdu);
  if (swallow(request, sender.user, tpdu)) return;
  const std::uint32_t index = open(request, sender, data.reference);
  if (index == kNone) return;
  pool_[index].tp_reference = tpdu.reference;
  if (network_ != nullptr) return start(request, index, sender, data);
  judge(index, data, sender.originator, admission, tpdu, request.now);
  if (pool_[index].cause == 0 && faults_.active(FaultId::f12)) return answer_in_200(request, index);
  const bool barred = pool_[index].cause == kCauseOperatorBarring;
  accept(request, index, barred ? Duration{} : answer_delay());
}

/// TS 23.204 6.3: authorised here, then the service centre decides. The 202 does not wait.
void Submission::start(const Request& request, std::uint32_t index, const Sender& sender,
                       const rp::Message& data) {
  Submit& submit = pool_[index];
  respond(request, index);
  const bool barred = is_barred(submit.user) && !faults_.active(FaultId::f77);
  const bool too_long = data.user_data.size() > kMapTpduSizeMax;
  if (barred || too_long) {
    ++counters_.submits_refused;
    submit.cause = barred ? kCauseOperatorBarring : kCauseProtocolError;
    return complete(index, request.now);
  }
  ++counters_.submits;
  const Duration wait = faults_.active(FaultId::f67) ? kLateReport : sc_wait_;
  timers_.schedule(TimerOf::submit, index, request.now + wait);
  // TS 24.341 5.3.3.4: where RP-DA is empty, the Request-URI names the service centre.
  const Identity addressed = identity_of_uri(request.view->request_uri(), {});
  const DigitOctets named = address_octets(addressed.tel ? addressed.key : PhoneKey{});
  const MoForward::Request forward{
      .submit = index,
      .sc_address = data.destination.empty() ? named.span() : data.destination,
      .originator = sender.originator,
      .imsi = {},
      .tpdu = data.user_data};
  if (network_->forward(forward, request.now)) return;
  timers_.cancel(TimerOf::submit, index);
  submit.cause = kCauseCongestion;
  complete(index, request.now);
}

void Submission::on_answer(const ForwardAnswer& answer, Time now) {
  Submit& submit = pool_[answer.submit];
  timers_.cancel(TimerOf::submit, answer.submit);
  submit.forward = submit.inquiry = submit.ready = kNone;
  submit.cause = answer.rp_cause;
  if (submit.cause == kCauseCongestion && faults_.active(FaultId::f65))
    submit.cause = kCauseOutOfOrder;
  if (submit.is_smma && submit.cause == kCauseUnknownSubscriber && faults_.active(FaultId::f50))
    submit.cause = kCauseOutOfOrder;
  if (!submit.is_smma && submit.cause != 0) ++counters_.submits_refused;
  const bool fits = answer.report.size() <= kMapTpduSizeMax;
  complete(answer.submit, now, fits ? answer.report : Octets{});
}

PhoneKey Submission::user_of(std::uint32_t submit) const {
  return bindings_.user(pool_[submit].user).key;
}

Duration Submission::answer_delay() {
  if (!sc_silent_) return sc_delay_;
  return faults_.active(FaultId::f67) ? kLateReport : sc_wait_;
}

/// F15: the service centre gets the short message a second time; nobody hears of it.
void Submission::forward_again(const rp::Message& data, const Sender& sender, Time now) {
  if (network_ != nullptr) {
    if (data.user_data.size() > kMapTpduSizeMax) return;
    network_->forward({kNone, data.destination, sender.originator, {}, data.user_data}, now);
    return;
  }
  tp::Tpdu tpdu;
  const Admission admission = service_centre_.admit(data.user_data, tpdu);
  if (admission.cause != 0) return;
  const std::uint32_t stored = store(tpdu, sender.originator, admission.recipient, now);
  if (stored != kNone) delivery_.enqueue(stored, now);
}

/// TS 23.204 6.3 step 6: authorisation comes before the service centre.
bool Submission::is_barred(std::uint32_t user) const {
  char digits[kPhoneDigitsMax];
  const std::size_t count = phone_digits(bindings_.user(user).key, digits);
  std::uint64_t number = 0;
  std::from_chars(digits, digits + count, number);
  return barred_.holds(number);
}

/// F17: the same TP-MR as last time is taken for the same short message.
bool Submission::swallow(const Request& request, std::uint32_t index, const tp::Tpdu& tpdu) {
  if (tpdu.type != tp::Type::submit) return false;
  User& user = bindings_.user(index);
  const bool same = user.submitted && user.last_tp_mr == tpdu.reference;
  user.submitted = true;
  user.last_tp_mr = tpdu.reference;
  if (!same || !faults_.active(FaultId::f17)) return false;
  responder_.respond(request, 202, accepted_headers());
  return true;
}

void Submission::judge(std::uint32_t index, const rp::Message& data, PhoneKey originator,
                       Admission admission, const tp::Tpdu& tpdu, Time now) {
  Submit& submit = pool_[index];
  // TS 24.341 5.3.3.4: RP-DA names the service centre; where it is empty, the Request-URI did.
  if (!data.destination.empty() && !bcd::address_equals(data.destination, sc_address_)) {
    admission = {kCauseUnknownServiceCentre, std::nullopt, {}};
  }
  if (is_barred(submit.user) && !faults_.active(FaultId::f77))
    admission = {kCauseOperatorBarring, std::nullopt, {}};
  if (admission.cause == 0) {
    submit.stored = store(tpdu, originator, admission.recipient, now);
    if (submit.stored == kNone) admission = {kCauseCongestion, kFcsBusy, {}};
  }
  set_report(submit, admission.cause, admission.failure_cause);
  ++(admission.cause == 0 ? counters_.submits : counters_.submits_refused);
}

std::uint32_t Submission::store(const tp::Tpdu& tpdu, PhoneKey sender, PhoneKey recipient,
                                Time now) {
  const std::uint32_t stored = delivery_.store();
  if (stored == kNone) return kNone;
  StoredMessage& message = delivery_[stored];
  message.sender = sender;
  message.recipient = recipient;
  message.tp_reference = tpdu.reference;
  message.wants_report = tpdu.status_report;
  message.address = address_octets(tpdu.address);
  message.submitted = service_centre_.stamp();
  message.expires = now + validity_period(tpdu, service_centre_.second());
  message.tpdu_size =
      narrow<std::uint8_t>(service_centre_.write_deliver(tpdu, sender, faults_, message.tpdu));
  if (!is_last_segment(tpdu) || !faults_.active(FaultId::f60)) return stored;
  message.recipient = {};  // F60: accepted, and never seen again
  return stored;
}

void Submission::set_report(Submit& submit, std::uint8_t cause,
                            std::optional<std::uint8_t> failure_cause) {
  if (cause == kCauseCongestion && faults_.active(FaultId::f65)) cause = kCauseOutOfOrder;
  submit.cause = cause;
  if (cause != 0 && !failure_cause) return;
  submit.tpdu_size = narrow<std::uint8_t>(
      ServiceCentre::write_submit_report(failure_cause, service_centre_.stamp(), submit.tpdu));
}

void Submission::on_smma(const Request& request, const Sender& sender, std::uint8_t reference) {
  const std::uint32_t index = open(request, sender, reference);
  if (index == kNone) return;
  ++counters_.smma;
  pool_[index].is_smma = true;
  if (network_ != nullptr && !faults_.active(FaultId::f49)) return ask_home(request, index, sender);
  const bool wrong = hss_cause_ == kCauseUnknownSubscriber && faults_.active(FaultId::f50);
  pool_[index].cause = wrong ? kCauseOutOfOrder : hss_cause_;
  accept(request, index, Duration{});
}

/// TS 23.204 6.6: the HSS hears that there is memory; its answer becomes the report.
void Submission::ask_home(const Request& request, std::uint32_t index, const Sender& sender) {
  respond(request, index);
  const bool to_sc = faults_.active(FaultId::f51);
  const MoForward::Request wrong{.submit = index,
                                 .sc_address = {},
                                 .originator = sender.originator,
                                 .imsi = {},
                                 .tpdu = request.view->body()};
  const PhoneKey user = user_of(index);
  const bool asked = to_sc
                         ? network_->forward(wrong, request.now)
                         : user.is_number() && network_->tell_memory_free(index, user, request.now);
  if (asked) return timers_.schedule(TimerOf::submit, index, request.now + sc_wait_);
  pool_[index].cause = kCauseCongestion;
  complete(index, request.now);
}

void Submission::refuse(const Request& request, const Sender& sender, std::uint8_t reference,
                        std::uint8_t cause) {
  const std::uint32_t index = open(request, sender, reference);
  if (index == kNone) return;
  ++counters_.submits_refused;
  pool_[index].cause = cause;
  accept(request, index, Duration{});
}

void Submission::respond(const Request& request, std::uint32_t index) {
  Submit& submit = pool_[index];
  const bool hold = faults_.active(FaultId::f10) || faults_.active(FaultId::f11);
  submit.held = hold && responder_.hold(request, 202, held_[index]);
  if (!submit.held) responder_.respond(request, 202, accepted_headers());
}

void Submission::accept(const Request& request, std::uint32_t index, Duration delay) {
  respond(request, index);
  if (delay <= Duration{}) return complete(index, request.now);
  timers_.schedule(TimerOf::submit, index, request.now + delay);
}

void Submission::on_timer(std::uint32_t index, Time now) {
  Submit& submit = pool_[index];
  if (submit.reported) return close(index, now);
  // TR2N: TS 23.040 11.2, 11.3, a service centre or HSS that does not answer.
  if (network_ != nullptr && network_->give_up(submit, now)) submit.cause = kCauseOutOfOrder;
  complete(index, now);
}

void Submission::complete(std::uint32_t index, Time now, Octets tpdu) {
  Submit& submit = pool_[index];
  if (submit.held && faults_.on(FaultId::f11)) {
    responder_.release(held_[index], submit.key, 202, now);
    submit.held = false;
  }
  if (faults_.active(FaultId::f05)) swap_in_reply_to(index);
  const bool taken =
      submit.stored != kNone || (network_ != nullptr && !submit.is_smma && submit.cause == 0);
  const bool silent = (taken && faults_.active(FaultId::f13)) ||
                      (submit.cause == kCauseOperatorBarring && faults_.active(FaultId::f78));
  if (!silent) send_report(index, now, tpdu);
  if (!silent && faults_.active(FaultId::f14)) send_report(index, now, tpdu);
  forward(submit, now);
  if (submit.is_smma && submit.cause == 0 && !faults_.active(FaultId::f49)) {
    delivery_.on_reachable(submit.user, now);
  }
  submit.reported = true;
  if (!submit.held) return close(index, now);
  timers_.schedule(TimerOf::submit, index, now + late_202_);
}

void Submission::close(std::uint32_t index, Time now) {
  const Submit& submit = pool_[index];
  const std::uint32_t user = submit.user;
  if (submit.held) responder_.release(held_[index], submit.key, 202, now);
  std::uint32_t* link = &bindings_.user(user).submits;
  while (*link != index) link = &pool_[*link].next;
  *link = submit.next;
  pool_.give(index);
  bindings_.release(user);
}

/// F12: the answer and the report in one.
void Submission::answer_in_200(const Request& request, std::uint32_t index) {
  Submit& submit = pool_[index];
  std::uint8_t rpdu[rp::kMessageSizeMax + 8];
  const Octets tpdu = Octets(submit.tpdu).first(submit.tpdu_size);
  const std::size_t size =
      write_rp_report({submit.rp_reference, submit.tp_reference, 0, tpdu}, faults_, rpdu);
  responder_.respond(request, 200, "Content-Type: application/vnd.3gpp.sms\r\n",
                     Octets(rpdu).first(size));
  forward(submit, request.now);
  close(index, request.now);
}

void Submission::forward(Submit& submit, Time now) {
  if (submit.stored == kNone) return;
  if (delivery_[submit.stored].recipient.valid()) {
    delivery_.enqueue(submit.stored, now);
  } else {
    delivery_.drop(submit.stored);
  }
  submit.stored = kNone;
}

/// F05: takes the Call-ID of another submit of the same UE in flight, and leaves its own to it.
void Submission::swap_in_reply_to(std::uint32_t index) {
  Submit& submit = pool_[index];
  std::uint32_t other = bindings_.user(submit.user).submits;
  while (other != kNone && (other == index || pool_[other].reported)) other = pool_[other].next;
  if (other == kNone) return;
  std::swap(submit.call_id, pool_[other].call_id);
  std::swap(submit.call_id_size, pool_[other].call_id_size);
}

/// `tpdu`: the SUBMIT-REPORT of a service centre of the network; where there is none, the own one.
void Submission::send_report(std::uint32_t index, Time now, Octets tpdu) {
  const Submit& submit = pool_[index];
  std::uint8_t room[rp::kMessageSizeMax + 8];
  if (tpdu.empty()) tpdu = Octets(submit.tpdu).first(submit.tpdu_size);
  const std::size_t size = write_rp_report(
      {submit.rp_reference, submit.tp_reference, submit.cause, tpdu}, faults_, room);
  const Octets rpdu = Octets(room).first(size);
  CallId call{0, kPoolSizeMax};
  if (targets_) {
    const ReportTarget& target = targets_[index];
    send_report_to(submit,
                   {.contact = target.impu.view(), .route = target.route.view(), .rpdu = rpdu},
                   target.scscf, call, now);
  } else {
    send_report_to_all(submit, call, rpdu, now);
  }
  ++(call.id != 0 ? counters_.reports_sent : counters_.reports_undeliverable);
}

/// Request-Disposition: fork. Every device of the IMPU gets the report; In-Reply-To tells the one
/// that submitted.
void Submission::send_report_to_all(const Submit& submit, CallId& call, Octets rpdu, Time now) {
  std::uint32_t at = bindings_.user(submit.user).contacts;
  for (; at != kNone; at = bindings_.contact(at).next) {
    const Contact& contact = bindings_.contact(at);
    if (!contact.smsip || !bindings_.is_live(contact, now)) continue;
    send_report_to(submit, {.contact = contact.uri(), .rpdu = rpdu}, contact.endpoint, call, now);
  }
}

/// `address`: Request-URI, Route and body.
void Submission::send_report_to(const Submit& submit, const Message& address,
                                const Endpoint& remote, CallId& call, Time now) {
  const std::uint32_t index = transactions_.open();
  if (index == kNone) return;
  if (call.id == 0) call.id = transactions_.id(index);
  ClientTransaction& transaction = transactions_[index];
  transaction.purpose = Purpose::report;
  transaction.call = call;
  transaction.remote = remote;
  Message message = address;
  message.recipient = &bindings_.user(submit.user);
  message.transaction = transactions_.id(index);
  message.call = call;
  message.in_reply_to = submit.in_reply_to();
  message.fork = true;
  const std::size_t size = writer_.write(message, transactions_.octets(index));
  ENGINE_ASSERT(size != 0);
  transactions_.send(index, size, now);
}

void Submission::on_end(const TransactionEnd& end) {
  // TS 24.341 5.3.3.4: what the service centre took stays taken; the report is not repeated.
  if (end.status < 200 || end.status >= 300) ++counters_.reports_undeliverable;
}

}  // namespace rung::gateway
