#include "engine/wire/map.hpp"

#include <gtest/gtest.h>

#include "engine/wire/guard_page.hpp"
#include "engine/wire/map_fields.hpp"
#include "engine/wire/map_sample.hpp"

namespace rung::map {
namespace {

using Bytes = std::vector<std::uint8_t>;
using ber::ErrorCode;
using golden::hex;

template <class P>
Bytes written(const P& parameter) {
  std::array<std::uint8_t, 1024> out;
  ber::Writer writer{out};
  write(writer, parameter);
  EXPECT_TRUE(writer.ok());
  return {writer.written().begin(), writer.written().end()};
}

TEST(Map, application_contexts_are_object_identifiers) {
  const ApplicationContext context{ContextName::short_msg_mt_relay, 3};
  const ApplicationContextOctets octets = octets_of(context);
  EXPECT_EQ(to_hex(octets), "04 00 00 01 00 19 03");
  EXPECT_EQ(context_of(octets), context);
  EXPECT_EQ(to_string(context.name), "shortMsgMT-Relay");
  for (const std::string_view other :
       {"04 00 00 01 00 19 04", "04 00 00 01 00 19 01", "04 00 00 01 00 63 03",
        "04 00 00 01 01 19 03", "04 00 00 01 00 19", "04 00 00 01 00 19 03 00", ""}) {
    EXPECT_FALSE(context_of(hex(other)).has_value()) << other;
  }
}

TEST(Map, operations_and_errors_have_the_clauses_names) {
  EXPECT_EQ(operation_of(45), Operation::send_routing_info_for_sm);
  EXPECT_EQ(to_string(Operation::send_routing_info_for_sm), "sendRoutingInfoForSM");
  EXPECT_EQ(timer_of(Operation::mt_forward_sm), OperationTimer::ml);
  EXPECT_EQ(timer_of(Operation::report_sm_delivery_status), OperationTimer::s);
  EXPECT_FALSE(operation_of(2).has_value());
  EXPECT_FALSE(operation_of(45 + 256).has_value());
  EXPECT_EQ(user_error_of(6), UserError::absent_subscriber_sm);
  EXPECT_EQ(to_string(UserError::absent_subscriber_sm), "absentSubscriberSM");
  EXPECT_FALSE(user_error_of(-1).has_value());
}

/// Reads back what was written, and nothing past its end at any length.
template <class P>
void expect_round_trip(std::string_view name) {
  for_each_filling<P>([&](const P& parameter) {
    const Bytes octets = written(parameter);
    P again;
    const ber::Error error = decode(octets, again);
    EXPECT_FALSE(error) << name << ": " << golden::error_text(error);
    golden::Fields ours;
    golden::Fields theirs;
    golden::describe(parameter, "", ours);
    golden::describe(again, "", theirs);
    EXPECT_EQ(ours, theirs) << name;
    EXPECT_EQ(to_hex(written(again)), to_hex(octets)) << name;
    for (std::size_t size = 1; size < octets.size(); ++size) {
      const GuardedCopy cut{Octets{octets}.first(size)};
      P ignored;
      EXPECT_TRUE(decode(cut.octets(), ignored)) << name << " at " << size;
      // The outer length mended: it ends inside an element, or lacks one, or is whole.
      if (size < 3 || octets[1] >= 0x80 || octets[1] + 2U != octets.size()) continue;
      cut.writable()[1] = static_cast<std::uint8_t>(size - 2);
      (void)decode(cut.octets(), ignored);
    }
  });
}

TEST(MapParameter, every_one_round_trips_and_stays_inside_its_octets) {
#define RUNG_MAP_PARAMETER(type) expect_round_trip<type>(#type);
#include "engine/wire/map_parameter.def"
#undef RUNG_MAP_PARAMETER
}

TEST(MapParameter, every_one_fails_without_room) {
  const auto check = [](const auto& parameter) {
    const std::size_t size = written(parameter).size();
    for (std::size_t less = 0; less < size; ++less) {
      const GuardedCopy copy{Bytes(less, 0)};
      ber::Writer writer{copy.writable()};
      write(writer, parameter);
      EXPECT_FALSE(writer.ok()) << less << " of " << size;
    }
  };
#define RUNG_MAP_PARAMETER(type) for_each_filling<type>(check);
#include "engine/wire/map_parameter.def"
#undef RUNG_MAP_PARAMETER
}

TEST(MapParameter, errors_may_leave_theirs_out){
#define RUNG_MAP_USER_ERROR(id, name, code, parameter) \
  {                                                    \
    parameter nothing;                                 \
    EXPECT_FALSE(decode({}, nothing)) << name;         \
    parameter empty;                                   \
    EXPECT_FALSE(decode(hex("30 00"), empty)) << name; \
  }
#include "engine/wire/map_user_error.def"
#undef RUNG_MAP_USER_ERROR
}

TEST(MapParameter, arguments_may_not) {
  MtForwardSmArg argument;
  const ber::Error error = decode({}, argument);
  EXPECT_EQ(error.code, ErrorCode::missing);
  EXPECT_EQ(error.element, "parameter");
}

TEST(MapParameter, errors_say_what_and_where) {
  struct Wrong {
    std::string_view octets;
    ErrorCode code;
    std::string_view element;
    std::uint32_t offset;
  };
  const Wrong wrongs[] = {
      {"04 00", ErrorCode::unexpected, "parameter", 0},
      {"30 00 00", ErrorCode::trailing, "parameter", 2},
      {"30 05 04 01 42 30 00", ErrorCode::missing, "locationInfoWithLMSI", 7},
      {"30 05 04 01 42 a0 00", ErrorCode::missing, "networkNode-Number", 7},
      {"30 0e 04 01 42 a0 09 81 01 91 a6 04 80 00 81 00", ErrorCode::trailing, "additional-Number",
       14},
      {"30 0c 04 01 42 a0 07 81 01 91 a6 02 82 00", ErrorCode::unexpected, "additional-Number", 12},
      {"30 0a 04 01 42 a0 05 81 01 91 a6 00", ErrorCode::missing, "additional-Number", 12},
      {"30 0f 04 01 42 a0 03 81 01 91 a5 05 02 03 01 00 00", ErrorCode::value,
       "minimumDeliveryTimeValue", 12},
      {"30 0b 04 01 42 a0 03 81 01 91 a5 03 02", ErrorCode::truncated, "ip-sm-gwGuidance", 10},
      {"30 0c 04 01 42 a0 03 81 01 91 a5 03 02", ErrorCode::truncated, "parameter", 0},
  };
  for (const Wrong& wrong : wrongs) {
    RoutingInfoForSmRes result;
    const GuardedCopy copy{hex(wrong.octets)};
    const ber::Error error = decode(copy.octets(), result);
    EXPECT_EQ(error.code, wrong.code) << wrong.octets << ": " << golden::error_text(error);
    EXPECT_EQ(error.element, wrong.element) << wrong.octets;
    EXPECT_EQ(error.offset, wrong.offset) << wrong.octets;
  }
}

TEST(MapParameter, elements_of_later_releases_are_kept_where_they_stood) {
  // [17] behind the last element known, and one of a private tag in front of [7].
  const Octets octets = hex("30 15 80 01 91 81 01 ff 82 01 91 df 22 01 05 87 00 91 02 01 02 92 00");
  RoutingInfoForSmArg argument;
  const ber::Error error = decode(octets, argument);
  ASSERT_FALSE(error) << golden::error_text(error);
  EXPECT_TRUE(argument.gprs_support_indicator);
  EXPECT_EQ(argument.rest.runs.size(), 2U);
  EXPECT_EQ(to_hex(written(argument)), to_hex(octets));
}

TEST(MapParameter, indefinite_lengths_are_read_and_written_definite) {
  const Octets octets = hex("30 80 04 01 42 a0 80 81 01 91 a6 80 81 01 91 00 00 00 00 00 00");
  RoutingInfoForSmRes result;
  const ber::Error error = decode(octets, result);
  ASSERT_FALSE(error) << golden::error_text(error);
  EXPECT_EQ(result.location_info_with_lmsi.additional_number->kind, AdditionalNumberKind::sgsn);
  EXPECT_EQ(golden::digits(written(result)),
            "300d"
            "040142"
            "a008"
            "810191"
            "a603"
            "810191");
}

TEST(MapParameter, versions_1_and_2_have_causes_without_a_sequence) {
  SystemFailureParam failure;
  ASSERT_FALSE(decode(hex("0a 01 05"), failure));
  EXPECT_TRUE(failure.is_bare);
  EXPECT_EQ(failure.network_resource, NetworkResource::vmsc);
  EXPECT_EQ(to_hex(written(failure)), "0a 01 05");
  ASSERT_FALSE(decode(hex("30 03 0a 01 05"), failure));
  EXPECT_FALSE(failure.is_bare);
  EXPECT_EQ(failure.network_resource, NetworkResource::vmsc);

  CallBarredParam barred;
  ASSERT_FALSE(decode(hex("0a 01 01"), barred));
  EXPECT_EQ(barred.call_barring_cause, CallBarringCause::operator_barring);
  EXPECT_EQ(to_hex(written(barred)), "0a 01 01");

  SmDeliveryFailureCause cause;
  ASSERT_FALSE(decode(hex("0a 01 04"), cause));
  EXPECT_EQ(cause.cause, SmEnumeratedDeliveryFailureCause::sc_congestion);
  EXPECT_EQ(to_hex(written(cause)), "0a 01 04");
  EXPECT_TRUE(decode(hex("02 01 04"), cause));

  NoteSubscriberPresentArg present;
  ASSERT_FALSE(decode(hex("04 02 42 f0"), present));
  EXPECT_EQ(to_hex(present.imsi), "42 f0");
  EXPECT_EQ(to_hex(written(present)), "04 02 42 f0");
}

TEST(MapParameter, versions_1_and_2_of_cancel_location_and_purge_ms) {
  CancelLocationArg cancel;
  ASSERT_FALSE(decode(hex("04 02 42 f0"), cancel));
  EXPECT_TRUE(cancel.is_bare);
  EXPECT_EQ(cancel.identity.kind, IdentityKind::imsi);
  EXPECT_EQ(to_hex(written(cancel)), "04 02 42 f0");
  ASSERT_FALSE(decode(hex("30 08 04 02 42 f0 04 02 01 02"), cancel));
  EXPECT_EQ(cancel.identity.kind, IdentityKind::imsi_with_lmsi);
  ASSERT_FALSE(decode(hex("a3 04 04 02 42 f0"), cancel));
  EXPECT_FALSE(cancel.is_bare);

  PurgeMsArg purge;
  ASSERT_FALSE(decode(hex("30 07 04 02 42 f0 04 01 91"), purge));
  EXPECT_TRUE(purge.is_sequence);
  ASSERT_TRUE(purge.vlr_number_v2.has_value());
  EXPECT_EQ(to_hex(written(purge)), "30 07 04 02 42 f0 04 01 91");
}

TEST(MapParameter, two_octet_strings_of_one_sequence_are_told_apart_by_their_place) {
  MoForwardSmArg argument;
  ASSERT_FALSE(decode(hex("30 0b 84 00 82 00 04 01 aa 04 02 42 f0"), argument));
  EXPECT_EQ(to_hex(argument.sm_rp_ui), "aa");
  ASSERT_TRUE(argument.imsi.has_value());
  EXPECT_EQ(to_hex(*argument.imsi), "42 f0");
  EXPECT_EQ(argument.sm_rp_da.kind, SmRpDaKind::service_centre_address);
  EXPECT_EQ(argument.sm_rp_oa.kind, SmRpOaKind::msisdn);
}

TEST(MapParameter, mw_status_has_named_bits) {
  InformServiceCentreArg argument;
  ASSERT_FALSE(decode(hex("30 04 03 02 02 50"), argument));
  ASSERT_TRUE(argument.mw_status.has_value());
  const auto is_set = [&](MwStatus bit) {
    return argument.mw_status->test(static_cast<std::size_t>(bit));
  };
  EXPECT_TRUE(is_set(MwStatus::mnrf_set));
  EXPECT_TRUE(is_set(MwStatus::mnrg_set));
  EXPECT_FALSE(is_set(MwStatus::mcef_set));
  EXPECT_FALSE(is_set(MwStatus::mnr5g_set));
}

TEST(MapDialogue, user_information_of_something_else_is_told) {
  Octets pdu;
  EXPECT_EQ(find_dialogue_pdu({}, pdu).code, ErrorCode::missing);
  EXPECT_EQ(find_dialogue_pdu(hex("04 00"), pdu).code, ErrorCode::unexpected);
  const ber::Error other = find_dialogue_pdu(hex("28 05 06 01 2a a0 00"), pdu);
  EXPECT_EQ(other.code, ErrorCode::value);
  EXPECT_EQ(other.element, "map-DialogueAS");
  EXPECT_EQ(find_dialogue_pdu(hex("28 0b 06 07 04 00 00 01 01 01 01 a0 00"), pdu).code,
            ErrorCode::missing);
  EXPECT_TRUE(pdu.empty());
}

}  // namespace
}  // namespace rung::map
