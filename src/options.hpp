// Options: every flag of every verb, read from the command line and from a profile, checked all at
// once before anything starts. option.def is the only list of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.hpp"
#include "link_settings.hpp"
#include "option_value.hpp"

namespace rung {

struct Options {
#define RUNG_OPTION(field, name, kind, initial, range, verbs, help) option_kind::kind field{};
#include "option.def"
#undef RUNG_OPTION
  std::vector<LinkSettings> links;  // in the order in which they were first named
  std::string verb;
  std::vector<std::string> arguments;  // what follows the verb without a dash
  /// Every option with its value as text, in the table's order: what the report records.
  std::vector<std::pair<std::string, std::string>> settings;
};

/// Worker, gateway and clock in one thread, without sockets.
inline bool is_simulated(const Options& options) { return options.transport.starts_with("sim"); }
/// SIP over TCP, on sockets or simulated.
inline bool over_tcp(const Options& options) { return options.transport.ends_with("tcp"); }
/// Connections `ues` UEs need, each with one of its own, and an eighth more for those the other
/// end opens anew.
inline std::uint32_t connections_of(const Options& options, std::uint64_t ues) {
  if (options.connections_max != 0) return static_cast<std::uint32_t>(options.connections_max);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(ues + ues / 8 + 256, 1'000'000));
}

/// Reads flags, then the profile they name (flags win), then defaults. All errors together, each
/// naming the option, the value and what was expected; empty: `out` is good.
std::vector<std::string> parse_options(int argc, const char* const* argv, Options& out);

/// The default of the option of that long name, as text; empty when there is none.
std::string_view option_default(std::string_view name);
/// Gives an option's value as text, as the report and an embedded gateway are told it.
void record_setting(Options& options, std::string_view name, std::string value);

struct VerbInfo {
  std::string_view name, arguments, help;
};
std::span<const VerbInfo> verbs();

/// The whole program's help, or one verb's with its options, defaults and ranges.
std::string help_text(std::string_view verb);
/// A bash completion script for all verbs and options.
std::string completion_script();

}  // namespace rung
