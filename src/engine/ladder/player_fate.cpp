#include <algorithm>
#include <bit>

#include "engine/ladder/player_core.hpp"

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
  if (arrival.token_state == TokenState::corrupted) return counters_.bump(Counter::sm_corrupted);
  if (arrival.token_state == TokenState::none) return counters_.bump(Counter::sm_ghost);
  const Token& token = arrival.token;
  if (token.run != config_.run_id) return counters_.bump(Counter::sm_earlier_run);
  if (token.worker != config_.worker) return counters_.bump(Counter::sm_misdelivered);
  if (!pool_.was_used(token.ticket, token.generation)) return counters_.bump(Counter::sm_ghost);
  if (!arrival.ue.valid() || token.recipient != ues.number(arrival.ue)) {
    return counters_.bump(Counter::sm_misdelivered);
  }
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

/// What was submitted and did not come while its session lived.
void Player::Core::fates_at_end(const Live& l, Outcome outcome) {
  for (std::uint64_t left = l.ladder->submits & l.session->done; left != 0; left &= left - 1) {
    const auto submit = static_cast<std::size_t>(std::countr_zero(left));
    bool drawn = false;
    bool came = false;
    for (std::uint64_t d = l.ladder->delivers; d != 0; d &= d - 1) {
      const auto step = static_cast<std::size_t>(std::countr_zero(d));
      if (l.ladder->steps[step].submit != submit) continue;
      drawn = true;
      came |= (l.session->done & bit(step)) != 0;
    }
    if (!drawn || came) continue;
    counters_.bump(outcome == Outcome::refused ? Counter::sm_refused : Counter::sm_lost);
  }
}

}  // namespace rung
