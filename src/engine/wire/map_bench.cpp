// The budget of the MAP side: decode and encode of one message, TCAP and MAP together, within
// 0.5 us each. A message decodes as a worker does it: TCAP, then the one component's parameter.
#include <benchmark/benchmark.h>

#include <array>

#include "engine/wire/map.hpp"
#include "engine/wire/map_parameter.hpp"
#include "engine/wire/slot.hpp"
#include "engine/wire/tcap_template.hpp"
#include "engine/wire/tcap_writer.hpp"

namespace rung {
namespace {

using Buffer = std::array<std::uint8_t, 512>;

constexpr std::uint8_t kImsi[] = {0x42, 0x00, 0x07, 0x21, 0x43, 0x65, 0x87, 0xf9};
constexpr std::uint8_t kMsisdn[] = {0x91, 0x64, 0x07, 0x21, 0x43, 0x65, 0xf7};
constexpr std::uint8_t kCentre[] = {0x91, 0x64, 0x07, 0x08, 0x00, 0x00, 0xf4};
constexpr std::uint8_t kGateway[] = {0x91, 0x64, 0x07, 0x08, 0x00, 0x00, 0xf3};
constexpr std::size_t kTpduSize = 159;  // an SMS-DELIVER of 160 characters

constexpr auto kTpdu = [] {
  std::array<std::uint8_t, kTpduSize> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(i);
  return octets;
}();

struct MoBegin {
  using Parameter = map::MoForwardSmArg;
  static constexpr map::Operation kOperation = map::Operation::mo_forward_sm;
  static constexpr map::ApplicationContext kContext{map::ContextName::short_msg_mo_relay, 3};
  static constexpr tcap::Type kType = tcap::Type::begin;
  static Parameter parameter() {
    Parameter p;
    p.sm_rp_da = {map::SmRpDaKind::service_centre_address, kCentre};
    p.sm_rp_oa = {map::SmRpOaKind::msisdn, kMsisdn};
    p.sm_rp_ui = kTpdu;
    p.imsi = kImsi;
    return p;
  }
};

struct MtBegin {
  using Parameter = map::MtForwardSmArg;
  static constexpr map::Operation kOperation = map::Operation::mt_forward_sm;
  static constexpr map::ApplicationContext kContext{map::ContextName::short_msg_mt_relay, 3};
  static constexpr tcap::Type kType = tcap::Type::begin;
  static Parameter parameter() {
    Parameter p;
    p.sm_rp_da = {map::SmRpDaKind::imsi, kImsi};
    p.sm_rp_oa = {map::SmRpOaKind::service_centre_address, kCentre};
    p.sm_rp_ui = kTpdu;
    return p;
  }
};

struct SriBegin {
  using Parameter = map::RoutingInfoForSmArg;
  static constexpr map::Operation kOperation = map::Operation::send_routing_info_for_sm;
  static constexpr map::ApplicationContext kContext{map::ContextName::short_msg_gateway, 3};
  static constexpr tcap::Type kType = tcap::Type::begin;
  static Parameter parameter() {
    Parameter p;
    p.msisdn = kMsisdn;
    p.sm_rp_pri.value = true;
    p.service_centre_address = kCentre;
    p.gprs_support_indicator = true;
    return p;
  }
};

struct SriEnd {
  using Parameter = map::RoutingInfoForSmRes;
  static constexpr map::Operation kOperation = map::Operation::send_routing_info_for_sm;
  static constexpr map::ApplicationContext kContext{map::ContextName::short_msg_gateway, 3};
  static constexpr tcap::Type kType = tcap::Type::end;
  static Parameter parameter() {
    Parameter p;
    p.imsi = kImsi;
    p.location_info_with_lmsi.network_node_number = kGateway;
    return p;
  }
};

/// One message from its struct.
template <class Sample>
Octets encode_one(const typename Sample::Parameter& parameter, std::uint32_t id, Buffer& out) {
  constexpr auto code = static_cast<std::int32_t>(Sample::kOperation);
  constexpr bool is_begin = Sample::kType == tcap::Type::begin;
  const map::ApplicationContextOctets context = map::octets_of(Sample::kContext);
  tcap::Writer writer{out};
  map::write(writer.parameter(), parameter);
  if constexpr (is_begin) {
    writer.invoke(1, code);
    return writer.finish(Sample::kType, tcap::TransactionId::of(id), {},
                         {.pdu = tcap::DialoguePdu::request, .application_context = context});
  } else {
    writer.return_result(1, code);
    return writer.finish(Sample::kType, {}, tcap::TransactionId::of(id),
                         {.pdu = tcap::DialoguePdu::response, .application_context = context});
  }
}

template <class Sample>
void encode(benchmark::State& state) {
  typename Sample::Parameter parameter = Sample::parameter();
  Buffer out;
  std::uint32_t id = 0;
  std::size_t size = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(parameter);
    size = encode_one<Sample>(parameter, ++id, out).size();
    benchmark::DoNotOptimize(out);
  }
  if (size == 0) state.SkipWithError("the sample does not encode");
  state.counters["octets"] = static_cast<double>(size);
}

template <class Sample>
void decode(benchmark::State& state) {
  Buffer out;
  Octets octets = encode_one<Sample>(Sample::parameter(), 1, out);
  for (auto _ : state) {
    benchmark::DoNotOptimize(octets);
    tcap::Message message;
    typename Sample::Parameter parameter;
    const bool good = !tcap::decode(octets, message) && message.components.size() == 1 &&
                      !map::decode(message.components[0].parameter, parameter);
    if (!good) {
      state.SkipWithError("the sample does not decode");
      break;
    }
    benchmark::DoNotOptimize(message);
    benchmark::DoNotOptimize(parameter);
  }
}

/// From a template, ids and one number patched.
template <class Sample>
void write_template(benchmark::State& state, Octets patched, std::size_t digits) {
  Buffer rendered;
  tcap::Message message;
  if (tcap::decode(encode_one<Sample>(Sample::parameter(), 1, rendered), message)) {
    state.SkipWithError("the sample does not decode");
    return;
  }
  const tcap::Template made{message};
  const tcap::Template::Field field = made.field(patched);
  Buffer out;
  std::uint32_t id = 0;
  for (auto _ : state) {
    const tcap::TransactionId transaction = tcap::TransactionId::of(++id);
    const std::size_t size = made.write(out, transaction, transaction);
    const MutableOctets whole = MutableOctets{out}.first(size);
    put_semi_octets(tcap::Template::octets(whole, field), id, digits);
    tcap::Template::octets(whole, made.invoke_id())[0] = static_cast<std::uint8_t>(id & 0x7f);
    benchmark::DoNotOptimize(out);
  }
}

void mo_forward_sm_begin_decode(benchmark::State& state) { decode<MoBegin>(state); }
void mo_forward_sm_begin_encode(benchmark::State& state) { encode<MoBegin>(state); }
void mt_forward_sm_begin_decode(benchmark::State& state) { decode<MtBegin>(state); }
void mt_forward_sm_begin_encode(benchmark::State& state) { encode<MtBegin>(state); }
void sri_sm_begin_decode(benchmark::State& state) { decode<SriBegin>(state); }
void sri_sm_begin_encode(benchmark::State& state) { encode<SriBegin>(state); }
void sri_sm_end_decode(benchmark::State& state) { decode<SriEnd>(state); }
void sri_sm_end_encode(benchmark::State& state) { encode<SriEnd>(state); }
void sri_sm_begin_template(benchmark::State& state) {
  write_template<SriBegin>(state, Octets{kMsisdn}.subspan(1), 11);
}
void sri_sm_end_template(benchmark::State& state) { write_template<SriEnd>(state, kImsi, 15); }
void mt_forward_sm_begin_template(benchmark::State& state) {
  write_template<MtBegin>(state, kImsi, 15);
}

BENCHMARK(mo_forward_sm_begin_decode);
BENCHMARK(mo_forward_sm_begin_encode);
BENCHMARK(mt_forward_sm_begin_decode);
BENCHMARK(mt_forward_sm_begin_encode);
BENCHMARK(mt_forward_sm_begin_template);
BENCHMARK(sri_sm_begin_decode);
BENCHMARK(sri_sm_begin_encode);
BENCHMARK(sri_sm_begin_template);
BENCHMARK(sri_sm_end_decode);
BENCHMARK(sri_sm_end_encode);
BENCHMARK(sri_sm_end_template);

}  // namespace
}  // namespace rung
