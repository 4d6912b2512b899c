// Crossing: the way of a datagram that arrived at the wrong worker to the one it is for. A ring per
// ordered pair of workers, so that each has one producer and one consumer. Steering makes this
// rare; a full ring refuses, and the caller counts.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/base/datagram.hpp"
#include "engine/base/spsc_ring.hpp"

namespace rung {

/// A datagram on its way, with its octets.
struct Crosser {
  void take(const RxDatagram& datagram) {
    local = datagram.local;
    remote = datagram.remote;
    arrived = datagram.arrived;
    size = static_cast<std::uint32_t>(datagram.octets.size());
    truncated = datagram.truncated;
    std::memcpy(octets.data(), datagram.octets.data(), datagram.octets.size());
  }
  /// The datagram again, as long as this lives; `frame` is its number where it has arrived.
  [[nodiscard]] RxDatagram datagram(FrameNumber frame) const {
    RxDatagram out;
    out.octets = Octets(octets).first(size);
    out.local = local;
    out.remote = remote;
    out.arrived = arrived;
    out.frame = frame;
    out.truncated = truncated;
    return out;
  }

  Endpoint local;  // where it arrived
  Endpoint remote;
  Time arrived;
  std::uint32_t size = 0;
  bool truncated = false;
  std::array<std::uint8_t, kDatagramSizeMax> octets;
};

class Crossing {
 public:
  /// Datagrams one worker may have on their way to another.
  static constexpr std::size_t kRingSize = 64;

  explicit Crossing(std::uint32_t workers) : workers_(workers) {
    for (std::uint32_t i = 0; workers > 1 && i < workers * workers; ++i) {
      rings_.push_back(std::make_unique<SpscRing<Crosser>>(kRingSize));
    }
  }

  /// Worker `from` only. False when the ring is full, or `to` is no other worker of the run.
  [[nodiscard]] bool send(std::uint32_t from, std::uint32_t to, const RxDatagram& datagram) {
    if (to >= workers_ || to == from) return false;
    Crosser crosser;
    crosser.take(datagram);
    return ring(from, to).push(crosser);
  }

  /// Worker `to` only: the next datagram that others sent it.
  [[nodiscard]] bool receive(std::uint32_t to, Crosser& out) {
    for (std::uint32_t from = 0; rings_.size() > 0 && from < workers_; ++from) {
      if (from != to && ring(from, to).pop(out)) return true;
    }
    return false;
  }

  /// Worker `to` only: nothing waits for it.
  [[nodiscard]] bool empty(std::uint32_t to) const {
    for (std::uint32_t from = 0; rings_.size() > 0 && from < workers_; ++from) {
      if (from != to && rings_[from * workers_ + to]->size() != 0) return false;
    }
    return true;
  }

 private:
  SpscRing<Crosser>& ring(std::uint32_t from, std::uint32_t to) {
    return *rings_[from * workers_ + to];
  }

  std::uint32_t workers_;
  std::vector<std::unique_ptr<SpscRing<Crosser>>> rings_;
};

}  // namespace rung
