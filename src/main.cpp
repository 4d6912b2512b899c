// The composition root: reads the command line and hands over to a verb.
#include <cstdio>

#include "verbs.hpp"

namespace rung {
namespace {

using Verb = int (*)(const Options&);

int print_completion(const Options&) {
  std::fputs(completion_script().c_str(), stdout);
  return kExitPass;
}

constexpr struct {
  std::string_view name;
  Verb run;
} kVerbTable[] = {
    {"run", verb_run},         {"check", verb_check},
    {"gateway", verb_gateway}, {"ladders", verb_ladders},
    {"faults", verb_faults},   {"requirements", verb_requirements},
    {"links", verb_links},     {"doctor", verb_doctor},
    {"report", verb_report},   {"completion", print_completion},
};

int dispatch(int argc, char** argv) {
  Options options;
  std::vector<std::string> errors = parse_options(argc, argv, options);
  if (options.help || (options.verb.empty() && errors.empty())) {
    std::fputs(help_text(options.verb).c_str(), stdout);
    return options.help ? kExitPass : kExitUsage;
  }
  for (const auto& verb : kVerbTable) {
    if (verb.name != options.verb) continue;
    return errors.empty() ? verb.run(options) : complain(kExitUsage, errors);
  }
  errors.push_back("unknown verb '" + options.verb + "', rung --help lists them");
  return complain(kExitUsage, errors);
}

}  // namespace

int complain(int code, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::fprintf(stderr, "rung: %s\n", line.c_str());
  return code;
}

}  // namespace rung

int main(int argc, char** argv) {
  try {
    return rung::dispatch(argc, argv);
  } catch (const std::exception& error) {
    return rung::complain(rung::kExitEnvironment, {error.what()});
  }
}
