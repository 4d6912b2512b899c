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

constexpr map::ApplicationContext kMoContext{map::ContextName::short_msg_mo_relay, 3};

class NetworkTest : public testing::Test {
 protected:
  static RigOptions options(std::string_view ladder) {
    return {.ladders = {std::string(ladder)}, .ues = 4, .scripted = true, .network = true};
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
  /// The TPDU of the one unit that the player has sent.
  static std::string answered(SimRig& rig) {
    const auto units = rig.sent_units();
    EXPECT_EQ(units.size(), 1U);
    if (units.size() != 1) return {};
    const auto answer =
        read_unit(units[0], tp::Direction::sc_to_ms, {map::Operation::mo_forward_sm, kMoContext});
    return std::string(as_text(answer.message.tpdu));
  }
  /// RP-ACK with what the service centre said.
  static void report(SimRig& rig, std::string_view message, std::string_view tpdu) {
    scripted::Message m;
    m.user = "+" + digits_of(message);
    const std::uint32_t ue = scripted::ue_of(message, "From");
    m.address = fmt::format("127.64.0.{}:5060", ue + 1);
    m.in_reply_to = scripted::header(message, "Call-ID");
    m.rpdu = scripted::rp_ack(scripted::body(message)[1]) + '\x41' + static_cast<char>(tpdu.size());
    m.rpdu += tpdu;
    rig.send(ue, m.text());
    rig.wait(5ms);
  }
};

TEST_F(NetworkTest, an_mo_dialogue_is_answered_in_its_session) {
  SimRig rig(options("net_mo"));
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

  report(rig, message, as_text(answer.message.tpdu));
  EXPECT_EQ(rig.ended("net_mo", Outcome::passed), 1U) << rig.findings_text();
  EXPECT_THAT(rig.ids(Verdict::pass), testing::IsSupersetOf({Pair("24.341-5.3.3.4.1-d", 2U),
                                                             Pair("24.341-5.3.3.4.1-c", 1U)}));
  EXPECT_EQ(rig.player().pools().dialogues.used, 0U);
}

TEST_F(NetworkTest, another_sender_is_that_field_s_finding) {
  SimRig rig(options("net_mo"));
  const std::string message = begin_mo(rig);
  Forward forward = forward_of(message);
  forward.oa = scripted::address("12125559999999");
  rig.send_unit(forward.unit().octets());
  rig.wait(5ms);
  report(rig, message, answered(rig));  // the token says whose it is

  EXPECT_THAT(rig.ids(Verdict::fail),
              UnorderedElementsAre(Pair("24.341-5.3.3.4.1-d", 1U), Pair("24.341-5.3.1.2-g", 1U)));
  EXPECT_EQ(rig.ended("net_mo", Outcome::failed), 1U);
}

TEST_F(NetworkTest, another_tpdu_is_still_matched_by_its_sender) {
  SimRig rig(options("net_mo"));
  const std::string message = begin_mo(rig);
  Forward forward = forward_of(message);
  for (std::size_t i = 16; i < forward.tpdu.size(); ++i) forward.tpdu[i] = ' ';
  rig.send_unit(forward.unit().octets());
  rig.wait(5ms);
  report(rig, message, answered(rig));

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
  SimRig rig{options("net_mo")};
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

/// Its elements are nobody's to judge; the row of the parameter itself fails the session.
TEST_F(NetworkTest, an_argument_that_does_not_decode_proves_nothing_of_its_elements) {
  SimRig rig(options("net_mo"));
  const std::string message = begin_mo(rig);
  Forward forward = forward_of(message);
  std::vector<std::uint8_t> unit = forward.unit().octets();
  const std::array<std::uint8_t, 2> tpdu{0x04, 0x44};  // sm-RP-UI, its length
  const auto at = std::ranges::search(unit, tpdu);
  ASSERT_FALSE(at.empty());
  at.front() = 0x0c;
  rig.send_unit(unit);
  rig.wait(5ms);
  report(rig, message, answered(rig));

  EXPECT_THAT(rig.ids(Verdict::fail), IsEmpty()) << rig.findings_text();
  EXPECT_THAT(
      rig.ids(Verdict::inconclusive),
      testing::IsSupersetOf({Pair("24.341-5.3.3.4.1-c", 1U), Pair("24.341-5.3.3.4.1-d", 2U)}));
  EXPECT_EQ(rig.ended("net_mo", Outcome::failed), 1U);
}

TEST_F(NetworkTest, a_begin_that_cannot_be_read_is_aborted) {
  SimRig rig(options("net_mo"));
  std::vector<std::uint8_t> unit = forward_of(begin_mo(rig)).unit().octets();
  const std::array<std::uint8_t, 2> portion{0x6b, 0x1e};  // dialogue portion, its length
  const auto at = std::ranges::search(unit, portion);
  ASSERT_FALSE(at.empty());
  at.back() = 0x7f;
  rig.send_unit(unit);
  rig.wait(5ms);

  EXPECT_EQ(rig.count(Counter::map_malformed), 1U);
  const auto units = rig.sent_units();
  ASSERT_EQ(units.size(), 1U);
  const auto abort = read_unit(units[0], tp::Direction::sc_to_ms);
  EXPECT_EQ(abort.message.tcap.type, tcap::Type::abort);
  EXPECT_EQ(abort.message.tcap.dtid.number(), 0x11223344U);
  EXPECT_TRUE(abort.message.tcap.p_abort_cause.has_value());
}

TEST_F(NetworkTest, a_component_that_cannot_be_read_is_rejected) {
  SimRig rig(options("net_mo"));
  std::vector<std::uint8_t> unit = forward_of(begin_mo(rig)).unit().octets();
  const std::array<std::uint8_t, 3> operation{0x02, 0x01, 0x2e};
  const auto at = std::ranges::search(unit, operation);
  ASSERT_FALSE(at.empty());
  at.front() = 0x03;  // neither a local nor a global code
  rig.send_unit(unit);
  rig.wait(5ms);

  const auto units = rig.sent_units();
  ASSERT_EQ(units.size(), 1U);
  const auto end = read_unit(units[0], tp::Direction::sc_to_ms);
  EXPECT_EQ(end.message.tcap.type, tcap::Type::end);
  ASSERT_NE(end.message.component(), nullptr);
  EXPECT_EQ(end.message.component()->type, tcap::ComponentType::reject);
  EXPECT_EQ(end.message.component()->invoke_id, 7);
}

TEST_F(NetworkTest, without_room_for_its_dialogue_a_begin_is_aborted) {
  RigOptions o = options("net_mo");
  o.play.network.dialogues_max = 1;
  SimRig rig(o);
  rig.pretend_registered();
  std::vector<std::string> messages;
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(rig.start("net_mo"), StartResult::started);
    rig.wait(5ms);
    for (const std::string& message : rig.sent()) messages.push_back(message);
  }
  ASSERT_EQ(messages.size(), 2U);
  for (const std::string& message : messages) rig.send_unit(forward_of(message).unit().octets());
  rig.wait(5ms);

  const auto units = rig.sent_units();
  ASSERT_EQ(units.size(), 2U);
  const auto abort = read_unit(units[1], tp::Direction::sc_to_ms);
  EXPECT_EQ(abort.message.tcap.type, tcap::Type::abort);
  EXPECT_EQ(abort.message.tcap.p_abort_cause, tcap::PAbortCause::resource_limitation);
  EXPECT_EQ(rig.count(Counter::dialogue_pool_full), 1U);
  EXPECT_EQ(rig.ended("net_mo", Outcome::inconclusive), 1U);
}

/// Left open on purpose; with the session its dialogue is over.
TEST_F(NetworkTest, what_a_session_leaves_open_is_aborted) {
  SimRig rig(options("net_mo_unanswered"));
  rig.pretend_registered();
  ASSERT_EQ(rig.start("net_mo_unanswered"), StartResult::started);
  rig.wait(5ms);
  const std::string message = rig.sent().at(0);
  rig.send_unit(forward_of(message).unit().octets());
  rig.wait(60s);

  const auto units = rig.sent_units();
  ASSERT_EQ(units.size(), 1U);
  const auto abort = read_unit(units[0], tp::Direction::sc_to_ms);
  EXPECT_EQ(abort.message.tcap.type, tcap::Type::abort);
  EXPECT_EQ(abort.message.tcap.dialogue.pdu, tcap::DialoguePdu::abort);
  EXPECT_EQ(abort.message.tcap.dtid.number(), 0x11223344U);
  EXPECT_EQ(rig.player().pools().dialogues.used, 0U);
}

TEST_F(NetworkTest, garbage_is_counted_and_answered_by_nothing) {
  SimRig rig(options("net_mo"));
  const std::vector<std::uint8_t> good = forward_of(begin_mo(rig)).unit().octets();
  for (std::size_t size = 0; size < 24; ++size) rig.send_unit(Octets(good).first(size));
  rig.wait(5ms);
  EXPECT_EQ(rig.count(Counter::map_malformed), 24U);
  EXPECT_THAT(rig.sent_units(), IsEmpty());
}

TEST_F(NetworkTest, a_forward_that_never_comes_ends_the_session) {
  SimRig rig(options("net_mo"));
  begin_mo(rig);
  rig.wait(11s);
  EXPECT_THAT(rig.ids(Verdict::fail), UnorderedElementsAre(Pair("24.341-5.3.3.4.1-f", 1U)));
  EXPECT_EQ(rig.ended("net_mo", Outcome::failed), 1U);
}

constexpr map::ApplicationContext kRoutingContext{map::ContextName::short_msg_gateway, 3};

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
    EXPECT_EQ(asked.message.context, kRoutingContext);
    inquire(asked);
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
  /// The gateway's own inquiry, which the HSS answers.
  void inquire(const scripted::ReadUnit& asked) {
    const auto& theirs = std::get<map::RoutingInfoForSmArg>(asked.message.parameters[0]);
    rig.send_unit(Unit{.context = kRoutingContext,
                       .component = tcap::ComponentType::invoke,
                       .code = 45,
                       .parameter = theirs,
                       .called = "12125550020",
                       .called_ssn = sccp::kSsnHlr}
                      .octets());
    rig.wait(5ms);
    const auto units = rig.sent_units();
    ASSERT_EQ(units.size(), 1U);
    const auto nodes = read_unit(units[0], tp::Direction::sc_to_ms,
                                 {map::Operation::send_routing_info_for_sm, kRoutingContext});
    std::array<char, 64> scratch;
    EXPECT_EQ(network_field(Path::map_additional_node, nodes.message, scratch).text, "12125550040");
  }
  /// The delivery report, as MAP carries it.
  static map::ForwardSmRes result_of(std::string_view delivery_report, std::string& tpdu) {
    const std::string rpdu = scripted::body(delivery_report);
    rp::Message rp;
    EXPECT_EQ(rp::decode(as_octets(rpdu), rp), rp::Error::none);
    tpdu = as_text(rp.user_data);
    map::ForwardSmRes result;
    result.sm_rp_ui = as_octets(tpdu);
    return result;
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

  SimRig rig{options("net_mt")};
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
  std::string tpdu;
  const map::ForwardSmRes result = result_of(deliver(), tpdu);
  EXPECT_EQ(rig.count(Counter::sm_delivered), 1U);
  answer({.type = tcap::Type::end,
          .component = tcap::ComponentType::return_result_last,
          .code = 44,
          .parameter = result});
  rig.wait(2s);

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

  EXPECT_THAT(rig.ids(Verdict::fail), UnorderedElementsAre(Pair("24.341-5.3.3.4.4-c", 1U)));
}

TEST_F(NetworkMtTest, a_second_result_is_a_repeat_of_the_first) {
  begin();
  std::string tpdu;
  const map::ForwardSmRes result = result_of(deliver(), tpdu);
  for (int i = 0; i < 2; ++i) {
    answer({.type = tcap::Type::end,
            .component = tcap::ComponentType::return_result_last,
            .code = 44,
            .parameter = result});
  }
  rig.wait(2s);

  EXPECT_EQ(rig.count(Counter::map_repeats), 1U);
  EXPECT_EQ(rig.ended("net_mt", Outcome::passed), 1U) << rig.findings_text();
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

constexpr std::string_view kDrawn = R"(
ladder drawn "A short message on its way to the service centre"
s1  ue -> gw  submit_foreign
s2  gw -> ue  accepted           after s1      within timer_f
s3  gw -> sc  mo_forward         after s1      within 10s
s4  sc -> gw  mo_forwarded_bare  after s3
s5  gw -> ue  submit_report      after s1, s4  within tr1m
s6  ue -> gw  ok                 after s5
)";

TEST(Network, without_a_link_its_steps_are_drawn_only) {
  RigOptions options{.ladders = {"drawn"}, .ues = 1, .scripted = true};
  options.own_ladders = kDrawn;
  SimRig rig(options);
  const ProgramLadder& ladder = rig.program().ladder(LadderIndex(0));
  EXPECT_EQ(ladder.steps[2].kind, StepKind::drawn);
  EXPECT_EQ(ladder.steps[4].causes, 1U) << "the report waits for the submit alone";
}

}  // namespace
}  // namespace rung
