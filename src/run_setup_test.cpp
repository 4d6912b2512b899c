#include "run_setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

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

/// A ladder of the network alone, and one beside it that needs none.
class LinkedRunSetup : public ::testing::Test {
 protected:
  LinkedRunSetup() {
    std::ofstream(path_) << "ladder inquiry \"I\"\ns1 sc -> gw asked\n"
                            "message asked\ntcap.message fixed begin\n"
                            "map.context fixed shortMsgGateway\nmap.component fixed invoke\n"
                            "map.operation fixed sendRoutingInfoForSM\nmap.msisdn ours msisdn\n";
  }
  std::unique_ptr<Made> with(std::vector<const char*> words) {
    words.insert(words.begin(), {"--ladder", path_.c_str()});
    return set_up(std::move(words));
  }
  const std::string path_ = ::testing::TempDir() + "linked_run_setup_test.ladder";
};

TEST_F(LinkedRunSetup, the_embedded_gateway_gets_a_link_where_the_ladders_need_one) {
  const auto made = with({"--mix", "inquiry=1", "--rate=10"});

  ASSERT_THAT(made->errors, IsEmpty());
  ASSERT_EQ(made->setup.links.links.size(), 1u);
  EXPECT_TRUE(made->setup.workers.front().network.linked);
  EXPECT_GT(made->setup.workers.front().network.dialogues_max, 0u);
  EXPECT_EQ(made->setup.crew.register_ladder, "register") << "whom it is about is registered";
}

TEST_F(LinkedRunSetup, ladders_without_a_link_get_none_from_the_embedded_gateway) {
  const auto made =
      with({"--mix", "mo_sms=1", "--link.a.local=10.0.0.1", "--link.a.remote=10.0.0.2",
            "--link.a.point-code=1", "--link.a.peer-point-code=2"});

  ASSERT_THAT(made->errors, IsEmpty());
  EXPECT_TRUE(made->setup.links.links.empty());
  EXPECT_FALSE(made->setup.workers.front().network.linked);
}

TEST_F(LinkedRunSetup, a_mix_is_of_ladders_with_a_link_or_without) {
  EXPECT_THAT(with({"--mix", "inquiry=1, mo_sms=1"})->errors,
              ::testing::ElementsAre(HasSubstr("--mix: inquiry needs a link and mo_sms")));
}

TEST_F(LinkedRunSetup, of_a_foreign_target_the_user_says_which_links_it_has) {
  const char* const target = "--target=127.0.0.1:5060";
  EXPECT_THAT(with({"--mix", "inquiry=1", target})->errors,
              ::testing::ElementsAre(HasSubstr("--mix: ladder inquiry needs a link")));
  const auto made =
      with({"--mix", "mo_sms=1", target, "--link.a.local=10.0.0.1", "--link.a.role=sg",
            "--link.a.point-code=7", "--link.a.peer-point-code=8"});
  EXPECT_THAT(made->errors, IsEmpty()) << "a link that listens need not know its peer";
  EXPECT_TRUE(made->setup.workers.front().network.linked) << "the target asks, whatever is played";
  EXPECT_EQ(made->setup.workers.front().network.point_code, 7u);
}

TEST_F(LinkedRunSetup, a_link_to_the_embedded_gateway_says_where_that_is) {
  EXPECT_THAT(with({"--mix", "inquiry=1", "--link.a.local=10.0.0.1", "--link.a.role=sg",
                    "--link.a.point-code=1", "--link.a.peer-point-code=2"})
                  ->errors,
              ::testing::Contains(HasSubstr("link.a.remote: '' is not accepted")));
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
