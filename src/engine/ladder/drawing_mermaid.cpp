#include <fmt/format.h>

#include "engine/ladder/drawing.hpp"
#include "engine/ladder/drawing_model.hpp"

namespace rung {
namespace {

// Mermaid ends a message at ';' and reads '#' as an entity; angle brackets would be markup.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '#': out += "#35;"; break;
      case ';': out += "#59;"; break;
      case '<': out += "#lt;"; break;
      case '>': out += "#gt;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string_view party_title(Party party) {
  constexpr std::string_view titles[] = {"UE", "UE 2", "CSCF", "IP-SM-GW",
                                         "SC", "HSS",  "MSC",  "SGSN"};
  return titles[static_cast<std::size_t>(party)];
}

void add_note(std::string& out, const drawing::DrawnStep& step, const StepNote* note) {
  std::vector<std::string> lines;
  if (!step.timing.empty()) lines.push_back(step.timing);
  lines.insert(lines.end(), step.origins.begin(), step.origins.end());
  if (!step.absences.empty()) lines.push_back(step.absences);
  for (auto& line : drawing::requirement_lines(step.step->requirements, 64))
    lines.push_back(std::move(line));
  if (note != nullptr && note->verdict != Verdict::none) {
    lines.push_back(fmt::format("{}{}{}", to_string(note->verdict), note->note.empty() ? "" : ": ",
                                note->note));
  }
  if (lines.empty()) return;
  for (std::string& line : lines) line = escaped(line);
  out += fmt::format("    Note over {},{}: {}\n", to_string(step.step->from),
                     to_string(step.step->to), fmt::join(lines, "<br/>"));
}

}  // namespace

std::string draw_mermaid(const Ladder& ladder, const LadderBook& book,
                         std::span<const StepNote> notes) {
  const drawing::Model model = drawing::model_of(ladder, book);
  std::string out =
      fmt::format("sequenceDiagram\n    title {}: {}\n", ladder.name, escaped(ladder.title));
  for (const Party party : model.columns) {
    out += fmt::format("    participant {} as {}\n", to_string(party), party_title(party));
  }
  for (std::size_t i = 0; i < model.steps.size(); ++i) {
    const drawing::DrawnStep& step = model.steps[i];
    out += fmt::format("    {}{}{}: {} {} ({})\n", to_string(step.step->from),
                       step.response ? "-->>" : "->>", to_string(step.step->to), step.step->id,
                       escaped(step.label), escaped(step.summary));
    add_note(out, step, notes.empty() ? nullptr : &notes[i]);
  }
  return drawing::valid_utf8(out);
}

}  // namespace rung
