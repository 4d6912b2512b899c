#include "answerer.hpp"

#include "engine/wire/rp.hpp"
#include "engine/wire/sip_value.hpp"
#include "engine/wire/sip_writer.hpp"
#include "engine/wire/template.hpp"

namespace rung::bench {
namespace {

constexpr std::string_view kTag = "b5e1c40ad2f70983";
constexpr std::string_view kWrongCallId = "0000000000000000000000";
/// SMS-SUBMIT-REPORT under RP-ACK (TS 23.040 9.2.2.2a): TP-MTI, TP-PI, TP-SCTS.
constexpr std::uint8_t kSubmitReport[] = {0x01, 0x00, 0x62, 0x11, 0x12, 0x60, 0x01, 0x70, 0x00};
constexpr std::size_t kRpduSizeMax = 32;

enum class Kind : std::uint8_t { answer, report };
struct PlantInfo {
  std::string_view name;
  Kind kind;
  std::string_view requirement;
};
constexpr PlantInfo kPlants[] = {
#define RUNG_PLANT(name, kind, requirement) {#name, Kind::kind, requirement},
#include "plant.def"
#undef RUNG_PLANT
};

constexpr std::uint64_t kinds_of(Kind kind) {
  std::uint64_t count = 0;
  for (const PlantInfo& plant : kPlants) count += plant.kind == kind ? 1 : 0;
  return count;
}

/// 16 hex digits: all messages of one sort stay equally long, so that the kernel can batch them.
void put_hex_number(Writer& out, std::uint64_t value) {
  std::array<std::uint8_t, 16> digits;
  put_hex(digits, value);
  out.octets(digits);
}

void replace_call_id(std::string_view call_id, MutableOctets response) {
  constexpr std::string_view name = "Call-ID: ";
  const std::size_t at = as_text(response).find(name);
  if (at == std::string_view::npos) return;
  put_text(response.subspan(at + name.size(), call_id.size()),
           kWrongCallId.substr(0, call_id.size()));
}

}  // namespace

std::string_view to_string(Plant plant) { return kPlants[static_cast<std::size_t>(plant)].name; }
std::string_view broken_requirement(Plant plant) {
  return kPlants[static_cast<std::size_t>(plant)].requirement;
}

Answerer::Answerer(const AnswererOptions& options)
    : options_(options),
      via_("Via: SIP/2.0/UDP " + rung::to_string(options.local) + ";branch=z9hG4bK"),
      answers_{Plant::contact, kinds_of(Kind::answer)},
      reports_{Plant::rp_mr, kinds_of(Kind::report)} {}

void Answerer::take(std::span<const RxDatagram> burst, TxQueue& tx) {
  if (counters_.first == kNever && !burst.empty()) counters_.first = burst.front().arrived;
  for (const RxDatagram& datagram : burst) {
    const bool understood = sip::parse(datagram.octets, view_) == sip::Error::none;
    if (understood && !view_.is_request()) {
      ++counters_.confirmed;
    } else if (understood && view_.method() == sip::Method::message) {
      ++counters_.requests;
      answer_message(datagram, tx);
    } else if (understood && view_.method() == sip::Method::register_) {
      ++counters_.requests;
      answer_register(datagram, tx);
    } else {
      ++counters_.ignored;
    }
  }
}

void Answerer::answer_register(const RxDatagram& from, TxQueue& tx) {
  TxDatagram& slot = *tx.reserve();
  slot.remote = from.remote;
  std::array<std::uint8_t, 512> lines;
  Writer extra(lines);
  extra.text("Contact: ");
  extra.text(view_.header(sip::Header::contact));
  extra.text(";expires=600000\r\n");
  slot.size = static_cast<std::uint32_t>(
      sip::write_response(view_, 200, {}, kTag, as_text(extra.written()), {}, slot.space()));
  ++counters_.registers;
}

void Answerer::answer_message(const RxDatagram& from, TxQueue& tx) {
  TxDatagram& slot = *tx.reserve();
  slot.remote = from.remote;
  const Plant plant = next_plant(answers_);
  const std::string_view tag = plant == Plant::to_tag ? std::string_view{} : kTag;
  const std::string_view extra = plant == Plant::contact ? "Contact: <sip:10.0.0.1>\r\n" : "";
  const MutableOctets out = slot.space();
  const std::size_t size = sip::write_response(view_, 202, {}, tag, extra, {}, out);
  slot.size = static_cast<std::uint32_t>(size);
  if (plant == Plant::call_id) replace_call_id(view_.header(sip::Header::call_id), out.first(size));
  ++counters_.answers;
  if (options_.reports) report(from, tx);
}

void Answerer::report(const RxDatagram& from, TxQueue& tx) {
  sip::NameAddress sender;
  sip::Uri impu;
  const bool read = sip::parse_name_address(view_.header(sip::Header::from), sender) &&
                    sip::parse_uri(sender.uri, impu);
  if (!read || view_.body().size() < 2) {
    ++counters_.ignored;
    return;
  }
  std::array<std::uint8_t, 128> contact;
  Writer uri(contact);
  uri.text("sip:");
  uri.text(impu.user);
  uri.text("@");
  std::array<std::uint8_t, kEndpointTextSizeMax> endpoint;
  uri.octets(Octets(endpoint).first(format_endpoint(from.remote, endpoint)));
  TxDatagram& slot = *tx.reserve();
  slot.remote = from.remote;
  slot.size = static_cast<std::uint32_t>(
      write_report(as_text(uri.written()), next_plant(reports_), slot.space()));
  ++counters_.reports;
}

Plant Answerer::next_plant(Cycle& cycle) {
  ++cycle.written;
  if (options_.plant_one_in == 0 || cycle.written % options_.plant_one_in != 0) return Plant::none;
  const auto kind = static_cast<std::size_t>(cycle.first) + cycle.planted++ % cycle.kinds;
  ++counters_.planted[kind];
  return static_cast<Plant>(kind);
}

std::size_t Answerer::write_report(std::string_view contact, Plant plant, MutableOctets out) {
  std::array<std::uint8_t, kRpduSizeMax> rpdu;
  const std::size_t rpdu_size = write_rpdu(plant, rpdu);
  sip::NameAddress sender;
  sip::parse_name_address(view_.header(sip::Header::from), sender);
  Writer w(out);
  w.text("MESSAGE ");
  w.text(contact);
  w.text(" SIP/2.0\r\n");
  w.text(via_);
  put_hex_number(w, counters_.reports);
  w.text("\r\nMax-Forwards: 70\r\nFrom: <sip:ipsmgw.home1.net>;tag=");
  put_hex_number(w, ~counters_.reports);
  w.text("\r\nTo: <");
  w.text(sender.uri);
  w.text(">\r\nCall-ID: r");
  put_hex_number(w, counters_.reports);
  w.text(
      "@ipsmgw.home1.net\r\nCSeq: 1 MESSAGE\r\n"
      "P-Asserted-Identity: <sip:ipsmgw.home1.net>\r\nIn-Reply-To: ");
  const std::string_view call_id = view_.header(sip::Header::call_id);
  w.text(plant == Plant::in_reply_to ? kWrongCallId.substr(0, call_id.size()) : call_id);
  w.text(
      "\r\nAccept-Contact: *;+g.3gpp.smsip;require;explicit\r\nRequest-Disposition: fork\r\n"
      "Content-Type: application/vnd.3gpp.sms\r\nContent-Length: ");
  static_assert(sizeof kSubmitReport + 4 == 13);
  w.text("13\r\n\r\n");
  w.octets(Octets(rpdu).first(rpdu_size));
  return w.ok() ? w.size() : 0;
}

std::size_t Answerer::write_rpdu(Plant plant, MutableOctets out) const {
  std::array<std::uint8_t, sizeof kSubmitReport> tpdu;
  std::memcpy(tpdu.data(), kSubmitReport, tpdu.size());
  // TP-PI then promises a TP-PID that does not follow.
  if (plant == Plant::tpdu) tpdu[1] = 0x01;
  rp::Message ack;
  ack.first_octet = static_cast<std::uint8_t>(rp::Mti::ack_n_to_ms);
  ack.reference = view_.body()[1];
  if (plant == Plant::rp_mr) ++ack.reference;
  ack.has_user_data = true;
  ack.user_data = tpdu;
  const auto size = rp::encode(ack, out);
  ENGINE_ASSERT(size.ok());
  return *size;
}

}  // namespace rung::bench
