// SIP on a stream (RFC 3261 18.3): a head that ends with an empty line, then as many octets as
// Content-Length says, which has to be there (20.14).
//
//   CRLF              before a start line: ignored (7.5), or the answer to a ping of ours
//   CRLF CRLF         a ping (RFC 5626 3.5.1); CRLF answers it (4.4.1)
//   start line CRLF *(header CRLF) CRLF body
#pragma once

#include "engine/base/stream_framer.hpp"

namespace rung::sip {

/// A StreamFramer. Reads no message further than its end; a start line that neither begins nor
/// ends with the version is `foreign` as soon as it is complete.
StreamFrame frame(Octets stream, FrameProgress& progress);

}  // namespace rung::sip
