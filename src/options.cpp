#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <fstream>
#include <span>

namespace rung {
namespace {

namespace po = boost::program_options;

struct OptionInfo : OptionValue {
  std::string_view verbs, help;
};

constexpr OptionInfo kOptions[] = {
#define RUNG_OPTION(field, name, kind, initial, range, verbs, help) \
  {{name, OptionKind::kind, initial, range}, verbs, help},
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
    {"links", "", "Open the SIGTRAN links of a profile and tell what becomes of them"},
    {"doctor", "", "Say what this machine lacks, with the command that mends it"},
    {"report", "RUN [RUN]", "Render a recorded run or suite, or compare two of a kind"},
    {"completion", "", "Print a bash completion script"},
};

std::string unknown_option(std::string_view where, std::string_view name) {
  const auto nearest = std::min_element(
      std::begin(kOptions), std::end(kOptions),
      [&](auto& a, auto& b) { return edit_distance(a.name, name) < edit_distance(b.name, name); });
  std::string text = fmt::format("{}: unknown option '{}'", where, name);
  if (edit_distance(nearest->name, name) <= 3)
    text += fmt::format(", did you mean '{}'?", nearest->name);
  return text;
}

po::options_description description() {
  po::options_description all;
  for (const OptionInfo& info : kOptions) {
    auto* value = po::value<std::vector<std::string>>()->composing();
    if (info.kind == OptionKind::Flag) value->implicit_value({"true"}, "true");
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
    } else if (option.unregistered && LinkFamily::holds(option.string_key)) {
      take_link(option, "--" + option.string_key, "command line");
    } else if (option.unregistered) {
      unknown_flags_ = true;
      errors_.push_back(unknown_option("command line", option.string_key));
    } else {
      take(option, "--" + option.string_key);
    }
  }

  void take_link(const po::basic_option<char>& option, std::string where, std::string_view origin) {
    if (option.value.empty()) {
      unknown_flags_ = true;  // the next word may have been meant as its value
      errors_.push_back(fmt::format("{}: no value, expected --{}=VALUE", where, option.string_key));
      return;
    }
    links_.take(option.string_key, option.value.front(), std::move(where), origin, errors_);
  }

  void read_profile(const std::string& path) {
    links_.begin_profile();
    std::ifstream file(path);
    if (!file) {
      errors_.push_back(fmt::format("--config: cannot read '{}'", path));
      return;
    }
    try {
      const auto flags = given_;
      const po::parsed_options parsed = po::parse_config_file(file, description(), true);
      for (const auto& option : parsed.options) {
        if (option.unregistered && LinkFamily::holds(option.string_key)) {
          take_link(option, fmt::format("{}: {}", path, option.string_key), path);
        } else if (option.unregistered) {
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
    GivenValue& given = given_[index_of(option.string_key)];
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
  assign_option(kOptions[i], given(), out_.field, errors_);         \
  record();
#include "option.def"
#undef RUNG_OPTION
    links_.finish(out_.links, out_.settings, errors_);
  }

  Options& out_;
  std::vector<GivenValue> given_;
  LinkFamily links_;
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
  if (info.kind != OptionKind::Flag)
    left += info.kind == OptionKind::List ? " VALUE ..." : " VALUE";
  std::string notes;
  if (!info.initial.empty()) notes += fmt::format("default {}", info.initial);
  std::string_view range = info.range;
  if (range.starts_with('|')) range.remove_prefix(1);  // nothing, the default, is allowed as well
  if (!range.empty()) notes += fmt::format("{}{}", notes.empty() ? "" : "; ", range);
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
  return verb == "links" ? text + link_help() : text;
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

}  // namespace rung
