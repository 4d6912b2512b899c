// What is known of point codes behind a peer: reachable or not, and how congested (RFC 4666 3.4).
// A point code nobody spoke of is available and not congested.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/fixed_vector.hpp"
#include "engine/wire/m3ua.hpp"

namespace rung::m3ua {

enum class DestinationStatus : std::uint8_t { available, restricted, unavailable };
constexpr std::string_view to_string(DestinationStatus status) {
  constexpr std::string_view names[] = {"available", "restricted", "unavailable"};
  return names[static_cast<std::size_t>(status)];
}

/// A value for each point code, set by ranges: the last word on a point code holds.
template <class Value>
class PointCodeTable {
 public:
  static constexpr std::size_t kRangesMax = 128;

  /// Value{} where nothing was said.
  [[nodiscard]] Value of(std::uint32_t point_code) const {
    for (std::size_t i = ranges_.size(); i > 0; --i) {
      if (ranges_[i - 1].codes.covers(point_code)) return ranges_[i - 1].value;
    }
    return Value{};
  }
  /// False when the table is full and what is said is lost.
  bool set(const AffectedPointCode& codes, Value value) {
    drop_covered(codes);
    if (value == Value{} && !overlaps(codes)) return true;
    return ranges_.push_back({codes, value});
  }
  /// Whether all these point codes surely have one value.
  [[nodiscard]] bool alike(const AffectedPointCode& codes) const {
    for (std::size_t i = ranges_.size(); i > 0; --i) {
      const AffectedPointCode& range = ranges_[i - 1].codes;
      if (covers(range, codes)) return true;
      if (covers(codes, range)) return false;
    }
    return true;
  }
  void clear() { ranges_.clear(); }
  [[nodiscard]] std::size_t size() const { return ranges_.size(); }

 private:
  struct Range {
    AffectedPointCode codes;
    Value value;
  };
  static bool covers(const AffectedPointCode& outer, const AffectedPointCode& inner) {
    return outer.mask >= inner.mask && outer.covers(inner.point_code);
  }
  // Keeps the order, as a later range is the last word on what it shares with an earlier one.
  void drop_covered(const AffectedPointCode& codes) {
    FixedVector<Range, kRangesMax> kept;
    for (const Range& range : ranges_) {
      if (!covers(codes, range.codes)) static_cast<void>(kept.push_back(range));
    }
    ranges_ = kept;
  }
  bool overlaps(const AffectedPointCode& codes) const {
    for (const Range& range : ranges_) {
      if (covers(range.codes, codes)) return true;
    }
    return false;
  }

  FixedVector<Range, kRangesMax> ranges_;
};

struct Destinations {
  PointCodeTable<DestinationStatus> status;
  PointCodeTable<std::uint8_t> congestion;  // level 0 to 3 of SCON (Q.704)

  void clear() {
    status.clear();
    congestion.clear();
  }
};

}  // namespace rung::m3ua
