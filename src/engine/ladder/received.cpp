#include "engine/ladder/field.hpp"
#include "engine/wire/multipart.hpp"
#include "engine/wire/sip_value.hpp"

// What a message carries: its RPDU and TPDU, and the document that may go with them.

namespace rung {
namespace {

Blame blame_of(const Received& m, bool trailing) {
  if (trailing) return Blame::content_length;
  if (!m.has_rp) return Blame::none;
  if (m.rp_error != rp::Error::none) {
    if ((m.rp.first_octet & 0xf8U) != 0) return Blame::rpdu;
    switch (m.rp_error) {
      case rp::Error::user_data_length:
      case rp::Error::unexpected_element:
      case rp::Error::trailing_octets: return Blame::user_data;
      case rp::Error::cause_length: return Blame::cause;
      default: return Blame::rpdu;
    }
  }
  if (!m.has_tp || m.tp_error == tp::Error::none) return Blame::none;
  const bool length =
      m.tp_error == tp::Error::user_data_length || m.tp_error == tp::Error::trailing_octets;
  return length ? Blame::udl : Blame::tpdu;
}

/// The octets of the RPDU: the body, or its part of that type; whatever the body is called where it
/// is nothing else that is known. Sets the document that is beside it or in its place.
Octets split_body(const sip::View& view, std::string_view& info_document) {
  info_document = {};
  if (view.body().empty()) return {};
  const std::string_view type = view.header(sip::Header::content_type);
  if (sip::is_multipart(type)) {
    Octets rpdu;
    sip::Parts parts(type, view.body());
    sip::Part part;
    while (parts.next(part)) {
      if (sip::iequals(part.media_type, "application/vnd.3gpp.sms")) rpdu = part.body;
      if (sip::iequals(part.media_type, kShortMessageInfoType)) info_document = as_text(part.body);
    }
    return rpdu;
  }
  if (!sip::iequals(sip::media_type(type), kShortMessageInfoType)) return view.body();
  info_document = as_text(view.body());
  return {};
}

}  // namespace

const ReadInfo& Received::message_info() const {
  if (!info.read) {
    info.read = true;
    info.error = read_short_message_info(info_document, info.values);
  }
  return info;
}

bool Received::rp_readable() const {
  return has_rp && body.size() >= 2 && (rp.first_octet & 0xf8U) == 0 && (rp.first_octet & 7U) != 7;
}

void decode_body(Octets body, tp::Direction direction, Received& out) {
  out.body = body;
  out.has_rp = !body.empty();
  out.has_tp = false;
  out.rp_error = rp::Error::none;
  out.tp_error = tp::Error::none;
  if (!out.has_rp) return;
  out.rp = rp::Message{};
  out.rp_error = rp::decode(body, out.rp);
  if (out.rp_error != rp::Error::none || !out.rp.has_user_data) return;
  const tp::Carrier carrier = out.rp.type() == rp::Type::data    ? tp::Carrier::rp_data
                              : out.rp.type() == rp::Type::error ? tp::Carrier::rp_error
                                                                 : tp::Carrier::rp_ack;
  out.has_tp = true;
  out.tp = tp::Tpdu{};
  // A UE's own report goes on to another network as it is.
  const bool passed_on =
      carrier != tp::Carrier::rp_data && out.rp.direction() == rp::Direction::ms_to_n;
  const tp::Direction way = passed_on ? tp::Direction::ms_to_sc : direction;
  out.tp_error = tp::decode(out.rp.user_data, way, carrier, out.tp);
}

void decode_tpdu(Octets tpdu, tp::Direction direction, tp::Carrier carrier, Received& out) {
  out.has_rp = false;
  out.rp_error = rp::Error::none;
  out.rp.user_data = tpdu;
  out.has_tp = !tpdu.empty();
  out.tp = tp::Tpdu{};
  out.tp_error = tp::decode(tpdu, direction, carrier, out.tp);
}

sip::Error parse_received(Octets octets, tp::Direction direction, Received& out) {
  out.via.read = out.from.read = out.to.read = out.info.read = false;
  const sip::Error error = sip::parse(octets, out.view);
  if (error != sip::Error::none) return error;
  decode_body(split_body(out.view, out.info_document), direction, out);
  out.blame = blame_of(out, !out.view.trailing().empty());
  return error;
}

}  // namespace rung
