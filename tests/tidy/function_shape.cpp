#include <fmt/format.h>

#include <cctype>
#include <regex>
#include <string_view>

#include "tidy/rules.hpp"

namespace rung::tidy {
namespace {

constexpr std::size_t kFunctionLinesMax = 70;

// Functions that were longer than the wall when it was raised: they may shrink, never grow.
struct LongFunction {
  std::string_view path;
  std::string_view head_part;
  std::size_t lines_max;
};
constexpr LongFunction kRatchet[] = {
    {"", "", 0},  // none
};

// Walks the code once. At namespace or class level every brace opens a scope of that kind, a
// function, or an initialiser; inside the latter two only depth counts.
class FunctionFinder {
 public:
  explicit FunctionFinder(const Source& source) : source_(source) {}

  std::vector<FunctionShape> run() {
    bool directive = false;
    for (line_ = 0; line_ < source_.code.size(); ++line_) {
      const std::string& line = source_.code[line_];
      const std::size_t first = line.find_first_not_of(" \t");
      directive = directive || (first != std::string::npos && line[first] == '#');
      if (!directive) {
        for (const char c : line) take(c);
        take(' ');
      }
      directive = directive && line.ends_with('\\');
    }
    end_statement();
    return std::move(found_);
  }

 private:
  void take(char c) {
    if (depth_ > 0) {
      in_body(c);
    } else if (c == '{') {
      open();
    } else if (c == '}' || c == ';') {
      end_statement();
    } else {
      extend_head(c);
    }
  }

  void in_body(char c) {
    if (c == '{') ++depth_;
    if (c != '}' || --depth_ > 0) return;
    body_ended_ = true;
    last_line_ = line_ + 1;
  }

  // A scope's closing brace needs no bookkeeping: what follows it is read as what stands in it.
  void open() {
    if (is_scope(head_)) {
      end_statement();
      return;
    }
    body_ended_ = false;
    depth_ = 1;
  }

  // After a body a comma or a further brace continues a constructor's list of initialisers;
  // anything else begins something new, and the body was the function's own.
  void extend_head(char c) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (body_ended_ && !blank) {
      if (c != ',') end_statement();
      body_ended_ = false;
    }
    if (blank && (head_.empty() || head_.back() == ' ')) return;
    if (head_.empty()) first_line_ = line_ + 1;
    head_ += blank ? ' ' : c;
    if (head_ == "public:" || head_ == "private:" || head_ == "protected:") head_.clear();
  }

  void end_statement() {
    if (body_ended_ && is_function(head_)) {
      found_.push_back({head_, first_line_, last_line_ - first_line_ + 1});
    }
    body_ended_ = false;
    head_.clear();
  }

  static bool is_scope(const std::string& head) {
    static const std::regex scope(
        R"(^(template <.*> )?(inline )?(namespace|class|struct|union|enum|extern)\b)");
    static const std::regex returns_elaborated(R"(^(struct|union|enum) \w+[*&]? [*&]?\w+\()");
    return std::regex_search(head, scope) && !std::regex_search(head, returns_elaborated);
  }

  static bool is_function(std::string head) {
    static const std::regex template_arguments("<[^<>]*>");
    for (std::string before; before != head;) {
      before = head;
      head = std::regex_replace(before, template_arguments, "");
    }
    const std::size_t last = head.find_last_not_of(' ');
    return last != std::string::npos && head[last] != '=' && head.find('(') != std::string::npos;
  }

  const Source& source_;
  std::size_t line_ = 0;
  std::size_t depth_ = 0;
  bool body_ended_ = false;
  std::string head_;
  std::size_t first_line_ = 0;
  std::size_t last_line_ = 0;
  std::vector<FunctionShape> found_;
};

}  // namespace

std::vector<FunctionShape> functions_of(const Source& source) {
  return FunctionFinder(source).run();
}

void check_function_length(const Source& source, Violations& out) {
  if (!is_cpp(source.path)) return;
  for (const FunctionShape& f : functions_of(source)) {
    std::size_t lines_max = kFunctionLinesMax;
    for (const LongFunction& known : kRatchet) {
      if (source.path == known.path && f.head.find(known.head_part) != std::string::npos) {
        lines_max = known.lines_max;
      }
    }
    if (f.lines <= lines_max) continue;
    out.push_back({source.path, f.first_line,
                   fmt::format("a function of {} lines, wall {}: push ifs up and loops down, and "
                               "give each half a name: {}",
                               f.lines, lines_max, f.head.substr(0, 60))});
  }
}

}  // namespace rung::tidy
