#include "gateway/intake.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/wire/sip_value.hpp"

namespace rung::gateway {
namespace {

// RP causes of TS 24.011 8.2.5.4 and 9.3.
constexpr std::uint8_t kCauseNotSubscribed = 50;
constexpr std::uint8_t kCauseInvalidMandatory = 96;
constexpr std::uint8_t kCauseUnknownType = 97;

constexpr std::string_view kSmsType = "application/vnd.3gpp.sms";

bool has_to_tag(const sip::View& view) {
  sip::NameAddress to;
  if (!sip::parse_name_address(view.header(sip::Header::to), to)) return false;
  return sip::find_parameter(to.parameters, "tag").present;
}

/// Max-Forwards: 0. Only a request that would have to be passed on asks (RFC 3261 16.3).
bool at_last_hop(const sip::View& view) {
  std::uint32_t hops = 1;
  return sip::parse_u32(view.header(sip::Header::max_forwards), hops) && hops == 0;
}

bool same_host(const Endpoint& a, const Endpoint& b) {
  return a.family == b.family && a.address == b.address;
}

/// F89: all digits of an identity's user part, as if they were the number.
PhoneKey digits_in(std::string_view impu) {
  sip::Uri uri;
  if (!sip::parse_uri(impu, uri)) return {};
  std::string digits;
  for (const char c : uri.user) {
    if (c >= '0' && c <= '9' && digits.size() < kPhoneDigitsMax) digits += c;
  }
  return phone_key(digits);
}

/// The number in the user part of a header's URI, whatever the host.
PhoneKey number_in(std::string_view value) {
  sip::NameAddress address;
  sip::Uri uri;
  const bool ok = sip::parse_name_address(value, address) && sip::parse_uri(address.uri, uri);
  return ok ? phone_key(uri.user) : PhoneKey{};
}

bool is_sms(const sip::View& view) {
  if (!sip::iequals(sip::media_type(view.header(sip::Header::content_type)), kSmsType))
    return false;
  // 5.3.1.2: binary only; RFC 3261 has no other encoding, but a UE may say so.
  if (view.has(sip::Header::content_encoding)) return false;
  if (!view.has(sip::Header::content_transfer_encoding)) return true;
  return sip::iequals(view.header(sip::Header::content_transfer_encoding), "binary");
}

}  // namespace

Intake::Intake(const GatewayConfig& config, Bindings& bindings, const Registrations& registrations,
               Submission& submission, Delivery& delivery, PeerDelivery& peers,
               Responder& responder, FaultSet& faults, GatewayCounters& counters)
    : isc_(config.topology == Topology::isc),
      salt_(salt_of(config.seed)),
      domain_(config.domain),
      served_{config.sc_psi, config.gw_uri, fmt::format("tel:+{}", config.sc_address),
              fmt::format("sip:+{}@{}", config.sc_address, config.domain)},
      contact_header_(fmt::format("Contact: <sip:{}>\r\n", rung::to_string(config.listen))),
      bindings_(bindings),
      registrations_(registrations),
      submission_(submission),
      delivery_(delivery),
      peers_(peers),
      responder_(responder),
      faults_(faults),
      counters_(counters) {}

std::string_view Intake::headers_of(std::uint16_t status) {
  switch (status) {
    case 415: return "Accept: application/vnd.3gpp.sms\r\n";
    case 503: return "Retry-After: 1\r\n";
    default: return {};
  }
}

bool Intake::is_served(std::string_view request_uri) const {
  if (every_centre_) {
    const Identity centre = identity_of_uri(request_uri, domain_);
    if (centre.tel && centre.plus && centre.key.is_number()) return true;
  }
  const auto exactly = [&](const std::string& uri) { return uri == request_uri; };
  const auto equivalent = [&](const std::string& uri) { return sip::same_uri(uri, request_uri); };
  return std::any_of(served_.begin(), served_.end(), exactly) ||
         std::any_of(served_.begin(), served_.end(), equivalent);
}

std::uint16_t Intake::refusal(const Request& request) const {
  const sip::View& view = *request.view;
  if (isc_ && has_looped(view)) return 482;
  if (!is_served(view.request_uri())) return isc_ && at_last_hop(view) ? 483 : 404;
  if (has_to_tag(view)) return 481;  // RFC 3428 7: MESSAGE makes no dialog, so there is none
  if (!is_sms(view)) return 415;
  if (view.body().size() > rp::kMessageSizeMax) return 413;
  if (view.header(sip::Header::call_id).size() > kCallIdSizeMax) return 513;
  if (view.body().size() < 2) return 400;
  return 0;
}

/// RFC 3261 16.3: a request of ours that came back, known by the branch in one of its Vias.
bool Intake::has_looped(const sip::View& view) const {
  sip::Values values(view, sip::Header::via);
  std::string_view value;
  std::uint64_t id = 0;
  while (values.next(value)) {
    sip::Via via;
    if (sip::parse_via(value, via) && read_branch(via.branch, salt_, id)) return true;
  }
  return false;
}

/// TS 24.341 5.3.3.4: who the S-CSCF asserts, by SIP URI and tel URI; From says nothing. The number
/// is that of the tel URI, else the one that came with the registration. A MESSAGE is believed from
/// where the user is registered only (RFC 3325 5).
Sender Intake::asserted_sender(const Request& request) {
  sip::Values values(*request.view, sip::Header::p_asserted_identity);
  Sender found;
  std::string_view value;
  PhoneKey number;
  std::string_view tel;
  while (values.next(value)) {
    sip::NameAddress address;
    sip::Uri uri;
    if (!sip::parse_name_address(value, address) || !sip::parse_uri(address.uri, uri)) continue;
    const bool is_tel = sip::iequals(uri.scheme, "tel");
    (is_tel ? tel : found.impu) = address.uri;
    if (is_tel) number = phone_key(uri.user);
  }
  if (!found.impu.empty()) found.contact = registrations_.find(found.impu);
  if (found.contact == kNone && !tel.empty()) {
    found.contact = registrations_.find(tel);
    const std::uint32_t user = number.valid() ? bindings_.find(number) : kNone;
    if (found.contact == kNone && user != kNone) found.contact = bindings_.user(user).contacts;
    if (found.impu.empty()) found.impu = tel;
  }
  if (found.contact == kNone || found.impu.size() > kContactUriSizeMax) return {};
  const Contact& contact = bindings_.contact(found.contact);
  const Registration& registration = registrations_[registrations_.registration_of(found.contact)];
  const Endpoint& source = request.datagram->remote;
  const bool trusted =
      same_host(source, registration.source) || same_host(source, registration.scscf);
  if (!trusted || !bindings_.is_live(contact, request.now)) return {};
  found.user = contact.user;
  found.originator = number.valid() ? number : bindings_.user(contact.user).key;
  if (!number.valid() && faults_.active(FaultId::f89)) found.originator = digits_in(found.impu);
  if (faults_.active(FaultId::f55)) {
    const PhoneKey claimed = number_in(request.view->header(sip::Header::from));
    if (claimed.valid()) found.originator = claimed;
  }
  return found;
}

Sender Intake::sender(const Request& request) const {
  const sip::View& view = *request.view;
  // TS 24.229 5.2.6.3: the preferred identity if it is one of the sender's, else 403 here, because
  // nothing tells the P-CSCF which other one to take.
  const bool prefers = view.has(sip::Header::p_preferred_identity);
  const std::string_view value =
      view.header(prefers ? sip::Header::p_preferred_identity : sip::Header::from);
  const Identity identity = identity_of_header(value, domain_);
  if (!identity.key.valid()) return {};
  const std::uint32_t user = bindings_.find(identity.key);
  if (user == kNone) return {};
  if (!bindings_.is_source(user, request.datagram->remote, request.now)) return {};
  return {user, identity.key, kNone, {}};
}

void Intake::on_message(const Request& request) {
  if (const std::uint32_t contact = peers_.recipient(request); contact != kNone) {
    const bool looped = has_looped(*request.view);
    return looped ? responder_.respond(request, 482) : peers_.on_message(request, contact);
  }
  const std::uint16_t refused = refusal(request);
  if (refused == 415 && faults_.active(FaultId::f79)) return responder_.respond(request, 202);
  if (refused != 0) return responder_.respond(request, refused, headers_of(refused));
  const Sender from = isc_ ? asserted_sender(request) : sender(request);
  if (from.user == kNone) return responder_.respond(request, 403);
  on_rpdu(request, from);
}

void Intake::on_rpdu(const Request& request, const Sender& from) {
  rp::Message message;
  const rp::Error error = rp::decode(request.view->body(), message);
  const bool wrong_direction = message.direction() != rp::Direction::ms_to_n;
  if (error != rp::Error::none || wrong_direction) {
    return on_malformed(request, from, message, error);
  }
  switch (message.type()) {
    case rp::Type::data:
      // Nobody could answer a short message from a user without number.
      if (!from.originator.is_number()) {
        return submission_.refuse(request, from, message.reference, kCauseNotSubscribed);
      }
      return submission_.on_data(request, from, message);
    case rp::Type::smma: return submission_.on_smma(request, from, message.reference);
    case rp::Type::ack:
    case rp::Type::error: return on_delivery_report(request, from.user, message);
  }
}

/// F15: what the first copy did once, it does again.
void Intake::on_copy(const Request& request) {
  rp::Message message;
  const Sender from = sender(request);
  if (from.user == kNone || rp::decode(request.view->body(), message) != rp::Error::none) return;
  if (message.type() == rp::Type::data) submission_.forward_again(message, from, request.now);
}

/// F80: the body as if zeros followed it, as many as its last length asks for.
bool Intake::take_truncated(const Request& request, const Sender& from) {
  std::uint8_t longer[rp::kMessageSizeMax] = {};
  const Octets body = request.view->body();
  std::copy(body.begin(), body.end(), longer);
  rp::Message message;
  for (std::size_t size = body.size() + 1; size <= sizeof longer; ++size) {
    if (rp::decode(Octets(longer).first(size), message) != rp::Error::none) continue;
    submission_.on_data(request, from, message);
    return true;
  }
  return false;
}

void Intake::on_malformed(const Request& request, const Sender& from, const rp::Message& message,
                          rp::Error error) {
  const bool known_type =
      error != rp::Error::reserved_type && message.direction() == rp::Direction::ms_to_n;
  // An RP-ERROR in answer to a report would have no transfer to speak of: a SIP refusal instead.
  const bool is_report =
      known_type && (message.type() == rp::Type::ack || message.type() == rp::Type::error);
  if (is_report) return responder_.respond(request, 400);
  const bool ends_early = error == rp::Error::user_data_length || error == rp::Error::too_short;
  if (known_type && ends_early && faults_.active(FaultId::f80) && take_truncated(request, from)) {
    return;
  }
  submission_.refuse(request, from, message.reference,
                     known_type ? kCauseInvalidMandatory : kCauseUnknownType);
}

void Intake::on_delivery_report(const Request& request, std::uint32_t user,
                                const rp::Message& report) {
  if (faults_.active(FaultId::f27)) {
    responder_.respond(request, 481);
  } else if (!faults_.active(FaultId::f26)) {
    responder_.respond(
        request, 202,
        faults_.active(FaultId::f74) ? std::string_view(contact_header_) : std::string_view{});
  }
  // 24.011 9.3: a report nobody waits for has no effect; its MESSAGE has been answered all the
  // same.
  const std::string_view in_reply_to = request.view->header(sip::Header::in_reply_to);
  if (!delivery_.on_report(user, in_reply_to, report, request.now)) {
    ++counters_.delivery_reports_unmatched;
  }
}

}  // namespace rung::gateway
