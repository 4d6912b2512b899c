// LinkService: the links of a process from their plans to a hub with its thread, until it is
// destroyed.
#pragma once

#include <memory>
#include <string>

#include "engine/load/link_hub.hpp"
#include "engine/net/clock.hpp"
#include "link_setup.hpp"

namespace rung {

class LinkService {
 public:
  /// Opens sockets and links and starts the hub; `plans` with what they lend from outlive it. The
  /// error is a sentence.
  static Result<std::unique_ptr<LinkService>, std::string> open(const LinkPlans& plans);

  /// Waits until all links are active, at most for `patience`, or until somebody interrupts. Empty
  /// when they are, else a sentence for each that is not.
  std::string await_active(Duration patience);

  [[nodiscard]] LinkHub& hub() { return *hub_; }

 private:
  explicit LinkService(const LinkPlans& plans) : plans_(plans) {}

  const LinkPlans& plans_;
  MonotonicClock clock_;
  NullTap no_tap_;
  std::unique_ptr<LinkWire> wire_;
  std::unique_ptr<LinkHub> hub_;  // its thread uses the wire
};

}  // namespace rung
