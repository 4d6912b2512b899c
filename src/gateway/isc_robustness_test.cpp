// Octets of an S-CSCF, however broken, never bring the gateway down or leave a record behind.
#include "engine/base/prng.hpp"
#include "gateway/isc_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;
using sip::Method;

std::string damaged(std::string text, Prng& random) {
  for (std::uint64_t edits = 1 + random.below(6); edits != 0 && !text.empty(); --edits) {
    const std::size_t at = random.below(text.size());
    switch (random.below(4)) {
      case 0: text[at] = static_cast<char>(random.below(256)); break;
      case 1: text.erase(at, random.below(40)); break;
      case 2: text.insert(at, text.substr(random.below(text.size()), random.below(60))); break;
      default: text[at] = "\r\n;,<>@:=/ \"\0-"[random.below(14)]; break;
    }
  }
  return text;
}

class Storm {
 public:
  Storm(const GatewayConfig& config, std::uint64_t seed) : world_(config), random_(seed) {}

  void run(int rounds) {
    for (int round = 0; round < rounds; ++round) {
      std::string text = next();
      if (random_.chance(0.3)) text = damaged(text, random_);
      world_.wire.deliver(text, world_.scscf);
      world_.now += std::chrono::milliseconds(random_.below(300));
      for (Got& got : world_.pass()) {
        if (!got.is_message()) continue;
        (got.view->method() == Method::subscribe ? subscribes_ : messages_).push_back(got);
      }
      if (subscribes_.size() > 20) subscribes_.erase(subscribes_.begin(), subscribes_.begin() + 10);
      if (messages_.size() > 20) messages_.erase(messages_.begin(), messages_.begin() + 10);
    }
  }
  /// Registrations run out, subscriptions end, and nothing may be left but messages for users away.
  void fall_silent() {
    for (int step = 0; step < 400; ++step) {
      world_.now += 60s;
      world_.pass();
    }
    const Gateway::Levels levels = world_.gateway.levels();
    EXPECT_EQ(levels.registrations, 0U);
    EXPECT_EQ(levels.contacts, 0U);
    EXPECT_EQ(levels.transactions, 0U);
    EXPECT_EQ(levels.submits, 0U);
    EXPECT_EQ(levels.absorbed, 0U);
    EXPECT_LE(levels.users, levels.stored);
  }
  [[nodiscard]] const GatewayCounters& counters() const { return world_.counters(); }

 private:
  IscUser some_user() {
    const std::uint64_t n = random_.below(6);
    return {fmt::format("sip:u{}@home1.net", n), fmt::format("1212555222{}", n)};
  }
  std::string some_document(const Got& subscribe) {
    const std::string to = subscribe.header(Header::to);
    const std::string impu = to.substr(1, to.find('>') - 1);
    const bool full = random_.chance(0.4);
    std::string registrations;
    for (std::uint64_t i = 0; i <= random_.below(2); ++i) {
      const bool active = random_.chance(0.7);
      registrations +=
          reginfo_registration(i == 0 ? impu : some_user().impu, active ? "active" : "terminated",
                               reginfo_contact(fmt::format("{}", 70 + random_.below(4)),
                                               active ? "active" : "terminated", "registered",
                                               random_.chance(0.8) ? kSmsipParameter : ""));
    }
    return reginfo(++version_, full ? "full" : "partial", registrations);
  }
  std::string next() {
    const IscUser user = some_user();
    switch (random_.below(6)) {
      case 0:
        return world_.third_party(user, random_.chance(0.3) ? 0 : 3600, world_.service_info(user));
      case 1: return world_.isc_message(user, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
      case 2:
        if (subscribes_.empty()) break;
        world_.grant(some(subscribes_), 3600, random_.chance(0.8) ? "200 OK" : "503 Busy");
        break;
      case 3:
        if (messages_.empty()) break;
        world_.answer(some(messages_), random_.chance(0.7) ? 200 : 480);
        return world_.isc_message(user, "sip:ipsmgw.home1.net", "0201",
                                  fmt::format("In-Reply-To: {}\r\n", some(messages_).call_id()));
      default: {
        if (subscribes_.empty()) break;
        const Got& subscribe = some(subscribes_);
        const bool ends = random_.chance(0.1);
        return world_.notify_text(subscribe,
                                  ends ? "terminated;reason=timeout" : "active;expires=3600",
                                  some_document(subscribe));
      }
    }
    return world_.isc_message(user, "tel:+12125550000", "0607");
  }
  const Got& some(const std::vector<Got>& all) { return all[random_.below(all.size())]; }

  IscWorld world_;
  Prng random_;
  std::vector<Got> subscribes_;
  std::vector<Got> messages_;
  unsigned version_ = 0;
};

GatewayConfig tiny() {
  GatewayConfig config = IscWorld::isc_config();
  config.users_max = 4;
  config.contacts_max = 5;
  config.transactions_max = 4;
  config.submits_max = 2;
  config.stored_max = 3;
  config.absorbed_max = 60;
  config.sc_delay = 5ms;
  config.attempts_max = 2;
  return config;
}

TEST(isc_robustness, storms_of_damaged_messages_leave_nothing_behind) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Storm storm(IscWorld::isc_config(), seed);
    storm.run(4000);
    EXPECT_GT(storm.counters().notifies, 200U);
    EXPECT_GT(storm.counters().registrations, 100U);
    EXPECT_GT(storm.counters().deliveries, 5U);
    storm.fall_silent();
  }
}

TEST(isc_robustness, the_same_with_every_pool_full_most_of_the_time) {
  for (std::uint64_t seed = 11; seed <= 14; ++seed) {
    Storm storm(tiny(), seed);
    storm.run(4000);
    EXPECT_GT(storm.counters().full_contacts, 10U);
    storm.fall_silent();
  }
}

TEST(isc_robustness, the_same_with_every_fault_but_the_one_that_keeps_registrations) {
  GatewayConfig config = tiny();
  for (const FaultInfo& fault : faults()) {
    if (fault.id != FaultId::f35) config.faults.push_back(fault.id);
  }
  config.fault_every = 3;
  Storm storm(config, 21);
  storm.run(4000);
  storm.fall_silent();
}

TEST(isc_robustness, a_notify_and_a_register_cut_at_any_length_do_no_harm) {
  IscWorld world;
  const Got subscribe = world.register_user(kUser1).at(1);
  const std::string notify = world.notify_text(subscribe, "active", one_device(kUser1));
  const std::string third_party = world.third_party(kUser2, 600, IscWorld::service_info(kUser2));
  for (const std::string& text : {notify, third_party}) {
    for (std::size_t size = 0; size < text.size(); ++size) world.from_scscf(text.substr(0, size));
  }
  EXPECT_EQ(world.gateway.levels().users, 1U);
  EXPECT_EQ(world.notify(subscribe, one_device(kUser1)).at(0).status(), 200);
}

}  // namespace
}  // namespace rung::gateway
