// Drawing: one ladder as text, as a Mermaid sequence diagram and as a self-contained SVG. All three
// show every step with its message, causes, time limits and requirements; text and SVG also say
// where copied fields come from, and text lists every field of every message (DESIGN 3, "in the
// drawing").
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/base/verdict.hpp"
#include "engine/ladder/ladder.hpp"

namespace rung {

/// What a report says at a step; `note` is one line, or empty.
struct StepNote {
  Verdict verdict = Verdict::none;  // none: nothing is marked
  std::string note;
  bool reached = true;  // SVG only: false draws it grey
  std::string link{};   // SVG only: "#frame-7", where the step's message is shown; or empty
};

/// How much an SVG shows. `narrow` leaves out what stands beside the arrows, and what the ladder
/// demands of them, for a report that shows the messages themselves.
enum class SvgExtent : std::uint8_t { whole, narrow };

/// Precondition of all three: `ladder` is of `book`, which resolve() accepted. `notes` has one
/// entry for each step, or none at all. The text is UTF-8; octets of names and titles that are not
/// are replaced.
std::string draw_text(const Ladder& ladder, const LadderBook& book,
                      std::span<const StepNote> notes = {});
std::string draw_mermaid(const Ladder& ladder, const LadderBook& book,
                         std::span<const StepNote> notes = {});
/// Light or dark as the reader's system prefers; no script, font or file from elsewhere.
std::string draw_svg(const Ladder& ladder, const LadderBook& book,
                     std::span<const StepNote> notes = {}, SvgExtent extent = SvgExtent::whole);

}  // namespace rung
