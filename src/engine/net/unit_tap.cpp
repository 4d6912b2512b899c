#include "engine/net/unit_tap.hpp"

#include <cstring>

#include "engine/net/sctp_checksum.hpp"
#include "engine/wire/m3ua.hpp"

namespace rung::m3ua {
namespace {

constexpr std::size_t kChunkHeaderSize = 16;
constexpr std::uint16_t kWholeData = 0x0003;       // DATA, beginning and end of a message
constexpr std::uint32_t kDataHeader = 0x01000101;  // version 1, transfer class, DATA
constexpr std::uint16_t kProtocolDataTag = 0x0210;
constexpr std::size_t kSlsOffset = kProtocolDataHeaderSize - 1;
constexpr std::uint32_t kTsnsPerWorker = UINT32_MAX / UnitTap::kWorkersMax;

constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

static_assert(kFrameOctetsMax >=
              kSctpHeaderSize + kChunkHeaderSize + kHeaderSize + 4 + padded(kDatagramSizeMax));

Endpoint without_port(Endpoint end) {
  end.port = 0;
  return end;
}

}  // namespace

UnitTap::UnitTap(Tap& packets, const UnitEnds& ends, std::uint32_t worker)
    : packets_(packets),
      ends_(ends),
      sent_{1, worker * kTsnsPerWorker + 1},
      received_{2, worker * kTsnsPerWorker + 1} {
  ENGINE_ASSERT(worker < kWorkersMax);
}

Octets UnitTap::packet(Octets unit, std::uint16_t source, std::uint16_t destination,
                       Direction& direction) {
  const std::size_t parameter = 4 + unit.size();
  const std::size_t message = kHeaderSize + padded(parameter);
  const std::size_t stream = unit.size() > kSlsOffset ? unit[kSlsOffset] % kStreams : 0;
  Writer w{room_};
  w.u16(source);
  w.u16(destination);
  w.u32(direction.tag);
  w.u32(0);
  w.u16(kWholeData);
  w.u16(narrow<std::uint16_t>(kChunkHeaderSize + message));
  w.u32(direction.tsn++);
  w.u16(narrow<std::uint16_t>(1 + stream));
  w.u16(direction.numbers[stream]++);
  w.u32(kPpid);
  w.u32(kDataHeader);
  w.u32(narrow<std::uint32_t>(message));
  w.u16(kProtocolDataTag);
  w.u16(narrow<std::uint16_t>(parameter));
  w.octets(unit);
  while (w.size() % 4 != 0) w.u8(0);
  const MutableOctets packet = MutableOctets(room_).first(w.size());
  put_sctp_checksum(packet);
  return packet;
}

void UnitTap::on_rx(std::span<const RxDatagram> burst) {
  for (RxDatagram shown : burst) {
    if (shown.remote.family != AddressFamily::none) ends_.peer = shown.remote;
    shown.octets = packet(shown.octets, ends_.peer_port, ends_.own_port, received_);
    shown.local = without_port(ends_.own);
    shown.remote = without_port(ends_.peer);
    packets_.on_rx({&shown, 1});
  }
}

void UnitTap::on_tx(std::span<const TxDatagram> burst, Time now) {
  for (TxDatagram shown : burst) {
    const Octets octets = packet(shown.octets(), ends_.own_port, ends_.peer_port, sent_);
    shown.buffer = room_.data();
    shown.size = narrow<std::uint32_t>(octets.size());
    shown.local = without_port(ends_.own);
    shown.remote = without_port(ends_.peer);
    packets_.on_tx({&shown, 1}, now);
  }
}

}  // namespace rung::m3ua
