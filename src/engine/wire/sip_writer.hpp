// Composes responses straight into a transmit buffer (RFC 3261 8.2.6). Nothing is allocated; the
// request's octets are read, the response's octets written, so the two must not overlap.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/base/endpoint.hpp"
#include "engine/wire/sip_view.hpp"

namespace rung::sip {

/// Reason phrase of RFC 3261 21 and the RFCs the catalogue names; empty for an unknown code.
std::string_view reason_phrase(std::uint16_t status);

/// Writes the response to `request`: status line, every Via, From, To, Call-ID and CSeq as they
/// came, byte for byte and in their order (RFC 3261 8.2.6.2), `extra_headers`, Content-Length,
/// body.
///
///   status         100..699
///   reason         empty: reason_phrase(status)
///   to_tag         added as ";tag=" when To has none; empty: nothing is added
///   extra_headers  whole lines "Name: value\r\n", Content-Type of the body among them
///   source         when given, the topmost Via tells where the request came from: received and
///                  rport when it asked for rport (RFC 3581 4), received when sent-by is another
///                  host (RFC 3261 18.2.1); a received already there stays alone
///
/// Returns the octets written, or 0 when `out` is too small.
///
///   size = write_response(view, 200, {}, tag, {}, {}, slot.space());
std::size_t write_response(const View& request, std::uint16_t status, std::string_view reason,
                           std::string_view to_tag, std::string_view extra_headers, Octets body,
                           MutableOctets out, const Endpoint* source = nullptr);

}  // namespace rung::sip
