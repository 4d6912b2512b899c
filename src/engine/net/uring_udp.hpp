// UringUdp: the UDP transport of a real machine, one per worker, IPv4 or IPv6. Receives through
// io_uring (multishot recvmsg into provided buffers), sends by what was measured to be fastest.
//
// Threads: open() where errors can be reported; the first rx_burst() or tx_burst() binds it to the
// calling thread, which alone may use it from then on. It may be destroyed anywhere.
//
// Time: `now` and the arrival stamps are of MonotonicClock.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/net/mapped_memory.hpp"
#include "engine/net/net_error.hpp"
#include "engine/net/transport.hpp"
#include "engine/net/udp_sender.hpp"
#include "engine/net/udp_socket.hpp"
#include "engine/net/uring_ring.hpp"

namespace rung {

/// How bursts leave. `automatic`: sendmmsg with one port, the ring with several, where sendmmsg
/// would be one call per change of port. Each costs some 4 % less than the other there, and they
/// are equal once datagrams leave in groups (net_bench.cpp).
enum class SendPath : std::uint8_t { automatic, sendmmsg, ring };

struct UringUdpOptions {
  Endpoint bind{};                    // wildcard addresses and port 0 are allowed
  std::uint32_t port_count = 1;       // consecutive ports from bind.port, 1 .. 1024
  bool many_sources = false;          // TxDatagram::local is each datagram's source address
  bool gso = true;                    // UDP_SEGMENT on send where neighbours allow it
  bool gro = false;                   // UDP_GRO on receive; needs 64 KiB per buffer
  std::uint32_t receive_buffers = 0;  // a power of two up to 32768; 0: 4096, or 512 with gro
  std::uint32_t tx_slots = 4096;      // 1 .. 65536
  int socket_buffer_octets = 64 << 20;
  SendPath send_path = SendPath::automatic;
};

/// What the kernel granted of what was asked for.
struct UringUdpGrants {
  int receive_buffer_octets = 0;
  int send_buffer_octets = 0;
  bool gro = false;
};

class UringUdp final : public Transport {
 public:
  inline static constexpr std::uint32_t kPortsMax = 1024;
  inline static constexpr std::uint32_t kTxSlotsMax = 65536;

  /// Errors: range (an option), in_use, not_available, permission, memory, io_uring, each with a
  /// text that names the endpoint or the option and its value.
  static Result<std::unique_ptr<UringUdp>, NetError> open(const UringUdpOptions& options);

  std::span<RxDatagram> rx_burst(Time now) override;
  void tx_burst(Time now) override;
  void wait(Time until) override;
  [[nodiscard]] const TransportCounters& counters() const override { return counters_; }
  [[nodiscard]] Endpoint local() const override { return sockets_[0].bound(); }

  [[nodiscard]] UringUdpGrants grants() const;
  [[nodiscard]] const UringRingCounters& ring_counters() const { return ring_.counters(); }
  /// Largest datagram still sent in groups; 0: the kernel refused UDP_SEGMENT, or gso is off.
  [[nodiscard]] std::uint32_t segment_max() const { return sender_->segment_max(); }

 private:
  struct Super {  // a received buffer of which some segments are still to be handed out
    UringReceived from;
    Endpoint local;
    Endpoint remote;
    Time arrived;
    std::size_t offset = 0;
    std::size_t segment = 0;
    bool open = false;
  };

  explicit UringUdp(const UringUdpOptions& options) : options_(options) {}
  NetError open_sockets();
  NetError open_ring();
  NetError open_slots();
  bool begin_super(const UringReceived& received, Time now);
  void hand_out_segment();
  void count_losses();

  UringUdpOptions options_;
  std::vector<UdpSocket> sockets_;
  std::vector<std::uint32_t> drops_;  // last reading, per socket
  std::size_t next_reading_ = 0;
  UringRing ring_;
  std::unique_ptr<UdpSender> sender_;
  MappedMemory slot_memory_;
  std::vector<TxDatagram> slots_;
  std::array<RxDatagram, kBurstMax> burst_;
  std::size_t burst_count_ = 0;
  std::array<std::uint16_t, kBurstMax> used_;  // buffers behind the burst handed out last
  std::size_t used_count_ = 0;
  Super super_;
  Duration wall_offset_{};
  bool slack_set_ = false;
  TransportCounters counters_;
};

}  // namespace rung
