#include "checks/unit_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "engine/base/hex.hpp"

namespace rung {
namespace {

/// The M3UA DATA called `name` of tests/golden/ss7/map.txt, in an SCTP packet.
std::vector<std::uint8_t> packet_of(std::string_view name) {
  std::ifstream stream(RUNG_SOURCE_DIR "/tests/golden/ss7/map.txt");
  for (std::string line; std::getline(stream, line);) {
    const std::size_t bar = line.find('|');
    if (bar == std::string::npos || line.substr(0, line.find_first_of(" |")) != name) continue;
    const auto message = *parse_hex(line.substr(bar + 1, line.find('|', bar + 1) - bar - 1));
    std::vector<std::uint8_t> packet(28 + message.size());
    Writer writer{packet};
    for (int i = 0; i < 3; ++i) writer.u32(0);  // ports, tag, checksum
    writer.u16(0x0003);
    writer.u16(static_cast<std::uint16_t>(16 + message.size()));
    for (int i = 0; i < 3; ++i) writer.u32(3);  // TSN, stream, PPID
    writer.octets(message);
    return packet;
  }
  ADD_FAILURE() << "no vector " << name;
  return {};
}

std::string value_at(const DecodedMessage& message, std::string_view path) {
  for (const MessageLayer& layer : message.layers) {
    for (const MessageRow& row : layer.rows) {
      if (shows(row, path)) return row.value;
    }
  }
  return "no row";
}

TEST(UnitRows, octets_that_are_no_unit_are_shown_with_the_reason) {
  const std::vector<std::uint8_t> octets(40, 0xff);

  const DecodedMessage message = decode_unit(octets, true);

  EXPECT_EQ(message.summary, "not M3UA DATA");
  EXPECT_TRUE(message.layers.front().rows.front().trouble);
  for (std::size_t size = 0; size < octets.size(); ++size) {
    EXPECT_EQ(decode_unit(Octets(octets).first(size), true).summary, "not M3UA DATA");
  }
}

TEST(UnitRows, every_front_of_a_unit_gives_rows) {
  const std::vector<std::uint8_t> whole = packet_of("E1_srism_begin");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_unit(Octets(whole).first(size), true).layers.empty());
  }
}

TEST(UnitRows, a_unit_shows_every_layer_field_by_field) {
  const DecodedMessage message = decode_unit(packet_of("E1_srism_begin"), true);

  std::string titles;
  for (const MessageLayer& layer : message.layers) titles += layer.title + " ";
  EXPECT_EQ(titles.substr(0, 20), "M3UA SCCP TCAP MAP ") << message.summary;
  EXPECT_EQ(value_at(message, "tcap.message"), "begin");
  EXPECT_NE(value_at(message, "sccp.called"), "no row");
  EXPECT_NE(value_at(message, "map.operation"), "no row");
}

TEST(UnitRows, a_short_message_is_read_the_way_it_goes) {
  const DecodedMessage forward = decode_unit(packet_of("E5_mtfsm_begin"), true);
  EXPECT_NE(forward.summary.find("SMS-DELIVER"), std::string::npos) << forward.summary;
  EXPECT_EQ(forward.layers.back().title, "SMS-DELIVER");

  const DecodedMessage submit = decode_unit(packet_of("E3_mofsm_begin"), false);
  EXPECT_EQ(submit.layers.back().title, "SMS-SUBMIT") << submit.summary;
}

}  // namespace
}  // namespace rung
