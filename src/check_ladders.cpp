// check_ladders FILE...: reads ladder and message files as one book and checks them against the
// requirement catalogue. The build runs it over the built-in ones. Exit code 1 when one is wrong.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "checks/catalogue.hpp"
#include "engine/ladder/reader.hpp"

int main(int argc, char** argv) {
  rung::LadderBook book;
  std::vector<rung::TextError> errors;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      fmt::print(stderr, "{}: cannot be read\n", argv[i]);
      return 1;
    }
    const std::string text(std::istreambuf_iterator<char>(file), {});
    rung::read_ladders(text, argv[i], book, errors);
  }
  rung::resolve(book, errors);
  rung::validate(book, rung::requirement_table(), errors);
  for (const rung::TextError& error : errors) fmt::print(stderr, "{}\n", rung::to_string(error));
  return errors.empty() ? 0 : 1;
}
