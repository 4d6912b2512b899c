#include <charconv>

#include "engine/ladder/hash.hpp"
#include "engine/ladder/player_core.hpp"

// Our S-CSCF as notifier of the registration event (RFC 3680, RFC 6665; TS 24.229 5.4.2.1). The
// gateway subscribes when it likes: a SUBSCRIBE that no session waits for begins one of its own.

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }

std::string_view append(std::span<char> out, std::size_t& at, std::string_view text) {
  const std::size_t size = std::min(text.size(), out.size() - at);
  std::copy_n(text.data(), size, out.data() + at);
  at += size;
  return {out.data(), at};
}

std::string_view append(std::span<char> out, std::size_t& at, std::uint32_t number) {
  std::array<char, 10> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return append(out, at, {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace

/// Our tag in the dialog of the gateway's subscription to `ue`.
std::uint32_t Player::Core::reg_tag(UeIndex ue) const {
  constexpr unsigned kSalt = 0x7265;  // apart from the tags of sessions
  return tag_of(ues.number(ue), subscriptions_.dialog(ue), kSalt);
}

/// Status for a SUBSCRIBE that cannot be taken; 0 for one that can.
std::uint16_t Player::Core::refusal_of_subscribe(const Arrival& arrival) const {
  const std::string_view event = sip::media_type(in_.view.header(sip::Header::event));
  if (event != "reg") return 489;
  if (!arrival.ue.valid()) return 404;
  if (in_.to_address().has_tag) {
    return subscriptions_.in_dialog(arrival.ue, in_.view, arrival.at) ? 0 : 481;
  }
  // What follows the 200 to REGISTER may overtake it.
  return ues.registered(arrival.ue) || ues.registering(arrival.ue) ? 0 : 480;
}

/// Begins a session of the ladder that this request opens; a stranger where there is none.
Match Player::Core::open_session(const Arrival& arrival) {
  if (!plays_cscf() || in_.view.method() != sip::Method::subscribe) return {};
  if (refusal_of_subscribe(arrival) != 0) return {};
  const bool in_dialog = in_.to_address().has_tag;
  const bool ends = in_dialog && subscriptions_.granted(in_.view) == 0;
  const LadderIndex ladder = openers_[ends ? 2 : in_dialog ? 1 : 0];
  if (!ladder.valid()) return {};
  bool evicted = false;
  const SessionIndex index = pool_.take(arrival.at, evicted);
  if (evicted) counters_.bump(Counter::tombstone_pool_full);
  if (!index.valid()) {
    counters_.bump(Counter::session_pool_full);
    return {};
  }
  ues.join(arrival.ue);
  Live l = live(index);
  l.ladder = &program_.ladder(ladder);
  l.session->ladder = static_cast<std::uint16_t>(ladder.value);
  l.session->intended = l.session->started = arrival.at;
  l.session->ue[0] = arrival.ue.value;
  link(l);
  outcomes.started(ladder);
  return {Match::Kind::live, l, l.ladder->opener, nullptr};
}

/// A SUBSCRIBE that a step of a session is.
void Player::Core::take_subscribe(Live& l, std::size_t step, const Arrival& arrival) {
  const ProgramStep& p = l.ladder->steps[step];
  if (p.answered_by == kNoStep) return;
  const SendResponse& answer = program_.response(l.ladder->steps[p.answered_by].send);
  if (answer.status >= 300) return;
  const UeIndex ue(l.session->ue[p.party]);
  if (subscriptions_.accept(ue, in_.view, arrival.at, answer.expires_max_s)) return;
  counters_.bump(Counter::foreign_pool_full);
  l.session->flags |= kBroken;
}

/// Numbers a NOTIFY. False where nobody subscribed: then it and its answer are passed over.
bool Player::Core::begin_notify(Live& l, std::size_t step, Time now) {
  const ProgramStep& p = l.ladder->steps[step];
  const UeIndex ue(l.session->ue[p.party]);
  if (!subscriptions_.live(ue, now)) {
    skip(l, step, now);
    return false;
  }
  l.records[step].foreign = subscriptions_.take_version(ue) & 0xffffffU;
  const bool runs_out = subscriptions_.seconds_left(ue, now) == 0;
  if (runs_out || program_.request(p.send).ends_subscription) subscriptions_.end(ue);
  return true;
}

/// A request that is not exchanged, and its answer, count as done for those that wait for them.
void Player::Core::skip(Live& l, std::size_t step, Time now) {
  std::uint64_t passed_over = bit(step);
  for (std::size_t i = 0; i < l.ladder->steps.size(); ++i) {
    if (l.ladder->steps[i].answers == step) passed_over |= bit(i);
  }
  passed_over &= ~l.session->done;
  l.session->skipped |= passed_over;
  l.session->done |= passed_over;
  for (std::size_t i = 0; i < l.ladder->steps.size(); ++i) {
    if ((passed_over & bit(i)) != 0) l.records[i].first = l.records[i].last = units(l, now);
  }
}

/// What a REGISTER settles of the SUBSCRIBEs drawn: while its subscription lives the gateway has no
/// reason for another one, and one that an earlier REGISTER might have caused is not to come now.
void Player::Core::skip_subscribe(Live& l, std::size_t step, Time now) {
  const std::uint8_t party = l.ladder->steps[step].party;
  const bool subscribed = subscriptions_.live(UeIndex(l.session->ue[party]), now);
  for (std::size_t i = 0; i < l.ladder->steps.size(); ++i) {
    const ProgramStep& p = l.ladder->steps[i];
    const bool subscribes =
        p.kind == StepKind::receive_request && p.method == sip::Method::subscribe && !p.in_dialog;
    if (!subscribes || p.party != party || (l.session->done & bit(i)) != 0) continue;
    const bool caused = (p.causes & bit(step)) != 0;
    const bool was_due = p.optional && (p.causes & ~l.session->done) == 0;
    if (caused ? subscribed : was_due) skip(l, i, now);
  }
}

/// Text of a part that lies in the subscription.
std::string_view Player::Core::compose(const Live& l, const Part& part, std::span<char> out) {
  const UeIndex ue(l.session->ue[part.party]);
  std::size_t at = 0;
  if (part.kind == PartKind::subscriber) {
    return append(out, at,
                  subscriptions_.text(ue, static_cast<RegSubscriptions::Text>(part.index)));
  }
  const StepRecord& r = l.records[part.step];
  if (part.kind == PartKind::reg_cseq) {
    return append(out, at, RegSubscriptions::number_of(r.foreign) + 1);
  }
  // As of the first transmission, so that copies are alike.
  const std::uint32_t seconds = subscriptions_.seconds_left(ue, instant(l, r.first));
  if (seconds == 0) return append(out, at, "terminated;reason=timeout");
  append(out, at, "active;expires=");
  return append(out, at, seconds);
}

/// Header lines of an answer, with the time its SUBSCRIBE is granted.
std::string_view Player::Core::response_headers(const SendResponse& response,
                                                const sip::View& request,
                                                std::span<char> out) const {
  if (!response.grants_expires) return response.extra_headers;
  std::size_t at = 0;
  append(out, at, response.extra_headers);
  append(out, at, "Expires: ");
  append(out, at, subscriptions_.granted(request, response.expires_max_s));
  return append(out, at, "\r\n");
}

}  // namespace rung
