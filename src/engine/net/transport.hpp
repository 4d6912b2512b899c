// Transport: how datagrams reach and leave one worker. One indirect call per burst, never per
// packet. Implementations: io_uring over UDP and TCP, and a simulated wire driven by a seed. Over
// TCP a datagram is one whole message of the stream.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "engine/base/connection_counters.hpp"
#include "engine/base/datagram.hpp"
#include "engine/base/time.hpp"

namespace rung {

/// What a transport counted since its start. Single writer: the worker that owns it.
struct TransportCounters {
  std::uint64_t rx_datagrams = 0;
  std::uint64_t rx_octets = 0;
  std::uint64_t rx_dropped = 0;  // by the kernel for want of buffer (SO_MEMINFO), or a full wire
  std::uint64_t rx_truncated = 0;
  std::uint64_t tx_datagrams = 0;
  std::uint64_t tx_octets = 0;
  std::uint64_t tx_failed = 0;     // refused by the kernel: errno in last_error
  std::uint64_t tx_segmented = 0;  // datagrams that left inside a GSO super-datagram
  std::uint64_t unreachable = 0;   // ICMP port unreachable seen on the socket
  int last_error = 0;
  ConnectionCounters connections{};  // of a transport that has some

  /// Messages, or connections with what was on them, that our own bounds cost. What the peer
  /// refuses or resets is not among them.
  [[nodiscard]] std::uint64_t lost_by_us() const {
    return rx_dropped + tx_failed + connections.no_room + connections.too_long;
  }
};

class Transport {
 public:
  virtual ~Transport() = default;
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Received datagrams, at most kBurstMax; empty when nothing waits. They stay valid until the
  /// next call. `now` stamps what carries no stamp of its own.
  virtual std::span<RxDatagram> rx_burst(Time now) = 0;

  /// Sends all reserved slots of tx() and empties it. What the kernel refuses is counted, not
  /// retried: retransmission belongs to the transaction layer. A link, which must lose nothing,
  /// keeps what has no room yet in its place, and sends it with the next call.
  virtual void tx_burst(Time now) = 0;

  /// Sleeps until `until`, or until shortly after; arrivals do not wake it (waking is by tick).
  virtual void wait(Time until) = 0;

  [[nodiscard]] virtual const TransportCounters& counters() const = 0;

  /// True when the wire never loses, repeats or reorders (a reliable transport, RFC 3261 17).
  [[nodiscard]] virtual bool reliable() const { return false; }

  /// False where datagrams travel on connections and none is open between these ends.
  [[nodiscard]] virtual bool connected(const Endpoint& local, const Endpoint& remote) const {
    static_cast<void>(local);
    static_cast<void>(remote);
    return true;
  }

  /// Where a datagram without a source of its own leaves from.
  [[nodiscard]] virtual Endpoint local() const = 0;

  [[nodiscard]] TxQueue& tx() { return tx_; }
  /// A number for a frame that reached this worker in another way than by rx_burst().
  FrameNumber next_frame() { return (*frame_counter_)++; }
  /// From now on frames are numbered together with those of `other`, which outlives this: the
  /// capture of one worker counts all its frames in one row.
  void share_frames(Transport& other) {
    frame_counter_ = other.frame_counter_;
    tx_.frame_counter_ = frame_counter_;
  }

 protected:
  /// Implementations hand over their slots, each with a buffer, once at construction.
  void own_slots(std::span<TxDatagram> slots) {
    tx_ = TxQueue(slots);
    tx_.frame_counter_ = frame_counter_;
  }
  void empty_tx() { tx_.used_ = 0; }
  /// Gives each reserved slot to `sent(slot)`; those of which it says false stay, in their order.
  template <class Sent>
  void empty_tx(Sent&& sent) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < tx_.used_; ++i) {
      if (!sent(tx_.slots_[i])) std::swap(tx_.slots_[kept++], tx_.slots_[i]);
    }
    tx_.used_ = kept;
  }

 private:
  TxQueue tx_;
  FrameNumber frames_ = 1;
  FrameNumber* frame_counter_ = &frames_;
};

/// The clocks of a run. Read once per pass of the loop.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() = 0;
  /// Processor time the calling thread has used; what preempts it does not count.
  [[nodiscard]] virtual Duration thread_cpu() = 0;
};

}  // namespace rung
