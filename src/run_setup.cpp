#include "run_setup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gateway_setup.hpp"
#include "given.hpp"
#include "ladder_files.hpp"
#include "load_curve.hpp"
#include "network_setup.hpp"
#include "policy.hpp"
#include "pool_sizes.hpp"
#include "target.hpp"
#include "worker_plans.hpp"

namespace rung {
namespace {

using Errors = std::vector<std::string>;

/// What another part has said already is not said again.
void append(Errors& errors, Errors more) {
  for (std::string& error : more) {
    if (std::find(errors.begin(), errors.end(), error) == errors.end()) {
      errors.push_back(std::move(error));
    }
  }
}

/// What passes between the gateway and the network is about the first UE.
bool is_of(const Step& step, Party party) {
  const bool network = in_network(step.from) || in_network(step.to);
  return step.from == party || step.to == party || (network && party == Party::ue);
}

/// Whether `party` takes part in the ladder and has to be registered before it starts.
bool begins_registered(const Ladder& ladder, Party party) {
  const bool takes_part = std::any_of(ladder.steps.begin(), ladder.steps.end(),
                                      [&](const Step& step) { return is_of(step, party); });
  return takes_part && std::none_of(ladder.given.begin(), ladder.given.end(), [&](const Given& g) {
           return g.party == party && !g.registered;
         });
}

/// Ladders that begin with unregistered UEs must not find theirs registered: those register nobody.
bool needs_registration(const RunSetup& setup) {
  return std::any_of(setup.crew.mix.begin(), setup.crew.mix.end(), [&](const MixEntry& entry) {
    const Ladder* ladder = setup.book.ladder(entry.ladder);
    return ladder != nullptr &&
           (begins_registered(*ladder, Party::ue) || begins_registered(*ladder, Party::ue2));
  });
}

void read_mix(const Options& options, RunSetup& setup, Errors& errors) {
  if (std::string e = parse_mix(options.mix, setup.crew.mix); !e.empty()) {
    errors.push_back("--mix: " + e);
  }
  std::vector<std::string>& names = setup.ladder_names;
  for (const MixEntry& entry : setup.crew.mix) {
    if (setup.book.ladder(entry.ladder) != nullptr) {
      names.push_back(entry.ladder);
    } else {
      errors.push_back(
          fmt::format("--mix: no ladder is called '{}', rung ladders lists them", entry.ladder));
    }
  }
  for (std::string& name : ladders_beside(setup.topology)) {
    const bool there = std::find(names.begin(), names.end(), name) != names.end();
    if (!there && setup.book.ladder(name) != nullptr) names.push_back(std::move(name));
  }
  if (needs_registration(setup)) setup.crew.register_ladder = "register";
}

/// The embedded gateway is given the links that the ladders need; of another one the user says
/// which it has.
void read_links(Options& options, RunSetup& setup, Errors& errors) {
  std::vector<std::string_view> linked, alone;
  for (const MixEntry& entry : setup.crew.mix) {
    const Ladder* ladder = setup.book.ladder(entry.ladder);
    if (ladder == nullptr) continue;
    (needs_link(*ladder, setup.topology) ? linked : alone).push_back(ladder->name);
  }
  const bool embedded = options.target.empty();
  if (embedded && linked.empty()) options.links.clear();
  if (embedded && !linked.empty() && !alone.empty()) {
    errors.push_back(fmt::format(
        "--mix: {} needs a link and {} the embedded gateway's own service centre, expected ladders "
        "of one kind",
        linked.front(), alone.front()));
  }
  if (!linked.empty() && options.links.empty()) {
    if (embedded) {
      options.links.push_back(embedded_link(options));
    } else {
      errors.push_back(fmt::format(
          "--mix: ladder {} needs a link to the network behind the gateway, expected a section "
          "[link.NAME] in the profile, or --link.NAME.KEY=VALUE",
          linked.front()));
    }
  }
  for (const LinkSettings& link : options.links) {
    if (!embedded || !link.remote.empty()) continue;
    errors.push_back(fmt::format(
        "link.{}.remote: '' is not accepted, expected the address that the embedded gateway takes",
        link.name));
  }
  auto plans = plan_links(options.links);
  if (!plans.ok()) return append(errors, plans.error());
  setup.links = std::move(*plans);
}

/// Over TCP a copy of ours would be a new request to the target.
void check_copies(const Options& options, const RunSetup& setup, Errors& errors) {
  if (!over_tcp(options)) return;
  for (const MixEntry& entry : setup.crew.mix) {
    const Ladder* ladder = setup.book.ladder(entry.ladder);
    if (ladder == nullptr || !sends_copies(*ladder)) continue;
    errors.push_back(fmt::format("--mix: ladder {} sends copies, expected --transport udp or sim",
                                 entry.ladder));
  }
}

/// The embedded gateway is set up as the ladders need it; of another one the user has to know.
void read_given(Options& options, const RunSetup& setup, Errors& errors) {
  std::vector<const Ladder*> ladders;
  for (const MixEntry& entry : setup.crew.mix) {
    const Ladder* ladder = setup.book.ladder(entry.ladder);
    if (ladder != nullptr) ladders.push_back(ladder);
  }
  if (options.target.empty()) return append(errors, apply_given(ladders, options));
  for (const Ladder* ladder : ladders) {
    for (const UnstatedGiven& given : unstated_given(*ladder, options)) {
      errors.push_back(
          fmt::format("--{0}: ladder {1} needs {2}, which only you can know of this "
                      "target; --{0} {2} says that it is so",
                      given.option, ladder->name, given.value));
    }
  }
}

void read_phases(const Options& options, RunSetup& setup) {
  setup.phases.ues_to_register = setup.crew.register_ladder.empty() ? 0 : options.ues;
  setup.phases.register_timeout = options.register_timeout;
  setup.phases.warm_up = options.warm_up;
  setup.phases.measure = measured_length(setup.crew);
  setup.phases.drain = options.drain;
  setup.phases.silence_max = options.silence_max;
  setup.limits.lateness_max = options.lateness_max;
  setup.limits.cpu_max = options.cpu_max;
}

/// Within a connection nothing is lost, repeated or reordered.
void check_wire(const Options& options, Errors& errors) {
  if (!over_tcp(options)) return;
  const auto none = [&](std::string_view name, double value) {
    if (value == 0) return;
    errors.push_back(
        fmt::format("--{}: {} with --transport {}, expected 0: a connection is reliable", name,
                    value, options.transport));
  };
  none("loss", options.loss);
  none("duplication", options.duplication);
  none("reordering", options.reordering);
}

void read_target(const Options& options, RunSetup& setup, Errors& errors) {
  if (setup.simulated && options.workers != 1) {
    errors.push_back(
        fmt::format("--workers: {} with the simulated wire, expected 1", options.workers));
  }
  if (!options.target.empty()) {
    if (setup.simulated) {
      errors.push_back("--target: the simulated wire has only the embedded gateway at its end");
    }
    if (std::string e = resolve_target(options.target, over_tcp(options), setup.target);
        !e.empty()) {
      errors.push_back("--target: " + e);
    }
    return;
  }
  // What the gateway's own process would refuse only after the run began.
  Options embedded = options;
  embedded.listen = "127.0.0.1:5060";
  embedded.links = other_ends(options.links);
  gateway::GatewayConfig config;
  append(errors, set_up_gateway(embedded, config));
}

/// The exporter needs its port named; port 0 asks for any.
void check_metrics(const Options& options, Errors& errors) {
  if (options.metrics.empty()) return;
  const auto endpoint = parse_endpoint(options.metrics, 0);
  if (endpoint.ok() && (endpoint->port != 0 || options.metrics.ends_with(":0"))) return;
  errors.push_back(
      fmt::format("--metrics: '{}' is not accepted, expected ADDRESS:PORT", options.metrics));
}

}  // namespace

std::vector<std::string> ladders_beside(Topology topology) {
  if (topology == Topology::gm) return {"register", "register_refresh"};
  return {"register", "register_refresh", "reg_event", "reg_event_refresh", "reg_event_end"};
}

std::vector<std::string> set_up_run(Options& options, std::uint16_t run_id, RunSetup& setup) {
  Errors errors;
  if (setup.book.ladders.empty()) {
    errors = read_book(options.ladder, setup.book, setup.requirement_rows, setup.requirements);
  }
  apply_policies(options, setup.book);
  setup.simulated = is_simulated(options);
  setup.topology = topology_of(options);
  read_mix(options, setup, errors);
  read_links(options, setup, errors);
  check_copies(options, setup, errors);
  read_given(options, setup, errors);
  read_curve(options, setup.crew, errors);
  read_phases(options, setup);
  check_wire(options, errors);
  read_target(options, setup, errors);
  check_metrics(options, errors);
  const PoolSizes pools = pool_sizes(options, setup.crew, setup.book, timers_of(options.timers));
  setup.capture_octets = pools.capture_octets;
  NetworkConfig network = played_network(options, setup.links, errors);
  network.dialogues_max = pools.dialogues;
  setup.workers = worker_plans(options, run_id, pools, errors);
  for (PlayConfig& play : setup.workers) play.network = network;
  setup.crew.first_cpu = first_cpu(options);
  return errors;
}

}  // namespace rung
