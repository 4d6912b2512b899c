#include "engine/wire/m3ua.hpp"

#include <algorithm>
#include <cstring>

#include "engine/wire/m3ua_grammar.hpp"

namespace rung::m3ua {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kParameterHeaderSize = 4;

constexpr std::uint16_t kTags[] = {
#define RUNG_M3UA_PARAMETER(id, tag, size, name) tag,
#include "engine/wire/m3ua_parameter.def"
#undef RUNG_M3UA_PARAMETER
};
static_assert(std::size(kTags) == kParameterCount);
static_assert(kParameterCount <= 32, "View::present has a bit each");

enum class Size : std::uint8_t { any, word, words, data };
constexpr Size kSizes[] = {
#define RUNG_M3UA_PARAMETER(id, tag, size, name) Size::size,
#include "engine/wire/m3ua_parameter.def"
#undef RUNG_M3UA_PARAMETER
};

bool right_size(Type type, Parameter p, std::size_t size) {
  // 3.3.1: DATA is for one routing context.
  if (type == Type::data && p == Parameter::routing_context) return size == 4;
  switch (kSizes[static_cast<std::size_t>(p)]) {
    case Size::any: return true;
    case Size::word: return size == 4;
    case Size::words: return size != 0 && size % 4 == 0;
    case Size::data: return size >= kProtocolDataHeaderSize;
  }
  return false;
}

constexpr std::size_t padding(std::size_t size) { return (4 - size % 4) % 4; }

constexpr std::uint32_t bit(Parameter p) { return 1U << static_cast<unsigned>(p); }

bool known_class(std::uint16_t type) {
  const unsigned message_class = type >> 8;
  return message_class <= 4 || message_class == 9;
}

/// The header; `out.parameters` is what it leaves.
Error read_header(Octets octets, View& out) {
  Reader reader{octets};
  const std::uint8_t version = reader.u8();
  reader.u8();  // reserved: ignored by the receiver (3.1.1)
  const std::uint16_t type = reader.u16();
  const std::size_t length = reader.u32();
  if (!reader.ok()) return Error::too_short;
  out.type = static_cast<Type>(type);
  if (version != kVersion) return Error::version;
  if (!known_class(type)) return Error::message_class;
  if (grammar_of(out.type) == nullptr) return Error::message_type;
  if (length < kHeaderSize || length > octets.size()) return Error::length;
  if (octets.size() - length != padding(length)) return Error::length;
  out.parameters = octets.subspan(kHeaderSize, length - kHeaderSize);
  return Error::none;
}

Error read_parameters(const Grammar& grammar, View& out) {
  Parameters parameters{out.parameters};
  while (parameters.next()) {
    const auto known = parameters.parameter();
    if (!known) {
      if (out.unknown != UINT8_MAX) ++out.unknown;
      continue;
    }
    if ((grammar.permitted & bit(*known)) == 0) return Error::unexpected_parameter;
    if (!right_size(out.type, *known, parameters.value().size())) return Error::parameter_length;
    if (out.has(*known)) {
      if ((grammar.repeated & bit(*known)) == 0) return Error::unexpected_parameter;
      continue;
    }
    out.present |= bit(*known);
    out.values[static_cast<std::size_t>(*known)] = parameters.value();
  }
  return parameters.ok() ? Error::none : Error::parameter_length;
}

void write_repeated(MessageWriter& writer, Octets octets, Parameter wanted) {
  Parameters parameters{octets};
  while (parameters.next()) {
    if (parameters.parameter() == wanted) writer.octets(wanted, parameters.value());
  }
}

}  // namespace

std::optional<Parameter> Parameters::parameter() const {
  const auto* found = std::find(std::begin(kTags), std::end(kTags), tag_);
  if (found == std::end(kTags)) return std::nullopt;
  return static_cast<Parameter>(found - std::begin(kTags));
}

bool Parameters::next() {
  if (!ok_ || reader_.left() == 0) return false;
  tag_ = reader_.u16();
  const std::size_t length = reader_.u16();
  ok_ = reader_.ok() && length >= kParameterHeaderSize;
  if (!ok_) return false;
  value_ = reader_.take(length - kParameterHeaderSize);
  ok_ = reader_.ok();
  reader_.take(std::min(padding(length), reader_.left()));
  return ok_;
}

Error decode(Octets octets, View& out) {
  out = View{};
  if (const Error e = read_header(octets, out); e != Error::none) return e;
  const Grammar& grammar = *grammar_of(out.type);
  if (const Error e = read_parameters(grammar, out); e != Error::none) return e;
  return (grammar.mandatory & ~out.present) == 0 ? Error::none : Error::missing_parameter;
}

Result<std::size_t, Error> encode(const View& view, MutableOctets out) {
  const Grammar* grammar = grammar_of(view.type);
  if (grammar == nullptr) return Error::message_type;
  if ((view.present & ~grammar->permitted) != 0) return Error::unexpected_parameter;
  if ((grammar->mandatory & ~view.present) != 0) return Error::missing_parameter;
  MessageWriter writer{out, view.type};
  for (const Parameter p : grammar->order()) {
    if (!view.has(p)) continue;
    if (!right_size(view.type, p, view.octets(p).size())) return Error::parameter_length;
    if ((grammar->repeated & bit(p)) != 0) {
      write_repeated(writer, view.parameters, p);
    } else {
      writer.octets(p, view.octets(p));
    }
  }
  const std::size_t size = writer.finish();
  if (size == 0) return Error::too_short;
  return size;
}

namespace {

void write_label(const ProtocolData& data, Writer& writer) {
  writer.u32(data.opc);
  writer.u32(data.dpc);
  writer.u8(data.si);
  writer.u8(data.ni);
  writer.u8(data.mp);
  writer.u8(data.sls);
}

}  // namespace

bool read(Octets value, ProtocolData& out) {
  Reader reader{value};
  out.opc = reader.u32();
  out.dpc = reader.u32();
  out.si = reader.u8();
  out.ni = reader.u8();
  out.mp = reader.u8();
  out.sls = reader.u8();
  out.user_data = reader.rest();
  return reader.ok();
}

std::size_t write(const ProtocolData& data, MutableOctets out) {
  const std::size_t size = kProtocolDataHeaderSize + data.user_data.size();
  if (size > out.size()) return 0;
  Writer writer(out);
  write_label(data, writer);
  const MutableOctets rest = out.subspan(kProtocolDataHeaderSize);
  if (!data.user_data.empty() && data.user_data.data() != rest.data()) {
    std::memmove(rest.data(), data.user_data.data(), data.user_data.size());
  }
  return size;
}

Status View::status() const {
  Reader reader{octets(Parameter::status)};
  const std::uint16_t type_field = reader.u16();
  return {type_field, reader.u16()};
}

ProtocolData View::data() const {
  ProtocolData data;
  if (!read(octets(Parameter::protocol_data), data)) return {};
  return data;
}

MessageWriter::MessageWriter(MutableOctets out, Type type) : writer_(out) {
  writer_.u8(kVersion);
  writer_.u8(0);
  writer_.u16(static_cast<std::uint16_t>(type));
  writer_.u32(0);
}

void MessageWriter::begin(Parameter p, std::size_t size) {
  writer_.u16(kTags[static_cast<std::size_t>(p)]);
  writer_.u16(narrow<std::uint16_t>(kParameterHeaderSize + size));
}

void MessageWriter::pad() {
  for (std::size_t i = padding(writer_.size()); i > 0; --i) writer_.u8(0);
}

MessageWriter& MessageWriter::octets(Parameter p, Octets value) {
  begin(p, value.size());
  writer_.octets(value);
  pad();
  return *this;
}

MessageWriter& MessageWriter::word(Parameter p, std::uint32_t value) {
  begin(p, 4);
  writer_.u32(value);
  return *this;
}

MessageWriter& MessageWriter::words(Parameter p, std::span<const std::uint32_t> values) {
  begin(p, 4 * values.size());
  for (const std::uint32_t value : values) writer_.u32(value);
  return *this;
}

MessageWriter& MessageWriter::status(Status status) {
  return word(Parameter::status, std::uint32_t{status.type} << 16 | status.information);
}

MessageWriter& MessageWriter::data(const ProtocolData& data) {
  begin(Parameter::protocol_data, kProtocolDataHeaderSize + data.user_data.size());
  write_label(data, writer_);
  writer_.octets(data.user_data);
  pad();
  return *this;
}

MessageWriter& MessageWriter::open(Parameter p) {
  ENGINE_ASSERT(opened_ == 0);
  opened_ = writer_.size();
  begin(p, 0);
  return *this;
}

MessageWriter& MessageWriter::close() {
  ENGINE_ASSERT(opened_ != 0);
  if (writer_.ok()) {
    const auto length = narrow<std::uint16_t>(writer_.size() - opened_);
    writer_.at(opened_ + 2) = static_cast<std::uint8_t>(length >> 8);
    writer_.at(opened_ + 3) = static_cast<std::uint8_t>(length & 0xff);
  }
  opened_ = 0;
  return *this;
}

std::size_t MessageWriter::finish() {
  ENGINE_ASSERT(opened_ == 0);
  if (!writer_.ok()) return 0;
  const auto length = narrow<std::uint32_t>(writer_.size());
  for (unsigned i = 0; i < 4; ++i) {
    writer_.at(4 + i) = static_cast<std::uint8_t>(length >> (24 - 8 * i) & 0xff);
  }
  return writer_.size();
}

}  // namespace rung::m3ua
