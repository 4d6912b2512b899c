#include <fmt/format.h>

#include "engine/ladder/program_builder.hpp"
#include "engine/ladder/program_parts.hpp"

// The head of a request of ours, in the order an IMS UE writes it (TS 24.229 annex A): start line,
// Via, Max-Forwards, Route, From, To, Call-ID, CSeq, what else the table lists.

namespace rung {
namespace {

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
    {Path::sip_feature_caps, "Feature-Caps", false},
    {Path::sip_supported, "Supported", false},
    {Path::sip_require, "Require", false},
    {Path::sip_expires, "Expires", false},
};

/// The P-CSCF of our UEs behind the core: nobody sends there.
constexpr std::string_view kProxyBehindCore = "pcscf1.visited1.net:5060";

}  // namespace

void ProgramBuilder::write_start(TemplateBuilder& builder, SendRequest& request, std::size_t step) {
  const ProgramStep& p = program_step(step);
  request.notifies = p.method == sip::Method::notify && topology_ == Topology::isc;
  const std::vector<Part> uri =
      request.notifies
          ? subscriber_parts(p.party, RegSubscriptions::Text::target)
          : uri_value(step, Path::sip_request_uri,
                      own_value(step, p.method == sip::Method::register_ ? Ours::registrar
                                                                         : Ours::sc_psi));
  if (uri.size() == 1 && uri[0].kind == PartKind::literal) request.request_uri = uri[0].text;
  builder.text(sip::method_name(p.method)).text(" ");
  write_parts(builder, request, uri);
  builder.text(" SIP/2.0\r\nVia: SIP/2.0/").text(config_.via_transport()).text(" ");
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
  } else if (route == nullptr && p.method != sip::Method::register_ && topology_ == Topology::gm) {
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

/// A row `absent` leaves a header out that a request has without a row too.
bool ProgramBuilder::left_out(std::size_t step, Path path) const {
  const FieldRule* r = rule(step, path);
  return r != nullptr && r->source == Source::absent;
}

/// A NOTIFY lies within the gateway's subscription: what the SUBSCRIBE named is repeated.
ProgramBuilder::Dialog ProgramBuilder::subscription_dialog(std::size_t step) {
  using Text = RegSubscriptions::Text;
  const std::uint8_t party = program_step(step).party;
  const auto self = static_cast<std::uint8_t>(step);
  return {.from = own_value(step, Ours::impu),
          .from_tag = {{.kind = PartKind::reg_tag, .party = party, .text = {}}},
          .to = subscriber_parts(party, Text::uri),
          .to_tag = subscriber_parts(party, Text::tag),
          .call_id = subscriber_parts(party, Text::call_id),
          .cseq = {{.kind = PartKind::reg_cseq, .party = party, .step = self, .text = {}},
                   literal(" NOTIFY")}};
}

ProgramBuilder::Dialog ProgramBuilder::own_dialog(std::size_t step) {
  const ProgramStep& p = program_step(step);
  const bool registers = p.method == sip::Method::register_;
  const auto self = static_cast<std::uint8_t>(step);
  const FieldRule* uri = rule(step, Path::sip_request_uri);
  std::vector<Part> to_default = registers ? own_value(step, Ours::impu)
                                 : uri != nullptr && uri->source != Source::any
                                     ? value_parts(step, *uri)
                                     : own_value(step, Ours::sc_psi);
  return {.from = uri_value(step, Path::sip_from, own_value(step, Ours::impu)),
          .from_tag = {{.kind = PartKind::from_tag,
                        .party = p.party,
                        .step = registers ? kNoStep : self,
                        .text = {}}},
          .to = uri_value(step, Path::sip_to, std::move(to_default)),
          .to_tag = {},
          .call_id = {{.kind = registers ? PartKind::register_call_id : PartKind::call_id,
                       .party = p.party,
                       .step = self,
                       .text = {}}},
          .cseq = {{.kind = PartKind::cseq,
                    .party = p.party,
                    .step = self,
                    .index = static_cast<std::uint8_t>(registers ? 6 : 1),
                    .text = {}},
                   literal(fmt::format(" {}", sip::method_name(p.method)))}};
}

void ProgramBuilder::write_dialog(TemplateBuilder& builder, SendRequest& request,
                                  std::size_t step) {
  Dialog d = request.notifies ? subscription_dialog(step) : own_dialog(step);
  if (const auto cseq = fixed_text(step, Path::sip_cseq); !cseq.empty()) {
    d.cseq = {literal(std::string(cseq))};
  }
  const auto line = [&](Path path, std::string_view front, const std::vector<Part>& value,
                        std::string_view behind, const std::vector<Part>& tag) {
    if (left_out(step, path)) return;
    builder.text(front);
    write_parts(builder, request, value);
    builder.text(behind);
    if (!tag.empty()) builder.text(";tag=");
    write_parts(builder, request, tag);
    builder.text("\r\n");
  };
  const bool tagged = !left_out(step, Path::sip_from_tag);
  line(Path::sip_from, "From: <", d.from, ">", tagged ? d.from_tag : std::vector<Part>{});
  line(Path::sip_to, "To: <", d.to, ">", d.to_tag);
  line(Path::sip_call_id, "Call-ID: ", d.call_id, "", {});
  line(Path::sip_cseq, "CSeq: ", d.cseq, "", {});
  remember(request, Path::sip_from, d.from);
  remember(request, Path::sip_from_tag, d.from_tag);
  remember(request, Path::sip_to, d.to);
  remember(request, Path::sip_call_id, d.call_id);
  remember(request, Path::sip_cseq, d.cseq);
  const FieldRule* whose = rule(step, Path::sip_from);
  request.for_peer = whose != nullptr && !whose->values.empty() && whose->values[0] == "peer_impu";
  request.ends_subscription =
      request.notifies && fixed_text(step, Path::sip_subscription_state).starts_with("term");
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
}  // namespace rung
