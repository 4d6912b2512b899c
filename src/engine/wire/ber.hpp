// BER (ITU-T X.690) as far as TCAP (Q.773) and MAP (TS 29.002) need it: a cursor that never passes
// its span and a writer that never patches a length. Neither allocates.
//
//   identifier octets | length octets | contents
//   length  00..7f        short form
//           81 xx .. 84   long form: the next 1 to 4 octets
//           80            indefinite: elements follow up to 00 00 (read, never written)
//
// Spans point into the octets read; they live as long as those.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung::ber {

/// Identifier octets as one number, the first octet highest: 0x30, 0xa0, 0x9f1f. 0 is no tag.
using Tag = std::uint32_t;

inline constexpr Tag kBoolean = 0x01;
inline constexpr Tag kInteger = 0x02;
inline constexpr Tag kBitString = 0x03;
inline constexpr Tag kOctetString = 0x04;
inline constexpr Tag kNull = 0x05;
inline constexpr Tag kObjectIdentifier = 0x06;
inline constexpr Tag kEnumerated = 0x0a;
inline constexpr Tag kExternal = 0x28;
inline constexpr Tag kSequence = 0x30;

/// Elements of indefinite length may stand in each other this deep.
inline constexpr std::size_t kDepthMax = 16;

enum class ErrorCode : std::uint8_t {
  none = 0,
  truncated,   // ends inside an identifier, a length or the contents
  identifier,  // an identifier of more than 4 octets
  length,      // more than 4 length octets, or indefinite and primitive
  depth,       // indefinite lengths nested deeper than kDepthMax
  missing,     // a mandatory element is not there
  unexpected,  // another element than the one that must stand here
  value,       // contents of a size or value outside what the type can hold
  too_many,    // more elements than are kept
  trailing,    // octets behind the last element
  no_room      // encoding: `out` is too small
};
std::string_view to_string(ErrorCode code);

/// What is wrong with which element, and where: `offset` counts from the start of the octets given
/// to the decoder that returned it.
struct Error {
  ErrorCode code = ErrorCode::none;
  std::string_view element{};  // its name in the clause; static storage
  std::uint32_t offset = 0;

  /// True where there is an error.
  constexpr explicit operator bool() const { return code != ErrorCode::none; }
};

/// One element. `contents` of an indefinite one lacks its end-of-contents octets, `whole` has them.
struct Element {
  Tag tag = 0;
  Octets contents{};
  Octets whole{};
};

/// Walks the elements of a constructed one.
class Cursor {
 public:
  explicit Cursor(Octets octets) : left_(octets) {}

  /// The next element; false at the end and on an error, which error() tells apart.
  bool next(Element& out) {
    if (left_.size() >= 2) [[likely]] {
      // Low tag number, short form or 81: nearly all elements there are.
      const bool is_long = left_[1] == 0x81 && left_.size() >= 3;
      const std::size_t header = is_long ? 3 : 2;
      const std::size_t size = is_long ? left_[2] : left_[1];
      if ((left_[0] & 0x1f) != 0x1f && (is_long || size < 0x80) && size <= left_.size() - header) {
        out = {left_[0], left_.subspan(header, size), left_.first(header + size)};
        left_ = left_.subspan(header + size);
        return true;
      }
    }
    return next_of_any_form(out);
  }

  [[nodiscard]] bool at_end() const { return left_.empty(); }
  /// What next() has not read; after an error, from the element that is wrong.
  [[nodiscard]] Octets left() const { return left_; }
  [[nodiscard]] ErrorCode error() const { return error_; }

 private:
  bool next_of_any_form(Element& out);
  Octets left_;
  ErrorCode error_ = ErrorCode::none;
};

/// What a decoder keeps while it reads: where offsets count from, and the first error. Its
/// functions return false where there is one.
struct Reading {
  const std::uint8_t* origin;
  Error error{};

  bool fail(ErrorCode code, std::string_view element, const std::uint8_t* where) {
    error = {code, element, static_cast<std::uint32_t>(where - origin)};
    return false;
  }
  /// Fails for a cursor that gave no element: what is wrong with it, or that one is missing.
  bool fail_at_end(const Cursor& cursor, std::string_view element) {
    const bool is_end = cursor.error() == ErrorCode::none;
    return fail(is_end ? ErrorCode::missing : cursor.error(), element, cursor.left().data());
  }
  /// The next element, which must be there.
  bool next(Cursor& cursor, std::string_view element, Element& out) {
    return cursor.next(out) || fail_at_end(cursor, element);
  }
  /// The next element, which must have that tag.
  bool expect(Cursor& cursor, Tag tag, std::string_view element, Element& out) {
    if (!next(cursor, element, out)) return false;
    return out.tag == tag || fail(ErrorCode::unexpected, element, out.whole.data());
  }
};

/// Two's complement of 1 to 4 octets; false for another size.
bool read_integer(Octets contents, std::int32_t& out);

/// A BIT STRING; bit 0 is the first one, the highest of the first octet.
struct BitString {
  std::uint8_t unused = 0;  // bits of the last octet that do not count, 0 to 7
  Octets octets{};

  /// False for a bit behind the last one, as an absent bit of a named list reads.
  [[nodiscard]] bool test(std::size_t bit) const {
    if (bit + unused >= 8 * octets.size()) return false;
    return (octets[bit / 8] >> (7 - bit % 8) & 1) != 0;
  }
};
/// False without the octet that counts unused bits, or when it is above 7 or above what is there.
bool read_bit_string(Octets contents, BitString& out);

/// Writes elements from the last to the first: contents are there when their length is written, so
/// lengths are definite and of the fewest octets (TS 29.002 17.1.1). The result is the tail of
/// `out`, which leaves the room in front to the layers below.
///
///   Writer w{buffer};
///   const std::size_t mark = w.size();
///   w.element(0x82, service_centre);
///   w.element(0x80, msisdn);
///   w.wrap(ber::kSequence, mark);   // 30 len 80 .. 82 ..
class Writer {
 public:
  explicit Writer(MutableOctets out) : out_(out), at_(out.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  /// Octets written so far; serves wrap() as the mark of where contents begin.
  [[nodiscard]] std::size_t size() const { return out_.size() - at_; }
  [[nodiscard]] Octets written() const { return out_.subspan(at_); }

  void u8(std::uint8_t value) {
    if (reserve(1)) out_[--at_] = value;
  }
  void octets(Octets octets) {
    if (octets.empty() || !reserve(octets.size())) return;
    at_ -= octets.size();
    std::memcpy(out_.data() + at_, octets.data(), octets.size());
  }
  /// Puts identifier and length in front of everything written since `mark`.
  void wrap(Tag tag, std::size_t mark) {
    PARANOID_ASSERT(mark <= size());
    header(tag, size() - mark);
  }
  void element(Tag tag, Octets contents) {
    octets(contents);
    header(tag, contents.size());
  }
  void null(Tag tag) { header(tag, 0); }
  void boolean(Tag tag, bool value) {
    u8(value ? 0xff : 0x00);
    header(tag, 1);
  }
  void integer(Tag tag, std::int32_t value);
  void bit_string(Tag tag, const BitString& value);

 private:
  void header(Tag tag, std::size_t size) {
    if (size < 0x80 && tag < 0x100 && reserve(2)) [[likely]] {
      out_[--at_] = static_cast<std::uint8_t>(size);
      out_[--at_] = static_cast<std::uint8_t>(tag);
      return;
    }
    long_header(tag, size);
  }
  void long_header(Tag tag, std::size_t size);
  bool reserve(std::size_t count) {
    if (!ok_ || count > at_) ok_ = false;
    return ok_;
  }

  MutableOctets out_;
  std::size_t at_;
  bool ok_ = true;
};

}  // namespace rung::ber
