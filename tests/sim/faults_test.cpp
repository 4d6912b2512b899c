// Faults while many sessions are under way. What each turns red in a whole suite, one session at a
// time, stands in tests/golden/matrix.

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
      const std::string leg = topology == Topology::gm ? "Gm" : "ISC";
      if (std::ranges::count(words(fault.leg), leg) != 0) found.push_back({fault, topology});
    }
  }
  return found;
}

class FaultUnderLoad : public testing::TestWithParam<FaultCase> {};

TEST_P(FaultUnderLoad, turns_nothing_red_outside_its_row) {
  const auto& [fault, topology] = GetParam();
  const std::vector<std::string> ladders = {"mo_to_mt", "two_submits"};
  RigOptions options;
  options.topology = topology;
  // So many that sessions share none: a transfer that a fault leaves open would hold up the next
  // one to its UE, and an RP-MR that is wrong would name a submit of another session.
  options.ues = 2000;
  options.ladders = {"register"};
  options.ladders.insert(options.ladders.end(), ladders.begin(), ladders.end());
  options.play.prelude = "register";
  options.gateway.faults = {fault.id};
  options.gateway.sc_delay = 100ms;  // two submits of a UE wait at once
  SimRig rig(options);
  rig.register_all();

  for (const std::string& ladder : ladders) rig.load(ladder, 10, 10ms);

  const std::vector<std::string> row = words(fault.violates);
  for (const auto& [id, count] : rig.ids(Verdict::fail)) {
    EXPECT_NE(std::ranges::find(row, id), row.end()) << id << " is outside the row\n"
                                                     << rig.findings_text(40);
  }
  EXPECT_EQ(rig.count(Counter::sip_received), rig.count(Counter::sip_judged));
}

INSTANTIATE_TEST_SUITE_P(All, FaultUnderLoad, testing::ValuesIn(cases()), [](const auto& test) {
  return fmt::format("{}_{}", test.param.fault.number, to_string(test.param.topology));
});

}  // namespace
}  // namespace rung
