#include <fmt/format.h>

#include <algorithm>

#include "checks/html.hpp"
#include "checks/message_rows.hpp"
#include "checks/report_html_parts.hpp"
#include "checks/unit_rows.hpp"
#include "engine/base/figures.hpp"
#include "engine/ladder/drawing.hpp"

namespace rung::report_html_parts {
namespace {

using Findings = std::vector<const SuiteFinding*>;

/// Where the session is drawn from: its ladder, and the ids of the steps as frames count them.
struct Course {
  const Ladder* ladder = nullptr;
  const std::vector<std::string>* steps = nullptr;

  [[nodiscard]] std::string step_of(const RecordedFrame& frame) const {
    const bool known = steps != nullptr && frame.mark.step < steps->size();
    return known ? (*steps)[frame.mark.step] : std::string{};
  }
  [[nodiscard]] const Step* step(std::string_view id) const {
    if (ladder == nullptr || id.empty()) return nullptr;
    const auto found = std::ranges::find(ladder->steps, id, &Step::id);
    return found == ladder->steps.end() ? nullptr : &*found;
  }
};

Course course_of(const ReportInput& input, std::string_view name) {
  Course out{input.book.ladder(name), nullptr};
  for (const auto& [played, run] : input.runs) {
    for (const LadderResult& ladder : run->ladders) {
      if (ladder.name == name && !ladder.steps.empty()) out.steps = &ladder.steps;
    }
  }
  return out;
}

std::string frame_anchor(std::string_view name, const RecordedFrame& frame) {
  return fmt::format("{}-frame-{}", name, frame.number);
}

/// True where the frame itself shows the finding: not the last one before what never came.
bool marks(const SuiteFinding& f, const RecordedFrame& frame) {
  return f.frame_place == FramePlace::in_file && f.frame == frame.number && !f.never_came;
}

/// What the frame shows: how its fields were judged, and findings of rules that point at it.
Verdict frame_verdict(const RecordedFrame& frame, const Findings& findings) {
  Verdict verdict = frame.mark.verdict;
  for (const SuiteFinding* f : findings) {
    if (marks(*f, frame)) verdict = worse(verdict, f->verdict);
  }
  return verdict;
}

std::vector<StepNote> notes_of(const Course& course,
                               const std::vector<const RecordedFrame*>& frames,
                               const Findings& findings, std::string_view name) {
  std::vector<StepNote> notes;
  for (const Step& step : course.ladder->steps) {
    StepNote note;
    note.reached = false;
    for (const RecordedFrame* frame : frames) {
      if (course.step_of(*frame) != step.id) continue;
      note.reached = true;
      note.verdict = worse(note.verdict, frame_verdict(*frame, findings));
      if (note.link.empty()) note.link = "#" + frame_anchor(name, *frame);
    }
    for (const SuiteFinding* f : findings) {
      if (f->step != step.id) continue;
      note.reached = true;
      note.verdict = worse(note.verdict, f->verdict);
    }
    notes.push_back(std::move(note));
  }
  return notes;
}

std::string remark(const SuiteFinding& f) {
  return fmt::format(
      "<p class=\"remark {}\">{}{} <b>expected</b> <q>{}</q> <b>actual</b> <q>{}</q></p>",
      verdict_class(f.verdict), f.requirement.empty() ? "" : requirement_link(f.requirement),
      f.confirmed || f.requirement.empty() ? "" : " (unconfirmed)", html::escaped(f.expected),
      html::escaped(f.actual));
}

class MessageTable {
 public:
  MessageTable(const RecordedFrame& frame, const Findings& findings) {
    for (const SuiteFinding* f : findings) {
      if (marks(*f, frame) && !f->path.empty()) open_.push_back(f);
    }
  }

  std::string write(const DecodedMessage& message) {
    out_ = "<table class=\"fields\">\n";
    for (const MessageLayer& layer : message.layers) {
      out_ += fmt::format(
          "<tbody><tr class=\"layer\"><th colspan=\"3\" scope=\"rowgroup\">{}</th></tr>\n",
          html::escaped(layer.title));
      for (const MessageRow& row : layer.rows) add(row);
      if (&layer == &message.layers.front()) add_absent("sip.");
      if (&layer == &message.layers.back()) add_absent("");
      out_ += "</tbody>\n";
    }
    return std::move(out_) + "</table>\n";
  }

 private:
  /// The octets of these stand within those of the RPDU already.
  static bool repeats(const MessageRow& row) {
    return row.paths == std::vector<std::string>{"rp.user_data"} ||
           row.paths == std::vector<std::string>{"tp.tpdu"};
  }

  void add(const MessageRow& row) {
    std::string remarks;
    std::string_view kind = row.trouble ? "fail" : "";
    for (auto& f : open_) {
      if (f == nullptr || !shows(row, f->path)) continue;
      remarks += remark(*f);
      kind = verdict_class(f->verdict);
      f = nullptr;
    }
    line(row.name, remarks.empty() && repeats(row) ? "" : row.octets, row.value, kind, remarks);
  }

  /// A finding on a field of that layer that is not there has no row of its own.
  void add_absent(std::string_view front) {
    for (auto& f : open_) {
      if (f == nullptr || !f->path.starts_with(front)) continue;
      line(f->path, "", "", verdict_class(f->verdict),
           "<p class=\"absent\">no such field in this message</p>" + remark(*f));
      f = nullptr;
    }
  }

  void line(std::string_view name, std::string_view octets, std::string_view value,
            std::string_view kind, std::string_view remarks) {
    out_ += kind.empty() ? "<tr>" : fmt::format("<tr class=\"marked {}\">", kind);
    out_ += fmt::format("<th scope=\"row\">{}</th>", html::escaped(name));
    if (octets.empty()) {
      out_ += fmt::format("<td colspan=\"2\">{}{}</td>", shown(value), remarks);
    } else {
      out_ +=
          fmt::format("<td class=\"octets\">{}</td><td>{}{}</td>", octets, shown(value), remarks);
    }
    out_ += "</tr>\n";
  }

  static std::string shown(std::string_view value) {
    if (value.empty()) return {};
    return fmt::format("<bdi>{}</bdi>", html::escaped(value));
  }

  Findings open_;  // those of the frame that no row showed yet
  std::string out_;
};

/// "ue to gw", as the ladder's columns are called, or by our side alone.
std::string way_of(const Step* step, const RecordedFrame& frame) {
  if (step != nullptr) return fmt::format("{} → {}", to_string(step->from), to_string(step->to));
  return frame.outgoing ? "sent" : "received";
}

std::string message_item(const RecordedFrame& frame, const Course& course, const Findings& findings,
                         Time start, std::string_view name) {
  const auto direction = frame.outgoing ? tp::Direction::ms_to_sc : tp::Direction::sc_to_ms;
  const bool unit = frame.source.port == 0 && frame.destination.port == 0;  // of a link
  const DecodedMessage message =
      unit ? decode_unit(frame.octets, frame.outgoing) : decode_message(frame.octets, direction);
  const Verdict verdict = frame_verdict(frame, findings);
  std::string rules;
  bool marked = false;
  for (const SuiteFinding* f : findings) {
    if (!marks(*f, frame)) continue;
    marked = true;
    if (f->path.empty()) rules += remark(*f);
  }
  const std::string step = course.step_of(frame);
  std::string out = fmt::format(
      "<li id=\"{}\"><details{}><summary><span class=\"step\">{}</span><span "
      "class=\"way\">{}</span>"
      "<span class=\"what\">{}</span>{}<span class=\"when\">+{} · frame {}</span></summary>\n",
      frame_anchor(name, frame), marked ? " open" : "", step.empty() ? "–" : html::escaped(step),
      way_of(course.step(step), frame), html::escaped(message.summary),
      verdict > Verdict::pass ? tag(verdict) : "", duration_text(frame.at - start), frame.number);
  out += fmt::format("<p class=\"route\">{} to {}</p>{}\n", to_string(frame.source),
                     to_string(frame.destination), rules);
  return out + MessageTable(frame, findings).write(message) + "</details></li>\n";
}

std::string drawing(const Course& course, const std::vector<const RecordedFrame*>& frames,
                    const ReportInput& input, const Findings& findings, std::string_view name) {
  if (course.ladder == nullptr) return "<p class=\"dim\">The ladder's file is not at hand.</p>\n";
  const auto notes = notes_of(course, frames, findings, name);
  return fmt::format(
      "<figure class=\"ladder\"><div class=\"scroll\">{}</div><figcaption><b class=\"pass\">✓</b> "
      "every field passed <b class=\"fail\">✗</b> a requirement failed <b class=\"ours\">blue</b> "
      "sent by us <b class=\"idle\">grey</b> not seen</figcaption></figure>\n",
      draw_svg(*course.ladder, input.book, notes, SvgExtent::narrow));
}

}  // namespace

std::string evidence(const ReportInput& input, std::string_view file, std::string_view session,
                     std::string_view ladder, const std::vector<const SuiteFinding*>& findings,
                     std::string_view name) {
  const auto capture = input.captures.find(std::string(file));
  if (session.empty() || capture == input.captures.end()) return {};
  std::vector<const RecordedFrame*> frames;
  for (const RecordedFrame& frame : capture->second) {
    if (frame.session == session) frames.push_back(&frame);
  }
  if (frames.empty()) return {};
  const Course course = course_of(input, ladder);
  std::string out = "<div class=\"evidence\">\n" + drawing(course, frames, input, findings, name) +
                    "<ol class=\"messages\">\n";
  for (const RecordedFrame* frame : frames) {
    out += message_item(*frame, course, findings, frames.front()->at, name);
  }
  return out + "</ol>\n</div>\n";
}

}  // namespace rung::report_html_parts
