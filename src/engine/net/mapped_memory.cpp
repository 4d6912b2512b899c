#include "engine/net/mapped_memory.hpp"

#include <sys/mman.h>

namespace rung {

MappedMemory::MappedMemory(std::size_t octets, Touch touch) {
  void* pages = mmap(nullptr, octets, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return;
  data_ = static_cast<std::uint8_t*>(pages);
  size_ = octets;
  if (touch == Touch::on_use) return;
  // Before the first touch, or the pages would already be small ones. Both are only advice: a
  // kernel without huge pages or MADV_POPULATE_WRITE leaves the pages to be faulted in later.
  madvise(pages, octets, MADV_HUGEPAGE);
  madvise(pages, octets, MADV_POPULATE_WRITE);
}

MappedMemory::~MappedMemory() {
  if (data_ != nullptr) munmap(data_, size_);
}

}  // namespace rung
