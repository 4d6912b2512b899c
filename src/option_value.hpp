// Values of options as text: what a row of an option table says of its value, how one is read, and
// what an error says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.hpp"

namespace rung {

namespace option_kind {
using Text = std::string;
using Count = std::uint64_t;
using Ratio = double;
using Span = Duration;
using Flag = bool;
using List = std::vector<std::string>;
}  // namespace option_kind

enum class OptionKind { Text, Count, Ratio, Span, Flag, List };

struct OptionValue {
  std::string_view name;
  OptionKind kind;
  std::string_view initial, range;
};

/// One option's texts from wherever they were given, first place first.
struct GivenValue {
  std::vector<std::string> values;
  std::string where;  // "--rate", or "profiles/demo.ini: rate"
};

/// Reads what was given, or the default where nothing was (null). An error names option, value and
/// what was expected.
template <class T>
void assign_option(const OptionValue& info, const GivenValue* given, T& out,
                   std::vector<std::string>& errors);

/// Letters to change, insert or delete: finds what a misspelt name meant.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// "500ms", "2s", "10min", "1h", "3d", "200us". False when it is no duration or negative.
bool parse_duration(std::string_view text, Duration& out);
/// The shortest such text.
std::string exact_duration_text(Duration value);

}  // namespace rung
