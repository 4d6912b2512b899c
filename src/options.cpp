#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <fstream>
#include <span>

namespace rung {
namespace {

namespace po = boost::program_options;

enum class Kind { Text, Count, Ratio, Span, Flag, List };

struct OptionInfo {
  std::string_view field, name;
  Kind kind;
  std::string_view initial, range, verbs, help;
};

constexpr OptionInfo kOptions[] = {
#define RUNG_OPTION(field, name, kind, initial, range, verbs, help) \
  {#field, name, Kind::kind, initial, range, verbs, help},
#include "option.def"
#undef RUNG_OPTION
};

constexpr VerbInfo kVerbs[] = {
    {"run", "", "Register UEs, offer load, judge every message, write a report"},
    {"check", "[SELECTION...]", "Run the conformance ladders, a verdict for each requirement"},
    {"gateway", "", "Run the embedded IP-SM-GW as a process of its own"},
    {"ladders", "[list | show NAME | check]", "List, draw and validate ladders"},
    {"requirements", "", "List the requirements of the catalogue"},
    {"faults", "", "List the named faults of the embedded gateway"},
    {"doctor", "", "Say what this machine lacks, with the command that mends it"},
    {"report", "RUN [RUN]", "Render a recorded run or suite, or compare two runs"},
    {"completion", "", "Print a bash completion script"},
};

constexpr struct {
  std::string_view name;
  std::int64_t ns;
} kUnits[] = {{"ns", 1},
              {"us", 1'000},
              {"ms", 1'000'000},
              {"s", 1'000'000'000},
              {"min", 60'000'000'000},
              {"h", 3'600'000'000'000},
              {"d", 86'400'000'000'000}};

std::string_view kind_text(Kind kind) {
  switch (kind) {
    case Kind::Count: return "a whole number";
    case Kind::Ratio: return "a number";
    case Kind::Span: return "a duration such as 500ms, 2s, 10min";
    case Kind::Flag: return "true or false";
    case Kind::Text:
    case Kind::List: break;
  }
  return "text";
}

bool parse_value(std::string_view text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}
bool parse_value(std::string_view text, double& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}
bool parse_value(std::string_view text, Duration& out) { return parse_duration(text, out); }
bool parse_value(std::string_view text, bool& out) {
  out = text == "true" || text == "yes" || text == "on" || text == "1";
  return out || text == "false" || text == "no" || text == "off" || text == "0";
}
bool parse_value(std::string_view text, std::string& out) {
  out = text;
  return true;
}

template <class T>
bool in_range(const T& value, std::string_view range) {
  if (range.empty()) return true;
  const std::size_t dots = range.find("..");
  T low{}, high{};
  return parse_value(range.substr(0, dots), low) && parse_value(range.substr(dots + 2), high) &&
         value >= low && value <= high;
}
bool in_range(bool, std::string_view) { return true; }
bool in_range(const std::string& value, std::string_view range) {
  if (range.empty()) return true;
  for (std::size_t at = 0; at <= range.size();) {
    const std::size_t bar = std::min(range.find('|', at), range.size());
    if (range.substr(at, bar - at) == value) return true;
    at = bar + 1;
  }
  return false;
}

/// Letters to change, insert or delete: finds what a misspelt name meant.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string unknown_option(std::string_view where, std::string_view name) {
  const auto nearest = std::min_element(
      std::begin(kOptions), std::end(kOptions),
      [&](auto& a, auto& b) { return edit_distance(a.name, name) < edit_distance(b.name, name); });
  std::string text = fmt::format("{}: unknown option '{}'", where, name);
  if (edit_distance(nearest->name, name) <= 3)
    text += fmt::format(", did you mean '{}'?", nearest->name);
  return text;
}

std::string expected(const OptionInfo& info) {
  if (info.kind == Kind::Text && !info.range.empty()) return fmt::format("one of {}", info.range);
  if (info.range.empty()) return std::string(kind_text(info.kind));
  return fmt::format("{} in {}", kind_text(info.kind), info.range);
}

/// One option's texts from wherever they were given, first place first.
struct Given {
  std::vector<std::string> values;
  std::string where;  // "--rate", or "profiles/demo.ini: rate"
};

template <class T>
void assign(const OptionInfo& info, const Given* given, T& out, std::vector<std::string>& errors) {
  const std::string text = given != nullptr ? given->values.front() : std::string(info.initial);
  if (!parse_value(text, out) || !in_range(out, info.range)) {
    errors.push_back(fmt::format("{}: '{}' is not accepted, expected {}",
                                 given != nullptr ? given->where : std::string(info.name), text,
                                 expected(info)));
  }
  if (given != nullptr && given->values.size() > 1) {
    errors.push_back(
        fmt::format("{}: given {} times, expected once", given->where, given->values.size()));
  }
}
void assign(const OptionInfo&, const Given* given, std::vector<std::string>& out,
            std::vector<std::string>&) {
  if (given != nullptr) out = given->values;
}

po::options_description description() {
  po::options_description all;
  for (const OptionInfo& info : kOptions) {
    auto* value = po::value<std::vector<std::string>>()->composing();
    if (info.kind == Kind::Flag) value->implicit_value({"true"}, "true");
    all.add_options()(std::string(info.name).c_str(), value, std::string(info.help).c_str());
  }
  return all;
}

class Parser {
 public:
  explicit Parser(Options& out) : out_(out), given_(std::size(kOptions)) {}

  std::vector<std::string> run(int argc, const char* const* argv) {
    read_flags(argc, argv);
    std::string profile;
    for (std::size_t i = 0; i < std::size(kOptions); ++i) {
      if (kOptions[i].name == "config" && !given_[i].values.empty())
        profile = given_[i].values.front();
    }
    if (!profile.empty()) read_profile(profile);
    assign_all();
    refuse_arguments();
    return std::move(errors_);
  }

 private:
  void read_flags(int argc, const char* const* argv) {
    const po::options_description all = description();
    po::positional_options_description positional;
    positional.add("argument", -1);
    po::options_description with_arguments;
    with_arguments.add(all);
    with_arguments.add_options()("argument", po::value<std::vector<std::string>>());
    try {
      const auto style = po::command_line_style::unix_style &
                         ~po::command_line_style::allow_guessing &
                         ~po::command_line_style::allow_short;
      const po::parsed_options parsed = po::command_line_parser(argc, argv)
                                            .options(with_arguments)
                                            .positional(positional)
                                            .style(style)
                                            .allow_unregistered()
                                            .run();
      for (const auto& option : parsed.options) take_flag(option);
    } catch (const po::error& error) {
      errors_.push_back(error.what());
    }
  }

  void take_flag(const po::basic_option<char>& option) {
    if (option.string_key == "argument") {
      if (out_.verb.empty()) {
        out_.verb = option.value.front();
      } else {
        out_.arguments.push_back(option.value.front());
      }
    } else if (option.unregistered) {
      unknown_flags_ = true;
      errors_.push_back(unknown_option("command line", option.string_key));
    } else {
      take(option, "--" + option.string_key);
    }
  }

  void read_profile(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
      errors_.push_back(fmt::format("--config: cannot read '{}'", path));
      return;
    }
    try {
      const auto flags = given_;
      const po::parsed_options parsed = po::parse_config_file(file, description(), true);
      for (const auto& option : parsed.options) {
        if (option.unregistered) {
          errors_.push_back(unknown_option(path, option.string_key));
        } else if (flags[index_of(option.string_key)].values.empty()) {
          take(option, fmt::format("{}: {}", path, option.string_key));
        }
      }
    } catch (const po::error& error) {
      errors_.push_back(fmt::format("{}: {}", path, error.what()));
    }
  }

  /// A word that nobody reads was meant for something, such as ues=100 without its dashes.
  void refuse_arguments() {
    const auto* verb = std::find_if(std::begin(kVerbs), std::end(kVerbs),
                                    [&](const VerbInfo& v) { return v.name == out_.verb; });
    if (verb == std::end(kVerbs) || !verb->arguments.empty()) return;
    if (unknown_flags_) return;  // then it may be the value of one
    for (const std::string& word : out_.arguments) {
      errors_.push_back(
          fmt::format("command line: '{}' is not accepted, expected --OPTION=VALUE", word));
    }
  }

  static std::size_t index_of(std::string_view name) {
    const auto* at = std::find_if(std::begin(kOptions), std::end(kOptions),
                                  [&](const OptionInfo& info) { return info.name == name; });
    return static_cast<std::size_t>(at - std::begin(kOptions));
  }

  void take(const po::basic_option<char>& option, std::string where) {
    Given& given = given_[index_of(option.string_key)];
    given.where = std::move(where);
    if (option.value.empty()) given.values.push_back("true");
    given.values.insert(given.values.end(), option.value.begin(), option.value.end());
  }

  void assign_all() {
    std::size_t i = 0;
    const auto given = [&] { return given_[i].values.empty() ? nullptr : &given_[i]; };
    const auto record = [&] {
      std::string text(kOptions[i].initial);
      if (given() != nullptr) text = fmt::format("{}", fmt::join(given()->values, ", "));
      out_.settings.emplace_back(kOptions[i].name, std::move(text));
      ++i;
    };
#define RUNG_OPTION(field, name, kind, initial, range, verbs, help) \
  assign(kOptions[i], given(), out_.field, errors_);                \
  record();
#include "option.def"
#undef RUNG_OPTION
  }

  Options& out_;
  std::vector<Given> given_;
  bool unknown_flags_ = false;
  std::vector<std::string> errors_;
};

bool belongs(const OptionInfo& info, std::string_view verb) {
  if (info.verbs.empty()) return true;
  const std::string list = fmt::format(" {} ", info.verbs);
  return list.find(fmt::format(" {} ", verb)) != std::string::npos;
}

std::string option_help(const OptionInfo& info) {
  std::string left = fmt::format("  --{}", info.name);
  if (info.kind != Kind::Flag) left += info.kind == Kind::List ? " VALUE ..." : " VALUE";
  std::string notes;
  if (!info.initial.empty()) notes += fmt::format("default {}", info.initial);
  if (!info.range.empty()) notes += fmt::format("{}{}", notes.empty() ? "" : "; ", info.range);
  return fmt::format("{:<30} {}{}\n", left, info.help,
                     notes.empty() ? "" : fmt::format(" [{}]", notes));
}

}  // namespace

std::vector<std::string> parse_options(int argc, const char* const* argv, Options& out) {
  return Parser(out).run(argc, argv);
}

std::string_view option_default(std::string_view name) {
  const auto* info = std::find_if(std::begin(kOptions), std::end(kOptions),
                                  [&](const OptionInfo& o) { return o.name == name; });
  return info == std::end(kOptions) ? std::string_view{} : info->initial;
}

void record_setting(Options& options, std::string_view name, std::string value) {
  const auto at = std::find_if(options.settings.begin(), options.settings.end(),
                               [&](const auto& setting) { return setting.first == name; });
  if (at != options.settings.end()) at->second = std::move(value);
}

std::span<const VerbInfo> verbs() { return kVerbs; }

std::string help_text(std::string_view verb) {
  std::string text;
  const auto* found =
      std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](auto& v) { return v.name == verb; });
  if (found == std::end(kVerbs)) {
    text =
        "rung: load generator and conformance tester for SMS over IP\n\nusage: rung VERB "
        "[options]\n\n";
    for (const VerbInfo& v : kVerbs) text += fmt::format("  {:<13} {}\n", v.name, v.help);
    return text +
           "\nrung VERB --help lists a verb's options. Exit codes: 0 pass, 1 fail, 2 usage,\n"
           "3 environment, 4 run invalid, 5 inconclusive, 130 interrupted.\n";
  }
  text = fmt::format("usage: rung {}{}{} [options]\n\n{}.\n\n", found->name,
                     found->arguments.empty() ? "" : " ", found->arguments, found->help);
  for (const OptionInfo& info : kOptions) {
    if (belongs(info, verb)) text += option_help(info);
  }
  return text;
}

std::string completion_script() {
  std::string text =
      "# bash completion for rung; generated by `rung completion`\n_rung() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words\n  case $verb in\n";
  for (const VerbInfo& v : kVerbs) {
    text += fmt::format("    {}) words='", v.name);
    for (const OptionInfo& info : kOptions) {
      if (belongs(info, v.name)) text += fmt::format("--{} ", info.name);
    }
    text += "' ;;\n";
  }
  text += "    *) words='";
  for (const VerbInfo& v : kVerbs) text += fmt::format("{} ", v.name);
  return text +
         "' ;;\n  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
         "complete -o default -F _rung rung\n";
}

bool parse_duration(std::string_view text, Duration& out) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 0) return false;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& u : kUnits) {
    if (u.name != unit) continue;
    const double ns = value * static_cast<double>(u.ns);
    if (ns > 9e18) return false;
    out = Duration{static_cast<std::int64_t>(ns + 0.5)};
    return true;
  }
  return false;
}

std::string exact_duration_text(Duration value) {
  for (std::size_t i = std::size(kUnits); i-- > 0;) {
    if (value.count() != 0 && value.count() % kUnits[i].ns == 0) {
      return fmt::format("{}{}", value.count() / kUnits[i].ns, kUnits[i].name);
    }
  }
  return "0s";
}

}  // namespace rung
