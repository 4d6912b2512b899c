#include <algorithm>
#include <bit>

#include "engine/ladder/player_core.hpp"

// Beginning, timing and ending of sessions.

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }
/// Fires of Timer E that fit into 64 T1 at most, whatever T2.
constexpr unsigned kCopiesMax = 64;
/// Requests of theirs whose branch a tombstone keeps.
constexpr std::size_t kTombstoneBranches = std::tuple_size_v<decltype(Ticket::branches)>;

template <class Visit>
void each_bit(std::uint64_t mask, Visit&& visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::size_t>(std::countr_zero(mask)));
}

}  // namespace

Live Player::Core::live(SessionIndex index) {
  Session& session = pool_.at(index);
  return {index, &session, &program_.ladder(LadderIndex(session.ladder)), pool_.records(index)};
}

bool Player::Core::has_room(std::size_t slots) const {
  return tx_.free() >= slots && (network_tx_ == nullptr || network_tx_->free() >= slots);
}

StartResult Player::Core::start(LadderIndex ladder_index, Time intended, Time now) {
  if (!has_room(1)) return StartResult::no_tx;
  const ProgramLadder& ladder = program_.ladder(ladder_index);
  std::array<UeIndex, kUesPerSession> taken;
  for (std::size_t party = 0; party < ladder.parties; ++party) {
    taken[party] = ues.pick(ladder.need[party], party == 1 ? taken[0] : UeIndex(), prng_);
    if (taken[party].valid()) continue;
    if (party == 1) ues.release(taken[0]);
    return StartResult::no_ue;
  }
  return begin(ladder_index, taken, intended, now, true);
}

StartResult Player::Core::start_on(LadderIndex ladder_index, UeIndex ue, Time intended, Time now,
                                   bool counted) {
  if (!has_room(1)) return StartResult::no_tx;
  const ProgramLadder& ladder = program_.ladder(ladder_index);
  // A refresh may run beside what the UE is doing; anything else wants it as the ladder says.
  const bool exclusive = ladder.need[0] != UeNeed::registered_shared;
  if (!ues.available(ue, exclusive && !ues.registered(ue)) || ues.registering(ue))
    return StartResult::no_ue;
  std::array<UeIndex, kUesPerSession> taken{ue, UeIndex()};
  ues.acquire(ue, exclusive && !ues.busy(ue));
  if (ladder.parties == 2) {
    taken[1] = ues.pick(ladder.need[1], ue, prng_);
    if (!taken[1].valid()) {
      ues.release(ue);
      return StartResult::no_ue;
    }
  }
  return begin(ladder_index, taken, intended, now, counted);
}

StartResult Player::Core::begin(LadderIndex ladder_index, std::array<UeIndex, kUesPerSession> taken,
                                Time intended, Time now, bool counted) {
  bool evicted = false;
  const SessionIndex index = pool_.take(now, evicted);
  if (evicted) counters_.bump(Counter::tombstone_pool_full);
  if (!index.valid()) {
    for (const UeIndex ue : taken) {
      if (ue.valid()) ues.release(ue);
    }
    counters_.bump(Counter::session_pool_full);
    return StartResult::no_session;
  }
  Live l = live(index);
  Session& s = *l.session;
  s.ladder = static_cast<std::uint16_t>(ladder_index.value);
  l.ladder = &program_.ladder(ladder_index);
  s.intended = intended;
  s.started = now;
  s.flags = counted ? std::uint8_t{kCounted} : std::uint8_t{0};
  for (std::size_t party = 0; party < taken.size(); ++party) {
    s.ue[party] = taken[party].value;
    if (taken[party].valid() && is_unready(taken[party])) s.flags |= kUnmatched;
  }
  link(l);
  outcomes.started(ladder_index);
  progress(l, now);
  settle(l, now);
  return StartResult::started;
}

/// Where what should ready a UE broke off, what then fails to come proves nothing more.
bool Player::Core::is_unready(UeIndex ue) const { return prelude_.valid() && unready_[ue.value]; }

void Player::Core::link(Live& l) {
  for (std::size_t party = 0; party < kUesPerSession; ++party) {
    if (l.session->ue[party] == UeIndex::kNone) continue;
    std::uint32_t& head = ues.sessions_head(UeIndex(l.session->ue[party]));
    l.session->next[party] = head;
    head = l.index.value;
  }
}

void Player::Core::unlink(Live& l) {
  for (std::size_t party = 0; party < kUesPerSession; ++party) {
    const std::uint32_t ue = l.session->ue[party];
    if (ue == UeIndex::kNone) continue;
    std::uint32_t* at = &ues.sessions_head(UeIndex(ue));
    while (*at != l.index.value) {
      Session& other = pool_.at(SessionIndex(*at));
      at = &other.next[other.ue[0] == ue ? 0 : 1];
    }
    *at = l.session->next[party];
    ues.release(UeIndex(ue));
  }
}

Time Player::Core::instant(const Live& l, std::uint32_t value) const {
  return l.session->started + Duration{std::int64_t{value} * kRecordUnitNs};
}

std::uint32_t Player::Core::units(const Live& l, Time at) {
  const std::int64_t value = std::max<std::int64_t>(ns(at - l.session->started), 0) / kRecordUnitNs;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(value, UINT32_MAX));
}

bool Player::Core::enabled(const Live& l, const ProgramStep& step) const {
  return (step.causes & ~l.session->done) == 0;
}

/// Whether a request of ours that causes the step waits for its answer still: as long as it does,
/// the step is not late, for the request may not have arrived.
bool Player::Core::caused_in_doubt(const Live& l, const ProgramStep& step) const {
  const std::uint64_t answered = step.answers == kNoStep ? 0 : bit(step.answers);
  return (step.causes & l.session->open & ~answered) != 0;
}

Time Player::Core::cause_time(const Live& l, const ProgramStep& step) const {
  std::uint32_t latest = 0;
  each_bit(step.causes,
           [&](std::size_t cause) { latest = std::max(latest, l.records[cause].first); });
  return instant(l, latest);
}

/// When what is to be received is missing: its limit, or the configured one, after its last cause.
Time Player::Core::deadline(const Live& l, const ProgramStep& step) const {
  return cause_time(l, step) + (step.within > Duration{} ? step.within : config_.step_wait);
}

/// Timer E: the n-th copy leaves this long after the request (RFC 3261 17.1.2.2).
Duration Player::Core::copy_offset(unsigned copies) const {
  Duration gap = config_.timers.t1;
  Duration offset{};
  for (unsigned i = 0; i < copies && i < kCopiesMax; ++i) {
    offset += gap;
    gap = std::min(2 * gap, config_.timers.t2);
  }
  return offset;
}

/// `last` holds the scheduled instant of the last transmission, so copies do not drift with the
/// tick.
Time Player::Core::next_copy(const Live& l, std::size_t step) const {
  if (config_.reliable) return kNever;
  const StepRecord& r = l.records[step];
  const Time last = instant(l, r.last);
  if ((l.session->provisional & bit(step)) != 0) return last + config_.timers.t2;
  return last + (copy_offset(r.copies + 1U) - copy_offset(r.copies));
}

Time Player::Core::transaction_end(const Live& l, std::size_t step) const {
  const StepRecord& r = l.records[step];
  if ((l.session->provisional & bit(step)) != 0) return instant(l, r.first) + config_.timers.f();
  return instant(l, r.last) - copy_offset(r.copies) + config_.timers.f();
}

void Player::Core::mark(Live& l, std::size_t step, Time at) {
  if ((l.session->done & bit(step)) != 0) return;
  l.session->done |= bit(step);
  l.records[step].first = l.records[step].last = units(l, at);
  for (const std::uint16_t index : l.ladder->steps[step].measures) {
    const ProgramMeasure& measure = l.ladder->measures[index];
    if ((l.session->done & bit(measure.from)) == 0) continue;
    MeasureHistograms& h = latency_.at(LadderIndex(l.session->ladder), index);
    const Time from = instant(l, l.records[measure.from].first);
    h.uncorrected.record(at - from);
    if (measure.from_start) h.corrected.record(at - l.session->intended);
  }
}

Time Player::Core::due(const Live& l) const {
  const Session& s = *l.session;
  Time when = s.ending;
  each_bit(s.open, [&](std::size_t step) {
    when = std::min({when, next_copy(l, step), transaction_end(l, step)});
  });
  each_bit(l.ladder->sends & ~s.done, [&](std::size_t step) {
    const ProgramStep& p = l.ladder->steps[step];
    if (enabled(l, p)) when = std::min(when, cause_time(l, p) + p.wait);
  });
  std::uint64_t waited_for = l.ladder->required & ~s.done;
  if (waited_for == 0 && s.open == 0) waited_for = l.ladder->awaited & ~s.done;
  each_bit(l.ladder->receives & waited_for, [&](std::size_t step) {
    const ProgramStep& p = l.ladder->steps[step];
    if (!enabled(l, p) || caused_in_doubt(l, p)) return;
    when = std::min(when, deadline(l, p));
  });
  return when;
}

bool Player::Core::deadline_passed(const Live& l, Time now) const {
  if ((l.ladder->required & ~l.session->done) == 0) return false;
  bool passed = false;
  bool pending = l.session->open != 0 || l.session->ending != kNever;
  each_bit(l.ladder->sends & ~l.session->done,
           [&](std::size_t step) { pending |= enabled(l, l.ladder->steps[step]); });
  each_bit(l.ladder->receives & l.ladder->required & ~l.session->done, [&](std::size_t step) {
    const ProgramStep& p = l.ladder->steps[step];
    if (!enabled(l, p)) return;
    pending = true;
    passed |= !caused_in_doubt(l, p) && deadline(l, p) <= now;
  });
  return passed || !pending;  // nothing left to wait for: what is missing never comes
}

/// What a session that timed out waited for: the answer to a request that was given up, else the
/// step whose time is over, else the first that is still due.
std::uint8_t Player::Core::missing_step(const Live& l, Time now) const {
  std::uint8_t given_up = kNoStep, late = kNoStep, due = kNoStep;
  each_bit(l.session->gave_up, [&](std::size_t step) {
    if (given_up == kNoStep) given_up = response_step(l, step, 0);
  });
  if (given_up != kNoStep) return given_up;
  each_bit(l.ladder->receives & l.ladder->required & ~l.session->done, [&](std::size_t step) {
    const ProgramStep& p = l.ladder->steps[step];
    if (due == kNoStep) due = static_cast<std::uint8_t>(step);
    if (late != kNoStep || !enabled(l, p)) return;
    if (deadline(l, p) <= now) late = static_cast<std::uint8_t>(step);
  });
  return late != kNoStep ? late : due;
}

/// What the ladder leaves open is waited for once its causes are done: a request of theirs until
/// its limit, a step of ours until it is sent.
bool Player::Core::awaits(const Live& l, Time now) const {
  bool waits = false;
  each_bit(l.ladder->awaited & ~l.session->done, [&](std::size_t step) {
    const ProgramStep& p = l.ladder->steps[step];
    const bool ours = (l.ladder->sends & bit(step)) != 0;
    waits |= enabled(l, p) && (ours || cause_time(l, p) + p.within > now);
  });
  return waits;
}

/// After any event: ends the session, or arms its timer. `l` is not to be used afterwards.
void Player::Core::settle(Live& l, Time now) {
  Session& s = *l.session;
  if ((s.flags & kBroken) != 0) return finish(l, Outcome::inconclusive, now);
  if ((s.flags & kRefused) != 0) return finish(l, Outcome::refused, now);
  const std::uint64_t required = l.ladder->required;
  const bool complete = (s.done & required) == required && s.open == 0;
  if (complete && s.ending == kNever && !awaits(l, now)) {
    if (l.ladder->hold == Duration{}) return finish(l, Outcome::passed, now);
    s.ending = now + l.ladder->hold;
  }
  const Time when = due(l);
  timers_.schedule(l.index.value, when == kNever ? now + config_.step_wait : when);
}

/// Copies what is due and gives up what has had its time; false when a request was given up.
bool Player::Core::expire_requests(Live& l, Time now) {
  bool alive = true;
  each_bit(l.session->open, [&](std::size_t step) {
    StepRecord& r = l.records[step];
    if (transaction_end(l, step) <= now) {
      l.session->open &= ~bit(step);
      l.session->gave_up |= bit(step);
      counters_.bump(Counter::transactions_timed_out);
      alive = false;
      return;
    }
    const Time scheduled = next_copy(l, step);
    if (scheduled > now) return;
    send_request(l, step, now);
    counters_.bump(Counter::sip_retransmitted);
    r.last = units(l, scheduled);
    if (r.copies < UINT8_MAX) ++r.copies;
  });
  return alive;
}

void Player::Core::expire(SessionIndex index, Time now) {
  // With the queue nearly full it waits for the caller to send; the node fires again at once then.
  if (!has_room(tx_reserve_)) return timers_.schedule(index.value, now);
  Live l = live(index);
  answering_ = nullptr;
  own_session_ = nullptr;
  const bool alive = expire_requests(l, now);
  if (!alive) return finish(l, Outcome::timed_out, now);
  progress(l, now);
  if (l.session->ending <= now && l.session->open == 0) return finish(l, Outcome::passed, now);
  if (deadline_passed(l, now)) return finish(l, Outcome::timed_out, now);
  settle(l, now);
}

void Player::Core::free_foreign(Live& l) {
  each_bit(l.ladder->receives, [&](std::size_t step) {
    if (l.ladder->steps[step].kind == StepKind::receive_response) return;
    const std::uint32_t handle = l.records[step].foreign;
    if (handle == 0) return;
    if (foreign_.at(handle).held != 0) held_.release(foreign_.at(handle).held);
    foreign_.release(handle);
    l.records[step].foreign = 0;
  });
}

/// The tombstone: enough to answer copies and to know a second message for one.
void Player::Core::bury(Live& l, Time now) {
  Ticket& ticket = pool_.ticket(l.session->ticket);
  std::size_t kept = 0;
  each_bit(l.ladder->receives, [&](std::size_t step) {
    if (l.ladder->steps[step].kind != StepKind::receive_request || kept == kTombstoneBranches)
      return;
    const std::uint32_t handle = l.records[step].foreign;
    ticket.branches[kept++] =
        handle == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(foreign_.at(handle).branch);
  });
  ticket.disputed = (l.session->flags & kDisputed) != 0;
  free_foreign(l);
  free_dialogues(l);
  // Copies of requests of theirs may come for Timer J, those of answers for Timer K alone (RFC 3261
  // 17.2.2, 17.1.2.2), so that a million registrations need not all be remembered at once.
  const Duration linger = kept > 0 ? config_.timers.f() : config_.timers.t4;
  pool_.release(l.index, config_.reliable ? now : now + linger);
}

void Player::Core::finish(Live& l, Outcome outcome, Time now) {
  Session& s = *l.session;
  if (outcome != Outcome::aborted) {
    judge_rules(l, now);
    fates_at_end(l, outcome, now);
  }
  const bool failed = s.worst >= Verdict::fail;
  if ((s.flags & kDisputed) != 0 && outcome != Outcome::aborted) outcome = Outcome::inconclusive;
  if (outcome == Outcome::passed && (s.flags & kMismatch) != 0) outcome = Outcome::failed;
  const bool missing = outcome == Outcome::timed_out;
  if (missing && may_have_missed(s, now)) outcome = Outcome::inconclusive;
  if (failed && outcome != Outcome::aborted) outcome = Outcome::failed;
  const LadderIndex ladder(s.ladder);
  if (prelude_.valid() && ladder == prelude_) unready_[s.ue[0]] = outcome != Outcome::passed;
  const bool example = outcome == Outcome::passed && outcomes.count(ladder, outcome) == 0;
  outcomes.ended(ladder, outcome);
  if (missing && outcome != Outcome::failed) outcomes.missed(ladder, missing_step(l, now));
  if ((s.flags & kCounted) != 0) {
    constexpr Counter kCounters[kOutcomeCount] = {
        Counter::sessions_passed,  Counter::sessions_failed,       Counter::sessions_timed_out,
        Counter::sessions_refused, Counter::sessions_inconclusive, Counter::sessions_aborted};
    counters_.bump(kCounters[static_cast<std::size_t>(outcome)]);
  }
  if (example) findings_.keep_session(owner_of(s), s.first_frame, Verdict::pass, ladder);
  if (outcome == Outcome::failed)
    findings_.keep_session(owner_of(s), s.first_frame, worse(s.worst, Verdict::fail), ladder);
  each_bit(l.ladder->sends, [&](std::size_t step) {
    const ProgramStep& p = l.ladder->steps[step];
    if (p.kind == StepKind::send_request && p.method == sip::Method::register_) {
      ues.set_registering(UeIndex(s.ue[p.party]), false);
      if ((s.open & bit(step)) != 0 || (s.gave_up & bit(step)) != 0)
        counters_.bump(Counter::registrations_failed);
    }
  });
  timers_.cancel(l.index.value);
  unlink(l);
  bury(l, now);
  l.session = nullptr;
}

void Player::Core::advance(Time now) {
  timers_.advance(now, [&](std::uint32_t node) { expire(SessionIndex(node), now); });
  ues.timers().advance(now, [&](std::uint32_t node) { refresh_ue(UeIndex(node), now); });
}

Time Player::Core::next_due() const {
  return std::min(timers_.next_expiry_hint(), ues.timers().next_expiry_hint());
}

void Player::Core::abort_all(Time now) {
  for (std::uint32_t i = 0; i < pool_.capacity(); ++i) {
    if (pool_.at(SessionIndex(i)).generation == 0) continue;
    Live l = live(SessionIndex(i));
    finish(l, Outcome::aborted, now);
  }
}

}  // namespace rung
