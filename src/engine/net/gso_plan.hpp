// GsoPlan: which datagrams of a burst can leave as one UDP_SEGMENT super-datagram (udp(7)): those
// with the same source, destination and size, the last of a group may be shorter. Datagrams of one
// (source, destination) pair keep their order; those of different pairs may change places.
//
//   pending  A600 B600 A600 A233 A600 B600     plan  [A600 A600 A233] [B600 B600] [A600]
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/datagram.hpp"

namespace rung {

/// Datagrams in one group at most: UDP_MAX_SEGMENTS of kernels before 6.9.
inline constexpr std::uint32_t kGsoSegmentsMax = 64;
/// Octets in one group at most: the kernel's limit of 65535 less the IP and UDP headers.
inline constexpr std::uint32_t kGsoOctetsMax = 65'000;

struct GsoGroup {
  std::uint32_t begin = 0;    // into GsoPlan::order()
  std::uint32_t count = 0;    // datagrams; 1: an ordinary datagram
  std::uint32_t segment = 0;  // size of every datagram but perhaps the last
  std::uint32_t octets = 0;
};

class GsoPlan {
 public:
  /// For bursts of at most `slots_max` datagrams; nothing is allocated later.
  explicit GsoPlan(std::size_t slots_max);

  /// Plans one burst; sizes over `segment_max` are never grouped (0: group nothing). The groups are
  /// in sending order and stay until the next call. Precondition: at most slots_max pending.
  std::span<const GsoGroup> plan(std::span<const TxDatagram> pending, std::uint32_t segment_max);
  /// Indices into the planned burst: group g's are order()[g.begin, g.begin + g.count).
  [[nodiscard]] std::span<const std::uint32_t> order() const { return order_; }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Open {  // a group while it grows: a list of slots
    std::uint32_t first;
    std::uint32_t last;
    bool closed;
  };
  struct Entry {  // of the hash table: the newest group of a pair
    std::uint32_t generation;
    std::uint32_t group;
  };

  void plan_singly(std::span<const TxDatagram> pending);
  std::uint32_t& newest_group(std::span<const TxDatagram> pending, std::uint32_t slot);
  bool fits(std::uint32_t group, const TxDatagram& datagram, std::uint32_t segment_max) const;
  void append(std::uint32_t group, std::uint32_t slot, const TxDatagram& datagram);
  void open(std::uint32_t slot, const TxDatagram& datagram);
  void lay_out();

  std::vector<GsoGroup> groups_;
  std::vector<Open> open_;
  std::vector<std::uint32_t> next_;  // slot after this one in its group
  std::vector<std::uint32_t> order_;
  std::vector<Entry> table_;  // a power of two, at least twice the slots: probing always ends
  std::uint32_t generation_ = 0;
};

}  // namespace rung
