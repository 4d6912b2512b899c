#include <fmt/format.h>

#include <algorithm>

#include "engine/ladder/program_builder.hpp"
#include "engine/ladder/token.hpp"
#include "engine/wire/bcd.hpp"
#include "engine/wire/text.hpp"
#include "engine/wire/tpdu_address.hpp"

// Bodies of our requests: the RPDU is encoded once; what differs per session is patched in place.
//
//   RP-DATA    0: MTI | 1: RP-MR | RP-OA | RP-DA | length | TPDU at the end
//   SMS-SUBMIT 0: flags | 1: TP-MR | 2: digits of TP-DA | 3: type | 4..: digits | ... | TP-UD at
//   the end

namespace rung {
namespace {

/// What follows the token: characters that a wrong alphabet would change ('@' is 0 in GSM 7-bit).
constexpr std::string_view kFiller = " @ rung $ the quick brown fox jumps over the lazy dog; ";

/// Characters of the extension table of TS 23.038 6.2.1.1, two septets each.
constexpr std::string_view kExtended = "^{}\\[~]|\u20ac";
/// Septets of a text that leaves seven spare bits in its last octet: 8 n - 1 (TS 23.038 6.1.2.1.1).
constexpr std::size_t kSpareBitsSeptets = 63;

/// TS 23.040 9.1.2.5: the type of number of an alphanumeric address.
constexpr std::uint8_t kAlphanumericType = 5;

/// The address that a TPDU of that type has.
std::optional<Path> address_path(tp::Type type) {
  switch (type) {
    case tp::Type::submit: return Path::tp_da;
    case tp::Type::deliver: return Path::tp_oa;
    case tp::Type::status_report: return Path::tp_ra;
    default: return {};
  }
}

std::string text_with_token(std::size_t characters) {
  std::string text(kTokenSize, 'A');
  while (text.size() < characters) text += kFiller[(text.size() - kTokenSize) % kFiller.size()];
  return text;
}

}  // namespace

void ProgramBuilder::patch_body(SendRequest& request, std::size_t offset, std::size_t width,
                                PatchKind kind, std::uint8_t party, std::uint8_t step) {
  request.body_patches.push_back(
      {{0, static_cast<std::uint16_t>(offset), static_cast<std::uint16_t>(width)},
       kind,
       party,
       step});
}

bool ProgramBuilder::encode_body(std::size_t step, SendRequest& request) {
  if (const FieldRule* body = rule(step, Path::sip_body);
      body != nullptr && body->source == Source::fixed) {
    const auto octets = field_octets(body->values[0]);
    if (!octets) step_error(step, "sip.body needs hexadecimal octets");
    request.body = octets.value_or(std::vector<std::uint8_t>{});
    return true;
  }
  if (const std::string_view raw = fixed_text(step, Path::rp_rpdu); !raw.empty()) {
    request.body = field_octets(raw).value_or(std::vector<std::uint8_t>{});
    if (request.body.size() >= 2) patch_reference(step, request);
    return spoil(step, request);
  }
  if (program_step(step).rp_type == kAnyType) return true;  // no body
  std::vector<std::uint8_t> tpdu;
  if (program_step(step).tp_type != kAnyType && !encode_tp(step, request, tpdu)) return false;
  if (const FieldRule* raw = rule(step, Path::rp_user_data);
      raw != nullptr && raw->source == Source::fixed) {
    tpdu = field_octets(raw->values[0]).value_or(std::vector<std::uint8_t>{});
  }
  const std::size_t cut = fixed_number(step, Path::tp_cut).value_or(0);
  if (cut > tpdu.size()) {
    step_error(step, "tp.cut takes more than there is");
    return false;
  }
  tpdu.resize(tpdu.size() - cut);
  return encode_rp(step, request, tpdu) && spoil(step, request);
}

/// Octets missing or too many at the end of the RPDU, whatever its lengths say.
bool ProgramBuilder::spoil(std::size_t step, SendRequest& request) {
  const std::size_t cut = fixed_number(step, Path::rp_cut).value_or(0);
  const std::size_t pad = fixed_number(step, Path::rp_pad).value_or(0);
  if (cut > request.body.size()) {
    step_error(step, "rp.cut takes more than there is");
    return false;
  }
  request.body.resize(request.body.size() - cut);
  for (const Patch& patch : request.body_patches) {
    if (std::size_t{patch.slot.offset} + patch.slot.width <= request.body.size()) continue;
    step_error(step, "what is cut off holds a number or the token of the session");
    return false;
  }
  request.body.resize(request.body.size() + pad);
  return true;
}

void ProgramBuilder::patch_reference(std::size_t step, SendRequest& request) {
  const FieldRule* mr = rule(step, Path::rp_mr);
  if (mr == nullptr || mr->source == Source::fixed) return;
  const bool other = mr->source == Source::differs;
  if (other || mr->source == Source::copied) {
    return patch_body(request, 1, 1, other ? PatchKind::rp_mr_other : PatchKind::rp_mr_of, 0,
                      named_step(step, *mr));
  }
  request.takes_rp_mr = true;
  patch_body(request, 1, 1, PatchKind::rp_mr, program_step(step).party,
             static_cast<std::uint8_t>(step));
}

bool ProgramBuilder::encode_rp(std::size_t step, SendRequest& request, Octets tpdu) {
  rp::Message message;
  const auto direction = fixed_number(step, Path::rp_direction).value_or(0);
  message.first_octet =
      static_cast<std::uint8_t>(program_step(step).rp_type << 1 | direction |
                                fixed_number(step, Path::rp_spare).value_or(0) << 3);
  message.reference = static_cast<std::uint8_t>(fixed_number(step, Path::rp_mr).value_or(0));
  message.cause = static_cast<std::uint8_t>(fixed_number(step, Path::rp_cause).value_or(0));
  message.has_user_data = !tpdu.empty();
  message.user_data = tpdu;
  std::uint8_t addresses[2][rp::kAddressSizeMax];
  Octets* const targets[2] = {&message.originator, &message.destination};
  const Path paths[2] = {Path::rp_oa, Path::rp_da};
  for (std::size_t i = 0; i < 2; ++i) {
    const FieldRule* r = rule(step, paths[i]);
    if (r == nullptr || r->source == Source::absent) continue;
    const std::vector<Part> value = value_parts(step, *r);
    const bool known = value.size() == 1 && value[0].kind == PartKind::literal;
    const std::size_t size = known ? bcd::encode_address(value[0].text, addresses[i]) : 0;
    if (size == 0)
      step_error(step, fmt::format("{} needs a number known at start", to_string(paths[i])));
    *targets[i] = Octets(addresses[i], size);
  }
  request.body.resize(rp::kMessageSizeMax);
  const auto size = rp::encode(message, request.body);
  if (!size.ok()) {
    step_error(step, fmt::format("its RPDU cannot be encoded: {}", rp::to_string(size.error())));
    return false;
  }
  request.body.resize(*size);
  // Body patches of the TPDU were relative to it, and it ends the RPDU.
  for (Patch& patch : request.body_patches) {
    patch.slot.offset = static_cast<std::uint16_t>(patch.slot.offset + *size - tpdu.size());
  }
  patch_reference(step, request);
  return true;
}

bool ProgramBuilder::fill_address(std::size_t step, SendRequest&, Path path,
                                  std::vector<std::uint8_t>& value, std::uint8_t& digits,
                                  std::uint8_t& party) {
  party = kNoParty;
  const FieldRule* r = rule(step, path);
  if (r == nullptr) {
    step_error(step, fmt::format("it needs {}", to_string(path)));
    return false;
  }
  const std::vector<Part> parts = value_parts(step, *r);
  std::string text;
  if (parts.size() == 1 && parts[0].kind == PartKind::literal) text = parts[0].text;
  if (parts.size() == 1 && parts[0].kind == PartKind::msisdn) {
    party = parts[0].party;
    text.assign(config_.msisdn_digits, '0');
  }
  value.resize((text.size() + 1) / 2);
  if (text.empty() || bcd::encode_digits(text, value) == 0) {
    step_error(step, fmt::format("{} needs a number", to_string(path)));
    return false;
  }
  digits = static_cast<std::uint8_t>(text.size());
  return true;
}

/// TP-UDH with concatenation (TS 23.040 9.2.3.24.1): 05 00 03 reference total sequence.
bool ProgramBuilder::fill_header(std::size_t step, SendRequest& request,
                                 std::vector<std::uint8_t>& ud) {
  if (const std::string_view raw = fixed_text(step, Path::tp_udh); !raw.empty()) {
    ud = field_octets(raw).value_or(std::vector<std::uint8_t>{});
    request.header_octets = static_cast<std::uint8_t>(ud.size());
    return true;
  }
  const auto total = fixed_number(step, Path::tp_concat_total);
  const auto sequence = fixed_number(step, Path::tp_concat_sequence);
  if (!total && !sequence) return true;
  if (!total || !sequence) {
    step_error(step, "tp.concat.total and tp.concat.sequence go together");
    return false;
  }
  udh::Concatenation c;
  c.total = static_cast<std::uint8_t>(*total);
  c.sequence = static_cast<std::uint8_t>(*sequence);
  c.reference =
      static_cast<std::uint8_t>(fixed_number(step, Path::tp_concat_reference).value_or(0));
  ud.resize(udh::encode_concatenation(c, (ud.resize(8), MutableOctets(ud))));
  request.header_octets = static_cast<std::uint8_t>(ud.size());
  return true;
}

bool ProgramBuilder::fill_text(std::size_t step, SendRequest& request, tp::Tpdu& tpdu,
                               std::vector<std::uint8_t>& ud) {
  const FieldRule* text_rule = rule(step, Path::tp_text);
  const FieldRule* raw = rule(step, Path::tp_ud);
  if (raw != nullptr && raw->source == Source::fixed) {
    ud = field_octets(raw->values[0]).value_or(std::vector<std::uint8_t>{});
    const bool gsm7 = tp::alphabet(tpdu.data_coding) == tp::Alphabet::gsm7;
    tpdu.user_data_length = static_cast<std::uint8_t>(
        fixed_number(step, Path::tp_udl).value_or(gsm7 ? ud.size() * 8 / 7 : ud.size()));
    return true;
  }
  if (text_rule == nullptr) return true;
  const tp::Alphabet alphabet = tp::alphabet(tpdu.data_coding);
  request.alphabet = alphabet;
  const std::size_t header = request.header_octets;
  const TextRoom room = text_room(alphabet, header);
  std::string text;
  if (text_rule->source == Source::fixed) {
    text = text_rule->values[0];
  } else {
    request.has_token = true;
    const std::string& name = text_rule->values[0];
    text = text_with_token(
        name == "text_spare"
            ? kSpareBitsSeptets
            : std::clamp<std::size_t>(config_.text_septets, kTokenSize, room.characters));
    if (name == "text_extended") text.replace(kTokenSize, text.npos, kExtended);
  }
  std::uint8_t characters[320];
  std::size_t count = 0;
  if (alphabet == tp::Alphabet::gsm7) count = gsm7::from_utf8(text, characters);
  if (alphabet == tp::Alphabet::ucs2) count = ucs2::from_utf8(text, characters);
  if (alphabet == tp::Alphabet::octets)
    count = std::copy(text.begin(), text.end(), characters) - characters;
  if (count == gsm7::kUnmappable || count > 2 * room.characters ||
      (alphabet != tp::Alphabet::ucs2 && count > room.characters)) {
    step_error(step, "its text does not fit one SM, or not its alphabet");
    return false;
  }
  if (alphabet == tp::Alphabet::gsm7) {
    const std::size_t fill = gsm7::fill_bits(header);
    ud.resize((header * 8 + fill + 7 * count + 7) / 8);
    gsm7::pack(Octets(characters, count), fill, MutableOctets(ud).subspan(header));
    tpdu.user_data_length = static_cast<std::uint8_t>((header * 8 + fill) / 7 + count);
  } else {
    ud.insert(ud.end(), characters, characters + count);
    tpdu.user_data_length = static_cast<std::uint8_t>(ud.size());
  }
  return true;
}

bool ProgramBuilder::encode_tp(std::size_t step, SendRequest& request,
                               std::vector<std::uint8_t>& out) {
  const auto flag = [&](Path path) { return fixed_number(step, path).value_or(0) == 1; };
  const auto number = [&](Path path) {
    return static_cast<std::uint8_t>(fixed_number(step, path).value_or(0));
  };
  tp::Tpdu tpdu;
  tpdu.type = static_cast<tp::Type>(program_step(step).tp_type);
  tpdu.reject_duplicates = flag(Path::tp_rd);
  tpdu.status_report = flag(Path::tp_srr);
  tpdu.reply_path = flag(Path::tp_rp);
  tpdu.vpf = static_cast<tp::Vpf>(number(Path::tp_vpf));
  tpdu.reference = number(Path::tp_mr);
  tpdu.protocol_id = number(Path::tp_pid);
  tpdu.data_coding = number(Path::tp_dcs);
  tpdu.failure_cause = number(Path::tp_fcs);
  std::vector<std::uint8_t> validity;
  if (const auto vp = fixed_text(step, Path::tp_vp); !vp.empty()) {
    validity = field_octets(vp).value_or(std::vector<std::uint8_t>{});
    tpdu.validity = validity;
  }
  std::vector<std::uint8_t> address;
  std::vector<std::uint8_t> ud;
  std::uint8_t party = kNoParty;
  tpdu.more_messages_to_send = fixed_number(step, Path::tp_mms) == 0;  // 1: no more of them
  tpdu.status = number(Path::tp_st);
  const std::vector<std::uint8_t> scts = fixed_time(step, Path::tp_scts);
  const std::vector<std::uint8_t> discharge = fixed_time(step, Path::tp_dt);
  tpdu.service_centre_time = scts;
  tpdu.discharge_time = discharge;
  const auto path = address_path(tpdu.type);
  if (path == Path::tp_oa && number(Path::tp_oa_ton) == kAlphanumericType) {
    address.resize(tp::kAddressValueSizeMax);
    if (!tp::make_alphanumeric(fixed_text(step, Path::tp_oa), address, tpdu.address)) {
      step_error(step, "tp.oa needs at most 11 characters of the GSM 7-bit alphabet");
      return false;
    }
  } else if (path) {
    if (!fill_address(step, request, *path, address, tpdu.address.digits, party)) return false;
    tpdu.address.ton_npi = bcd::kInternationalE164;
    tpdu.address.value = address;
  }
  if (tpdu.type == tp::Type::submit || tpdu.type == tp::Type::deliver) {
    if (!fill_header(step, request, ud) || !fill_text(step, request, tpdu, ud)) return false;
    tpdu.has_user_data_header = request.header_octets != 0 || flag(Path::tp_udhi);
    tpdu.has_user_data = true;
    tpdu.user_data = ud;
  }
  out.resize(tp::kTpduSizeMax);
  const auto size = tp::encode(tpdu, carrier_of(program_step(step)), out);
  if (!size.ok()) {
    step_error(step, fmt::format("its TPDU cannot be encoded: {}", tp::to_string(size.error())));
    return false;
  }
  out.resize(*size);
  text_party_ = party;
  patch_tpdu(step, request, 0, *size - ud.size());
  patch_times(step, request, tpdu);
  return true;
}

/// Octets of a time that is fixed; else room for one.
std::vector<std::uint8_t> ProgramBuilder::fixed_time(std::size_t step, Path path) const {
  const FieldRule* r = rule(step, path);
  if (r == nullptr) return {};
  if (r->source != Source::fixed) return std::vector<std::uint8_t>(tp::kTimestampSize);
  return field_octets(r->values[0]).value_or(std::vector<std::uint8_t>{});
}

/// TP-SCTS and TP-DT of what our service centre sends, where the row says `ours scts`.
void ProgramBuilder::patch_times(std::size_t step, SendRequest& request, const tp::Tpdu& tpdu) {
  const auto patch = [&](Path path, std::size_t offset) {
    const FieldRule* r = rule(step, path);
    if (r == nullptr || r->source == Source::fixed) return;
    patch_body(request, offset, tp::kTimestampSize, PatchKind::scts, 0,
               static_cast<std::uint8_t>(step));
  };
  const std::size_t address = tpdu.address.value.size();
  switch (tpdu.type) {
    case tp::Type::deliver: return patch(Path::tp_scts, 3 + address + 2);
    case tp::Type::status_report:
      patch(Path::tp_scts, 4 + address);
      return patch(Path::tp_dt, 4 + address + tp::kTimestampSize);
    case tp::Type::submit_report:
      return patch(Path::tp_scts, carrier_of(program_step(step)) == tp::Carrier::rp_ack ? 2 : 3);
    default: return;
  }
}

void ProgramBuilder::patch_tpdu(std::size_t step, SendRequest& request, std::size_t tpdu_at,
                                std::size_t ud_at) {
  const auto type = static_cast<tp::Type>(program_step(step).tp_type);
  const auto self = static_cast<std::uint8_t>(step);
  const FieldRule* mr = rule(step, Path::tp_mr);
  if (mr != nullptr && mr->source == Source::copied) {
    patch_body(request, tpdu_at + 1, 1, PatchKind::tp_mr_of, 0, named_step(step, *mr));
  } else if (type == tp::Type::submit && (mr == nullptr || mr->source != Source::fixed)) {
    request.takes_tp_mr = true;
    patch_body(request, tpdu_at + 1, 1, PatchKind::tp_mr, program_step(step).party, self);
  }
  if (text_party_ != kNoParty) {
    const std::size_t digits_at = type == tp::Type::deliver ? 3 : 4;
    patch_body(request, tpdu_at + digits_at, (config_.msisdn_digits + 1) / 2,
               PatchKind::semi_msisdn, text_party_, self);
  }
  const FieldRule* reference = rule(step, Path::tp_concat_reference);
  const bool concatenated = rule(step, Path::tp_concat_total) != nullptr;
  if (concatenated && (reference == nullptr || reference->source != Source::fixed)) {
    patch_body(request, tpdu_at + ud_at + 3, 1, PatchKind::concat_reference, 0, self);
  }
  if (request.has_token) {
    const TokenPlace place = token_place(request.alphabet, request.header_octets);
    patch_body(request, tpdu_at + ud_at + place.offset, place.size, PatchKind::token, text_party_,
               self);
  }
}

}  // namespace rung
