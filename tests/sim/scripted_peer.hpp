// Messages of a scripted gateway, written out field by field, for tests of the player alone.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace rung::scripted {

/// Value of the first header of that name, as the player wrote it.
inline std::string header(std::string_view message, std::string_view name) {
  const std::string front = fmt::format("\r\n{}: ", name);
  const std::size_t at = message.find(front);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + front.size();
  return std::string(message.substr(begin, message.find("\r\n", begin) - begin));
}

/// Which of a rig's first two UEs that header names.
inline std::uint32_t ue_of(std::string_view message, std::string_view name) {
  return header(message, name).find("0000000@") != std::string::npos ? 0 : 1;
}

inline std::string body(std::string_view message) {
  return std::string(message.substr(message.find("\r\n\r\n") + 4));
}

/// RFC 3261 8.2.6: Via, From, To with a tag, Call-ID and CSeq of the request.
/// Every header field of that name, as lines.
inline std::string lines(std::string_view message, std::string_view name) {
  const std::string begin = fmt::format("\r\n{}: ", name);
  std::string found;
  for (std::size_t at = message.find(begin); at != message.npos; at = message.find(begin, at + 2)) {
    found += message.substr(at + 2, message.find("\r\n", at + 2) - at);
  }
  return found;
}

inline std::string response(std::string_view request, std::string_view status,
                            std::string_view more = {}, std::string_view to_tag = "gw-tag") {
  return fmt::format(
      "SIP/2.0 {}\r\n{}From: {}\r\nTo: {};tag={}\r\nCall-ID: {}\r\nCSeq: "
      "{}\r\n{}Content-Length: 0\r\n\r\n",
      status, lines(request, "Via"), header(request, "From"), header(request, "To"), to_tag,
      header(request, "Call-ID"), header(request, "CSeq"), more);
}

struct Message {
  std::string call_id = "gw-call-1";
  std::string branch = "z9hG4bKgw1";
  std::string in_reply_to;  // empty: no header
  std::string user;         // "+12125550000000"
  std::string address;      // of the UE
  std::string disposition = "fork";
  std::string rpdu;

  [[nodiscard]] std::string text() const {
    return fmt::format(
        "MESSAGE sip:{}@{} SIP/2.0\r\nVia: SIP/2.0/UDP "
        "127.0.0.1:5060;branch={};rport\r\nMax-Forwards: 70\r\n"
        "From: <sip:ipsmgw.home1.net>;tag=gw\r\nTo: <sip:{}@home1.net>\r\nCall-ID: {}\r\nCSeq: 1 "
        "MESSAGE\r\n"
        "P-Asserted-Identity: <sip:ipsmgw.home1.net>\r\n{}Accept-Contact: "
        "*;+g.3gpp.smsip;require;explicit\r\n"
        "Request-Disposition: {}\r\nContent-Type: application/vnd.3gpp.sms\r\nContent-Length: "
        "{}\r\n\r\n{}",
        user, address, branch, user, call_id,
        in_reply_to.empty() ? std::string() : fmt::format("In-Reply-To: {}\r\n", in_reply_to),
        disposition, rpdu.size(), rpdu);
  }
};

/// RP-ACK of the network: MTI 3, RP-MR (TS 24.011 7.3.3).
inline std::string rp_ack(char rp_mr) { return std::string{'\x03', rp_mr}; }
/// RP-ERROR of the network: MTI 5, RP-MR, cause of one octet (TS 24.011 7.3.4).
inline std::string rp_error(char rp_mr, char cause) {
  return std::string{'\x05', rp_mr, '\x01', cause};
}

}  // namespace rung::scripted
