// Crew: the workers of one run with all their parts, and the words they publish, merged.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/ladder/latency.hpp"
#include "engine/ladder/program.hpp"
#include "engine/ladder/tally.hpp"
#include "engine/load/collector.hpp"
#include "engine/load/finding_queue.hpp"
#include "engine/load/link_hub.hpp"
#include "engine/load/snapshot.hpp"
#include "engine/load/worker.hpp"
#include "engine/net/unit_tap.hpp"

namespace rung {

/// What all workers have in common.
struct CrewPlan {
  std::vector<RateSegment> warm_up;  // the load's curve: first this,
  std::vector<RateSegment> measure;  // then this
  bool poisson = false;
  MicroRate register_rate = 0;
  std::string register_ladder;  // empty: UEs are not registered first
  std::vector<MixEntry> mix;
  std::uint64_t seed = 1;
  Duration tick = 1ms;
  Duration late_pass = 20ms;  // a pass this long after its tick makes deadlines prove nothing
  int first_cpu = -1;         // -1: workers may run anywhere
};

/// One worker and everything it owns but its wire, which outlives it. Made once, before the run.
struct Cell {
  Cell(const CrewPlan& plan, const PlayConfig& config, Program compiled,
       const RequirementTable& requirements, Transport& wire, std::unique_ptr<CaptureRing> ring,
       Tap* stream, std::uint32_t workers, Time start);

  /// The links to the network behind the gateway, which outlive it; captured as `ends` say.
  void connect_links(Transport& links, const m3ua::UnitEnds& ends);

  Program program;
  PlayConfig play;
  Transport& transport;
  std::unique_ptr<CaptureRing> capture;  // nullptr: failing sessions are not kept
  NullTap no_tap;
  Tap& tap;  // sees what is captured
  std::optional<m3ua::UnitTap> unit_tap;
  CounterBlock counters;
  LatencyBlock latencies;
  Tally tally;
  FindingQueue findings;
  Player player;
  Worker worker;
};

class Crew final : public SnapshotSource {
 public:
  Crew(CrewPlan plan, std::vector<std::unique_ptr<Cell>> cells);
  ~Crew() override;

  /// Whose links snapshots show; it outlives the crew.
  void watch_links(const LinkHub& hub) { hub_ = &hub; }

  [[nodiscard]] RunSnapshot snapshot() const override;
  [[nodiscard]] Observation observe(Time now, unsigned interrupts) const;
  /// Gives every worker the same order; loads start at `load_start`.
  void order(Phase phase, Time load_start);
  /// The phase ordered last. Any thread.
  [[nodiscard]] Phase phase() const { return phase_.load(std::memory_order_relaxed); }

  /// One thread per worker until it has carried out Phase::done.
  void start_threads(Clock& clock);
  void join();

  [[nodiscard]] const std::vector<std::unique_ptr<Cell>>& cells() const { return cells_; }
  [[nodiscard]] std::vector<FindingQueue*> queues() const;
  [[nodiscard]] const CrewPlan& plan() const { return plan_; }
  [[nodiscard]] std::uint64_t ues() const { return ues_; }

 private:
  static void add_words(const Cell& cell, RunSnapshot& s);
  static void add_measures(const Cell& cell, RunSnapshot& s);
  [[nodiscard]] double rate_at(Time now) const;

  CrewPlan plan_;
  Crossing crossing_;  // outlives the workers
  std::vector<std::unique_ptr<Cell>> cells_;
  std::vector<std::thread> threads_;
  std::uint64_t ues_ = 0;
  const LinkHub* hub_ = nullptr;  // null: the run has no links
  std::atomic<Phase> phase_{Phase::registering};
  std::atomic<std::int64_t> load_start_ns_{0};
};

}  // namespace rung
