// application/vnd.3gpp.sms+xml (TS 24.341 C.1): what IMS networks tell each other about a short
// message that has no MSISDN to go by.
//
//   <short-message-info>
//     <To>SIP URI</To> <From>SIP URI</From>
//     <Correlation-ID>
//       <Sender>SIP URI</Sender> <Receiver>SIP URI</Receiver> <HLR-ID>string</HLR-ID>
//     </Correlation-ID>
//     <Delivery-Outcome>SuccessfullTransfer | AbsentSubscriber | ...</Delivery-Outcome>
//   </short-message-info>
//
// Each element stands there once at most, in any order, and one of the four at least.
#pragma once

#include <cstdint>
#include <string_view>

namespace rung {

inline constexpr std::string_view kShortMessageInfoType = "application/vnd.3gpp.sms+xml";

enum class InfoError : std::uint8_t {
  none,
  xml,         // it is no XML document, or nests too deep
  root,        // its root is another element
  twice,       // an element stands there twice
  no_sip_uri,  // an identity is no SIP URI
  incomplete,  // nothing is there, or Correlation-ID lacks one of its three
};

/// What the document says, as written; empty where it does not say it.
struct ShortMessageInfo {
  std::string_view to;
  std::string_view from;
  std::string_view sender;
  std::string_view receiver;
  std::string_view hlr_id;
  std::string_view outcome;
};

/// Reads a document into `out`, which points into it. Elements that the clause does not name are
/// passed over. What was read before an error is in `out` too.
InfoError read_short_message_info(std::string_view document, ShortMessageInfo& out);

}  // namespace rung
