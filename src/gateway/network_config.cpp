#include "gateway/network_config.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rung::gateway {
namespace {

constexpr std::size_t kNumberDigitsMax = 15;  // E.164
constexpr std::uint32_t kPointCodeMax = (1U << 14) - 1;
constexpr std::uint32_t kNetworkPoolMax = 1U << 20;

bool is_digits(std::string_view text, std::size_t low, std::size_t high) {
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && text.size() >= low && text.size() <= high;
}

constexpr std::string_view kDomainNames[kDomains] = {"ims", "sgsn", "msc"};

}  // namespace

bool parse_domains(std::string_view text, std::vector<Domain>& out) {
  out.clear();
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    const auto found = std::find(std::begin(kDomainNames), std::end(kDomainNames), name);
    if (found == std::end(kDomainNames)) return false;
    const auto domain = static_cast<Domain>(found - std::begin(kDomainNames));
    if (std::find(out.begin(), out.end(), domain) != out.end()) return false;
    out.push_back(domain);
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

std::vector<std::string> config_errors(const NetworkConfig& config) {
  std::vector<std::string> errors;
  const auto demand = [&](bool ok, std::string_view name, const auto& value,
                          std::string_view range) {
    if (!ok) errors.push_back(fmt::format("network.{} = {}: expected {}", name, value, range));
  };
  const auto demand_number = [&](std::string_view name, const std::string& value) {
    demand(is_digits(value, 1, kNumberDigitsMax), name, value, "1 to 15 digits without '+'");
  };
  demand_number("number", config.number);
  demand_number("hss_number", config.hss_number);
  demand(config.point_code <= kPointCodeMax, "point_code", config.point_code, "0..16383");
  demand(config.relay_point_code <= kPointCodeMax, "relay_point_code", config.relay_point_code,
         "0..16383");
  demand(config.network_indicator <= 3, "network_indicator", config.network_indicator, "0..3");
  demand(config.version_max >= 1 && config.version_max <= map::kVersionMax, "version_max",
         config.version_max, "1..3");
  const auto demand_time = [&](std::string_view name, Duration value) {
    demand(value > Duration{}, name, value.count(), "more than 0, in ns");
  };
  demand_time("timer_short", config.timer_short);
  demand_time("timer_medium", config.timer_medium);
  demand_time("timer_long", config.timer_long);
  demand_time("version_lifetime", config.version_lifetime);
  demand_time("delivery_wait", config.delivery_wait);
  demand_time("registration_retry", config.registration_retry);
  demand_time("correlation_lifetime", config.correlation_lifetime);
  demand_time("correlation_afterlife", config.correlation_afterlife);
  demand(config.registration_attempts_max >= 1, "registration_attempts_max",
         config.registration_attempts_max, "at least 1");
  demand(!config.domains.empty() && config.domains.size() <= kDomains, "domains",
         config.domains.size(), "one to three of ims, sgsn, msc");
  demand(is_digits(config.correlation_prefix, 5, 6), "correlation_prefix",
         config.correlation_prefix, "MCC and MNC, 5 or 6 digits");
  const auto demand_pool = [&](std::string_view name, std::uint32_t value) {
    demand(value >= 1 && value <= kNetworkPoolMax, name, value,
           fmt::format("1..{}", kNetworkPoolMax));
  };
  demand_pool("dialogues_max", config.dialogues_max);
  demand_pool("inquiries_max", config.inquiries_max);
  demand_pool("transfers_max", config.transfers_max);
  demand_pool("correlations_max", config.correlations_max);
  return errors;
}

}  // namespace rung::gateway
