// Short messages of other IMS networks (TS 23.204 6.4a): what is taken, and what their gateway
// hears of each ending.
#include "engine/wire/multipart.hpp"
#include "engine/wire/short_message_info.hpp"
#include "gateway/isc_fixture.hpp"

namespace rung::gateway {
namespace {

using sip::Header;

constexpr const char* kPeer = "sip:ipsmgw.home2.net";
constexpr const char* kSender = "sip:user9@home2.net";

/// RP-DATA to a mobile (TS 24.011 7.3.1.1): MTI 1, RP-MR, RP-OA +12125550000, no RP-DA,
/// RP-User-Data with an SMS-DELIVER (TS 23.040 9.2.2.1): TP-OA fifteen zeros, GSM 7-bit, 15:09:26
/// of 26-03-14, "hello".
std::string deliver_hex(const std::string& mti = "01") {
  return mti + "2a 07 91 21 21 55 05 00 f0 00 1a" +
         "04 0f 91 00 00 00 00 00 00 00 f0 00 00 62 30 41 51 90 62 40 05 e8 32 9b fd 06";
}

struct PeerWorld : IscWorld {
  static GatewayConfig peer_config() {
    GatewayConfig config = isc_config();
    config.msisdn_less_delivery = true;
    return config;
  }
  static GatewayConfig peer_with_fault(FaultId fault) {
    GatewayConfig config = peer_config();
    config.faults = {fault};
    return config;
  }
  explicit PeerWorld(const GatewayConfig& config = peer_config()) : IscWorld(config) {
    bring_up(kUser2);
  }

  static std::string document() {
    return fmt::format("<short-message-info><From>{}</From><To>{}</To></short-message-info>",
                       kSender, kUser2.impu);
  }
  static std::string parted(const std::string& rpdu_hex, const std::string& info) {
    const auto octets = parse_hex(rpdu_hex);
    EXPECT_TRUE(octets.ok());
    return with_body("multipart/mixed;boundary=b",
                     "--b\r\nContent-Type: application/vnd.3gpp.sms\r\n\r\n" +
                         std::string(octets->begin(), octets->end()) +
                         "\r\n--b\r\nContent-Type: application/vnd.3gpp.sms+xml\r\n\r\n" + info +
                         "\r\n--b--\r\n");
  }
  /// TS 24.341 B.7 step 2, as it reaches the gateway of the recipient.
  std::vector<Got> from_peer(const std::string& body, const std::string& to_tag = {}) {
    return from_scscf(isc_head("MESSAGE", kUser2.impu, fmt::format("<{}>;tag=583558", kPeer),
                               fmt::format("<{}>{}", kUser2.impu, to_tag)) +
                      fmt::format("P-Asserted-Identity: <{}>\r\n", kPeer) +
                      "Feature-Caps: *;+g.3gpp.smsip-msisdn-less\r\n" + body);
  }
  std::vector<Got> send() {
    const auto got = from_peer(parted(deliver_hex(), document()));
    peer_call_id = last_call_id;
    return got;
  }
  /// The recipient's report, after its 200.
  std::vector<Got> report(const Got& delivery, const std::string& rpdu_hex) {
    answer(delivery, 200);
    return from_scscf(isc_message(kUser2, "sip:ipsmgw.home1.net", rpdu_hex,
                                  fmt::format("In-Reply-To: {}\r\n", delivery.call_id())));
  }
  std::string peer_call_id;
};

struct Outcome {
  ShortMessageInfo info;
  InfoError error = InfoError::xml;
  rp::Message rpdu;
  bool has_rpdu = false;
  std::vector<std::uint8_t> body;  // what the others point into, also when it is moved

  explicit Outcome(const Got& got) {
    const std::string type(got.header(Header::content_type));
    body.assign(got.view->body().begin(), got.view->body().end());
    if (sip::is_multipart(type)) {
      sip::Parts parts(type, body);
      sip::Part part;
      while (parts.next(part)) read(part.media_type, part.body);
    } else {
      read(sip::media_type(type), body);
    }
  }
  Outcome(Outcome&&) = default;

 private:
  void read(std::string_view type, Octets octets) {
    if (type == kShortMessageInfoType) error = read_short_message_info(as_text(octets), info);
    if (type != "application/vnd.3gpp.sms") return;
    has_rpdu = rp::decode(octets, rpdu) == rp::Error::none;
  }
};

TEST(peer_delivery, is_accepted_delivered_and_told_as_delivered) {
  PeerWorld world;

  const auto got = world.send();

  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].status(), 202);
  const Got& delivery = got[1];
  EXPECT_EQ(delivery.view->request_uri(), kUser2.impu);
  EXPECT_EQ(delivery.rpdu().type(), rp::Type::data);
  EXPECT_EQ(to_hex(delivery.rpdu().originator), "91 21 21 55 05 00 f0");
  EXPECT_EQ(to_hex(delivery.rpdu().user_data),
            "04 0f 91 00 00 00 00 00 00 00 f0 00 00 62 30 41 51 90 62 40 05 e8 32 9b fd 06");

  // RP-ACK with SMS-DELIVER-REPORT (TS 23.040 9.2.2.1a): TP-MTI 0, TP-PI none.
  const auto told =
      world.report(delivery, fmt::format("02{:02x} 41 02 00 00", delivery.rpdu().reference));

  ASSERT_EQ(told.size(), 2U);
  const Got& outcome = told[0].view->is_request() ? told[0] : told[1];
  EXPECT_EQ(outcome.view->request_uri(), kPeer);
  EXPECT_EQ(outcome.header(Header::to), fmt::format("<{}>", kPeer));
  EXPECT_EQ(outcome.header(Header::route), "<sip:scscf1.home1.net;lr>");
  EXPECT_EQ(outcome.header(Header::in_reply_to), world.peer_call_id);
  EXPECT_FALSE(outcome.has(Header::accept_contact));
  EXPECT_LE(outcome.octets.size(), 1300U);
  const Outcome read(outcome);
  EXPECT_EQ(read.error, InfoError::none);
  EXPECT_EQ(read.info.outcome, "SuccessfullTransfer");
  EXPECT_TRUE(read.info.sender.empty());
  ASSERT_TRUE(read.has_rpdu);
  EXPECT_EQ(read.rpdu.type(), rp::Type::ack);
  EXPECT_EQ(read.rpdu.reference, 0x2a);
  EXPECT_EQ(to_hex(read.rpdu.user_data), "00 00");
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

/// What is told after the delivery was answered with `status`.
Outcome told_after(PeerWorld& world, int status) {
  const Got delivery = world.send().at(1);
  const auto told = world.answer(delivery, status);
  EXPECT_EQ(told.size(), 1U);
  return Outcome(told.at(0));
}

TEST(peer_delivery, a_recipient_who_is_not_there_is_told_with_a_correlation_id) {
  PeerWorld world;
  const Outcome read = told_after(world, 480);
  EXPECT_EQ(read.error, InfoError::none);
  EXPECT_EQ(read.info.outcome, "AbsentSubscriber");
  EXPECT_EQ(read.info.sender, kSender);
  EXPECT_EQ(read.info.receiver, kUser2.impu);
  EXPECT_FALSE(read.info.hlr_id.empty());
  EXPECT_FALSE(read.has_rpdu);
}

TEST(peer_delivery, a_full_memory_is_told_as_such_and_a_refusal_without_a_correlation_id) {
  PeerWorld full;
  const Got first = full.send().at(1);
  auto told = full.report(first, fmt::format("04{:02x} 01 16", first.rpdu().reference));
  const Outcome kept(told.at(0).view->is_request() ? told.at(0) : told.at(1));
  EXPECT_EQ(kept.info.outcome, "UeMemoryCapacityExceeded");
  EXPECT_EQ(kept.info.receiver, kUser2.impu);

  PeerWorld refusing;
  const Got second = refusing.send().at(1);
  told = refusing.report(second, fmt::format("04{:02x} 01 6f", second.rpdu().reference));
  const Outcome refused(told.at(0).view->is_request() ? told.at(0) : told.at(1));
  EXPECT_EQ(refused.error, InfoError::none);
  EXPECT_TRUE(refused.info.sender.empty());
  EXPECT_TRUE(refused.info.outcome.empty());
  ASSERT_TRUE(refused.has_rpdu);
  EXPECT_EQ(refused.rpdu.type(), rp::Type::error);

  PeerWorld declining;
  EXPECT_EQ(told_after(declining, 603).rpdu.type(), rp::Type::error);
}

TEST(peer_delivery, a_recipient_who_answers_nothing_is_told_as_absent) {
  PeerWorld world;
  const Got delivery = world.send().at(1);
  world.answer(delivery, 200);
  std::vector<Got> told;
  for (int i = 0; i < 70 && told.empty(); ++i) told = world.run(1s);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(Outcome(told[0]).info.outcome, "AbsentSubscriber");
  EXPECT_EQ(world.gateway.levels().stored, 0U);
}

TEST(peer_delivery, what_is_no_such_message_is_refused) {
  PeerWorld world;
  const auto status = [&](const std::string& body, const std::string& tag = {}) {
    const auto got = world.from_peer(body, tag);
    EXPECT_EQ(got.size(), 1U);
    return got.at(0).status();
  };
  const std::string good = PeerWorld::parted(deliver_hex(), PeerWorld::document());
  EXPECT_EQ(status(good, ";tag=x"), 481);
  EXPECT_EQ(status(IscWorld::with_body("text/plain", "hello")), 415);
  EXPECT_EQ(status(PeerWorld::parted(deliver_hex("00"), PeerWorld::document())), 400)
      << "from a mobile";
  EXPECT_EQ(status(PeerWorld::parted("01 2a", PeerWorld::document())), 400);
  EXPECT_EQ(status(PeerWorld::parted("03 2a", PeerWorld::document())), 400) << "RP-ACK";
  EXPECT_EQ(status(PeerWorld::parted(deliver_hex(), "<short-message-info>")), 400);
  EXPECT_EQ(world.counters().peer_messages, 0U);
  world.scscf = Endpoint::ipv4(0x7f500009, 5060);
  EXPECT_EQ(status(good), 403) << "not the S-CSCF of the recipient";
}

TEST(peer_delivery, is_for_a_gateway_that_was_told_so) {
  GatewayConfig config = PeerWorld::peer_config();
  config.msisdn_less_delivery = false;
  PeerWorld world(config);
  EXPECT_EQ(world.send().at(0).status(), 404);
}

TEST(peer_delivery, faults_show_in_the_document) {
  PeerWorld misspelt(PeerWorld::peer_with_fault(FaultId::f91));
  const Outcome wrong = told_after(misspelt, 480);
  EXPECT_EQ(wrong.error, InfoError::none);
  EXPECT_NE(wrong.info.outcome, "AbsentSubscriber");

  PeerWorld twice(PeerWorld::peer_with_fault(FaultId::f92));
  EXPECT_EQ(told_after(twice, 480).error, InfoError::twice);

  PeerWorld bare(PeerWorld::peer_with_fault(FaultId::f93));
  const Outcome lacking = told_after(bare, 480);
  EXPECT_EQ(lacking.error, InfoError::none);
  EXPECT_TRUE(lacking.info.sender.empty());
}

}  // namespace
}  // namespace rung::gateway
