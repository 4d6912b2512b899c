// Documents of TS 24.341 C.1, by its prose: sound ones, and each way to break its rules.
#include "engine/wire/short_message_info.hpp"

#include <gtest/gtest.h>

#include <string>

#include "engine/base/prng.hpp"

namespace rung {
namespace {

constexpr std::string_view kCorrelation =
    "<Correlation-ID><Sender>sip:user1_public1@home1.net</Sender>"
    "<Receiver>sip:user2_public2@home2.net</Receiver><HLR-ID>hss2.home2.net</HLR-ID>"
    "</Correlation-ID>";

InfoError error_of(const std::string& inside) {
  ShortMessageInfo info;
  return read_short_message_info("<short-message-info>" + inside + "</short-message-info>", info);
}

TEST(ShortMessageInfo, reads_every_element_whatever_the_order_and_the_prefix) {
  const std::string document =
      "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
      "<s:short-message-info xmlns:s=\"urn:x\"><!-- of home2.net -->\r\n"
      " <s:Delivery-Outcome> AbsentSubscriber\r\n</s:Delivery-Outcome>\r\n" +
      std::string(kCorrelation) +
      "<From>sip:user1_public1@home1.net</From><To>sips:user2_public2@home2.net</To>"
      "<Later><To>sip:not-this-one@home2.net</To></Later></s:short-message-info>\r\n";
  ShortMessageInfo info;
  ASSERT_EQ(read_short_message_info(document, info), InfoError::none);
  EXPECT_EQ(info.outcome, "AbsentSubscriber");
  EXPECT_EQ(info.sender, "sip:user1_public1@home1.net");
  EXPECT_EQ(info.receiver, "sip:user2_public2@home2.net");
  EXPECT_EQ(info.hlr_id, "hss2.home2.net");
  EXPECT_EQ(info.from, "sip:user1_public1@home1.net");
  EXPECT_EQ(info.to, "sips:user2_public2@home2.net");
}

TEST(ShortMessageInfo, one_element_is_enough_and_none_is_not) {
  EXPECT_EQ(error_of("<To>sip:a@b</To>"), InfoError::none);
  EXPECT_EQ(error_of(std::string(kCorrelation)), InfoError::none);
  EXPECT_EQ(error_of(""), InfoError::incomplete);
  EXPECT_EQ(error_of("<Other>x</Other>"), InfoError::incomplete);
  EXPECT_EQ(error_of("<Delivery-Outcome/>"), InfoError::incomplete);
}

TEST(ShortMessageInfo, no_element_stands_there_twice) {
  const std::string outcome = "<Delivery-Outcome>AbsentSubscriber</Delivery-Outcome>";
  EXPECT_EQ(error_of(outcome + outcome), InfoError::twice);
  EXPECT_EQ(error_of(std::string(kCorrelation) + std::string(kCorrelation)), InfoError::twice);
  EXPECT_EQ(error_of("<To>sip:a@b</To><From>sip:c@b</From><To>sip:a@b</To>"), InfoError::twice);
}

TEST(ShortMessageInfo, identities_are_sip_uris) {
  EXPECT_EQ(error_of("<To>tel:+12125551111</To>"), InfoError::no_sip_uri);
  EXPECT_EQ(error_of("<From>user1</From>"), InfoError::no_sip_uri);
  EXPECT_EQ(error_of("<From></From>"), InfoError::no_sip_uri);
}

TEST(ShortMessageInfo, a_correlation_id_has_all_its_three) {
  for (const std::string_view name : {"Sender", "Receiver", "HLR-ID"}) {
    std::string document(kCorrelation);
    const std::string open = "<" + std::string(name) + ">", close = "</" + std::string(name) + ">";
    const std::size_t at = document.find(open);
    document.erase(at, document.find(close) + close.size() - at);
    EXPECT_EQ(error_of(document), InfoError::incomplete) << name;
  }
  EXPECT_EQ(error_of("<Correlation-ID>x</Correlation-ID>"), InfoError::incomplete);
}

TEST(ShortMessageInfo, is_one_whole_document_of_that_root) {
  ShortMessageInfo info;
  EXPECT_EQ(read_short_message_info("<ims-3gpp><To>sip:a@b</To></ims-3gpp>", info),
            InfoError::root);
  EXPECT_EQ(read_short_message_info("<short-message-info><To>sip:a@b</To>", info), InfoError::xml);
  EXPECT_EQ(read_short_message_info("", info), InfoError::xml);
  EXPECT_EQ(error_of("<To>sip:a@b</From>"), InfoError::xml);
}

TEST(ShortMessageInfo, survives_damage) {
  Prng random(11);
  const std::string sound = "<short-message-info>" + std::string(kCorrelation) +
                            "<Delivery-Outcome>AbsentSubscriber</Delivery-Outcome>"
                            "</short-message-info>";
  std::size_t broken = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = sound;
    text.erase(random.below(text.size()), 1 + random.below(20));
    ShortMessageInfo info;
    broken += read_short_message_info(text, info) == InfoError::none ? 0 : 1;
  }
  EXPECT_GT(broken, 2500U);
}

}  // namespace
}  // namespace rung
