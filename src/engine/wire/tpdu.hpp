// TPDU of TS 23.040 clause 9.2.2 (Rel-17): SUBMIT, DELIVER, their reports, STATUS-REPORT, COMMAND.
// Spans point into the decoded octets. What a report looks like depends on the RP message that
// carries it (TP-FCS only under RP-ERROR), so decode() must be told.
//
//   octet 1, bits 1..0  TP-MTI; its meaning depends on the direction
//   SUBMIT   RD VPF SRR UDHI RP | MR DA PID DCS VP(0,1,7) UDL UD
//   DELIVER  MMS LP SRI UDHI RP | OA PID DCS SCTS(7) UDL UD
//   SUBMIT-REPORT  UDHI | [FCS] PI SCTS(7) [PID] [DCS] [UDL UD]
//   DELIVER-REPORT UDHI | [FCS] PI [PID] [DCS] [UDL UD]
//   STATUS-REPORT  MMS LP SRQ UDHI | MR RA SCTS DT ST [PI PID DCS UDL UD]
//   COMMAND  SRR UDHI | MR PID CT MN DA CDL CD
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/wire/udh.hpp"

namespace rung::tp {

/// The first three go from the SC to the MS, the others from the MS to the SC.
enum class Type : std::uint8_t {
  deliver,
  submit_report,
  status_report,
  submit,
  deliver_report,
  command
};
std::string_view to_string(Type type);

enum class Direction : std::uint8_t { ms_to_sc, sc_to_ms };
/// The RP message a TPDU travels in: decides whether a report has TP-FCS.
enum class Carrier : std::uint8_t { rp_data, rp_ack, rp_error };

enum class Error : std::uint8_t {
  none = 0,
  too_short,         // ends inside a mandatory field; encoding: no room
  address_length,    // more than 20 digits; encoding: value is not (digits + 1) / 2 octets
  user_data_length,  // TP-UDL beyond the end or the limit; encoding: or not the octets given
  user_data_header,  // TP-UDHI set, but the elements do not fill the header or TP-UDL ends in it
  semi_octet,        // fill inside the digits of a numeric address (9.1.2.3)
  trailing_octets,   // octets behind the last field
  out_of_range  // a TP-MTI, or a type, that the RP message cannot carry; a field of wrong size,
                // or a TPDU beyond its limit
};
std::string_view to_string(Error error);

enum class Vpf : std::uint8_t { none = 0, enhanced = 1, relative = 2, absolute = 3 };
enum class Alphabet : std::uint8_t { gsm7, octets, ucs2 };

/// TP-OA, TP-DA, TP-RA (9.1.2.5): length counts digits, not octets.
struct Address {
  std::uint8_t digits = 0;   // useful semi-octets
  std::uint8_t ton_npi = 0;  // 1 TTT NNNN
  Octets value{};            // (digits + 1) / 2 octets
  [[nodiscard]] std::uint8_t type_of_number() const { return (ton_npi >> 4) & 7U; }
};

/// TP-SCTS, TP-DT (9.2.3.11).
struct Timestamp {
  std::uint8_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::int8_t quarter_hours = 0;  // zone, east of GMT positive
  friend bool operator==(const Timestamp&, const Timestamp&) = default;
};
inline constexpr std::size_t kTimestampSize = 7;
/// False when there are not 7 octets or a semi-octet is no digit (it then reads as 0, 9.2.3.11);
/// out of range values are kept as they are.
bool decode_timestamp(Octets octets, Timestamp& out);
/// Preconditions: out has 7 octets, every field is at most 99, the zone at most 79 either way.
void encode_timestamp(const Timestamp& stamp, MutableOctets out);

struct Tpdu {
  Type type = Type::submit;
  std::uint8_t first_octet = 0;
  bool more_messages_to_send = false;  // DELIVER, STATUS-REPORT: TP-MMS == 0
  bool reject_duplicates = false;      // SUBMIT TP-RD
  bool status_report = false;          // TP-SRR, TP-SRI or TP-SRQ, by type
  bool reply_path = false;             // TP-RP
  bool loop_prevention = false;        // TP-LP
  bool has_user_data_header = false;   // TP-UDHI
  Vpf vpf = Vpf::none;
  std::uint8_t reference = 0;  // TP-MR
  Address address;             // TP-DA, TP-OA or TP-RA
  std::uint8_t protocol_id = 0;
  std::uint8_t data_coding = 0;
  Octets validity{};                     // 0, 1 or 7 octets
  Octets service_centre_time{};          // TP-SCTS, 7 octets; empty when the type has none
  Octets discharge_time{};               // TP-DT
  std::uint8_t status = 0;               // TP-ST
  std::uint8_t failure_cause = 0;        // TP-FCS, reports under RP-ERROR
  bool has_parameter_indicator = false;  // STATUS-REPORT, where TP-PI may be left out
  std::uint8_t parameter_indicator = 0;  // TP-PI, first octet
  Octets parameter_indicator_more{};     // its extension octets (9.2.3.27, bit 7)
  bool has_protocol_id = false;          // reports: by TP-PI
  bool has_data_coding = false;
  bool has_user_data = false;
  std::uint8_t user_data_length = 0;  // TP-UDL as coded: septets or octets
  Octets user_data{};                 // TP-UD (or TP-CD), header included
  std::uint8_t command_type = 0;      // TP-CT
  std::uint8_t message_number = 0;    // TP-MN
  Octets additional{};                // behind TP-UD, allowed by reserved bits of TP-PI (9.2.3.27)
};

/// Octets of a TPDU up to the end of TP-UD: a SUBMIT with the longest address (9.2.2.2). It limits
/// TP-UD of the reports and TP-CD, whose maximum depends on which optional fields stand before.
inline constexpr std::size_t kTpduSizeMax = 164;
inline constexpr std::size_t kAddressDigitsMax = 20;  // 12 octets with length and type (9.1.2.5)
inline constexpr std::size_t kUserDataSizeMax = 140;  // TP-UD of SUBMIT and DELIVER (9.2.3.16)

/// Decodes a whole TPDU; for every accepted one encode() gives the same octets back. RP-DATA
/// carries SUBMIT, COMMAND, DELIVER and STATUS-REPORT, the others only reports. A reserved TP-MTI
/// of the SC reads as DELIVER (9.2.3.1). On error `out` holds what was read before it.
[[nodiscard]] Error decode(Octets octets, Direction direction, Carrier carrier, Tpdu& out);
/// Encodes; `type` chooses the layout, `carrier` whether a report gets TP-FCS. Flags and TP-PI come
/// from the fields; of first_octet and parameter_indicator only bits no field stands for are taken.
/// TP-VP, TP-SCTS and TP-DT must have their size, TP-UD the size that TP-UDL and TP-DCS say.
Result<std::size_t, Error> encode(const Tpdu& tpdu, Carrier carrier, MutableOctets out);

/// Bits of octet 1 that a TPDU of this type gives no meaning (9.2.2): sent as 0, ignored on
/// receipt.
std::uint8_t spare_bits(Type type);

/// 9.2.3.10 and TS 23.038 4: reserved codes read as GSM 7-bit. See compressed().
Alphabet alphabet(std::uint8_t data_coding);
/// TS 23.038 4: bit 5 of the general and automatic deletion groups. TP-UDL then counts octets.
bool compressed(std::uint8_t data_coding);
/// True when TP-UDL counts septets: GSM 7-bit, not compressed (9.2.3.16).
bool counts_septets(std::uint8_t data_coding);
/// Octets TP-UD takes for a TP-UDL under that coding.
std::size_t user_data_octets(std::uint8_t data_coding, std::uint8_t user_data_length);

/// Validity period in seconds for relative (9.2.3.12.1) and enhanced relative forms (9.2.3.12.3);
/// 0: none, malformed, or a form that needs the clock (absolute).
std::uint64_t validity_seconds(Vpf vpf, Octets validity);

/// TP-FCS (9.2.3.22) and TP-ST (9.2.3.15); values without a name of their own say their range.
std::string_view failure_cause_name(std::uint8_t fcs);
std::string_view status_name(std::uint8_t status);

}  // namespace rung::tp
