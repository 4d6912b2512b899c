// rung ladders: lists, draws and validates ladders, built-in ones and the user's.
#include <fmt/format.h>

#include "engine/ladder/drawing.hpp"
#include "ladder_files.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

/// Those that can be played on the topology.
void list(const LadderBook& book, Topology topology) {
  for (const Ladder& ladder : book.ladders) {
    if (!plays_on(ladder, topology)) continue;
    fmt::print("{:<20} {:>2} steps  {}{}\n", ladder.name, ladder.steps.size(), ladder.title,
               needs_link(ladder, topology) ? " (needs a link)" : "");
  }
}

int show(const LadderBook& book, const std::string& name, const std::string& as) {
  const Ladder* ladder = book.ladder(name);
  if (ladder == nullptr) {
    return complain(kExitUsage,
                    {fmt::format("no ladder is called '{}', rung ladders lists them", name)});
  }
  if (as == "svg") {
    fmt::print("{}", draw_svg(*ladder, book));
  } else if (as == "mermaid") {
    fmt::print("{}", draw_mermaid(*ladder, book));
  } else if (as == "text") {
    fmt::print("{}", draw_text(*ladder, book));
  } else {
    return complain(
        kExitUsage,
        {fmt::format("--as: '{}' is not accepted here, expected one of text|mermaid|svg", as)});
  }
  return kExitPass;
}

}  // namespace

int verb_ladders(const Options& options) {
  LadderBook book;
  std::vector<Requirement> rows;
  RequirementTable table;
  if (const auto errors = read_book(options.ladder, book, rows, table); !errors.empty()) {
    return complain(kExitUsage, errors);
  }
  const auto& words = options.arguments;
  if (words.empty() || (words.size() == 1 && words[0] == "list")) {
    list(book, topology_of(options));
    return kExitPass;
  }
  if (words.size() == 1 && words[0] == "check") {
    fmt::print("{} ladders, {} messages: all good\n", book.ladders.size(), book.messages.size());
    return kExitPass;
  }
  if (words.size() == 2 && words[0] == "show") return show(book, words[1], options.as);
  return complain(kExitUsage,
                  {fmt::format("ladders: '{}' is not accepted, expected list, show NAME or check",
                               fmt::join(words, " "))});
}

}  // namespace rung
