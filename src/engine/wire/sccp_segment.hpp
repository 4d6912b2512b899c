// SCCP segmentation (Q.714 4.1.1.2): user data too long for one XUDT leaves as up to 16, all of
// class 1 with the same addresses and reference, and is put together again by who is called.
//
// Ownership: a Reassembly works in storage its caller gives it and takes none of its own. What it
// hands out stays valid until the next add().
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/base/time.hpp"
#include "engine/wire/sccp.hpp"

namespace rung::sccp {

inline constexpr std::size_t kSegmentsMax = 16;
/// Data of one segment at most (Q.713 4.18).
inline constexpr std::size_t kSegmentDataMax = 254;

/// Data of one segment between these addresses at most: the pointer to the segmentation parameter
/// reaches 255 octets. 229 between two global titles of 11 or 12 digits; networks with MTP links
/// take less. Precondition: both can be encoded.
std::size_t segment_data_max(const Address& called, const Address& calling);

/// Cuts the data of a message into XUDTs.
///
///   Segmenter segments{message, 160, reference};
///   for (Message xudt; segments.next(xudt);) encode(xudt, out);
class Segmenter {
 public:
  /// `whole`: a message of any length of data; its class says whether order was asked for.
  /// `segment_max`: data octets a segment carries at most, 1 to kSegmentDataMax. `reference`: 24
  /// bits, another for each message of the same calling address within the reassembly time.
  Segmenter(const Message& whole, std::size_t segment_max, std::uint32_t reference);

  /// How many there will be; 0: the data would need more than kSegmentsMax, or there is none. One
  /// segment is a plain XUDT.
  [[nodiscard]] std::size_t count() const { return count_; }
  /// The next segment; its spans point where those of `whole` do.
  bool next(Message& out);

 private:
  Message segment_;
  Octets left_;
  std::size_t segment_max_;
  std::size_t count_ = 0;
  std::size_t given_ = 0;
};

class Reassembly {
 public:
  /// One message being put together.
  struct Entry {
    std::array<std::uint8_t, kAddressSizeMax> calling{};
    std::uint8_t calling_size = 0;
    std::uint8_t remaining = 0;  // segments still to come
    std::uint32_t reference = 0;
    std::size_t size = 0;  // octets so far
    Time until = kNever;
    bool used = false;
  };
  enum class Outcome : std::uint8_t {
    complete,      // all octets are there
    waiting,       // more segments are to come
    duplicate,     // the last segment once more: passed over
    out_of_order,  // a segment is missing, or its first one is: the message is lost
    too_long,      // does not fit into its part of the storage: the message is lost
    no_room        // all entries are taken: the message is lost
  };
  struct Added {
    Outcome outcome{};
    Octets data{};  // of a complete message
  };

  /// `octets` is shared out evenly: the longest message has octets.size() / entries.size().
  /// `patience`: from a first segment to its last (Q.714 T(reass), 10 to 20 s).
  Reassembly(std::span<Entry> entries, MutableOctets octets, Duration patience);

  /// Takes one XUDT or LUDT with a segmentation parameter. What ran out by `now` is dropped first.
  /// Precondition: message.segmentation.
  Added add(const Message& message, Time now);

  /// Drops the messages whose time has run out; how many.
  std::size_t expire(Time now);

  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  Entry* find(Octets calling, std::uint32_t reference);
  Entry* reserve(Octets calling, const Segmentation& segmentation, Time now);
  Added append(Entry& entry, Octets data);
  void release(Entry& entry);

  std::span<Entry> entries_;
  MutableOctets octets_;
  Duration patience_;
  std::size_t size_max_;
  std::size_t waiting_ = 0;
  Time earliest_ = kNever;  // no entry runs out before
};

}  // namespace rung::sccp
