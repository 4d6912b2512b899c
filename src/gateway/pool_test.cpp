// The gateway's containers: Pool, IndexTable, PhoneKey, message identifiers, server transactions.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "engine/base/prng.hpp"
#include "gateway/hash.hpp"
#include "gateway/index_table.hpp"
#include "gateway/message_id.hpp"
#include "gateway/phone_key.hpp"
#include "gateway/pool.hpp"
#include "gateway/server_transactions.hpp"

namespace rung::gateway {
namespace {

TEST(pool, hands_out_each_record_once_and_fresh) {
  Pool<std::uint64_t> pool(3);
  const std::uint32_t a = pool.take();
  pool[a] = 42;
  const std::uint32_t b = pool.take();
  EXPECT_NE(a, b);
  pool.give(a);
  const std::uint32_t again = pool.take();
  EXPECT_EQ(again, a);
  EXPECT_EQ(pool[again], 0U);
  EXPECT_NE(pool.take(), kNone);
  EXPECT_EQ(pool.take(), kNone);
  EXPECT_EQ(pool.used(), 3U);
}

TEST(index_table, agrees_with_a_map_through_random_insertions_and_removals) {
  constexpr std::uint32_t kEntries = 500;
  IndexTable table(kEntries);
  std::map<std::uint32_t, std::uint64_t> model;  // index to hash
  Prng random(7);
  // Few distinct tags, so that clusters form and wrap round the end.
  const auto hash_of = [](std::uint32_t index) { return std::uint64_t{index % 97} << 32 | index; };
  for (int step = 0; step < 200'000; ++step) {
    const auto index = static_cast<std::uint32_t>(random.below(kEntries));
    const std::uint64_t hash = hash_of(index);
    const auto is_it = [&](std::uint32_t i) { return i == index; };
    ASSERT_EQ(table.find(hash, is_it) != kNone, model.contains(index));
    if (model.contains(index)) {
      table.erase(hash, index);
      model.erase(index);
    } else {
      table.insert(hash, index);
      model[index] = hash;
    }
  }
  for (const auto& [index, hash] : model) {
    EXPECT_EQ(table.find(hash, [&, i = index](std::uint32_t at) { return at == i; }), index);
  }
}

TEST(phone_key, is_one_for_all_spellings_of_a_number_and_keeps_leading_zeros_apart) {
  EXPECT_EQ(phone_key("+12125551111"), phone_key("1-212-555-1111"));
  EXPECT_FALSE(phone_key("0123") == phone_key("123"));
  EXPECT_FALSE(phone_key("").valid());
  EXPECT_FALSE(phone_key("+").valid());
  EXPECT_FALSE(phone_key("12a").valid());
  EXPECT_FALSE(phone_key("1+2").valid());
  EXPECT_TRUE(phone_key("123456789012345").valid());
  EXPECT_FALSE(phone_key("1234567890123456").valid());
  char digits[kPhoneDigitsMax];
  EXPECT_EQ(std::string(digits, phone_digits(phone_key("+0012125"), digits)), "0012125");
}

TEST(message_id, is_read_back_and_foreign_ones_are_refused) {
  std::uint8_t room[128];
  Writer branch(room);
  put_branch(branch, make_id(5, 77), 0xabcd);
  std::uint64_t id = 0;
  ASSERT_TRUE(read_branch(as_text(branch.written()), 0xabcd, id));
  EXPECT_EQ(id_index(id), 77U);
  EXPECT_FALSE(read_branch(as_text(branch.written()), 0xabce, id));
  EXPECT_FALSE(read_branch("z9hG4bK", 0xabcd, id));

  Writer text(room);
  put_call_id(text, {make_id(9, 3), 12}, 0xabcd, "gw");
  CallId call;
  ASSERT_TRUE(read_call_id(as_text(text.written()), 0xabcd, call));
  EXPECT_EQ(call.id, make_id(9, 3));
  EXPECT_EQ(call.stored, 12U);
  const std::string whole(as_text(text.written()));
  for (std::size_t size = 0; size < whole.size() - 3; ++size) {
    EXPECT_FALSE(read_call_id(std::string_view(whole).substr(0, size), 0xabcd, call)) << size;
  }
}

TEST(server_transactions, ring_survives_many_rounds) {
  GatewayCounters counters;
  ServerTransactions transactions(10, 32s, counters);
  Time now{};
  for (std::uint64_t key = 1; key < 200; ++key) {
    now += 4s;
    transactions.expire(now);
    ASSERT_NE(transactions.add(mix(key, 1), now), kNone);
    EXPECT_NE(transactions.find(mix(key, 1)), kNone);
    if (key <= 9) continue;
    EXPECT_EQ(transactions.find(mix(key - 9, 1)), kNone);
    EXPECT_NE(transactions.find(mix(key - 8, 1)), kNone);
  }
  EXPECT_EQ(counters.full_absorbed, 0U);
}

}  // namespace
}  // namespace rung::gateway
