#include <fmt/format.h>

#include "engine/ladder/field.hpp"
#include "engine/ladder/program_builder.hpp"

namespace rung {
namespace {

/// What a name of ours.def means on receipt when it is a field of the request at hand's cause.
std::optional<Path> mirrored(Ours name) {
  switch (name) {
    case Ours::call_id: return Path::sip_call_id;
    case Ours::from_tag: return Path::sip_from_tag;
    case Ours::branch: return Path::sip_via_branch;
    case Ours::cseq: return Path::sip_cseq;
    case Ours::via: return Path::sip_via;
    case Ours::rp_mr: return Path::rp_mr;
    default: return {};
  }
}

/// What a name of ours.def means on receipt when it is a field of the SUBMIT of ours before.
std::optional<Path> of_submit(Ours name) {
  switch (name) {
    case Ours::tp_mr: return Path::tp_mr;
    case Ours::text:
    case Ours::text_extended:
    case Ours::text_spare: return Path::tp_text;
    case Ours::concat_reference: return Path::tp_concat_reference;
    default: return {};
  }
}

}  // namespace

bool ProgramBuilder::add_value(std::size_t step, Path path, std::string_view text) {
  CheckValue value;
  const PathKind kind = kind_of(path);
  if (is_numeric(kind)) {
    const auto number = field_number(path, text);
    if (!number) {
      step_error(step, fmt::format("{} cannot be {}", to_string(path), text));
      return false;
    }
    value.number = *number;
    value.text = text;
  } else if (kind == PathKind::octets) {
    const auto octets = field_octets(text);
    if (!octets) {
      step_error(step, fmt::format("{} needs hexadecimal octets", to_string(path)));
      return false;
    }
    value.text.assign(octets->begin(), octets->end());
  } else {
    value.text = text;
  }
  program_.values_.push_back(std::move(value));
  return true;
}

bool ProgramBuilder::fill_fixed(std::size_t step, const FieldRule& r, Check& check) {
  check.values_first = static_cast<std::uint32_t>(program_.values_.size());
  for (const std::string& text : r.values) {
    if (!add_value(step, r.path, text)) return false;
  }
  check.values_count = static_cast<std::uint16_t>(r.values.size());
  return true;
}

bool ProgramBuilder::fill_copied(std::size_t step, std::uint8_t from_step, Path from,
                                 Check& check) {
  if (from_step == kNoStep || from_step == step) {
    step_error(step,
               fmt::format("{} is compared with a step that is not there", to_string(check.path)));
    return false;
  }
  const ProgramStep& source = program_step(from_step);
  check.step = source.copy_of != kNoStep ? source.copy_of : from_step;
  check.from = from;
  switch (source.kind) {
    case StepKind::send_request:
    case StepKind::send_map:
      check.from_ours = true;
      if (in_rpdu(from)) return true;
      for (const OwnField& field : program_.requests_[source.send].fields) {
        if (field.path != from) continue;
        check.parts = field.parts;
        return true;
      }
      break;
    case StepKind::receive_request:
    case StepKind::receive_map:
      if (from != Path::rp_mr) check.saved = save(from_step, from);
      return true;
    default: break;
  }
  step_error(step, fmt::format("{} cannot be compared with {} of that step", to_string(check.path),
                               to_string(from)));
  return false;
}

bool ProgramBuilder::fill_ours(std::size_t step, const FieldRule& r, Check& check) {
  const auto name = r.values.empty() ? std::nullopt : ours_by_name(r.values[0]);
  if (!name) {
    step_error(step, fmt::format("{}: unknown name after `ours`", to_string(r.path)));
    return false;
  }
  const ProgramStep& p = program_step(step);
  if (const auto path = of_submit(*name)) {
    const std::uint64_t submits = closure(step) & ladder_.submits;
    check.source = Source::copied;
    std::uint8_t from = p.submit;
    if (from == kNoStep && submits != 0) from = static_cast<std::uint8_t>(__builtin_ctzll(submits));
    return fill_copied(step, from, *path, check);
  }
  if (const auto path = mirrored(*name)) {
    check.source = Source::copied;
    const std::uint8_t first = sources_[step].after.empty() ? kNoStep : sources_[step].after[0];
    return fill_copied(step, p.answers != kNoStep ? p.answers : first, *path, check);
  }
  if (is_numeric(check.kind)) {
    check.source = Source::fixed;
    check.values_first = static_cast<std::uint32_t>(program_.values_.size());
    check.values_count = 1;
    const std::vector<Part> value = own_value(step, *name);
    return value.size() == 1 && value[0].kind == PartKind::literal &&
           add_value(step, r.path, value[0].text);
  }
  std::vector<Part> value = own_value(step, *name);
  if (value.empty()) {
    step_error(step,
               fmt::format("{}: `ours {}` cannot be demanded", to_string(r.path), r.values[0]));
    return false;
  }
  check.parts = add_parts(std::move(value));
  check.or_tel = *name == Ours::impu;
  check.or_imsi = *name == Ours::msisdn && r.path == Path::map_subscriber;
  return true;
}

void ProgramBuilder::add_check(std::size_t step, const FieldRule& r) {
  Check check;
  check.path = r.path;
  check.kind = kind_of(r.path);
  check.source = r.source;
  bool good = true;
  switch (r.source) {
    case Source::fixed:
    case Source::one_of:
    case Source::contains:
    case Source::not_contains:
    case Source::if_present: good = fill_fixed(step, r, check); break;
    case Source::ours: good = fill_ours(step, r, check); break;
    case Source::copied:
    case Source::differs: good = fill_copied(step, named_step(step, r), r.from, check); break;
    case Source::at_most:
      good = r.step.empty() ? fill_fixed(step, r, check)
                            : fill_copied(step, named_step(step, r), r.from, check);
      break;
    case Source::any:
    case Source::absent:
    case Source::template_: break;
  }
  if (!good) return;
  check.requirements_first = static_cast<std::uint32_t>(program_.requirements_.size());
  const std::uint32_t end = add_requirements(r.requirements, step, false);
  check.requirements_count = static_cast<std::uint16_t>(end - check.requirements_first);
  BodyPaths& body = program_step(step).body_paths;
  body.content_length |= r.path == Path::sip_content_length;
  body.rpdu |= r.path == Path::rp_rpdu;
  body.user_data |= r.path == Path::rp_user_data;
  body.cause |= r.path == Path::rp_cause;
  body.cause_element |= r.path == Path::rp_cause_element;
  body.tpdu |= r.path == Path::tp_tpdu;
  body.udl |= r.path == Path::tp_udl;
  program_.checks_.push_back(check);
}

void ProgramBuilder::compile_checks(std::size_t step) {
  ProgramStep& p = program_step(step);
  p.checks_first = p.checks_end = static_cast<std::uint32_t>(program_.checks_.size());
  if (!is_receive(p.kind)) return;
  for (const FieldRule& r : sources_[step].message->fields) add_check(step, r);
  p.checks_end = static_cast<std::uint32_t>(program_.checks_.size());
}

}  // namespace rung
