#include "engine/net/net_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace rung {
namespace {

NetErrorCode code_of(NetErrorCode code, int error_number) {
  switch (error_number) {
    case EADDRINUSE: return NetErrorCode::in_use;
    case EADDRNOTAVAIL: return NetErrorCode::not_available;
    case EACCES:
    case EPERM: return NetErrorCode::permission;
    case ENOMEM: return NetErrorCode::memory;
    default: return code;
  }
}

}  // namespace

NetError net_error(NetErrorCode code, int error_number, const std::string& what) {
  if (error_number == 0) return {code, 0, what};
  return {code_of(code, error_number), error_number,
          fmt::format("{}: {} (errno {})", what, std::generic_category().message(error_number),
                      error_number)};
}

}  // namespace rung
