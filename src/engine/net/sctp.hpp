// SCTP (RFC 9260) in user space: usrsctp, driven by our loop. A carrier is a Transport: a UDP
// socket makes it UDP encapsulation (RFC 6951), RawSctp IP protocol 132, a SimNetwork a wire in
// this process with whatever loss it is given. Its tap sees each packet where it leaves and
// arrives.
//
// Threads: one stack a process, and one thread that calls it. usrsctp takes memory and locks of its
// own and starts one thread that stays idle.
//
// Time: `now` drives timers and back-off. usrsctp reads the system's clock for round trips and
// draws its tags itself, so a simulated run repeats what arrives, not the octets of its packets.
//
//   SctpStack stack({}, now);
//   const auto carrier = stack.add_carrier(transport, tap);
//   SctpAssociation& a = stack.open({.carrier = carrier, .remote = peer, .listen = false}, user);
//   for (...) { stack.poll(now); a.send(1, m3ua::kPpid, octets); stack.flush(now); }
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/datagram.hpp"
#include "engine/base/time.hpp"
#include "engine/net/tap.hpp"
#include "engine/net/transport.hpp"

struct socket;

namespace rung {

class SctpAssociation;
class SctpStack;
struct SctpPath;
using SctpSocket = struct ::socket;  // of usrsctp; the C library has a function of that name

/// RFC 6951 11: the port of UDP encapsulation.
inline constexpr std::uint16_t kSctpUdpPort = 9899;

enum class SctpState : std::uint8_t { closed, connecting, listening, up };
std::string_view to_string(SctpState state);

enum class SctpChange : std::uint8_t {
  up,         // the association is there
  lost,       // aborted by the peer, or the peer does not answer any more
  shut_down,  // ended by the peer in order
  refused,    // could not be set up, or not be listened for; tried again after a pause
  restarted   // the peer has begun anew without an end (RFC 9260 5.2)
};
std::string_view to_string(SctpChange change);

struct SctpMessage {
  Octets octets;
  std::uint16_t stream = 0;
  std::uint32_t ppid = 0;
  Time arrived{};  // stamp of the packet that completed it
};

/// Whoever uses an association. Called from poll(); may send and close, not open.
class SctpUser {
 public:
  virtual ~SctpUser() = default;
  virtual void on_sctp_change(SctpAssociation& association, SctpChange change, Time now) = 0;
  /// In the order of arrival. The octets are lent for the length of the call.
  virtual void on_sctp_messages(SctpAssociation& association, std::span<const SctpMessage> burst,
                                Time now) = 0;
};

struct SctpAssociationOptions {
  std::size_t carrier = 0;           // of add_carrier()
  Endpoint remote{};                 // address and, with UDP, its port; port 0: any of that address
                                     // family none, when listening: whoever comes first
  std::uint16_t local_port = 2905;   // of SCTP
  std::uint16_t remote_port = 2905;  // of SCTP; not looked at when listening
  bool listen = false;
  std::uint16_t streams = 17;           // each way, at least 2
  std::uint32_t path_mtu = 1400;        // octets of an SCTP packet, 576 to kDatagramSizeMax
  std::uint32_t send_buffer = 4 << 20;  // octets waiting for the peer at most
  std::uint32_t receive_buffer = 4 << 20;
  Duration heartbeat = 30s;           // of SCTP itself; at least 1 s
  std::uint16_t retransmissions = 8;  // in a row before the association is lost
  Duration back_off_min = 1s;         // pause before the second attempt, doubled up to the most
  Duration back_off_max = 30s;
};

enum class SctpSend : std::uint8_t {
  sent,    // queued; the packet leaves with the next flush() or when the window opens
  full,    // the send buffer has no room: counted, not queued
  not_up,  // no association
  refused  // no such stream, or larger than the send buffer
};

struct SctpCounters {
  std::uint64_t sent = 0;  // messages
  std::uint64_t received = 0;
  std::uint64_t full = 0;      // sends refused for want of room
  std::uint64_t partial = 0;   // received in pieces for want of receive buffer: dropped
  std::uint64_t attempts = 0;  // to connect
  std::uint64_t ups = 0;
  std::uint64_t downs = 0;
};

/// One association, set up again whenever it ends. Lives as long as its stack.
class SctpAssociation {
 public:
  SctpSend send(std::uint16_t stream, std::uint32_t ppid, Octets octets);

  /// Ends it (ABORT) and sets it up again after the pause: for a peer that answers SCTP but no more
  /// what lies above. The user hears `lost` from the next poll().
  void reset(Time now);
  /// Ends it in order (SHUTDOWN) and for good.
  void close();

  [[nodiscard]] SctpState state() const { return state_; }
  /// Streams we may send on: what both sides agreed to; 0 while it is not up.
  [[nodiscard]] std::uint16_t streams_out() const { return streams_out_; }
  [[nodiscard]] const SctpCounters& counters() const { return counters_; }
  [[nodiscard]] const SctpAssociationOptions& options() const { return options_; }
  /// The peer's address; for a listener that takes anyone, of the one that came last.
  [[nodiscard]] const Endpoint& remote() const { return remote_; }

 private:
  friend class SctpStack;

  SctpAssociation(SctpStack& stack, const SctpAssociationOptions& options, SctpUser& user)
      : stack_(stack), user_(user), options_(options), remote_(options.remote) {}
  void drop_socket(bool abort);
  void drop_listener();

  SctpStack& stack_;
  SctpUser& user_;
  SctpAssociationOptions options_;
  Endpoint remote_;
  SctpState state_ = SctpState::closed;
  std::uint16_t streams_out_ = 0;
  bool wanted_ = true;
  bool in_pieces_ = false;
  bool reset_ = false;  // the user has not heard `lost` yet
  SctpSocket* socket_ = nullptr;
  SctpSocket* listener_ = nullptr;
  SctpPath* path_ = nullptr;  // of socket_
  SctpPath* listener_path_ = nullptr;
  Time next_attempt_{};
  Duration back_off_{};
  SctpCounters counters_;
};

struct SctpStackOptions {
  Duration delayed_sack = 20ms;                 // RFC 9260 6.2: at most 500 ms
  Duration retransmission_min = 200ms;          // RTO.Min; RFC 9260 says 1 s, SIGTRAN links less
  Duration retransmission_max = 5s;             // RTO.Max
  std::uint32_t messages_queued_max = 1 << 16;  // of one association, waiting for the peer
  std::uint32_t arrivals_max = 1 << 16;         // messages of one packet burst; more are shed
  std::uint32_t paths_max = 64;                 // peers' addresses in use, all carriers together
};

struct SctpStackCounters {
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t bad_checksum = 0;
  std::uint64_t strangers = 0;      // packets of a peer that no association is for
  std::uint64_t packets_shed = 0;   // longer than a transmit slot, or none was free
  std::uint64_t arrivals_shed = 0;  // messages that found no room here, partial ones with them
  std::uint64_t paths_full = 0;
};

/// One peer's address on one carrier; usrsctp knows it by its place in memory.
struct SctpPath {
  SctpStack* stack;
  std::size_t carrier;
  Endpoint remote;
  Time used;  // when a packet came or went last
};

class SctpStack {
 public:
  /// Precondition: no other stack exists in this process.
  SctpStack(const SctpStackOptions& options, Time now);
  ~SctpStack();
  SctpStack(const SctpStack&) = delete;
  SctpStack& operator=(const SctpStack&) = delete;

  /// Both must outlive the stack. Returns the number that options of associations name.
  std::size_t add_carrier(Transport& transport, Tap& tap);

  /// Opens an association, which connects or listens from the next poll() on. `user` must outlive
  /// the stack. Preconditions: the ranges of the options; one of them listens, or remote is given.
  SctpAssociation& open(const SctpAssociationOptions& options, SctpUser& user);

  /// Takes in what arrived, at most one burst a carrier, lets timers run, tells the users, sends.
  /// Returns the packets taken in.
  std::size_t poll(Time now);
  /// Sends the packets that wait in the carriers' slots.
  void flush(Time now);
  /// When poll() should be called at the latest.
  [[nodiscard]] Time next_timer() const { return last_timers_ + kTimerTick; }
  /// Sleeps as Transport::wait(). Precondition: there is a carrier.
  void wait(Time until) { carriers_.front().transport->wait(until); }
  /// The address of a carrier at this end.
  [[nodiscard]] Endpoint local(std::size_t carrier) const {
    return carriers_[carrier].transport->local();
  }

  [[nodiscard]] const SctpStackCounters& counters() const { return counters_; }
  static constexpr Duration kTimerTick = 10ms;

 private:
  /// Room for changes of state behind the messages: those are never shed.
  static constexpr std::size_t kChangesMax = 1024;

  friend class SctpAssociation;
  struct Carrier {
    Transport* transport;
    Tap* tap;
  };
  /// What usrsctp's callbacks tell, kept until no function of it is on the stack.
  struct Arrival {
    SctpAssociation* association;
    SctpSocket* from;
    std::uint8_t* data;  // usrsctp's, freed by us; null for a change
    std::size_t size;
    std::uint32_t ppid;
    std::uint16_t stream;
    std::uint16_t streams_out;  // of up
    SctpChange change;
    bool whole;
    Time at;
  };
  struct Output;  // usrsctp's callbacks
  struct Input;

  void set_tunables();
  void take_packets(Carrier& carrier, std::size_t index, Time now, std::size_t& count);
  void take_packet(const RxDatagram& datagram, std::size_t carrier);
  [[nodiscard]] bool is_ours(std::size_t carrier, Octets packet) const;
  SctpPath* path_of(std::size_t carrier, const Endpoint& remote);
  SctpPath* new_path(std::size_t carrier, const Endpoint& remote);
  SctpPath* free_path();
  void admit(std::size_t carrier, const RxDatagram& datagram);
  void flush_carrier(std::size_t index, Time now);
  void send_packet(SctpPath& path, Octets packet);
  void keep(const Arrival& arrival);
  void deliver(Time now);
  void adopt(SctpAssociation& association);
  void tell_change(const Arrival& arrival, Time now);
  void tell_messages(std::size_t first, std::size_t last, Time now);
  void serve(SctpAssociation& association, Time now);
  SctpSocket* make_socket(SctpAssociation& association);
  void connect(SctpAssociation& association, Time now);
  bool listen(SctpAssociation& association, const Endpoint& remote);
  void tell_reset(SctpAssociation& association, Time now);
  void pause(SctpAssociation& association, Time now);
  void back_off(SctpAssociation& association, Time now);
  void run_timers(Time now);

  SctpStackOptions options_;
  std::vector<Carrier> carriers_;
  std::vector<std::unique_ptr<SctpPath>> paths_;
  std::vector<std::unique_ptr<SctpAssociation>> associations_;
  std::vector<Arrival> arrivals_;
  std::array<SctpMessage, kBurstMax> burst_;
  Time now_{};
  Time arrived_{};  // of the packet being taken in
  Time last_timers_{};
  SctpStackCounters counters_;
};

}  // namespace rung
