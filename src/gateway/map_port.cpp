#include "gateway/map_port.hpp"

#include <algorithm>

namespace rung::gateway {
namespace {

constexpr std::uint8_t kSlsMask = 0x0f;  // four bits between ITU point codes
constexpr std::uint16_t kPointCodeMask = 0x3fff;

}  // namespace

bool MapPeer::set(const sccp::Address& from) {
  std::array<std::uint8_t, sccp::kAddressSizeMax> octets;
  Writer writer(octets);
  if (!sccp::write_address(from, writer)) return false;
  std::copy_n(octets.begin(), writer.size(), address.begin());
  address_size = static_cast<std::uint8_t>(writer.size());
  return true;
}

MapPort::MapPort(const NetworkConfig& config, Transport& transport, GatewayCounters& counters)
    : number_(config.number),
      point_code_(config.point_code),
      relay_point_code_(config.relay_point_code),
      network_indicator_(config.network_indicator),
      outbox_(transport, counters),
      counters_(counters) {}

bool MapPort::read(Octets unit, MapUnit& out, Time now) {
  ++counters_.map_rx;
  const bool is_sccp = m3ua::read(unit, out.label) && out.label.si == m3ua::kServiceSccp;
  if (!is_sccp || sccp::decode(out.label.user_data, out.sccp) != sccp::Error::none) {
    ++counters_.map_rx_malformed;
    return false;
  }
  if (out.sccp.called.ssn == sccp::kSsnManagement) {
    answer_status_test(out, now);
    return false;
  }
  out.tcap_error = tcap::decode(out.sccp.data, out.tcap);
  return true;
}

MapPeer MapPort::peer_of(const MapUnit& unit) {
  MapPeer peer;
  peer.set(unit.sccp.calling);
  peer.sls = unit.label.sls;
  peer.point_code = static_cast<std::uint16_t>(unit.label.opc & kPointCodeMask);
  return peer;
}

MapPeer MapPort::peer_at(std::string_view number, std::uint8_t ssn) {
  std::array<std::uint8_t, sccp::kTitleOctetsMax> title;
  MapPeer peer;
  peer.set(sccp::e164_address(number, ssn, title));
  peer.sls = sls_++ & kSlsMask;
  peer.point_code = static_cast<std::uint16_t>(relay_point_code_);
  return peer;
}

bool MapPort::send(const MapPeer& peer, std::uint8_t own_ssn, Octets tcap, Time now) {
  std::array<std::uint8_t, sccp::kTitleOctetsMax> title;
  sccp::Message message;
  message.type = tcap.size() <= sccp::kUnitDataMax ? sccp::Type::udt : sccp::Type::ludt;
  message.protocol_class = sccp::kReturnOnError;
  if (!sccp::read_address(Octets(peer.address).first(peer.address_size), message.called)) {
    ++counters_.map_unsent;
    return false;
  }
  message.calling = sccp::e164_address(number_, own_ssn, title);
  message.data = tcap;
  return send_unitdata(peer, message, now);
}

bool MapPort::send_unitdata(const MapPeer& peer, const sccp::Message& message, Time now) {
  TxDatagram* slot = outbox_.reserve(now);
  if (slot == nullptr) return false;
  const MutableOctets room = slot->space();
  const auto size = sccp::encode(message, room.subspan(m3ua::kProtocolDataHeaderSize));
  if (!size.ok()) {
    outbox_.drop();
    ++counters_.map_unsent;
    return false;
  }
  const m3ua::ProtocolData data{
      .opc = point_code_,
      .dpc = peer.point_code,
      .ni = network_indicator_,
      .sls = peer.sls,
      .user_data = Octets(room).subspan(m3ua::kProtocolDataHeaderSize, *size)};
  ++counters_.map_tx;
  return outbox_.send(*slot, m3ua::write(data, room), {}, {});
}

void MapPort::answer_status_test(const MapUnit& unit, Time now) {
  sccp::Management test;
  if (!sccp::read(unit.sccp.data, test) || test.type != sccp::Management::Type::status_test) return;
  std::array<std::uint8_t, sccp::Management::kSize> octets;
  std::array<std::uint8_t, sccp::kTitleOctetsMax> title;
  Writer writer(octets);
  test.type = sccp::Management::Type::allowed;
  sccp::write(test, writer);
  sccp::Message answer;
  answer.called = unit.sccp.calling;
  answer.calling = sccp::e164_address(number_, sccp::kSsnManagement, title);
  answer.data = writer.written();
  send_unitdata(peer_of(unit), answer, now);
}

}  // namespace rung::gateway
