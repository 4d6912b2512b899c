#include "engine/ladder/player.hpp"

#include <algorithm>
#include <bit>

#include "engine/ladder/player_core.hpp"

namespace rung {
namespace {

/// Rows of the table of recent branches: 4 per session, a power of two within these bounds.
constexpr std::size_t kBranchesMin = 4096;
constexpr std::size_t kBranchesMax = 1U << 19;

std::size_t branch_rows(const PlayConfig& config) {
  return std::clamp(std::bit_ceil(std::size_t{4} * config.sessions_max), kBranchesMin,
                    kBranchesMax);
}

/// Ladders that a SUBSCRIBE of the gateway begins: a new one, a refresh, an end.
std::array<LadderIndex, 3> openers_of(const Program& program) {
  std::array<LadderIndex, 3> openers{};
  for (std::uint32_t i = 0; i < program.size(); ++i) {
    const ProgramLadder& ladder = program.ladder(LadderIndex(i));
    if (ladder.opener == kNoStep) continue;
    const ProgramStep& step = ladder.steps[ladder.opener];
    if (step.method != sip::Method::subscribe) continue;
    openers[step.ends_dialog ? 2 : step.in_dialog ? 1 : 0] = LadderIndex(i);
  }
  return openers;
}

/// The ladder that keeps a UE registered.
LadderIndex refresh_ladder(const Program& program) {
  const LadderIndex refresh = program.find("register_refresh");
  return refresh.valid() ? refresh : program.find("register");
}

/// True when every RP-DATA of ours carries a token: then an SM without one is not ours.
bool all_tokened(const Program& program) {
  const auto tokened = [&](const ProgramStep& p) {
    if (p.kind != StepKind::send_request || p.copy_of != kNoStep) return true;
    const SendRequest& request = program.request(p.send);
    const bool data =
        p.rp_type == kAnyType || p.rp_type == static_cast<std::uint8_t>(rp::Type::data);
    return request.has_token || request.body.empty() || !data;
  };
  for (std::uint32_t i = 0; i < program.size(); ++i) {
    if (!std::ranges::all_of(program.ladder(LadderIndex(i)).steps, tokened)) return false;
  }
  return true;
}

}  // namespace

Player::Core::Core(const Program& program, const PlayConfig& config,
                   const RequirementTable& requirements, TxQueue& tx, CounterBlock& counters,
                   LatencyBlock& latency, Tally& tally, FindingSink& findings, Time start)
    : ues(config.ue_count, config.ue_first, config.sessions_per_ue_max, start),
      outcomes(program.size()),
      refresh(config.refresh),
      program_(program),
      config_(config),
      requirements_(requirements),
      tx_(tx),
      counters_(counters),
      latency_(latency),
      tally_(tally),
      findings_(findings),
      pool_(config.sessions_max, config.tombstones_max, program.steps_max()),
      foreign_(config.foreign_texts_max),
      held_(config.held_requests_max),
      dialogues_(config.dialogues()),
      home_(config.network.linked ? config.ue_count : 0, config),
      start_(start),
      challenges_(config.challenges_max),
      subscriptions_(plays_cscf() ? config.ue_count : 0, config.expires_s),
      openers_(openers_of(program)),
      routes_(config.routes_max),
      prng_(Prng::stream(config.seed, config.worker)),
      timers_(config.sessions_max, config.tick, start),
      branches_(branch_rows(config)),
      refresh_ladder_(refresh_ladder(program)),
      prelude_(program.find(config.prelude)),
      unready_(prelude_.valid() ? config.ue_count : 0),
      all_tokened_(all_tokened(program)),
      tx_reserve_(std::min(kSendsPerCall, tx.free() / 2)) {
  put_hex({reinterpret_cast<std::uint8_t*>(front_.data()), front_.size()},
          std::uint64_t{config.run_id} << 8 | config.worker);
  for (std::size_t i = 0; i < kFateCount; ++i)
    fates_[i] = requirements.broken_by(static_cast<Fate>(i));
}

PlayerPools Player::Core::pools() const {
  PlayerPools p;
  p.sessions = {pool_.active(), pool_.active_max(), pool_.capacity()};
  p.tombstones = {pool_.tickets_used_max(), pool_.tickets_used_max(), pool_.tickets()};
  p.foreign_texts = {foreign_.used(), foreign_.used_max(), foreign_.capacity()};
  p.held_requests = {held_.used(), held_.used_max(), held_.capacity()};
  p.dialogues = {dialogues_.used(), dialogues_.used_max(), dialogues_.capacity()};
  p.routes = {routes_.used(), routes_.used(), routes_.capacity()};
  p.ue_table_octets = std::size_t{ues.count()} * UeTable::kUeRowSize + subscriptions_.octets();
  p.sessions_octets = pool_.sessions_size();
  p.tombstones_octets = pool_.tickets_size();
  return p;
}

Player::Player(const Program& program, const PlayConfig& config,
               const RequirementTable& requirements, TxQueue& tx, CounterBlock& counters,
               LatencyBlock& latency, Tally& tally, FindingSink& findings, Time start)
    : core_(std::make_unique<Core>(program, config, requirements, tx, counters, latency, tally,
                                   findings, start)) {}

Player::~Player() = default;

UeTable& Player::ues() { return core_->ues; }

StartResult Player::start(LadderIndex ladder, Time intended, Time now) {
  return core_->start(ladder, intended, now);
}

StartResult Player::start_on(LadderIndex ladder, UeIndex ue, Time intended, Time now) {
  return core_->start_on(ladder, ue, intended, now, false);
}

std::uint32_t Player::receive(RxDatagram& datagram, Time now) {
  return core_->receive(datagram, now, false);
}
void Player::receive_crossed(RxDatagram& datagram, Time now) {
  core_->receive(datagram, now, true);
}
void Player::connect_network(TxQueue& tx) { core_->connect_network(tx); }
void Player::receive_network(RxDatagram& datagram, Time now) {
  core_->receive_network(datagram, now);
}
void Player::advance(Time now) { core_->advance(now); }
Time Player::next_due() const { return core_->next_due(); }
std::uint32_t Player::sessions_active() const { return core_->active(); }
std::uint32_t Player::registered() const { return core_->ues.registered_count(); }
const OutcomeBlock& Player::outcomes() const { return core_->outcomes; }
PlayerPools Player::pools() const { return core_->pools(); }
void Player::stop_refresh() { core_->refresh = false; }
void Player::abort_all(Time now) { core_->abort_all(now); }
void Player::generator_was_late(Time at, Duration by) { core_->be_late(at, by); }
void Player::generator_lost_packets(Time at) { core_->be_late(at, Duration::max()); }

}  // namespace rung
