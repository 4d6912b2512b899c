#include "checks/message_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "checks/tpdu_rows.hpp"
#include "engine/base/hex.hpp"
#include "engine/ladder/field.hpp"
#include "engine/wire/bcd.hpp"

namespace rung {
namespace {

constexpr std::string_view kMediaType = "application/vnd.3gpp.sms";

/// "sip.call_id" for any spelling of Call-ID that the parser knows.
std::string header_path(const sip::HeaderField& field, std::string_view spelling) {
  const std::string_view known = sip::header_name(field.header);
  std::string path = "sip.";
  for (const char c : known.empty() ? spelling : known) {
    const auto lower = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    path += lower == '-' ? '_' : lower;
  }
  return path;
}

MessageLayer sip_layer(const sip::View& view) {
  MessageLayer layer{"SIP", {}};
  auto& rows = layer.rows;
  if (view.is_request()) {
    rows.push_back({"Method", "", std::string(view.method_text()), {"sip.method"}});
    rows.push_back({"Request-URI", "", std::string(view.request_uri()), {"sip.request_uri"}});
  } else {
    rows.push_back(
        {"Status", "", fmt::format("{} {}", view.status(), view.reason()), {"sip.status"}});
  }
  for (const sip::HeaderField& field : view.fields()) {
    const std::string name(view.name(field));
    rows.push_back({name, "", std::string(view.value(field)), {header_path(field, name)}});
  }
  return layer;
}

bool is_text(Octets octets) {
  return std::ranges::all_of(octets, [](std::uint8_t octet) {
    return octet >= 0x20 || octet == '\n' || octet == '\r' || octet == '\t';
  });
}

/// A body that is no RPDU: as text where it is one.
MessageLayer body_layer(const sip::View& view) {
  const Octets body = view.body();
  std::string value = is_text(body) ? std::string(as_text(body)) : hex_dump(body);
  return {"Body", {{fmt::format("{} octets", body.size()), "", std::move(value), {"sip.body"}}}};
}

bool carries_rpdu(const sip::View& view) {
  std::string_view type = view.header(sip::Header::content_type);
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return std::ranges::equal(type, kMediaType, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::string octet_text(std::uint8_t octet) { return fmt::format("{:02x}", octet); }

std::string digits_of(Octets address) {
  char digits[bcd::kDigitsMax];
  return {digits, bcd::decode_address(address, digits)};
}

MessageRow address_row(std::string_view name, Octets address, std::string_view path) {
  std::string octets = octet_text(static_cast<std::uint8_t>(address.size()));
  if (address.empty()) return {std::string(name), octets, "absent", {std::string(path)}};
  octets += " " + to_hex(address);
  return {std::string(name),
          octets,
          fmt::format("{} (TON/NPI {:02x})", digits_of(address), address[0]),
          {std::string(path)}};
}

MessageLayer rp_layer(const Received& in) {
  const rp::Message& m = in.rp;
  MessageLayer layer{std::string(rp::to_string(m.type())), {}};
  auto& rows = layer.rows;
  rows.push_back({"RPDU", to_hex(in.body), fmt::format("{} octets", in.body.size()), {"rp.rpdu"}});
  if (in.body.size() < 2) {
    layer.title = "RPDU";
  } else {
    const bool to_ms = m.direction() == rp::Direction::n_to_ms;
    rows.push_back({"RP-Message-Type",
                    octet_text(m.first_octet),
                    fmt::format("{}, {}", rp::to_string(m.type()), to_ms ? "n_to_ms" : "ms_to_n"),
                    {"rp.mti", "rp.direction", "rp.spare"}});
    rows.push_back({"RP-Message-Reference",
                    octet_text(m.reference),
                    fmt::format("{}", m.reference),
                    {"rp.mr"}});
  }
  const bool good = in.rp_error == rp::Error::none;
  if (good && m.type() == rp::Type::data) {
    rows.push_back(address_row("RP-Originator-Address", m.originator, "rp.oa"));
    rows.push_back(address_row("RP-Destination-Address", m.destination, "rp.da"));
  }
  if (good && m.type() == rp::Type::error) {
    rows.push_back({"RP-Cause",
                    octet_text(m.cause),
                    fmt::format("{} {}", m.cause, rp::cause_name(m.cause)),
                    {"rp.cause"}});
  }
  if (good && m.has_user_data) {
    rows.push_back({"RP-User-Data",
                    to_hex(m.user_data),
                    fmt::format("{} octets", m.user_data.size()),
                    {"rp.user_data"}});
  }
  if (!good) {
    rows.push_back({"does not decode",
                    "",
                    std::string(rp::to_string(in.rp_error)),
                    {"rp.user_data", "rp.cause"},
                    true});
  }
  return layer;
}

std::string summary_of(const Received& in, bool rpdu) {
  std::string out = in.view.is_request() ? std::string(in.view.method_text())
                                         : fmt::format("{} {}", in.view.status(), in.view.reason());
  if (rpdu && in.rp_readable()) out += fmt::format(" {}", rp::to_string(in.rp.type()));
  if (rpdu && in.tp_good()) out += fmt::format(" {}", tp::to_string(in.tp.type));
  return out;
}

}  // namespace

bool shows(const MessageRow& row, std::string_view path) {
  return std::ranges::any_of(row.paths, [&](const std::string& own) {
    return path == own || (path.starts_with(own) && path[own.size()] == '.');
  });
}

DecodedMessage decode_message(Octets octets, tp::Direction direction) {
  const auto in = std::make_unique<Received>();
  const sip::Error error = parse_received(octets, direction, *in);
  if (error != sip::Error::none) {
    return {"not SIP",
            {{"Datagram",
              {{"does not parse", "", std::string(sip::to_string(error)), {}, true},
               {fmt::format("{} octets", octets.size()), "", hex_dump(octets), {"sip"}}}}}};
  }
  const bool rpdu = in->has_rp && carries_rpdu(in->view);
  DecodedMessage out{summary_of(*in, rpdu), {sip_layer(in->view)}};
  out.layers[0].rows.push_back({"Size", "", fmt::format("{} octets", octets.size()), {"sip.size"}});
  if (rpdu) {
    out.layers.push_back(rp_layer(*in));
    if (in->has_tp) out.layers.push_back(tpdu_layer(in->tp, in->tp_error, in->rp.user_data));
  } else if (!in->view.body().empty()) {
    out.layers.push_back(body_layer(in->view));
  }
  if (!in->view.trailing().empty()) {
    out.layers.push_back(
        {"Behind the message",
         {{"trailing octets", to_hex(in->view.trailing()), "", {"sip.content_length"}, true}}});
  }
  return out;
}

}  // namespace rung
