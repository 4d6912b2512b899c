#include "engine/ladder/program.hpp"

#include <fmt/format.h>

#include "engine/ladder/program_builder.hpp"
#include "engine/ladder/send_map.hpp"
#include "engine/ladder/token.hpp"

namespace rung {
namespace {

std::size_t digits_of(std::uint64_t value) { return fmt::format("{}", value).size(); }

/// Errors of the configuration that would break what templates rest on.
void check_config(const PlayConfig& c, Topology topology, std::vector<std::string>& errors) {
  const std::uint64_t last_ue = std::uint64_t{c.ue_first} + c.ue_count;
  if (c.msisdn_digits < 5 || c.msisdn_digits > 15) {
    errors.push_back(fmt::format("msisdn digits {}: expected 5 to 15 (E.164)", c.msisdn_digits));
  } else if (digits_of(c.msisdn_base) > c.msisdn_digits ||
             digits_of(c.msisdn_base + last_ue) > c.msisdn_digits ||
             digits_of(c.foreign_msisdn) > c.msisdn_digits) {
    errors.push_back(fmt::format("msisdn {}: with {} UEs it needs more than {} digits",
                                 c.msisdn_base, c.ue_count, c.msisdn_digits));
  }
  if (last_ue > c.addresses.size()) {
    errors.push_back(
        fmt::format("{} UEs: the address pool has room for {}", last_ue, c.addresses.size()));
  }
  if (last_ue > kTokenUeMax)
    errors.push_back(fmt::format("{} UEs: expected at most {}", last_ue, kTokenUeMax));
  if (c.tombstones_max < c.sessions_max || c.tombstones_max > kTokenTicketMax) {
    errors.push_back(fmt::format("tombstones {}: expected {} (sessions) to {}", c.tombstones_max,
                                 c.sessions_max, kTokenTicketMax));
  }
  if (topology == Topology::isc && !c.addresses.shared)
    errors.emplace_back("topology isc: our S-CSCF has one address for all UEs of a worker");
  if (c.sessions_max == 0) errors.push_back("sessions 0: expected at least 1");
  if (c.sessions_per_ue_max == 0) errors.push_back("sessions per UE 0: expected at least 1");
}

}  // namespace

Program::Program() = default;
Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

const SendMap& Program::map(const SendRequest& request) const { return maps_[request.map]; }

Result<Program, std::vector<std::string>> Program::compile(
    const LadderBook& book, std::span<const std::string> ladder_names, Topology topology,
    const RequirementTable& requirements, const PlayConfig& config) {
  const LadderBook here = on_topology(book, topology);
  ProgramBuilder builder(here, topology, requirements, config);
  check_config(config, topology, builder.errors());
  if (!builder.errors().empty()) return std::move(builder.errors());
  for (const std::string& name : ladder_names) {
    const Ladder* ladder = here.ladder(name);
    if (ladder == nullptr) {
      builder.fail(fmt::format("ladder {}: there is none of that name", name));
    } else {
      builder.add(*ladder);
    }
  }
  if (!builder.errors().empty()) return std::move(builder.errors());
  return builder.take();
}

tp::Carrier carrier_of(const ProgramStep& p) {
  if (p.kind == StepKind::send_map) {
    const auto component = p.component.value_or(tcap::ComponentType::invoke);
    if (component == tcap::ComponentType::invoke) return tp::Carrier::rp_data;
    return component == tcap::ComponentType::return_error ? tp::Carrier::rp_error
                                                          : tp::Carrier::rp_ack;
  }
  const auto type = static_cast<rp::Type>(p.rp_type);
  if (type == rp::Type::data) return tp::Carrier::rp_data;
  return type == rp::Type::ack ? tp::Carrier::rp_ack : tp::Carrier::rp_error;
}

LadderIndex Program::find(std::string_view name) const {
  for (std::uint32_t i = 0; i < ladders_.size(); ++i) {
    if (ladders_[i].name == name) return LadderIndex(i);
  }
  return {};
}

}  // namespace rung
