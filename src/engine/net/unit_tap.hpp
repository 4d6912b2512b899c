// UnitTap: shows the units of links to a tap that knows packets, each as an SCTP packet over IP
// with one DATA that carries M3UA DATA, so that a capture reads from IP up to MAP and each frame
// has one message, with its session. What the association bundled, acknowledged or repeated, the
// tap of its carrier sees.
//
//   source port 2 | destination port 2 | verification tag 4 | checksum 4
//   0 | 3 | length 2 | TSN 4 | stream 2 | number in it 2 | PPID 3, 4    (RFC 9260 3.3.1)
//   M3UA: version 1 | 0 | 1 | 1 | length 4 | 0210 | length 2 | unit     (RFC 4666 3.3.1)
#pragma once

#include <array>
#include <cstdint>

#include "engine/net/captured_frame.hpp"
#include "engine/net/tap.hpp"

namespace rung::m3ua {

/// The two ends of the association that units are shown to travel on.
struct UnitEnds {
  Endpoint own{};                 // their ports are not looked at
  Endpoint peer{};                // family none: that of the last unit received
  std::uint16_t own_port = 2905;  // of SCTP
  std::uint16_t peer_port = 2905;
};

class UnitTap final : public Tap {
 public:
  /// `packets` outlives this. TSNs begin with the worker's share of them, so that the units of all
  /// workers read as one association. Precondition: worker < kWorkersMax.
  static constexpr std::uint32_t kWorkersMax = 64;
  UnitTap(Tap& packets, const UnitEnds& ends, std::uint32_t worker);

  void on_rx(std::span<const RxDatagram> burst) override;
  void on_tx(std::span<const TxDatagram> burst, Time now) override;

 private:
  static constexpr std::size_t kStreams = 16;  // for data, chosen by SLS, behind stream 0
  struct Direction {
    std::uint32_t tag;
    std::uint32_t tsn;
    std::array<std::uint16_t, kStreams> numbers{};
  };
  /// The packet around `unit`, in room_.
  Octets packet(Octets unit, std::uint16_t source, std::uint16_t destination, Direction& direction);

  Tap& packets_;
  UnitEnds ends_;
  Direction sent_;
  Direction received_;
  std::array<std::uint8_t, kFrameOctetsMax> room_{};
};

}  // namespace rung::m3ua
