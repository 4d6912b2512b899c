#include <fmt/format.h>

#include <regex>
#include <string_view>

#include "tidy/rules.hpp"

namespace rung::tidy {
namespace {

constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kFileLinesMax = 600;

// Golden files, captures and vendored data keep the shape their origin gave them.
bool is_data(std::string_view path) {
  for (const std::string_view suffix :
       {".golden", ".json", ".svg", ".html", ".hex", ".csv", ".md"}) {
    if (path.ends_with(suffix)) return true;
  }
  return path == "LICENSE" || path.starts_with("tests/golden/data/");
}

bool is_table(std::string_view path) {
  return path.ends_with(".def") || path.ends_with(".ladder") || path.ends_with(".messages");
}

bool is_code(std::string_view path) {
  return is_cpp(path) || is_table(path) || path.ends_with("CMakeLists.txt") ||
         path.ends_with(".cmake") || path.ends_with(".py") || path.starts_with("scripts/") ||
         path.starts_with(".ci/");
}

// Columns, not octets: continuation octets of UTF-8 take no place.
std::size_t columns(std::string_view line) {
  std::size_t count = 0;
  for (const char c : line) count += (static_cast<unsigned char>(c) & 0xc0U) == 0x80 ? 0 : 1;
  return count;
}

struct WordBan {
  std::string pattern;
  std::string_view advice;
};

// The patterns are put together from halves, so that this file obeys them too.
const WordBan kWords[] = {
    {std::string(R"(\b(TO)") + "DO|FIX" + R"(ME|X)" + R"(XX)\b)",
     "a reminder: do it now, or file an issue and leave the code whole"},
    {std::string("(^|[^A-Za-z0-9_.-])/wo") + R"(rk(/|\b))",
     "a path of somebody's machine: write it from the project's root"},
    {std::string("/tmp/br") + R"(ief|/home/\w+)",
     "a path of somebody's machine: write it from the project's root"},
};

}  // namespace

void check_layout(const Source& source, Violations& out) {
  if (!is_code(source.path)) return;
  for (std::size_t i = 0; i < source.text.size(); ++i) {
    const std::string& line = source.text[i];
    if (columns(line) > kColumnsMax && !is_table(source.path)) {
      out.push_back(
          {source.path, i + 1,
           fmt::format("{} columns: break the line before {}", columns(line), kColumnsMax + 1)});
    }
    if (line.find('\t') != std::string::npos) {
      out.push_back({source.path, i + 1, "a tab: indent with two spaces"});
    }
    if (line.ends_with(' ') || line.ends_with('\r')) {
      out.push_back({source.path, i + 1, "blanks or a carriage return end the line: remove them"});
    }
  }
}

void check_file_length(const Source& source, Violations& out) {
  if (!is_code(source.path) || is_table(source.path)) return;
  if (source.text.size() <= kFileLinesMax) return;
  out.push_back(
      {source.path, kFileLinesMax + 1,
       fmt::format("{} lines: split the file at {}, by nouns", source.text.size(), kFileLinesMax)});
}

void check_header_shape(const Source& source, Violations& out) {
  if (!is_header(source.path)) return;
  // Durations read as their clause writes them, 500ms; that one directive is for the literals.
  const bool has_literals = source.path == "src/engine/base/time.hpp";
  bool once = false;
  for (std::size_t i = 0; i < source.code.size(); ++i) {
    const std::string& line = source.code[i];
    once = once || line.starts_with("#pragma once");
    if (line.find("using namespace") == std::string::npos) continue;
    if (has_literals && line.find("using namespace std::chrono_literals;") == 0) continue;
    out.push_back({source.path, i + 1, "a using-directive in a header: name what you use"});
  }
  if (!once)
    out.push_back({source.path, 1, "#pragma once is missing: put it below the head comment"});
}

void check_words(const Source& source, Violations& out) {
  if (source.path == "LICENSE") return;
  for (const WordBan& word : kWords) {
    const std::regex pattern(word.pattern);
    for (std::size_t i = 0; i < source.text.size(); ++i) {
      if (source.text[i].size() > 4096 || !std::regex_search(source.text[i], pattern)) continue;
      out.push_back({source.path, i + 1, std::string(word.advice)});
    }
  }
  if (!is_cpp(source.path)) return;
  static const std::regex banner(R"(^\s*(//\s*[-=*#~/]{4,}|/\*{3,}))");
  for (std::size_t i = 0; i < source.text.size(); ++i) {
    if (std::regex_search(source.text[i], banner)) {
      out.push_back({source.path, i + 1, "a banner line: let a blank line or a new file divide"});
    }
  }
}

void check_all_rules(const Source& source, Violations& out) {
  check_include_arrows(source, out);
  check_transport_tokens(source, out);
  check_hot_path(source, out);
  if (!is_data(source.path)) check_layout(source, out);
  check_file_length(source, out);
  check_header_shape(source, out);
  check_words(source, out);
  check_function_length(source, out);
}

}  // namespace rung::tidy
