#include "engine/net/asp.hpp"

#include <algorithm>
#include <utility>

namespace rung::m3ua {
namespace {

constexpr std::size_t kDiagnosticMax = 40;  // octets of the offending message in ERR (3.8.1)
constexpr std::size_t kContextsMax = 64;    // octets of wrong routing contexts in ERR
constexpr std::uint32_t kBeatsUnansweredMax = 2;

bool is_class(Type type, std::uint8_t message_class) {
  return static_cast<std::uint16_t>(type) >> 8 == message_class;
}
constexpr std::uint8_t kSsnm = 2;
constexpr std::uint8_t kAsptm = 4;

/// 1.4.7: SSNM, ASPTM, BEAT, BEAT ACK and NTFY may come on any stream, the rest on stream 0 only.
bool belongs_on(Type type, std::uint16_t stream) {
  if (stream == 0) return true;
  return is_class(type, kSsnm) || is_class(type, kAsptm) || type == Type::beat ||
         type == Type::beat_ack || type == Type::ntfy;
}

}  // namespace

std::string_view to_string(Role role) {
  constexpr std::string_view names[] = {"asp", "sg", "ipsp_client", "ipsp_server", "ipsp_double"};
  return names[static_cast<std::size_t>(role)];
}

std::string_view to_string(AspEvent event) {
  constexpr std::string_view names[] = {
      "own ASP state", "peer's ASP state",      "AS state",       "notified",   "destination",
      "congestion",    "user part unavailable", "error received", "error sent", "heartbeat lost"};
  return names[static_cast<std::size_t>(event)];
}

void AspOutput::add(std::size_t size) {
  if (size == 0 || !ends_.push_back(static_cast<std::uint32_t>(end() + size))) ++shed_;
}

void AspOutput::tell(AspEvent event, std::uint32_t value, const AffectedPointCode& codes) {
  if (!events_.push_back({event, value, codes})) ++shed_;
}

void Asp::association_up(Time now, AspOutput& out) {
  association_down(now, out);
  up_ = true;
  if (options_.heartbeat > Duration{0}) beat_at_ = now + options_.heartbeat;
  step(now, out);
}

void Asp::association_down(Time now, AspOutput& out) {
  up_ = false;
  asked_.reset();
  ack_until_ = kNever;
  beat_at_ = kNever;
  beats_unanswered_ = 0;
  notified_ = {};
  overridden_ = false;
  destinations_.clear();
  set_own(AspState::down, out);
  set_peer(AspState::down, now, out);
}

bool Asp::may_send() const {
  if (!up_) return false;
  switch (options_.role) {
    case Role::asp:
    case Role::ipsp_client: return own_ == AspState::active;
    case Role::sg:
    case Role::ipsp_server:
    case Role::ipsp_double:
      return peer_ == AspState::active && (!overriding() || as_->holder() == this);
  }
  return false;
}

void Asp::receive(Octets message, std::uint16_t stream, Time now, AspOutput& out) {
  View view;
  const Error decoded = decode(message, view);
  if (decoded == Error::too_short) return;
  // Never an answer to ERR, not even to a broken one (3.8.1).
  if (decoded != Error::none) {
    if (view.type != Type::err) error(error_code(decoded), message, now, out);
    return;
  }
  if (!belongs_on(view.type, stream)) {
    if (view.type != Type::err) error(ErrorCode::invalid_stream, message, now, out);
    return;
  }
  switch (view.type) {
    case Type::ntfy:
      if (options_.role == Role::sg) return error(ErrorCode::unexpected_message, message, now, out);
      return notified(view, now, out);
    case Type::err: return out.tell(AspEvent::error_received, *view.word(Parameter::error_code));
    case Type::beat: return beat(view, out);
    case Type::beat_ack: return beat_acknowledged(view);
    case Type::aspup_ack:
    case Type::aspdn_ack:
    case Type::aspac_ack:
    case Type::aspia_ack: return acknowledged(view, message, now, out);
    case Type::aspup:
    case Type::aspdn:
    case Type::aspac:
    case Type::aspia: return asked(view, message, now, out);
    // Routing keys are configured, not registered (4.4: then the class is not supported).
    case Type::reg_req:
    case Type::reg_rsp:
    case Type::dereg_req:
    case Type::dereg_rsp: return error(ErrorCode::unsupported_message_class, message, now, out);
    default: break;
  }
  if (is_class(view.type, kSsnm)) return network(view, message, now, out);
  error(ErrorCode::unexpected_message, message, now, out);
}

bool Asp::receive_data(Octets message, std::uint16_t stream, Time now, AspOutput& out, Data& data) {
  ErrorCode wrong = error_code(decode_data(message, data));
  // It may overtake the answer to ASPAC, which comes on another stream.
  const bool own_ready = own_ == AspState::active || asked_ == Type::aspac;
  const bool ready = options_.role == Role::sg || options_.role == Role::ipsp_server
                         ? peer_ == AspState::active
                         : own_ready;
  if (wrong != ErrorCode::none) {
    // What does not decode is wrong by that alone.
  } else if (stream == 0) {
    wrong = ErrorCode::invalid_stream;  // 1.4.7
  } else if (!up_ || !ready) {
    wrong = ErrorCode::unexpected_message;
  } else if (options_.routing_context && !data.has_routing_context) {
    wrong = ErrorCode::no_configured_as;
  } else if (data.has_routing_context && options_.routing_context != data.routing_context) {
    wrong = ErrorCode::invalid_routing_context;
  } else if (data.has_network_appearance && wrong_appearance(data.network_appearance)) {
    wrong = ErrorCode::invalid_network_appearance;
  }
  if (wrong == ErrorCode::none) return true;
  error(wrong, message, now, out);
  return false;
}

void Asp::beat(const View& view, AspOutput& out) {
  MessageWriter writer{out.space(), Type::beat_ack};
  if (view.has(Parameter::heartbeat_data)) {
    writer.octets(Parameter::heartbeat_data, view.octets(Parameter::heartbeat_data));
  }
  out.add(writer.finish());
}

void Asp::beat_acknowledged(const View& view) {
  Reader reader{view.octets(Parameter::heartbeat_data)};
  const std::uint64_t high = reader.u32();
  const std::uint64_t number = high << 32 | reader.u32();
  if (reader.ok() && reader.left() == 0 && number == beat_number_) beats_unanswered_ = 0;
}

ErrorCode Asp::wrong_context(const View& view) const {
  if (!view.has(Parameter::routing_context)) {
    return options_.routing_context ? ErrorCode::no_configured_as : ErrorCode::none;
  }
  const bool known = options_.routing_context &&
                     view.words(Parameter::routing_context).contains(*options_.routing_context);
  return known ? ErrorCode::none : ErrorCode::invalid_routing_context;
}

void Asp::error(ErrorCode code, Octets message, Time now, AspOutput& out) {
  out.tell(AspEvent::error_sent, static_cast<std::uint32_t>(code));
  // A flood of wrong messages is not answered by another.
  const std::int64_t second = ns(now) / ns(Duration{1s});
  if (std::exchange(error_second_, second) != second) errors_ = 0;
  if (errors_ == kErrorsPerSecond) return;
  ++errors_;
  MessageWriter writer{out.space(), Type::err};
  writer.word(Parameter::error_code, static_cast<std::uint32_t>(code));
  View view;
  static_cast<void>(decode(message, view));
  // 3.8.1: these two carry what was wrong.
  if (code == ErrorCode::invalid_network_appearance) {
    writer.word(Parameter::network_appearance, *view.word(Parameter::network_appearance));
  }
  if (code == ErrorCode::invalid_routing_context) {
    const Octets contexts = view.octets(Parameter::routing_context);
    writer.octets(Parameter::routing_context,
                  contexts.first(std::min(contexts.size(), kContextsMax)));
  }
  writer.octets(Parameter::diagnostic, message.first(std::min(message.size(), kDiagnosticMax)));
  out.add(writer.finish());
}

void Asp::reply(Type type, bool with_mode, bool with_context, AspOutput& out) {
  MessageWriter writer{out.space(), type};
  if (with_mode && options_.traffic_mode_sent) {
    writer.word(Parameter::traffic_mode, static_cast<std::uint32_t>(options_.traffic_mode));
  }
  if (with_context && options_.routing_context) {
    writer.word(Parameter::routing_context, *options_.routing_context);
  }
  out.add(writer.finish());
}

void Asp::advance(Time now, AspOutput& out) {
  if (ack_until_ <= now) step(now, out);
  if (beat_at_ <= now) {
    if (beats_unanswered_ == kBeatsUnansweredMax) {
      beat_at_ = kNever;
      out.tell(AspEvent::heartbeat_lost, beats_unanswered_);
      return;
    }
    ++beats_unanswered_;
    ++beat_number_;
    beat_at_ = now + options_.heartbeat;
    std::array<std::uint8_t, 8> octets;
    Writer number{octets};
    number.u32(static_cast<std::uint32_t>(beat_number_ >> 32));
    number.u32(static_cast<std::uint32_t>(beat_number_ & 0xffffffff));
    MessageWriter writer{out.space(), Type::beat};
    writer.octets(Parameter::heartbeat_data, octets);
    out.add(writer.finish());
  }
  as_->advance(now);
  if (overriding() && as_->holder() != this) give_way(now, out);
  notify(out);
}

Time Asp::next_timer() const {
  return std::min({ack_until_, beat_at_, answers() ? as_->next_timer() : kNever});
}

}  // namespace rung::m3ua
