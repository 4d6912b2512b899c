// Ladder files as tests read them: a text, and what is wrong with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/ladder/reader.hpp"

namespace rung {

// Two messages that the ladders below use; the ladder's own lines come first, so that they count
// from 1.
inline constexpr std::string_view kMessages = R"(
message ask
  sip.method fixed MESSAGE
message answer
  sip.status fixed 200
)";

struct Reading {
  LadderBook book;
  std::vector<std::string> errors;
};

inline Reading read(std::string_view text, bool with_messages = true) {
  Reading out;
  std::vector<TextError> errors;
  read_ladders(text, "a.ladder", out.book, errors);
  if (with_messages) read_ladders(kMessages, "b.messages", out.book, errors);
  resolve(out.book, errors);
  for (const TextError& error : errors) out.errors.push_back(to_string(error));
  return out;
}

inline std::vector<std::string> errors_of(std::string_view text) { return read(text).errors; }

// A ladder whose third line is `step`.
inline std::vector<std::string> errors_of_step(std::string_view step) {
  return errors_of("ladder l \"L\"\ns1 ue -> gw ask\n" + std::string(step) + "\n");
}

// A message whose second line is `row`.
inline std::vector<std::string> errors_of_row(std::string_view row) {
  return errors_of("message m\n" + std::string(row) + "\n");
}

}  // namespace rung
