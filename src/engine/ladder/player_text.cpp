#include <algorithm>
#include <charconv>
#include <cstring>

#include "engine/ladder/hash.hpp"
#include "engine/ladder/player_core.hpp"

// What is composed per session: identities, keys, tokens.

namespace rung {
namespace {

constexpr std::string_view kBranchFront = "z9hG4bK";  // RFC 3261 8.1.1.7
constexpr std::size_t kFrontSize = 6;                 // run and worker in hex
constexpr std::size_t kKeySize = 16;
/// A REGISTER's Call-ID names the UE: a ticket that no ring reaches.
constexpr std::uint64_t kRegisterTicket = 0xffffff;
/// CSeq numbers of REGISTER start here, so that all have six digits.
constexpr std::uint32_t kRegisterCSeq = 100000;
/// Salts of From tags; those of To tags are 1 + step.
constexpr unsigned kRequestTags = 0x100;
constexpr unsigned kRegisterTags = 0x200;

std::uint64_t pack_key(std::uint64_t ticket, std::uint32_t generation, std::uint8_t step) {
  return ticket << 40 | std::uint64_t{generation} << 8 | step;
}

std::size_t append(std::span<char> out, std::size_t at, std::string_view text) {
  const std::size_t size = std::min(text.size(), out.size() - at);
  if (size > 0) std::memcpy(out.data() + at, text.data(), size);
  return at + size;
}

/// `"7"`: an XML attribute's value, quotes included.
std::size_t quoted_number(std::span<char, 8> out, std::uint32_t number) {
  char* const begin = out.data();
  begin[0] = '"';
  char* const end = std::to_chars(begin + 1, begin + out.size() - 1, number).ptr;
  *end = '"';
  return static_cast<std::size_t>(end - begin) + 1;
}

MutableOctets octets(std::span<char> out, std::size_t at, std::size_t size) {
  return {reinterpret_cast<std::uint8_t*>(out.data()) + at, size};
}

}  // namespace

std::uint32_t Player::Core::number(const Live& l, std::uint8_t party) const {
  const std::uint32_t ue = l.session->ue[party];
  return ue == UeIndex::kNone ? kTokenUeMax : ues.number(UeIndex(ue));
}

std::string_view Player::Core::digits(std::uint32_t number, std::size_t which) {
  std::array<char, 16>& text = digits_text_[which];
  if (digits_number_[which] != number) {
    put_decimal(octets(text, 0, config_.msisdn_digits), config_.msisdn_base + number);
    digits_number_[which] = number;
  }
  return {text.data(), config_.msisdn_digits};
}

/// Address and port of that UE, which stand in Via and Contact alike.
std::string_view Player::Core::address_text(std::uint32_t number, std::size_t which) {
  const Endpoint address = config_.addresses.of(number);
  std::array<std::uint8_t, kEndpointTextSizeMax>& text = address_text_[which];
  if (address != address_at_hand_[which]) {
    address_size_[which] = format_endpoint(address, text);
    address_at_hand_[which] = address;
  }
  return as_text(Octets(text.data(), address_size_[which]));
}

std::uint64_t Player::Core::key_of(const Live& l, std::uint8_t step) const {
  return pack_key(l.session->ticket, l.session->generation, step);
}

std::uint64_t Player::Core::register_key(const Live& l, std::uint8_t party) const {
  return pack_key(kRegisterTicket, number(l, party), 0);
}

std::uint32_t Player::Core::tag_of(std::uint32_t ticket, std::uint32_t generation,
                                   unsigned salt) const {
  // Neither factor is ever 0, which would make all tags of a session the same.
  const std::uint64_t who = std::uint64_t{ticket} << 32 | generation;
  const std::uint64_t salted = (config_.seed + salt) * 0x9e3779b97f4a7c15U | 1U;
  const std::uint64_t mixed = hash_detail::mix(who ^ 0x2d358dccaa6c78a5U, salted);
  return static_cast<std::uint32_t>(mixed ^ mixed >> 32);
}

/// RFC 3261 19.3: a tag of its own for each request, which begins a dialog of its own; all
/// REGISTERs of a UE in a session have one, as 8.1.3.5 wants of a challenged request's From.
std::uint32_t Player::Core::from_tag(const Live& l, std::uint8_t party, std::uint8_t step) const {
  const unsigned salt = step == kNoStep ? kRegisterTags + party : kRequestTags + step;
  return tag_of(l.session->ticket, l.session->generation, salt);
}

std::uint32_t Player::Core::cseq_of(const Live& l, std::uint8_t step, bool registers) const {
  if (!registers) return 1U + l.records[step].attempt;
  const std::uint8_t party = l.ladder->steps[step].party;
  return kRegisterCSeq + ues.cseq(UeIndex(l.session->ue[party])) % (1000000 - kRegisterCSeq);
}

std::string_view Player::Core::foreign_text(const Live& l, std::uint8_t step,
                                            std::uint8_t index) const {
  const std::uint32_t handle = l.records[step].foreign;
  std::string_view text;
  if (handle != 0) text = foreign_.at(handle).get(index);
  // A delivery that asserts nobody leaves only the configured address to report to.
  if (text.empty() && kind_of(l.ladder->steps[step].saves[index]) == PathKind::uri)
    return config_.gw_uri;
  return text;
}

Token Player::Core::token_of(const Live& l, std::uint8_t step) const {
  const ProgramStep& p = l.ladder->steps[step];
  const std::uint8_t sender = p.party;
  Token token;
  token.run = config_.run_id;
  token.worker = config_.worker;
  token.ticket = l.session->ticket;
  token.generation = l.session->generation;
  token.sender = number(l, sender);
  token.recipient = l.ladder->parties == 2 ? number(l, sender == 0 ? 1 : 0) : kTokenUeMax;
  if (p.kind == StepKind::send_map) {  // from outside to the UE that it concerns
    token.recipient = token.sender;
    token.sender = kTokenUeMax;
  }
  token.intended = l.session->intended;
  token.segment = step;
  return token;
}

void Player::Core::patch(const Live& l, const Patch& p, MutableOctets slot) {
  switch (p.kind) {
    case PatchKind::msisdn: put_text(slot, digits(number(l, p.party), p.party)); break;
    case PatchKind::ue: put_decimal(slot, number(l, p.party)); break;
    case PatchKind::call_id:
    case PatchKind::branch: put_hex(slot, key_of(l, p.step)); break;
    case PatchKind::register_call_id: put_hex(slot, register_key(l, p.party)); break;
    case PatchKind::from_tag: put_hex(slot, from_tag(l, p.party, p.step)); break;
    case PatchKind::attempt: put_hex(slot, l.records[p.step].attempt); break;
    case PatchKind::cseq: put_decimal(slot, cseq_of(l, p.step, slot.size() > 1)); break;
    case PatchKind::rp_mr:
    case PatchKind::rp_mr_of:
      slot[0] = static_cast<std::uint8_t>(l.records[p.step].code & 0xff);
      break;
    case PatchKind::rp_mr_other:
      slot[0] = static_cast<std::uint8_t>(~l.records[p.step].code & 0xff);
      break;
    case PatchKind::tp_mr:
    case PatchKind::tp_mr_of:
      slot[0] = static_cast<std::uint8_t>(l.records[p.step].foreign & 0xff);
      break;
    case PatchKind::semi_msisdn:
      put_semi_octets(slot, config_.msisdn_base + number(l, p.party), config_.msisdn_digits);
      break;
    case PatchKind::scts: put_service_centre_time(l, p.step, slot); break;
    case PatchKind::token: {
      const SendRequest& request = program_.request(l.ladder->steps[p.step].send);
      put_token(token_of(l, p.step), request.alphabet, request.header_octets, slot);
      break;
    }
    case PatchKind::reg_tag: put_hex(slot, reg_tag(UeIndex(l.session->ue[p.party]))); break;
    case PatchKind::reg_version: {
      std::array<char, 8> text;
      const auto version = RegSubscriptions::number_of(l.records[p.step].foreign);
      put_text(slot, {text.data(), quoted_number(text, version)});
      break;
    }
    case PatchKind::concat_reference:
      slot[0] = static_cast<std::uint8_t>(l.session->ticket & 0xff);
      break;
  }
}

std::string_view Player::Core::render(const Live& l, PartRange range, std::span<char> out) {
  std::size_t at = 0;
  const auto hex = [&](std::size_t width, std::uint64_t value) {
    if (out.size() - at < width) return;
    put_hex(octets(out, at, width), value);
    at += width;
  };
  for (const Part& part : program_.parts(range)) {
    switch (part.kind) {
      case PartKind::literal: at = append(out, at, part.text); break;
      case PartKind::ue: {
        std::array<char, kUeDigits> place;
        put_decimal(octets(place, 0, kUeDigits), number(l, part.party));
        at = append(out, at, {place.data(), place.size()});
        break;
      }
      case PartKind::msisdn: at = append(out, at, digits(number(l, part.party), part.party)); break;
      case PartKind::imsi: {
        std::array<char, 16> imsi;
        at = append(out, at, imsi_digits(number(l, part.party), imsi));
        break;
      }
      case PartKind::address:
        at = append(out, at, address_text(number(l, part.party), part.party));
        break;
      case PartKind::call_id:
      case PartKind::branch:
      case PartKind::register_call_id:
        at = append(out, at, {front_.data(), kFrontSize});
        hex(kKeySize, part.kind == PartKind::register_call_id ? register_key(l, part.party)
                                                              : key_of(l, part.step));
        break;
      case PartKind::from_tag: hex(8, from_tag(l, part.party, part.step)); break;
      case PartKind::attempt: hex(1, l.records[part.step].attempt); break;
      case PartKind::cseq:
        if (out.size() - at < part.index) break;
        put_decimal(octets(out, at, part.index), cseq_of(l, part.step, part.index > 1));
        at += part.index;
        break;
      case PartKind::foreign: at = append(out, at, foreign_text(l, part.step, part.index)); break;
      case PartKind::reg_tag: hex(8, reg_tag(UeIndex(l.session->ue[part.party]))); break;
      case PartKind::subscriber:
      case PartKind::reg_cseq:
      case PartKind::reg_state: at += compose(l, part, out.subspan(at)).size(); break;
      case PartKind::reg_version: break;  // of bodies only, which are patched
    }
  }
  return {out.data(), at};
}

bool Player::Core::parse_key(std::string_view text, WireKey& key) const {
  if (text.size() != kFrontSize + kKeySize) return false;
  if (std::memcmp(text.data(), front_.data(), kFrontSize) != 0) return false;
  std::uint64_t value = 0;
  if (!get_hex(text.substr(kFrontSize), value)) return false;
  key.ticket = static_cast<std::uint32_t>(value >> 40);
  key.generation = static_cast<std::uint32_t>(value >> 8);
  key.step = static_cast<std::uint8_t>(value & 0xff);
  return true;
}

bool Player::Core::parse_branch(std::string_view text, WireKey& key) const {
  if (text.size() != kBranchFront.size() + kFrontSize + kKeySize + 1) return false;
  if (!text.starts_with(kBranchFront)) return false;
  std::uint64_t attempt = 0;
  if (!get_hex(text.substr(text.size() - 1), attempt)) return false;
  key.attempt = static_cast<std::uint8_t>(attempt);
  return parse_key(text.substr(kBranchFront.size(), kFrontSize + kKeySize), key);
}

Octets Player::Core::own_body(const Live& l, std::uint8_t step) {
  const SendRequest& request = program_.request(l.ladder->steps[step].send);
  std::copy(request.body.begin(), request.body.end(), own_body_.begin());
  const MutableOctets body(own_body_.data(), request.body.size());
  for (const Patch& p : request.body_patches)
    patch(l, p, body.subspan(p.slot.offset, p.slot.width));
  return body;
}

const Received& Player::Core::own_decoded(const Live& l, std::uint8_t step) {
  if (own_session_ != l.session || own_step_ != step) {
    const ProgramStep& p = l.ladder->steps[step];
    if (p.kind == StepKind::send_map) {
      decode_tpdu(own_body(l, step), tp::Direction::sc_to_ms, carrier_of(p), own_);
    } else {
      const Octets body = own_body(l, step);
      const bool from_network = !body.empty() && (body[0] & 1U) != 0;  // TS 24.011 8.2.2
      decode_body(body, from_network ? tp::Direction::sc_to_ms : tp::Direction::ms_to_sc, own_);
    }
    own_session_ = l.session;
    own_step_ = step;
  }
  return own_;
}

}  // namespace rung
