#include "engine/ue/address_range.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>

#include "engine/ue/address_plan.hpp"

namespace rung {
namespace {

constexpr std::uint64_t kCountMax = std::numeric_limits<std::uint64_t>::max();

std::string wrong(std::string_view text, std::string_view what) {
  return fmt::format("'{}' is not accepted, {}", text, what);
}

unsigned address_bits(const Endpoint& e) { return e.family == AddressFamily::ipv4 ? 32 : 128; }

std::optional<Endpoint> address_alone(std::string_view text) {
  const auto parsed = parse_endpoint(text, 0);
  if (!parsed.ok() || parsed->port != 0) return std::nullopt;
  return *parsed;
}

bool host_bits_are_zero(const Endpoint& e, unsigned prefix) {
  for (unsigned bit = prefix; bit < address_bits(e); ++bit) {
    if ((e.address[bit / 8] >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

Result<AddressRange, std::string> read_prefix(std::string_view text, std::size_t slash) {
  const auto base = address_alone(text.substr(0, slash));
  if (!base) return wrong(text, "expected an IPv4 or IPv6 address before the '/'");
  const std::string_view digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc{} || end != digits.data() + digits.size() ||
      prefix > address_bits(*base)) {
    return wrong(text, fmt::format("expected a prefix length of 0 to {} after the '/'",
                                   address_bits(*base)));
  }
  if (!host_bits_are_zero(*base, prefix)) {
    return wrong(text, fmt::format("bits are set beyond the first {}", prefix));
  }
  const unsigned host_bits = address_bits(*base) - prefix;
  AddressRange out{*base, host_bits >= 64 ? kCountMax : std::uint64_t{1} << host_bits};
  if (base->family == AddressFamily::ipv4 && prefix < 31) {
    set_address_low(out.first, address_low(out.first) + 1);
    out.count -= 2;
  }
  return out;
}

Result<AddressRange, std::string> read_ends(std::string_view text, std::size_t dash) {
  const auto first = address_alone(text.substr(0, dash));
  const auto last = address_alone(text.substr(dash + 1));
  if (!first || !last) return wrong(text, "expected an address on each side of the '-'");
  if (!same_address_high(*first, *last)) {
    return wrong(text, "both ends must be IPv4, or IPv6 within one /64");
  }
  if (address_low(*last) < address_low(*first)) {
    return wrong(text, "the last address is below the first");
  }
  const std::uint64_t distance = address_low(*last) - address_low(*first);
  return AddressRange{*first, distance == kCountMax ? kCountMax : distance + 1};
}

}  // namespace

Result<AddressRange, std::string> parse_address_range(std::string_view text) {
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    return read_prefix(text, slash);
  }
  if (const auto dash = text.find('-'); dash != std::string_view::npos) {
    return read_ends(text, dash);
  }
  const auto single = address_alone(text);
  if (single) return AddressRange{*single, 1};
  return wrong(text, "expected an address, ADDRESS/PREFIX such as 127.64.0.0/10, or FIRST-LAST");
}

}  // namespace rung
