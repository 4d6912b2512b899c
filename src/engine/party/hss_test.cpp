#include "engine/party/hss.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rung {
namespace {

using Diagnostic = map::AbsentSubscriberDiagnosticSm;
using Kind = Hss::Routing::Kind;
using Sent = map::SmDeliveryOutcome;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr UeIndex kUe{3};
constexpr GatewayIndex kGateway{0};
constexpr GatewayIndex kOther{1};
constexpr CentreIndex kCentre{0};

HssPolicy addresses() {
  HssPolicy policy;
  policy.routing = HssPolicy::Routing::addresses;
  return policy;
}

std::vector<ServingNode> nodes(const Hss::Routing& routing) {
  std::vector<ServingNode> found;
  for (const Hss::Number& number : routing.numbers) found.push_back(number.node);
  return found;
}
std::vector<ServingNode> given_as(const Hss::Routing& routing) {
  std::vector<ServingNode> found;
  for (const Hss::Number& number : routing.numbers) found.push_back(number.given_as);
  return found;
}
std::vector<std::uint32_t> alerted(const Hss::Change& change) {
  std::vector<std::uint32_t> found;
  for (const CentreIndex centre : change.alerted) found.push_back(centre.value);
  return found;
}

Hss::Inquiry from_gmsc() { return {.centre = kCentre, .gprs_support = true}; }
Hss::Inquiry from_gateway() {
  Hss::Inquiry inquiry = from_gmsc();
  inquiry.from_gateway = true;
  return inquiry;
}
void report_absent(Hss& hss, CentreIndex centre, ServingNode node, Diagnostic diagnostic) {
  const Hss::Outcome outcome{node, Sent::absent_subscriber, diagnostic};
  const Hss::ReportAnswer answer = hss.report(kUe, centre, {&outcome, 1}, true);
  ASSERT_FALSE(answer.error);
}

TEST(HssRow, costs_at_most_16_octets_a_subscriber) { EXPECT_LE(Hss(1000, {}).octets(), 16000U); }

TEST(HssRegistration, tells_the_presence_server_of_each_change_once) {
  Hss hss(10, {});
  EXPECT_EQ(hss.activate(kUe, kGateway).connected, true);
  EXPECT_EQ(hss.gateway(kUe), kGateway);
  EXPECT_FALSE(hss.activate(kUe, kGateway).connected) << "a re-registration changes no flag";
  EXPECT_EQ(hss.deactivate(kUe, kGateway).connected, false);
  EXPECT_FALSE(hss.deactivate(kUe, kGateway).connected);
  EXPECT_FALSE(hss.gateway(kUe).valid());
}

TEST(HssRegistration, is_not_taken_back_by_another_gateway) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  EXPECT_FALSE(hss.deactivate(kUe, kOther).connected);
  EXPECT_TRUE(hss.connected(kUe));
}

TEST(HssRegistration, touches_no_other_subscriber) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  EXPECT_FALSE(hss.connected(UeIndex(2)));
  EXPECT_FALSE(hss.connected(UeIndex(4)));
}

TEST(HssRegistration, keeps_a_preconfigured_gateway_beyond_its_end) {
  HssPolicy policy;
  policy.gateway_preconfigured = true;
  Hss hss(10, policy);
  EXPECT_EQ(hss.route(kUe, from_gmsc()).kind, Kind::relay) << "though nobody registered";
  hss.activate(kUe, kGateway);
  hss.deactivate(kUe, kGateway);
  EXPECT_FALSE(hss.connected(kUe));
  EXPECT_EQ(hss.gateway(kUe), kGateway);
  hss.activate(kUe, kOther);
  hss.deactivate(kUe, kOther);
  EXPECT_EQ(hss.gateway(kUe), kGateway) << "the configured one";
}

TEST(HssRelay, sends_an_inquiry_on_to_the_gateway_and_its_own_one_never) {
  Hss hss(10, {});
  EXPECT_EQ(hss.route(kUe, from_gmsc()).kind, Kind::numbers) << "nobody to relay to";
  hss.activate(kUe, kGateway);
  EXPECT_EQ(hss.route(kUe, from_gmsc()).kind, Kind::relay);
  const Hss::Routing own = hss.route(kUe, from_gateway());
  EXPECT_EQ(own.kind, Kind::numbers);
  EXPECT_THAT(nodes(own), ElementsAre(ServingNode::msc, ServingNode::sgsn));
}

TEST(HssRelay, leaves_device_triggers_and_correlation_ids_out) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  Hss::Inquiry trigger = from_gmsc();
  trigger.t4_trigger = true;
  EXPECT_EQ(hss.route(kUe, trigger).kind, Kind::numbers);
  Hss::Inquiry correlated = from_gmsc();
  correlated.has_correlation_id = true;
  EXPECT_THAT(nodes(hss.route(kUe, correlated)), ElementsAre(ServingNode::gateway));
}

TEST(HssRelay, answers_the_gateway_with_one_number_where_it_can_take_one) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  Hss::Inquiry inquiry = from_gateway();
  inquiry.gprs_support = false;
  EXPECT_THAT(nodes(hss.route(kUe, inquiry)), ElementsAre(ServingNode::msc));
  hss.set_attached(kUe, ServingNode::msc, false);
  EXPECT_THAT(nodes(hss.route(kUe, inquiry)), ElementsAre(ServingNode::sgsn));
}

TEST(HssRelay, gives_the_gateway_the_imsi_of_a_subscriber_that_only_ip_reaches) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  hss.set_attached(kUe, ServingNode::msc, false);
  hss.set_attached(kUe, ServingNode::sgsn, false);
  const Hss::Routing routing = hss.route(kUe, from_gateway());
  EXPECT_EQ(routing.kind, Kind::absent);
  EXPECT_TRUE(routing.with_imsi);
  ASSERT_EQ(routing.absences.size(), 2U);
  EXPECT_EQ(routing.absences[0].diagnostic, Diagnostic::deregistered_non_gprs);
  EXPECT_EQ(routing.absences[1].diagnostic, Diagnostic::deregistered_gprs);
  EXPECT_FALSE(hss.waits(kUe, kCentre)) << "it may yet be delivered";
}

// TR 23.804 8.4 step 3: what is returned by what the SMS-GMSC says it can take.
struct Capability {
  bool gprs, ip;
  std::vector<ServingNode> nodes, given_as;
};
class HssAddresses : public testing::TestWithParam<Capability> {};

TEST_P(HssAddresses, are_as_many_as_the_gmsc_takes_and_the_gateway_stands_in_for_a_node) {
  Hss hss(10, addresses());
  hss.activate(kUe, kGateway);
  const Capability& capability = GetParam();
  const Hss::Routing routing = hss.route(
      kUe,
      {.centre = kCentre, .gprs_support = capability.gprs, .ip_messaging_support = capability.ip});
  ASSERT_EQ(routing.kind, Kind::numbers);
  EXPECT_EQ(nodes(routing), capability.nodes);
  EXPECT_EQ(given_as(routing), capability.given_as);
}

constexpr auto kGw = ServingNode::gateway;
constexpr auto kMsc = ServingNode::msc;
constexpr auto kSgsn = ServingNode::sgsn;
INSTANTIATE_TEST_SUITE_P(
    By, HssAddresses,
    testing::Values(Capability{false, false, {kGw}, {kMsc}},
                    Capability{true, false, {kGw, kMsc}, {kSgsn, kMsc}},
                    Capability{false, true, {kGw, kMsc, kSgsn}, {kGw, kMsc, kSgsn}},
                    Capability{true, true, {kGw, kMsc, kSgsn}, {kGw, kMsc, kSgsn}}));

TEST(HssAddressList, follows_the_configured_priority) {
  HssPolicy policy = addresses();
  policy.priority = {kSgsn, kGw, kMsc};
  Hss hss(10, policy);
  hss.activate(kUe, kGateway);
  const Hss::Routing routing = hss.route(kUe, from_gmsc());
  EXPECT_THAT(nodes(routing), ElementsAre(kSgsn, kGw));
  EXPECT_THAT(given_as(routing), ElementsAre(kSgsn, kMsc)) << "the place that is left";
}

TEST(HssAddressList, has_no_gateway_for_a_subscriber_without_one) {
  Hss hss(10, addresses());
  EXPECT_THAT(nodes(hss.route(kUe, from_gmsc())), ElementsAre(kMsc, kSgsn));
}

TEST(HssReport, flags_the_node_and_keeps_the_service_centre_waiting) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  report_absent(hss, kCentre, kGw, Diagnostic::no_response_via_ip_sm_gw);
  EXPECT_TRUE(hss.unreachable(kUe, kGw));
  EXPECT_FALSE(hss.unreachable(kUe, kMsc));
  EXPECT_TRUE(hss.waits(kUe, kCentre));
}

TEST(HssReport, of_a_gmsc_counts_only_where_no_gateway_serves) {
  Hss hss(10, {});
  const Hss::Outcome outcome{kMsc, Sent::absent_subscriber, Diagnostic::imsi_detached};
  hss.activate(kUe, kGateway);
  EXPECT_FALSE(hss.report(kUe, kCentre, {&outcome, 1}, false).error) << "acknowledged";
  EXPECT_FALSE(hss.waits(kUe, kCentre));
  hss.deactivate(kUe, kGateway);
  hss.report(kUe, kCentre, {&outcome, 1}, false);
  EXPECT_TRUE(hss.waits(kUe, kCentre));
  EXPECT_TRUE(hss.unreachable(kUe, kMsc));
}

TEST(HssReport, of_three_nodes_flags_each) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  const Hss::Outcome outcomes[] = {
      {kGw, Sent::absent_subscriber, Diagnostic::no_response_via_ip_sm_gw},
      {kMsc, Sent::absent_subscriber, Diagnostic::imsi_detached},
      {kSgsn, Sent::memory_capacity_exceeded, {}}};
  hss.report(kUe, kCentre, outcomes, true);
  EXPECT_TRUE(hss.unreachable(kUe, kGw));
  EXPECT_TRUE(hss.unreachable(kUe, kMsc));
  EXPECT_FALSE(hss.unreachable(kUe, kSgsn));
  EXPECT_TRUE(hss.memory_full(kUe));
}

TEST(HssReport, answers_a_full_list_with_message_waiting_list_full) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  for (std::uint32_t i = 0; i < Hss::kWaitingMax; ++i) {
    report_absent(hss, CentreIndex(i), kGw, Diagnostic::no_response_via_ip_sm_gw);
  }
  report_absent(hss, CentreIndex(1), kGw, Diagnostic::no_response_via_ip_sm_gw);  // is in it
  const Hss::Outcome outcome{kGw, Sent::absent_subscriber, {}};
  EXPECT_EQ(hss.report(kUe, CentreIndex(200), {&outcome, 1}, true).error,
            map::UserError::message_waiting_list_full);
}

TEST(HssReport, of_success_clears_the_flags_and_alerts_who_waits) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  const Hss::Outcome full{kGw, Sent::memory_capacity_exceeded, {}};
  hss.report(kUe, kCentre, {&full, 1}, true);
  const Hss::Outcome delivered{kGw, Sent::successful_transfer, {}};
  EXPECT_THAT(alerted(hss.report(kUe, CentreIndex(7), {&delivered, 1}, true).change),
              ElementsAre(0U));
  EXPECT_FALSE(hss.memory_full(kUe));
}

TEST(HssInquiry, skips_flagged_nodes_unless_it_has_priority) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  report_absent(hss, kCentre, kMsc, Diagnostic::imsi_detached);
  EXPECT_THAT(nodes(hss.route(kUe, from_gateway())), ElementsAre(kSgsn));
  Hss::Inquiry urgent = from_gateway();
  urgent.priority = true;
  EXPECT_THAT(nodes(hss.route(kUe, urgent)), ElementsAre(kMsc, kSgsn));
}

TEST(HssInquiry, that_ends_in_absence_says_why_and_waits) {
  Hss hss(10, {});
  const Hss::Outcome outcomes[] = {{kMsc, Sent::absent_subscriber, Diagnostic::imsi_detached},
                                   {kSgsn, Sent::absent_subscriber, Diagnostic::gprs_detached}};
  hss.report(kUe, CentreIndex(9), outcomes, false);
  const Hss::Routing routing = hss.route(kUe, from_gmsc());
  ASSERT_EQ(routing.kind, Kind::absent);
  EXPECT_FALSE(routing.with_imsi);
  ASSERT_EQ(routing.absences.size(), 2U);
  EXPECT_EQ(routing.absences[0].diagnostic, Diagnostic::imsi_detached);
  EXPECT_EQ(routing.absences[1].diagnostic, Diagnostic::gprs_detached);
  EXPECT_TRUE(hss.waits(kUe, kCentre));
  ASSERT_TRUE(routing.waiting);
  EXPECT_FALSE(routing.waiting->centre_not_included);
}

TEST(HssInquiry, informs_of_waiting_messages_and_of_flags) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  EXPECT_FALSE(hss.route(kUe, from_gateway()).waiting) << "nothing to inform of";
  const Hss::Outcome outcomes[] = {{kGw, Sent::memory_capacity_exceeded, {}},
                                   {kSgsn, Sent::absent_subscriber, Diagnostic::gprs_detached}};
  hss.report(kUe, CentreIndex(9), outcomes, true);
  const Hss::Routing routing = hss.route(kUe, from_gateway());
  ASSERT_TRUE(routing.waiting);
  EXPECT_TRUE(routing.waiting->mcef);
  EXPECT_TRUE(routing.waiting->mnrg);
  EXPECT_FALSE(routing.waiting->mnrf);
  EXPECT_TRUE(routing.waiting->centre_not_included);
}

TEST(HssAlert, goes_to_each_waiting_centre_once_when_the_gateway_registers) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  report_absent(hss, CentreIndex(5), kGw, Diagnostic::deregistered_for_ims);
  report_absent(hss, CentreIndex(2), kGw, Diagnostic::deregistered_for_ims);
  EXPECT_THAT(alerted(hss.activate(kUe, kGateway)), ElementsAre(5U, 2U));
  EXPECT_FALSE(hss.unreachable(kUe, kGw));
  EXPECT_THAT(alerted(hss.activate(kUe, kGateway)), IsEmpty()) << "the list was cleared";
}

TEST(HssAlert, waits_for_memory_where_that_is_what_was_missing) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  const Hss::Outcome full{kGw, Sent::memory_capacity_exceeded, {}};
  hss.report(kUe, kCentre, {&full, 1}, true);
  EXPECT_THAT(alerted(hss.ready(kUe, kGw, false)), IsEmpty());
  EXPECT_THAT(alerted(hss.activate(kUe, kGateway)), IsEmpty());
  EXPECT_THAT(alerted(hss.ready(kUe, kGw, true)), ElementsAre(0U));
  EXPECT_FALSE(hss.memory_full(kUe));
}

TEST(HssAlert, of_one_node_leaves_the_flags_of_the_others) {
  Hss hss(10, {});
  hss.activate(kUe, kGateway);
  report_absent(hss, kCentre, kGw, Diagnostic::no_response_via_ip_sm_gw);
  report_absent(hss, kCentre, kMsc, Diagnostic::imsi_detached);
  EXPECT_THAT(alerted(hss.ready(kUe, kMsc, false)), ElementsAre(0U));
  EXPECT_TRUE(hss.unreachable(kUe, kGw));
  EXPECT_FALSE(hss.unreachable(kUe, kMsc));
}

}  // namespace
}  // namespace rung
