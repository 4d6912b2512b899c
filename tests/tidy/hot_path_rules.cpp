#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <string_view>

#include "tidy/rules.hpp"

namespace rung::tidy {
namespace {

struct Ban {
  const char* pattern;
  std::string_view what;
  std::string_view instead;
  bool clock = false;
};

// Style guide 16, 22 and 24.
const Ban kBans[] = {
    {R"(\bstd::(move_only_)?function\b)", "std::function",
     "a template parameter or a row of a table"},
    {R"(\bstd::(unordered_)?(multi)?(map|set)\b)", "a node container",
     "an array indexed by arithmetic, or a bitmap"},
    {R"(\bstd::(list|deque|queue)\b)", "a growing container", "SpscRing or FixedVector"},
    {R"(\b(shared_ptr|make_shared|weak_ptr)\b)", "shared ownership", "one owner and an index"},
    {R"(\bstd::w?string\b|\bstd::to_string\b)", "std::string",
     "std::string_view, Writer or a slot"},
    {R"(\bstd::[io]?stringstream\b)", "a string stream", "Writer"},
    {R"(\bfmt::format\b|\bstd::format\b)", "formatting to a string",
     "Writer or a template's slots"},
    {R"(\bnew\b(?!\s*\())", "new", "a pool or vector sized at construction"},
    {R"(\b(malloc|calloc|realloc|strdup)\s*\()", "heap allocation", "a pool sized at construction"},
    {R"(\bstd::(recursive_|shared_|timed_)?mutex\b|\bstd::(lock_guard|unique_lock|scoped_lock)\b)",
     "a lock", "a single writer, or SpscRing between two threads"},
    {R"(\bstd::condition_variable\b|\bpthread_mutex_)", "a lock", "a single writer, or SpscRing"},
    {R"(\bthrow\b)", "throw", "an Error value in a Result"},
    {R"(\b(std::)?(printf|fprintf|puts)\s*\(|\bstd::(cout|cerr|clog)\b|\bfmt::print\b)", "logging",
     "a counter or a finding"},
    {R"(\b(clock_gettime|gettimeofday|rdtsc|__rdtsc|time)\s*\((?!\)))", "reading a clock",
     "the `now` that the caller passes in", true},
    {R"(\b(steady|system|high_resolution)_clock\b)", "reading a clock",
     "the `now` that the caller passes in", true},
};

constexpr std::string_view kHotPaths[] = {
    "src/engine/wire/",       "src/engine/ladder/player", "src/engine/ladder/transaction",
    "src/engine/load/worker", "src/engine/net/",
};

// Code on these paths that runs only before the loop starts or after it ended, or beside it. A
// function that can fail with a NetError is such code: its error carries a sentence. Files are
// named without suffix.
constexpr std::string_view kBuilderResult = "NetError";
constexpr std::string_view kBuilderFiles[] = {
    "src/engine/net/capture_reader",
    "src/engine/net/link_note",
    "src/engine/net/net_error",
};
constexpr std::string_view kClockFile = "src/engine/net/clock.";

bool on_hot_path(std::string_view path) {
  const auto begins = [&](std::string_view prefix) { return path.starts_with(prefix); };
  const auto names = [&](std::string_view file) {
    return path.starts_with(file) && path.substr(file.size()).starts_with('.');
  };
  return std::any_of(std::begin(kHotPaths), std::end(kHotPaths), begins) &&
         std::none_of(std::begin(kBuilderFiles), std::end(kBuilderFiles), names);
}

// One flag a line: true inside a builder.
std::vector<bool> builder_lines(const Source& source) {
  std::vector<bool> lines(source.code.size(), false);
  for (const FunctionShape& f : functions_of(source)) {
    if (f.head.find(kBuilderResult) == std::string::npos) continue;
    for (std::size_t i = 0; i < f.lines; ++i) lines[f.first_line - 1 + i] = true;
  }
  return lines;
}

}  // namespace

void check_hot_path(const Source& source, Violations& out) {
  if (!is_cpp(source.path) || source.test_only || !on_hot_path(source.path)) return;
  const std::vector<bool> builder = builder_lines(source);
  for (const Ban& ban : kBans) {
    if (ban.clock && source.path.starts_with(kClockFile)) continue;
    const std::regex pattern(ban.pattern);
    for (std::size_t i = 0; i < source.code.size(); ++i) {
      if (builder[i] || !std::regex_search(source.code[i], pattern)) continue;
      out.push_back(
          {source.path, i + 1, fmt::format("{} on the hot path: use {}", ban.what, ban.instead)});
    }
  }
}

}  // namespace rung::tidy
