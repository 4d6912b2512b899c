// What arrives for the dialogues (Q.774 3.2, 3.3; TS 29.002 7.3, 15).
#include <algorithm>

#include "gateway/dialogues.hpp"

namespace rung::gateway {
namespace {

bool is_ours(DialogueUse use) {
  return use != DialogueUse::routing && use != DialogueUse::mt_forward;
}

bool is_refusal(const tcap::Dialogue& dialogue) {
  return dialogue.pdu == tcap::DialoguePdu::response &&
         dialogue.result == tcap::AssociateResult::reject_permanent;
}

/// TS 29.002 5.1.1: the version to try after such a refusal of `asked`: the one that it offers,
/// else the next where it was the version that it refused; 0: another version would be refused as
/// well.
map::Version lower_version(const tcap::Dialogue& refusal, map::ApplicationContext asked) {
  const auto known = map::context_of(refusal.application_context);
  if (known && known->name == asked.name && known->version < asked.version) return known->version;
  if (refusal.diagnostic_source == tcap::DiagnosticSource::service_provider)
    return refusal.diagnostic == tcap::kNoCommonDialoguePortion ? map::Version{1} : map::Version{0};
  const bool by_name =
      refusal.diagnostic == tcap::Diagnostic::application_context_name_not_supported;
  return by_name ? static_cast<map::Version>(asked.version - 1) : map::Version{0};
}

/// The one operation that the gateway is asked for in a context (TS 29.002 17.2.2.19, 17.2.2.25).
map::Operation served_operation(map::ApplicationContext context) {
  if (context.name == map::ContextName::short_msg_gateway)
    return map::Operation::send_routing_info_for_sm;
  return context.version >= 3 ? map::Operation::mt_forward_sm : map::Operation::mo_forward_sm;
}

/// What a Begin without a dialogue portion, that is of version 1, asks for.
std::optional<map::ApplicationContext> context_of_first_version(const tcap::Message& message) {
  if (message.components.empty()) return std::nullopt;
  const tcap::Component& first = message.components[0];
  if (first.code == static_cast<std::int32_t>(map::Operation::send_routing_info_for_sm))
    return map::ApplicationContext{map::ContextName::short_msg_gateway, 1};
  return map::ApplicationContext{map::ContextName::short_msg_mt_relay, 1};
}

const tcap::Component* find_invoke(const tcap::Message& message) {
  const auto is_invoke = [](const tcap::Component& component) {
    return component.type == tcap::ComponentType::invoke;
  };
  const auto found = std::find_if(message.components.begin(), message.components.end(), is_invoke);
  return found == message.components.end() ? nullptr : found;
}

/// The component that answers our invoke, or none.
const tcap::Component* find_answer(const tcap::Message& message) {
  const auto is_answer = [](const tcap::Component& component) {
    if (component.type == tcap::ComponentType::invoke) return false;
    const bool is_reject = component.type == tcap::ComponentType::reject;
    return component.invoke_id == Dialogues::kInvokeId || (is_reject && !component.invoke_id);
  };
  const auto found = std::find_if(message.components.begin(), message.components.end(), is_answer);
  return found == message.components.end() ? nullptr : found;
}

const tcap::Component* find_rider(const tcap::Message& message) {
  const tcap::Component* invoke = find_invoke(message);
  const auto inform = static_cast<std::int32_t>(map::Operation::inform_service_centre);
  return invoke != nullptr && invoke->code == inform ? invoke : nullptr;
}

}  // namespace

std::optional<DialogueEvent> Dialogues::on_unit(const MapUnit& unit, Time now) {
  if (unit.sccp.is_service()) return on_returned(unit, now);
  if (unit.tcap_error) return on_malformed(unit, now);
  if (unit.tcap.type == tcap::Type::begin) return on_begin(unit, now);
  if (unit.tcap.type == tcap::Type::unidirectional) {
    ++counters_.map_rx_unexpected;
    return std::nullopt;
  }
  const std::uint32_t index = find(unit.tcap.dtid);
  if (index == kNone) {
    answer_stranger(unit, now);
    return std::nullopt;
  }
  switch (unit.tcap.type) {
    case tcap::Type::continue_: return on_continue(unit, index, now);
    case tcap::Type::end: return on_end(unit, index, now);
    default: return on_abort(unit, index, now);
  }
}

/// Q.774 3.2.1.3: a Continue of no transaction here is aborted; an End or Abort is dropped. One
/// that there was is late: its dialogue has ended meanwhile.
void Dialogues::answer_stranger(const MapUnit& unit, Time now) {
  const std::uint32_t slot = unit.tcap.dtid.number() & ((1U << 20) - 1);
  const bool was_ours = unit.tcap.dtid.size == 4 && slot < pool_.touched();
  ++(was_ours ? counters_.map_late : counters_.map_unknown_dialogue);
  if (unit.tcap.type != tcap::Type::continue_) return;
  abort_provider(unit, tcap::PAbortCause::unrecognized_transaction_id, now);
}

/// Q.774 3.2.1.3, 3.3.2: outside its components a message that cannot be read is aborted, within
/// them it is rejected; the dialogue it was for fails.
std::optional<DialogueEvent> Dialogues::on_malformed(const MapUnit& unit, Time now) {
  ++counters_.map_rx_malformed;
  const tcap::Error& error = unit.tcap_error;
  const bool can_answer = unit.tcap.otid.size != 0 && (unit.tcap.type == tcap::Type::begin ||
                                                       unit.tcap.type == tcap::Type::continue_);
  if (can_answer && error.portion == tcap::Portion::component) {
    end_with_reject(unit, error.invoke_id, tcap::reject_problem(error), now);
  } else if (can_answer) {
    abort_provider(unit, tcap::p_abort_cause(error), now);
  }
  const std::uint32_t index = unit.tcap.type == tcap::Type::begin ? kNone : find(unit.tcap.dtid);
  if (index == kNone) return std::nullopt;
  return fail(index, DialogueFailure::rejected);
}

/// UDTS: what we sent came back (Q.714 4.2), as much of it as SCCP returned.
std::optional<DialogueEvent> Dialogues::on_returned(const MapUnit& unit, Time) {
  ++counters_.map_returned;
  const std::uint32_t index = find(unit.tcap.otid);
  if (index == kNone) return std::nullopt;
  return fail(index, DialogueFailure::returned);
}

std::optional<DialogueEvent> Dialogues::on_begin(const MapUnit& unit, Time now) {
  const tcap::Dialogue& asked = unit.tcap.dialogue;
  const bool has_portion = asked.pdu != tcap::DialoguePdu::none;
  const auto context = has_portion ? map::context_of(asked.application_context)
                                   : context_of_first_version(unit.tcap);
  if (has_portion && asked.pdu != tcap::DialoguePdu::request) {
    abort_provider(unit, tcap::PAbortCause::incorrect_transaction_portion, now);
    return std::nullopt;
  }
  if (has_portion && (!context || !serves(*context))) {
    refuse_context(unit, context, now);
    return std::nullopt;
  }
  if (!context) {
    abort_provider(unit, tcap::PAbortCause::incorrect_transaction_portion, now);
    return std::nullopt;
  }
  const std::uint32_t index = take(now);
  if (index == kNone) {
    abort_provider(unit, tcap::PAbortCause::resource_limitation, now);
    return std::nullopt;
  }
  Dialogue& dialogue = pool_[index];
  const bool is_routing = context->name == map::ContextName::short_msg_gateway;
  dialogue.use = is_routing ? DialogueUse::routing : DialogueUse::mt_forward;
  dialogue.context = *context;
  dialogue.operation = served_operation(*context);
  dialogue.peer_id = unit.tcap.otid;
  dialogue.peer = MapPort::peer_of(unit);
  dialogue.own_ssn = unit.sccp.called.ssn.value_or(sccp::kSsnMsc);
  dialogue.state = DialogueState::accepting;
  if (!unit.tcap.components.empty()) return on_invoke(unit, index, now);
  map::ApplicationContextOctets octets;
  tcap::Writer writer(room_);
  const tcap::Dialogue accept = portion(dialogue, octets);
  send(dialogue, writer.finish(tcap::Type::continue_, id_of(index), dialogue.peer_id, accept), now);
  wheel_.schedule(index, now + timers_[1]);
  return std::nullopt;
}

/// TS 29.002 15.6: one invoke at a time, of the operation that the context is for.
std::optional<DialogueEvent> Dialogues::on_invoke(const MapUnit& unit, std::uint32_t index,
                                                  Time now) {
  Dialogue& dialogue = pool_[index];
  const tcap::Component* invoke = find_invoke(unit.tcap);
  if (invoke == nullptr) {
    ++counters_.map_rx_unexpected;
    refuse_component(unit, unit.tcap.components[0], now);
    return close(index);
  }
  dialogue.state = DialogueState::serving;
  dialogue.invoke_id = *invoke->invoke_id;
  wheel_.schedule(index, now + serving_max_);
  if (invoke->code == code_of(index)) {
    Event event = event_of(index, Event::Kind::invoked);
    event.component = invoke;
    return event;
  }
  ++counters_.map_rx_unexpected;
  const Event event = event_of(index, Event::Kind::closed);
  reject(index, tcap::kUnrecognizedOperation, Then::end, now);
  return event;
}

std::optional<DialogueEvent> Dialogues::on_continue(const MapUnit& unit, std::uint32_t index,
                                                    Time now) {
  Dialogue& dialogue = pool_[index];
  if (is_ours(dialogue.use)) {
    // Q.774 3.1.2.2.2.2: the first answer says where the rest goes.
    if (dialogue.peer_id.size == 0) {
      const std::uint8_t sls = dialogue.peer.sls;
      dialogue.peer = MapPort::peer_of(unit);
      dialogue.peer.sls = sls;
    }
    dialogue.peer_id = unit.tcap.otid;
    if (dialogue.state == DialogueState::opening && unit.tcap.components.empty()) {
      settle_version(dialogue, now);
      dialogue.state = DialogueState::asking;
      return event_of(index, Event::Kind::write_request);
    }
    return on_answer(unit, index, now);
  }
  const bool may_invoke =
      dialogue.state == DialogueState::waiting || dialogue.state == DialogueState::accepting;
  if (may_invoke && !unit.tcap.components.empty()) return on_invoke(unit, index, now);
  ++counters_.map_rx_unexpected;
  if (unit.tcap.components.empty()) return std::nullopt;
  // Another invoke before its answer: refused, and the one in progress goes on.
  const tcap::Component* invoke = find_invoke(unit.tcap);
  if (invoke == nullptr) return std::nullopt;
  ++counters_.map_rejects;
  const bool again = invoke->invoke_id == dialogue.invoke_id;
  tcap::Writer writer(room_);
  writer.reject(invoke->invoke_id, again ? tcap::kDuplicateInvokeId : tcap::kResourceLimitation);
  map::ApplicationContextOctets octets;
  const tcap::Dialogue accept = portion(dialogue, octets);
  send(dialogue, writer.finish(tcap::Type::continue_, id_of(index), dialogue.peer_id, accept), now);
  return std::nullopt;
}

std::optional<DialogueEvent> Dialogues::on_end(const MapUnit& unit, std::uint32_t index, Time now) {
  Dialogue& dialogue = pool_[index];
  dialogue.peer_id = {};
  if (!is_ours(dialogue.use)) return close(index);
  if (is_refusal(unit.tcap.dialogue)) return on_abort(unit, index, now);
  return on_answer(unit, index, now);
}

/// A component that nothing waits for ends its dialogue: rejected, but for a Reject, which nobody
/// answers by another (Q.774 3.2.2.3).
void Dialogues::refuse_component(const MapUnit& unit, const tcap::Component& component, Time now) {
  if (component.type != tcap::ComponentType::reject) {
    return end_with_reject(unit, component.invoke_id, tcap::kResultUnrecognizedInvokeId, now);
  }
  ++counters_.map_rx_rejects;
  tcap::Writer writer(room_);
  const Octets end = writer.finish(tcap::Type::end, {}, unit.tcap.otid, {});
  port_.send(MapPort::peer_of(unit), unit.sccp.called.ssn.value_or(sccp::kSsnMsc), end, now);
}

/// The answer to our request; the dialogue is over with it, whichever message it came in.
std::optional<DialogueEvent> Dialogues::on_answer(const MapUnit& unit, std::uint32_t index,
                                                  Time now) {
  Dialogue& dialogue = pool_[index];
  const tcap::Component* answer = find_answer(unit.tcap);
  const bool goes_on = unit.tcap.type == tcap::Type::continue_;
  // Q.774 3.1.2.2.2.2: the dialogue is confirmed, its result is still to come.
  if (goes_on && unit.tcap.components.empty()) {
    settle_version(dialogue, now);
    return std::nullopt;
  }
  if (answer == nullptr) {
    ++counters_.map_rx_unexpected;
    if (goes_on) refuse_component(unit, unit.tcap.components[0], now);
    const bool wrong = !unit.tcap.components.empty();
    return fail(index, wrong ? DialogueFailure::rejected : DialogueFailure::no_answer);
  }
  if (answer->type == tcap::ComponentType::reject) {
    ++counters_.map_rx_rejects;
    const bool old_peer = unit.tcap.dialogue.pdu == tcap::DialoguePdu::none &&
                          dialogue.context.version > 1 && !dialogue.answered_once;
    return old_peer ? retry(index, 1, now) : fail(index, DialogueFailure::rejected);
  }
  const bool is_error = answer->type == tcap::ComponentType::return_error;
  if (!is_error && answer->code.has_value() && answer->code != code_of(index)) {
    ++counters_.map_rx_unexpected;
    return fail(index, DialogueFailure::rejected);
  }
  settle_version(dialogue, now);
  Event event = event_of(index, is_error ? Event::Kind::error : Event::Kind::result);
  event.component = answer;
  event.rider = find_rider(unit.tcap);
  if (goes_on) {
    abandon(index, now);
  } else {
    give(index);
  }
  return event;
}

/// TS 29.002 7.3.1, 5.1.1: a peer that does not know the version names the one it does, or aborts
/// as one that has never heard of dialogue portions.
std::optional<DialogueEvent> Dialogues::on_abort(const MapUnit& unit, std::uint32_t index,
                                                 Time now) {
  Dialogue& dialogue = pool_[index];
  ++counters_.map_rx_aborts;
  dialogue.peer_id = {};
  if (!is_ours(dialogue.use)) return close(index);
  const tcap::Dialogue& told = unit.tcap.dialogue;
  if (is_refusal(told)) {
    const auto version = lower_version(told, dialogue.context);
    return version != 0 ? retry(index, version, now) : fail(index, DialogueFailure::user_abort);
  }
  if (unit.tcap.p_abort_cause == tcap::PAbortCause::incorrect_transaction_portion &&
      dialogue.context.version > 1) {
    return retry(index, 1, now);
  }
  const bool by_provider = unit.tcap.p_abort_cause.has_value();
  return fail(index, by_provider ? DialogueFailure::provider_abort : DialogueFailure::user_abort);
}

}  // namespace rung::gateway
