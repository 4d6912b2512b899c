#include "option_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace rung {
namespace {

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

std::string_view kind_text(OptionKind kind) {
  switch (kind) {
    case OptionKind::Count: return "a whole number";
    case OptionKind::Ratio: return "a number";
    case OptionKind::Span: return "a duration such as 500ms, 2s, 10min";
    case OptionKind::Flag: return "true or false";
    case OptionKind::Text:
    case OptionKind::List: break;
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

std::string expected(const OptionValue& info) {
  if (info.kind == OptionKind::Text && !info.range.empty()) {
    const bool may_be_empty = info.range.front() == '|';
    return may_be_empty ? fmt::format("one of {}, or nothing", info.range.substr(1))
                        : fmt::format("one of {}", info.range);
  }
  if (info.range.empty()) return std::string(kind_text(info.kind));
  return fmt::format("{} in {}", kind_text(info.kind), info.range);
}

}  // namespace

template <class T>
void assign_option(const OptionValue& info, const GivenValue* given, T& out,
                   std::vector<std::string>& errors) {
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
template void assign_option(const OptionValue&, const GivenValue*, std::string&,
                            std::vector<std::string>&);
template void assign_option(const OptionValue&, const GivenValue*, std::uint64_t&,
                            std::vector<std::string>&);
template void assign_option(const OptionValue&, const GivenValue*, double&,
                            std::vector<std::string>&);
template void assign_option(const OptionValue&, const GivenValue*, Duration&,
                            std::vector<std::string>&);
template void assign_option(const OptionValue&, const GivenValue*, bool&,
                            std::vector<std::string>&);
template <>
void assign_option(const OptionValue&, const GivenValue* given, std::vector<std::string>& out,
                   std::vector<std::string>&) {
  if (given != nullptr) out = given->values;
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
