// Figures as people read them, the same in every report.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/time.hpp"

namespace rung {

/// "812 ns", "81.2 us", "8.12 ms", "81.2 s": three digits and a unit; whole minutes from 600 s on.
std::string duration_text(Duration d);

/// "1,234,567".
std::string count_text(std::uint64_t count);

/// "20,000", "812.5": per second; one decimal below 10,000.
std::string rate_text(double rate);

/// "512 B", "61.0 KiB", "1.52 GiB".
std::string octets_text(std::uint64_t octets);

/// "2026-03-14 14:09:26 UTC".
std::string wall_clock_text(std::int64_t unix_ns);

/// The text with every octet that is not printable ASCII as \xNN: what the SUT sent must not reach
/// a terminal as it came.
std::string printable(std::string_view text);

/// "1 session", "2 sessions": the count with its noun, which takes an s.
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace rung
