#include <fmt/format.h>

#include <bit>

#include "engine/ladder/program_builder.hpp"
#include "engine/ladder/send_map.hpp"
#include "engine/wire/bcd.hpp"

// What our side of the network behind the gateway sends: MAP messages, and whose dialogue each is.

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }

/// Rows that say what the message is, and no element of its parameter.
bool says_what(Path path) { return path < Path::map_imsi; }

/// An IMSI, or an MT correlation ID in its place, has digits alone; a number its type before them.
bool is_plain(Path path, std::optional<std::uint64_t> kind) {
  constexpr std::uint64_t kImsi = 0x80;
  return path == Path::map_imsi ||
         ((path == Path::map_da || path == Path::map_subscriber) && kind == kImsi);
}

std::optional<Path> kind_path(Path path) {
  switch (path) {
    case Path::map_da: return Path::map_da_kind;
    case Path::map_subscriber: return Path::map_subscriber_kind;
    default: return {};
  }
}

}  // namespace

/// Which element of ours a MAP step is of, and with which Begin its dialogue began.
void ProgramBuilder::find_dialogue(std::size_t i) {
  ProgramStep& p = program_step(i);
  if (!is_map(p.kind)) return;
  const Step& step = *sources_[i].step;
  p.element = step.from == Party::gw ? step.to : step.from;
  p.tcap_type = static_cast<tcap::Type>(fixed_number(i, Path::tcap_message).value_or(0));
  if (const auto type = fixed_number(i, Path::map_component))
    p.component = static_cast<tcap::ComponentType>(*type);
  if (const auto code = fixed_number(i, Path::map_operation))
    p.operation = map::operation_of(static_cast<std::int32_t>(*code));
  if (p.tcap_type == tcap::Type::begin) {
    p.dialogue = static_cast<std::uint8_t>(i);
    return;
  }
  for (std::uint64_t left = closure(i); left != 0;) {
    const auto before = static_cast<std::uint8_t>(63 - std::countl_zero(left));
    left &= ~bit(before);
    const ProgramStep& begin = program_step(before);
    if (!is_map(begin.kind) || begin.element != p.element) continue;
    if (begin.tcap_type != tcap::Type::begin) continue;
    p.dialogue = before;
    if (!p.operation) p.operation = begin.operation;
    return;
  }
  step_error(i, "it belongs to no dialogue");
}

/// One element of the parameter of a MAP message of ours.
bool ProgramBuilder::fill_element(std::size_t step, const FieldRule& r, SendMap& map) {
  const auto no_place = [&] {
    step_error(step, fmt::format("its parameter has no {}", to_string(r.path)));
    return false;
  };
  map.has_parameter = true;
  if (is_numeric(kind_of(r.path))) {
    const auto number = fixed_number(step, r.path);
    if (!number) {
      step_error(step, fmt::format("{} needs a number known at start", to_string(r.path)));
      return false;
    }
    return set_element(r.path, *number, {}, map.parameter) || no_place();
  }
  const auto kind = kind_path(r.path);
  const bool plain = is_plain(r.path, kind ? fixed_number(step, *kind) : std::nullopt);
  const std::vector<Part> parts = value_parts(step, r);
  if (parts.size() != 1) {
    step_error(step, fmt::format("{} needs one value", to_string(r.path)));
    return false;
  }
  const Part& part = parts[0];
  if (part.kind != PartKind::literal) {
    SendMap::Fill fill{r.path, {}, plain, part.party, part.step, part.index};
    switch (part.kind) {
      case PartKind::msisdn: fill.kind = SendMap::Fill::Kind::msisdn; break;
      case PartKind::imsi: fill.kind = SendMap::Fill::Kind::imsi; break;
      case PartKind::foreign: fill.kind = SendMap::Fill::Kind::foreign; break;
      default: step_error(step, fmt::format("{} cannot be that", to_string(r.path))); return false;
    }
    map.fills.push_back(fill);
    return has_element(r.path, map.parameter) || no_place();
  }
  std::vector<std::uint8_t> octets;
  if (kind_of(r.path) == PathKind::octets) {
    octets = field_octets(part.text).value_or(std::vector<std::uint8_t>{});
  } else {
    octets.resize(1 + bcd::kDigitsMax / 2);
    octets.resize(plain ? bcd::encode_digits(part.text, octets)
                        : bcd::encode_address(part.text, octets));
  }
  if (octets.empty()) {
    step_error(step, fmt::format("{} cannot be {}", to_string(r.path), part.text));
    return false;
  }
  map.octets.push_back(std::move(octets));
  return set_element(r.path, 0, map.octets.back(), map.parameter) || no_place();
}

void ProgramBuilder::compile_map(std::size_t step) {
  ProgramStep& p = program_step(step);
  SendRequest request;
  SendMap map;
  map.type = p.tcap_type;
  map.component = p.component;
  map.calling_ssn = subsystem_of(p.element);
  map.called_ssn =
      static_cast<std::uint8_t>(fixed_number(step, Path::sccp_called_ssn).value_or(sccp::kSsnMsc));
  if (const auto cause = fixed_number(step, Path::tcap_abort_cause))
    map.abort_cause = static_cast<tcap::PAbortCause>(*cause);
  const auto context = fixed_number(step, Path::map_context);
  const auto version = fixed_number(step, Path::map_version).value_or(map::kVersionMax);
  if (map.type == tcap::Type::begin && version > 1) {
    if (!context) return step_error(step, "a Begin of version 2 or 3 needs map.context");
    map.context = map::ApplicationContext{static_cast<map::ContextName>(*context),
                                          static_cast<map::Version>(version)};
  }
  const FieldRule* component = rule(step, Path::map_component);
  map.modelled = component != nullptr && component->source == Source::any;
  if (map.modelled && (p.causes != bit(p.dialogue) || p.wait > Duration{})) {
    return step_error(step,
                      "what our network answers by itself leaves when it is asked: "
                      "after that alone, without wait");
  }
  if (map.component) {
    const bool error = *map.component == tcap::ComponentType::return_error;
    const auto code = error ? fixed_number(step, Path::map_error) : std::nullopt;
    if (error ? !code.has_value() : !p.operation.has_value()) {
      return step_error(step, error ? "an error needs map.error" : "it needs map.operation");
    }
    map.code = error ? static_cast<std::int32_t>(*code) : static_cast<std::int32_t>(*p.operation);
    map.parameter = parameter_of(*map.component, map.code);
  }
  for (const FieldRule& r : sources_[step].message->fields) {
    if (!in_network(r.path) || says_what(r.path) || r.source == Source::absent) continue;
    if (!fill_element(step, r, map)) return;
    remember(request, r.path, value_parts(step, r));
  }
  if (p.tp_type != kAnyType) {
    if (!encode_tp(step, request, request.body)) return;
    map.has_parameter = true;
    if (!set_tpdu({}, map.parameter)) {
      return step_error(step, "its parameter carries no TPDU");
    }
  }
  request.map = static_cast<std::uint32_t>(program_.maps_.size());
  p.send = static_cast<std::uint32_t>(program_.requests_.size());
  program_.maps_.push_back(std::move(map));
  program_.requests_.push_back(std::move(request));
}

}  // namespace rung
