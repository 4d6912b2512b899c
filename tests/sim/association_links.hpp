// Player and gateway joined as on real links: a port of a LinkHub at one end, M3UA over SCTP over a
// wire, and a LinkTransport with the gateway at the other. A test breaks any part of it.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "engine/load/link_hub.hpp"
#include "engine/net/link_rig.hpp"
#include "engine/net/sctp_checksum.hpp"
#include "engine/net/sim.hpp"
#include "sim_rig.hpp"

namespace rung {

/// What the gateway sends to its links, and what they bring it, in the hands of a test.
class UnitMeddler final : public Transport {
 public:
  using Unit = std::vector<std::uint8_t>;
  explicit UnitMeddler(Transport& wire) : wire_(wire), memory_(kSlots * kDatagramSizeMax) {
    for (std::size_t i = 0; i < kSlots; ++i) {
      slots_[i].buffer = memory_.data() + i * kDatagramSizeMax;
    }
    own_slots(slots_);
  }

  /// Changes a unit of the gateway's; emptied, it does not leave.
  std::function<void(Unit&)> spoil = [](Unit&) {};
  /// How long what the gateway sends is held back.
  Duration delay{};
  /// What comes back in place of a unit for the gateway; empty: the gateway gets it.
  std::function<Unit(Octets)> answer = [](Octets) { return Unit{}; };

  std::span<RxDatagram> rx_burst(Time now) override {
    release(now);
    count_ = 0;
    for (const RxDatagram& unit : wire_.rx_burst(now)) {
      const Unit instead = answer(unit.octets);
      if (instead.empty()) {
        burst_[count_++] = unit;
      } else {
        held_.emplace_back(now, instead);
      }
    }
    release(now);
    return std::span(burst_).first(count_);
  }
  void tx_burst(Time now) override {
    for (const TxDatagram& datagram : tx().pending()) {
      Unit unit(datagram.octets().begin(), datagram.octets().end());
      spoil(unit);
      if (!unit.empty()) held_.emplace_back(now + delay, unit);
    }
    empty_tx();
    release(now);
  }
  void wait(Time until) override { wire_.wait(until); }
  [[nodiscard]] const TransportCounters& counters() const override { return wire_.counters(); }
  [[nodiscard]] bool reliable() const override { return true; }
  [[nodiscard]] Endpoint local() const override { return wire_.local(); }

 private:
  static constexpr std::size_t kSlots = 1024;
  void release(Time now) {
    while (!held_.empty() && held_.front().first <= now) {
      TxDatagram* slot = wire_.tx().reserve();
      if (slot == nullptr) break;
      std::ranges::copy(held_.front().second, slot->buffer);
      slot->size = static_cast<std::uint32_t>(held_.front().second.size());
      held_.pop_front();
    }
    if (!wire_.tx().pending().empty()) wire_.tx_burst(now);
  }

  Transport& wire_;
  std::vector<std::uint8_t> memory_;
  std::array<TxDatagram, kSlots> slots_;
  std::array<RxDatagram, kBurstMax> burst_;
  std::size_t count_ = 0;
  std::deque<std::pair<Time, Unit>> held_;
};

/// One end of the wire below SCTP: it falls silent, or changes what a DATA chunk carries.
class PacketMeddler final : public Transport {
 public:
  explicit PacketMeddler(Transport& wire) : wire_(wire) { tx() = wire.tx(); }

  bool silent = false;
  /// Changes the M3UA message in a DATA chunk that leaves, its length apart.
  std::function<void(MutableOctets)> spoil = [](MutableOctets) {};

  std::span<RxDatagram> rx_burst(Time now) override {
    const std::span<RxDatagram> burst = wire_.rx_burst(now);
    return silent ? burst.first(0) : burst;
  }
  void tx_burst(Time now) override {
    for (const TxDatagram& pending : tx().pending()) {
      if (silent) break;
      const TxDatagram datagram = pending;  // the slots are the wire's own, reserved once more
      *wire_.tx().reserve() = datagram;
      spoil_chunks(datagram.space().first(datagram.size));
    }
    empty_tx();
    wire_.tx_burst(now);
  }
  void wait(Time until) override { wire_.wait(until); }
  [[nodiscard]] const TransportCounters& counters() const override { return wire_.counters(); }
  [[nodiscard]] Endpoint local() const override { return wire_.local(); }

 private:
  // RFC 9260 3: a header of 12 octets, chunks of type, flags, length; DATA has 12 octets more.
  void spoil_chunks(MutableOctets packet) {
    constexpr std::size_t kHeader = 12, kDataHeader = 16;
    for (std::size_t at = kHeader; at + 4 <= packet.size();) {
      const std::size_t length = std::size_t{packet[at + 2]} << 8 | packet[at + 3];
      if (length < 4 || at + length > packet.size()) return;
      if (packet[at] == 0 && length > kDataHeader) {
        spoil(packet.subspan(at + kDataHeader, length - kDataHeader));
      }
      at += (length + 3) & ~std::size_t{3};
    }
    put_sctp_checksum(packet);
  }

  Transport& wire_;
};

class AssociationLinks final : public RigLinks {
 public:
  AssociationLinks(SimClock& clock, const PlayConfig& play)
      : clock_(clock),
        network_({.a_to_b = {.delay_min = 1ms, .delay_max = 1ms},
                  .b_to_a = {.delay_min = 1ms, .delay_max = 1ms},
                  .a_local = Endpoint::ipv4(0x7f000001, kSctpUdpPort),
                  .b_local = Endpoint::ipv4(0x7f000002, kSctpUdpPort)},
                 clock) {
    stack_.add_carrier(network_.a(), tap_);
    stack_.add_carrier(carrier, tap_);
    const NetworkConfig& net = play.network;
    m3ua::LinkOptions options =
        m3ua::end_of(m3ua::Role::asp, net.point_code, net.gateway_point_code);
    options.name = "sut";
    options.sctp.remote = network_.b().local();
    own_.open(options);
    options = m3ua::end_of(m3ua::Role::sg, net.gateway_point_code, net.point_code);
    options.sctp.carrier = 1;
    options.sctp.listen = true;
    options.sctp.remote = network_.a().local();
    theirs_.open(options);
    hub = std::make_unique<LinkHub>(own_);
    port_ =
        hub->attach({play.dialogues(), play.msisdn_base, play.network.imsi_base, play.ue_count});
  }
  /// Until the link carries traffic.
  void come_up() {
    for (int i = 0; i < 5000 && !hub->state(0).active; ++i) {
      clock_.advance(1ms);
      pass(clock_.now());
      (void)theirs_.rx_burst(clock_.now());
    }
    ASSERT_TRUE(hub->state(0).active);
  }

  Transport& player_end() override { return *port_; }
  Transport& gateway_end() override { return units; }
  bool player_hears() override { return !deaf; }
  void pass(Time now) override {
    script(now);
    if (!stalled) hub->pass(now);
  }
  Time next_due(bool) override { return std::min(network_.next_delivery(), clock_.now() + kTick); }
  [[nodiscard]] m3ua::Link& gateway_link() { return theirs_.links()[0]; }
  [[nodiscard]] LinkFigures figures() const { return hub->figures()[0]; }

 private:
  static constexpr Duration kTick = 1ms;
  SimClock& clock_;
  NullTap tap_;
  SimNetwork network_;

 public:
  PacketMeddler carrier{network_.b()};

 private:
  SctpStack stack_{{}, Time{}};
  m3ua::LinkTransport own_{stack_, {}};
  m3ua::LinkTransport theirs_{stack_, {}};

 public:
  UnitMeddler units{theirs_};
  std::unique_ptr<LinkHub> hub;
  /// Called before each pass.
  std::function<void(Time)> script = [](Time) {};
  bool stalled = false;  // the hub's thread gets no time
  bool deaf = false;     // the player's

 private:
  LinkPort* port_ = nullptr;
};

}  // namespace rung
