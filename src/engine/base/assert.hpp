// Assertions for bugs of our own. Octets from outside never reach one: codecs return an Error.
#pragma once

namespace rung {

/// Prints the failed expression with its place and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace rung

/// Stays on in release builds.
#define ENGINE_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::rung::assertion_failed(#expression, __FILE__, __LINE__))

/// For inner loops: on only where NDEBUG is not defined.
#ifdef NDEBUG
#define PARANOID_ASSERT(expression) static_cast<void>(0)
#else
#define PARANOID_ASSERT(expression) ENGINE_ASSERT(expression)
#endif
