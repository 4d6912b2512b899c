// The simulated wire: two transports in one thread, driven by a settable clock and a seed. The same
// seed and the same calls give the same deliveries.
//
// Ownership: SimNetwork owns both transports and every buffer; the clock must outlive it.
//
//   SimClock clock;
//   SimNetwork network({.seed = 7, .a_to_b = {.loss = 0.01}}, clock);
//   network.a().tx().reserve() ... network.a().tx_burst(clock.now());
//   clock.set(network.next_delivery());
//   network.b().rx_burst(clock.now());
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/prng.hpp"
#include "engine/net/mapped_memory.hpp"
#include "engine/net/transport.hpp"

namespace rung {

class SimClock final : public Clock {
 public:
  [[nodiscard]] Time now() override { return now_; }
  /// Computing takes no simulated time.
  [[nodiscard]] Duration thread_cpu() override { return {}; }
  /// Precondition: not before now().
  void set(Time now) {
    ENGINE_ASSERT(now >= now_);
    now_ = now;
  }
  void advance(Duration by) { set(now_ + by); }

 private:
  Time now_{};
};

/// One direction. Delay varies without reordering (a queue); only `reordering` reorders.
struct SimWire {
  double loss = 0;         // probability, 0 to 1
  double duplication = 0;  // a copy follows within reorder_delay
  double reordering = 0;   // the datagram is held back by reorder_delay, others pass it
  Duration delay_min{0};   // uniform between delay_min and delay_max
  Duration delay_max{0};
  Duration reorder_delay = 1ms;

  [[nodiscard]] bool reliable() const { return loss == 0 && duplication == 0 && reordering == 0; }
};

struct SimOptions {
  std::uint64_t seed = 1;
  SimWire a_to_b{};
  SimWire b_to_a{};
  Endpoint a_local = Endpoint::ipv4(0x7f400001, 5060);
  Endpoint b_local = Endpoint::ipv4(0x7f000001, 5060);
  std::uint32_t packets_max = 16384;  // in flight per direction; more are dropped and counted
  std::uint32_t tx_slots = 4096;
  std::optional<bool> reliable{};  // what the transports claim; none: what the wires are
};

/// What a direction did to the datagrams it was given.
struct SimCounters {
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;
};

class SimTransport final : public Transport {
 public:
  std::span<RxDatagram> rx_burst(Time now) override;
  void tx_burst(Time now) override;
  /// Moves the clock to `until` when that is later: simulated time passes only when asked to.
  void wait(Time until) override;
  [[nodiscard]] const TransportCounters& counters() const override { return counters_; }
  [[nodiscard]] bool reliable() const override { return reliable_; }
  [[nodiscard]] Endpoint local() const override { return local_; }

  /// When the next datagram for this end is due; kNever when none is on its way.
  [[nodiscard]] Time next_delivery() const { return due_.empty() ? kNever : due_.front().when; }
  /// What happened to what this end sent.
  [[nodiscard]] const SimCounters& sent() const { return sent_; }

 private:
  friend class SimNetwork;
  struct Packet {
    Endpoint source;
    Endpoint destination;
    std::uint32_t size = 0;
  };
  struct Due {  // heap: earliest first, then in the order of sending
    Time when;
    std::uint64_t sequence;
    std::uint32_t packet;
  };
  struct Later {
    bool operator()(const Due& a, const Due& b) const {
      return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
    }
  };

  void construct(const SimOptions& options, const SimWire& outgoing, const Endpoint& local,
                 std::uint64_t stream, SimTransport& peer, SimClock& clock);
  void deliver(const TxDatagram& datagram, Time when);
  std::uint8_t* buffer(std::uint32_t packet) {
    return memory_.data() + std::size_t{packet} * kDatagramSizeMax;
  }

  SimWire outgoing_;
  Endpoint local_;
  bool reliable_ = false;
  SimTransport* peer_ = nullptr;
  SimClock* clock_ = nullptr;
  Prng random_{0};
  Time last_in_order_{};  // of what this end sent
  SimCounters sent_;
  MappedMemory memory_;  // packets on their way here, then transmit slots
  std::uint32_t packets_max_ = 0;
  std::vector<Packet> packets_;  // those ever used, and of these the free ones
  std::vector<std::uint32_t> free_;
  std::vector<Due> due_;
  std::uint64_t sequence_ = 0;
  std::vector<TxDatagram> slots_;
  std::array<RxDatagram, kBurstMax> burst_;
  std::array<std::uint32_t, kBurstMax> loaned_{};
  std::size_t loaned_count_ = 0;
  TransportCounters counters_;
};

class SimNetwork {
 public:
  /// Preconditions: probabilities are within 0 to 1, delay_min <= delay_max.
  SimNetwork(const SimOptions& options, SimClock& clock);

  [[nodiscard]] SimTransport& a() { return a_; }
  [[nodiscard]] SimTransport& b() { return b_; }
  /// The earliest instant at which either end has something to receive; kNever when none has.
  [[nodiscard]] Time next_delivery() const {
    return std::min(a_.next_delivery(), b_.next_delivery());
  }

 private:
  SimTransport a_;
  SimTransport b_;
};

}  // namespace rung
