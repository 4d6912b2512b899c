#include "pool_sizes.hpp"

#include <algorithm>

#include "engine/ladder/token.hpp"
#include "engine/load/pacer.hpp"
#include "engine/party/transaction_ids.hpp"
#include "load_curve.hpp"

namespace rung {
namespace {

/// How long an ordinary session may last before its pool slot is missed: a dead SUT is noticed
/// sooner.
constexpr Duration kSessionLifeMax = 8s;
/// Below these a pool costs next to nothing. The registrations in flight must find room too.
constexpr double kSessionsMin = kRegistrationsInFlight;
constexpr double kForeignTextsMin = 8192;
constexpr double kSessionsMax = 4'000'000;
constexpr double kTombstonesMax = kTokenTicketMax;  // what a Call-ID has digits for
constexpr double kCaptureOctetsMin = 8 << 20;
/// A SIP message with its IMS headers, and what the ring adds to it.
constexpr double kFrameOctets = 1024;
/// What a Poisson process or a burst adds to the mean.
constexpr double kMargin = 1.25;

double seconds(Duration d) { return static_cast<double>(d.count()) / 1e9; }

/// A hold taken from a timer grows with it; ladders give it for the T1 of RFC 3261.
double hold_seconds(const Ladder& ladder, const TimerConfig& timers) {
  const double scale =
      ladder.hold_timer.empty() ? 1 : seconds(timers.t1) / seconds(TimerConfig{}.t1);
  return seconds(ladder.hold) * scale;
}

/// Means over the mix.
struct MeanSession {
  double seconds_max = 0;
  double messages = 0;
};

MeanSession mean_session(const CrewPlan& plan, const LadderBook& book, const TimerConfig& timers) {
  MeanSession mean;
  double weights = 0;
  for (const MixEntry& entry : plan.mix) {
    const Ladder* ladder = book.ladder(entry.ladder);
    if (ladder == nullptr) continue;
    weights += entry.weight;
    mean.seconds_max += entry.weight * (seconds(kSessionLifeMax) + hold_seconds(*ladder, timers));
    mean.messages += entry.weight * static_cast<double>(ladder->steps.size());
  }
  if (weights == 0) return mean;
  return {mean.seconds_max / weights, mean.messages / weights};
}

bool begins_dialogue(const LadderBook& book, const Step& step) {
  const Message* message = book.message(step.message);
  return message != nullptr &&
         std::any_of(message->fields.begin(), message->fields.end(), [](const FieldRule& row) {
           return row.path == Path::tcap_message && row.values == std::vector<std::string>{"begin"};
         });
}

/// TCAP dialogues of one session at most: it has them to its end.
std::size_t dialogues_max(const CrewPlan& plan, const LadderBook& book) {
  std::size_t most = 0;
  for (const MixEntry& entry : plan.mix) {
    const Ladder* ladder = book.ladder(entry.ladder);
    if (ladder == nullptr) continue;
    const auto begins = std::count_if(ladder->steps.begin(), ladder->steps.end(),
                                      [&](const Step& s) { return begins_dialogue(book, s); });
    most = std::max(most, static_cast<std::size_t>(begins));
  }
  return most;
}

/// Sessions the whole run can offer, of all workers.
double offered_max(const CrewPlan& plan) {
  std::vector<RateSegment> curve = plan.warm_up;
  curve.insert(curve.end(), plan.measure.begin(), plan.measure.end());
  const auto mean = static_cast<double>(Pacer(std::move(curve), false, plan.seed, {}).expected());
  return plan.poisson ? mean * kMargin : mean;
}

}  // namespace

PoolSizes pool_sizes(const Options& options, const CrewPlan& plan, const LadderBook& book,
                     const TimerConfig& timers) {
  const auto workers = static_cast<double>(options.workers);
  const double rate = static_cast<double>(peak_rate(plan)) / 1e6 / workers;
  const double ues = static_cast<double>(options.ues) / workers;
  const MeanSession session = mean_session(plan, book, timers);

  double sessions = std::clamp(rate * session.seconds_max, kSessionsMin, kSessionsMax);
  if (options.sessions_max != 0) {
    sessions = std::max(1.0, static_cast<double>(options.sessions_max) / workers);
  }
  // Tickets of sessions linger for Timer J, 64 T1, and those of registrations for Timer K, T4.
  const double register_rate = options.register_rate / workers;
  const double registering = std::min(ues, register_rate * seconds(timers.t4) * kMargin);
  const double lingering = rate * seconds(timers.f()) * kMargin + 2 * sessions;
  // No more than are ever offered, with what refreshes and repeated registrations may add.
  const double offered = std::max(offered_max(plan) / workers + 2 * kSessionsMin, sessions);
  const double capture = rate * session.seconds_max * session.messages * kFrameOctets;
  const double capture_max = static_cast<double>(options.capture_size << 20);

  PoolSizes sizes;
  sizes.sessions = static_cast<std::uint32_t>(sessions);
  sizes.tombstones = static_cast<std::uint32_t>(
      std::min(std::min(lingering, offered) + registering, kTombstonesMax));
  sizes.foreign_texts = static_cast<std::uint32_t>(std::max(sessions, kForeignTextsMin));
  sizes.dialogues = static_cast<std::uint32_t>(std::min<std::size_t>(
      sizes.sessions * dialogues_max(plan, book),
      TransactionIds::dialogues_max(static_cast<std::uint32_t>(options.workers))));
  sizes.capture_octets =
      static_cast<std::size_t>(std::min(std::max(capture, kCaptureOctetsMin), capture_max));
  return sizes;
}

}  // namespace rung
