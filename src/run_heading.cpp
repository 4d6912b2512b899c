#include "run_heading.hpp"

#include <fmt/format.h>

#include "engine/base/figures.hpp"

namespace rung {
namespace {

/// "20,000/s for 8s", or the segments of a ramp or of steps one after another.
std::string pace_text(const CrewPlan& plan) {
  std::string text;
  const auto rate = [](MicroRate micro) {
    constexpr MicroRate one = 1'000'000;
    if (micro % one == 0) return count_text(static_cast<std::uint64_t>(micro / one));
    return fmt::format("{:g}", static_cast<double>(micro) / static_cast<double>(one));
  };
  for (const RateSegment& s : plan.measure) {
    if (!text.empty()) text += ", ";
    if (s.from != s.to) text += fmt::format("{} to ", rate(s.from));
    text += fmt::format("{}/s for {}", rate(s.to), exact_duration_text(s.length));
  }
  return text;
}

std::string mix_text(const CrewPlan& plan) {
  if (plan.mix.size() == 1) return plan.mix.front().ladder;
  std::string text;
  for (const MixEntry& entry : plan.mix) {
    text += fmt::format("{}{} x {}", text.empty() ? "" : ", ", entry.weight, entry.ladder);
  }
  return text;
}

std::string line(std::string_view name, const std::string& value) {
  return fmt::format("  {:<9} {}\n", name, value);
}

}  // namespace

std::string run_heading(const Options& options, const RunSetup& setup, const std::string& run_id,
                        const std::string& directory) {
  const PlayConfig& play = setup.workers.front();
  const std::string first = to_string(play.addresses.of(play.ue_first));
  std::string text = fmt::format("rung {}, run {}\n", RUNG_VERSION, run_id);
  text += line("target", fmt::format("{}{}", to_string(setup.target),
                                     options.target.empty() ? ", the embedded gateway" : ""));
  text += line("UEs", fmt::format("{} {} {}, {}", count_text(options.ues),
                                  play.addresses.shared ? "all at" : "from", first,
                                  counted(setup.workers.size(), "worker")));
  text += line("load",
               fmt::format("{}, {}{}{}", mix_text(setup.crew), pace_text(setup.crew),
                           setup.crew.poisson ? ", Poisson" : "",
                           options.warm_up.count() == 0
                               ? ""
                               : " after a warm-up of " + exact_duration_text(options.warm_up)));
  text += line("seed", fmt::format("{}", options.seed));
  text += line("pools", fmt::format("{} sessions, {} tombstones, {} foreign texts a worker",
                                    count_text(play.sessions_max), count_text(play.tombstones_max),
                                    count_text(play.foreign_texts_max)));
  return text + line("results", directory);
}

}  // namespace rung
