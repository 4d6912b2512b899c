// NetError: what went wrong while something was opened, read or written: a code to decide on, the
// kernel's errno, and a sentence for the user that names the value.
#pragma once

#include <cstdint>
#include <string>

namespace rung {

enum class NetErrorCode : std::uint8_t {
  none = 0,
  io_uring,       // the kernel refuses the ring (too old, or disabled by sysctl)
  socket,         // no socket to be had
  in_use,         // the port is taken
  not_available,  // the address is not one of this machine's
  permission,     // not allowed: a low port, a locked-memory limit
  option,         // a socket option the transport cannot work without
  memory,         // buffers cannot be mapped
  syntax,         // text that cannot be read
  range,          // a number outside its range
  file            // a file cannot be created or written
};

struct NetError {
  NetErrorCode code = NetErrorCode::none;
  int error_number = 0;  // errno, 0 where none applies
  std::string text;      // "cannot bind 127.0.0.1:5060: Address already in use (errno 98)"
};

/// Builds the text as "`what`: strerror (errno N)" and chooses the code by `error_number` where it
/// tells more than `code`: in_use, not_available, permission, memory.
NetError net_error(NetErrorCode code, int error_number, const std::string& what);

}  // namespace rung
