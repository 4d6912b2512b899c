#include "tidy/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace rung::tidy {
namespace {

// Blanks comments and the insides of string and character literals, keeping every line and column.
class Blanker {
 public:
  explicit Blanker(std::string_view content) : in_(content), out_(content) {}

  std::string run() {
    while (at_ < in_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    if (starts("//")) {
      blank_until(std::min(in_.find('\n', at_), in_.size()));
    } else if (starts("/*")) {
      blank_until(after("*/", at_ + 2));
    } else if (in_[at_] == '"' && at_ > 0 && in_[at_ - 1] == 'R') {
      raw_string();
    } else if (in_[at_] == '"' && !on_include_line()) {
      literal('"');
    } else if (in_[at_] == '\'' && !digit_separator()) {
      literal('\'');
    } else {
      ++at_;
    }
  }

  [[nodiscard]] bool starts(std::string_view mark) const {
    return in_.substr(at_).starts_with(mark);
  }
  [[nodiscard]] std::size_t after(std::string_view mark, std::size_t from) const {
    const std::size_t found = in_.find(mark, from);
    return found == std::string_view::npos ? in_.size() : found + mark.size();
  }
  [[nodiscard]] bool on_include_line() const {
    const std::size_t begin = in_.rfind('\n', at_) + 1;  // npos + 1 is 0
    const std::string_view line = in_.substr(begin, at_ - begin);
    const std::size_t first = line.find_first_not_of(" \t");
    return first != std::string_view::npos && line[first] == '#' &&
           line.find("include") != std::string_view::npos;
  }
  [[nodiscard]] bool digit_separator() const {
    return at_ > 0 && std::isxdigit(static_cast<unsigned char>(in_[at_ - 1])) != 0 &&
           at_ + 1 < in_.size() && std::isxdigit(static_cast<unsigned char>(in_[at_ + 1])) != 0 &&
           !(at_ + 2 < in_.size() && in_[at_ + 2] == '\'');
  }
  void blank_until(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (out_[at_] != '\n') out_[at_] = ' ';
    }
  }
  void raw_string() {
    const std::size_t open = in_.find('(', at_);
    if (open == std::string_view::npos) {
      ++at_;
      return;
    }
    const std::string close = ")" + std::string(in_.substr(at_ + 1, open - at_ - 1)) + "\"";
    blank_until(after(close, open));
  }
  void literal(char quote) {
    std::size_t end = at_ + 1;
    while (end < in_.size() && in_[end] != quote && in_[end] != '\n') {
      end += in_[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, in_.size());
    ++at_;
    blank_until(end);
    ++at_;
  }

  std::string_view in_;
  std::string out_;
  std::size_t at_ = 0;
};

std::vector<std::string> split_lines(std::string_view content) {
  std::vector<std::string> lines;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    lines.emplace_back(content.substr(0, end));
    content = end == std::string_view::npos ? std::string_view{} : content.substr(end + 1);
  }
  return lines;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

bool is_skipped_folder(const std::string& name) {
  return name == ".git" || name == "build" || name == "runs" || name == "__pycache__" ||
         name == ".cache";
}

}  // namespace

bool is_cpp(std::string_view path) { return path.ends_with(".cpp") || path.ends_with(".hpp"); }
bool is_header(std::string_view path) { return path.ends_with(".hpp"); }
bool is_test_code(std::string_view path) {
  return path.starts_with("tests/") || path.ends_with("_test.cpp") ||
         path.ends_with("_bench.cpp") || path.ends_with("_fuzz.cpp");
}

Source make_source(std::string path, std::string_view content) {
  Source source;
  source.text = split_lines(content);
  const bool blankable = is_cpp(path) || path.ends_with(".def");
  source.code = blankable ? split_lines(Blanker(content).run()) : source.text;
  source.path = std::move(path);
  source.test_only = is_test_code(source.path);
  return source;
}

std::vector<Source> read_tree(const std::string& root) {
  namespace fs = std::filesystem;
  std::vector<Source> sources;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator();
       ++it) {
    if (it->is_directory() && is_skipped_folder(it->path().filename().string())) {
      it.disable_recursion_pending();
    }
    if (!it->is_regular_file()) continue;
    const std::string content = read_file(it->path());
    if (content.find('\0') != std::string::npos) continue;  // a capture or another binary
    sources.push_back(make_source(fs::relative(it->path(), root).generic_string(), content));
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  mark_test_only(sources);
  return sources;
}

std::string to_string(const Violations& violations) {
  std::string text;
  for (const Violation& v : violations) {
    text += fmt::format("{}:{}: {}\n", v.path, v.line, v.advice);
  }
  return text;
}

}  // namespace rung::tidy
