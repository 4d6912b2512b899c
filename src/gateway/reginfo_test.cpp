// reginfo documents (RFC 3680) and the bodies of third-party REGISTERs (TS 24.229 5.4.1.7).
#include "gateway/reginfo.hpp"

#include <gtest/gtest.h>

#include <string>

#include <fmt/format.h>

#include "engine/base/prng.hpp"
#include "gateway/registration_body.hpp"

namespace rung::gateway {
namespace {

/// The NOTIFY of TS 24.341 B.4: one identity of the set gone, the other registered.
const std::string kAnnexB4 =
    "<?xml version=\"1.0\"?>\n<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"1\" "
    "state=\"full\">\n"
    "<registration aor=\"sip:user1_public1@home1.net\" id=\"as9\" state=\"terminated\">\n"
    "<contact id=\"76\" state=\"terminated\" "
    "event=\"unregistered\"><uri>sip:[5555::aaa:bbb:ccc:ddd]"
    "</uri></contact></registration>\n"
    "<registration aor=\"sip:user1_public2@home1.net\" id=\"as10\" state=\"active\">\n"
    "<contact id=\"86\" state=\"active\" event=\"registered\"><uri> "
    "sip:[5555::aaa:bbb:ccc:ddd]:1357 "
    "</uri><unknown-param name=\"+g.3gpp.smsip\"/></contact></registration></reginfo>";

TEST(reginfo, reads_the_document_of_annex_b4) {
  Reginfo info;

  ASSERT_EQ(parse_reginfo(kAnnexB4, info), ReginfoError::none);

  EXPECT_EQ(info.version, 1U);
  EXPECT_TRUE(info.full);
  ASSERT_EQ(info.registration_count, 2U);
  EXPECT_EQ(info.registrations[0].aor, "sip:user1_public1@home1.net");
  EXPECT_FALSE(info.registrations[0].active);
  ASSERT_EQ(info.contacts_of(info.registrations[0]).size(), 1U);
  EXPECT_FALSE(info.contacts_of(info.registrations[0])[0].active);
  const ReginfoContact& contact = info.contacts_of(info.registrations[1])[0];
  EXPECT_EQ(contact.id, "86");
  EXPECT_EQ(contact.uri, "sip:[5555::aaa:bbb:ccc:ddd]:1357");
  EXPECT_TRUE(contact.active);
  EXPECT_TRUE(contact.came);
  EXPECT_TRUE(contact.smsip);
}

std::string with_parameter(const std::string& parameter) {
  return "<reginfo version='0' state='partial'><registration aor='sip:a@b' id='1' state='active'>"
         "<contact id='c' state='active' event='refreshed'><uri>sip:x</uri>" +
         parameter + "</contact></registration></reginfo>";
}

TEST(reginfo, feature_tag_is_compared_whole_and_without_case_and_may_be_true) {
  const auto smsip = [](const std::string& parameter) {
    Reginfo info;
    EXPECT_EQ(parse_reginfo(with_parameter(parameter), info), ReginfoError::none) << parameter;
    return info.contacts[0].smsip;
  };
  EXPECT_TRUE(smsip("<unknown-param name='+g.3gpp.smsip'/>"));
  EXPECT_TRUE(smsip("<unknown-param name='+G.3GPP.SmsIP'>TRUE</unknown-param>"));
  EXPECT_TRUE(smsip("<unknown-param name='+g.3gpp.smsip'>\"true\"</unknown-param>"));
  EXPECT_TRUE(smsip("<unknown-param name='+g.3gpp.smsip'><![CDATA[TRUE]]></unknown-param>"));
  EXPECT_FALSE(smsip("<unknown-param name='+g.3gpp.smsip'>FALSE</unknown-param>"));
  EXPECT_FALSE(smsip("<unknown-param name='+g.3gpp.smsip-msisdn-less'/>"));
  EXPECT_FALSE(smsip("<unknown-param name='g.3gpp.smsip'/>"));
  EXPECT_FALSE(smsip(""));
}

TEST(reginfo, replaces_references_in_identities) {
  Reginfo info;
  ASSERT_EQ(parse_reginfo("<reginfo version='0' state='full'><registration aor='sip:a&amp;b@c' "
                          "id='&#49;' state='active'/></reginfo>",
                          info),
            ReginfoError::none);
  EXPECT_EQ(info.registrations[0].aor, "sip:a&b@c");
  EXPECT_EQ(info.registrations[0].id, "1");
}

TEST(reginfo, refuses_what_is_none_and_what_is_too_large) {
  Reginfo info;
  for (const char* text :
       {"", "<reginfo/>", "<reginfo version='x' state='full'/>", "<reginfo version='1'/>",
        "<other version='1' state='full'/>", "<reginfo version='1' state='full'>",
        "<reginfo version='1' state='full'><registration aor='sip:a@b'/></reginfo>",
        "<reginfo version='1' state='full'><registration id='1'/></reginfo>",
        "<reginfo version='4294967296' state='full'/>"}) {
    EXPECT_EQ(parse_reginfo(text, info), ReginfoError::syntax) << text;
  }
  std::string many = "<reginfo version='1' state='full'>";
  for (int i = 0; i < 17; ++i) many += fmt::format("<registration aor='sip:{}@b' id='{}'/>", i, i);
  EXPECT_EQ(parse_reginfo(many + "</reginfo>", info), ReginfoError::too_large);
  std::string contacts = "<reginfo version='1' state='full'><registration aor='sip:a@b' id='1'>";
  for (int i = 0; i < 65; ++i) contacts += fmt::format("<contact id='{}'/>", i);
  EXPECT_EQ(parse_reginfo(contacts + "</registration></reginfo>", info), ReginfoError::too_large);
}

TEST(reginfo, survives_damage) {
  Prng random(11);
  Reginfo info;
  std::size_t read = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = kAnnexB4;
    for (int k = 0; k < 3; ++k) {
      const std::size_t at = random.below(text.size());
      if (random.chance(0.5)) {
        text[at] = "<>/'\"=&;![]- \0"[random.below(14)];
      } else {
        text.erase(at, random.below(30));
      }
    }
    read += parse_reginfo(text, info) == ReginfoError::none ? 1 : 0;
  }
  EXPECT_GT(read, 500U);  // damage inside text leaves a document
  EXPECT_LT(read, 15000U);
}

/// Keeps the octets the view points into.
struct Register {
  Register(const std::string& type, const std::string& body)
      : text(
            fmt::format("REGISTER sip:gw SIP/2.0\r\nVia: SIP/2.0/UDP s;branch=z9hG4bK1\r\n"
                        "From: <sip:s>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n"
                        "Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                        type, body.size(), body)) {
    EXPECT_EQ(sip::parse(as_octets(text), view), sip::Error::none);
    accepted = read_registration_body(view, body_read);
  }
  std::string text;
  sip::View view;
  RegistrationBody body_read;
  bool accepted = false;
};

const std::string kServiceInfo =
    "<?xml version=\"1.0\"?><ims-3gpp "
    "version=\"1\"><service-info>11111111</service-info></ims-3gpp>";
const std::string kUeRegister =
    "REGISTER sip:home1.net SIP/2.0\r\nVia: SIP/2.0/UDP ue;branch=z9hG4bKr\r\nFrom: <sip:a@b>;tag=1"
    "\r\nTo: <sip:a@b>\r\nCall-ID: r\r\nCSeq: 1 REGISTER\r\n"
    "Contact: <sip:a@ue:1357>;+g.3gpp.smsip;expires=600000\r\nContent-Length: 0\r\n\r\n";
const std::string kUe200 =
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP ue;branch=z9hG4bKr\r\nFrom: <sip:a@b>;tag=1\r\n"
    "To: <sip:a@b>;tag=2\r\nCall-ID: r\r\nCSeq: 1 REGISTER\r\n"
    "Contact: <sip:a@ue:1357>;expires=600000\r\nP-Associated-URI: <sip:a@b>, <tel:+22222222>\r\n"
    "Content-Length: 0\r\n\r\n";

std::string mixed(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string text;
  for (const auto& [type, body] : parts) {
    text += fmt::format("--b1\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}\r\n", type,
                        body.size(), body);
  }
  return text + "--b1--\r\n";
}

TEST(registration_body, service_info_gives_the_msisdn) {
  EXPECT_EQ(Register("application/3gpp-ims+xml", kServiceInfo).body_read.msisdn,
            phone_key("11111111"));
  EXPECT_EQ(Register("Application/3GPP-IMS+xml;sv=\"1\"",
                     "<i:ims-3gpp><i:service-info><![CDATA[ tel:+12125551111 ]]></i:service-info>"
                     "</i:ims-3gpp>")
                .body_read.msisdn,
            phone_key("12125551111"));
  EXPECT_EQ(Register("application/3gpp-ims+xml",
                     "<ims-3gpp><service-info><msisdn>123</msisdn></service-info></ims-3gpp>")
                .body_read.msisdn,
            phone_key("123"));
}

TEST(registration_body, broken_service_info_is_left_out) {
  const Register broken("application/3gpp-ims+xml", "<ims-3gpp><service-info>1");
  EXPECT_TRUE(broken.accepted);
  EXPECT_FALSE(broken.body_read.msisdn.valid());
}

TEST(registration_body, embedded_messages_give_contacts_and_the_number_behind_service_info) {
  const Register both("multipart/mixed;boundary=\"b1\"",
                      mixed({{"message/sip", kUeRegister}, {"message/sip", kUe200}}));
  ASSERT_TRUE(both.accepted);
  ASSERT_TRUE(both.body_read.request.present);
  ASSERT_EQ(both.body_read.request.count, 1U);
  EXPECT_EQ(both.body_read.request.contacts[0].uri, "sip:a@ue:1357");
  EXPECT_TRUE(both.body_read.request.contacts[0].smsip);
  EXPECT_TRUE(both.body_read.response.present);
  EXPECT_FALSE(both.body_read.response.contacts[0].smsip);
  EXPECT_EQ(both.body_read.msisdn, phone_key("22222222"));

  const Register all("multipart/mixed; boundary=b1",
                     "preamble\r\n" + mixed({{"message/sip", kUe200},
                                             {"application/3gpp-ims+xml", kServiceInfo},
                                             {"text/plain", "--b"}}));
  EXPECT_EQ(all.body_read.msisdn, phone_key("11111111"));
  EXPECT_FALSE(all.body_read.request.present);
}

TEST(registration_body, other_types_are_refused) {
  EXPECT_FALSE(Register("text/plain", "x").accepted);
  EXPECT_FALSE(Register("multipart/mixed", "--b1--").accepted);
  EXPECT_TRUE(Register("text/plain", "").accepted);
}

TEST(registration_body, survives_damage) {
  Prng random(5);
  const std::string sound = mixed({{"message/sip", kUeRegister},
                                   {"application/3gpp-ims+xml", kServiceInfo},
                                   {"message/sip", kUe200}});
  std::size_t numbers = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = sound;
    for (int k = 0; k < 3; ++k) text.erase(random.below(text.size()), random.below(50));
    numbers += Register("multipart/mixed;boundary=b1", text).body_read.msisdn.valid() ? 1 : 0;
  }
  EXPECT_GT(numbers, 500U);
}

}  // namespace
}  // namespace rung::gateway
