#include "engine/net/unit_tap.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "engine/base/hex.hpp"
#include "engine/net/sctp_checksum.hpp"

namespace rung::m3ua {
namespace {

const Endpoint kOwn = Endpoint::ipv4(0x0a000001, 9899);
const Endpoint kPeer = Endpoint::ipv4(0x0a000002, 9899);

/// Keeps what it was shown.
class ShownTap final : public Tap {
 public:
  struct Frame {
    std::vector<std::uint8_t> octets;
    Endpoint local, remote;
    FrameNumber frame;
    FrameOwner owner;
    std::uint8_t step;
    bool sent;
  };
  void on_rx(std::span<const RxDatagram> burst) override {
    for (const RxDatagram& d : burst) {
      frames.push_back({{d.octets.begin(), d.octets.end()},
                        d.local,
                        d.remote,
                        d.frame,
                        d.owner,
                        d.mark.step,
                        false});
    }
  }
  void on_tx(std::span<const TxDatagram> burst, Time) override {
    for (const TxDatagram& d : burst) {
      const Octets octets = d.octets();
      frames.push_back(
          {{octets.begin(), octets.end()}, d.local, d.remote, d.frame, d.owner, d.mark.step, true});
    }
  }
  std::vector<Frame> frames;
};

class UnitTapTest : public testing::Test {
 protected:
  void send(std::vector<std::uint8_t> unit) {
    TxDatagram d;
    d.buffer = unit.data();
    d.size = static_cast<std::uint32_t>(unit.size());
    d.frame = 7;
    d.owner = 99;
    d.mark.step = 3;
    tap.on_tx({&d, 1}, Time{});
  }
  void receive(const std::vector<std::uint8_t>& unit, const Endpoint& from) {
    RxDatagram d;
    d.octets = unit;
    d.local = kOwn;
    d.remote = from;
    d.frame = 8;
    d.owner = 98;
    d.mark.step = 4;
    tap.on_rx({&d, 1});
  }
  ShownTap shown;
  UnitTap tap{shown, {.own = kOwn, .peer = {}, .own_port = 2905, .peer_port = 2906}, 1};
};

TEST_F(UnitTapTest, a_unit_is_one_data_chunk_with_its_session) {
  // OPC 2, DPC 1, SCCP, national, priority 0, SLS 0x25, one octet of SCCP.
  const auto unit = *parse_hex("00000002 00000001 03 02 00 25 09");

  receive(unit, kPeer);

  ASSERT_EQ(shown.frames.size(), 1U);
  const ShownTap::Frame& frame = shown.frames[0];
  Octets octets = frame.octets;
  EXPECT_EQ(to_hex(octets.first(8)), "0b 5a 0b 59 00 00 00 02") << "ports 2906, 2905, tag";
  EXPECT_TRUE(sctp_checksum_good(octets));
  // DATA, whole, 16 + 28 octets; stream 1 + 5, the first in it; M3UA.
  octets = octets.subspan(kSctpHeaderSize);
  EXPECT_EQ(to_hex(octets.first(4)), "00 03 00 2c");
  EXPECT_EQ(to_hex(octets.subspan(8, 8)), "00 06 00 00 00 00 00 03");
  EXPECT_EQ(to_hex(octets.subspan(16)),
            "01 00 01 01 00 00 00 1c 02 10 00 11 "
            "00 00 00 02 00 00 00 01 03 02 00 25 09 00 00 00");
  EXPECT_EQ(frame.frame, 8U);
  EXPECT_EQ(frame.owner, 98U);
  EXPECT_EQ(frame.step, 4U);
  EXPECT_EQ(to_string(frame.remote), "10.0.0.2:0");
  EXPECT_EQ(to_string(frame.local), "10.0.0.1:0");
}

TEST_F(UnitTapTest, transmission_sequence_numbers_count_each_direction_within_the_worker_s_share) {
  const auto unit = *parse_hex("00000002 00000001 03 02 00 05 09");
  const auto tsn = [&](std::size_t i) {
    return Reader{Octets(shown.frames[i].octets).subspan(kSctpHeaderSize + 4)}.u32();
  };

  send(unit);
  send(unit);
  receive(unit, kPeer);

  EXPECT_EQ(tsn(1), tsn(0) + 1);
  EXPECT_EQ(tsn(2), tsn(0));
  EXPECT_EQ(tsn(0), UINT32_MAX / UnitTap::kWorkersMax + 1);
}

TEST_F(UnitTapTest, what_is_sent_goes_to_whom_the_last_unit_came_from) {
  const auto unit = *parse_hex("00000002 00000001 03 02 00 05 09");
  const Endpoint other = Endpoint::ipv4(0x0a000003, 9899);

  receive(unit, other);
  send(unit);

  EXPECT_EQ(to_string(shown.frames[1].remote), "10.0.0.3:0");
  EXPECT_TRUE(shown.frames[1].sent);
  EXPECT_EQ(shown.frames[1].frame, 7U);
}

TEST_F(UnitTapTest, the_longest_unit_has_room) {
  send(std::vector<std::uint8_t>(kDatagramSizeMax, 1));

  EXPECT_LE(shown.frames[0].octets.size(), kFrameOctetsMax);
  EXPECT_TRUE(sctp_checksum_good(shown.frames[0].octets));
}

}  // namespace
}  // namespace rung::m3ua
