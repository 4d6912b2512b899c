#include "engine/party/hss.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"

namespace rung {

Hss::Hss(std::uint32_t count, const HssPolicy& policy) : policy_(policy) {
  Row row;
  row.attached = bit(ServingNode::msc) | bit(ServingNode::sgsn);
  if (policy.gateway_preconfigured) row.gateway = 0;
  rows_.assign(count, row);
}

Hss::Change Hss::activate(UeIndex ue, GatewayIndex gateway) {
  ENGINE_ASSERT(gateway.value < kGatewaysMax);
  Row& row = rows_[ue.value];
  Change change;
  if (!connected(ue)) change.connected = true;
  row.attached |= bit(ServingNode::gateway);
  row.gateway = static_cast<std::uint8_t>(gateway.value);
  set_reachable(row, ServingNode::gateway);
  alert(row, change);
  return change;
}

Hss::Change Hss::deactivate(UeIndex ue, GatewayIndex gateway) {
  Row& row = rows_[ue.value];
  Change change;
  if (!connected(ue) || row.gateway != gateway.value) return change;
  row.attached &= static_cast<std::uint8_t>(~bit(ServingNode::gateway));
  row.gateway = policy_.gateway_preconfigured ? std::uint8_t{0} : kNoGateway;
  change.connected = false;
  return change;
}

void Hss::set_attached(UeIndex ue, ServingNode node, bool attached) {
  ENGINE_ASSERT(node != ServingNode::gateway);
  Row& row = rows_[ue.value];
  if (attached) {
    row.attached |= bit(node);
  } else {
    row.attached &= static_cast<std::uint8_t>(~bit(node));
  }
}

Hss::Routing Hss::route(UeIndex ue, const Inquiry& inquiry) {
  Row& row = rows_[ue.value];
  Routing routing;
  if (inquiry.has_correlation_id && served(row)) {
    routing.kind = Routing::Kind::numbers;
    (void)routing.numbers.push_back({ServingNode::gateway, ServingNode::gateway});
    return routing;
  }
  const bool may_relay = policy_.routing == HssPolicy::Routing::relay && served(row);
  if (may_relay && !inquiry.from_gateway && !inquiry.t4_trigger) {
    routing.kind = Routing::Kind::relay;
    return routing;
  }
  list_numbers(row, inquiry, routing);
  if (!routing.numbers.empty()) {
    routing.kind = Routing::Kind::numbers;
    routing.waiting = waiting_of(row, inquiry.centre);
    return routing;
  }
  list_absences(row, routing);
  routing.with_imsi = inquiry.from_gateway && connected(ue);
  // A full list leaves the centre out, which informServiceCentre then says.
  if (!routing.with_imsi) add_waiting(row, inquiry.centre);
  routing.waiting = waiting_of(row, inquiry.centre);
  return routing;
}

/// In order of priority, as many as the asking node can take. A gateway that asks is told the
/// others: it knows itself.
void Hss::list_numbers(const Row& row, const Inquiry& inquiry, Routing& routing) const {
  const std::size_t limit = inquiry.ip_messaging_support ? 3U : inquiry.gprs_support ? 2U : 1U;
  for (const ServingNode node : policy_.priority) {
    if (routing.numbers.size() == limit) break;
    if (offered(row, node, inquiry)) (void)routing.numbers.push_back({node, node});
  }
  if (inquiry.ip_messaging_support) return;
  for (Number& number : routing.numbers) {
    if (number.node != ServingNode::gateway) continue;
    const bool has_msc = std::ranges::any_of(
        routing.numbers, [](const Number& n) { return n.node == ServingNode::msc; });
    number.given_as = has_msc ? ServingNode::sgsn : ServingNode::msc;
  }
}

bool Hss::offered(const Row& row, ServingNode node, const Inquiry& inquiry) const {
  if (node == ServingNode::gateway) {
    const bool lists_gateways = policy_.routing == HssPolicy::Routing::addresses;
    if (!lists_gateways || inquiry.from_gateway || !served(row)) return false;
  } else if ((row.attached & bit(node)) == 0) {
    return false;
  }
  return inquiry.priority || (row.unreachable & bit(node)) == 0;
}

void Hss::list_absences(const Row& row, Routing& routing) {
  using Diagnostic = map::AbsentSubscriberDiagnosticSm;
  for (const ServingNode node : {ServingNode::msc, ServingNode::sgsn, ServingNode::gateway}) {
    const std::uint8_t said = row.diagnostic[static_cast<std::size_t>(node)];
    Absence absence{node, {}};
    if ((row.unreachable & bit(node)) != 0) {
      if (said != kNoDiagnostic) absence.diagnostic = static_cast<Diagnostic>(said);
    } else if (node != ServingNode::gateway) {
      absence.diagnostic = node == ServingNode::msc ? Diagnostic::deregistered_non_gprs
                                                    : Diagnostic::deregistered_gprs;
    } else {
      continue;
    }
    (void)routing.absences.push_back(absence);
  }
}

Hss::ReportAnswer Hss::report(UeIndex ue, CentreIndex centre, std::span<const Outcome> outcomes,
                              bool from_gateway) {
  using Kind = map::SmDeliveryOutcome;
  Row& row = rows_[ue.value];
  ReportAnswer answer;
  if (served(row) && !from_gateway) return answer;
  bool failed = false;
  bool succeeded = false;
  for (const Outcome& outcome : outcomes) {
    if (outcome.outcome == Kind::successful_transfer) {
      set_reachable(row, outcome.node);
      row.memory_full = false;
      succeeded = true;
    } else if (outcome.outcome == Kind::memory_capacity_exceeded) {
      row.memory_full = true;
      failed = true;
    } else {
      row.unreachable |= bit(outcome.node);
      row.diagnostic[static_cast<std::size_t>(outcome.node)] =
          outcome.diagnostic ? static_cast<std::uint8_t>(*outcome.diagnostic) : kNoDiagnostic;
      failed = true;
    }
  }
  if (succeeded) {
    alert(row, answer.change);
  } else if (failed && !add_waiting(row, centre)) {
    answer.error = map::UserError::message_waiting_list_full;
  }
  return answer;
}

Hss::Change Hss::ready(UeIndex ue, ServingNode node, bool memory_available) {
  Row& row = rows_[ue.value];
  Change change;
  set_reachable(row, node);
  if (memory_available) row.memory_full = false;
  alert(row, change);
  return change;
}

/// TS 23.040 3.2.7: everyone who waits, once; nobody while the memory is full.
void Hss::alert(Row& row, Change& change) {
  if (row.memory_full) return;
  for (std::uint8_t i = 0; i < row.waiting_count; ++i) {
    (void)change.alerted.push_back(CentreIndex(row.waiting[i]));
  }
  row.waiting_count = 0;
}

/// The flag goes with its reason.
void Hss::set_reachable(Row& row, ServingNode node) {
  row.unreachable &= static_cast<std::uint8_t>(~bit(node));
  row.diagnostic[static_cast<std::size_t>(node)] = kNoDiagnostic;
}

/// False when the list is full.
bool Hss::add_waiting(Row& row, CentreIndex centre) {
  ENGINE_ASSERT(centre.value < kCentresMax);
  if (waits(row, centre)) return true;
  if (row.waiting_count == kWaitingMax) return false;
  row.waiting[row.waiting_count++] = static_cast<std::uint8_t>(centre.value);
  return true;
}

bool Hss::waits(const Row& row, CentreIndex centre) {
  const auto end = row.waiting.begin() + row.waiting_count;
  return std::find(row.waiting.begin(), end, centre.value) != end;
}

std::optional<Hss::Waiting> Hss::waiting_of(const Row& row, CentreIndex centre) const {
  Waiting waiting;
  waiting.mcef = row.memory_full;
  waiting.mnrf = (row.unreachable & bit(ServingNode::msc)) != 0;
  waiting.mnrg = (row.unreachable & bit(ServingNode::sgsn)) != 0;
  waiting.centre_not_included = !waits(row, centre);
  if (!waiting.mcef && !waiting.mnrf && !waiting.mnrg && row.waiting_count == 0) return {};
  return waiting;
}

bool Hss::served(const Row& row) const { return row.gateway != kNoGateway; }
bool Hss::connected(UeIndex ue) const {
  return (rows_[ue.value].attached & bit(ServingNode::gateway)) != 0;
}
GatewayIndex Hss::gateway(UeIndex ue) const {
  const std::uint8_t place = rows_[ue.value].gateway;
  return place == kNoGateway ? GatewayIndex() : GatewayIndex(place);
}
bool Hss::attached(UeIndex ue, ServingNode node) const {
  return (rows_[ue.value].attached & bit(node)) != 0;
}
bool Hss::unreachable(UeIndex ue, ServingNode node) const {
  return (rows_[ue.value].unreachable & bit(node)) != 0;
}
bool Hss::memory_full(UeIndex ue) const { return rows_[ue.value].memory_full; }
bool Hss::waits(UeIndex ue, CentreIndex centre) const { return waits(rows_[ue.value], centre); }

}  // namespace rung
