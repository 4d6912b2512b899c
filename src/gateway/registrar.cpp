#include "gateway/registrar.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/decimal.hpp"
#include "engine/wire/sip_value.hpp"
#include "gateway/feature_tag.hpp"
#include "gateway/hash.hpp"

namespace rung::gateway {
namespace {

constexpr std::uint16_t kStale = 1;  // detail of a 401
constexpr std::size_t kHeadersSizeMax = 3072;
/// Octets of Path a 200 repeats (RFC 3327 5.3).
constexpr std::size_t kPathSizeMax = 512;

sip::CSeq cseq_of(const sip::View& view) {
  sip::CSeq cseq;
  (void)sip::parse_cseq(view.header(sip::Header::cseq), cseq);
  return cseq;
}

}  // namespace

Registrar::Registrar(const GatewayConfig& config, Bindings& bindings, const MessageWriter& writer,
                     Responder& responder, FaultSet& faults, GatewayCounters& counters)
    : digest_(config.digest),
      expires_min_(config.expires_min),
      expires_max_(config.expires_max),
      domain_(config.domain),
      service_route_(
          fmt::format("Service-Route: <sip:orig@{};lr>\r\n", rung::to_string(config.listen))),
      seed_(mix(config.seed, 0x726567)),
      bindings_(bindings),
      writer_(writer),
      responder_(responder),
      faults_(faults),
      counters_(counters),
      authenticator_(config) {}

std::uint32_t Registrar::on_register(const Request& request) {
  const Decision decision = decide(request);
  answer(request, decision.status, decision.detail, false);
  if (decision.refreshed != kNone && faults_.active(FaultId::f34)) {
    while (bindings_.user(decision.refreshed).contacts != kNone) {
      bindings_.remove_contact(bindings_.user(decision.refreshed).contacts);
    }
    bindings_.release(decision.refreshed);
    return kNone;
  }
  return decision.reachable;
}

void Registrar::on_copy(const Request& request, std::uint16_t status, std::uint16_t detail) {
  answer(request, status, detail, true);
}

Registrar::Decision Registrar::decide(const Request& request) {
  const sip::View& view = *request.view;
  const Identity identity = identity_of_header(view.header(sip::Header::to), domain_);
  if (!identity.key.valid()) return {404, 0, kNone};  // RFC 3261 10.3 step 5
  AskedList asked;
  if (const std::uint16_t refused = read_contacts(view, asked); refused != 0)
    return {refused, 0, kNone};
  NonceUse use;
  if (digest_) {
    switch (authenticate(request, identity, use)) {
      case AuthOutcome::accepted: break;
      case AuthOutcome::challenge: return {401, 0, kNone};
      case AuthOutcome::stale: return {401, kStale, kNone};
      case AuthOutcome::forbidden: return {403, 0, kNone};
    }
  }
  return apply(request, identity, asked, use);
}

/// RFC 3261 10.3 step 7 takes the values in turn, so of those with one URI the last counts.
bool Registrar::AskedList::put(const Asked& asked) {
  const auto end = contacts.begin() + count;
  const auto same = std::find_if(contacts.begin(), end, [&](const Asked& other) {
    return sip::same_uri(other.uri, asked.uri);
  });
  if (same == contacts.end()) return false;
  *same = asked;
  if (same == end) ++count;
  return true;
}

std::uint16_t Registrar::read_contacts(const sip::View& view, AskedList& out) const {
  sip::Values values(view, sip::Header::contact);
  std::string_view value;
  while (values.next(value)) {
    if (value == "*") {
      out.wildcard = true;
      continue;
    }
    Asked asked;
    if (const std::uint16_t refused = read_contact(view, value, asked); refused != 0)
      return refused;
    if (!out.put(asked)) return 403;
  }
  // RFC 3261 10.3 step 6: "*" stands alone, with Expires 0.
  std::uint32_t expires = 1;
  const bool zero = sip::parse_u32(view.header(sip::Header::expires), expires) && expires == 0;
  return out.wildcard && (out.count != 0 || !zero) ? 400 : 0;
}

std::uint16_t Registrar::read_contact(const sip::View& view, std::string_view value,
                                      Asked& out) const {
  sip::NameAddress address;
  sip::Uri uri;
  if (!sip::parse_name_address(value, address) || !sip::parse_uri(address.uri, uri)) return 400;
  if (uri.host.empty()) return 400;
  if (address.uri.size() > kContactUriSizeMax) return 513;
  out.uri = address.uri;
  out.smsip = takes_sms(address.parameters);
  const sip::Parameter parameter = sip::find_parameter(address.parameters, "expires");
  const std::string_view text =
      parameter.present ? parameter.value : view.header(sip::Header::expires);
  // RFC 3261 10.2.1.1 and 20.10: what cannot be read counts as 3600.
  std::uint32_t expires = 3600;
  if (text.empty() || !sip::parse_u32(text, expires)) expires = std::max(expires_min_, 3600U);
  if (expires != 0 && expires < expires_min_) return 423;
  out.expires = std::min(expires, expires_max_);
  return 0;
}

AuthOutcome Registrar::authenticate(const Request& request, const Identity& identity,
                                    NonceUse& use) {
  const AuthOutcome outcome = authenticator_.check(request, identity, use);
  if (outcome == AuthOutcome::forbidden) ++counters_.authentication_failures;
  const bool replay = outcome == AuthOutcome::accepted && used_before(identity, use);
  return replay ? AuthOutcome::stale : outcome;
}

/// RFC 2617 3.2.2: a nonce count seen before is a replay. The digest covers no Contact, so it does
/// not matter which of the user's contacts the count came with.
bool Registrar::used_before(const Identity& identity, const NonceUse& use) const {
  const std::uint32_t user = bindings_.find(identity.key);
  if (user == kNone || use.count == 0) return false;
  for (std::uint32_t c = bindings_.user(user).contacts; c != kNone; c = bindings_.contact(c).next) {
    const Contact& contact = bindings_.contact(c);
    if (contact.nonce_issued_ms == use.issued_ms && use.count <= contact.nonce_count) return true;
  }
  return false;
}

Registrar::Decision Registrar::apply(const Request& request, const Identity& identity,
                                     const AskedList& asked, const NonceUse& use) {
  const bool adds = std::any_of(asked.contacts.begin(), asked.contacts.begin() + asked.count,
                                [](const Asked& a) { return a.expires != 0; });
  std::uint32_t user = bindings_.find(identity.key);
  // Removing the contacts of a user nobody knows is no error: nothing is left to remove.
  if (user == kNone && !adds) return {};
  if (user == kNone) user = bindings_.find_or_add(identity);
  if (user == kNone) return {503, 0, kNone};
  const bool was_registered = bindings_.user(user).contacts != kNone;
  if (out_of_order(request, user, asked)) return {500, 0, kNone};
  if (const std::uint16_t refused = make_room(user, asked); refused != 0) {
    bindings_.release(user);
    return {refused, 0, kNone};
  }
  Decision decision;
  if (adds && was_registered) decision.refreshed = user;
  remove(user, asked);
  for (std::size_t i = 0; i < asked.count; ++i) {
    if (asked.contacts[i].expires != 0 && refresh(request, user, asked.contacts[i], use)) {
      decision.reachable = user;
    }
  }
  if (adds) {
    bindings_.user(user).tel = identity.tel;
    bindings_.user(user).plus = identity.plus;
    ++counters_.registrations;
  }
  bindings_.release(user);
  return decision;
}

/// RFC 3261 10.3 step 7: within a Call-ID the CSeq of a contact's REGISTERs rises.
bool Registrar::out_of_order(const Request& request, std::uint32_t user,
                             const AskedList& asked) const {
  const std::uint64_t call_id = hash_text(request.view->header(sip::Header::call_id), seed_);
  const std::uint32_t cseq = cseq_of(*request.view).number;
  const auto later_known = [&](const Contact& contact) {
    return contact.call_id_hash == call_id && contact.cseq >= cseq;
  };
  if (asked.wildcard) {
    std::uint32_t at = bindings_.user(user).contacts;
    for (; at != kNone; at = bindings_.contact(at).next) {
      if (later_known(bindings_.contact(at))) return true;
    }
  }
  for (std::size_t i = 0; i < asked.count; ++i) {
    const std::uint32_t known = bindings_.find_contact(user, asked.contacts[i].uri);
    if (known != kNone && later_known(bindings_.contact(known))) return true;
  }
  return false;
}

/// All or nothing: adds the new contacts, unset, or refuses and leaves everything as it was.
std::uint16_t Registrar::make_room(std::uint32_t user, const AskedList& asked) {
  std::array<std::uint32_t, kContactsPerUserMax> added{};
  std::size_t count = 0;
  std::uint16_t refused = 0;
  for (std::size_t i = 0; i < asked.count && refused == 0; ++i) {
    const Asked& wanted = asked.contacts[i];
    if (wanted.expires == 0 || bindings_.find_contact(user, wanted.uri) != kNone) continue;
    if (bindings_.user(user).contact_count == kContactsPerUserMax) {
      refused = 403;
      break;
    }
    added[count] = bindings_.add_contact(user, wanted.uri);
    if (added[count] == kNone) {
      refused = 503;
    } else {
      ++count;
    }
  }
  while (refused != 0 && count != 0) bindings_.remove_contact(added[--count]);
  return refused;
}

void Registrar::remove(std::uint32_t user, const AskedList& asked) {
  bool removed = asked.wildcard;
  while (asked.wildcard && bindings_.user(user).contacts != kNone) {
    bindings_.remove_contact(bindings_.user(user).contacts);
  }
  for (std::size_t i = 0; i < asked.count; ++i) {
    if (asked.contacts[i].expires != 0) continue;
    removed = true;
    const std::uint32_t known = bindings_.find_contact(user, asked.contacts[i].uri);
    if (known != kNone) bindings_.remove_contact(known);
  }
  if (removed) ++counters_.deregistrations;
}

bool Registrar::refresh(const Request& request, std::uint32_t user, const Asked& asked,
                        const NonceUse& use) {
  const std::uint32_t index = bindings_.find_contact(user, asked.uri);
  Contact& contact = bindings_.contact(index);
  contact.call_id_hash = hash_text(request.view->header(sip::Header::call_id), seed_);
  contact.cseq = cseq_of(*request.view).number;
  contact.nonce_issued_ms = use.issued_ms;
  contact.nonce_count = use.count;
  contact.endpoint = endpoint_of(asked.uri, request.datagram->remote);
  contact.smsip = asked.smsip;
  bindings_.refresh_contact(index, request.arrived + std::chrono::seconds(asked.expires));
  return asked.smsip;
}

void Registrar::answer(const Request& request, std::uint16_t status, std::uint16_t detail,
                       bool copy) {
  std::uint8_t room[kHeadersSizeMax];
  Writer headers(room);
  put_headers(headers, request, status, detail == kStale);
  const std::string_view text = as_text(headers.written());
  if (copy) return responder_.repeat(request, status, text);
  if (status == 401) ++counters_.challenges;
  responder_.respond(request, status, text, {}, detail);
}

void Registrar::put_headers(Writer& out, const Request& request, std::uint16_t status, bool stale) {
  switch (status) {
    case 401: return authenticator_.put_challenge(out, request.arrived, stale);
    case 423:
      out.text("Min-Expires: ");
      put_decimal(out, expires_min_);
      return out.text("\r\n");
    case 503: return out.text("Retry-After: 5\r\n");
    case 200: break;
    default: return;
  }
  const Identity identity = identity_of_header(request.view->header(sip::Header::to), domain_);
  const std::uint32_t user = bindings_.find(identity.key);
  if (user != kNone) put_bindings(out, request, user);
  out.text(service_route_);
  std::size_t path_size = 0;
  for (const sip::HeaderField& field : request.view->fields()) {
    if (field.header != sip::Header::path) continue;
    path_size += field.value_size;
    if (path_size > kPathSizeMax) break;
    out.text("Path: ");
    out.text(request.view->value(field));
    out.text("\r\n");
  }
}

/// Contact with what is left of each (RFC 3261 10.3 step 8); P-Associated-URI with the default IMPU
/// first and the tel URI too (TS 24.229 5.4.1.2.2).
void Registrar::put_bindings(Writer& out, const Request& request, std::uint32_t index) const {
  const User& user = bindings_.user(index);
  for (std::uint32_t at = user.contacts; at != kNone; at = bindings_.contact(at).next) {
    const Contact& contact = bindings_.contact(at);
    const Duration left = contact.expires - request.arrived;
    if (left <= Duration{}) continue;
    out.text("Contact: <");
    out.text(contact.uri());
    out.text(">;expires=");
    put_decimal(out, static_cast<std::uint64_t>((left + 500ms) / 1s));
    if (contact.smsip) out.text(";+g.3gpp.smsip");
    out.text("\r\n");
  }
  User sip_form = user;
  sip_form.tel = false;
  User tel_form = user;
  tel_form.tel = true;
  tel_form.plus = true;
  out.text("P-Associated-URI: <");
  writer_.put_impu(out, user.tel ? tel_form : sip_form);
  out.text(">, <");
  writer_.put_impu(out, user.tel ? sip_form : tel_form);
  out.text(">\r\n");
}

}  // namespace rung::gateway
