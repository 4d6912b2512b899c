// Feeds a gateway with arbitrary datagrams: the input is cut at each octet FF, which SIP never
// needs, and every piece arrives as one datagram from a registered UE. On topology isc, where the
// peer is the S-CSCF, a piece that begins with '<' is the document of a sound NOTIFY and one that
// begins with "--" the body of a sound third-party REGISTER. Whatever comes out must be SIP.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "engine/wire/sip_value.hpp"
#include "engine/wire/sip_view.hpp"
#include "gateway/fake_wire.hpp"
#include "gateway/gateway.hpp"

namespace {

using namespace rung;

constexpr const char* kRegister =
    "REGISTER sip:home1.net SIP/2.0\r\nVia: SIP/2.0/UDP 127.64.0.1:5060;branch=z9hG4bKreg\r\n"
    "From: <sip:+12125551111@home1.net>;tag=a\r\nTo: <sip:+12125551111@home1.net>\r\nCall-ID: "
    "r@ue\r\n"
    "CSeq: 1 REGISTER\r\nContact: <sip:+12125551111@127.64.0.1:5060>;+g.3gpp.smsip;expires=600\r\n"
    "Content-Length: 0\r\n\r\n";

constexpr const char* kThirdParty =
    "REGISTER sip:ipsmgw.home1.net SIP/2.0\r\nVia: SIP/2.0/UDP "
    "127.64.0.1:5060;branch=z9hG4bKr{0}\r\n"
    "From: <sip:scscf1.home1.net>;tag=a\r\nTo: <sip:+12125551111@home1.net>\r\nCall-ID: r@cscf\r\n"
    "CSeq: {0} REGISTER\r\nContact: <sip:scscf1.home1.net>\r\nExpires: 600\r\n"
    "Content-Type: multipart/mixed;boundary=b\r\nContent-Length: {1}\r\n\r\n{2}";

/// What the gateway's first SUBSCRIBE said of its dialog.
struct Dialog {
  std::string call_id;
  std::string from;
};

Dialog dialog_of(gateway::FakeWire& wire) {
  for (const gateway::SentDatagram& sent : wire.take_sent()) {
    sip::View view;
    if (sip::parse(as_octets(sent.octets), view) != sip::Error::none) std::abort();
    if (view.method() != sip::Method::subscribe) continue;
    return {std::string(view.header(sip::Header::call_id)),
            std::string(view.header(sip::Header::from))};
  }
  return {};
}

std::string third_party(std::size_t number, const std::string& body) {
  return fmt::format(fmt::runtime(kThirdParty), number, body.size(), body);
}

std::string notify(const Dialog& dialog, std::size_t number, const std::string& document) {
  return fmt::format(
      "NOTIFY sip:127.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 127.64.0.1:5060;branch=z9hG4bKn{0}\r\n"
      "From: <sip:+12125551111@home1.net>;tag=s\r\nTo: {1}\r\nCall-ID: {2}\r\nCSeq: {0} NOTIFY\r\n"
      "Event: reg\r\nSubscription-State: active;expires=600\r\nContact: <sip:127.64.0.1:5060>\r\n"
      "Content-Type: application/reginfo+xml\r\nContent-Length: {3}\r\n\r\n{4}",
      number, dialog.from, dialog.call_id, document.size(), document);
}

gateway::GatewayConfig small_config(gateway::Topology topology) {
  gateway::GatewayConfig config;
  config.topology = topology;
  config.listen = Endpoint::ipv4(0x7f000001, 5060);
  config.users_max = 8;
  config.transactions_max = 8;
  config.submits_max = 4;
  config.stored_max = 4;
  config.absorbed_max = 16;
  return config;
}

void feed(const std::uint8_t* data, std::size_t size, gateway::Topology topology) {
  const gateway::GatewayConfig config = small_config(topology);
  gateway::FakeWire wire(config.listen, 32);
  gateway::Gateway gateway(config, wire);
  const Endpoint ue = Endpoint::ipv4(0x7f400001, 5060);
  Time now = time_from_ns(1'000'000'000);
  const bool isc = topology == gateway::Topology::isc;
  wire.deliver(isc ? third_party(1, {}) : kRegister, ue);
  gateway.pass(now, 1'773'497'366);
  const Dialog dialog = dialog_of(wire);
  std::string piece;
  for (std::size_t i = 0; i <= size; ++i) {
    if (i < size && data[i] != 0xff) {
      piece += static_cast<char>(data[i]);
      continue;
    }
    if (isc && piece.starts_with('<')) piece = notify(dialog, i + 2, piece);
    if (isc && piece.starts_with("--")) piece = third_party(i + 2, piece);
    wire.deliver(piece, ue);
    piece.clear();
    gateway.pass(now += std::chrono::milliseconds(300), 1'773'497'366);
  }
  for (int i = 0; i < 40; ++i) gateway.pass(now += std::chrono::seconds(1), 1'773'497'366);
  for (const gateway::SentDatagram& sent : wire.take_sent()) {
    sip::View view;
    if (sip::parse(as_octets(sent.octets), view) != sip::Error::none) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  feed(data, size, gateway::Topology::gm);
  feed(data, size, gateway::Topology::isc);
  return 0;
}
