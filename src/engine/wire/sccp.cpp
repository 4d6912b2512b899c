#include "engine/wire/sccp.hpp"

#include <cstring>

namespace rung::sccp {
namespace {

constexpr std::uint8_t kEndOfOptional = 0x00;
constexpr std::uint8_t kSegmentationName = 0x10;
constexpr std::uint8_t kSegmentationSize = 4;
constexpr std::uint8_t kImportanceName = 0x12;
constexpr std::uint8_t kFirstBit = 0x80;
constexpr std::uint8_t kClassBit = 0x40;
constexpr std::uint8_t kRemainingMask = 0x0f;

/// How a type is laid out.
struct Shape {
  bool known = false;
  bool service = false;   // return cause instead of class
  bool extended = false;  // hop counter and a pointer to the optional part
  std::size_t width = 1;  // octets of a pointer and of the data's length
  std::size_t data_max = 0;

  [[nodiscard]] std::size_t pointers() const { return extended ? 4 : 3; }
};

constexpr Shape shape_of(Type type) {
  switch (type) {
    case Type::udt: return {true, false, false, 1, kUnitDataMax};
    case Type::udts: return {true, true, false, 1, kUnitDataMax};
    case Type::xudt: return {true, false, true, 1, kUnitDataMax};
    case Type::xudts: return {true, true, true, 1, kUnitDataMax};
    case Type::ludt: return {true, false, true, 2, kLongDataMax};
    case Type::ludts: return {true, true, true, 2, kLongDataMax};
  }
  return {};
}

/// Little-endian, one octet or two.
std::size_t read_number(Reader& reader, std::size_t width) {
  const std::size_t low = reader.u8();
  return width == 1 ? low : low | static_cast<std::size_t>(reader.u8()) << 8;
}

void write_number(Writer& writer, std::size_t value, std::size_t width) {
  writer.u8(static_cast<std::uint8_t>(value & 0xff));
  if (width == 2) writer.u8(static_cast<std::uint8_t>(value >> 8 & 0xff));
}

/// The value of the part whose length field lies at `offset`.
bool read_part(Octets octets, std::size_t offset, std::size_t width, Octets& out) {
  if (offset >= octets.size()) return false;
  Reader reader{octets.subspan(offset)};
  const std::size_t size = read_number(reader, width);
  out = reader.take(size);
  return reader.ok();
}

Error read_segmentation(Octets value, Message& out) {
  if (value.size() != kSegmentationSize) return Error::optional_part;
  Reader reader{value};
  const std::uint8_t flags = reader.u8();
  Segmentation s;
  s.first = (flags & kFirstBit) != 0;
  s.in_sequence = (flags & kClassBit) != 0;
  s.remaining = flags & kRemainingMask;
  for (unsigned shift = 0; shift < 24; shift += 8) {
    s.reference |= static_cast<std::uint32_t>(reader.u8()) << shift;
  }
  out.segmentation = s;
  return Error::none;
}

Error read_optional(Octets octets, Message& out) {
  Reader reader{octets};
  while (true) {
    const std::uint8_t name = reader.u8();
    if (!reader.ok()) return Error::optional_part;
    if (name == kEndOfOptional) return Error::none;
    const std::size_t size = reader.u8();
    const Octets value = reader.take(size);
    if (!reader.ok()) return Error::optional_part;
    if (name == kSegmentationName) {
      if (const Error e = read_segmentation(value, out); e != Error::none) return e;
    } else if (name == kImportanceName) {
      if (value.size() != 1) return Error::optional_part;
      out.importance = value[0];
    }
  }
}

/// Offsets of the parts from the message's start; 0 for an optional part that is not there.
struct Parts {
  std::size_t called = 0;
  std::size_t calling = 0;
  std::size_t data = 0;
  std::size_t optional = 0;
};

Error read_pointers(Reader& reader, std::size_t first, const Shape& shape, Parts& out) {
  std::size_t offset = first;
  for (std::size_t i = 0; i < shape.pointers(); ++i, offset += shape.width) {
    const std::size_t pointer = read_number(reader, shape.width);
    if (!reader.ok()) return Error::too_short;
    const std::size_t part = pointer == 0 ? 0 : offset + shape.width - 1 + pointer;
    if (i == 0) out.called = part;
    if (i == 1) out.calling = part;
    if (i == 2) out.data = part;
    if (i == 3) out.optional = part;
  }
  const bool mandatory = out.called != 0 && out.calling != 0 && out.data != 0;
  return mandatory ? Error::none : Error::pointer;
}

Error read_parts(Octets octets, const Shape& shape, const Parts& parts, Message& out) {
  Octets called;
  Octets calling;
  if (!read_part(octets, parts.called, 1, called)) return Error::pointer;
  if (!read_part(octets, parts.calling, 1, calling)) return Error::pointer;
  if (!read_part(octets, parts.data, shape.width, out.data)) return Error::pointer;
  if (!read_address(called, out.called)) return Error::address;
  // A caller that wants no answer sends an address of indicator 0, some none at all (Q.713 3.5).
  if (!calling.empty() && !read_address(calling, out.calling)) return Error::address;
  if (out.data.empty() || out.data.size() > shape.data_max) return Error::user_data;
  if (parts.optional == 0) return Error::none;
  if (parts.optional >= octets.size()) return Error::pointer;
  return read_optional(octets.subspan(parts.optional), out);
}

/// Points the pointer at `pointer` to what is written next; false when that is too far.
bool point(Writer& writer, std::size_t pointer, std::size_t width) {
  if (!writer.ok()) return true;  // want of room shows in the end
  const std::size_t distance = writer.size() - (pointer + width - 1);
  if (distance >> (8 * width) != 0) return false;
  writer.at(pointer) = static_cast<std::uint8_t>(distance & 0xff);
  if (width == 2) writer.at(pointer + 1) = static_cast<std::uint8_t>(distance >> 8 & 0xff);
  return true;
}

bool write_address_part(Writer& writer, const Address& address) {
  const std::size_t length = writer.size();
  writer.u8(0);
  if (!write_address(address, writer)) return !writer.ok();
  writer.at(length) = narrow<std::uint8_t>(writer.size() - length - 1);
  return true;
}

void write_optional(Writer& writer, const Message& message) {
  if (message.segmentation) {
    const Segmentation& s = *message.segmentation;
    writer.u8(kSegmentationName);
    writer.u8(kSegmentationSize);
    writer.u8(static_cast<std::uint8_t>((s.first ? kFirstBit : 0) |
                                        (s.in_sequence ? kClassBit : 0) | s.remaining));
    for (unsigned shift = 0; shift < 24; shift += 8) {
      writer.u8(static_cast<std::uint8_t>(s.reference >> shift & 0xff));
    }
  }
  if (message.importance) {
    writer.u8(kImportanceName);
    writer.u8(1);
    writer.u8(*message.importance);
  }
  writer.u8(kEndOfOptional);
}

Error check_ranges(const Message& message, const Shape& shape) {
  if (!shape.known) return Error::message_type;
  if (message.data.empty() || message.data.size() > shape.data_max) return Error::user_data;
  const bool optional = message.segmentation || message.importance;
  if (optional && !shape.extended) return Error::optional_part;
  if (message.segmentation && (message.segmentation->remaining > kRemainingMask ||
                               message.segmentation->reference > 0xffffffU)) {
    return Error::optional_part;
  }
  return Error::none;
}

}  // namespace

Error decode(Octets octets, Message& out) {
  out = Message{};
  Reader reader{octets};
  out.type = static_cast<Type>(reader.u8());
  if (!reader.ok()) return Error::too_short;
  const Shape shape = shape_of(out.type);
  if (!shape.known) return Error::message_type;
  (shape.service ? out.return_cause : out.protocol_class) = reader.u8();
  if (shape.extended) out.hop_counter = reader.u8();
  if (!reader.ok()) return Error::too_short;
  Parts parts;
  const std::size_t first = octets.size() - reader.left();
  if (const Error e = read_pointers(reader, first, shape, parts); e != Error::none) return e;
  return read_parts(octets, shape, parts, out);
}

Result<std::size_t, Error> encode(const Message& message, MutableOctets out) {
  const Shape shape = shape_of(message.type);
  if (const Error e = check_ranges(message, shape); e != Error::none) return e;
  Writer writer{out};
  writer.u8(static_cast<std::uint8_t>(message.type));
  writer.u8(shape.service ? message.return_cause : message.protocol_class);
  if (shape.extended) writer.u8(message.hop_counter);
  const std::size_t pointers = writer.size();
  for (std::size_t i = 0; i < shape.pointers(); ++i) write_number(writer, 0, shape.width);
  point(writer, pointers, shape.width);
  if (!write_address_part(writer, message.called)) return Error::address;
  point(writer, pointers + shape.width, shape.width);
  if (!write_address_part(writer, message.calling)) return Error::address;
  point(writer, pointers + 2 * shape.width, shape.width);
  write_number(writer, message.data.size(), shape.width);
  writer.octets(message.data);
  if (message.segmentation || message.importance) {
    if (!point(writer, pointers + 3 * shape.width, shape.width)) return Error::user_data;
    write_optional(writer, message);
  }
  if (!writer.ok()) return Error::too_short;
  return writer.size();
}

Message returned(const Message& message, ReturnCause cause) {
  Message service = message;
  service.type = message.type == Type::udt    ? Type::udts
                 : message.type == Type::xudt ? Type::xudts
                                              : Type::ludts;
  service.protocol_class = 0;
  service.return_cause = static_cast<std::uint8_t>(cause);
  service.hop_counter = kHopCounterMax;
  service.called = message.calling;
  service.calling = message.called;
  return service;
}

UnitDataHeader::UnitDataHeader(std::uint8_t protocol_class, const Address& called,
                               const Address& calling) {
  Message message;
  message.protocol_class = protocol_class;
  message.called = called;
  message.calling = calling;
  const std::uint8_t one = 0;
  message.data = {&one, 1};
  std::uint8_t whole[kSizeMax + 1];
  const auto size = encode(message, whole);
  ENGINE_ASSERT(size.ok());
  size_ = *size - 1;
  std::memcpy(octets_, whole, size_);
  // The called address is the first part: class, three pointers, its length, then it.
  digits_size_ = called.title.digits.size();
  digits_offset_ = 6 + std::size_t{octets_[5]} - digits_size_;
}

std::size_t UnitDataHeader::write(std::size_t data_size, MutableOctets out) const {
  ENGINE_ASSERT(size_ != 0);
  if (data_size == 0 || data_size > kUnitDataMax || size_ + data_size > out.size()) return 0;
  std::memcpy(out.data(), octets_, size_);
  out[size_ - 1] = static_cast<std::uint8_t>(data_size);
  return size_ + data_size;
}

bool read(Octets octets, Management& out) {
  Reader reader{octets};
  const std::uint8_t type = reader.u8();
  out.ssn = reader.u8();
  const std::uint8_t low = reader.u8();
  const unsigned high = reader.u8();
  out.multiplicity = reader.u8();
  if (!reader.ok() || type < 1 || type > 3) return false;
  out.type = static_cast<Management::Type>(type);
  out.point_code = static_cast<std::uint16_t>((high << 8 | low) & 0x3fffU);
  return true;
}

void write(const Management& management, Writer& writer) {
  writer.u8(static_cast<std::uint8_t>(management.type));
  writer.u8(management.ssn);
  writer.u8(static_cast<std::uint8_t>(management.point_code & 0xff));
  writer.u8(static_cast<std::uint8_t>(management.point_code >> 8));
  writer.u8(management.multiplicity);
}

}  // namespace rung::sccp
