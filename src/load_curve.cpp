#include "load_curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

namespace rung {
namespace {

constexpr double kRateMax = 1e7;

MicroRate micro(double per_second) { return std::llround(per_second * 1e6); }

/// "RATE:DURATION"; false when it is neither.
bool parse_step(std::string_view item, RateSegment& out) {
  const std::size_t colon = item.find(':');
  if (colon == std::string_view::npos) return false;
  double rate = 0;
  const char* end_of_rate = item.data() + colon;
  const auto [end, bad] = std::from_chars(item.data(), end_of_rate, rate);
  const bool in_range = rate >= 0 && rate <= kRateMax;  // false for a NaN too
  if (bad != std::errc{} || end != end_of_rate || !in_range) return false;
  out.from = out.to = micro(rate);
  return parse_duration(item.substr(colon + 1), out.length);
}

void read_steps(const std::string& text, CrewPlan& plan, std::vector<std::string>& errors) {
  std::stringstream list(text);
  const std::size_t errors_before = errors.size();
  for (std::string item; std::getline(list, item, ',');) {
    item.erase(0, item.find_first_not_of(' '));
    RateSegment segment;
    if (parse_step(item, segment)) {
      plan.measure.push_back(segment);
    } else {
      errors.push_back(
          fmt::format("--steps: '{}' is not accepted, expected RATE:DURATION with a rate in 0..{}",
                      item, kRateMax));
    }
  }
  if (plan.measure.empty() && errors.size() == errors_before) {
    errors.push_back("--steps: empty, expected RATE:DURATION, ...");
  }
}

}  // namespace

void read_curve(const Options& options, CrewPlan& plan, std::vector<std::string>& errors) {
  const MicroRate rate = micro(options.rate);
  MicroRate first = rate;
  if (options.shape == "ramp") {
    first = micro(options.rate_from);
    plan.measure.push_back({first, rate, options.duration});
  } else if (options.shape == "steps") {
    read_steps(options.steps, plan, errors);
    if (!plan.measure.empty()) first = plan.measure.front().from;
  } else {
    plan.measure.push_back({rate, rate, options.duration});
  }
  if (options.shape != "steps" && !options.steps.empty()) {
    errors.push_back(
        fmt::format("--steps: given with --shape {}, expected --shape steps", options.shape));
  }
  if (options.warm_up.count() > 0) plan.warm_up.push_back({first, first, options.warm_up});
  plan.poisson = options.shape == "poisson";
  plan.register_rate = micro(options.register_rate);
  plan.seed = options.seed;
  plan.tick = options.tick;
  plan.late_pass = options.lateness_max;
}

MicroRate peak_rate(const CrewPlan& plan) {
  MicroRate peak = 0;
  for (const RateSegment& s : plan.measure) peak = std::max({peak, s.from, s.to});
  return peak;
}

Duration measured_length(const CrewPlan& plan) {
  Duration length{};
  for (const RateSegment& s : plan.measure) length += s.length;
  return length;
}

}  // namespace rung
