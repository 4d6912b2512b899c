#include "engine/wire/tcap.hpp"

#include <gtest/gtest.h>

#include "engine/wire/guard_page.hpp"
#include "engine/wire/map.hpp"
#include "engine/wire/map_fields.hpp"
#include "engine/wire/tcap_writer.hpp"

namespace rung::tcap {
namespace {

using Bytes = std::vector<std::uint8_t>;
using golden::hex;

Message decoded(Octets octets) {
  Message message;
  const Error error = decode(octets, message);
  EXPECT_FALSE(error) << to_hex(octets) << ": " << golden::error_text(error);
  return message;
}

constexpr std::uint8_t kContext[] = {0x04, 0x00, 0x00, 0x01, 0x00, 0x14, 0x03};

TEST(Tcap, transaction_ids_of_one_to_four_octets_come_back_to_the_octet) {
  struct Id {
    std::string_view octets;
    std::size_t size;
    std::uint32_t number;
  };
  for (const Id& id :
       {Id{"6203 4801 00", 1, 0}, Id{"6204 4802 0001", 2, 1}, Id{"6205 4803 010203", 3, 0x010203},
        Id{"6206 4804 ff020304", 4, 0xff020304}}) {
    const Octets octets = hex(id.octets);
    const Message message = decoded(octets);
    EXPECT_EQ(message.otid.size, id.size);
    EXPECT_EQ(message.otid.number(), id.number);
    std::array<std::uint8_t, 64> out;
    EXPECT_EQ(to_hex(*encode(message, out)), to_hex(octets));
  }
  EXPECT_EQ(TransactionId::of(0xff020304).number(), 0xff020304U);
  EXPECT_EQ(TransactionId::of(7).size, 4);
}

TEST(Tcap, lengths_of_any_form_are_read) {
  const Message message =
      decoded(hex("62 80 48 81 01 2a 6c 80 a1 80 02 01 01 02 01 2d 30 80 00 00"
                  "00 00 00 00 00 00"));
  EXPECT_EQ(message.otid.number(), 0x2aU);
  ASSERT_EQ(message.components.size(), 1U);
  EXPECT_EQ(message.components[0].code, 45);
  EXPECT_EQ(to_hex(message.components[0].parameter), "30 80 00 00");
}

TEST(Tcap, every_component_is_read_and_written) {
  Message message;
  message.type = Type::end;
  message.dtid = TransactionId::of(7);
  const Octets parameter = hex("30 00");
  const Octets global = hex("2a 03 04");
  Component component;
  component = {.type = ComponentType::invoke, .invoke_id = -1, .linked_id = 5, .code = 45};
  ASSERT_TRUE(message.components.push_back(component));
  component = {.type = ComponentType::invoke, .invoke_id = 2, .global_code = global};
  ASSERT_TRUE(message.components.push_back(component));
  component = {.type = ComponentType::return_result_not_last,
               .invoke_id = 3,
               .code = 45,
               .parameter = parameter};
  ASSERT_TRUE(message.components.push_back(component));
  component = {.type = ComponentType::return_result_last, .invoke_id = 4};
  ASSERT_TRUE(message.components.push_back(component));
  component = {
      .type = ComponentType::return_error, .invoke_id = 5, .code = 34, .parameter = parameter};
  ASSERT_TRUE(message.components.push_back(component));
  component = {.type = ComponentType::reject, .problem = kBadlyStructuredComponent};
  ASSERT_TRUE(message.components.push_back(component));
  component = {.type = ComponentType::reject, .invoke_id = 6, .problem = kErrorUnrecognized};
  ASSERT_TRUE(message.components.push_back(component));
  std::array<std::uint8_t, 256> out;

  const auto encoded = encode(message, out);

  ASSERT_TRUE(encoded.ok());
  EXPECT_EQ(golden::digits(*encoded),
            "6447"
            "490400000007"
            "6c3f"
            "a1090201ff80010502012d"
            "a108020102"
            "06032a0304"
            "a70a020103"
            "3005"
            "02012d"
            "3000"
            "a203020104"
            "a308020105"
            "020122"
            "3000"
            "a4050500"
            "800102"
            "a406020106"
            "830102");
  Message again;
  ASSERT_FALSE(decode(*encoded, again));
  ASSERT_EQ(again.components.size(), message.components.size());
  for (std::size_t i = 0; i < again.components.size(); ++i) {
    EXPECT_EQ(again.components[i].type, message.components[i].type) << i;
    EXPECT_EQ(again.components[i].invoke_id, message.components[i].invoke_id) << i;
    EXPECT_EQ(again.components[i].linked_id, message.components[i].linked_id) << i;
    EXPECT_EQ(again.components[i].code, message.components[i].code) << i;
    EXPECT_EQ(again.components[i].problem, message.components[i].problem) << i;
    EXPECT_EQ(to_hex(again.components[i].parameter), to_hex(message.components[i].parameter));
    EXPECT_EQ(to_hex(again.components[i].global_code), to_hex(message.components[i].global_code));
  }
}

TEST(Tcap, the_writer_takes_components_from_the_last_to_the_first) {
  std::array<std::uint8_t, 256> out;
  Writer writer{out};
  writer.parameter().element(ber::kOctetString, hex("aa"));
  writer.invoke(2, 63);
  writer.parameter().element(ber::kOctetString, hex("bb"));
  writer.return_result(1, 45);

  const Octets octets = writer.finish(Type::end, {}, TransactionId::of(1));

  Message message;
  ASSERT_FALSE(decode(octets, message));
  ASSERT_EQ(message.components.size(), 2U);
  EXPECT_EQ(golden::component_text(message.components[0]),
            "ReturnResultLast 1 sendRoutingInfoForSM");
  EXPECT_EQ(golden::component_text(message.components[1]), "Invoke 2 informServiceCentre");
}

TEST(Tcap, a_dialogue_without_protocol_version_is_read_and_written) {
  const Octets octets =
      hex("62 1f 48 01 01 6b 1a 28 18 06 07 00 11 86 05 01 01 01 a0 0d 60 0b"
          "a1 09 06 07 04 00 00 01 00 14 03");
  const Message message = decoded(octets);
  EXPECT_EQ(message.dialogue.pdu, DialoguePdu::request);
  EXPECT_FALSE(message.dialogue.has_version);
  EXPECT_EQ(to_hex(message.dialogue.application_context), to_hex(kContext));
  std::array<std::uint8_t, 64> out;
  EXPECT_EQ(to_hex(*encode(message, out)), to_hex(octets));
}

TEST(Tcap, a_unidirectional_has_no_ids_and_another_syntax_name) {
  Message message;
  message.type = Type::unidirectional;
  message.dialogue = {.pdu = DialoguePdu::request, .application_context = kContext};
  std::array<std::uint8_t, 64> out;
  const auto encoded = encode(message, out);
  ASSERT_TRUE(encoded.ok());
  EXPECT_NE(golden::digits(*encoded).find("060700118605010201"), std::string::npos);
  Message again;
  EXPECT_FALSE(decode(*encoded, again));
  EXPECT_EQ(again.dialogue.pdu, DialoguePdu::request);
}

struct Wrong {
  std::string_view octets;
  ber::ErrorCode code;
  std::string_view element;
  std::uint32_t offset;
  Portion portion;
};

TEST(Tcap, errors_name_the_element_the_place_and_the_portion) {
  using enum ber::ErrorCode;
  const Wrong wrongs[] = {
      {"", missing, "message", 0, Portion::message_type},
      {"63 00", unexpected, "message type", 0, Portion::message_type},
      {"62 02 48", truncated, "message", 0, Portion::message_type},
      {"62 00", missing, "otid", 2, Portion::transaction},
      {"64 03 48 01 01", missing, "dtid", 5, Portion::transaction},
      {"65 03 48 01 01", missing, "dtid", 5, Portion::transaction},
      {"62 02 48 00", value, "otid", 2, Portion::transaction},
      {"62 07 48 05 01 02 03 04 05", value, "otid", 2, Portion::transaction},
      {"62 03 48 01 01 00", trailing, "message", 5, Portion::transaction},
      {"62 05 48 01 01 6b 00", missing, "dialogue portion", 7, Portion::dialogue},
      {"62 09 48 01 01 6b 04 28 02 06 00", value, "dialogue-as", 9, Portion::dialogue},
      {"62 07 48 01 01 6c 02 a5 00", unexpected, "component", 7, Portion::component},
      {"62 07 48 01 01 6c 02 a1 00", missing, "invokeID", 9, Portion::component},
      {"62 0a 48 01 01 6c 05 a1 03 02 01 01", missing, "operationCode", 12, Portion::component},
      {"62 0b 48 01 01 6c 06 a1 04 02 02 01 00", value, "invokeID", 9, Portion::component},
      {"62 0a 48 01 01 6c 05 a3 03 02 01 01", missing, "errorCode", 12, Portion::component},
      {"62 0a 48 01 01 6c 05 a4 03 02 01 01", missing, "problem", 12, Portion::component},
      {"62 0d 48 01 01 6c 08 a4 06 02 01 01 84 01 00", unexpected, "problem", 12,
       Portion::component},
  };
  for (const Wrong& wrong : wrongs) {
    const GuardedCopy copy{hex(wrong.octets)};
    Message message;
    const Error error = decode(copy.octets(), message);
    EXPECT_EQ(error.code, wrong.code) << wrong.octets << ": " << golden::error_text(error);
    EXPECT_EQ(error.element, wrong.element) << wrong.octets;
    EXPECT_EQ(error.offset, wrong.offset) << wrong.octets;
    EXPECT_EQ(error.portion, wrong.portion) << wrong.octets;
  }
}

TEST(Tcap, errors_map_to_what_answers_them) {
  Message message;
  EXPECT_EQ(p_abort_cause(decode(hex("63 00"), message)), PAbortCause::unrecognized_message_type);
  EXPECT_EQ(p_abort_cause(decode(hex("64 00"), message)),
            PAbortCause::incorrect_transaction_portion);
  EXPECT_EQ(p_abort_cause(decode(hex("64 03 49 05 01"), message)),
            PAbortCause::badly_formatted_transaction_portion);
  EXPECT_EQ(reject_problem(decode(hex("64 07 49 01 01 6c 02 a5 00"), message)),
            kUnrecognizedComponent);
  EXPECT_EQ(reject_problem(decode(hex("64 07 49 01 01 6c 02 a1 00"), message)), kMistypedComponent);
  EXPECT_EQ(reject_problem(decode(hex("64 07 49 01 01 6c 02 a1 05"), message)),
            kBadlyStructuredComponent);
  EXPECT_EQ(message.dtid.number(), 1U) << "read before the error, for the answer";
  EXPECT_FALSE(decode(hex("64 07 49 01 01 6c 02 a1 00"), message).invoke_id.has_value());
  EXPECT_EQ(decode(hex("64 0a 49 01 01 6c 05 a1 03 02 01 85"), message).invoke_id, -123);
}

TEST(Tcap, more_components_than_are_kept_are_refused) {
  Bytes components;
  for (std::size_t i = 0; i <= kComponentsMax; ++i) {
    for (const unsigned octet : {0xa2U, 0x03U, 0x02U, 0x01U, unsigned(i)}) {
      components.push_back(static_cast<std::uint8_t>(octet));
    }
  }
  std::array<std::uint8_t, 128> out;
  ber::Writer writer{out};
  writer.element(0x6c, components);
  writer.element(0x49, hex("01"));
  writer.wrap(0x64, 0);
  Message message;
  EXPECT_EQ(decode(writer.written(), message).code, ber::ErrorCode::too_many);
}

TEST(Tcap, without_room_there_is_no_message) {
  Message message;
  message.type = Type::begin;
  message.otid = TransactionId::of(1);
  message.dialogue = {.pdu = DialoguePdu::request, .application_context = kContext};
  std::array<std::uint8_t, 64> room;
  const std::size_t size = encode(message, room)->size();
  for (std::size_t less = 0; less < size; ++less) {
    const GuardedCopy copy{Bytes(less, 0)};
    const auto encoded = encode(message, copy.writable());
    ASSERT_FALSE(encoded.ok()) << less;
    EXPECT_EQ(encoded.error().code, ber::ErrorCode::no_room);
  }
}

}  // namespace
}  // namespace rung::tcap
