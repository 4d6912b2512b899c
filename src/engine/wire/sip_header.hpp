// Names of SIP header fields and methods (RFC 3261 7.1, 7.3, 20; compact forms of 7.3.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rung::sip {

enum class Header : std::uint8_t {
#define RUNG_SIP_HEADER(id, name, compact) id,
#include "engine/wire/sip_header.def"
#undef RUNG_SIP_HEADER
  other,
};
inline constexpr std::size_t kHeaderCount = static_cast<std::size_t>(Header::other);

/// "Call-ID" for Header::call_id; empty for other.
std::string_view header_name(Header header);
/// Header::other when the name (long or compact, any case) is not in the table.
Header header_by_name(std::string_view name);

enum class Method : std::uint8_t {
  other,
  register_,
  message,
  subscribe,
  notify,
  options,
  invite,
  ack,
  bye,
  cancel,
  prack,
  publish,
  info,
  refer,
  update
};
/// "MESSAGE" for Method::message; empty for other.
std::string_view method_name(Method method);
/// Method::other when unknown. Methods are compared with case (RFC 3261 7.1).
Method method_by_name(std::string_view name);

}  // namespace rung::sip
