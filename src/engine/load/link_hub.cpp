#include "engine/load/link_hub.hpp"

#include <fmt/format.h>

#include <charconv>

#include "engine/ladder/token.hpp"
#include "engine/net/clock.hpp"

namespace rung {
namespace {

/// Bursts one pass takes at most.
constexpr std::size_t kBurstsPerPass = 256;
/// What names a subscriber, the surest first.
constexpr Path kSubscriberPaths[] = {Path::map_msisdn, Path::map_subscriber, Path::map_imsi,
                                     Path::map_oa, Path::map_da};

bool within(std::uint64_t number, std::uint64_t first, std::uint64_t count) {
  return number >= first && number - first < count;
}

}  // namespace

LinkPort::LinkPort(const UnitAudience& audience)
    : audience_(audience),
      dialogues_(audience.player),
      burst_(kBurstMax),
      memory_(kSlots * kDatagramSizeMax),
      slots_(kSlots) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].buffer = memory_.data() + i * kDatagramSizeMax;
  }
  own_slots(slots_);
}

std::span<RxDatagram> LinkPort::rx_burst(Time) {
  std::size_t count = 0;
  while (count < kBurstMax && received_.pop(burst_[count])) {
    const Crosser& unit = burst_[count];
    datagrams_[count++] = unit.datagram(next_frame());
    ++counters_.rx_datagrams;
    counters_.rx_octets += unit.size;
  }
  counters_.rx_dropped = shed_.load(std::memory_order_relaxed);
  counters_.tx_failed = failed_.load(std::memory_order_relaxed);
  counters_.unreachable = unreachable_.load(std::memory_order_relaxed);
  return std::span(datagrams_).first(count);
}

void LinkPort::tx_burst(Time) {
  bool full = false;
  empty_tx([&](const TxDatagram& datagram) {
    if (full) return false;
    unit_.size = datagram.size;
    std::memcpy(unit_.octets.data(), datagram.buffer, datagram.size);
    full = !sent_.push(unit_);
    if (full) return false;
    ++counters_.tx_datagrams;
    counters_.tx_octets += datagram.size;
    return true;
  });
}

void LinkPort::wait(Time until) { sleep_until(until); }

LinkHub::LinkHub(m3ua::LinkTransport& links)
    : links_(links),
      states_(links.links().size()),
      counts_(links.links().size()),
      dropped_(links.links().size()) {}

LinkHub::~LinkHub() { stop(); }

LinkPort* LinkHub::attach(const UnitAudience& audience) {
  const std::scoped_lock lock(owned_mutex_);
  for (std::atomic<LinkPort*>& place : ports_) {
    if (place.load(std::memory_order_relaxed) != nullptr) continue;
    owned_.push_back(std::make_unique<LinkPort>(audience));
    place.store(owned_.back().get(), std::memory_order_release);
    return owned_.back().get();
  }
  return nullptr;
}

void LinkHub::detach(LinkPort& port) {
  for (std::atomic<LinkPort*>& place : ports_) {
    if (place.load(std::memory_order_relaxed) == &port) place.store(nullptr);
  }
  // A pass that has begun may have seen it still; the one after the next has not.
  const std::uint64_t seen = passes_.load();
  while (thread_.joinable() && passes_.load() < seen + 2)
    sleep_until(MonotonicClock::read() + kTick);
  const std::scoped_lock lock(owned_mutex_);
  std::erase_if(owned_, [&](const auto& own) { return own.get() == &port; });
}

void LinkHub::pass(Time now) {
  send(now);
  receive(now);
  take_notes();
  publish();
  passes_.fetch_add(1);
}

void LinkHub::publish() {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const m3ua::Link& link = links_.links()[i];
    const m3ua::LinkCounters& c = link.counters();
    const SctpCounters& association = link.association().counters();
    const LinkCounts counts{.sent = c.sent,
                            .received = c.received,
                            .kept = c.kept,
                            .not_active = c.not_active,
                            .unavailable = c.unavailable,
                            .full = c.full,
                            .dropped = dropped_[i],
                            .refused = c.refused,
                            .errors_sent = c.errors_sent,
                            .errors_received = c.errors_received,
                            .shed = c.shed,
                            .ups = association.ups,
                            .downs = association.downs};
    for (std::size_t k = 0; k < counts_[i].size(); ++k) {
      counts_[i][k].store(counts.*kLinkCounterInfo[k].value, std::memory_order_relaxed);
    }
    states_[i].store({link.association().state(), link.active()}, std::memory_order_release);
  }
}

void LinkHub::take_notes() {
  for (m3ua::LinkNote note; links_.notes().pop(note);) {
    const std::scoped_lock lock(changes_mutex_);
    if (changes_.size() == kChangesMax) continue;
    changes_.push_back(
        {note.at, fmt::format("link {}: {}", links_.links()[note.link].name(), to_string(note))});
  }
}

std::vector<LinkFigures> LinkHub::figures() const {
  std::vector<LinkFigures> all;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    LinkFigures& figures = all.emplace_back();
    figures.name = links_.links()[i].name();
    figures.active = state(i).active;
    for (std::size_t k = 0; k < counts_[i].size(); ++k) {
      figures.counts.*kLinkCounterInfo[k].value = counts_[i][k].load(std::memory_order_relaxed);
    }
  }
  return all;
}

std::vector<LinkHub::Change> LinkHub::changes(Time since) const {
  const std::scoped_lock lock(changes_mutex_);
  std::vector<Change> found;
  for (const Change& change : changes_) {
    if (change.at >= since) found.push_back(change);
  }
  return found;
}

void LinkHub::send(Time now) {
  for (const std::atomic<LinkPort*>& place : ports_) {
    LinkPort* port = place.load(std::memory_order_acquire);
    if (port == nullptr) continue;
    const TransportCounters before = links_.counters();
    while (true) {  // ends: the ring is bounded, and its writer writes once a pass
      if (links_.tx().free() == 0) links_.tx_burst(now);
      if (links_.tx().free() == 0 || !port->sent_.pop(crosser_)) break;
      TxDatagram* slot = links_.tx().reserve();
      slot->size = crosser_.size;
      std::memcpy(slot->buffer, crosser_.octets.data(), crosser_.size);
    }
    if (!links_.tx().pending().empty()) links_.tx_burst(now);
    const TransportCounters& after = links_.counters();
    port->failed_.fetch_add(after.tx_failed - before.tx_failed, std::memory_order_relaxed);
    port->unreachable_.fetch_add(after.unreachable - before.unreachable, std::memory_order_relaxed);
  }
}

void LinkHub::receive(Time now) {
  const std::uint64_t dropped = links_.counters().rx_dropped;
  for (std::size_t i = 0; i < kBurstsPerPass; ++i) {
    if (!has_room(now)) {
      links_.poll(now);
      break;
    }
    const std::span<RxDatagram> burst = links_.rx_burst(now);
    if (burst.empty()) break;
    for (const RxDatagram& unit : burst) {
      if (LinkPort* port = port_of(unit.octets)) give(*port, unit);
    }
  }
  tell_dropped(links_.counters().rx_dropped - dropped);
}

/// For a burst, at every port that takes anything.
bool LinkHub::has_room(Time now) {
  bool room = true;
  for (const std::atomic<LinkPort*>& place : ports_) {
    LinkPort* port = place.load(std::memory_order_acquire);
    if (port == nullptr) continue;
    if (port->takes_burst()) {
      port->full_since_ = kNever;
      continue;
    }
    port->full_since_ = std::min(port->full_since_, now);
    if (now - port->full_since_ < kPatience) room = false;
  }
  return room;
}

void LinkHub::give(LinkPort& port, const RxDatagram& unit) {
  crosser_.take(unit);
  if (port.received_.push(crosser_)) return;
  port.shed_.fetch_add(1, std::memory_order_relaxed);
  m3ua::ProtocolData label;
  if (!m3ua::read(unit.octets, label)) return;
  for (std::size_t i = 0; i < dropped_.size(); ++i) {
    const m3ua::LinkOptions& link = links_.links()[i].options();
    if (link.dpc != label.opc || link.opc != label.dpc) continue;
    ++dropped_[i];
    return;
  }
}

/// What was dropped before anybody could see whose it is may be anybody's.
void LinkHub::tell_dropped(std::uint64_t units) {
  for (const std::atomic<LinkPort*>& place : ports_) {
    LinkPort* port = place.load(std::memory_order_acquire);
    if (port != nullptr && units != 0) port->shed_.fetch_add(units, std::memory_order_relaxed);
  }
}

LinkPort* LinkHub::port_of(Octets unit) {
  LinkPort* first = nullptr;
  m3ua::ProtocolData data;
  const bool readable = m3ua::read(unit, data) && read_transaction(data.user_data, message_);
  const bool begin = readable && message_.tcap.type == tcap::Type::begin;
  const bool returned = readable && message_.sccp.is_service();
  if (begin && !returned) {
    if (LinkPort* port = port_of_begin()) return port;
  }
  const tcap::TransactionId& id = returned ? message_.tcap.otid : message_.tcap.dtid;
  const bool answer = readable && (returned || !begin);
  for (const std::atomic<LinkPort*>& place : ports_) {
    LinkPort* port = place.load(std::memory_order_acquire);
    if (port == nullptr) continue;
    if (answer && port->dialogues_.owns(id)) return port;
    if (first == nullptr) first = port;
  }
  return first;
}

/// Codes of versions 1 and 2 do not say which way a short message goes; for whom it is, both ways
/// tell.
LinkPort* LinkHub::port_of_begin() {
  read_components(tp::Direction::ms_to_sc, {}, message_);
  if (LinkPort* port = port_of_token()) return port;
  std::array<char, 64> scratch;
  for (const Path path : kSubscriberPaths) {
    const FieldValue value = network_field(path, message_, scratch);
    if (!value.present || value.text.empty()) continue;
    std::uint64_t number = 0;
    const char* last = value.text.data() + value.text.size();
    const auto [end, error] = std::from_chars(value.text.data(), last, number);
    if (error != std::errc{} || end != last) continue;
    for (const std::atomic<LinkPort*>& place : ports_) {
      LinkPort* port = place.load(std::memory_order_acquire);
      if (port == nullptr) continue;
      const UnitAudience& audience = port->audience_;
      if (within(number, audience.msisdn_first, audience.subscribers)) return port;
      if (within(number, audience.imsi_first, audience.subscribers)) return port;
    }
  }
  return nullptr;
}

/// Whose text the short message at hand has: of that run and worker.
LinkPort* LinkHub::port_of_token() const {
  Token token;
  if (!message_.has_tp || find_token(message_.tp, token) != TokenState::valid) return nullptr;
  for (const std::atomic<LinkPort*>& place : ports_) {
    LinkPort* port = place.load(std::memory_order_acquire);
    if (port == nullptr) continue;
    const TransactionIds::Player& player = port->audience_.player;
    if (player.run_id == token.run && player.worker == token.worker) return port;
  }
  return nullptr;
}

void LinkHub::start(Clock& clock) {
  thread_ = std::thread([this, &clock] { run(clock); });
}

void LinkHub::stop() {
  stop_.store(true);
  if (thread_.joinable()) thread_.join();
}

void LinkHub::run(Clock& clock) {
  while (!stop_.load()) {
    const Time now = clock.now();
    pass(now);
    links_.wait(std::max(now + kTick, clock.now()));
  }
  links_.close(clock, [this](Time now) { pass(now); });
}

}  // namespace rung
