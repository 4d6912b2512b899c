// Octets from outside, however broken, never bring the gateway down, leak a record or make it send
// to itself what it cannot read.
#include "engine/base/prng.hpp"
#include "gateway/gateway_fixture.hpp"

namespace rung::gateway {
namespace {

/// Damages a message the way networks and bad peers do.
std::string damaged(std::string text, Prng& random) {
  const std::uint64_t edits = 1 + random.below(6);
  for (std::uint64_t i = 0; i < edits && !text.empty(); ++i) {
    const std::size_t at = random.below(text.size());
    switch (random.below(5)) {
      case 0: text[at] = static_cast<char>(random.below(256)); break;
      case 1: text.erase(at, random.below(40)); break;
      case 2: text.insert(at, text.substr(random.below(text.size()), random.below(60))); break;
      case 3: text.resize(at); break;
      default: text[at] = "\r\n;,<>@:= \"\0*"[random.below(13)]; break;
    }
  }
  return text;
}

GatewayConfig every_pool_tiny() {
  GatewayConfig config = World::small_config();
  config.users_max = 5;
  config.contacts_max = 6;
  config.transactions_max = 4;
  config.submits_max = 2;
  config.stored_max = 3;
  config.absorbed_max = 50;
  config.sc_delay = 5ms;
  config.attempts_max = 2;
  return config;
}

/// Runs a storm of damaged and sound traffic; every datagram sent must be SIP.
void storm(const GatewayConfig& config, std::uint64_t seed, int rounds) {
  World world(config);
  Prng random(seed);
  std::vector<Got> to_answer;
  for (int round = 0; round < rounds; ++round) {
    Ue ue{fmt::format("1212555{:04}", random.below(8)),
          Endpoint::ipv4(0x7f400001 + static_cast<std::uint32_t>(random.below(8)), 5060)};
    std::string text;
    switch (random.below(6)) {
      case 0:
        text = world.register_text(ue, world.contact_header(ue, random.chance(0.2) ? 0 : 3600));
        break;
      case 1: text = world.message_text(ue, "sip:sc.home1.net", rp_data(1, submit_to_bob())); break;
      case 2: text = world.message_text(ue, "tel:+12125550000", "0607"); break;
      case 3:
        text = world.message_text(ue, "sip:sc.home1.net",
                                  rp_data(2,
                                          "31010b915121"
                                          "5505"
                                          "00f" +
                                              fmt::format("{}", random.below(8)) +
                                              "0000"
                                              "05c8329bfd06"));
        break;
      default:
        if (!to_answer.empty()) {
          const Got got = to_answer[random.below(to_answer.size())];
          if (random.chance(0.5)) world.answer(got, random.chance(0.7) ? 200 : 480);
          text = world.message_text(ue, "sip:ipsmgw.home1.net", "0201",
                                    fmt::format("In-Reply-To: {}\r\n", got.call_id()));
        }
        break;
    }
    if (random.chance(0.5)) text = damaged(text, random);
    world.wire.deliver(text, ue.address);
    world.now += std::chrono::milliseconds(random.below(200));
    for (Got& got : world.pass()) {
      if (got.is_message()) to_answer.push_back(std::move(got));
    }
    if (to_answer.size() > 50) to_answer.erase(to_answer.begin(), to_answer.begin() + 40);
  }
  // Silence lets every timer end; what is registered runs out, and nothing may be left but messages
  // for users who are away.
  for (int step = 0; step < 200; ++step) {
    world.now += 60s;
    world.pass();
  }
  const Gateway::Levels levels = world.gateway.levels();
  EXPECT_EQ(levels.transactions, 0U);
  EXPECT_EQ(levels.submits, 0U);
  EXPECT_EQ(levels.absorbed, 0U);
  EXPECT_EQ(levels.contacts, 0U);
  EXPECT_LE(levels.users, levels.stored);
}

TEST(robustness, storms_of_damaged_messages_leave_nothing_behind) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) storm(World::small_config(), seed, 5000);
}

TEST(robustness, the_same_with_every_pool_full_most_of_the_time) {
  for (std::uint64_t seed = 11; seed <= 14; ++seed) storm(every_pool_tiny(), seed, 5000);
}

TEST(robustness, the_same_with_every_fault_on) {
  GatewayConfig config = every_pool_tiny();
  for (const FaultInfo& fault : faults()) {
    // F35 keeps what the end of the storm has to lose.
    if (fault.id != FaultId::f35) config.faults.push_back(fault.id);
  }
  config.fault_every = 3;
  storm(config, 21, 5000);
}

TEST(robustness, a_message_cut_at_any_length_does_no_harm) {
  World world;
  world.register_ue(kAlice);
  const std::string text =
      world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  for (std::size_t size = 0; size < text.size(); ++size) {
    world.send(kAlice, text.substr(0, size));
  }
  EXPECT_EQ(world.counters().submits, 0U);
}

TEST(robustness, an_rpdu_cut_at_any_length_is_answered) {
  World world;
  world.register_ue(kAlice);
  const auto whole = parse_hex(rp_data(1, submit_to_bob()));
  for (std::size_t size = 0; size < whole->size(); ++size) {
    const auto got = world.submit(kAlice, to_hex(Octets(*whole).first(size)));
    ASSERT_FALSE(got.empty()) << size;
    const bool refused = got[0].status() >= 400;
    const bool rp_error = got.size() == 2 && got[1].rpdu().mti() == rp::Mti::error_n_to_ms;
    EXPECT_TRUE(refused || rp_error) << size;
    if (got.size() == 2) world.answer(got[1], 200);
  }
  EXPECT_EQ(world.counters().submits, 0U);
}

TEST(robustness, folds_and_controls_in_a_call_id_are_refused_not_repeated) {
  World world;
  world.register_ue(kAlice);
  std::string text = world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  text.replace(text.find("Call-ID: call"), 13, "Call-ID: ca\r\n ll");
  const auto got = world.send(kAlice, text);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].status(), 400);
}

TEST(robustness, a_call_id_too_long_to_repeat_is_513) {
  World world;
  world.register_ue(kAlice);
  std::string text = world.message_text(kAlice, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  text.insert(text.find("Call-ID: ") + 9, std::string(300, 'c'));
  EXPECT_EQ(world.send(kAlice, text).at(0).status(), 513);
}

TEST(robustness, keepalives_and_noise_are_counted) {
  World world;
  world.wire.deliver("\r\n\r\n", kAlice.address);
  world.wire.deliver(std::string("\0\0\0\0", 4), kAlice.address);
  world.wire.deliver("", kAlice.address);
  EXPECT_TRUE(world.pass().empty());
  EXPECT_EQ(world.counters().rx_keepalives, 2U);
  EXPECT_EQ(world.counters().rx_malformed, 1U);
}

}  // namespace
}  // namespace rung::gateway
