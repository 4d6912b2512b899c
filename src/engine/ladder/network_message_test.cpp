#include "engine/ladder/network_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "engine/wire/bcd.hpp"
#include "engine/wire/m3ua_data.hpp"
#include "engine/wire/ss7_golden.hpp"

namespace rung {
namespace {

using testing::ElementsAre;

/// The vectors of tests/golden/ss7/map.txt by name, as SCCP unitdata.
class NetworkMessages : public testing::Test {
 protected:
  static const std::map<std::string, std::vector<std::uint8_t>>& vectors() {
    static const auto all = [] {
      std::map<std::string, std::vector<std::uint8_t>> found;
      for (const golden::Ss7Vector& v : golden::load_ss7("map.txt")) found[v.name] = v.octets;
      return found;
    }();
    return all;
  }

  bool read(const std::string& name, const KnownDialogue& known = {},
            tp::Direction direction = tp::Direction::ms_to_sc) {
    const auto found = vectors().find(name);
    if (found == vectors().end()) ADD_FAILURE() << "no vector " << name;
    m3ua::Data data;
    EXPECT_EQ(m3ua::decode_data(found->second, data), m3ua::Error::none);
    return read_network_message(data.protocol.user_data, direction, known, message_);
  }

  /// As a finding would show it; "-" where there is none.
  std::string at(Path path) {
    std::array<char, kFieldScratch> scratch;
    const FieldValue value = network_field(path, message_, scratch);
    if (!value.present) return "-";
    if (is_numeric(kind_of(path))) return field_number_text(path, value.number);
    return std::string(value.text);
  }
  std::vector<std::string> all(std::initializer_list<Path> paths) {
    std::vector<std::string> values;
    for (const Path path : paths) values.push_back(at(path));
    return values;
  }

  NetworkMessage message_;
};

TEST_F(NetworkMessages, of_a_submit_say_who_asks_whom) {
  ASSERT_TRUE(read("E3_mofsm_begin"));
  EXPECT_THAT(all({Path::tcap_message, Path::map_component, Path::map_operation, Path::map_context,
                   Path::map_version}),
              ElementsAre("begin", "invoke", "mo-ForwardSM", "shortMsgMO-Relay", "3"));
  EXPECT_THAT(
      all({Path::sccp_called, Path::sccp_called_ssn, Path::sccp_calling, Path::sccp_calling_ssn}),
      ElementsAre("46708000004", "8", "46708000003", "8"));
  EXPECT_THAT(all({Path::map_da_kind, Path::map_da, Path::map_oa_kind, Path::map_oa}),
              ElementsAre("service_centre", "46708000004", "msisdn", "46701234567"));
  EXPECT_THAT(all({Path::map_imsi, Path::map_msisdn, Path::map_error}),
              ElementsAre("240070123456789", "-", "-"));
}

TEST_F(NetworkMessages, carry_a_tpdu_of_the_senders_direction) {
  ASSERT_TRUE(read("E3_mofsm_begin"));
  ASSERT_TRUE(message_.has_tp);
  EXPECT_EQ(message_.tp.type, tp::Type::submit);
  EXPECT_EQ(message_.tp.reference, 42);
  ASSERT_TRUE(read("E5_mtfsm_begin", {}, tp::Direction::sc_to_ms));
  ASSERT_TRUE(message_.has_tp);
  EXPECT_EQ(message_.tp.type, tp::Type::deliver);
  ASSERT_TRUE(read("E6b_mtfsm_end_ack_with_deliver_report"));
  ASSERT_TRUE(message_.has_tp);
  EXPECT_EQ(message_.tp.type, tp::Type::deliver_report);
  ASSERT_TRUE(read("E8_mtfsm_end_smDeliveryFailure_memcap"));
  ASSERT_TRUE(message_.has_tp) << "in diagnosticInfo";
  EXPECT_EQ(message_.tp.failure_cause, 0xd3);
  EXPECT_EQ(at(Path::map_failure), "0");
}

TEST_F(NetworkMessages, without_a_parameter_answer_what_was_asked) {
  KnownDialogue known;
  known.asked = map::Operation::mo_forward_sm;
  ASSERT_TRUE(read("E4_mofsm_end", known));
  EXPECT_THAT(all({Path::tcap_message, Path::map_component, Path::map_operation}),
              ElementsAre("end", "result", "mo-ForwardSM"));
  EXPECT_EQ(at(Path::map_parameter), "-");
  EXPECT_FALSE(message_.has_tp);
}

TEST_F(NetworkMessages, list_the_nodes_that_may_deliver) {
  ASSERT_TRUE(read("E32_srism_end_msc_and_sgsn"));
  EXPECT_THAT(all({Path::map_imsi, Path::map_node, Path::map_node_gprs, Path::map_additional_node,
                   Path::map_additional_node_kind, Path::map_third_node}),
              ElementsAre("240070123456789", "46708000005", "no", "46708000006", "sgsn", "-"));
}

TEST_F(NetworkMessages, may_bring_a_second_component) {
  ASSERT_TRUE(read("E13_srism_end_with_informSC"));
  EXPECT_THAT(all({Path::map_operation, Path::map_node, Path::map_stored_msisdn}),
              ElementsAre("sendRoutingInfoForSM", "46708000003", "46701234567"));
  EXPECT_EQ(at(Path::map_waiting), std::string("\x50", 1)) << "MNRF and MNRG";
}

TEST_F(NetworkMessages, say_why_nobody_delivers) {
  ASSERT_TRUE(read("E35_srism_end_absentSubscriberSM_for_ims"));
  EXPECT_THAT(all({Path::map_component, Path::map_error, Path::map_diagnostic,
                   Path::map_additional_diagnostic, Path::map_imsi}),
              ElementsAre("error", "absentSubscriberSM", "1", "6", "240070123456789"));
}

TEST_F(NetworkMessages, register_report_and_alert) {
  ASSERT_TRUE(read("E9_atm_register_begin"));
  EXPECT_THAT(
      all({Path::map_operation, Path::map_registration, Path::map_subscriber_kind,
           Path::map_subscriber, Path::map_gateway}),
      ElementsAre("anyTimeModification", "activate", "imsi", "240070123456789", "46708000003"));
  ASSERT_TRUE(read("E10_reportSMDS_begin"));
  EXPECT_THAT(all({Path::map_outcome, Path::map_outcome_ims, Path::map_outcome_gprs,
                   Path::map_diagnostic, Path::map_service_centre}),
              ElementsAre("1", "yes", "no", "11", "46708000004"));
  ASSERT_TRUE(read("E11_readyForSM_begin"));
  EXPECT_THAT(all({Path::map_alert_reason, Path::map_alert_from_gateway}),
              ElementsAre("ms_present", "yes"));
}

TEST_F(NetworkMessages, abort_and_have_versions) {
  ASSERT_TRUE(read("E19_p_abort"));
  EXPECT_THAT(all({Path::tcap_message, Path::tcap_abort_cause, Path::map_component}),
              ElementsAre("abort", "1", "-"));
  ASSERT_TRUE(read("E38_srism_v1_begin_no_dialogue"));
  EXPECT_THAT(all({Path::map_version, Path::map_context, Path::map_operation}),
              ElementsAre("1", "-", "sendRoutingInfoForSM"));
  ASSERT_TRUE(read("E15_mtfsm_v2_begin", {}, tp::Direction::sc_to_ms));
  EXPECT_THAT(all({Path::map_version, Path::map_context, Path::map_operation}),
              ElementsAre("2", "shortMsgMT-Relay", "mo-ForwardSM"));
}

TEST_F(NetworkMessages, that_do_not_decode_say_on_which_layer) {
  std::vector<std::uint8_t> octets = vectors().at("E3_mofsm_begin");
  m3ua::Data data;
  ASSERT_EQ(m3ua::decode_data(octets, data), m3ua::Error::none);
  std::vector<std::uint8_t> unitdata(data.protocol.user_data.begin(),
                                     data.protocol.user_data.end());
  EXPECT_FALSE(
      read_network_message(Octets(unitdata).first(3), tp::Direction::ms_to_sc, {}, message_));
  EXPECT_NE(message_.sccp_error, sccp::Error::none);
  const auto invoke = std::ranges::search(unitdata, std::array<std::uint8_t, 2>{0xa1, 0x38});
  ASSERT_FALSE(invoke.empty());
  *invoke.begin() = 0xaf;  // no component
  EXPECT_FALSE(read_network_message(unitdata, tp::Direction::ms_to_sc, {}, message_));
  EXPECT_EQ(message_.tcap_error.portion, tcap::Portion::component);
}

/// What set_element() writes is what network_field() reads, for an argument built from nothing.
TEST(NetworkElements, written_by_path_are_the_octets_of_the_vector) {
  std::array<std::uint8_t, 11> msisdn, centre;
  const Octets a = Octets(msisdn).first(bcd::encode_address("46701234567", msisdn));
  const Octets c = Octets(centre).first(bcd::encode_address("46708000004", centre));
  MapParameter parameter = parameter_of(tcap::ComponentType::invoke, 45);
  EXPECT_TRUE(set_element(Path::map_msisdn, 0, a, parameter));
  EXPECT_TRUE(set_element(Path::map_priority, 1, {}, parameter));
  EXPECT_TRUE(set_element(Path::map_service_centre, 0, c, parameter));
  EXPECT_TRUE(set_element(Path::map_gprs_support, 1, {}, parameter));
  EXPECT_FALSE(set_element(Path::map_da, 0, c, parameter)) << "not of this argument";
  std::array<std::uint8_t, 64> room;
  ber::Writer writer(room);
  map::write(writer, std::get<map::RoutingInfoForSmArg>(parameter));
  // TS 29.002 17.7.6 by hand: E1 of network vectors from its parameter on.
  const std::vector<std::uint8_t> expected{0x30, 0x17, 0x80, 0x07, 0x91, 0x64, 0x07, 0x21, 0x43,
                                           0x65, 0xf7, 0x81, 0x01, 0xff, 0x82, 0x07, 0x91, 0x64,
                                           0x07, 0x08, 0x00, 0x00, 0xf4, 0x87, 0x00};
  const Octets written = writer.written();
  EXPECT_EQ(std::vector<std::uint8_t>(written.begin(), written.end()), expected);
}

TEST(NetworkElements, of_a_choice_are_its_contents_and_the_tag_of_their_kind) {
  std::array<std::uint8_t, 11> centre;
  const Octets c = Octets(centre).first(bcd::encode_address("46708000004", centre));
  MapParameter parameter = parameter_of(tcap::ComponentType::invoke, 46);
  EXPECT_TRUE(set_element(Path::map_da_kind, 0x84, {}, parameter));
  EXPECT_TRUE(set_element(Path::map_da, 0, c, parameter));
  const auto& argument = std::get<map::MoForwardSmArg>(parameter);
  EXPECT_EQ(argument.sm_rp_da.kind, map::SmRpDaKind::service_centre_address);
  EXPECT_TRUE(std::ranges::equal(argument.sm_rp_da.contents, c));
  EXPECT_FALSE(set_element(Path::map_da_kind, 0, {}, parameter)) << "no alternative's tag";
}

TEST(NetworkElements, are_no_number_that_does_not_fit) {
  MapParameter parameter = parameter_of(tcap::ComponentType::invoke, 44);
  EXPECT_TRUE(set_element(Path::map_delivery_timer, 120, {}, parameter));
  EXPECT_FALSE(set_element(Path::map_delivery_timer, 70000, {}, parameter));
}

TEST(NetworkElements, inside_an_optional_one_are_made_with_it) {
  MapParameter parameter = parameter_of(tcap::ComponentType::invoke, 65);
  EXPECT_TRUE(has_element(Path::map_registration, parameter));
  EXPECT_FALSE(has_element(Path::map_outcome, parameter));
  EXPECT_TRUE(set_element(Path::map_registration, 1, {}, parameter));
  const auto& argument = std::get<map::AnyTimeModificationArg>(parameter);
  ASSERT_TRUE(argument.modification_request_for_ip_sm_gw_data);
  EXPECT_EQ(argument.modification_request_for_ip_sm_gw_data->modify_registration_status,
            map::ModificationInstruction::activate);
}

}  // namespace
}  // namespace rung
