// Exporter: /metrics for Prometheus. One Collectable merges the workers' words at each scrape; the
// workers themselves do nothing for it. Names, help and labels of counters come from counter.def;
// labels are bounded, never a subscriber or a Call-ID.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/load/snapshot.hpp"

namespace rung {

class Exporter {
 public:
  /// Listens on `address` ("127.0.0.1:9464"). `source` outlives the exporter. Throws
  /// std::runtime_error naming the address when it cannot listen: call it before the run starts.
  Exporter(const std::string& address, const SnapshotSource& source);
  ~Exporter();
  /// The port listened on, of use when port 0 was asked for.
  [[nodiscard]] int port() const;
  /// Scrapes begun so far. Any thread.
  [[nodiscard]] std::uint64_t scrapes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rung
