// What an Asp learns of point codes behind its peer, and says of those behind us (RFC 4666 3.4).
#include <algorithm>

#include "engine/net/asp.hpp"

namespace rung::m3ua {
namespace {

/// Point codes one message lists at most.
constexpr std::size_t kListMax = 120;

Type type_of(DestinationStatus status) {
  switch (status) {
    case DestinationStatus::available: return Type::dava;
    case DestinationStatus::restricted: return Type::drst;
    case DestinationStatus::unavailable: break;
  }
  return Type::duna;
}

std::uint32_t word_of(const AffectedPointCode& codes) {
  return std::uint32_t{codes.mask} << 24 | codes.point_code;
}

}  // namespace

/// The answer to a DAUD: a list for each status, sent when it is full and at the end.
struct Asp::AuditAnswer {
  const Asp& asp;
  AspOutput& out;
  FixedVector<std::uint32_t, kListMax> lists[3];

  void add(DestinationStatus status, const AffectedPointCode& codes) {
    auto& list = lists[static_cast<std::size_t>(status)];
    if (list.full()) send(status);
    static_cast<void>(list.push_back(word_of(codes)));
  }
  void send(DestinationStatus status) {
    auto& list = lists[static_cast<std::size_t>(status)];
    if (!list.empty()) asp.status_message(type_of(status), list.span(), out);
    list.clear();
  }
};

void Asp::network(const View& view, Octets message, Time now, AspOutput& out) {
  const bool knows = options_.role == Role::sg ? view.type == Type::daud || view.type == Type::scon
                                               : view.type != Type::daud;
  const AspState state =
      options_.role == Role::sg || options_.role == Role::ipsp_server ? peer_ : own_;
  ErrorCode wrong = wrong_context(view);
  const auto appearance = view.word(Parameter::network_appearance);
  if (appearance && wrong_appearance(*appearance)) wrong = ErrorCode::invalid_network_appearance;
  if (!knows || state == AspState::down) wrong = ErrorCode::unexpected_message;
  if (wrong != ErrorCode::none) return error(wrong, message, now, out);
  if (view.type == Type::daud) return answer_audit(view, out);
  learn(view, out);
}

void Asp::learn(const View& view, AspOutput& out) {
  const Words codes = view.words(Parameter::affected_point_code);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const AffectedPointCode code = codes.point_code(i);
    if (view.type == Type::dupu) {
      out.tell(AspEvent::user_part, *view.word(Parameter::user_cause), code);
    } else if (view.type == Type::scon) {
      // Without a level only that there is congestion is known (3.4.4).
      const std::uint32_t level =
          std::min<std::uint32_t>(view.word(Parameter::congestion_level).value_or(1), 3);
      if (!destinations_.congestion.set(code, static_cast<std::uint8_t>(level))) out.lose();
      out.tell(AspEvent::congestion, level, code);
    } else {
      const DestinationStatus status = view.type == Type::dava   ? DestinationStatus::available
                                       : view.type == Type::drst ? DestinationStatus::restricted
                                                                 : DestinationStatus::unavailable;
      if (!destinations_.status.set(code, status)) out.lose();
      out.tell(AspEvent::destination, static_cast<std::uint32_t>(status), code);
    }
  }
}

DestinationStatus Asp::served(std::uint32_t point_code) const {
  const auto listed = options_.served.span();
  if (!listed.empty() && std::find(listed.begin(), listed.end(), point_code) == listed.end()) {
    return DestinationStatus::unavailable;
  }
  return announced_.of(point_code);
}

/// Whether all these point codes surely have the same status.
bool Asp::served_alike(const AffectedPointCode& codes) const {
  if (codes.mask == 0) return true;
  const auto listed = options_.served.span();
  const bool holds_listed = std::any_of(listed.begin(), listed.end(),
                                        [&](std::uint32_t code) { return codes.covers(code); });
  if (!listed.empty() && !holds_listed) return true;  // none of them is served
  return !holds_listed && announced_.alike(codes);
}

void Asp::answer_audit(const View& view, AspOutput& out) const {
  AuditAnswer answer{*this, out, {}};
  const Words codes = view.words(Parameter::affected_point_code);
  for (std::size_t i = 0; i < codes.size(); ++i) answer_range(codes.point_code(i), answer);
  for (const DestinationStatus status :
       {DestinationStatus::unavailable, DestinationStatus::available,
        DestinationStatus::restricted}) {
    answer.send(status);
  }
}

/// A range whose point codes differ is answered by its halves, down to single point codes.
void Asp::answer_range(const AffectedPointCode& codes, AuditAnswer& answer) const {
  if (served_alike(codes)) return answer.add(served(codes.point_code), codes);
  if (answer.out.full()) return answer.out.lose();
  const auto mask = static_cast<std::uint8_t>(std::min<unsigned>(codes.mask, 24) - 1);
  const std::uint32_t half = std::uint32_t{1} << mask;
  const std::uint32_t low = codes.point_code & ~(2 * half - 1);
  answer_range({mask, low}, answer);
  answer_range({mask, low | half}, answer);
}

void Asp::status_message(Type type, std::span<const std::uint32_t> codes, AspOutput& out) const {
  MessageWriter writer{out.space(), type};
  if (options_.network_appearance) {
    writer.word(Parameter::network_appearance, *options_.network_appearance);
  }
  if (options_.routing_context) {
    writer.word(Parameter::routing_context, *options_.routing_context);
  }
  writer.words(Parameter::affected_point_code, codes);
  out.add(writer.finish());
}

void Asp::announce(std::uint32_t point_code, DestinationStatus status, AspOutput& out) {
  if (!announced_.set({0, point_code}, status)) out.lose();
  if (peer_ == AspState::active) status_message(type_of(status), {&point_code, 1}, out);
}

void Asp::audit(std::uint32_t point_code, AspOutput& out) {
  if (own_ != AspState::down) status_message(Type::daud, {&point_code, 1}, out);
}

}  // namespace rung::m3ua
