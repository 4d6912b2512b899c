// Datagrams on loan. A transport owns every buffer; the loop sees these views.
//
// Ownership: an RxDatagram's octets are valid until the next rx_burst() of its transport. A
// TxDatagram's buffer belongs to the writer from TxQueue::reserve() until tx_burst() returns.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/assert.hpp"
#include "engine/base/bytes.hpp"
#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"
#include "engine/base/verdict.hpp"

namespace rung {

/// Packets one burst carries at most.
inline constexpr std::size_t kBurstMax = 64;
/// Octets a receive or transmit buffer holds; a longer datagram is reported as truncated.
inline constexpr std::size_t kDatagramSizeMax = 4096;

/// Number of a frame in the order this worker saw it, received or sent; the capture's key.
using FrameNumber = std::uint64_t;
/// Session a frame belongs to (session index and generation as the player packs them); 0: none.
using FrameOwner = std::uint64_t;

/// What the player knows of a frame of a session: which step of the ladder it is, and how its
/// fields were judged; none: not judged, as what we send.
struct FrameMark {
  static constexpr std::uint8_t kNoStep = 0xff;
  std::uint8_t step = kNoStep;
  Verdict verdict = Verdict::none;
};

struct RxDatagram {
  Octets octets;
  Endpoint local;   // where it arrived: the UE's own address
  Endpoint remote;  // who sent it
  Time arrived;     // the packet's own stamp, not the pass's
  FrameNumber frame = 0;
  FrameOwner owner = 0;    // set by the player once it knows the session
  FrameMark mark{};        // likewise
  bool truncated = false;  // longer than kDatagramSizeMax
};

struct TxDatagram {
  std::uint8_t* buffer = nullptr;  // kDatagramSizeMax octets
  std::uint32_t size = 0;          // octets to send, set by the writer
  Endpoint local;                  // source address; family none: the socket's own
  Endpoint remote;
  FrameNumber frame = 0;
  FrameOwner owner = 0;
  FrameMark mark{};

  [[nodiscard]] MutableOctets space() const { return {buffer, kDatagramSizeMax}; }
  [[nodiscard]] Octets octets() const { return {buffer, size}; }
};

/// The transmit slots of one transport: a fixed array the writer fills in order and tx_burst()
/// empties. reserve() is not virtual: no indirect call per packet.
class TxQueue {
 public:
  TxQueue() = default;
  explicit TxQueue(std::span<TxDatagram> slots) : slots_(slots) {}

  /// The next free slot, or nullptr when the queue is full (count it and shed or flush).
  /// A reserved slot is sent by the next tx_burst() unless drop_last() takes it back.
  TxDatagram* reserve() {
    if (used_ == slots_.size()) return nullptr;
    TxDatagram& slot = slots_[used_++];
    slot.size = 0;
    slot.owner = 0;
    slot.mark = {};
    slot.frame = (*frame_counter_)++;
    return &slot;
  }
  void drop_last() {
    ENGINE_ASSERT(used_ > 0);
    --used_;
    --(*frame_counter_);
  }
  [[nodiscard]] std::span<TxDatagram> pending() const { return slots_.first(used_); }
  [[nodiscard]] std::size_t free() const { return slots_.size() - used_; }

 private:
  friend class Transport;
  std::span<TxDatagram> slots_;
  std::size_t used_ = 0;
  FrameNumber* frame_counter_ = nullptr;
};

}  // namespace rung
