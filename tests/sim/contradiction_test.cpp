// Reports whose RP-MR and In-Reply-To name different sessions of one UE.

#include <gtest/gtest.h>

#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

RigOptions one_ue() {
  RigOptions options;
  options.ladders = {"mo_sms"};
  options.ues = 1;
  options.wire = {.delay_min = 0ms, .delay_max = 0ms};
  options.scripted = true;
  return options;
}

/// Two sessions of one UE that wait for their reports.
struct TwoSubmits {
  SimRig rig;
  std::vector<std::string> submits;

  TwoSubmits() : rig(one_ue()) {
    rig.pretend_registered();
    for (int i = 0; i < 2; ++i) EXPECT_EQ(rig.start("mo_sms"), StartResult::started);
    submits = rig.sent();
    EXPECT_EQ(submits.size(), 2U);
    for (const std::string& submit : submits) {
      rig.send(0, scripted::response(submit, "202 Accepted"));
    }
    rig.wait(1ms);
  }
  void report(std::size_t on, char rp_mr) {
    scripted::Message message;
    message.call_id = fmt::format("gw-call-{}", on);
    message.branch = fmt::format("z9hG4bKgw{}", on);
    message.in_reply_to = scripted::header(submits[on], "Call-ID");
    message.user = "+12125550000000";
    message.address = "127.64.0.1:5060";
    message.rpdu = scripted::rp_ack(rp_mr);
    rig.send(0, message.text());
    rig.wait(1ms);
  }
  [[nodiscard]] std::vector<std::string> red() const {
    std::vector<std::string> ids;
    for (const auto& [id, count] : rig.ids(Verdict::fail)) ids.push_back(id);
    return ids;
  }
  [[nodiscard]] char rp_mr(std::size_t of) const { return scripted::body(submits[of])[1]; }
};

TEST(Contradiction, a_report_with_the_rp_mr_of_another_session_does_not_swallow_that_ones) {
  TwoSubmits c;
  c.report(0, c.rp_mr(1));
  c.report(1, c.rp_mr(1));
  c.rig.wait(60s);

  EXPECT_TRUE(c.red().empty()) << c.rig.findings_text();
  EXPECT_EQ(c.rig.ended("mo_sms", Outcome::passed), 2U);
}

TEST(Contradiction, a_report_with_the_rp_mr_of_nobody_has_a_wrong_rp_mr) {
  TwoSubmits c;
  c.report(0, static_cast<char>(c.rp_mr(1) + 77));
  c.report(1, c.rp_mr(1));
  c.rig.wait(60s);

  EXPECT_EQ(c.red(), std::vector<std::string>{"24.011-8.2.3-a"}) << c.rig.findings_text();
}

}  // namespace
}  // namespace rung
