#include "engine/wire/sip_writer.hpp"

#include <array>
#include <cstring>

#include "engine/base/decimal.hpp"

namespace rung::sip {
namespace {

struct Reason {
  std::uint16_t status;
  std::string_view phrase;
};
constexpr Reason kReasons[] = {
    {100, "Trying"},
    {180, "Ringing"},
    {181, "Call Is Being Forwarded"},
    {182, "Queued"},
    {183, "Session Progress"},
    {200, "OK"},
    {202, "Accepted"},
    {204, "No Notification"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Moved Temporarily"},
    {305, "Use Proxy"},
    {380, "Alternative Service"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {410, "Gone"},
    {412, "Conditional Request Failed"},
    {413, "Request Entity Too Large"},
    {414, "Request-URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Unsupported URI Scheme"},
    {420, "Bad Extension"},
    {421, "Extension Required"},
    {423, "Interval Too Brief"},
    {439, "First Hop Lacks Outbound Support"},
    {480, "Temporarily Unavailable"},
    {481, "Call/Transaction Does Not Exist"},
    {482, "Loop Detected"},
    {483, "Too Many Hops"},
    {484, "Address Incomplete"},
    {485, "Ambiguous"},
    {486, "Busy Here"},
    {487, "Request Terminated"},
    {488, "Not Acceptable Here"},
    {489, "Bad Event"},
    {491, "Request Pending"},
    {493, "Undecipherable"},
    {494, "Security Agreement Required"},
    {500, "Server Internal Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Server Time-out"},
    {505, "Version Not Supported"},
    {513, "Message Too Large"},
    {580, "Precondition Failure"},
    {600, "Busy Everywhere"},
    {603, "Decline"},
    {604, "Does Not Exist Anywhere"},
    {606, "Not Acceptable"},
};

/// Place of each status in kReasons plus one; 0: unknown.
constexpr auto kReasonPlace = [] {
  std::array<std::uint8_t, 700> place{};
  for (std::size_t i = 0; i < std::size(kReasons); ++i) {
    place[kReasons[i].status] = static_cast<std::uint8_t>(i + 1);
  }
  return place;
}();

/// Copied by 8.2.6.2; the view's other fields stay behind.
constexpr bool is_mirrored(Header header) {
  return header == Header::via || header == Header::from || header == Header::to ||
         header == Header::call_id || header == Header::cseq;
}

/// The address as via-received wants it: IPv6 without brackets (RFC 3261 25.1).
std::string_view received_address(const Endpoint& source, MutableOctets room) {
  std::string_view text = as_text(room.first(format_host(source, room)));
  if (text.front() == '[') text = text.substr(1, text.size() - 2);
  return text;
}

/// sent-by without its port and without brackets.
std::string_view sent_by_host(std::string_view sent_by) {
  if (sent_by.front() == '[') return sent_by.substr(1, sent_by.find(']') - 1);
  return trim(sent_by.substr(0, sent_by.find(':')));
}

/// Writes the topmost Via's field, rport filled in and received added behind its first value.
void put_top_via(Writer& out, std::string_view field, std::string_view value,
                 const Endpoint& source) {
  Via via;
  if (!parse_via(value, via)) return out.text(field);
  std::uint8_t room[kEndpointTextSizeMax];
  const std::string_view address = received_address(source, room);
  const bool fill_rport = via.rport.present && via.rport.value.empty();
  const bool add_received =
      !via.received.present && (fill_rport || !iequals(sent_by_host(via.sent_by), address));
  std::string_view rest = value;
  const std::string_view top = take_element(rest, ',', false);
  const char* from = field.data();
  const auto put_until = [&](const char* to) {
    out.text({from, static_cast<std::size_t>(to - from)});
    from = to;
  };
  if (fill_rport) {
    put_until(via.rport.value.data());
    if (*(from - 1) != '=') out.text("=");
    put_decimal(out, source.port);
  }
  if (add_received) {
    put_until(top.data() + top.size());
    out.text(";received=");
    out.text(address);
  }
  put_until(field.data() + field.size());
}

bool has_tag(std::string_view to) {
  NameAddress address;
  return parse_name_address(to, address) && find_parameter(address.parameters, "tag").present;
}

}  // namespace

std::string_view reason_phrase(std::uint16_t status) {
  const std::size_t place = status < kReasonPlace.size() ? kReasonPlace[status] : 0U;
  return place == 0 ? std::string_view{} : kReasons[place - 1].phrase;
}

std::size_t write_response(const View& request, std::uint16_t status, std::string_view reason,
                           std::string_view to_tag, std::string_view extra_headers, Octets body,
                           MutableOctets out, const Endpoint* source) {
  Writer writer(out);
  writer.text("SIP/2.0 ");
  put_decimal(writer, status);
  writer.text(" ");
  writer.text(reason.empty() ? reason_phrase(status) : reason);
  writer.text("\r\n");
  bool top = true;
  for (const HeaderField& field : request.fields()) {
    if (!is_mirrored(field.header)) continue;
    const std::size_t end = field.value_offset + std::size_t{field.value_size};
    const std::string_view line =
        as_text(request.octets().subspan(field.name_offset, end - field.name_offset));
    if (field.header == Header::via && top && source != nullptr) {
      put_top_via(writer, line, request.value(field), *source);
    } else {
      writer.text(line);
    }
    top = top && field.header != Header::via;
    if (field.header == Header::to && !to_tag.empty() && !has_tag(request.value(field))) {
      writer.text(";tag=");
      writer.text(to_tag);
    }
    writer.text("\r\n");
  }
  writer.text(extra_headers);
  writer.text("Content-Length: ");
  put_decimal(writer, body.size());
  writer.text("\r\n\r\n");
  writer.octets(body);
  return writer.ok() ? writer.size() : 0;
}

}  // namespace rung::sip
