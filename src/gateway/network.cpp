#include "gateway/network.hpp"

#include <algorithm>

namespace rung::gateway {

Network::Network(const GatewayConfig& config, Transport& transport, Bindings& bindings,
                 Delivery& delivery, Submission& submission, FaultSet& faults,
                 GatewayCounters& counters, Time start)
    : sc_address_(address_octets(config.sc_address)),
      transport_(transport),
      submission_(submission),
      counters_(counters),
      port_(config.network, transport, counters),
      dialogues_(config.network, port_, counters, start),
      home_(config, bindings, dialogues_, port_, faults, counters, start),
      routing_(config, dialogues_, port_, home_, faults, counters),
      mo_(config, dialogues_, port_, faults, counters),
      mt_(config, delivery, bindings, dialogues_, port_, home_, routing_, faults, counters, start) {
  bindings.attach(&home_);
  submission.attach(this);
}

void Network::receive(Time now) {
  for (std::size_t bursts = 0; bursts < kBurstsPerPassMax; ++bursts) {
    const std::span<RxDatagram> burst = transport_.rx_burst(now);
    if (burst.empty()) break;
    for (const RxDatagram& datagram : burst) {
      if (!port_.read(datagram.octets, unit_, now)) continue;
      if (const auto event = dialogues_.on_unit(unit_, now)) on_event(*event, now);
    }
  }
  dialogues_.advance(now, [&](const DialogueEvent& event) { on_event(event, now); });
  mt_.advance(now);
  home_.advance(now);
}

void Network::flush(Time now) {
  home_.settle(now);
  port_.flush(now);
}

Time Network::next_due() const {
  return std::min({dialogues_.next_due(), mt_.next_due(), home_.next_due()});
}

void Network::on_event(const DialogueEvent& event, Time now) {
  const bool closed = event.kind == DialogueEvent::Kind::closed;
  switch (event.use) {
    case DialogueUse::registration:
    case DialogueUse::ms_present: return home_.on_event(event, now);
    case DialogueUse::memory_free: return on_memory_free(event, now);
    case DialogueUse::inquiry:
      if (const auto answer = routing_.on_event(event, now)) on_route(*answer, now);
      return;
    case DialogueUse::status_report: return mt_.on_status_report_event(event, now);
    case DialogueUse::mo_forward:
      if (const auto answer = mo_.on_event(event, now)) submission_.on_answer(*answer, now);
      return;
    case DialogueUse::mt_fallback: return mt_.on_event(event, now);
    case DialogueUse::routing:
      return closed ? routing_.on_closed(event) : routing_.on_invoked(event, now);
    case DialogueUse::mt_forward:
      return closed ? mt_.on_closed(event, now) : mt_.on_invoked(event, now);
  }
}

void Network::on_route(const RouteAnswer& answer, Time now) {
  if (answer.purpose == InquiryFor::transfer) return mt_.on_route(answer, now);
  const bool known = answer.route && answer.route->imsi.valid();
  if (known && tell_memory_free(answer.owner, answer.route->imsi, now)) return;
  const std::uint8_t cause = answer.rp_cause != 0 ? answer.rp_cause : kRpCauseOutOfOrder;
  submission_.on_answer({answer.owner, cause, {}}, now);
}

bool Network::forward(const MoForward::Request& request, Time now) {
  MoForward::Request known = request;
  known.imsi = home_.imsi_of(request.originator);
  const std::uint32_t forward = mo_.start(known, now);
  if (forward != kNone && request.submit != kNone) submission_.set_forward(request.submit, forward);
  return forward != kNone;
}

bool Network::give_up(const Submit& submit, Time now) {
  if (submit.forward != kNone) mo_.give_up(submit.forward, now);
  if (submit.inquiry != kNone) routing_.give_up(submit.inquiry);
  if (submit.ready != kNone) dialogues_.abandon(submit.ready, now);
  return submit.forward != kNone || submit.inquiry != kNone || submit.ready != kNone;
}

/// readyForSM names the IMSI; where the HSS has not said it yet, it is asked first.
bool Network::tell_memory_free(std::uint32_t submit, PhoneKey user, Time now) {
  const Imsi imsi = home_.imsi_of(user);
  if (imsi.valid()) return tell_memory_free(submit, imsi, now);
  const std::uint32_t inquiry =
      routing_.ask(InquiryFor::submit, submit, user, sc_address_.span(), now);
  submission_.set_inquiry(submit, inquiry);
  return inquiry != kNone;
}

bool Network::tell_memory_free(std::uint32_t submit, Imsi imsi, Time now) {
  const std::uint32_t dialogue = home_.tell_memory_free(submit, imsi, now);
  submission_.set_ready(submit, dialogue);
  return dialogue != kNone;
}

/// TS 23.040 11.2.
void Network::on_memory_free(const DialogueEvent& event, Time now) {
  std::uint8_t cause = kRpCauseOutOfOrder;
  if (event.kind == DialogueEvent::Kind::write_request) {
    const Imsi imsi = home_.imsi_of(submission_.user_of(event.owner));
    if (home_.repeat_memory_free(event, imsi, now)) return;
  } else if (event.kind == DialogueEvent::Kind::result) {
    cause = 0;
  } else if (event.kind == DialogueEvent::Kind::error) {
    cause = rp_cause_of(ready_failures(), *event.component, nullptr);
  }
  submission_.on_answer({event.owner, cause, {}}, now);
}

}  // namespace rung::gateway
