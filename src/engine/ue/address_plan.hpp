// AddressPlan: the address of UE n is arithmetic, so nobody stores or looks one up.
//
//   base 127.64.0.1:5060, 2 hosts, 2 ports a host
//   UE 0  127.64.0.1:5060     UE 2  127.64.0.1:5061
//   UE 1  127.64.0.2:5060     UE 3  127.64.0.2:5061
#pragma once

#include <cstdint>

#include "engine/base/endpoint.hpp"

namespace rung {

/// The part of an address that varies between UEs: all of IPv4, the low 64 bits of IPv6.
[[nodiscard]] std::uint64_t address_low(const Endpoint& endpoint);
void set_address_low(Endpoint& endpoint, std::uint64_t low);
/// True when two addresses are of one family and agree in all that does not vary.
[[nodiscard]] bool same_address_high(const Endpoint& a, const Endpoint& b);

/// UE n has host base + n % hosts and port base.port + n / hosts: all hosts of the pool first, then
/// a further port on each. Numbers are global, so every worker computes the same address.
struct AddressPlan {
  Endpoint base;
  std::uint32_t hosts = 1;
  std::uint32_t ports_per_host = 1;
  bool shared = false;  // every UE of the worker is at `base`

  /// UEs the plan has an address for; any number when shared.
  [[nodiscard]] std::uint64_t size() const {
    return shared ? UINT32_MAX : std::uint64_t{hosts} * ports_per_host;
  }

  /// Precondition: number < size().
  [[nodiscard]] Endpoint of(std::uint32_t number) const;

  /// The reverse. False when the endpoint is not of the pool, and always when shared.
  [[nodiscard]] bool number_of(const Endpoint& endpoint, std::uint32_t& number) const;
};

/// UEs [first, first + count) of the run.
struct UeRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// The UEs of one worker: contiguous and balanced to within one, so that UE n's row, address and
/// identity stay sums. Precondition: worker < workers.
[[nodiscard]] UeRange ues_of_worker(std::uint32_t ues, std::uint32_t workers, std::uint32_t worker);
/// The reverse: whose UE `number` is. Preconditions: number < ues, workers > 0.
[[nodiscard]] std::uint32_t worker_of_ue(std::uint32_t ues, std::uint32_t workers,
                                         std::uint32_t number);

}  // namespace rung
