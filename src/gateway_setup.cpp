#include "gateway_setup.hpp"

#include <fmt/format.h>

#include "network_setup.hpp"

namespace rung {
namespace {

void read_service_centre(const Options& options, gateway::GatewayConfig& config,
                         std::vector<std::string>& errors) {
  config.sc_address = options.sc_address;
  config.sc_psi = options.sc_psi;
  config.sc_delay = options.sc_delay;
  const auto result = gateway::parse_sc_result(options.sc_result);
  if (result.ok()) {
    config.sc_result = *result;
  } else {
    errors.push_back("--sc-result: " + result.error());
  }
  const auto hss = gateway::parse_hss_result(options.hss_result);
  if (!hss.ok()) errors.push_back("--hss-result: " + hss.error());
  if (hss.ok()) config.hss_result = *hss;
  const auto barred = gateway::parse_barred(options.barred);
  if (!barred.ok()) errors.push_back("--barred: " + barred.error());
  if (barred.ok()) config.barred = *barred;
}

void read_faults(const Options& options, gateway::GatewayConfig& config,
                 std::vector<std::string>& errors) {
  config.fault_every = static_cast<std::uint32_t>(options.fault_every);
  for (const std::string& text : options.fault) {
    const auto faults = gateway::parse_faults(text);
    if (!faults.ok()) {
      errors.push_back("--fault: " + faults.error());
    } else {
      config.faults.insert(config.faults.end(), faults->begin(), faults->end());
    }
  }
}

}  // namespace

std::vector<std::string> set_up_gateway(const Options& options, gateway::GatewayConfig& config) {
  std::vector<std::string> errors;
  const auto listen = parse_endpoint(options.listen, 5060);
  if (listen.ok()) {
    config.listen = *listen;
  } else {
    errors.push_back(
        fmt::format("--listen: '{}' is not accepted, expected ADDRESS:PORT", options.listen));
  }
  config.topology = options.topology == "isc" ? gateway::Topology::isc : gateway::Topology::gm;
  config.reg_event = options.reg_event == "never"         ? gateway::RegEvent::never
                     : options.reg_event == "when-needed" ? gateway::RegEvent::when_needed
                                                          : gateway::RegEvent::always;
  config.gw_uri = options.gw_uri;
  config.domain = options.domain;
  config.digest = options.digest;
  config.msisdn_less_delivery = options.msisdn_less_delivery;
  config.realm = options.realm;
  config.password = options.password;
  config.users_max = static_cast<std::uint32_t>(options.users_max);
  config.submits_max = static_cast<std::uint32_t>(options.submits_max);
  config.seed = options.seed;
  const TimerConfig timers = timers_of(options.timers);
  config.t1 = timers.t1;
  config.t2 = timers.t2;
  config.t4 = timers.t4;
  read_service_centre(options, config, errors);
  read_faults(options, config, errors);
  const auto links = plan_links(options.links);
  if (links.ok()) {
    config.network = gateway_network(options, *links, errors);
  } else {
    errors.insert(errors.end(), links.error().begin(), links.error().end());
  }
  if (errors.empty()) errors = gateway::config_errors(config);
  return errors;
}

TimerConfig timers_of(const std::string& choice) {
  if (choice == "gm") return {.t1 = 2s, .t2 = 16s, .t4 = 17s};
  return {};
}

}  // namespace rung
