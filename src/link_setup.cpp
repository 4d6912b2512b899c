#include "link_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "engine/net/clock.hpp"
#include "engine/net/raw_sctp.hpp"
#include "engine/net/uring_udp.hpp"

namespace rung {
namespace {

template <class Value>
struct Choice {
  std::string_view text;
  Value value;
};
constexpr Choice<m3ua::Role> kRoles[] = {{"asp", m3ua::Role::asp},
                                         {"sg", m3ua::Role::sg},
                                         {"ipsp-client", m3ua::Role::ipsp_client},
                                         {"ipsp-server", m3ua::Role::ipsp_server},
                                         {"ipsp-double", m3ua::Role::ipsp_double}};
constexpr Choice<std::uint8_t> kIndicators[] = {
    {"international", 0}, {"spare", 1}, {"national", 2}, {"reserved", 3}};
constexpr Choice<m3ua::TrafficMode> kModes[] = {{"loadshare", m3ua::TrafficMode::loadshare},
                                                {"override", m3ua::TrafficMode::override_}};

/// What a text that its table's range admits stands for.
template <class Value, std::size_t N>
Value chosen(const Choice<Value> (&choices)[N], std::string_view text) {
  for (const auto& choice : choices) {
    if (choice.text == text) return choice.value;
  }
  return choices[0].value;
}

/// One link's settings turned into a plan, and what is wrong with them.
class LinkPlanner {
 public:
  LinkPlanner(const LinkSettings& link, std::vector<std::string>& errors)
      : link_(link), errors_(errors) {}

  CarrierPlan carrier() { return {link_.over == "ip", endpoint("local", link_.local)}; }

  LinkPlan link() {
    LinkPlan plan;
    plan.as = link_.as;
    plan.recovery = link_.recovery;
    m3ua::LinkOptions& out = plan.options;
    out.name = link_.name;
    out.opc = static_cast<std::uint32_t>(link_.point_code);
    out.dpc = static_cast<std::uint32_t>(link_.peer_point_code);
    out.ni = chosen(kIndicators, link_.network_indicator);
    fill(out.asp);
    fill(out.sctp, out.asp.role);
    if (!link_.remote.empty() || !out.sctp.listen) {
      out.sctp.remote = endpoint("remote", link_.remote);
    }
    if (out.opc == out.dpc) {
      fail("peer-point-code", fmt::format("{}", out.dpc), "another than point-code");
    }
    if (link_.back_off_min > link_.back_off_max) {
      fail("back-off-min", exact_duration_text(link_.back_off_min),
           "at most back-off-max, " + exact_duration_text(link_.back_off_max));
    }
    return plan;
  }

 private:
  void fill(m3ua::AspOptions& out) {
    out.role = chosen(kRoles, link_.role);
    out.routing_context = word("routing-context", link_.routing_context);
    out.network_appearance = word("network-appearance", link_.network_appearance);
    out.asp_identifier = word("asp-identifier", link_.asp_identifier);
    out.traffic_mode = chosen(kModes, link_.mode);
    out.ack = link_.ack;
    out.heartbeat = link_.heartbeat;
  }
  void fill(SctpAssociationOptions& out, m3ua::Role role) {
    const bool server = role == m3ua::Role::sg || role == m3ua::Role::ipsp_server;
    out.listen = link_.setup == "listen" || (link_.setup == "auto" && server);
    out.local_port = static_cast<std::uint16_t>(link_.local_port);
    out.remote_port = static_cast<std::uint16_t>(link_.remote_port);
    out.streams = static_cast<std::uint16_t>(link_.streams);
    out.path_mtu = static_cast<std::uint32_t>(link_.path_mtu);
    out.back_off_min = link_.back_off_min;
    out.back_off_max = link_.back_off_max;
  }
  std::optional<std::uint32_t> word(std::string_view key, std::string_view text) {
    if (text == "none") return std::nullopt;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size()) return value;
    fail(key, text, "a whole number in 0..4294967295, or none");
    return std::nullopt;
  }
  Endpoint endpoint(std::string_view key, std::string_view text) {
    const bool over_ip = link_.over == "ip";
    const auto parsed = parse_endpoint(text, over_ip ? 0 : kSctpUdpPort);
    if (parsed.ok() && (!over_ip || parsed->port == 0)) return *parsed;
    fail(key, text, over_ip ? "ADDRESS" : "ADDRESS or ADDRESS:UDP-PORT");
    return {};
  }
  void fail(std::string_view key, std::string_view value, std::string_view expected) {
    errors_.push_back(fmt::format("link.{}.{}: '{}' is not accepted, expected {}", link_.name, key,
                                  value, expected));
  }

  const LinkSettings& link_;
  std::vector<std::string>& errors_;
};

/// Whether one's packets could be taken for the other's.
bool collide(const LinkPlan& a, const LinkPlan& b) {
  const SctpAssociationOptions& one = a.options.sctp;
  const SctpAssociationOptions& other = b.options.sctp;
  if (one.carrier != other.carrier || one.local_port != other.local_port) return false;
  const bool any_peer =
      one.remote.family == AddressFamily::none || other.remote.family == AddressFamily::none;
  if (one.listen && other.listen) return any_peer || one.remote == other.remote;
  return one.remote == other.remote && one.remote_port == other.remote_port;
}

void check_pair(const LinkPlan& a, const LinkPlan& b, std::vector<std::string>& errors) {
  const auto pair = [&] {
    return fmt::format("link.{} and link.{}", a.options.name, b.options.name);
  };
  if (collide(a, b)) {
    errors.push_back(fmt::format(
        "{}: same local, local-port and remote, expected another local-port for one", pair()));
  }
  if (a.as.empty() || a.as != b.as) return;
  const m3ua::AspOptions& one = a.options.asp;
  const m3ua::AspOptions& other = b.options.asp;
  if (one.role != other.role || one.traffic_mode != other.traffic_mode ||
      one.routing_context != other.routing_context) {
    errors.push_back(
        fmt::format("{}: they share the AS '{}', expected the same role, mode and routing-context",
                    pair(), a.as));
  }
}

}  // namespace

Result<LinkPlans, std::vector<std::string>> plan_links(const std::vector<LinkSettings>& links) {
  LinkPlans plans;
  std::vector<std::string> errors;
  for (const LinkSettings& settings : links) {
    LinkPlanner planner(settings, errors);
    const CarrierPlan carrier = planner.carrier();
    const auto known = std::find(plans.carriers.begin(), plans.carriers.end(), carrier);
    LinkPlan& link = plans.links.emplace_back(planner.link());
    link.options.sctp.carrier = static_cast<std::size_t>(known - plans.carriers.begin());
    if (known == plans.carriers.end()) plans.carriers.push_back(carrier);
  }
  for (std::size_t i = 0; errors.empty() && i < plans.links.size(); ++i) {
    for (std::size_t k = i + 1; k < plans.links.size(); ++k) {
      check_pair(plans.links[i], plans.links[k], errors);
    }
  }
  if (!errors.empty()) return errors;
  return plans;
}

m3ua::UnitEnds ends_of(const LinkPlans& plans, std::size_t link) {
  const SctpAssociationOptions& sctp = plans.links[link].options.sctp;
  return {plans.carriers[sctp.carrier].local, sctp.remote, sctp.local_port, sctp.remote_port};
}

Result<std::unique_ptr<LinkWire>, std::string> LinkWire::open(const LinkPlans& plans,
                                                              std::span<Tap* const> taps,
                                                              Time now) {
  ENGINE_ASSERT(taps.size() == plans.carriers.size());
  std::unique_ptr<LinkWire> wire(new LinkWire(now));
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const auto& [over_ip, local] = plans.carriers[i];
    if (over_ip) {
      auto opened = RawSctp::open({.bind = local});
      if (!opened.ok()) return opened.error().text;
      wire->carriers_.push_back(std::move(*opened));
    } else {
      auto opened = UringUdp::open({.bind = local});
      if (!opened.ok()) return opened.error().text;
      wire->carriers_.push_back(std::move(*opened));
    }
    wire->stack_.add_carrier(*wire->carriers_.back(), *taps[i]);
  }
  wire->open_links(plans.links);
  return wire;
}

void LinkWire::open_links(const std::vector<LinkPlan>& plans) {
  transport_ = std::make_unique<m3ua::LinkTransport>(stack_, m3ua::LinkTransportOptions{});
  std::vector<std::pair<std::string, std::size_t>> shared;
  for (const LinkPlan& plan : plans) {
    auto as = std::find_if(shared.begin(), shared.end(), [&](const auto& known) {
      return !plan.as.empty() && known.first == plan.as;
    });
    if (as == shared.end()) {
      const std::size_t number = transport_->links().add_as(1, plan.recovery);
      as = shared.insert(shared.end(), {plan.as, number});
    }
    transport_->open(plan.options, as->second);
  }
}

void LinkWire::close() {
  MonotonicClock clock;
  transport_->close(clock, [this](Time now) {
    transport_->rx_burst(now);
    transport_->tx_burst(now);
  });
}

std::size_t LinkWire::active() const {
  std::size_t count = 0;
  m3ua::LinkSet& links = transport_->links();
  for (std::size_t i = 0; i < links.size(); ++i) count += links[i].active() ? 1 : 0;
  return count;
}

}  // namespace rung
