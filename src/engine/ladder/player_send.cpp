#include <algorithm>
#include <bit>

#include "engine/ladder/player_core.hpp"
#include "engine/wire/sip_writer.hpp"

namespace rung {
namespace {

constexpr std::uint64_t bit(std::size_t step) { return std::uint64_t{1} << step; }
/// Header lines of an answer of ours, what its request fills in included.
constexpr std::size_t kHeadersMax = 512;

}  // namespace

TxDatagram* Player::Core::reserve() {
  TxDatagram* slot = tx_.reserve();
  if (slot == nullptr) counters_.bump(Counter::tx_queue_full);
  return slot;
}

void Player::Core::finish_send(TxDatagram& slot, std::size_t size, const Endpoint& local,
                               const Endpoint& remote, FrameOwner owner) {
  slot.size = static_cast<std::uint32_t>(size);
  slot.local = local;
  slot.remote = remote;
  slot.owner = owner;
  counters_.bump(Counter::sip_sent);
}

/// Writes one request of ours as its session's state has it; the same state gives the same octets.
bool Player::Core::send_request(Live& l, std::size_t step, Time) {
  const ProgramStep& p = l.ladder->steps[step];
  const SendRequest& request = program_.request(p.send);
  // The gateway has begun another subscription: of the old one there is nothing more to say.
  if (request.notifies &&
      !subscriptions_.current(UeIndex(l.session->ue[p.party]), l.records[step].foreign)) {
    return true;
  }
  TxDatagram* slot = reserve();
  if (slot == nullptr) return false;

  std::array<char, 640> credentials_text;
  std::array<std::string_view, kTemplateGapsMax> gaps;
  const Endpoint local = config_.addresses.of(number(l, p.party));
  std::span<char> room = gap_scratch_;
  std::string_view address;
  for (std::size_t i = 0; i < request.gaps.size(); ++i) {
    const Gap& gap = request.gaps[i];
    switch (gap.kind) {
      case Gap::Kind::address:
        if (address.empty()) address = address_text(number(l, p.party), p.party);
        gaps[i] = address;
        break;
      case Gap::Kind::foreign: gaps[i] = foreign_text(l, gap.step, gap.index); break;
      case Gap::Kind::composed:
        gaps[i] = render(l, gap.parts, room);
        room = room.subspan(gaps[i].size());
        break;
      case Gap::Kind::route: gaps[i] = route_of(UeIndex(l.session->ue[p.party])); break;
      case Gap::Kind::credentials: gaps[i] = credentials(l, step, credentials_text); break;
    }
  }
  const MutableOctets out = slot->space();
  const MessageTemplate::Layout layout =
      request.text.write(out, std::span(gaps).first(request.gaps.size()));
  if (layout.size == 0) {
    tx_.drop_last();
    l.session->flags |= kBroken;
    return false;
  }
  for (const Patch& one : request.patches) patch(l, one, slot_octets(out, layout, one.slot));
  if (l.session->first_frame == 0) l.session->first_frame = slot->frame;
  slot->mark.step = narrow<std::uint8_t>(step);
  finish_send(*slot, layout.size, local, config_.gateway, owner_of(*l.session));
  return true;
}

/// Answers step `request` as `step` says.
bool Player::Core::write_response(const Live& l, std::uint8_t request, std::size_t step) {
  const SendResponse& response = program_.response(l.ladder->steps[step].send);
  const bool at_hand = answering_ != nullptr && answering_step_ == request;
  const sip::View* view = &in_.view;
  Endpoint local, remote;
  if (at_hand) {
    local = answering_->local;
    remote = answering_->remote;
  } else {
    const std::uint32_t handle = l.records[request].foreign;
    const std::uint32_t held = handle == 0 ? 0 : foreign_.at(handle).held;
    if (held == 0) return false;
    const HeldRequest& kept = held_.at(held);
    if (sip::parse(Octets(kept.octets, kept.size), held_view_) != sip::Error::none) return false;
    view = &held_view_;
    local = kept.local;
    remote = kept.remote;
  }
  TxDatagram* slot = reserve();
  if (slot == nullptr) return true;  // their copy will ask again
  std::array<std::uint8_t, 8> tag;
  const ProgramStep& asked = l.ladder->steps[request];
  put_hex(tag, asked.method == sip::Method::subscribe
                   ? reg_tag(UeIndex(l.session->ue[asked.party]))
                   : tag_of(l.session->ticket, l.session->generation, 1U + request));
  std::array<char, kHeadersMax> headers;
  const std::size_t size =
      sip::write_response(*view, response.status, {}, as_text(tag),
                          response_headers(response, *view, headers), {}, slot->space(), &remote);
  if (size == 0) {
    tx_.drop_last();
    return false;
  }
  slot->mark.step = narrow<std::uint8_t>(step);
  finish_send(*slot, size, local, remote, owner_of(*l.session));
  return true;
}

bool Player::Core::send_response(Live& l, std::size_t step, Time) {
  return write_response(l, l.ladder->steps[step].answers, step);
}

/// Does one step of ours whose turn has come. False when it could not be done at all.
bool Player::Core::send_step(Live& l, std::size_t step, Time now) {
  const ProgramStep& p = l.ladder->steps[step];
  if (p.kind == StepKind::send_map) return send_map(l, step, now);
  if (p.kind == StepKind::send_response) {
    if (!send_response(l, step, now)) return false;
    if (p.copy_of != kNoStep) counters_.bump(Counter::sip_retransmitted);
    mark(l, step, now);
    return true;
  }
  if (p.copy_of != kNoStep) {
    send_request(l, p.copy_of, now);
    counters_.bump(Counter::sip_retransmitted);
    mark(l, step, now);
    return true;
  }
  const SendRequest& request = program_.request(p.send);
  const UeIndex ue(l.session->ue[p.party]);
  StepRecord& r = l.records[step];
  std::uint8_t reference = 0;
  if (request.takes_rp_mr) reference = ues.take_rp_mr(ue);
  const unsigned type = p.rp_type == kAnyType ? 0U : p.rp_type + 1U;
  r.code = static_cast<std::uint16_t>(type << 8 | reference);
  for (const Patch& one : request.body_patches) {
    if (one.kind == PatchKind::rp_mr_of) {
      r.code = static_cast<std::uint16_t>((r.code & 0xff00) | (l.records[one.step].code & 0xff));
    }
    if (one.kind == PatchKind::rp_mr_other) {
      r.code = static_cast<std::uint16_t>((r.code & 0xff00) | (~l.records[one.step].code & 0xff));
    }
    if (one.kind == PatchKind::tp_mr_of) r.foreign = l.records[one.step].foreign & 0xff;
  }
  if (request.takes_tp_mr) {
    r.foreign = ues.take_tp_mr(ue);
    // Never the same number: a report that names TP-MR in place of RP-MR has to show.
    if (request.takes_rp_mr && r.foreign == reference) r.foreign = ues.take_tp_mr(ue);
  }
  if (p.fork_of != kNoStep) {
    r.code = l.records[p.fork_of].code;
    r.foreign = l.records[p.fork_of].foreign;
  }
  if (p.method == sip::Method::register_) begin_register(l, step);
  if (request.notifies && !begin_notify(l, step, now)) return true;
  if (request.has_token) counters_.bump(Counter::sm_submitted);
  mark(l, step, now);
  l.session->open |= bit(step);
  if (plays_cscf() && p.method == sip::Method::register_) skip_subscribe(l, step, now);
  // Without a slot it counts as lost on the way: Timer E sends it again.
  if (!send_request(l, step, now)) return (l.session->flags & kBroken) == 0;
  return true;
}

void Player::Core::progress(Live& l, Time now) {
  bool moved = true;
  while (moved && (l.session->flags & (kBroken | kRefused)) == 0) {
    moved = false;
    for (std::uint64_t left = l.ladder->sends & ~l.session->done; left != 0; left &= left - 1) {
      const auto step = static_cast<std::size_t>(std::countr_zero(left));
      const ProgramStep& p = l.ladder->steps[step];
      if (!enabled(l, p)) continue;
      if (p.wait > Duration{} && cause_time(l, p) + p.wait > now) continue;
      if (!send_step(l, step, now)) {
        l.session->flags |= kBroken;
        return;
      }
      moved = true;
    }
  }
}

/// Answers a copy of a request just as the first was answered, the session alive or not.
void Player::Core::answer_copy(std::uint32_t ticket, std::uint32_t generation,
                               const ProgramLadder& ladder, std::uint8_t step, std::uint64_t done,
                               const Arrival& arrival) {
  const auto given = [&](std::uint8_t answer) {
    return answer != kNoStep && (done & bit(answer)) != 0;
  };
  // RFC 3261 17.2.2: the final answer, before it the provisional one.
  const ProgramStep& asked = ladder.steps[step];
  const std::uint8_t answer = given(asked.answered_by) ? asked.answered_by : asked.provisional;
  if (!given(answer)) return;  // silent on purpose, or not yet
  TxDatagram* slot = reserve();
  if (slot == nullptr) return;
  const SendResponse& response = program_.response(ladder.steps[answer].send);
  std::array<std::uint8_t, 8> tag;
  put_hex(tag, in_.view.method() == sip::Method::subscribe && arrival.ue.valid()
                   ? reg_tag(arrival.ue)
                   : tag_of(ticket, generation, 1U + step));
  const Endpoint& remote = arrival.datagram->remote;
  std::array<char, kHeadersMax> headers;
  const std::size_t size = sip::write_response(in_.view, response.status, {}, as_text(tag),
                                               response_headers(response, in_.view, headers), {},
                                               slot->space(), &remote);
  if (size == 0) {
    tx_.drop_last();
    return;
  }
  counters_.bump(Counter::sip_retransmitted);
  slot->mark.step = answer;
  finish_send(*slot, size, arrival.datagram->local, remote, arrival.datagram->owner);
}

/// A UE answers what no ladder draws as it should: 200, and RP-ACK to an SM; 405 to foreign
/// methods.
void Player::Core::answer_stranger(const Arrival& arrival) {
  TxDatagram* slot = reserve();
  if (slot == nullptr) return;
  const sip::Method method = in_.view.method();
  const bool known = method == sip::Method::message || method == sip::Method::notify ||
                     method == sip::Method::options;
  std::array<std::uint8_t, 8> tag;
  put_hex(tag, arrival.branch & 0xffffffffU);
  const Endpoint& remote = arrival.datagram->remote;
  std::uint16_t status = known ? 200 : 405;
  std::string_view headers = known ? std::string_view{} : "Allow: MESSAGE, NOTIFY, OPTIONS\r\n";
  if (plays_cscf() && method == sip::Method::subscribe) {
    const std::uint16_t refusal = refusal_of_subscribe(arrival);
    status = refusal == 0 ? 503 : refusal;  // without a session of its own: the pool is full
    headers = status == 489 ? "Allow-Events: reg\r\n" : "";
  }
  const std::size_t size = method == sip::Method::ack
                               ? 0
                               : sip::write_response(in_.view, status, {}, as_text(tag), headers,
                                                     {}, slot->space(), &remote);
  if (size == 0) {
    tx_.drop_last();
    return;
  }
  finish_send(*slot, size, arrival.datagram->local, remote, 0);
}

void Player::Core::put_impu(Writer& out, UeIndex ue) {
  const IdentityTemplate& user = config_.impu_user;
  out.text("sip:");
  out.text(user.front);
  if (user.by_msisdn) {
    out.text(digits(ues.number(ue), 0));
  } else {
    std::array<std::uint8_t, kUeDigits> place;
    put_decimal(place, ues.number(ue));
    out.text(as_text(place));
  }
  out.text(user.back);
  out.text("@");
  out.text(config_.domain);
}

/// RP-ACK to an RP-DATA that belongs to no session, so that the gateway need not wait for TR1N.
/// Sent once: its loss costs the gateway that wait, and nothing here.
void Player::Core::send_courtesy_report(const Arrival& arrival) {
  if (!in_.rp_readable() || in_.rp.type() != rp::Type::data || !arrival.ue.valid()) return;
  TxDatagram* slot = reserve();
  if (slot == nullptr) return;
  std::array<char, kFieldScratch> scratch;
  const FieldValue asserted = field_of(Path::sip_p_asserted_identity, in_, scratch);
  const std::string_view to =
      asserted.present && asserted.well_formed ? asserted.text : config_.gw_uri;
  std::array<std::uint8_t, kEndpointTextSizeMax> address;
  const Endpoint local = arrival.datagram->local;
  const std::string_view sent_by = as_text(Octets(address.data(), format_endpoint(local, address)));
  std::array<std::uint8_t, 16> key;
  put_hex(key, (arrival.branch ^ arrival.request) &
                   0xffffffU);  // generation 0: nobody waits for the answer
  const std::string_view front(front_.data(), front_.size());
  Writer w(slot->space());
  w.text("MESSAGE ");
  w.text(to);
  w.text(" SIP/2.0\r\nVia: SIP/2.0/");
  w.text(config_.via_transport());
  w.text(" ");
  w.text(sent_by);
  w.text(";branch=z9hG4bK");
  w.text(front);
  w.text(as_text(key));
  w.text("0;rport\r\nMax-Forwards: 70\r\n");
  w.text(route_of(arrival.ue));
  w.text("From: <");
  put_impu(w, arrival.ue);
  w.text(">;tag=");
  w.text(as_text(key));
  w.text("\r\nTo: <");
  w.text(to);
  w.text(">\r\nCall-ID: ");
  w.text(front);
  std::array<std::uint8_t, 16> call_id;
  put_hex(call_id, arrival.branch ^ arrival.request);
  w.text(as_text(call_id));
  w.text("\r\nCSeq: 1 MESSAGE");
  if (plays_cscf()) {  // the sender as our S-CSCF asserts it (TS 24.341 B.6)
    w.text("\r\nP-Asserted-Identity: <");
    put_impu(w, arrival.ue);
    w.text(">, <tel:+");
    w.text(digits(ues.number(arrival.ue), 0));
    w.text(">");
  }
  w.text("\r\nIn-Reply-To: ");
  w.text(in_.view.header(sip::Header::call_id));
  w.text("\r\nContent-Type: application/vnd.3gpp.sms\r\nContent-Length: 2\r\n\r\n");
  w.u8(static_cast<std::uint8_t>(rp::Mti::ack_ms_to_n));
  w.u8(in_.rp.reference);
  if (!w.ok()) {
    tx_.drop_last();
    return;
  }
  finish_send(*slot, w.size(), local, config_.gateway, 0);
}

}  // namespace rung
