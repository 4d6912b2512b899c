// SocketWire: real sockets, UDP or TCP, a thread for each worker, and the gateway under test or the
// embedded one in a process of its own.
#pragma once

#include <vector>

#include "gateway_process.hpp"
#include "link_service.hpp"
#include "run_wire.hpp"

namespace rung {

class SocketWire final : public RunWire {
 public:
  ~SocketWire() override;
  std::string connect(const Options& options, RunSetup& setup) override;
  [[nodiscard]] Transport& transport(std::size_t worker) override { return *transports_[worker]; }
  [[nodiscard]] UnitWire units(std::size_t worker) override;
  [[nodiscard]] Time now() override;
  [[nodiscard]] Duration since_1970() const override;
  void play(Crew& crew, Supervisor& supervisor, const InterruptCount& interrupts) override;
  void report_links(RunResult& result) const override;
  [[nodiscard]] std::string gateway_ending() const override { return gateway_ending_; }

 private:
  std::string open_transport(const Options& options, const PlayConfig& play);
  std::string open_connections(const Options& options, const PlayConfig& play);
  std::string attach_links(const Options& options, RunSetup& setup);
  void watch_gateway();

  GatewayProcess gateway_;
  std::string gateway_ending_;
  std::vector<std::unique_ptr<Transport>> transports_;
  std::unique_ptr<LinkService> links_;  // null: the run has none, or those of its suite
  LinkHub* hub_ = nullptr;
  std::vector<LinkPort*> ports_;  // by worker
  m3ua::UnitEnds ends_{};
  std::vector<std::string> link_names_;
  std::vector<LinkFigures> links_began_;  // of all links of the hub, when play() began
  Time began_{};
};

}  // namespace rung
