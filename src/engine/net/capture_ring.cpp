#include "engine/net/capture_ring.hpp"

#include <algorithm>
#include <cstring>

namespace rung {

struct CaptureRing::Record {
  std::uint32_t size;    // of the record with its octets, a multiple of 8
  std::uint32_t octets;  // kPadding: nothing but the way to the ring's start
  FrameNumber frame;
  FrameOwner owner;
  Time at;
  std::uint64_t previous;  // in the same bucket
  std::uint32_t kept;      // index in the kept store, kNotKept
  Endpoint source;
  Endpoint destination;
  FrameMark mark;
  bool outgoing;
};

namespace {

constexpr std::uint32_t kPadding = 0xffffffff;
constexpr std::uint32_t kNotKept = 0xffffffff;
constexpr std::uint32_t kNoComment = 0xffffffff;
constexpr std::size_t kRingOctetsMin = std::size_t{64} << 10;
constexpr std::string_view kBetweenComments = "; ";

constexpr std::size_t aligned(std::size_t size) { return (size + 7) / 8 * 8; }

}  // namespace

CaptureRing::CaptureRing(const CaptureRingOptions& options)
    : own_(options.own),
      tcp_(options.tcp),
      ring_(std::max(kRingOctetsMin, aligned(options.ring_octets))),
      capacity_(ring_.size()),
      buckets_(kBuckets, kNone),
      store_(aligned(std::max<std::size_t>(options.kept_octets, 1)), MappedMemory::Touch::on_use) {
  ENGINE_ASSERT(ring_.data() != nullptr);
  ENGINE_ASSERT(store_.data() != nullptr);
  kept_.reserve(options.kept_frames_max);
  comments_.reserve(options.kept_frames_max);
}

CaptureRing::Record& CaptureRing::record_at(std::uint64_t position) const {
  return *reinterpret_cast<Record*>(ring_.data() + position % capacity_);
}

CapturedFrame CaptureRing::frame_of(const Record& record) {
  const auto* octets = reinterpret_cast<const std::uint8_t*>(&record) + sizeof(Record);
  return {{octets, record.octets},
          record.source,
          record.destination,
          record.at,
          record.frame,
          record.owner,
          record.mark,
          record.outgoing};
}

// Frames without an owner are looked up one by one, and would fill one bucket if they shared it.
std::size_t CaptureRing::bucket_of(FrameOwner owner, FrameNumber frame) {
  const std::uint64_t key = owner != 0 ? owner : frame;
  return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15) >> 48) % kBuckets;
}

void CaptureRing::on_rx(std::span<const RxDatagram> burst) {
  for (const RxDatagram& d : burst) add(captured(d));
}

void CaptureRing::on_tx(std::span<const TxDatagram> burst, Time now) {
  for (const TxDatagram& d : burst) add(captured(d, now, own_));
  serve();
}

void CaptureRing::add(const CapturedFrame& frame) {
  ENGINE_ASSERT(frame.octets.size() <= kFrameOctetsMax);
  const std::size_t size = aligned(sizeof(Record) + frame.octets.size());
  const std::uint64_t position = make_room(size);
  std::uint64_t& bucket = buckets_[bucket_of(frame.owner, frame.frame)];
  Record& record = record_at(position);
  record = {.size = static_cast<std::uint32_t>(size),
            .octets = static_cast<std::uint32_t>(frame.octets.size()),
            .frame = frame.frame,
            .owner = frame.owner,
            .at = frame.at,
            .previous = bucket,
            .kept = kNotKept,
            .source = frame.source,
            .destination = frame.destination,
            .mark = frame.mark,
            .outgoing = frame.outgoing};
  if (!frame.octets.empty()) {
    std::memcpy(reinterpret_cast<std::uint8_t*>(&record) + sizeof(Record), frame.octets.data(),
                frame.octets.size());
  }
  bucket = position;
  newest_ = position;
  head_ = position + size;
  ++counters_.frames;
}

/// Evicts the oldest records until `size` octets fit without wrapping; returns where they go.
std::uint64_t CaptureRing::make_room(std::size_t size) {
  const std::uint64_t to_end = capacity_ - head_ % capacity_;
  const std::uint64_t padding = to_end < size ? to_end : 0;
  while (head_ + padding + size - tail_ > capacity_) {
    const Record& oldest = record_at(tail_);
    if (oldest.octets != kPadding) ++counters_.overwritten;
    tail_ += oldest.size;
  }
  if (padding != 0) {
    // Sizes are multiples of 8, so at least these two words fit.
    Record& filler = record_at(head_);
    filler.size = static_cast<std::uint32_t>(padding);
    filler.octets = kPadding;
  }
  return head_ + padding;
}

void CaptureRing::keep(FrameOwner owner, FrameNumber first_frame, std::string_view comment,
                       FrameNumber commented) {
  if (waiting_count_ == kWaitingMax) serve();
  Request& request = waiting_[waiting_count_++];
  comment = comment.substr(0, kCommentSizeMax);
  request.owner = owner;
  request.first_frame = first_frame;
  request.commented = commented;
  request.comment_size = static_cast<std::uint32_t>(comment.size());
  std::copy(comment.begin(), comment.end(), request.comment.begin());
}

void CaptureRing::serve() {
  for (std::size_t i = 0; i < waiting_count_; ++i) serve(waiting_[i]);
  waiting_count_ = 0;
}

void CaptureRing::keep_all() {
  for (std::uint64_t position = tail_; position < head_; position += record_at(position).size) {
    Record& record = record_at(position);
    if (record.octets != kPadding && record.kept == kNotKept) keep_record(record);
  }
}

void CaptureRing::serve(const Request& request) {
  if (oldest() > request.first_frame) ++counters_.incomplete;
  std::uint32_t commented = kNotKept;
  bool exact = false;
  std::uint64_t position = buckets_[bucket_of(request.owner, request.first_frame)];
  while (position != kNone && position >= tail_) {  // ends: positions along a chain only fall
    Record& record = record_at(position);
    position = record.previous;
    const bool wanted = request.owner != 0 ? record.frame >= request.first_frame
                                           : record.frame == request.first_frame;
    if (record.owner != request.owner || !wanted) continue;
    if (record.kept == kNotKept) keep_record(record);
    // The chain leads from the newest to the oldest.
    if (record.kept == kNotKept || exact) continue;
    exact = record.frame == request.commented;
    if (exact || commented == kNotKept) commented = record.kept;
  }
  if (commented != kNotKept && request.comment_size != 0) {
    add_comment(commented, {request.comment.data(), request.comment_size});
  }
}

void CaptureRing::keep_record(Record& record) {
  if (kept_.size() == kept_.capacity() || stored_ + record.size > store_.size()) {
    ++counters_.refused;
    return;
  }
  std::memcpy(store_.data() + stored_, &record, record.size);
  record.kept = static_cast<std::uint32_t>(kept_.size());
  kept_.push_back({stored_, kNoComment, kNoComment});
  stored_ += record.size;
  ++counters_.kept;
}

void CaptureRing::add_comment(std::uint32_t kept, std::string_view text) {
  if (comments_.size() == comments_.capacity() || stored_ + aligned(text.size()) > store_.size()) {
    ++counters_.refused;
    return;
  }
  std::memcpy(store_.data() + stored_, text.data(), text.size());
  const auto index = static_cast<std::uint32_t>(comments_.size());
  Kept& frame = kept_[kept];
  (frame.last_comment == kNoComment ? frame.first_comment : comments_[frame.last_comment].next) =
      index;
  frame.last_comment = index;
  comments_.push_back({stored_, static_cast<std::uint32_t>(text.size()), kNoComment});
  stored_ += aligned(text.size());
}

FrameNumber CaptureRing::oldest() const {
  std::uint64_t position = tail_;
  if (position != head_ && record_at(position).octets == kPadding) {
    position += record_at(position).size;
  }
  return position == head_ ? 0 : record_at(position).frame;
}

Duration CaptureRing::held() const {
  if (newest_ == kNone) return Duration{0};
  std::uint64_t position = tail_;
  if (record_at(position).octets == kPadding) position += record_at(position).size;
  return std::max(record_at(newest_).at - record_at(position).at, Duration{0});
}

CapturedFrame CaptureRing::kept(std::size_t index) const {
  return frame_of(*reinterpret_cast<const Record*>(store_.data() + kept_[index].offset));
}

std::string_view CaptureRing::comment(std::size_t index, std::span<char> out) const {
  std::size_t size = 0;
  const auto put = [&](std::string_view text) {
    text = text.substr(0, out.size() - size);
    std::copy(text.begin(), text.end(), out.begin() + static_cast<std::ptrdiff_t>(size));
    size += text.size();
  };
  for (std::uint32_t i = kept_[index].first_comment; i != kNoComment; i = comments_[i].next) {
    const Comment& c = comments_[i];
    if (size != 0) put(kBetweenComments);
    put({reinterpret_cast<const char*>(store_.data() + c.offset), c.size});
  }
  return {out.data(), size};
}

}  // namespace rung
