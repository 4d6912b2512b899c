// Any octets as a ladder file: reading, resolving, validating and drawing never crash, and an error
// always names a place within the text.
#include <cstdint>
#include <cstdlib>

#include "engine/ladder/drawing.hpp"
#include "engine/ladder/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rung;
  LadderBook book;
  std::vector<TextError> errors;
  read_ladders({reinterpret_cast<const char*>(data), size}, "fuzz", book, errors);
  const bool resolved = resolve(book, errors);
  validate(book, RequirementTable{}, errors);
  for (const TextError& error : errors) {
    if (error.place.line == 0 || error.place.column == 0 || error.what.empty()) std::abort();
  }
  if (!resolved) return 0;
  for (const Ladder& ladder : book.ladders) {
    draw_text(ladder, book);
    draw_mermaid(ladder, book);
    draw_svg(ladder, book);
  }
  return 0;
}
