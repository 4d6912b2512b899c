#include "engine/ladder/field.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/ladder/field_text.hpp"
#include "engine/ladder/field_value.hpp"
#include "engine/wire/bcd.hpp"
#include "engine/wire/text.hpp"
#include "engine/wire/tpdu_address.hpp"
#include "engine/wire/tpdu_user_data.hpp"
#include "engine/wire/udh.hpp"

namespace rung {
namespace {

/// Values of one list header that are looked at; a longer list is not searched further.
constexpr std::size_t kListItemsMax = 32;

FieldValue number_of(std::string_view text) {
  std::uint32_t number = 0;
  FieldValue value = text_value(text);
  value.well_formed = sip::parse_u32(text, number);
  value.number = number;
  return value;
}

FieldValue header_text(const sip::View& view, sip::Header header) {
  return view.has(header) ? text_value(view.header(header)) : absent();
}

/// All lines of a list header as one (RFC 3261 7.3.1); not well formed where `scratch` is too
/// small.
FieldValue list_text(const sip::View& view, sip::Header header, std::span<char> scratch) {
  if (view.count(header) < 2) return header_text(view, header);
  FieldValue joined = text_value({});
  std::size_t size = 0;
  const auto append = [&](std::string_view text) {
    const std::string_view fits = text.substr(0, scratch.size() - size);
    if (fits.size() < text.size()) joined.well_formed = false;
    std::ranges::copy(fits, scratch.begin() + static_cast<std::ptrdiff_t>(size));
    size += fits.size();
  };
  for (const sip::HeaderField& field : view.fields()) {
    if (field.header != header) continue;
    if (size != 0) append(", ");
    append(view.value(field));
  }
  joined.text = {scratch.data(), size};
  return joined;
}

FieldValue header_number(const sip::View& view, sip::Header header) {
  return view.has(header) ? number_of(view.header(header)) : absent();
}

/// RFC 3261 8.1.1.5: a number below 2^31 and, in a request, that request's method.
FieldValue cseq_text(const sip::View& view) {
  constexpr std::uint32_t kNumberEnd = 0x80000000U;
  FieldValue value = header_text(view, sip::Header::cseq);
  sip::CSeq cseq;
  value.well_formed = sip::parse_cseq(value.text, cseq) && cseq.number < kNumberEnd &&
                      (!view.is_request() || cseq.method_text == view.method_text());
  return value;
}

FieldValue address_uri(const sip::View& view, sip::Header header) {
  if (!view.has(header)) return absent();
  sip::NameAddress address;
  FieldValue value = text_value(view.header(header));
  value.well_formed = sip::parse_name_address(view.header(header), address);
  if (value.well_formed) value.text = address.uri;
  return value;
}

FieldValue address_parameter(const sip::View& view, sip::Header header, std::string_view name) {
  sip::NameAddress address;
  if (!view.has(header) || !sip::parse_name_address(view.header(header), address)) return absent();
  const sip::Parameter parameter = sip::find_parameter(address.parameters, name);
  return parameter.present ? text_value(parameter.value) : absent();
}

FieldValue address_parameters(const sip::View& view, sip::Header header) {
  sip::NameAddress address;
  if (!view.has(header) || !sip::parse_name_address(view.header(header), address)) return absent();
  return text_value(address.parameters);
}

/// TS 24.011 7.2: protocol discriminator 9 in the low half of octet 1, then CP-DATA, CP-ACK or
/// CP-ERROR. No RPDU begins so: its spare bits are 0, and 9 has bit 4 set.
FieldValue cp_header(Octets body) {
  if (body.size() < 2 || (body[0] & 0x0fU) != 9) return absent();
  const bool is_cp = body[1] == 0x01 || body[1] == 0x04 || body[1] == 0x10;
  return is_cp ? number_value(1) : absent();
}

sip::Header header_of(Path path) {
  switch (path) {
    case Path::sip_from: return sip::Header::from;
    case Path::sip_to: return sip::Header::to;
    case Path::sip_contact: return sip::Header::contact;
    case Path::sip_route: return sip::Header::route;
    case Path::sip_record_route: return sip::Header::record_route;
    case Path::sip_path: return sip::Header::path;
    case Path::sip_service_route: return sip::Header::service_route;
    case Path::sip_p_asserted_identity: return sip::Header::p_asserted_identity;
    case Path::sip_p_preferred_identity: return sip::Header::p_preferred_identity;
    case Path::sip_p_called_party_id: return sip::Header::p_called_party_id;
    case Path::sip_p_associated_uri: return sip::Header::p_associated_uri;
    case Path::sip_call_id: return sip::Header::call_id;
    case Path::sip_cseq: return sip::Header::cseq;
    case Path::sip_in_reply_to: return sip::Header::in_reply_to;
    case Path::sip_accept: return sip::Header::accept;
    case Path::sip_accept_contact: return sip::Header::accept_contact;
    case Path::sip_feature_caps: return sip::Header::feature_caps;
    case Path::sip_request_disposition: return sip::Header::request_disposition;
    case Path::sip_p_access_network_info: return sip::Header::p_access_network_info;
    case Path::sip_p_visited_network_id: return sip::Header::p_visited_network_id;
    case Path::sip_p_charging_vector: return sip::Header::p_charging_vector;
    case Path::sip_p_charging_function_addresses: return sip::Header::p_charging_function_addresses;
    case Path::sip_event: return sip::Header::event;
    case Path::sip_subscription_state: return sip::Header::subscription_state;
    case Path::sip_www_authenticate: return sip::Header::www_authenticate;
    case Path::sip_authorization: return sip::Header::authorization;
    case Path::sip_supported: return sip::Header::supported;
    case Path::sip_require: return sip::Header::require;
    case Path::sip_allow: return sip::Header::allow;
    case Path::sip_unsupported: return sip::Header::unsupported;
    case Path::sip_content_transfer_encoding: return sip::Header::content_transfer_encoding;
    case Path::sip_max_forwards: return sip::Header::max_forwards;
    case Path::sip_expires: return sip::Header::expires;
    case Path::sip_retry_after: return sip::Header::retry_after;
    default: return sip::Header::other;
  }
}

/// Characters that make a header value more than plain: quotes, brackets, commas, white space.
constexpr std::array<bool, 256> special_characters() {
  std::array<bool, 256> table{};
  for (const char c : {' ', '\t', '\r', '\n', '<', '>', '"', ','})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr std::array<bool, 256> kSpecial = special_characters();

/// Length of the plain front of `text` that ends at `stop` or at its end; npos where it is not
/// plain.
std::size_t plain_until(std::string_view text, char stop) {
  std::size_t i = 0;
  while (i < text.size() && text[i] != stop) {
    if (kSpecial[static_cast<unsigned char>(text[i])]) return std::string_view::npos;
    ++i;
  }
  return i;
}

/// `SIP/2.0/UDP sent-by;branch=value...` or the same with TCP, as nearly every Via is written.
bool read_plain_via(std::string_view value, sip::Via& out) {
  constexpr std::string_view kFront = "SIP/2.0/UDP ";
  constexpr std::string_view kTcpFront = "SIP/2.0/TCP ";
  constexpr std::string_view kBranch = ";branch=";
  if (!value.starts_with(kFront) && !value.starts_with(kTcpFront)) return false;
  const std::string_view rest = value.substr(kFront.size());
  const std::size_t host = plain_until(rest, ';');
  if (host == std::string_view::npos || host == 0 || !rest.substr(host).starts_with(kBranch))
    return false;
  const std::string_view after = rest.substr(host + kBranch.size());
  const std::size_t branch = plain_until(after, ';');
  if (branch == std::string_view::npos ||
      plain_until(after.substr(branch), '\0') == std::string_view::npos)
    return false;
  out.transport = value.substr(8, 3);
  out.sent_by = rest.substr(0, host);
  out.branch = after.substr(0, branch);
  return true;
}

/// `<uri>;tag=value`, as nearly every From and To is written; anything else takes the long way.
bool read_plain_address(std::string_view value, ReadAddress& out) {
  constexpr std::string_view kTag = ";tag=";
  if (!value.starts_with('<')) return false;
  const std::size_t size = plain_until(value.substr(1), '>');
  if (size == std::string_view::npos || size + 1 >= value.size()) return false;
  const std::string_view rest = value.substr(size + 2);
  out.uri = value.substr(1, size);
  if (out.uri.find(':') == std::string_view::npos) return false;
  if (rest.empty()) return true;
  if (!rest.starts_with(kTag)) return false;
  out.tag = rest.substr(kTag.size());
  out.has_tag = true;
  return plain_until(out.tag, ';') == out.tag.size();
}

void read_address(const sip::View& view, sip::Header header, ReadAddress& out) {
  out = {};
  out.read = true;
  const std::string_view value = view.header(header);
  if (read_plain_address(value, out)) {
    out.well_formed = true;
    return;
  }
  sip::NameAddress address;
  out.well_formed = sip::parse_name_address(value, address);
  out.uri = out.well_formed ? address.uri : value;
  const sip::Parameter tag =
      sip::find_parameter(out.well_formed ? address.parameters : std::string_view{}, "tag");
  out.has_tag = tag.present;
  out.tag = tag.value;
}

FieldValue uri_of(const sip::View& view, sip::Header header, const ReadAddress& address) {
  if (!view.has(header)) return absent();
  FieldValue value = text_value(address.uri);
  value.well_formed = address.well_formed;
  return value;
}

FieldValue tag_of(const ReadAddress& address) {
  return address.has_tag ? text_value(address.tag) : absent();
}

/// Content-Length against the datagram: a message that stops before its datagram does is cut.
FieldValue content_length(const sip::View& view) {
  FieldValue value = header_number(view, sip::Header::content_length);
  if (!view.trailing().empty()) value.well_formed = false;
  return value;
}

/// RFC 3841 9.1: fork and no-fork exclude each other.
FieldValue disposition(const sip::View& view, std::span<char> scratch) {
  FieldValue value = list_text(view, sip::Header::request_disposition, scratch);
  const auto has = [&](std::string_view directive) {
    return header_contains(Path::sip_request_disposition, view, directive);
  };
  if (value.present && has("fork") && has("no-fork")) value.well_formed = false;
  return value;
}

/// RFC 3261 19.1.1: the first Route names a loose router.
bool loose_route(const sip::View& view) {
  sip::NameAddress address;
  sip::Uri uri;
  sip::Values values(view, sip::Header::route);
  std::string_view value;
  return values.next(value) && sip::parse_name_address(value, address) &&
         sip::parse_uri(address.uri, uri) && sip::find_parameter(uri.parameters, "lr").present;
}

/// TS 24.341 C.1: an element that is not there is empty.
FieldValue info_field(Path path, const Received& m) {
  if (m.info_document.empty()) return absent();
  const ReadInfo& info = m.message_info();
  const auto value = [](std::string_view text) {
    return text.empty() ? absent() : text_value(text);
  };
  switch (path) {
    case Path::info_to: return value(info.values.to);
    case Path::info_from: return value(info.values.from);
    case Path::info_sender: return value(info.values.sender);
    case Path::info_receiver: return value(info.values.receiver);
    case Path::info_hlr_id: return value(info.values.hlr_id);
    case Path::info_outcome: return value(info.values.outcome);
    default: {
      FieldValue document = text_value(m.info_document);
      document.well_formed = info.error == InfoError::none;
      return document;
    }
  }
}

FieldValue sip_field(Path path, const Received& m, std::span<char> scratch) {
  const sip::View& view = m.view;
  switch (path) {
    case Path::sip_method: return text_value(view.method_text());
    case Path::sip_status: return number_value(view.status());
    case Path::sip_request_uri: return text_value(view.request_uri());
    case Path::sip_via: return header_text(view, sip::Header::via);
    case Path::sip_via_branch:
      return m.top_via().well_formed ? text_value(m.top_via().via.branch) : absent();
    case Path::sip_from: return uri_of(view, sip::Header::from, m.from_address());
    case Path::sip_from_tag: return tag_of(m.from_address());
    case Path::sip_to: return uri_of(view, sip::Header::to, m.to_address());
    case Path::sip_to_tag: return tag_of(m.to_address());
    case Path::sip_contact_expires: {
      const FieldValue value = address_parameter(view, sip::Header::contact, "expires");
      return value.present ? number_of(value.text) : value;
    }
    case Path::sip_contact_smsip: {
      const FieldValue value = address_parameter(view, sip::Header::contact, "+g.3gpp.smsip");
      return number_value(value.present ? 1 : 0);
    }
    case Path::sip_granted_expires: {
      const FieldValue value = address_parameter(view, sip::Header::contact, "expires");
      return value.present ? number_of(value.text) : header_number(view, sip::Header::expires);
    }
    case Path::sip_route_lr: return number_value(loose_route(view) ? 1 : 0);
    case Path::sip_event:
      return view.has(sip::Header::event)
                 ? text_value(sip::media_type(view.header(sip::Header::event)))
                 : absent();
    case Path::sip_contact_parameters: return address_parameters(view, sip::Header::contact);
    case Path::sip_cp_header: return cp_header(view.body());
    case Path::sip_content_type:
      return view.has(sip::Header::content_type)
                 ? text_value(sip::media_type(view.header(sip::Header::content_type)))
                 : absent();
    case Path::sip_content_length: return content_length(view);
    case Path::sip_size: return number_value(view.octets().size());
    case Path::sip_body: return view.body().empty() ? absent() : octets_value(view.body());
    case Path::sip_in_reply_to: {
      FieldValue value = header_text(view, sip::Header::in_reply_to);
      if (view.count(sip::Header::in_reply_to) > 1) value.well_formed = false;
      return value;
    }
    case Path::sip_cseq: return cseq_text(view);
    case Path::sip_request_disposition: return disposition(view, scratch);
    default: break;
  }
  if (is_list(path)) return list_text(view, header_of(path), scratch);
  switch (kind_of(path)) {
    case PathKind::uri: return address_uri(view, header_of(path));
    case PathKind::number: return header_number(view, header_of(path));
    default: return header_text(view, header_of(path));
  }
}

/// TS 23.040 9.1.2.5, TS 24.011 8.2.5.1: 1 TTT NNNN.
FieldValue address_type(std::uint8_t octet, bool type_of_number) {
  return number_value(type_of_number ? octet >> 4 & 7U : octet & 0x0fU);
}

/// TS 24.011 8.2.5.4: bit 8 of the cause octet is 0.
FieldValue cause_value(const rp::Message& message) {
  FieldValue value = message.type() == rp::Type::error ? number_value(message.cause) : absent();
  value.well_formed = !message.cause_extended;
  if (message.cause_extended) value.text = "a cause with bit 8 set";
  return value;
}

FieldValue rp_field(Path path, const Received& m, std::span<char> scratch) {
  if (!m.has_rp) return absent();
  switch (path) {
    case Path::rp_rpdu: {
      FieldValue value = octets_value(m.body);
      value.well_formed = m.rp_error == rp::Error::none;
      return value;
    }
    case Path::rp_mti: return number_value(static_cast<std::uint64_t>(m.rp.type()));
    case Path::rp_direction: return number_value(m.rp.first_octet & 1U);
    case Path::rp_spare: return number_value(m.rp.first_octet >> 3);
    case Path::rp_mr: return number_value(m.rp.reference);
    case Path::rp_oa: return digits_value(m.rp.originator, scratch);
    case Path::rp_oa_ton:
    case Path::rp_oa_npi:
      if (m.rp.originator.empty()) return absent();
      return address_type(m.rp.originator[0], path == Path::rp_oa_ton);
    case Path::rp_da: return digits_value(m.rp.destination, scratch);
    case Path::rp_cause:
    case Path::rp_cause_element: return cause_value(m.rp);
    case Path::rp_user_data: return m.rp.has_user_data ? octets_value(m.rp.user_data) : absent();
    default: return absent();  // rows for sending only
  }
}

/// Digits of a number; of an alphanumeric address its characters.
FieldValue tp_address(const tp::Tpdu& tpdu, std::span<char> scratch) {
  if (tpdu.address.digits == 0) return absent();
  const bool is_text = (tpdu.address.ton_npi & 0x70U) == (tp::kAlphanumeric & 0x70U);
  const std::size_t size = is_text ? tp::address_text(tpdu.address, scratch)
                                   : bcd::decode_digits(tpdu.address.value, tpdu.address.digits,
                                                        scratch.first(bcd::kDigitsMax));
  return text_value({scratch.data(), size});
}

FieldValue concatenation(Path path, const tp::Tpdu& tpdu) {
  udh::Concatenation c;
  if (!tpdu.has_user_data_header || !udh::find_concatenation(tpdu.user_data, c) || c.total == 0) {
    return absent();
  }
  if (path == Path::tp_concat_total) return number_value(c.total);
  return number_value(path == Path::tp_concat_sequence ? c.sequence : c.reference);
}

FieldValue header_value(const tp::Tpdu& tpdu) {
  const Octets header = tp::user_data_header(tpdu);
  return header.empty() ? absent() : octets_value(header);
}

/// TS 23.040 9.2.3.11: semi-octets that are digits and name a time of a day of a year.
FieldValue time_value(Octets octets) {
  if (octets.empty()) return absent();
  FieldValue value = octets_value(octets);
  tp::Timestamp stamp;
  value.well_formed = tp::decode_timestamp(octets, stamp) && stamp.month >= 1 &&
                      stamp.month <= 12 && stamp.day >= 1 && stamp.day <= 31 && stamp.hour < 24 &&
                      stamp.minute < 60 && stamp.second < 60;
  return value;
}

FieldValue tp_field(Path path, const Received& m, std::span<char> scratch) {
  if (!m.has_tp) return absent();
  const tp::Tpdu& tpdu = m.tp;
  switch (path) {
    case Path::tp_tpdu: {
      FieldValue value = octets_value(m.rp.user_data);
      value.well_formed = m.tp_error == tp::Error::none;
      return value;
    }
    case Path::tp_mti: return number_value(static_cast<std::uint64_t>(tpdu.type));
    case Path::tp_mti_code: return number_value(tpdu.first_octet & 3U);
    case Path::tp_spare: return number_value(tpdu.first_octet & tp::spare_bits(tpdu.type));
    case Path::tp_rd: return number_value(tpdu.reject_duplicates ? 1 : 0);
    case Path::tp_mms: return number_value(tpdu.more_messages_to_send ? 0 : 1);
    case Path::tp_rp: return number_value(tpdu.reply_path ? 1 : 0);
    case Path::tp_srr: return number_value(tpdu.status_report ? 1 : 0);
    case Path::tp_udhi: return number_value(tpdu.has_user_data_header ? 1 : 0);
    case Path::tp_vpf: return number_value(static_cast<std::uint64_t>(tpdu.vpf));
    case Path::tp_vp: return tpdu.validity.empty() ? absent() : octets_value(tpdu.validity);
    case Path::tp_mr: return number_value(tpdu.reference);
    case Path::tp_da:
    case Path::tp_oa:
    case Path::tp_oa_subscriber:
    case Path::tp_ra: return tp_address(tpdu, scratch);
    case Path::tp_oa_ton:
    case Path::tp_oa_npi:
      if (tpdu.address.digits == 0) return absent();
      return address_type(tpdu.address.ton_npi, path == Path::tp_oa_ton);
    case Path::tp_pid: return number_value(tpdu.protocol_id);
    case Path::tp_dcs: return number_value(tpdu.data_coding);
    case Path::tp_scts: return time_value(tpdu.service_centre_time);
    case Path::tp_dt: return time_value(tpdu.discharge_time);
    case Path::tp_st: return number_value(tpdu.status);
    case Path::tp_fcs: return number_value(tpdu.failure_cause);
    case Path::tp_udl: return number_value(tpdu.user_data_length);
    case Path::tp_ud: return tpdu.has_user_data ? octets_value(tpdu.user_data) : absent();
    case Path::tp_text: return tp_text(tpdu, scratch);
    case Path::tp_text_start: return first_character(tp_text(tpdu, scratch));
    case Path::tp_udh: return header_value(tpdu);
    case Path::tp_cut: return absent();  // a row for sending only
    default: return concatenation(path, tpdu);
  }
}

}  // namespace

const ReadVia& Received::top_via() const {
  if (!via.read) {
    via.read = true;
    const std::string_view value = view.header(sip::Header::via);
    via.well_formed = read_plain_via(value, via.via) || sip::parse_via(value, via.via);
  }
  return via;
}

const ReadAddress& Received::from_address() const {
  if (!from.read) read_address(view, sip::Header::from, from);
  return from;
}

const ReadAddress& Received::to_address() const {
  if (!to.read) read_address(view, sip::Header::to, to);
  return to;
}

FieldValue field_of(Path path, const Received& message, std::span<char> scratch) {
  if (in_network(path)) return absent();
  if (in_info(path)) return info_field(path, message);
  if (!in_rpdu(path)) return sip_field(path, message, scratch);
  return in_tpdu(path) ? tp_field(path, message, scratch) : rp_field(path, message, scratch);
}

bool is_list(Path path) {
  return path == Path::sip_accept || path == Path::sip_accept_contact ||
         path == Path::sip_feature_caps || path == Path::sip_request_disposition ||
         path == Path::sip_supported || path == Path::sip_require || path == Path::sip_allow ||
         path == Path::sip_unsupported;
}

bool header_contains(Path path, const sip::View& view, std::string_view item) {
  sip::Values values(view, header_of(path));
  std::string_view value;
  // RFC 6809: a feature-capability indicator without a value has no long form.
  const bool long_form = path != Path::sip_feature_caps;
  while (values.next(value)) {
    if (list_contains(value, item, long_form)) return true;
  }
  return false;
}

bool list_value_at(Path path, const sip::View& view, std::size_t n, std::string_view& value) {
  sip::Values values(view, header_of(path));
  for (std::size_t i = 0; i <= n; ++i) {
    if (!values.next(value)) return false;
  }
  return true;
}

bool uri_at(Path path, const sip::View& view, std::size_t n, std::string_view& uri) {
  const sip::Header header = header_of(path);
  if (header == sip::Header::other || n >= kListItemsMax) return false;
  sip::Values values(view, header);
  std::string_view value;
  for (std::size_t i = 0; i <= n; ++i) {
    if (!values.next(value)) return false;
  }
  sip::NameAddress address;
  if (!sip::parse_name_address(value, address)) return false;
  uri = address.uri;
  return true;
}

namespace {

/// Takes the next item up to a comma or semicolon; false at the end.
bool next_item(std::string_view& rest, std::string_view& item) {
  if (rest.empty()) return false;
  std::size_t end = 0;
  bool quoted = false;
  while (end < rest.size() && (quoted || (rest[end] != ',' && rest[end] != ';'))) {
    if (rest[end] == '"') quoted = !quoted;
    ++end;
  }
  item = sip::trim(rest.substr(0, end));
  rest.remove_prefix(end < rest.size() ? end + 1 : end);
  return true;
}

bool same_item(std::string_view item, std::string_view wanted, bool long_form) {
  if (sip::iequals(item, wanted)) return true;
  if (!long_form) return false;
  constexpr std::string_view kTrue = "=\"TRUE\"";  // RFC 3840 9: the long form of a boolean tag
  return wanted.starts_with('+') && item.size() == wanted.size() + kTrue.size() &&
         sip::iequals(item.substr(0, wanted.size()), wanted) &&
         sip::iequals(item.substr(wanted.size()), kTrue);
}

}  // namespace

bool list_contains(std::string_view list, std::string_view wanted, bool long_form) {
  std::string_view wanted_item;
  while (next_item(wanted, wanted_item)) {
    std::string_view rest = list;
    std::string_view item;
    bool found = wanted_item.empty();
    while (!found && next_item(rest, item)) {
      found = same_item(item, wanted_item, long_form);
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace rung
