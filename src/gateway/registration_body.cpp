#include "gateway/registration_body.hpp"

#include <algorithm>

#include "engine/wire/multipart.hpp"
#include "engine/wire/sip_value.hpp"
#include "engine/wire/xml_scanner.hpp"
#include "gateway/feature_tag.hpp"

namespace rung::gateway {
namespace {

constexpr std::size_t kNpos = std::string_view::npos;
/// Parts a multipart body is read for: service-info, REGISTER, 200, and some to spare.
constexpr std::size_t kPartsMax = 8;

constexpr std::string_view kServiceInfoType = "application/3gpp-ims+xml";
constexpr std::string_view kSipType = "message/sip";

/// A number written plainly or as a tel or SIP URI.
PhoneKey number_of(std::string_view text) {
  text = sip::trim(text);
  sip::Uri uri;
  if (text.find(':') != kNpos) return sip::parse_uri(text, uri) ? phone_key(uri.user) : PhoneKey{};
  return phone_key(text);
}

/// The first number inside <service-info>, however deep the operator's own elements put it.
PhoneKey read_service_info(std::string_view document) {
  XmlScanner scanner(document);
  PhoneKey found;
  std::size_t inside = 0;  // depth of service-info, 0 outside
  for (;;) {
    const XmlScanner::Token token = scanner.next();
    if (token == XmlScanner::Token::error) return {};
    if (token == XmlScanner::Token::done) return found;
    if (token == XmlScanner::Token::start && scanner.name() == "service-info") {
      inside = scanner.depth();
    } else if (token == XmlScanner::Token::end && scanner.depth() + 1 == inside) {
      inside = 0;
    } else if (token == XmlScanner::Token::text && inside != 0 && !found.valid()) {
      found = number_of(scanner.text());
    }
  }
}

void read_contacts(const sip::View& view, EmbeddedMessage& out) {
  const std::string_view expires_header = view.header(sip::Header::expires);
  out.present = true;
  out.count = 0;
  sip::Values values(view, sip::Header::contact);
  std::string_view value;
  while (out.count < out.contacts.size() && values.next(value)) {
    sip::NameAddress address;
    if (!sip::parse_name_address(value, address)) continue;
    const sip::Parameter parameter = sip::find_parameter(address.parameters, "expires");
    std::uint32_t expires = 1;
    (void)sip::parse_u32(parameter.present ? parameter.value : expires_header, expires);
    out.contacts[out.count++] = {.uri = address.uri,
                                 .smsip = takes_sms(address.parameters),
                                 .smsip_msisdn_less = is_msisdn_less(address.parameters),
                                 .removed = expires == 0};
  }
}

/// The tel URI among the identities of the implicit set, or the user's own where that is one.
PhoneKey number_in(const sip::View& view) {
  for (const sip::Header header : {sip::Header::p_associated_uri, sip::Header::to}) {
    sip::Values values(view, header);
    std::string_view value;
    while (values.next(value)) {
      sip::NameAddress address;
      if (!sip::parse_name_address(value, address)) continue;
      if (sip::iequals(address.uri.substr(0, 4), "tel:")) return number_of(address.uri);
    }
  }
  return {};
}

void read_embedded(Octets octets, RegistrationBody& out) {
  sip::View view;
  if (sip::parse(octets, view) != sip::Error::none) return;
  const bool is_register = view.is_request() && view.method() == sip::Method::register_;
  const bool is_success = !view.is_request() && view.status() == 200;
  if (!is_register && !is_success) return;
  read_contacts(view, is_register ? out.request : out.response);
  if (!out.msisdn.valid()) out.msisdn = number_in(view);
}

/// One body or part. False when nobody here reads its type.
bool read_part(std::string_view type, Octets body, RegistrationBody& out) {
  if (sip::iequals(type, kSipType)) {
    read_embedded(body, out);
    return true;
  }
  if (!sip::iequals(type, kServiceInfoType)) return false;
  // The HSS's own data come before what is read out of messages.
  const PhoneKey number = read_service_info(as_text(body));
  if (number.valid()) out.msisdn = number;
  return true;
}

}  // namespace

bool read_registration_body(const sip::View& view, RegistrationBody& out) {
  if (view.body().empty()) return true;
  const std::string_view content_type = view.header(sip::Header::content_type);
  if (!sip::is_multipart(content_type))
    return read_part(sip::media_type(content_type), view.body(), out);
  sip::Parts parts(content_type, view.body());
  if (!parts.are_delimited()) return false;
  sip::Part part;
  for (std::size_t i = 0; i < kPartsMax && parts.next(part); ++i) {
    (void)read_part(part.media_type, part.body, out);
  }
  return true;
}

}  // namespace rung::gateway
