// The load's curve: --rate, --shape, --rate-from, --steps, --duration and --warm-up as segments.
#pragma once

#include <string>
#include <vector>

#include "engine/load/crew.hpp"
#include "options.hpp"

namespace rung {

/// Fills the curve, rates, seed and timing of `plan`; appends to `errors`, each naming option and
/// value.
void read_curve(const Options& options, CrewPlan& plan, std::vector<std::string>& errors);

/// The highest rate of the measured segments.
MicroRate peak_rate(const CrewPlan& plan);
/// The length of the measured segments together.
Duration measured_length(const CrewPlan& plan);

}  // namespace rung
