// Verbs: one function per verb of the command line; each returns the process's exit code.
#pragma once

#include "options.hpp"

namespace rung {

/// Exit codes of DESIGN 5 that a verb gives of its own; those of a run come from its result.
inline constexpr int kExitPass = 0;
inline constexpr int kExitFail = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitEnvironment = 3;

int verb_run(const Options& options);
int verb_check(const Options& options);
int verb_gateway(const Options& options);
int verb_ladders(const Options& options);
int verb_requirements(const Options& options);
int verb_faults(const Options& options);
int verb_links(const Options& options);
int verb_doctor(const Options& options);
int verb_report(const Options& options);

/// Prints each line to stderr as "rung: LINE" and returns `code`.
int complain(int code, const std::vector<std::string>& lines);

}  // namespace rung
