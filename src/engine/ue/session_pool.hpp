// Sessions, their step records, tickets and the bounded slab of foreign octets. All is allocated at
// start; a full pool refuses and the caller counts it.
//
// A session's identity on the wire is its ticket: a ring index with a generation. The ticket
// outlives the session as its tombstone until the linger ends, so copies are answered identically
// and a second report is recognised, without a hash table. Tickets are taken in rising order; a
// ring sized for rate x (linger + session time) comes round only when they are free again.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/base/datagram.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/base/verdict.hpp"

namespace rung {

/// Steps one ladder may have: progress is one 64-bit mask (DESIGN 3.1).
inline constexpr std::size_t kSessionStepsMax = 64;
/// Parties of ours with a UE behind them: ue and ue2.
inline constexpr std::size_t kUesPerSession = 2;

/// One ladder in flight. Times of steps lie in the step records.
struct Session {
  std::uint64_t done = 0;         // steps sent or received
  std::uint64_t open = 0;         // requests of ours without a final answer
  std::uint64_t provisional = 0;  // of these, answered by a 1xx
  std::uint64_t hasty = 0;        // requests of ours that got a 1xx too early, or none but a 100
  std::uint64_t gave_up = 0;      // Timer F ended
  std::uint64_t skipped = 0;      // done without a message: there was nobody to tell
  Time intended{};
  Time started{};        // the instant step records count from
  Time ending = kNever;  // when the hold ends
  FrameNumber first_frame = 0;
  std::uint32_t ticket = 0;
  std::uint32_t generation = 0;  // 0: the slot is free
  std::array<std::uint32_t, kUesPerSession> ue{UeIndex::kNone, UeIndex::kNone};
  std::array<std::uint32_t, kUesPerSession> next{SessionIndex::kNone, SessionIndex::kNone};
  std::uint32_t next_free = SessionIndex::kNone;
  std::uint32_t dialogues = 0;  // handle of its latest TCAP dialogue; 0: none
  std::uint16_t ladder = 0;
  std::uint16_t refused_code = 0;  // SIP status or RP cause that ended it
  std::uint8_t flags = 0;
  Verdict worst = Verdict::none;
};
static_assert(sizeof(Session) <= 128);

/// What happened at one step. Instants are units of 256 ns since the session's start, which reach
/// 18 minutes; later ones saturate.
struct StepRecord {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t foreign : 24;  // theirs: slab entry + 1; a response: digest of the answer
  std::uint32_t off_schedule : 4;
  std::uint32_t differing : 4;
  std::uint16_t code = 0;  // a response: status; a request: RP type + 1 and RP-MR
  std::uint8_t copies = 0;
  std::uint8_t repeats : 4;
  std::uint8_t attempt : 4;  // ours: how often credentials were added; theirs: ReplyDoubt, Turn
  // Theirs: frame of the last message, counted from the session's first, + 1; 0: none came.
  std::uint32_t frame = 0;

  StepRecord() : foreign(0), off_schedule(0), differing(0), repeats(0), attempt(0) {}
};
static_assert(sizeof(StepRecord) == 20);

inline constexpr std::int64_t kRecordUnitNs = 256;

/// What of a report of theirs does not name the request it was taken for.
enum ReplyDoubt : std::uint8_t { kRepliedElsewhere = 1, kReferenceWrong = 2 };
/// A MESSAGE of theirs came while another one to the same UE had no final answer of ours; doubtful
/// where the gateway may have given that one up.
enum Turn : std::uint8_t { kOutOfTurn = 4, kTurnDoubtful = 8 };

/// A ticket: the session while it lives, its tombstone afterwards.
struct Ticket {
  std::uint64_t done = 0;                       // steps done when it ended
  std::uint32_t generation = 0;                 // 0: never used
  std::uint32_t session = SessionIndex::kNone;  // none: a tombstone
  std::uint32_t until = 0;                      // tombstone: end of the linger, in units of 2^20 ns
  std::uint16_t ladder : 15 = 0;
  std::uint16_t disputed : 1 = 0;           // a report may have been its or another session's
  std::array<std::uint16_t, 5> branches{};  // digests of the branches of their first requests
};
static_assert(sizeof(Ticket) == 32);

class SessionPool {
 public:
  /// `steps_max`: the most steps one ladder of the run has.
  SessionPool(std::uint32_t sessions_max, std::uint32_t tickets_max, std::size_t steps_max);

  /// A free session with a ticket, or an invalid index. `evicted` tells that a tombstone had to go
  /// before its linger ended.
  SessionIndex take(Time now, bool& evicted);
  /// Frees the session and turns its ticket into a tombstone. Precondition: it is live.
  void release(SessionIndex index, Time linger_ends);

  [[nodiscard]] Session& at(SessionIndex index) { return sessions_[index.value]; }
  [[nodiscard]] const Session& at(SessionIndex index) const { return sessions_[index.value]; }
  [[nodiscard]] std::span<StepRecord> records(SessionIndex index) {
    return {records_.data() + std::size_t{index.value} * steps_max_, steps_max_};
  }
  [[nodiscard]] Ticket& ticket(std::uint32_t index) { return tickets_[index]; }
  /// Null when the index is outside the ring or its generation is another's.
  [[nodiscard]] Ticket* find(std::uint32_t index, std::uint32_t generation) {
    if (index >= tickets_.size() || tickets_[index].generation != generation) return nullptr;
    return &tickets_[index];
  }
  /// True when such a ticket was once given out, whether or not it is remembered.
  [[nodiscard]] bool was_used(std::uint32_t index, std::uint32_t generation) const {
    return index < tickets_.size() && generation != 0 && generation <= tickets_[index].generation;
  }

  [[nodiscard]] std::uint32_t active() const { return active_; }
  [[nodiscard]] std::uint32_t active_max() const { return active_max_; }
  [[nodiscard]] std::uint32_t capacity() const {
    return static_cast<std::uint32_t>(sessions_.size());
  }
  [[nodiscard]] std::uint32_t tickets() const {
    return static_cast<std::uint32_t>(tickets_.size());
  }
  /// Tombstones whose linger has not ended, at most: highest number seen.
  [[nodiscard]] std::uint32_t tickets_used_max() const { return tickets_used_max_; }
  /// Octets of the sessions with their records, and of the tickets.
  [[nodiscard]] std::size_t sessions_size() const;
  [[nodiscard]] std::size_t tickets_size() const { return tickets_.size() * sizeof(Ticket); }

 private:
  /// A ticket free at `now`, or kNone.
  std::uint32_t take_ticket(Time now, bool& evicted);

  std::size_t steps_max_;
  std::vector<Session> sessions_;
  std::vector<StepRecord> records_;
  std::vector<Ticket> tickets_;
  std::uint32_t free_head_;
  std::uint32_t next_ticket_ = 0;
  std::uint32_t oldest_ticket_ = 0;  // trails next_ticket_, past what has ended its linger
  std::uint32_t active_ = 0;
  std::uint32_t active_max_ = 0;
  std::uint32_t tickets_used_max_ = 0;
};

/// What a request of theirs said that is needed again: digests, and texts one after another.
struct ForeignEntry {
  static constexpr std::size_t kTexts = 6;
  std::uint64_t branch = 0;   // hash of the topmost branch
  std::uint64_t request = 0;  // hash of Call-ID and CSeq
  std::uint32_t octets = 0;   // hash of the whole message
  std::uint32_t next_free = 0;
  std::array<std::uint8_t, kTexts + 2> size{};
  std::uint32_t held = 0;  // handle of the whole request while its answer waits; 0: none
  char text[220];

  [[nodiscard]] std::string_view get(std::size_t index) const;
  /// False when it does not fit; it then reads as empty. Precondition: indexes rise.
  bool put(std::size_t index, std::string_view value);
};
static_assert(sizeof(ForeignEntry) == 256);

/// A whole request of theirs whose answer has to wait.
struct HeldRequest {
  std::uint32_t next_free = 0;
  std::uint16_t size = 0;
  Endpoint local;   // where the request arrived
  Endpoint remote;  // where it came from: its answer goes back there (RFC 3261 18.2.2, RFC 3581)
  std::uint8_t octets[2002];
};
static_assert(sizeof(HeldRequest) == 2048);

/// Fixed number of equal entries behind 1-based handles; handle 0: none. Room for all is reserved
/// at start; the memory of an entry is touched when it is first taken.
template <class Entry>
class Slab {
 public:
  explicit Slab(std::uint32_t count) : capacity_(count) { entries_.reserve(count); }
  /// 0 when full.
  std::uint32_t take() {
    std::uint32_t handle = free_;
    if (handle != 0) {
      free_ = entries_[handle - 1].next_free;
    } else if (entries_.size() < capacity_) {
      entries_.emplace_back();
      handle = static_cast<std::uint32_t>(entries_.size());
    } else {
      return 0;
    }
    if (++used_ > used_max_) used_max_ = used_;
    return handle;
  }
  void release(std::uint32_t handle) {
    entries_[handle - 1].next_free = free_;
    free_ = handle;
    --used_;
  }
  /// True when that handle was once taken, so that at() may be asked for it.
  [[nodiscard]] bool was_taken(std::uint32_t handle) const {
    return handle != 0 && handle <= entries_.size();
  }
  [[nodiscard]] Entry& at(std::uint32_t handle) { return entries_[handle - 1]; }
  [[nodiscard]] const Entry& at(std::uint32_t handle) const { return entries_[handle - 1]; }
  [[nodiscard]] std::uint32_t used() const { return used_; }
  [[nodiscard]] std::uint32_t used_max() const { return used_max_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

 private:
  std::vector<Entry> entries_;
  std::uint32_t capacity_;
  std::uint32_t free_ = 0;
  std::uint32_t used_ = 0;
  std::uint32_t used_max_ = 0;
};

}  // namespace rung
