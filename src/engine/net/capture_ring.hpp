// CaptureRing: the last frames of one worker in a fixed piece of memory, and beside it the frames
// of sessions worth keeping, copied out before newer ones overwrite them.
//
// Ownership: owns all its memory, none of it taken after construction. Single-threaded: the worker
// taps and keeps; kept frames are read after the worker stopped.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/net/captured_frame.hpp"
#include "engine/net/mapped_memory.hpp"
#include "engine/net/tap.hpp"

namespace rung {

struct CaptureRingOptions {
  std::size_t ring_octets = std::size_t{64} << 20;  // at least 64 KiB
  std::size_t kept_octets = std::size_t{16} << 20;  // frames and comments kept; full: refused
  std::uint32_t kept_frames_max = 65536;
  Endpoint own{};    // source of sent datagrams that name none
  bool tcp = false;  // what is seen travels on TCP
};

struct CaptureRingCounters {
  std::uint64_t frames = 0;       // seen
  std::uint64_t overwritten = 0;  // frames that newer ones replaced, kept or not
  std::uint64_t kept = 0;         // frames copied to the kept store
  std::uint64_t incomplete = 0;   // keep() calls whose first frames had been overwritten
  std::uint64_t refused = 0;      // frames or comments for which the kept store was full
};

class CaptureRing final : public Tap {
 public:
  explicit CaptureRing(const CaptureRingOptions& options);

  void on_rx(std::span<const RxDatagram> burst) override;
  void on_tx(std::span<const TxDatagram> burst, Time now) override;

  /// Keeps the frames of `owner` from `first_frame` on and puts `comment` (cut at kCommentSizeMax)
  /// on frame `commented`, or on the newest one when that is 0 or gone. Owner 0: `first_frame`
  /// alone. Served at the next on_tx(), so that what the session is just sending is kept too.
  void keep(FrameOwner owner, FrameNumber first_frame, std::string_view comment,
            FrameNumber commented = 0);
  /// Keeps every frame the ring still holds, for a run whose traffic is worth reading whole. To be
  /// called when the worker has stopped.
  void keep_all();
  /// Serves the keep() calls still waiting; to be called when the worker stops.
  void serve();

  /// The time between the oldest and the newest frame the ring holds now.
  [[nodiscard]] Duration held() const;
  /// Oldest frame still in the ring, in the order of capture; 0 when it is empty.
  [[nodiscard]] FrameNumber oldest() const;
  [[nodiscard]] const CaptureRingCounters& counters() const { return counters_; }
  [[nodiscard]] bool tcp() const { return tcp_; }

  /// Kept frames, in the order they were kept; `index` below kept_count().
  [[nodiscard]] std::size_t kept_count() const { return kept_.size(); }
  [[nodiscard]] CapturedFrame kept(std::size_t index) const;
  /// The comments on that frame, joined by "; " and cut at the size of `out`, where they are put.
  std::string_view comment(std::size_t index, std::span<char> out) const;

 private:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};
  static constexpr std::size_t kBuckets = 1 << 16;
  static constexpr std::size_t kWaitingMax = 64;

  struct Record;  // a frame in the ring or in the kept store, its octets behind it
  struct Request {
    FrameOwner owner;
    FrameNumber first_frame;
    FrameNumber commented;
    std::uint32_t comment_size;
    std::array<char, kCommentSizeMax> comment;
  };
  struct Kept {
    std::size_t offset;  // into the kept store
    std::uint32_t first_comment;
    std::uint32_t last_comment;
  };
  struct Comment {
    std::size_t offset;  // into the kept store
    std::uint32_t size;
    std::uint32_t next;  // on the same frame
  };

  void add(const CapturedFrame& frame);
  std::uint64_t make_room(std::size_t size);
  void serve(const Request& request);
  void keep_record(Record& record);
  void add_comment(std::uint32_t kept, std::string_view text);
  [[nodiscard]] Record& record_at(std::uint64_t position) const;
  [[nodiscard]] static CapturedFrame frame_of(const Record& record);
  [[nodiscard]] static std::size_t bucket_of(FrameOwner owner, FrameNumber frame);

  Endpoint own_;
  bool tcp_;
  MappedMemory ring_;
  std::uint64_t capacity_ = 0;
  std::uint64_t head_ = 0;  // positions only grow; the offset is position modulo capacity
  std::uint64_t tail_ = 0;
  std::uint64_t newest_ = kNone;
  std::vector<std::uint64_t> buckets_;  // newest record of each bucket of owners
  MappedMemory store_;
  std::size_t stored_ = 0;
  std::vector<Kept> kept_;
  std::vector<Comment> comments_;
  std::array<Request, kWaitingMax> waiting_;
  std::size_t waiting_count_ = 0;
  CaptureRingCounters counters_;
};

}  // namespace rung
