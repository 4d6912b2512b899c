#include "checks/report_text.hpp"

#include "checks/report_parts.hpp"

namespace rung {

std::string report_text(const RunResult& result, bool colours) {
  using namespace report;
  constexpr std::string (*parts[])(const RunResult&, const Ink&) = {
      verdict_part,  requirements_part, rates_part,   latency_part,
      sessions_part, messages_part,     traffic_part, generator_part};
  std::string out;
  for (const auto part : parts) {
    const std::string lines = part(result, colours ? kAnsi : kPlain);
    if (lines.empty()) continue;
    if (!out.empty()) out += '\n';
    out += lines;
  }
  return out;
}

}  // namespace rung
