// The two halves of an Asp: the one that asks and waits, and the one that answers (RFC 4666 4.3).
#include <utility>

#include "engine/net/asp.hpp"

namespace rung::m3ua {

void Asp::want(AspState state, Time now, AspOutput& out) {
  wanted_ = state;
  overridden_ = false;
  if (!asked_) step(now, out);  // else once that is answered
}

void Asp::set_own(AspState state, AspOutput& out) {
  if (std::exchange(own_, state) == state) return;
  out.tell(AspEvent::own_state, static_cast<std::uint32_t>(state));
}

/// Asks for the next state on the way from the one we are in to the one we want.
void Asp::step(Time now, AspOutput& out) {
  asked_.reset();
  ack_until_ = kNever;
  if (!up_ || !asks() || own_ == wanted_) return;
  if (own_ == AspState::down) return request(Type::aspup, now, out);
  if (own_ == AspState::active) return request(Type::aspia, now, out);
  request(wanted_ == AspState::active ? Type::aspac : Type::aspdn, now, out);
}

/// Back to the state we want, after one that we did not ask for: a peer that insists is asked once
/// each T(ack), not once each answer.
void Asp::step_later(Time now) {
  asked_.reset();
  ack_until_ = own_ == wanted_ ? kNever : now + options_.ack;
}

void Asp::request(Type type, Time now, AspOutput& out) {
  asked_ = type;
  ack_until_ = now + options_.ack;
  if (type == Type::aspup && options_.asp_identifier) {
    MessageWriter writer{out.space(), type};
    writer.word(Parameter::asp_identifier, *options_.asp_identifier);
    return out.add(writer.finish());
  }
  reply(type, type == Type::aspac, type == Type::aspac || type == Type::aspia, out);
}

void Asp::acknowledged(const View& view, Octets message, Time now, AspOutput& out) {
  if (!asks()) return error(ErrorCode::unexpected_message, message, now, out);
  const bool for_as = view.type == Type::aspac_ack || view.type == Type::aspia_ack;
  if (for_as) {
    const ErrorCode wrong = wrong_context(view);
    // The answer for all of an ASP's contexts may name none.
    if (wrong == ErrorCode::invalid_routing_context) return error(wrong, message, now, out);
  }
  const std::optional<Type> asked = asked_;
  switch (view.type) {
    case Type::aspup_ack:
      if (asked != Type::aspup && own_ == AspState::inactive) return;  // a copy, or late
      // 4.3.4.1: where it was not asked for it is wrong, and still where the peer sees us.
      if (asked != Type::aspup) error(ErrorCode::unexpected_message, message, now, out);
      set_own(AspState::inactive, out);
      return asked == Type::aspup ? step(now, out) : step_later(now);
    case Type::aspac_ack:
      if (asked != Type::aspac) return;
      set_own(AspState::active, out);
      return step(now, out);
    // These two also come unasked, when the peer takes us out of service (4.3.4.2, 4.3.4.4).
    case Type::aspia_ack:
      if (own_ != AspState::active) return;
      set_own(AspState::inactive, out);
      return asked == Type::aspia ? step(now, out) : step_later(now);
    case Type::aspdn_ack:
      if (own_ == AspState::down) return;
      set_own(AspState::down, out);
      return asked == Type::aspdn ? step(now, out) : step_later(now);
    default: return;
  }
}

/// NTFY. An ASP that another one overrode is inactive until its AS lacks one (4.3.4.3).
void Asp::notified(const View& view, Time now, AspOutput& out) {
  notified_ = view.status();
  out.tell(AspEvent::notified, *view.word(Parameter::status));
  if (notified_ == kAlternateAspActive && own_ == AspState::active) {
    overridden_ = true;
    asked_.reset();
    ack_until_ = kNever;
    set_own(AspState::inactive, out);
  } else if (notified_ == kAsPending && overridden_) {
    overridden_ = false;
    step(now, out);
  }
}

void Asp::set_peer(AspState state, Time now, AspOutput& out) {
  const AspState before = std::exchange(peer_, state);
  if (before == state) return;
  as_->change(before, state, now);
  out.tell(AspEvent::peer_state, static_cast<std::uint32_t>(state));
  if (state == AspState::down) told_ = AsState::down;
  notify(out);
}

/// NTFY to an ASP that is not down, of every state of the AS it was not told (4.3.4.5).
void Asp::notify(AspOutput& out) {
  if (!answers()) return;
  const AsState state = as_->state();
  if (std::exchange(seen_, state) != state) {
    out.tell(AspEvent::as_state, static_cast<std::uint32_t>(state));
  }
  if (options_.role != Role::sg || peer_ == AspState::down || told_ == state) return;
  told_ = state;
  if (state == AsState::down) return;
  const Status status = state == AsState::inactive ? kAsInactive
                        : state == AsState::active ? kAsActive
                                                   : kAsPending;
  MessageWriter writer{out.space(), Type::ntfy};
  writer.status(status);
  if (options_.routing_context) {
    writer.word(Parameter::routing_context, *options_.routing_context);
  }
  out.add(writer.finish());
}

/// Override (4.3.4.3): another ASP of the AS became active after ours.
void Asp::give_way(Time now, AspOutput& out) {
  MessageWriter writer{out.space(), Type::ntfy};
  writer.status(kAlternateAspActive);
  if (options_.routing_context) {
    writer.word(Parameter::routing_context, *options_.routing_context);
  }
  out.add(writer.finish());
  set_peer(AspState::inactive, now, out);
}

void Asp::asked(const View& view, Octets message, Time now, AspOutput& out) {
  if (!answers()) return error(ErrorCode::unexpected_message, message, now, out);
  switch (view.type) {
    case Type::aspup: return asked_up(view, message, now, out);
    case Type::aspdn:
      reply(Type::aspdn_ack, false, false, out);
      return set_peer(AspState::down, now, out);
    case Type::aspac: return asked_active(view, message, now, out);
    default: break;
  }
  if (peer_ == AspState::down) return error(ErrorCode::unexpected_message, message, now, out);
  const ErrorCode wrong = wrong_context(view);
  if (wrong == ErrorCode::invalid_routing_context) return error(wrong, message, now, out);
  reply(Type::aspia_ack, false, true, out);
  set_peer(AspState::inactive, now, out);
}

void Asp::asked_up(const View& view, Octets message, Time now, AspOutput& out) {
  if (options_.asp_identifier_required && !view.has(Parameter::asp_identifier)) {
    return error(ErrorCode::asp_identifier_required, message, now, out);
  }
  const bool active = peer_ == AspState::active;
  MessageWriter writer{out.space(), Type::aspup_ack};
  if (view.has(Parameter::asp_identifier)) {
    writer.word(Parameter::asp_identifier, *view.word(Parameter::asp_identifier));
  }
  out.add(writer.finish());
  // 4.3.4.1: an active one that asks again has forgotten that it was.
  if (active) error(ErrorCode::unexpected_message, message, now, out);
  set_peer(AspState::inactive, now, out);
}

void Asp::asked_active(const View& view, Octets message, Time now, AspOutput& out) {
  if (peer_ == AspState::down) return error(ErrorCode::unexpected_message, message, now, out);
  if (const ErrorCode wrong = wrong_context(view); wrong != ErrorCode::none) {
    return error(wrong, message, now, out);
  }
  const auto mode = view.word(Parameter::traffic_mode);
  if (mode && *mode != static_cast<std::uint32_t>(options_.traffic_mode)) {
    return error(ErrorCode::unsupported_traffic_mode, message, now, out);
  }
  reply(Type::aspac_ack, true, true, out);
  as_->hold(this);
  set_peer(AspState::active, now, out);
}

}  // namespace rung::m3ua
