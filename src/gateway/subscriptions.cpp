#include "gateway/subscriptions.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/decimal.hpp"
#include "engine/wire/sip_value.hpp"
#include "gateway/hash.hpp"
#include "gateway/isc_headers.hpp"
#include "gateway/own_address.hpp"

namespace rung::gateway {
namespace {

/// Before a SUBSCRIBE that failed for a while is tried again, unless the S-CSCF says how long.
constexpr Duration kRetryPause = 30s;
constexpr Duration kRetryPauseMax = 3600s;
/// Before one that found no free transaction is.
constexpr Duration kPoolPause = 100ms;

constexpr std::string_view kReginfoType = "application/reginfo+xml";

/// As a UE refreshes its registration (TS 24.229 5.1.1.4): 600 s before the end, or half-way.
Duration refresh_after(std::uint32_t expires) {
  const std::chrono::seconds whole(expires);
  return expires > 1200 ? Duration(whole - 600s) : Duration(whole) / 2;
}

sip::Parameter tag_of(const sip::View& view, sip::Header header) {
  sip::NameAddress address;
  if (!sip::parse_name_address(view.header(header), address)) return {};
  return sip::find_parameter(address.parameters, "tag");
}

/// A header such as "reg;id=1": what stands before its parameters, and they themselves.
std::string_view first_token(std::string_view value) {
  return sip::trim(value.substr(0, value.find(';')));
}
std::string_view parameters_of(std::string_view value) {
  const std::size_t at = value.find(';');
  return at == std::string_view::npos ? std::string_view{} : value.substr(at + 1);
}

void learn_target(const sip::View& view, Registration& registration) {
  sip::NameAddress contact;
  if (sip::parse_name_address(view.header(sip::Header::contact), contact)) {
    registration.remote_target.set(contact.uri);
  }
}

/// The Retry-After of a response or of a Subscription-State, else the usual pause.
Duration pause_of(std::string_view retry_after) {
  std::uint32_t seconds = 0;
  if (!sip::parse_u32(first_token(retry_after.substr(0, retry_after.find('('))), seconds)) {
    return kRetryPause;
  }
  return std::min<Duration>(std::chrono::seconds(seconds), kRetryPauseMax);
}

std::string host_of(const std::string& gw_uri) {
  sip::Uri uri;
  if (sip::parse_uri(gw_uri, uri) && !uri.host.empty()) return std::string(uri.host);
  return "ipsmgw.invalid";
}

}  // namespace

Subscriptions::Subscriptions(const GatewayConfig& config, bool reliable,
                             Registrations& registrations, ClientTransactions& transactions,
                             Responder& responder, Timers& timers, FaultSet& faults,
                             GatewayCounters& counters)
    : policy_(config.reg_event),
      linger_(64 * config.t1),
      salt_(salt_of(config.seed)),
      seed_(mix(config.seed, 0x737562)),
      gw_uri_(config.gw_uri),
      gw_host_(host_of(config.gw_uri)),
      domain_(config.domain),
      via_(via_front(config, reliable)),
      fixed_headers_(fmt::format("P-Asserted-Identity: <{}>\r\n{}"
                                 "Event: reg\r\nAccept: application/reginfo+xml\r\n",
                                 config.gw_uri, contact_line(config, reliable))),
      registrations_(registrations),
      transactions_(transactions),
      responder_(responder),
      timers_(timers),
      faults_(faults),
      counters_(counters) {}

std::string_view Subscriptions::headers_of(std::uint16_t status) {
  switch (status) {
    case 415: return "Accept: application/reginfo+xml\r\n";
    case 489: return "Allow-Events: reg\r\n";
    default: return {};
  }
}

std::uint64_t Subscriptions::local_tag(std::uint64_t call) const { return mix(call, seed_); }

void Subscriptions::on_registered(std::uint32_t index, bool devices_known, Time now) {
  const bool wanted =
      policy_ == RegEvent::always || (policy_ == RegEvent::when_needed && !devices_known);
  const bool idle = registrations_[index].state == SubscriptionState::none;
  if (wanted && idle && !faults_.active(FaultId::f38)) return start(index, now);
  arm(index);
}

void Subscriptions::start(std::uint32_t index, Time now) {
  Registration& registration = registrations_[index];
  registration.call = 0;
  registration.local_cseq = 0;
  registration.remote_cseq = 0;
  registration.version = -1;
  registration.subscribed_until = now;
  registration.remote_tag.clear();
  registration.remote_target.clear();
  registration.state = SubscriptionState::starting;
  send(index, registration.expires_asked, now);
}

void Subscriptions::send(std::uint32_t index, std::uint32_t expires, Time now) {
  Registration& registration = registrations_[index];
  const std::uint32_t transaction = transactions_.open();
  if (transaction == kNone) return wait(index, registration.state, now + kPoolPause);
  if (registration.call == 0) registration.call = transactions_.id(transaction);
  ++registration.local_cseq;
  ClientTransaction& request = transactions_[transaction];
  request.purpose = Purpose::subscription;
  request.call = {registration.call, index};
  request.remote = registration.remote_target.empty()
                       ? registration.scscf
                       : endpoint_of(registration.remote_target.view(), registration.scscf);
  const std::size_t size = write(registration, transactions_.id(transaction), request.call, expires,
                                 transactions_.octets(transaction));
  ENGINE_ASSERT(size != 0);
  transactions_.send(transaction, size, now);
  wait(index, registration.state, kNever);
}

/// Before the dialog the request goes to the IMPU by way of its S-CSCF, within it to the S-CSCF's
/// own contact (RFC 3261 12.2.1.1; the S-CSCF is the notifier, so nobody record-routes).
std::size_t Subscriptions::write(const Registration& registration, std::uint64_t transaction,
                                 CallId call, std::uint32_t expires, MutableOctets room) const {
  Writer out(room);
  const bool in_dialog = !registration.remote_target.empty();
  const std::string_view impu = registration.impu.view();
  out.text("SUBSCRIBE ");
  out.text(in_dialog ? registration.remote_target.view() : impu);
  out.text(" SIP/2.0\r\n");
  out.text(via_);
  put_branch(out, transaction, salt_);
  out.text("\r\nMax-Forwards: 70\r\n");
  if (!in_dialog) put_route(out, registration.scscf_uri.view());
  out.text("From: <");
  out.text(gw_uri_);
  out.text(">;tag=");
  put_tag(out, local_tag(call.id));
  out.text("\r\nTo: <");
  out.text(impu);
  out.text(">");
  if (!registration.remote_tag.empty()) {
    out.text(";tag=");
    out.text(registration.remote_tag.view());
  }
  out.text("\r\nCall-ID: ");
  put_call_id(out, call, salt_, gw_host_);
  out.text("\r\nCSeq: ");
  put_decimal(out, registration.local_cseq);
  out.text(" SUBSCRIBE\r\n");
  out.text(fixed_headers_);
  put_charging_vector(out, call, salt_, domain_);
  out.text("Expires: ");
  put_decimal(out, expires);
  out.text("\r\nContent-Length: 0\r\n\r\n");
  return out.ok() ? out.size() : 0;
}

void Subscriptions::wait(std::uint32_t index, SubscriptionState state, Time until) {
  registrations_[index].state = state;
  registrations_[index].due = until;
  arm(index);
}

void Subscriptions::arm(std::uint32_t index) {
  const Registration& registration = registrations_[index];
  const bool subscribed = registration.state != SubscriptionState::none;
  const Time due = subscribed ? registration.due : kNever;
  const Time expires = registration.impus != kNone ? registration.expires : kNever;
  timers_.schedule(TimerOf::registration, index, std::min(due, expires));
}

void Subscriptions::give_back(std::uint32_t index) {
  timers_.cancel(TimerOf::registration, index);
  registrations_.close(index);
}

void Subscriptions::stop(std::uint32_t index, Time now) {
  registrations_.remove_impus(index);
  if (registrations_[index].call == 0) return give_back(index);
  wait(index, SubscriptionState::ending, now + linger_);
}

void Subscriptions::on_timer(std::uint32_t index, Time now) {
  Registration& registration = registrations_[index];
  if (registration.impus != kNone && now >= registration.expires) {
    ++counters_.contacts_expired;
    return stop(index, now);
  }
  if (now < registration.due) return arm(index);
  switch (registration.state) {
    case SubscriptionState::none: return;
    case SubscriptionState::active:
      if (faults_.active(FaultId::f39)) return wait(index, SubscriptionState::active, kNever);
      registration.state = SubscriptionState::refreshing;
      return send(index, registration.expires_asked, now);
    case SubscriptionState::starting:  // these two found no free transaction
    case SubscriptionState::refreshing: return send(index, registration.expires_asked, now);
    case SubscriptionState::waiting: return start(index, now);
    case SubscriptionState::ending:
      // A dialog nobody confirmed cannot be ended; it runs out at the S-CSCF.
      if (registration.remote_tag.empty()) return give_back(index);
      send(index, 0, now);
      return wait(index, SubscriptionState::leaving, now + 2 * linger_);
    case SubscriptionState::leaving: return give_back(index);
  }
}

void Subscriptions::on_end(const TransactionEnd& end, const sip::View* response, Time now) {
  const CallId call = end.transaction.call;
  const std::uint32_t index = call.stored;
  if (registrations_[index].call != call.id) return;  // the dialog is over
  if (response != nullptr && end.status < 300) return on_success(index, *response, now);
  ++counters_.subscriptions_failed;
  on_failure(index, end.status, response, now);
}

void Subscriptions::on_success(std::uint32_t index, const sip::View& response, Time now) {
  Registration& registration = registrations_[index];
  // A tag too long to keep leaves the dialog to be made by the NOTIFY, or not at all.
  if (registration.remote_tag.empty()) {
    registration.remote_tag.set(tag_of(response, sip::Header::to).value);
  }
  learn_target(response, registration);
  const bool ours = registration.state == SubscriptionState::starting ||
                    registration.state == SubscriptionState::refreshing;
  if (!ours) return;
  // RFC 6665 4.1.2.1: the 2xx has an Expires, never longer than what was asked.
  std::uint32_t expires = registration.expires_asked;
  (void)sip::parse_u32(response.header(sip::Header::expires), expires);
  registration.state = SubscriptionState::active;
  granted(index, std::min(expires, registration.expires_asked), now);
}

/// The subscription lives that long from now: it is refreshed before.
void Subscriptions::granted(std::uint32_t index, std::uint32_t expires, Time now) {
  Registration& registration = registrations_[index];
  registration.subscribed_until = now + std::chrono::seconds(expires);
  if (registration.state != SubscriptionState::active) return;
  wait(index, SubscriptionState::active, now + refresh_after(expires));
}

void Subscriptions::on_failure(std::uint32_t index, std::uint16_t status, const sip::View* response,
                               Time now) {
  Registration& registration = registrations_[index];
  if (registration.impus == kNone) {  // ending or leaving: nothing is left to end
    if (registration.state == SubscriptionState::leaving || status == 481) give_back(index);
    return;
  }
  const bool was_refresh = registration.state == SubscriptionState::refreshing;
  const std::string_view retry_after =
      response == nullptr ? std::string_view{} : response->header(sip::Header::retry_after);
  // RFC 6665 4.1.2.2: 481 ends the dialog, another failure of a refresh does not.
  if (status == 481 && was_refresh) return start(index, now);
  std::uint32_t least = 0;
  if (status == 423 && response != nullptr &&
      sip::parse_u32(response->header(sip::Header::min_expires), least) &&
      least > registration.expires_asked) {
    registration.expires_asked = least;
    return send(index, least, now);
  }
  const bool may_pass = status == 0 || status == 408 || status == 480 || status >= 500;
  if (!may_pass || status >= 600) {
    registration.call = 0;
    return wait(index, SubscriptionState::none, kNever);
  }
  const Time again = now + pause_of(retry_after);
  // A NOTIFY may have made or kept the subscription though no 2xx came.
  const bool still_lives = registration.subscribed_until > again;
  if (!still_lives) registration.call = 0;
  wait(index, still_lives ? SubscriptionState::active : SubscriptionState::waiting, again);
}

std::uint32_t Subscriptions::dialog_of(const sip::View& notify) const {
  CallId call;
  if (!read_call_id(notify.header(sip::Header::call_id), salt_, call)) return kNone;
  if (call.id == 0 || call.stored >= registrations_.touched()) return kNone;
  const Registration& registration = registrations_[call.stored];
  if (registration.call != call.id) return kNone;
  std::uint8_t room[16];
  Writer tag(room);
  put_tag(tag, local_tag(call.id));
  if (tag_of(notify, sip::Header::to).value != as_text(tag.written())) return kNone;
  const sip::Parameter remote = tag_of(notify, sip::Header::from);
  const bool fits = remote.present && !remote.value.empty() && remote.value.size() <= kTagSizeMax;
  const bool same =
      registration.remote_tag.empty() || registration.remote_tag.view() == remote.value;
  return fits && same ? call.stored : kNone;
}

/// 0 when the NOTIFY can be taken; its document, if it has one, is then in `info`.
std::uint16_t Subscriptions::judge(const sip::View& notify, Registration& registration,
                                   Reginfo& info) const {
  sip::CSeq cseq;
  (void)sip::parse_cseq(notify.header(sip::Header::cseq), cseq);
  if (cseq.number < registration.remote_cseq) return 500;  // RFC 3261 12.2.2
  if (!sip::iequals(first_token(notify.header(sip::Header::event)), "reg")) return 489;
  if (!notify.has(sip::Header::subscription_state)) return 400;
  registration.remote_cseq = cseq.number;
  if (notify.body().empty()) return 0;
  const std::string_view type = sip::media_type(notify.header(sip::Header::content_type));
  if (!sip::iequals(type, kReginfoType)) return 415;
  switch (parse_reginfo(as_text(notify.body()), info)) {
    case ReginfoError::none: return 0;
    case ReginfoError::syntax: return 400;
    case ReginfoError::too_large: return 413;
  }
  return 0;
}

std::uint32_t Subscriptions::on_notify(const Request& request) {
  const sip::View& view = *request.view;
  ++counters_.notifies;
  const std::uint32_t index = dialog_of(view);
  if (index == kNone) {
    responder_.respond(request, 481);
    return kNone;
  }
  Registration& registration = registrations_[index];
  Reginfo info;
  const std::uint16_t refused = judge(view, registration, info);
  if (refused != 0) {
    responder_.respond(request, refused, headers_of(refused));
    return kNone;
  }
  responder_.respond(request, 200);
  accept(registration, view);
  const std::uint32_t user = registration.user;
  const bool came = !view.body().empty() && apply(index, info, request.now);
  const std::string_view state = view.header(sip::Header::subscription_state);
  const std::string_view parameters = parameters_of(state);
  std::uint32_t expires = 0;
  if (sip::iequals(first_token(state), "terminated")) {
    terminated(index, parameters, request.now);
  } else if (sip::parse_u32(sip::find_parameter(parameters, "expires").value, expires)) {
    granted(index, expires, request.now);
  }
  return came ? user : kNone;
}

/// RFC 6665 4.4.1: the first NOTIFY makes the dialog, be it before the 200 or after.
void Subscriptions::accept(Registration& registration, const sip::View& notify) {
  if (registration.remote_tag.empty()) {
    registration.remote_tag.set(tag_of(notify, sip::Header::from).value);
  }
  learn_target(notify, registration);
}

/// RFC 3680 5.2: an older document says nothing any more; behind a gap the whole state is asked
/// for. True when a device that takes short messages came.
bool Subscriptions::apply(std::uint32_t index, const Reginfo& info, Time now) {
  Registration& registration = registrations_[index];
  if (registration.impus == kNone) return false;  // the user is gone
  if (std::int64_t{info.version} <= registration.version) return false;
  const bool gap = !info.full && std::int64_t{info.version} != registration.version + 1;
  registration.version = info.version;
  const bool came = registrations_.take(index, info);
  if (gap && registration.state == SubscriptionState::active) {
    registration.state = SubscriptionState::refreshing;
    send(index, registration.expires_asked, now);
  }
  return came;
}

/// RFC 6665 4.1.3: what the reason says of subscribing again.
void Subscriptions::terminated(std::uint32_t index, std::string_view parameters, Time now) {
  Registration& registration = registrations_[index];
  if (registration.impus == kNone) return give_back(index);
  registration.call = 0;
  const std::string_view reason = sip::find_parameter(parameters, "reason").value;
  const auto is = [&](std::string_view text) { return sip::iequals(reason, text); };
  // Without a reason it is worth asking again while somebody is still there.
  const bool at_once =
      is("deactivated") || is("timeout") || (reason.empty() && registrations_.reachable(index));
  if (at_once) return start(index, now);
  if (is("probation") || is("giveup")) {
    const std::string_view retry_after = sip::find_parameter(parameters, "retry-after").value;
    return wait(index, SubscriptionState::waiting, now + pause_of(retry_after));
  }
  wait(index, SubscriptionState::none, kNever);
}

}  // namespace rung::gateway
