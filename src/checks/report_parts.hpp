// The parts of the report for people. Each returns its lines, or nothing where there is nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/run_result.hpp"

namespace rung::report {

/// The sequences in use: all empty without colours, so that no writer asks.
struct Ink {
  std::string_view bold, red, green, yellow, dim, off;
};
inline constexpr Ink kPlain{};
inline constexpr Ink kAnsi{.bold = "\x1b[1m",
                           .red = "\x1b[1;31m",
                           .green = "\x1b[1;32m",
                           .yellow = "\x1b[1;33m",
                           .dim = "\x1b[2m",
                           .off = "\x1b[0m"};

/// What must be known before any figure is believed: notes, why the run was invalid, limits met.
std::vector<std::string> caveat_lines(const RunResult& r);

/// A name with its figure, and what is to be said of it; or nothing.
struct FigureRow {
  std::string name, figure, remark{};
};
std::vector<FigureRow> rate_rows(const RunResult& r);
std::vector<FigureRow> message_rows(const RunResult& r);
std::vector<FigureRow> traffic_rows(const RunResult& r);
std::vector<FigureRow> generator_rows(const RunResult& r);

/// The verdict and the caveats.
std::string verdict_part(const RunResult& r, const Ink& ink);
/// Failed requirements with their findings, then warnings and undecided ones.
std::string requirements_part(const RunResult& r, const Ink& ink);
std::string rates_part(const RunResult& r, const Ink& ink);
std::string latency_part(const RunResult& r, const Ink& ink);
std::string sessions_part(const RunResult& r, const Ink& ink);
/// What became of the short messages, and which codes refused them.
std::string messages_part(const RunResult& r, const Ink& ink);
/// SIP traffic, copies apart from user actions, and what was unexpected.
std::string traffic_part(const RunResult& r, const Ink& ink);
/// The generator itself: lateness, CPU, memory, sockets, pools, capture.
std::string generator_part(const RunResult& r, const Ink& ink);

}  // namespace rung::report
