// Many short messages over a wire that loses, doubles and reorders: each is delivered exactly once
// and reported exactly once, whatever the copies do.
#include <map>
#include <queue>
#include <set>

#include "engine/base/prng.hpp"
#include "gateway/isc_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;

/// UEs with a transaction layer of their own, event by event.
class LossyWorld {
 public:
  LossyWorld(std::uint64_t seed, Topology topology)
      : isc_(topology == Topology::isc), world_(config(topology)), random_(seed) {
    for (unsigned i = 0; i < kUes; ++i) {
      const Endpoint address = isc_ ? world_.scscf : Endpoint::ipv4(0x7f400001 + i, 5060);
      ues_.push_back({fmt::format("1212555{:04}", i), address});
      if (isc_) {
        world_.bring_up(user(ues_.back()));
      } else {
        world_.register_ue(ues_.back());
      }
    }
  }
  static constexpr unsigned kUes = 10;

  void submit(unsigned number) {
    const Ue& from = ues_[random_.below(kUes)];
    const Ue& to = ues_[random_.below(kUes)];
    // SUBMIT, 8-bit data: the number in four octets.
    const std::string tpdu = fmt::format(
        "0101{:02x}91{}f{}0004"
        "04{:08x}",
        11, swapped(to.number), to.number.back(), number);
    const std::string text = message(from, "sip:sc.home1.net", rp_data(number & 0xff, tpdu), {});
    submitted_[world_.last_call_id] = number;
    request(from.address, text);
  }
  void run_until(Time end) {
    while (!events_.empty() && events_.top().at <= end) {
      const Event event = events_.top();
      events_.pop();
      world_.now = std::max(world_.now, event.at);
      handle(event);
      tick();
    }
    world_.now = end;
    tick();
  }
  /// Every millisecond of `span` passes for the gateway's timers.
  void run(Duration span) {
    for (const Time end = world_.now + span; world_.now < end;) run_until(world_.now + 1ms);
  }

  std::map<unsigned, unsigned> delivered;  // number to times
  std::map<unsigned, unsigned> reported;
  [[nodiscard]] const GatewayCounters& counters() const { return world_.counters(); }
  [[nodiscard]] Gateway::Levels levels() const { return world_.gateway.levels(); }

 private:
  enum class Kind { to_gateway, to_ue, copy };
  struct Event {
    Time at;
    Kind kind;
    Endpoint ue;
    std::string text;  // of the datagram, or the branch for a copy
    bool operator<(const Event& other) const { return at > other.at; }
  };
  struct Pending {
    std::string text;
    Endpoint ue;
    Duration interval = 500ms;
    Time give_up;
  };

  static IscUser user(const Ue& ue) { return {ue.impu(), ue.number}; }
  std::string message(const Ue& from, const std::string& to, const std::string& rpdu,
                      const std::string& headers) {
    return isc_ ? world_.isc_message(user(from), to, rpdu, headers)
                : world_.message_text(from, to, rpdu, headers);
  }
  /// Behind the S-CSCF the identity tells the UEs apart, not the address.
  const Ue& owner(const Endpoint& address, const Got& got) {
    const auto found = std::find_if(ues_.begin(), ues_.end(), [&](const Ue& ue) {
      return isc_ ? ue.impu() == got.view->request_uri() : ue.address == address;
    });
    return *found;
  }
  static GatewayConfig config(Topology topology) {
    GatewayConfig config = World::small_config();
    config.topology = topology;
    config.transactions_max = 10'000;
    config.absorbed_max = 100'000;
    config.submits_max = 10'000;
    config.stored_max = 10'000;
    config.sc_delay = 3ms;
    return config;
  }
  static std::string swapped(const std::string& digits) {
    std::string out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) out += {digits[i + 1], digits[i]};
    return out;
  }
  Duration delay() {
    return random_.chance(0.05) ? Duration(30ms) : std::chrono::microseconds(random_.below(2000));
  }
  void send(Kind kind, const Endpoint& ue, const std::string& text) {
    if (random_.chance(0.03)) return;
    const int copies = random_.chance(0.03) ? 2 : 1;
    for (int i = 0; i < copies; ++i) events_.push({world_.now + delay(), kind, ue, text});
  }
  void request(const Endpoint& ue, const std::string& text) {
    const std::size_t at = text.find("z9hG4bK");
    const std::string branch = text.substr(at, text.find('\r', at) - at);
    pending_[branch] = {text, ue, 500ms, world_.now + 32s};
    send(Kind::to_gateway, ue, text);
    events_.push({world_.now + 500ms, Kind::copy, ue, branch});
  }
  void tick() {
    for (const Got& got : world_.pass()) send(Kind::to_ue, got.remote, got.octets);
  }
  void handle(const Event& event) {
    if (event.kind == Kind::to_gateway) {
      world_.wire.deliver(event.text, event.ue);
    } else if (event.kind == Kind::to_ue) {
      arrive(event.ue, Got({event.at, event.ue, event.text}));
    } else if (const auto found = pending_.find(event.text); found != pending_.end()) {
      ASSERT_LT(world_.now, found->second.give_up);
      send(Kind::to_gateway, event.ue, found->second.text);
      found->second.interval = std::min<Duration>(2 * found->second.interval, 4s);
      events_.push({world_.now + found->second.interval, Kind::copy, event.ue, event.text});
    }
  }
  void arrive(const Endpoint& ue, const Got& got) {
    if (!got.is_message()) {
      EXPECT_EQ(got.status(), 202);
      pending_.erase(got.branch());
      return;
    }
    const bool is_new = answered_.insert(got.branch()).second;
    std::string answer = "SIP/2.0 200 OK\r\n";
    for (const Header h : {Header::via, Header::from, Header::to, Header::call_id, Header::cseq}) {
      answer += fmt::format("{}: {}\r\n", sip::header_name(h), got.header(h));
    }
    send(Kind::to_gateway, ue, answer + "Content-Length: 0\r\n\r\n");
    if (!is_new) return;
    if (got.has(Header::in_reply_to)) {
      ++reported[submitted_.at(got.header(Header::in_reply_to))];
      return;
    }
    const Octets data = got.tpdu().user_data;
    ++delivered[static_cast<unsigned>(data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3])];
    request(ue, message(owner(ue, got), "sip:ipsmgw.home1.net",
                        fmt::format("02{:02x}", got.rpdu().reference),
                        fmt::format("In-Reply-To: {}\r\n", got.call_id())));
  }

  bool isc_;
  IscWorld world_;
  Prng random_;
  std::vector<Ue> ues_;
  std::priority_queue<Event> events_;
  std::map<std::string, Pending> pending_;
  std::map<std::string, unsigned> submitted_;  // Call-ID to number
  std::set<std::string> answered_;             // branches
};

class Lossy : public testing::TestWithParam<Topology> {};

TEST_P(Lossy, every_message_is_delivered_once_and_reported_once) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    LossyWorld world(seed, GetParam());
    constexpr unsigned kMessages = 1000;
    for (unsigned number = 0; number < kMessages; ++number) {
      world.submit(number);
      world.run(3ms);
    }
    for (int i = 0; i < 3000 && world.delivered.size() < kMessages; ++i) world.run(100ms);
    world.run(70s);

    EXPECT_EQ(world.delivered.size(), kMessages);
    EXPECT_EQ(world.reported.size(), kMessages);
    for (const auto& [number, times] : world.delivered) EXPECT_EQ(times, 1U) << number;
    for (const auto& [number, times] : world.reported) EXPECT_EQ(times, 1U) << number;
    EXPECT_EQ(world.counters().delivered, kMessages);
    EXPECT_GT(world.counters().request_copies, 30U);
    EXPECT_GT(world.counters().sent_copies, 30U);
    EXPECT_EQ(world.levels().stored, 0U);
    EXPECT_EQ(world.levels().submits, 0U);
    EXPECT_EQ(world.levels().transactions, 0U);
    EXPECT_EQ(world.levels().absorbed, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Topologies, Lossy, testing::Values(Topology::gm, Topology::isc),
                         [](const auto& test) {
                           return test.param == Topology::gm ? "gm" : "isc";
                         });

}  // namespace
}  // namespace rung::gateway
