#include "engine/ue/session_pool.hpp"

#include <gtest/gtest.h>

#include "engine/ue/challenge_table.hpp"

namespace rung {
namespace {

Time at(std::int64_t ms) { return time_from_ns(ms * 1'000'000); }

TEST(SessionPool, rows_stay_within_their_budget) {
  EXPECT_LE(sizeof(Session), 128U);
  EXPECT_LE(sizeof(Ticket), 32U);
  EXPECT_LE(sizeof(StepRecord), 20U);
}

TEST(SessionPool, a_full_pool_refuses) {
  SessionPool pool(2, 8, 4);
  bool evicted = false;

  EXPECT_TRUE(pool.take(at(0), evicted).valid());
  EXPECT_TRUE(pool.take(at(0), evicted).valid());
  EXPECT_FALSE(pool.take(at(0), evicted).valid());
  EXPECT_EQ(pool.active(), 2U);
}

TEST(SessionPool, an_ended_session_is_found_as_its_tombstone) {
  SessionPool pool(2, 8, 4);
  bool evicted = false;
  const SessionIndex index = pool.take(at(0), evicted);
  Session& session = pool.at(index);
  session.done = 0b101;
  session.ladder = 3;
  const std::uint32_t ticket = session.ticket;
  const std::uint32_t generation = session.generation;

  pool.release(index, at(32'000));

  const Ticket* tombstone = pool.find(ticket, generation);
  ASSERT_NE(tombstone, nullptr);
  EXPECT_EQ(tombstone->session, SessionIndex::kNone);
  EXPECT_EQ(tombstone->done, 0b101U);
  EXPECT_EQ(tombstone->ladder, 3U);
}

TEST(SessionPool, a_stale_generation_is_not_found_and_a_future_one_was_never_used) {
  SessionPool pool(1, 1, 4);
  bool evicted = false;
  const SessionIndex first = pool.take(at(0), evicted);
  const std::uint32_t generation = pool.at(first).generation;
  pool.release(first, at(1));
  pool.take(at(100), evicted);

  EXPECT_FALSE(evicted);
  EXPECT_EQ(pool.find(0, generation), nullptr);
  EXPECT_TRUE(pool.was_used(0, generation));
  EXPECT_FALSE(pool.was_used(0, generation + 2));
  EXPECT_FALSE(pool.was_used(0, 0));
}

TEST(SessionPool, says_when_a_tombstone_had_to_go_early) {
  SessionPool pool(1, 1, 4);
  bool evicted = false;
  pool.release(pool.take(at(0), evicted), at(32'000));

  pool.take(at(1000), evicted);

  EXPECT_TRUE(evicted);
}

TEST(SessionPool, tickets_come_round_only_past_live_sessions) {
  SessionPool pool(2, 4, 1);
  bool evicted = false;
  const SessionIndex lasting = pool.take(at(0), evicted);
  const std::uint32_t lasting_ticket = pool.at(lasting).ticket;

  for (int i = 0; i < 20; ++i) {
    const SessionIndex other = pool.take(at(i), evicted);
    ASSERT_TRUE(other.valid());
    ASSERT_NE(pool.at(other).ticket, lasting_ticket);
    pool.release(other, at(i));
  }
  EXPECT_NE(pool.find(lasting_ticket, pool.at(lasting).generation), nullptr);
}

TEST(ForeignEntry, keeps_texts_in_order_and_refuses_what_does_not_fit) {
  ForeignEntry entry;

  EXPECT_TRUE(entry.put(0, "one"));
  EXPECT_TRUE(entry.put(1, ""));
  EXPECT_TRUE(entry.put(2, "three"));
  EXPECT_FALSE(entry.put(3, std::string(230, 'x')));

  EXPECT_EQ(entry.get(0), "one");
  EXPECT_EQ(entry.get(1), "");
  EXPECT_EQ(entry.get(2), "three");
  EXPECT_EQ(entry.get(3), "");
}

TEST(Slab, gives_each_entry_once) {
  Slab<ForeignEntry> slab(2);
  const std::uint32_t a = slab.take();
  const std::uint32_t b = slab.take();

  EXPECT_NE(a, b);
  EXPECT_EQ(slab.take(), 0U);
  slab.release(a);
  EXPECT_EQ(slab.take(), a);
  EXPECT_EQ(slab.used_max(), 2U);
}

TEST(ChallengeTable, forgets_the_oldest_first) {
  ChallengeTable table(2);
  const std::uint32_t first =
      table.store({.realm = "home1.net", .nonce = "n1", .opaque = "", .qop_auth = true});
  const std::uint32_t second =
      table.store({.realm = "home1.net", .nonce = "n2", .opaque = "o", .has_opaque = true});
  StoredChallenge found;

  ASSERT_TRUE(table.find(first, found));
  EXPECT_EQ(found.nonce, "n1");
  EXPECT_TRUE(found.qop_auth);
  table.store({.realm = "home1.net", .nonce = "n3"});

  EXPECT_FALSE(table.find(first, found));
  ASSERT_TRUE(table.find(second, found));
  EXPECT_EQ(found.opaque, "o");
  EXPECT_FALSE(table.find(0, found));
}

TEST(ChallengeTable, refuses_what_is_longer_than_a_row) {
  ChallengeTable table(2);

  EXPECT_EQ(table.store({.nonce = std::string(300, 'n')}), 0U);
}

}  // namespace
}  // namespace rung
