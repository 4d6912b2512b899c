#include "gateway/home_register.hpp"

#include <algorithm>

#include "gateway/hash.hpp"

namespace rung::gateway {
namespace {

/// Errors of anyTimeModification that may be gone at the next try (TS 29.002 17.6.6).
bool may_pass(std::int32_t code) {
  const auto error = map::user_error_of(code);
  return error == map::UserError::system_failure || error == map::UserError::resource_limitation;
}

}  // namespace

HomeRegister::HomeRegister(const GatewayConfig& config, Bindings& bindings, Dialogues& dialogues,
                           MapPort& port, FaultSet& faults, GatewayCounters& counters, Time start)
    : seed_(mix(config.seed, 0x686f6d65)),
      way_(config.network.registration),
      hss_number_(config.network.hss_number),
      number_(address_octets(config.network.number)),
      ssn_(config.network.ssn),
      registration_ssn_(config.network.registration_ssn),
      retry_(config.network.registration_retry),
      attempts_max_(config.network.registration_attempts_max),
      bindings_(bindings),
      dialogues_(dialogues),
      port_(port),
      faults_(faults),
      counters_(counters),
      pool_(config.users_max),
      by_user_(config.users_max),
      by_imsi_(config.users_max),
      retries_(config.users_max, std::chrono::milliseconds(1), start) {}

std::uint64_t HomeRegister::hash(PhoneKey key) const { return mix(key.value, seed_); }

std::uint32_t HomeRegister::find(PhoneKey user) const {
  return by_user_.find(hash(user), [&](std::uint32_t i) { return pool_[i].msisdn == user; });
}

std::uint32_t HomeRegister::find_or_add(PhoneKey user) {
  const std::uint32_t known = find(user);
  if (known != kNone) return known;
  const std::uint32_t index = pool_.take();
  if (index == kNone) {
    ++counters_.full_users;
    return kNone;
  }
  pool_[index].msisdn = user;
  by_user_.insert(hash(user), index);
  return index;
}

void HomeRegister::release(std::uint32_t index) {
  const HomeRecord& record = pool_[index];
  if (record.dirty || record.asking || record.unreachable || retries_.armed(index)) return;
  if (record.imsi.valid()) by_imsi_.erase(hash(record.imsi.digits), index);
  by_user_.erase(hash(record.msisdn), index);
  pool_.give(index);
}

bool HomeRegister::is_available(PhoneKey key, Time now) const {
  const std::uint32_t user = bindings_.find(key);
  return user != kNone && bindings_.sms_contact(user, now) != kNone;
}

bool HomeRegister::may_deliver(PhoneKey user, Time now) const {
  const std::uint32_t index = find(user);
  const bool refused = index != kNone && pool_[index].state == HomeState::refused;
  return !refused && is_available(user, now);
}

Imsi HomeRegister::imsi_of(PhoneKey user) const {
  const std::uint32_t index = find(user);
  return index == kNone ? Imsi{} : pool_[index].imsi;
}

PhoneKey HomeRegister::user_of(Imsi imsi) const {
  if (!imsi.valid()) return {};
  const std::uint32_t index =
      by_imsi_.find(hash(imsi.digits), [&](std::uint32_t i) { return pool_[i].imsi == imsi; });
  return index == kNone ? PhoneKey{} : pool_[index].msisdn;
}

void HomeRegister::learn(PhoneKey user, Imsi imsi) {
  const std::uint32_t index = find(user);
  if (index == kNone || !imsi.valid() || pool_[index].imsi == imsi) return;
  HomeRecord& record = pool_[index];
  if (record.imsi.valid()) by_imsi_.erase(hash(record.imsi.digits), index);
  record.imsi = imsi;
  by_imsi_.insert(hash(imsi.digits), index);
}

void HomeRegister::set_unreachable(PhoneKey user) {
  const std::uint32_t index = find_or_add(user);
  if (index != kNone) pool_[index].unreachable = true;
}

void HomeRegister::on_change(PhoneKey user, bool lost) {
  // Without a number there is nothing the HSS could know the user by.
  if (!user.is_number()) return;
  const std::uint32_t index = find_or_add(user);
  if (index == kNone) return;
  pool_[index].lost = pool_[index].lost || lost;
  mark(index);
}

void HomeRegister::mark(std::uint32_t index) {
  HomeRecord& record = pool_[index];
  if (record.dirty) return;
  record.dirty = true;
  record.next_dirty = dirty_;
  dirty_ = index;
}

void HomeRegister::settle(Time now) {
  while (dirty_ != kNone) {
    const std::uint32_t index = dirty_;
    dirty_ = pool_[index].next_dirty;
    pool_[index].dirty = false;
    settle(index, now);
  }
}

/// TS 24.341 5.3.3.2: the HSS hears of the first contact that takes short messages and of the end
/// of the last, once each.
void HomeRegister::settle(std::uint32_t index, Time now) {
  HomeRecord& record = pool_[index];
  const bool told = record.state == HomeState::registered;
  bool available = is_available(record.msisdn, now);
  if (available && told && record.lost && faults_.active(FaultId::f33)) available = false;
  record.lost = false;
  if (record.asking) return;
  if (!available && record.state == HomeState::refused) record.state = HomeState::unknown;
  if (way_ == HomeRegistration::none && record.state != HomeState::refused)
    record.state = available ? HomeState::registered : HomeState::unknown;
  const bool is_told = record.state == HomeState::registered;
  const bool is_new = available && !is_told && record.state != HomeState::refused;
  const bool is_gone = !available && (is_told || record.state == HomeState::doubtful);
  if (is_gone && faults_.active(FaultId::f32)) {
    record.state = HomeState::unknown;
  } else if (is_new || is_gone) {
    const bool waits = retries_.armed(index) && record.activates == available;
    if (!waits) ask(index, available, now);
    return;
  }
  // TS 23.204 6.5b: registered all along, and back after a delivery that failed.
  const bool is_back = available && record.unreachable && !retries_.armed(index);
  if (is_back && !faults_.active(FaultId::f48)) return tell_present(index, now);
  if (!available) release(index);
}

void HomeRegister::ask(std::uint32_t index, bool activate, Time now) {
  HomeRecord& record = pool_[index];
  if (record.activates != activate) record.attempts = 0;
  retries_.cancel(index);
  const std::uint32_t dialogue =
      dialogues_.open({DialogueUse::registration, index, map::ContextName::any_time_info_handling,
                       map::Operation::any_time_modification, registration_ssn_},
                      port_.peer_at(hss_number_, sccp::kSsnHlr), now);
  record.activates = activate;
  record.asking = dialogue != kNone;
  ++record.attempts;
  if (dialogue == kNone) return retries_.schedule(index, now + retry_);
  write_modification(index, dialogue, now);
}

/// TS 29.002 8.11.3: modifyRegistrationStatus of the IP-SM-GW whose number is the gsmSCF-Address.
void HomeRegister::write_modification(std::uint32_t index, std::uint32_t dialogue, Time now) {
  HomeRecord& record = pool_[index];
  const DigitOctets msisdn = address_octets(record.msisdn);
  map::AnyTimeModificationArg argument;
  argument.subscriber_identity = {map::SubscriberIdentityKind::msisdn, msisdn.span()};
  argument.gsm_scf_address = number_.span();
  auto& request = argument.modification_request_for_ip_sm_gw_data.emplace();
  request.modify_registration_status = record.activates ? map::ModificationInstruction::activate
                                                        : map::ModificationInstruction::deactivate;
  ++(record.activates ? counters_.home_registrations : counters_.home_deregistrations);
  if (dialogues_.invoke(dialogue, map::Operation::any_time_modification, argument, now)) return;
  record.asking = false;
  retries_.schedule(index, now + retry_);
}

void HomeRegister::on_modified(std::uint32_t index, const DialogueEvent& event, Time now) {
  HomeRecord& record = pool_[index];
  record.asking = false;
  const bool accepted = event.kind == DialogueEvent::Kind::result;
  const bool is_error = event.kind == DialogueEvent::Kind::error;
  const bool again = !accepted && (!is_error || may_pass(event.component->code.value_or(-1)));
  if (again && record.attempts < attempts_max_) {
    if (!is_error) record.state = HomeState::doubtful;
    mark(index);  // the user may want the reverse by now
    return retries_.schedule(index, now + retry_);
  }
  record.attempts = 0;
  if (!accepted) ++counters_.home_refused;
  if (record.activates) {
    // TR 23.804 8.1: whom the HSS refuses is never marked available. One that is silent may have
    // the gateway's address all the same.
    record.state = is_error ? HomeState::refused : HomeState::registered;
    record.unreachable = false;  // TS 23.204 6.5b: an HSS that took it alerts by itself
  } else {
    record.state = HomeState::unknown;
  }
  mark(index);
}

/// TS 23.204 6.5b: readyForSM, MS present. It names the IMSI; where the HSS has not said it, the
/// registration once more alerts as well.
void HomeRegister::tell_present(std::uint32_t index, Time now) {
  HomeRecord& record = pool_[index];
  if (record.attempts >= attempts_max_) return give_up_present(index);
  if (!record.imsi.valid()) {
    if (way_ == HomeRegistration::any_time_modification) ask(index, true, now);
    return;
  }
  const std::uint32_t dialogue =
      dialogues_.open({DialogueUse::ms_present, index, map::ContextName::mwd_mngt,
                       map::Operation::ready_for_sm, ssn_},
                      port_.peer_at(hss_number_, sccp::kSsnHlr), now);
  ++record.attempts;
  record.asking =
      dialogue != kNone && write_ready(dialogue, record.imsi, map::AlertReason::ms_present, now);
  if (!record.asking) retries_.schedule(index, now + retry_);
}

/// The user counts as unreachable until the HSS has heard of it, or will not.
void HomeRegister::on_present(std::uint32_t index, const DialogueEvent& event, Time now) {
  HomeRecord& record = pool_[index];
  record.asking = false;
  const bool answered =
      event.kind == DialogueEvent::Kind::result || event.kind == DialogueEvent::Kind::error;
  if (!answered && record.attempts < attempts_max_) return retries_.schedule(index, now + retry_);
  give_up_present(index);
  mark(index);
}

void HomeRegister::give_up_present(std::uint32_t index) {
  pool_[index].attempts = 0;
  pool_[index].unreachable = false;
}

std::uint32_t HomeRegister::tell_memory_free(std::uint32_t submit, Imsi imsi, Time now) {
  const std::uint32_t dialogue =
      dialogues_.open({DialogueUse::memory_free, submit, map::ContextName::mwd_mngt,
                       map::Operation::ready_for_sm, ssn_},
                      port_.peer_at(hss_number_, sccp::kSsnHlr), now);
  const bool left =
      dialogue != kNone && write_ready(dialogue, imsi, map::AlertReason::memory_available, now);
  return left ? dialogue : kNone;
}

bool HomeRegister::repeat_memory_free(const DialogueEvent& event, Imsi imsi, Time now) {
  return write_ready(event.dialogue, imsi, map::AlertReason::memory_available, now);
}

/// TS 29.002 12.4; version 1 has noteSubscriberPresent in its place.
bool HomeRegister::write_ready(std::uint32_t dialogue, Imsi imsi, map::AlertReason reason,
                               Time now) {
  const DigitOctets octets = imsi_octets(imsi);
  const map::Version version = dialogues_[dialogue].context.version;
  ++counters_.ready_for_sm;
  if (version == 1) {
    map::NoteSubscriberPresentArg argument;
    argument.imsi = octets.span();
    return dialogues_.invoke(dialogue, map::Operation::note_subscriber_present, argument, now);
  }
  map::ReadyForSmArg argument;
  argument.imsi = octets.span();
  argument.alert_reason = reason;
  argument.additional_alert_reason_indicator = version >= 3;
  return dialogues_.invoke(dialogue, map::Operation::ready_for_sm, argument, now);
}

void HomeRegister::on_event(const DialogueEvent& event, Time now) {
  const std::uint32_t index = event.owner;
  const bool is_registration = event.use == DialogueUse::registration;
  if (event.kind != DialogueEvent::Kind::write_request)
    return is_registration ? on_modified(index, event, now) : on_present(index, event, now);
  if (is_registration) return write_modification(index, event.dialogue, now);
  if (write_ready(event.dialogue, pool_[index].imsi, map::AlertReason::ms_present, now)) return;
  pool_[index].asking = false;
  retries_.schedule(index, now + retry_);
}

void HomeRegister::advance(Time now) {
  retries_.advance(now, [&](std::uint32_t index) { mark(index); });
}

}  // namespace rung::gateway
