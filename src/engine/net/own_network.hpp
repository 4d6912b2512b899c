// For tests: a network namespace with nothing but a loopback interface, which ends with the process
// that made it.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace rung {

/// Runs `exchange` in a process and a network of its own; a result other than 0 fails the test.
/// `setup` is a command line run first. Skips the test where the machine allows no such network.
template <class Exchange>
void in_a_network_of_its_own(const char* setup, Exchange exchange) {
  constexpr int kNoNamespace = 77;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool own = unshare(CLONE_NEWNET) == 0 && std::system(setup) == 0;
    _exit(own ? exchange() : kNoNamespace);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNoNamespace) {
    GTEST_SKIP() << "no network namespace of its own (needs root and the ip command)";
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace rung
