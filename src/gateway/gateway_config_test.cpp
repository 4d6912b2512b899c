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

TEST(sc_result, names_the_failures_of_ts_23_040_11_3) {
  const std::pair<const char*, int> rows[] = {
      {"unknown_service_centre", 1}, {"sc_congestion", 42},          {"invalid_sme_address", 21},
      {"not_sc_subscriber", 28},     {"facility_not_supported", 69}, {"system_failure", 38},
      {"unexpected_data_value", 38}, {"data_missing", 38},           {"no_answer", 38}};
  for (const auto& [name, cause] : rows) {
    const auto result = parse_sc_result(name);
    ASSERT_TRUE(result.ok()) << name;
    EXPECT_FALSE(result->accept) << name;
    EXPECT_EQ(result->rp_cause, cause) << name;
    EXPECT_EQ(result->silent, name == std::string_view("no_answer"));
  }
  EXPECT_EQ(parse_sc_result("sc_congestion:C0")->failure_cause, 0xc0);
  EXPECT_EQ(sc_failures().size(), std::size(rows) - 1);
}

TEST(hss_result, names_the_failures_of_ts_23_040_11_2) {
  const std::pair<const char*, int> rows[] = {{"ok", 0},
                                              {"unknown_subscriber", 30},
                                              {"facility_not_supported", 69},
                                              {"system_failure", 38},
                                              {"unexpected_data_value", 38},
                                              {"data_missing", 38}};
  for (const auto& [name, cause] : rows) {
    const auto result = parse_hss_result(name);
    ASSERT_TRUE(result.ok()) << name;
    EXPECT_EQ(result->rp_cause, cause) << name;
  }
  EXPECT_FALSE(parse_hss_result("sc_congestion").ok());
}

TEST(barred_numbers, are_one_or_a_range) {
  EXPECT_FALSE(parse_barred("")->holds(0));
  EXPECT_TRUE(parse_barred("12125551111")->holds(12125551111));
  EXPECT_FALSE(parse_barred("12125551111")->holds(12125551112));
  const auto range = parse_barred("100..200");
  EXPECT_TRUE(range->holds(100) && range->holds(200));
  EXPECT_FALSE(range->holds(99) || range->holds(201));
  for (const char* text : {"+12", "2..1", "1..", "..1", "1..x", "1234567890123456"}) {
    EXPECT_FALSE(parse_barred(text).ok()) << text;
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

TEST(config_errors, a_wildcard_is_no_address_to_be_reached_at) {
  GatewayConfig config;
  for (const Endpoint listen : {Endpoint::ipv4(0, 5060), *parse_endpoint("[::]", 5060)}) {
    config.listen = listen;
    const auto errors = config_errors(config);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_NE(errors[0].find("an address others reach it at"), std::string::npos) << errors[0];
  }
  config.listen = Endpoint::ipv4(0x7f000001, 5060);
  EXPECT_TRUE(config_errors(config).empty());
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
