#include "resource_meter.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "engine/load/load_rig.hpp"

namespace rung {
namespace {

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

TEST(ResourceMeter, counts_the_cpu_of_the_measure_phase_alone_and_hands_everything_on) {
  load_rig::Watcher behind;
  ResourceMeter meter(behind);
  const auto work = [] {  // until it cost something that can be seen
    const double until = own_cpu_seconds() + 0.02;
    while (own_cpu_seconds() < until) {
    }
  };

  meter.phase_began(Phase::warm_up, {});
  work();
  meter.phase_began(Phase::measure, {});
  work();
  meter.phase_began(Phase::drain, {});
  work();
  meter.progress({});
  RunResult result;
  meter.report(result);

  EXPECT_GE(result.cpu.generator_seconds, 0.02);
  EXPECT_LT(result.cpu.generator_seconds, 0.04);
  EXPECT_GT(result.memory.resident_octets, 1'000'000U);
  EXPECT_GE(result.memory.resident_peak_octets, result.memory.resident_octets / 2);
  EXPECT_EQ(behind.phases.size(), 3U);
  EXPECT_EQ(behind.seconds.size(), 1U);
}

TEST(ResourceMeter, counts_no_cpu_where_the_measure_phase_never_began) {
  load_rig::Watcher behind;
  ResourceMeter meter(behind);

  meter.phase_began(Phase::warm_up, {});
  meter.phase_began(Phase::drain, {});
  RunResult result;
  meter.report(result);

  EXPECT_EQ(result.cpu.generator_seconds, 0);
}

}  // namespace
}  // namespace rung
