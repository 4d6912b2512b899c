// For tests and benchmarks: two ends of one wire in this process, below one SCTP stack.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/net/sctp.hpp"
#include "engine/net/sim.hpp"

namespace rung {

/// Writes down what an association tells.
class SctpRecorder final : public SctpUser {
 public:
  struct Received {
    std::string octets;
    std::uint16_t stream;
    std::uint32_t ppid;
  };
  void on_sctp_change(SctpAssociation&, SctpChange change, Time) override {
    changes.push_back(change);
  }
  void on_sctp_messages(SctpAssociation& association, std::span<const SctpMessage> burst,
                        Time) override {
    for (const SctpMessage& m : burst) {
      messages.push_back({std::string(as_text(m.octets)), m.stream, m.ppid});
      if (echo) association.send(m.stream, m.ppid, m.octets);
    }
  }
  std::vector<SctpChange> changes;
  std::vector<Received> messages;
  bool echo = false;
};

/// Remembers the longest packet.
class LongestTap final : public Tap {
 public:
  void on_rx(std::span<const RxDatagram>) override {}
  void on_tx(std::span<const TxDatagram> burst, Time) override {
    for (const TxDatagram& d : burst) longest = std::max(longest, d.size);
  }
  std::uint32_t longest = 0;
};

struct SctpRig {
  static SimOptions wire(const SimWire& each_way, std::uint64_t seed) {
    return {.seed = seed,
            .a_to_b = each_way,
            .b_to_a = each_way,
            .a_local = Endpoint::ipv4(0x7f000001, kSctpUdpPort),
            .b_local = Endpoint::ipv4(0x7f000002, kSctpUdpPort)};
  }
  explicit SctpRig(const SimWire& each_way = {.delay_min = 1ms, .delay_max = 1ms},
                   std::uint64_t seed = 1, const SctpStackOptions& options = {})
      : network(wire(each_way, seed), clock),
        stack(std::make_unique<SctpStack>(options, clock.now())) {
    stack->add_carrier(network.a(), tap_a);
    stack->add_carrier(network.b(), tap_b);
  }

  SctpAssociation& connect(SctpUser& user, SctpAssociationOptions options = {}) {
    options.carrier = 0;
    options.remote = network.b().local();
    return stack->open(options, user);
  }
  SctpAssociation& listen(SctpUser& user, SctpAssociationOptions options = {}) {
    options.carrier = 1;
    options.listen = true;
    return stack->open(options, user);
  }

  /// Lets time pass until `done()` or for at most `longest`; whether it became so.
  template <class Done>
  bool run(Done done, Duration longest = 60s) {
    const Time end = clock.now() + longest;
    while (!done() && clock.now() < end) {
      stack->poll(clock.now());
      const Time next = std::min(network.next_delivery(), stack->next_timer());
      clock.set(std::max(clock.now(), std::min(next, end)));
    }
    return done();
  }

  SimClock clock;
  SimNetwork network;
  LongestTap tap_a;
  LongestTap tap_b;
  std::unique_ptr<SctpStack> stack;
};

}  // namespace rung
