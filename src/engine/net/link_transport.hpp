// LinkTransport: SIGTRAN links as a Transport, so that whoever sends and receives datagrams sends
// and receives the messages of SS7 users. A datagram is one unit of link_unit.hpp.
//
// Sending: OPC, DPC and SLS of the unit choose the link and its stream; SI, NI and MP are those of
// the link. The endpoints of the slot are not looked at. Receiving: the endpoints are those of the
// association.
//
// Time: rx_burst() is the tick of association and ASP timers, so it is called each pass, traffic or
// not. What rests on links is reliable while they are up; each end of one is noted.
//
// Ownership: the stack, with its carriers, outlives this. One thread; notes() may be emptied by
// another.
#pragma once

#include <vector>

#include "engine/base/spsc_ring.hpp"
#include "engine/net/link_note.hpp"
#include "engine/net/link_unit.hpp"
#include "engine/net/mapped_memory.hpp"

namespace rung::m3ua {

struct LinkTransportOptions {
  std::uint32_t tx_slots = 1024;
  std::uint32_t units_max = 16384;  // received and not handed out yet; more are dropped
  std::size_t unit_octets = std::size_t{4} << 20;  // of these together
};

struct LinkTransportCounters {
  std::uint64_t not_active = 0;   // units whose link was not active: not sent
  std::uint64_t unavailable = 0;  // units whose point code the peer cannot reach: likewise
  std::uint64_t no_link = 0;      // units whose OPC and DPC are no link's, or that are no unit
  std::uint64_t other_users = 0;  // received for another user than SCCP: passed over
  std::uint64_t notes_shed = 0;
};

class LinkTransport final : public Transport, private LinkUser {
 public:
  LinkTransport(SctpStack& stack, const LinkTransportOptions& options);

  /// Opens a link, which comes up by itself. `as`: as LinkSet::open().
  Link& open(const LinkOptions& options, std::optional<std::size_t> as = {});
  [[nodiscard]] LinkSet& links() { return links_; }

  std::span<RxDatagram> rx_burst(Time now) override;
  /// Takes what arrived and hands nothing out: associations live on, and their acknowledgements
  /// make room, while whoever units are for has none. Beyond units_max they are dropped.
  void poll(Time now);
  /// What an association has no room for waits, and what follows it on that link. tx_failed counts
  /// what had no link or is too long, unreachable what had no active link, or whose point code its
  /// peer cannot reach.
  void tx_burst(Time now) override;
  void wait(Time until) override { stack_.wait(until); }
  [[nodiscard]] const TransportCounters& counters() const override { return counters_; }
  [[nodiscard]] bool reliable() const override { return true; }
  /// Precondition: the stack has a carrier.
  [[nodiscard]] Endpoint local() const override { return stack_.local(0); }

  /// Ends all links in order, for which the peers get a moment, in turns of `turn(now)`: it
  /// receives and sends as in traffic.
  template <class Turn>
  void close(Clock& clock, Turn&& turn) {
    constexpr Duration kCloseTime = 100ms;
    const Time begin = clock.now();
    for (std::size_t i = 0; i < links_.size(); ++i) links_[i].close(begin);
    for (Time now = begin; now - begin < kCloseTime; now = clock.now()) {
      turn(now);
      wait(now + 1ms);
    }
  }
  /// When rx_burst() should be called at the latest.
  [[nodiscard]] Time next_timer() const { return links_.next_timer(); }
  [[nodiscard]] const LinkTransportCounters& link_counters() const { return link_counters_; }
  [[nodiscard]] const SegmentCounters& segment_counters() const { return segments_.counters(); }
  /// What happened to the links, oldest first.
  [[nodiscard]] SpscRing<LinkNote>& notes() { return notes_; }

 private:
  static constexpr std::size_t kNotesMax = 4096;

  void on_link_data(Link& link, std::span<const LinkData> burst, Time now) override;
  void on_link_change(Link& link, SctpChange change, Time now) override;
  void on_link_event(Link& link, const AspOutput::Happened& happened, Time now) override;
  void keep(const Link& link, const LinkData& data, Octets message);
  void note(LinkNote note);
  [[nodiscard]] std::uint32_t number_of(const Link& link) const;
  [[nodiscard]] bool waits(const Link& link) const;
  bool send_unit(Link& link, const ProtocolData& unit, std::uint32_t size);
  Link* link_of(const ProtocolData& unit);

  SctpStack& stack_;
  LinkSet links_;
  UnitSegments segments_;
  MappedMemory tx_memory_;
  std::vector<TxDatagram> slots_;
  std::vector<const Link*> waiting_;  // of one burst: their associations are full
  MappedMemory rx_memory_;
  std::size_t rx_used_ = 0;
  std::vector<RxDatagram> units_;  // in rx_memory_, those before given_ handed out
  std::size_t given_ = 0;
  std::size_t units_max_;
  std::uint64_t units_dropped_ = 0;
  SpscRing<LinkNote> notes_{kNotesMax};
  TransportCounters counters_;
  LinkTransportCounters link_counters_;
};

}  // namespace rung::m3ua
