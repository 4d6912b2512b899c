#include "suite_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checks/catalogue.hpp"
#include "given.hpp"
#include "ladder_files.hpp"
#include "ladder_length.hpp"
#include "network_setup.hpp"
#include "policy.hpp"
#include "run.hpp"
#include "suite_selection.hpp"

namespace rung {
namespace {

using Errors = std::vector<std::string>;

/// A ladder has two UEs at most, and its sessions need not share any.
constexpr std::uint64_t kUesPerSession = 2;
/// Sessions of one ladder begin this far apart.
constexpr Duration kSessionGap = 100ms;
/// Messages of a session and what the capture adds to them: 64 steps, each with some copies.
constexpr std::uint64_t kSessionOctetsMax = std::uint64_t{256} << 10;
/// What a session may take beyond its limits: the end of its drain is looked for now and then.
constexpr Duration kDrainMargin = 5s;
/// Nothing is measured: how late a session starts says nothing about the gateway, and what a late
/// generator may have missed is left out of the judgement anyway.
constexpr ValidityLimits kNoLimits{.lateness_max = std::chrono::hours(1), .cpu_max = 1000};

/// What registers the UEs of the other ladders.
constexpr const char* kRegisterLadder = "register";

bool vouched(const Options& options, const std::string& ladder) {
  return std::any_of(options.vouch.begin(), options.vouch.end(),
                     [&](const std::string& word) { return word == ladder || word == "all"; });
}

/// What a run of that ladder needs of the book. All runs of a suite are set up at once.
LadderBook excerpt(const LadderBook& book, const std::string& ladder, Topology topology) {
  LadderBook part;
  part.bodies = book.bodies;
  part.requirements = book.requirements;
  const std::vector<std::string> beside = ladders_beside(topology);
  std::set<std::string_view> messages;
  for (const Ladder& other : book.ladders) {
    const bool needed =
        other.name == ladder || std::find(beside.begin(), beside.end(), other.name) != beside.end();
    if (!needed) continue;
    part.ladders.push_back(other);
    for (const Step& step : other.steps) messages.insert(step.message);
  }
  for (const Message& message : book.messages) {
    if (messages.contains(message.name)) part.messages.push_back(message);
  }
  return part;
}

class Planner {
 public:
  Planner(const Options& options, SuitePlan& plan) : options_(options), plan_(plan) {}

  Errors run() {
    read();
    if (!errors_.empty()) return std::move(errors_);
    check_options();
    played_ = plan_.book;
    apply_policies(options_, played_);
    for (std::size_t l = 0; l < plan_.book.ladders.size(); ++l) {
      const Ladder& ladder = plan_.book.ladders[l];
      // What the gateway begins is played beside the ladders that make it begin.
      const bool ours = !ladder.steps.empty() && ladder.steps.front().from != Party::gw;
      if (selection_.ladders[l] && ours && plays_on(ladder, plan_.topology)) add_item(ladder);
    }
    plan_.selected = std::move(selection_.requirements);
    if (errors_.empty() && plan_.items.empty()) {
      errors_.push_back("check: no ladder proves any of what is selected" + why_not());
    }
    return std::move(errors_);
  }

 private:
  void read() {
    errors_ = read_book(options_.ladder, plan_.book, plan_.requirement_rows, plan_.requirements);
    if (!errors_.empty()) return;
    plan_.suite_id = choose_run_id(options_);
    plan_.topology = topology_of(options_);
    plan_.proofs = coverage(plan_.book, plan_.requirements, plan_.topology);
    selection_ = select_suite(options_.arguments, options_.severity, plan_.book, plan_.requirements,
                              plan_.proofs, errors_);
    for (std::size_t l = 0; errors_.empty() && l < plan_.book.ladders.size(); ++l) {
      const Ladder& ladder = plan_.book.ladders[l];
      if (ladder.name == kRegisterLadder && selection_.ladders[l]) judges_registration_ = true;
    }
  }

  /// Of the first rows selected, why no ladder proves them.
  [[nodiscard]] std::string why_not() const {
    constexpr int kRowsMax = 3;
    std::string text;
    int rows = 0;
    for (std::size_t i = 0; i < plan_.requirements.size() && rows < kRowsMax; ++i) {
      if (!plan_.selected[i] || plan_.proofs.proven(i)) continue;
      const Requirement& row = plan_.requirements.entries()[i];
      text += fmt::format("{}{}: {}", rows++ == 0 ? " (" : "; ", row.id,
                          why_unproved(row, plan_.topology).why);
    }
    return text.empty() ? text : text + ")";
  }

  void check_options() {
    for (const std::string& name : options_.vouch) {
      if (name == "all" || plan_.book.ladder(name) != nullptr) continue;
      errors_.push_back(fmt::format(
          "--vouch: no ladder is called '{}', expected one of rung ladders, or all", name));
    }
    const std::uint64_t last = options_.msisdn_base + ues_of_suite();
    if (std::to_string(options_.msisdn_base).size() != std::to_string(last).size()) {
      errors_.push_back(
          fmt::format("--msisdn-base: {} and the {} numbers behind it differ in length",
                      options_.msisdn_base, ues_of_suite()));
    }
    const std::uint64_t ports_end = options_.ue_port + plan_.book.ladders.size();
    if (ports_end > 65536) {
      errors_.push_back(fmt::format("--ue-port: {} leaves no port for each of {} ladders",
                                    options_.ue_port, plan_.book.ladders.size()));
    }
  }

  void add_item(const Ladder& ladder) {
    auto item = std::make_unique<SuiteItem>();
    item->ladder = ladder.name;
    item->options = run_options(ladder);
    item->idle_reason = settle_given(ladder, item->options);
    const auto number = static_cast<std::uint16_t>(plan_.items.size());
    const std::uint16_t run_id = run_id_of(number);
    item->gateway = gateway_of(ladder, item->options);
    if (item->idle_reason.empty()) set_up(ladder, run_id, *item);
    plan_.items.push_back(std::move(item));
  }

  /// Sets the embedded gateway up as the ladder needs it; of another one only the user can know.
  /// Why the ladder cannot run, or nothing.
  [[nodiscard]] std::string settle_given(const Ladder& ladder, Options& options) const {
    const bool embedded = options_.target.empty();
    if (over_tcp(options) && sends_copies(ladder)) {
      return "sends copies, which there are none of over TCP";
    }
    if (!embedded && options.links.empty() && needs_link(ladder, plan_.topology)) {
      return "needs a link to the network behind the gateway: a section [link.NAME] of the profile";
    }
    const std::string_view foreign = foreign_gateway(ladder);
    if (embedded && !foreign.empty()) {
      return fmt::format("needs {}, as the embedded one does not", foreign);
    }
    if (!embedded && !vouched(options_, ladder.name)) {
      std::vector<std::string> needs;
      if (!foreign.empty()) needs.emplace_back(foreign);
      for (const UnstatedGiven& given : unstated_given(ladder, options)) {
        needs.push_back(fmt::format("--{} {}", given.option, given.value));
      }
      if (needs.empty()) return {};
      return fmt::format("needs {}; --vouch {} says that it is so", fmt::join(needs, ", "),
                         ladder.name);
    }
    const Ladder* const ladders[] = {&ladder};
    return fmt::format("{}", fmt::join(apply_given(ladders, options), "; "));
  }

  /// Run ids follow each other; 0 is none.
  [[nodiscard]] std::uint16_t run_id_of(std::uint16_t number) const {
    return static_cast<std::uint16_t>((plan_.suite_id - 1U + number) % 65535 + 1);
  }

  /// The run of one ladder: UEs and a port of its own, so that what one leaves behind disturbs no
  /// other.
  [[nodiscard]] Options run_options(const Ladder& ladder) const {
    Options o = options_;
    const std::uint64_t ues = kUesPerSession * options_.repeat;
    const std::size_t number = plan_.items.size();
    const auto set = [&](auto& field, std::string_view name, auto value, const std::string& text) {
      field = value;
      record_setting(o, name, text);
    };
    const double rate = 1e9 / static_cast<double>(kSessionGap.count());
    const Duration length = kSessionGap * static_cast<std::int64_t>(options_.repeat);
    const std::uint64_t base = options_.msisdn_base + number * ues;
    const std::uint64_t port = options_.ue_port + number;
    const std::string imsi = imsi_after(options_.imsi_base, number * ues);
    set(o.mix, "mix", ladder.name, ladder.name);
    set(o.shape, "shape", "constant", "constant");
    set(o.rate, "rate", rate, fmt::format("{:g}", rate));
    set(o.duration, "duration", length, exact_duration_text(length));
    set(o.warm_up, "warm-up", Duration{}, "0s");
    set(o.workers, "workers", std::uint64_t{1}, "1");
    set(o.ues, "ues", ues, std::to_string(ues));
    set(o.msisdn_base, "msisdn-base", base, std::to_string(base));
    set(o.imsi_base, "imsi-base", imsi, imsi);
    set(o.ue_port, "ue-port", port, std::to_string(port));
    set(o.sessions_max, "sessions-max", 64 + 2 * ues, std::to_string(64 + 2 * ues));
    set(o.users_max, "users-max", ues_of_suite(), std::to_string(ues_of_suite()));
    set(o.capture_size, "capture-size", capture_mib(), std::to_string(capture_mib()));
    set(o.steps, "steps", "", "");
    set(o.metrics, "metrics", "", "");
    return o;
  }

  /// MiB that hold every message of a ladder's sessions.
  [[nodiscard]] std::uint64_t capture_mib() const {
    return 1 + options_.repeat * kSessionOctetsMax / (std::uint64_t{1} << 20);
  }

  [[nodiscard]] std::uint64_t ues_of_suite() const {
    return kUesPerSession * options_.repeat * plan_.book.ladders.size();
  }

  void set_up(const Ladder& ladder, std::uint16_t run_id, SuiteItem& item) {
    item.setup.book = excerpt(played_, ladder.name, plan_.topology);
    item.setup.requirement_rows = plan_.requirement_rows;
    item.setup.requirements =
        RequirementTable(item.setup.requirement_rows, plan_.requirements.fates());
    for (std::string& error : set_up_run(item.options, run_id, item.setup)) {
      if (told_.insert(error).second) errors_.push_back(std::move(error));
    }
    if (item.setup.workers.empty()) return;
    PlayConfig& play = item.setup.workers.front();
    play.foreign_msisdn = options_.msisdn_base + ues_of_suite();
    if (judges_registration_ && ladder.name != kRegisterLadder) play.prelude = kRegisterLadder;
    const LadderLength length = length_of(ladder, play);
    item.length_min = length.min;
    item.setup.phases.drain = length.max + kDrainMargin;
    item.setup.phases.silence_ends_load = false;
    item.setup.phases.rest_max = registration_max(play);
    item.setup.limits = kNoLimits;
    item.setup.crew.first_cpu = -1;
  }

  /// The longest that a session which registers a UE takes.
  [[nodiscard]] Duration registration_max(const PlayConfig& play) const {
    const Ladder* ladder = plan_.book.ladder(kRegisterLadder);
    return ladder == nullptr ? Duration{} : length_of(*ladder, play).max + kDrainMargin;
  }

  /// Ladders share a gateway where they want the same of it; those that need a link to the embedded
  /// one have it there.
  std::size_t gateway_of(const Ladder& ladder, Options& options) {
    const bool embedded = options.target.empty();
    const bool linked = embedded && needs_link(ladder, plan_.topology);
    if (embedded && !linked) options.links.clear();
    const auto same = [&](const SuiteGateway& g) {
      return g.options.links.empty() == !linked && g.options.sc_result == options.sc_result &&
             g.options.hss_result == options.hss_result && g.options.barred == options.barred &&
             g.options.digest == options.digest &&
             g.options.msisdn_less_delivery == options.msisdn_less_delivery;
    };
    const auto at = std::find_if(plan_.gateways.begin(), plan_.gateways.end(), same);
    const auto number = static_cast<std::size_t>(at - plan_.gateways.begin());
    if (linked) options.links = links_to(number);
    if (at == plan_.gateways.end()) {
      plan_.gateways.push_back({options});
      plan_.gateways.back().options.links = other_ends(options.links);
    }
    return number;
  }

  /// The user's links lead to the first gateway that has any.
  [[nodiscard]] std::vector<LinkSettings> links_to(std::size_t gateway) const {
    const auto linked = [](const SuiteGateway& g) { return !g.options.links.empty(); };
    const auto first = static_cast<std::size_t>(
        std::find_if(plan_.gateways.begin(), plan_.gateways.end(), linked) -
        plan_.gateways.begin());
    if (first == gateway && !options_.links.empty()) return options_.links;
    return {embedded_link(options_, gateway)};
  }

  const Options& options_;
  SuitePlan& plan_;
  LadderBook played_;  // the plan's under the policies of the options
  SuiteSelection selection_;
  bool judges_registration_ = false;  // a ladder of the suite does, once for all
  std::set<std::string> told_;        // errors that every ladder's run would repeat
  Errors errors_;
};

/// Why a requirement will not be judged, and the group of such reasons; both empty where it may be.
struct Idle {
  std::string gap, reason;
};

Idle idle_reason(const SuitePlan& plan, std::size_t i) {
  const Requirement& r = plan.requirements.entries()[i];
  const auto not_here = [](std::string reason) {
    return Idle{std::string(kNotRunHere), std::move(reason)};
  };
  if (!plan.selected[i]) return not_here("outside the selection");
  const bool proven = plan.proofs.proven(i);
  if (binds_our_side(r, plan.topology) && proven) {
    return {std::string(to_string(ProofGap::ours)), "what breaks it makes verdicts inconclusive"};
  }
  if (!proven) {
    Unproved why = why_unproved(r, plan.topology);
    return {std::string(to_string(why.gap)), std::move(why.why)};
  }
  std::vector<std::string> idle;
  for (const Proof& proof : plan.proofs.proofs[i]) {
    const auto at = std::find_if(plan.items.begin(), plan.items.end(),
                                 [&](const auto& item) { return item->ladder == proof.ladder; });
    if (at == plan.items.end()) continue;
    if ((*at)->idle_reason.empty()) return {};
    idle.push_back(proof.ladder);
  }
  if (idle.empty()) return not_here("no ladder of the suite judges it");
  return not_here(fmt::format("only {} judges it, which is not run", idle.front()));
}

}  // namespace

std::vector<std::size_t> SuitePlan::order() const {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i]->idle_reason.empty()) positions.push_back(i);
  }
  std::stable_sort(positions.begin(), positions.end(), [&](std::size_t a, std::size_t b) {
    return items[a]->length_min > items[b]->length_min;
  });
  return positions;
}

std::vector<std::string> plan_suite(const Options& options, SuitePlan& plan) {
  return Planner(options, plan).run();
}

SuiteResult planned_result(const Options& options, const SuitePlan& plan) {
  SuiteResult suite;
  suite.tool_version = RUNG_VERSION;
  suite.suite_id = fmt::format("{:04x}", plan.suite_id);
  suite.topology = to_string(plan.topology);
  suite.seed = options.seed;
  suite.selection = options.arguments;
  if (!options.severity.empty()) suite.selection.push_back("--severity " + options.severity);
  suite.policies = policies_in_force(options);
  for (const auto& [key, value] : options.settings) suite.settings.push_back({key, value});
  for (const auto& item : plan.items) {
    const Ladder& ladder = *plan.book.ladder(item->ladder);
    SuiteLadder row;
    row.name = ladder.name;
    row.title = ladder.title;
    row.sources = ladder.sources;
    row.reason = item->idle_reason;
    suite.ladders.push_back(std::move(row));
  }
  for (std::size_t i = 0; i < plan.requirements.size(); ++i) {
    const Requirement& r = plan.requirements.entries()[i];
    SuiteRequirement row;
    row.id = r.id;
    row.clause = r.clause;
    row.text = r.text;
    row.severity = to_string(r.severity);
    row.obliged = to_string(r.obliged);
    row.confirmed = r.confirmed;
    row.selected = plan.selected[i];
    const Idle idle = idle_reason(plan, i);
    row.gap = idle.gap;
    row.reason = idle.reason;
    suite.requirements.push_back(std::move(row));
  }
  return suite;
}

}  // namespace rung
