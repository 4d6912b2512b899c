#include "engine/ue/address_plan.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace rung {
namespace {

struct Extent {
  std::size_t begin, end;
};

Extent low_extent(AddressFamily family) {
  return family == AddressFamily::ipv4 ? Extent{0, 4} : Extent{8, 16};
}

}  // namespace

std::uint64_t address_low(const Endpoint& endpoint) {
  const Extent at = low_extent(endpoint.family);
  std::uint64_t low = 0;
  for (std::size_t i = at.begin; i < at.end; ++i) low = low << 8 | endpoint.address[i];
  return low;
}

void set_address_low(Endpoint& endpoint, std::uint64_t low) {
  const Extent at = low_extent(endpoint.family);
  for (std::size_t i = at.end; i > at.begin; --i, low >>= 8) {
    endpoint.address[i - 1] = static_cast<std::uint8_t>(low & 0xff);
  }
}

bool same_address_high(const Endpoint& a, const Endpoint& b) {
  if (a.family != b.family) return false;
  const auto high = static_cast<std::ptrdiff_t>(low_extent(a.family).begin);
  return std::equal(a.address.begin(), a.address.begin() + high, b.address.begin());
}

Endpoint AddressPlan::of(std::uint32_t number) const {
  if (shared) return base;
  PARANOID_ASSERT(number < size());
  Endpoint result = base;
  set_address_low(result, address_low(base) + number % hosts);
  result.port = static_cast<std::uint16_t>(base.port + number / hosts);
  return result;
}

bool AddressPlan::number_of(const Endpoint& endpoint, std::uint32_t& number) const {
  if (shared || endpoint.port < base.port || !same_address_high(endpoint, base)) return false;
  const std::uint64_t host = address_low(endpoint) - address_low(base);
  const std::uint32_t port = static_cast<std::uint32_t>(endpoint.port - base.port);
  if (host >= hosts || port >= ports_per_host) return false;
  number = port * hosts + static_cast<std::uint32_t>(host);
  return true;
}

UeRange ues_of_worker(std::uint32_t ues, std::uint32_t workers, std::uint32_t worker) {
  ENGINE_ASSERT(worker < workers);
  const std::uint32_t each = ues / workers;
  const std::uint32_t larger = ues % workers;  // workers that get one UE more
  return {worker * each + std::min(worker, larger), each + (worker < larger ? 1 : 0)};
}

std::uint32_t worker_of_ue(std::uint32_t ues, std::uint32_t workers, std::uint32_t number) {
  PARANOID_ASSERT(number < ues);
  const std::uint32_t each = ues / workers;
  const std::uint32_t larger = ues % workers;
  const std::uint32_t of_larger = larger * (each + 1);
  return number < of_larger ? number / (each + 1) : larger + (number - of_larger) / each;
}

}  // namespace rung
