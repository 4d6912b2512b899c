// MappedMemory: zeroed pages straight from the kernel, normally touched once at construction so
// that no page fault falls into a run, and on huge pages where the kernel has some to give.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace rung {

class MappedMemory {
 public:
  MappedMemory() = default;
  enum class Touch : std::uint8_t { now, on_use };

  /// Maps `octets`; data() is nullptr when the kernel refuses (errno tells why).
  explicit MappedMemory(std::size_t octets, Touch touch = Touch::now);
  ~MappedMemory();
  MappedMemory(MappedMemory&& other) noexcept { swap(other); }
  MappedMemory& operator=(MappedMemory&& other) noexcept {
    swap(other);
    return *this;
  }

  [[nodiscard]] std::uint8_t* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void swap(MappedMemory& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rung
