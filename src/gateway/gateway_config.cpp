#include "gateway/gateway_config.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include <fmt/format.h>

#include "engine/wire/sip_value.hpp"
#include "gateway/map_failure.hpp"
#include "gateway/pool.hpp"

namespace rung::gateway {
namespace {

const NamedFailure* failure_by_name(std::span<const NamedFailure> table, std::string_view name) {
  if (name.empty()) return nullptr;
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const NamedFailure& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::vector<std::string_view> names_of(std::span<const NamedFailure> table) {
  std::vector<std::string_view> names;
  for (const NamedFailure& row : table) {
    if (!row.name.empty()) names.push_back(row.name);
  }
  return names;
}

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
  const auto refuse = [&] {
    return fmt::format(
        "'{}': expected ok, no_answer, or a refusal and maybe its TP-FCS (error:<RP-Cause 1..127> "
        "or "
        "one of {})[:<80..FF, hexadecimal>]",
        text, fmt::join(sc_failures(), ", "));
  };
  ScResult result;
  if (text == "ok") return result;
  result.accept = false;
  if (text == "no_answer") {
    result.silent = true;
    result.rp_cause = kRpCauseOutOfOrder;
    return result;
  }
  std::string_view rest = text;
  const bool by_cause = rest.starts_with("error:");
  if (by_cause) rest.remove_prefix(6);
  const std::size_t colon = rest.find(':');
  const std::string_view what = rest.substr(0, colon);
  const NamedFailure* named = by_cause ? nullptr : failure_by_name(forward_failures(), what);
  if (named != nullptr) result.rp_cause = named->rp_cause;
  const bool good = by_cause ? read_number(what, 10, 1, 127, result.rp_cause) : named != nullptr;
  if (!good) return refuse();
  if (colon == std::string_view::npos) return result;
  std::uint8_t failure_cause = 0;
  if (!read_number(rest.substr(colon + 1), 16, 0x80, 0xff, failure_cause)) return refuse();
  result.failure_cause = failure_cause;
  return result;
}

std::vector<std::string_view> sc_failures() { return names_of(forward_failures()); }

Result<HssResult, std::string> parse_hss_result(std::string_view text) {
  if (text == "ok") return HssResult{};
  if (const NamedFailure* named = failure_by_name(ready_failures(), text)) {
    return HssResult{.rp_cause = named->rp_cause};
  }
  return fmt::format("'{}': expected ok or one of {}", text,
                     fmt::join(names_of(ready_failures()), ", "));
}

Result<BarredNumbers, std::string> parse_barred(std::string_view text) {
  constexpr std::size_t digits_max = 15;
  BarredNumbers barred;
  if (text.empty()) return barred;
  const std::size_t dots = text.find("..");
  const std::string_view first = text.substr(0, dots);
  const std::string_view last = dots == std::string_view::npos ? first : text.substr(dots + 2);
  const auto read = [](std::string_view digits, std::uint64_t& out) {
    if (digits.empty() || digits.size() > digits_max || !all_digits(digits)) return false;
    std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return true;
  };
  if (read(first, barred.first) && read(last, barred.last) && barred.first <= barred.last) {
    return barred;
  }
  return fmt::format("'{}': expected a number or FIRST..LAST, at most 15 digits each", text);
}

std::string to_string(const ScResult& result) {
  if (result.accept) return "ok";
  if (result.silent) return "no_answer";
  if (!result.failure_cause) return fmt::format("error:{}", result.rp_cause);
  return fmt::format("error:{}:{:02X}", result.rp_cause, *result.failure_cause);
}

std::uint32_t contacts_max(const GatewayConfig& config) {
  if (config.contacts_max != 0) return config.contacts_max;
  return std::min(config.users_max + config.users_max / 8 + 16, kPoolSizeMax);
}

std::vector<std::string> config_errors(const GatewayConfig& config) {
  std::vector<std::string> errors;
  const auto demand = [&](bool ok, std::string_view name, const auto& value,
                          std::string_view range) {
    if (!ok) errors.push_back(fmt::format("{} = {}: expected {}", name, value, range));
  };
  sip::Uri uri;
  demand(config.listen.family != AddressFamily::none, "listen", "none", "an IPv4 or IPv6 endpoint");
  const auto& octets = config.listen.address;
  const bool wildcard =
      std::all_of(std::begin(octets), std::end(octets), [](auto o) { return o == 0; });
  demand(config.listen.family == AddressFamily::none || !wildcard, "listen",
         rung::to_string(config.listen),
         "an address others reach it at: it stands in Via and Service-Route");
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
  demand(config.peer_wait > 0ms, "peer_wait", config.peer_wait.count(), "more than 0, in ns");
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
  const auto network = config_errors(config.network);
  errors.insert(errors.end(), network.begin(), network.end());
  return errors;
}

}  // namespace rung::gateway
