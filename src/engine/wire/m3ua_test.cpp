#include "engine/wire/m3ua.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/wire/guard_page.hpp"
#include "engine/wire/m3ua_data.hpp"
#include "engine/wire/m3ua_grammar.hpp"

namespace rung::m3ua {
namespace {

using Bytes = std::vector<std::uint8_t>;

Error decode_error(const Bytes& octets) {
  View view;
  return decode(octets, view);
}

Bytes finished(MessageWriter& writer, MutableOctets out) {
  const std::size_t size = writer.finish();
  EXPECT_NE(size, 0U);
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
}

/// A value of a size that the parameter may have.
Bytes some_value(Parameter parameter) {
  switch (parameter) {
    case Parameter::info: return {'h', 'i', '!'};
    case Parameter::protocol_data: return {0, 0, 0, 1, 0, 0, 0, 2, 3, 2, 0, 5, 0x09};
    default: return {0, 0, 0, 2};
  }
}

constexpr Type kTypes[] = {
#define RUNG_M3UA_MESSAGE(id, value, name) Type::id,
#include "engine/wire/m3ua_message.def"
#undef RUNG_M3UA_MESSAGE
};

TEST(M3ua, every_message_with_all_its_parameters_survives_and_lacks_none_that_is_mandatory) {
  for (const Type type : kTypes) {
    const Grammar* grammar = grammar_of(type);
    ASSERT_NE(grammar, nullptr) << to_string(type);
    std::array<std::uint8_t, 256> out;
    MessageWriter writer{out, type};
    for (const Parameter p : grammar->order()) writer.octets(p, some_value(p));
    const Bytes octets = finished(writer, out);
    View view;

    ASSERT_EQ(decode(octets, view), Error::none) << to_string(type);

    EXPECT_EQ(view.type, type);
    EXPECT_EQ(view.present, grammar->permitted) << to_string(type);
    std::array<std::uint8_t, 256> again;
    const auto size = encode(view, again);
    ASSERT_TRUE(size.ok()) << to_string(type);
    EXPECT_EQ(to_hex(Octets{again}.first(*size)), to_hex(octets));

    for (const Parameter missing : grammar->order()) {
      MessageWriter shorter{out, type};
      for (const Parameter p : grammar->order()) {
        if (p != missing) shorter.octets(p, some_value(p));
      }
      const bool mandatory = (grammar->mandatory >> static_cast<unsigned>(missing) & 1U) != 0;
      EXPECT_EQ(decode_error(finished(shorter, out)),
                mandatory ? Error::missing_parameter : Error::none)
          << to_string(type) << " without " << to_string(missing);
    }
  }
}

TEST(M3ua, a_parameter_of_another_message_or_there_twice_is_unexpected) {
  std::array<std::uint8_t, 256> out;
  MessageWriter foreign{out, Type::aspup};
  foreign.word(Parameter::routing_context, 100);
  EXPECT_EQ(decode_error(finished(foreign, out)), Error::unexpected_parameter);
  MessageWriter twice{out, Type::aspac};
  twice.word(Parameter::traffic_mode, 1).word(Parameter::traffic_mode, 2);
  EXPECT_EQ(decode_error(finished(twice, out)), Error::unexpected_parameter);
}

TEST(M3ua, routing_keys_may_stand_more_than_once_and_all_are_written_again) {
  std::array<std::uint8_t, 256> out;
  MessageWriter writer{out, Type::reg_req};
  const std::uint8_t sccp = kServiceSccp;
  write(writer, RoutingKey{.local_rk_identifier = 1, .destination = 2});
  write(writer, RoutingKey{.local_rk_identifier = 2,
                           .routing_context = 7,
                           .traffic_mode = 2,
                           .network_appearance = 8,
                           .destination = 3,
                           .service_indicators = {&sccp, 1},
                           .origins = {}});
  const Bytes octets = finished(writer, out);
  View view;
  ASSERT_EQ(decode(octets, view), Error::none);
  std::array<std::uint8_t, 256> again;
  const auto size = encode(view, again);
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(to_hex(Octets{again}.first(*size)), to_hex(octets));
  Parameters parameters{view.parameters};
  ASSERT_TRUE(parameters.next() && parameters.next());
  RoutingKey second;
  ASSERT_EQ(read(parameters.value(), second), Error::none);
  EXPECT_EQ(second.routing_context, 7U);
  EXPECT_EQ(second.network_appearance, 8U);
  EXPECT_EQ(second.destination, 3U);
  EXPECT_EQ(to_hex(second.service_indicators), "03");
}

TEST(M3ua, results_inside_lack_nothing) {
  std::array<std::uint8_t, 256> out;
  MessageWriter writer{out, Type::dereg_rsp};
  write(writer, DeregistrationResult{.routing_context = 100, .status = 5});
  const Bytes octets = finished(writer, out);
  View view;
  ASSERT_EQ(decode(octets, view), Error::none);
  DeregistrationResult result;
  ASSERT_EQ(read(view.octets(Parameter::deregistration_result), result), Error::none);
  EXPECT_EQ(result.routing_context, 100U);
  EXPECT_EQ(result.status, 5U);
  EXPECT_EQ(read(Bytes{0, 6, 0, 8, 0, 0, 0, 1}, result), Error::missing_parameter);
  EXPECT_EQ(read(Bytes{0, 6, 0, 6, 0, 0}, result), Error::parameter_length);
  RegistrationResult registration;
  EXPECT_EQ(read(Bytes{0, 11, 0, 8, 0, 0, 0, 1}, registration), Error::unexpected_parameter);
}

TEST(M3ua, each_defect_has_its_error_and_its_error_code) {
  struct Defect {
    Bytes octets;
    Error error;
    ErrorCode code;
  };
  const Defect defects[] = {
      {{1, 0, 3, 1, 0, 0, 0}, Error::too_short, ErrorCode::none},
      {{2, 0, 3, 1, 0, 0, 0, 8}, Error::version, ErrorCode::invalid_version},
      {{1, 0, 5, 1, 0, 0, 0, 8}, Error::message_class, ErrorCode::unsupported_message_class},
      {{1, 0, 3, 9, 0, 0, 0, 8}, Error::message_type, ErrorCode::unsupported_message_type},
      {{1, 0, 3, 1, 0, 0, 0, 7}, Error::length, ErrorCode::protocol_error},
      {{1, 0, 3, 1, 0, 0, 0, 12}, Error::length, ErrorCode::protocol_error},
      {{1, 0, 3, 1, 0, 0, 0, 8, 0, 0, 0, 0}, Error::length, ErrorCode::protocol_error},
      {{1, 0, 3, 1, 0, 0, 0, 12, 0, 4, 0, 3},
       Error::parameter_length,
       ErrorCode::parameter_field_error},
      {{1, 0, 3, 1, 0, 0, 0, 12, 0, 4, 0, 5},
       Error::parameter_length,
       ErrorCode::parameter_field_error},
      {{1, 0, 3, 1, 0, 0, 0, 12, 0, 0x11, 0, 4},
       Error::parameter_length,
       ErrorCode::parameter_field_error},
      {{1, 0, 4, 2, 0, 0, 0, 12, 0, 6, 0, 4},
       Error::parameter_length,
       ErrorCode::parameter_field_error},
      {{1, 0, 0, 1, 0, 0, 0, 8}, Error::missing_parameter, ErrorCode::missing_parameter},
      {{1, 0, 3, 3, 0, 0, 0, 12, 0, 4, 0, 4},
       Error::unexpected_parameter,
       ErrorCode::unexpected_parameter},
  };
  for (const Defect& defect : defects) {
    const GuardedCopy octets{defect.octets};
    View view;
    const Error error = decode(octets.octets(), view);
    EXPECT_EQ(to_string(error), to_string(defect.error)) << to_hex(defect.octets);
    EXPECT_EQ(error_code(error), defect.code) << to_hex(defect.octets);
  }
}

TEST(M3ua, the_length_may_leave_out_the_last_padding) {
  // BEAT with three octets of data; 15 octets of message, one of padding behind.
  for (const std::uint8_t length : {std::uint8_t{15}, std::uint8_t{16}}) {
    const Bytes octets = {1, 0, 3, 3, 0, 0, 0, length, 0, 9, 0, 7, 1, 2, 3, 0};
    View view;
    ASSERT_EQ(decode(octets, view), Error::none);
    EXPECT_EQ(to_hex(view.octets(Parameter::heartbeat_data)), "01 02 03");
  }
  EXPECT_EQ(decode_error({1, 0, 3, 3, 0, 0, 0, 15, 0, 9, 0, 7, 1, 2, 3, 0, 0}), Error::length);
}

TEST(M3ua, unknown_tags_are_skipped_and_counted) {
  View view;
  ASSERT_EQ(decode(Bytes{1, 0, 3, 1, 0, 0, 0, 16, 0x7f, 1, 0, 6, 1, 2, 0, 0}, view), Error::none);
  EXPECT_EQ(view.unknown, 1);
  EXPECT_EQ(view.present, 0U);
}

TEST(M3ua, words_and_point_code_masks) {
  const Bytes value = {0, 0, 0, 100, 3, 0, 0, 0x10};
  const Words words{value};
  ASSERT_EQ(words.size(), 2U);
  EXPECT_TRUE(words.contains(100));
  EXPECT_FALSE(words.contains(101));
  const AffectedPointCode affected = words.point_code(1);
  EXPECT_TRUE(affected.covers(0x17));
  EXPECT_FALSE(affected.covers(0x18));
  EXPECT_TRUE((AffectedPointCode{24, 0}).covers(0xffffff));
  EXPECT_TRUE((AffectedPointCode{0, 5}).covers(5));
  EXPECT_FALSE((AffectedPointCode{0, 5}).covers(4));
}

TEST(M3ua, a_writer_without_room_says_so) {
  std::array<std::uint8_t, 16> out;
  MessageWriter fits{MutableOctets{out}.first(16), Type::aspup};
  EXPECT_EQ(fits.word(Parameter::asp_identifier, 1).finish(), 16U);
  MessageWriter full{MutableOctets{out}.first(15), Type::aspup};
  EXPECT_EQ(full.word(Parameter::asp_identifier, 1).finish(), 0U);
  MessageWriter nested{MutableOctets{out}.first(10), Type::reg_req};
  write(nested, RoutingKey{});
  EXPECT_EQ(nested.finish(), 0U);
}

TEST(M3uaData, both_ways_of_reading_refuse_the_same) {
  const Bytes label = {2, 0x10, 0, 16, 0, 0, 0, 1, 0, 0, 0, 2, 3, 2, 0, 5};
  const auto message = [&](std::initializer_list<Bytes> parameters) {
    Bytes octets = {1, 0, 1, 1, 0, 0, 0, 8};
    for (const Bytes& p : parameters) octets.insert(octets.end(), p.begin(), p.end());
    octets[7] = static_cast<std::uint8_t>(octets.size());
    return octets;
  };
  const Bytes context = {0, 6, 0, 8, 0, 0, 0, 100};
  const Bytes appearance = {2, 0, 0, 8, 0, 0, 0, 9};
  const Bytes correlation = {0, 0x13, 0, 8, 0, 0, 0, 1};
  const Bytes unknown = {0x7f, 0, 0, 4};
  for (const Bytes& octets :
       {message({label}), message({appearance, context, label, correlation}),
        message({context, unknown, label}), message({context}), message({label, label}),
        message({context, context, label}), message({appearance, appearance, label}),
        message({correlation, correlation, label}), message({{0, 6, 0, 6, 0, 0, 0, 0}, label}),
        message({{2, 0x10, 0, 8, 0, 0, 0, 1}}), message({{0, 4, 0, 4}, label}),
        message({{0, 4, 0, 3}}), message({label, context, {0, 6, 0, 6, 0, 0, 0, 0}}),
        message({label, {2, 0x10, 0, 8, 0, 0, 0, 1}}),
        message({label, context, {0, 6, 0, 12, 0, 0, 0, 1, 0, 0, 0, 2}}),
        message({label, correlation, {0, 0x13, 0, 4}})}) {
    View view;
    Data data;
    ASSERT_TRUE(is_data(octets));
    EXPECT_EQ(decode(octets, view), decode_data(octets, data)) << to_hex(octets);
  }
  Data data;
  ASSERT_EQ(decode_data(message({appearance, context, label}), data), Error::none);
  EXPECT_EQ(data.routing_context, 100U);
  EXPECT_EQ(data.network_appearance, 9U);
  EXPECT_EQ(data.protocol.sls, 5);
}

TEST(M3uaData, a_header_writes_what_the_writer_writes_for_every_remainder_of_four) {
  const DataLabel label{
      .opc = 1, .dpc = 0x3fff, .ni = 2, .routing_context = 7, .network_appearance = 3};
  const DataHeader header{label};
  for (const std::size_t size : {1U, 2U, 3U, 4U, 255U}) {
    const Bytes user_data(size, 0x77);
    Bytes whole(header.message_size(size), 0xee);
    std::copy(user_data.begin(), user_data.end(),
              whole.begin() + static_cast<std::ptrdiff_t>(header.size()));

    ASSERT_EQ(header.write(9, size, whole), whole.size());

    std::array<std::uint8_t, 512> out;
    MessageWriter writer{out, Type::data};
    writer.word(Parameter::network_appearance, 3).word(Parameter::routing_context, 7);
    writer.data({.opc = 1, .dpc = 0x3fff, .ni = 2, .sls = 9, .user_data = user_data});
    EXPECT_EQ(to_hex(whole), to_hex(finished(writer, out)));
    EXPECT_EQ(header.write(9, size, MutableOctets{whole}.first(whole.size() - 1)), 0U);
  }
  Bytes large(70000);
  EXPECT_EQ(header.write(0, 65520, large), 0U);
}

TEST(M3ua, protocol_data_is_written_around_user_data_in_its_place) {
  const std::array<std::uint8_t, 3> user{9, 0, 3};
  const ProtocolData data{1, 2, kServiceSccp, 2, 0, 5, user};
  std::array<std::uint8_t, kProtocolDataHeaderSize + user.size()> out{};
  ASSERT_EQ(write(data, out), out.size());
  ProtocolData read_back;
  ASSERT_TRUE(read(out, read_back));
  EXPECT_EQ(read_back.opc, 1U);
  EXPECT_EQ(read_back.dpc, 2U);
  EXPECT_EQ(read_back.sls, 5U);
  EXPECT_TRUE(std::ranges::equal(read_back.user_data, user));

  read_back.sls = 6;
  EXPECT_EQ(write(read_back, out), out.size()) << "its user data is there already";
  EXPECT_EQ(out[11], 6);
  EXPECT_EQ(out[12], 9);
  EXPECT_EQ(write(data, MutableOctets(out).first(out.size() - 1)), 0U);
}

}  // namespace
}  // namespace rung::m3ua
