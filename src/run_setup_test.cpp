#include "run_setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rung {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Made {
  RunSetup setup;
  std::vector<std::string> errors;
};

std::unique_ptr<Made> set_up(std::vector<const char*> words) {
  words.insert(words.begin(), {"rung", "run"});
  Options options;
  auto made = std::make_unique<Made>();
  made->errors = parse_options(static_cast<int>(words.size()), words.data(), options);
  if (made->errors.empty()) made->errors = set_up_run(options, 1, made->setup);
  return made;
}

TEST(RunSetup, ues_register_first_where_a_ladder_of_the_mix_begins_with_registered_ones) {
  const auto made = set_up({"--mix", "message_only=1, mo_sms=1", "--ues", "500"});
  ASSERT_THAT(made->errors, IsEmpty());
  EXPECT_EQ(made->setup.crew.register_ladder, "register");
  EXPECT_EQ(made->setup.phases.ues_to_register, 500u);
}

TEST(RunSetup, a_mix_of_ladders_with_unregistered_ues_only_registers_nobody_first) {
  for (const char* mix : {"message_only=1", "register=1", "register_digest=1"}) {
    const auto made = set_up({"--mix", mix, "--ues", "500"});
    ASSERT_THAT(made->errors, IsEmpty()) << mix;
    EXPECT_EQ(made->setup.crew.register_ladder, "") << mix;
    EXPECT_EQ(made->setup.phases.ues_to_register, 0u) << mix;
  }
}

TEST(RunSetup, every_error_is_told_at_once) {
  const auto made = set_up({"--mix", "mo_smss=1", "--target", "sip:127.0.0.1:notaport",
                            "--ue-addresses", "127.64.0.0/99", "--ladder", "/nowhere.ladder"});
  EXPECT_THAT(made->errors, ::testing::UnorderedElementsAre(
                                HasSubstr("--ladder: cannot read '/nowhere.ladder'"),
                                HasSubstr("--mix: no ladder is called 'mo_smss'"),
                                HasSubstr("--target: "), HasSubstr("--ue-addresses: ")));
}

TEST(RunSetup, options_of_the_embedded_gateway_are_checked_with_the_others) {
  const auto made = set_up({"--rate", "10", "--sc-result", "error:300", "--fault", "no_such"});
  EXPECT_THAT(made->errors,
              ::testing::UnorderedElementsAre(HasSubstr("--sc-result: "), HasSubstr("--fault: ")));
  EXPECT_THAT(set_up({"--target", "127.0.0.1:5060", "--fault", "no_such"})->errors, IsEmpty());
}

TEST(RunSetup, a_ladder_that_needs_a_service_centre_wants_the_users_word_for_a_foreign_one) {
  EXPECT_THAT(set_up({"--mix", "mo_sc_busy=1"})->errors, IsEmpty());
  EXPECT_THAT(set_up({"--mix", "mo_sc_busy=1", "--target", "127.0.0.1:5060"})->errors,
              ::testing::ElementsAre(HasSubstr("only you can know")));
  EXPECT_THAT(set_up({"--mix", "mo_sc_busy=1", "--target", "127.0.0.1:5060", "--sc-result",
                      "sc_congestion:C0"})
                  ->errors,
              IsEmpty());
}

TEST(RunSetup, the_exporters_address_needs_a_port) {
  for (const char* address : {"nonsense", "127.0.0.1", ":9464", "127.0.0.1:99999", "[::1]"}) {
    EXPECT_THAT(set_up({"--metrics", address})->errors,
                ::testing::ElementsAre(HasSubstr("--metrics: '" + std::string(address) +
                                                 "' is not accepted, expected ADDRESS:PORT")))
        << address;
  }
  for (const char* address : {"127.0.0.1:9464", "0.0.0.0:0", "[::1]:9464"}) {
    EXPECT_THAT(set_up({"--metrics", address})->errors, IsEmpty()) << address;
  }
}

}  // namespace
}  // namespace rung
