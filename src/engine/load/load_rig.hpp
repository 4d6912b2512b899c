// LoadRig: a crew of workers on simulated wires, with a scripted peer at the other ends, in one
// thread. For tests: time jumps to whatever is due next, unless a test slows it down.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ladder/reader.hpp"
#include "engine/load/harvest.hpp"
#include "engine/load/supervisor.hpp"
#include "engine/net/sim.hpp"

namespace rung::load_rig {

/// A registration, and a MESSAGE with its answer; the requirement is this test's own.
inline constexpr std::string_view kLadders = R"(
requirement answer-202 "A MESSAGE is answered 202"
message register
  sip.method       fixed  REGISTER
  sip.request_uri  ours   registrar
  sip.from         ours   impu
  sip.to           ours   impu
  sip.contact      ours   smsip_contact
  sip.expires      ours   expires
message registered
  sip.status       fixed  200
message submit
  sip.method       fixed  MESSAGE
  sip.request_uri  ours   sc_psi
  sip.from         ours   impu
  sip.to           ours   sc_psi
message accepted
  sip.status       fixed  202  [answer-202]
ladder register "A UE registers"
given  ue unregistered
s1  ue -> gw  register
s2  gw -> ue  registered  after s1  within register
measure registered s1 -> s2
ladder submit "A message and its answer"
s1  ue -> gw  submit
s2  gw -> ue  accepted  after s1  within timer_f
measure report s1 -> s2
ladder idle "Never played unless it is in the mix"
s1  ue -> gw  submit
s2  gw -> ue  accepted  after s1  within timer_f
)";

inline const Endpoint kPeer = Endpoint::ipv4(0x7f000001, 5060);

inline std::string header(std::string_view message, std::string_view name) {
  const std::string front = fmt::format("\r\n{}: ", name);
  const std::size_t begin = message.find(front) + front.size();
  return std::string(message.substr(begin, message.find("\r\n", begin) - begin));
}

/// RFC 3261 8.2.6, and for a REGISTER the binding of 10.3.
inline std::string response(std::string_view request, std::string_view status) {
  const bool registers = request.starts_with("REGISTER");
  const std::string contact =
      registers ? fmt::format("Contact: {};expires=600\r\n", header(request, "Contact")) : "";
  return fmt::format(
      "SIP/2.0 {}\r\nVia: {}\r\nFrom: {}\r\nTo: {};tag=peer\r\nCall-ID: {}\r\nCSeq: {}\r\n"
      "{}Content-Length: 0\r\n\r\n",
      status, header(request, "Via"), header(request, "From"), header(request, "To"),
      header(request, "Call-ID"), header(request, "CSeq"), contact);
}

inline std::string good_answer(std::string_view request) {
  return response(request, request.starts_with("REGISTER") ? "200 OK" : "202 Accepted");
}

struct Options {
  std::uint32_t ues = 20;
  std::uint32_t workers = 1;
  MicroRate rate = 100'000'000;  // 100 per second
  MicroRate register_rate = 1'000'000'000;
  bool registering = true;
  std::vector<MixEntry> mix{{"submit", 1}};
  PhasePlan phases{
      .register_timeout = 10s, .warm_up = 1s, .measure = 2s, .drain = 40s, .silence_max = 5s};
  std::uint32_t sessions_max = 1024;
  std::uint32_t tx_slots = 4096;
  std::uint32_t packets_max = 16384;
  Duration delay = 1ms;
  bool capture = false;
  Tap* tap = nullptr;
};

/// Keeps what a run tells those who watch it.
class Watcher final : public RunObserver {
 public:
  void phase_began(Phase phase, const RunSnapshot& now) override {
    phases.push_back(phase);
    snapshots.push_back(now);
  }
  void progress(const RunSnapshot& now) override { seconds.push_back(now); }
  std::vector<Phase> phases;
  std::vector<RunSnapshot> snapshots, seconds;
};

class LoadRig {
 public:
  explicit LoadRig(Options options = {}) : options_(std::move(options)) {
    std::vector<TextError> errors;
    read_ladders(kLadders, "test.ladder", book_, errors);
    resolve(book_, errors);
    for (const TextError& e : errors) ADD_FAILURE() << to_string(e);
    for (const DeclaredRequirement& own : book_.requirements) {
      rows_.push_back({.id = own.id, .clause = "own", .text = own.text, .legs = ""});
    }
    requirements_ = RequirementTable(rows_);
    make_crew();
    collector_ = std::make_unique<Collector>(crew_->queues(), 3, requirements_.size());
  }

  /// What the peer says to a request; empty: nothing.
  std::function<std::string(std::string_view)> answer = good_answer;
  /// Which worker's socket its answer to worker `w` reaches.
  std::function<std::size_t(std::size_t)> answer_to = [](std::size_t w) { return w; };
  /// All the peer received.
  std::vector<std::string> heard;
  /// Time from one pass to the next at least.
  Duration pass_gap = 100us;
  ValidityLimits limits;

  [[nodiscard]] Time now() { return clock_.now(); }
  [[nodiscard]] SimClock& clock() { return clock_; }
  [[nodiscard]] Crew& crew() { return *crew_; }
  [[nodiscard]] Worker& worker(std::size_t w = 0) { return cell(w).worker; }
  [[nodiscard]] Cell& cell(std::size_t w = 0) { return *crew_->cells()[w]; }
  [[nodiscard]] SimNetwork& network(std::size_t w = 0) { return *networks_[w]; }
  [[nodiscard]] std::uint64_t count(Counter c) { return crew_->snapshot().counters[c]; }
  [[nodiscard]] Collector& collector() { return *collector_; }
  /// Precondition: begin() or run_all().
  [[nodiscard]] const Supervisor& supervisor() const { return *supervisor_; }
  [[nodiscard]] Watcher& watcher() { return watcher_; }
  [[nodiscard]] const RequirementTable& requirements() const { return requirements_; }

  /// All workers and the peer, once.
  void pass() {
    for (std::size_t w = 0; w < options_.workers; ++w) {
      worker(w).pass(now());
      serve(w);
    }
  }
  /// Passes without a supervisor: whoever tests gives the orders.
  void run(Duration time) {
    for (const Time end = now() + time; now() < end;) {
      pass();
      clock_.set(std::min(end, std::max(next_due(), now() + pass_gap)));
    }
  }
  /// A whole run under a supervisor, with its result.
  RunResult run_all(const std::function<unsigned(Time)>& interrupts = {}) {
    begin();
    for (bool going = true; going;) {
      pass();
      going = supervisor_->step(now(), interrupts ? interrupts(now()) : 0);
      const Time look = std::min(now() + 10ms, supervisor_->next_change());
      clock_.set(std::max(std::min(next_due(), look), now() + pass_gap));
    }
    pass();
    return finish();
  }
  Supervisor& begin() {
    supervisor_.emplace(*crew_, *collector_, options_.phases, watcher_, now());
    return *supervisor_;
  }
  RunResult finish() {
    supervisor_->finish();
    RunResult result;
    harvest(*crew_, *supervisor_, *collector_, requirements_, limits, result);
    note_missed_steps(*crew_, result);
    return result;
  }
  /// A datagram of the peer's own accord.
  void send(std::size_t w, std::uint32_t ue, std::string_view text) {
    put(networks_[w]->b(), text, cell(w).play.addresses.of(ue));
    networks_[w]->b().tx_burst(now());
  }

 private:
  void make_crew() {
    CrewPlan plan;
    if (options_.phases.warm_up.count() > 0) {
      plan.warm_up = {{options_.rate, options_.rate, options_.phases.warm_up}};
    }
    plan.measure = {{options_.rate, options_.rate, options_.phases.measure}};
    plan.register_rate = options_.register_rate;
    if (options_.registering) plan.register_ladder = "register";
    plan.mix = options_.mix;
    options_.phases.ues_to_register = options_.registering ? options_.ues : 0;
    std::vector<std::unique_ptr<Cell>> cells;
    for (std::uint32_t w = 0; w < options_.workers; ++w) cells.push_back(make_cell(plan, w));
    crew_ = std::make_unique<Crew>(plan, std::move(cells));
  }

  std::unique_ptr<Cell> make_cell(const CrewPlan& plan, std::uint32_t w) {
    const UeRange range = ues_of_worker(options_.ues, options_.workers, w);
    PlayConfig play;
    play.worker = static_cast<std::uint8_t>(w);
    play.workers = options_.workers;
    play.ues = options_.ues;
    play.ue_first = range.first;
    play.ue_count = range.count;
    play.addresses = {Endpoint::ipv4(0x7f400001, static_cast<std::uint16_t>(5060 + w)),
                      options_.ues, 1, false};
    play.gateway = kPeer;
    play.sessions_max = options_.sessions_max;
    play.refresh = false;
    const SimWire wire{.delay_min = options_.delay, .delay_max = options_.delay};
    networks_.push_back(std::make_unique<SimNetwork>(SimOptions{.a_to_b = wire,
                                                                .b_to_a = wire,
                                                                .a_local = play.addresses.base,
                                                                .b_local = kPeer,
                                                                .packets_max = options_.packets_max,
                                                                .tx_slots = options_.tx_slots},
                                                     clock_));
    const std::vector<std::string> ladders{"register", "submit", "idle"};
    auto program = Program::compile(book_, ladders, Topology::gm, requirements_, play);
    for (const std::string& e : program.ok() ? std::vector<std::string>{} : program.error()) {
      ADD_FAILURE() << e;
    }
    auto ring = options_.capture
                    ? std::make_unique<CaptureRing>(CaptureRingOptions{.ring_octets = 1 << 20})
                    : nullptr;
    return std::make_unique<Cell>(plan, play, std::move(*program), requirements_,
                                  networks_.back()->a(), std::move(ring), options_.tap,
                                  options_.workers, now());
  }

  void serve(std::size_t w) {
    SimTransport& wire = networks_[w]->b();
    SimTransport& back = networks_[answer_to(w)]->b();
    for (;;) {
      const std::span<RxDatagram> burst = wire.rx_burst(now());
      if (burst.empty()) break;
      for (const RxDatagram& d : burst) {
        const std::string_view text = as_text(d.octets);
        heard.emplace_back(text);
        if (text.starts_with("SIP/2.0")) continue;
        if (const std::string said = answer(text); !said.empty()) put(back, said, d.remote);
      }
      back.tx_burst(now());
    }
  }
  static void put(SimTransport& wire, std::string_view text, const Endpoint& to) {
    TxDatagram* slot = wire.tx().reserve();
    ASSERT_NE(slot, nullptr);
    std::copy(text.begin(), text.end(), slot->buffer);
    slot->size = static_cast<std::uint32_t>(text.size());
    slot->local = kPeer;
    slot->remote = to;
  }
  [[nodiscard]] Time next_due() {
    Time due = kNever;
    for (std::size_t w = 0; w < options_.workers; ++w) {
      due = std::min({due, worker(w).next_due(), networks_[w]->next_delivery()});
    }
    return due;
  }

  Options options_;
  LadderBook book_;
  std::vector<Requirement> rows_;
  RequirementTable requirements_;
  SimClock clock_;
  std::vector<std::unique_ptr<SimNetwork>> networks_;
  std::unique_ptr<Crew> crew_;
  std::unique_ptr<Collector> collector_;
  Watcher watcher_;
  std::optional<Supervisor> supervisor_;
};

}  // namespace rung::load_rig
