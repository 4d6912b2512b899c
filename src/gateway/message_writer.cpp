#include "gateway/message_writer.hpp"

#include <algorithm>

#include "engine/base/decimal.hpp"
#include "engine/wire/short_message_info.hpp"
#include "engine/wire/sip_value.hpp"
#include "gateway/hash.hpp"
#include "gateway/isc_headers.hpp"
#include "gateway/own_address.hpp"

namespace rung::gateway {
namespace {

/// Body as the faults encode it.
constexpr std::size_t kEncodedSizeMax = 2 * 256;

void put_base64(Writer& out, Octets octets) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k)
      word = word << 8 | (i + k < octets.size() ? octets[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) {
      const bool padding = i + k > octets.size();
      out.u8(static_cast<std::uint8_t>(padding ? '=' : kAlphabet[word >> (18 - 6 * k) & 63]));
    }
  }
}

void put_hex_octets(Writer& out, Octets octets) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const std::uint8_t octet : octets) {
    out.u8(static_cast<std::uint8_t>(kDigits[octet >> 4]));
    out.u8(static_cast<std::uint8_t>(kDigits[octet & 15]));
  }
}

}  // namespace

MessageWriter::MessageWriter(const GatewayConfig& config, bool reliable, std::uint32_t salt,
                             FaultSet& faults)
    : faults_(faults),
      isc_(config.topology == Topology::isc),
      seed_(mix(config.seed, 0x6d657373616765)),
      salt_(salt),
      gw_uri_(config.gw_uri),
      gw_host_("ipsmgw.invalid"),
      domain_(config.domain),
      via_(via_front(config, reliable)),
      contact_(contact_line(config, reliable)) {
  sip::Uri uri;
  if (sip::parse_uri(gw_uri_, uri) && !uri.host.empty()) gw_host_ = uri.host;
}

std::size_t MessageWriter::write(const Message& message, MutableOctets out) {
  Writer writer(out);
  put_request_line(writer, message);
  writer.text("From: <");
  put_from(writer, message);
  writer.text(">;tag=");
  put_tag(writer, mix(message.call.id, seed_));
  writer.text("\r\nTo: <");
  put_to(writer, message);
  writer.text(">");
  if (faults_.active(FaultId::f75)) {
    writer.text(";tag=");
    put_tag(writer, mix(seed_, message.call.id));
  }
  writer.text("\r\nCall-ID: ");
  put_call_id(writer, message.call, salt_, gw_host_);
  writer.text("\r\nCSeq: 1 MESSAGE\r\n");
  put_identities(writer, message);
  put_caller_preferences(writer, message);
  put_body(writer, message);
  return writer.ok() ? writer.size() : 0;
}

/// The request line, Via, Max-Forwards and, on isc, Route.
void MessageWriter::put_request_line(Writer& out, const Message& message) {
  // F73: the contact in the Request-URI, and no Route.
  const bool astray = isc_ && message.is_delivery && faults_.active(FaultId::f73);
  out.text("MESSAGE ");
  out.text(astray ? message.device : message.contact);
  out.text(" SIP/2.0\r\n");
  out.text(via_);
  put_branch(out, branch_id(message), salt_);
  out.text("\r\nMax-Forwards: 70\r\n");
  if (isc_ && !astray) put_route(out, message.route);
}

void MessageWriter::put_to(Writer& out, const Message& message) {
  if (isc_) return out.text(message.contact);
  put_impu(out, *message.recipient);
}

std::uint64_t MessageWriter::branch_id(const Message& message) const {
  if (faults_.on(FaultId::f76)) return mix(message.recipient->key.value, seed_);
  return message.transaction;
}

void MessageWriter::put_impu(Writer& out, const User& user) const {
  char digits[kPhoneDigitsMax];
  out.text(user.tel ? "tel:" : "sip:");
  if (user.plus) out.text("+");
  out.text({digits, phone_digits(user.key, digits)});
  if (user.tel) return;
  out.text("@");
  out.text(domain_);
}

void MessageWriter::put_from(Writer& out, const Message& message) {
  if (!message.is_delivery || !message.originator.valid() || !faults_.active(FaultId::f72)) {
    return out.text(gw_uri_);
  }
  char digits[kPhoneDigitsMax];
  out.text("sip:+");
  out.text({digits, phone_digits(message.originator, digits)});
  out.text("@");
  out.text(domain_);
}

void MessageWriter::put_identities(Writer& out, const Message& message) {
  if (!(message.is_delivery && faults_.active(FaultId::f71))) {
    out.text("P-Asserted-Identity: <");
    out.text(gw_uri_);
    out.text(">\r\n");
  }
  if (isc_) {
    put_charging_vector(out, message.call, salt_, domain_);
  } else {
    out.text("P-Called-Party-ID: <");
    put_impu(out, *message.recipient);
    out.text(">\r\n");
  }
  if (faults_.active(FaultId::f74)) out.text(contact_);
  const bool to_ue = message.info.empty();
  if (message.in_reply_to.empty() || (to_ue && faults_.active(FaultId::f03))) return;
  out.text("In-Reply-To: ");
  if (to_ue && faults_.active(FaultId::f04)) {
    put_call_id(out, message.call, salt_, gw_host_);
  } else {
    out.text(message.in_reply_to);
  }
  out.text("\r\n");
}

void MessageWriter::put_caller_preferences(Writer& out, const Message& message) {
  if (!message.info.empty()) return out.text("Feature-Caps: *;+g.3gpp.smsip-msisdn-less\r\n");
  const bool none = message.is_delivery && faults_.active(FaultId::f68);
  const bool lame = message.is_delivery && faults_.active(FaultId::f69);
  if (!none) {
    out.text(lame ? "Accept-Contact: *;+g.3gpp.smsip;require\r\n"
                  : "Accept-Contact: *;+g.3gpp.smsip;require;explicit\r\n");
  }
  out.text(message.fork ? "Request-Disposition: fork\r\n" : "Request-Disposition: no-fork\r\n");
}

/// TS 24.341 B.7, C.1: the document alone, or beside an RPDU.
void MessageWriter::put_info(Writer& out, const Message& message) {
  constexpr std::string_view kBoundary = "ims";
  std::uint8_t room[kEncodedSizeMax + 1024];
  Writer body(room);
  const auto begin_part = [&](std::string_view type) {
    body.text("--");
    body.text(kBoundary);
    body.text("\r\nContent-Type: ");
    body.text(type);
    body.text("\r\n\r\n");
  };
  if (!message.rpdu.empty()) {
    begin_part("application/vnd.3gpp.sms");
    body.octets(message.rpdu);
    body.text("\r\n");
    begin_part(kShortMessageInfoType);
  }
  body.text(message.info);
  out.text("Content-Type: ");
  if (message.rpdu.empty()) {
    out.text(kShortMessageInfoType);
  } else {
    body.text("--");
    body.text(kBoundary);
    body.text("--\r\n");
    out.text("multipart/mixed;boundary=");
    out.text(kBoundary);
  }
  ENGINE_ASSERT(body.ok());
  out.text("\r\nContent-Length: ");
  put_decimal(out, body.size());
  out.text("\r\n\r\n");
  out.octets(body.written());
}

void MessageWriter::put_body(Writer& out, const Message& message) {
  if (!message.info.empty()) return put_info(out, message);
  std::uint8_t encoded[kEncodedSizeMax];
  Octets body = message.rpdu;
  out.text(faults_.active(FaultId::f06) ? "Content-Type: application/vnd.3gpp2.sms\r\n"
                                        : "Content-Type: application/vnd.3gpp.sms\r\n");
  if (message.is_delivery && faults_.active(FaultId::f07)) {
    Writer base64(encoded);
    put_base64(base64, body);
    body = base64.written();
    out.text("Content-Transfer-Encoding: base64\r\n");
  } else if (faults_.active(FaultId::f08)) {
    Writer hex(encoded);
    put_hex_octets(hex, body);
    body = hex.written();
  }
  std::size_t length = body.size();
  if (message.is_delivery && faults_.active(FaultId::f09)) {
    length = static_cast<std::size_t>(std::find(body.begin(), body.end(), 0) - body.begin());
  }
  out.text("Content-Length: ");
  put_decimal(out, length);
  out.text("\r\n\r\n");
  out.octets(body);
}

}  // namespace rung::gateway
