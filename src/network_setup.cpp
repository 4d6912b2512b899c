#include "network_setup.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "engine/base/bytes.hpp"

namespace rung {
namespace {

constexpr std::size_t kNumberDigitsMax = 15;  // ITU-T E.164 6.2.1
constexpr std::size_t kImsiDigits = 15;
constexpr std::size_t kMccDigits = 3;
/// Subscribers' IMSIs do not begin so behind MCC and MNC: MT correlation IDs do.
constexpr char kCorrelationDigit = '9';
/// Process numbers of Linux are below (proc(5), pid_max).
constexpr std::uint32_t kProcessesMax = 1U << 22;
constexpr std::uint32_t kOwnLoopback = 0x7f800000;  // 127.128.0.0/10
constexpr std::uint32_t kGatewayLoopback = kOwnLoopback + kProcessesMax;
constexpr std::uint64_t kOwnPointCode = 1;

bool is_number(std::string_view text, std::size_t low, std::size_t high) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() >= low && text.size() <= high && std::all_of(text.begin(), text.end(), digit);
}

std::uint64_t value_of(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

bool check_number(std::string_view name, const std::string& number,
                  std::vector<std::string>& errors) {
  if (is_number(number, 1, kNumberDigitsMax)) return true;
  errors.push_back(
      fmt::format("--{}: '{}' is not accepted, expected an E.164 number of 1 to {} digits", name,
                  number, kNumberDigitsMax));
  return false;
}

/// An element's number is no UE's of the run.
void check_element(const Options& options, std::string_view name, const std::string& number,
                   std::vector<std::string>& errors) {
  if (!check_number(name, number, errors)) return;
  const std::uint64_t last = options.msisdn_base + options.ues;
  if (number.size() != fmt::formatted_size("{}", last)) return;
  if (value_of(number) < options.msisdn_base || value_of(number) > last) return;
  errors.push_back(fmt::format("--{}: {} is a UE's, expected a number outside {}..{}", name, number,
                               options.msisdn_base, last));
}

/// MCC and MNC.
std::string home_plmn(const Options& options) {
  return options.imsi_base.substr(0, kMccDigits + options.mnc_digits);
}

/// The UEs' IMSIs differ in their last digits alone.
void check_imsi(const Options& options, std::vector<std::string>& errors) {
  const std::string& base = options.imsi_base;
  const std::size_t plmn = home_plmn(options).size();
  if (is_number(base, kImsiDigits, kImsiDigits) && base[plmn] != kCorrelationDigit) {
    const std::string last = imsi_after(base, options.ues);
    if (last.compare(0, plmn + 1, base, 0, plmn + 1) == 0) return;
  }
  errors.push_back(
      fmt::format("--imsi-base: '{}' is not accepted for {} UEs, expected {} digits, no {} behind "
                  "the {} of MCC "
                  "and MNC (--mnc-digits), all of which, and the digit behind them, all IMSIs have",
                  base, options.ues, kImsiDigits, kCorrelationDigit, plmn));
}

/// Whoever plays one network has one point code, and so has whom it meets.
void check_labels(const LinkPlans& links, std::vector<std::string>& errors) {
  const m3ua::LinkOptions& first = links.links.front().options;
  for (const LinkPlan& link : links.links) {
    const m3ua::LinkOptions& other = link.options;
    if (other.opc == first.opc && other.dpc == first.dpc && other.ni == first.ni) continue;
    errors.push_back(
        fmt::format("link.{0} and link.{1}: point-code, peer-point-code and network-indicator "
                    "differ, expected the same for all links to one gateway",
                    first.name, other.name));
  }
}

}  // namespace

std::string imsi_after(const std::string& base, std::uint64_t count) {
  if (!is_number(base, kImsiDigits, kImsiDigits)) return base;
  return fmt::format("{:015}", value_of(base) + count);
}

/// A simulated run repeats, so its addresses do too.
LinkSettings embedded_link(const Options& options, std::size_t gateway) {
  const std::uint32_t process = is_simulated(options) ? 0 : static_cast<std::uint32_t>(getpid());
  ENGINE_ASSERT(process < kProcessesMax);
  const auto loopback = [&](std::uint32_t first, std::size_t port) {
    return to_string(Endpoint::ipv4(first + process, narrow<std::uint16_t>(port)));
  };
  LinkSettings link =
      default_link(fmt::format("gw{}", gateway == 0 ? "" : std::to_string(gateway)));
  link.local = loopback(kOwnLoopback, kSctpUdpPort);
  link.remote = loopback(kGatewayLoopback, kSctpUdpPort + gateway);
  link.point_code = kOwnPointCode;
  link.peer_point_code = kOwnPointCode + 1 + gateway;
  return link;
}

LinkSettings other_end(const LinkSettings& link) {
  constexpr std::pair<std::string_view, std::string_view> kRoles[] = {
      {"asp", "sg"}, {"sg", "asp"}, {"ipsp-client", "ipsp-server"}, {"ipsp-server", "ipsp-client"}};
  LinkSettings other = link;
  for (const auto& [role, opposite] : kRoles) {
    if (link.role == role) other.role = opposite;
  }
  const bool server = link.role == "sg" || link.role == "ipsp-server";
  const bool listens = link.setup == "listen" || (link.setup == "auto" && server);
  other.setup = listens ? "connect" : "listen";
  std::swap(other.local, other.remote);
  std::swap(other.local_port, other.remote_port);
  std::swap(other.point_code, other.peer_point_code);
  return other;
}

std::vector<LinkSettings> other_ends(const std::vector<LinkSettings>& links) {
  std::vector<LinkSettings> others;
  for (const LinkSettings& link : links) others.push_back(other_end(link));
  return others;
}

NetworkConfig played_network(const Options& options, const LinkPlans& links,
                             std::vector<std::string>& errors) {
  NetworkConfig network;
  network.linked = !links.links.empty();
  if (!network.linked) return network;
  check_labels(links, errors);
  check_imsi(options, errors);
  check_element(options, "sc-address", options.sc_address, errors);
  check_element(options, "gw-number", options.gw_number, errors);
  check_element(options, "hss-number", options.hss_number, errors);
  check_element(options, "msc-number", options.msc_number, errors);
  check_element(options, "sgsn-number", options.sgsn_number, errors);
  network.gateway = options.gw_number;
  network.hss = options.hss_number;
  network.msc = options.msc_number;
  network.sgsn = options.sgsn_number;
  network.imsi_base = value_of(options.imsi_base);
  network.home_plmn = home_plmn(options);
  const m3ua::LinkOptions& label = links.links.front().options;
  network.point_code = label.opc;
  network.gateway_point_code = label.dpc;
  network.network_indicator = label.ni;
  return network;
}

gateway::NetworkConfig gateway_network(const Options& options, const LinkPlans& links,
                                       std::vector<std::string>& errors) {
  gateway::NetworkConfig network;
  if (links.links.empty()) return network;
  check_labels(links, errors);
  check_imsi(options, errors);
  check_number("gw-number", options.gw_number, errors);
  check_number("hss-number", options.hss_number, errors);
  network.number = options.gw_number;
  network.hss_number = options.hss_number;
  network.correlation_prefix = home_plmn(options);
  const m3ua::LinkOptions& label = links.links.front().options;
  network.point_code = label.opc;
  network.relay_point_code = label.dpc;
  network.network_indicator = label.ni;
  return network;
}

}  // namespace rung
