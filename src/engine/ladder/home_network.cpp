#include "engine/ladder/home_network.hpp"

#include "engine/base/assert.hpp"
#include "engine/wire/bcd.hpp"

namespace rung {
namespace {

constexpr CentreIndex kCentre{0};
constexpr GatewayIndex kGateway{0};

void fail(map::UserError error, NetworkReply& reply) {
  reply.component = tcap::ComponentType::return_error;
  reply.code = static_cast<std::int32_t>(error);
  reply.parameter = {};
  reply.has_parameter = false;
}

std::string_view number_of(ServingNode node, const NetworkConfig& network) {
  switch (node) {
    case ServingNode::gateway: return network.gateway;
    case ServingNode::msc: return network.msc;
    case ServingNode::sgsn: return network.sgsn;
  }
  return {};
}

/// What a report says of each kind of node (TS 29.002 12.3.3).
FixedVector<Hss::Outcome, kServingNodes> outcomes_of(const map::ReportSmDeliveryStatusArg& report) {
  FixedVector<Hss::Outcome, kServingNodes> outcomes;
  const auto add = [&](ServingNode node, std::optional<map::SmDeliveryOutcome> outcome,
                       std::optional<std::uint8_t> diagnostic) {
    if (!outcome) return;
    Hss::Outcome one{node, *outcome, {}};
    if (diagnostic) one.diagnostic = static_cast<map::AbsentSubscriberDiagnosticSm>(*diagnostic);
    (void)outcomes.push_back(one);
  };
  const ServingNode first = report.ip_sm_gw_indicator && !report.ip_sm_gw_sm_delivery_outcome
                                ? ServingNode::gateway
                            : report.delivery_outcome_indicator ? ServingNode::sgsn
                                                                : ServingNode::msc;
  add(first, report.sm_delivery_outcome, report.absent_subscriber_diagnostic_sm);
  add(first == ServingNode::sgsn ? ServingNode::msc : ServingNode::sgsn,
      report.additional_sm_delivery_outcome, report.additional_absent_subscriber_diagnostic_sm);
  if (first != ServingNode::gateway) {
    add(ServingNode::gateway, report.ip_sm_gw_sm_delivery_outcome,
        report.ip_sm_gw_absent_subscriber_diagnostic_sm);
  }
  return outcomes;
}

}  // namespace

Octets NetworkReply::kept(std::size_t size) {
  ENGINE_ASSERT(size != 0);
  const Octets octets(room_.data() + used_, size);
  used_ += size;
  return octets;
}

Octets NetworkReply::address(std::string_view digits) {
  return kept(bcd::encode_address(digits, std::span(room_).subspan(used_)));
}

Octets NetworkReply::plain(std::string_view digits) {
  return kept(bcd::encode_digits(digits, std::span(room_).subspan(used_)));
}

HomeNetwork::HomeNetwork(std::uint32_t subscribers, const PlayConfig& config)
    : config_(config), hss_(subscribers, config.network.hss_policy) {}

void HomeNetwork::note(const NetworkMessage& asked, UeIndex ue) {
  if (!ue.valid()) return;
  if (const auto* change = std::get_if<map::AnyTimeModificationArg>(&asked.parameters[0])) {
    if (!change->modification_request_for_ip_sm_gw_data) return;
    const auto status = change->modification_request_for_ip_sm_gw_data->modify_registration_status;
    if (status == map::ModificationInstruction::activate) take(hss_.activate(ue, kGateway));
    if (status == map::ModificationInstruction::deactivate) take(hss_.deactivate(ue, kGateway));
  } else if (std::get_if<map::PurgeMsArg>(&asked.parameters[0]) != nullptr) {
    take(hss_.deactivate(ue, kGateway));
  } else if (std::get_if<map::UpdateGprsLocationArg>(&asked.parameters[0]) != nullptr) {
    take(hss_.activate(ue, kGateway));
  } else if (const auto* ready = std::get_if<map::ReadyForSmArg>(&asked.parameters[0])) {
    take(hss_.ready(ue, ServingNode::gateway,
                    ready->alert_reason == map::AlertReason::memory_available));
  }
}

void HomeNetwork::note_nodes(const MapParameter& answer, UeIndex ue) {
  const auto* found = std::get_if<map::RoutingInfoForSmRes>(&answer);
  const bool absent = std::holds_alternative<map::AbsentSubscriberSmParam>(answer);
  if (!ue.valid() || (found == nullptr && !absent)) return;
  bool msc = false;
  bool sgsn = false;
  if (found != nullptr) {
    const map::LocationInfoWithLmsi& nodes = found->location_info_with_lmsi;
    (nodes.gprs_node_indicator ? sgsn : msc) = true;
    if (nodes.additional_number)
      (nodes.additional_number->kind == map::AdditionalNumberKind::sgsn ? sgsn : msc) = true;
  }
  hss_.set_attached(ue, ServingNode::msc, msc);
  hss_.set_attached(ue, ServingNode::sgsn, sgsn);
}

void HomeNetwork::answer(const NetworkMessage& asked, Party element, const Subscriber& subscriber,
                         NetworkReply& reply) {
  if (!asked.operation) {
    reply.component = tcap::ComponentType::reject;
    reply.problem = tcap::kUnrecognizedOperation;
    return;
  }
  reply.code = static_cast<std::int32_t>(*asked.operation);
  const bool argument = !std::holds_alternative<std::monostate>(asked.parameters[0]);
  if (!argument || asked.map_error.code != ber::ErrorCode::none) {
    reply.component = tcap::ComponentType::reject;
    reply.problem = tcap::kInvokeMistypedParameter;
    return;
  }
  if (element == Party::hss) return answer_as_hss(asked, subscriber, reply);
  switch (*asked.operation) {
    case map::Operation::mo_forward_sm:
    case map::Operation::mt_forward_sm:
    case map::Operation::alert_service_centre: return;  // taken
    default: return fail(map::UserError::facility_not_supported, reply);
  }
}

/// TS 29.002 12.1: the nodes in the order of the HSS's priorities, or why there is none. The
/// gateway asks itself, so its inquiry is never relayed.
void HomeNetwork::route(const map::RoutingInfoForSmArg& asked, const Subscriber& subscriber,
                        NetworkReply& reply) {
  const Hss::Inquiry inquiry{.centre = kCentre,
                             .priority = asked.sm_rp_pri.value,
                             .gprs_support = asked.gprs_support_indicator,
                             .from_gateway = true,
                             .t4_trigger = asked.t4_trigger_indicator};
  const Hss::Routing routing = hss_.route(subscriber.ue, inquiry);
  if (routing.kind != Hss::Routing::Kind::numbers || routing.numbers.empty()) {
    fail(map::UserError::absent_subscriber_sm, reply);
    map::AbsentSubscriberSmParam absent;
    if (!routing.absences.empty())
      absent.absent_subscriber_diagnostic_sm = routing.absences[0].diagnostic;
    if (routing.with_imsi) absent.imsi = reply.plain(subscriber.imsi);
    reply.parameter = absent;
    reply.has_parameter = true;
    return;
  }
  map::RoutingInfoForSmRes result;
  result.imsi = reply.plain(subscriber.imsi);
  map::LocationInfoWithLmsi& nodes = result.location_info_with_lmsi;
  const auto kind = [](const Hss::Number& number) {
    return number.given_as == ServingNode::sgsn ? map::AdditionalNumberKind::sgsn
                                                : map::AdditionalNumberKind::msc;
  };
  const auto& numbers = routing.numbers;
  nodes.network_node_number = reply.address(number_of(numbers[0].node, config_.network));
  nodes.gprs_node_indicator = numbers[0].given_as == ServingNode::sgsn;
  nodes.ims_node_indicator = numbers[0].given_as == ServingNode::gateway;
  if (numbers.size() > 1) {
    nodes.additional_number.emplace();
    nodes.additional_number->kind = kind(numbers[1]);
    nodes.additional_number->contents = reply.address(number_of(numbers[1].node, config_.network));
  }
  reply.parameter = result;
  reply.has_parameter = true;
}

void HomeNetwork::answer_as_hss(const NetworkMessage& asked, const Subscriber& subscriber,
                                NetworkReply& reply) {
  if (!subscriber.ue.valid()) return fail(map::UserError::unknown_subscriber, reply);
  note(asked, subscriber.ue);
  switch (*asked.operation) {
    case map::Operation::send_routing_info_for_sm:
      return route(std::get<map::RoutingInfoForSmArg>(asked.parameters[0]), subscriber, reply);
    case map::Operation::report_sm_delivery_status: {
      const auto& report = std::get<map::ReportSmDeliveryStatusArg>(asked.parameters[0]);
      const auto outcomes = outcomes_of(report);
      const Hss::ReportAnswer answer =
          hss_.report(subscriber.ue, kCentre, {outcomes.begin(), outcomes.size()}, true);
      take(answer.change);
      if (answer.error) fail(*answer.error, reply);
      return;
    }
    case map::Operation::any_time_modification:  // its result is not optional (17.6.3)
      reply.parameter = map::AnyTimeModificationRes{};
      reply.has_parameter = true;
      return;
    case map::Operation::ready_for_sm:
    case map::Operation::purge_ms: return;
    case map::Operation::update_gprs_location: {
      map::UpdateGprsLocationRes result;
      result.hlr_number = reply.address(config_.network.hss);
      reply.parameter = result;
      reply.has_parameter = true;
      return;
    }
    default: return fail(map::UserError::facility_not_supported, reply);
  }
}

}  // namespace rung
