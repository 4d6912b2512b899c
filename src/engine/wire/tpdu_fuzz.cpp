// Whatever decodes as a TPDU encodes to the same octets, and its text and header can be read. The
// first octet of the input chooses the direction and the RP message.
#include <array>

#include "engine/base/assert.hpp"
#include "engine/wire/tpdu.hpp"
#include "engine/wire/tpdu_address.hpp"
#include "engine/wire/tpdu_user_data.hpp"

namespace {

void read_everything(const rung::tp::Tpdu& tpdu) {
  using namespace rung;
  std::array<char, tp::kUserTextSizeMax> text;
  ENGINE_ASSERT(tp::user_text(tpdu, text) <= text.size());
  ENGINE_ASSERT(tp::address_text(tpdu.address, text) <= tp::kAddressTextSizeMax);
  udh::Concatenation parts;
  udh::find_concatenation(tp::user_data_header(tpdu), parts);
  tp::Timestamp stamp;
  tp::decode_timestamp(tpdu.service_centre_time, stamp);
  tp::validity_seconds(tpdu.vpf, tpdu.validity);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rung;
  if (size == 0) return 0;
  const auto direction = (data[0] & 1) != 0 ? tp::Direction::sc_to_ms : tp::Direction::ms_to_sc;
  const auto carrier = static_cast<tp::Carrier>((data[0] >> 1) % 3);
  const Octets octets = Octets{data, size}.subspan(1);
  tp::Tpdu tpdu;
  if (tp::decode(octets, direction, carrier, tpdu) != tp::Error::none) return 0;

  // Octets behind TP-UD have no bound of their own, so the fuzzer's input bounds them.
  std::array<std::uint8_t, 4096> out;
  const auto encoded = tp::encode(tpdu, carrier, out);
  ENGINE_ASSERT(encoded.ok() || octets.size() > out.size());
  if (encoded.ok()) ENGINE_ASSERT(as_text(Octets{out}.first(*encoded)) == as_text(octets));
  read_everything(tpdu);
  return 0;
}
