#include <bit>

#include "engine/ladder/player_core.hpp"

// Which session a request of theirs belongs to. Correlate loosely: what disagrees is left to the
// checks, which then name the requirement.

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }
/// TS 24.011 10.1: TR2M is longer than 12 s, so until then the gateway has to wait for a report.
constexpr Duration kTr2mMin = 12s;

constexpr std::uint8_t number_of(rp::Type type) { return static_cast<std::uint8_t>(type); }
constexpr std::uint8_t number_of(tp::Type type) { return static_cast<std::uint8_t>(type); }

bool is_report(const ProgramStep& p) {
  return p.rp_type == number_of(rp::Type::ack) || p.rp_type == number_of(rp::Type::error) ||
         (p.rp_type == kAnyType && p.replies_to != kNoStep);
}

}  // namespace

/// Which UE of the run, of whatever worker, a URI names.
std::optional<std::uint32_t> Player::Core::number_by_user(std::string_view uri) const {
  sip::Uri parsed;
  if (!sip::parse_uri(uri, parsed)) return {};
  if (const auto ue = config_.impu_user.ue_of(parsed.user); ue && *ue < kTokenUeMax)
    return static_cast<std::uint32_t>(*ue);
  std::string_view user = parsed.user;
  if (user.starts_with('+')) user.remove_prefix(1);
  if (user.empty() || user.size() > 18) return {};
  std::uint64_t number = 0;
  for (const char c : user) {
    if (c < '0' || c > '9') return {};
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (number < config_.msisdn_base || number - config_.msisdn_base >= kTokenUeMax) return {};
  return static_cast<std::uint32_t>(number - config_.msisdn_base);
}

UeIndex Player::Core::ue_by_user(std::string_view uri) const {
  const auto number = number_by_user(uri);
  return number ? ues.find(*number) : UeIndex();
}

/// An answer belongs to the worker that its branch names.
std::uint32_t Player::Core::worker_of_answer() const {
  constexpr std::string_view kFront = "z9hG4bK";
  constexpr std::size_t kRunDigits = 4;
  constexpr std::size_t kWorkerDigits = 2;
  if (!in_.top_via().well_formed) return kTaken;
  std::string_view branch = in_.top_via().via.branch;
  if (branch.size() < kFront.size() + kRunDigits + kWorkerDigits) return kTaken;
  if (!branch.starts_with(kFront)) return kTaken;
  branch.remove_prefix(kFront.size());
  const std::string_view own(front_.data(), front_.size());
  if (branch.starts_with(own) || !branch.starts_with(own.substr(0, kRunDigits))) return kTaken;
  std::uint64_t worker = 0;
  if (!get_hex(branch.substr(kRunDigits, kWorkerDigits), worker)) return kTaken;
  return worker < config_.workers ? static_cast<std::uint32_t>(worker) : kTaken;
}

/// Whose a message is that came here although it is for another worker; kTaken: ours or nobody's.
/// A UE of ours whose address it reached has it, whomever it names: that is the finding then.
std::uint32_t Player::Core::other_worker(const Arrival& arrival) const {
  if (!in_.view.is_request()) return worker_of_answer();
  if (arrival.ue.valid()) return kTaken;
  for (const std::string_view uri : {in_.view.request_uri(), in_.to_address().uri}) {
    const auto number = number_by_user(uri);
    if (!number || *number >= config_.ues) continue;
    const std::uint32_t worker = worker_of_ue(config_.ues, config_.workers, *number);
    if (worker != config_.worker) return worker;
  }
  return kTaken;
}

/// The UE a request came to: by its own address, else by what the Request-URI or To says.
void Player::Core::locate(Arrival& arrival) {
  std::uint32_t number = 0;
  if (config_.addresses.number_of(arrival.datagram->local, number)) arrival.ue = ues.find(number);
  if (!arrival.ue.valid()) arrival.ue = ue_by_user(in_.view.request_uri());
  if (!arrival.ue.valid()) arrival.ue = ue_by_user(in_.to_address().uri);
}

/// A step that came before its causes is early only if all that is missing is theirs to send.
bool Player::Core::may_be_early(const Live& l, const ProgramStep& step) const {
  return (step.causes & ~l.session->done & l.ladder->sends) == 0;
}

/// What any session of the UE still waits for may have come just now, unrecognised.
void Player::Core::doubt_absence(UeIndex ue) {
  each_session(ue, [](Live& l) { l.session->flags |= kUnmatched; });
}

/// The best of the steps that fit: one that waits, before others one that has to come; then one
/// that may be early, then a done one. `waiting`: the step is not done.
template <class Fits>
std::uint8_t Player::Core::choose(const Live& l, Fits&& fits, bool& waiting) const {
  std::uint8_t optional = kNoStep;
  std::uint8_t early = kNoStep;
  std::uint8_t done = kNoStep;
  waiting = true;
  for (std::uint64_t left = l.ladder->receives; left != 0; left &= left - 1) {
    const auto step = static_cast<std::uint8_t>(std::countr_zero(left));
    const ProgramStep& p = l.ladder->steps[step];
    if (p.kind != StepKind::receive_request || p.method != in_.view.method() || !fits(p, step))
      continue;
    if ((l.session->done & bit(step)) != 0) {
      done = step;
    } else if (enabled(l, p)) {
      if ((l.ladder->required & bit(step)) != 0) return step;
      if (optional == kNoStep) optional = step;
    } else if (early == kNoStep && may_be_early(l, p)) {
      early = step;
    }
  }
  if (optional != kNoStep) return optional;
  if (early != kNoStep) return early;
  waiting = false;
  return done;
}

Match Player::Core::find_report(const Arrival& arrival) {
  const std::uint8_t reference = in_.rp.reference;
  Match repeat;
  Match found;
  std::size_t sessions = 0;
  each_session(arrival.ue, [&](Live& l) {
    ++sessions;
    if (found.kind == Match::Kind::live) return;
    bool waiting = false;
    const std::uint8_t step = choose(
        l,
        [&](const ProgramStep& p, std::uint8_t) {
          return is_report(p) && p.replies_to != kNoStep &&
                 l.session->ue[p.party] == arrival.ue.value &&
                 (l.session->done & bit(p.replies_to)) != 0 &&
                 (l.records[p.replies_to].code & 0xff) == reference;
        },
        waiting);
    if (step == kNoStep) return;
    Match& target = waiting ? found : repeat;
    target = {Match::Kind::live, l, step, nullptr};
  });
  const bool found_one = found.kind == Match::Kind::live;
  if (found_one && (sessions == 1 || !config_.call_id_preserved)) return found;
  const Match replied = find_by_reply(arrival);
  if (found_one && !contradicts(found, replied)) return found;
  if (found_one) {
    dispute(found);
    dispute(replied);
    return {Match::Kind::disputed, {}, kNoStep, nullptr};
  }
  if (replied.kind == Match::Kind::live && repeat.kind != Match::Kind::live) {
    return find_owed(replied, arrival);
  }
  if (replied.kind != Match::Kind::stranger) return replied;
  if (repeat.kind == Match::Kind::live) return repeat;
  return find_waiting(arrival, number_of(rp::Type::ack), kAnyType);
}

/// The two names that a report has for what it reports on are those of two sessions of the UE, and
/// both wait for a report.
bool Player::Core::contradicts(const Match& by_reference, const Match& by_reply) const {
  return by_reply.kind == Match::Kind::live && by_reply.live.session != by_reference.live.session &&
         (by_reply.live.session->done & bit(by_reply.step)) == 0;
}

/// One of the names is wrong, and nothing tells which: the report is taken for neither's, and the
/// session proves neither that it got its one report nor that it did not.
void Player::Core::dispute(const Match& match) {
  const Live& l = match.live;
  l.session->flags |= kDisputed;
  if (!judges(LadderIndex(l.session->ladder))) return;
  for (const Check& check : program_.checks(l.ladder->steps[match.step])) {
    if (check.path != Path::rp_mr && check.path != Path::sip_in_reply_to) continue;
    for (const RequirementIndex index : program_.requirements(check))
      tally_.count(index, Verdict::inconclusive);
  }
}

/// A report whose RP-MR is nobody's, on a request that another report was taken for, by its RP-MR:
/// that one may have been meant for the request whose report is still due.
Match Player::Core::find_owed(const Match& replied, const Arrival& arrival) {
  const Live& l = replied.live;
  if ((l.session->done & bit(replied.step)) == 0) return replied;
  bool waiting = false;
  const std::uint8_t step = choose(
      l,
      [&](const ProgramStep& p, std::uint8_t i) {
        return is_report(p) && l.session->ue[p.party] == arrival.ue.value &&
               (l.session->done & bit(i)) == 0 && p.replies_to != kNoStep &&
               (l.session->done & bit(p.replies_to)) != 0;
      },
      waiting);
  return waiting ? Match{Match::Kind::live, l, step, nullptr} : replied;
}

/// Two requests of a UE are in flight, and a report names one by RP-MR and the other by
/// In-Reply-To: which of the two is wrong shows once the other report has come, if the step has a
/// rule for that.
bool Player::Core::left_to_rule(const Judged& judged, const Check& check) {
  const ProgramStep& p = judged.live->ladder->steps[judged.step];
  if (p.kind != StepKind::receive_request || p.replies_to == kNoStep) return false;
  StepRecord& r = judged.live->records[judged.step];
  if (check.path == Path::rp_mr) {
    r.attempt = (r.attempt | kReferenceWrong) & 15U;
    return false;
  }
  WireKey key;
  if (check.path != Path::sip_in_reply_to || !has_rule_of(p, check)) return false;
  if (!parse_key(in_.view.header(sip::Header::in_reply_to), key)) return false;
  const Session& s = *judged.live->session;
  if (key.ticket != s.ticket || key.generation != s.generation) return false;
  r.attempt = (r.attempt | kRepliedElsewhere) & 15U;
  return true;
}

/// A requirement of the field is judged at the step too, when the session ends.
bool Player::Core::has_rule_of(const ProgramStep& step, const Check& check) const {
  return std::ranges::any_of(program_.requirements(check), [&](RequirementIndex index) {
    return std::ranges::find(program_.rules(step), index) != program_.rules(step).end();
  });
}

/// What a SUBMIT that comes back to us says of itself.
TokenState Player::Core::token_of_submit(Token& token) {
  own_session_ = nullptr;  // own_ is needed here
  decode_body(in_.body, tp::Direction::ms_to_sc, own_);
  return own_.has_tp ? find_token(own_.tp, token) : TokenState::none;
}

/// The step of that session which is its `request` passed on.
Match Player::Core::find_relay_of(std::uint32_t ticket_index, std::uint32_t generation,
                                  std::uint8_t request, const Arrival& arrival) {
  Ticket* ticket = pool_.find(ticket_index, generation);
  if (ticket == nullptr) return {};
  if (ticket->session != SessionIndex::kNone) {
    Live l = live(SessionIndex(ticket->session));
    bool waiting = false;
    const std::uint8_t step = choose(
        l,
        [&](const ProgramStep& p, std::uint8_t) {
          return p.relays == request && l.session->ue[p.party] == arrival.ue.value;
        },
        waiting);
    if (step == kNoStep) return {};
    return {Match::Kind::live, l, step, nullptr};
  }
  const ProgramLadder& ladder = program_.ladder(LadderIndex(ticket->ladder));
  for (std::size_t step = 0; step < ladder.steps.size(); ++step) {
    if (ladder.steps[step].kind != StepKind::receive_request ||
        ladder.steps[step].relays != request)
      continue;
    return {Match::Kind::tombstone, {}, static_cast<std::uint8_t>(step), ticket};
  }
  return {};
}

/// UE and RP-MR, where they name one waiting session: two senders may have used the same.
Match Player::Core::find_relay_by_reference(const Arrival& arrival) {
  Match found;
  bool several = false;
  each_session(arrival.ue, [&](Live& l) {
    bool waiting = false;
    const std::uint8_t step = choose(
        l,
        [&](const ProgramStep& p, std::uint8_t) {
          return p.relays != kNoStep && l.session->ue[p.party] == arrival.ue.value &&
                 (l.session->done & bit(p.relays)) != 0 &&
                 (l.records[p.relays].code & 0xff) == in_.rp.reference;
        },
        waiting);
    if (step == kNoStep || !waiting) return;
    several |= found.kind == Match::Kind::live;
    found = {Match::Kind::live, l, step, nullptr};
  });
  return several ? Match{} : found;
}

/// A request of ours that a proxy passed on says itself whose it is: by its Call-ID, the token in
/// its text, In-Reply-To, or its RP-MR.
Match Player::Core::find_relayed(const Arrival& arrival) {
  WireKey key;
  if (parse_key(in_.view.header(sip::Header::call_id), key)) {
    const Match match = find_relay_of(key.ticket, key.generation, key.step, arrival);
    if (match.kind != Match::Kind::stranger) return match;
  }
  if (!in_.rp_readable() || in_.rp.direction() != rp::Direction::ms_to_n) return {};
  Token token;
  if (in_.rp.type() == rp::Type::data && token_of_submit(token) == TokenState::valid &&
      token.run == config_.run_id && token.worker == config_.worker) {
    const Match match = find_relay_of(token.ticket, token.generation, token.segment, arrival);
    if (match.kind != Match::Kind::stranger) return match;
  }
  const Match replied = find_by_reply(arrival);
  if (replied.kind != Match::Kind::stranger) return replied;
  return find_relay_by_reference(arrival);
}

/// In-Reply-To holds a Call-ID of ours, which names session and step.
Match Player::Core::find_by_reply(const Arrival& arrival) {
  WireKey key;
  if (!parse_key(in_.view.header(sip::Header::in_reply_to), key)) return {};
  Ticket* ticket = pool_.find(key.ticket, key.generation);
  if (ticket == nullptr) return {};
  Match match;
  if (ticket->session != SessionIndex::kNone) {
    Live l = live(SessionIndex(ticket->session));
    bool waiting = false;
    const std::uint8_t step = choose(
        l,
        [&](const ProgramStep& p, std::uint8_t) {
          // What is for another network's gateway names no UE.
          return p.replies_to == key.step &&
                 (!arrival.ue.valid() || l.session->ue[p.party] == arrival.ue.value);
        },
        waiting);
    if (step != kNoStep) match = {Match::Kind::live, l, step, nullptr};
    return match;
  }
  const ProgramLadder& ladder = program_.ladder(LadderIndex(ticket->ladder));
  for (std::size_t step = 0; step < ladder.steps.size(); ++step) {
    const ProgramStep& p = ladder.steps[step];
    if (p.kind != StepKind::receive_request || p.replies_to != key.step) continue;
    return {Match::Kind::tombstone, {}, static_cast<std::uint8_t>(step), ticket};
  }
  return {};
}

Match Player::Core::find_delivery(const Arrival& arrival) {
  const Token& token = arrival.token;
  const bool readable = arrival.token_state != TokenState::none;
  const bool ours = readable && token.run == config_.run_id && token.worker == config_.worker;
  Ticket* ticket = ours ? pool_.find(token.ticket, token.generation) : nullptr;
  if (ticket == nullptr) {
    // A whole token of nobody here is a stranger's; without one it may be a mangled SM of ours.
    if (arrival.token_state == TokenState::valid) return {};
    return find_waiting(arrival, number_of(rp::Type::data), number_of(tp::Type::deliver));
  }
  if (ticket->session != SessionIndex::kNone) {
    Live l = live(SessionIndex(ticket->session));
    const bool party = l.session->ue[0] == arrival.ue.value || l.session->ue[1] == arrival.ue.value;
    bool waiting = false;
    // A device of the one may stand in for the other's: then To says whose identity it was sent to.
    const std::uint8_t step = choose(
        l,
        [&](const ProgramStep& p, std::uint8_t) {
          if (p.submit != token.segment) return false;
          return l.session->ue[p.party] == arrival.ue.value ||
                 (party && l.session->ue[p.party] == ue_by_user(in_.to_address().uri).value);
        },
        waiting);
    if (step == kNoStep) return {};
    return {Match::Kind::live, l, step, nullptr};
  }
  const ProgramLadder& ladder = program_.ladder(LadderIndex(ticket->ladder));
  Match match{Match::Kind::tombstone, {}, kNoStep, ticket};
  for (std::uint64_t left = ladder.delivers; left != 0; left &= left - 1) {
    const auto step = static_cast<std::uint8_t>(std::countr_zero(left));
    if (ladder.steps[step].submit != token.segment) continue;
    if (match.step == kNoStep || (ticket->done & bit(step)) == 0) match.step = step;
  }
  return match;
}

/// TS 23.040 9.2.2.3: a status report names the SUBMIT by TP-MR.
Match Player::Core::find_status_report(const Arrival& arrival) {
  Match found;
  Match repeat;
  each_session(arrival.ue, [&](Live& l) {
    if (found.kind == Match::Kind::live || l.ladder->submits == 0) return;
    const auto submit = static_cast<std::size_t>(std::countr_zero(l.ladder->submits));
    if ((l.records[submit].foreign & 0xff) != in_.tp.reference) return;
    bool waiting = false;
    const std::uint8_t step = choose(
        l,
        [&](const ProgramStep& p, std::uint8_t) {
          return p.tp_type == number_of(tp::Type::status_report) &&
                 l.session->ue[p.party] == arrival.ue.value;
        },
        waiting);
    if (step == kNoStep) return;
    Match& target = waiting ? found : repeat;
    target = {Match::Kind::live, l, step, nullptr};
  });
  if (found.kind == Match::Kind::live) return found;
  if (repeat.kind == Match::Kind::live) return repeat;
  return find_waiting(arrival, number_of(rp::Type::data), number_of(tp::Type::status_report));
}

/// Whether a transfer that an RP-DATA of theirs began is over for the gateway as well.
Player::Core::Transfer Player::Core::transfer_state(const Live& l, std::size_t step,
                                                    Time now) const {
  const ProgramStep& p = l.ladder->steps[step];
  const bool answered = p.answered_by != kNoStep && (l.session->done & bit(p.answered_by)) != 0;
  const std::uint32_t answer = answered ? l.ladder->steps[p.answered_by].send : 0;
  if (answered && program_.response(answer).status >= 300) return Transfer::over;
  for (std::uint64_t left = l.ladder->sends & l.session->done; left != 0; left &= left - 1) {
    const auto report = static_cast<std::size_t>(std::countr_zero(left));
    if (l.ladder->steps[report].replies_to != step) continue;
    // Until its answer comes nobody here knows whether the report has arrived.
    return (l.session->open & bit(report)) != 0 ? Transfer::doubtful : Transfer::over;
  }
  // The gateway may have given up: after Timer F, or once the UE had the time TR2M gives it.
  const Duration sure = std::min(kTr2mMin, config_.timers.f());
  const bool waits = !config_.lossy && now - instant(l, l.records[step].first) < sure;
  return waits ? Transfer::outstanding : Transfer::doubtful;
}

/// Calls `each(session, step)` for every RP-DATA of theirs that came to the UE of `step` but for
/// those of its own SM: a further attempt at that is the same transfer.
template <typename Each>
void Player::Core::each_other_transfer(const Live& own, std::size_t step, UeIndex ue, Each each) {
  constexpr unsigned kData = number_of(rp::Type::data) + 1U;
  const std::uint8_t submit = own.ladder->steps[step].submit;
  each_session(ue, [&](Live& l) {
    const bool same_session = l.session == own.session;
    for (std::uint64_t left = l.ladder->receives & l.session->done; left != 0; left &= left - 1) {
      const auto other = static_cast<std::size_t>(std::countr_zero(left));
      const ProgramStep& p = l.ladder->steps[other];
      if (p.kind != StepKind::receive_request || l.records[other].code >> 8 != kData) continue;
      if (l.session->ue[p.party] != ue.value) continue;
      if (same_session && (other == step || (submit != kNoStep && p.submit == submit))) continue;
      each(l, other);
    }
  });
}

/// TS 24.011 8.2.3: the reference of an RP-DATA of theirs against those of other transfers towards
/// the same UE. Says nothing where there is no other: then any reference is free.
Verdict Player::Core::judge_reference(const Judged& judged) {
  if (!in_.rp_readable() || in_.rp.type() != rp::Type::data) return Verdict::pass;
  Verdict verdict = Verdict::none;
  const auto judge_one = [&](const Live& l, std::size_t step) {
    const Transfer state = transfer_state(l, step, judged.arrival->at);
    if (state == Transfer::over) return;
    const bool same = (l.records[step].code & 0xffU) == in_.rp.reference;
    verdict = worse(verdict, !same                            ? Verdict::pass
                             : state == Transfer::outstanding ? Verdict::fail
                                                              : Verdict::inconclusive);
  };
  each_other_transfer(*judged.live, judged.step, judged.arrival->ue, judge_one);
  return verdict;
}

/// RFC 3428 8: whether this RP-DATA left before the one before it to the same UE had our final
/// answer. It did where it came before that answer went, however the path orders packets; only
/// Timer F may have ended the other one's wait, sooner than we know where its first copy was lost.
void Player::Core::note_turn(Live& own, std::size_t step, const Arrival& arrival) {
  unsigned turn = 0;
  const auto note_one = [&](const Live& l, std::size_t other) {
    const ProgramStep& p = l.ladder->steps[other];
    const bool answered = p.answered_by != kNoStep && (l.session->done & bit(p.answered_by)) != 0;
    if (answered && instant(l, l.records[p.answered_by].first) <= arrival.at) return;
    const Duration open = arrival.at - instant(l, l.records[other].first);
    turn |= !config_.lossy && open < config_.timers.f() ? kOutOfTurn : kTurnDoubtful;
  };
  each_other_transfer(own, step, arrival.ue, note_one);
  StepRecord& r = own.records[step];
  r.attempt = (r.attempt | turn) & 15U;
}

/// The oldest session of the UE that waits for such a message. Types are not compared where the
/// body did not tell them.
Match Player::Core::find_waiting(const Arrival& arrival, std::uint8_t rp_type,
                                 std::uint8_t tp_type) {
  Match found;
  each_session(arrival.ue, [&](Live& l) {
    bool waiting = false;
    const std::uint8_t step = choose(
        l,
        [&](const ProgramStep& p, std::uint8_t) {
          if (l.session->ue[p.party] != arrival.ue.value) return false;
          const bool report = rp_type == number_of(rp::Type::ack) && is_report(p);
          const bool rp_fits = rp_type == kAnyType || p.rp_type == rp_type || report;
          return rp_fits && (tp_type == kAnyType || p.tp_type == tp_type);
        },
        waiting);
    if (step == kNoStep || !waiting) return;
    if (found.kind == Match::Kind::live && found.live.session->started <= l.session->started)
      return;
    found = {Match::Kind::live, l, step, nullptr};
  });
  return found;
}

/// The session that waits for a SUBSCRIBE of this kind, the oldest first.
Match Player::Core::find_subscribe(const Arrival& arrival) {
  if (!plays_cscf() || !arrival.ue.valid()) return {};
  const bool in_dialog = in_.to_address().has_tag;
  if (in_dialog && !subscriptions_.in_dialog(arrival.ue, in_.view, arrival.at)) return {};
  const bool ends = in_dialog && subscriptions_.granted(in_.view) == 0;
  Match found;
  each_session(arrival.ue, [&](Live& l) {
    bool waiting = false;
    const std::uint8_t step = choose(
        l,
        [&](const ProgramStep& p, std::uint8_t i) {
          return p.in_dialog == in_dialog && p.ends_dialog == ends &&
                 l.session->ue[p.party] == arrival.ue.value && (l.session->done & bit(i)) == 0;
        },
        waiting);
    if (step == kNoStep) return;
    if (found.kind == Match::Kind::live && found.live.session->started <= l.session->started)
      return;
    found = {Match::Kind::live, l, step, nullptr};
  });
  return found;
}

Match Player::Core::find(const Arrival& arrival) {
  if (in_.view.method() == sip::Method::subscribe) return find_subscribe(arrival);
  if (program_.relays()) {
    const Match relayed = find_relayed(arrival);
    if (relayed.kind != Match::Kind::stranger) return relayed;
  }
  if (!in_.rp_readable()) {
    const Match replied = find_by_reply(arrival);
    return replied.kind != Match::Kind::stranger ? replied
                                                 : find_waiting(arrival, kAnyType, kAnyType);
  }
  switch (in_.rp.type()) {
    case rp::Type::ack:
    case rp::Type::error: return find_report(arrival);
    case rp::Type::smma: return find_waiting(arrival, number_of(rp::Type::smma), kAnyType);
    case rp::Type::data: break;
  }
  if (!in_.tp_good()) {
    // What was read of a spoilt TPDU may still hold the token.
    if (arrival.token_state != TokenState::none) return find_delivery(arrival);
    return find_waiting(arrival, number_of(rp::Type::data), kAnyType);
  }
  if (in_.tp.type == tp::Type::status_report) return find_status_report(arrival);
  if (in_.tp.type == tp::Type::deliver) return find_delivery(arrival);
  return find_waiting(arrival, number_of(rp::Type::data), static_cast<std::uint8_t>(in_.tp.type));
}

}  // namespace rung
