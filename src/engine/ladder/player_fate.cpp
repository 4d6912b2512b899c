#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "engine/ladder/finding_text.hpp"
#include "engine/ladder/player_core.hpp"
#include "engine/wire/bcd.hpp"

// What became of every SM, told by its token and its octets.

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }

/// Order of the SMs of one sender: the intended instant, then the submitting step.
std::uint32_t order_of(const Token& token) {
  return static_cast<std::uint32_t>(ns(token.intended) >> 10) << 6 | token.segment;
}

}  // namespace

void Player::Core::note_order(const Arrival& arrival) {
  UeTable::LastReceived& last = ues.last_received(arrival.ue);
  const std::uint32_t order = order_of(arrival.token);
  const bool overtaken =
      last.sender == arrival.token.sender && static_cast<std::int32_t>(order - last.order) < 0;
  if (overtaken) {
    counters_.bump(Counter::sm_reordered);
    return;
  }
  last = {arrival.token.sender, order};
}

/// A delivery that a live session claims.
void Player::Core::fate_of_delivery(Live& l, std::size_t step, const Arrival& arrival,
                                    bool repeat) {
  const std::uint8_t submit = l.ladder->steps[step].submit;
  if (submit == kNoStep) return;
  if (repeat) {
    counters_.bump(Counter::sm_duplicate);
    return;
  }
  // A second delivery the ladder draws, after the first was refused, is the same SM once more.
  const std::uint64_t others = l.ladder->delivers & l.session->done & ~bit(step);
  for (std::uint64_t left = others; left != 0; left &= left - 1) {
    const auto other = static_cast<std::size_t>(std::countr_zero(left));
    if (l.ladder->steps[other].submit == submit) return;
  }
  const Received& sent = own_decoded(l, submit);
  const bool whole = arrival.token_state == TokenState::valid && in_.tp_good() &&
                     in_.tp.user_data_length == sent.tp.user_data_length &&
                     tp::alphabet(in_.tp.data_coding) == tp::alphabet(sent.tp.data_coding) &&
                     std::ranges::equal(in_.tp.user_data, sent.tp.user_data);
  counters_.bump(whole ? Counter::sm_delivered : Counter::sm_corrupted);
  if (whole) note_order(arrival);
}

/// A delivery no live session claims: late, a duplicate, astray, or nobody's.
void Player::Core::fate_of_stranger(const Arrival& arrival, const Match& match) {
  if (!in_.rp_good() || in_.rp.type() != rp::Type::data) return;
  if (in_.tp_good() && in_.tp.type != tp::Type::deliver) return;
  if (arrival.token_state == TokenState::corrupted) {
    counters_.bump(Counter::sm_corrupted);
    return break_by(Fate::corrupted, sender_is_ours(), arrival,
                    "an SM with other octets than sent");
  }
  if (arrival.token_state == TokenState::none) {
    counters_.bump(Counter::sm_ghost);
    return break_by(Fate::ghost, sender_is_ours(), arrival, "an SM from a UE that did not send it");
  }
  const Token& token = arrival.token;
  if (token.run != config_.run_id) return counters_.bump(Counter::sm_earlier_run);
  if (token.worker != config_.worker) return stray_delivery(arrival);
  if (!pool_.was_used(token.ticket, token.generation)) {
    counters_.bump(Counter::sm_ghost);
    return break_by(Fate::ghost, true, arrival, "an SM of this run that nobody sent");
  }
  if (!arrival.ue.valid() || token.recipient != ues.number(arrival.ue))
    return stray_delivery(arrival);
  const bool again = match.kind == Match::Kind::tombstone && match.step != kNoStep &&
                     (match.ticket->done & bit(match.step)) != 0;
  if (again) return counters_.bump(Counter::sm_duplicate);
  counters_.bump(Counter::sm_late);
  if (match.kind != Match::Kind::tombstone || match.step == kNoStep) return;
  const LadderIndex ladder(match.ticket->ladder);
  for (const std::uint16_t index : program_.ladder(ladder).steps[match.step].measures) {
    if (!program_.measures(ladder)[index].from_start) continue;
    latency_.at(ladder, index).corrected.record(arrival.at - token.intended);
  }
}

/// A delivery at a UE it was not for. Where To names its recipient all the same, the UE may hold a
/// binding of the recipient's identity, of this run or an earlier one: then nothing is proven.
void Player::Core::stray_delivery(const Arrival& arrival) {
  counters_.bump(Counter::sm_misdelivered);
  const Token& token = arrival.token;
  const auto to = number_by_user(in_.to_address().uri);
  const bool sure = arrival.ue.valid() && to && *to != token.recipient;
  break_by(Fate::misdelivered, sure, arrival, "an SM for another UE");
  // What its session still waits for is what has just gone astray.
  const Ticket* ticket =
      token.worker == config_.worker ? pool_.find(token.ticket, token.generation) : nullptr;
  if (ticket == nullptr || ticket->session == SessionIndex::kNone) return;
  live(SessionIndex(ticket->session)).session->flags |= kUnmatched;
}

/// TP-OA names a UE of this run, all of whose SMs carry a token: so none of them sent this as it
/// is. Of any other sender an SM may come at any time.
bool Player::Core::sender_is_ours() const {
  if (!all_tokened_ || !in_.tp_good() || in_.tp.address.digits == 0) return false;
  std::array<char, bcd::kDigitsMax> text;
  const std::size_t size = bcd::decode_digits(in_.tp.address.value, in_.tp.address.digits, text);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + size, number);
  if (error != std::errc{} || end != text.data() + size || number < config_.msisdn_base)
    return false;
  const std::uint64_t ue = number - config_.msisdn_base;
  return ue < kTokenUeMax && ues.find(static_cast<std::uint32_t>(ue)).valid();
}

/// Counts what a fate breaks and reports it.
void Player::Core::break_by(Fate fate, Finding& finding) {
  const RequirementIndex index = fates_[static_cast<std::size_t>(fate)];
  if (!index.valid() || !config_.judge) return;
  finding.requirement = index;
  finding.verdict = settle_verdict(index, finding.verdict);
  tally_.count(index, finding.verdict);
  if (finding.verdict < Verdict::fail) return;
  finding.expected.assign(requirements_.at(index).text);
  findings_.found(finding);
}

/// The same for a delivery that belongs to no session; not `sure`: it is inconclusive.
void Player::Core::break_by(Fate fate, bool sure, const Arrival& arrival, std::string_view actual) {
  if (!config_.judge) return;
  Finding finding;
  finding.verdict = sure ? Verdict::fail : Verdict::inconclusive;
  finding.ue = arrival.ue.valid() ? ues.number(arrival.ue) : 0;
  finding.at = arrival.at;
  finding.frame = arrival.datagram->frame;
  finding.owner = arrival.datagram->owner;
  finding.actual.assign(actual);
  break_by(fate, finding);
  if (finding.verdict == Verdict::fail)
    findings_.keep_session(finding.owner, finding.frame, Verdict::fail, LadderIndex());
}

/// True when the delivery `step` was due, had its time, and nothing but the SUT can be why it did
/// not come; and no rule of the step says so already.
bool Player::Core::surely_lost(const Live& l, std::size_t step, Time now) const {
  const ProgramStep& p = l.ladder->steps[step];
  const Session& s = *l.session;
  const auto demands = [&](RequirementIndex index) {
    return requirements_.at(index).basis == Basis::absence;
  };
  if (std::ranges::any_of(program_.rules(p), demands)) return false;
  const bool doubt = config_.lossy || may_have_missed(s, now) || (s.flags & kUnmatched) != 0;
  const bool due_now = enabled(l, p) && (p.causes & s.gave_up) == 0;
  return !doubt && due_now && (l.ladder->required & bit(step)) != 0 && deadline(l, p) <= now;
}

/// What was submitted and did not come while its session lived.
void Player::Core::fates_at_end(const Live& l, Outcome outcome, Time now) {
  for (std::uint64_t left = l.ladder->submits & l.session->done; left != 0; left &= left - 1) {
    const auto submit = static_cast<std::size_t>(std::countr_zero(left));
    std::size_t drawn = kNoStep;  // the delivery that was missed, or one that came
    bool came = false;
    for (std::uint64_t d = l.ladder->delivers; d != 0; d &= d - 1) {
      const auto step = static_cast<std::size_t>(std::countr_zero(d));
      if (l.ladder->steps[step].submit != submit) continue;
      const bool due = (l.ladder->required & bit(step)) != 0;  // others may not come, or must not
      if (drawn == kNoStep && due) drawn = step;
      came |= (l.session->done & bit(step)) != 0;
    }
    if (drawn == kNoStep || came) continue;
    counters_.bump(outcome == Outcome::refused ? Counter::sm_refused : Counter::sm_lost);
    if (outcome == Outcome::refused || !config_.judge || !surely_lost(l, drawn, now)) continue;
    Finding finding;
    finding.verdict = Verdict::fail;
    finding.ladder = LadderIndex(l.session->ladder);
    finding.step = StepIndex(static_cast<std::uint32_t>(drawn));
    finding.ue = number(l, l.ladder->steps[drawn].party);
    finding.at = now;
    finding.frame = last_frame(l, drawn);
    finding.never_came = true;
    finding.owner = owner_of(*l.session);
    FindingText actual;
    actual << l.ladder->step_messages[drawn] << " never came";
    finding.actual.assign(actual.view());
    break_by(Fate::lost, finding);
    l.session->worst = worse(l.session->worst, finding.verdict);
  }
}

}  // namespace rung
