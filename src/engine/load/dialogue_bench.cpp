// What a MO-ForwardSM dialogue over a link costs, encoded and decoded from SCCP to TPDU at both
// ends: all in one thread over one association, and shared by workers behind a LinkHub. The latter
// tells processor time of the busiest worker, not time on the clock: what the machine's other cores
// do meanwhile does not matter, nor does the thread that has the links, which is told apart.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "engine/load/link_hub.hpp"
#include "engine/net/clock.hpp"
#include "engine/net/sim.hpp"
#include "engine/wire/bcd.hpp"
#include "engine/wire/tcap_writer.hpp"

namespace rung {
namespace {

using m3ua::LinkTransport;

constexpr std::uint64_t kMsisdn = 12125550000000;
constexpr std::uint64_t kSubscribers = 1000;
constexpr std::size_t kTpduSize = 148;  // an SMS-SUBMIT of 140 octets
constexpr std::uint32_t kWindow = 512;  // dialogues at a time
constexpr map::ApplicationContext kContext{map::ContextName::short_msg_mo_relay, 3};
constexpr KnownDialogue kAsked{map::Operation::mo_forward_sm, kContext};

Duration thread_time() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

/// SCCP and label around a TCAP message.
bool put_unit(Transport& out, std::uint32_t opc, std::uint32_t dpc, std::uint8_t sls, Octets tcap) {
  TxDatagram* slot = out.tx().reserve();
  if (slot == nullptr) return false;
  sccp::Message message;
  std::array<std::uint8_t, sccp::kTitleOctetsMax> called, calling;
  message.called = sccp::e164_address("12125550000", sccp::kSsnMsc, called);
  message.calling = sccp::e164_address("12125550010", sccp::kSsnMsc, calling);
  message.data = tcap;
  const auto size = sccp::encode(message, slot->space().subspan(m3ua::kProtocolDataHeaderSize));
  m3ua::ProtocolData unit{.opc = opc, .dpc = dpc, .si = m3ua::kServiceSccp, .ni = 2, .sls = sls};
  unit.user_data = Octets(slot->buffer + m3ua::kProtocolDataHeaderSize, *size);
  slot->size = static_cast<std::uint32_t>(m3ua::write(unit, slot->space()));
  return true;
}

/// A Begin with a short message of a subscriber.
bool put_begin(Transport& out, std::uint32_t opc, std::uint32_t dpc, std::uint32_t number) {
  static constexpr std::uint8_t kCentre[] = {0x91, 0x21, 0x21, 0x55, 0x05, 0x00, 0xf0};
  // SMS-SUBMIT, RP-MR, DA of one digit pair, PID, DCS 8 bit, UDL, octets (TS 23.040 9.2.2.2).
  std::array<std::uint8_t, kTpduSize> tpdu{0x01, 0x07, 0x02, 0x91, 0x21, 0x00, 0x04};
  tpdu[7] = kTpduSize - 8;
  std::array<std::uint8_t, 12> sender;
  const std::string digits = std::to_string(kMsisdn + number % kSubscribers);
  map::MoForwardSmArg argument;
  argument.sm_rp_da = {map::SmRpDaKind::service_centre_address, kCentre};
  argument.sm_rp_oa = {map::SmRpOaKind::msisdn,
                       Octets(sender).first(bcd::encode_address(digits, sender))};
  argument.sm_rp_ui = tpdu;
  std::array<std::uint8_t, 512> room;
  tcap::Writer writer{room};
  map::write(writer.parameter(), argument);
  writer.invoke(1, static_cast<std::int32_t>(map::Operation::mo_forward_sm));
  const map::ApplicationContextOctets context = map::octets_of(kContext);
  return put_unit(
      out, opc, dpc, number & 0xf,
      writer.finish(tcap::Type::begin, tcap::TransactionId::of(number), {},
                    {.pdu = tcap::DialoguePdu::request, .application_context = context}));
}

/// The End to the Begin at hand.
bool put_end(Transport& out, std::uint32_t opc, std::uint32_t dpc, std::uint8_t sls,
             const tcap::TransactionId& to) {
  std::array<std::uint8_t, 256> room;
  tcap::Writer writer{room};
  map::write(writer.parameter(), map::ForwardSmRes{});
  writer.return_result(1, static_cast<std::int32_t>(map::Operation::mo_forward_sm));
  const map::ApplicationContextOctets context = map::octets_of(kContext);
  return put_unit(
      out, opc, dpc, sls,
      writer.finish(tcap::Type::end, {}, to,
                    {.pdu = tcap::DialoguePdu::response, .application_context = context}));
}

/// Reads all layers of a unit; false where one of them does not decode.
bool read_all(const RxDatagram& unit, const KnownDialogue& known, m3ua::ProtocolData& label,
              NetworkMessage& message) {
  return m3ua::read(unit.octets, label) &&
         read_network_message(label.user_data, tp::Direction::ms_to_sc, known, message);
}

/// Associations between two ends, all on one stack and one simulated wire.
class Ends {
 public:
  explicit Ends(std::uint16_t associations) {
    stack_.add_carrier(network_.a(), tap_);
    stack_.add_carrier(network_.b(), tap_);
    for (std::uint16_t i = 0; i < associations; ++i) {
      const std::uint32_t far = 10U + i;
      m3ua::LinkOptions options{.opc = 1, .dpc = far};
      options.sctp.local_port = options.sctp.remote_port = static_cast<std::uint16_t>(2905 + i);
      options.sctp.remote = network_.b().local();
      own.open(options);
      std::swap(options.opc, options.dpc);
      options.asp.role = m3ua::Role::sg;
      options.sctp.carrier = 1;
      options.sctp.listen = true;
      options.sctp.remote = network_.a().local();
      far_end.open(options);
    }
    while (!active()) {
      tick();
      (void)own.rx_burst(now());
      (void)far_end.rx_burst(now());
    }
  }
  [[nodiscard]] bool active() {
    bool all = true;
    for (std::size_t i = 0; i < own.links().size(); ++i) {
      all = all && own.links()[i].active() && far_end.links()[i].active();
    }
    return all;
  }
  /// Time is real: workers have it too.
  void tick() { clock_.set(MonotonicClock::read()); }
  [[nodiscard]] Time now() { return clock_.now(); }

 private:
  static SimClock real_clock() {
    SimClock clock;
    clock.set(MonotonicClock::read());
    return clock;
  }
  SimClock clock_ = real_clock();
  NullTap tap_;
  SimNetwork network_{{.a_local = Endpoint::ipv4(0x7f000001, kSctpUdpPort),
                       .b_local = Endpoint::ipv4(0x7f000002, kSctpUdpPort)},
                      clock_};
  SctpStack stack_{{}, clock_.now()};

 public:
  LinkTransport own{stack_, {}};
  LinkTransport far_end{stack_, {}};
};

/// Takes Begins and answers them; how many.
std::uint64_t answer(Transport& end, std::span<RxDatagram> burst, NetworkMessage& message,
                     std::uint64_t& wrong) {
  for (const RxDatagram& unit : burst) {
    m3ua::ProtocolData label;
    const bool good = read_all(unit, {}, label, message) && message.has_tp &&
                      put_end(end, label.dpc, label.opc, label.sls, message.tcap.otid);
    if (!good) ++wrong;
  }
  return burst.size();
}

/// Counts Ends.
std::uint64_t take_ends(Transport& end, Time now, NetworkMessage& message, std::uint64_t& wrong) {
  std::uint64_t count = 0;
  for (auto burst = end.rx_burst(now); !burst.empty(); burst = end.rx_burst(now)) {
    for (const RxDatagram& unit : burst) {
      m3ua::ProtocolData label;
      if (!read_all(unit, kAsked, label, message) || message.tcap.type != tcap::Type::end) ++wrong;
      ++count;
    }
  }
  return count;
}

void mo_forward_dialogues_both_ends(benchmark::State& state) {
  Ends ends(1);
  NetworkMessage at_far, at_own;
  std::uint64_t begun = 0, ended = 0, wrong = 0;
  for (auto _ : state) {
    while (begun - ended < kWindow &&
           put_begin(ends.far_end, 10, 1, static_cast<std::uint32_t>(begun))) {
      ++begun;
    }
    ends.far_end.tx_burst(ends.now());
    ends.tick();
    for (auto burst = ends.own.rx_burst(ends.now()); !burst.empty();
         burst = ends.own.rx_burst(ends.now())) {
      answer(ends.own, burst, at_own, wrong);
    }
    ends.own.tx_burst(ends.now());
    ends.tick();
    ended += take_ends(ends.far_end, ends.now(), at_far, wrong);
  }
  if (wrong != 0 || ended == 0) state.SkipWithError("dialogues went wrong");
  state.SetItemsProcessed(static_cast<std::int64_t>(ended));
}
BENCHMARK(mo_forward_dialogues_both_ends);

/// A worker as far as MAP goes: it takes Begins from its port and answers them.
class MapWorker {
 public:
  MapWorker(LinkHub& hub, const UnitAudience& audience) : port_(hub.attach(audience)) {}
  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void stop() {
    stop_.store(true);
    thread_.join();
  }
  [[nodiscard]] Duration used() const { return used_; }
  [[nodiscard]] std::uint64_t wrong() const { return wrong_; }

 private:
  /// As a worker's loop; its passes that find nothing are no work, and not counted.
  void run() {
    while (!stop_.load(std::memory_order_relaxed)) {
      const Duration began = thread_time();
      bool idle = true;
      while (port_->tx().free() >= kBurstMax) {
        const auto burst = port_->rx_burst({});
        if (burst.empty()) break;
        idle = false;
        answer(*port_, burst, message_, wrong_);
        port_->tx_burst({});
      }
      port_->tx_burst({});
      if (!idle) used_ += thread_time() - began;
      std::this_thread::sleep_for(200us);
    }
  }
  LinkPort* port_;
  NetworkMessage message_;
  std::uint64_t wrong_ = 0;
  Duration used_{};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Two associations, whose dialogues so many workers take; both far ends and the hub in this
/// thread.
void mo_forward_dialogues_by_workers(benchmark::State& state) {
  const auto workers = static_cast<std::uint32_t>(state.range(0));
  Ends ends(2);
  LinkHub hub(ends.own);
  std::vector<std::unique_ptr<MapWorker>> crew;
  const std::uint64_t share = kSubscribers / workers;
  for (std::uint32_t w = 0; w < workers; ++w) {
    crew.push_back(std::make_unique<MapWorker>(
        hub, UnitAudience{{1, w, workers, 64}, kMsisdn + w * share, 0, share}));
  }
  for (const auto& worker : crew) worker->start();
  NetworkMessage message;
  std::uint64_t begun = 0, ended = 0, wrong = 0;
  const auto turn = [&] {
    ends.far_end.tx_burst(ends.now());
    ends.tick();
    hub.pass(ends.now());
    ended += take_ends(ends.far_end, ends.now(), message, wrong);
  };
  const Duration began = thread_time();
  for (auto _ : state) {
    // Every second one of each half of the subscribers, over each association.
    while (begun - ended < kWindow) {
      const auto number = static_cast<std::uint32_t>(begun * (kSubscribers / 2 + 1) % kSubscribers);
      if (!put_begin(ends.far_end, 10U + (begun / 2) % 2, 1, number)) break;
      ++begun;
    }
    turn();
  }
  for (int i = 0; i < 1000000 && ended < begun; ++i) turn();
  const Duration here = thread_time() - began;
  Duration busiest{}, all{};
  for (const auto& worker : crew) {
    worker->stop();
    busiest = std::max(busiest, worker->used());
    all += worker->used();
    wrong += worker->wrong();
  }
  if (wrong != 0 || ended != begun) state.SkipWithError("dialogues went wrong");
  const auto us = [&](Duration time) {
    return static_cast<double>(time.count()) / 1000 / static_cast<double>(ended);
  };
  state.counters["busiest_us"] = us(busiest);
  state.counters["workers_us"] = us(all);
  state.counters["links_us"] = us(here);
  state.SetItemsProcessed(static_cast<std::int64_t>(ended));
}
BENCHMARK(mo_forward_dialogues_by_workers)->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
}  // namespace rung
