// Player: plays the program on one worker. It is given datagrams and instants, and writes what has
// to be sent straight into transmit slots. One thread; no clock, no socket, no allocation after
// construction.
//
// The caller keeps at least kSendsPerCall slots of the queue free before each call of receive() and
// start(), and drains the queue between the sends of advance() as far as it can: what finds no slot
// is counted, and left to the transaction timers.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/base/counter.hpp"
#include "engine/base/datagram.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/ladder/finding.hpp"
#include "engine/ladder/latency.hpp"
#include "engine/ladder/outcome.hpp"
#include "engine/ladder/play_config.hpp"
#include "engine/ladder/program.hpp"
#include "engine/ladder/requirement.hpp"
#include "engine/ladder/tally.hpp"
#include "engine/ue/ue_table.hpp"

namespace rung {

/// `no_ue`: no UE fits what the ladder is given. `no_session`: the pool is full. `no_tx`: no slot.
enum class StartResult : std::uint8_t { started, no_ue, no_session, no_tx };

/// Messages one received datagram or one start can cause at most, segments included.
inline constexpr std::size_t kSendsPerCall = 64;

/// Fill of the player's bounded pools, for the report.
struct PoolFill {
  std::uint32_t used = 0, used_max = 0, capacity = 0;
};
struct PlayerPools {
  PoolFill sessions, tombstones, foreign_texts, held_requests, dialogues, routes;
  std::size_t ue_table_octets = 0, sessions_octets = 0, tombstones_octets = 0;
};

class Player {
 public:
  /// All arguments outlive the player. `start`: no later call is given an earlier instant.
  Player(const Program& program, const PlayConfig& config, const RequirementTable& requirements,
         TxQueue& tx, CounterBlock& counters, LatencyBlock& latency, Tally& tally,
         FindingSink& findings, Time start);
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  [[nodiscard]] UeTable& ues();

  /// Starts a session with UEs that fit, chosen by the seed; O(1). `intended`: when the pacer
  /// wanted it, from which latency counts. Only these sessions bump the counters of sessions by
  /// outcome.
  StartResult start(LadderIndex ladder, Time intended, Time now);
  /// Starts a session with `ue` as its first party, whatever its registration: registering
  /// everybody, refreshing. A second party is picked.
  StartResult start_on(LadderIndex ladder, UeIndex ue, Time intended, Time now);

  static constexpr std::uint32_t kTaken = UINT32_MAX;
  /// Parses, matches, judges and answers one datagram; sets its owner. Returns kTaken, or the
  /// worker it is for when that is another one; it was then left alone.
  std::uint32_t receive(RxDatagram& datagram, Time now);
  /// As receive(), for what another worker left alone: nobody but this one is to take it. What it
  /// answers leaves from the UE's own address, which `datagram.local` becomes.
  void receive_crossed(RxDatagram& datagram, Time now);

  /// Where MAP leaves: units of a link, of which one is the value of M3UA protocol data. It
  /// outlives the player. Before the first call, where the program plays the network side.
  void connect_network(TxQueue& tx);
  /// As receive(), for one unit of a link; it is nobody else's.
  void receive_network(RxDatagram& datagram, Time now);

  /// Fires what is due: copies, waits, deadlines, ends of sessions, registration refresh.
  void advance(Time now);
  /// No timer fires before; kNever when none is armed.
  [[nodiscard]] Time next_due() const;

  [[nodiscard]] std::uint32_t sessions_active() const;
  [[nodiscard]] std::uint32_t registered() const;
  [[nodiscard]] const OutcomeBlock& outcomes() const;
  [[nodiscard]] PlayerPools pools() const;

  /// No UE refreshes its registration from now on.
  void stop_refresh();
  /// Ends every session at once, unjudged.
  void abort_all(Time now);
  /// The generator itself was late by `by` at `at`: deadlines prove nothing in sessions that were
  /// open then, nor does absence in those that end soon after, or where copies of ours were due.
  void generator_was_late(Time at, Duration by);
  /// It lost packets at `at`: neither deadlines nor absence prove anything in sessions open then.
  void generator_lost_packets(Time at);

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace rung
