#include "engine/base/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "engine/base/prng.hpp"

namespace rung {
namespace {

Time at(Duration since_start) { return Time{since_start}; }

std::vector<std::uint32_t> fired(TimerWheel& wheel, Time now) {
  std::vector<std::uint32_t> nodes;
  const std::size_t count = wheel.advance(now, [&](std::uint32_t node) { nodes.push_back(node); });
  EXPECT_EQ(count, nodes.size());
  return nodes;
}

using Nodes = std::vector<std::uint32_t>;

TEST(TimerWheel, fires_at_its_instant_and_not_before) {
  TimerWheel wheel(4);
  wheel.schedule(2, at(500ms));

  EXPECT_EQ(fired(wheel, at(499ms)), Nodes{});
  EXPECT_EQ(fired(wheel, at(500ms)), Nodes{2});
  EXPECT_EQ(fired(wheel, at(501ms)), Nodes{});
}

TEST(TimerWheel, rounds_up_to_the_tick_never_down) {
  TimerWheel wheel(1);
  wheel.schedule(0, at(1000100us));

  EXPECT_EQ(fired(wheel, at(1000900us)), Nodes{});
  EXPECT_EQ(fired(wheel, at(1001000us)), Nodes{0});
}

TEST(TimerWheel, counts_ticks_from_its_start) {
  TimerWheel wheel(1, 1ms, at(700us));
  wheel.schedule(0, at(1700us));

  EXPECT_EQ(fired(wheel, at(1699us)), Nodes{});
  EXPECT_EQ(fired(wheel, at(1700us)), Nodes{0});
}

TEST(TimerWheel, a_cancelled_timer_does_not_fire) {
  TimerWheel wheel(2);
  wheel.schedule(0, at(10ms));
  wheel.schedule(1, at(10ms));

  wheel.cancel(0);
  wheel.cancel(0);

  EXPECT_FALSE(wheel.armed(0));
  EXPECT_EQ(wheel.armed_count(), 1U);
  EXPECT_EQ(fired(wheel, at(1s)), Nodes{1});
}

TEST(TimerWheel, scheduling_an_armed_timer_moves_it) {
  TimerWheel wheel(1);
  wheel.schedule(0, at(10ms));
  wheel.schedule(0, at(20s));

  EXPECT_EQ(wheel.expiry(0), at(20s));
  EXPECT_EQ(wheel.armed_count(), 1U);
  EXPECT_EQ(fired(wheel, at(19s)), Nodes{});
  EXPECT_EQ(fired(wheel, at(20s)), Nodes{0});
}

TEST(TimerWheel, expiry_is_the_exact_instant_and_never_when_unarmed) {
  TimerWheel wheel(1);
  EXPECT_EQ(wheel.expiry(0), kNever);

  wheel.schedule(0, at(1234567ns));
  EXPECT_EQ(wheel.expiry(0), at(1234567ns));

  fired(wheel, at(1s));
  EXPECT_EQ(wheel.expiry(0), kNever);
}

TEST(TimerWheel, an_instant_that_has_passed_is_due_at_the_next_advance) {
  TimerWheel wheel(1);
  fired(wheel, at(1s));
  wheel.schedule(0, at(3ms));

  EXPECT_LE(wheel.next_expiry_hint(), at(1s));
  EXPECT_EQ(fired(wheel, at(1s)), Nodes{0});
}

TEST(TimerWheel, never_disarms) {
  TimerWheel wheel(1);
  wheel.schedule(0, at(1s));
  wheel.schedule(0, kNever);

  EXPECT_FALSE(wheel.armed(0));
  EXPECT_EQ(wheel.next_expiry_hint(), kNever);
}

TEST(TimerWheel, holds_the_latest_instant_there_is) {
  TimerWheel wheel(1);
  wheel.schedule(0, kNever - Duration{1});

  EXPECT_EQ(fired(wheel, at(30 * 24h)), Nodes{});
  EXPECT_TRUE(wheel.armed(0));
  EXPECT_GT(wheel.next_expiry_hint(), at(30 * 24h));
}

TEST(TimerWheel, one_jump_over_thirty_days_fires_all_in_order_of_ticks) {
  TimerWheel wheel(5);
  wheel.schedule(0, at(30 * 24h));
  wheel.schedule(1, at(1ms));
  wheel.schedule(2, at(32s));
  wheel.schedule(3, at(600000s));
  wheel.schedule(4, at(64ms));

  EXPECT_EQ(fired(wheel, at(31 * 24h)), (Nodes{1, 4, 2, 3, 0}));
}

TEST(TimerWheel, a_callback_may_rearm_its_own_node) {
  TimerWheel wheel(1);
  wheel.schedule(0, at(10ms));
  int calls = 0;

  wheel.advance(at(35ms), [&](std::uint32_t node) {
    EXPECT_FALSE(wheel.armed(node));
    ++calls;
    wheel.schedule(node, at(10ms * (calls + 1)));
  });

  EXPECT_EQ(calls, 3);
  EXPECT_EQ(wheel.expiry(0), at(40ms));
}

TEST(TimerWheel, a_callback_that_rearms_for_now_does_not_hang_the_advance) {
  TimerWheel wheel(1);
  wheel.schedule(0, at(10ms));
  int calls = 0;
  const auto again = [&](std::uint32_t node) {
    ++calls;
    wheel.schedule(node, at(10ms));
  };

  EXPECT_EQ(wheel.advance(at(10ms), again), 1U);
  EXPECT_EQ(wheel.advance(at(10ms), again), 1U);
  EXPECT_EQ(calls, 2);
}

TEST(TimerWheel, a_callback_may_cancel_another_timer_of_the_same_tick) {
  TimerWheel wheel(3);
  for (std::uint32_t node = 0; node < 3; ++node) wheel.schedule(node, at(5ms));
  Nodes seen;

  wheel.advance(at(5ms), [&](std::uint32_t node) {
    seen.push_back(node);
    for (std::uint32_t other = 0; other < 3; ++other) wheel.cancel(other);
  });

  EXPECT_EQ(seen.size(), 1U);
  EXPECT_EQ(wheel.armed_count(), 0U);
  EXPECT_EQ(wheel.next_expiry_hint(), kNever);
}

TEST(TimerWheel, the_hint_never_passes_the_earliest_timer) {
  TimerWheel wheel(1);
  const Duration expiries[] = {1ms, 63ms, 64ms, 65ms, 4095ms, 4096ms, 1h, 30 * 24h};
  for (const Duration expiry : expiries) {
    wheel.schedule(0, at(expiry));
    EXPECT_LE(wheel.next_expiry_hint(), at(expiry));
    EXPECT_GT(wheel.next_expiry_hint(), at(0ms));
  }
}

TEST(TimerWheel, advancing_to_the_hint_again_and_again_reaches_every_timer) {
  TimerWheel wheel(1);
  wheel.schedule(0, at(30 * 24h));
  int advances = 0;

  while (wheel.armed(0)) {
    fired(wheel, wheel.next_expiry_hint());
    ++advances;
    ASSERT_LE(advances, 8);
  }
}

// The wheel against the obvious model: a multimap from the tick a timer is due at to its node.
class Differential {
 public:
  Differential(std::uint32_t nodes, Duration tick, std::uint64_t seed)
      : wheel_(nodes, tick, at(3s)), tick_(tick), random_(seed), due_(nodes, kUnarmed) {}

  void step() {
    switch (random_.below(8)) {
      case 0:
      case 1:
      case 2:
      case 3: schedule(random_node(), now_ + random_delay()); break;
      case 4: cancel(random_node()); break;
      case 5: advance(now_ + random_delay() / 50); break;
      case 6: advance(std::min(wheel_.next_expiry_hint(), now_ + Duration{24h})); break;
      default: advance(now_ + tick_ * static_cast<std::int64_t>(random_.below(3))); break;
    }
    ASSERT_EQ(wheel_.armed_count(), model_.size());
    if (!model_.empty()) {
      ASSERT_LE(wheel_.next_expiry_hint(), std::max(time_of(model_.begin()->first), now_));
    }
  }

 private:
  static constexpr std::int64_t kUnarmed = -1;

  std::uint32_t random_node() { return static_cast<std::uint32_t>(random_.below(due_.size())); }
  // Every order of magnitude from 100 ns to 30 days is equally likely.
  Duration random_delay() {
    const double exponent = 2.0 + random_.unit() * 13.4;
    return Duration{static_cast<std::int64_t>(std::pow(10.0, exponent))};
  }
  std::int64_t tick_of(Time when) const {
    const std::int64_t since = ns(when - at(3s));
    return since <= 0 ? 0 : (since + ns(tick_) - 1) / ns(tick_);
  }
  Time time_of(std::int64_t tick) const { return at(3s) + tick_ * tick; }

  void forget(std::uint32_t node) {
    if (due_[node] == kUnarmed) return;
    auto [it, end] = model_.equal_range(due_[node]);
    while (it != end && it->second != node) ++it;
    ASSERT_NE(it, end);
    model_.erase(it);
    due_[node] = kUnarmed;
  }
  void schedule(std::uint32_t node, Time when) {
    wheel_.schedule(node, when);
    forget(node);
    due_[node] = tick_of(when);
    model_.emplace(due_[node], node);
    ASSERT_EQ(wheel_.expiry(node), when);
  }
  void cancel(std::uint32_t node) {
    wheel_.cancel(node);
    forget(node);
    ASSERT_FALSE(wheel_.armed(node));
  }
  void advance(Time now) {
    now_ = std::max(now_, now);
    std::multiset<std::uint32_t> expected;
    while (!model_.empty() && time_of(model_.begin()->first) <= now_) {
      expected.insert(model_.begin()->second);
      due_[model_.begin()->second] = kUnarmed;
      model_.erase(model_.begin());
    }
    std::multiset<std::uint32_t> seen;
    wheel_.advance(now_, [&](std::uint32_t node) { seen.insert(node); });
    ASSERT_EQ(seen, expected);
  }

  TimerWheel wheel_;
  Duration tick_;
  Prng random_;
  Time now_ = at(3s);
  std::vector<std::int64_t> due_;
  std::multimap<std::int64_t, std::uint32_t> model_;
};

class TimerWheelAgainstMultimap : public testing::TestWithParam<std::uint64_t> {};

TEST_P(TimerWheelAgainstMultimap, agrees_on_every_expiry) {
  const Duration ticks[] = {1ms, 200us, 50us, 7ms};
  Differential run(300, ticks[GetParam() % 4], GetParam());
  for (int i = 0; i < 40'000; ++i) {
    run.step();
    if (HasFatalFailure()) FAIL() << "step " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TimerWheelAgainstMultimap, testing::Range<std::uint64_t>(1, 9));

TEST(TimerWheel, callbacks_that_schedule_and_cancel_at_random_lose_no_timer) {
  constexpr std::uint32_t kNodes = 500;
  TimerWheel wheel(kNodes);
  Prng random(42);
  std::vector<Time> due(kNodes, kNever);
  const auto arm = [&](std::uint32_t node, Time when) {
    wheel.schedule(node, when);
    due[node] = when;
  };
  for (std::uint32_t node = 0; node < kNodes; ++node) arm(node, at(1ms * (node + 1)));

  for (Time now = at(0ms); now < at(20s); now += 1ms) {
    wheel.advance(now, [&](std::uint32_t node) {
      ASSERT_LE(due[node], now);
      ASSERT_GT(due[node] + 2ms, now);
      due[node] = kNever;
      const auto other = static_cast<std::uint32_t>(random.below(kNodes));
      wheel.cancel(other);
      due[other] = kNever;
      arm(node, now + Duration{static_cast<std::int64_t>(random.below(5'000'000'000))});
      if (random.chance(0.3)) arm(other, now);
    });
    ASSERT_FALSE(HasFatalFailure());
  }

  for (std::uint32_t node = 0; node < kNodes; ++node) EXPECT_EQ(wheel.expiry(node), due[node]);
}

}  // namespace
}  // namespace rung
