#include "engine/wire/tpdu.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/wire/guard_page.hpp"
#include "engine/wire/sms_random.hpp"

namespace rung::tp {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes octets_of(std::string_view hex) {
  const auto octets = parse_hex(hex);
  return octets.ok() ? *octets : Bytes{};
}

Error decode_error(std::string_view hex, Direction direction, Carrier carrier) {
  Tpdu tpdu;
  return decode(octets_of(hex), direction, carrier, tpdu);
}

void expect_same_octets(const Tpdu& tpdu, Carrier carrier, Octets octets) {
  std::array<std::uint8_t, 255> out;
  const auto size = encode(tpdu, carrier, out);
  ASSERT_TRUE(size.ok()) << to_string(size.error()) << ": " << to_hex(octets);
  EXPECT_EQ(to_hex(Octets{out}.first(*size)), to_hex(octets));
}

constexpr Direction kDirections[] = {Direction::ms_to_sc, Direction::sc_to_ms};
constexpr Carrier kCarriers[] = {Carrier::rp_data, Carrier::rp_ack, Carrier::rp_error};

TEST(Tpdu, submit_reads_field_by_field) {
  const Bytes octets = {0xb5,                    // MTI 01, RD, VPF 10, SRR, RP
                        0x2a,                    // TP-MR
                        0x03, 0x81, 0x21, 0xf3,  // TP-DA: 3 digits, unknown, 123
                        0x41,                    // TP-PID
                        0x04,                    // TP-DCS: 8-bit
                        0x8f,                    // TP-VP: 12 hours
                        0x02, 0xca, 0xfe};       // TP-UDL, TP-UD
  Tpdu tpdu;

  ASSERT_EQ(decode(octets, Direction::ms_to_sc, Carrier::rp_data, tpdu), Error::none);

  EXPECT_EQ(tpdu.type, Type::submit);
  EXPECT_TRUE(tpdu.reject_duplicates);
  EXPECT_TRUE(tpdu.status_report);
  EXPECT_TRUE(tpdu.reply_path);
  EXPECT_FALSE(tpdu.has_user_data_header);
  EXPECT_EQ(tpdu.vpf, Vpf::relative);
  EXPECT_EQ(tpdu.reference, 0x2a);
  EXPECT_TRUE(number_equals(tpdu.address, "123"));
  EXPECT_FALSE(number_equals(tpdu.address, "124"));
  EXPECT_FALSE(number_equals(tpdu.address, "12"));
  EXPECT_EQ(tpdu.protocol_id, 0x41);
  EXPECT_EQ(tpdu.data_coding, 0x04);
  EXPECT_EQ(validity_seconds(tpdu.vpf, tpdu.validity), 12U * 3600);
  EXPECT_EQ(tpdu.user_data.size(), 2U);
  expect_same_octets(tpdu, Carrier::rp_data, octets);
}

TEST(Tpdu, same_octets_are_other_reports_under_ack_and_error) {
  // DELIVER-REPORT: TP-FCS D3 only under RP-ERROR; under RP-ACK the same octet is TP-PI.
  const Bytes octets = octets_of("00d300");
  Tpdu tpdu;
  ASSERT_EQ(decode(octets, Direction::ms_to_sc, Carrier::rp_error, tpdu), Error::none);
  EXPECT_EQ(tpdu.failure_cause, 0xd3);
  EXPECT_EQ(decode_error("00d300", Direction::ms_to_sc, Carrier::rp_ack), Error::too_short);
  EXPECT_EQ(decode_error("0000", Direction::ms_to_sc, Carrier::rp_ack), Error::none);
  EXPECT_EQ(decode_error("0000", Direction::ms_to_sc, Carrier::rp_error), Error::too_short);
}

TEST(Tpdu, message_type_depends_on_direction_and_carrier) {
  // TS 23.040 9.2.3.1: what each TP-MTI may be, `-` where the RP message cannot carry it.
  struct Row {
    Direction direction;
    Carrier carrier;
    int types[4];  // by TP-MTI
  };
  constexpr int none = -1;
  const auto number = [](Type type) { return static_cast<int>(type); };
  const Row rows[] = {
      {Direction::ms_to_sc,
       Carrier::rp_data,
       {none, number(Type::submit), number(Type::command), none}},
      {Direction::sc_to_ms,
       Carrier::rp_data,
       {number(Type::deliver), none, number(Type::status_report), number(Type::deliver)}},
      {Direction::ms_to_sc, Carrier::rp_ack, {number(Type::deliver_report), none, none, none}},
      {Direction::sc_to_ms, Carrier::rp_ack, {none, number(Type::submit_report), none, none}},
      {Direction::ms_to_sc, Carrier::rp_error, {number(Type::deliver_report), none, none, none}},
      {Direction::sc_to_ms, Carrier::rp_error, {none, number(Type::submit_report), none, none}},
  };
  for (const Row& row : rows) {
    for (std::uint8_t mti = 0; mti < 4; ++mti) {
      Tpdu tpdu;
      const Error error = decode(Bytes{mti}, row.direction, row.carrier, tpdu);
      const bool allowed = row.types[mti] != none;
      EXPECT_EQ(error, allowed ? Error::too_short : Error::out_of_range);
      if (allowed) {
        EXPECT_EQ(number(tpdu.type), row.types[mti]);
      }
    }
  }
}

TEST(Tpdu, more_messages_to_send_is_a_clear_bit) {
  for (const bool last : {false, true}) {
    const Bytes octets =
        octets_of((last ? "04" : "00") + std::string("0381 21f3 0000 62304151906240 00"));
    Tpdu tpdu;
    ASSERT_EQ(decode(octets, Direction::sc_to_ms, Carrier::rp_data, tpdu), Error::none);
    EXPECT_EQ(tpdu.more_messages_to_send, !last);
  }
}

TEST(Tpdu, spare_bits_are_those_that_no_field_of_the_type_has) {
  EXPECT_EQ(spare_bits(Type::submit), 0x00);
  EXPECT_EQ(spare_bits(Type::deliver), 0x10);
  EXPECT_EQ(spare_bits(Type::status_report), 0x90);
  EXPECT_EQ(spare_bits(Type::command), 0x9c);
  EXPECT_EQ(spare_bits(Type::submit_report), 0xbc);
  EXPECT_EQ(spare_bits(Type::deliver_report), 0xbc);
}

TEST(Tpdu, reserved_bits_and_a_reserved_type_come_back_as_they_were) {
  Tpdu tpdu;
  const Bytes octets = octets_of("17 0381 21f3 0000 62304151906240 00");
  ASSERT_EQ(decode(octets, Direction::sc_to_ms, Carrier::rp_data, tpdu), Error::none);
  EXPECT_EQ(tpdu.type, Type::deliver);
  expect_same_octets(tpdu, Carrier::rp_data, octets);
}

TEST(Tpdu, status_report_may_end_at_its_status_or_go_on) {
  const std::string head = "06 2a 0381 21f3 62304151906240 62304151906240 00";
  for (const char* rest : {"", "00", "07 40 04 02 cafe"}) {
    const Bytes octets = octets_of(head + rest);
    Tpdu tpdu;

    ASSERT_EQ(decode(octets, Direction::sc_to_ms, Carrier::rp_data, tpdu), Error::none);

    EXPECT_EQ(tpdu.has_parameter_indicator, *rest != '\0');
    EXPECT_EQ(tpdu.has_user_data, std::string_view(rest).size() > 2);
    EXPECT_EQ(tpdu.protocol_id, tpdu.has_protocol_id ? 0x40 : 0);
    expect_same_octets(tpdu, Carrier::rp_data, octets);
  }
}

TEST(Tpdu, reserved_bits_of_the_parameter_indicator_announce_octets_to_pass_over) {
  // 9.2.3.27: bit 3 is reserved; bit 7 chains another indicator octet.
  for (const char* hex : {"00 0c 02 cafe 010203", "00 81 01 40 0102", "00 80 00", "00 08"}) {
    const Bytes octets = octets_of(hex);
    Tpdu tpdu;
    ASSERT_EQ(decode(octets, Direction::ms_to_sc, Carrier::rp_ack, tpdu), Error::none) << hex;
    expect_same_octets(tpdu, Carrier::rp_ack, octets);
  }
  EXPECT_EQ(decode_error("00 04 02 cafe 01", Direction::ms_to_sc, Carrier::rp_ack),
            Error::trailing_octets);
  EXPECT_EQ(decode_error("00 80", Direction::ms_to_sc, Carrier::rp_ack), Error::too_short);
}

TEST(Tpdu, each_defect_has_its_error) {
  struct Defect {
    const char* hex;
    Error error;
  };
  // SUBMIT without TP-VP: first octet, TP-MR, TP-DA, TP-PID, TP-DCS, TP-UDL, TP-UD.
  const Defect defects[] = {
      {"01 00 03 81 21f3 00 04 02 ca", Error::user_data_length},
      {"01 00 03 81 21f3 00 04 02 cafeba", Error::trailing_octets},
      {"01 00 03 81 21f3 00 00 02 cafeba", Error::trailing_octets},  // two septets are two octets
      {"01 00 15 81 2121212121212121212121 00 00 00", Error::address_length},
      {"01 00 04 81 21f3 00 00 00", Error::semi_octet},
      {"01 00 04 81 2f31 00 00 00", Error::semi_octet},
      {"01 00 03 81 21", Error::too_short},
      {"01 00 03 81 21f3 00 00", Error::too_short},
      {"41 00 03 81 21f3 00 00 00", Error::user_data_header},
      {"41 00 03 81 21f3 00 04 03 030003", Error::user_data_header},
      {"41 00 03 81 21f3 00 00 06 050003010201", Error::user_data_header},  // 7 septets of header
      {"41 00 03 81 21f3 00 00 07 05000301020100", Error::none},
      {"41 00 03 81 21f3 00 04 06 050003010201", Error::none},
      {"01 00 03 d0 21f3 00 00 00", Error::none},  // alphanumeric: any octets
      {"01 00 00 81 00 00 00", Error::none},       // a number without digits
  };
  for (const Defect& defect : defects) {
    EXPECT_EQ(decode_error(defect.hex, Direction::ms_to_sc, Carrier::rp_data), defect.error)
        << defect.hex;
  }
}

TEST(Tpdu, user_data_limits_are_exact) {
  // TP-UDL-b: 160 septets, 140 octets, 70 UCS2 units; with a header of 6 octets 153, 134, 67.
  struct Limit {
    std::uint8_t coding;
    std::size_t header;
    std::size_t units;  // of text, the most that fit; one unit is 1 septet, 1 octet or 2 octets
    std::size_t unit_size;
  };
  const Limit limits[] = {{0x00, 0, 160, 1}, {0x04, 0, 140, 1}, {0x08, 0, 70, 2},
                          {0x00, 6, 153, 1}, {0x04, 6, 134, 1}, {0x08, 6, 67, 2},
                          {0x00, 7, 152, 1}, {0x04, 7, 133, 1}, {0x08, 7, 66, 2}};
  for (const Limit& limit : limits) {
    for (const std::size_t units : {limit.units, limit.units + 1}) {
      std::array<std::uint8_t, 7> header{};
      const udh::Concatenation parts{
          .reference = 1, .total = 2, .sequence = 1, .wide = limit.header == 7};
      udh::encode_concatenation(parts, header);
      const Bytes text(units * limit.unit_size, 'A');
      std::array<std::uint8_t, 200> storage;
      std::array<std::uint8_t, kAddressValueSizeMax> number;
      Tpdu tpdu;
      make_number("12125552222", kInternationalE164, number, tpdu.address);

      ASSERT_TRUE(
          set_user_data(tpdu, limit.coding, Octets{header}.first(limit.header), text, storage));
      std::array<std::uint8_t, 255> out;
      const auto size = encode(tpdu, Carrier::rp_data, out);

      if (units == limit.units) {
        ASSERT_TRUE(size.ok());
        Tpdu back;
        ASSERT_EQ(decode(Octets{out}.first(*size), Direction::ms_to_sc, Carrier::rp_data, back),
                  Error::none);
        EXPECT_EQ(to_hex(back.user_data), to_hex(tpdu.user_data));
      } else {
        EXPECT_EQ(size.error(), Error::user_data_length) << int{limit.coding} << " " << units;
      }
    }
  }
}

TEST(Tpdu, decoding_refuses_user_data_beyond_the_limits) {
  for (const bool beyond : {false, true}) {
    Bytes octets = octets_of("01 00 03 81 21f3 00 04");
    const std::size_t size = beyond ? 141 : 140;
    octets.push_back(static_cast<std::uint8_t>(size));
    octets.resize(octets.size() + size, 0x41);
    Tpdu tpdu;
    EXPECT_EQ(decode(octets, Direction::ms_to_sc, Carrier::rp_data, tpdu),
              beyond ? Error::user_data_length : Error::none);
  }
  // A DELIVER-REPORT has 164 octets in all: 161 of TP-UD without TP-PID and TP-DCS.
  for (const std::size_t size : {161U, 162U}) {
    Bytes octets = octets_of("00 06 04");
    octets[1] = 0x06;
    octets.push_back(static_cast<std::uint8_t>(size - 1));
    octets.resize(octets.size() + size - 1, 0x41);
    Tpdu tpdu;
    EXPECT_EQ(decode(octets, Direction::ms_to_sc, Carrier::rp_ack, tpdu),
              size == 161 ? Error::none : Error::user_data_length);
  }
}

TEST(Tpdu, chain_of_parameter_indicators_is_bounded_by_the_tpdu) {
  for (const std::size_t size : {kTpduSizeMax, kTpduSizeMax + 1}) {
    Bytes octets(size, 0x80);  // TP-PI octets that all announce another
    octets.front() = 0x00;
    octets.back() = 0x00;
    Tpdu tpdu;
    EXPECT_EQ(decode(octets, Direction::ms_to_sc, Carrier::rp_ack, tpdu),
              size == kTpduSizeMax ? Error::none : Error::out_of_range);
  }
}

TEST(Tpdu, encoding_refuses_what_does_not_fit_together) {
  std::array<std::uint8_t, 255> out;
  Tpdu tpdu;
  EXPECT_EQ(encode(tpdu, Carrier::rp_ack, out).error(), Error::out_of_range);
  tpdu.vpf = Vpf::relative;
  EXPECT_EQ(encode(tpdu, Carrier::rp_data, out).error(), Error::out_of_range);
  tpdu.vpf = Vpf::none;
  tpdu.address.digits = 3;
  EXPECT_EQ(encode(tpdu, Carrier::rp_data, out).error(), Error::address_length);
  tpdu.address.digits = 0;
  tpdu.user_data_length = 1;
  EXPECT_EQ(encode(tpdu, Carrier::rp_data, out).error(), Error::user_data_length);
  tpdu.user_data_length = 0;
  tpdu.has_user_data_header = true;
  EXPECT_EQ(encode(tpdu, Carrier::rp_data, out).error(), Error::user_data_header);
  tpdu.has_user_data_header = false;
  EXPECT_EQ(encode(tpdu, Carrier::rp_data, MutableOctets{out}.first(6)).error(), Error::too_short);
  EXPECT_EQ(*encode(tpdu, Carrier::rp_data, MutableOctets{out}.first(7)), 7U);
  tpdu.type = Type::deliver;
  EXPECT_EQ(encode(tpdu, Carrier::rp_data, out).error(), Error::out_of_range);  // no TP-SCTS
  tpdu.type = Type::deliver_report;
  const Bytes more = {1, 2};
  tpdu.additional = more;
  EXPECT_EQ(encode(tpdu, Carrier::rp_ack, out).error(), Error::out_of_range);
}

TEST(Tpdu, what_is_drawn_from_a_seed_comes_back_field_by_field) {
  Prng prng{23040};
  for (int i = 0; i < 20000; ++i) {
    const RandomTpdu random{prng};
    std::array<std::uint8_t, 255> out;
    const auto size = encode(random.tpdu, random.carrier, out);
    ASSERT_TRUE(size.ok()) << i << ": " << to_string(size.error());
    const Octets octets = Octets{out}.first(*size);
    Tpdu back;

    ASSERT_EQ(decode(octets, random.direction(), random.carrier, back), Error::none)
        << to_hex(octets);

    const Tpdu& tpdu = random.tpdu;
    EXPECT_EQ(back.type, tpdu.type);
    EXPECT_EQ(back.status_report, tpdu.status_report);
    EXPECT_EQ(back.more_messages_to_send, tpdu.more_messages_to_send);
    EXPECT_EQ(back.reply_path, tpdu.reply_path);
    EXPECT_EQ(back.has_user_data_header, tpdu.has_user_data_header);
    EXPECT_EQ(back.vpf, tpdu.vpf);
    EXPECT_EQ(back.address.ton_npi, tpdu.address.ton_npi);
    EXPECT_EQ(to_hex(back.address.value), to_hex(tpdu.address.value));
    EXPECT_EQ(to_hex(back.validity), to_hex(tpdu.validity));
    EXPECT_EQ(to_hex(back.service_centre_time), to_hex(tpdu.service_centre_time));
    EXPECT_EQ(to_hex(back.discharge_time), to_hex(tpdu.discharge_time));
    EXPECT_EQ(back.failure_cause, tpdu.failure_cause);
    EXPECT_EQ(back.user_data_length, tpdu.user_data_length);
    EXPECT_EQ(to_hex(back.user_data), to_hex(tpdu.user_data));
    expect_same_octets(back, random.carrier, octets);
  }
}

TEST(Tpdu, whatever_decodes_encodes_to_the_same_octets) {
  Prng prng{170};
  int accepted = 0;
  for (int i = 0; i < 200000; ++i) {
    const RandomTpdu random{prng};
    std::array<std::uint8_t, 255> out;
    const auto size = encode(random.tpdu, random.carrier, out);
    ASSERT_TRUE(size.ok());
    const MutableOctets octets = MutableOctets{out}.first(*size);
    octets[prng.below(octets.size())] ^= static_cast<std::uint8_t>(1U << prng.below(8));
    Tpdu tpdu;
    if (decode(octets, random.direction(), random.carrier, tpdu) != Error::none) continue;
    ++accepted;
    expect_same_octets(tpdu, random.carrier, octets);
  }
  EXPECT_GT(accepted, 50000);
}

TEST(Tpdu, nothing_is_read_past_the_end_at_any_length) {
  Prng prng{31};
  for (int i = 0; i < 60; ++i) {
    const RandomTpdu random{prng};
    std::array<std::uint8_t, 255> out;
    const auto whole = encode(random.tpdu, random.carrier, out);
    ASSERT_TRUE(whole.ok());
    for (std::size_t size = 0; size <= *whole; ++size) {
      const GuardedCopy cut{Octets{out}.first(size)};
      for (const Direction direction : kDirections) {
        for (const Carrier carrier : kCarriers) {
          Tpdu tpdu;
          if (decode(cut.octets(), direction, carrier, tpdu) != Error::none) continue;
          std::array<char, kUserTextSizeMax> text;
          EXPECT_LE(user_text(tpdu, text), text.size());
          expect_same_octets(tpdu, carrier, cut.octets());
        }
      }
    }
  }
}

TEST(TpduCoding, data_coding_scheme_names_the_alphabet) {
  // TS 23.038 clause 4, group by group.
  EXPECT_EQ(alphabet(0x00), Alphabet::gsm7);
  EXPECT_EQ(alphabet(0x04), Alphabet::octets);
  EXPECT_EQ(alphabet(0x08), Alphabet::ucs2);
  EXPECT_EQ(alphabet(0x0c), Alphabet::gsm7);    // reserved
  EXPECT_EQ(alphabet(0x19), Alphabet::ucs2);    // with class 1
  EXPECT_EQ(alphabet(0x44), Alphabet::octets);  // automatic deletion
  EXPECT_EQ(alphabet(0x88), Alphabet::gsm7);    // reserved group
  EXPECT_EQ(alphabet(0xc8), Alphabet::gsm7);    // message waiting, discard
  EXPECT_EQ(alphabet(0xd8), Alphabet::gsm7);
  EXPECT_EQ(alphabet(0xe0), Alphabet::ucs2);
  EXPECT_EQ(alphabet(0xf1), Alphabet::gsm7);
  EXPECT_EQ(alphabet(0xf5), Alphabet::octets);
  EXPECT_TRUE(compressed(0x20));
  EXPECT_TRUE(compressed(0x64));
  EXPECT_FALSE(compressed(0xe0));
  EXPECT_EQ(user_data_octets(0x00, 160), 140U);
  EXPECT_EQ(user_data_octets(0x20, 140), 140U);
  EXPECT_EQ(user_data_octets(0x08, 140), 140U);
}

TEST(TpduUserData, text_behind_a_header_reads_in_every_alphabet) {
  std::array<std::uint8_t, 7> header;
  const std::size_t size =
      udh::encode_concatenation({.reference = 9, .total = 2, .sequence = 1, .wide = false}, header);
  const std::pair<std::uint8_t, Bytes> texts[] = {
      {0x00, {'H', 'i'}}, {0x04, {'H', 'i'}}, {0x08, {0, 'H', 0, 'i'}}};
  for (const auto& [coding, units] : texts) {
    std::array<std::uint8_t, 140> storage;
    Tpdu tpdu;
    ASSERT_TRUE(set_user_data(tpdu, coding, Octets{header}.first(size), units, storage));
    std::array<char, 10> text;
    EXPECT_EQ(std::string(text.data(), user_text(tpdu, text)), "Hi");
    EXPECT_EQ(user_data_header(tpdu).size(), 6U);
  }
}

TEST(TpduUserData, refuses_what_tp_udl_cannot_count) {
  Tpdu tpdu;
  std::array<std::uint8_t, 140> storage;
  EXPECT_FALSE(set_user_data(tpdu, 4, {}, Bytes(141), storage));
  std::array<std::uint8_t, 300> large;
  EXPECT_FALSE(set_user_data(tpdu, 4, {}, Bytes(256), large));
  EXPECT_TRUE(tpdu.user_data.empty());
}

TEST(TpduAddress, alphanumeric_length_counts_semi_octets) {
  std::array<std::uint8_t, kAddressValueSizeMax> storage;
  Address address;
  ASSERT_TRUE(make_alphanumeric("Elevenchars", storage, address));
  EXPECT_EQ(address.digits, 20);
  std::array<char, kAddressTextSizeMax> text;
  EXPECT_EQ(std::string(text.data(), address_text(address, text)), "Elevenchars");
  EXPECT_FALSE(make_alphanumeric("Twelve chars", storage, address));
  EXPECT_FALSE(make_alphanumeric("Жук", storage, address));
  EXPECT_FALSE(make_number("123456789012345678901", 0x91, storage, address));
  EXPECT_FALSE(make_number("+49", 0x91, storage, address));
}

}  // namespace
}  // namespace rung::tp
