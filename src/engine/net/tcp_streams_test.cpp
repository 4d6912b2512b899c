#include "engine/net/tcp_streams.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

const Endpoint kUe = Endpoint::ipv4(0x7f400001, 5060);
const Endpoint kGateway = Endpoint::ipv4(0x7f000001, 5060);

CapturedFrame numbered(TcpStreams& streams, const Endpoint& from, const Endpoint& to,
                       std::string_view text) {
  CapturedFrame frame;
  frame.octets = as_octets(text);
  frame.source = from;
  frame.destination = to;
  streams.number(frame);
  EXPECT_TRUE(frame.tcp);
  return frame;
}

TEST(TcpStreams, each_direction_goes_on_where_it_stopped_and_acknowledges_the_other) {
  TcpStreams streams(64);
  const CapturedFrame request = numbered(streams, kUe, kGateway, "MESSAGE");
  EXPECT_EQ(request.sequence, 1U);
  EXPECT_EQ(request.acknowledgment, 1U);
  const CapturedFrame answer = numbered(streams, kGateway, kUe, "202");
  EXPECT_EQ(answer.sequence, 1U);
  EXPECT_EQ(answer.acknowledgment, 8U);
  const CapturedFrame next = numbered(streams, kUe, kGateway, "200");
  EXPECT_EQ(next.sequence, 8U);
  EXPECT_EQ(next.acknowledgment, 4U);
}

TEST(TcpStreams, connections_count_apart_and_more_than_fit_begin_anew) {
  TcpStreams streams(16);
  for (std::uint32_t round = 0; round < 2; ++round) {
    for (std::uint32_t ue = 0; ue < 8; ++ue) {
      const Endpoint end = Endpoint::ipv4(0x7f400001 + ue, 5060);
      EXPECT_EQ(numbered(streams, end, kGateway, "1234").sequence, 1 + 4 * round) << ue;
    }
  }
  for (std::uint32_t ue = 0; ue < 1000; ++ue) {
    const Endpoint end = Endpoint::ipv4(0x7f500001 + ue, 5060);
    EXPECT_EQ(numbered(streams, end, kGateway, "1234").sequence, 1U) << ue;
  }
}

}  // namespace
}  // namespace rung
