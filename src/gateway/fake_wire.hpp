// FakeWire: a transport for the gateway's tests that keeps what was sent and delivers what it is
// given, in one thread and without time of its own. Test only.
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/net/transport.hpp"

namespace rung::gateway {

struct SentDatagram {
  Time at;
  Endpoint remote;
  std::string octets;
};

class FakeWire : public Transport {
 public:
  explicit FakeWire(Endpoint local, std::size_t slots = 256)
      : local_(local), buffers_(slots), slots_(slots) {
    for (std::size_t i = 0; i < slots; ++i) slots_[i].buffer = buffers_[i].octets;
    own_slots(slots_);
  }

  void deliver(std::string octets, Endpoint from) {
    waiting_.push_back({{}, from, std::move(octets)});
  }
  std::vector<SentDatagram> take_sent() { return std::exchange(sent_, {}); }
  void claim_reliable() { reliable_ = true; }

  std::span<RxDatagram> rx_burst(Time now) override {
    loaned_.clear();
    burst_.clear();
    while (!waiting_.empty() && loaned_.size() < kBurstMax) {
      loaned_.push_back(std::make_unique<SentDatagram>(std::move(waiting_.front())));
      waiting_.pop_front();
      RxDatagram datagram;
      datagram.octets = as_octets(loaned_.back()->octets);
      datagram.local = local_;
      datagram.remote = loaned_.back()->remote;
      datagram.arrived = now;
      burst_.push_back(datagram);
    }
    return burst_;
  }
  void tx_burst(Time now) override {
    for (const TxDatagram& slot : tx().pending()) {
      sent_.push_back({now, slot.remote, std::string(as_text(slot.octets()))});
    }
    empty_tx();
  }
  void wait(Time) override {}
  [[nodiscard]] const TransportCounters& counters() const override { return counters_; }
  [[nodiscard]] bool reliable() const override { return reliable_; }
  [[nodiscard]] Endpoint local() const override { return local_; }

 private:
  struct Buffer {
    std::uint8_t octets[kDatagramSizeMax];
  };
  Endpoint local_;
  bool reliable_ = false;
  std::vector<Buffer> buffers_;
  std::vector<TxDatagram> slots_;
  std::deque<SentDatagram> waiting_;
  std::vector<std::unique_ptr<SentDatagram>> loaned_;
  std::vector<RxDatagram> burst_;
  std::vector<SentDatagram> sent_;
  TransportCounters counters_;
};

}  // namespace rung::gateway
