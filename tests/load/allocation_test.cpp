// Once the load has begun a worker takes no memory, neither from the heap nor as a mapping from the
// kernel, through the whole loop: player, checks, findings, capture ring and transport.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <memory>

#include "engine/base/allocation_watch.hpp"
#include "whole_loop.hpp"

namespace rung::whole_loop {
namespace {

class Counting final : public Watch {
 public:
  void enter() override { allocation_watch::enter(); }
  void leave() override { allocation_watch::leave(); }
};

/// Ports of this process, so that tests that run at once do not meet.
std::string free_port() { return "--ue-port=" + std::to_string(20'000 + getpid() % 30'000); }

class Allocation : public ::testing::Test {
 protected:
  void SetUp() override { allocation_watch::reset(); }
  static void expect_none() {
    EXPECT_EQ(allocation_watch::counted().heap, 0);
    EXPECT_EQ(allocation_watch::counted().mappings, 0);
  }
  Counting watch_;
  std::string port_ = free_port();
};

TEST_F(Allocation, is_noticed_by_this_test) {
  watch_.enter();
  auto something = std::make_unique<int>(7);
  EXPECT_EQ(*something, 7);
  void* pages = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  watch_.leave();

  ASSERT_NE(pages, MAP_FAILED);
  munmap(pages, 4096);
  EXPECT_EQ(allocation_watch::counted().heap, 1);
  EXPECT_EQ(allocation_watch::counted().mappings, 1);
}

TEST_F(Allocation, never_happens_on_a_good_run_over_sockets) {
  WholeLoop loop(
      {"--ues=2000", "--rate=2000", "--warm-up=200ms", "--duration=1s", "--digest", port_.c_str()});

  const RunResult r = loop.run_on_loopback(watch_, {});

  expect_none();
  EXPECT_GT(r.totals[Counter::sessions_passed], 2000U);
  EXPECT_GT(r.totals[Counter::challenges], 1000U);
}

TEST_F(Allocation, never_happens_over_sockets_while_sessions_fail_and_copies_are_sent) {
  WholeLoop loop({"--ues=2000", "--rate=2000", "--warm-up=200ms", "--duration=1s", "--fault=F01",
                  "--fault=F03", "--fault=F68", "--fault=F76", "--fault-every=3", "--drain=2s",
                  port_.c_str()});

  const RunResult r = loop.run_on_loopback(watch_, 700ms);

  expect_none();
  EXPECT_GT(r.totals[Counter::sessions_failed], 100U);
  EXPECT_GT(r.totals[Counter::sip_retransmitted], 100U);
  EXPECT_GT(r.findings_counted, 100U);
}

TEST_F(Allocation, never_happens_on_a_lossy_wire_where_everything_fails_or_times_out) {
  WholeLoop loop({"--transport=sim", "--ues=500", "--rate=200", "--warm-up=1s", "--duration=5s",
                  "--loss=0.05", "--mix=mo_to_mt=3,recipient_silent=1,deregister=1,register=1",
                  "--fault=F13", "--fault=F59", "--fault=F71", "--fault-every=4", "--expires=60s"});

  const RunResult r = loop.run_simulated(watch_);

  expect_none();
  EXPECT_GT(r.totals[Counter::sessions_passed], 100U);
  EXPECT_GT(r.totals[Counter::sessions_failed], 50U);
  EXPECT_GT(r.totals[Counter::sip_retransmitted], 100U);
}

TEST_F(Allocation, never_happens_when_every_pool_is_full) {
  WholeLoop loop({"--transport=sim", "--ues=300", "--rate=1000", "--warm-up=0s", "--duration=3s",
                  "--sessions-max=20", "--sc-delay=200ms"});

  const RunResult r = loop.run_simulated(watch_);

  expect_none();
  EXPECT_GT(r.totals[Counter::sessions_shed_pool], 1000U);
}

}  // namespace
}  // namespace rung::whole_loop
