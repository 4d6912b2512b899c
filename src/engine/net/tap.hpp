// Tap: sees every datagram of one worker, one indirect call per burst.
//
// Ownership: the spans and the octets behind them are lent for the length of the call.
// Order: on_rx() comes after the burst was handled, so that each datagram's owner is known, and
// before the next rx_burst(); on_tx() comes before tx_burst().
#pragma once

#include <span>

#include "engine/base/datagram.hpp"
#include "engine/base/time.hpp"

namespace rung {

class Tap {
 public:
  virtual ~Tap() = default;
  virtual void on_rx(std::span<const RxDatagram> burst) = 0;
  virtual void on_tx(std::span<const TxDatagram> burst, Time now) = 0;
  /// Once per pass of the loop, traffic or not.
  virtual void on_pass(Time) {}
};

/// Sees nothing: stands where nobody captures.
class NullTap final : public Tap {
 public:
  void on_rx(std::span<const RxDatagram>) override {}
  void on_tx(std::span<const TxDatagram>, Time) override {}
};

/// Shows everything to two taps, which must outlive it.
class TeeTap final : public Tap {
 public:
  TeeTap(Tap& first, Tap& second) : first_(first), second_(second) {}
  void on_rx(std::span<const RxDatagram> burst) override {
    first_.on_rx(burst);
    second_.on_rx(burst);
  }
  void on_tx(std::span<const TxDatagram> burst, Time now) override {
    first_.on_tx(burst, now);
    second_.on_tx(burst, now);
  }
  void on_pass(Time now) override {
    first_.on_pass(now);
    second_.on_pass(now);
  }

 private:
  Tap& first_;
  Tap& second_;
};

}  // namespace rung
