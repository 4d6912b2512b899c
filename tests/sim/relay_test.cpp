// Requests of ours that a proxy passes on to another UE of ours: whose is whose.

#include <gtest/gtest.h>

#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

using scripted::header;

/// The requirement, any that binds the gateway, stands for "the body is that session's".
/// `rewrites`: a core that gives requests Call-IDs of its own.
std::string page_ladder(bool rewrites) {
  return fmt::format(R"(
ladder page "Message from one UE to another through a proxy"
s1  ue -> gw   page
s2  gw -> ue2  relayed   after s1  within timer_f
s3  ue2 -> gw  ok        after s2
s4  gw -> ue   accepted  after s1  within timer_f
message page like submit
  sip.request_uri  ours  peer_impu
  sip.to           ours  peer_impu
message relayed
  sip.method       fixed   MESSAGE
  sip.call_id      {}
  rp.mti           fixed   RP-DATA
  rp.mr            copied  s1.rp.mr         [24.011-8.2.3-a]
  rp.user_data     copied  s1.rp.user_data  [24.011-8.2.3-a]
)",
                     rewrites ? "differs s1.sip.call_id" : "copied s1.sip.call_id");
}

/// Two pages to the same recipient in flight at once.
struct TwoPages {
  SimRig rig;
  std::vector<std::string> requests;
  std::uint32_t recipient = 0;

  explicit TwoPages(bool rewrites) : rig(options(rewrites)) {
    rig.pretend_registered();
    for (int tries = 0; tries < 64 && requests.size() < 2; ++tries) {
      EXPECT_EQ(rig.start("page"), StartResult::started);
      const std::string request = rig.sent().at(0);
      const std::uint32_t to = scripted::ue_of(request, "To");
      if (requests.empty()) recipient = to;
      if (to == recipient) requests.push_back(request);
    }
    EXPECT_EQ(requests.size(), 2U);
  }
  static RigOptions options(bool rewrites) {
    RigOptions options;
    options.ladders = {"page"};
    options.own_ladders = page_ladder(rewrites);
    options.ues = 2;
    options.play.sessions_per_ue_max = 64;
    options.wire = {.delay_min = 0ms, .delay_max = 0ms};
    options.scripted = true;
    return options;
  }
  /// Passed on with a branch of the proxy's, and `call_id` where the core has one of its own.
  void relay(std::size_t which, std::string_view call_id = {}) {
    std::string text = requests.at(which);
    const std::size_t via = text.find("Via: ");
    text.insert(via,
                fmt::format("Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKrelay{}\r\n", which));
    if (!call_id.empty()) {
      const std::string own = "Call-ID: " + header(text, "Call-ID");
      text.replace(text.find(own), own.size(), fmt::format("Call-ID: {}", call_id));
    }
    rig.send(recipient, text);
    rig.wait(1ms);
    const std::uint32_t sender = 1 - recipient;
    rig.send(sender, scripted::response(requests[which], "202 Accepted"));
    rig.wait(1ms);
  }
};

TEST(Relay, two_in_flight_for_one_ue_are_told_apart_by_call_id_whatever_their_order) {
  TwoPages pages(false);

  pages.relay(1);
  pages.relay(0);

  EXPECT_EQ(pages.rig.ended("page", Outcome::passed), 2U);
  EXPECT_EQ(pages.rig.ids(Verdict::pass).at("24.011-8.2.3-a"), 4U);
  EXPECT_TRUE(pages.rig.ids(Verdict::fail).empty()) << pages.rig.findings_text();
}

TEST(Relay, where_the_core_rewrites_call_ids_the_token_tells_them_apart) {
  TwoPages pages(true);

  pages.relay(1, "core-1");
  pages.relay(0, "core-0");

  EXPECT_EQ(pages.rig.ended("page", Outcome::passed), 2U);
  EXPECT_EQ(pages.rig.ids(Verdict::pass).at("24.011-8.2.3-a"), 4U);
  EXPECT_TRUE(pages.rig.ids(Verdict::fail).empty()) << pages.rig.findings_text();
}

TEST(Relay, a_spoilt_text_leaves_the_rp_mr_to_tell_whose_it_is) {
  TwoPages pages(true);
  std::string& second = pages.requests[1];
  second[second.size() - 45] ^= 0x11;  // an octet of the token: 60 septets are 53 octets

  pages.relay(1, "core-1");

  // The second session has it, and finds its text changed; the first still waits.
  EXPECT_EQ(pages.rig.ended("page", Outcome::failed), 1U);
  EXPECT_EQ(pages.rig.ids(Verdict::fail).at("24.011-8.2.3-a"), 1U);
  EXPECT_EQ(pages.rig.ids(Verdict::pass).at("24.011-8.2.3-a"), 1U);
}

}  // namespace
}  // namespace rung
