// IPv6 has one loopback address, so many sources need a route that makes a prefix local. The test
// makes one in a network namespace of its own, which ends with its process.
#include <gtest/gtest.h>

#include <set>

#include "engine/net/clock.hpp"
#include "engine/net/own_network.hpp"
#include "engine/net/uring_udp.hpp"

namespace rung {
namespace {

constexpr int kPassesMax = 20'000;
constexpr std::uint32_t kUes = 2000;

/// fd64::N:5060, and back; kUes for an address of nobody.
Endpoint endpoint_of(std::uint32_t n) {
  Endpoint e = *parse_endpoint("[fd64::]:5060", 0);
  e.address[14] = static_cast<std::uint8_t>(n >> 8);
  e.address[15] = static_cast<std::uint8_t>(n & 0xff);
  return e;
}
std::uint32_t number_of(const Endpoint& e) {
  const std::uint32_t n = std::uint32_t{e.address[14]} << 8 | e.address[15];
  return n < kUes && endpoint_of(n) == e ? n : kUes;
}

int exchange() {
  UringUdpOptions options;
  options.bind = *parse_endpoint("::", 5060);
  options.many_sources = true;
  auto ues = UringUdp::open(options);
  options.bind = *parse_endpoint("::1", 5090);
  options.many_sources = false;
  auto gateway = UringUdp::open(options);
  if (!ues.ok() || !gateway.ok()) return 1;
  for (std::uint32_t n = 0; n < kUes; ++n) {
    TxDatagram* slot = (*ues)->tx().reserve();
    slot->local = endpoint_of(n);
    slot->remote = (*gateway)->local();
    slot->size = 600;
  }
  (*ues)->tx_burst({});
  std::set<std::uint32_t> asked;
  std::set<std::uint32_t> answered;
  for (int pass = 0; pass < kPassesMax && answered.size() < kUes; ++pass) {
    for (const RxDatagram& d : (*gateway)->rx_burst(MonotonicClock::read())) {
      asked.insert(number_of(d.remote));
      TxDatagram* slot = (*gateway)->tx().reserve();
      slot->remote = d.remote;
      slot->size = 100;
    }
    (*gateway)->tx_burst({});
    for (const RxDatagram& d : (*ues)->rx_burst(MonotonicClock::read())) {
      answered.insert(number_of(d.local));
    }
  }
  if (asked.size() != kUes || *asked.rbegin() != kUes - 1) return 2;
  if (answered.size() != kUes || *answered.rbegin() != kUes - 1) return 3;
  return 0;
}

TEST(Ipv6Sources, two_thousand_ues_send_from_and_are_reached_at_their_own_addresses) {
  in_a_network_of_its_own("ip link set lo up && ip -6 route add local fd64::/64 dev lo", exchange);
}

/// Between two link-local addresses of the loopback interface.
int exchange_link_local() {
  UringUdpOptions options;
  options.bind = *parse_endpoint("::", 5060);
  options.many_sources = true;
  auto ues = UringUdp::open(options);
  options.bind = *parse_endpoint("fe80::2%lo", 5090);
  options.many_sources = false;
  auto gateway = UringUdp::open(options);
  if (!ues.ok() || !gateway.ok()) return 1;
  const Endpoint ue = *parse_endpoint("[fe80::1%lo]:5060", 0);
  TxDatagram* slot = (*ues)->tx().reserve();
  slot->local = ue;
  slot->remote = options.bind;
  slot->size = 100;
  (*ues)->tx_burst({});
  for (int pass = 0; pass < kPassesMax; ++pass) {
    for (const RxDatagram& d : (*gateway)->rx_burst(MonotonicClock::read())) {
      if (d.remote != ue) return 2;
      TxDatagram* answer = (*gateway)->tx().reserve();
      answer->remote = d.remote;
      answer->size = 100;
    }
    (*gateway)->tx_burst({});
    for (const RxDatagram& d : (*ues)->rx_burst(MonotonicClock::read())) {
      return d.local == ue && d.remote == options.bind ? 0 : 3;
    }
  }
  return 4;
}

TEST(Ipv6Sources, link_local_addresses_work_with_their_interface) {
  in_a_network_of_its_own(
      "ip link set lo up && ip addr add fe80::1/64 dev lo nodad && "
      "ip addr add fe80::2/64 dev lo nodad",
      exchange_link_local);
}

}  // namespace
}  // namespace rung
