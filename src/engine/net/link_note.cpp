#include "engine/net/link_note.hpp"

#include <fmt/format.h>

namespace rung::m3ua {
namespace {

std::string codes_text(const AffectedPointCode& codes) {
  return codes.mask == 0 ? fmt::format("{}", codes.point_code)
                         : fmt::format("{}/{}", codes.point_code, codes.mask);
}

std::string notify_text(std::uint32_t value) {
  const Status status{static_cast<std::uint16_t>(value >> 16),
                      static_cast<std::uint16_t>(value & 0xffff)};
  if (status == kAsInactive) return "AS-INACTIVE";
  if (status == kAsActive) return "AS-ACTIVE";
  if (status == kAsPending) return "AS-PENDING";
  if (status == kAlternateAspActive) return "Alternate ASP Active";
  return fmt::format("type {} information {}", status.type, status.information);
}

}  // namespace

std::string to_string(const LinkNote& note) {
  if (note.association) return fmt::format("association {}", to_string(note.change));
  const auto& [event, value, codes] = note.happened;
  const std::string_view name = to_string(event);
  switch (event) {
    case AspEvent::own_state:
    case AspEvent::peer_state:
      return fmt::format("{} {}", name, to_string(static_cast<AspState>(value)));
    case AspEvent::as_state:
      return fmt::format("{} {}", name, to_string(static_cast<AsState>(value)));
    case AspEvent::notified: return fmt::format("{} {}", name, notify_text(value));
    case AspEvent::destination:
      return fmt::format("{} {} {}", name, codes_text(codes),
                         to_string(static_cast<DestinationStatus>(value)));
    case AspEvent::congestion: return fmt::format("{} {} level {}", name, codes_text(codes), value);
    case AspEvent::user_part:
      return fmt::format("{} {} cause {}", name, codes_text(codes), value >> 16);
    case AspEvent::error_received:
    case AspEvent::error_sent:
      return fmt::format("{} {}", name, to_string(static_cast<ErrorCode>(value)));
    case AspEvent::heartbeat_lost: break;
  }
  return std::string(name);
}

}  // namespace rung::m3ua
