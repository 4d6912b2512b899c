// WholeLoop: what `rung run` makes of its options, with the embedded gateway at the other end of a
// simulated wire in the same thread, or of loopback sockets in a thread of its own.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/load/harvest.hpp"
#include "engine/load/supervisor.hpp"
#include "engine/net/sim.hpp"
#include "gateway/gateway.hpp"
#include "options.hpp"
#include "run_setup.hpp"

namespace rung::whole_loop {

/// Told when the thread under test begins and ends what it must do without memory.
class Watch {
 public:
  virtual ~Watch() = default;
  virtual void enter() {}
  virtual void leave() {}
};

/// `words` as on the command line of `rung run`. Errors of any kind fail the test.
class WholeLoop {
 public:
  explicit WholeLoop(std::vector<const char*> words);

  /// One thread; the watch sees the worker's passes once the load has begun.
  RunResult run_simulated(Watch& watch);
  /// A thread per worker and one for the gateway, which sleeps through `nap` once in mid-load, so
  /// that copies have to be sent. The watch sees a worker's thread from the load's start to its
  /// end.
  RunResult run_on_loopback(Watch& watch, Duration nap);

  [[nodiscard]] Crew& crew() { return *crew_; }

 private:
  void make_crew(const std::vector<Transport*>& transports, Time start);
  void supervise(Clock& clock);
  RunResult finish();

  Options options_;
  RunSetup setup_;
  gateway::GatewayConfig gateway_config_;
  std::unique_ptr<Crew> crew_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<Supervisor> supervisor_;
};

}  // namespace rung::whole_loop
