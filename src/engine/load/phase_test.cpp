#include "engine/load/phase.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

constexpr PhasePlan kPlan{.ues_to_register = 10,
                          .register_timeout = 5s,
                          .warm_up = 1s,
                          .measure = 3s,
                          .drain = 2s,
                          .silence_max = 4s};

/// Counts messages on, so that nothing looks silent unless a test wants it.
class PhaseMachineTest : public ::testing::Test {
 protected:
  Phase at(Duration since_start, std::uint64_t registered, std::uint64_t active,
           unsigned interrupts = 0) {
    return machine_.step(
        {Time{} + since_start, registered, active, sent_ += 10, received_ += 10, interrupts});
  }
  Phase silent_at(Duration since_start, std::uint64_t registered) {
    return machine_.step({Time{} + since_start, registered, 5, sent_ += 10, received_, 0});
  }
  PhaseMachine machine_{kPlan, Time{}};
  std::uint64_t sent_ = 0, received_ = 0;
};

TEST_F(PhaseMachineTest, goes_through_all_phases) {
  EXPECT_EQ(at(0s, 0, 0), Phase::registering);
  EXPECT_EQ(at(1s, 9, 1), Phase::registering);
  EXPECT_EQ(at(2s, 10, 0), Phase::warm_up);
  EXPECT_EQ(at(2999ms, 10, 3), Phase::warm_up);
  EXPECT_EQ(at(3s, 10, 3), Phase::measure);
  EXPECT_EQ(at(6s, 10, 3), Phase::drain);
  EXPECT_EQ(at(7s, 10, 1), Phase::drain);
  EXPECT_EQ(at(7500ms, 10, 0), Phase::done);
  EXPECT_EQ(machine_.length(Phase::measure), 3s);
  EXPECT_EQ(machine_.length(Phase::drain), 1500ms);
  EXPECT_FALSE(machine_.drain_incomplete());
  EXPECT_FALSE(machine_.interrupted());
}

TEST_F(PhaseMachineTest, registration_that_times_out_skips_the_load) {
  at(0s, 0, 0);
  EXPECT_EQ(at(5s, 9, 0), Phase::drain);
  EXPECT_TRUE(machine_.registration_incomplete());
  EXPECT_EQ(machine_.length(Phase::measure), 0s);
}

TEST_F(PhaseMachineTest, drain_ends_at_its_limit_with_sessions_open) {
  at(0s, 10, 0), at(1s, 10, 0), at(4s, 10, 0);
  EXPECT_EQ(at(5s, 10, 7), Phase::drain);
  EXPECT_EQ(at(6999ms, 10, 7), Phase::done);
  EXPECT_TRUE(machine_.drain_incomplete());
}

TEST_F(PhaseMachineTest, first_interrupt_drains_and_the_second_ends_at_once) {
  at(0s, 10, 0), at(1s, 10, 5);
  EXPECT_EQ(at(2s, 10, 5, 1), Phase::drain);
  EXPECT_TRUE(machine_.interrupted());
  EXPECT_EQ(at(2100ms, 10, 5, 2), Phase::done);
}

TEST_F(PhaseMachineTest, load_without_an_answer_ends_the_run) {
  at(0s, 10, 0), at(1s, 10, 5);
  EXPECT_EQ(silent_at(2s, 10), Phase::measure);
  EXPECT_EQ(silent_at(4999ms, 10), Phase::drain);
  EXPECT_FALSE(machine_.sut_silent());
  EXPECT_EQ(silent_at(5s, 10), Phase::done);
  EXPECT_TRUE(machine_.sut_silent());
  EXPECT_FALSE(machine_.never_answered());
}

TEST_F(PhaseMachineTest, a_target_that_never_answers_is_told_apart) {
  silent_at(0s, 0);
  EXPECT_EQ(silent_at(4s, 0), Phase::drain);
  EXPECT_TRUE(machine_.never_answered());
  EXPECT_EQ(silent_at(4001ms, 0), Phase::done);
}

TEST_F(PhaseMachineTest, nothing_sent_is_no_silence_of_the_target) {
  machine_.step({Time{}, 0, 10, 0, 0, 0});
  machine_.step({Time{} + kPlan.register_timeout, 0, 10, 0, 0, 0});
  EXPECT_TRUE(machine_.registration_incomplete());
  EXPECT_FALSE(machine_.sut_silent());
}

TEST_F(PhaseMachineTest, an_idle_load_is_not_a_silent_sut) {
  at(0s, 10, 0);
  for (int s = 1; s < 4; ++s) machine_.step({Time{} + s * 10s, 10, 0, sent_, received_, 0});
  EXPECT_FALSE(machine_.sut_silent());
}

TEST_F(PhaseMachineTest, silence_ends_no_load_whose_ladders_wait_for_themselves) {
  PhasePlan plan = kPlan;
  plan.silence_ends_load = false;
  plan.drain = 60s;
  machine_ = PhaseMachine(plan, Time{});
  at(0s, 10, 0), at(1s, 10, 5);
  EXPECT_EQ(silent_at(4s, 10), Phase::drain);
  EXPECT_EQ(silent_at(40s, 10), Phase::drain);
  EXPECT_FALSE(machine_.sut_silent());
  machine_ = PhaseMachine(plan, Time{});
  silent_at(0s, 0);
  EXPECT_EQ(silent_at(4s, 0), Phase::drain) << "whoever answers no REGISTER is not there";
  EXPECT_TRUE(machine_.sut_silent());
}

TEST_F(PhaseMachineTest, the_load_waits_for_registrations_to_end_where_it_is_told_to) {
  PhasePlan plan = kPlan;
  plan.rest_max = 30s;
  machine_ = PhaseMachine(plan, Time{});
  EXPECT_EQ(at(0s, 10, 3), Phase::registering);
  EXPECT_EQ(at(1s, 10, 0), Phase::warm_up);
  machine_ = PhaseMachine(plan, Time{});
  EXPECT_EQ(at(0s, 10, 3), Phase::registering);
  EXPECT_EQ(at(kPlan.register_timeout, 10, 3), Phase::registering) << "a UE may be just registered";
  EXPECT_EQ(at(machine_.next_change() - Time{}, 10, 3), Phase::warm_up) << "but not for ever";
  EXPECT_EQ(machine_.length(Phase::registering), kPlan.register_timeout + 30s);
  EXPECT_FALSE(machine_.registration_incomplete());
}

}  // namespace
}  // namespace rung
