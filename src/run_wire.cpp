#include "run_wire.hpp"

#include <fmt/format.h>

#include "simulated_wire.hpp"
#include "socket_wire.hpp"

namespace rung {

std::unique_ptr<RunWire> make_run_wire(const RunSetup& setup, std::int64_t started_wall_ns) {
  if (setup.simulated) return std::make_unique<SimulatedWire>(started_wall_ns);
  return std::make_unique<SocketWire>();
}

std::string wire_name(const Options& options) {
  return fmt::format("{}{}", is_simulated(options) ? "simulated" : "io_uring",
                     over_tcp(options) ? ", TCP" : "");
}

}  // namespace rung
