// LinkHub: the thread that has the links of a process, and the ports by which players reach them.
// SCTP is one stack a process and its sockets belong to one thread, whoever plays and however many
// workers or runs there are: units cross between that thread and a worker by two rings, each with
// one writer and one reader.
//
// Nothing is lost for want of room between the two: what a port cannot send waits in its slots, and
// what arrives waits in the transport, bounded, while a port has no room for it. Only a port that
// takes nothing for kPatience is waited for no longer. What is lost is counted.
//
//   worker <-> LinkPort <- ring - LinkHub <-> LinkTransport <-> SCTP <-> carriers
//                        - ring ->
//
// What arrives goes to whom it is for: an answer to the port whose transaction id it has, a Begin
// to the port whose short message it carries or whose subscriber it names, else to the first there
// is. An answer to a dialogue of no port comes to the first too, and finds nobody there.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/link_figures.hpp"
#include "engine/ladder/network_message.hpp"
#include "engine/load/crossing.hpp"
#include "engine/net/link_transport.hpp"
#include "engine/net/mapped_memory.hpp"
#include "engine/party/transaction_ids.hpp"

namespace rung {

/// Whose units a port is given.
struct UnitAudience {
  TransactionIds::Player player{};
  std::uint64_t msisdn_first = 0;  // of its subscribers,
  std::uint64_t imsi_first = 0;    // likewise
  std::uint64_t subscribers = 0;   // so many
};

/// One player's end: a Transport of units for one thread. Its hub outlives it.
class LinkPort final : public Transport {
 public:
  explicit LinkPort(const UnitAudience& audience);

  std::span<RxDatagram> rx_burst(Time now) override;
  void tx_burst(Time now) override;
  void wait(Time until) override;
  [[nodiscard]] const TransportCounters& counters() const override { return counters_; }
  [[nodiscard]] bool reliable() const override { return true; }
  [[nodiscard]] Endpoint local() const override { return {}; }
  [[nodiscard]] const UnitAudience& audience() const { return audience_; }
  /// Whether there is room for what arrives next; any thread.
  [[nodiscard]] bool takes_burst() const {
    return received_.capacity() - received_.size() >= kBurstMax;
  }

 private:
  friend class LinkHub;
  static constexpr std::size_t kUnitsMax = 256;  // on their way in one direction
  static constexpr std::size_t kSlots = 512;

  UnitAudience audience_;
  TransactionIds dialogues_;
  SpscRing<Crosser> received_{kUnitsMax};
  SpscRing<Crosser> sent_{kUnitsMax};
  // Of the hub's thread: what was for this port, or may have been, and found no room here; what it
  // sent that no association had room for, and what no link could bring to the peer.
  std::atomic<std::uint64_t> shed_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> unreachable_{0};
  Time full_since_ = kNever;    // of the hub's thread: when received_ had no room for a burst first
  std::vector<Crosser> burst_;  // handed out
  std::array<RxDatagram, kBurstMax> datagrams_;
  Crosser unit_;  // on its way out
  MappedMemory memory_;
  std::vector<TxDatagram> slots_;
  TransportCounters counters_;
};

class LinkHub {
 public:
  static constexpr std::size_t kPortsMax = 64;
  /// Passes this far apart: what the hub adds to a unit's way stays below a worker's tick.
  static constexpr Duration kTick = 250us;
  /// How long a port that takes nothing holds up the others.
  static constexpr Duration kPatience = 200ms;

  /// `links` outlives the hub, and belongs to its thread once there is one.
  explicit LinkHub(m3ua::LinkTransport& links);
  ~LinkHub();
  LinkHub(const LinkHub&) = delete;
  LinkHub& operator=(const LinkHub&) = delete;

  /// Any thread. Null: there are kPortsMax already.
  LinkPort* attach(const UnitAudience& audience);
  /// Any thread. What is on its way to that port is gone. Afterwards it is not used any more.
  void detach(LinkPort& port);

  /// One turn at instant `now`; the thread's own, or a simulation's.
  void pass(Time now);

  /// From now on a thread of its own calls pass().
  void start(Clock& clock);
  /// The links end in order, for which the peers get a moment; then the thread.
  void stop();

  /// As of the last pass; any thread.
  struct LinkState {
    SctpState association{};
    bool active = false;
  };
  [[nodiscard]] LinkState state(std::size_t link) const {
    return states_[link].load(std::memory_order_acquire);
  }
  /// As of the last pass, in the order of the links; any thread.
  [[nodiscard]] std::vector<LinkFigures> figures() const;
  /// What happened to them from `since` on, oldest first, each with the link's name; any thread. Of
  /// the first kChangesMax in all.
  struct Change {
    Time at{};
    std::string text;
  };
  [[nodiscard]] std::vector<Change> changes(Time since) const;
  static constexpr std::size_t kChangesMax = 1024;

 private:
  void publish();
  void take_notes();
  void run(Clock& clock);
  void send(Time now);
  void receive(Time now);
  [[nodiscard]] bool has_room(Time now);
  void give(LinkPort& port, const RxDatagram& unit);
  void tell_dropped(std::uint64_t units);
  [[nodiscard]] LinkPort* port_of(Octets unit);
  [[nodiscard]] LinkPort* port_of_begin();
  [[nodiscard]] LinkPort* port_of_token() const;

  m3ua::LinkTransport& links_;
  std::array<std::atomic<LinkPort*>, kPortsMax> ports_{};
  std::mutex owned_mutex_;  // of who attaches and detaches, never of the hub's thread
  std::vector<std::unique_ptr<LinkPort>> owned_;
  std::vector<std::atomic<LinkState>> states_;
  using Words = std::array<std::atomic<std::uint64_t>, std::size(kLinkCounterInfo)>;
  std::vector<Words> counts_;
  std::vector<std::uint64_t> dropped_;  // by link
  mutable std::mutex changes_mutex_;    // changes are rare: it is free while traffic flows
  std::vector<Change> changes_;
  std::atomic<std::uint64_t> passes_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
  NetworkMessage message_;
  Crosser crosser_;
};

}  // namespace rung
