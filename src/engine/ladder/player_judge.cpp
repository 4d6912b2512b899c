#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/ladder/finding_text.hpp"
#include "engine/ladder/player_core.hpp"
#include "engine/wire/bcd.hpp"

// Checks of received messages, rules at the end of a session, and what they find.

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }

bool is_numeric(PathKind kind) { return kind == PathKind::number || kind == PathKind::flag; }

/// What every answer mirrors: judged whatever its status.
bool mirrored(Path path) {
  return path == Path::sip_via || path == Path::sip_from || path == Path::sip_from_tag ||
         path == Path::sip_to || path == Path::sip_to_tag || path == Path::sip_call_id ||
         path == Path::sip_cseq;
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

/// TS 24.341 5.3.3.4.3: an identity is a SIP or a tel URI; the number is the user part of ours.
bool tel_of(std::string_view actual, std::string_view identity) {
  sip::Uri theirs;
  sip::Uri ours;
  if (!sip::parse_uri(actual, theirs) || !sip::iequals(theirs.scheme, "tel")) return false;
  if (!sip::parse_uri(identity, ours) || !ours.user.starts_with('+')) return false;
  constexpr std::string_view kTel = "tel:";
  std::array<char, kTel.size() + 1 + bcd::kDigitsMax> tel;
  const std::size_t size = kTel.size() + ours.user.size();
  if (size > tel.size()) return false;
  std::ranges::copy(kTel, tel.begin());
  std::ranges::copy(ours.user, tel.begin() + kTel.size());
  return sip::same_uri(actual, {tel.data(), size});
}

/// RFC 3841 7.2: the parameters of one Accept-Contact value describe one kind of contact, so all of
/// `wanted` have to stand in the same value.
bool one_value_holds(const sip::View& view, std::span<const CheckValue> wanted) {
  std::string_view value;
  for (std::size_t i = 0; list_value_at(Path::sip_accept_contact, view, i, value); ++i) {
    const auto in_value = [&](const CheckValue& item) { return list_contains(value, item.text); };
    if (std::ranges::all_of(wanted, in_value)) return true;
  }
  return false;
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
    if (final_refused && !mirrored(check.path)) continue;
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
  const bool body = in_rpdu(check.path) || check.path == Path::sip_content_length;
  const bool unjudgeable =
      body && spoilt(judged.live->ladder->steps[judged.step], check.path, guilty);
  if (unjudgeable && !guilty) return Verdict::inconclusive;
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
  return left_to_rule(judged, check) ? Verdict::none : Verdict::fail;
}

/// Request-Disposition where no confirmed clause asks for it, as in a report (24.341-5.3.3.4.2-e):
/// what a gateway says there is its policy, which only a strict profile fails.
bool Player::Core::is_policy(const Check& check) const {
  if (config_.strict || check.path != Path::sip_request_disposition) return false;
  const auto rows = program_.requirements(check);
  return !rows.empty() &&
         std::ranges::none_of(rows, [&](auto index) { return requirements_.at(index).confirmed; });
}

/// TP-UDL counts in units of the alphabet (TS 23.040 9.2.3.16): where TP-DCS names another one than
/// ours did, that is the finding and the two lengths cannot be compared.
bool Player::Core::counts_other_units(const Judged& judged, const Check& check) {
  const Received& own = own_decoded(*judged.live, check.step);
  return tp::alphabet(own.tp.data_coding) != tp::alphabet(in_.tp.data_coding);
}

bool Player::Core::matches_value(const Check& check, const FieldValue& actual,
                                 const CheckValue& value) const {
  if (is_numeric(check.kind)) return actual.number == value.number;
  return compare_text(check, actual, value.text);
}

bool Player::Core::compare_text(const Check& check, const FieldValue& actual,
                                std::string_view expected) const {
  if (actual.text == expected) return true;
  if (check.kind == PathKind::uri) {
    const auto same = [&](std::string_view uri) {
      return sip::same_uri(uri, expected) || (check.or_tel && tel_of(uri, expected));
    };
    if (same(actual.text)) return true;
    if (check.path == Path::sip_route) return false;  // the first one is where it goes
    std::string_view further;
    for (std::size_t i = 1; uri_at(check.path, in_.view, i, further); ++i) {
      if (same(further)) return true;
    }
    return false;
  }
  const bool caseless =
      check.path == Path::sip_content_type || check.path == Path::sip_content_transfer_encoding;
  return caseless && sip::iequals(actual.text, expected);
}

bool Player::Core::compare(const Judged& judged, const Check& check, const FieldValue& actual) {
  const auto values = program_.values(check);
  const auto listed = [&](const CheckValue& value) {
    return is_list(check.path) ? header_contains(check.path, in_.view, value.text)
                               : list_contains(actual.text, value.text);
  };
  const auto equal = [&](const CheckValue& value) { return matches_value(check, actual, value); };
  switch (check.source) {
    case Source::any:
      if (check.path == Path::sip_content_length) return !actual.present || actual.well_formed;
      if (check.path == Path::sip_via_branch) {
        return actual.present && actual.text.size() > 7 && actual.text.starts_with("z9hG4bK") &&
               !judged.arrival->branch_reused;
      }
      return actual.present && actual.well_formed;
    case Source::absent: return !actual.present;
    case Source::fixed: return actual.present && actual.well_formed && equal(values[0]);
    case Source::one_of:
      if (!actual.present || !actual.well_formed) return false;
      if (check.path == Path::sip_status && config_.strict) return equal(values[0]);
      return std::ranges::any_of(values, equal);
    case Source::if_present:
      if (!actual.present) return true;
      return actual.well_formed && (values.empty() || std::ranges::any_of(values, equal));
    case Source::contains:
      // RFC 3680 4.4: without Accept a SUBSCRIBE takes reginfo, the default.
      if (check.path == Path::sip_accept && in_.view.method() == sip::Method::subscribe &&
          !actual.present) {
        return true;
      }
      if (check.path == Path::sip_accept_contact) return one_value_holds(in_.view, values);
      return actual.present && actual.well_formed && std::ranges::all_of(values, listed);
    case Source::not_contains: return !actual.present || std::ranges::none_of(values, listed);
    case Source::ours:
      return actual.present &&
             compare_text(check, actual, render(*judged.live, check.parts, expected_scratch_));
    case Source::at_most: {
      const auto limit = limit_of(judged, check);
      return actual.present && actual.well_formed && limit && actual.number <= *limit;
    }
    case Source::copied: return actual.present && compare_copied(judged, check, actual);
    case Source::differs: return actual.present && !compare_copied(judged, check, actual);
    case Source::template_: break;  // for sending only
  }
  return false;
}

/// RFC 3261 8.2.6.2: ours first, then those the request came by, `further` of them; received and
/// rport are the server's additions to the first (18.2.1, RFC 3581).
bool Player::Core::same_via(std::string_view expected, std::string_view further) const {
  const ReadVia& top = in_.top_via();
  if (!top.well_formed) return false;
  sip::Values values(in_.view, sip::Header::via);
  std::string_view value;
  if (!values.next(value)) return false;
  while (values.next(value)) {
    if (!further.starts_with(value)) return false;
    further.remove_prefix(value.size());
    if (further.starts_with(", ")) further.remove_prefix(2);
  }
  if (!further.empty()) return false;
  constexpr std::string_view kBranch = ";branch=";
  const sip::Via& via = top.via;
  return via.transport == "UDP" &&
         expected.size() == via.sent_by.size() + kBranch.size() + via.branch.size() &&
         expected.starts_with(via.sent_by) && expected.ends_with(via.branch);
}

/// The field of the message at hand. RFC 3261 10.3: a 2xx to REGISTER may list other bindings of
/// the identity as well, of which another's expiry says nothing about ours.
FieldValue Player::Core::field_at_hand(const Judged& judged, Path path) {
  FieldValue value = field_of(path, in_, actual_scratch_);
  const ProgramStep& p = judged.live->ladder->steps[judged.step];
  if (path == Path::sip_contact_expires && p.kind == StepKind::receive_response) {
    std::string_view text;
    if (own_binding_expires(*judged.live, p.answers, text)) {
      value.present = true;
      std::uint32_t number = 0;
      value.text = text;
      value.well_formed = sip::parse_u32(text, number);
      value.number = number;
    }
  }
  return value;
}

/// The number a row refers to in another step; empty where that step said none.
std::optional<std::uint64_t> Player::Core::copied_number(const Judged& judged, const Check& check) {
  const Live& l = *judged.live;
  const StepRecord& r = l.records[check.step];
  if (check.from == Path::rp_mr) return r.code & 0xffU;
  if (!check.from_ours) {
    const std::string_view text =
        r.foreign == 0 ? std::string_view{} : foreign_.at(r.foreign).get(check.saved);
    std::uint64_t number = 0;
    if (text.size() != sizeof number) return {};
    std::memcpy(&number, text.data(), sizeof number);
    return number;
  }
  if (check.from == Path::tp_mr) return r.foreign & 0xffU;
  if (in_rpdu(check.from)) {
    const FieldValue expected = field_of(check.from, own_decoded(l, check.step), expected_scratch_);
    if (!expected.present) return {};
    return expected.number;
  }
  std::uint32_t number = 0;
  if (!sip::parse_u32(render(l, check.parts, expected_scratch_), number)) return {};
  return number;
}

/// What `at_most` allows.
std::optional<std::uint64_t> Player::Core::limit_of(const Judged& judged, const Check& check) {
  if (check.values_count != 0) return program_.values(check)[0].number;
  return copied_number(judged, check);
}

bool Player::Core::compare_copied(const Judged& judged, const Check& check,
                                  const FieldValue& actual) {
  const Live& l = *judged.live;
  const StepRecord& r = l.records[check.step];
  if (is_numeric(check.kind)) {
    const auto number = copied_number(judged, check);
    return actual.well_formed && number && actual.number == *number;
  }
  if (!check.from_ours) {
    return compare_text(
        check, actual,
        r.foreign == 0 ? std::string_view{} : foreign_.at(r.foreign).get(check.saved));
  }
  if (in_rpdu(check.from)) {
    const FieldValue expected = field_of(check.from, own_decoded(l, check.step), expected_scratch_);
    return expected.present && compare_text(check, actual, expected.text);
  }
  const std::string_view expected = render(l, check.parts, expected_scratch_);
  if (check.path == Path::sip_via) {
    const SendRequest& own = program_.request(l.ladder->steps[check.step].send);
    return same_via(expected, render(l, own.further_vias, gap_scratch_));
  }
  if (check.path == Path::sip_in_reply_to && !actual.well_formed) return false;
  return compare_text(check, actual, expected);
}

/// What binds our side is a pre-condition, so breaking it proves nothing (DESIGN 3, rule 6). On
/// `gm` the core is part of the SUT; on `isc` the S-CSCF is ours.
Verdict Player::Core::settle_verdict(RequirementIndex index, Verdict verdict, bool late) const {
  const Requirement& requirement = requirements_.at(index);
  const bool ours = requirement.obliged == Party::ue || requirement.obliged == Party::ue2 ||
                    (requirement.obliged == Party::cscf && program_.topology() == Topology::isc);
  if (verdict == Verdict::fail && ours) return Verdict::inconclusive;
  if (verdict == Verdict::fail && late && requirement.basis != Basis::content) {
    return Verdict::inconclusive;
  }
  return verdict;
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
    const Verdict settled = settle_verdict(index, verdict, false);
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
    e.ours = p.kind == StepKind::send_request || p.kind == StepKind::send_response;
    e.request = p.kind == StepKind::send_request || p.kind == StepKind::receive_request;
    if (e.request && r.code != 0) e.rp_mti = static_cast<std::uint8_t>((r.code >> 8) - 1);
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
    e.cause_mask = p.causes;
    e.answers = p.answers;
    e.replies_to = p.replies_to;
    if (p.kind == StepKind::receive_request) {
      e.replied_elsewhere = (r.attempt & kRepliedElsewhere) != 0;
      e.reference_wrong = (r.attempt & kReferenceWrong) != 0;
    }
  }
}

void Player::Core::describe_evidence(const StepEvidence& e, const Session& s, FindingText& out) {
  if (e.done) {
    out << "came after ";
    out.number(Path::sip_size, static_cast<std::uint64_t>(ns(e.first - s.intended) / 1000));
    out << " us, then ";
    out.number(Path::sip_size, e.copies);
    out << " copies of it and ";
    out.number(Path::sip_size, e.repeats);
    out << " more like it";
  } else if ((s.flags & kRefused) != 0) {
    out << "refused with ";
    out.number(Path::sip_size, s.refused_code);
  } else {
    out << "never came";
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
  evidence.t1 = config_.reliable ? Duration{} : config_.timers.t1;
  evidence.t2 = config_.timers.t2;
  evidence.lossy = config_.lossy;
  evidence.refused = (s.flags & kRefused) != 0;
  evidence.generator_late = s.started <= late_at;
  evidence.unmatched = (s.flags & kUnmatched) != 0;
  for (std::size_t step = 0; step < steps.size(); ++step) {
    const ProgramStep& p = l.ladder->steps[step];
    evidence.step = static_cast<std::uint8_t>(step);
    const bool silent =
        p.kind == StepKind::receive_request && p.answered_by == kNoStep && steps[step].done;
    evidence.copies_watched = silent ? now - steps[step].first : Duration{};
    for (const RequirementIndex index : program_.rules(p)) {
      const Verdict verdict =
          settle_verdict(index, requirements_.at(index).rule(evidence), evidence.generator_late);
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
      describe_evidence(steps[step], s, actual);
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
    steps[i].ours = p.kind == StepKind::send_request || p.kind == StepKind::send_response;
    steps[i].request = p.kind == StepKind::send_request || p.kind == StepKind::receive_request;
    steps[i].cause_mask = p.causes;
    steps[i].answers = p.answers;
    steps[i].replies_to = p.replies_to;
    if (steps[i].request && p.rp_type != kAnyType) steps[i].rp_mti = p.rp_type;
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
  evidence.t1 = config_.reliable ? Duration{} : config_.timers.t1;
  evidence.t2 = config_.timers.t2;
  evidence.lossy = config_.lossy;
  for (const RequirementIndex index : program_.rules(ladder.steps[match.step])) {
    const Rule rule = requirements_.at(index).rule;
    steps[match.step].repeats = 0;
    if (rule(evidence) == Verdict::fail) continue;
    steps[match.step].repeats = 1;
    const Verdict verdict = settle_verdict(index, rule(evidence), false);
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
