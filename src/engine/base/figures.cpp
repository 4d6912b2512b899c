#include "engine/base/figures.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

namespace rung {
namespace {

/// Three digits: 8.12, 81.2, 812.
std::string three_digits(double value) {
  if (value < 9.995) return fmt::format("{:.2f}", value);
  if (value < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

struct Unit {
  double size;
  const char* name;
};

}  // namespace

std::string duration_text(Duration d) {
  if (d < Duration{}) return "-" + duration_text(-d);
  if (d < 1us) return fmt::format("{} ns", d.count());
  if (d >= 600s) return fmt::format("{} min", d / 60s);
  constexpr Unit units[] = {{1e3, "us"}, {1e6, "ms"}, {1e9, "s"}};
  for (const Unit& unit : units) {
    const double value = static_cast<double>(d.count()) / unit.size;
    if (value < 999.5 || unit.size > 1e8) {
      return fmt::format("{} {}", three_digits(value), unit.name);
    }
  }
  return {};
}

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string rate_text(double rate) {
  if (rate < 9999.95) {
    const auto tenths = static_cast<std::uint64_t>(rate * 10 + 0.5);
    return fmt::format("{}.{}", count_text(tenths / 10), tenths % 10);
  }
  return count_text(static_cast<std::uint64_t>(rate + 0.5));
}

std::string octets_text(std::uint64_t octets) {
  if (octets < 1024) return fmt::format("{} B", octets);
  constexpr const char* names[] = {"KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(octets) / 1024;
  std::size_t unit = 0;
  for (; value >= 1023.5 && unit + 1 < std::size(names); ++unit) value /= 1024;
  return fmt::format("{} {}", three_digits(value), names[unit]);
}

std::string wall_clock_text(std::int64_t unix_ns) {
  std::int64_t seconds = unix_ns / 1'000'000'000;
  if (unix_ns % 1'000'000'000 < 0) --seconds;
  const auto time = static_cast<std::time_t>(seconds);
  std::tm utc{};
  if (gmtime_r(&time, &utc) == nullptr) return "unknown time";
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", utc);
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7f) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count_text(count), noun, count == 1 ? "" : "s");
}

}  // namespace rung
