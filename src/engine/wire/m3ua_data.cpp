#include "engine/wire/m3ua_data.hpp"

#include <cstring>
#include <utility>

namespace rung::m3ua {
namespace {

constexpr std::uint8_t kDataHead[] = {1, 0, 1, 1};  // version, reserved, class, type
constexpr std::size_t kUserDataMax = UINT16_MAX - 4 - kProtocolDataHeaderSize;

Error take(Parameter p, Octets value, Data& out) {
  switch (p) {
    case Parameter::network_appearance:
      if (value.size() != 4) return Error::parameter_length;
      if (out.has_network_appearance) return Error::unexpected_parameter;
      out.has_network_appearance = true;
      out.network_appearance = Reader{value}.u32();
      return Error::none;
    case Parameter::routing_context:
      if (value.size() != 4) return Error::parameter_length;
      if (out.has_routing_context) return Error::unexpected_parameter;
      out.has_routing_context = true;
      out.routing_context = Reader{value}.u32();
      return Error::none;
    case Parameter::correlation_id:
      return value.size() == 4 ? Error::none : Error::parameter_length;
    default: return Error::unexpected_parameter;
  }
}

}  // namespace

bool is_data(Octets octets) {
  return octets.size() >= sizeof kDataHead && octets[0] == kDataHead[0] &&
         octets[2] == kDataHead[2] && octets[3] == kDataHead[3];
}

Error decode_data(Octets octets, Data& out) {
  out = Data{};
  if (octets.size() < kHeaderSize) return Error::too_short;
  const std::size_t length = Reader{octets.subspan(4)}.u32();
  if (length < kHeaderSize || length > octets.size()) return Error::length;
  if (octets.size() - length != (4 - length % 4) % 4) return Error::length;
  Parameters parameters{octets.subspan(kHeaderSize, length - kHeaderSize)};
  bool has_protocol_data = false;
  bool has_correlation_id = false;
  while (parameters.next()) {
    const auto known = parameters.parameter();
    if (!known) continue;
    if (*known == Parameter::protocol_data) {
      ProtocolData protocol;
      if (!read(parameters.value(), protocol)) return Error::parameter_length;
      if (std::exchange(has_protocol_data, true)) return Error::unexpected_parameter;
      out.protocol = protocol;
      continue;
    }
    if (const Error e = take(*known, parameters.value(), out); e != Error::none) return e;
    if (*known == Parameter::correlation_id && std::exchange(has_correlation_id, true)) {
      return Error::unexpected_parameter;
    }
  }
  if (!parameters.ok()) return Error::parameter_length;
  return has_protocol_data ? Error::none : Error::missing_parameter;
}

DataHeader::DataHeader(const DataLabel& label) {
  MessageWriter writer{octets_, Type::data};
  if (label.network_appearance) {
    writer.word(Parameter::network_appearance, *label.network_appearance);
  }
  if (label.routing_context) writer.word(Parameter::routing_context, *label.routing_context);
  writer.data({.opc = label.opc,
               .dpc = label.dpc,
               .si = label.si,
               .ni = label.ni,
               .mp = label.mp,
               .sls = 0,
               .user_data = {}});
  size_ = writer.finish();
  ENGINE_ASSERT(size_ != 0);
}

std::size_t DataHeader::write(std::uint8_t sls, std::size_t user_data_size,
                              MutableOctets out) const {
  ENGINE_ASSERT(size_ != 0);
  const std::size_t size = message_size(user_data_size);
  if (user_data_size > kUserDataMax || size > out.size()) return 0;
  std::memcpy(out.data(), octets_.data(), size_);
  for (std::size_t i = size_ + user_data_size; i < size; ++i) out[i] = 0;
  const std::size_t length = 4 + kProtocolDataHeaderSize + user_data_size;
  const std::size_t parameter = size_ - kProtocolDataHeaderSize - 4;
  for (unsigned i = 0; i < 4; ++i) {
    out[4 + i] = static_cast<std::uint8_t>(size >> (24 - 8 * i) & 0xff);
  }
  out[parameter + 2] = static_cast<std::uint8_t>(length >> 8 & 0xff);
  out[parameter + 3] = static_cast<std::uint8_t>(length & 0xff);
  out[size_ - 1] = sls;
  return size;
}

}  // namespace rung::m3ua
