// The network side played against the embedded gateway's MAP legs: short messages on their way
// through all legs in one session.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim_rig.hpp"

namespace rung {
namespace {

constexpr std::string_view kLadders = R"(
ladder net_mo "A short message to the service centre"
source TR 23.804 8.3
s1  ue -> gw  submit_foreign
s2  gw -> ue  accepted       after s1      within timer_f
s3  gw -> sc  mo_forward     after s1      within 10s
s4  sc -> gw  mo_forwarded   after s3
s5  gw -> ue  submit_report  after s1, s4  within tr1m
s6  ue -> gw  ok             after s5

ladder net_mo_refused "A short message that the service centre refuses"
source TS 23.040 11.3
s1  ue -> gw  submit_foreign
s2  gw -> ue  accepted              after s1      within timer_f
s3  gw -> sc  mo_forward            after s1      within 10s
s4  sc -> gw  mo_congested          after s3
s5  gw -> ue  submit_report_busy    after s1, s4  within tr1m
s6  ue -> gw  ok                    after s5

ladder net_mt "A short message from the service centre"
source TR 23.804 8.4, TS 23.204 6.4
s1  sc -> gw  routing_inquiry
s2  gw -> sc  routing_answer   after s1  within 10s
s3  sc -> gw  mt_forward       after s2
s4  gw -> ue  mt_deliver       after s3  within delivery
s5  ue -> gw  ok               after s4
s6  ue -> gw  delivery_report  after s4, s5
s7  gw -> ue  report_accepted  after s6  within timer_f
s8  gw -> sc  mt_forwarded     after s6  within 10s

ladder net_mt_inquiry "A short message, the gateway's own inquiry drawn"
source TS 24.341 5.3.3.3
s1  sc -> gw   routing_inquiry
s2  gw -> hss  own_inquiry      after s1  within 10s
s3  hss -> gw  nodes            after s2
s4  gw -> sc   routing_answer   after s1, s3  within 10s

message mo_forward
  tcap.message        fixed   begin
  map.context         fixed   shortMsgMO-Relay
  map.version         fixed   3
  map.component       fixed   invoke
  map.operation       fixed   mo-ForwardSM
  map.da.kind         fixed   service_centre
  map.da              ours    sc_address
  map.oa.kind         fixed   msisdn
  map.oa              ours    msisdn          [24.341-5.3.3.4.1-d]
  tp.tpdu             copied  cause.tp.tpdu   [24.341-5.3.3.4.1-c]
message mo_forwarded
  tcap.message        fixed   end
  map.component       fixed   result
  tp.mti              fixed   SMS-SUBMIT-REPORT
  tp.scts             ours    scts
message mo_congested
  tcap.message        fixed   end
  map.component       fixed   error
  map.error           fixed   sm-DeliveryFailure
  map.failure         fixed   4
  tp.mti              fixed   SMS-SUBMIT-REPORT
  tp.fcs              fixed   0xc0
  tp.scts             ours    scts
message routing_inquiry
  tcap.message        fixed   begin
  sccp.called.ssn     fixed   6
  map.context         fixed   shortMsgGateway
  map.component       fixed   invoke
  map.operation       fixed   sendRoutingInfoForSM
  map.msisdn          ours    msisdn
  map.priority        fixed   yes
  map.service_centre  ours    sc_address
message own_inquiry
  tcap.message        fixed   begin
  map.operation       fixed   sendRoutingInfoForSM
  map.msisdn          ours    msisdn
  sccp.calling        ours    gw_number
message nodes
  tcap.message        fixed   end
  map.component       fixed   result
  map.imsi            ours    imsi
  map.node            ours    msc_number
message routing_answer
  tcap.message        fixed   end
  map.component       fixed   result          [24.341-5.3.3.3-a]
  map.imsi            any                     [24.341-5.3.3.3-b]
  map.node            ours    gw_number       [24.341-5.3.3.3-b]
  map.additional_node absent                  [24.341-5.3.3.3-b]
message mt_forward
  tcap.message        fixed   begin
  map.context         fixed   shortMsgMT-Relay
  map.component       fixed   invoke
  map.operation       fixed   mt-ForwardSM
  map.da.kind         fixed   imsi
  map.da              copied  cause.map.imsi
  map.oa.kind         fixed   service_centre
  map.oa              ours    sc_address
  tp.mti              fixed   SMS-DELIVER
  tp.mms              fixed   yes
  tp.oa               ours    foreign_msisdn
  tp.pid              fixed   0
  tp.dcs              fixed   0
  tp.scts             ours    scts
  tp.text             ours    text
message mt_deliver like gw_delivery
  tp.mti              fixed   SMS-DELIVER
  tp.scts             copied  cause.tp.scts   [23.040-tp-b]
  tp.ud               copied  cause.tp.ud     [23.040-tp-f]
message mt_forwarded
  tcap.message        fixed   end
  map.component       fixed   result          [24.341-5.3.3.4.4-c]
)";

class NetworkGatewayTest : public testing::Test {
 protected:
  static RigOptions options() {
    RigOptions o{.ladders = {"register", "net_mo", "net_mo_refused", "net_mt", "net_mt_inquiry"},
                 .ues = 8,
                 .network = true};
    o.own_ladders = kLadders;
    return o;
  }
  void plays(std::string_view ladder, std::uint32_t count = 20) {
    ASSERT_EQ(rig.register_all(), 8U);
    rig.load(ladder, count, 20ms);
    EXPECT_EQ(rig.ended(ladder, Outcome::passed), count) << rig.findings_text();
    EXPECT_THAT(rig.ids(Verdict::fail), testing::IsEmpty()) << rig.findings_text();
    EXPECT_EQ(rig.count(Counter::map_malformed), 0U);
    EXPECT_EQ(rig.count(Counter::map_stale), 0U);
    EXPECT_EQ(rig.count(Counter::sip_repeats), 0U);
    EXPECT_EQ(rig.player().pools().dialogues.used, 0U);
  }
  SimRig rig{options()};
};

TEST_F(NetworkGatewayTest, a_submit_reaches_the_service_centre) {
  plays("net_mo");
  EXPECT_EQ(rig.ids(Verdict::pass)["24.341-5.3.3.4.1-c"], 20U);
}

TEST_F(NetworkGatewayTest, the_service_centre_s_refusal_reaches_the_sender) {
  plays("net_mo_refused");
}

TEST_F(NetworkGatewayTest, a_delivery_goes_by_the_gateway_s_correlation_id) {
  plays("net_mt");
  EXPECT_EQ(rig.count(Counter::sm_delivered), 20U);
}

TEST_F(NetworkGatewayTest, the_gateway_asks_the_hss_once) { plays("net_mt_inquiry"); }

}  // namespace
}  // namespace rung
