#include <fmt/format.h>

#include <algorithm>

#include "engine/ladder/drawing.hpp"
#include "engine/ladder/drawing_model.hpp"

namespace rung {
namespace {

using drawing::DrawnStep;
using drawing::Model;
using drawing::width_of;

constexpr std::size_t kRequirementWidth = 64;

std::string repeat(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t have = width_of(text);
  return std::string(text) + std::string(have < width ? width - have : 0, ' ');
}

void put_line(std::string& out, std::string_view line) {
  const std::size_t end = line.find_last_not_of(' ');
  out += line.substr(0, end == line.npos ? 0 : end + 1);
  out += '\n';
}

// Lifelines stand `gap` characters apart; the first one stands behind the step ids.
class TextSheet {
 public:
  TextSheet(const Model& model, std::span<const StepNote> notes) : model_(model), notes_(notes) {
    id_width_ = 2;
    gap_ = 16;
    for (const DrawnStep& step : model.steps) {
      id_width_ = std::max(id_width_, width_of(step.step->id));
      const std::size_t span = step.from < step.to ? step.to - step.from : step.from - step.to;
      gap_ = std::max(gap_, (width_of(step.label) + 8) / std::max<std::size_t>(span, 1));
    }
    margin_ = id_width_ + 6;
  }

  void draw(std::string& out) const {
    put_line(out, heads());
    put_line(out, lifelines());
    for (std::size_t i = 0; i < model_.steps.size(); ++i) step(out, i);
  }

 private:
  [[nodiscard]] std::string heads() const {
    std::string line;
    for (std::size_t i = 0; i < model_.columns.size(); ++i) {
      const std::string_view name = to_string(model_.columns[i]);
      const std::size_t start = margin_ + i * gap_ - std::min(name.size() / 2, margin_);
      line = padded(line, start) + std::string(name);
    }
    return line;
  }

  [[nodiscard]] std::string lifelines() const {
    std::string line(margin_, ' ');
    for (std::size_t i = 0; i < model_.columns.size(); ++i) {
      line += i == 0 ? "│" : std::string(gap_ - 1, ' ') + "│";
    }
    return line;
  }

  // One cell of `gap` characters per column: the shaft where the arrow passes, the label in its
  // middle.
  [[nodiscard]] std::string arrow(const DrawnStep& step) const {
    const std::size_t low = std::min(step.from, step.to);
    const std::size_t high = std::max(step.from, step.to);
    const std::size_t inner = (high - low) * gap_ - 1;
    const std::string label = " " + step.label + " ";
    const std::size_t dashes = inner - 1 - width_of(label);
    std::string shaft = repeat("─", dashes / 2) + label + repeat("─", dashes - dashes / 2);
    shaft = step.from < step.to ? shaft + ">" : "<" + shaft;
    std::string line = padded("  " + step.step->id, margin_);
    for (std::size_t i = 0; i < low; ++i) line += "│" + std::string(gap_ - 1, ' ');
    line += "│" + shaft + "│";
    for (std::size_t i = high + 1; i < model_.columns.size(); ++i)
      line += std::string(gap_ - 1, ' ') + "│";
    return line;
  }

  void step(std::string& out, std::size_t index) const {
    const DrawnStep& step = model_.steps[index];
    std::vector<std::string> side = {step.summary};
    if (!step.timing.empty()) side.push_back(step.timing);
    for (const std::string& origin : step.origins) side.push_back(origin);
    for (auto& line : drawing::requirement_lines(step.step->requirements, kRequirementWidth)) {
      side.push_back(std::move(line));
    }
    if (!notes_.empty() && notes_[index].verdict != Verdict::none) {
      const StepNote& note = notes_[index];
      side.push_back(fmt::format("=> {}{}{}", to_string(note.verdict),
                                 note.note.empty() ? "" : ": ", note.note));
    }
    for (std::size_t i = 0; i < side.size(); ++i) {
      put_line(out, (i == 0 ? arrow(step) : lifelines()) + "   " + side[i]);
    }
    put_line(out, lifelines());
  }

  const Model& model_;
  std::span<const StepNote> notes_;
  std::size_t id_width_, gap_, margin_;
};

void draw_fields(const Model& model, std::string& out) {
  std::size_t path_width = 0, value_width = 0;
  for (const auto& message : model.messages) {
    for (const auto& field : message.fields) {
      path_width = std::max(path_width, width_of(field.path));
      if (!field.requirements.empty()) value_width = std::max(value_width, width_of(field.value));
    }
  }
  value_width = std::min<std::size_t>(value_width, 48);
  for (const auto& message : model.messages) {
    out += "\n" + message.heading + "\n";
    for (const auto& field : message.fields) {
      put_line(out, fmt::format("  {}  {}  {}", padded(field.path, path_width),
                                padded(field.value, value_width), field.requirements));
    }
  }
}

}  // namespace

std::string draw_text(const Ladder& ladder, const LadderBook& book,
                      std::span<const StepNote> notes) {
  const Model model = drawing::model_of(ladder, book);
  std::string out = fmt::format("{}: {}\n", ladder.name, ladder.title);
  if (!ladder.sources.empty()) out += fmt::format("{}\n", fmt::join(ladder.sources, ", "));
  for (const std::string& line : {drawing::given_line(ladder), drawing::hold_line(ladder)}) {
    if (!line.empty()) out += line + "\n";
  }
  out += '\n';
  TextSheet(model, notes).draw(out);
  for (const Measure& measure : ladder.measures) {
    out += fmt::format("{}measure {} {} -> {}\n", &measure == ladder.measures.data() ? "\n" : "",
                       measure.name, measure.from, measure.to);
  }
  draw_fields(model, out);
  return drawing::valid_utf8(out);
}

}  // namespace rung
