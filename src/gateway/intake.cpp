#include "gateway/intake.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/wire/sip_value.hpp"

namespace rung::gateway {
namespace {

// RP causes of TS 24.011 9.3 for RPDUs that cannot be taken.
constexpr std::uint8_t kCauseInvalidMandatory = 96;
constexpr std::uint8_t kCauseUnknownType = 97;

constexpr std::string_view kSmsType = "application/vnd.3gpp.sms";

bool has_to_tag(const sip::View& view) {
  sip::NameAddress to;
  if (!sip::parse_name_address(view.header(sip::Header::to), to)) return false;
  return sip::find_parameter(to.parameters, "tag").present;
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

Intake::Intake(const GatewayConfig& config, Bindings& bindings, Submission& submission,
               Delivery& delivery, Responder& responder, FaultSet& faults,
               GatewayCounters& counters)
    : domain_(config.domain),
      served_{config.sc_psi, config.gw_uri, fmt::format("tel:+{}", config.sc_address),
              fmt::format("sip:+{}@{}", config.sc_address, config.domain)},
      contact_header_(fmt::format("Contact: <sip:{}>\r\n", rung::to_string(config.listen))),
      bindings_(bindings),
      submission_(submission),
      delivery_(delivery),
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
  const auto exactly = [&](const std::string& uri) { return uri == request_uri; };
  const auto equivalent = [&](const std::string& uri) { return sip::same_uri(uri, request_uri); };
  return std::any_of(served_.begin(), served_.end(), exactly) ||
         std::any_of(served_.begin(), served_.end(), equivalent);
}

std::uint16_t Intake::refusal(const Request& request) const {
  const sip::View& view = *request.view;
  if (!is_served(view.request_uri())) return 404;
  if (has_to_tag(view)) return 481;  // RFC 3428 7: MESSAGE makes no dialog, so there is none
  if (!is_sms(view)) return 415;
  if (view.body().size() > rp::kMessageSizeMax) return 413;
  if (view.header(sip::Header::call_id).size() > kCallIdSizeMax) return 513;
  if (view.body().size() < 2) return 400;
  return 0;
}

std::uint32_t Intake::sender(const Request& request) const {
  const sip::View& view = *request.view;
  // TS 24.229 5.2.6.3: the preferred identity if it is one of the sender's, else 403 here, because
  // nothing tells the P-CSCF which other one to take.
  const bool prefers = view.has(sip::Header::p_preferred_identity);
  const std::string_view value =
      view.header(prefers ? sip::Header::p_preferred_identity : sip::Header::from);
  const Identity identity = identity_of_header(value, domain_);
  if (!identity.key.valid()) return kNone;
  const std::uint32_t user = bindings_.find(identity.key);
  if (user == kNone) return kNone;
  return bindings_.is_source(user, request.datagram->remote, request.now) ? user : kNone;
}

void Intake::on_message(const Request& request) {
  const std::uint16_t refused = refusal(request);
  if (refused == 415 && faults_.active(FaultId::f79)) return responder_.respond(request, 202);
  if (refused != 0) return responder_.respond(request, refused, headers_of(refused));
  const std::uint32_t user = sender(request);
  if (user == kNone) return responder_.respond(request, 403);
  on_rpdu(request, user);
}

void Intake::on_rpdu(const Request& request, std::uint32_t user) {
  rp::Message message;
  const rp::Error error = rp::decode(request.view->body(), message);
  const bool wrong_direction = message.direction() != rp::Direction::ms_to_n;
  if (error != rp::Error::none || wrong_direction) {
    return on_malformed(request, user, message, error);
  }
  switch (message.type()) {
    case rp::Type::data: return submission_.on_data(request, user, message);
    case rp::Type::smma: return submission_.on_smma(request, user, message.reference);
    case rp::Type::ack:
    case rp::Type::error: return on_delivery_report(request, user, message);
  }
}

void Intake::on_malformed(const Request& request, std::uint32_t user, const rp::Message& message,
                          rp::Error error) {
  const bool known_type =
      error != rp::Error::reserved_type && message.direction() == rp::Direction::ms_to_n;
  // An RP-ERROR in answer to a report would have no transfer to speak of: a SIP refusal instead.
  const bool is_report =
      known_type && (message.type() == rp::Type::ack || message.type() == rp::Type::error);
  if (is_report) return responder_.respond(request, 400);
  submission_.refuse(request, user, message.reference,
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
