// SimRig: a player with the built-in ladders and the embedded gateway, joined by the simulated wire
// in one thread. Time jumps to whatever is due next.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "checks/catalogue.hpp"
#include "engine/ladder/player.hpp"
#include "engine/ladder/reader.hpp"
#include "engine/net/sim.hpp"
#include "gateway/gateway.hpp"
#include "scenarios/scenarios.hpp"

namespace rung {

/// Keeps what the player finds.
class FindingLog final : public FindingSink {
 public:
  void found(const Finding& finding) override { findings.push_back(finding); }
  void keep_session(FrameOwner, FrameNumber, Verdict verdict, LadderIndex ladder) override {
    kept.emplace_back(ladder, verdict);
  }
  std::vector<Finding> findings;
  std::vector<std::pair<LadderIndex, Verdict>> kept;  // sessions for the capture
};

/// The built-in ladders, and behind them those of `own_ladders`; an error in either fails the test.
LadderBook read_book(std::string_view own_ladders = {});

/// The links between player and gateway.
class RigLinks {
 public:
  virtual ~RigLinks() = default;
  [[nodiscard]] virtual Transport& player_end() = 0;
  [[nodiscard]] virtual Transport& gateway_end() = 0;
  /// False: the player has no time to take anything.
  [[nodiscard]] virtual bool player_hears() { return true; }
  /// Before each pass of the player.
  virtual void pass(Time now) { static_cast<void>(now); }
  /// When something arrives at an end, or at the player's alone.
  [[nodiscard]] virtual Time next_due(bool both) = 0;
};

struct RigOptions {
  std::vector<std::string> ladders{"register", "mo_to_mt"};
  std::uint32_t ues = 20;
  Topology topology = Topology::gm;
  SimWire wire{.delay_min = 1ms, .delay_max = 1ms};
  std::uint64_t seed = 1;
  PlayConfig play{};
  gateway::GatewayConfig gateway{};
  bool scripted = false;  // no gateway: the test itself sits at the other end
  bool network = false;   // the player plays the network behind the gateway, over a wire of units
  /// With the rig's clock; null: a wire of units.
  std::function<std::unique_ptr<RigLinks>(SimClock&, const PlayConfig&)> make_links{};
  std::string own_ladders{};  // text of a user's ladder file, read behind the built-in ones
};

class SimRig {
 public:
  explicit SimRig(RigOptions options);

  [[nodiscard]] Player& player() { return *player_; }
  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] const FindingLog& log() const { return log_; }
  [[nodiscard]] Time now() const { return clock_.now_of(); }
  [[nodiscard]] std::uint64_t count(Counter c) const { return counters_.read(c); }
  [[nodiscard]] const LatencyBlock& latency() const { return *latency_; }
  [[nodiscard]] gateway::Gateway& gateway() { return *gateway_; }

  // The other end, when scripted.
  /// What the player has sent since the last call.
  std::vector<std::string> sent();
  /// Delivers one datagram to the UE `ue` after the wire's delay.
  void send(std::uint32_t ue, std::string_view datagram);
  /// Units of the network side that the player has sent since the last call.
  std::vector<std::vector<std::uint8_t>> sent_units();
  /// Delivers one unit to the player after the wire's delay.
  void send_unit(Octets unit);
  /// Lets time pass; whatever arrives is received.
  void wait(Duration time) { run(time, false); }
  /// Marks every UE registered, as nobody is there to do it.
  void pretend_registered();

  /// Registers every UE; returns how many are.
  std::uint32_t register_all();
  StartResult start(std::string_view ladder);
  /// Runs until `until`, or until no session is left.
  void run(Duration at_most, bool until_idle = true);
  /// Starts `count` sessions of `ladder`, one each `gap`, and runs until all have ended.
  void load(std::string_view ladder, std::uint32_t count, Duration gap);

  /// Requirement ids that came out with `verdict`, with their counts.
  [[nodiscard]] std::map<std::string, std::uint64_t> ids(Verdict verdict) const;
  /// One line per finding, for messages of failing tests.
  [[nodiscard]] std::string findings_text(std::size_t at_most = 10) const;
  [[nodiscard]] std::uint64_t ended(std::string_view ladder, Outcome outcome) const;

 private:
  void pass();
  void send_all(Time at);
  void notice_losses(Time at);

  struct RigClock {
    SimClock clock;
    [[nodiscard]] Time now_of() const { return const_cast<SimClock&>(clock).now(); }
  };
  RigOptions options_;
  std::shared_ptr<const LadderBook> whole_book_;
  const LadderBook& book_;
  RequirementTable table_;
  RigClock clock_;
  std::unique_ptr<SimNetwork> network_;
  std::unique_ptr<RigLinks> links_;
  std::uint64_t losses_seen_ = 0;
  Program program_;
  CounterBlock counters_;
  std::unique_ptr<LatencyBlock> latency_;
  std::unique_ptr<Tally> tally_;
  FindingLog log_;
  std::unique_ptr<Player> player_;
  std::unique_ptr<gateway::Gateway> gateway_;
};

}  // namespace rung
