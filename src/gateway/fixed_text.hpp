// FixedText: a short text kept in place, for records of pools.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rung::gateway {

template <std::size_t kSizeMax>
class FixedText {
  static_assert(kSizeMax <= UINT8_MAX);

 public:
  /// False when `text` is too long; then nothing changes.
  bool set(std::string_view text) {
    if (text.size() > kSizeMax) return false;
    size_ = static_cast<std::uint8_t>(text.size());
    text.copy(text_, text.size());
    return true;
  }
  void clear() { size_ = 0; }
  [[nodiscard]] std::string_view view() const { return {text_, size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  std::uint8_t size_ = 0;
  char text_[kSizeMax] = {};
};

}  // namespace rung::gateway
