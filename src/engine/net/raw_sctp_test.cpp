#include "engine/net/raw_sctp.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/net/clock.hpp"
#include "engine/net/own_network.hpp"
#include "engine/net/sctp_rig.hpp"

namespace rung {
namespace {

constexpr std::uint32_t kPpid = 3;
constexpr Duration kPatience = 20s;

/// Two raw sockets on loopback, an association between them; 0 when the echoes came back.
int exchange(const Endpoint& a, const Endpoint& b) {
  auto left = RawSctp::open({.bind = a});
  auto right = RawSctp::open({.bind = b});
  if (!left.ok() || !right.ok()) return 2;
  NullTap tap;
  SctpStack stack({}, MonotonicClock::read());
  stack.add_carrier(**left, tap);
  stack.add_carrier(**right, tap);
  SctpRecorder at_client;
  SctpRecorder at_server;
  at_server.echo = true;
  stack.open({.carrier = 1, .remote = a, .listen = true}, at_server);
  SctpAssociation& client = stack.open({.carrier = 0, .remote = b}, at_client);
  const std::vector<std::uint8_t> octets(164, 0x33);
  const Time end = MonotonicClock::read() + kPatience;
  while (at_client.messages.size() < 100 && MonotonicClock::read() < end) {
    stack.poll(MonotonicClock::read());
    while (client.counters().sent < 100 && client.send(1, kPpid, octets) == SctpSend::sent) {
    }
    stack.flush(MonotonicClock::read());
  }
  if (at_client.messages.size() != 100) return 3;
  return at_client.messages[99].octets == as_text(octets) ? 0 : 4;
}

/// Where the kernel has loaded its own SCTP, it aborts associations it knows nothing of.
bool kernel_answers_sctp() { return access("/proc/net/sctp", F_OK) == 0; }

TEST(RawSctp, an_association_lives_over_ipv4) {
  if (kernel_answers_sctp()) GTEST_SKIP() << "the kernel's own SCTP answers (/proc/net/sctp)";
  in_a_network_of_its_own("ip link set lo up", [] {
    return exchange(Endpoint::ipv4(0x7f000001, 0), Endpoint::ipv4(0x7f000002, 0));
  });
}

TEST(RawSctp, an_association_lives_over_ipv6) {
  if (kernel_answers_sctp()) GTEST_SKIP() << "the kernel's own SCTP answers (/proc/net/sctp)";
  in_a_network_of_its_own(
      "ip link set lo up && ip addr add fd00::1/128 dev lo nodad && "
      "ip addr add fd00::2/128 dev lo nodad",
      [] {
        return exchange(*parse_endpoint("[fd00::1]:0", 0), *parse_endpoint("[fd00::2]:0", 0));
      });
}

TEST(RawSctp, without_the_capability_the_error_names_it_and_the_way_round) {
  in_a_network_of_its_own("true", [] {
    if (setresuid(65534, 65534, 65534) != 0) return 2;
    const auto opened = RawSctp::open({.bind = Endpoint::ipv4(0x7f000001, 0)});
    if (opened.ok() || opened.error().code != NetErrorCode::permission) return 3;
    const std::string& text = opened.error().text;
    return text.find("CAP_NET_RAW") != std::string::npos &&
                   text.find("UDP encapsulation") != std::string::npos
               ? 0
               : 4;
  });
}

TEST(RawSctp, an_address_of_another_machine_and_a_number_out_of_range_are_refused) {
  in_a_network_of_its_own("ip link set lo up", [] {
    const auto foreign = RawSctp::open({.bind = Endpoint::ipv4(0x0a000001, 0)});
    if (foreign.ok() || foreign.error().code != NetErrorCode::not_available) return 2;
    const auto none = RawSctp::open({.bind = Endpoint::ipv4(0x7f000001, 0), .tx_slots = 0});
    return !none.ok() && none.error().code == NetErrorCode::range ? 0 : 3;
  });
}

}  // namespace
}  // namespace rung
