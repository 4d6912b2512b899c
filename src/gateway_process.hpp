// GatewayProcess: the embedded gateway in a process of its own, started and stopped with the run.
#pragma once

#include <string>

#include "engine/base/endpoint.hpp"
#include "options.hpp"

namespace rung {

class GatewayProcess {
 public:
  GatewayProcess() = default;
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;
  ~GatewayProcess() { stop(); }

  /// Starts this very program as `rung gateway` on a free port of `address` and with the links of
  /// `options`, kept to core `cpu` (-1: any), and waits until it listens. Empty when good, else the
  /// error.
  std::string start(const Options& options, const std::string& address, int cpu,
                    Endpoint& listening);

  /// Empty while it runs; else how it ended.
  std::string ended();
  void stop();

 private:
  void read_to_end();

  int pid_ = -1;
  int output_ = -1;  // what it prints; read to the end so that it never waits for a reader
  std::string ending_;
};

}  // namespace rung
