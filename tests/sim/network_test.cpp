// The network behind the gateway as the player plays it, against a scripted gateway: dialogues,
// what is sent in them, what is matched and judged.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripted_network.hpp"
#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

using scripted::read_unit;
using scripted::Unit;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::string_view kMo = R"(
ladder net_mo "A short message on its way to the service centre"
s1  ue -> gw  submit_foreign
s2  gw -> ue  accepted       after s1      within timer_f
s3  gw -> sc  mo_forward     after s1      within 10s
s4  sc -> gw  mo_forwarded   after s3
s5  gw -> ue  submit_report  after s1, s4  within tr1m
s6  ue -> gw  ok             after s5
message mo_forward
  tcap.message   fixed   begin
  map.context    fixed   shortMsgMO-Relay
  map.version    fixed   3
  map.component  fixed   invoke
  map.operation  fixed   mo-ForwardSM
  map.da.kind    fixed   service_centre
  map.da         ours    sc_address
  map.oa.kind    fixed   msisdn
  map.oa         ours    msisdn          [24.341-5.3.3.4.1-d]
  tp.tpdu        copied  cause.tp.tpdu   [24.341-5.3.3.4.1-c]
message mo_forwarded
  tcap.message   fixed   end
  map.component  fixed   result
  tp.mti         fixed   SMS-SUBMIT-REPORT
  tp.scts        ours    scts
)";

constexpr map::ApplicationContext kMoContext{map::ContextName::short_msg_mo_relay, 3};

class NetworkTest : public testing::Test {
 protected:
  static RigOptions options(std::string_view ladder, std::string_view ladders) {
    RigOptions o{.ladders = {std::string(ladder)}, .ues = 4, .scripted = true, .network = true};
    o.own_ladders = ladders;
    return o;
  }
  /// Starts net_mo, answers its MESSAGE with 202; the MESSAGE.
  static std::string begin_mo(SimRig& rig) {
    rig.pretend_registered();
    EXPECT_EQ(rig.start("net_mo"), StartResult::started);
    rig.wait(5ms);
    const auto sent = rig.sent();
    if (sent.size() != 1) {
      ADD_FAILURE() << sent.size() << " datagrams";
      return {};
    }
    rig.send(scripted::ue_of(sent[0], "From"), scripted::response(sent[0], "202 Accepted"));
    rig.wait(5ms);
    return sent[0];
  }
  static std::string digits_of(std::string_view message) {
    const std::string from = scripted::header(message, "From");
    return from.substr(from.find("sip:+") + 5, 14);
  }
  /// The MO-ForwardSM that belongs to a MESSAGE, its TPDU behind RP-DATA's 4 octets and address.
  struct Forward {
    std::vector<std::uint8_t> da = scripted::address("12125550000");
    std::vector<std::uint8_t> oa;
    std::string tpdu;
    [[nodiscard]] Unit unit() const {
      map::MoForwardSmArg argument;
      argument.sm_rp_da.kind = map::SmRpDaKind::service_centre_address;
      argument.sm_rp_da.contents = da;
      argument.sm_rp_oa.kind = map::SmRpOaKind::msisdn;
      argument.sm_rp_oa.contents = oa;
      argument.sm_rp_ui = as_octets(tpdu);
      return {.context = kMoContext,
              .component = tcap::ComponentType::invoke,
              .code = 46,
              .parameter = argument};
    }
  };
  static Forward forward_of(std::string_view message) {
    Forward f;
    f.oa = scripted::address(digits_of(message));
    const std::string rpdu = scripted::body(message);
    rp::Message rp;
    EXPECT_EQ(rp::decode(as_octets(rpdu), rp), rp::Error::none);
    f.tpdu = as_text(rp.user_data);
    return f;
  }
  static void report(SimRig& rig, std::string_view message) {
    scripted::Message m;
    m.user = "+" + digits_of(message);
    const std::uint32_t ue = scripted::ue_of(message, "From");
    m.address = fmt::format("127.64.0.{}:5060", ue + 1);
    m.in_reply_to = scripted::header(message, "Call-ID");
    m.rpdu = scripted::rp_ack(scripted::body(message)[1]);
    rig.send(ue, m.text());
    rig.wait(5ms);
  }
};

TEST_F(NetworkTest, an_mo_dialogue_is_answered_in_its_session) {
  SimRig rig(options("net_mo", kMo));
  const std::string message = begin_mo(rig);
  const Forward forward = forward_of(message);
  rig.send_unit(forward.unit().octets());
  rig.wait(5ms);

  const auto units = rig.sent_units();
  ASSERT_EQ(units.size(), 1U);
  const auto answer =
      read_unit(units[0], tp::Direction::sc_to_ms, {map::Operation::mo_forward_sm, kMoContext});
  ASSERT_TRUE(answer.good);
  EXPECT_EQ(answer.label.dpc, 1U);
  EXPECT_TRUE(answer.message.sccp.called.title.equals(scripted::kGatewayNumber));
  EXPECT_TRUE(answer.message.sccp.calling.title.equals("12125550000"));
  EXPECT_EQ(answer.message.tcap.type, tcap::Type::end);
  EXPECT_EQ(answer.message.tcap.dtid.number(), 0x11223344U);
  EXPECT_EQ(answer.message.tcap.dialogue.pdu, tcap::DialoguePdu::response);
  ASSERT_NE(answer.message.component(), nullptr);
  EXPECT_EQ(answer.message.component()->invoke_id, 7);
  EXPECT_EQ(answer.message.tp.type, tp::Type::submit_report);
  tp::Timestamp stamp;
  ASSERT_TRUE(tp::decode_timestamp(answer.message.tp.service_centre_time, stamp));
  EXPECT_EQ(stamp.year, 26);

  report(rig, message);
  EXPECT_EQ(rig.ended("net_mo", Outcome::passed), 1U) << rig.findings_text();
  EXPECT_THAT(rig.ids(Verdict::pass), testing::IsSupersetOf({Pair("24.341-5.3.3.4.1-d", 1U),
                                                             Pair("24.341-5.3.3.4.1-c", 1U)}));
  EXPECT_EQ(rig.player().pools().dialogues.used, 0U);
}

TEST_F(NetworkTest, another_sender_is_that_field_s_finding) {
  SimRig rig(options("net_mo", kMo));
  const std::string message = begin_mo(rig);
  Forward forward = forward_of(message);
  forward.oa = scripted::address("12125559999999");
  rig.send_unit(forward.unit().octets());
  rig.wait(5ms);
  EXPECT_EQ(rig.sent_units().size(), 1U) << "the token says whose it is";
  report(rig, message);

  EXPECT_THAT(rig.ids(Verdict::fail), UnorderedElementsAre(Pair("24.341-5.3.3.4.1-d", 1U)));
  EXPECT_EQ(rig.ended("net_mo", Outcome::failed), 1U);
}

TEST_F(NetworkTest, another_tpdu_is_still_matched_by_its_sender) {
  SimRig rig(options("net_mo", kMo));
  const std::string message = begin_mo(rig);
  Forward forward = forward_of(message);
  for (std::size_t i = 16; i < forward.tpdu.size(); ++i) forward.tpdu[i] = ' ';
  rig.send_unit(forward.unit().octets());
  rig.wait(5ms);
  EXPECT_EQ(rig.sent_units().size(), 1U);
  report(rig, message);

  EXPECT_THAT(rig.ids(Verdict::fail), UnorderedElementsAre(Pair("24.341-5.3.3.4.1-c", 1U)));
}

class NetworkOfNobodyTest : public NetworkTest {
 protected:
  /// What the network says to a Begin that no ladder draws.
  scripted::ReadUnit answer_to(const Unit& unit, const KnownDialogue& known = {}) {
    rig.send_unit(unit.octets());
    rig.wait(5ms);
    units = rig.sent_units();
    EXPECT_EQ(units.size(), 1U);
    if (units.size() != 1) return {};
    scripted::ReadUnit answer = read_unit(units[0], tp::Direction::sc_to_ms, known);
    EXPECT_EQ(answer.message.tcap.dtid.number(), unit.otid);
    return answer;
  }
  Unit to_hss(map::ContextName context, map::Operation operation, MapParameter parameter) {
    return {.context = map::ApplicationContext{context, 3},
            .component = tcap::ComponentType::invoke,
            .code = static_cast<std::int32_t>(operation),
            .parameter = std::move(parameter),
            .called = "12125550020",
            .called_ssn = sccp::kSsnHlr};
  }
  /// anyTimeModification of UE 2, by its IMSI.
  Unit registration(map::ModificationInstruction status) {
    map::AnyTimeModificationArg argument;
    argument.subscriber_identity.kind = map::SubscriberIdentityKind::imsi;
    argument.subscriber_identity.contents = imsi;
    argument.gsm_scf_address = gateway;
    argument.modification_request_for_ip_sm_gw_data.emplace();
    argument.modification_request_for_ip_sm_gw_data->modify_registration_status = status;
    return to_hss(map::ContextName::any_time_info_handling, map::Operation::any_time_modification,
                  argument);
  }
  Unit inquiry() {
    map::RoutingInfoForSmArg argument;
    argument.msisdn = msisdn;
    argument.sm_rp_pri.value = true;
    argument.service_centre_address = centre;
    argument.gprs_support_indicator = true;
    return to_hss(map::ContextName::short_msg_gateway, map::Operation::send_routing_info_for_sm,
                  argument);
  }
  SimRig rig{options("net_mo", kMo)};
  std::vector<std::vector<std::uint8_t>> units;
  std::vector<std::uint8_t> imsi = scripted::imsi("001010000000002");
  std::vector<std::uint8_t> msisdn = scripted::address("12125550000002");
  std::vector<std::uint8_t> gateway = scripted::address(scripted::kGatewayNumber);
  std::vector<std::uint8_t> centre = scripted::address("12125550000");
};

TEST_F(NetworkOfNobodyTest, the_service_centre_takes_what_no_ladder_draws) {
  Forward stranger;
  stranger.oa = scripted::address("33123456789");
  stranger.tpdu = std::string("\x01\x00\x05\x91\x21\x43\xf5\x00\x00\x00", 10);
  const auto answer = answer_to(stranger.unit());
  EXPECT_EQ(answer.message.tcap.type, tcap::Type::end);
  EXPECT_EQ(answer.message.component()->type, tcap::ComponentType::return_result_last);
  EXPECT_EQ(answer.message.tcap.dialogue.pdu, tcap::DialoguePdu::response);
  EXPECT_EQ(rig.count(Counter::map_strangers), 1U);
}

TEST_F(NetworkOfNobodyTest, the_hss_knows_a_gateway_once_it_is_told) {
  using map::ModificationInstruction;
  const auto registered = answer_to(registration(ModificationInstruction::activate));
  EXPECT_EQ(registered.message.component()->type, tcap::ComponentType::return_result_last);

  const auto routed =
      answer_to(inquiry(), {map::Operation::send_routing_info_for_sm,
                            map::ApplicationContext{map::ContextName::short_msg_gateway, 3}});
  std::array<char, 64> scratch;
  ASSERT_EQ(routed.message.component()->type, tcap::ComponentType::return_result_last);
  EXPECT_EQ(network_field(Path::map_imsi, routed.message, scratch).text, "001010000000002");
  EXPECT_EQ(network_field(Path::map_node, routed.message, scratch).text, "12125550030")
      << "the gateway asks for the nodes behind it";
}

TEST_F(NetworkOfNobodyTest, nobody_s_number_is_an_unknown_subscriber) {
  msisdn = scripted::address("12125559999999");
  const auto answer = answer_to(inquiry());
  EXPECT_EQ(answer.message.component()->type, tcap::ComponentType::return_error);
  EXPECT_EQ(answer.message.component()->code,
            static_cast<std::int32_t>(map::UserError::unknown_subscriber));
}

TEST_F(NetworkOfNobodyTest, an_argument_that_does_not_decode_is_rejected) {
  Unit unit = inquiry();
  unit.parameter = {};
  const auto answer = answer_to(unit);
  EXPECT_EQ(answer.message.component()->type, tcap::ComponentType::reject);
  EXPECT_EQ(answer.message.component()->problem, tcap::kInvokeMistypedParameter);
}

TEST_F(NetworkOfNobodyTest, a_begin_without_a_component_is_aborted) {
  const auto answer = answer_to({.context = kMoContext});
  EXPECT_EQ(answer.message.tcap.type, tcap::Type::abort);
}

TEST_F(NetworkTest, garbage_is_counted_and_answered_by_nothing) {
  SimRig rig(options("net_mo", kMo));
  const std::vector<std::uint8_t> good = forward_of(begin_mo(rig)).unit().octets();
  for (std::size_t size = 0; size < 24; ++size) rig.send_unit(Octets(good).first(size));
  rig.wait(5ms);
  EXPECT_EQ(rig.count(Counter::map_malformed), 24U);
  EXPECT_THAT(rig.sent_units(), IsEmpty());
}

TEST_F(NetworkTest, a_forward_that_never_comes_ends_the_session) {
  SimRig rig(options("net_mo", kMo));
  begin_mo(rig);
  rig.wait(11s);
  EXPECT_EQ(rig.ended("net_mo", Outcome::timed_out), 1U);
}

constexpr std::string_view kMt = R"(
ladder net_mt "A short message on its way from the service centre"
s1  sc -> gw  routing_inquiry
s2  gw -> sc  routing_answer   after s1  within 10s
s3  sc -> gw  mt_forward       after s2
s4  gw -> ue  mt_deliver       after s3  within delivery
s5  ue -> gw  ok               after s4
s6  ue -> gw  delivery_report  after s4, s5
s7  gw -> ue  report_accepted  after s6  within timer_f
s8  gw -> sc  mt_forwarded     after s6  within 10s
message routing_inquiry
  tcap.message        fixed   begin
  sccp.called.ssn     fixed   6
  map.context         fixed   shortMsgGateway
  map.component       fixed   invoke
  map.operation       fixed   sendRoutingInfoForSM
  map.msisdn          ours    msisdn
  map.priority        fixed   yes
  map.service_centre  ours    sc_address
message routing_answer
  tcap.message        fixed   end
  map.component       fixed   result
  map.imsi            any
  map.node            ours    gw_number
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
  tp.scts             copied  cause.tp.scts
  tp.ud               copied  cause.tp.ud   [23.040-tp-f]
message mt_forwarded
  tcap.message        fixed   end
  map.component       fixed   result        [24.341-5.3.3.4.4-b]
)";

/// Plays net_mt as far as the MESSAGE to the UE; the correlation ID is the gateway's choice.
class NetworkMtTest : public NetworkTest {
 protected:
  void begin() {
    rig.pretend_registered();
    ASSERT_EQ(rig.start("net_mt"), StartResult::started);
    rig.wait(5ms);
    inquiry = rig.sent_units();
    ASSERT_EQ(inquiry.size(), 1U);
    const auto asked = read_unit(inquiry[0], tp::Direction::sc_to_ms);
    ASSERT_TRUE(asked.good);
    EXPECT_EQ(asked.message.sccp.called.ssn, sccp::kSsnHlr);
    EXPECT_EQ(asked.message.context,
              (map::ApplicationContext{map::ContextName::short_msg_gateway, 3}));
    const std::vector<std::uint8_t> id = scripted::imsi("001019876543210");
    const std::vector<std::uint8_t> node = scripted::address(scripted::kGatewayNumber);
    map::RoutingInfoForSmRes result;
    result.imsi = id;
    result.location_info_with_lmsi.network_node_number = node;
    rig.send_unit(Unit{.type = tcap::Type::end,
                       .dtid = asked.message.tcap.otid,
                       .context = asked.message.context,
                       .component = tcap::ComponentType::return_result_last,
                       .code = 45,
                       .parameter = result}
                      .octets());
    rig.wait(5ms);
    forward = rig.sent_units();
    ASSERT_EQ(forward.size(), 1U);
    forwarded = read_unit(forward[0], tp::Direction::sc_to_ms);
    ASSERT_TRUE(forwarded.good);
  }
  std::string deliver() {
    rp::Message data;
    data.first_octet = 1;  // RP-DATA, network to MS
    data.reference = 5;
    const std::vector<std::uint8_t> centre = scripted::address("12125550000");
    data.originator = centre;
    data.has_user_data = true;
    data.user_data = forwarded.message.tpdu;
    std::array<std::uint8_t, rp::kMessageSizeMax> rpdu;
    const std::size_t size = *rp::encode(data, rpdu);
    std::array<char, 32> digits;
    const FieldValue inquired = network_field(
        Path::map_msisdn, read_unit(inquiry[0], tp::Direction::sc_to_ms).message, digits);
    scripted::Message m;
    m.user = "+" + std::string(inquired.text);
    ue = static_cast<std::uint32_t>(m.user.back() - '0');
    m.address = fmt::format("127.64.0.{}:5060", ue + 1);
    m.disposition = "no-fork";
    m.rpdu = as_text(Octets(rpdu).first(size));
    rig.send(ue, m.text());
    rig.wait(5ms);
    std::string delivery_report;
    for (const std::string& sent : rig.sent()) {
      if (sent.starts_with("MESSAGE ")) delivery_report = sent;
    }
    rig.send(ue, scripted::response(delivery_report, "202 Accepted"));
    rig.wait(5ms);
    return delivery_report;
  }
  void answer(Unit unit) {
    unit.dtid = forwarded.message.tcap.otid;
    rig.send_unit(unit.octets());
    rig.wait(5ms);
  }

  SimRig rig{options("net_mt", kMt)};
  std::vector<std::vector<std::uint8_t>> inquiry, forward;
  scripted::ReadUnit forwarded;
  std::uint32_t ue = 0;
};

TEST_F(NetworkMtTest, what_the_gateway_chose_comes_back_and_the_text_is_followed) {
  begin();
  std::array<char, 64> scratch;
  EXPECT_EQ(network_field(Path::map_da, forwarded.message, scratch).text, "001019876543210");
  EXPECT_EQ(forwarded.message.sccp.called.ssn, sccp::kSsnMsc);
  EXPECT_EQ(rig.count(Counter::sm_submitted), 1U);
  EXPECT_FALSE(deliver().empty());
  EXPECT_EQ(rig.count(Counter::sm_delivered), 1U);
  answer({.type = tcap::Type::end,
          .component = tcap::ComponentType::return_result_last,
          .code = 44,
          .parameter = map::ForwardSmRes{}});

  EXPECT_EQ(rig.ended("net_mt", Outcome::passed), 1U) << rig.findings_text();
  EXPECT_EQ(rig.player().pools().dialogues.used, 0U);
}

TEST_F(NetworkMtTest, an_error_in_place_of_the_result_is_judged_and_ends_the_session) {
  begin();
  deliver();
  answer({.type = tcap::Type::end,
          .component = tcap::ComponentType::return_error,
          .code = 34,
          .parameter = map::ExtensionParam{}});

  EXPECT_THAT(rig.ids(Verdict::fail), UnorderedElementsAre(Pair("24.341-5.3.3.4.4-b", 1U)));
}

TEST_F(NetworkMtTest, a_message_that_sccp_returns_ends_its_session) {
  begin();
  sccp::Message returned =
      sccp::returned(forwarded.message.sccp, sccp::ReturnCause::no_translation_for_address);
  std::vector<std::uint8_t> unit(600);
  const auto size = sccp::encode(returned, std::span(unit).subspan(m3ua::kProtocolDataHeaderSize));
  ASSERT_TRUE(size.ok());
  m3ua::ProtocolData label{1, 2, m3ua::kServiceSccp, 2, 0, 3, {}};
  label.user_data = Octets(unit).subspan(m3ua::kProtocolDataHeaderSize, *size);
  unit.resize(m3ua::write(label, unit));
  rig.send_unit(unit);
  rig.wait(5ms);

  EXPECT_EQ(rig.count(Counter::map_returned), 1U);
  EXPECT_EQ(rig.ended("net_mt", Outcome::refused), 1U);
  EXPECT_EQ(rig.player().pools().dialogues.used, 0U);
}

TEST_F(NetworkMtTest, what_comes_after_the_end_is_nobody_s) {
  begin();
  deliver();
  answer(
      {.type = tcap::Type::end, .component = tcap::ComponentType::return_result_last, .code = 44});
  answer({.type = tcap::Type::continue_,
          .otid = 9,
          .component = tcap::ComponentType::return_result_last,
          .code = 44});
  EXPECT_EQ(rig.count(Counter::map_stale), 1U);
  const auto units = rig.sent_units();
  ASSERT_EQ(units.size(), 1U);
  const auto abort = read_unit(units[0], tp::Direction::sc_to_ms);
  EXPECT_EQ(abort.message.tcap.type, tcap::Type::abort);
  EXPECT_EQ(abort.message.tcap.p_abort_cause, tcap::PAbortCause::unrecognized_transaction_id);
}

TEST(Network, without_a_link_any_worker_plays) {
  RigOptions options{.ladders = {"mo_sms"}, .ues = 1, .scripted = true};
  options.play.worker = 63;
  SimRig rig(options);
  EXPECT_EQ(rig.player().pools().dialogues.capacity, 0U);
}

TEST(Network, without_a_link_its_steps_are_drawn_only) {
  RigOptions options{.ladders = {"net_mo"}, .ues = 1, .scripted = true};
  options.own_ladders = kMo;
  SimRig rig(options);
  const ProgramLadder& ladder = rig.program().ladder(LadderIndex(0));
  EXPECT_EQ(ladder.steps[2].kind, StepKind::drawn);
  EXPECT_EQ(ladder.steps[4].causes, 1U) << "the report waits for the submit alone";
}

}  // namespace
}  // namespace rung
