// A source file as the tidy rules see it: its lines as written, and the same lines as code alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rung::tidy {

struct Source {
  std::string path;               // from the project's root, with slashes
  std::vector<std::string> text;  // as written, without line ends
  std::vector<std::string> code;  // comments and the insides of literals blanked, columns kept
  bool test_only = false;         // never part of the program
};

/// One broken rule: where, and what to do about it.
struct Violation {
  std::string path;
  std::size_t line = 0;  // from 1
  std::string advice;
};

using Violations = std::vector<Violation>;

/// Splits `content` and blanks its comments and literals; those of a language other than C++
/// (told by the path) stay.
Source make_source(std::string path, std::string_view content);

/// Marks headers that tests include and the program does not, directly or through such headers.
void mark_test_only(std::vector<Source>& sources);

/// Every text file of the project below `root`, except what is built or fetched. Sorted by path.
std::vector<Source> read_tree(const std::string& root);

bool is_cpp(std::string_view path);
bool is_header(std::string_view path);
/// x_test.cpp, x_bench.cpp, x_fuzz.cpp and all below tests/.
bool is_test_code(std::string_view path);

/// "file:line: advice" for each, one to a line.
std::string to_string(const Violations& violations);

}  // namespace rung::tidy
