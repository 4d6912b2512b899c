// M3UA of RFC 4666. All numbers big-endian.
//
//   header     version 01 | reserved 00 | class | type | length 4 (header, parameters, padding)
//   parameter  tag 2 | length 2 (these 4 octets and the value) | value | padding to 4
//   0x0210     OPC 4 | DPC 4 | SI | NI | MP | SLS | user data (3.3.1)
//
// A View's spans point into the octets it was decoded from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"

namespace rung::m3ua {

/// Class in the high octet, type in the low one (3.1.2).
enum class Type : std::uint16_t {
#define RUNG_M3UA_MESSAGE(id, value, name) id = value,
#include "engine/wire/m3ua_message.def"
#undef RUNG_M3UA_MESSAGE
};

/// Parameters of 3.2, by their place in m3ua_parameter.def.
enum class Parameter : std::uint8_t {
#define RUNG_M3UA_PARAMETER(id, tag, size, name) id,
#include "engine/wire/m3ua_parameter.def"
#undef RUNG_M3UA_PARAMETER
};
inline constexpr std::size_t kParameterCount = [] {
  std::size_t count = 0;
#define RUNG_M3UA_PARAMETER(id, tag, size, name) ++count;
#include "engine/wire/m3ua_parameter.def"
#undef RUNG_M3UA_PARAMETER
  return count;
}();

/// Error codes of 3.8.1, those of MGMT ERR.
enum class ErrorCode : std::uint32_t {
  none = 0,
  invalid_version = 0x01,
  unsupported_message_class = 0x03,
  unsupported_message_type = 0x04,
  unsupported_traffic_mode = 0x05,
  unexpected_message = 0x06,
  protocol_error = 0x07,
  invalid_stream = 0x09,
  refused_management_blocking = 0x0d,
  asp_identifier_required = 0x0e,
  invalid_asp_identifier = 0x0f,
  invalid_parameter_value = 0x11,
  parameter_field_error = 0x12,
  unexpected_parameter = 0x13,
  destination_status_unknown = 0x14,
  invalid_network_appearance = 0x15,
  missing_parameter = 0x16,
  invalid_routing_context = 0x19,
  no_configured_as = 0x1a
};

enum class Error : std::uint8_t {
  none = 0,
  too_short,             // fewer than the header's 8 octets; encoding: no room
  version,               // not 1
  length,                // the header's length disagrees with the octets
  message_class,         // none of RFC 4666
  message_type,          // unknown in its class
  parameter_length,      // shorter than 4, past the end, or not what the parameter must have
  unexpected_parameter,  // known, but not of this message, or there twice
  missing_parameter      // one that the message must have
};
std::string_view to_string(Error error);
/// What MGMT ERR says of it; none where nothing may be answered (too_short).
ErrorCode error_code(Error error);

inline constexpr std::uint16_t kPort = 2905;
inline constexpr std::uint32_t kPpid = 3;  // SCTP payload protocol identifier, 7.2
inline constexpr std::size_t kHeaderSize = 8;
inline constexpr std::uint8_t kServiceSccp = 3;
inline constexpr std::uint32_t kUserSccp = 3;  // DUPU, 3.4.5

enum class TrafficMode : std::uint32_t { override_ = 1, loadshare = 2, broadcast = 3 };

/// Status of NTFY (3.8.2).
struct Status {
  std::uint16_t type = 0;
  std::uint16_t information = 0;
  friend constexpr bool operator==(Status, Status) = default;
};
inline constexpr Status kAsInactive{1, 2};
inline constexpr Status kAsActive{1, 3};
inline constexpr Status kAsPending{1, 4};
inline constexpr Status kAlternateAspActive{2, 2};

/// Affected Point Code (3.4.1): `mask` low bits of `point_code` stand for any value.
struct AffectedPointCode {
  std::uint8_t mask = 0;
  std::uint32_t point_code = 0;  // 24 bits
  [[nodiscard]] constexpr bool covers(std::uint32_t other) const {
    return mask >= 24 || (point_code ^ other) >> mask == 0;
  }
};

struct ProtocolData {
  std::uint32_t opc = 0;
  std::uint32_t dpc = 0;
  std::uint8_t si = kServiceSccp;
  std::uint8_t ni = 0;
  std::uint8_t mp = 0;
  std::uint8_t sls = 0;
  Octets user_data{};
};
inline constexpr std::size_t kProtocolDataHeaderSize = 12;
bool read(Octets value, ProtocolData& out);
/// Writes the value: the routing label, then the user data, which may lie at its place in `out`
/// already. The octets written; 0 when they do not fit.
std::size_t write(const ProtocolData& data, MutableOctets out);

/// The 32-bit words of a list parameter: routing contexts, affected point codes.
class Words {
 public:
  constexpr explicit Words(Octets value) : value_(value) {}
  [[nodiscard]] constexpr std::size_t size() const { return value_.size() / 4; }
  /// Precondition: index < size().
  [[nodiscard]] constexpr std::uint32_t operator[](std::size_t index) const {
    return Reader{value_.subspan(4 * index, 4)}.u32();
  }
  [[nodiscard]] constexpr bool contains(std::uint32_t word) const {
    for (std::size_t i = 0; i < size(); ++i) {
      if ((*this)[i] == word) return true;
    }
    return false;
  }
  [[nodiscard]] constexpr AffectedPointCode point_code(std::size_t index) const {
    const std::uint32_t word = (*this)[index];
    return {static_cast<std::uint8_t>(word >> 24), word & 0xffffffU};
  }

 private:
  Octets value_;
};

/// One message, its parameters found and their lengths checked.
struct View {
  Type type{};
  std::uint32_t present = 0;                     // a bit each Parameter
  std::array<Octets, kParameterCount> values{};  // of a repeated one the first
  Octets parameters{};                           // all of them, as they came
  std::uint8_t unknown = 0;                      // parameters of a tag not in RFC 4666, skipped

  [[nodiscard]] bool has(Parameter p) const {
    return (present >> static_cast<unsigned>(p) & 1U) != 0;
  }
  /// Empty where it is absent.
  [[nodiscard]] Octets octets(Parameter p) const { return values[static_cast<std::size_t>(p)]; }
  [[nodiscard]] std::optional<std::uint32_t> word(Parameter p) const {
    if (!has(p)) return std::nullopt;
    return Reader{octets(p)}.u32();
  }
  [[nodiscard]] Words words(Parameter p) const { return Words{octets(p)}; }
  /// Zeros where it is absent.
  [[nodiscard]] Status status() const;
  /// Empty where it is absent.
  [[nodiscard]] ProtocolData data() const;
};

/// Decodes a whole message. Its length may leave out the padding of the last parameter. Parameters
/// of unknown tags are skipped and counted. On error `out.type` is set as soon as it was read.
[[nodiscard]] Error decode(Octets octets, View& out);

/// Encodes in the order of RFC 4666's figures; repeated parameters keep theirs.
Result<std::size_t, Error> encode(const View& view, MutableOctets out);

/// Walks parameters in a row, also those inside a Routing Key or a Registration Result.
class Parameters {
 public:
  explicit Parameters(Octets octets) : reader_(octets) {}
  /// False at the end or where what follows is no parameter: then ok() tells which.
  bool next();
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::uint16_t tag() const { return tag_; }
  [[nodiscard]] Octets value() const { return value_; }
  /// None for a tag that RFC 4666 does not know.
  [[nodiscard]] std::optional<Parameter> parameter() const;

 private:
  Reader reader_;
  std::uint16_t tag_ = 0;
  Octets value_{};
  bool ok_ = true;
};

/// Writes one message, parameter by parameter:
///
///   MessageWriter writer{out, Type::aspac};
///   writer.word(Parameter::traffic_mode, 2).word(Parameter::routing_context, 100);
///   const std::size_t size = writer.finish();
class MessageWriter {
 public:
  MessageWriter(MutableOctets out, Type type);
  MessageWriter& octets(Parameter p, Octets value);
  MessageWriter& word(Parameter p, std::uint32_t value);
  MessageWriter& words(Parameter p, std::span<const std::uint32_t> values);
  MessageWriter& status(Status status);
  /// A point code list of one (mask 0).
  MessageWriter& affected(std::uint32_t point_code) {
    return word(Parameter::affected_point_code, point_code);
  }
  MessageWriter& data(const ProtocolData& data);
  /// Opens a parameter that holds others (Routing Key, results); close() ends it. One level.
  MessageWriter& open(Parameter p);
  MessageWriter& close();
  /// Fills in the length; octets written, 0 when `out` was too small.
  std::size_t finish();

 private:
  void begin(Parameter p, std::size_t size);
  void pad();

  Writer writer_;
  std::size_t opened_ = 0;  // offset of the open parameter
};

/// Routing Key of 3.6.1, as far as one destination with its service indicators goes.
struct RoutingKey {
  std::uint32_t local_rk_identifier = 0;
  std::optional<std::uint32_t> routing_context{};
  std::optional<std::uint32_t> traffic_mode{};
  std::optional<std::uint32_t> network_appearance{};
  std::uint32_t destination = 0;  // 24 bits, mask octet 0
  Octets service_indicators{};
  Octets origins{};  // words: mask and point code
};
[[nodiscard]] Error read(Octets value, RoutingKey& out);
void write(MessageWriter& writer, const RoutingKey& key);

/// Registration Result of 3.6.2; status 0 is success.
struct RegistrationResult {
  std::uint32_t local_rk_identifier = 0;
  std::uint32_t status = 0;
  std::uint32_t routing_context = 0;
};
[[nodiscard]] Error read(Octets value, RegistrationResult& out);
void write(MessageWriter& writer, const RegistrationResult& result);

/// Deregistration Result of 3.6.4.
struct DeregistrationResult {
  std::uint32_t routing_context = 0;
  std::uint32_t status = 0;
};
[[nodiscard]] Error read(Octets value, DeregistrationResult& out);
void write(MessageWriter& writer, const DeregistrationResult& result);

/// "ASPUP", "DATA"; "unknown" for what is no message of RFC 4666.
std::string_view to_string(Type type);
std::string_view to_string(Parameter parameter);
std::string_view to_string(ErrorCode code);

}  // namespace rung::m3ua
