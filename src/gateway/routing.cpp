#include "gateway/routing.hpp"

#include <algorithm>

#include "gateway/map_failure.hpp"

namespace rung::gateway {
namespace {

// TS 29.002 17.7.6: minimum and recommended delivery time values are 30 to 600 s.
constexpr std::int64_t kGuidanceMin = 30;
constexpr std::int64_t kGuidanceMax = 600;
constexpr Duration kGuidanceMargin = 5s;

std::uint16_t guidance_of(Duration delivery_wait) {
  const std::int64_t seconds = (delivery_wait + kGuidanceMargin) / 1s;
  return static_cast<std::uint16_t>(std::clamp(seconds, kGuidanceMin, kGuidanceMax));
}

void set_number(Route& route, bool is_sgsn, Octets number) {
  (is_sgsn ? route.sgsn : route.msc).set(number);
}

/// TS 29.002 17.7.6 LocationInfoWithLMSI: one node, and another where the inquirer takes two.
void read_nodes(const map::LocationInfoWithLmsi& location, Route& route) {
  set_number(route, location.gprs_node_indicator, location.network_node_number);
  for (const auto& number : {location.additional_number, location.third_number}) {
    if (!number) continue;
    set_number(route, number->kind == map::AdditionalNumberKind::sgsn, number->contents);
  }
}

}  // namespace

Routing::Routing(const GatewayConfig& config, Dialogues& dialogues, MapPort& port,
                 HomeRegister& home, FaultSet& faults, GatewayCounters& counters)
    : hss_number_(config.network.hss_number),
      number_(address_octets(config.network.number)),
      ssn_(config.network.ssn),
      guidance_s_(guidance_of(config.network.delivery_wait)),
      dialogues_(dialogues),
      port_(port),
      home_(home),
      faults_(faults),
      counters_(counters),
      correlations_(config.network, config.seed, faults),
      pool_(config.network.inquiries_max) {}

void Routing::on_invoked(const DialogueEvent& event, Time now) {
  map::RoutingInfoForSmArg asked;
  ++counters_.routing_inquiries;
  if (map::decode(event.component->parameter, asked)) {
    return dialogues_.reject(event.dialogue, tcap::kInvokeMistypedParameter, Then::end, now);
  }
  const std::uint32_t index = pool_.take();
  Inquiry none;
  Inquiry& inquiry = index == kNone ? none : pool_[index];
  inquiry.purpose = InquiryFor::gmsc;
  inquiry.owner = event.dialogue;
  if (index == kNone) {
    ++counters_.full_inquiries;
    return fail(inquiry, map::UserError::system_failure, now);
  }
  inquiry.user = number_of_address(asked.msisdn);
  inquiry.priority = asked.sm_rp_pri.value;
  inquiry.mti = asked.sm_rp_mti;
  inquiry.wants_guidance = asked.ip_sm_gw_guidance_indicator;
  const bool fits = inquiry.msisdn.set(asked.msisdn) && !asked.msisdn.empty() &&
                    inquiry.sc_address.set(asked.service_centre_address);
  dialogues_[event.dialogue].owner = index;
  if (!fits || !inquiry.user.is_number()) {
    fail(inquiry, map::UserError::unexpected_data_value, now);
    return pool_.give(index);
  }
  if (send(index, now)) return;
  fail(inquiry, map::UserError::system_failure, now);
  pool_.give(index);
}

void Routing::give_up(std::uint32_t inquiry) { pool_[inquiry].gone = true; }

void Routing::on_closed(const DialogueEvent& event) {
  if (event.owner != kNone) pool_[event.owner].gone = true;
}

std::uint32_t Routing::ask(InquiryFor purpose, std::uint32_t owner, PhoneKey user,
                           Octets sc_address, Time now) {
  const std::uint32_t index = pool_.take();
  if (index == kNone) {
    ++counters_.full_inquiries;
    return kNone;
  }
  Inquiry& inquiry = pool_[index];
  inquiry.purpose = purpose;
  inquiry.owner = owner;
  inquiry.user = user;
  inquiry.msisdn = address_octets(user);
  inquiry.priority = true;
  if (inquiry.sc_address.set(sc_address) && !inquiry.msisdn.empty() && send(index, now))
    return index;
  pool_.give(index);
  return kNone;
}

bool Routing::send(std::uint32_t index, Time now) {
  const std::uint32_t dialogue =
      dialogues_.open({DialogueUse::inquiry, index, map::ContextName::short_msg_gateway,
                       map::Operation::send_routing_info_for_sm, ssn_},
                      port_.peer_at(hss_number_, sccp::kSsnHlr), now);
  if (dialogue == kNone) return false;
  return write(index, dialogue, now);
}

bool Routing::write(std::uint32_t index, std::uint32_t dialogue, Time now) {
  const Inquiry& inquiry = pool_[index];
  map::RoutingInfoForSmArg argument;
  argument.msisdn = inquiry.msisdn.span();
  argument.sm_rp_pri = {inquiry.priority};
  argument.service_centre_address = inquiry.sc_address.span();
  if (dialogues_[dialogue].context.version >= 3) {
    argument.gprs_support_indicator = true;  // the SGSN's number beside the MSC's
    argument.sm_rp_mti = inquiry.mti;
  }
  ++counters_.routing_queries;
  return dialogues_.invoke(dialogue, map::Operation::send_routing_info_for_sm, argument, now);
}

std::optional<RouteAnswer> Routing::on_event(const DialogueEvent& event, Time now) {
  const std::uint32_t index = event.owner;
  const bool repeats = event.kind == DialogueEvent::Kind::write_request;
  if (repeats && write(index, event.dialogue, now)) return std::nullopt;
  const Inquiry inquiry = pool_[index];
  pool_.give(index);
  if (inquiry.gone) return std::nullopt;
  switch (event.kind) {
    case DialogueEvent::Kind::result: return on_result(inquiry, event, now);
    case DialogueEvent::Kind::error: return on_error(inquiry, event, now);
    default: break;
  }
  // TS 29.002 23.3.1: nothing came from the HLR.
  if (inquiry.purpose == InquiryFor::gmsc) {
    fail(inquiry, map::UserError::system_failure, now);
    return std::nullopt;
  }
  return RouteAnswer{inquiry.purpose, inquiry.owner, std::nullopt, kRpCauseOutOfOrder};
}

std::optional<RouteAnswer> Routing::on_result(const Inquiry& inquiry, const DialogueEvent& event,
                                              Time now) {
  map::RoutingInfoForSmRes result;
  Route route;
  route.msisdn = inquiry.user;
  route.inquired = true;
  if (!map::decode(event.component->parameter, result)) {
    route.imsi = imsi_of(result.imsi);
    read_nodes(result.location_info_with_lmsi, route);
  }
  home_.learn(route.msisdn, route.imsi);
  if (inquiry.purpose != InquiryFor::gmsc)
    return RouteAnswer{inquiry.purpose, inquiry.owner, route, 0};
  if (route.imsi.valid()) {
    answer(inquiry, route, event.rider, now);
  } else {
    fail(inquiry, map::UserError::system_failure, now);
  }
  return std::nullopt;
}

/// TS 24.341 5.3.3.3, TS 29.002 23.3: what the HSS refuses is refused, but for a user that is
/// absent in the other domains and can be reached over IP.
std::optional<RouteAnswer> Routing::on_error(const Inquiry& inquiry, const DialogueEvent& event,
                                             Time now) {
  Route route;
  route.msisdn = inquiry.user;
  route.inquired = true;
  const auto error = map::user_error_of(event.component->code.value_or(-1));
  const bool absent =
      error == map::UserError::absent_subscriber_sm || error == map::UserError::absent_subscriber;
  map::AbsentSubscriberSmParam parameter;
  if (error == map::UserError::absent_subscriber_sm &&
      !map::decode(event.component->parameter, parameter) && parameter.imsi) {
    route.imsi = imsi_of(*parameter.imsi);
    home_.learn(route.msisdn, route.imsi);
  }
  if (inquiry.purpose != InquiryFor::gmsc) {
    if (absent) return RouteAnswer{inquiry.purpose, inquiry.owner, route, 0};
    const std::uint8_t cause = rp_cause_of(ready_failures(), *event.component, nullptr);
    return RouteAnswer{inquiry.purpose, inquiry.owner, std::nullopt, cause};
  }
  if (absent && home_.may_deliver(inquiry.user, now)) {
    answer(inquiry, route, event.rider, now);
  } else {
    relay_error(inquiry, event, now);
  }
  return std::nullopt;
}

/// TS 23.204 6.4 step 3c: one address, the gateway's own, and an ID in place of the IMSI. What the
/// HSS adds for the service centre goes along (TS 29.002 23.3, informServiceCentre).
void Routing::answer(const Inquiry& inquiry, const Route& route, const tcap::Component* rider,
                     Time now) {
  Imsi shown = correlations_.open(route, now);
  if (!shown.valid()) {
    ++counters_.full_correlations;
    return fail(inquiry, map::UserError::system_failure, now);
  }
  if (faults_.active(FaultId::f52) && route.imsi.valid()) shown = route.imsi;
  const DigitOctets id = imsi_octets(shown);
  map::RoutingInfoForSmRes result;
  result.imsi = id.span();
  result.location_info_with_lmsi.network_node_number = number_.span();
  if (faults_.active(FaultId::f53) && !route.msc.empty()) {
    result.location_info_with_lmsi.additional_number = {map::AdditionalNumberKind::msc,
                                                        route.msc.span()};
  }
  if (inquiry.wants_guidance) {
    auto& guidance = result.ip_sm_gw_guidance.emplace();
    guidance.minimum_delivery_time_value = guidance_s_;
    guidance.recommended_delivery_time_value = guidance_s_;
  }
  ++counters_.routing_answers;
  dialogues_.result(inquiry.owner, result, Then::end, now, rider);
}

void Routing::relay_error(const Inquiry& inquiry, const DialogueEvent& event, Time now) {
  ++counters_.routing_refused;
  const map::Version version = dialogues_[inquiry.owner].context.version;
  const auto said =
      event.component->code.value_or(static_cast<std::int32_t>(map::UserError::system_failure));
  const auto known = map::user_error_of(said);
  const auto code = known ? static_cast<std::int32_t>(error_in(version, *known)) : said;
  const bool same = version == event.context.version && code == said;
  const Octets parameter = same ? event.component->parameter : Octets{};
  dialogues_.error(inquiry.owner, code, parameter, Then::end, now, event.rider);
}

void Routing::fail(const Inquiry& inquiry, map::UserError error, Time now) {
  ++counters_.routing_refused;
  dialogues_.error(inquiry.owner, static_cast<std::int32_t>(error), {}, Then::end, now);
}

}  // namespace rung::gateway
