// The M3UA side of one association (RFC 4666 clause 4): ASP states and AS state, what is answered,
// repeated, refused. Pure: it is given `now` and messages, and says what to send and what happened.
//
//   role           asks (ASPUP, ASPAC, repeated each T(ack))   answers
//   asp            yes                                         no
//   sg             no                                          yes, with NTFY
//   ipsp_client    yes     single exchange: one pair of        no
//   ipsp_server    no      messages stands for both ways       yes
//   ipsp_double    yes     double exchange: each its own       yes
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/fixed_vector.hpp"
#include "engine/base/time.hpp"
#include "engine/net/as.hpp"
#include "engine/net/destinations.hpp"
#include "engine/wire/m3ua_data.hpp"

namespace rung::m3ua {

enum class Role : std::uint8_t { asp, sg, ipsp_client, ipsp_server, ipsp_double };
std::string_view to_string(Role role);

struct AspOptions {
  Role role = Role::asp;
  // Given: every message for the AS must carry it. Not given: none may.
  std::optional<std::uint32_t> routing_context{};
  std::optional<std::uint32_t> network_appearance{};  // sent; one received must be the same
  std::optional<std::uint32_t> asp_identifier{};      // sent in ASPUP
  bool asp_identifier_required = false;               // of the peer's ASPUP
  // Not broadcast: each message leaves on one association. An ASPAC that asks for it is refused.
  TrafficMode traffic_mode = TrafficMode::loadshare;
  bool traffic_mode_sent = true;  // in ASPAC and its answer; the peer may leave it out
  Duration ack = 2s;              // T(ack)
  Duration heartbeat{};           // interval of our BEAT; 0: none. Unanswered for two: lost
  // Point codes behind us, for DAUD; empty: every one is available.
  FixedVector<std::uint32_t, 16> served{};
};

enum class AspEvent : std::uint8_t {
  own_state,       // of our ASP at the peer: value is an AspState
  peer_state,      // of the peer's ASP: value is an AspState
  as_state,        // of the AS we keep: value is an AsState
  notified,        // NTFY: value is type << 16 | information
  destination,     // DUNA, DAVA, DRST: value is the DestinationStatus
  congestion,      // SCON: value is the level
  user_part,       // DUPU: value is cause << 16 | user
  error_received,  // ERR: value is the code
  error_sent,      // likewise
  heartbeat_lost   // the association is of no use any more
};
std::string_view to_string(AspEvent event);

/// What one call gave rise to: to be emptied by the caller after each.
class AspOutput {
 public:
  static constexpr std::size_t kMessagesMax = 32;
  static constexpr std::size_t kOctetsMax = 16384;  // of all messages; the longest BEAT we echo
  static constexpr std::size_t kEventsMax = 64;

  struct Happened {
    AspEvent event{};
    std::uint32_t value = 0;
    AffectedPointCode codes{};  // of destination, congestion, user_part
  };

  /// Messages to send, all on stream 0.
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] Octets message(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return Octets{octets_}.subspan(begin, ends_[index] - begin);
  }
  [[nodiscard]] std::span<const Happened> events() const { return events_.span(); }
  /// Messages, events and states of point codes that found no room.
  [[nodiscard]] std::uint32_t shed() const { return shed_; }
  void clear() {
    ends_.clear();
    events_.clear();
    shed_ = 0;
  }

 private:
  friend class Asp;
  [[nodiscard]] std::size_t end() const { return ends_.empty() ? 0 : ends_.back(); }
  [[nodiscard]] bool full() const { return ends_.full(); }
  /// Room for one message.
  MutableOctets space() { return MutableOctets{octets_}.subspan(end()); }
  void add(std::size_t size);  // 0: it found no room
  void lose() { ++shed_; }
  void tell(AspEvent event, std::uint32_t value, const AffectedPointCode& codes = {});

  std::array<std::uint8_t, kOctetsMax> octets_{};
  FixedVector<std::uint32_t, kMessagesMax> ends_;  // offset behind each message
  FixedVector<Happened, kEventsMax> events_;
  std::uint32_t shed_ = 0;
};

class Asp {
 public:
  /// `as`: what our peer's ASP counts for in roles that answer; it must outlive this.
  Asp(const AspOptions& options, As& as) : options_(options), as_(&as) {
    ENGINE_ASSERT(options.traffic_mode != TrafficMode::broadcast);
  }

  /// The association came up, also anew (RESTART), or went down.
  void association_up(Time now, AspOutput& out);
  void association_down(Time now, AspOutput& out);

  /// Any message but DATA.
  void receive(Octets message, std::uint16_t stream, Time now, AspOutput& out);
  /// DATA: true when it may be handed on; `data` then holds it. Precondition: is_data(message).
  bool receive_data(Octets message, std::uint16_t stream, Time now, AspOutput& out, Data& data);

  /// Repeats what is unanswered, sends and misses heartbeats, tells the peer of the AS.
  void advance(Time now, AspOutput& out);
  [[nodiscard]] Time next_timer() const;

  /// What our own ASP shall be; active unless told otherwise. Roles that do not ask: no effect.
  void want(AspState state, Time now, AspOutput& out);
  /// Tells the peer that a point code behind us changed, and answers DAUD so from now on.
  void announce(std::uint32_t point_code, DestinationStatus status, AspOutput& out);
  /// Asks the peer for the state of a point code (DAUD).
  void audit(std::uint32_t point_code, AspOutput& out);

  /// Whether traffic may leave on this association.
  [[nodiscard]] bool may_send() const;
  [[nodiscard]] AspState own_state() const { return own_; }
  [[nodiscard]] AspState peer_state() const { return peer_; }
  /// What the peer said of the AS by NTFY; type 0: nothing yet.
  [[nodiscard]] Status notified() const { return notified_; }
  /// Of point codes behind the peer.
  [[nodiscard]] const Destinations& destinations() const { return destinations_; }
  [[nodiscard]] const AspOptions& options() const { return options_; }

 private:
  static constexpr std::uint32_t kErrorsPerSecond = 16;

  [[nodiscard]] bool asks() const {
    return options_.role != Role::sg && options_.role != Role::ipsp_server;
  }
  [[nodiscard]] bool answers() const {
    return options_.role != Role::asp && options_.role != Role::ipsp_client;
  }

  [[nodiscard]] bool overriding() const {
    return options_.traffic_mode == TrafficMode::override_ && peer_ == AspState::active;
  }

  // The half that asks.
  void step(Time now, AspOutput& out);
  void step_later(Time now);
  void request(Type type, Time now, AspOutput& out);
  void acknowledged(const View& view, Octets message, Time now, AspOutput& out);
  void set_own(AspState state, AspOutput& out);
  // The half that answers.
  void asked(const View& view, Octets message, Time now, AspOutput& out);
  void asked_up(const View& view, Octets message, Time now, AspOutput& out);
  void asked_active(const View& view, Octets message, Time now, AspOutput& out);
  void set_peer(AspState state, Time now, AspOutput& out);
  void notify(AspOutput& out);
  void give_way(Time now, AspOutput& out);
  // Both.
  void notified(const View& view, Time now, AspOutput& out);
  void network(const View& view, Octets message, Time now, AspOutput& out);
  void learn(const View& view, AspOutput& out);
  struct AuditAnswer;
  void answer_audit(const View& view, AspOutput& out) const;
  void answer_range(const AffectedPointCode& codes, AuditAnswer& answer) const;
  void status_message(Type type, std::span<const std::uint32_t> codes, AspOutput& out) const;
  void beat(const View& view, AspOutput& out);
  void beat_acknowledged(const View& view);
  [[nodiscard]] ErrorCode wrong_context(const View& view) const;
  [[nodiscard]] bool wrong_appearance(std::uint32_t appearance) const {
    return options_.network_appearance && options_.network_appearance != appearance;
  }
  void error(ErrorCode code, Octets message, Time now, AspOutput& out);
  void reply(Type type, bool with_mode, bool with_context, AspOutput& out);
  [[nodiscard]] DestinationStatus served(std::uint32_t point_code) const;
  [[nodiscard]] bool served_alike(const AffectedPointCode& codes) const;

  AspOptions options_;
  As* as_;
  bool up_ = false;  // the association
  AspState own_ = AspState::down;
  AspState wanted_ = AspState::active;
  bool overridden_ = false;  // another ASP of the AS has taken our traffic
  AspState peer_ = AspState::down;
  AsState told_ = AsState::down;  // what the peer was told of the AS
  AsState seen_ = AsState::down;  // what as_state was last reported for
  Status notified_{};
  std::optional<Type> asked_{};  // the request that waits for its answer
  Time ack_until_ = kNever;
  Time beat_at_ = kNever;
  std::uint64_t beat_number_ = 0;
  std::uint32_t beats_unanswered_ = 0;
  std::int64_t error_second_ = -1;
  std::uint32_t errors_ = 0;  // sent in that second
  Destinations destinations_;
  PointCodeTable<DestinationStatus> announced_;
};

}  // namespace rung::m3ua
