#include "worker_plans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace rung {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Plans {
  std::vector<PlayConfig> workers;
  std::vector<std::string> errors;
};

Plans plans(std::vector<const char*> words) {
  words.insert(words.begin(), {"rung", "run"});
  Options options;
  Plans made;
  made.errors = parse_options(static_cast<int>(words.size()), words.data(), options);
  if (!made.errors.empty()) return made;
  const PoolSizes pools{
      .sessions = 10, .tombstones = 30, .foreign_texts = 20, .capture_octets = 1 << 20};
  made.workers = worker_plans(options, 7, pools, made.errors);
  return made;
}

TEST(WorkerPlans, ues_are_split_and_every_worker_has_a_port_of_its_own) {
  const Plans p = plans({"--workers=3", "--ues=10", "--ue-port=6000"});

  ASSERT_THAT(p.errors, IsEmpty());
  ASSERT_EQ(p.workers.size(), 3U);
  for (std::uint16_t w = 0; w < 3; ++w) {
    EXPECT_EQ(p.workers[w].worker, w);
    EXPECT_EQ(p.workers[w].addresses.base.port, 6000 + w);
    EXPECT_EQ(p.workers[w].sessions_max, 10U);
    EXPECT_EQ(p.workers[w].run_id, 7);
  }
  EXPECT_EQ(p.workers[0].ue_count, 4U);
  EXPECT_EQ(p.workers[1].ue_first, 4U);
  EXPECT_EQ(p.workers[2].ue_first + p.workers[2].ue_count, 10U);
  EXPECT_EQ(to_string(p.workers[2].addresses.of(7)), "127.64.0.8:6002");
}

TEST(WorkerPlans, few_addresses_get_further_ports_and_no_two_ues_share_an_endpoint) {
  const Plans p = plans({"--workers=2", "--ues=10", "--ue-addresses=10.0.0.1-10.0.0.4"});

  ASSERT_THAT(p.errors, IsEmpty());
  EXPECT_EQ(p.workers[0].addresses.ports_per_host, 3U);
  EXPECT_EQ(p.workers[1].addresses.base.port, 5063);
  std::vector<std::string> seen;
  for (const PlayConfig& play : p.workers) {
    for (std::uint32_t i = 0; i < play.ue_count; ++i) {
      seen.push_back(to_string(play.addresses.of(play.ue_first + i)));
    }
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
  EXPECT_EQ(seen.size(), 10U);
}

TEST(WorkerPlans, a_shared_address_is_one_endpoint_a_worker) {
  const Plans p =
      plans({"--workers=2", "--ues=100", "--ue-addresses=127.0.0.1", "--shared-address"});

  ASSERT_THAT(p.errors, IsEmpty());
  EXPECT_TRUE(p.workers[1].addresses.shared);
  EXPECT_EQ(to_string(p.workers[1].addresses.of(99)), "127.0.0.1:5061");
}

TEST(WorkerPlans, too_few_addresses_are_refused_with_the_numbers) {
  EXPECT_THAT(plans({"--ues=100000", "--ue-addresses=127.64.0.1"}).errors,
              ElementsAre(HasSubstr("--ue-addresses: '127.64.0.1' has 1 addresses, too few for "
                                    "100000 UEs with ports 5060..65535")));
}

TEST(WorkerPlans, a_worker_needs_two_ues) {
  EXPECT_THAT(plans({"--workers=4", "--ues=7"}).errors,
              ElementsAre("--ues: 7 for 4 workers, expected at least two a worker"));
}

TEST(WorkerPlans, all_numbers_have_the_same_length) {
  EXPECT_THAT(plans({"--ues=100", "--msisdn-base=99950"}).errors,
              ElementsAre(HasSubstr("--msisdn-base: 99950 and the 100 numbers behind it")));
  EXPECT_THAT(plans({"--ues=100", "--msisdn-base=999999999999999"}).errors,
              ElementsAre(HasSubstr("--msisdn-base: ")));
  const Plans p = plans({"--ues=100", "--msisdn-base=99800"});
  ASSERT_THAT(p.errors, IsEmpty());
  EXPECT_EQ(p.workers[0].msisdn_digits, 5U);
  EXPECT_EQ(p.workers[0].foreign_msisdn, 99900U);
}

TEST(WorkerPlans, a_wire_that_loses_or_repeats_makes_absence_prove_nothing) {
  EXPECT_FALSE(plans({"--transport=sim"}).workers[0].lossy);
  EXPECT_TRUE(plans({"--transport=sim", "--loss=0.01"}).workers[0].lossy);
  EXPECT_TRUE(plans({"--transport=sim", "--duplication=0.01"}).workers[0].lossy);
  EXPECT_TRUE(plans({"--lossy"}).workers[0].lossy);
}

TEST(WorkerPlans, the_gm_timers_are_those_of_ts_24_229) {
  const TimerConfig timers = plans({"--timers=gm"}).workers[0].timers;

  EXPECT_EQ(timers.t1, 2s);
  EXPECT_EQ(timers.t2, 16s);
  EXPECT_EQ(timers.t4, 17s);
}

}  // namespace
}  // namespace rung
