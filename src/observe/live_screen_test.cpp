#include "observe/live_screen.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace rung {
namespace {

constexpr PhasePlan kPlan{.ues_to_register = 100'000,
                          .register_timeout = 60s,
                          .warm_up = 1s,
                          .measure = 8s,
                          .drain = 40s,
                          .silence_max = 5s};

RunSnapshot at(Duration since, Phase phase = Phase::registering) {
  RunSnapshot s;
  s.at = Time{} + since;
  s.phase = phase;
  s.ues = 100'000;
  return s;
}

RunSnapshot loaded(Duration since, std::uint64_t sessions) {
  RunSnapshot s = at(since, Phase::measure);
  const auto set = [&](Counter c, std::uint64_t value) {
    s.counters.values[static_cast<std::size_t>(c)] = value;
  };
  set(Counter::sessions_offered, sessions);
  set(Counter::sessions_passed, sessions);
  set(Counter::sip_sent, 4 * sessions);
  set(Counter::sip_received, 4 * sessions);
  s.sessions_active = 1039;
  Histogram report, delivery, late;
  for (std::uint64_t i = 0; i < sessions; ++i) {
    report.record(500us);
    delivery.record(i % 50 == 0 ? 4ms : 1ms);
    late.record(20us);
  }
  s.measures = {{"mo_to_mt", "report", report.snapshot(), {}},
                {"mo_to_mt", "delivery", delivery.snapshot(), {}}};
  s.lateness = late.snapshot();
  return s;
}

TEST(RegistrationLine, shows_a_bar_the_rate_and_the_time_still_needed) {
  RunSnapshot before = at(0s), now = at(1s);
  now.registered = 40'219;

  EXPECT_EQ(registration_line(before, now),
            "register       [############..................]  40 %  40,219 of 100,000 UEs, "
            "40,219/s, 2 s left");
}

TEST(RegistrationLine, says_when_nothing_moves_and_when_all_is_done) {
  RunSnapshot before = at(1s), now = at(2s);
  before.registered = now.registered = 50'000;
  EXPECT_TRUE(registration_line(before, now).ends_with("50,000 of 100,000 UEs, 0/s, waiting"));

  now.registered = 100'000;
  EXPECT_EQ(registration_line(before, now),
            "register       [##############################] 100 %  100,000 of 100,000 UEs, "
            "50,000/s, done");
}

TEST(RegistrationLine, says_what_answer_refuses_the_ues) {
  RunSnapshot now = at(2s);
  now.counters.values[static_cast<std::size_t>(Counter::registrations_failed)] = 1500;
  now.sip_failures = {{401, 3}, {423, 1497}};

  EXPECT_TRUE(registration_line(at(1s), now).ends_with(", waiting; 1,500 failed, answered 423"));
}

TEST(LoadLine, stands_under_its_header) {
  EXPECT_EQ(load_header(),
            "phase          offered/s     done/s      SIP/s  in flight      p50      p99     late  "
            "failures");
  EXPECT_EQ(load_line(loaded(1s, 0), loaded(2s, 2000), 0.38),
            "measure  38 %      2,000      2,000     16,000      1,039  1.01 ms  4.00 ms  20.0 us  "
            "none");
}

TEST(LoadLine, shows_the_last_interval_alone) {
  const RunSnapshot before = loaded(1s, 5000);
  RunSnapshot now = before;
  now.at += 1s;

  EXPECT_EQ(load_line(before, now, -1),
            "measure                0          0          0      1,039        -        -        -  "
            "none");
}

TEST(LoadLine, names_failures_by_kind) {
  RunSnapshot now = loaded(2s, 0);
  now.counters.values[static_cast<std::size_t>(Counter::sessions_failed)] = 1234;
  now.counters.values[static_cast<std::size_t>(Counter::sm_lost)] = 2;

  EXPECT_TRUE(load_line(loaded(1s, 0), now, 1).ends_with("  1,234 failed, 2 SM lost"));
}

/// What a screen wrote.
class Written {
 public:
  Written() : stream_(open_memstream(&text_, &size_)) {}
  ~Written() {
    std::fclose(stream_);
    std::free(text_);
  }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  [[nodiscard]] std::FILE* stream() const { return stream_; }
  [[nodiscard]] std::string text() const {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

void whole_run(LiveScreen& screen) {
  RunSnapshot registered = at(2500ms);
  registered.registered = 100'000;
  screen.phase_began(Phase::registering, at(0s));
  screen.phase_began(Phase::warm_up, registered);
  screen.phase_began(Phase::measure, loaded(3500ms, 1000));
  screen.progress(loaded(7500ms, 5000));
  screen.progress(loaded(7600ms, 5100));  // too soon for a line
  screen.phase_began(Phase::drain, loaded(11500ms, 9000));
  RunSnapshot ended = loaded(11600ms, 9000);
  ended.sessions_active = 0;
  screen.phase_began(Phase::done, ended);
}

TEST(LiveScreen, writes_plain_lines_where_nobody_can_redraw) {
  const Written written;
  {
    LiveScreen screen(written.stream(), false, kPlan);
    whole_run(screen);
  }

  EXPECT_EQ(
      written.text(),
      "    2.5 s  register       [##############################] 100 %  100,000 of 100,000 "
      "UEs, 40,000/s, done\n"
      "     time  phase          offered/s     done/s      SIP/s  in flight      p50      p99 "
      "    late  failures\n"
      "    3.5 s  warm-up 100 %      1,000      1,000      8,000      1,039  1.01 ms  4.00 ms "
      " 20.0 us  none\n"
      "    7.5 s  measure  50 %      1,000      1,000      8,000      1,039  1.01 ms  4.00 ms "
      " 20.0 us  none\n"
      "   11.5 s  measure 100 %      1,000      1,000      8,000      1,039  1.01 ms  4.00 ms "
      " 20.0 us  none\n"
      "   11.5 s  drain          waiting for 1,039 sessions, 40.0 s at most\n");
}

TEST(LiveScreen, redraws_a_terminal_and_leaves_a_line_for_each_phase) {
  const Written written;
  {
    LiveScreen screen(written.stream(), true, kPlan);
    whole_run(screen);
  }

  const std::string text = written.text();
  std::size_t lines = 0, redrawn = 0;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  for (std::size_t i = 0; (i = text.find("\r\033[K", i)) != std::string::npos; ++i) ++redrawn;
  EXPECT_EQ(lines, 5U);  // register, header, warm-up, measure, drain
  EXPECT_EQ(redrawn, 5U);
  EXPECT_TRUE(text.ends_with("at most\n"));
}

TEST(LiveScreen, ends_its_line_when_the_run_breaks_off) {
  const Written written;
  {
    LiveScreen screen(written.stream(), true, kPlan);
    screen.phase_began(Phase::registering, at(0s));
    screen.progress(at(1s));
  }

  EXPECT_TRUE(written.text().ends_with(", waiting\n"));
}

}  // namespace
}  // namespace rung
