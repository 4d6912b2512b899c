#include "gateway/third_party_registrar.hpp"

#include <fmt/format.h>

#include "engine/base/decimal.hpp"
#include "engine/wire/sip_value.hpp"
#include "gateway/feature_tag.hpp"
#include "gateway/hash.hpp"

namespace rung::gateway {
namespace {

constexpr std::uint16_t kOtherExpires = 1;       // detail of a 200: F37 struck
constexpr std::uint32_t kExpiresDefault = 3600;  // RFC 3261 10.2.1.1
constexpr std::size_t kHeadersSizeMax = 512;

/// What Contact and Expires of the REGISTER ask for.
std::uint32_t expires_of(const sip::View& view) {
  sip::NameAddress contact;
  (void)sip::parse_name_address(view.header(sip::Header::contact), contact);
  const sip::Parameter parameter = sip::find_parameter(contact.parameters, "expires");
  std::uint32_t expires = kExpiresDefault;
  const std::string_view text =
      parameter.present ? parameter.value : view.header(sip::Header::expires);
  if (!sip::parse_u32(text, expires)) expires = kExpiresDefault;
  return expires;
}

}  // namespace

ThirdPartyRegistrar::ThirdPartyRegistrar(const GatewayConfig& config, Registrations& registrations,
                                         Bindings& bindings, Subscriptions& subscriptions,
                                         Responder& responder, FaultSet& faults,
                                         GatewayCounters& counters)
    : seed_(mix(config.seed, 0x617372)),
      challenge_(fmt::format("WWW-Authenticate: Digest realm=\"{}\",nonce=\"0\",algorithm=MD5\r\n",
                             config.realm)),
      registrations_(registrations),
      bindings_(bindings),
      subscriptions_(subscriptions),
      responder_(responder),
      faults_(faults),
      counters_(counters) {}

std::uint16_t ThirdPartyRegistrar::read(const sip::View& view, Asked& out) const {
  sip::NameAddress to;
  sip::NameAddress contact;
  sip::Uri uri;
  if (!sip::parse_name_address(view.header(sip::Header::to), to)) return 400;
  if (!sip::parse_uri(to.uri, uri)) return 400;
  out.impu = to.uri;
  if (view.has(sip::Header::contact)) {
    const std::string_view value = view.header(sip::Header::contact);
    if (!sip::parse_name_address(value, contact) || !sip::parse_uri(contact.uri, uri)) return 400;
    if (uri.host.empty()) return 400;
  }
  out.scscf_uri = contact.uri;
  out.smsip = takes_sms(contact.parameters);
  if (out.impu.size() > kContactUriSizeMax || out.scscf_uri.size() > kNodeUriSizeMax) return 513;
  out.expires = expires_of(view);
  sip::CSeq cseq;
  (void)sip::parse_cseq(view.header(sip::Header::cseq), cseq);
  out.cseq = cseq.number;
  out.call = hash_text(view.header(sip::Header::call_id), seed_);
  return read_registration_body(view, out.body) ? 0 : 415;
}

std::uint32_t ThirdPartyRegistrar::known(const Asked& asked) const {
  const std::uint32_t contact = registrations_.find(asked.impu);
  if (contact == kNone) return kNone;
  const std::uint32_t index = registrations_.registration_of(contact);
  return registrations_[index].impus == contact ? index : kNone;
}

/// TS 24.341 5.3.3.2: service-info, else the UE's own messages, else the identity when it is a
/// number, else what is known. A user without any gets a key that is no number.
PhoneKey ThirdPartyRegistrar::msisdn_of(const Asked& asked, std::uint32_t index) const {
  if (asked.body.msisdn.valid()) return asked.body.msisdn;
  if (index != kNone) return bindings_.user(registrations_[index].user).key;
  sip::Uri uri;
  if (sip::parse_uri(asked.impu, uri)) {
    if (const PhoneKey number = phone_key(uri.user); number.valid()) return number;
  }
  return nameless_key(hash_text(asked.impu, seed_));
}

std::uint32_t ThirdPartyRegistrar::on_register(const Request& request) {
  Asked asked;
  if (faults_.active(FaultId::f36)) {
    responder_.respond(request, 401, challenge_);
    return kNone;
  }
  if (const std::uint16_t refused = read(*request.view, asked); refused != 0) {
    answer(request, refused, 0, false);
    return kNone;
  }
  const std::uint32_t index = known(asked);
  const bool again = index != kNone;
  // RFC 3261 10.3: within a Call-ID the CSeq rises.
  if (again && registrations_[index].register_call == asked.call &&
      registrations_[index].register_cseq >= asked.cseq) {
    answer(request, 500, 0, false);
    return kNone;
  }
  const bool leaves = asked.expires == 0 || (again && faults_.active(FaultId::f34));
  if (!leaves) return keep(request, asked, index);
  // TS 23.204 6.2.1; nobody's de-registration is none's fault.
  answer(request, 200, faults_.active(FaultId::f37) ? kOtherExpires : 0, false);
  ++counters_.deregistrations;
  if (again) subscriptions_.stop(index, request.now);
  return kNone;
}

std::uint32_t ThirdPartyRegistrar::keep(const Request& request, const Asked& asked,
                                        std::uint32_t index) {
  const PhoneKey msisdn = msisdn_of(asked, index);
  if (index != kNone && bindings_.user(registrations_[index].user).key != msisdn) {
    subscriptions_.stop(index, request.now);  // the number is another user's now
    index = kNone;
  }
  if (index == kNone) index = open(asked, msisdn);
  if (index == kNone) {
    answer(request, 503, 0, false);
    return kNone;
  }
  const bool devices_known = remember(request, asked, index);
  answer(request, 200, faults_.active(FaultId::f37) ? kOtherExpires : 0, false);
  ++counters_.registrations;
  const std::uint32_t user = registrations_[index].user;
  const bool reachable = registrations_.reachable(index);
  subscriptions_.on_registered(index, devices_known, request.now);
  return reachable ? user : kNone;
}

std::uint32_t ThirdPartyRegistrar::open(const Asked& asked, PhoneKey msisdn) {
  // Another registration of the set had told of this identity; from now on it has its own.
  const std::uint32_t contact = registrations_.find(asked.impu);
  if (contact != kNone) registrations_.detach(contact);
  return registrations_.open(msisdn, asked.impu);
}

/// True when the REGISTER says which devices there are.
bool ThirdPartyRegistrar::remember(const Request& request, const Asked& asked,
                                   std::uint32_t index) {
  Registration& registration = registrations_[index];
  registration.register_call = asked.call;
  registration.register_cseq = asked.cseq;
  registration.expires_asked = asked.expires;
  registration.source = request.datagram->remote;
  if (asked.scscf_uri.empty()) {
    std::uint8_t room[kEndpointTextSizeMax + 4] = {'s', 'i', 'p', ':'};
    const std::size_t size = format_endpoint(registration.source, MutableOctets(room).subspan(4));
    registration.scscf_uri.set(as_text(Octets(room).first(size + 4)));
  } else {
    registration.scscf_uri.set(asked.scscf_uri);
  }
  registrations_.refresh(index, request.arrived + std::chrono::seconds(asked.expires),
                         endpoint_of(registration.scscf_uri.view(), registration.source));
  return registrations_.take(index, asked.body, asked.smsip);
}

void ThirdPartyRegistrar::on_copy(const Request& request, std::uint16_t status,
                                  std::uint16_t detail) {
  answer(request, status, detail, true);
}

/// TS 24.341 B.3 step 4: the S-CSCF's contact with the time that was asked. All of it comes from
/// the request, so that a copy gets the same.
void ThirdPartyRegistrar::answer(const Request& request, std::uint16_t status, std::uint16_t detail,
                                 bool copy) {
  std::uint8_t room[kHeadersSizeMax];
  Writer out(room);
  if (status == 200) {
    sip::NameAddress contact;
    (void)sip::parse_name_address(request.view->header(sip::Header::contact), contact);
    std::uint32_t expires = expires_of(*request.view);
    if (detail == kOtherExpires) expires = expires == 3600 ? 1800 : 3600;
    if (expires != 0 && !contact.uri.empty() && contact.uri.size() <= kNodeUriSizeMax) {
      out.text("Contact: <");
      out.text(contact.uri);
      out.text(">;expires=");
      put_decimal(out, expires);
      out.text("\r\n");
    }
    out.text("Expires: ");
    put_decimal(out, expires);
    out.text("\r\n");
  }
  if (status == 401) out.text(challenge_);
  if (status == 415) {
    out.text("Accept: application/3gpp-ims+xml, message/sip, multipart/mixed\r\n");
  }
  if (status == 503) out.text("Retry-After: 5\r\n");
  const std::string_view headers = as_text(out.written());
  if (copy) return responder_.repeat(request, status, headers);
  responder_.respond(request, status, headers, {}, detail);
}

}  // namespace rung::gateway
