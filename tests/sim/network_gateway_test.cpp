// Faults of the gateway's legs to the service centre and the HSS: the first requirement of each
// one's row turns red in some built-in ladder, and none outside the row in any.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim_rig.hpp"

namespace rung {
namespace {

struct FaultCase {
  gateway::FaultInfo fault;
  Topology topology;
};

void PrintTo(const FaultCase& c, std::ostream* out) { *out << c.fault.number; }

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    found.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

std::vector<FaultCase> cases() {
  std::vector<FaultCase> found;
  for (const gateway::FaultInfo& fault : gateway::faults()) {
    for (const Topology topology : {Topology::gm, Topology::isc}) {
      if (fault.leg == "SC" || fault.leg == "HSS") found.push_back({fault, topology});
    }
  }
  return found;
}

class NetworkFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(NetworkFaults, turn_their_row_red) {
  const auto& [fault, topology] = GetParam();
  const std::vector<std::string> row = words(fault.violates);
  const LadderBook book = read_book();
  bool first = false;
  for (const Ladder& ladder : book.ladders) {
    if (!needs_link(ladder, topology)) continue;
    RigOptions options{
        .ladders = {"register", ladder.name}, .ues = 8, .topology = topology, .network = true};
    options.play.prelude = "register";
    options.gateway.faults = {fault.id};
    SimRig rig(options);
    if (rig.program().ladder(rig.program().find(ladder.name)).need[0] != UeNeed::unregistered)
      rig.register_all();
    rig.load(ladder.name, 2, 200ms);
    for (const auto& [id, count] : rig.ids(Verdict::fail)) {
      first |= id == row.front();
      EXPECT_NE(std::ranges::find(row, id), row.end())
          << ladder.name << ": " << id << " is outside the row\n"
          << rig.findings_text();
    }
    if (first) break;  // the fault matrix plays them all
  }
  EXPECT_TRUE(first) << row.front();
}

INSTANTIATE_TEST_SUITE_P(All, NetworkFaults, testing::ValuesIn(cases()), [](const auto& test) {
  return fmt::format("{}_{}", test.param.fault.number, to_string(test.param.topology));
});

}  // namespace
}  // namespace rung
