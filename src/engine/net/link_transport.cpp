#include "engine/net/link_transport.hpp"

#include <algorithm>
#include <cerrno>

namespace rung::m3ua {
LinkTransport::LinkTransport(SctpStack& stack, const LinkTransportOptions& options)
    : stack_(stack),
      links_(stack),
      tx_memory_(options.tx_slots * kDatagramSizeMax),
      slots_(options.tx_slots),
      rx_memory_(options.unit_octets),
      units_max_(options.units_max) {
  ENGINE_ASSERT(options.tx_slots > 0);
  ENGINE_ASSERT(options.unit_octets >= kDatagramSizeMax);
  ENGINE_ASSERT(tx_memory_.data() != nullptr);
  ENGINE_ASSERT(rx_memory_.data() != nullptr);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].buffer = tx_memory_.data() + i * kDatagramSizeMax;
  }
  own_slots(slots_);
  units_.reserve(units_max_);
}

Link& LinkTransport::open(const LinkOptions& options, std::optional<std::size_t> as) {
  waiting_.reserve(links_.size() + 1);
  return links_.open(options, *this, as);
}

std::span<RxDatagram> LinkTransport::rx_burst(Time now) {
  if (given_ == units_.size()) {
    units_.clear();
    given_ = rx_used_ = 0;
    poll(now);
  }
  const auto burst = std::span{units_}.subspan(given_);
  const std::size_t count = std::min(burst.size(), kBurstMax);
  given_ += count;
  return burst.first(count);
}

void LinkTransport::poll(Time now) {
  segments_.advance(now);
  links_.poll(now);
  counters_.rx_dropped = units_dropped_ + stack_.counters().arrivals_shed;
}

void LinkTransport::tx_burst(Time now) {
  waiting_.clear();
  empty_tx([&](const TxDatagram& datagram) {
    ProtocolData unit;
    Link* link = read(datagram.octets(), unit) ? link_of(unit) : nullptr;
    if (link == nullptr) {
      ++link_counters_.no_link;
      counters_.last_error = EHOSTUNREACH;
      ++counters_.tx_failed;
      return true;
    }
    return !waits(*link) && send_unit(*link, unit, datagram.size);
  });
  links_.flush(now);
}

/// Behind what already waits for its room, so that an SLS keeps its order.
bool LinkTransport::waits(const Link& link) const {
  return std::find(waiting_.begin(), waiting_.end(), &link) != waiting_.end();
}

/// False: the association has no room, and the unit waits for it.
bool LinkTransport::send_unit(Link& link, const ProtocolData& unit, std::uint32_t size) {
  // All segments on one link: a change of state between two of them loses the message either way.
  LinkSend done = LinkSend::too_long;
  bool begun = false;
  segments_.sent(unit.user_data, [&](Octets message) {
    done = link.send(unit.sls, message);
    const bool taken = done == LinkSend::sent || done == LinkSend::kept;
    begun = begun || taken;
    return taken;
  });
  switch (done) {
    case LinkSend::sent:
    case LinkSend::kept:
      ++counters_.tx_datagrams;
      counters_.tx_octets += size;
      return true;
    case LinkSend::not_active:
    case LinkSend::unavailable:
      ++(done == LinkSend::not_active ? link_counters_.not_active : link_counters_.unavailable);
      ++counters_.unreachable;
      return true;
    case LinkSend::full:
      if (!begun) {
        waiting_.push_back(&link);
        return false;
      }
      counters_.last_error = ENOBUFS;
      break;
    case LinkSend::too_long: counters_.last_error = EMSGSIZE; break;
  }
  ++counters_.tx_failed;
  return true;
}

/// The link for it, else the first one there is: its AS may be pending, and then keeps the unit.
Link* LinkTransport::link_of(const ProtocolData& unit) {
  if (Link* active = links_.select(unit.opc, unit.dpc, unit.sls)) return active;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const LinkOptions& options = links_[i].options();
    if (options.opc == unit.opc && options.dpc == unit.dpc) return &links_[i];
  }
  return nullptr;
}

void LinkTransport::on_link_data(Link& link, std::span<const LinkData> burst, Time now) {
  for (const LinkData& data : burst) {
    if (data.si != kServiceSccp) {
      ++link_counters_.other_users;
      continue;
    }
    const Octets message = segments_.received(data.user_data, now);
    if (!message.empty()) keep(link, data, message);
  }
}

void LinkTransport::keep(const Link& link, const LinkData& data, Octets message) {
  const bool truncated = message.size() > kUnitMessageMax;
  if (truncated) message = message.first(kUnitMessageMax);
  const std::size_t size = kProtocolDataHeaderSize + message.size();
  if (units_.size() == units_max_ || size > rx_memory_.size() - rx_used_) {
    ++units_dropped_;
    return;
  }
  const MutableOctets out{rx_memory_.data() + rx_used_, size};
  write({data.opc, data.dpc, data.si, data.ni, data.mp, data.sls, message}, out);
  rx_used_ += size;
  RxDatagram unit;
  unit.octets = out;
  unit.local = stack_.local(link.options().sctp.carrier);
  unit.remote = link.association().remote();
  unit.arrived = data.arrived;
  unit.frame = next_frame();
  unit.truncated = truncated;
  units_.push_back(unit);
  ++counters_.rx_datagrams;
  counters_.rx_octets += size;
  if (truncated) ++counters_.rx_truncated;
}

void LinkTransport::on_link_change(Link& link, SctpChange change, Time now) {
  note({.at = now, .link = number_of(link), .association = true, .change = change});
}

void LinkTransport::on_link_event(Link& link, const AspOutput::Happened& happened, Time now) {
  note({.at = now, .link = number_of(link), .happened = happened});
}

void LinkTransport::note(LinkNote note) {
  if (!notes_.push(note)) ++link_counters_.notes_shed;
}

std::uint32_t LinkTransport::number_of(const Link& link) const {
  std::uint32_t number = 0;
  while (&links_[number] != &link) ++number;
  return number;
}

}  // namespace rung::m3ua
