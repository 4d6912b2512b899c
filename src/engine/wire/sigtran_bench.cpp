// What the layers below TCAP cost a message: the E164-addressed UDT of a mobile terminated short
// message, 164 octets of DATA. The target of a whole MAP message is 0.5 us; these are a part of it.
#include <benchmark/benchmark.h>

#include <array>

#include "engine/wire/m3ua_data.hpp"
#include "engine/wire/sccp.hpp"

namespace rung {
namespace {

constexpr std::size_t kTcapSize = 95;
constexpr m3ua::DataLabel kLabel{.opc = 1, .dpc = 2, .ni = 2, .routing_context = 100};

struct Sample {
  std::array<std::uint8_t, 8> called_digits;
  std::array<std::uint8_t, 8> calling_digits;
  std::array<std::uint8_t, kTcapSize> tcap{};
  std::array<std::uint8_t, 512> octets{};
  std::size_t size = 0;
  sccp::Message message;
  m3ua::DataHeader header{kLabel};

  Sample() {
    message.protocol_class = sccp::kReturnOnError;
    message.called = sccp::e164_address("46708000003", sccp::kSsnMsc, called_digits);
    message.calling = sccp::e164_address("46708000001", sccp::kSsnMsc, calling_digits);
    message.data = tcap;
    const auto space = MutableOctets{octets}.subspan(header.size());
    size = header.write(5, *sccp::encode(message, space), octets);
  }
  [[nodiscard]] Octets whole() const { return Octets{octets}.first(size); }
};

void m3ua_sccp_decode(benchmark::State& state) {
  Sample sample;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample.octets);
    m3ua::Data data;
    sccp::Message message;
    if (m3ua::decode_data(sample.whole(), data) != m3ua::Error::none ||
        sccp::decode(data.protocol.user_data, message) != sccp::Error::none) {
      state.SkipWithError("the sample does not decode");
      break;
    }
    benchmark::DoNotOptimize(message);
  }
}
BENCHMARK(m3ua_sccp_decode);

void m3ua_decode_by_the_general_way(benchmark::State& state) {
  Sample sample;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample.octets);
    m3ua::View view;
    benchmark::DoNotOptimize(m3ua::decode(sample.whole(), view));
    benchmark::DoNotOptimize(view);
  }
}
BENCHMARK(m3ua_decode_by_the_general_way);

void m3ua_sccp_encode(benchmark::State& state) {
  Sample sample;
  const auto space = MutableOctets{sample.octets}.subspan(sample.header.size());
  for (auto _ : state) {
    benchmark::DoNotOptimize(sample.tcap);
    const auto size = sccp::encode(sample.message, space);
    benchmark::DoNotOptimize(sample.header.write(5, *size, sample.octets));
    benchmark::DoNotOptimize(sample.octets);
  }
}
BENCHMARK(m3ua_sccp_encode);

/// Both headers prerendered; the TCAP message lies where it will leave from.
void m3ua_sccp_patch(benchmark::State& state) {
  Sample sample;
  const sccp::UnitDataHeader unit_data{sample.message.protocol_class, sample.message.called,
                                       sample.message.calling};
  const auto space = MutableOctets{sample.octets}.subspan(sample.header.size());
  for (auto _ : state) {
    const std::size_t size = unit_data.write(kTcapSize, space);
    benchmark::DoNotOptimize(sample.header.write(5, size, sample.octets));
    benchmark::DoNotOptimize(sample.octets);
  }
}
BENCHMARK(m3ua_sccp_patch);

}  // namespace
}  // namespace rung
