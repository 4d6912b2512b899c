#include "engine/wire/ber.hpp"

namespace rung::ber {
namespace {

constexpr std::uint8_t kTagNumber = 0x1f;
constexpr std::uint8_t kConstructed = 0x20;
constexpr std::uint8_t kMore = 0x80;
constexpr std::uint8_t kIndefinite = 0x80;
constexpr std::size_t kEndSize = 2;  // 00 00
constexpr std::size_t kIdentifierMax = 4;
constexpr std::size_t kLengthOctetsMax = 4;

struct Header {
  Tag tag = 0;
  std::size_t size = 0;    // of the contents; 0 when indefinite
  std::size_t header = 0;  // octets before the contents
  bool indefinite = false;
};

ErrorCode read_tag(Octets octets, Header& out) {
  out.tag = octets[0];
  out.header = 1;
  if ((octets[0] & kTagNumber) != kTagNumber) return ErrorCode::none;
  std::uint8_t octet = kMore;
  while ((octet & kMore) != 0) {
    if (out.header == kIdentifierMax) return ErrorCode::identifier;
    if (out.header == octets.size()) return ErrorCode::truncated;
    octet = octets[out.header++];
    out.tag = out.tag << 8 | octet;
  }
  return ErrorCode::none;
}

ErrorCode read_header(Octets octets, Header& out) {
  if (octets.empty()) return ErrorCode::truncated;
  if (const ErrorCode e = read_tag(octets, out); e != ErrorCode::none) return e;
  if (out.header == octets.size()) return ErrorCode::truncated;
  const std::uint8_t first = octets[out.header++];
  if (first == kIndefinite) {
    out.indefinite = true;
    return (octets[0] & kConstructed) != 0 ? ErrorCode::none : ErrorCode::length;
  }
  out.size = first;
  if (first > kIndefinite) {
    const std::size_t count = first & 0x7fU;
    if (count > kLengthOctetsMax) return ErrorCode::length;
    if (count > octets.size() - out.header) return ErrorCode::truncated;
    out.size = 0;
    for (std::size_t i = 0; i < count; ++i) out.size = out.size << 8 | octets[out.header++];
  }
  return out.size <= octets.size() - out.header ? ErrorCode::none : ErrorCode::truncated;
}

/// Where the end-of-contents octets of an indefinite element stand, counted from its contents.
ErrorCode find_end(Octets contents, std::size_t& end) {
  std::size_t depth = 1;
  std::size_t at = 0;
  for (;;) {
    Header header;
    if (const ErrorCode e = read_header(contents.subspan(at), header); e != ErrorCode::none) {
      return e;
    }
    const bool is_end = header.tag == 0 && header.size == 0 && header.header == kEndSize;
    if (is_end && --depth == 0) break;
    if (header.indefinite && ++depth > kDepthMax) return ErrorCode::depth;
    at += header.header + header.size;
  }
  end = at;
  return ErrorCode::none;
}

}  // namespace

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::none: return "none";
    case ErrorCode::truncated: return "ends inside an identifier, a length or the contents";
    case ErrorCode::identifier: return "identifier of more than 4 octets";
    case ErrorCode::length: return "more than 4 length octets, or indefinite and primitive";
    case ErrorCode::depth: return "indefinite lengths nested too deep";
    case ErrorCode::missing: return "mandatory element is missing";
    case ErrorCode::unexpected: return "another element than expected";
    case ErrorCode::value: return "size or value outside what the type can hold";
    case ErrorCode::too_many: return "more elements than are kept";
    case ErrorCode::trailing: return "octets behind the last element";
    case ErrorCode::no_room: return "no room for the encoding";
  }
  return "unknown";
}

bool Cursor::next_of_any_form(Element& out) {
  if (left_.empty() || error_ != ErrorCode::none) return false;
  Header header;
  error_ = read_header(left_, header);
  if (error_ != ErrorCode::none) return false;
  std::size_t size = header.header + header.size;
  if (header.indefinite) {
    error_ = find_end(left_.subspan(header.header), header.size);
    if (error_ != ErrorCode::none) return false;
    size = header.header + header.size + kEndSize;
  }
  out = {header.tag, left_.subspan(header.header, header.size), left_.first(size)};
  left_ = left_.subspan(size);
  return true;
}

bool read_integer(Octets contents, std::int32_t& out) {
  if (contents.empty() || contents.size() > sizeof out) return false;
  std::uint32_t value = (contents[0] & 0x80) != 0 ? ~std::uint32_t{0} : 0;
  for (const std::uint8_t octet : contents) value = value << 8 | octet;
  out = static_cast<std::int32_t>(value);
  return true;
}

bool read_bit_string(Octets contents, BitString& out) {
  if (contents.empty() || contents[0] > 7) return false;
  if (contents.size() == 1 && contents[0] != 0) return false;
  out = {contents[0], contents.subspan(1)};
  return true;
}

void Writer::integer(Tag tag, std::int32_t value) {
  const std::size_t mark = size();
  // Arithmetic shifts end at 0 or -1; one octet more where the sign would read otherwise.
  bool done = false;
  while (!done) {
    const auto octet = static_cast<std::uint8_t>(value & 0xff);
    u8(octet);
    value >>= 8;
    done = (value == 0 && (octet & 0x80) == 0) || (value == -1 && (octet & 0x80) != 0);
  }
  wrap(tag, mark);
}

void Writer::bit_string(Tag tag, const BitString& value) {
  const std::size_t mark = size();
  octets(value.octets);
  u8(value.unused);
  wrap(tag, mark);
}

void Writer::long_header(Tag tag, std::size_t size) {
  if (size < 0x80) {
    u8(static_cast<std::uint8_t>(size));
  } else {
    std::uint8_t count = 0;
    for (std::size_t rest = size; rest != 0; rest >>= 8, ++count) {
      u8(static_cast<std::uint8_t>(rest & 0xff));
    }
    u8(0x80 | count);
  }
  for (Tag rest = tag; rest != 0; rest >>= 8) u8(static_cast<std::uint8_t>(rest & 0xff));
}

}  // namespace rung::ber
