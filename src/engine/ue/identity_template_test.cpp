#include "engine/ue/identity_template.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

TEST(IdentityTemplate, has_one_number_between_its_texts) {
  const auto numbered = parse_identity_template("+{msisdn}");
  ASSERT_TRUE(numbered.ok());
  EXPECT_TRUE(numbered->by_msisdn);
  EXPECT_EQ(numbered->front, "+");
  EXPECT_EQ(numbered->back, "");

  const auto named = parse_identity_template("alice.{ue}-x");
  ASSERT_TRUE(named.ok());
  EXPECT_FALSE(named->by_msisdn);
  EXPECT_EQ(named->front, "alice.");
  EXPECT_EQ(named->back, "-x");
}

TEST(IdentityTemplate, tells_whose_a_user_part_is) {
  const auto named = parse_identity_template("alice.{ue}-x");
  ASSERT_TRUE(named.ok());
  EXPECT_EQ(named->ue_of("alice.00000042-x"), 42U);
  for (const char* other : {"alice.42-x", "alice.0000004a-x", "bob.00000042-xy", "alice.00000042",
                            "", "+12125550000042"}) {
    EXPECT_FALSE(named->ue_of(other).has_value()) << other;
  }
  EXPECT_FALSE(IdentityTemplate{}.ue_of("+12125550000042").has_value());
}

TEST(IdentityTemplate, of_another_kind_is_refused_with_the_reason) {
  const auto error = [](std::string_view text) {
    const auto read = parse_identity_template(text);
    return read.ok() ? std::string() : read.error();
  };
  EXPECT_EQ(error("alice"), "it names no UE: expected {msisdn} or {ue} in it");
  EXPECT_EQ(error(""), "it names no UE: expected {msisdn} or {ue} in it");
  for (const char* odd : {"a@{ue}", "{ue}{ue}", "{ue} ", "<{msisdn}>"}) {
    EXPECT_EQ(error(odd), "expected letters, digits and -_.!~*'()+ beside {msisdn} or {ue}") << odd;
  }
}

}  // namespace
}  // namespace rung
