#include "engine/load/worker.hpp"

#include <pthread.h>
#include <sched.h>

namespace rung {

Worker::Worker(const WorkerPlan& plan, Player& player, Transport& transport, Tap& tap,
               CounterBlock& counters, Mix mix, Pacer registrar, Pacer pacer, std::uint64_t seed)
    : plan_(plan),
      player_(player),
      transport_(transport),
      tap_(tap),
      counters_(counters),
      mix_(std::move(mix)),
      registrar_(std::move(registrar)),
      pacer_(std::move(pacer)),
      prng_(Prng::stream(seed, plan.index)) {}

void Worker::connect_links(Transport& links, Tap& tap) {
  links_ = &links;
  unit_slots_ = links.tx().free();
  unit_tap_ = &tap;
  links.share_frames(transport_);
}

void Worker::order(Phase phase, Time load_start) {
  load_start_ns_.store(ns(load_start), std::memory_order_relaxed);
  ordered_.store(phase, std::memory_order_release);
}

void Worker::obey(Time now) {
  const Phase ordered = ordered_.load(std::memory_order_acquire);
  if (began_ && ordered == phase_) return;
  const bool loading = began_ && (phase_ == Phase::warm_up || phase_ == Phase::measure);
  const bool load_wanted = ordered == Phase::warm_up || ordered == Phase::measure;
  if (ordered == Phase::registering && plan_.register_ladder.valid()) registrar_.start(now);
  if (load_wanted && !loading) {
    pacer_.start(time_from_ns(load_start_ns_.load(std::memory_order_relaxed)));
  }
  if (ordered == Phase::drain) {
    if (loading) start_sessions(now);  // what fell due before the order came
    player_.stop_refresh();
  }
  if (ordered == Phase::done) player_.abort_all(now);
  phase_ = ordered;
  began_ = true;
}

void Worker::pass(Time now) {
  obey(now);
  notice_losses(now);
  receive(now);
  receive_units(now);
  receive_crossers(now);
  advance(now);
  if (phase_ == Phase::registering) start_registrations(now);
  if (phase_ == Phase::warm_up || phase_ == Phase::measure) start_sessions(now);
  flush(now);
  tap_.on_pass(now);
  publish(now);
}

/// What we lost ourselves must not become the SUT's failure.
void Worker::notice_losses(Time now) {
  const std::uint64_t losses = transport_.counters().lost_by_us() +
                               (links_ == nullptr ? 0 : links_->counters().lost_by_us()) +
                               counters_.read(Counter::tx_queue_full);
  if (losses != losses_seen_) player_.generator_lost_packets(now);
  losses_seen_ = losses;
}

/// Between the passes or inside one: what was to leave then left later than its stamp says. However
/// late a run allows itself to be, copies of the SUT's were due meanwhile.
void Worker::notice_pause(Time from, Time to) {
  if (to - from > std::min(plan_.late_pass, kPauseMax)) player_.generator_was_late(to, to - from);
}

bool Worker::has_room() const {
  return transport_.tx().free() >= kSendsPerCall &&
         (links_ == nullptr || links_->tx().free() >= kSendsPerCall);
}

/// A burst of SIP may give rise to as many units, and one of its messages to more.
bool Worker::waits_for_links(Time now) {
  constexpr std::size_t kRoom = kBurstMax + kSendsPerCall;
  if (links_ == nullptr || links_->tx().free() >= kRoom) return false;
  flush(now);
  return links_->tx().free() < std::min(kRoom, unit_slots_);
}

void Worker::make_room(Time now) {
  if (!has_room()) flush(now);
}

void Worker::receive(Time now) {
  for (std::size_t i = 0; i < kRxBurstsPerPass && !waits_for_links(now); ++i) {
    const std::span<RxDatagram> burst = transport_.rx_burst(now);
    if (burst.empty()) return;
    receive_burst(burst, now);
  }
}

/// The tap sees a datagram once its owner is known, and before what it caused leaves.
void Worker::receive_burst(std::span<RxDatagram> burst, Time now) {
  std::size_t shown = 0;
  for (std::size_t i = 0; i < burst.size(); ++i) {
    if (!has_room()) {
      tap_.on_rx(burst.subspan(shown, i - shown));
      shown = i;
      flush(now);
    }
    const std::uint32_t other = player_.receive(burst[i], now);
    if (other == Player::kTaken) continue;
    tap_.on_rx(burst.subspan(shown, i - shown));
    shown = i + 1;  // the other worker's tap sees it
    send_across(other, burst[i]);
  }
  tap_.on_rx(burst.subspan(shown));
}

/// Units of the links. They wait where there is no room for what they give rise to.
void Worker::receive_units(Time now) {
  if (links_ == nullptr) return;
  for (std::size_t i = 0; i < kUnitBurstsPerPass; ++i) {
    if (units_.empty()) units_ = links_->rx_burst(now);
    if (units_.empty()) return;
    std::size_t taken = 0;
    for (; taken < units_.size(); ++taken) {
      make_room(now);
      if (links_->tx().free() < kSendsPerCall) break;
      player_.receive_network(units_[taken], now);
    }
    unit_tap_->on_rx(units_.first(taken));
    units_ = units_.subspan(taken);
    if (!units_.empty()) return;
  }
}

void Worker::send_across(std::uint32_t worker, const RxDatagram& datagram) {
  if (crossing_->send(plan_.index, worker, datagram)) {
    counters_.bump(Counter::sip_misdirected);
    return;
  }
  counters_.bump(Counter::crossing_full);
  counters_.bump(Counter::sip_received);  // and never judged, which makes the run invalid
}

void Worker::receive_crossers(Time now) {
  for (std::size_t i = 0; i < kCrossersPerPass; ++i) {
    make_room(now);
    if (!crossing_->receive(plan_.index, crosser_)) return;
    RxDatagram datagram = crosser_.datagram(transport_.next_frame());
    player_.receive_crossed(datagram, now);
    datagram.local = crosser_.local;  // the capture shows it as it came
    tap_.on_rx({&datagram, 1});
  }
}

/// Timers that found no slot wait for the next call.
void Worker::advance(Time now) {
  for (std::size_t i = 0; i < kAdvancesPerPass; ++i) {
    make_room(now);
    player_.advance(now);
    if (has_room()) return;
  }
}

/// Goes through the UEs in rounds, as fast as the pacer allows, so that one that is refused does
/// not hold up the others.
void Worker::start_registrations(Time now) {
  if (!plan_.register_ladder.valid()) return;
  const std::uint32_t count = player_.ues().count();
  if (next_ue_ == count) {
    if (player_.registered() == count || now < next_round_) return;
    next_ue_ = 0;
    registrar_.start(now);
  }
  Time intended;
  for (std::uint32_t looked = 0; next_ue_ < count && looked < kUesPerPass; ++looked, ++next_ue_) {
    const UeIndex ue(next_ue_);
    if (player_.ues().registered(ue) || player_.ues().busy(ue)) continue;
    if (player_.sessions_active() >= plan_.registrations_in_flight) return;
    if (!registrar_.due(now, intended)) return;
    make_room(now);
    player_.start_on(plan_.register_ladder, ue, intended, now);
  }
  if (next_ue_ == count) next_round_ = now + kRegisterRetry;
}

void Worker::start_sessions(Time now) {
  Time intended;
  for (std::size_t i = 0; i < kStartsPerPass && pacer_.due(now, intended); ++i) {
    make_room(now);
    counters_.bump(Counter::sessions_offered);
    lateness_.record(now - intended);
    switch (player_.start(mix_.pick(prng_), intended, now)) {
      case StartResult::started: counters_.bump(Counter::sessions_started); break;
      case StartResult::no_ue: counters_.bump(Counter::sessions_shed_no_ue); break;
      case StartResult::no_session: counters_.bump(Counter::sessions_shed_pool); break;
      case StartResult::no_tx: counters_.bump(Counter::sessions_shed_tx); break;
    }
  }
}

/// `shown`: of what is pending the tap has seen so many, which had no room to leave before.
void Worker::flush(Transport& wire, Tap& tap, std::size_t& shown, Time now) {
  if (wire.tx().pending().empty()) return;
  tap.on_tx(wire.tx().pending().subspan(shown), now);
  wire.tx_burst(now);
  shown = wire.tx().pending().size();
}

void Worker::flush(Time now) {
  flush(transport_, tap_, datagrams_shown_, now);
  if (links_ != nullptr) flush(*links_, *unit_tap_, units_shown_, now);
}

void Worker::publish(Time now) {
  words_.pass_ns.store(ns(now), std::memory_order_relaxed);
  words_.registered.store(player_.registered(), std::memory_order_relaxed);
  words_.sessions_active.store(player_.sessions_active(), std::memory_order_relaxed);
  words_.passes.store(words_.passes.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  const TransportCounters& c = transport_.counters();
  // Traffic of links is counted apart (LinkFigures), what was lost of it is not.
  const TransportCounters links = links_ == nullptr ? TransportCounters{} : links_->counters();
  const std::uint64_t values[] = {c.rx_datagrams,
                                  c.rx_octets,
                                  c.rx_dropped + links.rx_dropped,
                                  c.rx_truncated + links.rx_truncated,
                                  c.tx_datagrams,
                                  c.tx_octets,
                                  c.tx_failed + links.tx_failed,
                                  c.tx_segmented,
                                  c.unreachable + links.unreachable};
  for (std::size_t i = 0; i < std::size(values); ++i) {
    words_.transport[i].store(values[i], std::memory_order_relaxed);
  }
  for (std::size_t i = 0; i < words_.connections.size(); ++i) {
    words_.connections[i].store(c.connections.*kConnectionCounterInfo[i].value,
                                std::memory_order_relaxed);
  }
  words_.phase.store(phase_, std::memory_order_release);  // last: the other words are as new
}

Time Worker::next_due() const {
  if (!crossing_->empty(plan_.index)) return Time::min();
  Time due = player_.next_due();
  if (phase_ == Phase::registering) {
    const bool round_over = next_ue_ == player_.ues().count();
    due = std::min(due, round_over ? next_round_ : registrar_.next());
  }
  if (phase_ == Phase::warm_up || phase_ == Phase::measure) due = std::min(due, pacer_.next());
  return due;
}

void Worker::run(Clock& clock) {
  if (plan_.cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(plan_.cpu, &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
  }
  Time tick = clock.now();
  while (phase_ != Phase::done || !began_) {
    const Time now = clock.now();
    notice_pause(tick, now);
    pass(now);
    words_.cpu_ns.store(clock.thread_cpu().count(), std::memory_order_relaxed);
    const Time after = clock.now();
    notice_pause(now, after);
    tick = std::max(tick + plan_.tick, after);
    transport_.wait(tick);
  }
}

}  // namespace rung
