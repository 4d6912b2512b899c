#include "engine/wire/rp.hpp"

namespace rung::rp {
namespace {

constexpr std::uint8_t kExtensionBit = 0x80;
constexpr std::uint8_t kCauseMax = 0x7f;

Error read_address(Reader& reader, Octets& value) {
  const std::size_t size = reader.u8();
  if (!reader.ok()) return Error::too_short;
  if (size > kAddressSizeMax) return Error::address_length;
  value = reader.take(size);
  return reader.ok() ? Error::none : Error::too_short;
}

/// 8.2.5.3 as LV: the whole element of RP-DATA, the element behind its IEI elsewhere.
Error read_user_data(Reader& reader, Message& out) {
  const std::size_t size = reader.u8();
  if (!reader.ok()) return Error::too_short;
  if (size > kUserDataSizeMax || size > reader.left()) return Error::user_data_length;
  out.user_data = reader.take(size);
  out.has_user_data = true;
  return Error::none;
}

Error read_optional_user_data(Reader& reader, Message& out) {
  if (reader.left() == 0) return Error::none;
  if (reader.u8() != kUserDataIei) return Error::unexpected_element;
  return read_user_data(reader, out);
}

Error read_cause(Reader& reader, Message& out) {
  const std::size_t size = reader.u8();
  if (!reader.ok()) return Error::too_short;
  if (size != 1 && size != 2) return Error::cause_length;
  const Octets value = reader.take(size);
  if (!reader.ok()) return Error::too_short;
  out.cause = value[0] & kCauseMax;
  out.cause_extended = (value[0] & kExtensionBit) != 0;
  out.has_diagnostic = size == 2;
  if (out.has_diagnostic) out.diagnostic = value[1];
  return Error::none;
}

Error read_data(Reader& reader, Message& out) {
  if (const Error e = read_address(reader, out.originator); e != Error::none) return e;
  if (const Error e = read_address(reader, out.destination); e != Error::none) return e;
  return read_user_data(reader, out);
}

Error read_error(Reader& reader, Message& out) {
  if (const Error e = read_cause(reader, out); e != Error::none) return e;
  return read_optional_user_data(reader, out);
}

Error read_body(Reader& reader, Message& out) {
  switch (out.type()) {
    case Type::data: return read_data(reader, out);
    case Type::ack: return read_optional_user_data(reader, out);
    case Type::error: return read_error(reader, out);
    case Type::smma: return Error::none;
  }
  return Error::reserved_type;
}

void write_lv(Writer& writer, Octets value) {
  writer.u8(narrow<std::uint8_t>(value.size()));
  writer.octets(value);
}

void write_cause(Writer& writer, const Message& message) {
  writer.u8(message.has_diagnostic ? 2 : 1);
  writer.u8(message.cause_extended ? message.cause | kExtensionBit : message.cause);
  if (message.has_diagnostic) writer.u8(message.diagnostic);
}

void write_optional_user_data(Writer& writer, const Message& message) {
  if (!message.has_user_data) return;
  writer.u8(kUserDataIei);
  write_lv(writer, message.user_data);
}

Error check_ranges(const Message& message) {
  if (message.mti() == Mti::reserved) return Error::reserved_type;
  const Type type = message.type();
  if (type == Type::data) {
    if (message.originator.size() > kAddressSizeMax) return Error::address_length;
    if (message.destination.size() > kAddressSizeMax) return Error::address_length;
  }
  if (type == Type::error && message.cause > kCauseMax) return Error::cause_length;
  const bool has_user_data = type == Type::data || (type != Type::smma && message.has_user_data);
  if (has_user_data && message.user_data.size() > kUserDataSizeMax) return Error::user_data_length;
  return Error::none;
}

}  // namespace

Error decode(Octets octets, Message& out) {
  out = Message{};
  Reader reader{octets};
  out.first_octet = reader.u8();
  out.reference = reader.u8();
  if (!reader.ok()) return Error::too_short;
  if (out.mti() == Mti::reserved) return Error::reserved_type;
  if (const Error e = read_body(reader, out); e != Error::none) return e;
  return reader.left() == 0 ? Error::none : Error::trailing_octets;
}

Result<std::size_t, Error> encode(const Message& message, MutableOctets out) {
  if (const Error e = check_ranges(message); e != Error::none) return e;
  Writer writer{out};
  writer.u8(message.first_octet);
  writer.u8(message.reference);
  switch (message.type()) {
    case Type::data:
      write_lv(writer, message.originator);
      write_lv(writer, message.destination);
      write_lv(writer, message.user_data);
      break;
    case Type::error: write_cause(writer, message); [[fallthrough]];
    case Type::ack: write_optional_user_data(writer, message); break;
    case Type::smma: break;
  }
  if (!writer.ok()) return Error::too_short;
  return writer.size();
}

}  // namespace rung::rp
