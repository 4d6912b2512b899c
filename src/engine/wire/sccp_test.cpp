#include "engine/wire/sccp.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "engine/base/hex.hpp"

namespace rung::sccp {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::string text_of(const GlobalTitle& title) {
  std::array<char, kTitleDigitsMax> text;
  return {text.data(), title.text(text)};
}

Bytes encoded(const Message& message) {
  std::array<std::uint8_t, 5000> out;
  const auto size = encode(message, out);
  EXPECT_TRUE(size.ok()) << to_string(size.ok() ? Error::none : size.error());
  return size.ok() ? Bytes(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*size)) : Bytes{};
}

TEST(SccpAddress, every_form_of_global_title_is_read_and_written) {
  struct Form {
    Bytes octets;
    std::string digits;
    int nature, translation_type, plan;
  };
  const Form forms[] = {
      {{0x12, 8, 0x00, 0x11, 0x04, 0x64, 0x07, 0x01}, "46701", 4, 0, 1},   // GTI 4, BCD odd
      {{0x12, 8, 0x00, 0x12, 0x04, 0x64, 0x07, 0x11}, "467011", 4, 0, 1},  // GTI 4, BCD even
      {{0x0e, 6, 0x02, 0x61, 0x24, 0x00, 0x07}, "42007", 0, 2, 6},         // GTI 3, E.212
      {{0x0a, 6, 0x09, 0x64, 0x07}, "4670", 0, 9, 0},                      // GTI 2
      {{0x06, 6, 0x84, 0x64, 0x07, 0x01}, "46701", 4, 0, 0},               // GTI 1, odd
      {{0x43, 0x02, 0x01, 8}, "", 0, 0, 0},                                // PC 258, SSN
      {{0x42, 1}, "", 0, 0, 0},                                            // SSN alone
      {{0xc3, 0xff, 0x3f, 8}, "", 0, 0, 0},                                // national bit
      {{0x12, 8, 0x00, 0x10, 0x04, 0x64}, "46", 4, 0, 1},                  // scheme unknown
  };
  for (const Form& form : forms) {
    Address address;
    ASSERT_TRUE(read_address(form.octets, address)) << to_hex(form.octets);
    EXPECT_EQ(text_of(address.title), form.digits);
    EXPECT_EQ(address.title.nature, form.nature) << to_hex(form.octets);
    EXPECT_EQ(address.title.translation_type, form.translation_type) << to_hex(form.octets);
    EXPECT_EQ(address.title.numbering_plan, form.plan) << to_hex(form.octets);
    std::array<std::uint8_t, kAddressSizeMax> out;
    Writer writer{out};
    ASSERT_TRUE(write_address(address, writer));
    EXPECT_EQ(to_hex(writer.written()), to_hex(form.octets));
  }
  Address address;
  ASSERT_TRUE(read_address(Bytes{0x43, 0x02, 0x01, 8}, address));
  EXPECT_EQ(address.point_code, 258);
  EXPECT_TRUE(address.route_on_ssn);
}

TEST(SccpAddress, malformed_ones_are_refused) {
  for (const Bytes& octets :
       {Bytes{}, Bytes{0x02}, Bytes{0x43, 1}, Bytes{0x42, 8, 0}, Bytes{0x16, 8, 0},
        Bytes{0x12, 8, 0, 0x11}, Bytes{0x12, 8, 0, 0x11, 4}, Bytes{0x3e, 1, 1, 1}}) {
    Address address;
    EXPECT_FALSE(read_address(octets, address)) << to_hex(octets);
  }
  Bytes long_title{0x12, 8, 0, 0x12, 4};
  long_title.resize(5 + kTitleOctetsMax, 0x11);
  Address address;
  EXPECT_TRUE(read_address(long_title, address));
  long_title.push_back(0x11);
  EXPECT_FALSE(read_address(long_title, address));
}

TEST(SccpAddress, writing_refuses_what_a_field_cannot_hold) {
  std::array<std::uint8_t, kAddressSizeMax> out;
  for (const Address& address : {Address{.point_code = 0x4000}, Address{.title = {.indicator = 5}},
                                 Address{.title = {.indicator = 4, .numbering_plan = 16}},
                                 Address{.title = {.indicator = 1, .nature = 0x80}},
                                 Address{.title = {.indicator = 4, .odd = true}}}) {
    Writer writer{out};
    EXPECT_FALSE(write_address(address, writer));
  }
}

TEST(SccpAddress, e164_titles_are_made_of_decimal_digits_only) {
  std::array<std::uint8_t, 8> storage;
  EXPECT_TRUE(e164_title("46708000001", storage).equals("46708000001"));
  EXPECT_FALSE(e164_title("46708000001", storage).equals("4670800000"));
  EXPECT_TRUE(e164_title("", storage).digits.empty());
  EXPECT_TRUE(e164_title("+4670", storage).digits.empty());
  EXPECT_TRUE(e164_title("12345678901234567", storage).digits.empty());
}

Message sample(Type type, Octets data) {
  static std::array<std::uint8_t, 8> storage[2];
  Message message;
  message.type = type;
  message.protocol_class = message.is_service() ? 0 : kReturnOnError;
  message.called = e164_address("46708000003", kSsnMsc, storage[0]);
  message.calling = e164_address("4670800000", kSsnHlr, storage[1]);
  message.data = data;
  return message;
}

TEST(Sccp, every_type_with_and_without_its_optional_part_survives) {
  for (const Type type :
       {Type::udt, Type::udts, Type::xudt, Type::xudts, Type::ludt, Type::ludts}) {
    for (const bool optional : {false, true}) {
      const bool extended = type != Type::udt && type != Type::udts;
      if (optional && !extended) continue;
      const bool is_long = type == Type::ludt || type == Type::ludts;
      const Bytes data(is_long ? 3000 : 200, 0x5a);
      Message message = sample(type, data);
      if (extended) message.hop_counter = 7;
      if (optional) {
        message.segmentation = {.first = true, .remaining = 3, .reference = 0xabcdef};
        message.importance = 5;
      }
      const Bytes octets = encoded(message);
      Message again;

      ASSERT_EQ(decode(octets, again), Error::none) << to_string(type);

      EXPECT_EQ(again.type, type);
      EXPECT_EQ(again.protocol_class, message.protocol_class);
      EXPECT_EQ(again.hop_counter, message.hop_counter);
      EXPECT_TRUE(again.called.title.equals("46708000003"));
      EXPECT_TRUE(again.calling.title.equals("4670800000"));
      EXPECT_EQ(to_hex(again.data), to_hex(data));
      ASSERT_EQ(again.segmentation.has_value(), optional);
      if (optional) {
        EXPECT_EQ(again.segmentation->reference, 0xabcdefU);
        EXPECT_EQ(again.segmentation->remaining, 3);
        EXPECT_EQ(again.importance, 5);
      }
      for (std::size_t size = 0; size < octets.size(); ++size) {
        Message cut;
        EXPECT_NE(decode(Octets{octets}.first(size), cut), Error::none) << size;
      }
    }
  }
}

TEST(Sccp, parts_may_lie_in_any_order) {
  const Bytes octets = {0x09, 0x00,         // UDT, class 0
                        0x08, 0x04, 0x01,   // called at 10, calling at 7, data at 5
                        0x01, 0x62,         // data
                        0x02, 0x42, 0x08,   // calling
                        0x02, 0x42, 0x06};  // called
  Message message;
  ASSERT_EQ(decode(octets, message), Error::none);
  EXPECT_EQ(message.called.ssn, 6);
  EXPECT_EQ(message.calling.ssn, 8);
  EXPECT_EQ(to_hex(message.data), "62");
}

TEST(Sccp, each_defect_has_its_error) {
  struct Defect {
    Bytes octets;
    Error error;
  };
  const Defect defects[] = {
      {{}, Error::too_short},
      {{0x01, 0x00}, Error::message_type},
      {{0x09}, Error::too_short},
      {{0x09, 0, 3, 5}, Error::too_short},
      {{0x09, 0, 3, 5, 0, 2, 0x42, 8, 2, 0x42, 6}, Error::pointer},
      {{0x09, 0, 3, 5, 7, 2, 0x42, 8, 2, 0x42, 6}, Error::pointer},
      {{0x09, 0, 3, 5, 7, 2, 0x42, 8, 2, 0x42, 6, 2, 0x62}, Error::pointer},
      {{0x09, 0, 3, 5, 7, 2, 0x42, 8, 2, 0x42, 6, 0}, Error::user_data},
      {{0x09, 0, 3, 3, 5, 0, 2, 0x42, 6, 2, 0x42, 6}, Error::address},
      {{0x09, 0, 3, 5, 7, 2, 0x52, 8, 2, 0x42, 6, 1, 0x62}, Error::address},
      {{0x11, 0, 15, 4, 6, 8, 9, 2, 0x42, 8, 2, 0x42, 6, 1, 0x62, 0x10}, Error::optional_part},
      {{0x11, 0, 15, 4, 6, 8, 11, 2, 0x42, 8, 2, 0x42, 6, 1, 0x62}, Error::pointer},
      {{0x11, 0, 15, 4, 6, 8, 9, 2, 0x42, 8, 2, 0x42, 6, 1, 0x62, 0x10, 3, 0, 0, 0, 0},
       Error::optional_part},
      {{0x11, 0, 15, 4, 6, 8, 9, 2, 0x42, 8, 2, 0x42, 6, 1, 0x62, 0x12, 2, 0, 0, 0},
       Error::optional_part},
      {{0x11, 0, 15, 4, 6, 8, 9, 2, 0x42, 8, 2, 0x42, 6, 1, 0x62, 0x55, 1, 0},
       Error::optional_part},
  };
  for (const Defect& defect : defects) {
    Message message;
    EXPECT_EQ(to_string(decode(defect.octets, message)), to_string(defect.error))
        << to_hex(defect.octets);
  }
  Message message;
  EXPECT_EQ(decode(Bytes{0x11, 0, 15, 4, 6, 8, 9, 2, 0x42, 8, 2, 0x42, 6, 1, 0x62, 0x55, 1, 0, 0},
                   message),
            Error::none)
      << "an unknown optional parameter is passed over";
  EXPECT_EQ(decode(Bytes{0x09, 0, 3, 5, 5, 2, 0x42, 8, 0, 1, 0x62}, message), Error::none)
      << "a caller without an address";
}

TEST(Sccp, encoding_refuses_what_the_type_cannot_carry) {
  std::array<std::uint8_t, 300> out;
  const Bytes data(256, 1);
  Message message = sample(Type::udt, Octets{data}.first(255));
  EXPECT_TRUE(encode(message, out).ok());
  EXPECT_EQ(encode(message, MutableOctets{out}.first(20)).error(), Error::too_short);
  message.data = data;
  EXPECT_EQ(encode(message, out).error(), Error::user_data);
  message.data = {};
  EXPECT_EQ(encode(message, out).error(), Error::user_data);
  message.data = Octets{data}.first(1);
  message.segmentation = Segmentation{};
  EXPECT_EQ(encode(message, out).error(), Error::optional_part);
  message.type = Type::xudt;
  message.segmentation->remaining = 16;
  EXPECT_EQ(encode(message, out).error(), Error::optional_part);
  message.segmentation = {};
  message.called.point_code = 0x4000;
  EXPECT_EQ(encode(message, out).error(), Error::address);
}

TEST(Sccp, a_message_is_returned_with_its_addresses_swapped) {
  const Bytes data = {0x62, 0x01};
  const Message xudt = sample(Type::xudt, data);
  const Message service = returned(xudt, ReturnCause::unequipped_user);
  EXPECT_EQ(service.type, Type::xudts);
  EXPECT_EQ(service.return_cause, 4);
  EXPECT_TRUE(service.called.title.equals("4670800000"));
  EXPECT_TRUE(service.calling.title.equals("46708000003"));
  EXPECT_EQ(service.data.data(), data.data());
}

TEST(Sccp, a_prerendered_unit_data_header_writes_what_the_encoder_writes) {
  Bytes data(100, 0x33);
  Message message = sample(Type::udt, data);
  const UnitDataHeader header{message.protocol_class, message.called, message.calling};
  Bytes out(header.size() + data.size());
  std::copy(data.begin(), data.end(), out.begin() + static_cast<std::ptrdiff_t>(header.size()));

  ASSERT_EQ(header.write(data.size(), out), out.size());

  EXPECT_EQ(to_hex(out), to_hex(encoded(message)));
  std::array<std::uint8_t, 8> storage;
  message.called = e164_address("46701234567", kSsnMsc, storage);
  const MutableOctets patched = header.called_digits(out);
  std::copy(message.called.title.digits.begin(), message.called.title.digits.end(),
            patched.begin());
  EXPECT_EQ(to_hex(out), to_hex(encoded(message)));
  EXPECT_EQ(header.write(0, out), 0U);
  EXPECT_EQ(header.write(256, out), 0U);
  EXPECT_EQ(header.write(101, out), 0U);
}

TEST(Sccp, management_is_read_and_written) {
  const Bytes octets = {3, 8, 0x02, 0x01, 0};  // SST, SSN 8, PC 258
  Management management;
  ASSERT_TRUE(read(octets, management));
  EXPECT_EQ(management.type, Management::Type::status_test);
  EXPECT_EQ(management.point_code, 258);
  std::array<std::uint8_t, Management::kSize> out;
  Writer writer{out};
  write(management, writer);
  EXPECT_EQ(to_hex(writer.written()), to_hex(octets));
  EXPECT_FALSE(read(Bytes{4, 8, 2, 1, 0}, management));
  EXPECT_FALSE(read(Bytes{3, 8, 2, 1}, management));
}

}  // namespace
}  // namespace rung::sccp
