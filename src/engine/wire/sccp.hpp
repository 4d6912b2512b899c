// SCCP connectionless messages (Q.713 4.10 to 4.20). A pointer is the distance from its own octet
// to the length octet of its part; those of LUDT have two octets, the low one first, and count from
// their high one.
//
//   UDT   09 | class            | p1 p2 p3    | called LV | calling LV | data LV
//   UDTS  0a | cause            | p1 p2 p3    | called LV | calling LV | data LV
//   XUDT  11 | class | hops     | p1 p2 p3 p4 | called LV | calling LV | data LV | optional | 00
//   XUDTS 12 | cause | hops     | p1 p2 p3 p4 | called LV | calling LV | data LV | optional | 00
//   LUDT  13 | class | hops     | 2 octets each | called LV | calling LV | data L2V | optional | 00
//   LUDTS 14 | cause | hops     | 2 octets each | called LV | calling LV | data L2V | optional | 00
//   optional: 10 04 | first, class, left | reference 3, low octet first      12 01 importance
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/wire/sccp_address.hpp"

namespace rung::sccp {

enum class Type : std::uint8_t {
  udt = 0x09,
  udts = 0x0a,
  xudt = 0x11,
  xudts = 0x12,
  ludt = 0x13,
  ludts = 0x14
};

enum class Error : std::uint8_t {
  none = 0,
  too_short,     // ends inside the mandatory part; encoding: no room
  message_type,  // none of the connectionless types
  pointer,       // points past the end, or to no mandatory part
  address,       // called or calling address does not decode; encoding: field out of range
  user_data,     // none, or encoding: more than the type can carry
  optional_part  // an optional parameter runs past the end, or has a wrong length
};
std::string_view to_string(Error error);

/// Return causes of Q.713 3.12.
enum class ReturnCause : std::uint8_t {
  no_translation_for_nature = 0,
  no_translation_for_address = 1,
  subsystem_congestion = 2,
  subsystem_failure = 3,
  unequipped_user = 4,
  mtp_failure = 5,
  network_congestion = 6,
  unqualified = 7,
  error_in_transport = 8,
  error_in_local_processing = 9,
  cannot_reassemble = 10,
  sccp_failure = 11,
  hop_counter_violation = 12,
  segmentation_not_supported = 13,
  segmentation_failure = 14
};
std::string_view to_string(ReturnCause cause);

/// Protocol class octet: the class and, in the high nibble, what to do on error.
inline constexpr std::uint8_t kReturnOnError = 0x80;
inline constexpr std::uint8_t kInSequence = 0x01;  // class 1
inline constexpr std::uint8_t kHopCounterMax = 15;

inline constexpr std::size_t kUnitDataMax = 255;   // of UDT: one length octet
inline constexpr std::size_t kLongDataMax = 3952;  // of LUDT (Q.713 4.20)
/// Longest UDT, XUDT or service message of these: head, addresses, data, segmentation, end.
inline constexpr std::size_t kMessageSizeMax = 7 + 2 * (1 + kAddressSizeMax) + 256 + 6 + 3 + 1;

/// Segmentation of Q.713 3.17.
struct Segmentation {
  bool first = false;
  bool in_sequence = false;     // class 1 was asked for by the user
  std::uint8_t remaining = 0;   // segments to follow, 0 to 15
  std::uint32_t reference = 0;  // 24 bits
};

/// One message; spans point into the decoded octets.
struct Message {
  Type type = Type::udt;
  std::uint8_t protocol_class = 0;            // UDT, XUDT, LUDT: the whole octet
  std::uint8_t return_cause = 0;              // UDTS, XUDTS, LUDTS
  std::uint8_t hop_counter = kHopCounterMax;  // not in UDT, UDTS
  Address called{};
  Address calling{};
  Octets data{};
  std::optional<Segmentation> segmentation{};  // not in UDT, UDTS
  std::optional<std::uint8_t> importance{};    // likewise

  [[nodiscard]] bool is_service() const {
    return type == Type::udts || type == Type::xudts || type == Type::ludts;
  }
  [[nodiscard]] bool return_on_error() const { return (protocol_class & 0xf0) == kReturnOnError; }
};

/// Decodes a whole message. Parts may lie in any order; octets that no pointer names are passed
/// over, and so are optional parameters other than the two above.
[[nodiscard]] Error decode(Octets octets, Message& out);

/// Encodes with the parts in the order drawn above; the size written. In XUDT and XUDTS the pointer
/// to the optional part reaches 255 octets: addresses and data together are bounded by that.
Result<std::size_t, Error> encode(const Message& message, MutableOctets out);

/// The service message that returns `message` for `cause`: its type, the addresses swapped, the
/// data as it came. Spans point where those of `message` do.
Message returned(const Message& message, ReturnCause cause);

/// A UDT's octets in front of its data, rendered once: between two peers only data changes.
class UnitDataHeader {
 public:
  static constexpr std::size_t kSizeMax = 5 + 2 * (1 + kAddressSizeMax) + 1;

  UnitDataHeader() = default;
  /// Precondition: both addresses can be encoded.
  UnitDataHeader(std::uint8_t protocol_class, const Address& called, const Address& calling);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Writes the header in front of data that lies, or will be put, at out[size()]. Returns the
  /// octets of the whole; 0 when they do not fit, or data is empty or longer than kUnitDataMax.
  std::size_t write(std::size_t data_size, MutableOctets out) const;
  /// Where the called title's digits lie in what write() wrote, to be patched by as many others.
  [[nodiscard]] MutableOctets called_digits(MutableOctets written) const {
    return written.subspan(digits_offset_, digits_size_);
  }

 private:
  std::uint8_t octets_[kSizeMax] = {};
  std::size_t size_ = 0;
  std::size_t digits_offset_ = 0;
  std::size_t digits_size_ = 0;
};

/// SCCP management (Q.713 5): what a UDT between two SSN 1 carries.
struct Management {
  static constexpr std::size_t kSize = 5;
  enum class Type : std::uint8_t { allowed = 1, prohibited = 2, status_test = 3 };  // SSA SSP SST
  Type type = Type::allowed;
  std::uint8_t ssn = 0;
  std::uint16_t point_code = 0;
  std::uint8_t multiplicity = 0;
};
/// False when the octets are too few or the type is none of the three.
[[nodiscard]] bool read(Octets octets, Management& out);
void write(const Management& management, Writer& writer);

std::string_view to_string(Type type);

}  // namespace rung::sccp
