// The inside of SIP header field values, read only when somebody asks: addresses, URIs,
// parameters, Via, CSeq (RFC 3261 20 and 25.1). Every span points into the value that was given.
// Values may still hold line folds; white space below means SP, HT, CR and LF.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/wire/sip_header.hpp"

namespace rung::sip {

/// name-addr or addr-spec with its parameters (From, To, Contact, Route, P-Asserted-Identity ...).
struct NameAddress {
  std::string_view display;     // without quotes, escapes kept
  std::string_view uri;         // without angle brackets
  std::string_view parameters;  // after the address, without the first ';'
};
/// Reads the first address of `value`; a comma outside quotes and brackets ends it. False when
/// there is no URI to be found: no scheme, white space inside it, a bracket or quote that never
/// closes.
bool parse_name_address(std::string_view value, NameAddress& out);

struct Uri {
  std::string_view scheme;      // "sip", "sips", "tel"
  std::string_view user;        // without password; empty when none; the number for tel
  std::string_view host;        // IPv6 keeps its brackets; empty for tel
  std::uint16_t port = 0;       // 0: none given
  std::string_view parameters;  // after the first ';', headers ("?...") excluded
};
/// Reads a URI (RFC 3261 19.1, RFC 3966). False without a scheme, without a host (sip, sips, im,
/// pres) or with a port outside 1..65535. Schemes not named here are read as tel is.
bool parse_uri(std::string_view text, Uri& out);
/// visual-separator of RFC 3966 3: stands between digits and means nothing.
constexpr bool visual_separator(char c) { return c == '-' || c == '.' || c == '(' || c == ')'; }
/// RFC 3261 19.1.4 as far as IMS identities need it: scheme and host without case, user with case
/// and escapes decoded, port equal, parameters ignored; tel numbers without visual separators
/// (RFC 3966 3). False when either is no URI.
bool same_uri(std::string_view a, std::string_view b);

struct Parameter {
  bool present = false;
  std::string_view value;  // unquoted; for a flag parameter empty, pointing behind the name
};
/// Looks a ';'-separated parameter up, name without case, quotes respected; the first one counts.
Parameter find_parameter(std::string_view parameters, std::string_view name);

struct Via {
  std::string_view transport;  // "UDP"
  std::string_view sent_by;    // host[:port]
  std::string_view branch;
  Parameter received;
  Parameter rport;
};
/// The topmost value of a Via field. False when it lacks the protocol or the sent-by.
bool parse_via(std::string_view value, Via& out);

struct CSeq {
  std::uint32_t number = 0;
  Method method = Method::other;
  std::string_view method_text;
};
/// False when the number does not fit 32 bits or the method is missing (RFC 3261 20.16).
bool parse_cseq(std::string_view value, CSeq& out);

/// "type/subtype" of a Content-Type value, parameters and spaces cut off.
std::string_view media_type(std::string_view content_type);
/// ASCII comparison without case.
bool iequals(std::string_view a, std::string_view b);
/// Decimal number without sign, whole text; false on overflow or foreign characters.
bool parse_u32(std::string_view text, std::uint32_t& out);
/// Cuts white space off both ends.
std::string_view trim(std::string_view text);
/// Cuts the next element up to `delimiter`, which is ',' or ';', off the front of `rest`, quoted
/// strings and (when `angles`) angle brackets skipped over; trimmed. The delimiter is consumed.
std::string_view take_element(std::string_view& rest, char delimiter, bool angles);

}  // namespace rung::sip
