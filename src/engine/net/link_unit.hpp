// The unit in which SS7 users and links exchange messages: a routing label and one whole SCCP
// message, however many segments carry it.
//
//   OPC 4 | DPC 4 | SI | NI | MP | SLS | SCCP message        (RFC 4666 3.3.1, the value of 0x0210)
//
// What came in segments (Q.714 4.1.1.2) is one LUDT here, and a LUDT given to be sent leaves as one
// XUDT, or as segments where it is too long for that: peers at the other end of M3UA need not know
// LUDT. Every other message passes as it is, also one that does not decode.
#pragma once

#include <array>
#include <vector>

#include "engine/base/datagram.hpp"
#include "engine/wire/m3ua.hpp"
#include "engine/wire/sccp_segment.hpp"

namespace rung::m3ua {

/// SCCP octets of one unit at most.
inline constexpr std::size_t kUnitMessageMax = kDatagramSizeMax - kProtocolDataHeaderSize;

struct SegmentCounters {
  std::uint64_t segments_received = 0;
  std::uint64_t reassembled = 0;  // units made of them
  std::uint64_t lost = 0;         // messages of which a segment was missing, late or too much
  std::uint64_t segments_sent = 0;
};

/// Puts segments together, and takes messages apart.
class UnitSegments {
 public:
  static constexpr std::size_t kEntriesMax = 256;
  /// Of Q.714 T(reass), 10 to 20 s.
  static constexpr Duration kPatience = 10s;

  UnitSegments() : entries_(kEntriesMax), octets_(kEntriesMax * sccp::kLongDataMax) {}
  UnitSegments(const UnitSegments&) = delete;
  UnitSegments& operator=(const UnitSegments&) = delete;

  /// The message that `user_data` is or completes; empty while it waits for more, or is lost. Valid
  /// until the next call.
  Octets received(Octets user_data, Time now);

  /// Gives `send(octets)` the message, or its parts one after another until it says false. False
  /// then, and for a LUDT that does not decode or needs more than 16 segments.
  template <class Send>
  bool sent(Octets message, Send&& send) {
    sccp::Message whole;
    if (!is_long(message)) return send(message);
    if (sccp::decode(message, whole) != sccp::Error::none || whole.segmentation) return false;
    sccp::Segmenter segments{whole, sccp::segment_data_max(whole.called, whole.calling),
                             reference_};
    if (segments.count() == 0) return false;
    if (segments.count() > 1) reference_ = (reference_ + 1) & 0xffffff;
    for (sccp::Message segment; segments.next(segment);) {
      const auto size = sccp::encode(segment, scratch_);
      if (!size.ok() || !send(Octets{scratch_}.first(*size))) return false;
      if (segments.count() > 1) ++counters_.segments_sent;
    }
    return true;
  }

  /// Gives up what has waited too long.
  void advance(Time now) { counters_.lost += reassembly_.expire(now); }
  [[nodiscard]] const SegmentCounters& counters() const { return counters_; }

 private:
  static bool is_long(Octets message) {
    return !message.empty() && message[0] == static_cast<std::uint8_t>(sccp::Type::ludt);
  }

  std::vector<sccp::Reassembly::Entry> entries_;
  std::vector<std::uint8_t> octets_;
  sccp::Reassembly reassembly_{entries_, octets_, kPatience};
  std::array<std::uint8_t, kUnitMessageMax> scratch_{};
  std::uint32_t reference_ = 1;
  SegmentCounters counters_;
};

}  // namespace rung::m3ua
