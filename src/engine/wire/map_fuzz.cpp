// The first octet chooses a type of map_parameter.def, the rest is a parameter. Whatever decodes
// encodes, and what was encoded decodes and encodes to the same.
#include <array>

#include "engine/base/assert.hpp"
#include "engine/wire/map_parameter.hpp"

namespace {

using namespace rung;

constexpr std::size_t kSizeMax = 4096;

template <class Parameter>
void same_after_encoding(Octets octets) {
  Parameter parameter;
  if (const ber::Error error = map::decode(octets, parameter)) {
    ENGINE_ASSERT(error.offset <= octets.size());
    ENGINE_ASSERT(!error.element.empty());
    return;
  }
  if (octets.empty()) return;
  std::array<std::uint8_t, 2 * kSizeMax> out;
  ber::Writer writer{out};
  map::write(writer, parameter);
  ENGINE_ASSERT(writer.ok());
  Parameter again;
  ENGINE_ASSERT(!map::decode(writer.written(), again));
  std::array<std::uint8_t, 2 * kSizeMax> out_again;
  ber::Writer writer_again{out_again};
  map::write(writer_again, again);
  ENGINE_ASSERT(as_text(writer.written()) == as_text(writer_again.written()));
}

using Check = void (*)(Octets);
constexpr Check kChecks[] = {
#define RUNG_MAP_PARAMETER(type) same_after_encoding<map::type>,
#include "engine/wire/map_parameter.def"
#undef RUNG_MAP_PARAMETER
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > kSizeMax) return 0;
  kChecks[data[0] % std::size(kChecks)](Octets{data + 1, size - 1});
  return 0;
}
