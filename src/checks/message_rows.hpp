// A message as a report shows it: SIP, RPDU and TPDU field by field, each row knowing which fields
// of a message table (path.def) it shows, so that a finding can point at it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/wire/tpdu.hpp"

namespace rung {

struct MessageRow {
  std::string name;                // "RP-Message-Reference", "Call-ID" as it was spelt
  std::string octets;              // in hexadecimal, or the bits of a flag; empty: text
  std::string value;               // what came, unescaped: it need not be text
  std::vector<std::string> paths;  // "rp.mr"; of a header "sip.via", which covers "sip.via.branch"
  bool trouble = false;            // what does not decode
};
/// True when the row shows the field at `path`.
bool shows(const MessageRow& row, std::string_view path);

struct MessageLayer {
  std::string title;  // "SIP", "RP-DATA", "SMS-SUBMIT"
  std::vector<MessageRow> rows;
};

struct DecodedMessage {
  std::string summary;  // "MESSAGE RP-DATA SMS-SUBMIT", "202 Accepted"
  std::vector<MessageLayer> layers;
};

/// Any octets give rows; what cannot be decoded is shown as octets, with the reason.
DecodedMessage decode_message(Octets octets, tp::Direction direction);

}  // namespace rung
