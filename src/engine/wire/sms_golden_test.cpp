// Vectors from outside, read from tests/golden/sms: decoded, compared, encoded back to the octet.
#include "engine/wire/sms_golden.hpp"

#include <gtest/gtest.h>

#include "engine/wire/text.hpp"

namespace rung::golden {
namespace {

std::vector<Vector> of_layer(const std::string& layer) {
  std::vector<Vector> vectors = load();
  std::erase_if(vectors, [&layer](const Vector& vector) { return vector.layer != layer; });
  return vectors;
}

/// Every field the vector names has the value we found.
void expect_fields(const Vector& vector, const Fields& found) {
  for (const auto& [name, value] : vector.fields) {
    const auto field = found.find(name);
    if (field == found.end()) {
      ADD_FAILURE() << vector.place << ": no field " << name;
    } else {
      EXPECT_EQ(value, field->second) << vector.place << ": " << name;
    }
  }
}

TEST(SmsGolden, every_line_of_every_file_reads) {
  const std::vector<Vector> vectors = load();

  EXPECT_GE(vectors.size(), 60U);
  const std::vector<std::string> layers = {"rp", "tpdu", "gsm7", "address", "time"};
  for (const Vector& vector : vectors) {
    EXPECT_FALSE(vector.octets.empty()) << vector.place;
    EXPECT_FALSE(vector.fields.empty()) << vector.place;
    EXPECT_NE(std::find(layers.begin(), layers.end(), vector.layer), layers.end()) << vector.place;
  }
}

TEST(SmsGolden, rpdus_decode_and_encode_back_to_the_same_octets) {
  for (const Vector& vector : of_layer("rp")) {
    rp::Message message;

    ASSERT_EQ(rp::decode(vector.octets, message), rp::Error::none) << vector.place;

    const Fields found = describe(message);
    expect_fields(vector, found);
    EXPECT_FALSE(found.contains("error")) << vector.place;
    EXPECT_EQ(vector.direction == "ms_to_n", message.direction() == rp::Direction::ms_to_n);
    std::array<std::uint8_t, rp::kMessageSizeMax> out;
    const auto size = rp::encode(message, out);
    ASSERT_TRUE(size.ok()) << vector.place;
    EXPECT_EQ(to_hex(Octets{out}.first(*size)), to_hex(vector.octets)) << vector.place;
  }
}

TEST(SmsGolden, tpdus_decode_and_encode_back_to_the_same_octets) {
  for (const Vector& vector : of_layer("tpdu")) {
    tp::Tpdu tpdu;

    const tp::Error error =
        tp::decode(vector.octets, vector.tp_direction(), vector.tp_carrier(), tpdu);

    ASSERT_EQ(error, tp::Error::none) << vector.place << ": " << tp::to_string(error);
    expect_fields(vector, describe(tpdu, vector.tp_carrier()));
    std::array<std::uint8_t, tp::kTpduSizeMax> out;
    const auto size = tp::encode(tpdu, vector.tp_carrier(), out);
    ASSERT_TRUE(size.ok()) << vector.place;
    EXPECT_EQ(to_hex(Octets{out}.first(*size)), to_hex(vector.octets)) << vector.place;
  }
}

TEST(SmsGolden, tpdus_can_be_made_anew_from_their_text) {
  for (const Vector& vector : of_layer("tpdu")) {
    tp::Tpdu tpdu;
    ASSERT_EQ(tp::decode(vector.octets, vector.tp_direction(), vector.tp_carrier(), tpdu),
              tp::Error::none);
    if (!tpdu.has_user_data || !tp::counts_septets(tpdu.data_coding)) continue;
    if (tpdu.type == tp::Type::command || !vector.fields.contains("text")) continue;
    const std::vector<std::uint8_t> original(tpdu.user_data.begin(), tpdu.user_data.end());
    std::array<std::uint8_t, tp::kTextSeptetsMax> septets;
    const std::size_t count = gsm7::from_utf8(vector.fields.at("text"), septets);
    ASSERT_NE(count, gsm7::kUnmappable) << vector.place;

    std::array<std::uint8_t, tp::kUserDataSizeMax> storage;
    const bool set = tp::set_user_data(tpdu, tpdu.data_coding, tp::user_data_header(tpdu),
                                       Octets{septets}.first(count), storage);

    ASSERT_TRUE(set) << vector.place;
    EXPECT_EQ(to_hex(tpdu.user_data), to_hex(original)) << vector.place;
  }
}

TEST(SmsGolden, septets_unpack_to_the_text_and_pack_back) {
  for (const Vector& vector : of_layer("gsm7")) {
    const std::size_t wanted = std::stoul(vector.fields.at("septets"));
    std::array<std::uint8_t, 160> septets;

    const std::size_t count = gsm7::unpack(vector.octets, 0, wanted, septets);

    ASSERT_EQ(count, wanted) << vector.place;
    std::array<char, 320> text;
    const std::size_t size = gsm7::to_utf8(Octets{septets}.first(count), text);
    EXPECT_EQ(std::string(text.data(), size), vector.fields.at("text")) << vector.place;
    std::array<std::uint8_t, 160> back;
    ASSERT_EQ(gsm7::from_utf8(vector.fields.at("text"), back), wanted) << vector.place;
    std::array<std::uint8_t, 140> packed{};
    const std::size_t octets = gsm7::pack(Octets{back}.first(wanted), 0, packed);
    EXPECT_EQ(to_hex(Octets{packed}.first(octets)), to_hex(vector.octets)) << vector.place;
  }
}

TEST(SmsGolden, addresses_read_as_text_and_are_made_from_it) {
  for (const Vector& vector : of_layer("address")) {
    const Octets octets = vector.octets;
    const tp::Address address{
        .digits = octets[0], .ton_npi = octets[1], .value = octets.subspan(2)};

    Fields found;
    describe_address(address, found);

    EXPECT_EQ(found["address"], vector.fields.at("text")) << vector.place;
    EXPECT_EQ(found["ton"], vector.fields.at("ton")) << vector.place;
    std::array<std::uint8_t, tp::kAddressValueSizeMax> storage;
    tp::Address made;
    const std::string& text = vector.fields.at("text");
    ASSERT_TRUE(address.type_of_number() == 5
                    ? tp::make_alphanumeric(text, storage, made)
                    : tp::make_number(text, address.ton_npi, storage, made));
    EXPECT_EQ(made.digits, std::stoul(vector.fields.at("digits"))) << vector.place;
    EXPECT_EQ(to_hex(made.value), to_hex(address.value)) << vector.place;
  }
}

TEST(SmsGolden, time_stamps_decode_and_encode) {
  for (const Vector& vector : of_layer("time")) {
    tp::Timestamp stamp;

    ASSERT_TRUE(tp::decode_timestamp(vector.octets, stamp)) << vector.place;

    EXPECT_EQ(timestamp_text(vector.octets), vector.fields.at("scts")) << vector.place;
    std::array<std::uint8_t, tp::kTimestampSize> out;
    tp::encode_timestamp(stamp, out);
    EXPECT_EQ(to_hex(out), to_hex(vector.octets)) << vector.place;
  }
}

}  // namespace
}  // namespace rung::golden
