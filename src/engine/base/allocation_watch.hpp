// What a thread asks of the heap and of the kernel's mappings, counted: a program that links
// rung_allocation_watch brings malloc, calloc, realloc, aligned_alloc and mmap of its own, and
// operator new ends in malloc. Sanitizers bring allocators themselves, so there nothing is counted
// and what rests on it is left out:
//
//   #if RUNG_ALLOCATIONS_COUNTED
//   allocation_watch::reset();
//   allocation_watch::enter();
//   ... what must do without memory ...
//   allocation_watch::leave();
//   EXPECT_EQ(allocation_watch::counted().heap, 0);
//   #endif
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RUNG_ALLOCATIONS_COUNTED 0
#else
#define RUNG_ALLOCATIONS_COUNTED 1
#endif

namespace rung::allocation_watch {

struct Counted {
  int heap = 0;
  int mappings = 0;
};

/// From enter() to leave() the calling thread's requests are counted.
#if RUNG_ALLOCATIONS_COUNTED
void enter();
void leave();
#else
inline void enter() {}
inline void leave() {}
#endif
/// Of all threads since reset().
Counted counted();
void reset();

}  // namespace rung::allocation_watch
