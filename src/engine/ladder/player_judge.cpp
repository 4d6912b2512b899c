#include <algorithm>
#include <bit>

#include "engine/ladder/finding_text.hpp"
#include "engine/ladder/player_core.hpp"

// Checks of received messages, rules at the end of a session, and what they find.

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }

/// What every answer mirrors: judged whatever its status.
bool mirrored(Path path) {
  return path == Path::sip_via || path == Path::sip_from || path == Path::sip_from_tag ||
         path == Path::sip_to || path == Path::sip_to_tag || path == Path::sip_call_id ||
         path == Path::sip_cseq;
}

/// What tells one answer of a MAP dialogue from another.
bool says_which(Path path) {
  return path == Path::tcap_message || path == Path::map_component || path == Path::map_error ||
         path == Path::tcap_abort_cause;
}

/// What stands inside the parameter of a MAP component, TPDUs among it.
bool in_parameter(Path path) {
  return (in_network(path) && path >= Path::map_imsi) || in_tpdu(path);
}

bool is_request(const ProgramStep& p) {
  if (is_map(p.kind)) return p.component == tcap::ComponentType::invoke;
  return p.kind == StepKind::send_request || p.kind == StepKind::receive_request;
}

Path guilty_path(Blame blame, const BodyPaths& drawn) {
  switch (blame) {
    case Blame::content_length:
      return drawn.content_length ? Path::sip_content_length : Path::rp_rpdu;
    case Blame::user_data: return drawn.user_data ? Path::rp_user_data : Path::rp_rpdu;
    case Blame::cause:
      if (drawn.cause_element) return Path::rp_cause_element;
      return drawn.cause ? Path::rp_cause : Path::rp_rpdu;
    case Blame::udl: return drawn.udl ? Path::tp_udl : Path::tp_tpdu;
    case Blame::tpdu: return Path::tp_tpdu;
    default: return Path::rp_rpdu;
  }
}

}  // namespace

FrameOwner Player::Core::owner_of(const Session& session) {
  return FrameOwner{session.ticket} << 32 | session.generation;
}

/// True when the body does not let `path` be judged; `guilty` when `path` is what is blamed for it.
bool Player::Core::spoilt(const ProgramStep& step, Path path, bool& guilty) const {
  guilty = false;
  Blame blame = in_.blame;
  if (!in_.has_rp && blame == Blame::none && step.rp_type != kAnyType) blame = Blame::rpdu;
  if (blame == Blame::none) return false;
  const Path blamed = guilty_path(blame, step.body_paths);
  guilty = path == blamed;
  if (guilty) return true;
  const bool only_tpdu = blame == Blame::udl || blame == Blame::tpdu;
  return only_tpdu ? in_tpdu(path) : in_rpdu(path);
}

bool Player::Core::judges(LadderIndex ladder) const { return config_.judge && ladder != prelude_; }

void Player::Core::judge(Live& l, std::size_t step, const Arrival& arrival, bool final_refused,
                         bool error_report) {
  if (!judges(LadderIndex(l.session->ladder))) return;
  const ProgramStep& p = l.ladder->steps[step];
  const Judged judged{&l, step, &arrival, final_refused, error_report};
  arrival.datagram->mark = {narrow<std::uint8_t>(step), Verdict::pass};
  for (const Check& check : program_.checks(p)) {
    if (final_refused && !(network_at_hand_ ? says_which(check.path) : mirrored(check.path))) {
      continue;
    }
    if (error_report && (check.path == Path::rp_mti || in_tpdu(check.path))) continue;
    // RFC 3428 8: the limit on size is for transports without congestion control.
    if (check.path == Path::sip_size && config_.reliable) continue;
    FieldValue actual;
    const Verdict verdict = judge_check(judged, check, actual);
    if (verdict == Verdict::none) continue;
    if (verdict == Verdict::pass && check.requirements_count == 0) continue;
    record(judged, check, verdict, actual);
  }
}

Verdict Player::Core::judge_check(const Judged& judged, const Check& check, FieldValue& actual) {
  bool guilty = false;
  if (check.path == Path::sip_in_reply_to && !config_.call_id_preserved)
    return Verdict::unsupported;
  if (names_former_dialog(*judged.live, check)) return Verdict::none;
  const bool body = in_rpdu(check.path) || check.path == Path::sip_content_length;
  const bool unjudgeable =
      body && spoilt(judged.live->ladder->steps[judged.step], check.path, guilty);
  if (unjudgeable && !guilty) return Verdict::inconclusive;
  if (network_at_hand_ && in_parameter(check.path) && net_.map_error.code != ber::ErrorCode::none) {
    return Verdict::inconclusive;  // the row of the parameter itself says so
  }
  actual = field_at_hand(judged, check.path);
  if (guilty) return Verdict::fail;
  if (check.from == Path::tp_udl && check.from_ours && counts_other_units(judged, check)) {
    return Verdict::inconclusive;
  }
  if (check.path == Path::rp_mr && check.source == Source::any && actual.present) {
    return judge_reference(judged);
  }
  if (compare(judged, check, actual)) return Verdict::pass;
  if (is_policy(check)) return Verdict::unsupported;
  if (follows_blind_report(judged)) return Verdict::inconclusive;
  return left_to_rule(judged, check) ? Verdict::none : Verdict::fail;
}

/// Whether a report of ours causes the step whose RP-MR names nothing, since what it reports on
/// could not be read: a gateway may make of it what it likes.
bool Player::Core::follows_blind_report(const Judged& judged) const {
  const ProgramLadder& ladder = *judged.live->ladder;
  const ProgramStep& p = ladder.steps[judged.step];
  if (p.answers != kNoStep) return false;
  for (std::uint64_t left = p.causes & ladder.sends; left != 0; left &= left - 1) {
    const std::uint8_t reported =
        ladder.steps[static_cast<std::size_t>(std::countr_zero(left))].replies_to;
    if (reported == kNoStep || (judged.live->session->done & bit(reported)) == 0) continue;
    const bool drawn = ladder.steps[reported].rp_type != kAnyType;
    if (drawn && judged.live->records[reported].code == 0) return true;
  }
  return false;
}

/// Request-Disposition where no confirmed clause asks for it, as in a report (24.341-5.3.3.4.2-e):
/// what a gateway says there is its policy, which only a strict profile fails.
bool Player::Core::is_policy(const Check& check) const {
  if (config_.strict || check.path != Path::sip_request_disposition) return false;
  const auto rows = program_.requirements(check);
  return !rows.empty() &&
         std::ranges::none_of(rows, [&](auto index) { return requirements_.at(index).confirmed; });
}

/// The answer to a NOTIFY may come when the gateway has begun another subscription already: what
/// the old dialog was called is not kept.
bool Player::Core::names_former_dialog(const Live& l, const Check& check) const {
  if (check.source != Source::copied || !check.from_ours) return false;
  if (check.path == Path::sip_via || check.path == Path::sip_cseq) return false;
  const ProgramStep& p = l.ladder->steps[check.step];
  if (p.kind != StepKind::send_request || !program_.request(p.send).notifies) return false;
  return !subscriptions_.current(UeIndex(l.session->ue[p.party]), l.records[check.step].foreign);
}

/// What binds our side is a pre-condition, so breaking it proves nothing (DESIGN 3, rule 6). On
/// `gm` the core is part of the SUT; on `isc` the S-CSCF is ours.
Verdict Player::Core::settle_verdict(RequirementIndex index, Verdict verdict) const {
  const Requirement& requirement = requirements_.at(index);
  const bool ours = requirement.obliged == Party::ue || requirement.obliged == Party::ue2 ||
                    (requirement.obliged == Party::cscf && program_.topology() == Topology::isc);
  return verdict == Verdict::fail && ours ? Verdict::inconclusive : verdict;
}

void Player::Core::record(const Judged& judged, const Check& check, Verdict verdict,
                          const FieldValue& actual) {
  Session& s = *judged.live->session;
  FrameMark& mark = judged.arrival->datagram->mark;
  if (check.requirements_count == 0) {
    if (verdict == Verdict::fail) s.flags |= kMismatch;
    mark.verdict = worse(mark.verdict, verdict);
    return;
  }
  if (verdict == Verdict::pass) {  // nearly always: nothing to settle, and no row to look up
    for (const RequirementIndex index : program_.requirements(check)) tally_.count(index, verdict);
    return;
  }
  for (const RequirementIndex index : program_.requirements(check)) {
    const Verdict settled = settle_verdict(index, verdict);
    mark.verdict = worse(mark.verdict, settled);
    tally_.count(index, settled);
    if (settled != Verdict::fail) continue;
    if (requirements_.at(index).severity == Severity::mandatory) s.worst = worse(s.worst, settled);
    Finding finding;
    finding.requirement = index;
    finding.ladder = LadderIndex(s.ladder);
    finding.step = StepIndex(static_cast<std::uint32_t>(judged.step));
    finding.verdict = settled;
    finding.path = check.path;
    finding.has_path = true;
    finding.ue = number(*judged.live, judged.live->ladder->steps[judged.step].party);
    finding.at = judged.arrival->at;
    finding.frame = judged.arrival->datagram->frame;
    finding.owner = owner_of(s);
    FindingText expected;
    FindingText actual_text;
    const std::size_t alike = describe_expected(judged, check, actual, expected);
    describe_actual(judged, check, actual, alike, actual_text);
    finding.expected.assign(expected.view());
    finding.actual.assign(actual_text.view());
    findings_.found(finding);
  }
}

/// What a check wanted, as text; how many octets it left out because the message has them too.
std::size_t Player::Core::describe_expected(const Judged& judged, const Check& check,
                                            const FieldValue& actual, FindingText& out) {
  const Live& l = *judged.live;
  const auto values = program_.values(check);
  const auto list = [&](std::string_view front) {
    out << front;
    for (std::size_t i = 0; i < values.size(); ++i)
      out << (i == 0 ? "" : ", ") << Shown{values[i].text, check.kind};
  };
  switch (check.source) {
    case Source::any:
      out << (check.path == Path::sip_via_branch       ? "z9hG4bK..., new for each transaction"
              : check.path == Path::sip_content_length ? "the datagram ends with the body"
              : check.path == Path::rp_mr ? "a reference that no transfer of the UE has in use"
                                          : "present and well-formed");
      return 0;
    case Source::absent: out << "not present"; return 0;
    case Source::ours: out << render(l, check.parts, expected_scratch_); return 0;
    case Source::if_present: list(values.empty() ? "well-formed" : "absent or "); return 0;
    case Source::not_contains: list("without "); return 0;
    case Source::fixed:
    case Source::one_of:
    case Source::contains:
    case Source::template_: list(""); return 0;
    case Source::at_most:
      out << "at most ";
      if (const auto limit = limit_of(judged, check)) out.number(check.path, *limit);
      return 0;
    case Source::copied:
    case Source::differs: break;
  }
  if (check.source == Source::differs) out << "other than ";
  const StepRecord& r = l.records[check.step];
  if (check.from == Path::rp_mr) {
    out.number(check.path, r.code & 0xffU);
  } else if (check.from == Path::tp_mr && check.from_ours) {
    out.number(check.path, r.foreign & 0xffU);
  } else if (check.from_ours && in_rpdu(check.from)) {
    const FieldValue own = field_of(check.from, own_decoded(l, check.step), expected_scratch_);
    if (is_numeric(check.kind)) {
      out.number(check.path, own.number);
    } else {
      const std::size_t alike = alike_octets(own.text, actual.text);
      out << Shown{own.text, check.kind, alike};
      return alike;
    }
  } else if (check.from_ours) {
    out << render(l, check.parts, expected_scratch_);
  } else if (r.foreign != 0) {
    out << Shown{foreign_.at(r.foreign).get(check.saved), check.kind};
  }
  return 0;
}

/// What came instead.
void Player::Core::describe_actual(const Judged& judged, const Check& check,
                                   const FieldValue& actual, std::size_t alike,
                                   FindingText& out) const {
  if (!actual.present) {
    out << "not present";
  } else if (in_.blame != Blame::none && in_rpdu(check.path)) {
    out << "does not decode: "
        << (in_tpdu(check.path) ? tp::to_string(in_.tp_error) : rp::to_string(in_.rp_error));
  } else if (check.path == Path::sip_content_length) {
    out.number(check.path, in_.view.trailing().size());
    out << " octets behind the body";
  } else if (is_numeric(check.kind) && actual.well_formed) {
    out.number(check.path, actual.number);
  } else {
    out << Shown{actual.text, check.kind, alike};
    if (judged.arrival->branch_reused && check.path == Path::sip_via_branch) out << " again";
  }
}

void Player::Core::fill_evidence(const Live& l, std::span<StepEvidence> steps) const {
  const Session& s = *l.session;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const ProgramStep& p = l.ladder->steps[i];
    const StepRecord& r = l.records[i];
    StepEvidence& e = steps[i];
    e = {};
    e.done = (s.done & ~s.skipped & bit(i)) != 0;
    e.ours = is_send(p.kind);
    e.request = is_request(p);
    e.map = is_map(p.kind);
    if (e.request && !is_map(p.kind) && r.code != 0)
      e.rp_mti = static_cast<std::uint8_t>((r.code >> 8) - 1);
    if (p.kind == StepKind::receive_response) {
      e.status = r.code & 0xfffU;
      if (r.code >> 12 != 0) e.rp_mti = static_cast<std::uint8_t>((r.code >> 12) - 1);
    }
    if (p.kind == StepKind::send_response) e.status = program_.response(p.send).status;
    e.first = instant(l, r.first);
    e.last = instant(l, r.last);
    e.copies = r.copies;
    e.repeats =
        r.repeats >= p.times_max ? static_cast<std::uint16_t>(r.repeats + 1 - p.times_max) : 0;
    e.copies_off_schedule = r.off_schedule;
    e.copies_differing = r.differing;
    e.gave_up = (s.gave_up & bit(i)) != 0;
    e.hasty_provisional = (s.hasty & bit(i)) != 0;
    e.cause_mask = p.causes;
    e.answers = p.answers;
    e.replies_to = p.replies_to;
    if (p.kind == StepKind::receive_request) {
      e.replied_elsewhere = (r.attempt & kRepliedElsewhere) != 0;
      e.reference_wrong = (r.attempt & kReferenceWrong) != 0;
      e.out_of_turn = (r.attempt & kOutOfTurn) != 0;
      e.turn_doubtful = (r.attempt & kTurnDoubtful) != 0;
    }
  }
}

void Player::Core::describe_evidence(const StepEvidence& e, const Session& s,
                                     std::string_view message, FindingText& out) {
  if (e.done) {
    out << "came after ";
    out.number(Path::sip_size, static_cast<std::uint64_t>(ns(e.first - s.intended) / 1000));
    out << " us, then ";
    out.number(Path::sip_size, e.copies);
    out << " copies of it and ";
    out.number(Path::sip_size, e.repeats);
    out << " more like it";
    if (e.out_of_turn) out << ", before our answer to another one";
  } else if ((s.flags & kRefused) != 0) {
    out << "refused with ";
    out.number(Path::sip_size, s.refused_code);
  } else {
    out << message << " never came";
  }
}

/// The frame a rule asked at `step` points at: its last message, or where none came the last one
/// the session received at all. 0: nothing was received.
FrameNumber Player::Core::last_frame(const Live& l, std::size_t step) {
  std::uint32_t found = l.records[step].frame;
  if (found == 0) {
    for (const StepRecord& r : l.records.first(l.ladder->steps.size()))
      found = std::max(found, r.frame);
  }
  return found == 0 ? 0 : l.session->first_frame + found - 1;
}

/// Messages that waited while we were late are read in the passes behind; those that we lost, or
/// made them give up by our own delay, never are.
bool Player::Core::may_have_missed(const Session& s, Time now) const {
  constexpr Duration kCaughtUp = 1s;
  return s.started <= missed_at || (s.started <= late_at && now < late_at + kCaughtUp);
}

void Player::Core::be_late(Time at, Duration by) {
  late_at = at;
  if (by >= config_.timers.t1) missed_at = at;
}

void Player::Core::judge_rules(Live& l, Time now) {
  if (!judges(LadderIndex(l.session->ladder))) return;
  const std::span<StepEvidence> steps = std::span(evidence_room_).first(l.ladder->steps.size());
  fill_evidence(l, steps);
  Session& s = *l.session;
  Evidence evidence;
  evidence.steps = steps;
  evidence.started = s.intended;
  evidence.ended = now;
  evidence.reorder_max = config_.reorder_max;
  evidence.reliable = config_.reliable;
  evidence.t1 = config_.timers.t1;
  evidence.t2 = config_.timers.t2;
  evidence.lossy = config_.lossy;
  evidence.refused = (s.flags & kRefused) != 0;
  evidence.generator_late = s.started <= late_at;
  evidence.generator_missed = may_have_missed(s, now);
  evidence.unmatched = (s.flags & (kUnmatched | kBroken)) != 0;
  evidence.disputed = (s.flags & kDisputed) != 0;
  for (std::size_t step = 0; step < steps.size(); ++step) {
    const ProgramStep& p = l.ladder->steps[step];
    evidence.step = static_cast<std::uint8_t>(step);
    const bool silent =
        p.kind == StepKind::receive_request && p.answered_by == kNoStep && steps[step].done;
    evidence.copies_watched = silent ? now - steps[step].first : Duration{};
    for (const RequirementIndex index : program_.rules(p)) {
      const Verdict verdict = settle_verdict(index, requirements_.at(index).rule(evidence));
      if (verdict == Verdict::none) continue;
      tally_.count(index, verdict);
      if (verdict < Verdict::fail) continue;
      if (requirements_.at(index).severity == Severity::mandatory)
        s.worst = worse(s.worst, verdict);
      Finding finding;
      finding.requirement = index;
      finding.ladder = LadderIndex(s.ladder);
      finding.step = StepIndex(static_cast<std::uint32_t>(step));
      finding.verdict = verdict;
      finding.ue = number(l, p.party);
      finding.at = now;
      finding.frame = last_frame(l, step);
      finding.never_came = l.records[step].frame == 0;
      finding.owner = owner_of(s);
      finding.expected.assign(requirements_.at(index).text);
      FindingText actual;
      describe_evidence(steps[step], s, l.ladder->step_messages[step], actual);
      finding.actual.assign(actual.view());
      findings_.found(finding);
    }
  }
}

/// A second message for a step of a session that has ended. Only what the repeat alone breaks is
/// counted: rules that failed without it too have spoken already.
void Player::Core::judge_late_repeat(const Match& match, const Arrival& arrival) {
  const LadderIndex ladder_index(match.ticket->ladder);
  if (!judges(ladder_index)) return;
  const ProgramLadder& ladder = program_.ladder(ladder_index);
  const std::span<StepEvidence> steps = std::span(evidence_room_).first(ladder.steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const ProgramStep& p = ladder.steps[i];
    steps[i] = {};
    steps[i].done = (match.ticket->done & bit(i)) != 0;
    steps[i].ours = is_send(p.kind);
    steps[i].request = is_request(p);
    steps[i].cause_mask = p.causes;
    steps[i].answers = p.answers;
    steps[i].replies_to = p.replies_to;
    if (steps[i].request && !is_map(p.kind) && p.rp_type != kAnyType) steps[i].rp_mti = p.rp_type;
    if (p.kind == StepKind::receive_response && !p.statuses.empty())
      steps[i].status = p.statuses[0];
    if (p.kind == StepKind::send_response) steps[i].status = program_.response(p.send).status;
    steps[i].first = steps[i].last = arrival.at;
  }
  Evidence evidence;
  evidence.steps = steps;
  evidence.step = match.step;
  evidence.started = evidence.ended = arrival.at;
  evidence.reorder_max = config_.reorder_max;
  evidence.reliable = config_.reliable;
  evidence.t1 = config_.timers.t1;
  evidence.t2 = config_.timers.t2;
  evidence.lossy = config_.lossy;
  // What makes them try again, the loss of our answer, is a transaction's time ago at most.
  evidence.generator_missed = arrival.at <= missed_at + config_.timers.f();
  evidence.disputed = match.ticket->disputed != 0;
  for (const RequirementIndex index : program_.rules(ladder.steps[match.step])) {
    const Rule rule = requirements_.at(index).rule;
    steps[match.step].repeats = 0;
    if (rule(evidence) == Verdict::fail) continue;
    steps[match.step].repeats = 1;
    const Verdict verdict = settle_verdict(index, rule(evidence));
    if (verdict != Verdict::fail) continue;
    tally_.count(index, verdict);
    Finding finding;
    finding.requirement = index;
    finding.ladder = ladder_index;
    finding.step = StepIndex(match.step);
    finding.verdict = verdict;
    finding.ue = arrival.ue.valid() ? ues.number(arrival.ue) : 0;
    finding.at = arrival.at;
    finding.frame = arrival.datagram->frame;
    finding.owner = arrival.datagram->owner;
    finding.expected.assign(requirements_.at(index).text);
    finding.actual.assign("one more, after the session had ended");
    findings_.found(finding);
  }
}

}  // namespace rung
