#include "engine/base/recorded_frame.hpp"

#include <fmt/format.h>

namespace rung {

std::string session_key(std::uint32_t worker, FrameOwner owner) {
  if (owner == 0) return {};
  return fmt::format("{:x}-{:x}-{:x}", worker, owner >> 32, owner & 0xffffffff);
}

}  // namespace rung
