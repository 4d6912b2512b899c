#include "worker_plans.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>

#include "engine/net/uring_udp.hpp"
#include "engine/ue/address_range.hpp"
#include "engine/wire/sip_value.hpp"
#include "gateway_setup.hpp"

namespace rung {
namespace {

constexpr std::uint64_t kPortEnd = 65536;

struct UeAddresses {
  AddressPlan plan;  // of the first worker
  bool good = false;
};

/// Every worker has ports of its own, as many as the addresses need to tell all UEs apart.
UeAddresses read_addresses(const Options& options, std::vector<std::string>& errors) {
  const auto range = parse_address_range(options.ue_addresses);
  if (!range.ok()) {
    errors.push_back(fmt::format("--ue-addresses: {}", range.error()));
    return {};
  }
  // On isc all UEs are behind the worker's S-CSCF.
  const bool shared = options.shared_address || options.topology == "isc";
  const std::uint64_t hosts = std::min<std::uint64_t>(range->count, UINT32_MAX);
  const std::uint64_t ports = shared ? 1 : (options.ues + hosts - 1) / hosts;
  if (ports > UringUdp::kPortsMax || options.ue_port + ports * options.workers > kPortEnd) {
    errors.push_back(fmt::format(
        "--ue-addresses: '{}' has {} addresses, too few for {} UEs with ports {}..65535, {} an "
        "address at most",
        options.ue_addresses, range->count, options.ues, options.ue_port, UringUdp::kPortsMax));
    return {};
  }
  UeAddresses out;
  out.plan.base = range->first;
  out.plan.base.port = static_cast<std::uint16_t>(options.ue_port);
  out.plan.hosts = shared ? 1 : static_cast<std::uint32_t>(hosts);
  out.plan.ports_per_host = static_cast<std::uint32_t>(ports);
  out.plan.shared = shared;
  out.good = true;
  return out;
}

std::size_t digits_of(std::uint64_t number) { return fmt::formatted_size("{}", number); }

/// All numbers have as many digits, at most the 15 of ITU-T E.164 6.2.1, and one more of them is
/// nobody's.
void check_numbers(const Options& options, std::vector<std::string>& errors) {
  constexpr std::size_t kDigitsMax = 15;
  const std::uint64_t after = options.msisdn_base + options.ues;
  if (digits_of(options.msisdn_base) == digits_of(after) && digits_of(after) <= kDigitsMax) return;
  errors.push_back(fmt::format(
      "--msisdn-base: {} and the {} numbers behind it differ in length or exceed {} digits",
      options.msisdn_base, options.ues, kDigitsMax));
}

void check_impu_user(const Options& options, std::vector<std::string>& errors) {
  const auto user = parse_identity_template(options.impu_user);
  if (!user.ok()) {
    errors.push_back(
        fmt::format("--impu-user: '{}' is not accepted: {}", options.impu_user, user.error()));
  } else if (!user->by_msisdn && options.target.empty() && options.topology == "gm") {
    errors.push_back("--impu-user: on gm the embedded gateway knows its users by their number");
  }
}

void set_identities(const Options& options, PlayConfig& play) {
  const std::uint64_t last = options.msisdn_base + options.ues - 1;
  play.domain = options.domain;
  if (const auto user = parse_identity_template(options.impu_user); user.ok()) {
    play.impu_user = *user;
  }
  play.gw_uri = options.gw_uri;
  play.sc_psi = options.sc_psi;
  play.sc_address = options.sc_address;
  play.msisdn_base = options.msisdn_base;
  play.msisdn_digits = static_cast<unsigned>(digits_of(last));
  play.foreign_msisdn = last + 1;
  play.realm = "";
  play.password = options.password;
}

/// Every worker's S-CSCF has its own URI, so that what is sent to it comes to that worker.
std::string cscf_uri(const Options& options, const Endpoint& own) {
  const std::string_view parameter = over_tcp(options) ? ";transport=tcp" : "";
  if (options.cscf_uri.empty()) return fmt::format("sip:{}{}", to_string(own), parameter);
  if (options.workers == 1) return fmt::format("{}{}", options.cscf_uri, parameter);
  return fmt::format("{}:{}{}", options.cscf_uri, own.port, parameter);
}

/// It is set into headers in angle brackets, and a port may have to be added to it.
void check_cscf_uri(const Options& options, std::vector<std::string>& errors) {
  sip::Uri uri;
  if (options.cscf_uri.empty()) return;
  const bool good = sip::parse_uri(options.cscf_uri, uri) && uri.scheme == "sip" &&
                    uri.parameters.empty() && (uri.port == 0 || options.workers == 1);
  if (good) return;
  errors.push_back(fmt::format(
      "--cscf-uri: '{}' is not accepted, expected sip:HOST, or sip:HOST:PORT with one worker",
      options.cscf_uri));
}

void set_behaviour(const Options& options, PlayConfig& play) {
  play.seed = options.seed;
  play.reliable = over_tcp(options);
  play.expires_s = static_cast<std::uint32_t>(options.expires.count() / 1'000'000'000);
  play.refresh = options.refresh;
  play.timers = timers_of(options.timers);
  play.reorder_max = options.reorder_max;
  play.lossy =
      options.lossy || options.loss > 0 || options.duplication > 0 || options.reordering > 0;
  play.call_id_preserved = options.call_id_preserved;
  play.strict = options.strict;
  play.judge = options.judge == "all";
  play.text_septets = static_cast<std::uint32_t>(options.text_length);
  play.tick = options.tick;
}

}  // namespace

std::vector<PlayConfig> worker_plans(const Options& options, std::uint16_t run_id,
                                     const PoolSizes& pools, std::vector<std::string>& errors) {
  const auto workers = static_cast<std::uint32_t>(options.workers);
  const auto ues = static_cast<std::uint32_t>(options.ues);
  if (ues < 2 * workers) {
    errors.push_back(
        fmt::format("--ues: {} for {} workers, expected at least two a worker", ues, workers));
  }
  check_numbers(options, errors);
  check_impu_user(options, errors);
  check_cscf_uri(options, errors);
  const UeAddresses addresses = read_addresses(options, errors);
  if (!errors.empty() || !addresses.good) return {};

  PlayConfig common;
  common.run_id = run_id;
  common.workers = workers;
  common.ues = ues;
  set_identities(options, common);
  set_behaviour(options, common);
  common.addresses = addresses.plan;
  common.sessions_max = pools.sessions;
  common.tombstones_max = pools.tombstones;
  common.foreign_texts_max = pools.foreign_texts;
  std::vector<PlayConfig> plans(workers, common);
  for (std::uint32_t w = 0; w < workers; ++w) {
    const UeRange range = ues_of_worker(ues, workers, w);
    plans[w].worker = static_cast<std::uint8_t>(w);
    plans[w].ue_first = range.first;
    plans[w].ue_count = range.count;
    plans[w].addresses.base.port =
        static_cast<std::uint16_t>(options.ue_port + w * addresses.plan.ports_per_host);
    plans[w].cscf_uri = cscf_uri(options, plans[w].addresses.base);
  }
  return plans;
}

int first_cpu(const Options& options) {
  cpu_set_t cpus;
  sched_getaffinity(0, sizeof cpus, &cpus);
  const std::uint64_t wanted = options.workers + (options.target.empty() ? 1 : 0);
  for (std::uint64_t cpu = options.first_cpu; cpu < options.first_cpu + wanted; ++cpu) {
    if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &cpus)) return -1;
  }
  return static_cast<int>(options.first_cpu);
}

}  // namespace rung
