// RawSctp: SCTP packets straight over IP (protocol 132), by a raw socket: for peers that know no
// UDP encapsulation. Needs CAP_NET_RAW, and a kernel whose own SCTP does not answer the same peers.
//
// Threads, time: as UringUdp; what arrives is stamped with the pass's `now`. Endpoints have port 0.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/net/mapped_memory.hpp"
#include "engine/net/net_error.hpp"
#include "engine/net/socket_address.hpp"
#include "engine/net/transport.hpp"

namespace rung {

struct RawSctpOptions {
  Endpoint bind{};                // an address of this machine; the wildcard is allowed
  std::uint32_t tx_slots = 1024;  // 1 .. 65536
  int socket_buffer_octets = 8 << 20;
};

class RawSctp final : public Transport {
 public:
  inline static constexpr std::uint32_t kTxSlotsMax = 65536;

  /// Errors: permission (without CAP_NET_RAW), not_available, socket, memory, range.
  static Result<std::unique_ptr<RawSctp>, NetError> open(const RawSctpOptions& options);
  ~RawSctp() override;

  std::span<RxDatagram> rx_burst(Time now) override;
  void tx_burst(Time now) override;
  void wait(Time until) override;
  [[nodiscard]] const TransportCounters& counters() const override { return counters_; }
  [[nodiscard]] Endpoint local() const override { return local_; }

 private:
  struct Slot {
    SocketAddress name;
    iovec piece;
  };

  RawSctp() = default;
  NetError open_socket(const RawSctpOptions& options);
  NetError open_buffers(const RawSctpOptions& options);
  std::uint8_t* rx_buffer(std::size_t index) { return memory_.data() + index * kRxBufferSize; }
  bool take(std::size_t index, std::size_t size, Time now, RxDatagram& out);

  static constexpr std::size_t kRxBufferSize = kDatagramSizeMax + 60;  // the longest IPv4 header

  int fd_ = -1;
  Endpoint local_;
  MappedMemory memory_;
  std::array<Slot, kBurstMax> names_{};
  std::array<mmsghdr, kBurstMax> headers_{};
  std::array<RxDatagram, kBurstMax> burst_;
  std::vector<TxDatagram> slots_;
  TransportCounters counters_;
};

}  // namespace rung
