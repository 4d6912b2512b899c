#include "engine/ladder/drawing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/ladder/drawing_model.hpp"

namespace rung::drawing {
namespace {

// The SUT stands between its users and the network; the second UE stands at the far end, where what
// the first one sends arrives.
constexpr Party kColumnOrder[] = {Party::ue,  Party::cscf, Party::gw,   Party::sc,
                                  Party::hss, Party::msc,  Party::sgsn, Party::ue2};

const FieldRule* field_of(const Message& message, Path path) {
  const auto found = std::find_if(message.fields.begin(), message.fields.end(),
                                  [&](const FieldRule& f) { return f.path == path; });
  return found == message.fields.end() ? nullptr : &*found;
}

std::string value_name(Path path, std::string_view value) {
  const auto number = field_number(path, value);
  const bool named = number && (path == Path::rp_mti || path == Path::tp_mti);
  return named ? field_number_text(path, *number) : std::string(value);
}

// "a", "a or b", "a, b or c"
std::string joined(const FieldRule& field, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < field.values.size(); ++i) {
    if (i != 0) out += i + 1 == field.values.size() ? fmt::format(" {} ", last) : ", ";
    out += value_name(field.path, field.values[i]);
  }
  return out;
}

std::string reference(const FieldRule& field, std::string_view cause) {
  const std::string_view step = field.step == "cause" && !cause.empty() ? cause : field.step;
  return fmt::format("{}.{}", step, to_string(field.from));
}

// `cause`: what the word stands for here, or empty where it stands for several.
std::string value_text(const FieldRule& field, std::string_view cause) {
  switch (field.source) {
    case Source::fixed: return joined(field, "or");
    case Source::ours: return field.values.front();
    case Source::copied: return "<- " + reference(field, cause);
    case Source::any: return "present";
    case Source::absent: return "not present";
    case Source::one_of: return joined(field, "or");
    case Source::contains: return "with " + joined(field, "and");
    case Source::differs: return "other than " + reference(field, cause);
    case Source::if_present:
      return field.values.empty() ? "well-formed if present" : "if present: " + joined(field, "or");
    case Source::not_contains: return "without " + joined(field, "or");
    case Source::at_most:
      return "at most " + (field.values.empty() ? reference(field, cause) : joined(field, "or"));
    case Source::template_: return "text " + field.values.front();
  }
  return {};
}

std::string topology_text(const FieldRule& field) {
  if (field.on_gm && field.on_isc) return {};
  return field.on_gm ? " (gm)" : " (isc)";
}

std::string limit_text(const std::string& timer, Duration value) {
  return timer.empty() ? duration_text(value) : fmt::format("{} ({})", timer, duration_text(value));
}

std::string timing_of(const Step& step) {
  std::vector<std::string> parts;
  if (!step.after.empty()) parts.push_back(fmt::format("after {}", fmt::join(step.after, ", ")));
  if (step.has_within)
    parts.push_back("within " + limit_text(step.within.timer, step.within.value));
  if (step.wait != Duration{}) parts.push_back("wait " + limit_text(step.wait_timer, step.wait));
  if (step.optional) parts.emplace_back("optional");
  if (step.times_max > 1)
    parts.push_back(fmt::format("{} to {} times", step.times_min, step.times_max));
  if (step.has_ue) parts.push_back(fmt::format("for {}", to_string(step.ue)));
  if (step.has_topology) parts.push_back(fmt::format("on {} only", to_string(step.topology)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string summary_of(const Message& message) {
  std::vector<std::string> parts;
  for (const Path path : {Path::sip_method, Path::sip_status, Path::rp_mti, Path::map_operation,
                          Path::map_error, Path::map_component, Path::tcap_message, Path::tp_mti}) {
    const FieldRule* field = field_of(message, path);
    if (field != nullptr) parts.push_back(joined(*field, "or"));
  }
  return fmt::format("{}", fmt::join(parts, " "));
}

std::size_t index_of(const Ladder& ladder, std::string_view id) {
  std::size_t i = 0;
  while (i < ladder.steps.size() && ladder.steps[i].id != id) ++i;
  return i;
}

// An answer mirrors its request anyway: only what a request takes from elsewhere gets an arrow
// back.
void add_origins(const Ladder& ladder, const Message& message, DrawnStep& out) {
  const std::string cause = out.step->after.empty() ? std::string() : out.step->after.front();
  if (out.response || !out.step->copy_of.empty()) return;
  for (const FieldRule& field : message.fields) {
    if (field.source != Source::copied) continue;
    out.origins.push_back(fmt::format("{} {}", to_string(field.path), value_text(field, cause)));
    const std::size_t from = index_of(ladder, field.step == "cause" ? cause : field.step);
    if (std::find(out.origin_steps.begin(), out.origin_steps.end(), from) ==
        out.origin_steps.end()) {
      out.origin_steps.push_back(from);
    }
  }
}

std::string absences_of(const Message& message) {
  std::vector<std::string> paths;
  for (const FieldRule& field : message.fields) {
    if (field.source != Source::absent) continue;
    paths.push_back(std::string(to_string(field.path)) + topology_text(field));
  }
  return paths.empty() ? std::string() : fmt::format("not present: {}", fmt::join(paths, ", "));
}

DrawnMessage drawn_message(const Ladder& ladder, const Message& message) {
  std::vector<std::string_view> users;
  std::string cause;
  for (const Step& step : ladder.steps) {
    if (step.message != message.name || !step.copy_of.empty()) continue;
    cause = users.empty() && !step.after.empty() ? step.after.front() : std::string();
    users.push_back(step.id);
  }
  DrawnMessage out;
  out.heading = fmt::format("{} ({})", message.name, fmt::join(users, ", "));
  for (const FieldRule& field : message.fields) {
    std::string ids;
    for (const std::string& id : field.requirements)
      ids += fmt::format("{}[{}]", ids.empty() ? "" : " ", id);
    out.fields.push_back({std::string(to_string(field.path)),
                          value_text(field, cause) + topology_text(field), std::move(ids)});
  }
  return out;
}

}  // namespace

Model model_of(const Ladder& ladder, const LadderBook& book) {
  Model out;
  for (const Party party : kColumnOrder) {
    const auto uses = [&](const Step& s) { return s.from == party || s.to == party; };
    if (std::any_of(ladder.steps.begin(), ladder.steps.end(), uses)) out.columns.push_back(party);
  }
  const auto column_of = [&](Party party) {
    const auto found = std::find(out.columns.begin(), out.columns.end(), party);
    return static_cast<std::size_t>(found - out.columns.begin());
  };
  std::vector<std::string_view> seen;
  for (const Step& step : ladder.steps) {
    DrawnStep drawn;
    drawn.step = &step;
    drawn.from = column_of(step.from);
    drawn.to = column_of(step.to);
    const std::string_view kind = step.forked ? "fork of " : "copy of ";
    drawn.label = step.copy_of.empty() ? step.message : std::string(kind) + step.copy_of;
    drawn.timing = timing_of(step);
    if (const Message* message = book.message(step.message)) {
      drawn.response = field_of(*message, Path::sip_status) != nullptr;
      drawn.summary = summary_of(*message);
      drawn.absences = absences_of(*message);
      add_origins(ladder, *message, drawn);
      if (std::find(seen.begin(), seen.end(), step.message) == seen.end()) {
        seen.push_back(step.message);
        out.messages.push_back(drawn_message(ladder, *message));
      }
    }
    out.steps.push_back(std::move(drawn));
  }
  return out;
}

std::vector<std::string> requirement_lines(const std::vector<std::string>& ids, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string& id : ids) {
    const std::string one = "[" + id + "]";
    if (lines.empty() || width_of(lines.back()) + 1 + width_of(one) > width) {
      lines.push_back(one);
    } else {
      lines.back() += " " + one;
    }
  }
  return lines;
}

std::string given_line(const Ladder& ladder) {
  std::vector<std::string> parts;
  for (const Given& g : ladder.given) {
    const std::string_view state = g.barred       ? "barred"
                                   : g.named      ? "named"
                                   : g.registered ? "registered"
                                                  : "unregistered";
    parts.push_back(fmt::format("{} {}", to_string(g.party), g.answer.empty() ? state : g.answer));
  }
  return parts.empty() ? std::string() : fmt::format("given {}", fmt::join(parts, ", "));
}

std::string hold_line(const Ladder& ladder) {
  if (ladder.hold == Duration{}) return {};
  return "hold " + limit_text(ladder.hold_timer, ladder.hold);
}

std::string duration_text(Duration value) {
  struct Unit {
    Duration value;
    std::string_view name;
  };
  constexpr Unit units[] = {{1min, "min"}, {1s, "s"}, {1ms, "ms"}, {1us, "us"}};
  for (const Unit& unit : units) {
    if (value >= unit.value && value % unit.value == Duration{}) {
      return fmt::format("{} {}", value / unit.value, unit.name);
    }
  }
  return fmt::format("{} ns", ns(value));
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80;
  }));
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
    bool ok = size != 0 && i + size <= text.size();
    for (std::size_t k = 1; ok && k < size; ++k) {
      ok = (static_cast<unsigned char>(text[i + k]) & 0xc0U) == 0x80;
    }
    if (ok) {
      // RFC 3629 3: no overlong form, no surrogate, nothing above U+10FFFF.
      const unsigned char second = size > 2 ? static_cast<unsigned char>(text[i + 1]) : 0;
      if (lead == 0xe0) ok = second >= 0xa0;
      if (lead == 0xed) ok = second < 0xa0;
      if (lead == 0xf0) ok = second >= 0x90;
      if (lead == 0xf4) ok = second < 0x90;
    }
    out += ok ? text.substr(i, size) : std::string_view("\xef\xbf\xbd");
    i += ok ? size : 1;
  }
  return out;
}

}  // namespace rung::drawing
