#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "engine/ladder/program_builder.hpp"
#include "engine/ladder/send_map.hpp"
#include "engine/ue/session_pool.hpp"

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }

std::uint8_t party_index(Party party) {
  if (party == Party::ue) return 0;
  return party == Party::ue2 ? std::uint8_t{1} : kNoParty;
}

}  // namespace

ProgramBuilder::ProgramBuilder(const LadderBook& book, Topology topology,
                               const RequirementTable& requirements, const PlayConfig& config)
    : book_(book), topology_(topology), table_(requirements), config_(config) {
  program_.selected_.resize(requirements.size());
  program_.topology_ = topology;
}

Program ProgramBuilder::take() { return std::move(program_); }

void ProgramBuilder::step_error(std::size_t step, std::string_view what) {
  fail(fmt::format("{}:{}: ladder {} step {}: {}", source_->file, sources_[step].step->place.line,
                   source_->name, sources_[step].step->id, what));
}

std::optional<std::uint8_t> ProgramBuilder::step_index(std::string_view id) const {
  for (std::size_t i = 0; i < source_->steps.size(); ++i) {
    if (source_->steps[i].id == id) return static_cast<std::uint8_t>(i);
  }
  return {};
}

const FieldRule* ProgramBuilder::rule(std::size_t step, Path path) const {
  for (const FieldRule& r : sources_[step].message->fields) {
    if (r.path == path) return &r;
  }
  return nullptr;
}

std::string_view ProgramBuilder::fixed_text(std::size_t step, Path path) const {
  const FieldRule* r = rule(step, path);
  if (r == nullptr || r->source != Source::fixed || r->values.empty()) return {};
  return r->values[0];
}

std::optional<std::uint64_t> ProgramBuilder::fixed_number(std::size_t step, Path path) const {
  const std::string_view text = fixed_text(step, path);
  return text.empty() ? std::nullopt : field_number(path, text);
}

std::uint8_t ProgramBuilder::named_step(std::size_t step, const FieldRule& r) const {
  if (r.step != "cause") return step_index(r.step).value_or(kNoStep);
  if (ladder_.steps[step].answers != kNoStep) return ladder_.steps[step].answers;
  return sources_[step].after.empty() ? kNoStep : sources_[step].after[0];
}

void ProgramBuilder::add(const Ladder& ladder) {
  const std::size_t errors_before = errors_.size();
  source_ = &ladder;
  ladder_ = ProgramLadder{};
  ladder_.name = ladder.name;
  ladder_.title = ladder.title;
  if (ladder.steps.empty() || ladder.steps.size() > kSessionStepsMax) {
    fail(fmt::format("ladder {}: {} steps, expected 1 to {}", ladder.name, ladder.steps.size(),
                     kSessionStepsMax));
    return;
  }
  read_steps();
  if (errors_.size() != errors_before) return;
  if ((ladder_.sends | ladder_.receives) == 0) {
    return fail(fmt::format("ladder {}: it has no step on {}", ladder.name, to_string(topology_)));
  }
  join_causes();
  find_awaited();
  find_answers();
  find_opener();
  for (std::size_t i = 0; i < ladder_.steps.size(); ++i) find_discriminators(i);
  for (std::size_t i = 0; i < ladder_.steps.size(); ++i) find_dialogue(i);
  for (std::size_t i = 0; i < ladder_.steps.size(); ++i) find_submit(i);
  if (errors_.size() != errors_before) return;
  // Requests first: checks refer to what they say.
  for (std::size_t i = 0; i < ladder_.steps.size(); ++i) {
    if (program_step(i).kind == StepKind::send_request) compile_request(i);
    if (program_step(i).kind == StepKind::send_response) compile_response(i);
    if (program_step(i).kind == StepKind::send_map) compile_map(i);
  }
  for (std::size_t i = 0; i < ladder_.steps.size(); ++i) {
    compile_checks(i);
    add_rules(i);
  }
  find_needs();
  add_measures();
  ladder_.hold = duration_of({ladder.hold_timer, ladder.hold}, config_.timers.t1);
  program_.steps_max_ = std::max(program_.steps_max_, ladder_.steps.size());
  program_.ladders_.push_back(std::move(ladder_));
}

/// Parties we play: the UEs, and on isc the S-CSCF before them.
bool ProgramBuilder::is_ours(Party party) const {
  return party_index(party) != kNoParty || (party == Party::cscf && topology_ == Topology::isc) ||
         (in_network(party) && config_.network.linked);
}

/// The UE a step is of: its own, the one that `for` names, or that of its first cause.
std::uint8_t ProgramBuilder::party_of(std::size_t step) const {
  const Step& s = *sources_[step].step;
  for (const Party end : {s.from, s.to}) {
    if (party_index(end) != kNoParty) return party_index(end);
  }
  if (s.has_ue) return party_index(s.ue);
  const bool behind =
      s.from == Party::cscf || s.to == Party::cscf || in_network(s.from) || in_network(s.to);
  if (!behind) return kNoParty;
  const std::uint8_t cause = sources_[step].after.empty() ? kNoStep : sources_[step].after[0];
  const std::uint8_t whose = cause == kNoStep ? kNoParty : ladder_.steps[cause].party;
  return whose == kNoParty ? std::uint8_t{0} : whose;
}

StepKind ProgramBuilder::kind_of_step(const Step& step, bool is_response) const {
  if (!plays_on(*source_, step, topology_)) return StepKind::drawn;
  const bool ours_sends = is_ours(step.from);
  const bool ours_receives = is_ours(step.to);
  if (ours_sends && in_network(step.from)) {
    return step.to == Party::gw ? StepKind::send_map : StepKind::drawn;
  }
  if (ours_receives && in_network(step.to)) {
    return step.from == Party::gw ? StepKind::receive_map : StepKind::drawn;
  }
  if (ours_sends && step.to == Party::gw) {
    return is_response ? StepKind::send_response : StepKind::send_request;
  }
  if (ours_receives && step.from == Party::gw) {
    return is_response ? StepKind::receive_response : StepKind::receive_request;
  }
  return StepKind::drawn;
}

void ProgramBuilder::read_steps() {
  sources_.assign(source_->steps.size(), {});
  ladder_.steps.resize(source_->steps.size());
  for (std::size_t i = 0; i < source_->steps.size(); ++i) {
    const Step& step = source_->steps[i];
    Source_& s = sources_[i];
    s.step = &step;
    s.message = book_.message(step.message);
    ladder_.step_ids.push_back(step.id);
    ladder_.step_messages.push_back(step.message);
    if (s.message == nullptr) {
      step_error(i, fmt::format("there is no message {}", step.message));
      continue;
    }
    s.is_response = rule(i, Path::sip_status) != nullptr;
    for (const std::string& cause : step.after) {
      if (const auto index = step_index(cause)) s.after.push_back(*index);
    }
    ProgramStep& p = program_step(i);
    p.kind = kind_of_step(step, s.is_response);
    p.party = party_of(i);
    p.optional = step.optional || step.times_min == 0;
    p.times_min = step.times_min;
    p.times_max = step.times_max;
    p.wait = duration_of({step.wait_timer, step.wait}, config_.timers.t1);
    if (step.has_within) p.within = duration_of(step.within, config_.timers.t1);
    if (!step.copy_of.empty()) {
      (step.forked ? p.fork_of : p.copy_of) = step_index(step.copy_of).value_or(kNoStep);
    }
    if (!s.is_response) p.method = sip::method_by_name(fixed_text(i, Path::sip_method));
    if (is_send(p.kind)) ladder_.sends |= bit(i);
    if (is_receive(p.kind)) ladder_.receives |= bit(i);
    if (p.kind != StepKind::drawn && !p.optional) ladder_.required |= bit(i);
    if (is_send(p.kind) && p.times_max != 1)
      step_error(i, "`times` counts what is received; write a step each");
    if (p.times_max > 15) step_error(i, "`times` reaches 15 at most");
    if (p.kind == StepKind::send_request && p.method == sip::Method::other) {
      step_error(i, "a request needs `sip.method fixed METHOD`, a response `sip.status`");
    }
  }
}

/// The causes of a step, drawn ones replaced by theirs. `visiting` guards against a cycle.
std::uint64_t ProgramBuilder::joined(std::size_t step, std::uint64_t visiting) {
  std::uint64_t mask = 0;
  for (const std::uint8_t cause : sources_[step].after) {
    if ((visiting & bit(cause)) != 0) continue;
    mask |= program_step(cause).kind == StepKind::drawn ? joined(cause, visiting | bit(cause))
                                                        : bit(cause);
  }
  return mask;
}

void ProgramBuilder::join_causes() {
  std::uint64_t optional = 0;
  for (std::size_t i = 0; i < ladder_.steps.size(); ++i) {
    ProgramStep& p = program_step(i);
    p.causes = joined(i, bit(i));
    // What follows from a step that need not come need not come either.
    p.optional |= (p.causes & optional) != 0;
    if (p.optional) optional |= bit(i);
  }
  ladder_.required &= ~optional;
}

std::uint64_t ProgramBuilder::closure(std::size_t step) const {
  std::uint64_t mask = 0;
  std::uint64_t fresh = ladder_.steps[step].causes;
  while (fresh != 0) {
    mask |= fresh;
    std::uint64_t further = 0;
    for (std::uint64_t left = fresh; left != 0; left &= left - 1) {
      further |= ladder_.steps[static_cast<std::size_t>(std::countr_zero(left))].causes;
    }
    fresh = further & ~mask;
  }
  return mask;
}

/// What depends on an optional step may never come either, or have to be sent. A request of theirs
/// among it that has a limit is waited for until then, a step of ours until it is done.
void ProgramBuilder::find_awaited() {
  std::uint64_t optional = 0;
  for (std::size_t i = 0; i < ladder_.steps.size(); ++i) {
    const ProgramStep& p = program_step(i);
    const bool uncertain = p.optional || (closure(i) & optional) != 0;
    if (!uncertain || p.kind == StepKind::drawn) continue;
    optional |= bit(i);
    ladder_.required &= ~bit(i);
    const bool limited = (p.kind == StepKind::receive_request || p.kind == StepKind::receive_map) &&
                         p.within > Duration{};
    if (is_send(p.kind) || limited) ladder_.awaited |= bit(i);
  }
}

/// A response answers the nearest request before it that went the other way on the same leg.
void ProgramBuilder::find_answers() {
  for (std::size_t i = 0; i < ladder_.steps.size(); ++i) {
    ProgramStep& p = program_step(i);
    if (p.kind != StepKind::send_response && p.kind != StepKind::receive_response) continue;
    const StepKind wanted =
        p.kind == StepKind::send_response ? StepKind::receive_request : StepKind::send_request;
    const auto fits = [&](std::size_t j) {
      const ProgramStep& q = program_step(j);
      return q.kind == wanted && q.party == p.party && q.copy_of == kNoStep;
    };
    for (const std::uint64_t mask : {p.causes, closure(i)}) {
      for (std::size_t j = ladder_.steps.size(); j-- > 0 && p.answers == kNoStep;) {
        if ((mask & bit(j)) != 0 && fits(j)) p.answers = static_cast<std::uint8_t>(j);
      }
    }
    if (p.answers == kNoStep) {
      step_error(i, "a response needs a request on its leg among its causes");
      continue;
    }
    ProgramStep& request = program_step(p.answers);
    p.method = request.method;
    if (p.kind == StepKind::receive_response) {
      const FieldRule* status = rule(i, Path::sip_status);
      for (const std::string& text : status->values) {
        if (const auto value = field_number(Path::sip_status, text)) {
          p.statuses.push_back(static_cast<std::uint16_t>(*value));
        }
      }
    } else {
      const bool final = fixed_number(i, Path::sip_status).value_or(0) >= 200;
      std::uint8_t& answer = final ? request.answered_by : request.provisional;
      if (answer == kNoStep) answer = static_cast<std::uint8_t>(i);
      request.holds_answer |=
          p.copy_of != kNoStep || p.wait > Duration{} || (p.causes & ~bit(p.answers)) != 0;
    }
  }
}

/// A ladder without a step of ours to begin with waits for a request of theirs.
void ProgramBuilder::find_opener() {
  const auto first = static_cast<std::size_t>(std::countr_zero(ladder_.sends | ladder_.receives));
  if (program_step(first).kind != StepKind::receive_request) return;
  if (program_step(first).causes == 0) ladder_.opener = static_cast<std::uint8_t>(first);
}

void ProgramBuilder::find_discriminators(std::size_t i) {
  ProgramStep& p = program_step(i);
  if (p.kind == StepKind::drawn) return;
  if (const auto type = fixed_number(i, Path::rp_mti)) p.rp_type = static_cast<std::uint8_t>(*type);
  if (const auto type = fixed_number(i, Path::tp_mti)) p.tp_type = static_cast<std::uint8_t>(*type);
  const FieldRule* to_tag = rule(i, Path::sip_to_tag);
  p.in_dialog = to_tag != nullptr && to_tag->source == Source::any;
  p.ends_dialog = p.in_dialog && fixed_number(i, Path::sip_expires) == 0;
  const FieldRule* reply = rule(i, Path::sip_in_reply_to);
  if (reply != nullptr && reply->source == Source::copied) p.replies_to = named_step(i, *reply);
  find_relayed(i);
  const FieldRule* text = rule(i, Path::tp_text);
  const bool token = text != nullptr && text->source == Source::ours;
  const bool sends = p.kind == StepKind::send_request || p.kind == StepKind::send_map;
  if (sends && p.copy_of == kNoStep && p.fork_of == kNoStep && token) {
    ladder_.submits |= bit(i);
  }
}

/// RFC 3261 16.6: a proxy leaves Call-ID and body as they came; a core that rewrites Call-IDs, the
/// RP-MR at least.
void ProgramBuilder::find_relayed(std::size_t i) {
  ProgramStep& p = program_step(i);
  if (p.kind != StepKind::receive_request) return;
  for (const Path path : {Path::sip_call_id, Path::rp_mr}) {
    const FieldRule* r = rule(i, path);
    if (r == nullptr || r->source != Source::copied || r->from != path) continue;
    const std::uint8_t from = named_step(i, *r);
    if (from == kNoStep || program_step(from).kind != StepKind::send_request) continue;
    const bool same_kind = program_step(from).method == p.method &&
                           fixed_number(from, Path::rp_mti) == fixed_number(i, Path::rp_mti);
    if (!same_kind) continue;
    p.relays = from;
    program_.relays_ = true;
    return;
  }
}

void ProgramBuilder::find_submit(std::size_t i) {
  ProgramStep& p = program_step(i);
  if (p.kind != StepKind::receive_request ||
      p.tp_type != static_cast<std::uint8_t>(tp::Type::deliver))
    return;
  const std::uint64_t before = closure(i) & ladder_.submits;
  for (const Path path : {Path::tp_ud, Path::tp_text}) {
    const FieldRule* r = rule(i, path);
    if (r == nullptr || r->source != Source::copied) continue;
    const std::uint8_t from = named_step(i, *r);
    if (from != kNoStep && (ladder_.submits & bit(from)) != 0 && p.submit == kNoStep)
      p.submit = from;
  }
  if (p.submit == kNoStep && before != 0) {
    p.submit = static_cast<std::uint8_t>(63 - std::countl_zero(before));
  }
  if (p.submit != kNoStep) ladder_.delivers |= bit(i);
}

/// True for a step that would change what other sessions of the same UE meet.
bool ProgramBuilder::disturbs_others(const ProgramStep& p) const {
  switch (p.kind) {
    case StepKind::send_request:
      return p.method == sip::Method::register_ || p.method == sip::Method::notify ||
             p.copy_of != kNoStep || p.fork_of != kNoStep ||
             p.rp_type == static_cast<std::uint8_t>(rp::Type::error) ||
             p.rp_type == static_cast<std::uint8_t>(rp::Type::smma);
    case StepKind::send_response: return program_.responses_[p.send].status >= 300 || p.wait > 1s;
    case StepKind::receive_request: return p.answered_by == kNoStep;
    default: return false;
  }
}

void ProgramBuilder::find_needs() {
  const auto uses_ue2 = [&](const Step& s) {
    return s.from == Party::ue2 || s.to == Party::ue2 || (s.has_ue && s.ue == Party::ue2);
  };
  const bool names_peer = std::any_of(sources_.begin(), sources_.end(), [](const Source_& s) {
    return std::any_of(s.message->fields.begin(), s.message->fields.end(), [](const FieldRule& r) {
      return r.source == Source::ours && !r.values.empty() && r.values[0].starts_with("peer_");
    });
  });
  const bool given_ue2 = std::any_of(source_->given.begin(), source_->given.end(),
                                     [](const Given& g) { return g.party == Party::ue2; });
  const bool drawn_ue2 = std::any_of(source_->steps.begin(), source_->steps.end(), uses_ue2);
  ladder_.parties = names_peer || given_ue2 || drawn_ue2 ? 2 : 1;
  const bool exclusive = std::any_of(ladder_.steps.begin(), ladder_.steps.end(),
                                     [&](const ProgramStep& p) { return disturbs_others(p); });
  if (exclusive) {
    for (UeNeed& need : ladder_.need) need = UeNeed::registered_exclusive;
  }
  for (const Given& given : source_->given) {
    const std::uint8_t party = party_index(given.party);
    if (party != kNoParty && !given.registered) ladder_.need[party] = UeNeed::unregistered;
  }
}

void ProgramBuilder::add_measures() {
  for (const Measure& measure : source_->measures) {
    const auto from = step_index(measure.from);
    const auto to = step_index(measure.to);
    if (!from || !to) {
      fail(fmt::format("ladder {}: measure {} names a step that is not there", source_->name,
                       measure.name));
      continue;
    }
    program_step(*to).measures.push_back(static_cast<std::uint16_t>(ladder_.measures.size()));
    ladder_.measures.push_back({measure.name, *from, *to, program_step(*from).causes == 0});
  }
}

std::uint32_t ProgramBuilder::add_requirements(const std::vector<std::string>& ids,
                                               std::size_t step, bool rules_only) {
  for (const std::string& id : ids) {
    const RequirementIndex index = table_.find(id);
    if (!index.valid()) {
      step_error(step, fmt::format("there is no requirement {}", id));
      continue;
    }
    const Requirement& requirement = table_.at(index);
    if (!judged_on(requirement, topology_)) continue;
    if (rules_only && requirement.rule == nullptr) continue;
    program_.requirements_.push_back(index);
    program_.selected_[index.value] = true;
  }
  return static_cast<std::uint32_t>(program_.requirements_.size());
}

void ProgramBuilder::add_rules(std::size_t i) {
  ProgramStep& p = program_step(i);
  p.rules_first = p.rules_end = static_cast<std::uint32_t>(program_.requirements_.size());
  if (p.kind == StepKind::drawn) return;
  p.rules_end = add_requirements(sources_[i].step->requirements, i, true);
}

}  // namespace rung
