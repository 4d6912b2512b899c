// For tests: octets that end exactly where an unreadable page begins, so that reading one octet too
// many ends the test at once.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "engine/base/assert.hpp"
#include "engine/base/bytes.hpp"

namespace rung {

/// Owns a copy of `octets` that lies right before a PROT_NONE page. The copy starts at an arbitrary
/// alignment; an empty one points at the guard page itself.
class GuardedCopy {
 public:
  explicit GuardedCopy(Octets octets) : size_(octets.size()) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t readable = (size_ + page - 1) / page * page;
    mapped_ = readable + page;
    void* start =
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ENGINE_ASSERT(start != MAP_FAILED);
    start_ = static_cast<std::uint8_t*>(start);
    ENGINE_ASSERT(mprotect(start_ + readable, page, PROT_NONE) == 0);
    data_ = start_ + readable - size_;
    if (size_ != 0) std::memcpy(data_, octets.data(), size_);
  }
  explicit GuardedCopy(std::string_view text) : GuardedCopy(as_octets(text)) {}
  GuardedCopy(const GuardedCopy&) = delete;
  GuardedCopy& operator=(const GuardedCopy&) = delete;
  ~GuardedCopy() { munmap(start_, mapped_); }

  [[nodiscard]] Octets octets() const { return {data_, size_}; }
  [[nodiscard]] MutableOctets writable() const { return {data_, size_}; }
  [[nodiscard]] std::string_view text() const { return as_text(octets()); }

 private:
  std::uint8_t* start_ = nullptr;
  std::uint8_t* data_ = nullptr;
  std::size_t mapped_ = 0;
  std::size_t size_ = 0;
};

}  // namespace rung
