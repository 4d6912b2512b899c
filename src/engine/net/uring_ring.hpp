// UringRing: one io_uring with its provided receive buffers. It keeps a multishot recvmsg armed on
// every socket and hands out what arrived; it can also send.
//
// Ownership: the ring owns all receive buffers. What next() hands out stays valid until
// give_back(); what send() is given stays with the caller and is free again when submit() returned.
//
// Threads: open() may run anywhere. The first call of poll(), send() or submit() binds the ring to
// the calling thread (SINGLE_ISSUER), and only that thread may use it from then on.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <span>

#include "engine/base/bytes.hpp"
#include "engine/base/result.hpp"
#include "engine/net/net_error.hpp"

namespace rung {

struct UringRingOptions {
  std::span<const int> fds;          // sockets; they are named by their index from here on
  std::uint32_t buffers = 4096;      // a power of two, at most 32768
  std::uint32_t payload_octets = 0;  // a buffer's room for one datagram's payload
  std::uint32_t name_octets = 0;     // room for the sender's address
  std::uint32_t control_octets = 0;  // room for control messages
  std::uint32_t sends_max = 0;       // send() calls between two submit() calls; 0: never sends
};

/// One datagram as the kernel delivered it.
struct UringReceived {
  std::uint32_t socket = 0;  // index into UringRingOptions::fds
  std::uint16_t buffer = 0;  // what give_back() wants
  int flags = 0;             // MSG_TRUNC and the like
  Octets name;
  Octets control;
  Octets payload;
};

/// A send that the kernel refused.
struct UringRefused {
  std::uint32_t token = 0;
  int error_number = 0;
};

struct UringRingCounters {
  std::uint64_t shortages = 0;      // receive stopped for want of buffers; the datagrams waited
  std::uint64_t rearms = 0;         // multishot receives armed again, for whatever reason
  std::uint64_t overflows = 0;      // completion queue overflows; nothing is lost, but it is slow
  std::uint64_t socket_errors = 0;  // receives that ended in an error, such as ECONNREFUSED
  int last_error = 0;
};

class UringRing {
 public:
  UringRing();
  ~UringRing();
  UringRing(UringRing&&) noexcept;
  UringRing& operator=(UringRing&&) noexcept;

  /// Sets up the ring and its buffers. Precondition: buffers is a power of two.
  static Result<UringRing, NetError> open(const UringRingOptions& options);

  /// Lets the kernel deliver. Costs one system call unless something was delivered before.
  void poll();
  /// The next datagram delivered; false when there is none. In order of arrival per socket.
  bool next(UringReceived& out);
  /// Gives buffers back; their spans die.
  void give_back(std::span<const std::uint16_t> buffers);

  /// Queues one datagram; `message` and all it points to must stay until submit(). `token` names it
  /// in refused(). Precondition: fewer than sends_max since the last submit().
  void send(std::uint32_t socket, const msghdr& message, std::uint32_t token);
  /// Sends what is queued; refused() then says which failed.
  void submit();
  /// Sends refused during the last submit().
  [[nodiscard]] std::span<const UringRefused> refused() const;

  /// Sockets whose receive ended in an error since the last forget_failed(), each once.
  [[nodiscard]] std::span<const std::uint32_t> failed() const;
  void forget_failed();
  [[nodiscard]] const UringRingCounters& counters() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rung
