#include "signals.hpp"

#include <atomic>
#include <csignal>

namespace rung {
namespace {

std::atomic<unsigned> count{0};
static_assert(std::atomic<unsigned>::is_always_lock_free);

void on_signal(int) { count.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

void count_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

unsigned interrupts() { return count.load(std::memory_order_relaxed); }

}  // namespace rung
