// Configuration of the gateway: the texts it reads and the errors it gives.
#include "gateway/gateway_config.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rung::gateway {
namespace {

TEST(sc_result, reads_what_it_prints) {
  for (const char* text : {"ok", "error:42", "error:42:C0", "error:1:FF", "error:127:80"}) {
    const auto result = parse_sc_result(text);
    ASSERT_TRUE(result.ok()) << text;
    EXPECT_EQ(to_string(*result), text);
  }
}

TEST(sc_result, says_what_it_expected) {
  for (const char* text : {"", "fail", "error", "error:", "error:0", "error:128",
                           "error:42:", "error:42:7F", "error:42:100", "error:4x"}) {
    const auto result = parse_sc_result(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_NE(result.error().find("RP-Cause 1..127"), std::string::npos);
  }
}

TEST(config_errors, lists_all_at_once_by_name) {
  GatewayConfig config;
  config.gw_uri = "no uri";
  config.sc_address = "+1212";
  config.users_max = 0;
  const std::vector<std::string> errors = config_errors(config);
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_TRUE(errors[0].starts_with("listen"));
  EXPECT_TRUE(errors[1].starts_with("gw_uri = no uri"));
  EXPECT_TRUE(errors[2].starts_with("sc_address = +1212"));
  EXPECT_TRUE(errors[3].starts_with("users_max = 0"));
}

TEST(faults, table_is_complete_and_names_are_unique) {
  std::set<std::string_view> names;
  for (const FaultInfo& fault : faults()) {
    EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
    EXPECT_TRUE(names.insert(fault.number).second) << fault.number;
    EXPECT_FALSE(fault.violates.empty());
    EXPECT_EQ(fault_by_name(fault.name), fault.id);
    EXPECT_EQ(fault_by_name(fault.number), fault.id);
  }
  const auto demanded = parse_faults(
      "F01,F02,F03,F04,F05,F06,F07,F08,F09,F10,F11,F12,F13,F14,F16,F17,F18,F58,F59,F60,F61,F62,F63,"
      "F64,"
      "F68,F69,F70,F71,F72,F74,F75,F76");
  EXPECT_TRUE(demanded.ok());
}

TEST(faults, an_unknown_name_is_named) {
  const auto list = parse_faults("F01, f99");
  ASSERT_FALSE(list.ok());
  EXPECT_NE(list.error().find("'f99'"), std::string::npos);
  EXPECT_EQ(parse_faults("")->size(), 0U);
}

TEST(faults, strike_once_in_n_opportunities) {
  const FaultId on[] = {FaultId::f06};
  FaultSet faults(on, 3);
  int struck = 0;
  for (int i = 0; i < 9; ++i) struck += faults.active(FaultId::f06) ? 1 : 0;
  EXPECT_EQ(struck, 3);
  EXPECT_FALSE(faults.active(FaultId::f07));
}

}  // namespace
}  // namespace rung::gateway
