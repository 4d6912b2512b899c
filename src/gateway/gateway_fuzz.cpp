// Feeds a gateway with arbitrary datagrams: the input is cut at each octet FF, which SIP never
// needs, and every piece arrives as one datagram from a registered UE. Whatever comes out must be
// SIP.
#include <cstdint>
#include <cstdlib>
#include <string>

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

gateway::GatewayConfig small_config() {
  gateway::GatewayConfig config;
  config.listen = Endpoint::ipv4(0x7f000001, 5060);
  config.users_max = 8;
  config.transactions_max = 8;
  config.submits_max = 4;
  config.stored_max = 4;
  config.absorbed_max = 16;
  return config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const gateway::GatewayConfig config = small_config();
  gateway::FakeWire wire(config.listen, 32);
  gateway::Gateway gateway(config, wire);
  const Endpoint ue = Endpoint::ipv4(0x7f400001, 5060);
  Time now = time_from_ns(1'000'000'000);
  wire.deliver(kRegister, ue);
  std::string piece;
  for (std::size_t i = 0; i <= size; ++i) {
    if (i < size && data[i] != 0xff) {
      piece += static_cast<char>(data[i]);
      continue;
    }
    wire.deliver(piece, ue);
    piece.clear();
    gateway.pass(now += std::chrono::milliseconds(300), 1'773'497'366);
  }
  for (int i = 0; i < 40; ++i) gateway.pass(now += std::chrono::seconds(1), 1'773'497'366);
  for (const gateway::SentDatagram& sent : wire.take_sent()) {
    sip::View view;
    if (sip::parse(as_octets(sent.octets), view) != sip::Error::none) std::abort();
  }
  return 0;
}
