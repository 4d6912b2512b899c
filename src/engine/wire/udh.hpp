// User data header of TS 23.040 9.2.3.24, at the front of TP-UD when TP-UDHI is set.
//
//   UDHL 1 | { IEI 1 | IEDL 1 | IED } ... | fill bits to the next septet (GSM 7-bit only) | text
//   00 03 rr tt ss       concatenation, 8-bit reference (9.2.3.24.1)
//   08 04 rr rr tt ss    concatenation, 16-bit reference (9.2.3.24.8)
#pragma once

#include <cstdint>

#include "engine/base/bytes.hpp"

namespace rung::udh {

inline constexpr std::uint8_t kConcatenation8 = 0x00;
inline constexpr std::uint8_t kConcatenation16 = 0x08;

/// One information element of a user data header (9.2.3.24); unknown ones are kept as they are.
struct Element {
  std::uint8_t id = 0;
  Octets data{};
};

/// Walks the elements; false at the end or on a malformed header (then ok() is false).
class Elements {
 public:
  /// `user_data` begins with UDHL.
  explicit Elements(Octets user_data);
  bool next(Element& out);
  [[nodiscard]] bool ok() const { return ok_; }
  /// Octets of the header, UDHL included; 0 when it is longer than the user data.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  Reader reader_{Octets{}};
  std::size_t size_ = 0;
  bool ok_ = true;
};

/// True when the elements fill the header exactly.
bool well_formed(Octets user_data);

/// Concatenation (9.2.3.24.1 8-bit, 9.2.3.24.8 16-bit). total 0: not concatenated.
struct Concatenation {
  std::uint16_t reference = 0;
  std::uint8_t total = 0;
  std::uint8_t sequence = 0;
  bool wide = false;  // 16-bit reference
  friend bool operator==(const Concatenation&, const Concatenation&) = default;
};

/// False when the header is malformed; `out.total` is 0 when no such element is there. An element
/// of the wrong length, with total or sequence 0, or a sequence beyond the total is ignored, and of
/// several the last one counts (9.2.3.24).
bool find_concatenation(Octets user_data, Concatenation& out);

/// Writes UDHL and the element: 6 octets, or 7 when wide; 0 when `out` is too small or a narrow
/// reference exceeds 255.
std::size_t encode_concatenation(const Concatenation& c, MutableOctets out);

}  // namespace rung::udh
