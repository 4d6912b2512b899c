// Transaction ids: whose they are, and for how long.
#include "engine/party/dialogue_pool.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rung {
namespace {

using Player = TransactionIds::Player;

/// A dialogue of some session; its transaction id.
tcap::TransactionId begin(DialoguePool& pool, std::uint32_t& handle) {
  handle = pool.take();
  EXPECT_NE(handle, 0U);
  pool.at(handle).session = 3;
  return pool.id_of(handle);
}

TEST(DialoguePool, finds_a_dialogue_by_its_id_while_it_lives) {
  DialoguePool pool(Player{0x1234, 1, 2, 8});
  std::uint32_t handle = 0;
  const tcap::TransactionId id = begin(pool, handle);
  EXPECT_EQ(id.octets[0], 0x34) << "the run comes first";
  EXPECT_EQ(pool.find(id), handle);

  pool.release(handle);
  EXPECT_EQ(pool.find(id), 0U);
}

TEST(DialoguePool, an_answer_to_a_former_play_finds_nobody) {
  // Their run ids differ in one octet: in the first of the id, or in the use it begins with.
  for (const std::uint16_t former : std::initializer_list<std::uint16_t>{0x1235, 0x1334, 0x1335}) {
    DialoguePool before(Player{former, 0, 1, 8});
    DialoguePool now(Player{0x1234, 0, 1, 8});
    for (int i = 0; i < 8; ++i) {
      std::uint32_t old = 0;
      std::uint32_t fresh = 0;
      const tcap::TransactionId late = begin(before, old);
      const tcap::TransactionId id = begin(now, fresh);
      EXPECT_EQ(old, fresh) << "the same entry";
      EXPECT_NE(late, id);
      EXPECT_EQ(now.find(late), 0U);
      EXPECT_EQ(now.find(id), fresh);
    }
  }
}

TEST(DialoguePool, another_worker_s_ids_are_its_own) {
  DialoguePool first(Player{1, 0, 3, 8});
  DialoguePool last(Player{1, 2, 3, 8});
  std::uint32_t handle = 0;
  const tcap::TransactionId id = begin(last, handle);
  begin(first, handle);
  EXPECT_EQ(first.find(id), 0U);
  EXPECT_TRUE(TransactionIds(Player{1, 2, 3, 8}).owns(id));
  EXPECT_FALSE(TransactionIds(Player{1, 1, 3, 8}).owns(id));
  EXPECT_FALSE(TransactionIds(Player{2, 2, 3, 8}).owns(id));
}

TEST(DialoguePool, every_entry_rests_before_one_is_used_again) {
  DialoguePool pool(Player{1, 0, 1, 4});
  std::set<std::uint32_t> ids;
  for (int i = 0; i < 1000; ++i) {
    std::uint32_t handle = 0;
    EXPECT_TRUE(ids.insert(begin(pool, handle).number()).second) << i;
    EXPECT_EQ(handle, 1U + static_cast<std::uint32_t>(i) % 4);
    pool.release(handle);
  }
}

TEST(DialoguePool, a_full_pool_refuses_and_takes_again_what_is_free) {
  DialoguePool pool(Player{1, 0, 1, 2});
  const std::uint32_t first = pool.take();
  EXPECT_NE(pool.take(), 0U);
  EXPECT_EQ(pool.take(), 0U);
  pool.release(first);
  EXPECT_EQ(pool.take(), first);
  EXPECT_EQ(pool.take(), 0U);
  EXPECT_EQ(pool.used_max(), 2U);
}

/// Sixty-four workers share the ids as one has them all.
TEST(TransactionIds, any_number_of_workers_has_dialogues) {
  for (const std::uint32_t workers : {1U, 2U, 16U, 17U, 64U}) {
    const std::uint32_t most = TransactionIds::dialogues_max(workers);
    EXPECT_GE(most, 16383U) << workers;
    std::set<std::uint32_t> ids;
    for (std::uint32_t w = 0; w < workers; ++w) {
      const TransactionIds own(Player{0xffff, w, workers, most});
      for (const std::uint32_t dialogue : {1U, most}) {
        for (const std::uint32_t use : {0U, 15U}) {
          const tcap::TransactionId id = own.id_of(dialogue, use);
          EXPECT_TRUE(ids.insert(id.number()).second);
          EXPECT_TRUE(own.owns(id));
          EXPECT_EQ(own.dialogue_of(id), dialogue);
          EXPECT_TRUE(own.names_use(id, use));
        }
      }
    }
  }
}

}  // namespace
}  // namespace rung
