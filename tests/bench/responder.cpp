// responder: the peer of the benchmarks, which answers as fast as the wire allows, over UDP or TCP.
//
//   rung_responder [port=0] [cpu=-1] [reports=0] [plant=0] [gso=1] [gro=0] [tick_us=200]
//                  [tcp=0]
//
// Prints "listening on ADDRESS:PORT" once it does, and after SIGTERM one line of JSON: what it
// received, answered and planted, by requirement, the CPU time it took, and on CLOCK_MONOTONIC
// when the first datagram came.
#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "answerer.hpp"
#include "engine/net/clock.hpp"
#include "engine/net/uring_tcp.hpp"
#include "engine/net/uring_udp.hpp"
#include "engine/wire/sip_framer.hpp"

namespace rung::bench {
namespace {

constexpr std::uint32_t kLoopback = 0x7f000001;
constexpr std::size_t kBurstsPerPass = 64;
constexpr std::uint32_t kConnectionsMax = 32'768;

volatile std::sig_atomic_t stopped = 0;

class Arguments {
 public:
  Arguments(int count, char** words) {
    for (int i = 1; i < count; ++i) {
      const std::string word = words[i];
      const std::size_t equals = word.find('=');
      if (values_.count(word.substr(0, equals)) == 0 || equals == std::string::npos) {
        fmt::print(stderr, "responder: unknown argument '{}'\n", word);
        std::exit(2);
      }
      values_[word.substr(0, equals)] = std::atol(word.c_str() + equals + 1);
    }
  }
  [[nodiscard]] long operator[](const char* name) const { return values_.at(name); }

 private:
  std::map<std::string, long> values_ = {{"port", 0}, {"cpu", -1}, {"reports", 0},   {"plant", 0},
                                         {"gso", 1},  {"gro", 0},  {"tick_us", 200}, {"tcp", 0}};
};

void pin(long cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned long>(cpu), &set);
  sched_setaffinity(0, sizeof set, &set);
}

void pass(Answerer& answerer, Transport& wire, Time now) {
  constexpr std::size_t reserve = kBurstMax * Answerer::kSlotsPerDatagram;
  for (std::size_t i = 0; i < kBurstsPerPass; ++i) {
    const auto burst = wire.rx_burst(now);
    if (burst.empty()) break;
    answerer.take(burst, wire.tx());
    if (wire.tx().free() < reserve) wire.tx_burst(now);
  }
  wire.tx_burst(now);
}

void serve(Answerer& answerer, Transport& wire, Duration tick) {
  Time next = MonotonicClock::read();
  while (stopped == 0) {
    pass(answerer, wire, MonotonicClock::read());
    next = std::max(next + tick, MonotonicClock::read());
    wire.wait(next);
  }
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void print_counters(const AnswererCounters& c, const TransportCounters& wire) {
  std::string planted;
  for (std::size_t i = 0; i < kPlantCount; ++i) {
    planted += fmt::format("{}\"{}\": {}", i == 0 ? "" : ", ",
                           broken_requirement(static_cast<Plant>(i)), c.planted[i]);
  }
  fmt::print(
      "{{\"requests\": {}, \"registers\": {}, \"answers\": {}, \"reports\": {}, "
      "\"confirmed\": {}, \"ignored\": {}, \"dropped\": {}, \"refused\": {}, "
      "\"first_ns\": {}, \"cpu_seconds\": {:.6f}, \"planted\": {{{}}}}}\n",
      c.requests, c.registers, c.answers, c.reports, c.confirmed, c.ignored, wire.rx_dropped,
      wire.tx_failed, c.first == kNever ? 0 : ns(c.first), cpu_seconds(), planted);
}

Result<std::unique_ptr<Transport>, NetError> open_wire(const Arguments& arguments) {
  const Endpoint bind = Endpoint::ipv4(kLoopback, static_cast<std::uint16_t>(arguments["port"]));
  if (arguments["tcp"] != 0) {
    auto wire =
        UringTcp::open({.bind = bind, .framer = sip::frame, .connections_max = kConnectionsMax});
    if (!wire.ok()) return wire.error();
    return std::unique_ptr<Transport>(std::move(*wire));
  }
  auto wire =
      UringUdp::open({.bind = bind, .gso = arguments["gso"] != 0, .gro = arguments["gro"] != 0});
  if (!wire.ok()) return wire.error();
  return std::unique_ptr<Transport>(std::move(*wire));
}

int run(const Arguments& arguments) {
  pin(arguments["cpu"]);
  auto wire = open_wire(arguments);
  if (!wire.ok()) {
    fmt::print(stderr, "responder: {}\n", wire.error().text);
    return 3;
  }
  AnswererOptions speech;
  speech.local = (*wire)->local();
  speech.reports = arguments["reports"] != 0;
  speech.plant_one_in = static_cast<std::uint64_t>(arguments["plant"]);
  Answerer answerer(speech);
  fmt::print("listening on {}\n", to_string(speech.local));
  std::fflush(stdout);
  serve(answerer, **wire, std::chrono::microseconds(arguments["tick_us"]));
  print_counters(answerer.counters(), (*wire)->counters());
  return 0;
}

}  // namespace
}  // namespace rung::bench

int main(int argc, char** argv) {
  std::signal(SIGTERM, [](int) { rung::bench::stopped = 1; });
  std::signal(SIGINT, SIG_IGN);
  return rung::bench::run(rung::bench::Arguments(argc, argv));
}
