#include "resource_meter.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace rung {
namespace {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t resident_octets() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total_pages = 0, resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

void ResourceMeter::phase_began(Phase phase, const RunSnapshot& now) {
  if (phase == Phase::measure) {
    cpu_began_s_ = cpu_seconds();
    measuring_ = true;
  }
  if (phase >= Phase::drain && resident_octets_ == 0) {
    if (measuring_) cpu_ended_s_ = cpu_seconds();
    resident_octets_ = resident_octets();
  }
  next_.phase_began(phase, now);
}

void ResourceMeter::report(RunResult& result) const {
  result.cpu.generator_seconds = cpu_ended_s_ - cpu_began_s_;
  result.memory.resident_octets = resident_octets_;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  result.memory.resident_peak_octets = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace rung
