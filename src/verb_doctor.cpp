// rung doctor: what this machine lacks for a fast and honest run, with the command that mends it.
#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "engine/net/uring_udp.hpp"
#include "verbs.hpp"

namespace rung {
namespace {

enum class Health { good, slow, broken };

struct Diagnosis {
  Health health;
  std::string what;
  std::string mend;  // empty when good
};

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

Diagnosis instruction_set() {
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
    return {Health::good, "CPU has AVX2 and BMI2", ""};
  return {Health::broken, "CPU lacks AVX2 or BMI2, which this build uses",
          "build with cmake -DRUNG_MARCH=x86-64"};
}

Diagnosis cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  const int count = CPU_COUNT(&set);
  if (count >= 2)
    return {Health::good, fmt::format("{} cores: generator and gateway need not share one", count),
            ""};
  return {Health::slow, "1 core: generator and embedded gateway share it",
          "give the machine a second core, or name a --target elsewhere"};
}

Diagnosis io_uring() {
  UringUdpOptions options;
  options.bind = Endpoint::ipv4(0x7f000001, 0);
  options.many_sources = true;
  auto transport = UringUdp::open(options);
  if (!transport.ok()) {
    return {Health::broken, "io_uring transport: " + transport.error().text,
            "sysctl kernel.io_uring_disabled=0, and a kernel of 6.1 or newer"};
  }
  const int granted = (*transport)->grants().receive_buffer_octets;
  if (granted >= 16 << 20) {
    return {Health::good,
            fmt::format("io_uring works; socket buffer of {} MiB granted", granted >> 20), ""};
  }
  return {Health::slow,
          fmt::format("socket buffer limited to {} KiB: drops under load", granted >> 10),
          "run as root, or sysctl -w net.core.rmem_max=67108864 net.core.wmem_max=67108864"};
}

Diagnosis locked_memory() {
  rlimit limit{};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= 64 << 20 || geteuid() == 0) {
    return {Health::good, "locked memory is not limited", ""};
  }
  return {Health::slow, fmt::format("locked memory limited to {} KiB", limit.rlim_cur >> 10),
          "ulimit -l unlimited"};
}

Diagnosis frequency() {
  const std::string governor = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  if (governor.empty() || governor == "performance")
    return {Health::good, "CPU frequency is not scaled down", ""};
  return {Health::slow, fmt::format("CPU frequency governor is '{}'", governor),
          "cpupower frequency-set -g performance"};
}

Diagnosis clock_source() {
  const std::string source =
      first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  if (source == "tsc" || source == "kvm-clock")
    return {Health::good, fmt::format("clock source {}", source), ""};
  return {Health::slow, fmt::format("clock source {}: reading the time is slow", source),
          "boot with clocksource=tsc where the hardware allows"};
}

}  // namespace

int verb_doctor(const Options&) {
  int code = kExitPass;
  for (const Diagnosis& d :
       {instruction_set(), cores(), io_uring(), locked_memory(), frequency(), clock_source()}) {
    constexpr const char* marks[] = {"ok     ", "slow   ", "broken "};
    fmt::print("{} {}\n", marks[static_cast<int>(d.health)], d.what);
    if (!d.mend.empty()) fmt::print("         mend: {}\n", d.mend);
    if (d.health == Health::broken) code = kExitEnvironment;
  }
  return code;
}

}  // namespace rung
