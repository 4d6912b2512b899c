#include "engine/net/link.hpp"

#include <algorithm>
#include <cstring>

namespace rung::m3ua {

Link::Link(const LinkOptions& options, SharedAs& as, LinkUser& user)
    : options_(options),
      user_(user),
      as_(as),
      asp_(options.asp, as.as),
      header_({.opc = options.opc,
               .dpc = options.dpc,
               .ni = options.ni,
               .mp = options.mp,
               .routing_context = options.asp.routing_context,
               .network_appearance = options.asp.network_appearance}) {}

LinkSend Link::send(std::uint8_t sls, Octets user_data) {
  if (user_data.size() > kUserDataMax) {
    ++counters_.too_long;
    return LinkSend::too_long;
  }
  if (!available()) {
    ++counters_.unavailable;
    return LinkSend::unavailable;
  }
  if (asp_.may_send() && as_.pending.size() == 0) return send_now(sls, user_data);
  // Behind what already waits, so that an SLS keeps its order.
  const bool waits = as_.as.state() == AsState::pending || as_.pending.size() != 0;
  if (waits && as_.pending.push({options_.opc, options_.dpc, sls}, user_data)) {
    ++counters_.kept;
    return LinkSend::kept;
  }
  ++(waits ? counters_.full : counters_.not_active);
  return waits ? LinkSend::full : LinkSend::not_active;
}

LinkSend Link::send_now(std::uint8_t sls, Octets user_data) {
  if (!user_data.empty()) {
    std::memcpy(message_.data() + header_.size(), user_data.data(), user_data.size());
  }
  const std::size_t size = header_.write(sls, user_data.size(), message_);
  // 1.4.7: never stream 0. A peer that offers only that one gets none.
  const std::uint16_t streams = association_->streams_out();
  if (streams < 2) {
    ++counters_.not_active;
    return LinkSend::not_active;
  }
  const auto stream = static_cast<std::uint16_t>(1 + sls % (streams - 1));
  switch (association_->send(stream, kPpid, Octets{message_}.first(size))) {
    case SctpSend::sent: ++counters_.sent; return LinkSend::sent;
    case SctpSend::full: ++counters_.full; return LinkSend::full;
    case SctpSend::refused: ++counters_.too_long; return LinkSend::too_long;
    case SctpSend::not_up: break;
  }
  ++counters_.not_active;
  return LinkSend::not_active;
}

void Link::want(AspState state, Time now) {
  asp_.want(state, now, out_);
  carry_out(now);
}

void Link::announce(std::uint32_t point_code, DestinationStatus status, Time now) {
  asp_.announce(point_code, status, out_);
  carry_out(now);
}

void Link::audit(std::uint32_t point_code, Time now) {
  asp_.audit(point_code, out_);
  carry_out(now);
}

void Link::close(Time now) {
  association_->close();
  asp_.association_down(now, out_);
  carry_out(now);
}

void Link::on_sctp_change(SctpAssociation&, SctpChange change, Time now) {
  const bool up = change == SctpChange::up || change == SctpChange::restarted;
  user_.on_link_change(*this, change, now);
  if (up) {
    asp_.association_up(now, out_);
  } else {
    asp_.association_down(now, out_);
  }
  carry_out(now);
}

void Link::on_sctp_messages(SctpAssociation&, std::span<const SctpMessage> burst, Time now) {
  std::size_t count = 0;
  for (const SctpMessage& message : burst) {
    // Some peers leave the payload protocol unspecified.
    if (message.ppid != kPpid && message.ppid != 0) {
      ++counters_.foreign;
      continue;
    }
    Data data;
    if (!is_data(message.octets)) {
      ++counters_.management;
      asp_.receive(message.octets, message.stream, now, out_);
    } else if (!asp_.receive_data(message.octets, message.stream, now, out_, data)) {
      ++counters_.refused;
    } else {
      const ProtocolData& p = data.protocol;
      if (p.dpc != options_.opc) ++counters_.misrouted;
      burst_[count++] = {p.user_data, p.opc, p.dpc, p.si, p.ni, p.sls, p.mp, message.arrived};
    }
    if (out_.size() != 0 || !out_.events().empty()) carry_out(now);
  }
  counters_.received += count;
  if (count != 0) user_.on_link_data(*this, {burst_.data(), count}, now);
}

void Link::advance(Time now) {
  asp_.advance(now, out_);
  carry_out(now);
}

/// Sends what the states gave rise to and tells what happened. A user's call may give rise to more.
void Link::carry_out(Time now) {
  for (std::size_t i = 0; i < out_.size(); ++i) {
    if (association_->send(0, kPpid, out_.message(i)) != SctpSend::sent) ++counters_.shed;
  }
  counters_.shed += out_.shed();
  FixedVector<AspOutput::Happened, AspOutput::kEventsMax> events;
  for (const AspOutput::Happened& happened : out_.events()) {
    static_cast<void>(events.push_back(happened));
  }
  out_.clear();
  for (const AspOutput::Happened& happened : events) {
    if (happened.event == AspEvent::error_sent) ++counters_.errors_sent;
    if (happened.event == AspEvent::error_received) ++counters_.errors_received;
    if (happened.event == AspEvent::heartbeat_lost) association_->reset(now);
    user_.on_link_event(*this, happened, now);
  }
}

Link& LinkSet::open(const LinkOptions& options, LinkUser& user, std::optional<std::size_t> as) {
  const std::size_t index = as.value_or(as_.size());
  if (!as) add_as(1, 2s);
  ENGINE_ASSERT(index < as_.size());
  links_.emplace_back(new (std::nothrow) Link(options, *as_[index], user));
  links_.back()->association_ = &stack_.open(options.sctp, *links_.back());
  return *links_.back();
}

std::size_t LinkSet::add_as(std::uint32_t needed, Duration recovery, std::size_t pending_octets) {
  as_.push_back(std::make_unique<SharedAs>(needed, recovery, pending_octets));
  return as_.size() - 1;
}

std::size_t LinkSet::poll(Time now) {
  const std::size_t packets = stack_.poll(now);
  for (const auto& link : links_) link->advance(now);
  for (const auto& as : as_) {
    if (as->pending.size() != 0) drain(*as);
  }
  stack_.flush(now);
  return packets;
}

void LinkSet::drain(SharedAs& as) {
  if (as.as.state() == AsState::pending) return;
  if (as.as.state() != AsState::active) {
    as.lost += as.pending.size();
    as.pending.clear();
    return;
  }
  as.pending.drain([&](const PendingTraffic::Label& label, Octets user_data) {
    Link* link = select(label.opc, label.dpc, label.sls, &as);
    if (link == nullptr) {  // active, but not towards that point code
      ++as.lost;
      return true;
    }
    const LinkSend done = link->send_now(label.sls, user_data);
    if (done == LinkSend::full) return false;
    if (done != LinkSend::sent) ++as.lost;
    return true;
  });
}

Time LinkSet::next_timer() const {
  Time next = stack_.next_timer();
  for (const auto& link : links_) next = std::min(next, link->asp_.next_timer());
  return next;
}

Link* LinkSet::select(std::uint32_t opc, std::uint32_t dpc, std::uint8_t sls, const SharedAs* as) {
  const auto usable = [opc, dpc, as](const auto& link) {
    const LinkOptions& options = link->options();
    return link->active() && link->available() && options.opc == opc && options.dpc == dpc &&
           (as == nullptr || &link->as_ == as);
  };
  const auto count = std::count_if(links_.begin(), links_.end(), usable);
  if (count == 0) return nullptr;
  auto skip = sls % count;
  for (const auto& link : links_) {
    if (usable(link) && skip-- == 0) return link.get();
  }
  return nullptr;
}

}  // namespace rung::m3ua
