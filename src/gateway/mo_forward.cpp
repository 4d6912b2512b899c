#include "gateway/mo_forward.hpp"

#include <algorithm>

#include "gateway/map_failure.hpp"

namespace rung::gateway {

MoForward::MoForward(const GatewayConfig& config, Dialogues& dialogues, MapPort& port,
                     FaultSet& faults, GatewayCounters& counters)
    : sc_default_(address_octets(config.sc_address)),
      ssn_(config.network.ssn),
      dialogues_(dialogues),
      port_(port),
      faults_(faults),
      counters_(counters),
      pool_(config.submits_max) {}

std::uint32_t MoForward::start(const Request& request, Time now) {
  const std::uint32_t index = pool_.take();
  if (index == kNone) return kNone;
  Forward& forward = pool_[index];
  const bool configured = request.sc_address.empty() || faults_.active(FaultId::f57);
  forward.submit = request.submit;
  forward.sc_address.set(configured ? sc_default_.span() : request.sc_address);
  forward.originator = address_octets(request.originator);
  forward.imsi = imsi_octets(request.imsi);
  forward.tpdu_size = narrow<std::uint8_t>(request.tpdu.size());
  std::copy(request.tpdu.begin(), request.tpdu.end(), forward.tpdu.begin());
  std::array<char, bcd::kDigitsMax> number;
  const std::size_t digits = bcd::decode_address(forward.sc_address.span(), number);
  forward.dialogue =
      dialogues_.open({DialogueUse::mo_forward, index, map::ContextName::short_msg_mo_relay,
                       map::Operation::mo_forward_sm, ssn_},
                      port_.peer_at({number.data(), digits}, sccp::kSsnMsc), now);
  const bool opened = forward.dialogue != kNone;
  if (opened && (!dialogues_.begins_now(forward.dialogue, now) || write(index, now))) return index;
  pool_.give(index);
  return kNone;
}

/// TS 29.002 17.7.6; the IMSI came with version 3.
bool MoForward::write(std::uint32_t index, Time now) {
  const Forward& forward = pool_[index];
  map::MoForwardSmArg argument;
  argument.sm_rp_da = {map::SmRpDaKind::service_centre_address, forward.sc_address.span()};
  argument.sm_rp_oa = {map::SmRpOaKind::msisdn, forward.originator.span()};
  argument.sm_rp_ui = Octets(forward.tpdu).first(forward.tpdu_size);
  if (dialogues_[forward.dialogue].context.version >= 3 && !forward.imsi.empty())
    argument.imsi = forward.imsi.span();
  ++counters_.mo_forwards;
  return dialogues_.invoke(forward.dialogue, map::Operation::mo_forward_sm, argument, now);
}

void MoForward::give_up(std::uint32_t index, Time now) {
  dialogues_.abandon(pool_[index].dialogue, now);
  pool_.give(index);
}

std::optional<ForwardAnswer> MoForward::on_event(const DialogueEvent& event, Time now) {
  const std::uint32_t index = event.owner;
  const bool repeats = event.kind == DialogueEvent::Kind::write_request;
  if (repeats && write(index, now)) return std::nullopt;
  const ForwardAnswer answer = answer_of(pool_[index], event);
  pool_.give(index);
  if (answer.submit == kNone) return std::nullopt;
  return answer;
}

/// TS 23.040 11.3: silence, aborts and what SCCP returned are "network out of order".
ForwardAnswer MoForward::answer_of(const Forward& forward, const DialogueEvent& event) {
  ForwardAnswer answer{forward.submit, kRpCauseOutOfOrder, {}};
  if (event.kind == DialogueEvent::Kind::error) {
    ++counters_.mo_forwards_refused;
    answer.rp_cause = rp_cause_of(forward_failures(), *event.component, &answer.report);
  } else if (event.kind == DialogueEvent::Kind::result) {
    answer.rp_cause = 0;
    map::ForwardSmRes result;
    const Octets parameter = event.component->parameter;
    if (!parameter.empty() && !map::decode(parameter, result))
      answer.report = result.sm_rp_ui.value_or(Octets{});
  }
  return answer;
}

}  // namespace rung::gateway
