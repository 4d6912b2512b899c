#include "gateway/gateway.hpp"

#include <algorithm>

#include "engine/wire/sip_value.hpp"
#include "engine/wire/sip_view.hpp"
#include "gateway/hash.hpp"
#include "gateway/intake.hpp"
#include "gateway/merged_requests.hpp"
#include "gateway/network.hpp"
#include "gateway/peer_delivery.hpp"
#include "gateway/registrar.hpp"
#include "gateway/third_party_registrar.hpp"

namespace rung::gateway {
namespace {

/// Bursts one pass takes at most, so that timers are not starved by a flood.
constexpr std::size_t kBurstsPerPassMax = 64;
constexpr std::size_t kUnsupportedSizeMax = 512;
constexpr std::string_view kUnsupported = "Unsupported: ";
constexpr std::string_view kBetweenTags = ", ";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kAllow[] = {"Allow: REGISTER, MESSAGE, OPTIONS\r\n",
                                       "Allow: REGISTER, MESSAGE, NOTIFY, OPTIONS\r\n"};
constexpr std::string_view kOptionsHeaders[] = {
    "Allow: REGISTER, MESSAGE, OPTIONS\r\nAccept: application/vnd.3gpp.sms\r\nSupported: path\r\n",
    "Allow: REGISTER, MESSAGE, NOTIFY, OPTIONS\r\nAccept: application/vnd.3gpp.sms, "
    "application/reginfo+xml\r\nAllow-Events: reg\r\nSupported: path\r\n"};

/// The row of the two tables above.
std::size_t row_of(Topology topology) { return topology == Topology::isc ? 1 : 0; }

/// RFC 3261 8.1.1: what every request has. Text that repeats a foreign value must be one line.
bool is_well_formed(const sip::View& view) {
  sip::CSeq cseq;
  sip::NameAddress from;
  sip::NameAddress to;
  const std::string_view call_id = view.header(sip::Header::call_id);
  if (!sip::parse_cseq(view.header(sip::Header::cseq), cseq)) return false;
  if (cseq.method_text != view.method_text()) return false;
  if (!sip::parse_name_address(view.header(sip::Header::from), from)) return false;
  if (!sip::find_parameter(from.parameters, "tag").present) return false;
  if (!sip::parse_name_address(view.header(sip::Header::to), to)) return false;
  const auto is_text = [](char c) { return c > ' ' && c != '\x7f'; };
  return !call_id.empty() && std::all_of(call_id.begin(), call_id.end(), is_text);
}

/// RFC 3261 8.2.2.3: the option tags of Require that are not supported, as an Unsupported line; as
/// many as there is room for. Empty when all are supported.
std::size_t write_unsupported(const sip::View& view, MutableOctets room) {
  Writer out(room);
  sip::Values tags(view, sip::Header::require);
  std::string_view tag;
  while (tags.next(tag)) {
    if (sip::iequals(tag, "path")) continue;
    const std::string_view before = out.size() == 0 ? kUnsupported : kBetweenTags;
    if (out.size() + before.size() + tag.size() + kLineEnd.size() > room.size()) {
      if (out.size() == 0) out.text(kUnsupported);
      break;
    }
    out.text(before);
    out.text(tag);
  }
  if (out.size() != 0) out.text(kLineEnd);
  return out.size();
}

}  // namespace

struct Gateway::Parts {
  Parts(const GatewayConfig& config, Transport& wire, Time start, Transport* link)
      : transport(wire),
        faults(config.faults, config.fault_every),
        outbox(wire, counters),
        timers(config.transactions_max, config.stored_max, config.submits_max,
               config.topology == Topology::isc ? contacts_max(config) : 0, peers_max(config),
               start),
        bindings(config.users_max, contacts_max(config), config.seed, start, counters),
        registrations(config, bindings, faults, counters),
        absorbed(config.absorbed_max, 64 * config.t1, counters),
        transactions(config, wire.reliable(), salt_of(config.seed), timers, outbox, faults,
                     counters),
        writer(config, wire.reliable(), salt_of(config.seed), faults),
        service_centre(config),
        responder(config, absorbed, outbox, faults, counters),
        delivery(config, bindings, registrations, transactions, writer, service_centre, timers,
                 faults, counters),
        submission(config, bindings, registrations, transactions, writer, service_centre, delivery,
                   responder, timers, faults, counters),
        registrar(config, bindings, writer, responder, faults, counters),
        subscriptions(config, wire.reliable(), registrations, transactions, responder, timers,
                      faults, counters),
        third_party(config, registrations, bindings, subscriptions, responder, faults, counters),
        peers(config, bindings, registrations, transactions, writer, delivery, responder, timers,
              faults, counters),
        intake(config, bindings, registrations, submission, delivery, peers, responder, faults,
               counters),
        isc(config.topology == Topology::isc),
        allow(kAllow[row_of(config.topology)]),
        options_headers(kOptionsHeaders[row_of(config.topology)]),
        key_seed(mix(config.seed, 0x6b6579)),
        merged(64 * config.t1) {
    if (faults.on(FaultId::f35)) bindings.keep_for_ever();
    if (link == nullptr) return;
    network = std::make_unique<Network>(config, *link, bindings, delivery, submission, faults,
                                        counters, start);
    intake.serve_every_centre();
  }

  void on_datagram(const RxDatagram& datagram, Time now);
  void on_cut_short(const RxDatagram& datagram, Time now);
  void on_request(const RxDatagram& datagram, Time now);
  bool absorb(Request& request);
  bool is_merged(const Request& request);
  void on_copy(Request& request);
  void dispatch(const Request& request);
  [[nodiscard]] bool is_allowed(sip::Method method) const;
  std::uint32_t registered(const Request& request);
  void on_timer(TimerOf of, std::uint32_t index, Time now);
  void on_end(const TransactionEnd& end, const sip::View* response, Time now);

  Transport& transport;
  GatewayCounters counters;
  FaultSet faults;
  Outbox outbox;
  Timers timers;
  Bindings bindings;
  Registrations registrations;
  ServerTransactions absorbed;
  ClientTransactions transactions;
  MessageWriter writer;
  ServiceCentre service_centre;
  Responder responder;
  Delivery delivery;
  Submission submission;
  Registrar registrar;
  Subscriptions subscriptions;
  ThirdPartyRegistrar third_party;
  PeerDelivery peers;
  Intake intake;
  bool isc;
  std::string_view allow;
  std::string_view options_headers;
  std::uint64_t key_seed;
  MergedRequests merged;
  std::unique_ptr<Network> network;  // none: no link
  sip::View view;
};

void Gateway::Parts::on_datagram(const RxDatagram& datagram, Time now) {
  ++counters.rx_datagrams;
  const sip::Error error = sip::parse(datagram.octets, view);
  if (error == sip::Error::content_length_too_large && view.is_request()) {
    return on_cut_short(datagram, now);
  }
  if (error != sip::Error::none) {
    ++(error == sip::Error::empty ? counters.rx_keepalives : counters.rx_malformed);
    return;
  }
  if (view.is_request()) return on_request(datagram, now);
  ++counters.responses;
  if (const auto end = transactions.on_response(view)) on_end(*end, &view, now);
}

/// RFC 3261 18.3: a datagram that ends before its body does is an error, 400 to a request.
void Gateway::Parts::on_cut_short(const RxDatagram& datagram, Time now) {
  ++counters.rx_malformed;
  sip::Via via;
  if (!sip::parse_via(view.header(sip::Header::via), via)) return;
  if (view.method() == sip::Method::ack) return;
  const Request request{&datagram, &view, transaction_key(view, key_seed),
                        kNone,     now,   cut_to_ms(now)};
  responder.respond(request, 400);
}

void Gateway::Parts::on_request(const RxDatagram& datagram, Time now) {
  sip::Via via;
  // Without a Via there is nobody to answer; an ACK is never answered (RFC 3261 17).
  if (!sip::parse_via(view.header(sip::Header::via), via)) {
    ++counters.rx_malformed;
    return;
  }
  ++counters.requests;
  if (view.method() == sip::Method::ack) return;
  Request request{&datagram, &view, transaction_key(view, key_seed), kNone, now, cut_to_ms(now)};
  if (absorb(request)) dispatch(request);
}

/// Starts the server transaction; false when the request is a copy or finds no room.
bool Gateway::Parts::absorb(Request& request) {
  if (transport.reliable()) return true;
  request.absorbed = absorbed.find(request.key);
  if (request.absorbed != kNone) {
    on_copy(request);
    return false;
  }
  request.absorbed = absorbed.add(request.key, request.now);
  if (request.absorbed != kNone) return true;
  responder.respond(request, 503, Intake::headers_of(503));
  return false;
}

void Gateway::Parts::on_copy(Request& request) {
  ++counters.request_copies;
  const ServerTransactions::Entry& entry = absorbed.entry(request.absorbed);
  if (entry.status == 0) return;
  request.arrived = absorbed.created(entry, request.now);
  if (view.method() == sip::Method::register_) {
    return isc ? third_party.on_copy(request, entry.status, entry.detail)
               : registrar.on_copy(request, entry.status, entry.detail);
  }
  if (view.method() == sip::Method::notify && entry.status != 405 && entry.status != 420) {
    return responder.repeat(request, entry.status, Subscriptions::headers_of(entry.status));
  }
  // F15: forwarded once more.
  if (view.method() == sip::Method::message && entry.status == 202 && faults.active(FaultId::f15)) {
    intake.on_copy(request);
  }
  std::uint8_t room[kUnsupportedSizeMax];
  switch (entry.status) {
    case 405: return responder.repeat(request, 405, allow);
    case 420:
      return responder.repeat(request, 420,
                              as_text(MutableOctets(room).first(write_unsupported(view, room))));
    case 200: return responder.repeat(request, 200, options_headers);
    default: return responder.repeat(request, entry.status, Intake::headers_of(entry.status));
  }
}

/// RFC 3261 8.2.2.2: the same request on another way, which a fork in between has made.
bool Gateway::Parts::is_merged(const Request& request) {
  sip::NameAddress from;
  sip::NameAddress to;
  (void)sip::parse_name_address(view.header(sip::Header::from), from);
  (void)sip::parse_name_address(view.header(sip::Header::to), to);
  if (sip::find_parameter(to.parameters, "tag").present) return false;
  std::uint64_t hash = hash_text(sip::find_parameter(from.parameters, "tag").value, key_seed);
  hash = hash_text(view.header(sip::Header::call_id), hash);
  return merged.seen(hash_text(view.header(sip::Header::cseq), hash), request.key, request.now);
}

void Gateway::Parts::dispatch(const Request& request) {
  std::uint8_t room[kUnsupportedSizeMax];
  if (!is_well_formed(view)) return responder.respond(request, 400);
  if (view.method() == sip::Method::message && is_merged(request))
    return responder.respond(request, 482);
  if (view.method() == sip::Method::cancel) return responder.respond(request, 481);
  if (!is_allowed(view.method())) return responder.respond(request, 405, allow);
  if (const std::size_t size = write_unsupported(view, room); size != 0) {
    return responder.respond(request, 420, as_text(MutableOctets(room).first(size)));
  }
  if (view.method() == sip::Method::options)
    return responder.respond(request, 200, options_headers);
  if (view.method() == sip::Method::message) return intake.on_message(request);
  const std::uint32_t reachable = registered(request);
  if (reachable != kNone && !faults.active(FaultId::f48))
    delivery.on_reachable(reachable, request.now);
}

bool Gateway::Parts::is_allowed(sip::Method method) const {
  switch (method) {
    case sip::Method::register_:
    case sip::Method::message:
    case sip::Method::options: return true;
    case sip::Method::notify: return isc;
    default: return false;
  }
}

/// REGISTER or NOTIFY. Returns the user that can be reached since, or kNone.
std::uint32_t Gateway::Parts::registered(const Request& request) {
  if (view.method() == sip::Method::notify) return subscriptions.on_notify(request);
  return isc ? third_party.on_register(request) : registrar.on_register(request);
}

void Gateway::Parts::on_timer(TimerOf of, std::uint32_t index, Time now) {
  if (of == TimerOf::submit) return submission.on_timer(index, now);
  if (of == TimerOf::stored) return delivery.on_timer(index, now);
  if (of == TimerOf::peer) return peers.on_timer(index, now);
  if (of == TimerOf::registration) return subscriptions.on_timer(index, now);
  const ClientTransaction& transaction = transactions[index];
  const bool first_copy = transaction.purpose == Purpose::delivery && transaction.copies == 0;
  if (first_copy && faults.active(FaultId::f18) && delivery.send_anew(index, now)) return;
  if (const auto end = transactions.on_timer(index, now)) on_end(*end, nullptr, now);
}

void Gateway::Parts::on_end(const TransactionEnd& end, const sip::View* response, Time now) {
  switch (end.transaction.purpose) {
    case Purpose::report: return submission.on_end(end);
    case Purpose::delivery: return delivery.on_end(end, now);
    case Purpose::delivery_fork:
    case Purpose::outcome: return;
    case Purpose::subscription: return subscriptions.on_end(end, response, now);
  }
}

Gateway::Gateway(const GatewayConfig& config, Transport& transport, Time start, Transport* network)
    : parts_(std::make_unique<Parts>(config, transport, start, network)) {}

Gateway::~Gateway() = default;

void Gateway::pass(Time now, std::int64_t wall_clock_s) {
  Parts& parts = *parts_;
  parts.service_centre.set_time(wall_clock_s);
  parts.absorbed.expire(now);
  parts.bindings.expire(now);
  for (std::size_t bursts = 0; bursts < kBurstsPerPassMax; ++bursts) {
    const std::span<RxDatagram> burst = parts.transport.rx_burst(now);
    if (burst.empty()) break;
    for (const RxDatagram& datagram : burst) parts.on_datagram(datagram, now);
  }
  if (parts.network) parts.network->receive(now);
  parts.timers.advance(now,
                       [&](TimerOf of, std::uint32_t index) { parts.on_timer(of, index, now); });
  parts.outbox.flush(now);
  if (parts.network) parts.network->flush(now);
}

Time Gateway::next_due() const {
  const Time own = std::min(parts_->timers.next_due(), parts_->bindings.next_due());
  return parts_->network ? std::min(own, parts_->network->next_due()) : own;
}

const GatewayCounters& Gateway::counters() const { return parts_->counters; }

Gateway::Levels Gateway::levels() const {
  const Parts& parts = *parts_;
  return {parts.bindings.user_count(), parts.bindings.contact_count(),
          parts.transactions.used(),   parts.absorbed.used(),
          parts.submission.used(),     parts.delivery.stored_count(),
          parts.registrations.used(),  parts.network ? parts.network->dialogues() : 0};
}

}  // namespace rung::gateway
