// Whatever decodes as an RPDU encodes to the same octets; a TPDU inside is decoded too.
#include <array>

#include "engine/base/assert.hpp"
#include "engine/wire/rp.hpp"
#include "engine/wire/tpdu.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rung;
  const Octets octets{data, size};
  rp::Message message;
  if (rp::decode(octets, message) != rp::Error::none) return 0;

  std::array<std::uint8_t, rp::kMessageSizeMax + 32> out;
  const auto encoded = rp::encode(message, out);
  ENGINE_ASSERT(encoded.ok());
  ENGINE_ASSERT(as_text(Octets{out}.first(*encoded)) == as_text(octets));

  const bool up = message.direction() == rp::Direction::ms_to_n;
  const auto carrier = message.type() == rp::Type::data  ? tp::Carrier::rp_data
                       : message.type() == rp::Type::ack ? tp::Carrier::rp_ack
                                                         : tp::Carrier::rp_error;
  tp::Tpdu tpdu;
  const auto direction = up ? tp::Direction::ms_to_sc : tp::Direction::sc_to_ms;
  if (tp::decode(message.user_data, direction, carrier, tpdu) != tp::Error::none) return 0;
  const auto inner = tp::encode(tpdu, carrier, out);
  ENGINE_ASSERT(inner.ok());
  ENGINE_ASSERT(as_text(Octets{out}.first(*inner)) == as_text(message.user_data));
  return 0;
}
