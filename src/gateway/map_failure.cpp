#include "gateway/map_failure.hpp"

#include <algorithm>

namespace rung::gateway {
namespace {

using map::UserError;

constexpr std::uint8_t cause(map::SmEnumeratedDeliveryFailureCause value) {
  return static_cast<std::uint8_t>(value);
}
constexpr std::uint8_t cause(map::CallBarringCause value) {
  return static_cast<std::uint8_t>(value);
}

using enum map::SmEnumeratedDeliveryFailureCause;
using enum map::CallBarringCause;

constexpr NamedFailure kForwardFailures[] = {
    {"unknown_service_centre", UserError::sm_delivery_failure, cause(unknown_service_centre), 1},
    {"sc_congestion", UserError::sm_delivery_failure, cause(sc_congestion), kRpCauseCongestion},
    {"invalid_sme_address", UserError::sm_delivery_failure, cause(invalid_sme_address), 21},
    {"not_sc_subscriber", UserError::sm_delivery_failure, cause(subscriber_not_sc_subscriber), 28},
    {"facility_not_supported", UserError::facility_not_supported, {}, 69},
    {"system_failure", UserError::system_failure, {}, kRpCauseOutOfOrder},
    {"unexpected_data_value", UserError::unexpected_data_value, {}, kRpCauseOutOfOrder},
    {"data_missing", UserError::data_missing, {}, kRpCauseOutOfOrder},
    {"", UserError::teleservice_not_provisioned, {}, 50},
    {"", UserError::call_barred, cause(barring_service_active), 10},
    {"", UserError::call_barred, cause(operator_barring), 8},
    {"", UserError::call_barred, {}, 10},
};
constexpr NamedFailure kReadyFailures[] = {
    {"unknown_subscriber", UserError::unknown_subscriber, {}, 30},
    {"facility_not_supported", UserError::facility_not_supported, {}, 69},
    {"system_failure", UserError::system_failure, {}, kRpCauseOutOfOrder},
    {"unexpected_data_value", UserError::unexpected_data_value, {}, kRpCauseOutOfOrder},
    {"data_missing", UserError::data_missing, {}, kRpCauseOutOfOrder},
};

/// The cause inside the parameter of an error that has one.
std::optional<std::uint8_t> cause_of(UserError error, Octets parameter, Octets* report) {
  if (error == UserError::sm_delivery_failure) {
    map::SmDeliveryFailureCause failure;
    if (map::decode(parameter, failure)) return std::nullopt;
    if (report != nullptr) *report = failure.diagnostic_info.value_or(Octets{});
    if (failure.cause) return cause(*failure.cause);
  }
  if (error == UserError::call_barred) {
    map::CallBarredParam barred;
    if (map::decode(parameter, barred)) return std::nullopt;
    if (barred.call_barring_cause) return cause(*barred.call_barring_cause);
  }
  return std::nullopt;
}

}  // namespace

std::span<const NamedFailure> forward_failures() { return kForwardFailures; }
std::span<const NamedFailure> ready_failures() { return kReadyFailures; }

std::uint8_t rp_cause_of(std::span<const NamedFailure> table, const tcap::Component& component,
                         Octets* report) {
  const auto error = map::user_error_of(component.code.value_or(-1));
  if (!error) return kRpCauseOutOfOrder;
  const auto said = cause_of(*error, component.parameter, report);
  const auto row = std::find_if(table.begin(), table.end(), [&](const NamedFailure& known) {
    return known.error == *error && (!known.cause || known.cause == said);
  });
  return row == table.end() ? kRpCauseOutOfOrder : row->rp_cause;
}

DeliveryEnd delivery_end_of(std::uint16_t sip_status) {
  switch (sip_status) {
    case 0: return DeliveryEnd::no_answer;
    case 404:
    case 408:
    case 410:
    case 430:
    case 480: return DeliveryEnd::sip_absent;
    default: return DeliveryEnd::sip_failure;
  }
}

MapFailure failure_of(DeliveryEnd end, bool sip_480_is_absent) {
  using enum map::AbsentSubscriberDiagnosticSm;
  const MapFailure equipment{UserError::sm_delivery_failure, equipment_protocol_error, {}};
  switch (end) {
    case DeliveryEnd::memory_full:
      return {UserError::sm_delivery_failure, memory_capacity_exceeded, {}};
    // 23.040 names absentSubscriber a cause of SM-DeliveryFailure, which MAP has no value for.
    case DeliveryEnd::no_answer:
      return {UserError::absent_subscriber_sm, {}, no_response_via_ip_sm_gw};
    case DeliveryEnd::unregistered:
      return {UserError::absent_subscriber_sm, {}, deregistered_for_ims};
    case DeliveryEnd::unequipped:
      return {UserError::sm_delivery_failure, equipment_not_sm_equipped, {}};
    case DeliveryEnd::sip_absent:
      if (!sip_480_is_absent) return equipment;
      return {UserError::absent_subscriber_sm, {}, deregistered_for_ims};
    default: return equipment;
  }
}

MapFailure failure_of(const tcap::Component& component) {
  MapFailure failure{UserError::system_failure, {}, {}};
  const auto error = map::user_error_of(component.code.value_or(-1));
  if (!error) return failure;
  failure.error = *error;
  if (*error == UserError::sm_delivery_failure) {
    map::SmDeliveryFailureCause parameter;
    if (!map::decode(component.parameter, parameter)) failure.cause = parameter.cause;
  }
  if (*error == UserError::absent_subscriber_sm) {
    map::AbsentSubscriberSmParam parameter;
    if (!map::decode(component.parameter, parameter))
      failure.diagnostic = parameter.absent_subscriber_diagnostic_sm;
  }
  return failure;
}

map::UserError error_in(map::Version version, map::UserError error) {
  const bool is_absent =
      error == UserError::absent_subscriber || error == UserError::absent_subscriber_sm;
  if (!is_absent) return error;
  return version >= 3 ? UserError::absent_subscriber_sm : UserError::absent_subscriber;
}

void answer_failure(Dialogues& dialogues, std::uint32_t dialogue, const MapFailure& failure,
                    Octets report, Then then, Time now) {
  const map::Version version = dialogues[dialogue].context.version;
  const UserError error = error_in(version, failure.error);
  if (error == UserError::absent_subscriber_sm) {
    map::AbsentSubscriberSmParam parameter;
    parameter.absent_subscriber_diagnostic_sm = failure.diagnostic;
    return dialogues.error(dialogue, error, parameter, then, now);
  }
  if (error == UserError::sm_delivery_failure) {
    map::SmDeliveryFailureCause parameter;
    parameter.cause = failure.cause.value_or(equipment_protocol_error);
    parameter.is_bare = version == 1;
    if (version > 1 && !report.empty()) parameter.diagnostic_info = report;
    return dialogues.error(dialogue, error, parameter, then, now);
  }
  dialogues.error(dialogue, static_cast<std::int32_t>(error), {}, then, now);
}

}  // namespace rung::gateway
