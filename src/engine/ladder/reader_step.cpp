#include <fmt/format.h>

#include <charconv>

#include "engine/ladder/reader_line.hpp"

namespace rung {
namespace {

constexpr std::string_view kModifiers =
    "after, within, wait, optional, times, on, for, [requirement] or the end of the line";

void read_after(LineCursor& line, Step& step) {
  do {
    auto id = line.name("a step such as s1");
    if (!id) return;
    step.after.push_back(std::move(*id));
  } while (line.accept_comma());
}

void read_within(LineCursor& line, Step& step) {
  const auto limit = line.limit();
  if (!limit) return;
  step.within = *limit;
  step.has_within = true;
}

void read_wait(LineCursor& line, Step& step) {
  const auto limit = line.limit();
  if (!limit) return;
  step.wait = limit->value;
  step.wait_timer = limit->timer;
}

// `times a..b`
void read_times(LineCursor& line, Step& step) {
  constexpr std::string_view expected = "a..b with 1 <= a <= b <= 255, such as 1..2";
  const Token* token = line.word(expected);
  if (token == nullptr) return;
  const std::string_view text = token->text;
  const char* const end = text.data() + text.size();
  std::uint8_t low = 0, high = 0;
  const auto first = std::from_chars(text.data(), end, low);
  bool ok =
      first.ec == std::errc{} && end - first.ptr > 2 && first.ptr[0] == '.' && first.ptr[1] == '.';
  if (ok) {
    const auto second = std::from_chars(first.ptr + 2, end, high);
    ok = second.ec == std::errc{} && second.ptr == end;
  }
  if (!ok || low < 1 || high < low) {
    return line.error(line.place_of(*token), fmt::format("'{}' is no range of times", text),
                      std::string(expected));
  }
  step.times_min = low;
  step.times_max = high;
}

void read_topology(LineCursor& line, Step& step) {
  step.has_topology = true;
  if (line.accept("gm")) {
    step.topology = Topology::gm;
  } else if (line.accept("isc")) {
    step.topology = Topology::isc;
  } else {
    line.error_here("gm or isc");
  }
}

// `for ue2`
void read_ue(LineCursor& line, Step& step) {
  step.has_ue = true;
  if (line.accept("ue")) {
    step.ue = Party::ue;
  } else if (line.accept("ue2")) {
    step.ue = Party::ue2;
  } else {
    line.error_here("ue or ue2");
  }
}

void read_modifier(LineCursor& line, Step& step) {
  if (line.accept("after")) return read_after(line, step);
  if (line.accept("within")) return read_within(line, step);
  if (line.accept("wait")) return read_wait(line, step);
  if (line.accept("times")) return read_times(line, step);
  if (line.accept("on")) return read_topology(line, step);
  if (line.accept("for")) return read_ue(line, step);
  if (line.accept("optional")) {
    step.optional = true;
    return;
  }
  if (line.peek()->kind != TokenKind::requirement) return line.error_here(kModifiers);
  line.requirements(step.requirements, step.requirement_places);
}

// `message`, `copy sN` or `fork sN`.
bool read_message_name(LineCursor& line, Step& step) {
  step.forked = line.at_word("fork");
  if (line.accept("copy") || line.accept("fork")) {
    auto id = line.name("the step to copy, such as s1");
    if (id) step.copy_of = std::move(*id);
    return id.has_value();
  }
  auto message = line.name("a message, or copy or fork and a step");
  if (message) step.message = std::move(*message);
  return message.has_value();
}

}  // namespace

std::optional<Step> read_step(LineCursor& line) {
  Step step;
  step.place = line.place();
  auto id = line.name("a step such as: s1 ue -> gw submit");
  if (!id) return {};
  if (*id == "cause") {
    line.error(step.place, "a step cannot be called 'cause'", "another name");
    return {};
  }
  step.id = std::move(*id);
  const auto from = line.party();
  if (!from) return {};
  step.from = *from;
  if (!line.accept("->")) {
    line.error_here("->");
    return {};
  }
  const auto to = line.party();
  if (!to) return {};
  step.to = *to;
  if (!read_message_name(line, step)) return {};
  while (line.ok() && !line.at_end()) read_modifier(line, step);
  if (!line.ok()) return {};
  return step;
}

}  // namespace rung
