#include "gateway/request.hpp"

#include <charconv>
#include <cstring>

#include "engine/wire/sip_value.hpp"
#include "engine/wire/sip_writer.hpp"
#include "engine/wire/template.hpp"
#include "gateway/hash.hpp"
#include "gateway/message_id.hpp"

namespace rung::gateway {
namespace {

constexpr std::uint16_t kSipPort = 5060;

/// Port of "host[:port]", 5060 where there is none or it is no number.
std::uint16_t sent_by_port(std::string_view sent_by) {
  const std::size_t bracket = sent_by.rfind(']');
  const std::size_t colon = sent_by.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) return kSipPort;
  const std::string_view text = sip::trim(sent_by.substr(colon + 1));
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && port != 0 ? port : kSipPort;
}

}  // namespace

Endpoint response_target(const sip::View& view, const Endpoint& source) {
  Endpoint target = source;
  sip::Via via;
  if (sip::parse_via(view.header(sip::Header::via), via) && !via.rport.present) {
    target.port = sent_by_port(via.sent_by);
  }
  return target;
}

Endpoint sent_by_target(const sip::View& view, const Endpoint& source) {
  Endpoint target = source;
  sip::Via via;
  if (sip::parse_via(view.header(sip::Header::via), via)) target.port = sent_by_port(via.sent_by);
  return target;
}

Endpoint endpoint_of(std::string_view uri, const Endpoint& fallback) {
  sip::Uri parsed;
  if (!sip::parse_uri(uri, parsed)) return fallback;
  const auto endpoint = parse_endpoint(parsed.host, parsed.port == 0 ? kSipPort : parsed.port);
  if (!endpoint.ok() || endpoint->family != fallback.family) return fallback;
  return *endpoint;
}

std::uint64_t transaction_key(const sip::View& view, std::uint64_t seed) {
  const std::string_view top = view.header(sip::Header::via);
  sip::Via via;
  std::uint64_t hash = hash_text(view.method_text(), seed);
  if (sip::parse_via(top, via) && via.branch.starts_with(kMagicCookie)) {
    return hash_text(via.sent_by, hash_text(via.branch, hash));
  }
  for (const sip::Header header : {sip::Header::via, sip::Header::from, sip::Header::to,
                                   sip::Header::call_id, sip::Header::cseq}) {
    hash = hash_text(view.header(header), hash);
  }
  return hash_text(view.request_uri(), hash);
}

Responder::Responder(const GatewayConfig& config, ServerTransactions& absorbed, Outbox& outbox,
                     FaultSet& faults, GatewayCounters& counters)
    : seed_(mix(config.seed, 0x746f746167)),
      absorbed_(absorbed),
      outbox_(outbox),
      faults_(faults),
      counters_(counters) {}

void Responder::respond(const Request& request, std::uint16_t status, std::string_view headers,
                        Octets body, std::uint16_t detail) {
  if (request.absorbed != kNone) {
    ServerTransactions::Entry& entry = absorbed_.entry(request.absorbed);
    entry.status = status;
    entry.detail = detail;
  }
  send(request, status, headers, body, mix(request.key, seed_));
}

void Responder::repeat(const Request& request, std::uint16_t status, std::string_view headers) {
  // F16: the tag of a copy's answer depends on when the copy came.
  const bool differs = faults_.active(FaultId::f16);
  const std::uint64_t salt = differs ? seed_ + static_cast<std::uint64_t>(ns(request.now)) : seed_;
  send(request, status, headers, {}, mix(request.key, salt));
}

std::size_t Responder::write(const Request& request, std::uint16_t status, std::string_view headers,
                             Octets body, std::uint64_t tag, MutableOctets out) const {
  std::uint8_t tag_text[16];
  put_hex(tag_text, tag);
  return sip::write_response(*request.view, status, {}, as_text(tag_text), headers, body, out,
                             &request.datagram->remote);
}

void Responder::send(const Request& request, std::uint16_t status, std::string_view headers,
                     Octets body, std::uint64_t tag) {
  TxDatagram* slot = outbox_.reserve(request.now);
  if (slot == nullptr) return;
  const std::size_t size = write(request, status, headers, body, tag, slot->space());
  if (outbox_.send(*slot, size, request.datagram->local, target_of(request))) count(status);
}

/// RFC 3261 18.2.2: over TCP by the connection that brought the request, while it is there.
Endpoint Responder::target_of(const Request& request) const {
  const Endpoint& source = request.datagram->remote;
  if (!outbox_.reliable()) return response_target(*request.view, source);
  return outbox_.connected(request.datagram->local, source) ? source
                                                            : sent_by_target(*request.view, source);
}

bool Responder::hold(const Request& request, std::uint16_t status, HeldResponse& held) {
  const std::size_t size = write(request, status, {}, {}, mix(request.key, seed_), held.octets);
  held.size = static_cast<std::uint32_t>(size);
  held.local = request.datagram->local;
  held.remote = target_of(request);
  held.sent_by = sent_by_target(*request.view, request.datagram->remote);
  return size != 0;
}

void Responder::release(const HeldResponse& held, std::uint64_t key, std::uint16_t status,
                        Time now) {
  const std::uint32_t absorbed = absorbed_.find(key);
  if (absorbed != kNone) absorbed_.entry(absorbed).status = status;
  TxDatagram* slot = outbox_.reserve(now);
  if (slot == nullptr) return;
  std::memcpy(slot->buffer, held.octets.data(), held.size);
  const bool gone = outbox_.reliable() && !outbox_.connected(held.local, held.remote);
  if (outbox_.send(*slot, held.size, held.local, gone ? held.sent_by : held.remote)) count(status);
}

void Responder::count(std::uint16_t status) {
  if (status < 300) ++counters_.sent_2xx;
  if (status >= 400 && status < 500) ++counters_.sent_4xx;
  if (status >= 500) ++counters_.sent_5xx;
}

}  // namespace rung::gateway
