#include <algorithm>
#include <bit>
#include <charconv>

#include "engine/ladder/player_core.hpp"
#include "engine/wire/m3ua.hpp"
#include "engine/wire/tcap_writer.hpp"

// What the gateway says to the network behind it: one unit of a link, read, matched to a session
// and judged. Correlate loosely, as with SIP: what disagrees is left to the checks.

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }

constexpr std::size_t kReplySizeMax = 512;
constexpr std::size_t kRefusalSizeMax = 128;

/// Which way the short messages go that the gateway sends to an element.
tp::Direction direction_to(Party element) {
  return element == Party::msc || element == Party::sgsn ? tp::Direction::sc_to_ms
                                                         : tp::Direction::ms_to_sc;
}

}  // namespace

/// MAP at hand: what is found by path in a SIP message's body is found here too.
void Player::Core::take_tpdu() {
  in_.has_rp = false;
  in_.has_tp = net_.has_tp;
  in_.tp = net_.tp;
  in_.tp_error = net_.tp_error;
  in_.rp.user_data = net_.tpdu;
  in_.blame = Blame::none;
  if (!net_.has_tp || net_.tp_error == tp::Error::none) return;
  const bool length =
      net_.tp_error == tp::Error::user_data_length || net_.tp_error == tp::Error::trailing_octets;
  in_.blame = length ? Blame::udl : Blame::tpdu;
}

void Player::Core::receive_network(RxDatagram& datagram, Time now) {
  answering_ = nullptr;
  own_session_ = nullptr;
  Arrival arrival;
  arrival.datagram = &datagram;
  arrival.at = std::min(datagram.arrived, now);
  m3ua::ProtocolData unit;
  const bool readable = !datagram.truncated && m3ua::read(datagram.octets, unit) &&
                        read_transaction(unit.user_data, net_);
  counters_.bump(Counter::map_received);
  network_at_hand_ = true;
  if (!readable) {
    counters_.bump(Counter::map_malformed);
    if (!datagram.truncated) refuse_malformed();
  } else if (net_.sccp.is_service()) {
    receive_returned(arrival.at);
  } else if (net_.tcap.type == tcap::Type::begin) {
    receive_begin(arrival);
  } else {
    receive_further(arrival);
  }
  network_at_hand_ = false;
}

/// Our own message, which the gateway's SCCP returns (Q.713 4.11): whoever waits for an answer to
/// it waits in vain.
void Player::Core::receive_returned(Time now) {
  counters_.bump(Counter::map_returned);
  const std::uint32_t handle = dialogues_.find(net_.tcap.otid);
  if (handle == 0) return;
  Live l = live(SessionIndex(dialogues_.at(handle).session));
  l.session->flags |= kRefused;
  l.session->refused_code = net_.sccp.return_cause;
  settle(l, now);
}

/// The element of ours that a Begin is for: by the number it was sent to, else by the subsystem.
Party Player::Core::called_element() const {
  const sccp::Address& called = net_.sccp.called;
  for (const Party element : {Party::sc, Party::hss, Party::msc, Party::sgsn}) {
    if (called.title.indicator != 0 && called.title.equals(element_number(element))) return element;
  }
  if (called.ssn == sccp::kSsnHlr) return Party::hss;
  return called.ssn == sccp::kSsnSgsn ? Party::sgsn : Party::sc;
}

/// The UE of the run, of whatever worker, that the parameter names by IMSI or number.
std::optional<std::uint32_t> Player::Core::subscriber_number() {
  for (const Path path :
       {Path::map_msisdn, Path::map_subscriber, Path::map_imsi, Path::map_oa, Path::map_da}) {
    const FieldValue value = network_field(path, net_, actual_scratch_);
    if (!value.present || value.text.empty()) continue;
    std::uint64_t number = 0;
    const auto [end, error] =
        std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
    if (error != std::errc{} || end != value.text.data() + value.text.size()) continue;
    for (const std::uint64_t base : {config_.msisdn_base, config_.network.imsi_base}) {
      if (number >= base && number - base < kTokenUeMax && number - base < config_.ues)
        return static_cast<std::uint32_t>(number - base);
    }
  }
  return {};
}

/// A dialogue that the gateway begins: of the session whose SM it carries, else of the oldest that
/// waits for such an operation with that UE.
void Player::Core::receive_begin(Arrival& arrival) {
  const Party element = called_element();
  read_components(direction_to(element), {}, net_);
  take_tpdu();
  const auto number = subscriber_number();
  if (number) arrival.ue = ues.find(*number);
  if (in_.has_tp) arrival.token_state = find_token(in_.tp, arrival.token);
  Match match = find_begin(element, arrival);
  if (match.kind != Match::Kind::live) {
    counters_.bump(Counter::map_strangers);
    return answer_begin(element, arrival.ue);
  }
  Live& l = match.live;
  arrival.datagram->owner = owner_of(*l.session);
  if ((l.session->done & bit(match.step)) != 0) {
    repeat_map(l, match.step, arrival);
    return answer_begin(element, arrival.ue);
  }
  if (element == Party::hss && draws_result(l, match.step)) home_.note(net_, arrival.ue);
  const std::uint32_t handle = open_dialogue(l, match.step);
  if (handle == 0) {
    abort_stranger();
    l.session->flags |= kBroken;
    return settle(l, arrival.at);
  }
  Dialogue& dialogue = dialogues_.at(handle);
  dialogue.context = net_.context;
  note_peer(dialogue);
  receive_map(l, match.step, arrival);
}

/// Whether the ladder itself answers that Begin of theirs, and with nothing but a result.
bool Player::Core::draws_result(const Live& l, std::uint8_t begin) const {
  bool drawn = false;
  for (const ProgramStep& p : l.ladder->steps) {
    if (p.kind != StepKind::send_map || p.dialogue != begin) continue;
    if (p.component != tcap::ComponentType::return_result_last) return false;
    drawn = true;
  }
  return drawn;
}

/// What an answer to the message at hand needs: the gateway's transaction id and address, and which
/// invoke it is.
void Player::Core::note_peer(Dialogue& dialogue) {
  if (net_.tcap.otid.size != 0) dialogue.peer = net_.tcap.otid;
  const tcap::Component* component = net_.component();
  if (component != nullptr && component->type == tcap::ComponentType::invoke) {
    dialogue.invoke_id = component->invoke_id.value_or(dialogue.invoke_id);
  }
  Writer writer(dialogue.address);
  const bool known = net_.sccp.calling.title.indicator != 0 || net_.sccp.calling.point_code;
  if (known && sccp::write_address(net_.sccp.calling, writer)) {
    dialogue.address_size = static_cast<std::uint8_t>(writer.size());
  }
}

Match Player::Core::find_begin(Party element, const Arrival& arrival) {
  const auto fits = [&](const ProgramStep& p) {
    return p.kind == StepKind::receive_map && p.tcap_type == tcap::Type::begin &&
           p.element == element && (!p.operation || p.operation == net_.operation);
  };
  const Token& token = arrival.token;
  if (arrival.token_state == TokenState::valid && token.run == config_.run_id &&
      token.worker == config_.worker) {
    const Ticket* ticket = pool_.find(token.ticket, token.generation);
    if (ticket == nullptr || ticket->session == SessionIndex::kNone) return {};
    const Live l = live(SessionIndex(ticket->session));
    const std::uint8_t step = choose_map(l, fits);
    return step == kNoStep ? Match{} : Match{Match::Kind::live, l, step, nullptr};
  }
  Match found;
  Match repeat;
  each_session(arrival.ue, [&](Live& l) {
    const std::uint8_t step = choose_map(l, [&](const ProgramStep& p) {
      return fits(p) && l.session->ue[p.party] == arrival.ue.value;
    });
    if (step == kNoStep) return;
    Match& target = (l.session->done & bit(step)) == 0 ? found : repeat;
    if (target.kind == Match::Kind::live && target.live.session->started <= l.session->started) {
      return;
    }
    target = {Match::Kind::live, l, step, nullptr};
  });
  return found.kind == Match::Kind::live ? found : repeat;
}

/// The best of the steps that fit: one that waits, before others one that has to come; then one
/// that may be early, then a done one.
template <class Fits>
std::uint8_t Player::Core::choose_map(const Live& l, Fits&& fits) const {
  std::uint8_t waiting = kNoStep;
  std::uint8_t early = kNoStep;
  std::uint8_t done = kNoStep;
  for (std::uint64_t left = l.ladder->receives; left != 0; left &= left - 1) {
    const auto step = static_cast<std::uint8_t>(std::countr_zero(left));
    const ProgramStep& p = l.ladder->steps[step];
    if (!fits(p)) continue;
    if ((l.session->done & bit(step)) != 0) {
      done = step;
    } else if (enabled(l, p)) {
      if ((l.ladder->required & bit(step)) != 0) return step;
      if (waiting == kNoStep) waiting = step;
    } else if (early == kNoStep && may_be_early(l, p)) {
      early = step;
    }
  }
  if (waiting != kNoStep) return waiting;
  return early != kNoStep ? early : done;
}

/// Continue, End or Abort: of the dialogue that our transaction id names. What comes once that has
/// ended is told apart from what may still belong to it: it is the last answer once more.
void Player::Core::receive_further(Arrival& arrival) {
  const std::uint32_t handle = dialogues_.find(net_.tcap.dtid);
  const bool open = handle != 0 && dialogues_.at(handle).open;
  if (!open) {
    counters_.bump(Counter::map_stale);
    if (net_.tcap.type == tcap::Type::continue_) abort_stranger();
    if (handle == 0) return;
  }
  Dialogue& dialogue = dialogues_.at(handle);
  Live l = live(SessionIndex(dialogue.session));
  arrival.datagram->owner = owner_of(*l.session);
  const ProgramStep& begin = l.ladder->steps[dialogue.begin];
  read_components(direction_to(begin.element), {begin.operation, dialogue.context}, net_);
  take_tpdu();
  arrival.ue = UeIndex(l.session->ue[begin.party]);
  if (!open) return repeat_answer(l, dialogue, arrival);
  note_peer(dialogue);
  dialogue.confirmed = true;
  const bool ends = net_.tcap.type != tcap::Type::continue_;
  if (ends) dialogue.open = false;
  dialogue.aborted = net_.tcap.type == tcap::Type::abort;
  const auto in_dialogue = [&](const ProgramStep& p) {
    return p.kind == StepKind::receive_map && p.dialogue == dialogue.begin;
  };
  const tcap::Component* component = net_.component();
  const auto same_component = [&](const ProgramStep& p) {
    return component == nullptr ? !p.component : p.component == component->type;
  };
  std::uint8_t step = choose_map(l, [&](const ProgramStep& p) {
    return in_dialogue(p) && p.tcap_type == net_.tcap.type && same_component(p);
  });
  if (step != kNoStep && (l.session->done & bit(step)) == 0) return receive_map(l, step, arrival);
  const std::uint8_t instead = choose_map(l, in_dialogue);
  if (instead != kNoStep && (l.session->done & bit(instead)) == 0) {
    return refuse_map(l, instead, arrival);
  }
  if (step == kNoStep) step = instead;
  if (step != kNoStep) return repeat_map(l, step, arrival);
  counters_.bump(Counter::map_strangers);
  if (ends) {  // it ended what we had yet to answer
    l.session->flags |= kRefused;
    settle(l, arrival.at);
  }
}

/// Another End where there was one: a second answer to what we asked.
void Player::Core::repeat_answer(Live& l, const Dialogue& dialogue, Arrival& arrival) {
  const std::uint8_t step = choose_map(l, [&](const ProgramStep& p) {
    return p.kind == StepKind::receive_map && p.dialogue == dialogue.begin &&
           p.tcap_type == tcap::Type::end;
  });
  const bool again = step != kNoStep && (l.session->done & bit(step)) != 0;
  if (again && net_.tcap.type == tcap::Type::end) repeat_map(l, step, arrival);
}

void Player::Core::receive_map(Live& l, std::uint8_t step, Arrival& arrival) {
  if (!enabled(l, l.ladder->steps[step])) counters_.bump(Counter::map_early);
  if (!keep(l, step, arrival)) l.session->flags |= kBroken;
  note_frame(l, step, arrival);
  mark(l, step, arrival.at);
  judge(l, step, arrival, false, false);
  progress(l, arrival.at);
  settle(l, arrival.at);
}

/// Another answer than the one that is drawn ends the session; of its fields those are judged that
/// say which it is.
void Player::Core::refuse_map(Live& l, std::uint8_t step, Arrival& arrival) {
  note_frame(l, step, arrival);
  judge(l, step, arrival, true, false);
  const tcap::Component* component = net_.component();
  const bool error = component != nullptr && component->type == tcap::ComponentType::return_error;
  l.session->flags |= kRefused;
  l.session->refused_code =
      error && component->code ? static_cast<std::uint16_t>(*component->code) : std::uint16_t{0};
  settle(l, arrival.at);
}

void Player::Core::repeat_map(Live& l, std::uint8_t step, Arrival& arrival) {
  StepRecord& r = l.records[step];
  counters_.bump(Counter::map_repeats);
  if (r.repeats < 15) r.repeats = (r.repeats + 1U) & 15U;
  note_frame(l, step, arrival);
  judge(l, step, arrival, false, false);
}

/// What our network says to the invoke at hand, a component of `writer`.
void Player::Core::write_reply(Party element, UeIndex ue, std::int8_t invoke_id,
                               tcap::Writer& writer) {
  std::array<char, 16> imsi;
  HomeNetwork::Subscriber subscriber{ue, {}, {}};
  if (ue.valid()) {
    subscriber.imsi = imsi_digits(ues.number(ue), imsi);
    subscriber.msisdn = digits(ues.number(ue), 0);
  }
  NetworkReply reply;
  home_.answer(net_, element, subscriber, reply);
  if (reply.has_parameter) write_parameter(reply.parameter, writer);
  switch (reply.component) {
    case tcap::ComponentType::return_error: writer.return_error(invoke_id, reply.code); break;
    case tcap::ComponentType::reject: writer.reject(invoke_id, reply.problem); break;
    default: writer.return_result(invoke_id, reply.code, reply.component); break;
  }
}

/// Answers a Begin that no ladder draws as the network would, in one End.
void Player::Core::answer_begin(Party element, UeIndex ue) {
  const tcap::Component* asked = net_.component();
  if (asked == nullptr || asked->type != tcap::ComponentType::invoke) return abort_stranger();
  std::array<std::uint8_t, kReplySizeMax> room;
  tcap::Writer writer(room);
  write_reply(element, ue, asked->invoke_id.value_or(0), writer);
  send_end(writer);
}

/// An End to whoever sent the Begin at hand; its context is accepted.
void Player::Core::send_end(tcap::Writer& writer) {
  tcap::Dialogue portion;
  if (net_.tcap.dialogue.pdu == tcap::DialoguePdu::request) {
    portion.pdu = tcap::DialoguePdu::response;
    portion.application_context = net_.tcap.dialogue.application_context;
  }
  send_back(writer.finish(tcap::Type::end, {}, net_.tcap.otid, portion));
}

/// A TCAP message to whoever sent the one at hand.
void Player::Core::send_back(Octets tcap) {
  TxDatagram* slot = network_tx_->reserve();
  if (slot == nullptr) return counters_.bump(Counter::tx_queue_full);
  slot->size = static_cast<std::uint32_t>(
      write_unit(net_.sccp.calling, net_.sccp.called, 0, tcap, slot->space()));
  if (slot->size == 0) return network_tx_->drop_last();
  counters_.bump(Counter::map_sent);
}

/// Q.774 3.2.1.3, 3.3.2: outside its components what cannot be read is aborted, within them it is
/// rejected. Only who has told us his transaction id can be answered.
void Player::Core::refuse_malformed() {
  const tcap::Type type = net_.tcap.type;
  const bool goes_on = type == tcap::Type::begin || type == tcap::Type::continue_;
  if (net_.sccp_error != sccp::Error::none || net_.sccp.is_service()) return;
  if (!goes_on || net_.tcap.otid.size == 0) return;
  const tcap::Error& error = net_.tcap_error;
  std::array<std::uint8_t, kRefusalSizeMax> room;
  tcap::Writer writer(room);
  if (error.portion == tcap::Portion::component) {
    writer.reject(error.invoke_id, tcap::reject_problem(error));
    return send_end(writer);
  }
  send_back(writer.finish(tcap::Type::abort, {}, net_.tcap.otid, {}, tcap::p_abort_cause(error)));
}

/// Q.774 3.2.1.3: what belongs to no dialogue of ours is told so, and what there is no room for.
void Player::Core::abort_stranger() {
  if (net_.tcap.otid.size == 0) return;
  std::array<std::uint8_t, kRefusalSizeMax> room;
  tcap::Writer writer(room);
  const tcap::PAbortCause cause = net_.tcap.type == tcap::Type::begin
                                      ? tcap::PAbortCause::resource_limitation
                                      : tcap::PAbortCause::unrecognized_transaction_id;
  send_back(writer.finish(tcap::Type::abort, {}, net_.tcap.otid, {}, cause));
}

}  // namespace rung
