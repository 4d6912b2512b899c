#include <fmt/format.h>

#include "engine/ladder/program_builder.hpp"
#include "engine/ladder/program_parts.hpp"
#include "engine/ue/session_pool.hpp"

// Values of a request of ours: what `ours`, `fixed` and `copied` rows stand for, in parts.

namespace rung {
namespace {

/// A version in its quotes, padded, so that all documents are equally long.
constexpr std::size_t kVersionWidth = 8;

std::vector<Part> core_contact(std::uint8_t party) {
  return {literal("sip:+"), Part{.kind = PartKind::msisdn, .party = party, .text = {}},
          literal(fmt::format("@{}", kUeBehindCore))};
}

}  // namespace

std::uint8_t ProgramBuilder::other_party(std::size_t step) const {
  return ladder_.steps[step].party == 0 ? std::uint8_t{1} : std::uint8_t{0};
}

/// The public user identity of the party, a SIP URI.
std::vector<Part> ProgramBuilder::impu_parts(std::uint8_t party) const {
  const IdentityTemplate& user = config_.impu_user;
  const PartKind kind = user.by_msisdn ? PartKind::msisdn : PartKind::ue;
  return {literal("sip:" + user.front), Part{.kind = kind, .party = party, .text = {}},
          literal(user.back + "@" + config_.domain)};
}

/// The text an `ours` name stands for at this step; no parts where it is none.
std::vector<Part> ProgramBuilder::own_value(std::size_t step, Ours name) {
  const std::uint8_t party = ladder_.steps[step].party;
  const auto self = static_cast<std::uint8_t>(step);
  const auto number = [&](std::uint8_t whose) {
    return Part{.kind = PartKind::msisdn, .party = whose, .text = {}};
  };
  switch (name) {
    case Ours::impu: return impu_parts(party);
    case Ours::peer_impu: return impu_parts(other_party(step));
    case Ours::impi: return {number(party), literal("@" + config_.domain)};
    case Ours::contact:
    case Ours::smsip_contact:
      if (topology_ == Topology::isc) return core_contact(party);
      return {literal("sip:+"),
              number(party),
              literal("@"),
              {.kind = PartKind::address, .party = party, .text = {}},
              literal(std::string(config_.uri_transport()))};
    case Ours::registrar: return {literal("sip:" + config_.domain)};
    case Ours::gw_uri: return {literal(config_.gw_uri)};
    case Ours::sc_psi: return {literal(config_.sc_psi)};
    case Ours::unknown_psi: return {literal("sip:no-such-service-centre@" + config_.domain)};
    case Ours::sc_address: return {literal(config_.sc_address)};
    case Ours::gw_number: return {literal(config_.network.gateway)};
    case Ours::hss_number: return {literal(config_.network.hss)};
    case Ours::msc_number: return {literal(config_.network.msc)};
    case Ours::sgsn_number: return {literal(config_.network.sgsn)};
    case Ours::imsi: return {{.kind = PartKind::imsi, .party = party, .text = {}}};
    case Ours::home_plmn: return {literal(config_.network.home_plmn)};
    case Ours::msisdn: return {number(party)};
    case Ours::peer_msisdn: return {number(other_party(step))};
    case Ours::foreign_msisdn:
      return {literal(fmt::format("{:0{}}", config_.foreign_msisdn, config_.msisdn_digits))};
    case Ours::foreign_impu:
      return {literal(fmt::format("sip:+{:0{}}@{}", config_.foreign_msisdn, config_.msisdn_digits,
                                  config_.domain))};
    case Ours::call_id:
      return {{.kind = PartKind::call_id, .party = party, .step = self, .text = {}}};
    case Ours::from_tag:
      return {{.kind = PartKind::from_tag, .party = party, .step = self, .text = {}}};
    case Ours::expires: return {literal(fmt::format("{}", config_.expires_s))};
    case Ours::zero_expires: return {literal("0")};
    case Ours::access_network_info: return {literal(config_.access_network_info)};
    case Ours::tel: return {literal("tel:+"), number(party)};
    case Ours::peer_tel: return {literal("tel:+"), number(other_party(step))};
    default: return core_value(step, name);
  }
}

/// What our S-CSCF says (TS 24.229 5.4); no parts where it is none of that.
std::vector<Part> ProgramBuilder::core_value(std::size_t step, Ours name) const {
  const std::uint8_t party = ladder_.steps[step].party;
  const auto self = static_cast<std::uint8_t>(step);
  const auto of_step = [&](PartKind kind) {
    return Part{.kind = kind, .party = party, .step = self, .text = {}};
  };
  const bool registers = ladder_.steps[step].method == sip::Method::register_;
  const Part key = of_step(registers ? PartKind::register_call_id : PartKind::call_id);
  const Part number{.kind = PartKind::msisdn, .party = party, .text = {}};
  switch (name) {
    case Ours::cscf_uri: return {literal(config_.cscf_uri)};
    case Ours::charging_functions: return {literal(config_.charging_functions)};
    case Ours::visited_network: return {literal(config_.visited_network)};
    case Ours::charging_vector:
      return {literal("icid-value=\""), key, literal("\";orig-ioi=" + config_.domain)};
    case Ours::asserted_identities: {
      std::vector<Part> both = impu_parts(party);
      both.push_back(literal(">, <tel:+"));
      both.push_back(number);
      return both;
    }
    case Ours::gw_route: {
      // TS 24.341 B.5: the Call-ID as user part of our own URI names the original dialog.
      const std::string_view uri = config_.cscf_uri;
      const std::size_t host = uri.find('@') == uri.npos ? uri.find(':') : uri.find('@');
      return {literal(config_.gw_uri + ";lr>, <sip:"), key,
              literal("@" + std::string(uri.substr(host + 1)))};
    }
    case Ours::subscription_active: return {of_step(PartKind::reg_state)};
    case Ours::reg_version: return {of_step(PartKind::reg_version)};
    default: return {};
  }
}

/// Which saved text of a step of theirs `path` is; registers it on first use.
std::uint8_t ProgramBuilder::save(std::size_t step, Path path) {
  std::vector<Path>& saves = program_step(step).saves;
  for (std::size_t i = 0; i < saves.size(); ++i) {
    if (saves[i] == path) return static_cast<std::uint8_t>(i);
  }
  if (saves.size() == ForeignEntry::kTexts) {
    step_error(step, fmt::format("more than {} of its fields are copied", ForeignEntry::kTexts));
    return 0;
  }
  saves.push_back(path);
  return static_cast<std::uint8_t>(saves.size() - 1);
}

std::vector<Part> ProgramBuilder::value_parts(std::size_t step, const FieldRule& r) {
  if (r.source == Source::fixed && !r.values.empty()) return {literal(r.values[0])};
  if (r.source == Source::ours && !r.values.empty()) {
    const auto name = ours_by_name(r.values[0]);
    return name ? own_value(step, *name) : std::vector<Part>{};
  }
  if (r.source != Source::copied) return {};
  const std::uint8_t from = named_step(step, r);
  if (from == kNoStep) {
    step_error(step, fmt::format("{} copies from a step that is not there", to_string(r.path)));
    return {};
  }
  const StepKind kind = program_step(from).kind;
  if (kind == StepKind::receive_request || kind == StepKind::receive_map) {
    return {{.kind = PartKind::foreign, .step = from, .index = save(from, r.from), .text = {}}};
  }
  const bool sent = kind == StepKind::send_request || kind == StepKind::send_map;
  if (sent && program_step(from).copy_of == kNoStep) {
    for (const OwnField& field : program_.requests_[program_step(from).send].fields) {
      if (field.path != r.from) continue;
      const auto parts = program_.parts(field.parts);
      return {parts.begin(), parts.end()};
    }
  }
  step_error(step, fmt::format("{} cannot be copied from {}.{}", to_string(r.path), r.step,
                               to_string(r.from)));
  return {};
}

std::vector<Part> ProgramBuilder::uri_value(std::size_t step, Path path,
                                            std::vector<Part> fallback) {
  const FieldRule* r = rule(step, path);
  if (r == nullptr || r->source == Source::any) return fallback;
  return value_parts(step, *r);
}

PartRange ProgramBuilder::add_parts(std::vector<Part> parts) {
  const PartRange range{static_cast<std::uint32_t>(program_.parts_.size()),
                        static_cast<std::uint16_t>(parts.size())};
  append(program_.parts_, std::move(parts));
  return range;
}

void ProgramBuilder::remember(SendRequest& request, Path path, std::vector<Part> parts) {
  if (!parts.empty()) request.fields.push_back({path, add_parts(std::move(parts))});
}

void ProgramBuilder::write_parts(TemplateBuilder& builder, SendRequest& request,
                                 const std::vector<Part>& parts) {
  for (const Part& part : parts) {
    const auto patch = [&](std::size_t width, PatchKind kind) {
      request.patches.push_back({builder.slot(width), kind, part.party, part.step});
    };
    switch (part.kind) {
      case PartKind::literal: builder.text(part.text); break;
      case PartKind::msisdn: patch(config_.msisdn_digits, PatchKind::msisdn); break;
      case PartKind::imsi: break;  // of MAP alone
      case PartKind::ue: patch(kUeDigits, PatchKind::ue); break;
      case PartKind::call_id:
      case PartKind::branch:
        builder.text(fmt::format("{:04x}{:02x}", config_.run_id, config_.worker));
        patch(16, part.kind == PartKind::branch ? PatchKind::branch : PatchKind::call_id);
        break;
      case PartKind::register_call_id:
        builder.text(fmt::format("{:04x}{:02x}", config_.run_id, config_.worker));
        patch(16, PatchKind::register_call_id);
        break;
      case PartKind::from_tag: patch(8, PatchKind::from_tag); break;
      case PartKind::attempt: patch(1, PatchKind::attempt); break;
      case PartKind::cseq: patch(part.index, PatchKind::cseq); break;
      case PartKind::address:
        if (config_.addresses.shared) {
          builder.text(to_string(config_.addresses.base));
          break;
        }
        builder.gap();
        request.gaps.push_back({Gap::Kind::address, part.party, 0, 0, {}});
        break;
      case PartKind::foreign:
        builder.gap();
        request.gaps.push_back({Gap::Kind::foreign, 0, part.step, part.index, {}});
        break;
      case PartKind::reg_tag: patch(8, PatchKind::reg_tag); break;
      case PartKind::reg_version: patch(kVersionWidth, PatchKind::reg_version); break;
      case PartKind::subscriber:
      case PartKind::reg_cseq:
      case PartKind::reg_state:
        builder.gap();
        request.gaps.push_back(
            {Gap::Kind::composed, part.party, part.step, part.index, add_parts({part})});
        break;
    }
  }
}

/// Octets of a part that is always as long; 0: its length varies.
std::size_t ProgramBuilder::fixed_width(const Part& part) const {
  switch (part.kind) {
    case PartKind::literal: return part.text.size();
    case PartKind::msisdn: return config_.msisdn_digits;
    case PartKind::ue: return kUeDigits;
    case PartKind::call_id:
    case PartKind::register_call_id: return 22;  // run and worker, key
    case PartKind::reg_version: return kVersionWidth;
    default: return 0;
  }
}
}  // namespace rung
