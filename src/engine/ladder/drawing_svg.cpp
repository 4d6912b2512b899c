#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/ladder/drawing.hpp"
#include "engine/ladder/drawing_model.hpp"

namespace rung {
namespace {

using drawing::DrawnStep;
using drawing::Model;

// Sizes in pixels; a character of the small monospaced text is kSmallWidth wide.
constexpr int kLane = 9;      // between two arrows back in the gutter
constexpr int kColumn = 230;  // between two lifelines
constexpr int kNarrowColumn = 170;
constexpr int kStepHeight = 52;  // at least
constexpr int kNarrowStepHeight = 40;
constexpr int kBelowHead = 36;  // from the top of the heads to the first step
constexpr int kHeadWidth = 96;
constexpr int kLine = 16;
constexpr double kSmallWidth = 6.7;
constexpr std::size_t kSideWidth = 60;  // characters

constexpr std::string_view kStyle = R"(
  .rung { --ink:#1c2733; --dim:#5c6b7a; --line:#b9c4cf; --sheet:#ffffff; --head:#eef3f8;
    --call:#1f5fae; --answer:#3b7a57; --back:#9a5cc4; --pass:#1d7f43; --fail:#c62f2f;
    --inconclusive:#a86a00; --unsupported:#6b7785; --error:#8a1fa0; }
  @media (prefers-color-scheme: dark) {
    .rung { --ink:#e4ebf2; --dim:#93a1b0; --line:#3f4c59; --sheet:#12181f; --head:#1d2732;
      --call:#74aef5; --answer:#7cc79c; --back:#c79af0; --pass:#5fd38b; --fail:#ff7b72;
      --inconclusive:#f0b24a; --unsupported:#9aa7b4; --error:#e08cf5; } }
  .rung text { font:13px system-ui, sans-serif; fill:var(--ink); }
  .rung .title { font-size:17px; font-weight:600; }
  .rung .small, .rung .id, .rung .summary, .rung .backtext {
    font:11px ui-monospace, Menlo, Consolas, monospace; fill:var(--dim); }
  .rung .id { text-anchor:end; }
  .rung .label { font-weight:600; text-anchor:middle; }
  .rung .summary { text-anchor:middle; }
  .rung .head { fill:var(--head); stroke:var(--line); }
  .rung .party { font-weight:600; text-anchor:middle; }
  .rung .life { stroke:var(--line); }
  .rung .call { stroke:var(--call); fill:var(--call); stroke-width:1.6; }
  .rung .answer { stroke:var(--answer); fill:var(--answer); stroke-width:1.6; }
  .rung .back { stroke:var(--back); fill:none; stroke-dasharray:3 3; }
  .rung .backhead, .rung .backtext { fill:var(--back); }
)";

// Only where a report marks the steps; the first rules take precedence over the kind of message.
constexpr std::string_view kMarkStyle = R"(
  .rung .pass .call, .rung .pass .answer { stroke:var(--pass); fill:var(--pass); }
  .rung .fail .call, .rung .fail .answer, .rung .error .call, .rung .error .answer {
    stroke:var(--fail); fill:var(--fail); stroke-width:2.6; }
  .rung .inconclusive .call, .rung .inconclusive .answer { stroke:var(--inconclusive);
    fill:var(--inconclusive); }
  .rung .none .call, .rung .none .answer { stroke:var(--call); fill:var(--call); }
  .rung .unreached .call, .rung .unreached .answer { stroke:var(--line); fill:var(--line); }
  .rung .unreached text { fill:var(--unsupported); opacity:.7; }
  .rung .mark { text-anchor:end; font-weight:700; }
  .rung .pass .mark { fill:var(--pass); }
  .rung .fail .mark, .rung .error .mark { fill:var(--fail); }
  .rung .inconclusive .mark, .rung .unsupported .mark { fill:var(--inconclusive); }
  .rung a:hover .label, .rung a:focus .label { text-decoration:underline; }
)";

// RFC-clean XML text: no markup, no control character, UTF-8 only.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : drawing::valid_utf8(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

struct Side {
  std::string text;
  std::string attributes;  // class, or class and colour
};

// An arrow back from a step to the one it copies from, in a lane of the gutter where none overlaps.
struct Arc {
  std::size_t from = 0, to = 0, lane = 0;
};

std::vector<Arc> arcs_of(const Model& model) {
  std::vector<Arc> arcs;
  for (std::size_t i = 0; i < model.steps.size(); ++i) {
    for (const std::size_t origin : model.steps[i].origin_steps) {
      Arc arc = {i, origin, 0};
      const auto clashes = [&](const Arc& a) {
        return a.lane == arc.lane && a.to < i && origin < a.from;
      };
      while (std::any_of(arcs.begin(), arcs.end(), clashes)) ++arc.lane;
      arcs.push_back(arc);
    }
  }
  return arcs;
}

class SvgSheet {
 public:
  SvgSheet(const Ladder& ladder, const LadderBook& book, std::span<const StepNote> notes,
           SvgExtent extent)
      : ladder_(ladder),
        model_(drawing::model_of(ladder, book)),
        notes_(notes),
        narrow_(extent == SvgExtent::narrow) {
    if (!narrow_) arcs_ = arcs_of(model_);
    std::size_t lanes = 0;
    for (const Arc& arc : arcs_) lanes = std::max(lanes, arc.lane + 1);
    gutter_ = 18 + kLane * static_cast<int>(lanes);
    first_ = gutter_ + 40 + kHeadWidth / 2;
    side_ = first_ + pitch() * static_cast<int>(model_.columns.size() - 1) + kHeadWidth / 2 +
            (narrow_ ? 0 : 16);
    int y = head() + kBelowHead;
    std::size_t widest = 0;
    for (std::size_t i = 0; i < model_.steps.size(); ++i) {
      sides_.push_back(side_of(i));
      for (const Side& line : sides_.back())
        widest = std::max(widest, drawing::width_of(line.text));
      tops_.push_back(y);
      y += std::max(narrow_ ? kNarrowStepHeight : kStepHeight,
                    kLine * static_cast<int>(sides_.back().size()) + 20);
    }
    height_ = y + 12;
    width_ = side_ + static_cast<int>(std::ceil(kSmallWidth * static_cast<double>(widest))) + 16;
    if (!narrow_) {
      width_ = std::max(width_, 24 + 10 * static_cast<int>(drawing::width_of(ladder.title)));
    }
  }

  std::string draw() {
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"rung\" role=\"{6}\" width=\"{0}\" "
        "height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\">\n<title>{2}: {3}</title>\n<style>{4}{5}</style>\n"
        "<rect width=\"{0}\" height=\"{1}\" style=\"fill:var(--sheet)\"/>\n",
        width_, height_, escaped(ladder_.name), escaped(ladder_.title), kStyle,
        notes_.empty() ? "" : kMarkStyle, narrow_ ? "group" : "img");
    if (!narrow_) {
      text(16, 26, "title", ladder_.title);
      text(16, 44, "small", fmt::format("{}  {}", ladder_.name, fmt::join(ladder_.sources, ", ")));
    }
    columns();
    for (const Arc& arc : arcs_) back(arc);
    for (std::size_t i = 0; i < model_.steps.size(); ++i) step(i);
    out_ += "</svg>\n";
    return std::move(out_);
  }

 private:
  [[nodiscard]] int x_of(std::size_t column) const {
    return first_ + pitch() * static_cast<int>(column);
  }
  [[nodiscard]] int pitch() const { return narrow_ ? kNarrowColumn : kColumn; }
  [[nodiscard]] int head() const { return narrow_ ? 8 : 56; }
  [[nodiscard]] int y_of(std::size_t step) const { return tops_[step] + 22; }

  std::vector<Side> side_of(std::size_t index) const {
    const DrawnStep& step = model_.steps[index];
    std::vector<Side> lines;
    if (narrow_) return lines;
    if (!step.timing.empty()) lines.push_back({step.timing, "class=\"small\""});
    for (const std::string& origin : step.origins) lines.push_back({origin, "class=\"backtext\""});
    if (!step.absences.empty()) lines.push_back({step.absences, "class=\"small\""});
    for (auto& line : drawing::requirement_lines(step.step->requirements, kSideWidth)) {
      lines.push_back({std::move(line), "class=\"small\""});
    }
    if (!notes_.empty() && notes_[index].verdict != Verdict::none) {
      const StepNote& note = notes_[index];
      const std::string_view name = to_string(note.verdict);
      lines.push_back(
          {fmt::format("{}{}{}", name, note.note.empty() ? "" : ": ", note.note),
           fmt::format("class=\"small\" style=\"fill:var(--{});font-weight:700\"", name)});
    }
    return lines;
  }

  void text(int x, int y, std::string_view kind, std::string_view value) {
    out_ +=
        fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\">{}</text>\n", x, y, kind, escaped(value));
  }

  void columns() {
    for (std::size_t i = 0; i < model_.columns.size(); ++i) {
      const int x = x_of(i);
      out_ += fmt::format("<line x1=\"{0}\" y1=\"{2}\" x2=\"{0}\" y2=\"{1}\" class=\"life\"/>\n", x,
                          height_ - 12, head() + 28);
      out_ += fmt::format(
          "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"28\" rx=\"5\" class=\"head\"/>\n",
          x - kHeadWidth / 2, head(), kHeadWidth);
      text(x, head() + 19, "party", to_string(model_.columns[i]));
    }
  }

  void back(const Arc& arc) {
    const int x = gutter_ - kLane * static_cast<int>(arc.lane) - 8;
    const int from = y_of(arc.from) + 4, to = y_of(arc.to) + 4;
    out_ += fmt::format(
        "<path d=\"M{0},{1} H{2} Q{3},{1} {3},{4} V{5} Q{3},{6} {2},{6} H{0}\" class=\"back\"/>\n",
        gutter_, from, x + 4, x, from - 4, to + 4, to);
    out_ +=
        fmt::format("<path d=\"M{0},{1} l-6,-3.5 v7 z\" class=\"backhead\"/>\n", gutter_ + 3, to);
  }

  void step(std::size_t index) {
    const DrawnStep& step = model_.steps[index];
    const int y = y_of(index), from = x_of(step.from), to = x_of(step.to);
    const int tip = from < to ? -9 : 9;
    const std::string_view kind = step.response ? "answer" : "call";
    open_mark(index, y);
    text(gutter_ + 34, y + 4, "id", step.step->id);
    out_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"{}/>\n", from, y,
                        to + tip, y, kind, step.response ? " stroke-dasharray=\"6 4\"" : "");
    out_ += fmt::format("<path d=\"M{},{} l{},-4.5 v9 z\" class=\"{}\"/>\n", to, y, tip, kind);
    text((from + to) / 2, y - 6, "label", step.label);
    if (!narrow_) text((from + to) / 2, y + 15, "summary", step.summary);
    int line_y = tops_[index] + 12;
    for (const Side& line : sides_[index]) {
      out_ += fmt::format("<text x=\"{}\" y=\"{}\" {}>{}</text>\n", side_, line_y, line.attributes,
                          escaped(line.text));
      line_y += kLine;
    }
    if (!notes_.empty()) out_ += notes_[index].link.empty() ? "</g>\n" : "</g></a>\n";
  }

  /// What a report says of the step: its colour, a sign for those who see none, a link.
  void open_mark(std::size_t index, int y) {
    if (notes_.empty()) return;
    const StepNote& note = notes_[index];
    if (!note.link.empty()) out_ += fmt::format("<a href=\"{}\">", escaped(note.link));
    out_ += fmt::format("<g class=\"{}\">\n", note.reached ? to_string(note.verdict) : "unreached");
    if (!note.reached || note.verdict == Verdict::none) return;
    constexpr std::string_view signs[kVerdictCount] = {"", "✓", "–", "?", "✗", "!"};
    text(gutter_ + 34, y + 18, "mark", signs[static_cast<std::size_t>(note.verdict)]);
  }

  const Ladder& ladder_;
  Model model_;
  std::span<const StepNote> notes_;
  bool narrow_;
  std::vector<Arc> arcs_;
  std::vector<std::vector<Side>> sides_;
  std::vector<int> tops_;  // of each step
  int gutter_ = 0, first_ = 0, side_ = 0, width_ = 0, height_ = 0;
  std::string out_;
};

}  // namespace

std::string draw_svg(const Ladder& ladder, const LadderBook& book, std::span<const StepNote> notes,
                     SvgExtent extent) {
  return SvgSheet(ladder, book, notes, extent).draw();
}

}  // namespace rung
