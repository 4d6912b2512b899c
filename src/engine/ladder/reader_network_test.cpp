// Legs of the network side in ladder files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/ladder/reader_fixture.hpp"

namespace rung {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kNetworkMessages = R"(
message forward
  tcap.message   fixed  begin
  map.operation  fixed  mo-ForwardSM
  map.component  fixed  invoke
  map.oa         ours   msisdn
  tp.tpdu        copied s1.tp.tpdu
message forwarded
  tcap.message   fixed  end
  map.component  fixed  result
)";

TEST(Reader, a_leg_of_the_network_side_carries_map) {
  const Reading r = read(
      "ladder l \"L\"\ns1 ue -> gw ask\ns2 gw -> sc forward after s1\n"
      "s3 sc -> gw forwarded after s2\n" +
      std::string(kNetworkMessages));

  ASSERT_THAT(r.errors, IsEmpty());
  EXPECT_EQ(r.book.ladders[0].steps[1].to, Party::sc);
}

TEST(Reader, errors_of_network_messages) {
  const auto errors_with = [](const std::string& steps) {
    return errors_of("ladder l \"L\"\n" + steps + std::string(kNetworkMessages));
  };
  EXPECT_THAT(errors_with("s1 ue -> gw ask\ns2 gw -> sc ask after s1\n").size(), 1);
  EXPECT_THAT(
      errors_with("s1 ue -> gw ask\ns2 ue -> gw forwarded after s1\n"),
      ElementsAre("a.ladder:12:3: forwarded has tcap.message, and step s2 is from ue to gw, "
                  "expected fields of SIP: sip, rp and tp"));
  EXPECT_THAT(errors_with("s1 ue -> gw ask\ns2 sc -> gw forwarded after s1\n"),
              ElementsAre("a.ladder:3:1: step s2 belongs to no dialogue, expected after a begin "
                          "between sc and gw"));
  EXPECT_THAT(errors_with("s1 ue -> gw ask\ns2 gw -> sc forward after s1\ns3 sc -> gw forwarded "
                          "after s2\ns4 sc -> gw forwarded after s3\n")
                  .size(),
              1)
      << "an End ended it";
  EXPECT_THAT(errors_of("ladder l \"L\"\ns1 gw -> hss m\nmessage m\nmap.operation fixed "
                        "readyForSM\n"),
              ElementsAre("a.ladder:3:1: message m has no tcap.message, expected `tcap.message "
                          "fixed` begin, continue, end or abort"));
  EXPECT_THAT(errors_of("message m\nmap.operation fixed forward-everything\n").size(), 1);
}

}  // namespace
}  // namespace rung
