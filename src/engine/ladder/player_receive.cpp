#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/ladder/hash.hpp"
#include "engine/ladder/player_core.hpp"

// One datagram: parse, match, judge, answer.

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }

template <class Visit>
void each_bit(std::uint64_t mask, Visit&& visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::size_t>(std::countr_zero(mask)));
}

/// A gap between copies may differ by a fifth (catalogue TX-E), and by the clocks' ticks.
bool on_schedule(Duration gap, Duration expected) {
  constexpr Duration kTicks = 5ms;
  return gap >= expected * 4 / 5 - kTicks && gap <= expected * 6 / 5 + kTicks;
}

/// StepRecord::code of a request: RP type + 1 above the RP-MR; 0 without an RPDU.
std::uint16_t request_code(const Received& m) {
  if (!m.rp_readable()) return 0;
  return static_cast<std::uint16_t>((static_cast<unsigned>(m.rp.type()) + 1) << 8 | m.rp.reference);
}

/// Of a response: RP type + 1, where it has a body that is one, above 12 bits of status.
std::uint16_t response_code(const Received& m) {
  const unsigned type = m.rp_readable() ? static_cast<unsigned>(m.rp.type()) + 1 : 0;
  return static_cast<std::uint16_t>(type << 12 | m.view.status());
}

}  // namespace

std::uint32_t Player::Core::receive(RxDatagram& datagram, Time now, bool crossed) {
  answering_ = nullptr;
  own_session_ = nullptr;
  Arrival arrival;
  arrival.datagram = &datagram;
  arrival.at = std::min(datagram.arrived, now);
  const sip::Error error = datagram.truncated
                               ? sip::Error::content_length_too_large
                               : parse_received(datagram.octets, tp::Direction::sc_to_ms, in_);
  if (error == sip::Error::none && in_.view.is_request()) locate(arrival);
  if (error == sip::Error::none && !crossed && config_.workers > 1) {
    if (const std::uint32_t other = other_worker(arrival); other != kTaken) return other;
  }
  if (crossed) {
    datagram.local =
        arrival.ue.valid() ? config_.addresses.of(ues.number(arrival.ue)) : config_.addresses.base;
    // The connection is another worker's: the answer takes one of ours (RFC 3261 18.2.2).
    if (config_.reliable) datagram.remote = config_.gateway;
  }
  counters_.bump(Counter::sip_received);
  if (error != sip::Error::none) {
    if (error != sip::Error::empty) counters_.bump(Counter::sip_malformed);
  } else if (in_.view.is_request()) {
    receive_request(arrival);
  } else {
    receive_response(arrival);
  }
  answering_ = nullptr;
  if (config_.judge) counters_.bump(Counter::sip_judged);
  return kTaken;
}

// Responses.

void Player::Core::count_status(std::uint16_t status) {
  constexpr Counter kClasses[] = {Counter::response_1xx, Counter::response_2xx,
                                  Counter::response_3xx, Counter::response_4xx,
                                  Counter::response_5xx, Counter::response_6xx};
  const std::size_t index = std::clamp<std::size_t>(status / 100U, 1, std::size(kClasses)) - 1;
  counters_.bump(kClasses[index]);
  if (status >= 300) outcomes.sip_failure(status);
}

void Player::Core::receive_response(Arrival& arrival) {
  const std::uint16_t status = in_.view.status();
  count_status(status);
  WireKey key;
  if (!in_.top_via().well_formed || !parse_branch(in_.top_via().via.branch, key)) {
    return counters_.bump(Counter::sip_strangers);
  }
  if (key.generation == 0) return;  // to a courtesy report
  Ticket* ticket = pool_.find(key.ticket, key.generation);
  if (ticket == nullptr) return counters_.bump(Counter::sip_stale);
  if (ticket->session == SessionIndex::kNone) return counters_.bump(Counter::sip_copies);
  Live l = live(SessionIndex(ticket->session));
  arrival.datagram->owner = owner_of(*l.session);
  const std::size_t step = key.step;
  if (step >= l.ladder->steps.size() || l.ladder->steps[step].kind != StepKind::send_request ||
      (l.session->done & bit(step)) == 0) {
    return counters_.bump(Counter::sip_stale);
  }
  if (key.attempt != l.records[step].attempt) return counters_.bump(Counter::sip_copies);
  if (status < 200) return receive_provisional(l, step, arrival);
  if ((l.session->open & bit(step)) == 0) return copy_of_response(l, step, arrival);
  receive_final(l, step, arrival);
}

/// RFC 3261 17.1.2.2: after a 1xx copies leave every T2.
void Player::Core::receive_provisional(Live& l, std::size_t step, const Arrival& arrival) {
  if ((l.session->open & bit(step)) == 0) return;
  l.session->provisional |= bit(step);
  // RFC 4320 4.1: 100 alone, and where requests are repeated not before Timer E could have reached
  // T2.
  Duration slow{};
  for (Duration gap = config_.timers.t1; gap < config_.timers.t2; gap *= 2) slow += gap;
  const bool early =
      !config_.reliable && arrival.at - instant(l, l.records[step].first) < slow * 4 / 5;
  if (early || in_.view.status() != 100) l.session->hasty |= bit(step);
  timers_.schedule(l.index.value, due(l));
}

/// The drawn answer to `request` that this status is; kNoStep when none is drawn.
std::uint8_t Player::Core::response_step(const Live& l, std::size_t request,
                                         std::uint16_t status) const {
  std::uint8_t first = kNoStep;
  std::uint8_t drawn = kNoStep;
  each_bit(l.ladder->receives, [&](std::size_t step) {
    const ProgramStep& p = l.ladder->steps[step];
    if (p.kind != StepKind::receive_response || p.answers != request) return;
    if (first == kNoStep) first = static_cast<std::uint8_t>(step);
    const bool listed = std::ranges::find(p.statuses, status) != p.statuses.end();
    if ((listed || p.statuses.empty()) && drawn == kNoStep) drawn = static_cast<std::uint8_t>(step);
  });
  if (drawn != kNoStep) return drawn;
  return first;
}

void Player::Core::receive_final(Live& l, std::size_t step, Arrival& arrival) {
  const std::uint16_t status = in_.view.status();
  const std::uint8_t answer = response_step(l, step, status);
  const bool drawn =
      answer != kNoStep && (l.ladder->steps[answer].statuses.empty() ||
                            std::ranges::find(l.ladder->steps[answer].statuses, status) !=
                                l.ladder->steps[answer].statuses.end());
  const bool challenged = (status == 401 || status == 407) && !drawn;
  // Our S-CSCF has no credentials: the gateway trusts it (TS 24.229 5.4.1.7).
  if (challenged && !plays_cscf() && answer_challenge(l, step)) {
    l.records[step].last = units(l, arrival.at);
    l.session->provisional &= ~bit(step);
    send_request(l, step, arrival.at);
    return settle(l, arrival.at);
  }
  const ProgramStep& p = l.ladder->steps[step];
  l.session->open &= ~bit(step);
  l.session->provisional &= ~bit(step);
  if (p.method == sip::Method::register_) {
    ues.set_registering(UeIndex(l.session->ue[p.party]), false);
    if (status < 300) registered_by(l, step, arrival.at);
    if (drawn && (status == 401 || status == 407)) store_challenge(UeIndex(l.session->ue[p.party]));
    if (!drawn && status >= 300) counters_.bump(Counter::registrations_failed);
  }
  if (p.method == sip::Method::notify && status == 481 && plays_cscf()) {
    subscriptions_.end(UeIndex(l.session->ue[p.party]));  // RFC 6665 4.2.2
  }
  const bool refused = !drawn && status >= 300;
  if (answer != kNoStep) {
    StepRecord& r = l.records[answer];
    note_frame(l, answer, arrival);
    r.code = response_code(in_);
    r.foreign = static_cast<std::uint32_t>(hash64(in_.to_address().tag, status) & 0xffffff);
    if (!enabled(l, l.ladder->steps[answer])) counters_.bump(Counter::sip_early);
    if (!refused) mark(l, answer, arrival.at);
    judge(l, answer, arrival, refused, false);
  }
  if (refused) {
    l.session->flags |= kRefused;
    l.session->refused_code = status;
  }
  progress(l, arrival.at);
  settle(l, arrival.at);
}

/// A further copy of a final answer: Timer K absorbs it; a different one breaks Timer J of theirs.
void Player::Core::copy_of_response(Live& l, std::size_t step, Arrival& arrival) {
  counters_.bump(Counter::sip_copies);
  const std::uint8_t answer = response_step(l, step, in_.view.status());
  if (answer == kNoStep) return;
  StepRecord& r = l.records[answer];
  const std::uint32_t digest =
      static_cast<std::uint32_t>(hash64(in_.to_address().tag, in_.view.status()) & 0xffffff);
  if (r.copies < UINT8_MAX) ++r.copies;
  if (digest != r.foreign && r.differing < 15) r.differing = (r.differing + 1U) & 15U;
  r.last = units(l, arrival.at);
  note_frame(l, answer, arrival);
}

// Requests.

void Player::Core::receive_request(Arrival& arrival) {
  arrival.branch =
      hash64(in_.top_via().well_formed ? in_.top_via().via.branch : std::string_view{});
  arrival.request = static_cast<std::uint32_t>(
      hash64(in_.view.header(sip::Header::call_id), hash64(in_.view.header(sip::Header::cseq))));
  BranchRow& row = branches_[arrival.branch & (branches_.size() - 1)];
  if (row.branch == arrival.branch) {
    if (row.request == arrival.request) {
      if (receive_copy(row, arrival)) return;
    } else {
      arrival.branch_reused = true;
    }
  }
  if (in_.has_tp) arrival.token_state = find_token(in_.tp, arrival.token);
  Match match = find(arrival);
  const bool disputed = match.kind == Match::Kind::disputed;
  if (match.kind == Match::Kind::stranger) match = open_session(arrival);
  // What does not decode may have been meant for another session than the one that claims it.
  if (in_.blame != Blame::none) doubt_absence(arrival.ue);
  row = {arrival.branch, arrival.request, 0, 0, match.step};
  switch (match.kind) {
    case Match::Kind::live:
      row.ticket = match.live.session->ticket;
      row.generation = match.live.session->generation;
      arrival.datagram->owner = owner_of(*match.live.session);
      if ((match.live.session->done & bit(match.step)) != 0) return receive_repeat(match, arrival);
      return receive_new(match, arrival);
    case Match::Kind::tombstone:
      row.ticket = static_cast<std::uint32_t>(match.ticket - &pool_.ticket(0));
      row.generation = match.ticket->generation;
      return receive_late(match, arrival);
    case Match::Kind::disputed:
    case Match::Kind::stranger: break;
  }
  counters_.bump(disputed ? Counter::sip_contradictions : Counter::sip_strangers);
  fate_of_stranger(arrival, match);
  doubt_absence(arrival.ue);
  answer_stranger(arrival);
  send_courtesy_report(arrival);
}

/// The same request again (RFC 3261 17.2.2): answered as before, counted, no effect. False when the
/// row's session is no longer known.
bool Player::Core::receive_copy(const BranchRow& row, Arrival& arrival) {
  if (row.generation == 0) {
    counters_.bump(Counter::sip_copies);
    answer_stranger(arrival);
    return true;
  }
  Ticket* ticket = pool_.find(row.ticket, row.generation);
  if (ticket == nullptr || row.step == kNoStep) return false;
  counters_.bump(Counter::sip_copies);
  arrival.datagram->owner = FrameOwner{row.ticket} << 32 | row.generation;
  arrival.datagram->mark.step = row.step;
  if (ticket->session != SessionIndex::kNone) {
    Live l = live(SessionIndex(ticket->session));
    note_copy(l, row.step, arrival);
    answer_copy(row.ticket, row.generation, *l.ladder, row.step, l.session->done, arrival);
  } else {
    answer_copy(row.ticket, row.generation, program_.ladder(LadderIndex(ticket->ladder)), row.step,
                ticket->done, arrival);
  }
  return true;
}

void Player::Core::note_copy(Live& l, std::size_t step, const Arrival& arrival) {
  StepRecord& r = l.records[step];
  const bool silent = l.ladder->steps[step].answered_by == kNoStep;
  if (silent) {
    const Duration gap = arrival.at - instant(l, r.last);
    const Duration expected = copy_offset(r.copies + 1U) - copy_offset(r.copies);
    if (!on_schedule(gap, expected) && r.off_schedule < 15)
      r.off_schedule = (r.off_schedule + 1U) & 15U;
    const bool same =
        r.foreign == 0 || foreign_.at(r.foreign).octets ==
                              static_cast<std::uint32_t>(hash64(as_text(in_.view.octets())));
    if (!same && r.differing < 15) r.differing = (r.differing + 1U) & 15U;
  }
  if (r.copies < UINT8_MAX) ++r.copies;
  r.last = units(l, arrival.at);
  note_frame(l, step, arrival);
}

/// Remembers where in the capture the last message of a step is, for what a rule may find later.
void Player::Core::note_frame(Live& l, std::size_t step, const Arrival& arrival) {
  const FrameNumber frame = arrival.datagram->frame;
  FrameNumber& first = l.session->first_frame;
  if (first == 0) first = frame;
  const FrameNumber since = frame > first ? frame - first : 0;
  l.records[step].frame =
      static_cast<std::uint32_t>(std::min<FrameNumber>(since, UINT32_MAX - 1)) + 1;
}

void Player::Core::hold_request(ForeignEntry& entry, const Arrival& arrival) {
  const Octets octets = arrival.datagram->octets;
  if (octets.size() > sizeof(HeldRequest::octets)) return;
  entry.held = held_.take();
  if (entry.held == 0) return counters_.bump(Counter::foreign_pool_full);
  HeldRequest& kept = held_.at(entry.held);
  std::memcpy(kept.octets, octets.data(), octets.size());
  kept.size = narrow<std::uint16_t>(octets.size());
  kept.local = arrival.datagram->local;
  kept.remote = arrival.datagram->remote;
}

/// Saves what later steps need of a request of theirs. False when the slab is full.
bool Player::Core::keep(Live& l, std::size_t step, const Arrival& arrival) {
  const ProgramStep& p = l.ladder->steps[step];
  const std::uint32_t handle = foreign_.take();
  l.records[step].foreign = handle & 0xffffff;
  if (handle == 0) {
    counters_.bump(Counter::foreign_pool_full);
    return p.saves.empty() && !p.holds_answer;
  }
  ForeignEntry& entry = foreign_.at(handle);
  entry.branch = arrival.branch;
  entry.request = arrival.request;
  entry.held = 0;
  const bool silent = p.kind == StepKind::receive_request && p.answered_by == kNoStep;
  entry.octets = silent ? static_cast<std::uint32_t>(hash64(as_text(in_.view.octets()))) : 0;
  for (std::size_t i = 0; i < p.saves.size(); ++i) {
    const FieldValue value = value_at_hand(p.saves[i]);
    const PathKind kind = kind_of(p.saves[i]);
    std::string_view text = value.text;
    if (is_numeric(kind)) {
      text = {reinterpret_cast<const char*>(&value.number), sizeof value.number};
    }
    if (!entry.put(i, value.present ? text : std::string_view{}))
      counters_.bump(Counter::foreign_pool_full);
  }
  if (p.holds_answer) hold_request(entry, arrival);
  return true;
}

void Player::Core::receive_new(Match& match, Arrival& arrival) {
  Live& l = match.live;
  const ProgramStep& p = l.ladder->steps[match.step];
  if (l.records[match.step].repeats + 1 < p.times_min) return receive_counted(match, arrival);
  if (!enabled(l, p)) counters_.bump(Counter::sip_early);
  if (!keep(l, match.step, arrival)) l.session->flags |= kBroken;
  l.records[match.step].code = request_code(in_);
  note_frame(l, match.step, arrival);
  mark(l, match.step, arrival.at);
  if (p.method == sip::Method::subscribe) take_subscribe(l, match.step, arrival);
  if (in_.rp_readable() && in_.rp.type() == rp::Type::data) note_turn(l, match.step, arrival);
  const bool error = in_.rp_good() && in_.rp.type() == rp::Type::error;
  const bool drawn =
      p.rp_type == kAnyType || p.rp_type == static_cast<std::uint8_t>(rp::Type::error);
  if (error) outcomes.rp_failure(in_.rp.cause);
  judge(l, match.step, arrival, false, error && !drawn);
  fate_of_delivery(l, match.step, arrival, false);
  answering_ = arrival.datagram;
  answering_step_ = match.step;
  progress(l, arrival.at);
  if (error && !drawn) {
    l.session->flags |= kRefused;
    l.session->refused_code = in_.rp.cause;
  }
  settle(l, arrival.at);
}

/// One of several that a step with `times` demands: judged and answered; the step is not done yet.
void Player::Core::receive_counted(Match& match, Arrival& arrival) {
  Live& l = match.live;
  const ProgramStep& p = l.ladder->steps[match.step];
  StepRecord& r = l.records[match.step];
  note_frame(l, match.step, arrival);
  r.repeats = (r.repeats + 1U) & 15U;
  judge(l, match.step, arrival, false, false);
  const std::uint64_t answered =
      p.answered_by == kNoStep ? 0 : l.session->done | bit(p.answered_by);
  answer_copy(l.session->ticket, l.session->generation, *l.ladder, match.step, answered, arrival);
  settle(l, arrival.at);
}

/// The same once more in a new transaction: judged, counted, answered; the ladder stays where it
/// is.
void Player::Core::receive_repeat(Match& match, Arrival& arrival) {
  Live& l = match.live;
  StepRecord& r = l.records[match.step];
  if (r.foreign != 0 && foreign_.at(r.foreign).branch == arrival.branch &&
      static_cast<std::uint32_t>(foreign_.at(r.foreign).request) == arrival.request) {
    counters_.bump(Counter::sip_copies);
    note_copy(l, match.step, arrival);
  } else {
    const bool drawn = r.repeats + 1 < l.ladder->steps[match.step].times_max;
    if (!drawn) counters_.bump(Counter::sip_repeats);
    if (r.repeats < 15) r.repeats = (r.repeats + 1U) & 15U;
    note_frame(l, match.step, arrival);
    judge(l, match.step, arrival, false, false);
    fate_of_delivery(l, match.step, arrival, true);
  }
  answer_copy(l.session->ticket, l.session->generation, *l.ladder, match.step, l.session->done,
              arrival);
}

/// A request of a session that has ended: a copy, a repeat of what was done, or what came too late.
void Player::Core::receive_late(const Match& match, Arrival& arrival) {
  const Ticket& ticket = *match.ticket;
  const auto ticket_index = static_cast<std::uint32_t>(match.ticket - &pool_.ticket(0));
  arrival.datagram->owner = FrameOwner{ticket_index} << 32 | ticket.generation;
  arrival.datagram->mark.step = match.step;
  const ProgramLadder& ladder = program_.ladder(LadderIndex(ticket.ladder));
  const bool done = match.step != kNoStep && (ticket.done & bit(match.step)) != 0;
  if (done && std::ranges::find(ticket.branches, static_cast<std::uint16_t>(arrival.branch)) !=
                  ticket.branches.end()) {
    counters_.bump(Counter::sip_copies);
    return answer_copy(ticket_index, ticket.generation, ladder, match.step, ticket.done, arrival);
  }
  counters_.bump(done ? Counter::sip_repeats : Counter::sip_stale);
  if (done) judge_late_repeat(match, arrival);
  fate_of_stranger(arrival, match);
  answer_stranger(arrival);
  send_courtesy_report(arrival);
}

}  // namespace rung
