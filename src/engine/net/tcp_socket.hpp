// The sockets of UringTcp: listeners, and connections opened from one of our ends.
#pragma once

#include <cstdint>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"
#include "engine/net/net_error.hpp"

namespace rung {

/// A listening socket, closed with its owner.
class TcpListener {
 public:
  TcpListener() = default;
  ~TcpListener();
  TcpListener(TcpListener&& other) noexcept;
  TcpListener& operator=(TcpListener&& other) noexcept;

  /// Connections opened from the same port live beside it; another listener there is an error.
  static Result<TcpListener, NetError> open(const Endpoint& bind);

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] const Endpoint& bound() const { return bound_; }

 private:
  int fd_ = -1;
  Endpoint bound_;
};

/// An unconnected socket bound to `local`, which may have port 0; -errno on failure. It ends by a
/// reset and so leaves no TIME-WAIT: the next run may use the same ends at once.
int open_tcp_socket(const Endpoint& local);
/// Sets what accept() does not inherit; the ends are those of the connection.
void read_tcp_ends(int fd, Endpoint& local, Endpoint& remote);

/// Lets this process hold `files` descriptors, and each of its io_urings as many sockets, as far as
/// the hard limit allows. Returns the limit then in force.
std::uint64_t raise_file_limit(std::uint64_t files);

}  // namespace rung
