// UringTcp: the TCP transport of a real machine, one per worker, IPv4 or IPv6. A datagram is one
// whole message of the protocol that its framer knows.
//
// Connections: found by their two ends. A datagram to where none leads opens one from its own local
// end, beside a listener on the same port; without a local end, from any port of local(). Ends that
// UEs share are thus one connection, ends of their own one each. Sent on a connection that is
// gone, a message opens another.
//
// Memory: a TcpConnection each; a block of kDatagramSizeMax octets while a message is received in
// part, and up to kQueueBlocksMax while messages wait for the peer to take them. What finds no
// room is counted and shed.
//
// Threads: open() where errors can be reported; the first rx_burst() or tx_burst() binds it to the
// calling thread, which alone may use it from then on.
//
// Time: as UringUdp. A message's arrival is that of its last octets.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/stream_framer.hpp"
#include "engine/net/mapped_memory.hpp"
#include "engine/net/net_error.hpp"
#include "engine/net/tcp_connection.hpp"
#include "engine/net/tcp_ring.hpp"
#include "engine/net/tcp_socket.hpp"
#include "engine/net/transport.hpp"

namespace rung {

struct UringTcpOptions {
  Endpoint bind{};               // wildcard addresses and port 0 are allowed
  std::uint32_t port_count = 1;  // consecutive ports from bind.port, 1 .. 1024
  StreamFramer framer = nullptr;
  std::uint32_t connections_max = 1024;  // 1 .. 1,000,000
  std::uint32_t tx_slots = 4096;         // 1 .. 65536
};

class UringTcp final : public Transport {
 public:
  inline static constexpr std::uint32_t kPortsMax = 1024;
  inline static constexpr std::uint32_t kTxSlotsMax = 65536;
  inline static constexpr std::uint32_t kConnectionsMax = 1'000'000;
  /// Blocks that messages may wait in: of all connections, of one (IOV_MAX, 4 MiB), and of one once
  /// half of all are used.
  inline static constexpr std::uint32_t kQueueBlocks = 16384;
  inline static constexpr std::uint16_t kQueueBlocksMax = 1024;
  inline static constexpr std::uint16_t kScarceQueueBlocksMax = 64;

  /// Errors: range (an option), in_use, not_available, permission, memory, io_uring, each with a
  /// text that names the endpoint or the option and its value.
  static Result<std::unique_ptr<UringTcp>, NetError> open(const UringTcpOptions& options);
  ~UringTcp() override;

  std::span<RxDatagram> rx_burst(Time now) override;
  void tx_burst(Time now) override;
  void wait(Time until) override;
  [[nodiscard]] const TransportCounters& counters() const override { return counters_; }
  [[nodiscard]] bool reliable() const override { return true; }
  [[nodiscard]] bool connected(const Endpoint& local, const Endpoint& remote) const override;
  [[nodiscard]] Endpoint local() const override { return listeners_[0].bound(); }

  /// Open or being opened.
  [[nodiscard]] std::uint32_t connections() const { return used_; }
  /// The most blocks that were in use at a time.
  [[nodiscard]] std::size_t blocks_used_max() const { return blocks_.used_max(); }

 private:
  struct Cursor {  // received octets of which some are still to be cut into messages
    std::uint32_t connection = kNoIndex;
    std::uint32_t ring = 0;
    std::uint16_t buffer = 0;
    Octets octets{};
    std::size_t offset = 0;
    Time arrived;
    bool lent = false;  // a datagram of this burst points into it
    bool open = false;
  };
  struct Lent {
    std::uint32_t ring = 0;
    std::uint16_t buffer = 0;
  };

  explicit UringTcp(const UringTcpOptions& options) : options_(options) {}
  NetError open_listeners();
  NetError open_rings();
  NetError open_slots();

  // Receiving (uring_tcp_receive.cpp).
  void give_back_lent();
  void arm();
  void on_event(std::uint32_t ring, const TcpEvent& event, Time now);
  void on_accept(const TcpEvent& event);
  void on_received(std::uint32_t ring, std::uint32_t index, const TcpEvent& event, Time now);
  void cut();
  std::size_t cut_directly(TcpConnection& c);
  std::size_t cut_joined(TcpConnection& c);
  bool on_frame(TcpConnection& c, const StreamFrame& frame);
  void hand_out(const TcpConnection& c, Octets message);
  void finish_cursor();
  void drop_partial(TcpConnection& c);

  // Connections (uring_tcp_connect.cpp).
  std::uint32_t add_connection(const Endpoint& local, const Endpoint& remote, int fd);
  std::uint32_t connect(const Endpoint& local, const Endpoint& remote);
  void on_connected(std::uint32_t index, int result);
  void end(std::uint32_t index, std::uint64_t ConnectionCounters::*reason);
  void lost(std::uint32_t index, int error_number);
  void free_if_over(std::uint32_t index);
  [[nodiscard]] TcpRing& ring_of(std::uint32_t index) { return rings_[index / slots_per_ring_]; }
  [[nodiscard]] std::uint32_t slot_of(std::uint32_t index) const { return index % slots_per_ring_; }
  [[nodiscard]] Endpoint own_end(const Endpoint& local) const;

  // Sending (uring_tcp_send.cpp).
  std::uint32_t connection_for(const TxDatagram& datagram);
  void send_now(std::size_t touched);
  void take_result(std::uint32_t index, int result);
  void queue_slots(std::uint32_t index, std::size_t gone);
  void shed(std::uint32_t messages);
  [[nodiscard]] bool may_queue_more(const TcpConnection& c) const;
  bool queue(TcpConnection& c, Octets octets, bool ends);
  void flush(std::uint32_t index);
  void on_flushed(std::uint32_t index, int result);
  void drop_queue(TcpConnection& c);

  UringTcpOptions options_;
  std::vector<TcpListener> listeners_;
  std::vector<std::uint32_t> to_listen_;  // listeners whose accept ended
  std::vector<TcpRing> rings_;
  std::uint32_t slots_per_ring_ = 0;
  std::uint32_t next_ring_ = 0;
  std::vector<TcpConnection> connections_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> to_receive_;  // connections whose receive ended for want of buffers
  std::uint32_t used_ = 0;
  TcpTable table_;
  TcpBlocks blocks_;
  std::uint32_t queue_blocks_ = 0;  // of them, those that wait to be sent

  MappedMemory slot_memory_;
  std::vector<TxDatagram> slots_;
  std::vector<std::uint32_t> next_slot_;  // of the same connection, per transmit slot
  std::vector<std::uint32_t> touched_;    // connections of the burst being sent
  std::vector<msghdr> messages_;          // one for each of them
  std::vector<iovec> pieces_;             // one for each transmit slot
  std::size_t pieces_used_ = 0;
  struct FlushMessage {
    msghdr message{};
    std::array<iovec, kQueueBlocksMax> pieces{};
  };
  std::vector<FlushMessage> flushes_;  // not submitted yet
  std::size_t flushes_used_ = 0;

  std::array<RxDatagram, kBurstMax> burst_;
  std::size_t burst_count_ = 0;
  std::array<Lent, kBurstMax + 1> lent_{};
  std::size_t lent_count_ = 0;
  std::array<std::uint32_t, kBurstMax> lent_blocks_{};
  std::size_t lent_blocks_count_ = 0;
  Cursor cursor_;
  Duration wall_offset_{};
  bool slack_set_ = false;
  TransportCounters counters_;
};

}  // namespace rung
