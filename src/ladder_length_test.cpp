#include "ladder_length.hpp"

#include <gtest/gtest.h>

#include "engine/ladder/reader.hpp"

namespace rung {
namespace {

Ladder read(std::string_view text) {
  LadderBook book;
  std::vector<TextError> errors;
  read_ladders(text, "test.ladder", book, errors);
  EXPECT_TRUE(errors.empty()) << to_string(errors.front());
  return book.ladders.front();
}

TEST(LadderLength, is_the_longest_chain_of_waits_and_limits_not_their_sum) {
  const Ladder ladder = read(
      "ladder l \"L\"\n"
      "s1  ue -> gw  submit\n"
      "s2  gw -> ue  accepted  after s1  within 32s\n"
      "s3  gw -> ue  report    after s1  within 35s\n"
      "s4  ue -> gw  ok        after s3  wait 2s\n");
  const LadderLength length = length_of(ladder, {});
  EXPECT_EQ(length.min, 2s);
  EXPECT_EQ(length.max, 37s);
}

TEST(LadderLength, counts_the_hold_and_scales_timers_with_t1) {
  const Ladder ladder = read(
      "ladder l \"L\"\n"
      "hold timer_e\n"
      "s1  ue -> gw  submit\n"
      "s2  ue -> gw  submit  after s1  wait silence\n");
  EXPECT_EQ(length_of(ladder, {}).min, 34'500ms);
  PlayConfig slow;
  slow.timers.t1 = 2s;
  EXPECT_EQ(length_of(ladder, slow).min, 138s);
}

TEST(LadderLength, takes_the_players_patience_for_a_step_without_a_limit) {
  const Ladder ladder = read(
      "ladder l \"L\"\n"
      "s1  ue -> gw  submit\n"
      "s2  gw -> ue  accepted  after s1\n");
  EXPECT_EQ(length_of(ladder, {}).max, PlayConfig{}.step_wait);
}

}  // namespace
}  // namespace rung
