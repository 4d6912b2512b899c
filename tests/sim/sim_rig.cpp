#include "sim_rig.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace rung {
namespace {

const Endpoint kGateway = Endpoint::ipv4(0x7f000001, 5060);
/// 2026-03-14 15:09:26 GMT, the catalogue's date.
constexpr std::int64_t kWallClock = 1773500966;
/// A burst of the player leaves room in the transmit queue.
constexpr std::size_t kTxReserve = 2 * kSendsPerCall;

/// What a ladder needs of the network behind the gateway; all UEs of a rig are barred, or none.
void set_up_given(const LadderBook& book, const RigOptions& options,
                  gateway::GatewayConfig& config) {
  for (const std::string& name : options.ladders) {
    const Ladder* ladder = book.ladder(name);
    if (ladder == nullptr) continue;
    const std::string_view sc = ladder->answer_of(Party::sc);
    const std::string_view hss = ladder->answer_of(Party::hss);
    if (sc == "error" && config.sc_result.accept)
      config.sc_result = *gateway::parse_sc_result("error:38");
    if (!sc.empty() && sc != "error" && sc != "status_reports")
      config.sc_result = *gateway::parse_sc_result(sc);
    if (!hss.empty()) config.hss_result = *gateway::parse_hss_result(hss);
    if (ladder->answer_of(Party::gw) == "msisdn_less_delivery") config.msisdn_less_delivery = true;
    const std::uint64_t base = options.play.msisdn_base;
    if (ladder->needs_barred()) config.barred = {base, base + options.ues - 1};
  }
}

/// The gateway knows the network as it is played.
void join_network(const NetworkConfig& played, gateway::NetworkConfig& config) {
  config.number = played.gateway;
  config.hss_number = played.hss;
  config.point_code = played.gateway_point_code;
  config.relay_point_code = played.point_code;
  config.network_indicator = played.network_indicator;
  config.correlation_prefix = played.home_plmn;
}

/// Units go straight from one end to the other.
class UnitLinks final : public RigLinks {
 public:
  UnitLinks(SimClock& clock, std::uint64_t seed)
      : wire_({.seed = seed, .a_to_b = kDelay, .b_to_a = kDelay}, clock) {}
  Transport& player_end() override { return wire_.a(); }
  Transport& gateway_end() override { return wire_.b(); }
  Time next_due(bool both) override {
    return both ? wire_.next_delivery() : wire_.a().next_delivery();
  }

 private:
  static constexpr SimWire kDelay{.delay_min = 1ms, .delay_max = 1ms};
  SimNetwork wire_;
};

}  // namespace

LadderBook read_book(std::string_view own_ladders) {
  LadderBook book;
  std::vector<TextError> errors;
  for (const ScenarioFile& file : built_in_scenarios())
    read_ladders(file.text, file.name, book, errors);
  read_ladders(own_ladders, "my.ladder", book, errors);
  resolve(book, errors);
  for (const TextError& error : errors) ADD_FAILURE() << to_string(error);
  return book;
}

namespace {

/// Reading the built-in ladders costs more than playing one of them: it is done once.
std::shared_ptr<const LadderBook> book_with(std::string_view own_ladders) {
  static const auto built_in = std::make_shared<const LadderBook>(read_book());
  return own_ladders.empty() ? built_in
                             : std::make_shared<const LadderBook>(read_book(own_ladders));
}

}  // namespace

SimRig::SimRig(RigOptions options)
    : options_(std::move(options)),
      whole_book_(book_with(options_.own_ladders)),
      book_(*whole_book_),
      table_(requirement_table()) {
  network_ = std::make_unique<SimNetwork>(SimOptions{.seed = options_.seed,
                                                     .a_to_b = options_.wire,
                                                     .b_to_a = options_.wire,
                                                     .b_local = kGateway,
                                                     .reliable = options_.play.reliable},
                                          clock_.clock);
  options_.play.network.linked = options_.network;
  if (options_.network) join_network(options_.play.network, options_.gateway.network);
  options_.play.ues = options_.ues;
  options_.play.ue_count = options_.ues;
  options_.play.gateway = kGateway;
  if (options_.topology == Topology::isc) {
    options_.play.addresses = {Endpoint::ipv4(0x7f400001, 5060), 1, 1, true};
    options_.play.cscf_uri = "sip:127.64.0.1:5060";
    options_.gateway.topology = gateway::Topology::isc;
    options_.ladders.insert(options_.ladders.end(),
                            {"reg_event", "reg_event_refresh", "reg_event_end"});
  }
  if (!options_.play.addresses.shared) {
    options_.play.addresses = {Endpoint::ipv4(0x7f400001, 5060), options_.ues, 1, false};
  }
  options_.play.lossy = !options_.wire.reliable();
  options_.gateway.listen = kGateway;
  set_up_given(book_, options_, options_.gateway);
  if (std::ranges::any_of(options_.ladders, [&](const std::string& name) {
        const Ladder* ladder = book_.ladder(name);
        return ladder != nullptr && ladder->needs_named();
      })) {
    options_.play.impu_user = *parse_identity_template("user.{ue}");
  }
  auto compiled =
      Program::compile(book_, options_.ladders, options_.topology, table_, options_.play);
  if (!compiled.ok()) {
    for (const std::string& error : compiled.error()) ADD_FAILURE() << error;
    std::abort();
  }
  program_ = std::move(compiled.value());
  links_ = options_.make_links ? options_.make_links(clock_.clock, options_.play)
                               : std::make_unique<UnitLinks>(clock_.clock, options_.seed + 1);
  latency_ = std::make_unique<LatencyBlock>(program_);
  tally_ = std::make_unique<Tally>(table_.size());
  player_ = std::make_unique<Player>(program_, options_.play, table_, network_->a().tx(), counters_,
                                     *latency_, *tally_, log_, now());
  if (options_.network) player_->connect_network(links_->player_end().tx());
  if (!options_.scripted)
    gateway_ =
        std::make_unique<gateway::Gateway>(options_.gateway, network_->b(), now(),
                                           options_.network ? &links_->gateway_end() : nullptr);
}

void SimRig::send_all(Time at) {
  network_->a().tx_burst(at);
  links_->player_end().tx_burst(at);
}

/// As a worker does.
void SimRig::notice_losses(Time at) {
  const std::uint64_t losses = links_->player_end().counters().lost_by_us();
  if (losses != losses_seen_) player_->generator_lost_packets(at);
  losses_seen_ = losses;
}

void SimRig::pass() {
  const Time at = now();
  links_->pass(at);
  notice_losses(at);
  for (;;) {
    const std::span<RxDatagram> burst = network_->a().rx_burst(at);
    for (RxDatagram& datagram : burst) player_->receive(datagram, at);
    std::span<RxDatagram> units;
    if (links_->player_hears()) units = links_->player_end().rx_burst(at);
    for (RxDatagram& unit : units) player_->receive_network(unit, at);
    send_all(at);
    if (burst.empty() && units.empty()) break;
  }
  player_->advance(at);
  send_all(at);
  if (gateway_) gateway_->pass(at, kWallClock + ns(at) / 1'000'000'000);
}

void SimRig::run(Duration at_most, bool until_idle) {
  const Time end = now() + at_most;
  for (;;) {
    pass();
    if (until_idle && player_->sessions_active() == 0) return;
    const bool both = gateway_ != nullptr;
    const Time delivery = both ? network_->next_delivery() : network_->a().next_delivery();
    Time next = std::min({delivery, links_->next_due(both), player_->next_due(), end});
    if (gateway_) next = std::min(next, gateway_->next_due());
    if (now() >= end) return;
    clock_.clock.set(std::max(next, now() + 50us));
  }
}

std::vector<std::string> SimRig::sent() {
  std::vector<std::string> texts;
  for (;;) {
    const std::span<RxDatagram> burst = network_->b().rx_burst(now());
    if (burst.empty()) return texts;
    for (const RxDatagram& datagram : burst) texts.emplace_back(as_text(datagram.octets));
  }
}

void SimRig::send(std::uint32_t ue, std::string_view datagram) {
  TxDatagram* slot = network_->b().tx().reserve();
  std::copy(datagram.begin(), datagram.end(), slot->buffer);
  slot->size = static_cast<std::uint32_t>(datagram.size());
  slot->local = kGateway;
  slot->remote = options_.play.addresses.of(ue);
  network_->b().tx_burst(now());
}

std::vector<std::vector<std::uint8_t>> SimRig::sent_units() {
  std::vector<std::vector<std::uint8_t>> units;
  for (;;) {
    const std::span<RxDatagram> burst = links_->gateway_end().rx_burst(now());
    if (burst.empty()) return units;
    for (const RxDatagram& unit : burst) units.emplace_back(unit.octets.begin(), unit.octets.end());
  }
}

void SimRig::send_unit(Octets unit) {
  TxDatagram* slot = links_->gateway_end().tx().reserve();
  std::ranges::copy(unit, slot->buffer);
  slot->size = static_cast<std::uint32_t>(unit.size());
  links_->gateway_end().tx_burst(now());
}

void SimRig::pretend_registered() {
  for (std::uint32_t i = 0; i < options_.ues; ++i) player_->ues().set_registered(UeIndex(i), true);
}

std::uint32_t SimRig::register_all() {
  const LadderIndex ladder = program_.find("register");
  for (std::uint32_t i = 0; i < options_.ues; ++i) {
    if (network_->a().tx().free() < kTxReserve) network_->a().tx_burst(now());
    player_->start_on(ladder, UeIndex(i), now(), now());
    if (i % 256 == 255) run(1ms, false);
  }
  run(40s);
  return player_->registered();
}

StartResult SimRig::start(std::string_view ladder) {
  const StartResult result = player_->start(program_.find(ladder), now(), now());
  send_all(now());
  return result;
}

void SimRig::load(std::string_view ladder, std::uint32_t count, Duration gap) {
  for (std::uint32_t i = 0; i < count; ++i) {
    start(ladder);
    run(gap, false);
  }
  run(300s);
}

std::map<std::string, std::uint64_t> SimRig::ids(Verdict verdict) const {
  std::map<std::string, std::uint64_t> found;
  for (std::uint32_t i = 0; i < table_.size(); ++i) {
    const std::uint64_t n = tally_->read(RequirementIndex(i), verdict);
    if (n > 0) found[std::string(table_.at(RequirementIndex(i)).id)] = n;
  }
  return found;
}

std::string SimRig::findings_text(std::size_t at_most) const {
  std::string text;
  for (std::size_t i = 0; i < log_.findings.size() && i < at_most; ++i) {
    const Finding& f = log_.findings[i];
    text += fmt::format("{} {} {} {}: expected {}; actual {}\n", table_.at(f.requirement).id,
                        f.ladder.valid() ? program_.name(f.ladder) : "-",
                        f.ladder.valid() ? program_.step_id(f.ladder, f.step) : "-",
                        f.has_path ? to_string(f.path) : "-", f.expected.view(), f.actual.view());
  }
  return text;
}

std::uint64_t SimRig::ended(std::string_view ladder, Outcome outcome) const {
  return player_->outcomes().count(program_.find(ladder), outcome);
}

}  // namespace rung
