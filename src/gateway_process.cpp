#include "gateway_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

namespace rung {
namespace {

constexpr int kStartTimeoutMs = 10'000;
/// The line the gateway prints once its socket is open; the endpoint follows.
constexpr std::string_view kReady = "listening on ";

/// Options that describe the gateway go along as they were given.
std::vector<std::string> arguments(const Options& options, const std::string& address) {
  static constexpr std::string_view kHandedOn[] = {"tick",        "seed",
                                                   "domain",      "gw-uri",
                                                   "sc-psi",      "sc-address",
                                                   "digest",      "realm",
                                                   "password",    "topology",
                                                   "reg-event",   "timers",
                                                   "gso",         "gro",
                                                   "sc-delay",    "sc-result",
                                                   "hss-result",  "barred",
                                                   "submits-max", "fault-every",
                                                   "transport",   "gw-number",
                                                   "hss-number",  "imsi-base",
                                                   "mnc-digits",  "msisdn-less-delivery"};
  std::vector<std::string> words{"rung", "gateway", "--listen", address};
  for (const auto& [name, value] : options.settings) {
    if (std::find(std::begin(kHandedOn), std::end(kHandedOn), name) == std::end(kHandedOn))
      continue;
    // An empty value is the default, and `--name=` alone is an error.
    if (!value.empty()) words.push_back(fmt::format("--{}={}", name, value));
  }
  for (const LinkSettings& link : options.links) {
    for (std::string& flag : link_flags(link)) words.push_back(std::move(flag));
  }
  for (const std::string& fault : options.fault) words.push_back("--fault=" + fault);
  words.push_back(fmt::format("--users-max={}", std::max(options.users_max, options.ues)));
  if (over_tcp(options)) {
    words.push_back(fmt::format("--connections-max={}", connections_of(options, options.ues)));
  }
  return words;
}

[[noreturn]] void become_gateway(const std::vector<std::string>& words, int ready, int cpu) {
  // Its own process group: a Ctrl-C at the terminal drains the run first and ends the gateway last.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  dup2(ready, STDOUT_FILENO);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execv("/proc/self/exe", argv.data());
  _exit(127);
}

/// Reads the child's first line; empty when it does not come in time.
std::string first_line(int fd) {
  std::string text;
  char c = 0;
  pollfd waiting{fd, POLLIN, 0};
  while (poll(&waiting, 1, kStartTimeoutMs) == 1 && read(fd, &c, 1) == 1) {
    if (c == '\n') return text;
    text += c;
  }
  return {};
}

}  // namespace

std::string GatewayProcess::start(const Options& options, const std::string& address, int cpu,
                                  Endpoint& listening) {
  int ends[2];
  if (pipe(ends) != 0)
    return fmt::format("cannot start the embedded gateway: {}", std::strerror(errno));
  const std::vector<std::string> words = arguments(options, address);
  pid_ = fork();
  if (pid_ == 0) become_gateway(words, ends[1], cpu);
  close(ends[1]);
  if (pid_ < 0) {
    close(ends[0]);
    return fmt::format("cannot start the embedded gateway: {}", std::strerror(errno));
  }
  output_ = ends[0];
  const std::string line = first_line(output_);
  const std::size_t at = line.find(kReady);
  if (at != std::string::npos) {
    const auto parsed = parse_endpoint(std::string_view(line).substr(at + kReady.size()), 0);
    if (parsed.ok()) {
      listening = *parsed;
      return {};
    }
  }
  stop();
  return "the embedded gateway did not start; its own message is above";
}

std::string GatewayProcess::ended() {
  if (pid_ <= 0) return ending_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return {};
  pid_ = -1;
  ending_ = WIFSIGNALED(status)
                ? fmt::format("the embedded gateway was ended by signal {}", WTERMSIG(status))
                : fmt::format("the embedded gateway ended with exit code {}", WEXITSTATUS(status));
  return ending_;
}

void GatewayProcess::stop() {
  if (pid_ > 0) kill(pid_, SIGTERM);
  read_to_end();
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void GatewayProcess::read_to_end() {
  char octets[4096];
  while (output_ >= 0 && read(output_, octets, sizeof octets) > 0) {
  }
  if (output_ >= 0) close(output_);
  output_ = -1;
}

}  // namespace rung
