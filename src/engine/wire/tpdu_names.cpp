// Names of TPDU types, TP-FCS and TP-ST values.
#include <span>

#include "engine/wire/tpdu.hpp"

namespace rung::tp {
namespace {

struct Name {
  std::uint8_t value;
  std::string_view text;
};

/// TS 23.040 9.2.3.22.
constexpr Name kFailureCauses[] = {
    {0x80, "telematic interworking not supported"},
    {0x81, "short message type 0 not supported"},
    {0x82, "cannot replace short message"},
    {0x8f, "unspecified TP-PID error"},
    {0x90, "data coding scheme (alphabet) not supported"},
    {0x91, "message class not supported"},
    {0x9f, "unspecified TP-DCS error"},
    {0xa0, "command cannot be actioned"},
    {0xa1, "command unsupported"},
    {0xaf, "unspecified TP-Command error"},
    {0xb0, "TPDU not supported"},
    {0xc0, "SC busy"},
    {0xc1, "no SC subscription"},
    {0xc2, "SC system failure"},
    {0xc3, "invalid SME address"},
    {0xc4, "destination SME barred"},
    {0xc5, "SM rejected, duplicate SM"},
    {0xc6, "TP-VPF not supported"},
    {0xc7, "TP-VP not supported"},
    {0xd0, "(U)SIM SMS storage full"},
    {0xd1, "no SMS storage capability in (U)SIM"},
    {0xd2, "error in MS"},
    {0xd3, "memory capacity exceeded"},
    {0xd4, "(U)SIM application toolkit busy"},
    {0xd5, "(U)SIM data download error"},
    {0xff, "unspecified error cause"},
};

/// TS 23.040 9.2.3.15.
constexpr Name kStatuses[] = {
    {0x00, "delivered to the SME"},
    {0x01, "forwarded to the SME, delivery not confirmed"},
    {0x02, "replaced by the SC"},
    {0x20, "congestion, SC still trying"},
    {0x21, "SME busy, SC still trying"},
    {0x22, "no response from SME, SC still trying"},
    {0x23, "service rejected, SC still trying"},
    {0x24, "quality of service not available, SC still trying"},
    {0x25, "error in SME, SC still trying"},
    {0x40, "remote procedure error"},
    {0x41, "incompatible destination"},
    {0x42, "connection rejected by SME"},
    {0x43, "not obtainable"},
    {0x44, "quality of service not available"},
    {0x45, "no interworking available"},
    {0x46, "validity period expired"},
    {0x47, "deleted by the sender"},
    {0x48, "deleted by SC administration"},
    {0x49, "SM does not exist"},
    {0x60, "congestion, SC stopped trying"},
    {0x61, "SME busy, SC stopped trying"},
    {0x62, "no response from SME, SC stopped trying"},
    {0x63, "service rejected, SC stopped trying"},
    {0x64, "quality of service not available, SC stopped trying"},
    {0x65, "error in SME, SC stopped trying"},
};

std::string_view find(std::span<const Name> names, std::uint8_t value, std::string_view otherwise) {
  for (const Name& name : names) {
    if (name.value == value) return name.text;
  }
  return otherwise;
}

}  // namespace

std::string_view to_string(Type type) {
  constexpr std::string_view names[] = {"SMS-DELIVER", "SMS-SUBMIT-REPORT",  "SMS-STATUS-REPORT",
                                        "SMS-SUBMIT",  "SMS-DELIVER-REPORT", "SMS-COMMAND"};
  return names[static_cast<std::size_t>(type)];
}

std::string_view to_string(Error error) {
  switch (error) {
    case Error::none: return "none";
    case Error::too_short: return "TPDU ends inside a mandatory field";
    case Error::address_length:
      return "address length disagrees with its octets or exceeds 20 digits";
    case Error::user_data_length: return "TP-UDL disagrees with the octets or exceeds the limit";
    case Error::user_data_header: return "malformed user data header";
    case Error::semi_octet: return "fill semi-octet inside a number";
    case Error::trailing_octets: return "octets behind the last field";
    case Error::out_of_range: return "TPDU type not allowed in this RP message, or a field's size";
  }
  return "unknown";
}

std::string_view failure_cause_name(std::uint8_t fcs) {
  const bool specific = fcs >= 0xe0 && fcs <= 0xfe;
  return find(kFailureCauses, fcs, specific ? "application specific" : "reserved");
}

std::string_view status_name(std::uint8_t status) {
  const bool reserved = status >= 0x80;
  const bool specific = !reserved && (status & 0x1f) >= 0x10;  // the upper half of each group
  return find(kStatuses, status, specific ? "SC specific" : "reserved");
}

}  // namespace rung::tp
