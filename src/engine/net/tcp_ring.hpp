// TcpRing: one io_uring with provided receive buffers for many TCP sockets. It accepts, connects,
// receives and sends; what ends is told by next(), in order per socket.
//
// Sockets are the ring's own files, named by slots: they take no descriptor of the process, so that
// a process holds RLIMIT_NOFILE of them for each ring rather than in all.
//
// Ownership: the ring owns its sockets and receive buffers. A buffer handed out by next() stays
// valid until give_back(); what send() is given may go when submit() returned, flush()'s octets
// only when it is told to have ended.
//
// Threads: open() may run anywhere. The first poll() or submit() binds the ring to the calling
// thread (SINGLE_ISSUER), and only that thread may use it from then on.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <span>

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/net/net_error.hpp"
#include "engine/net/socket_address.hpp"

namespace rung {

struct TcpRingOptions {
  std::uint32_t slots = 0;            // sockets, at most RLIMIT_NOFILE of the process
  std::uint32_t buffers = 512;        // a power of two, at most 32768
  std::uint32_t buffer_octets = 0;    // of payload
  std::uint32_t connects_max = 1024;  // connect() calls that wait for submit()
  std::uint32_t sends_max = 4096;     // send() calls between two forget_sent() calls
};

enum class TcpOp : std::uint8_t { accept, connect, receive, flush, shutdown };

/// One operation's end, or one delivery of a multishot one.
struct TcpEvent {
  TcpOp op = TcpOp::accept;
  std::uint32_t slot = 0;  // accept: the listener's token
  int result = 0;          // below 0: -errno. accept: the new descriptor. flush: octets sent
  bool more = false;       // the operation goes on
  bool buffered = false;   // `buffer` has to be given back
  std::uint16_t buffer = 0;
  Octets payload{};          // receive: empty at the end of the stream
  std::int64_t wall_ns = 0;  // receive: when the last of it arrived, since 1970; 0: no stamp
};

/// How a send() went: octets the kernel took, or -errno.
struct TcpSent {
  std::uint32_t token = 0;
  int result = 0;
};

class TcpRing {
 public:
  TcpRing();
  ~TcpRing();
  TcpRing(TcpRing&&) noexcept;
  TcpRing& operator=(TcpRing&&) noexcept;

  static Result<TcpRing, NetError> open(const TcpRingOptions& options);

  /// Makes `fd` the socket of `slot`; the descriptor is closed, whether or not this succeeds.
  bool adopt(std::uint32_t slot, int fd);
  /// The socket closes once no operation on it is under way.
  void drop(std::uint32_t slot);

  /// Accepts on `fd` until an error is told.
  void accept(int fd, std::uint32_t token);
  void connect(std::uint32_t slot, const SocketAddress& address, socklen_t size);
  /// Receives until an error, the end of the stream, or a shortage of buffers (-ENOBUFS) is told.
  void receive(std::uint32_t slot);
  /// Sends what fits now; sent() tells how much after submit(). `token`: the caller's.
  void send(std::uint32_t slot, const msghdr& message, std::uint32_t token);
  /// Sends, waiting until the peer takes it; at most one a slot.
  void flush(std::uint32_t slot, const msghdr& message);
  /// Ends both directions: what is under way is told to have ended, and so is this. The slot is
  /// looked up when the kernel comes to it, so it must not become another socket's before that.
  void shutdown(std::uint32_t slot);

  /// Starts what was queued; sent() then tells of all send() calls since forget_sent().
  void submit();
  [[nodiscard]] std::span<const TcpSent> sent() const;
  void forget_sent();

  /// Lets the kernel deliver, and starts what was queued.
  void poll();
  bool next(TcpEvent& out);
  void give_back(std::uint16_t buffer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rung
