#include "gateway/gateway_config.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "engine/wire/sip_value.hpp"
#include "gateway/pool.hpp"

namespace rung::gateway {
namespace {

constexpr std::string_view kScResultForm =
    "expected 'ok' or 'error:<RP-Cause 1..127>[:<TP-FCS 80..FF, hexadecimal>]'";

/// Longest name a request of the gateway repeats, so that every request fits its buffer.
constexpr std::size_t kNameSizeMax = 128;

bool read_number(std::string_view text, int base, unsigned low, unsigned high, std::uint8_t& out) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  if (value < low || value > high) return false;
  out = static_cast<std::uint8_t>(value);
  return true;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Result<ScResult, std::string> parse_sc_result(std::string_view text) {
  ScResult result;
  if (text == "ok") return result;
  const auto refuse = [&] { return fmt::format("'{}': {}", text, kScResultForm); };
  std::string_view rest = text;
  if (!rest.starts_with("error:")) return refuse();
  rest.remove_prefix(6);
  const std::size_t colon = rest.find(':');
  result.accept = false;
  if (!read_number(rest.substr(0, colon), 10, 1, 127, result.rp_cause)) return refuse();
  if (colon == std::string_view::npos) return result;
  std::uint8_t failure_cause = 0;
  if (!read_number(rest.substr(colon + 1), 16, 0x80, 0xff, failure_cause)) return refuse();
  result.failure_cause = failure_cause;
  return result;
}

std::string to_string(const ScResult& result) {
  if (result.accept) return "ok";
  if (!result.failure_cause) return fmt::format("error:{}", result.rp_cause);
  return fmt::format("error:{}:{:02X}", result.rp_cause, *result.failure_cause);
}

std::vector<std::string> config_errors(const GatewayConfig& config) {
  std::vector<std::string> errors;
  const auto demand = [&](bool ok, std::string_view name, const auto& value,
                          std::string_view range) {
    if (!ok) errors.push_back(fmt::format("{} = {}: expected {}", name, value, range));
  };
  sip::Uri uri;
  demand(config.listen.family != AddressFamily::none, "listen", "none", "an IPv4 or IPv6 endpoint");
  demand(sip::parse_uri(config.gw_uri, uri) && config.gw_uri.size() <= kNameSizeMax, "gw_uri",
         config.gw_uri, "a SIP URI of at most 128 characters");
  demand(sip::parse_uri(config.sc_psi, uri), "sc_psi", config.sc_psi, "a SIP or tel URI");
  demand(!config.domain.empty() && config.domain.size() <= kNameSizeMax, "domain", config.domain,
         "a host name of at most 128 characters");
  demand(!config.realm.empty() && config.realm.size() <= kNameSizeMax &&
             config.realm.find('"') == std::string::npos,
         "realm", config.realm, "1 to 128 characters without quotes");
  demand(
      !config.sc_address.empty() && config.sc_address.size() <= 15 && all_digits(config.sc_address),
      "sc_address", config.sc_address, "1 to 15 digits without '+'");
  demand(config.t1 >= 1ms && config.t1 <= config.t2, "t1", config.t1.count(),
         "1 ms up to t2, in ns");
  demand(config.t2 <= 100s, "t2", config.t2.count(), "at most 100 s, in ns");
  demand(config.sc_delay >= 0ms, "sc_delay", config.sc_delay.count(), "not negative, in ns");
  demand(config.report_wait > 0ms, "report_wait", config.report_wait.count(), "more than 0, in ns");
  demand(config.expires_min <= config.expires_max, "expires_min", config.expires_min,
         "at most expires_max");
  demand(config.expires_max >= 1, "expires_max", config.expires_max, "at least 1 s");
  demand(config.attempts_max >= 1 && config.attempts_max <= 255, "attempts_max",
         config.attempts_max, "1..255");
  demand(config.mt_outstanding_max >= 1 && config.mt_outstanding_max <= 16, "mt_outstanding_max",
         config.mt_outstanding_max, "1..16");
  const auto demand_pool = [&](std::string_view name, std::uint32_t value) {
    demand(value >= 1 && value <= kPoolSizeMax, name, value, fmt::format("1..{}", kPoolSizeMax));
  };
  demand_pool("users_max", config.users_max);
  demand_pool("transactions_max", config.transactions_max);
  demand_pool("submits_max", config.submits_max);
  demand_pool("stored_max", config.stored_max);
  demand(config.contacts_max <= kPoolSizeMax, "contacts_max", config.contacts_max,
         fmt::format("0..{}", kPoolSizeMax));
  demand(config.absorbed_max >= 1 && config.absorbed_max <= 1U << 28, "absorbed_max",
         config.absorbed_max, fmt::format("1..{}", 1U << 28));
  demand(config.utc_offset_quarters >= -48 && config.utc_offset_quarters <= 56,
         "utc_offset_quarters", config.utc_offset_quarters, "-48..56");
  return errors;
}

}  // namespace rung::gateway
