#include "run_directory.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "checks/report_text.hpp"
#include "checks/result_json.hpp"

namespace rung {
namespace {

/// What a report with some thousands of findings takes.
constexpr off_t kReserveOctets = 4 << 20;

/// Writes beside the file and renames: a reader never sees half a report.
std::string write_whole(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path draft = path.string() + ".part";
  errno = 0;
  std::ofstream out(draft, std::ios::binary);
  out << text;
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(draft, path, error);
  if (out && !error) return {};
  const std::string reason = error ? error.message() : std::strerror(errno);
  std::filesystem::remove(draft, error);
  return fmt::format("cannot write {}: {}", path.string(), reason);
}

}  // namespace

Result<RunDirectory, std::string> RunDirectory::create(const std::string& path,
                                                       const std::string& run_id,
                                                       std::int64_t unix_ns) {
  RunDirectory directory;
  directory.path_ = path;
  if (path.empty()) {
    const std::time_t seconds = unix_ns / 1'000'000'000;
    directory.path_ = fmt::format("runs/{:%Y%m%dT%H%M%SZ}-{}", fmt::gmtime(seconds), run_id);
  }
  std::error_code error;
  std::filesystem::create_directories(directory.path_, error);
  if (error) {
    return fmt::format("--run-dir: cannot make '{}': {}", directory.path_.string(),
                       error.message());
  }
  if (std::string reason = directory.hold_reserve(); !reason.empty()) {
    directory.remove_if_empty();
    return fmt::format("--run-dir: no room for a report in '{}': {}", directory.path_.string(),
                       reason);
  }
  return directory;
}

RunDirectory& RunDirectory::operator=(RunDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(reserve_, other.reserve_);
  return *this;
}

std::string RunDirectory::hold_reserve() {
  const std::string name = file(".reserve").string();
  reserve_ = open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (reserve_ < 0) return std::strerror(errno);
  unlink(name.c_str());
  const int code = posix_fallocate(reserve_, 0, kReserveOctets);
  return code == 0 ? std::string{} : std::strerror(code);
}

void RunDirectory::release_reserve() {
  if (reserve_ >= 0) close(reserve_);
  reserve_ = -1;
}

void RunDirectory::remove_if_empty() const {
  std::error_code error;
  std::filesystem::remove(path_, error);  // refuses what is not empty
}

std::vector<std::string> RunDirectory::write(const RunResult& result) {
  return write_files(
      {{"result.json", result_json(result)}, {"summary.txt", report_text(result, false)}});
}

std::vector<std::string> RunDirectory::write_files(
    const std::vector<std::pair<std::string, std::string>>& files) {
  release_reserve();
  std::vector<std::string> errors;
  for (const auto& [name, text] : files) {
    if (std::string error = write_whole(file(name), text); !error.empty())
      errors.push_back(std::move(error));
  }
  return errors;
}

MachineFacts machine_facts() {
  MachineFacts facts;
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) {
      facts.cpu_model = line.substr(std::min(line.size(), line.find(':') + 2));
      break;
    }
  }
  utsname kernel{};
  uname(&kernel);
  facts.kernel = kernel.release;
  cpu_set_t cpus;
  sched_getaffinity(0, sizeof cpus, &cpus);
  facts.cpus = static_cast<std::uint32_t>(CPU_COUNT(&cpus));
  struct sysinfo memory {};
  sysinfo(&memory);
  facts.memory_octets = std::uint64_t{memory.totalram} * memory.mem_unit;
  return facts;
}

}  // namespace rung
