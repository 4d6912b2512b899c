#include "checks/unit_rows.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>

#include "checks/tpdu_rows.hpp"
#include "engine/base/hex.hpp"
#include "engine/ladder/network_message.hpp"
#include "engine/wire/m3ua_data.hpp"

namespace rung {
namespace {

constexpr std::size_t kSctpHeaderSize = 12;
constexpr std::size_t kChunkHeaderSize = 16;

/// The routing label and SCCP message of the packet's one DATA; false where it has none.
bool read_label(Octets packet, m3ua::ProtocolData& out) {
  Reader reader{packet};
  reader.take(kSctpHeaderSize + 2);
  const std::size_t chunk = reader.u16();
  if (!reader.ok() || chunk < kChunkHeaderSize || chunk + kSctpHeaderSize > packet.size()) {
    return false;
  }
  const Octets message =
      packet.subspan(kSctpHeaderSize + kChunkHeaderSize, chunk - kChunkHeaderSize);
  m3ua::Data data;
  if (!m3ua::is_data(message) || m3ua::decode_data(message, data) != m3ua::Error::none)
    return false;
  out = data.protocol;
  return true;
}

/// Only what version 3 names mt-ForwardSM says which way its TPDU goes; else the sender does.
tp::Direction direction_of(const tcap::Message& message, bool outgoing) {
  const auto forward = static_cast<std::int32_t>(map::Operation::mt_forward_sm);
  if (!message.components.empty() && message.components[0].code == forward) {
    return message.components[0].type == tcap::ComponentType::invoke ? tp::Direction::sc_to_ms
                                                                     : tp::Direction::ms_to_sc;
  }
  return outgoing ? tp::Direction::sc_to_ms : tp::Direction::ms_to_sc;
}

/// The dialogue portion says the context; behind the first answer nothing does.
bool is_said(Path path, const NetworkMessage& message) {
  if (path != Path::map_context && path != Path::map_version) return true;
  return message.tcap.type == tcap::Type::begin ||
         !message.tcap.dialogue.application_context.empty();
}

std::string value_text(Path path, const FieldValue& value) {
  switch (kind_of(path)) {
    case PathKind::flag: return value.number != 0 ? "yes" : "no";
    case PathKind::number: return field_number_text(path, value.number);
    case PathKind::octets: return to_hex(as_octets(value.text));
    default: return std::string(value.text);
  }
}

/// Every field between two paths that the message has.
MessageLayer layer(std::string title, Path first, Path behind, const NetworkMessage& message) {
  MessageLayer out{std::move(title), {}};
  std::array<char, kFieldScratch> scratch;
  for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(behind); ++i) {
    const auto path = static_cast<Path>(i);
    const FieldValue value = network_field(path, message, scratch);
    if (!value.present || !is_said(path, message)) continue;
    const std::string name(to_string(path));
    out.rows.push_back({name, "", value_text(path, value), {name}});
  }
  return out;
}

std::string component_text(const NetworkMessage& message) {
  const tcap::Component* component = message.component();
  if (component == nullptr) return std::string(to_string(message.tcap.type));
  std::string text(to_string(component->type));
  if (component->type == tcap::ComponentType::return_error && component->code) {
    return fmt::format("{} {}", text, to_string(static_cast<map::UserError>(*component->code)));
  }
  if (message.operation) text += fmt::format(" {}", to_string(*message.operation));
  return text;
}

void add_transactions(const tcap::Message& message, MessageLayer& out) {
  const auto add = [&](const char* name, const tcap::TransactionId& id) {
    if (id.size != 0) out.rows.push_back({name, to_hex(id.span()), "", {}});
  };
  add("originating transaction", message.otid);
  add("destination transaction", message.dtid);
}

void add_trouble(const NetworkMessage& message, MessageLayer& out) {
  if (message.map_error.code == ber::ErrorCode::none) return;
  out.rows.push_back({"does not decode", "", "the parameter of its component", {}, true});
}

DecodedMessage undecoded(std::string summary, Octets octets) {
  return {std::move(summary),
          {{"SCTP", {{fmt::format("{} octets", octets.size()), "", hex_dump(octets), {}, true}}}}};
}

}  // namespace

DecodedMessage decode_unit(Octets packet, bool outgoing) {
  m3ua::ProtocolData label;
  if (!read_label(packet, label)) return undecoded("not M3UA DATA", packet);
  const auto message = std::make_unique<NetworkMessage>();
  if (!read_transaction(label.user_data, *message)) return undecoded("not TCAP", label.user_data);
  read_components(direction_of(message->tcap, outgoing), {}, *message);
  DecodedMessage out{component_text(*message), {}};
  out.layers.push_back({"M3UA",
                        {{"originating point code", "", fmt::format("{}", label.opc), {}},
                         {"destination point code", "", fmt::format("{}", label.dpc), {}},
                         {"signalling link selection", "", fmt::format("{}", label.sls), {}}}});
  out.layers.push_back(layer("SCCP", Path::sccp_called_ssn, Path::tcap_message, *message));
  out.layers.push_back(layer("TCAP", Path::tcap_message, Path::map_context, *message));
  add_transactions(message->tcap, out.layers.back());
  out.layers.push_back(layer("MAP", Path::map_context, Path::rp_cut, *message));
  add_trouble(*message, out.layers.back());
  if (message->has_tp) {
    if (message->tp_error == tp::Error::none) {
      out.summary += fmt::format(" {}", tp::to_string(message->tp.type));
    }
    out.layers.push_back(tpdu_layer(message->tp, message->tp_error, message->tpdu));
  }
  return out;
}

}  // namespace rung
