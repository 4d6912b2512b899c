#include "link_service.hpp"

#include <fmt/format.h>

#include "signals.hpp"

namespace rung {
namespace {

constexpr Duration kLook = 5ms;

std::string peer_text(const LinkPlan& link) {
  const Endpoint& remote = link.options.sctp.remote;
  return remote.family == AddressFamily::none ? "any peer" : to_string(remote);
}

}  // namespace

Result<std::unique_ptr<LinkService>, std::string> LinkService::open(const LinkPlans& plans) {
  std::unique_ptr<LinkService> service(new LinkService(plans));
  const std::vector<Tap*> taps(plans.carriers.size(), &service->no_tap_);
  auto wire = LinkWire::open(plans, taps, MonotonicClock::read());
  if (!wire.ok()) return wire.error();
  service->wire_ = std::move(*wire);
  service->hub_ = std::make_unique<LinkHub>(service->wire_->transport());
  service->hub_->start(service->clock_);
  return service;
}

std::string LinkService::await_active(Duration patience) {
  const Time end = MonotonicClock::read() + patience;
  while (true) {
    std::string missing;
    for (std::size_t i = 0; i < plans_.links.size(); ++i) {
      const LinkHub::LinkState state = hub_->state(i);
      if (state.active) continue;
      const LinkPlan& link = plans_.links[i];
      missing += fmt::format("{}link {} to {} is not active after {}: its association is {}",
                             missing.empty() ? "" : "; ", link.options.name, peer_text(link),
                             exact_duration_text(patience), to_string(state.association));
    }
    if (missing.empty()) return {};
    if (interrupts() > 0) return "interrupted before all links were active";
    if (MonotonicClock::read() >= end) return missing;
    sleep_until(MonotonicClock::read() + kLook);
  }
}

}  // namespace rung
