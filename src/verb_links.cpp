// rung links: opens the SIGTRAN links of a profile, answers their peers, tells every change of
// state and at the end what went over each.
#include <fmt/format.h>

#include "engine/net/capture_stream.hpp"
#include "engine/net/clock.hpp"
#include "link_setup.hpp"
#include "signals.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

void print_notes(LinkWire& wire, Time begin) {
  for (m3ua::LinkNote note; wire.transport().notes().pop(note);) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(note.at - begin).count();
    fmt::print("{:>9.3f} s  {:<12} {}\n", static_cast<double>(ms) / 1000,
               wire.transport().links()[note.link].name(), to_string(note));
  }
  std::fflush(stdout);
}

void print_counters(m3ua::LinkSet& links) {
  fmt::print("\n{:<12} {:<8} {:>10} {:>10} {:>8} {:>8} {:>8} {:>8}\n", "link", "state", "sent",
             "received", "refused", "ends", "ERR out", "ERR in");
  for (std::size_t i = 0; i < links.size(); ++i) {
    const m3ua::Link& link = links[i];
    const m3ua::LinkCounters& c = link.counters();
    const SctpCounters& sctp = link.association().counters();
    fmt::print("{:<12} {:<8} {:>10} {:>10} {:>8} {:>8} {:>8} {:>8}\n", link.name(),
               link.active() ? "active" : "inactive", c.sent, c.received, c.refused, sctp.downs,
               c.errors_sent, c.errors_received);
  }
}

std::vector<Endpoint> addresses_of(const std::vector<CarrierPlan>& carriers) {
  std::vector<Endpoint> addresses;
  for (const CarrierPlan& carrier : carriers) addresses.push_back(carrier.local);
  return addresses;
}

/// Until the time is over or the user has enough; what arrives is counted and passed over.
void watch(LinkWire& wire, const Options& options, Time begin) {
  Time now = begin;
  while (interrupts() == 0 && now - begin < options.duration) {
    while (!wire.transport().rx_burst(now).empty()) {
    }
    print_notes(wire, begin);
    wire.transport().wait(now + options.tick);
    now = MonotonicClock::read();
  }
}

}  // namespace

int verb_links(const Options& options) {
  if (options.links.empty()) {
    return complain(kExitUsage, {"links: no link is configured, expected a profile with a section "
                                 "[link.NAME], or --link.NAME.KEY=VALUE"});
  }
  const auto plans = plan_links(options.links);
  if (!plans.ok()) return complain(kExitUsage, plans.error());
  NullTap none;
  std::unique_ptr<CaptureStream> capture;
  if (!options.output.empty()) {
    auto created =
        CaptureStream::create(options.output, "rung",
                              {.workers = static_cast<std::uint32_t>(plans->carriers.size()),
                               .wall_offset = wall_offset(),
                               .own = addresses_of(plans->carriers)});
    if (!created.ok()) return complain(kExitEnvironment, {created.error().text});
    capture = std::move(*created);
  }
  count_interrupts();
  const Time begin = MonotonicClock::read();
  std::size_t active = 0;
  {
    std::vector<Tap*> taps(plans->carriers.size(), &none);
    for (std::uint32_t i = 0; capture != nullptr && i < taps.size(); ++i) {
      taps[i] = &capture->tap(i);
    }
    auto wire = LinkWire::open(*plans, taps, begin);
    if (!wire.ok()) return complain(kExitEnvironment, {wire.error()});
    watch(**wire, options, begin);
    active = (*wire)->active();
    print_counters((*wire)->transport().links());
  }
  if (capture != nullptr) {
    const NetError error = capture->finish();
    if (error.code != NetErrorCode::none) return complain(kExitEnvironment, {error.text});
  }
  return active == plans->links.size() ? kExitPass : kExitFail;
}

}  // namespace rung
