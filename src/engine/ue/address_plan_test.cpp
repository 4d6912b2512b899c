#include "engine/ue/address_plan.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

TEST(AddressPlan, takes_all_hosts_before_a_further_port) {
  const AddressPlan plan{Endpoint::ipv4(0x7f400001, 5060), 100, 3, false};

  EXPECT_EQ(plan.of(0), Endpoint::ipv4(0x7f400001, 5060));
  EXPECT_EQ(plan.of(99), Endpoint::ipv4(0x7f400064, 5060));
  EXPECT_EQ(plan.of(100), Endpoint::ipv4(0x7f400001, 5061));
  EXPECT_EQ(plan.size(), 300U);
}

TEST(AddressPlan, every_address_leads_back_to_its_number) {
  const Endpoint bases[] = {Endpoint::ipv4(0x7f40fff0, 6000),
                            *parse_endpoint("[fd00::ffe0]:6000", 0),
                            *parse_endpoint("[fd00::ffff:fff0]:6000", 0)};
  for (const Endpoint& base : bases) {
    const AddressPlan plan{base, 77, 5, false};
    for (std::uint32_t n = 0; n < plan.size(); ++n) {
      std::uint32_t back = UINT32_MAX;
      ASSERT_TRUE(plan.number_of(plan.of(n), back));
      ASSERT_EQ(back, n);
    }
  }
}

TEST(AddressPlan, carries_within_the_low_half_of_ipv6) {
  const AddressPlan plan{*parse_endpoint("[2001:db8::ffff:fffe]:5060", 0), 70000, 1, false};

  EXPECT_EQ(to_string(plan.of(3)), "[2001:db8::1:0:1]:5060");
}

TEST(AddressPlan, knows_what_is_not_of_the_pool) {
  const AddressPlan plan{Endpoint::ipv4(0x7f400001, 5060), 10, 2, false};
  std::uint32_t number = 0;

  EXPECT_FALSE(plan.number_of(Endpoint::ipv4(0x7f40000b, 5060), number));
  EXPECT_FALSE(plan.number_of(Endpoint::ipv4(0x7f400000, 5060), number));
  EXPECT_FALSE(plan.number_of(Endpoint::ipv4(0x7f400001, 5062), number));
  EXPECT_FALSE(plan.number_of(Endpoint::ipv4(0x7f400001, 5059), number));
  EXPECT_FALSE(plan.number_of(*parse_endpoint("[::1]:5060", 0), number));
}

TEST(AddressPlan, a_shared_address_names_nobody) {
  const AddressPlan plan{Endpoint::ipv4(0x7f400001, 5060), 1, 1, true};
  std::uint32_t number = 0;

  EXPECT_EQ(plan.of(12345), plan.base);
  EXPECT_FALSE(plan.number_of(plan.base, number));
}

TEST(UeRange, workers_share_the_ues_evenly_and_leave_none_out) {
  for (const std::uint32_t ues : {2U, 7U, 100U, 1001U}) {
    for (std::uint32_t workers = 1; workers <= 9; ++workers) {
      std::uint32_t next = 0;
      for (std::uint32_t w = 0; w < workers; ++w) {
        const UeRange range = ues_of_worker(ues, workers, w);
        ASSERT_EQ(range.first, next);
        ASSERT_LE(range.count, ues / workers + 1);
        ASSERT_GE(range.count, ues / workers);
        next += range.count;
      }
      ASSERT_EQ(next, ues);
    }
  }
}

TEST(UesOfWorker, a_ue_names_its_worker) {
  for (const std::uint32_t ues : {2U, 7U, 31U, 1000U}) {
    for (std::uint32_t workers = 1; workers <= ues && workers <= 9; ++workers) {
      for (std::uint32_t w = 0; w < workers; ++w) {
        const UeRange range = ues_of_worker(ues, workers, w);
        for (std::uint32_t n = range.first; n < range.first + range.count; ++n) {
          ASSERT_EQ(worker_of_ue(ues, workers, n), w) << n << " of " << ues;
        }
      }
    }
  }
}

}  // namespace
}  // namespace rung
