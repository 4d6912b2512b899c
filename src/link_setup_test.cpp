#include "link_setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/net/clock.hpp"
#include "engine/net/own_network.hpp"

namespace rung {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Parsed {
  Options options;
  std::vector<std::string> errors;
};

Parsed parse(std::vector<std::string> words) {
  words.insert(words.begin(), {"rung", "links"});
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  Parsed p;
  p.errors = parse_options(static_cast<int>(argv.size()), argv.data(), p.options);
  return p;
}

Parsed with_profile(const std::string& text, std::vector<std::string> words = {}) {
  const std::string path = ::testing::TempDir() + "link_setup_test.ini";
  std::ofstream(path) << text;
  words.push_back("--config=" + path);
  return parse(words);
}

/// The two ends of one link.
constexpr const char* kTwoEnds = R"(
duration = 5s
[link.hlr]
role = asp
local = 127.0.0.1:9901
remote = 127.0.0.1:9902
point-code = 1
peer-point-code = 2
routing-context = 100
[link.stp]
role = sg
local = 127.0.0.1:9902
remote = 127.0.0.1:9901
point-code = 2
peer-point-code = 1
routing-context = 100
streams = 9
)";

TEST(LinkSettings, a_section_is_a_link_and_each_key_a_flag_that_wins) {
  const Parsed p =
      with_profile(kTwoEnds, {"--link.stp.streams=5", "--link.msc.local=127.0.0.3",
                              "--link.msc.point-code=3", "--link.msc.peer-point-code=4"});
  ASSERT_THAT(p.errors, IsEmpty());
  ASSERT_THAT(p.options.links, SizeIs(3));
  EXPECT_EQ(p.options.duration, 5s);
  const auto named = [&](std::string_view name) {
    for (const LinkSettings& link : p.options.links) {
      if (link.name == name) return link;
    }
    return LinkSettings{};
  };
  EXPECT_EQ(named("hlr").role, "asp");
  EXPECT_EQ(named("hlr").remote, "127.0.0.1:9902");
  EXPECT_EQ(named("hlr").streams, 17U) << "its default";
  EXPECT_EQ(named("stp").streams, 5U);
  EXPECT_EQ(named("msc").point_code, 3U);
  EXPECT_EQ(named("msc").routing_context, "none");
  EXPECT_THAT(p.options.settings,
              ::testing::Contains(std::pair<std::string, std::string>("link.stp.streams", "5")));
}

TEST(LinkSettings, errors_name_the_link_the_value_and_what_was_expected) {
  const Parsed p = with_profile(R"(
[link.a]
rol = asp
role = server
mode = broadcast
point-code = 16384
[link.B]
role = asp
)",
                                {"--link.a.streams", "--link.role=asp"});
  EXPECT_THAT(
      p.errors,
      ::testing::UnorderedElementsAre(
          HasSubstr("unknown option 'link.a.rol', did you mean 'link.a.role'?"),
          HasSubstr("link.a.role: 'server' is not accepted, expected one of asp|sg|"),
          HasSubstr("link.a.mode: 'broadcast' is not accepted, expected one of loadshare|override"),
          HasSubstr("link.a.point-code: '16384' is not accepted, expected a whole number in "
                    "0..16383"),
          HasSubstr("link.a.peer-point-code: '' is not accepted"),
          HasSubstr("unknown option 'link.B.role', expected link.NAME.KEY"),
          HasSubstr("--link.a.streams: no value, expected --link.a.streams=VALUE"),
          HasSubstr("unknown option 'link.role', expected link.NAME.KEY")));
}

TEST(LinkPlan, settings_become_what_the_engine_takes) {
  const Parsed p = with_profile(
      kTwoEnds, {"--link.hlr.network-indicator=international", "--link.hlr.asp-identifier=7",
                 "--link.hlr.mode=override", "--link.hlr.back-off-max=5s"});
  const auto plans = plan_links(p.options.links);
  ASSERT_TRUE(plans.ok()) << plans.error().front();
  ASSERT_THAT(plans->links, SizeIs(2));
  const m3ua::LinkOptions& hlr = plans->links[0].options;
  EXPECT_EQ(hlr.name, "hlr");
  EXPECT_EQ(hlr.opc, 1U);
  EXPECT_EQ(hlr.dpc, 2U);
  EXPECT_EQ(hlr.ni, 0);
  EXPECT_EQ(hlr.asp.role, m3ua::Role::asp);
  EXPECT_EQ(hlr.asp.routing_context, 100U);
  EXPECT_EQ(hlr.asp.asp_identifier, 7U);
  EXPECT_EQ(hlr.asp.network_appearance, std::nullopt);
  EXPECT_EQ(hlr.asp.traffic_mode, m3ua::TrafficMode::override_);
  EXPECT_FALSE(hlr.sctp.listen);
  EXPECT_EQ(hlr.sctp.back_off_max, 5s);
  EXPECT_EQ(hlr.sctp.remote, Endpoint::ipv4(0x7f000001, 9902));
  EXPECT_TRUE(plans->links[1].options.sctp.listen) << "an SG";
  EXPECT_EQ(plans->links[1].options.sctp.streams, 9);
  EXPECT_EQ(plans->links[1].options.sctp.carrier, 1U);
  EXPECT_EQ(plans->carriers[1].local, Endpoint::ipv4(0x7f000001, 9902));
}

TEST(LinkPlan, links_that_cannot_be_are_refused_all_at_once) {
  const auto errors_of = [](const std::vector<std::string>& words) {
    const Parsed p = with_profile(kTwoEnds, words);
    EXPECT_THAT(p.errors, IsEmpty());
    const auto plans = plan_links(p.options.links);
    return plans.ok() ? std::vector<std::string>{} : plans.error();
  };
  EXPECT_THAT(errors_of({"--link.hlr.routing-context=many", "--link.hlr.local=nowhere",
                         "--link.stp.over=ip", "--link.stp.back-off-min=1min"}),
              ElementsAre(HasSubstr("link.hlr.local: 'nowhere' is not accepted, expected ADDRESS"),
                          HasSubstr("link.hlr.routing-context: 'many'"),
                          HasSubstr("link.stp.local: '127.0.0.1:9902' is not accepted, expected "
                                    "ADDRESS"),
                          HasSubstr("link.stp.remote: '127.0.0.1:9901'"),
                          HasSubstr("link.stp.back-off-min: '1min' is not accepted, expected at "
                                    "most back-off-max, 30s")));
  EXPECT_THAT(errors_of({"--link.hlr.peer-point-code=1"}),
              ElementsAre(HasSubstr("expected another than point-code")));
  const std::vector<std::string> twin{"--link.twin.local=127.0.0.1:9901",
                                      "--link.twin.remote=127.0.0.1:9902",
                                      "--link.twin.point-code=3",
                                      "--link.twin.peer-point-code=2",
                                      "--link.twin.as=x",
                                      "--link.hlr.as=x"};
  EXPECT_THAT(errors_of(twin),
              ::testing::UnorderedElementsAre(HasSubstr("same local, local-port and remote"),
                                              HasSubstr("they share the AS 'x', expected the same "
                                                        "role, mode and routing-context")));
}

TEST(LinkWire, the_two_ends_of_a_profile_become_active_over_real_sockets) {
  in_a_network_of_its_own("ip link set lo up", [] {
    const Parsed p = with_profile(kTwoEnds);
    const auto plans = plan_links(p.options.links);
    if (!p.errors.empty() || !plans.ok()) return 2;
    NullTap tap;
    const std::vector<Tap*> taps(plans->carriers.size(), &tap);
    const Time begin = MonotonicClock::read();
    auto wire = LinkWire::open(*plans, taps, begin);
    if (!wire.ok()) return 3;
    while ((*wire)->active() != 2 && MonotonicClock::read() - begin < 20s) {
      (*wire)->transport().rx_burst(MonotonicClock::read());
      (*wire)->transport().wait(MonotonicClock::read() + 1ms);
    }
    return (*wire)->active() == 2 ? 0 : 4;
  });
}

}  // namespace
}  // namespace rung
