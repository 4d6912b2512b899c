#include "engine/net/sim.hpp"

#include <algorithm>
#include <cstring>

namespace rung {
namespace {

void check(const SimWire& wire) {
  for (const double probability : {wire.loss, wire.duplication, wire.reordering}) {
    ENGINE_ASSERT(probability >= 0);
    ENGINE_ASSERT(probability <= 1);
  }
  ENGINE_ASSERT(wire.delay_min >= Duration{0});
  ENGINE_ASSERT(wire.delay_min <= wire.delay_max);
  ENGINE_ASSERT(wire.reorder_delay >= Duration{0});
}

/// Uniform from 0 to `longest`, both included.
Duration up_to(Prng& random, Duration longest) {
  return Duration{
      static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(longest.count()) + 1))};
}

}  // namespace

SimNetwork::SimNetwork(const SimOptions& options, SimClock& clock) {
  a_.construct(options, options.a_to_b, options.a_local, 0, b_, clock);
  b_.construct(options, options.b_to_a, options.b_local, 1, a_, clock);
}

void SimTransport::construct(const SimOptions& options, const SimWire& outgoing,
                             const Endpoint& local, std::uint64_t stream, SimTransport& peer,
                             SimClock& clock) {
  check(outgoing);
  ENGINE_ASSERT(options.packets_max > 0);
  ENGINE_ASSERT(options.tx_slots > 0);
  outgoing_ = outgoing;
  local_ = local;
  reliable_ = options.reliable.value_or(options.a_to_b.reliable() && options.b_to_a.reliable());
  peer_ = &peer;
  clock_ = &clock;
  random_ = Prng::stream(options.seed, stream);
  memory_ = MappedMemory((std::size_t{options.packets_max} + options.tx_slots) * kDatagramSizeMax,
                         MappedMemory::Touch::on_use);
  ENGINE_ASSERT(memory_.data() != nullptr);
  packets_max_ = options.packets_max;
  // Only room: memory is touched as packets are on their way, however many may be. The last freed
  // is the next used, so a quiet wire stays within the cache.
  packets_.reserve(options.packets_max);
  free_.reserve(options.packets_max);
  due_.reserve(options.packets_max);
  slots_.resize(options.tx_slots);
  for (std::uint32_t i = 0; i < options.tx_slots; ++i) {
    slots_[i].buffer = buffer(options.packets_max + i);
  }
  own_slots(slots_);
}

std::span<RxDatagram> SimTransport::rx_burst(Time now) {
  for (std::size_t i = 0; i < loaned_count_; ++i) free_.push_back(loaned_[i]);
  loaned_count_ = 0;
  while (loaned_count_ < kBurstMax && !due_.empty() && due_.front().when <= now) {
    std::pop_heap(due_.begin(), due_.end(), Later{});
    const Due due = due_.back();
    due_.pop_back();
    const Packet& packet = packets_[due.packet];
    RxDatagram& out = burst_[loaned_count_];
    loaned_[loaned_count_++] = due.packet;
    out.octets = {buffer(due.packet), packet.size};
    out.local = packet.destination;
    out.remote = packet.source;
    out.arrived = due.when;
    out.frame = next_frame();
    out.owner = 0;
    out.mark = {};
    ++counters_.rx_datagrams;
    counters_.rx_octets += packet.size;
  }
  return {burst_.data(), loaned_count_};
}

void SimTransport::tx_burst(Time now) {
  for (const TxDatagram& datagram : tx().pending()) {
    ++sent_.sent;
    ++counters_.tx_datagrams;
    counters_.tx_octets += datagram.size;
    if (random_.chance(outgoing_.loss)) {
      ++sent_.lost;
      continue;
    }
    const Time due =
        now + outgoing_.delay_min + up_to(random_, outgoing_.delay_max - outgoing_.delay_min);
    if (random_.chance(outgoing_.reordering)) {
      ++sent_.reordered;
      peer_->deliver(datagram, due + outgoing_.reorder_delay);
    } else {
      last_in_order_ = std::max(last_in_order_, due);
      peer_->deliver(datagram, last_in_order_);
    }
    if (random_.chance(outgoing_.duplication)) {
      ++sent_.duplicated;
      peer_->deliver(datagram, due + up_to(random_, outgoing_.reorder_delay));
    }
  }
  empty_tx();
}

void SimTransport::deliver(const TxDatagram& datagram, Time when) {
  ENGINE_ASSERT(datagram.size <= kDatagramSizeMax);
  if (free_.empty() && packets_.size() == packets_max_) {
    ++counters_.rx_dropped;
    return;
  }
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(packets_.size()));
    packets_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Packet& packet = packets_[index];
  packet.source = datagram.local.family == AddressFamily::none ? peer_->local_ : datagram.local;
  packet.destination = datagram.remote;
  packet.size = datagram.size;
  std::memcpy(buffer(index), datagram.buffer, datagram.size);
  due_.push_back({when, sequence_++, index});
  std::push_heap(due_.begin(), due_.end(), Later{});
}

void SimTransport::wait(Time until) { clock_->set(std::max(until, clock_->now())); }

}  // namespace rung
