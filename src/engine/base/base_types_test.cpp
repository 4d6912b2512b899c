// Small vocabulary types: result, ids, time, verdict, datagram.
#include <gtest/gtest.h>

#include <array>

#include "engine/base/datagram.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/base/verdict.hpp"

namespace rung {
namespace {

enum class Trouble : std::uint8_t { none = 0, some };

TEST(Result, holds_a_value_or_an_error) {
  const Result<int, Trouble> good = 5;
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(*good, 5);

  const Result<int, Trouble> bad = Trouble::some;
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error(), Trouble::some);
}

TEST(ResultDeathTest, reading_the_wrong_side_aborts) {
  const Result<int, Trouble> good = 5;
  const Result<int, Trouble> bad = Trouble::some;
  EXPECT_DEATH(static_cast<void>(good.error()), "!ok_");
  EXPECT_DEATH(static_cast<void>(bad.value()), "ok_");
}

TEST(Index, is_none_until_given_a_value) {
  EXPECT_FALSE(UeIndex{}.valid());
  EXPECT_TRUE(UeIndex{0}.valid());
  EXPECT_LT(UeIndex{1}, UeIndex{2});
  static_assert(!std::is_convertible_v<UeIndex, SessionIndex>);
  static_assert(!std::is_convertible_v<std::uint32_t, UeIndex>);
}

TEST(Time, converts_to_nanoseconds_and_back) {
  EXPECT_EQ(ns(Duration{500ms}), 500'000'000);
  EXPECT_EQ(ns(time_from_ns(42) + 1us), 1042);
  EXPECT_GT(kNever, time_from_ns(0) + 200 * 365 * 24h);
}

TEST(Verdict, only_worsens) {
  EXPECT_EQ(worse(Verdict::none, Verdict::pass), Verdict::pass);
  EXPECT_EQ(worse(Verdict::pass, Verdict::unsupported), Verdict::unsupported);
  EXPECT_EQ(worse(Verdict::inconclusive, Verdict::unsupported), Verdict::inconclusive);
  EXPECT_EQ(worse(Verdict::fail, Verdict::inconclusive), Verdict::fail);
  EXPECT_EQ(worse(Verdict::fail, Verdict::error), Verdict::error);
}

TEST(Verdict, every_value_has_its_name) {
  EXPECT_EQ(to_string(Verdict::none), "none");
  EXPECT_EQ(to_string(Verdict::inconclusive), "inconclusive");
  EXPECT_EQ(to_string(Verdict::error), "error");
}

TEST(TxDatagram, its_space_is_one_buffer_and_its_octets_what_was_written) {
  std::array<std::uint8_t, kDatagramSizeMax> buffer{};
  TxDatagram d;
  d.buffer = buffer.data();
  Writer w(d.space());
  w.text("OK");
  d.size = narrow<std::uint32_t>(w.size());
  EXPECT_EQ(as_text(d.octets()), "OK");
}

TEST(TxQueue, without_slots_is_full) {
  TxQueue queue;
  EXPECT_EQ(queue.reserve(), nullptr);
  EXPECT_EQ(queue.free(), 0U);
}

}  // namespace
}  // namespace rung
