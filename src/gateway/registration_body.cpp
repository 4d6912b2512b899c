#include "gateway/registration_body.hpp"

#include <algorithm>

#include "engine/wire/sip_value.hpp"
#include "gateway/feature_tag.hpp"
#include "gateway/xml_scanner.hpp"

namespace rung::gateway {
namespace {

constexpr std::size_t kNpos = std::string_view::npos;
/// Parts a multipart body is read for: service-info, REGISTER, 200, and some to spare.
constexpr std::size_t kPartsMax = 8;
constexpr std::size_t kPartHeadersMax = 16;
constexpr std::size_t kBoundarySizeMax = 70;  // RFC 2046 5.1.1

constexpr std::string_view kServiceInfoType = "application/3gpp-ims+xml";
constexpr std::string_view kSipType = "message/sip";
constexpr std::string_view kMixedType = "multipart/mixed";

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

/// The value of Content-Type among the header lines of a part, and the part's body behind them.
std::string_view split_part(std::string_view& part) {
  std::string_view type;
  for (std::size_t i = 0; i < kPartHeadersMax; ++i) {
    const std::size_t end = std::min(part.find('\n'), part.size());
    const std::string_view line = sip::trim(part.substr(0, end));
    part.remove_prefix(std::min(end + 1, part.size()));
    if (line.empty()) return type;
    const std::size_t colon = line.find(':');
    if (colon == kNpos) continue;
    const sip::Header header = sip::header_by_name(sip::trim(line.substr(0, colon)));
    if (header == sip::Header::content_type) type = sip::trim(line.substr(colon + 1));
  }
  return type;
}

/// Position of the next line "--boundary"; npos when there is none.
std::size_t find_delimiter(std::string_view text, std::string_view boundary, std::size_t from) {
  for (std::size_t at = text.find("--", from); at != kNpos; at = text.find("--", at + 1)) {
    const bool begins_line = at == 0 || text[at - 1] == '\n';
    if (begins_line && text.substr(at + 2).starts_with(boundary)) return at;
  }
  return kNpos;
}

/// RFC 2046 5.1: the CRLF before a delimiter belongs to the delimiter.
std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

void read_parts(std::string_view text, std::string_view boundary, RegistrationBody& out) {
  std::size_t at = find_delimiter(text, boundary, 0);
  for (std::size_t i = 0; i < kPartsMax && at != kNpos; ++i) {
    const std::size_t line_end = text.find('\n', at);
    const bool is_last = text.substr(at + 2 + boundary.size()).starts_with("--");
    if (is_last || line_end == kNpos) return;
    at = find_delimiter(text, boundary, line_end);
    std::string_view part = text.substr(line_end + 1, at == kNpos ? kNpos : at - line_end - 1);
    part = without_line_end(part);
    const std::string_view type = split_part(part);
    (void)read_part(sip::media_type(type), as_octets(part), out);
  }
}

}  // namespace

bool read_registration_body(const sip::View& view, RegistrationBody& out) {
  if (view.body().empty()) return true;
  const std::string_view content_type = view.header(sip::Header::content_type);
  const std::string_view type = sip::media_type(content_type);
  if (!sip::iequals(type, kMixedType)) return read_part(type, view.body(), out);
  const std::size_t parameters = content_type.find(';');
  if (parameters == kNpos) return false;
  const std::string_view boundary =
      sip::find_parameter(content_type.substr(parameters + 1), "boundary").value;
  if (boundary.empty() || boundary.size() > kBoundarySizeMax) return false;
  read_parts(as_text(view.body()), boundary, out);
  return true;
}

}  // namespace rung::gateway
