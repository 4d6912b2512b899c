// RunWire: how a run reaches its gateway, and what moves it on: sockets with a thread per worker,
// or a simulated wire whose clock jumps from event to event.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/base/run_result.hpp"
#include "engine/load/crew.hpp"
#include "engine/load/supervisor.hpp"
#include "engine/net/transport.hpp"
#include "engine/net/unit_tap.hpp"
#include "options.hpp"
#include "run_setup.hpp"

namespace rung {

/// How often a supervisor looks at its crew, at least.
inline constexpr Duration kSupervisorTick = 10ms;

/// How often somebody has asked the run to stop: once drains it, twice ends it.
using InterruptCount = std::function<unsigned()>;

/// Where a worker's MAP goes: units of links, and the ends of the association that its capture
/// shows them on.
struct UnitWire {
  Transport* transport = nullptr;  // null: the run has no links
  const LinkHub* hub = nullptr;    // that has them; null: they are simulated
  m3ua::UnitEnds ends{};
};

class RunWire {
 public:
  RunWire() = default;
  virtual ~RunWire() = default;
  RunWire(const RunWire&) = delete;
  RunWire& operator=(const RunWire&) = delete;

  /// Finds or starts the gateway, opens what is needed to reach it, and completes `setup` with its
  /// address. Empty when good, else the error.
  virtual std::string connect(const Options& options, RunSetup& setup) = 0;

  /// Precondition: connected, worker < workers.
  [[nodiscard]] virtual Transport& transport(std::size_t worker) = 0;
  /// Likewise.
  [[nodiscard]] virtual UnitWire units(std::size_t worker) = 0;
  [[nodiscard]] virtual Time now() = 0;
  /// What to add to now() to get nanoseconds since 1970.
  [[nodiscard]] virtual Duration since_1970() const = 0;

  /// Lets crew and supervisor run until the run is done; no worker runs afterwards.
  virtual void play(Crew& crew, Supervisor& supervisor, const InterruptCount& interrupts) = 0;

  /// What became of the links since the run began to play, into `result`.
  virtual void report_links(RunResult& result) const { static_cast<void>(result); }

  /// How the embedded gateway ended by itself while the run lasted; empty when it did not.
  [[nodiscard]] virtual std::string gateway_ending() const { return {}; }
};

/// "io_uring" or "simulated", and ", TCP" behind it where SIP goes over TCP.
std::string wire_name(const Options& options);

/// The wire that `setup` asks for. `started_wall_ns`: the run's start since 1970, from which a
/// simulated clock counts.
std::unique_ptr<RunWire> make_run_wire(const RunSetup& setup, std::int64_t started_wall_ns);

}  // namespace rung
