#include <fmt/format.h>

#include "engine/ladder/program_builder.hpp"
#include "engine/party/reg_subscriptions.hpp"
#include "engine/ue/session_pool.hpp"

// A request of ours, in the order an IMS UE writes it (TS 24.229 annex A): start line, Via,
// Max-Forwards, Route, From, To, Call-ID, CSeq, what else the table lists, body.

namespace rung {
namespace {

constexpr std::string_view kSmsType = "application/vnd.3gpp.sms";

Part literal(std::string text) { return {.kind = PartKind::literal, .text = std::move(text)}; }

void append(std::vector<Part>& to, std::vector<Part> more) {
  for (Part& part : more) to.push_back(std::move(part));
}

/// Paths that are a whole header of their own, with its name.
struct PlainHeader {
  Path path;
  std::string_view name;
  bool address;
};
constexpr PlainHeader kPlainHeaders[] = {
    {Path::sip_path, "Path", true},
    {Path::sip_p_preferred_identity, "P-Preferred-Identity", true},
    {Path::sip_p_asserted_identity, "P-Asserted-Identity", true},
    {Path::sip_p_called_party_id, "P-Called-Party-ID", true},
    {Path::sip_p_access_network_info, "P-Access-Network-Info", false},
    {Path::sip_p_visited_network_id, "P-Visited-Network-ID", false},
    {Path::sip_p_charging_vector, "P-Charging-Vector", false},
    {Path::sip_p_charging_function_addresses, "P-Charging-Function-Addresses", false},
    {Path::sip_event, "Event", false},
    {Path::sip_subscription_state, "Subscription-State", false},
    {Path::sip_in_reply_to, "In-Reply-To", false},
    {Path::sip_accept_contact, "Accept-Contact", false},
    {Path::sip_request_disposition, "Request-Disposition", false},
    {Path::sip_accept, "Accept", false},
    {Path::sip_supported, "Supported", false},
    {Path::sip_require, "Require", false},
    {Path::sip_expires, "Expires", false},
};

/// Where our UEs are behind the core, and their P-CSCF: nobody sends there, so one address does.
constexpr std::string_view kUeBehindCore = "[2001:db8::1]:5060";
constexpr std::string_view kProxyBehindCore = "pcscf1.visited1.net:5060";
/// A version in its quotes, padded, so that all documents are equally long.
constexpr std::size_t kVersionWidth = 8;
/// Texts of RegSubscriptions that a part names by index.
constexpr auto kTarget = static_cast<std::uint8_t>(RegSubscriptions::Text::target);
constexpr auto kSubscriber = static_cast<std::uint8_t>(RegSubscriptions::Text::uri);
constexpr auto kSubscriberTag = static_cast<std::uint8_t>(RegSubscriptions::Text::tag);
constexpr auto kSubscriptionId = static_cast<std::uint8_t>(RegSubscriptions::Text::call_id);

std::vector<Part> core_contact(std::uint8_t party) {
  return {literal("sip:+"), Part{.kind = PartKind::msisdn, .party = party, .text = {}},
          literal(fmt::format("@{}", kUeBehindCore))};
}

std::vector<Part> subscriber_parts(std::uint8_t party, std::uint8_t text) {
  return {{.kind = PartKind::subscriber, .party = party, .index = text, .text = {}}};
}

bool absent(const FieldRule* rule) { return rule == nullptr || rule->source == Source::absent; }

}  // namespace

std::uint8_t ProgramBuilder::other_party(std::size_t step) const {
  return ladder_.steps[step].party == 0 ? std::uint8_t{1} : std::uint8_t{0};
}

/// The text an `ours` name stands for at this step; no parts where it is none.
std::vector<Part> ProgramBuilder::own_value(std::size_t step, Ours name) {
  const std::uint8_t party = ladder_.steps[step].party;
  const auto self = static_cast<std::uint8_t>(step);
  const auto number = [&](std::uint8_t whose) {
    return Part{.kind = PartKind::msisdn, .party = whose, .text = {}};
  };
  const auto impu = [&](std::uint8_t whose) -> std::vector<Part> {
    return {literal("sip:+"), number(whose), literal("@" + config_.domain)};
  };
  switch (name) {
    case Ours::impu: return impu(party);
    case Ours::peer_impu: return impu(other_party(step));
    case Ours::impi: return {number(party), literal("@" + config_.domain)};
    case Ours::contact:
    case Ours::smsip_contact:
      if (topology_ == Topology::isc) return core_contact(party);
      return {literal("sip:+"),
              number(party),
              literal("@"),
              {.kind = PartKind::address, .party = party, .text = {}}};
    case Ours::registrar: return {literal("sip:" + config_.domain)};
    case Ours::gw_uri: return {literal(config_.gw_uri)};
    case Ours::sc_psi: return {literal(config_.sc_psi)};
    case Ours::unknown_psi: return {literal("sip:no-such-service-centre@" + config_.domain)};
    case Ours::sc_address: return {literal(config_.sc_address)};
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
    case Ours::asserted_identities:
      return {literal("sip:+"), number, literal("@" + config_.domain + ">, <tel:+"), number};
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
  if (kind == StepKind::receive_request) {
    return {{.kind = PartKind::foreign, .step = from, .index = save(from, r.from), .text = {}}};
  }
  if (kind == StepKind::send_request && program_step(from).copy_of == kNoStep) {
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

void ProgramBuilder::write_start(TemplateBuilder& builder, SendRequest& request, std::size_t step) {
  const ProgramStep& p = program_step(step);
  request.notifies = p.method == sip::Method::notify && topology_ == Topology::isc;
  const std::vector<Part> uri =
      request.notifies
          ? subscriber_parts(p.party, kTarget)
          : uri_value(step, Path::sip_request_uri,
                      own_value(step, p.method == sip::Method::register_ ? Ours::registrar
                                                                         : Ours::sc_psi));
  if (uri.size() == 1 && uri[0].kind == PartKind::literal) request.request_uri = uri[0].text;
  builder.text(sip::method_name(p.method)).text(" ");
  write_parts(builder, request, uri);
  builder.text(" SIP/2.0\r\nVia: SIP/2.0/UDP ");
  const auto self = static_cast<std::uint8_t>(step);
  std::vector<Part> branch = {literal("z9hG4bK"),
                              {.kind = PartKind::branch, .step = self, .text = {}},
                              {.kind = PartKind::attempt, .step = self, .text = {}}};
  std::vector<Part> via = {{.kind = PartKind::address, .party = p.party, .text = {}},
                           literal(";branch=")};
  append(via, branch);
  write_parts(builder, request, via);
  builder.text(";rport\r\n");
  write_vias(builder, request, step);
  if (!left_out(step, Path::sip_max_forwards)) {
    const std::string_view hops = fixed_text(step, Path::sip_max_forwards);
    builder.text("Max-Forwards: ").text(hops.empty() ? "70" : hops).text("\r\n");
  }
  if (const FieldRule* route = rule(step, Path::sip_route); !absent(route)) {
    builder.text("Route: <");
    write_parts(builder, request, value_parts(step, *route));
    builder.text(";lr>\r\n");
  } else if (route == nullptr && p.method != sip::Method::register_ &&
             topology_ == Topology::gm) {
    builder.gap();  // empty, or the whole line that the UE's registration brought
    request.gaps.push_back({Gap::Kind::route, p.party, 0, 0, {}});
  }
  remember(request, Path::sip_request_uri, uri);
  remember(request, Path::sip_via, via);
  remember(request, Path::sip_via_branch, branch);
}

/// On isc a MESSAGE came to our S-CSCF by way of the UE and its P-CSCF.
void ProgramBuilder::write_vias(TemplateBuilder& builder, SendRequest& request, std::size_t step) {
  if (topology_ != Topology::isc || program_step(step).method != sip::Method::message) return;
  const auto self = static_cast<std::uint8_t>(step);
  const auto via = [&](std::string_view sent_by, std::string_view hop) -> std::vector<Part> {
    return {literal(fmt::format("SIP/2.0/UDP {};branch=z9hG4bK", sent_by)),
            {.kind = PartKind::branch, .step = self, .text = {}},
            literal(std::string(hop))};
  };
  std::vector<Part> proxy = via(kProxyBehindCore, "p");
  std::vector<Part> ue = via(kUeBehindCore, "u");
  for (const std::vector<Part>* parts : {&proxy, &ue}) {
    builder.text("Via: ");
    write_parts(builder, request, *parts);
    builder.text("\r\n");
  }
  proxy.push_back(literal(", "));
  append(proxy, std::move(ue));
  request.further_vias = add_parts(std::move(proxy));
}

/// A NOTIFY lies within the gateway's subscription: what the SUBSCRIBE named is repeated.
void ProgramBuilder::write_subscription(TemplateBuilder& builder, SendRequest& request,
                                        std::size_t step) {
  const std::uint8_t party = program_step(step).party;
  const auto self = static_cast<std::uint8_t>(step);
  const std::vector<Part> from = own_value(step, Ours::impu);
  const std::vector<Part> tag = {{.kind = PartKind::reg_tag, .party = party, .text = {}}};
  const std::vector<Part> to = subscriber_parts(party, kSubscriber);
  const std::vector<Part> call_id = subscriber_parts(party, kSubscriptionId);
  const std::vector<Part> cseq = {
      {.kind = PartKind::reg_cseq, .party = party, .step = self, .text = {}}, literal(" NOTIFY")};
  builder.text("From: <");
  write_parts(builder, request, from);
  builder.text(">;tag=");
  write_parts(builder, request, tag);
  builder.text("\r\nTo: <");
  write_parts(builder, request, to);
  builder.text(">;tag=");
  write_parts(builder, request, subscriber_parts(party, kSubscriberTag));
  builder.text("\r\nCall-ID: ");
  write_parts(builder, request, call_id);
  builder.text("\r\nCSeq: ");
  write_parts(builder, request, cseq);
  builder.text("\r\n");
  remember(request, Path::sip_from, from);
  remember(request, Path::sip_from_tag, tag);
  remember(request, Path::sip_to, to);
  remember(request, Path::sip_call_id, call_id);
  remember(request, Path::sip_cseq, cseq);
  request.ends_subscription = fixed_text(step, Path::sip_subscription_state).starts_with("term");
}

/// A row `absent` leaves a header out that a request has without a row too.
bool ProgramBuilder::left_out(std::size_t step, Path path) const {
  const FieldRule* r = rule(step, path);
  return r != nullptr && r->source == Source::absent;
}

void ProgramBuilder::write_line(TemplateBuilder& builder, SendRequest& request, std::size_t step,
                                Path path, std::string_view front, const std::vector<Part>& value,
                                std::string_view behind) {
  if (left_out(step, path)) return;
  builder.text(front);
  write_parts(builder, request, value);
  builder.text(behind).text("\r\n");
}

void ProgramBuilder::write_dialog(TemplateBuilder& builder, SendRequest& request,
                                  std::size_t step) {
  if (request.notifies) return write_subscription(builder, request, step);
  const ProgramStep& p = program_step(step);
  const bool registers = p.method == sip::Method::register_;
  const auto self = static_cast<std::uint8_t>(step);
  const std::vector<Part> from = uri_value(step, Path::sip_from, own_value(step, Ours::impu));
  const FieldRule* uri = rule(step, Path::sip_request_uri);
  std::vector<Part> to_default = registers ? own_value(step, Ours::impu)
                                 : uri != nullptr && uri->source != Source::any
                                     ? value_parts(step, *uri)
                                     : own_value(step, Ours::sc_psi);
  const std::vector<Part> to = uri_value(step, Path::sip_to, std::move(to_default));
  const FieldRule* whose = rule(step, Path::sip_from);
  request.for_peer = whose != nullptr && !whose->values.empty() && whose->values[0] == "peer_impu";
  const std::vector<Part> tag = {{.kind = PartKind::from_tag,
                                  .party = p.party,
                                  .step = registers ? kNoStep : self,
                                  .text = {}}};
  const std::vector<Part> call_id = {
      {.kind = registers ? PartKind::register_call_id : PartKind::call_id,
       .party = p.party,
       .step = self,
       .text = {}}};
  const std::vector<Part> cseq = {{.kind = PartKind::cseq,
                                   .party = p.party,
                                   .step = self,
                                   .index = static_cast<std::uint8_t>(registers ? 6 : 1),
                                   .text = {}},
                                  literal(fmt::format(" {}", sip::method_name(p.method)))};
  if (!left_out(step, Path::sip_from)) {
    builder.text("From: <");
    write_parts(builder, request, from);
    builder.text(left_out(step, Path::sip_from_tag) ? ">" : ">;tag=");
    if (!left_out(step, Path::sip_from_tag)) write_parts(builder, request, tag);
    builder.text("\r\n");
  }
  write_line(builder, request, step, Path::sip_to, "To: <", to, ">");
  write_line(builder, request, step, Path::sip_call_id, "Call-ID: ", call_id, "");
  write_line(builder, request, step, Path::sip_cseq, "CSeq: ", cseq, "");
  remember(request, Path::sip_from, from);
  remember(request, Path::sip_from_tag, tag);
  remember(request, Path::sip_to, to);
  remember(request, Path::sip_call_id, call_id);
  remember(request, Path::sip_cseq, cseq);
}

void ProgramBuilder::write_contact(TemplateBuilder& builder, SendRequest& request,
                                   std::size_t step) {
  const FieldRule* contact = rule(step, Path::sip_contact);
  const FieldRule* expires = rule(step, Path::sip_contact_expires);
  const FieldRule* smsip = rule(step, Path::sip_contact_smsip);
  const FieldRule* header = rule(step, Path::sip_expires);
  request.keeps_expires = header != nullptr && header->source == Source::fixed;
  for (const FieldRule* r : {expires, header}) {
    if (r == nullptr || r->values.empty()) continue;
    if (r->values[0] == "0" || r->values[0] == "zero_expires") request.zero_expires = true;
  }
  if (absent(contact)) return;
  const std::vector<Part> value =
      uri_value(step, Path::sip_contact, own_value(step, Ours::contact));
  const bool tag = (!contact->values.empty() && contact->values[0] == "smsip_contact") ||
                   (smsip != nullptr && !smsip->values.empty() &&
                    field_number(Path::sip_contact_smsip, smsip->values[0]).value_or(0) == 1);
  builder.text("Contact: <");
  write_parts(builder, request, value);
  builder.text(tag ? ">;+g.3gpp.smsip" : ">");
  builder.text(fixed_text(step, Path::sip_contact_parameters));
  if (!absent(expires)) {
    builder.text(";expires=");
    write_parts(builder, request, value_parts(step, *expires));
  }
  builder.text("\r\n");
  remember(request, Path::sip_contact, value);
}

void ProgramBuilder::write_others(TemplateBuilder& builder, SendRequest& request,
                                  std::size_t step) {
  for (const PlainHeader& header : kPlainHeaders) {
    const FieldRule* r = rule(step, header.path);
    if (absent(r)) continue;
    std::vector<Part> value = value_parts(step, *r);
    if (value.empty()) {
      step_error(step, fmt::format("{} has no value to send", to_string(header.path)));
      continue;
    }
    builder.text(header.name).text(header.address ? ": <" : ": ");
    write_parts(builder, request, value);
    builder.text(header.address ? ">\r\n" : "\r\n");
    remember(request, header.path, std::move(value));
  }
  if (const std::string_view line = fixed_text(step, Path::sip_header); !line.empty()) {
    builder.text(line).text("\r\n");
  }
  builder.gap();  // empty, or the whole line with credentials
  request.gaps.push_back({Gap::Kind::credentials, program_step(step).party, 0, 0, {}});
}

/// Octets of a part that is always as long; 0: its length varies.
std::size_t ProgramBuilder::fixed_width(const Part& part) const {
  switch (part.kind) {
    case PartKind::literal: return part.text.size();
    case PartKind::msisdn: return config_.msisdn_digits;
    case PartKind::call_id:
    case PartKind::register_call_id: return 22;  // run and worker, key
    case PartKind::reg_version: return kVersionWidth;
    default: return 0;
  }
}

/// The text of a `body` block, whose Content-Length is the same in every message.
bool ProgramBuilder::write_text_body(TemplateBuilder& builder, SendRequest& request,
                                     std::size_t step) {
  const FieldRule* row = rule(step, Path::sip_body);
  if (row == nullptr || row->source != Source::template_) return false;
  const BodyText* body = book_.body(row->values[0]);
  std::vector<Part> parts;
  std::size_t size = 0;
  each_piece(body->text, [&](std::string_view piece, bool is_name) {
    const auto name = is_name ? ours_by_name(piece) : std::nullopt;
    std::vector<Part> value =
        name ? own_value(step, *name) : std::vector<Part>{literal(std::string(piece))};
    bool fixed = !value.empty();
    for (const Part& part : value) {
      size += fixed_width(part);
      fixed &= fixed_width(part) != 0;
    }
    if (!fixed) step_error(step, fmt::format("{{{}}} has no place in a body", piece));
    append(parts, std::move(value));
  });
  const std::string_view type = fixed_text(step, Path::sip_content_type);
  if (type.empty()) step_error(step, "a body of text needs sip.content_type");
  builder.text("Content-Type: ").text(type);
  builder.text(fmt::format("\r\nContent-Length: {}\r\n\r\n", size));
  write_parts(builder, request, parts);
  return true;
}

void ProgramBuilder::write_body(TemplateBuilder& builder, SendRequest& request, std::size_t step) {
  if (write_text_body(builder, request, step)) return;
  if (!encode_body(step, request)) return;
  const bool typed = !request.body.empty() || left_out(step, Path::sip_body);
  if (typed && !left_out(step, Path::sip_content_type)) {
    const std::string_view type = fixed_text(step, Path::sip_content_type);
    builder.text("Content-Type: ").text(type.empty() ? kSmsType : type).text("\r\n");
    const std::string_view coding = fixed_text(step, Path::sip_content_transfer_encoding);
    if (!coding.empty()) builder.text("Content-Transfer-Encoding: ").text(coding).text("\r\n");
  }
  const auto length = fixed_number(step, Path::sip_content_length).value_or(request.body.size());
  builder.text(fmt::format("Content-Length: {}\r\n\r\n", length));
  builder.octets(request.body);
  for (const Patch& patch : request.body_patches) {
    Patch whole = patch;
    whole.slot = builder.slot_at(request.body.size() - patch.slot.offset, patch.slot.width);
    request.patches.push_back(whole);
  }
}

void ProgramBuilder::compile_request(std::size_t step) {
  ProgramStep& p = program_step(step);
  if (p.copy_of != kNoStep) {
    p.send = program_step(p.copy_of).send;
    if (program_step(p.copy_of).kind != StepKind::send_request || p.copy_of >= step) {
      step_error(step, "a copy needs an earlier request of ours");
    }
    return;
  }
  if (p.fork_of != kNoStep) return compile_fork(step);
  SendRequest request;
  TemplateBuilder builder;
  write_start(builder, request, step);
  write_dialog(builder, request, step);
  write_contact(builder, request, step);
  write_others(builder, request, step);
  write_body(builder, request, step);
  request.text = std::move(builder).build();
  for (const ProgramStep& answer : ladder_.steps) {
    if (answer.kind != StepKind::receive_response || answer.answers != step) continue;
    for (const std::uint16_t status : answer.statuses)
      request.unauthorized |= status == 401 || status == 407;
  }
  p.send = static_cast<std::uint32_t>(program_.requests_.size());
  program_.requests_.push_back(std::move(request));
}

/// RFC 3261 16.6: what a forking proxy leaves as it was is all but the branch.
void ProgramBuilder::compile_fork(std::size_t step) {
  ProgramStep& p = program_step(step);
  const std::uint8_t original = p.fork_of;
  if (program_step(original).kind != StepKind::send_request || original >= step ||
      program_step(original).copy_of != kNoStep) {
    return step_error(step, "a fork needs an earlier request of ours");
  }
  SendRequest request = program_.requests_[program_step(original).send];
  const auto self = static_cast<std::uint8_t>(step);
  const auto is_branch = [&](PatchKind kind) {
    return kind == PatchKind::branch || kind == PatchKind::attempt;
  };
  for (Patch& patch : request.patches) {
    if (is_branch(patch.kind) && patch.step == original) patch.step = self;
  }
  for (OwnField& field : request.fields) {
    const auto old = program_.parts(field.parts);
    std::vector<Part> parts(old.begin(), old.end());
    for (Part& part : parts) {
      const bool branch = part.kind == PartKind::branch || part.kind == PartKind::attempt;
      if (branch && part.step == original) part.step = self;
    }
    field.parts = add_parts(std::move(parts));
  }
  request.takes_rp_mr = request.takes_tp_mr = request.has_token = false;
  p.send = static_cast<std::uint32_t>(program_.requests_.size());
  program_.requests_.push_back(std::move(request));
}

void ProgramBuilder::compile_response(std::size_t step) {
  SendResponse response;
  response.status = static_cast<std::uint16_t>(fixed_number(step, Path::sip_status).value_or(0));
  if (response.status < 200)
    step_error(step, "an answer of ours needs `sip.status fixed` 200 to 699");
  constexpr std::pair<Path, std::string_view> kHeaders[] = {
      {Path::sip_p_access_network_info, "P-Access-Network-Info"},
      {Path::sip_accept, "Accept"},
      {Path::sip_supported, "Supported"},
      {Path::sip_contact, "Contact"},
      {Path::sip_expires, "Expires"},
      {Path::sip_retry_after, "Retry-After"}};
  for (const auto& [path, name] : kHeaders) {
    const FieldRule* r = rule(step, path);
    if (absent(r)) continue;
    if (path == Path::sip_expires && program_step(step).method == sip::Method::subscribe) {
      response.grants_expires = true;
      if (const auto limit = fixed_number(step, path))
        response.expires_max_s = static_cast<std::uint32_t>(*limit);
      continue;
    }
    const std::vector<Part> value = value_parts(step, *r);
    if (value.size() != 1 || value[0].kind != PartKind::literal) {
      step_error(step, fmt::format("{} of an answer must be known at start", to_string(path)));
      continue;
    }
    const bool address = path == Path::sip_contact;
    response.extra_headers +=
        fmt::format("{}: {}{}{}\r\n", name, address ? "<" : "", value[0].text, address ? ">" : "");
  }
  program_step(step).send = static_cast<std::uint32_t>(program_.responses_.size());
  program_.responses_.push_back(std::move(response));
}

}  // namespace rung
