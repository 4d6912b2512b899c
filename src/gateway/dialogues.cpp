#include "gateway/dialogues.hpp"

#include <algorithm>

#include "gateway/hash.hpp"

namespace rung::gateway {
namespace {

constexpr std::uint32_t kSlotBits = 20;
constexpr std::uint32_t kSlotMask = (1U << kSlotBits) - 1;
constexpr std::uint16_t kGenerationMask = 0x0fff;

/// The lowest version that carries what a context does. Version 1 has one context for MO and MT
/// and no dialogue portion that could name it.
map::Version first_version(map::ContextName name) {
  if (name == map::ContextName::short_msg_mt_relay) return 1;
  switch (name) {
#define RUNG_MAP_CONTEXT(id, text, number, first, last) \
  case map::ContextName::id:                            \
    return first;
#include "engine/wire/map_context.def"
#undef RUNG_MAP_CONTEXT
  }
  return map::kVersionMax;
}

map::Version last_version(map::ContextName name) {
  switch (name) {
#define RUNG_MAP_CONTEXT(id, text, number, first, last) \
  case map::ContextName::id:                            \
    return last;
#include "engine/wire/map_context.def"
#undef RUNG_MAP_CONTEXT
  }
  return map::kVersionMax;
}

bool is_ours(DialogueUse use) {
  return use != DialogueUse::routing && use != DialogueUse::mt_forward;
}

}  // namespace

Dialogues::Dialogues(const NetworkConfig& config, MapPort& port, GatewayCounters& counters,
                     Time start)
    : version_max_(config.version_max),
      empty_begin_(config.empty_begin),
      timers_{config.timer_short, config.timer_medium, config.timer_long},
      version_lifetime_(config.version_lifetime),
      serving_max_(config.delivery_wait + config.timer_long),
      port_(port),
      counters_(counters),
      pool_(config.dialogues_max),
      generations_(std::make_unique<std::uint16_t[]>(config.dialogues_max)),
      wheel_(config.dialogues_max, std::chrono::milliseconds(1), start) {}

std::uint32_t Dialogues::take(Time now) {
  const std::uint32_t index = pool_.take();
  if (index == kNone) {
    ++counters_.full_dialogues;
    return kNone;
  }
  generations_[index] = (generations_[index] + 1) & kGenerationMask;
  wheel_.schedule(index, now + serving_max_);
  return index;
}

void Dialogues::give(std::uint32_t index) {
  wheel_.cancel(index);
  // A record in the pool's free list has no generation any more: one that is never given out.
  generations_[index] = (generations_[index] + 1) & kGenerationMask;
  pool_.give(index);
}

tcap::TransactionId Dialogues::id_of(std::uint32_t index) const {
  return tcap::TransactionId::of(std::uint32_t{generations_[index]} << kSlotBits | index);
}

std::uint32_t Dialogues::find(const tcap::TransactionId& id) const {
  if (id.size != 4) return kNone;
  const std::uint32_t index = id.number() & kSlotMask;
  if (index >= pool_.touched() || generations_[index] % 2 == 0) return kNone;
  return id.number() >> kSlotBits == generations_[index] ? index : kNone;
}

std::int32_t Dialogues::code_of(std::uint32_t index) const {
  return static_cast<std::int32_t>(pool_[index].operation);
}

Duration Dialogues::timer_of(const Dialogue& dialogue) const {
  return timers_[static_cast<std::size_t>(map::timer_of(dialogue.operation))];
}

Dialogues::KnownVersion& Dialogues::known_version(const Dialogue& dialogue, std::uint32_t& tag) {
  const Octets address = Octets(dialogue.peer.address).first(dialogue.peer.address_size);
  const std::uint64_t hash =
      hash_text(as_text(address), static_cast<std::uint64_t>(dialogue.context.name) + 1);
  tag = static_cast<std::uint32_t>(hash >> 32);
  return versions_[hash % kVersionsKept];
}

/// TS 29.002 7.3.1: what the peer took is remembered, so that the next dialogue begins with it.
void Dialogues::settle_version(Dialogue& dialogue, Time now) {
  dialogue.answered_once = true;
  std::uint32_t tag = 0;
  KnownVersion& known = known_version(dialogue, tag);
  known = {tag, dialogue.context.version, now + version_lifetime_};
}

std::uint32_t Dialogues::open(const Opening& opening, const MapPeer& peer, Time now) {
  const std::uint32_t index = take(now);
  if (index == kNone) return kNone;
  Dialogue& dialogue = pool_[index];
  dialogue.use = opening.use;
  dialogue.owner = opening.owner;
  dialogue.operation = opening.operation;
  dialogue.own_ssn = opening.own_ssn;
  dialogue.peer = peer;
  dialogue.state = DialogueState::asking;
  const map::Version highest = std::min(version_max_, last_version(opening.context));
  dialogue.context = {opening.context, std::max(highest, first_version(opening.context))};
  std::uint32_t tag = 0;
  const KnownVersion& known = known_version(dialogue, tag);
  if (known.tag == tag && known.version != 0 && known.until > now)
    dialogue.context.version = std::min(known.version, dialogue.context.version);
  return index;
}

/// TS 33.204: a forward may open by a Begin without a component, which a faked address cannot
/// answer. There is none without a dialogue portion.
bool Dialogues::begins_now(std::uint32_t index, Time now) {
  Dialogue& dialogue = pool_[index];
  const bool is_forward =
      dialogue.use == DialogueUse::mo_forward || dialogue.use == DialogueUse::mt_fallback;
  if (!empty_begin_ || !is_forward || dialogue.context.version == 1 || dialogue.answered_once)
    return true;
  dialogue.state = DialogueState::opening;
  map::ApplicationContextOctets context;
  tcap::Writer writer(room_);
  send(dialogue, writer.finish(tcap::Type::begin, id_of(index), {}, portion(dialogue, context)),
       now);
  wheel_.schedule(index, now + timer_of(dialogue));
  return false;
}

/// The dialogue portion of the next message: AARQ of a Begin, AARE of the first answer.
tcap::Dialogue Dialogues::portion(Dialogue& dialogue, map::ApplicationContextOctets& octets) const {
  tcap::Dialogue portion;
  if (dialogue.context.version == 1 || dialogue.confirmed) return portion;
  const bool ours = is_ours(dialogue.use);
  if (ours && dialogue.peer_id.size != 0) return portion;
  dialogue.confirmed = !ours;
  octets = map::octets_of(dialogue.context);
  portion.pdu = ours ? tcap::DialoguePdu::request : tcap::DialoguePdu::response;
  portion.application_context = octets;
  return portion;
}

bool Dialogues::send(const Dialogue& dialogue, Octets message, Time now) {
  if (message.empty()) {
    ++counters_.map_unsent;
    return false;
  }
  return port_.send(dialogue.peer, dialogue.own_ssn, message, now);
}

bool Dialogues::send_request(std::uint32_t index, map::Operation operation, tcap::Writer& writer,
                             Time now) {
  Dialogue& dialogue = pool_[index];
  dialogue.operation = operation;
  dialogue.state = DialogueState::asking;
  map::ApplicationContextOctets context;
  const bool goes_on = dialogue.peer_id.size != 0;
  const tcap::Type type = goes_on ? tcap::Type::continue_ : tcap::Type::begin;
  const tcap::Dialogue dialogue_portion = portion(dialogue, context);
  const Octets message = writer.finish(type, id_of(index), dialogue.peer_id, dialogue_portion);
  if (!send(dialogue, message, now)) {
    give(index);
    return false;
  }
  wheel_.schedule(index, now + timer_of(dialogue));
  return true;
}

void Dialogues::send_answer(std::uint32_t index, tcap::Writer& writer, Then then, Time now) {
  Dialogue& dialogue = pool_[index];
  PARANOID_ASSERT(dialogue.state == DialogueState::serving);
  map::ApplicationContextOctets context;
  const bool ends = then == Then::end;
  const tcap::Type type = ends ? tcap::Type::end : tcap::Type::continue_;
  const tcap::TransactionId own = ends ? tcap::TransactionId{} : id_of(index);
  const tcap::Dialogue dialogue_portion = portion(dialogue, context);
  send(dialogue, writer.finish(type, own, dialogue.peer_id, dialogue_portion), now);
  if (ends) return give(index);
  dialogue.state = DialogueState::waiting;
  wheel_.schedule(index, now + timers_[1]);
}

void Dialogues::result(std::uint32_t index, Then then, Time now) {
  tcap::Writer writer(room_);
  writer.return_result(pool_[index].invoke_id, code_of(index));
  send_answer(index, writer, then, now);
}

void Dialogues::error(std::uint32_t index, std::int32_t code, Octets parameter, Then then, Time now,
                      const tcap::Component* rider) {
  tcap::Writer writer(room_);
  if (rider != nullptr) writer.component(*rider);
  writer.parameter().octets(parameter);
  writer.return_error(pool_[index].invoke_id, code);
  send_answer(index, writer, then, now);
}

void Dialogues::reject(std::uint32_t index, tcap::Problem problem, Then then, Time now) {
  ++counters_.map_rejects;
  tcap::Writer writer(room_);
  writer.reject(pool_[index].invoke_id, problem);
  send_answer(index, writer, then, now);
}

void Dialogues::abandon(std::uint32_t index, Time now) {
  Dialogue& dialogue = pool_[index];
  if (dialogue.peer_id.size != 0) {
    tcap::Dialogue abort;
    abort.pdu = tcap::DialoguePdu::abort;
    tcap::Writer writer(room_);
    const bool has_portion = dialogue.context.version > 1;
    send(dialogue,
         writer.finish(tcap::Type::abort, {}, dialogue.peer_id,
                       has_portion ? abort : tcap::Dialogue{}),
         now);
  }
  give(index);
}

void Dialogues::abort_provider(const MapUnit& unit, tcap::PAbortCause cause, Time now) {
  ++counters_.map_provider_aborts;
  tcap::Writer writer(room_);
  const Octets message = writer.finish(tcap::Type::abort, {}, unit.tcap.otid, {}, cause);
  port_.send(MapPort::peer_of(unit), unit.sccp.called.ssn.value_or(sccp::kSsnMsc), message, now);
}

/// TS 29.002 5.1.1: refused with the name in the version that is supported, where there is one.
void Dialogues::refuse_context(const MapUnit& unit, std::optional<map::ApplicationContext> asked,
                               Time now) {
  ++counters_.map_contexts_refused;
  tcap::Dialogue refusal;
  refusal.pdu = tcap::DialoguePdu::response;
  refusal.application_context = unit.tcap.dialogue.application_context;
  map::ApplicationContextOctets known;
  if (asked && (asked->name == map::ContextName::short_msg_gateway ||
                asked->name == map::ContextName::short_msg_mt_relay)) {
    known = map::octets_of({asked->name, std::max<map::Version>(version_max_, 2)});
    refusal.application_context = known;
  }
  refusal.result = tcap::AssociateResult::reject_permanent;
  refusal.diagnostic = tcap::Diagnostic::application_context_name_not_supported;
  tcap::Writer writer(room_);
  const Octets message = writer.finish(tcap::Type::abort, {}, unit.tcap.otid, refusal);
  port_.send(MapPort::peer_of(unit), unit.sccp.called.ssn.value_or(sccp::kSsnMsc), message, now);
}

/// An End that carries nothing but a Reject, to whoever sent `unit`.
void Dialogues::end_with_reject(const MapUnit& unit, std::optional<std::int8_t> id,
                                tcap::Problem problem, Time now) {
  ++counters_.map_rejects;
  const tcap::Dialogue& asked = unit.tcap.dialogue;
  tcap::Dialogue accept;
  if (unit.tcap.type == tcap::Type::begin && asked.pdu == tcap::DialoguePdu::request) {
    accept.pdu = tcap::DialoguePdu::response;
    accept.application_context = asked.application_context;
  }
  tcap::Writer writer(room_);
  writer.reject(id, problem);
  const Octets message = writer.finish(tcap::Type::end, {}, unit.tcap.otid, accept);
  port_.send(MapPort::peer_of(unit), unit.sccp.called.ssn.value_or(sccp::kSsnMsc), message, now);
}

bool Dialogues::serves(map::ApplicationContext context) const {
  const bool known = context.name == map::ContextName::short_msg_gateway ||
                     context.name == map::ContextName::short_msg_mt_relay;
  return known && context.version <= std::max<map::Version>(version_max_, 1);
}

DialogueEvent Dialogues::event_of(std::uint32_t index, Event::Kind kind) const {
  const Dialogue& dialogue = pool_[index];
  Event event;
  event.kind = kind;
  event.use = dialogue.use;
  event.context = dialogue.context;
  event.dialogue = index;
  event.owner = dialogue.owner;
  return event;
}

std::optional<DialogueEvent> Dialogues::fail(std::uint32_t index, DialogueFailure failure) {
  if (!is_ours(pool_[index].use)) return close(index);
  ++counters_.map_requests_failed;
  Event event = event_of(index, Event::Kind::failed);
  event.failure = failure;
  give(index);
  return event;
}

std::optional<DialogueEvent> Dialogues::close(std::uint32_t index) {
  ++counters_.map_dialogues_closed;
  const Event event = event_of(index, Event::Kind::closed);
  give(index);
  return event;
}

/// The same request once more in a lower version, in a dialogue of its own id.
std::optional<DialogueEvent> Dialogues::retry(std::uint32_t index, map::Version version, Time now) {
  Dialogue& dialogue = pool_[index];
  const bool lower = version < dialogue.context.version && version >= 1;
  if (!lower || version < first_version(dialogue.context.name) || dialogue.answered_once)
    return fail(index, DialogueFailure::user_abort);
  ++counters_.map_version_fallbacks;
  generations_[index] = (generations_[index] + 2) & kGenerationMask;
  dialogue.context.version = version;
  dialogue.peer_id = {};
  dialogue.state = DialogueState::asking;
  if (begins_now(index, now)) return event_of(index, Event::Kind::write_request);
  return std::nullopt;
}

std::optional<DialogueEvent> Dialogues::on_timer(std::uint32_t index, Time now) {
  const Dialogue& dialogue = pool_[index];
  if (is_ours(dialogue.use)) {
    ++counters_.map_timeouts;
    Event event = event_of(index, Event::Kind::failed);
    event.failure = DialogueFailure::timed_out;
    ++counters_.map_requests_failed;
    abandon(index, now);
    return event;
  }
  ++counters_.map_dialogues_closed;
  const Event event = event_of(index, Event::Kind::closed);
  abandon(index, now);
  return event;
}

}  // namespace rung::gateway
