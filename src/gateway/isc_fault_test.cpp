// Each named fault of topology isc shows its deviation, and nothing else of the flow breaks.
#include "gateway/isc_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;
using sip::Method;

GatewayConfig with(FaultId fault) { return IscWorld::isc_with_fault(fault); }

std::vector<Got> deliveries(IscWorld& world) {
  std::vector<Got> found;
  for (const Got& got : world.isc_submit(kUser1, rp_data(1, submit_to_bob()))) {
    if (got.is_message() && !got.has(Header::in_reply_to)) found.push_back(got);
  }
  return found;
}

std::string with_parameter(std::string_view parameter) {
  return reginfo(0, "full",
                 reginfo_registration(kUser2.impu, "active",
                                      reginfo_contact("76", "active", "registered", parameter)));
}

TEST(isc_fault, f34_a_refresh_ends_the_registration) {
  IscWorld world(with(FaultId::f34));
  world.bring_up(kUser1);
  EXPECT_EQ(world.register_user(kUser1, 600).at(0).header(Header::expires), "600");
  EXPECT_EQ(world.gateway.levels().users, 0U);
}

TEST(isc_fault, f35_a_registration_never_expires) {
  IscWorld world(with(FaultId::f35));
  world.bring_up(kUser2, 600);
  world.now += 4000s;
  world.pass();
  world.bring_up(kUser1);
  EXPECT_EQ(deliveries(world).size(), 1U);
}

TEST(isc_fault, f36_and_f37_the_register_is_answered_wrongly_and_its_copy_alike) {
  for (const FaultId fault : {FaultId::f36, FaultId::f37}) {
    GatewayConfig config = with(fault);
    config.fault_every = 2;
    IscWorld world(config);
    EXPECT_EQ(world.register_user(kUser1, 600).at(0).header(Header::expires), "600");
    const std::string text = world.third_party(kUser2, 600, IscWorld::service_info(kUser2));
    const Got wrong = world.from_scscf(text).at(0);
    EXPECT_EQ(wrong.status(), fault == FaultId::f36 ? 401 : 200);
    EXPECT_EQ(wrong.header(Header::expires), fault == FaultId::f36 ? "" : "3600");
    EXPECT_EQ(world.from_scscf(text).at(0).octets, wrong.octets);
  }
}

TEST(isc_fault, f38_and_f39_no_subscribe_or_no_refresh) {
  IscWorld none(with(FaultId::f38));
  EXPECT_EQ(none.register_user(kUser1).size(), 1U);
  IscWorld unrefreshed(with(FaultId::f39));
  const Got subscribe = unrefreshed.register_user(kUser1, 600000).at(1);
  unrefreshed.grant(subscribe, 60);
  EXPECT_TRUE(unrefreshed.run(61s).empty());
}

TEST(isc_fault, f40_a_partial_document_drops_what_it_does_not_name) {
  IscWorld world(with(FaultId::f40));
  world.bring_up(kUser1);
  const Got subscribe = world.bring_up(kUser2);
  const auto other = reginfo_contact("77", "terminated", "unregistered", "");
  world.notify(subscribe,
               reginfo(1, "partial", reginfo_registration(kUser2.impu, "active", other)));
  EXPECT_TRUE(deliveries(world).empty());
}

TEST(isc_fault, f41_and_f42_a_contact_without_the_tag_gets_deliveries) {
  for (const auto& [fault, parameter] : std::initializer_list<std::pair<FaultId, const char*>>{
           {FaultId::f41, ""},
           {FaultId::f42, "<unknown-param name=\"+g.3gpp.smsip-msisdn-less\"/>"}}) {
    IscWorld world(with(fault));
    world.bring_up(kUser1);
    const Got subscribe = world.register_user(kUser2).at(1);
    world.grant(subscribe);
    world.notify(subscribe, with_parameter(parameter));
    EXPECT_EQ(deliveries(world).size(), 1U);
  }
}

TEST(isc_fault, f55_and_f56_the_originator_is_another) {
  IscWorld spoofed(with(FaultId::f55));
  spoofed.bring_up(kUser1);
  spoofed.bring_up(kUser2);
  std::string text = spoofed.isc_message(kUser1, "sip:sc.home1.net", rp_data(1, submit_to_bob()));
  const std::string from = "From: <" + kUser1.impu + ">";
  text.replace(text.find(from), from.size(), "From: <sip:+12125559999@home1.net>");
  EXPECT_EQ(to_hex(spoofed.from_scscf(text).at(2).tpdu().address.value), "21 21 55 95 99 f9");
  IscWorld national(with(FaultId::f56));
  national.bring_up(kUser1);
  national.bring_up(kUser2);
  EXPECT_EQ(to_hex(deliveries(national).at(0).tpdu().address.value), "12 52 55 11 11");
}

TEST(isc_fault, f73_the_request_uri_is_the_contact_and_there_is_no_route) {
  IscWorld world(with(FaultId::f73));
  world.bring_up(kUser1);
  world.bring_up(kUser2);
  const Got delivery = deliveries(world).at(0);
  EXPECT_EQ(delivery.view->request_uri(), "sip:[5555::aaa:bbb:ccc:ddd]:1376");
  EXPECT_FALSE(delivery.has(Header::route));
  EXPECT_EQ(delivery.header(Header::to), "<" + kUser2.impu + ">");
}

TEST(isc_fault, f83_a_user_that_came_back_meanwhile_is_not_tried_again) {
  IscWorld world(with(FaultId::f83));
  world.bring_up(kUser1);
  world.bring_up(kUser2);
  const Got delivery = deliveries(world).at(0);
  world.register_user(kUser2);
  EXPECT_TRUE(world.answer(delivery, 480, "Temporarily Unavailable").empty());
}

}  // namespace
}  // namespace rung::gateway
