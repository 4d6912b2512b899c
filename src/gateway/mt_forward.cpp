#include "gateway/mt_forward.hpp"

#include <algorithm>

namespace rung::gateway {
namespace {

using map::UserError;

/// Room for the answer before the SMS-GMSC's own timer, the smDeliveryTimer it sent, is over.
constexpr Duration kAnswerMargin = 2s;

MapFailure plain(UserError error) { return {error, {}, {}}; }

bool is_memory_full(const MapFailure& failure) {
  return failure.cause == map::SmEnumeratedDeliveryFailureCause::memory_capacity_exceeded;
}

/// TS 29.002 12.3: what the HSS keeps a service centre waiting for.
bool is_reported(const MapFailure& failure) {
  return failure.is_absent() || is_memory_full(failure) ||
         failure.error == UserError::unidentified_subscriber;
}

map::SmDeliveryOutcome outcome_of(const MapFailure& failure) {
  return is_memory_full(failure) ? map::SmDeliveryOutcome::memory_capacity_exceeded
                                 : map::SmDeliveryOutcome::absent_subscriber;
}

std::optional<std::uint8_t> diagnostic_of(const MapFailure& failure) {
  if (!failure.diagnostic) return std::nullopt;
  return static_cast<std::uint8_t>(*failure.diagnostic);
}

}  // namespace

MtForward::MtForward(const GatewayConfig& config, Delivery& delivery, Bindings& bindings,
                     Dialogues& dialogues, MapPort& port, HomeRegister& home, Routing& routing,
                     FaultSet& faults, GatewayCounters& counters, Time start)
    : domains_(config.network.domains),
      hss_number_(config.network.hss_number),
      ssn_(config.network.ssn),
      sip_480_is_absent_(config.network.sip_480_is_absent),
      wait_(config.network.delivery_wait),
      timer_f_(64 * config.t1),
      delivery_(delivery),
      bindings_(bindings),
      dialogues_(dialogues),
      port_(port),
      home_(home),
      routing_(routing),
      faults_(faults),
      counters_(counters),
      pool_(config.network.transfers_max),
      subjects_(std::make_unique<Subject[]>(config.network.dialogues_max)),
      deadlines_(config.network.transfers_max, std::chrono::milliseconds(1), start) {}

bool MtForward::read(const DialogueEvent& event, Asked& out) {
  const Octets parameter = event.component->parameter;
  if (event.context.version >= 3) {
    map::MtForwardSmArg argument;
    if (map::decode(parameter, argument)) return false;
    out = {argument.sm_rp_da,
           argument.sm_rp_oa,
           argument.sm_rp_ui,
           argument.more_messages_to_send,
           argument.sms_over_ip_only_indicator,
           argument.sm_delivery_timer};
    return true;
  }
  map::MoForwardSmArg argument;
  if (map::decode(parameter, argument)) return false;
  out = {argument.sm_rp_da,
         argument.sm_rp_oa,
         argument.sm_rp_ui,
         argument.more_messages_to_send,
         false,
         std::nullopt};
  return true;
}

/// An MT correlation ID, the IMSI of a user that the HSS told of, or the MSISDN in its place (TR
/// 23.804 8.4 step 4).
std::optional<Route> MtForward::recipient(Imsi shown, Time now) const {
  if (!shown.valid()) return std::nullopt;
  const Correlations& correlations = routing_.correlations();
  if (const Route* route = correlations.find(shown, now)) return *route;
  if (const Route* route = correlations.find_imsi(shown, now)) return *route;
  const PhoneKey user = home_.user_of(shown);
  if (user.is_number()) return Route{user, shown, {}, {}};
  if (bindings_.find(shown.digits) != kNone) return Route{shown.digits, {}, {}, {}};
  return std::nullopt;
}

/// Sets the dialogue's subject. TS 29.002 23.2: the first short message names it, those that
/// follow in the same dialogue have noSM-RP-DA and noSM-RP-OA.
bool MtForward::find_subject(const Asked& asked, const DialogueEvent& event, Time now) {
  Subject& subject = subjects_[event.dialogue];
  const tcap::TransactionId dialogue = dialogues_.id_of(event.dialogue);
  const bool follows = subject.dialogue == dialogue && subject.route.msisdn.is_number();
  if (asked.da.kind == map::SmRpDaKind::none) return follows;
  subject = {.dialogue = dialogue};
  if (asked.da.kind != map::SmRpDaKind::imsi) return false;
  subject.shown = imsi_of(asked.da.contents);
  const auto route = recipient(subject.shown, now);
  if (!route) return false;
  subject.route = *route;
  return true;
}

void MtForward::on_invoked(const DialogueEvent& event, Time now) {
  ++counters_.mt_forwards;
  Asked asked;
  dialogues_[event.dialogue].owner = kNone;
  if (!read(event, asked)) {
    return dialogues_.reject(event.dialogue, tcap::kInvokeMistypedParameter, Then::end, now);
  }
  // TS 23.040 9.2.2: no TPDU to a UE is longer than kTpduSizeMax.
  if (asked.tpdu.empty() || asked.tpdu.size() > kTpduSizeMax)
    return refuse(event.dialogue, plain(UserError::unexpected_data_value), now);
  if (!find_subject(asked, event, now))
    return refuse(event.dialogue, plain(UserError::unidentified_subscriber), now);
  Subject& subject = subjects_[event.dialogue];
  if (asked.oa.kind == map::SmRpOaKind::service_centre_address)
    subject.sc_address.set(asked.oa.contents);
  if (subject.sc_address.empty())
    return refuse(event.dialogue, plain(UserError::unexpected_data_value), now);
  start(asked, event, now);
}

void MtForward::refuse(std::uint32_t dialogue, const MapFailure& failure, Time now) {
  ++counters_.mt_forwards_refused;
  answer_failure(dialogues_, dialogue, failure, {}, Then::end, now);
}

void MtForward::start(const Asked& asked, const DialogueEvent& event, Time now) {
  const std::uint32_t index = pool_.take();
  if (index == kNone) {
    ++counters_.full_transfers;
    return refuse(event.dialogue, plain(UserError::system_failure), now);
  }
  Transfer& transfer = pool_[index];
  const Subject& subject = subjects_[event.dialogue];
  dialogues_[event.dialogue].owner = index;
  transfer.dialogue = event.dialogue;
  transfer.route = subject.route;
  transfer.sc_address = subject.sc_address;
  transfer.more = asked.more;
  transfer.ip_only = asked.ip_only && !faults_.active(FaultId::f44);
  transfer.routed = subject.route.inquired;
  transfer.tpdu_size = static_cast<std::uint8_t>(asked.tpdu.size());
  std::copy(asked.tpdu.begin(), asked.tpdu.end(), transfer.tpdu.begin());
  Duration wait = wait_;
  if (asked.timer_s) {
    const Duration theirs = std::chrono::seconds(*asked.timer_s) - kAnswerMargin;
    wait = std::min(wait, std::max(theirs, Duration(1s)));
  }
  deadlines_.schedule(index, now + wait);
  next(index, now);
}

/// TS 23.204 6.5a: the domains in their order, until one takes the message.
void MtForward::next(std::uint32_t index, Time now) {
  Transfer& transfer = pool_[index];
  for (; transfer.step < domains_.size(); ++transfer.step) {
    const Domain domain = domain_of(transfer);
    if (domain == Domain::ims) {
      if (try_ims(index, now)) return;
      continue;
    }
    if (transfer.ip_only || faults_.active(FaultId::f43)) continue;
    if (!transfer.routed && ask_route(index, now)) return;
    if (try_node(index, domain, now)) return;
  }
  fail(index, now);
}

bool MtForward::try_ims(std::uint32_t index, Time now) {
  Transfer& transfer = pool_[index];
  Outcome& outcome = transfer.outcome(Domain::ims);
  outcome.tried = true;
  const std::uint32_t user = bindings_.find(transfer.route.msisdn);
  if (!home_.may_deliver(transfer.route.msisdn, now)) {
    // F87: as if a MESSAGE had been sent that nobody answers.
    if (faults_.active(FaultId::f87)) {
      transfer.holding = true;
      deadlines_.schedule(index, now + timer_f_);
      return true;
    }
    const bool is_deaf = user != kNone && bindings_.has_contact(user, now) &&
                         bindings_.sms_contact(user, now) == kNone;
    const DeliveryEnd end = is_deaf ? DeliveryEnd::unequipped : DeliveryEnd::unregistered;
    outcome.failed = true;
    outcome.failure = failure_of(end, sip_480_is_absent_);
    return false;
  }
  transfer.stored = delivery_.deliver({.owner = this,
                                       .transfer = index,
                                       .user = user,
                                       .sc_address = transfer.sc_address.span(),
                                       .tpdu = Octets(transfer.tpdu).first(transfer.tpdu_size)},
                                      now);
  if (transfer.stored != kNone) return true;
  outcome.failed = true;
  outcome.failure = plain(UserError::system_failure);
  return false;
}

bool MtForward::ask_route(std::uint32_t index, Time now) {
  Transfer& transfer = pool_[index];
  transfer.routed = true;
  transfer.asking = routing_.ask(InquiryFor::transfer, index, transfer.route.msisdn,
                                 transfer.sc_address.span(), now) != kNone;
  return transfer.asking;
}

void MtForward::on_route(const RouteAnswer& answer, Time now) {
  Transfer& transfer = pool_[answer.owner];
  transfer.asking = false;
  if (answer.route) transfer.route = *answer.route;
  if (transfer.dialogue != kNone) return next(answer.owner, now);
  transfer.reports ? report(answer.owner, now) : give(answer.owner);
}

/// TS 23.204 6.5a: mt-ForwardSM as an SMS-GMSC sends it, with the true IMSI.
bool MtForward::try_node(std::uint32_t index, Domain domain, Time now) {
  Transfer& transfer = pool_[index];
  const bool is_sgsn = domain == Domain::sgsn;
  const DigitOctets& number = is_sgsn ? transfer.route.sgsn : transfer.route.msc;
  if (number.empty() || !transfer.route.imsi.valid()) return false;
  std::array<char, bcd::kDigitsMax> text;
  const std::size_t digits = bcd::decode_address(number.span(), text);
  transfer.fallback = dialogues_.open(
      {DialogueUse::mt_fallback, index, map::ContextName::short_msg_mt_relay,
       map::Operation::mt_forward_sm, ssn_},
      port_.peer_at({text.data(), digits}, is_sgsn ? sccp::kSsnSgsn : sccp::kSsnMsc), now);
  if (transfer.fallback == kNone) return false;
  transfer.outcome(domain).tried = true;
  ++counters_.mt_fallbacks;
  if (!dialogues_.begins_now(transfer.fallback, now) || write(index, now)) return true;
  transfer.fallback = kNone;  // the dialogue is gone
  transfer.outcome(domain).failed = true;
  transfer.outcome(domain).failure = plain(UserError::system_failure);
  return false;
}

bool MtForward::write(std::uint32_t index, Time now) {
  const Transfer& transfer = pool_[index];
  const DigitOctets imsi = imsi_octets(transfer.route.imsi);
  const map::SmRpDa da{map::SmRpDaKind::imsi, imsi.span()};
  const map::SmRpOa oa{map::SmRpOaKind::service_centre_address, transfer.sc_address.span()};
  const Octets tpdu = Octets(transfer.tpdu).first(transfer.tpdu_size);
  if (dialogues_[transfer.fallback].context.version >= 3) {
    map::MtForwardSmArg argument;
    argument.sm_rp_da = da;
    argument.sm_rp_oa = oa;
    argument.sm_rp_ui = tpdu;
    return dialogues_.invoke(transfer.fallback, map::Operation::mt_forward_sm, argument, now);
  }
  map::MoForwardSmArg argument;
  argument.sm_rp_da = da;
  argument.sm_rp_oa = oa;
  argument.sm_rp_ui = tpdu;
  return dialogues_.invoke(transfer.fallback, map::Operation::mo_forward_sm, argument, now);
}

void MtForward::on_event(const DialogueEvent& event, Time now) {
  const std::uint32_t index = event.owner;
  Transfer& transfer = pool_[index];
  if (event.kind == DialogueEvent::Kind::write_request && write(index, now)) return;
  transfer.fallback = kNone;
  if (event.kind == DialogueEvent::Kind::result) {
    map::ForwardSmRes result;
    const Octets parameter = event.component->parameter;
    const bool has_report = !parameter.empty() && !map::decode(parameter, result);
    const Octets report = has_report ? result.sm_rp_ui.value_or(Octets{}) : Octets{};
    return succeed(index, domain_of(transfer), report, now);
  }
  const bool is_error = event.kind == DialogueEvent::Kind::error;
  fail_domain(index, is_error ? failure_of(*event.component) : plain(UserError::system_failure),
              now);
}

void MtForward::on_delivery(std::uint32_t index, DeliveryEnd end, Octets report, Time now) {
  Transfer& transfer = pool_[index];
  transfer.stored = kNone;
  if (end == DeliveryEnd::delivered) return succeed(index, Domain::ims, report, now);
  if (end == DeliveryEnd::no_report && faults_.active(FaultId::f31)) {
    dialogues_[transfer.dialogue].owner = kNone;
    return give(index);
  }
  transfer.report_size = static_cast<std::uint8_t>(std::min(report.size(), transfer.report.size()));
  std::copy_n(report.begin(), transfer.report_size, transfer.report.begin());
  fail_domain(index, failure_of(end, sip_480_is_absent_), now);
}

void MtForward::fail_domain(std::uint32_t index, const MapFailure& failure, Time now) {
  Transfer& transfer = pool_[index];
  Outcome& outcome = transfer.outcome(domain_of(transfer));
  outcome.failed = true;
  outcome.failure = failure;
  // TS 29.002 23.3, TS 23.204 6.5a: the memory of the UE is the same in every domain.
  if (is_memory_full(failure)) return fail(index, now);
  ++transfer.step;
  next(index, now);
}

void MtForward::succeed(std::uint32_t index, Domain domain, Octets report, Time now) {
  Transfer& transfer = pool_[index];
  deadlines_.cancel(index);
  if (domain != Domain::ims && faults_.active(FaultId::f45)) return fail(index, now);
  ++counters_.mt_forwards_delivered;
  const std::uint32_t dialogue = transfer.dialogue;
  const Then then = transfer.more ? Then::more : Then::end;
  dialogues_[dialogue].owner = kNone;
  transfer.dialogue = kNone;
  if (!transfer.more) routing_.retire(subjects_[dialogue].shown, now);
  if (report.empty() || dialogues_[dialogue].context.version < 3 || faults_.active(FaultId::f25)) {
    dialogues_.result(dialogue, then, now);
  } else {
    map::ForwardSmRes result;
    result.sm_rp_ui = report;
    dialogues_.result(dialogue, result, then, now);
  }
  if (!faults_.active(FaultId::f47)) return give(index);
  transfer.outcome(Domain::ims) = {true, true, failure_of(DeliveryEnd::no_answer, true)};
  this->report(index, now);
}

/// TS 29.002 23.3: absence in some domain, or a subscriber unknown there, goes before what else
/// went wrong.
MapFailure MtForward::verdict(Transfer& transfer) const {
  const MapFailure* first = nullptr;
  const MapFailure* unidentified = nullptr;
  for (const Domain domain : domains_) {
    const Outcome& outcome = transfer.outcome(domain);
    if (!outcome.failed) continue;
    if (outcome.failure.is_absent() || is_memory_full(outcome.failure)) return outcome.failure;
    if (outcome.failure.error == UserError::unidentified_subscriber && unidentified == nullptr)
      unidentified = &outcome.failure;
    if (first == nullptr) first = &outcome.failure;
  }
  if (unidentified != nullptr) return *unidentified;
  return first != nullptr ? *first : failure_of(DeliveryEnd::unregistered, true);
}

void MtForward::fail(std::uint32_t index, Time now) {
  Transfer& transfer = pool_[index];
  deadlines_.cancel(index);
  ++counters_.mt_forwards_failed;
  const MapFailure failure = verdict(transfer);
  const bool hides = is_memory_full(failure) && faults_.active(FaultId::f23);
  const MapFailure told = hides ? failure_of(DeliveryEnd::refused, true) : failure;
  const std::uint32_t dialogue = transfer.dialogue;
  transfer.dialogue = kNone;
  dialogues_[dialogue].owner = kNone;
  const Octets came = Octets(transfer.report).first(transfer.report_size);
  const bool has_report = failure.error == UserError::sm_delivery_failure;
  answer_failure(dialogues_, dialogue, told, has_report ? came : Octets{},
                 transfer.more ? Then::more : Then::end, now);
  const Outcome& ims = transfer.outcome(Domain::ims);
  if (ims.failed && ims.failure.is_absent()) home_.set_unreachable(transfer.route.msisdn);
  transfer.reports = is_reported(failure) && !faults_.active(FaultId::f46);
  // An inquiry under way still names the record: its answer goes on from here.
  if (transfer.asking) return;
  transfer.reports ? report(index, now) : give(index);
}

/// TS 23.204 6.5a, TS 29.002 12.3: the HSS hears of every domain that was tried. Until it has
/// answered the record stays, since another version may be asked for.
void MtForward::report(std::uint32_t index, Time now) {
  Transfer& transfer = pool_[index];
  transfer.fallback =
      dialogues_.open({DialogueUse::status_report, index, map::ContextName::short_msg_gateway,
                       map::Operation::report_sm_delivery_status, ssn_},
                      port_.peer_at(hss_number_, sccp::kSsnHlr), now);
  if (transfer.fallback == kNone || !write_report(index, transfer.fallback, now)) give(index);
}

bool MtForward::write_report(std::uint32_t index, std::uint32_t dialogue, Time now) {
  Transfer& transfer = pool_[index];
  const map::Version version = dialogues_[dialogue].context.version;
  const DigitOctets msisdn = address_octets(transfer.route.msisdn);
  map::ReportSmDeliveryStatusArg argument;
  argument.msisdn = msisdn.span();
  argument.service_centre_address = transfer.sc_address.span();
  const auto reported = [&](Domain domain) {
    const Outcome& outcome = transfer.outcome(domain);
    return outcome.failed && is_reported(outcome.failure) ? &outcome : nullptr;
  };
  const Outcome* msc = reported(Domain::msc);
  const Outcome* sgsn = reported(Domain::sgsn);
  const Outcome* ims = reported(Domain::ims);
  const Outcome* main = msc != nullptr ? msc : sgsn != nullptr ? sgsn : ims;
  if (main != nullptr && version >= 2) argument.sm_delivery_outcome = outcome_of(main->failure);
  if (main != nullptr && version >= 3) {
    argument.absent_subscriber_diagnostic_sm = diagnostic_of(main->failure);
    argument.ip_sm_gw_indicator = main == ims;
    argument.gprs_support_indicator = sgsn != nullptr;
    argument.delivery_outcome_indicator = main == sgsn && sgsn != nullptr;
    if (main == msc && sgsn != nullptr) {
      argument.additional_sm_delivery_outcome = outcome_of(sgsn->failure);
      argument.additional_absent_subscriber_diagnostic_sm = diagnostic_of(sgsn->failure);
    }
    if (main != ims && ims != nullptr) {
      argument.ip_sm_gw_sm_delivery_outcome = outcome_of(ims->failure);
      argument.ip_sm_gw_absent_subscriber_diagnostic_sm = diagnostic_of(ims->failure);
    }
  }
  ++counters_.status_reports_to_hss;
  return dialogues_.invoke(dialogue, map::Operation::report_sm_delivery_status, argument, now);
}

void MtForward::on_status_report_event(const DialogueEvent& event, Time now) {
  const bool repeats = event.kind == DialogueEvent::Kind::write_request;
  if (repeats && write_report(event.owner, event.dialogue, now)) return;
  give(event.owner);
}

void MtForward::take_back(std::uint32_t index, Time now) {
  Transfer& transfer = pool_[index];
  if (transfer.stored != kNone) delivery_.withdraw(transfer.stored, now);
  if (transfer.fallback != kNone) dialogues_.abandon(transfer.fallback, now);
  transfer.stored = kNone;
  transfer.fallback = kNone;
}

void MtForward::on_closed(const DialogueEvent& event, Time now) {
  if (event.owner == kNone) return;
  take_back(event.owner, now);
  Transfer& transfer = pool_[event.owner];
  transfer.dialogue = kNone;
  // The inquiry under way still names the record.
  if (!transfer.asking) give(event.owner);
}

void MtForward::give(std::uint32_t index) {
  deadlines_.cancel(index);
  pool_.give(index);
}

void MtForward::advance(Time now) {
  deadlines_.advance(now, [&](std::uint32_t index) {
    if (pool_[index].dialogue != kNone) run_out(index, now);
  });
}

/// TS 23.204 6.5a NOTE 1: the SMS-GMSC has its answer in time, whatever is under way.
void MtForward::run_out(std::uint32_t index, Time now) {
  Transfer& transfer = pool_[index];
  if (transfer.holding) {  // F87: now it is told, and the others have what is left of the time
    transfer.holding = false;
    deadlines_.schedule(index, now + std::max(wait_ - timer_f_, Duration(1s)));
    return fail_domain(index, failure_of(DeliveryEnd::unregistered, sip_480_is_absent_), now);
  }
  if (transfer.step < domains_.size()) {
    Outcome& outcome = transfer.outcome(domain_of(transfer));
    const bool taken =
        transfer.stored != kNone && delivery_[transfer.stored].state == StoredState::awaiting;
    const DeliveryEnd end = taken ? DeliveryEnd::no_report : DeliveryEnd::no_answer;
    outcome.failed = outcome.tried;
    outcome.failure = domain_of(transfer) == Domain::ims ? failure_of(end, sip_480_is_absent_)
                                                         : plain(UserError::system_failure);
  }
  take_back(index, now);
  fail(index, now);
}

}  // namespace rung::gateway
