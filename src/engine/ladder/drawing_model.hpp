// Private to the drawings: what all three say of a ladder, so that they cannot disagree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/ladder/ladder.hpp"

namespace rung::drawing {

struct DrawnStep {
  const Step* step = nullptr;
  std::size_t from = 0, to = 0;  // columns
  bool response = false;
  std::string label;    // "submit", "copy of s1"
  std::string summary;  // "MESSAGE RP-DATA SMS-SUBMIT", "202 or 200"
  std::string timing;   // "after s1, within timer_f (32 s)"
  std::vector<std::string>
      origins;           // "sip.in_reply_to <- s1.sip.call_id", what is worth an arrow back
  std::string absences;  // "not present: sip.to.tag, sip.contact", or empty
  std::vector<std::size_t> origin_steps;  // indexes of the steps they come from, each once
};

struct DrawnField {
  std::string path, value;
  std::string requirements;  // "[a] [b]"
};

/// A message with every field, and the steps that are it.
struct DrawnMessage {
  std::string heading;  // "submit (s1)"
  std::vector<DrawnField> fields;
};

struct Model {
  std::vector<Party> columns;  // left to right
  std::vector<DrawnStep> steps;
  std::vector<DrawnMessage> messages;  // by first use
};

Model model_of(const Ladder& ladder, const LadderBook& book);

/// "[a] [b]", broken into lines of at most `width` characters where a single one fits.
std::vector<std::string> requirement_lines(const std::vector<std::string>& ids, std::size_t width);
/// "given ue registered, ue2 unregistered"; empty when nothing is given.
std::string given_line(const Ladder& ladder);
/// "hold silence (34 s)"; empty when the session ends with its last step.
std::string hold_line(const Ladder& ladder);
/// 500 ms, 2 s, 5 min.
std::string duration_text(Duration value);
/// Characters of UTF-8 text.
std::size_t width_of(std::string_view text);
/// `text` with whatever is no UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace rung::drawing
