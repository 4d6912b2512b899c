// Whatever decodes as an M3UA message encodes, and what was encoded decodes to the same; the short
// way of DATA agrees with the long one, and a routing key inside survives too.
#include <array>

#include "engine/base/assert.hpp"
#include "engine/wire/m3ua.hpp"
#include "engine/wire/m3ua_data.hpp"

namespace {

using namespace rung;

void same_views(const m3ua::View& a, const m3ua::View& b) {
  ENGINE_ASSERT(a.type == b.type);
  ENGINE_ASSERT(a.present == b.present);
  for (std::size_t i = 0; i < m3ua::kParameterCount; ++i) {
    ENGINE_ASSERT(as_text(a.values[i]) == as_text(b.values[i]));
  }
}

void same_data(Octets octets, m3ua::Error error, const m3ua::View& view) {
  m3ua::Data data;
  const m3ua::Error short_way = m3ua::decode_data(octets, data);
  ENGINE_ASSERT(error == short_way);
  if (short_way != m3ua::Error::none) return;
  ENGINE_ASSERT(data.protocol.opc == view.data().opc);
  ENGINE_ASSERT(data.protocol.sls == view.data().sls);
  ENGINE_ASSERT(data.has_routing_context == view.has(m3ua::Parameter::routing_context));
  ENGINE_ASSERT(as_text(data.protocol.user_data) == as_text(view.data().user_data));
}

void same_key(Octets value) {
  m3ua::RoutingKey key;
  if (m3ua::read(value, key) != m3ua::Error::none) return;
  std::array<std::uint8_t, 4096> out;
  m3ua::MessageWriter writer{out, m3ua::Type::reg_req};
  m3ua::write(writer, key);
  const std::size_t size = writer.finish();
  if (size == 0) return;
  m3ua::View view;
  ENGINE_ASSERT(m3ua::decode(Octets{out}.first(size), view) == m3ua::Error::none);
  m3ua::RoutingKey again;
  ENGINE_ASSERT(m3ua::read(view.octets(m3ua::Parameter::routing_key), again) == m3ua::Error::none);
  ENGINE_ASSERT(again.destination == key.destination);
  ENGINE_ASSERT(as_text(again.origins) == as_text(key.origins));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Octets octets{data, size};
  m3ua::View view;
  const m3ua::Error error = m3ua::decode(octets, view);
  if (m3ua::is_data(octets)) same_data(octets, error, view);
  if (error != m3ua::Error::none) return 0;

  std::array<std::uint8_t, 8192> out;
  const auto encoded = m3ua::encode(view, out);
  if (size > out.size() - 8) return 0;
  ENGINE_ASSERT(encoded.ok());
  m3ua::View again;
  ENGINE_ASSERT(m3ua::decode(Octets{out}.first(*encoded), again) == m3ua::Error::none);
  same_views(view, again);
  same_key(view.octets(m3ua::Parameter::routing_key));
  return 0;
}
