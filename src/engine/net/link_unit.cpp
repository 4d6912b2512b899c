#include "engine/net/link_unit.hpp"

namespace rung::m3ua {

Octets UnitSegments::received(Octets user_data, Time now) {
  using Outcome = sccp::Reassembly::Outcome;
  if (user_data.empty()) return user_data;
  const auto type = static_cast<sccp::Type>(user_data[0]);
  if (type != sccp::Type::xudt && type != sccp::Type::ludt) return user_data;
  sccp::Message message;
  if (sccp::decode(user_data, message) != sccp::Error::none) return user_data;
  if (!message.segmentation) return user_data;
  ++counters_.segments_received;
  advance(now);
  const bool in_sequence = message.segmentation->in_sequence;
  const sccp::Reassembly::Added added = reassembly_.add(message, now);
  if (added.outcome == Outcome::waiting || added.outcome == Outcome::duplicate) return {};
  if (added.outcome != Outcome::complete) {
    ++counters_.lost;
    return {};
  }
  // 4.1.1.2.3: the class the user asked for; segments are always of class 1.
  message.type = sccp::Type::ludt;
  message.protocol_class = static_cast<std::uint8_t>((message.protocol_class & 0xf0) |
                                                     (in_sequence ? sccp::kInSequence : 0));
  message.segmentation.reset();
  message.data = added.data;
  const auto size = sccp::encode(message, scratch_);
  if (!size.ok()) {
    ++counters_.lost;
    return {};
  }
  ++counters_.reassembled;
  return Octets{scratch_}.first(*size);
}

}  // namespace rung::m3ua
