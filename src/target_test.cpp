#include "target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rung {
namespace {

using ::testing::HasSubstr;

std::string target(const std::string& text, bool tcp = false) {
  Endpoint out;
  const std::string error = resolve_target(text, tcp, out);
  return error.empty() ? to_string(out) : error;
}

TEST(Target, is_read_with_and_without_scheme_and_port) {
  EXPECT_EQ(target("sip:127.0.0.1:5070"), "127.0.0.1:5070");
  EXPECT_EQ(target("127.0.0.1"), "127.0.0.1:5060");
  EXPECT_EQ(target("sip:[::1]:5070;transport=udp"), "[::1]:5070");
}

TEST(Target, names_no_other_transport) {
  EXPECT_EQ(target("sip:127.0.0.1;transport=TCP", true), "127.0.0.1:5060");
  EXPECT_EQ(target("sip:127.0.0.1;transport=tcp"),
            "'sip:127.0.0.1;transport=tcp' with --transport udp, expected the same transport in "
            "both");
}

TEST(Target, a_name_is_looked_up) {
  const std::string found = target("sip:localhost:5070");
  EXPECT_TRUE(found == "127.0.0.1:5070" || found == "[::1]:5070") << found;
}

TEST(Target, errors_say_what_is_wrong) {
  EXPECT_EQ(target("localhost:port"), "'localhost:port' is not accepted, expected sip:HOST:PORT");
  EXPECT_THAT(target("sip:no such host"), HasSubstr("cannot find 'no such host': "));
}

}  // namespace
}  // namespace rung
