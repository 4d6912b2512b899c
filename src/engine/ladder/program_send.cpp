#include <fmt/format.h>

#include "engine/ladder/program_builder.hpp"
#include "engine/ladder/program_parts.hpp"
#include "engine/wire/short_message_info.hpp"

// What our side sends: requests from head to body, copies and forks of them, answers.

namespace rung {
namespace {

constexpr std::string_view kSmsType = "application/vnd.3gpp.sms";

}  // namespace

/// The text of the `body` block that a row names, and its octets, the same in every message.
std::vector<Part> ProgramBuilder::text_parts(std::size_t step, const FieldRule& row,
                                             std::size_t& size) {
  const BodyText* body = book_.body(row.values[0]);
  std::vector<Part> parts;
  size = 0;
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
  return parts;
}

/// A body that is text alone.
bool ProgramBuilder::write_text_body(TemplateBuilder& builder, SendRequest& request,
                                     std::size_t step) {
  const FieldRule* row = rule(step, Path::sip_body);
  if (row == nullptr || row->source != Source::template_) return false;
  std::size_t size = 0;
  const std::vector<Part> parts = text_parts(step, *row, size);
  const std::string_view type = fixed_text(step, Path::sip_content_type);
  if (type.empty()) step_error(step, "a body of text needs sip.content_type");
  builder.text("Content-Type: ").text(type);
  builder.text(fmt::format("\r\nContent-Length: {}\r\n\r\n", size));
  write_parts(builder, request, parts);
  return true;
}

/// The RPDU and what differs of it.
void ProgramBuilder::write_rpdu(TemplateBuilder& builder, SendRequest& request) {
  builder.octets(request.body);
  for (const Patch& patch : request.body_patches) {
    Patch whole = patch;
    whole.slot = builder.slot_at(request.body.size() - patch.slot.offset, patch.slot.width);
    request.patches.push_back(whole);
  }
}

/// TS 24.341 B.7: the RPDU, and what goes with a short message without MSISDN as a part beside it.
bool ProgramBuilder::write_parted_body(TemplateBuilder& builder, SendRequest& request,
                                       std::size_t step) {
  const FieldRule* row = rule(step, Path::info_document);
  if (row == nullptr || row->source != Source::template_) return false;
  if (!encode_body(step, request)) return true;
  std::size_t size = 0;
  const std::vector<Part> parts = text_parts(step, *row, size);
  const std::string front = fmt::format("--rung\r\nContent-Type: {}\r\n\r\n", kSmsType);
  const std::string between =
      fmt::format("\r\n--rung\r\nContent-Type: {}\r\n\r\n", kShortMessageInfoType);
  constexpr std::string_view kEnd = "--rung--\r\n";
  builder.text(
      fmt::format("Content-Type: multipart/mixed;boundary=rung\r\nContent-Length: {}\r\n\r\n{}",
                  front.size() + request.body.size() + between.size() + size + kEnd.size(), front));
  write_rpdu(builder, request);
  builder.text(between);
  write_parts(builder, request, parts);
  builder.text(kEnd);
  return true;
}

void ProgramBuilder::write_body(TemplateBuilder& builder, SendRequest& request, std::size_t step) {
  if (write_text_body(builder, request, step)) return;
  if (write_parted_body(builder, request, step)) return;
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
  write_rpdu(builder, request);
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
  const auto forked = [&](PartRange range) {
    const auto old = program_.parts(range);
    std::vector<Part> parts(old.begin(), old.end());
    for (Part& part : parts) {
      const bool branch = part.kind == PartKind::branch || part.kind == PartKind::attempt;
      if (branch && part.step == original) part.step = self;
    }
    return add_parts(std::move(parts));
  };
  for (OwnField& field : request.fields) field.parts = forked(field.parts);
  request.further_vias = forked(request.further_vias);
  request.takes_rp_mr = request.takes_tp_mr = request.has_token = false;
  p.send = static_cast<std::uint32_t>(program_.requests_.size());
  program_.requests_.push_back(std::move(request));
}

void ProgramBuilder::compile_response(std::size_t step) {
  SendResponse response;
  response.status = static_cast<std::uint16_t>(fixed_number(step, Path::sip_status).value_or(0));
  // RFC 4320 4.1: no other provisional answer to a request that is no INVITE.
  if (response.status < 200 && response.status != 100)
    step_error(step, "an answer of ours needs `sip.status fixed` 100 or 200 to 699");
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
