#include "engine/wire/sccp_segment.hpp"

#include <algorithm>

namespace rung::sccp {
namespace {

std::size_t encoded_size(const Address& address) {
  std::array<std::uint8_t, kAddressSizeMax> octets;
  Writer writer{octets};
  const bool written = write_address(address, writer);
  ENGINE_ASSERT(written);
  return writer.size();
}

}  // namespace

std::size_t segment_data_max(const Address& called, const Address& calling) {
  constexpr std::size_t kReach = 255;
  constexpr std::size_t kPointerAndLengths = 4;
  return std::min(kSegmentDataMax,
                  kReach - kPointerAndLengths - encoded_size(called) - encoded_size(calling));
}

Segmenter::Segmenter(const Message& whole, std::size_t segment_max, std::uint32_t reference)
    : segment_(whole), left_(whole.data), segment_max_(segment_max) {
  ENGINE_ASSERT(segment_max >= 1);
  ENGINE_ASSERT(segment_max <= kSegmentDataMax);
  ENGINE_ASSERT(reference <= 0xffffff);
  const std::size_t needed = (left_.size() + segment_max - 1) / segment_max;
  if (needed > kSegmentsMax) return;
  count_ = needed;
  segment_.type = Type::xudt;
  if (needed < 2) return;
  segment_.segmentation = Segmentation{
      .first = true,
      .in_sequence = (whole.protocol_class & kInSequence) != 0,
      .remaining = 0,
      .reference = reference,
  };
  segment_.protocol_class |= kInSequence;
}

bool Segmenter::next(Message& out) {
  if (given_ == count_) return false;
  out = segment_;
  out.data = left_.first(std::min(segment_max_, left_.size()));
  left_ = left_.subspan(out.data.size());
  if (out.segmentation) {
    out.segmentation->first = given_ == 0;
    out.segmentation->remaining = static_cast<std::uint8_t>(count_ - given_ - 1);
  }
  ++given_;
  return true;
}

Reassembly::Reassembly(std::span<Entry> entries, MutableOctets octets, Duration patience)
    : entries_(entries),
      octets_(octets),
      patience_(patience),
      size_max_(entries.empty() ? 0 : octets.size() / entries.size()) {}

Reassembly::Added Reassembly::add(const Message& message, Time now) {
  ENGINE_ASSERT(message.segmentation.has_value());
  const Segmentation& segmentation = *message.segmentation;
  expire(now);
  std::array<std::uint8_t, kAddressSizeMax> octets;
  Writer writer{octets};
  if (!write_address(message.calling, writer)) return {Outcome::out_of_order, {}};
  const Octets calling = writer.written();

  Entry* entry = find(calling, segmentation.reference);
  if (entry != nullptr && segmentation.remaining == entry->remaining) {
    return {Outcome::duplicate, {}};
  }
  if (segmentation.first) {
    // The reference comes round again: what it stood for will never be complete.
    if (entry != nullptr) release(*entry);
    entry = reserve(calling, segmentation, now);
    if (entry == nullptr) return {Outcome::no_room, {}};
    return append(*entry, message.data);
  }
  if (entry == nullptr) return {Outcome::out_of_order, {}};
  if (segmentation.remaining + 1 != entry->remaining) {
    release(*entry);
    return {Outcome::out_of_order, {}};
  }
  entry->remaining = segmentation.remaining;
  return append(*entry, message.data);
}

Reassembly::Entry* Reassembly::find(Octets calling, std::uint32_t reference) {
  for (Entry& entry : entries_) {
    if (!entry.used || entry.reference != reference) continue;
    if (as_text(Octets{entry.calling}.first(entry.calling_size)) == as_text(calling)) return &entry;
  }
  return nullptr;
}

Reassembly::Entry* Reassembly::reserve(Octets calling, const Segmentation& segmentation, Time now) {
  const auto free = std::find_if(entries_.begin(), entries_.end(),
                                 [](const Entry& entry) { return !entry.used; });
  if (free == entries_.end()) return nullptr;
  Entry& entry = *free;
  std::copy(calling.begin(), calling.end(), entry.calling.begin());
  entry.calling_size = narrow<std::uint8_t>(calling.size());
  entry.remaining = segmentation.remaining;
  entry.reference = segmentation.reference;
  entry.size = 0;
  entry.until = now + patience_;
  entry.used = true;
  earliest_ = std::min(earliest_, entry.until);
  ++waiting_;
  return &entry;
}

Reassembly::Added Reassembly::append(Entry& entry, Octets data) {
  if (data.size() > size_max_ - entry.size) {
    release(entry);
    return {Outcome::too_long, {}};
  }
  const auto index = static_cast<std::size_t>(&entry - entries_.data());
  const MutableOctets whole = octets_.subspan(index * size_max_, size_max_);
  std::copy(data.begin(), data.end(), whole.begin() + static_cast<std::ptrdiff_t>(entry.size));
  entry.size += data.size();
  if (entry.remaining != 0) return {Outcome::waiting, {}};
  release(entry);
  return {Outcome::complete, whole.first(entry.size)};
}

void Reassembly::release(Entry& entry) {
  entry.used = false;
  --waiting_;
}

std::size_t Reassembly::expire(Time now) {
  if (now < earliest_) return 0;
  std::size_t dropped = 0;
  earliest_ = kNever;
  for (Entry& entry : entries_) {
    if (!entry.used) continue;
    if (entry.until <= now) {
      release(entry);
      ++dropped;
    } else {
      earliest_ = std::min(earliest_, entry.until);
    }
  }
  return dropped;
}

}  // namespace rung::sccp
