// tshark is the second reader: every argument, result, error and dialogue form that our encoders
// write, and every golden vector, is read without a complaint and with the octets that we say.
#include <gtest/gtest.h>

#include "engine/wire/map_fields.hpp"
#include "engine/wire/map_sample.hpp"
#include "engine/wire/pdml.hpp"
#include "engine/wire/sctp_packet.hpp"
#include "engine/wire/tcap_writer.hpp"
#include "engine/wire/tshark.hpp"

namespace rung::golden {
namespace {

/// An element of ours: the clause's name as tshark spells it, and its contents.
struct Leaf {
  std::string name;
  std::string hex;
};
using Leaves = std::vector<Leaf>;

struct Case {
  std::string place;
  std::vector<std::uint8_t> m3ua;
  Leaves leaves;
};

std::string spelt(std::string_view name) {
  std::string text{name};
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

std::string_view alternative(const map::SmRpDa& da) {
  using enum map::SmRpDaKind;
  if (da.kind == service_centre_address) return "serviceCentreAddressDA";
  return da.kind == imsi ? "imsi" : da.kind == lmsi ? "lmsi" : "noSM-RP-DA";
}
std::string_view alternative(const map::SmRpOa& oa) {
  using enum map::SmRpOaKind;
  if (oa.kind == service_centre_address) return "serviceCentreAddressOA";
  return oa.kind == msisdn ? "msisdn" : "noSM-RP-OA";
}
std::string_view alternative(const map::AdditionalNumber& number) {
  return number.kind == map::AdditionalNumberKind::msc ? "msc-Number" : "sgsn-Number";
}
std::string_view alternative(const map::SubscriberIdentity& identity) {
  return identity.kind == map::SubscriberIdentityKind::imsi ? "imsi" : "msisdn";
}
std::string_view alternative(const map::Identity& identity) {
  return identity.kind == map::IdentityKind::imsi ? "imsi" : "imsi-WithLMSI";
}
std::string_view alternative(const map::SubscriberState&) { return "assumedIdle"; }
std::string_view alternative(const map::UserAbortChoice&) { return "userResourceLimitation"; }

template <ber::Record R>
void leaves_of(const R& record, Leaves& leaves);

template <class T>
void leaves_of_value(const T& value, std::string_view name, Leaves& leaves) {
  if constexpr (ber::Record<T>) {
    leaves_of(value, leaves);
  } else if constexpr (ber::detail::IsChoice<T>::value) {
    leaves.push_back({spelt(alternative(value)), digits(value.contents)});
  } else if constexpr (std::is_same_v<T, ber::BitString>) {
    leaves.push_back({spelt(name), digits(value.octets)});
  } else if constexpr (std::is_same_v<T, bool>) {
    if (value) leaves.push_back({spelt(name), ""});
  } else {
    std::array<std::uint8_t, 512> out;
    ber::Writer writer{out};
    ber::detail::write_value(writer, ber::kOctetString, value);
    ber::Cursor cursor{writer.written()};
    ber::Element element;
    ASSERT_TRUE(cursor.next(element));
    leaves.push_back({spelt(name), digits(element.contents)});
  }
}

template <ber::Record R>
void leaves_of(const R& record, Leaves& leaves) {
  const auto add = [&](const auto& field) {
    const auto& value = record.*(field.kMember);
    if constexpr (ber::detail::IsOptional<std::remove_cvref_t<decltype(value)>>::value) {
      if (value.has_value()) leaves_of_value(*value, field.name, leaves);
    } else {
      leaves_of_value(value, field.name, leaves);
    }
  };
  std::apply([&](const auto&... field) { (add(field), ...); }, R::fields());
}

/// The message in SCCP, UDT or, where that is too short, LUDT, and in M3UA DATA.
std::vector<std::uint8_t> carried(Octets tcap) {
  std::array<std::uint8_t, 16> called;
  std::array<std::uint8_t, 16> calling;
  sccp::Message message;
  message.type = tcap.size() <= sccp::kUnitDataMax ? sccp::Type::udt : sccp::Type::ludt;
  message.called = sccp::e164_address("46708000003", sccp::kSsnMsc, called);
  message.calling = sccp::e164_address("46708000001", sccp::kSsnMsc, calling);
  message.data = tcap;
  std::array<std::uint8_t, 4096> user_data;
  const auto size = sccp::encode(message, user_data);
  EXPECT_TRUE(size.ok());
  std::vector<std::uint8_t> out(8192);
  m3ua::MessageWriter writer{out, m3ua::Type::data};
  writer.data({.opc = 1, .dpc = 2, .ni = 2, .sls = 5, .user_data = Octets{user_data}.first(*size)});
  out.resize(writer.finish());
  return out;
}

/// A context of an operation's, for the dialogue portion of a case.
map::ApplicationContext context_of_operation(map::Operation operation) {
  using enum map::Operation;
  using enum map::ContextName;
  switch (operation) {
    case cancel_location: return {location_cancellation, 3};
    case note_subscriber_data_modified: return {subscriber_data_modification_notification, 3};
    case insert_subscriber_data:
    case update_gprs_location: return {gprs_location_update, 3};
    case mt_forward_sm: return {short_msg_mt_relay, 3};
    case send_routing_info_for_sm:
    case report_sm_delivery_status:
    case inform_service_centre: return {short_msg_gateway, 3};
    case mo_forward_sm: return {short_msg_mo_relay, 3};
    case note_subscriber_present: return {mwd_mngt, 1};
    case alert_service_centre_without_result: return {short_msg_alert, 1};
    case alert_service_centre: return {short_msg_alert, 2};
    case any_time_modification: return {any_time_info_handling, 3};
    case ready_for_sm: return {mwd_mngt, 3};
    case purge_ms: return {ms_purging, 3};
    case any_time_interrogation: return {any_time_info_enquiry, 3};
  }
  return {};
}

class Cases {
 public:
  /// An invoke in a Begin, a result or an error in an End.
  template <ber::Record R>
  void add(const std::string& place, tcap::ComponentType type, std::int32_t code,
           map::ApplicationContext context, const R& record) {
    std::array<std::uint8_t, 2048> out;
    tcap::Writer writer{out};
    map::write(writer.parameter(), record);
    if (type == tcap::ComponentType::invoke) writer.invoke(1, code);
    if (type == tcap::ComponentType::return_result_last) writer.return_result(1, code);
    if (type == tcap::ComponentType::return_error) writer.return_error(1, code);
    Leaves leaves;
    leaves_of(record, leaves);
    leaves.push_back({"localValue", fmt::format("{:02x}", code)});
    leaves.push_back({"invokeID", "01"});
    const map::ApplicationContextOctets name = map::octets_of(context);
    const bool is_begin = type == tcap::ComponentType::invoke;
    tcap::Dialogue dialogue{.application_context = name};
    if (context.version > 1) {  // version 1 has no dialogue portion
      dialogue.pdu = is_begin ? tcap::DialoguePdu::request : tcap::DialoguePdu::response;
      leaves.push_back({"application_context_name", digits(name)});
    }
    finish(place, writer, is_begin ? tcap::Type::begin : tcap::Type::end, dialogue, leaves);
  }

  /// A message as the writer has it, ids by its type.
  void finish(const std::string& place, tcap::Writer& writer, tcap::Type type,
              const tcap::Dialogue& dialogue, Leaves leaves,
              std::optional<tcap::PAbortCause> cause = {}) {
    using enum tcap::Type;
    tcap::TransactionId otid;
    tcap::TransactionId dtid;
    const auto number = static_cast<std::uint32_t>(cases.size() + 1);
    if (type == begin || type == continue_) otid = tcap::TransactionId::of(number);
    if (type == end || type == continue_ || type == abort) {
      dtid = tcap::TransactionId::of(number + 0x01000000);
    }
    const Octets octets = writer.finish(type, otid, dtid, dialogue, cause);
    ASSERT_FALSE(octets.empty()) << place;
    if (otid.size != 0) leaves.push_back({"otid", digits(otid.span())});
    if (dtid.size != 0) leaves.push_back({"dtid", digits(dtid.span())});
    cases.push_back({place, carried(octets), leaves});
  }

  std::vector<Case> cases;
};

/// What the sample leaves out or adds so that it is of version 3, as its context says.
template <class P>
void make_version_3(P& parameter) {
  if constexpr (std::is_same_v<P, map::MoForwardSmArg>) parameter.more_messages_to_send = false;
  if constexpr (std::is_same_v<P, map::PurgeMsArg>) parameter.vlr_number_v2.reset();
  if constexpr (std::is_same_v<P, map::ReportSmDeliveryStatusArg>) {
    parameter.sm_delivery_outcome = map::SmDeliveryOutcome::absent_subscriber;
  }
  if constexpr (std::is_same_v<P, map::RoamingNotAllowedParam>) {
    parameter.roaming_not_allowed_cause = map::RoamingNotAllowedCause::plmn_roaming_not_allowed;
  }
  if constexpr (std::is_same_v<P, map::SmDeliveryFailureCause>) {
    parameter.cause = map::SmEnumeratedDeliveryFailureCause::sc_congestion;
  }
}

/// smsf-supportIndicator is of a later release than tshark 4.0 knows: it is shown without a name.
bool is_unnamed_by_tshark(const std::string& name) { return name == "smsf_supportIndicator"; }

void expect_read_by_tshark(const std::vector<Case>& cases) {
  if (!has_tshark()) GTEST_SKIP() << "no tshark";
  CaptureFile capture;
  std::uint32_t tsn = 0;
  for (const Case& one : cases) capture.put(sctp_packet(one.m3ua, ++tsn));

  const std::vector<std::string> packets = pdml_packets(capture.read("-T pdml"));

  ASSERT_EQ(packets.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Pdml pdml{packets[i]};
    EXPECT_EQ(pdml.complaint(), "") << cases[i].place;
    for (const Leaf& leaf : cases[i].leaves) {
      if (is_unnamed_by_tshark(leaf.name)) continue;
      // What has elements of its own has no octets in PDML.
      const bool found = leaf.hex.empty()
                             ? pdml.has(leaf.name) || pdml.has(leaf.name + "_null")
                             : pdml.has(leaf.name, leaf.hex) || pdml.has(leaf.name, "");
      EXPECT_TRUE(found) << cases[i].place << ": " << leaf.name << " " << leaf.hex
                         << ", tshark has " << pdml.values(leaf.name);
    }
  }
}

TEST(MapTshark, reads_every_golden_vector_as_we_do) {
  std::vector<Case> cases;
  for (const Ss7Vector& vector : load_ss7("map.txt")) {
    m3ua::View view;
    sccp::Message carrier;
    tcap::Message message;
    ASSERT_EQ(m3ua::decode(vector.octets, view), m3ua::Error::none);
    ASSERT_EQ(sccp::decode(view.data().user_data, carrier), sccp::Error::none);
    ASSERT_FALSE(tcap::decode(carrier.data, message));
    Case one{.place = vector.place, .m3ua = vector.octets, .leaves = {}};
    if (message.otid.size != 0) one.leaves.push_back({"otid", digits(message.otid.span())});
    if (message.dtid.size != 0) one.leaves.push_back({"dtid", digits(message.dtid.span())});
    for (const tcap::Component& component : message.components) {
      with_parameter(component, [&](auto parameter) {
        if (component.parameter.empty()) return;
        ASSERT_FALSE(map::decode(component.parameter, parameter));
        leaves_of(parameter, one.leaves);
      });
      if (!component.code.has_value()) continue;
      one.leaves.push_back({"localValue", fmt::format("{:02x}", *component.code)});
    }
    cases.push_back(one);
  }
  expect_read_by_tshark(cases);
}

/// Its result is empty, or it has none.
bool has_no_result(map::Operation operation) {
  using enum map::Operation;
  return operation == inform_service_centre || operation == alert_service_centre_without_result ||
         operation == note_subscriber_present || operation == alert_service_centre;
}

/// Every filling of one parameter, in a message of that context.
template <ber::Record P>
void add_fillings(Cases& cases, std::string_view name, tcap::ComponentType type, std::int32_t code,
                  map::ApplicationContext context) {
  map::for_each_filling<P>([&](P parameter) {
    make_version_3(parameter);
    cases.add(fmt::format("{} {} {}", tcap::to_string(type), name, cases.cases.size()), type, code,
              context, parameter);
  });
}

TEST(MapTshark, reads_every_argument_and_result) {
  using enum tcap::ComponentType;
  Cases cases;
#define RUNG_MAP_OPERATION(id, name, code, timer, argument, result)              \
  {                                                                              \
    const auto context = context_of_operation(map::Operation::id);               \
    add_fillings<map::argument>(cases, name, invoke, code, context);             \
    if (!has_no_result(map::Operation::id)) {                                    \
      add_fillings<map::result>(cases, name, return_result_last, code, context); \
    }                                                                            \
  }
#include "engine/wire/map_operation.def"
#undef RUNG_MAP_OPERATION
  EXPECT_GT(cases.cases.size(), 180U);
  expect_read_by_tshark(cases.cases);
}

TEST(MapTshark, reads_every_error) {
  Cases cases;
  constexpr map::ApplicationContext context{map::ContextName::short_msg_mt_relay, 3};
#define RUNG_MAP_USER_ERROR(id, name, code, parameter) \
  add_fillings<map::parameter>(cases, name, tcap::ComponentType::return_error, code, context);
#include "engine/wire/map_user_error.def"
#undef RUNG_MAP_USER_ERROR
  EXPECT_GE(cases.cases.size(), 80U);
  expect_read_by_tshark(cases.cases);
}

/// The smallest of a parameter.
template <ber::Record P>
P smallest() {
  P parameter;
  map::fill(parameter, {map::Filling::kNone});
  return parameter;
}

TEST(MapTshark, reads_the_forms_of_versions_1_and_2) {
  using enum map::ContextName;
  using enum tcap::ComponentType;
  constexpr map::ApplicationContext mo{short_msg_mo_relay, 2};
  constexpr map::ApplicationContext mt{short_msg_mt_relay, 2};
  Cases cases;
  auto forward = smallest<map::MoForwardSmArg>();
  cases.add("forwardSM, version 1", invoke, 46, {short_msg_mo_relay, 1}, forward);
  cases.add("forwardSM, MO", invoke, 46, mo, forward);
  forward.more_messages_to_send = true;
  cases.add("forwardSM, MT", invoke, 46, mt, forward);
  cases.add("sendRoutingInfoForSM", invoke, 45, {short_msg_gateway, 1},
            smallest<map::RoutingInfoForSmArg>());
  cases.add("reportSM-DeliveryStatus", invoke, 47, {short_msg_gateway, 2}, [] {
    auto report = smallest<map::ReportSmDeliveryStatusArg>();
    report.sm_delivery_outcome = map::SmDeliveryOutcome::successful_transfer;
    return report;
  }());
  auto cancel = smallest<map::CancelLocationArg>();
  cancel.is_bare = true;
  cases.add("cancelLocation of IMSI and LMSI", invoke, 3, {location_cancellation, 2}, cancel);
  cancel.identity = {map::IdentityKind::imsi, map::detail::kImsi};
  cases.add("cancelLocation of IMSI", invoke, 3, {location_cancellation, 2}, cancel);
  auto purge = smallest<map::PurgeMsArg>();
  purge.is_sequence = true;
  purge.vlr_number_v2 = map::detail::kNumber;
  cases.add("purgeMS", invoke, 67, {ms_purging, 2}, purge);
  map::CallBarredParam barred;
  barred.is_bare = true;
  barred.call_barring_cause = map::CallBarringCause::operator_barring;
  cases.add("callBarred", return_error, 13, mo, barred);
  map::SystemFailureParam failure;
  failure.is_bare = true;
  failure.network_resource = map::NetworkResource::vmsc;
  cases.add("systemFailure", return_error, 34, mo, failure);
  cases.add("absentSubscriber", return_error, 27, mt, map::AbsentSubscriberParam{});
  map::SmDeliveryFailureCause cause;
  cause.is_bare = true;
  cause.cause = map::SmEnumeratedDeliveryFailureCause::unknown_service_centre;
  cases.add("sm-DeliveryFailure", return_error, 32, {short_msg_mo_relay, 1}, cause);
  expect_read_by_tshark(cases.cases);
}

/// A MAP dialogue PDU as a dialogue portion's user information.
template <ber::Record R>
std::vector<std::uint8_t> user_information(const R& info) {
  std::array<std::uint8_t, 256> out;
  ber::Writer writer{out};
  map::write(writer, info);
  map::wrap_dialogue_pdu(writer, 0);
  return {writer.written().begin(), writer.written().end()};
}

/// Every filling of a MAP dialogue PDU in the TCAP message that carries it.
template <ber::Record R>
void add_dialogue_pdus(Cases& cases, const std::string& place, tcap::Type type,
                       tcap::Dialogue dialogue) {
  map::for_each_filling<R>([&](const R& info) {
    const std::vector<std::uint8_t> octets = user_information(info);
    dialogue.user_information = octets;
    Leaves leaves;
    leaves_of(info, leaves);
    std::array<std::uint8_t, 512> out;
    tcap::Writer writer{out};
    cases.finish(fmt::format("{} {}", place, cases.cases.size()), writer, type, dialogue, leaves);
  });
}

TEST(MapTshark, reads_every_dialogue_pdu) {
  using enum tcap::DialoguePdu;
  const map::ApplicationContextOctets context =
      map::octets_of({map::ContextName::short_msg_mt_relay, 3});
  const tcap::Dialogue aarq{.pdu = request, .application_context = context};
  const tcap::Dialogue aare{.pdu = response, .application_context = context};
  tcap::Dialogue refused = aare;
  refused.result = tcap::AssociateResult::reject_permanent;
  refused.diagnostic = tcap::Diagnostic::no_reason_given;
  const tcap::Dialogue abrt{.pdu = abort};
  Cases cases;

  add_dialogue_pdus<map::MapOpenInfo>(cases, "open", tcap::Type::begin, aarq);
  add_dialogue_pdus<map::MapAcceptInfo>(cases, "accept", tcap::Type::continue_, aare);
  add_dialogue_pdus<map::MapCloseInfo>(cases, "close", tcap::Type::end, aare);
  add_dialogue_pdus<map::MapRefuseInfo>(cases, "refuse", tcap::Type::abort, refused);
  add_dialogue_pdus<map::MapUserAbortInfo>(cases, "user abort", tcap::Type::abort, abrt);
  add_dialogue_pdus<map::MapProviderAbortInfo>(cases, "provider abort", tcap::Type::abort, abrt);

  expect_read_by_tshark(cases.cases);
}

TEST(MapTshark, reads_every_form_of_dialogue_portion) {
  using enum tcap::DialoguePdu;
  const map::ApplicationContextOctets context =
      map::octets_of({map::ContextName::short_msg_mt_relay, 2});
  const Leaf name{"application_context_name", digits(context)};
  Cases cases;
  const auto add = [&cases](const std::string& place, tcap::Type type,
                            const tcap::Dialogue& dialogue, const Leaves& leaves) {
    std::array<std::uint8_t, 256> out;
    tcap::Writer writer{out};
    cases.finish(place, writer, type, dialogue, leaves);
  };
  for (const bool has_version : {true, false}) {
    const tcap::Dialogue aarq{
        .pdu = request, .has_version = has_version, .application_context = context};
    add("empty Begin", tcap::Type::begin, aarq, {name});
    add("Continue", tcap::Type::continue_,
        {.pdu = response, .has_version = has_version, .application_context = context},
        {name, {"result", "00"}, {"dialogue_service_user", "00"}});
  }
  for (const int value : {1, 2}) {
    const auto octet = fmt::format("{:02x}", value);
    const tcap::Dialogue aare{.pdu = response,
                              .application_context = context,
                              .result = tcap::AssociateResult::reject_permanent,
                              .diagnostic = static_cast<tcap::Diagnostic>(value)};
    add("refused by the user", tcap::Type::abort, aare,
        {name, {"result", "01"}, {"dialogue_service_user", octet}});
    tcap::Dialogue provider = aare;
    provider.diagnostic_source = tcap::DiagnosticSource::service_provider;
    add("refused by the provider", tcap::Type::abort, provider,
        {name, {"result", "01"}, {"dialogue_service_provider", octet}});
  }
  for (const int source : {0, 1}) {
    add("Abort", tcap::Type::abort,
        {.pdu = abort, .abort_source = static_cast<tcap::AbortSource>(source)},
        {{"abort_source", fmt::format("{:02x}", source)}});
  }
  add("Unidirectional", tcap::Type::unidirectional,
      {.pdu = request, .application_context = context}, {name});
  expect_read_by_tshark(cases.cases);
}

TEST(MapTshark, reads_every_abort_cause_and_problem) {
  Cases cases;
  for (int cause = 0; cause <= 4; ++cause) {
    std::array<std::uint8_t, 64> out;
    tcap::Writer writer{out};
    cases.finish("P-Abort", writer, tcap::Type::abort, {},
                 {{"p_abortCause", fmt::format("{:02x}", cause)}},
                 static_cast<tcap::PAbortCause>(cause));
  }
  const std::pair<tcap::ProblemType, std::string> types[] = {
      {tcap::ProblemType::general, "generalProblem"},
      {tcap::ProblemType::invoke, "invokeProblem"},
      {tcap::ProblemType::return_result, "returnResultProblem"},
      {tcap::ProblemType::return_error, "returnErrorProblem"}};
  for (const auto& [type, name] : types) {
    for (std::uint8_t value = 0; value < 8; ++value) {
      const tcap::Problem problem{type, value};
      if (tcap::to_string(problem) == "unknown") continue;
      for (const bool has_id : {true, false}) {
        std::array<std::uint8_t, 64> out;
        tcap::Writer writer{out};
        const std::int8_t id = -3;
        writer.reject(has_id ? std::optional{id} : std::nullopt, problem);
        Leaves leaves{{name, fmt::format("{:02x}", value)}};
        if (has_id) leaves.push_back({"derivable", "fd"});
        cases.finish(std::string(tcap::to_string(problem)), writer, tcap::Type::end, {}, leaves);
      }
    }
  }
  EXPECT_EQ(cases.cases.size(), 5U + 2 * 19);
  expect_read_by_tshark(cases.cases);
}

TEST(MapTshark, reads_several_components_of_one_message) {
  const auto context = map::octets_of({map::ContextName::short_msg_gateway, 3});
  std::array<std::uint8_t, 512> out;
  tcap::Writer writer{out};
  const auto inform = smallest<map::InformServiceCentreArg>();
  map::write(writer.parameter(), inform);
  writer.invoke(2, 63, std::int8_t{1});
  map::write(writer.parameter(), smallest<map::RoutingInfoForSmRes>());
  writer.return_result(1, 45, tcap::ComponentType::return_result_not_last);
  writer.return_result(-128, 46);
  Cases cases;
  const Leaves leaves = {{"linkedID", "01"},
                         {"invokeID", "02"},
                         {"invokeID", "01"},
                         {"invokeID", "80"},
                         {"localValue", "3f"},
                         {"localValue", "2d"},
                         {"returnResultNotLast", ""},
                         {"returnResultLast", ""},
                         {"networkNode_Number", digits(map::detail::kNumber)}};
  cases.finish("three components", writer, tcap::Type::continue_,
               {.pdu = tcap::DialoguePdu::response, .application_context = context}, leaves);
  expect_read_by_tshark(cases.cases);
}

}  // namespace
}  // namespace rung::golden
