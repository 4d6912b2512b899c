#include "engine/base/allocation_watch.hpp"

#if RUNG_ALLOCATIONS_COUNTED

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>

namespace rung::allocation_watch {
namespace {

thread_local bool counting = false;
std::atomic<int> heap{0};
std::atomic<int> mappings{0};

void count(std::atomic<int>& of) {
  if (counting) of.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

void enter() { counting = true; }
void leave() { counting = false; }
Counted counted() { return {heap.load(), mappings.load()}; }
void reset() { heap = mappings = 0; }

}  // namespace rung::allocation_watch

using rung::allocation_watch::count;
using rung::allocation_watch::heap;
using rung::allocation_watch::mappings;

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void* malloc(std::size_t size) {
  count(heap);
  return __libc_malloc(size);
}
void* calloc(std::size_t members, std::size_t size) {
  count(heap);
  return __libc_calloc(members, size);
}
void* realloc(void* old, std::size_t size) {
  count(heap);
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count(heap);
  return __libc_memalign(alignment, size);
}
void* mmap(void* address, std::size_t size, int protection, int flags, int fd, off_t offset) {
  count(mappings);
  // NOLINTNEXTLINE: the kernel's answer is an address or a small negative number.
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, size, protection, flags, fd, offset));
}
}

#endif
