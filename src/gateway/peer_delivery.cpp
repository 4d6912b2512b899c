#include "gateway/peer_delivery.hpp"

#include "engine/wire/multipart.hpp"
#include "engine/wire/short_message_info.hpp"
#include "engine/wire/sip_value.hpp"
#include "engine/wire/tpdu.hpp"

namespace rung::gateway {
namespace {

constexpr std::string_view kSmsType = "application/vnd.3gpp.sms";
constexpr std::string_view kAccept =
    "Accept: application/vnd.3gpp.sms, application/vnd.3gpp.sms+xml, multipart/mixed\r\n";
/// Octets of a document that leave room for the rest of a request of ours.
constexpr std::size_t kInfoSizeMax = 640;
constexpr std::size_t kPartsMax = 8;
constexpr std::uint8_t kCauseProtocolError = 111;  // TS 24.011 8.2.5.4

bool is_temporary(DeliveryEnd end) {
  switch (end) {
    case DeliveryEnd::memory_full:
    case DeliveryEnd::no_report:
    case DeliveryEnd::no_answer:
    case DeliveryEnd::sip_absent:
    case DeliveryEnd::unregistered: return true;
    default: return false;
  }
}

std::string_view uri_of(std::string_view value) {
  sip::NameAddress address;
  return sip::parse_name_address(value, address) ? address.uri : std::string_view{};
}

void put_escaped(Writer& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out.text("&amp;"); break;
      case '<': out.text("&lt;"); break;
      case '>': out.text("&gt;"); break;
      default: out.u8(static_cast<std::uint8_t>(c));
    }
  }
}

void put_element(Writer& out, std::string_view name, std::string_view value) {
  out.text("<");
  out.text(name);
  out.text(">");
  put_escaped(out, value);
  out.text("</");
  out.text(name);
  out.text(">");
}

/// The RPDU and the document of a body, whole or in parts.
void split(const sip::View& view, Octets& rpdu, std::string_view& document) {
  const std::string_view type = view.header(sip::Header::content_type);
  if (!sip::is_multipart(type)) {
    if (sip::iequals(sip::media_type(type), kSmsType)) rpdu = view.body();
    return;
  }
  sip::Parts parts(type, view.body());
  sip::Part part;
  for (std::size_t i = 0; i < kPartsMax && parts.next(part); ++i) {
    if (sip::iequals(part.media_type, kSmsType)) rpdu = part.body;
    if (sip::iequals(part.media_type, kShortMessageInfoType)) document = as_text(part.body);
  }
}

bool is_deliver(Octets user_data) {
  tp::Tpdu tpdu;
  return user_data.size() <= kTpduSizeMax &&
         tp::decode(user_data, tp::Direction::sc_to_ms, tp::Carrier::rp_data, tpdu) ==
             tp::Error::none &&
         tpdu.type == tp::Type::deliver;
}

}  // namespace

std::uint32_t peers_max(const GatewayConfig& config) {
  const bool taken = config.topology == Topology::isc && config.msisdn_less_delivery;
  return taken ? config.peers_max : 0;
}

PeerDelivery::PeerDelivery(const GatewayConfig& config, Bindings& bindings,
                           const Registrations& registrations, ClientTransactions& transactions,
                           MessageWriter& writer, Delivery& delivery, Responder& responder,
                           Timers& timers, FaultSet& faults, GatewayCounters& counters)
    : size_(gateway::peers_max(config)),
      wait_(config.peer_wait),
      hlr_id_(config.network.hss_number),
      bindings_(bindings),
      registrations_(registrations),
      transactions_(transactions),
      writer_(writer),
      delivery_(delivery),
      responder_(responder),
      timers_(timers),
      faults_(faults),
      counters_(counters),
      pool_(size_) {}

std::uint32_t PeerDelivery::recipient(const Request& request) const {
  return size_ == 0 ? kNone : registrations_.find(request.view->request_uri());
}

std::uint16_t PeerDelivery::read(const Request& request, std::uint32_t contact,
                                 Incoming& out) const {
  const sip::View& view = *request.view;
  const Registration& registration = registrations_[registrations_.registration_of(contact)];
  // RFC 3325 5: asserted identities are believed from the user's own S-CSCF.
  const Endpoint& source = request.datagram->remote;
  const auto from = [&](const Endpoint& node) {
    return source.family == node.family && source.address == node.address;
  };
  if (!from(registration.scscf) && !from(registration.source)) return 403;
  sip::NameAddress to;
  if (!sip::parse_name_address(view.header(sip::Header::to), to)) return 400;
  if (sip::find_parameter(to.parameters, "tag").present) return 481;
  if (view.header(sip::Header::call_id).size() > kCallIdSizeMax) return 513;
  Octets rpdu;
  std::string_view document;
  split(view, rpdu, document);
  if (rpdu.empty()) return 415;
  if (rp::decode(rpdu, out.data) != rp::Error::none) return 400;
  const bool is_data = out.data.type() == rp::Type::data &&
                       out.data.direction() == rp::Direction::n_to_ms && out.data.has_user_data;
  if (!is_data || !is_deliver(out.data.user_data)) return 400;
  out.peer = uri_of(view.header(sip::Header::p_asserted_identity));
  if (out.peer.empty()) out.peer = uri_of(view.header(sip::Header::from));
  ShortMessageInfo info;
  if (!document.empty() && read_short_message_info(document, info) != InfoError::none) return 400;
  out.sender = info.from.empty() ? out.peer : info.from;
  const bool fits =
      out.peer.size() <= kContactUriSizeMax && out.sender.size() <= kContactUriSizeMax;
  return fits && !out.peer.empty() ? 0 : 400;
}

void PeerDelivery::on_message(const Request& request, std::uint32_t contact) {
  Incoming incoming;
  if (const std::uint16_t status = read(request, contact, incoming); status != 0) {
    ++counters_.peer_messages_refused;
    return responder_.respond(request, status, status == 415 ? kAccept : std::string_view{});
  }
  const std::uint32_t index = pool_.take();
  if (index == kNone) {
    ++counters_.full_peers;
    return responder_.respond(request, 503, "Retry-After: 1\r\n");
  }
  ++counters_.peer_messages;
  responder_.respond(request, 202);
  const Contact& recipient = bindings_.contact(contact);
  Transfer& transfer = pool_[index];
  transfer.user = recipient.user;
  transfer.rp_reference = incoming.data.reference;
  transfer.scscf = recipient.endpoint;
  transfer.route.set(registrations_.route(contact));
  transfer.peer.set(incoming.peer);
  transfer.sender.set(incoming.sender);
  transfer.receiver.set(recipient.uri());
  transfer.call_id.set(request.view->header(sip::Header::call_id));
  const User& user = bindings_.user(recipient.user);
  const bool reachable = bindings_.sms_contact(recipient.user, request.now) != kNone;
  if (!reachable || user.absent) return tell(index, DeliveryEnd::unregistered, {}, request.now);
  if (user.memory_full) return tell(index, DeliveryEnd::memory_full, {}, request.now);
  timers_.schedule(TimerOf::peer, index, request.now + wait_);
  transfer.stored = delivery_.deliver({.owner = this,
                                       .transfer = index,
                                       .user = recipient.user,
                                       .sc_address = incoming.data.originator,
                                       .tpdu = incoming.data.user_data},
                                      request.now);
  if (transfer.stored == kNone) tell(index, DeliveryEnd::no_answer, {}, request.now);
}

void PeerDelivery::on_delivery(std::uint32_t transfer, DeliveryEnd end, Octets report, Time now) {
  tell(transfer, end, report, now);
}

void PeerDelivery::on_timer(std::uint32_t index, Time now) {
  const std::uint32_t stored = pool_[index].stored;
  tell(index, DeliveryEnd::no_answer, {}, now);
  delivery_.withdraw(stored, now);
}

/// F91, F92.
void PeerDelivery::put_outcome(Writer& out, std::string_view outcome) {
  put_element(out, "Delivery-Outcome", faults_.active(FaultId::f91) ? "Transferred" : outcome);
  if (faults_.active(FaultId::f92)) put_element(out, "Delivery-Outcome", outcome);
}

/// TS 24.341 C.1.3. Returns its octets; 0 where it does not fit.
std::size_t PeerDelivery::write_info(const Transfer& transfer, DeliveryEnd end,
                                     MutableOctets room) {
  Writer out(room);
  out.text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<short-message-info>");
  if (is_temporary(end) && !faults_.active(FaultId::f93)) {
    out.text("<Correlation-ID>");
    put_element(out, "Sender", transfer.sender.view());
    put_element(out, "Receiver", transfer.receiver.view());
    put_element(out, "HLR-ID", hlr_id_);
    out.text("</Correlation-ID>");
  } else {
    put_element(out, "To", transfer.receiver.view());
  }
  if (end == DeliveryEnd::delivered) put_outcome(out, "SuccessfullTransfer");
  if (end == DeliveryEnd::memory_full) put_outcome(out, "UeMemoryCapacityExceeded");
  if (is_temporary(end) && end != DeliveryEnd::memory_full) put_outcome(out, "AbsentSubscriber");
  out.text("</short-message-info>\r\n");
  return out.ok() ? out.size() : 0;
}

/// The outcome goes back by way of the recipient's S-CSCF.
void PeerDelivery::tell(std::uint32_t index, DeliveryEnd end, Octets report, Time now) {
  timers_.cancel(TimerOf::peer, index);
  Transfer& transfer = pool_[index];
  std::uint8_t info[kInfoSizeMax];
  const std::size_t info_size = write_info(transfer, end, info);
  const std::uint32_t request = info_size == 0 ? kNone : transactions_.open();
  if (request == kNone) {
    ++counters_.peer_outcomes_untold;
  } else {
    rp::Message outcome;
    const bool delivered = end == DeliveryEnd::delivered;
    const rp::Type type = delivered ? rp::Type::ack : rp::Type::error;
    // From the recipient's side, as the UE's own report (TS 24.011 8.2.2).
    outcome.first_octet = static_cast<std::uint8_t>(static_cast<unsigned>(type) << 1U);
    outcome.reference = transfer.rp_reference;
    outcome.cause = delivered ? std::uint8_t{0} : kCauseProtocolError;
    outcome.has_user_data = !report.empty();
    outcome.user_data = report;
    std::uint8_t rpdu[rp::kMessageSizeMax];
    const auto rpdu_size = rp::encode(outcome, rpdu);
    const bool with_rpdu = !is_temporary(end) && rpdu_size.ok();
    ClientTransaction& transaction = transactions_[request];
    transaction.purpose = Purpose::outcome;
    transaction.user = transfer.user;
    transaction.call = {transactions_.id(request), kPoolSizeMax};
    transaction.remote = transfer.scscf;
    const std::size_t size =
        writer_.write({.recipient = &bindings_.user(transfer.user),
                       .contact = transfer.peer.view(),
                       .route = transfer.route.view(),
                       .transaction = transactions_.id(request),
                       .call = transaction.call,
                       .in_reply_to = transfer.call_id.view(),
                       .rpdu = with_rpdu ? Octets(rpdu).first(*rpdu_size) : Octets{},
                       .info = as_text(MutableOctets(info).first(info_size))},
                      transactions_.octets(request));
    ENGINE_ASSERT(size != 0);
    transactions_.send(request, size, now);
  }
  pool_.give(index);
}

}  // namespace rung::gateway
