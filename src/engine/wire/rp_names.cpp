// Names of RP values, and which RP-Cause belongs to which direction.
#include "engine/wire/rp.hpp"

namespace rung::rp {
namespace {

/// TS 24.011 table 8.4: where a cause may appear. SMMA counts as N to MS.
enum Listed : std::uint8_t { kMo = 1, kMt = 2, kSmma = 4 };

struct Cause {
  std::uint8_t value;
  std::uint8_t listed;
  std::string_view name;
};

constexpr Cause kCauses[] = {
    {1, kMo, "unassigned number"},
    {8, kMo, "operator determined barring"},
    {10, kMo, "call barred"},
    {11, kMo, "reserved"},
    {21, kMo | kMt, "short message transfer rejected"},
    {22, kMt, "memory capacity exceeded"},
    {27, kMo, "destination out of order"},
    {28, kMo, "unidentified subscriber"},
    {29, kMo, "facility rejected"},
    {30, kMo | kSmma, "unknown subscriber"},
    {38, kMo | kSmma, "network out of order"},
    {41, kMo | kSmma, "temporary failure"},
    {42, kMo | kSmma, "congestion"},
    {47, kMo | kSmma, "resources unavailable, unspecified"},
    {50, kMo, "requested facility not subscribed"},
    {69, kMo | kSmma, "requested facility not implemented"},
    {81, kMo | kMt, "invalid short message transfer reference value"},
    {95, kMo | kMt | kSmma, "semantically incorrect message"},
    {96, kMo | kMt | kSmma, "invalid mandatory information"},
    {97, kMo | kMt | kSmma, "message type non-existent or not implemented"},
    {98, kMo | kMt | kSmma, "message not compatible with protocol state"},
    {99, kMo | kMt | kSmma, "information element non-existent or not implemented"},
    {111, kMo | kMt | kSmma, "protocol error, unspecified"},
    {127, kMo | kSmma, "interworking, unspecified"},
};

const Cause* find_cause(std::uint8_t value) {
  for (const Cause& cause : kCauses) {
    if (cause.value == value) return &cause;
  }
  return nullptr;
}

}  // namespace

std::string_view to_string(Type type) {
  constexpr std::string_view names[] = {"RP-DATA", "RP-ACK", "RP-ERROR", "RP-SMMA"};
  return names[static_cast<std::size_t>(type)];
}

std::string_view to_string(Error error) {
  switch (error) {
    case Error::none: return "none";
    case Error::too_short: return "RPDU ends inside a mandatory element";
    case Error::reserved_type: return "reserved RP message type";
    case Error::address_length: return "RP address longer than 11 octets";
    case Error::user_data_length:
      return "RP-User-Data runs past the end or is longer than 232 octets";
    case Error::cause_length: return "RP-Cause is not 1 or 2 octets";
    case Error::unexpected_element: return "information element other than RP-User-Data";
    case Error::trailing_octets: return "octets behind the last element";
  }
  return "unknown";
}

std::string_view cause_name(std::uint8_t cause) {
  const Cause* found = find_cause(cause);
  return found != nullptr ? found->name : "reserved";
}

bool cause_listed(std::uint8_t cause, Direction direction) {
  const Cause* found = find_cause(cause);
  if (found == nullptr) return false;
  const int wanted = direction == Direction::n_to_ms ? kMo | kSmma : kMt;
  return (found->listed & wanted) != 0;
}

}  // namespace rung::rp
