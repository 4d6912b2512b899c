// The player allocates nothing once it is built: sessions, copies, findings and time-outs included.

#include <gtest/gtest.h>

#include "engine/base/allocation_watch.hpp"
#include "sim_rig.hpp"

#if RUNG_ALLOCATIONS_COUNTED

namespace rung {
namespace {

/// Counts findings without keeping them.
class FindingCount final : public FindingSink {
 public:
  void found(const Finding&) override { ++count; }
  void keep_session(FrameOwner, FrameNumber, Verdict, LadderIndex) override {}
  std::size_t count = 0;
};

/// Runs `ladder` with a gateway that has `faults`, counting allocations of the player's calls
/// alone.
int allocations_of_player(std::string_view ladder, std::vector<gateway::FaultId> faults,
                          std::size_t& findings) {
  const LadderBook book = read_book();
  const RequirementTable table = requirement_table();
  SimClock clock;
  const Endpoint address = Endpoint::ipv4(0x7f000001, 5060);
  SimNetwork network(
      {.seed = 3, .a_to_b = {.loss = 0.02}, .b_to_a = {.loss = 0.02}, .b_local = address}, clock);
  PlayConfig config;
  config.ue_count = 50;
  config.addresses = {Endpoint::ipv4(0x7f400001, 5060), 50, 1, false};
  config.gateway = address;
  config.lossy = true;
  const std::vector<std::string> names{"register", std::string(ladder)};
  const auto program = Program::compile(book, names, Topology::gm, table, config);
  CounterBlock counters;
  LatencyBlock latency(*program);
  Tally tally(table.size());
  FindingCount sink;
  Player player(*program, config, table, network.a().tx(), counters, latency, tally, sink,
                clock.now());
  gateway::GatewayConfig gateway_config;
  gateway_config.listen = address;
  gateway_config.digest = true;
  gateway_config.faults = std::move(faults);
  gateway::Gateway gateway(gateway_config, network.b(), clock.now());

  allocation_watch::reset();
  for (int round = 0; round < 40'000; ++round) {
    const Time now = clock.now();
    const std::span<RxDatagram> burst = network.a().rx_burst(now);
    allocation_watch::enter();
    for (RxDatagram& datagram : burst) player.receive(datagram, now);
    player.advance(now);
    if (round < 50)
      player.start_on(LadderIndex(0), UeIndex(static_cast<std::uint32_t>(round)), now, now);
    if (round > 3000 && round < 8000 && round % 5 == 0) player.start(LadderIndex(1), now, now);
    allocation_watch::leave();
    network.a().tx_burst(now);
    gateway.pass(now, 1773500966);
    clock.advance(2ms);
  }
  findings = sink.count;
  EXPECT_GT(player.outcomes().count(LadderIndex(1), Outcome::passed) +
                player.outcomes().count(LadderIndex(1), Outcome::failed),
            500U);
  return allocation_watch::counted().heap + allocation_watch::counted().mappings;
}

TEST(Player, allocates_nothing_while_all_goes_well) {
  std::size_t findings = 0;

  EXPECT_EQ(allocations_of_player("mo_to_mt", {}, findings), 0);
  EXPECT_EQ(findings, 0U);
}

TEST(Player, allocates_nothing_while_everything_fails) {
  std::size_t findings = 0;
  const std::vector<gateway::FaultId> faults = {
      *gateway::fault_by_name("F01"), *gateway::fault_by_name("F59"),
      *gateway::fault_by_name("F68"), *gateway::fault_by_name("F76")};

  EXPECT_EQ(allocations_of_player("mo_to_mt", faults, findings), 0);
  EXPECT_GT(findings, 1000U);
}

}  // namespace
}  // namespace rung

#endif
