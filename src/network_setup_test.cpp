#include "network_setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rung {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Options parse(std::vector<const char*> words) {
  words.insert(words.begin(), {"rung", "run"});
  Options options;
  EXPECT_THAT(parse_options(static_cast<int>(words.size()), words.data(), options), IsEmpty());
  return options;
}

/// With one link to the embedded gateway, unless the words have some.
struct Network {
  explicit Network(std::vector<const char*> words) : options(parse(std::move(words))) {
    if (options.links.empty()) options.links.push_back(embedded_link(options));
    const auto plans = plan_links(options.links);
    EXPECT_TRUE(plans.ok());
    played = played_network(options, *plans, errors);
    const std::vector<LinkSettings> ends = other_ends(options.links);  // lend the plans their names
    const auto other = plan_links(ends);
    EXPECT_TRUE(other.ok());
    std::vector<std::string> same;
    gateway = gateway_network(options, *other, same);
  }
  Options options;
  NetworkConfig played;
  gateway::NetworkConfig gateway;
  std::vector<std::string> errors;
};

TEST(NetworkSetup, both_ends_know_the_same_numbers_and_each_the_other_s_point_code) {
  const Network n({"--gw-number=491700001", "--hss-number=491700002", "--msc-number=491700003",
                   "--imsi-base=262420000000000"});

  EXPECT_THAT(n.errors, IsEmpty());
  EXPECT_TRUE(n.played.linked);
  EXPECT_EQ(n.played.gateway, "491700001");
  EXPECT_EQ(n.gateway.number, "491700001");
  EXPECT_EQ(n.played.hss, n.gateway.hss_number);
  EXPECT_EQ(n.played.msc, "491700003");
  EXPECT_EQ(n.played.imsi_base, 262420000000000U);
  EXPECT_EQ(n.played.point_code, n.gateway.relay_point_code);
  EXPECT_EQ(n.played.gateway_point_code, n.gateway.point_code);
  EXPECT_NE(n.played.point_code, n.gateway.point_code);
}

TEST(NetworkSetup, correlation_ids_are_no_imsi_of_a_ue) {
  const Network n({"--imsi-base=262420000000000"});

  EXPECT_EQ(n.gateway.correlation_prefix, "26242") << "a 9 follows";
  EXPECT_EQ(n.played.home_plmn, "26242");
  const Network three({"--imsi-base=310419000000000", "--mnc-digits=3"});
  EXPECT_THAT(three.errors, IsEmpty());
  EXPECT_EQ(three.gateway.correlation_prefix, "310419") << "a 9 follows";
  EXPECT_EQ(three.played.home_plmn, "310419");
}

TEST(NetworkSetup, numbers_and_imsis_are_checked) {
  EXPECT_THAT(Network({"--gw-number=+49170"}).errors,
              ElementsAre("--gw-number: '+49170' is not accepted, expected an E.164 number of 1 to "
                          "15 digits"));
  EXPECT_THAT(Network({"--msisdn-base=12125550000", "--ues=20"}).errors,
              ElementsAre("--sc-address: 12125550000 is a UE's, expected a number outside "
                          "12125550000..12125550020",
                          "--gw-number: 12125550010 is a UE's, expected a number outside "
                          "12125550000..12125550020",
                          "--hss-number: 12125550020 is a UE's, expected a number outside "
                          "12125550000..12125550020"));
  for (const char* imsi : {"--imsi-base=26242", "--imsi-base=26242000000000x",
                           "--imsi-base=262429000000000", "--imsi-base=262420999999999"}) {
    EXPECT_THAT(Network({imsi}).errors, ElementsAre(HasSubstr("--imsi-base: "))) << imsi;
  }
}

TEST(NetworkSetup, links_to_one_gateway_have_the_same_point_codes) {
  const Network n({"--link.a.local=10.0.0.1", "--link.a.remote=10.0.0.2", "--link.a.point-code=1",
                   "--link.a.peer-point-code=2", "--link.b.local=10.0.0.3",
                   "--link.b.remote=10.0.0.2", "--link.b.point-code=1",
                   "--link.b.peer-point-code=3"});

  EXPECT_THAT(n.errors, ElementsAre(HasSubstr("link.a and link.b: point-code")));
}

TEST(NetworkSetup, the_other_end_answers_where_this_one_asks) {
  const Options options = parse({"--link.a.role=ipsp-server", "--link.a.local=10.0.0.1",
                                 "--link.a.remote=10.0.0.2:5000", "--link.a.local-port=2906",
                                 "--link.a.point-code=1", "--link.a.peer-point-code=2"});

  const LinkSettings other = other_end(options.links[0]);

  EXPECT_EQ(other.role, "ipsp-client");
  EXPECT_EQ(other.setup, "connect");
  EXPECT_EQ(other.local, "10.0.0.2:5000");
  EXPECT_EQ(other.remote, "10.0.0.1");
  EXPECT_EQ(other.remote_port, 2906U);
  EXPECT_EQ(other.point_code, 2U);
  EXPECT_EQ(other_end(other).role, "ipsp-server");
  EXPECT_EQ(other_end(other).setup, "listen");
}

TEST(NetworkSetup, flags_of_a_link_read_back_as_the_link) {
  const Options options = parse({});
  const LinkSettings link = embedded_link(options, 3);

  std::vector<const char*> words;
  const std::vector<std::string> flags = link_flags(link);
  for (const std::string& flag : flags) words.push_back(flag.c_str());
  const Options again = parse(words);

  ASSERT_EQ(again.links.size(), 1U);
  EXPECT_EQ(link_flags(again.links[0]), flags);
  EXPECT_EQ(again.links[0].name, "gw3");
  EXPECT_EQ(again.links[0].peer_point_code, 5U);
  EXPECT_THAT(again.links[0].remote, HasSubstr(":9902"));
}

}  // namespace
}  // namespace rung
