// The decode budget: RP and TPDU of a 160-character SM within its GSM unpack plus 0.1 us. Both ends
// of the comparison run in this binary, on the same octets.
#include <benchmark/benchmark.h>

#include <array>

#include "engine/wire/rp.hpp"
#include "engine/wire/text.hpp"
#include "engine/wire/tpdu.hpp"
#include "engine/wire/tpdu_address.hpp"
#include "engine/wire/tpdu_user_data.hpp"

namespace rung {
namespace {

constexpr std::size_t kSeptets = 160;

/// An MT RPDU: RP-DATA with an SMS-DELIVER of 160 characters.
struct Sample {
  std::array<std::uint8_t, rp::kMessageSizeMax> octets{};
  std::size_t size = 0;

  Sample() {
    std::array<std::uint8_t, kSeptets> text;
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<std::uint8_t>('A' + i % 26);
    std::array<std::uint8_t, tp::kUserDataSizeMax> user_data;
    std::array<std::uint8_t, tp::kAddressValueSizeMax> originator;
    std::array<std::uint8_t, tp::kTimestampSize> stamp;
    tp::Tpdu tpdu;
    tpdu.type = tp::Type::deliver;
    tp::make_number("12125551111", tp::kInternationalE164, originator, tpdu.address);
    tp::encode_timestamp({.year = 26, .month = 3, .day = 14, .hour = 15, .quarter_hours = 4},
                         stamp);
    tpdu.service_centre_time = stamp;
    tp::set_user_data(tpdu, 0, {}, text, user_data);
    std::array<std::uint8_t, tp::kTpduSizeMax> encoded;
    const std::size_t tpdu_size = *tp::encode(tpdu, tp::Carrier::rp_data, encoded);

    std::array<std::uint8_t, rp::kAddressSizeMax> centre;
    rp::Message message;
    message.first_octet = static_cast<std::uint8_t>(rp::Mti::data_n_to_ms);
    message.originator = Octets{centre}.first(bcd::encode_address("12125550000", centre));
    message.user_data = Octets{encoded}.first(tpdu_size);
    size = *rp::encode(message, octets);
  }
  [[nodiscard]] Octets span() const { return Octets{octets}.first(size); }
  /// What RP and TPDU decoder make of it; false, and the benchmark ended, where they do not.
  bool decode(benchmark::State& state, tp::Tpdu& tpdu) const {
    rp::Message message;
    const bool decoded = rp::decode(span(), message) == rp::Error::none &&
                         tp::decode(message.user_data, tp::Direction::sc_to_ms,
                                    tp::Carrier::rp_data, tpdu) == tp::Error::none;
    if (!decoded) state.SkipWithError("the sample does not decode");
    return decoded;
  }
};

void gsm7_unpack_160(benchmark::State& state) {
  const Sample sample;
  const Octets packed = sample.span().last(tp::kUserDataSizeMax);
  std::array<std::uint8_t, kSeptets> out;
  for (auto _ : state) {
    benchmark::DoNotOptimize(gsm7::unpack(packed, 0, kSeptets, out));
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(gsm7_unpack_160);

void gsm7_pack_160(benchmark::State& state) {
  std::array<std::uint8_t, kSeptets> septets;
  septets.fill('x');
  std::array<std::uint8_t, tp::kUserDataSizeMax> out{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(gsm7::pack(septets, 0, out));
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(gsm7_pack_160);

void rp_tpdu_decode_160(benchmark::State& state) {
  Sample sample;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample.octets);
    tp::Tpdu tpdu;
    if (!sample.decode(state, tpdu)) break;
    benchmark::DoNotOptimize(tpdu);
  }
}
BENCHMARK(rp_tpdu_decode_160);

void rp_tpdu_decode_and_unpack_160(benchmark::State& state) {
  Sample sample;
  std::array<std::uint8_t, kSeptets> out;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample.octets);
    tp::Tpdu tpdu;
    if (!sample.decode(state, tpdu)) break;
    if (tp::unpack_user_text(tpdu, out) != kSeptets) {
      state.SkipWithError("the sample does not unpack");
      break;
    }
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(rp_tpdu_decode_and_unpack_160);

void tpdu_encode_160(benchmark::State& state) {
  const Sample sample;
  tp::Tpdu tpdu;
  if (!sample.decode(state, tpdu)) return;
  std::array<std::uint8_t, tp::kTpduSizeMax> out;
  for (auto _ : state) {
    benchmark::DoNotOptimize(tpdu);
    benchmark::DoNotOptimize(tp::encode(tpdu, tp::Carrier::rp_data, out).ok());
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(tpdu_encode_160);

void gsm7_to_utf8_160(benchmark::State& state) {
  std::array<std::uint8_t, kSeptets> septets;
  septets.fill('x');
  std::array<char, tp::kUserTextSizeMax> out;
  for (auto _ : state) {
    benchmark::DoNotOptimize(septets);
    benchmark::DoNotOptimize(gsm7::to_utf8(septets, out));
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(gsm7_to_utf8_160);

}  // namespace
}  // namespace rung
