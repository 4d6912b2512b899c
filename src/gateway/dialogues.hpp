// Dialogues: the MAP dialogues of the gateway, both those it opens and those it is asked in, in one
// fixed pool (Q.774 3.2, TS 29.002 7.3). A transaction id of ours is slot and generation, so that
// an answer finds its dialogue without a table and a late one is known for what it is.
//
//   ours    asking --answer--> (gone)      opening --AARE--> asking   (empty Begin, TS 33.204)
//   theirs  serving --result in End--> (gone)
//              '--- result in Continue --> waiting --next invoke--> serving   (moreMessagesToSend)
//           accepting --invoke--> serving                           (their empty Begin)
//
// What a message means to the user of a dialogue comes out as a DialogueEvent. An event of a kind
// that ends the dialogue comes when it has gone; only `write_request` and `invoked` are about a
// dialogue that is there.
#pragma once

#include <memory>
#include <optional>

#include "engine/base/timer_wheel.hpp"
#include "engine/wire/map_parameter.hpp"
#include "engine/wire/tcap_writer.hpp"
#include "gateway/map_port.hpp"
#include "gateway/pool.hpp"

namespace rung::gateway {

/// What a dialogue is for; its `owner` is an index of that user.
enum class DialogueUse : std::uint8_t {
  registration,   // anyTimeModification; a subscriber of HomeRegister
  ms_present,     // readyForSM; likewise
  memory_free,    // readyForSM; a submit
  inquiry,        // sendRoutingInfoForSM of ours
  status_report,  // reportSM-DeliveryStatus; nobody waits
  mo_forward,     // mo-ForwardSM
  mt_fallback,    // mt-ForwardSM to an MSC or SGSN; a transfer
  routing,        // theirs: sendRoutingInfoForSM
  mt_forward,     // theirs: mt-ForwardSM
};

enum class DialogueState : std::uint8_t { opening, asking, accepting, serving, waiting };

struct Dialogue {
  DialogueUse use{};
  DialogueState state{};
  map::ApplicationContext context{};
  map::Operation operation{};
  std::int8_t invoke_id = 0;   // of the invoke to be answered
  bool answered_once = false;  // the peer has sent a message: the version is settled
  bool confirmed = false;      // ours to say: an AARE has left
  std::uint8_t own_ssn = 0;
  std::uint32_t owner = kNone;
  tcap::TransactionId peer_id{};
  MapPeer peer;
};

/// Why a request of ours has no answer.
enum class DialogueFailure : std::uint8_t {
  none,
  user_abort,
  provider_abort,
  returned,   // UDTS: SCCP found nobody
  timed_out,  // the operation timer
  rejected,   // Reject, or an answer that cannot be read
  no_answer,  // End without a component
  unsent,
};

struct DialogueEvent {
  enum class Kind : std::uint8_t {
    write_request,  // the dialogue waits for invoke(), in its context's version
    result,
    error,
    failed,
    invoked,  // theirs: the component is the invoke to be answered
    closed,   // theirs: the peer has gone, or never came back
  };
  Kind kind{};
  DialogueFailure failure{};
  DialogueUse use{};
  map::ApplicationContext context{};
  std::uint32_t dialogue = kNone;
  std::uint32_t owner = kNone;
  const tcap::Component* component = nullptr;  // result, error, invoked
  const tcap::Component* rider = nullptr;      // informServiceCentre beside a result
};

/// How an answer of ours leaves the dialogue.
enum class Then : std::uint8_t { end, more };

class Dialogues {
 public:
  Dialogues(const NetworkConfig& config, MapPort& port, GatewayCounters& counters, Time start);

  /// A dialogue of ours, in the highest version that this peer is known to take. The caller writes
  /// the request with invoke(), unless it opens by an empty Begin: then when `write_request` comes.
  /// kNone when the pool is full (counted).
  struct Opening {
    DialogueUse use{};
    std::uint32_t owner = kNone;
    map::ContextName context{};
    map::Operation operation{};
    std::uint8_t own_ssn = 0;
  };
  std::uint32_t open(const Opening& opening, const MapPeer& peer, Time now);
  /// True when the request is to be written now; false once an empty Begin has left.
  bool begins_now(std::uint32_t index, Time now);

  /// Sends the request. Precondition: the dialogue is ours and waits for it. False, and the
  /// dialogue is gone, when it could not leave.
  template <class Argument>
  bool invoke(std::uint32_t index, map::Operation operation, const Argument& argument, Time now) {
    tcap::Writer writer(room_);
    map::write(writer.parameter(), argument);
    writer.invoke(kInvokeId, static_cast<std::int32_t>(operation));
    return send_request(index, operation, writer, now);
  }

  // Answers to the invoke of a dialogue of theirs. Precondition of all: it is being served.
  template <class Result>
  void result(std::uint32_t index, const Result& result, Then then, Time now,
              const tcap::Component* rider = nullptr) {
    tcap::Writer writer(room_);
    if (rider != nullptr) writer.component(*rider);
    map::write(writer.parameter(), result);
    writer.return_result(pool_[index].invoke_id, code_of(index));
    send_answer(index, writer, then, now);
  }
  /// A result without a parameter.
  void result(std::uint32_t index, Then then, Time now);
  template <class Parameter>
  void error(std::uint32_t index, map::UserError error, const Parameter& parameter, Then then,
             Time now) {
    tcap::Writer writer(room_);
    map::write(writer.parameter(), parameter);
    writer.return_error(pool_[index].invoke_id, static_cast<std::int32_t>(error));
    send_answer(index, writer, then, now);
  }
  /// With the octets of a parameter as another node wrote them, or none.
  void error(std::uint32_t index, std::int32_t code, Octets parameter, Then then, Time now,
             const tcap::Component* rider = nullptr);
  void reject(std::uint32_t index, tcap::Problem problem, Then then, Time now);

  /// Ends a dialogue of ours that nobody waits for any more: its late answer is counted.
  void abandon(std::uint32_t index, Time now);

  /// What a message means, if anything to anybody. What needs no user is answered here: unknown
  /// transaction ids, contexts and operations, duplicates, what cannot be read.
  std::optional<DialogueEvent> on_unit(const MapUnit& unit, Time now);

  template <class OnEvent>
  void advance(Time now, OnEvent&& on_event) {
    wheel_.advance(now, [&](std::uint32_t index) {
      if (const auto event = on_timer(index, now)) on_event(*event);
    });
  }
  [[nodiscard]] Time next_due() const { return wheel_.next_expiry_hint(); }

  Dialogue& operator[](std::uint32_t index) { return pool_[index]; }
  [[nodiscard]] const Dialogue& operator[](std::uint32_t index) const { return pool_[index]; }
  /// Our transaction id of a dialogue: another one for each that has this index after another.
  [[nodiscard]] tcap::TransactionId id_of(std::uint32_t index) const;
  [[nodiscard]] std::uint32_t used() const { return pool_.used(); }

  static constexpr std::int8_t kInvokeId = 1;

 private:
  using Event = DialogueEvent;
  static constexpr std::size_t kMessageSizeMax = 1024;
  static constexpr std::size_t kVersionsKept = 1024;

  std::uint32_t take(Time now);
  void give(std::uint32_t index);
  [[nodiscard]] std::uint32_t find(const tcap::TransactionId& id) const;
  [[nodiscard]] std::int32_t code_of(std::uint32_t index) const;
  [[nodiscard]] Duration timer_of(const Dialogue& dialogue) const;

  bool send_request(std::uint32_t index, map::Operation operation, tcap::Writer& writer, Time now);
  void send_answer(std::uint32_t index, tcap::Writer& writer, Then then, Time now);
  bool send(const Dialogue& dialogue, Octets message, Time now);
  tcap::Dialogue portion(Dialogue& dialogue, map::ApplicationContextOctets& context) const;
  void abort_provider(const MapUnit& unit, tcap::PAbortCause cause, Time now);
  void refuse_context(const MapUnit& unit, std::optional<map::ApplicationContext> asked, Time now);
  void end_with_reject(const MapUnit& unit, std::optional<std::int8_t> id, tcap::Problem problem,
                       Time now);
  void refuse_component(const MapUnit& unit, const tcap::Component& component, Time now);
  void answer_stranger(const MapUnit& unit, Time now);

  std::optional<Event> on_malformed(const MapUnit& unit, Time now);
  std::optional<Event> on_returned(const MapUnit& unit, Time now);
  std::optional<Event> on_begin(const MapUnit& unit, Time now);
  std::optional<Event> on_continue(const MapUnit& unit, std::uint32_t index, Time now);
  std::optional<Event> on_end(const MapUnit& unit, std::uint32_t index, Time now);
  std::optional<Event> on_abort(const MapUnit& unit, std::uint32_t index, Time now);
  std::optional<Event> on_answer(const MapUnit& unit, std::uint32_t index, Time now);
  std::optional<Event> on_invoke(const MapUnit& unit, std::uint32_t index, Time now);
  std::optional<Event> on_timer(std::uint32_t index, Time now);
  std::optional<Event> fail(std::uint32_t index, DialogueFailure failure);
  std::optional<Event> retry(std::uint32_t index, map::Version version, Time now);
  std::optional<Event> close(std::uint32_t index);
  [[nodiscard]] Event event_of(std::uint32_t index, Event::Kind kind) const;
  [[nodiscard]] bool serves(map::ApplicationContext context) const;

  /// What version a peer took last, by a hash of its address and the context; for a time, since
  /// peers learn.
  struct KnownVersion {
    std::uint32_t tag = 0;
    map::Version version = 0;
    Time until{};
  };
  KnownVersion& known_version(const Dialogue& dialogue, std::uint32_t& tag);
  void settle_version(Dialogue& dialogue, Time now);

  const map::Version version_max_;
  const bool empty_begin_;
  const std::array<Duration, 3> timers_;  // s, m, ml
  const Duration version_lifetime_;
  const Duration serving_max_;  // a user that never answers is a bug it must not leak by
  MapPort& port_;
  GatewayCounters& counters_;
  Pool<Dialogue> pool_;
  std::unique_ptr<std::uint16_t[]> generations_;
  TimerWheel wheel_;
  std::array<KnownVersion, kVersionsKept> versions_{};
  std::array<std::uint8_t, kMessageSizeMax> room_{};
};

}  // namespace rung::gateway
