// AddressRange: the addresses a profile gives the UEs, read from text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"

namespace rung {

/// `count` addresses from `first` on, without ports. They differ in their low 64 bits at most.
struct AddressRange {
  Endpoint first;
  std::uint64_t count = 0;
};

/// Reads "127.64.0.0/10", "fd00::/64", "10.0.0.5-10.0.0.9" or a single address. An IPv4 prefix
/// shorter than /31 leaves out its first and last address, which name the network and everybody in
/// it. The error quotes the text and says what was expected.
Result<AddressRange, std::string> parse_address_range(std::string_view text);

}  // namespace rung
