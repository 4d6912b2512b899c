#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tidy/rules.hpp"

namespace rung::tidy {
namespace {

struct Arrow {
  std::string_view from;
  std::initializer_list<std::string_view> to;  // folders, or a file's beginning
};

// DESIGN.md section 2, arrows of inclusion. A folder always includes itself.
const Arrow kArrows[] = {
    {"checks", {"engine/base/", "engine/wire/", "engine/ue/", "engine/ladder/"}},
    {"observe", {"engine/load/", "engine/base/"}},
    {"gateway", {"engine/net/", "engine/wire/", "engine/base/"}},
    {"scenarios", {}},
    {"engine/load",
     {"engine/ladder/", "engine/party/", "engine/ue/", "engine/net/", "engine/wire/",
      "engine/base/"}},
    {"engine/ladder", {"engine/party/", "engine/ue/", "engine/wire/", "engine/base/"}},
    {"engine/party", {"engine/ue/", "engine/wire/", "engine/base/"}},
    {"engine/net",
     {"engine/wire/net_headers", "engine/wire/m3ua", "engine/wire/sccp", "engine/base/"}},
    {"engine/wire", {"engine/base/"}},
    {"engine/ue", {"engine/base/"}},
    {"engine/base", {}},
};

const Arrow* arrow_of(std::string_view folder) {
  const auto* found = std::find_if(std::begin(kArrows), std::end(kArrows),
                                   [&](const Arrow& a) { return a.from == folder; });
  return found == std::end(kArrows) ? nullptr : found;
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

struct Include {
  std::string_view name;
  bool quoted = false;
};

// The file an #include line names; an empty name on every other line.
Include include_on(std::string_view line) {
  const auto skip_blanks = [&] {
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  };
  skip_blanks();
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return {};
  line.remove_prefix(7);
  skip_blanks();
  if (line.empty() || (line.front() != '"' && line.front() != '<')) return {};
  const bool quoted = line.front() == '"';
  const std::size_t end = line.find(quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return {};
  return {line.substr(1, end - 1), quoted};
}

bool is_project_path(std::string_view name) {
  return std::any_of(std::begin(kArrows), std::end(kArrows), [&](const Arrow& a) {
    return name.size() > a.from.size() && name.starts_with(a.from) && name[a.from.size()] == '/';
  });
}

bool allowed(const Arrow& arrow, std::string_view name) {
  if (folder_of(name) == arrow.from) return true;
  return std::any_of(arrow.to.begin(), arrow.to.end(),
                     [&](std::string_view to) { return name.starts_with(to); });
}

// The project's headers that a source includes, rooted at src.
std::vector<std::string> included_by(const Source& source) {
  std::vector<std::string> names;
  for (const std::string& line : source.code) {
    const Include include = include_on(line);
    if (include.quoted) names.emplace_back(include.name);
  }
  return names;
}

std::string targets(const Arrow& arrow) {
  std::string text = fmt::format("{}/", arrow.from);
  for (const std::string_view to : arrow.to) text += fmt::format(", {}", to);
  return text;
}

// `path` and `include` are rooted at src. Empty: nothing wrong.
std::string advice_for(std::string_view path, const Include& include) {
  const std::string_view folder = folder_of(path);
  const bool ours = is_project_path(include.name);
  if (ours && !include.quoted) {
    return fmt::format("write \"{}\": angle brackets are for foreign headers", include.name);
  }
  if (folder.empty() || (!ours && !include.quoted)) return {};
  const Arrow* arrow = arrow_of(folder);
  if (arrow == nullptr) {
    return fmt::format("folder {} has no row in DESIGN.md section 2: add its arrows there and here",
                       folder);
  }
  if (!ours) {
    return fmt::format(
        "\"{}\" is not rooted at src or belongs to src itself, which nothing "
        "includes: write the path from src, or pass the thing in from main",
        include.name);
  }
  if (allowed(*arrow, include.name)) return {};
  return fmt::format("{} may include only {}: not {}; pass it in from main, or move it down",
                     folder, targets(*arrow), include.name);
}

}  // namespace

void check_include_arrows(const Source& source, Violations& out) {
  constexpr std::string_view kRoot = "src/";
  if (!source.path.starts_with(kRoot)) return;
  const std::string_view path = std::string_view(source.path).substr(kRoot.size());
  if (folder_of(path) == "scenarios" && path.ends_with(".cpp")) {
    out.push_back({source.path, 1, "src/scenarios holds text only: move the code to its reader"});
  }
  for (std::size_t i = 0; i < source.code.size(); ++i) {
    const Include include = include_on(source.code[i]);
    if (include.name.empty()) continue;
    std::string advice = advice_for(path, include);
    if (!advice.empty()) out.push_back({source.path, i + 1, std::move(advice)});
  }
}

void mark_test_only(std::vector<Source>& sources) {
  for (bool changed = true; changed;) {
    changed = false;
    std::set<std::string> by_tests;
    std::set<std::string> by_program;
    for (const Source& source : sources) {
      if (!is_cpp(source.path)) continue;
      for (std::string& name : included_by(source)) {
        (source.test_only ? by_tests : by_program).insert(std::move(name));
      }
    }
    for (Source& source : sources) {
      if (source.test_only || !source.path.starts_with("src/")) continue;
      const std::string name = source.path.substr(4);
      source.test_only = by_tests.contains(name) && !by_program.contains(name);
      changed = changed || source.test_only;
    }
  }
}

void check_transport_tokens(const Source& source, Violations& out) {
  if (!source.path.starts_with("src/") || !is_cpp(source.path)) return;
  const bool in_net = source.path.starts_with("src/engine/net/");
  if (in_net && !is_header(source.path)) return;
  const auto word_character = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  for (std::size_t i = 0; i < source.code.size(); ++i) {
    const std::string& line = source.code[i];
    for (const std::string_view token : {"rte_", "io_uring_", "usrsctp_"}) {
      const std::size_t at = line.find(token);
      if (at == std::string::npos || (at > 0 && word_character(line[at - 1]))) continue;
      out.push_back({source.path, i + 1,
                     fmt::format("{} belongs in src/engine/net/*.cpp: hide it behind Transport "
                                 "or a forward-declared struct",
                                 token)});
    }
    for (const std::string_view header : {"liburing.h", "usrsctp.h"}) {
      if (in_net || include_on(line).name != header) continue;
      out.push_back({source.path, i + 1, fmt::format("{} belongs in src/engine/net", header)});
    }
  }
}

}  // namespace rung::tidy
