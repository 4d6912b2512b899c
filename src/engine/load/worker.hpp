// Worker: one core's loop, run to completion. Receives, lets the player judge and answer, fires
// timers, starts what the pacer says is due, sends, sleeps to the next tick. Nothing is shared with
// other workers; the supervisor gives orders through one word and reads published words.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/base/counter.hpp"
#include "engine/base/histogram.hpp"
#include "engine/base/prng.hpp"
#include "engine/ladder/player.hpp"
#include "engine/load/crossing.hpp"
#include "engine/load/mix.hpp"
#include "engine/load/pacer.hpp"
#include "engine/load/phase.hpp"
#include "engine/net/tap.hpp"
#include "engine/net/transport.hpp"

namespace rung {

/// Receive bursts one pass takes at most, so that sending and timers are never starved.
/// T1: a longer pause is told to the player whatever lateness the run allows itself.
inline constexpr Duration kPauseMax = 500ms;
inline constexpr std::size_t kRxBurstsPerPass = 512;
/// Receive bursts one pass takes at most of the links, each of at most kBurstMax units.
inline constexpr std::size_t kUnitBurstsPerPass = 256;
/// Sessions one pass starts at most when it has fallen behind.
inline constexpr std::size_t kStartsPerPass = 4096;
/// Registrations in flight at most while the UEs register.
inline constexpr std::uint32_t kRegistrationsInFlight = 4096;
/// UEs one pass looks at for those still to be registered.
inline constexpr std::uint32_t kUesPerPass = 16384;
/// UEs whose registration failed get another turn this long after the last round.
inline constexpr Duration kRegisterRetry = 1s;
/// Datagrams one pass takes at most of those that arrived at other workers.
inline constexpr std::size_t kCrossersPerPass = 256;
/// Times one pass fires due timers: again whenever they filled the transmit queue.
inline constexpr std::size_t kAdvancesPerPass = 16;

struct WorkerPlan {
  std::uint32_t index = 0;
  int cpu = -1;  // core to stay on; -1: any
  Duration tick = 1ms;
  Duration late_pass = 20ms;    // a pass this long after its tick makes deadlines prove nothing
  LadderIndex register_ladder;  // invalid: UEs are not registered
  std::uint32_t registrations_in_flight = kRegistrationsInFlight;  // at most
};

/// Words a worker publishes once per pass, read by the supervisor and the exporter at any time.
struct WorkerWords {
  std::atomic<Phase> phase{Phase::done};  // carried out; before the first pass: done
  std::atomic<std::uint64_t> registered{0};
  std::atomic<std::uint64_t> sessions_active{0};
  std::atomic<std::uint64_t> passes{0};
  std::atomic<std::int64_t> cpu_ns{0};   // processor time of its thread, as of the last pass
  std::atomic<std::int64_t> pass_ns{0};  // instant of the last pass
  std::array<std::atomic<std::uint64_t>, 9>
      transport{};  // TransportCounters, in order of declaration
  std::array<std::atomic<std::uint64_t>, std::size(kConnectionCounterInfo)> connections{};
};

class Worker {
 public:
  /// All parts outlive the worker. `registrar` paces registration, `pacer` the load.
  Worker(const WorkerPlan& plan, Player& player, Transport& transport, Tap& tap,
         CounterBlock& counters, Mix mix, Pacer registrar, Pacer pacer, std::uint64_t seed);

  /// Where what arrives at the wrong worker crosses; it outlives the worker. Before the first pass.
  void connect(Crossing& crossing) { crossing_ = &crossing; }

  /// The links to the network side and the tap that sees their units, which outlive it; the player
  /// is connected to them already. Before the first pass.
  void connect_links(Transport& links, Tap& tap);

  /// The supervisor's order; the load's clock starts at `load_start`.
  void order(Phase phase, Time load_start);

  /// One turn of the loop at instant `now`.
  void pass(Time now);
  /// Turns until the order is done, sleeping to each tick; binds the transport to this thread.
  void run(Clock& clock);
  /// Earliest instant at which a pass has something to do, arrivals aside; the simulation jumps
  /// there.
  [[nodiscard]] Time next_due() const;

  [[nodiscard]] const WorkerWords& words() const { return words_; }
  [[nodiscard]] const Histogram& lateness() const { return lateness_; }
  [[nodiscard]] Player& player() { return player_; }
  [[nodiscard]] const CounterBlock& counters() const { return counters_; }

 private:
  void obey(Time now);
  void receive(Time now);
  void receive_burst(std::span<RxDatagram> burst, Time now);
  void receive_units(Time now);
  void receive_crossers(Time now);
  void send_across(std::uint32_t worker, const RxDatagram& datagram);
  void advance(Time now);
  [[nodiscard]] bool has_room() const;
  void make_room(Time now);
  void start_registrations(Time now);
  void start_sessions(Time now);
  void flush(Time now);
  static void flush(Transport& wire, Tap& tap, std::size_t& shown, Time now);
  bool waits_for_links(Time now);
  void notice_losses(Time now);
  void notice_pause(Time from, Time to);
  void publish(Time now);

  WorkerPlan plan_;
  Player& player_;
  Transport& transport_;
  Tap& tap_;
  CounterBlock& counters_;
  Mix mix_;
  Pacer registrar_;
  Pacer pacer_;
  Prng prng_;
  Transport* links_ = nullptr;  // null: the run has none
  std::size_t unit_slots_ = 0;
  std::span<RxDatagram> units_;  // received and not given to the player yet
  std::size_t datagrams_shown_ = 0;
  std::size_t units_shown_ = 0;
  Tap* unit_tap_ = nullptr;
  Crossing alone_{1};
  Crossing* crossing_ = &alone_;
  Crosser crosser_;
  Histogram lateness_;
  WorkerWords words_;
  std::atomic<Phase> ordered_{Phase::registering};
  std::atomic<std::int64_t> load_start_ns_{0};
  Phase phase_ = Phase::done;  // what obey() last carried out
  bool began_ = false;
  std::uint32_t next_ue_ =
      0;               // registration: the next UE to look at; behind all: the round is over
  Time next_round_{};  // when those that failed get another turn
  std::uint64_t losses_seen_ = 0;  // packets we lost ourselves, as of the last pass
};

}  // namespace rung
