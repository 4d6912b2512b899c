// Outbox: the transmit slots of the transport, flushed early when they run out.
#pragma once

#include "engine/net/transport.hpp"
#include "gateway/gateway_counters.hpp"

namespace rung::gateway {

class Outbox {
 public:
  Outbox(Transport& transport, GatewayCounters& counters)
      : transport_(transport), counters_(counters) {}

  /// A slot to write into, or nullptr when the transport has none even after a flush (counted).
  /// Each slot must be finished by send() or taken back by drop() before the next one.
  TxDatagram* reserve(Time now) {
    TxDatagram* slot = transport_.tx().reserve();
    if (slot != nullptr) return slot;
    transport_.tx_burst(now);
    slot = transport_.tx().reserve();
    if (slot == nullptr) ++counters_.full_tx_queue;
    return slot;
  }
  /// The slot holds `size` octets for `remote`; a size of 0 means they did not fit.
  /// Returns false when nothing will be sent.
  bool send(TxDatagram& slot, std::size_t size, const Endpoint& local, const Endpoint& remote) {
    if (size == 0) {
      ++counters_.too_large;
      transport_.tx().drop_last();
      return false;
    }
    slot.size = static_cast<std::uint32_t>(size);
    slot.local = local;
    slot.remote = remote;
    return true;
  }
  /// False when nothing that is sent to `remote` could go by a connection that is open.
  [[nodiscard]] bool connected(const Endpoint& local, const Endpoint& remote) const {
    return transport_.connected(local, remote);
  }
  /// SIP over TCP.
  [[nodiscard]] bool reliable() const { return transport_.reliable(); }
  void drop() { transport_.tx().drop_last(); }
  void flush(Time now) { transport_.tx_burst(now); }

 private:
  Transport& transport_;
  GatewayCounters& counters_;
};

}  // namespace rung::gateway
