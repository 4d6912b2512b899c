// A gateway on topology isc and an S-CSCF that speaks SIP by hand, for the gateway's tests: the
// header values are those of TS 24.341 Annex B. Test only.
#pragma once

#include <string>
#include <vector>

#include "gateway/gateway_fixture.hpp"

namespace rung::gateway {

/// A user behind the S-CSCF: an IMPU, and the number the HSS knows.
struct IscUser {
  std::string impu;
  std::string msisdn;
};
inline const IscUser kUser1{"sip:user1_public1@home1.net", "12125551111"};
inline const IscUser kUser2{"sip:user2_public2@home1.net", "12125552222"};

inline constexpr std::string_view kSmsipParameter = "<unknown-param name=\"+g.3gpp.smsip\"/>";

/// One contact of a reginfo document.
inline std::string reginfo_contact(const std::string& id, const std::string& state,
                                   const std::string& event, std::string_view parameters) {
  return fmt::format(
      "<contact id=\"{}\" state=\"{}\" event=\"{}\"><uri>sip:[5555::aaa:bbb:ccc:ddd]:13{}</uri>{}"
      "</contact>",
      id, state, event, id, parameters);
}
inline std::string reginfo_registration(const std::string& impu, const std::string& state,
                                        const std::string& contacts) {
  return fmt::format("<registration aor=\"{}\" id=\"r-{}\" state=\"{}\">{}</registration>", impu,
                     impu, state, contacts);
}
inline std::string reginfo(unsigned version, const std::string& state,
                           const std::string& registrations) {
  return fmt::format(
      "<?xml version=\"1.0\"?>\n<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"{}\" "
      "state=\"{}\">{}</reginfo>",
      version, state, registrations);
}
/// The whole state of one user with one device that takes SMS.
inline std::string one_device(const IscUser& user, unsigned version = 0) {
  return reginfo(
      version, "full",
      reginfo_registration(user.impu, "active",
                           reginfo_contact("76", "active", "registered", kSmsipParameter)));
}

class IscWorld : public World {
 public:
  static GatewayConfig isc_config() {
    GatewayConfig config = small_config();
    config.topology = Topology::isc;
    return config;
  }
  static GatewayConfig isc_with_fault(FaultId fault) {
    GatewayConfig config = isc_config();
    config.faults = {fault};
    return config;
  }
  explicit IscWorld(const GatewayConfig& config = isc_config()) : World(config) {}

  Endpoint scscf = Endpoint::ipv4(0x7f500001, 5060);
  std::string scscf_uri = "sip:scscf1.home1.net";

  std::vector<Got> from_scscf(const std::string& text) {
    wire.deliver(text, scscf);
    return pass();
  }
  std::string isc_head(const std::string& method, const std::string& uri, const std::string& from,
                       const std::string& to) {
    ++serial;
    last_call_id = fmt::format("isc-{}@scscf1.home1.net", serial);
    return fmt::format(
        "{} {} SIP/2.0\r\nVia: SIP/2.0/UDP {};branch=z9hG4bKs{}\r\nMax-Forwards: 68\r\nFrom: {}\r\n"
        "To: {}\r\nCall-ID: {}\r\nCSeq: {} {}\r\n",
        method, uri, rung::to_string(scscf), serial, from, to, last_call_id, serial, method);
  }
  static std::string with_body(const std::string& type, const std::string& body) {
    return fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}", type, body.size(), body);
  }
  static std::string service_info(const IscUser& user) {
    return with_body(
        "application/3gpp-ims+xml",
        fmt::format("<ims-3gpp version=\"1\"><service-info>{}</service-info></ims-3gpp>",
                    user.msisdn));
  }
  /// TS 24.341 B.3 step 3. `body`: Content-Type, Content-Length, blank line and body.
  std::string third_party(const IscUser& user, unsigned expires, const std::string& body) {
    return isc_head("REGISTER", "sip:ipsmgw.home1.net",
                    fmt::format("<{}>;tag=si{}", scscf_uri, serial),
                    fmt::format("<{}>", user.impu)) +
           fmt::format("Contact: <{}>\r\nExpires: {}\r\n{}", scscf_uri, expires, body);
  }
  std::vector<Got> register_user(const IscUser& user, unsigned expires = 600000) {
    return from_scscf(third_party(user, expires, service_info(user)));
  }
  /// The S-CSCF's 200 to a SUBSCRIBE.
  std::vector<Got> grant(const Got& subscribe, unsigned expires = 600000,
                         const std::string& status = "200 OK", const std::string& more = {}) {
    std::string text = fmt::format("SIP/2.0 {}\r\n", status);
    for (const sip::Header h : {sip::Header::via, sip::Header::from, sip::Header::to,
                                sip::Header::call_id, sip::Header::cseq}) {
      const bool tagless = h == sip::Header::to &&
                           subscribe.header(sip::Header::to).find(";tag=") == std::string::npos;
      text += fmt::format("{}: {}{}\r\n", sip::header_name(h), subscribe.header(h),
                          tagless ? ";tag=14142" : "");
    }
    text += fmt::format("Contact: <{}>\r\nExpires: {}\r\n{}Content-Length: 0\r\n\r\n", scscf_uri,
                        expires, more);
    return from_scscf(text);
  }
  /// A NOTIFY within the dialog of `subscribe` (TS 24.341 B.4 step 2).
  std::string notify_text(const Got& subscribe, const std::string& state,
                          const std::string& document, const std::string& tag = "14142") {
    const std::string impu = subscribe.header(sip::Header::to);
    std::string text = isc_head("NOTIFY", "sip:127.0.0.1:5060",
                                fmt::format("{};tag={}", impu.substr(0, impu.find(";tag=")), tag),
                                subscribe.header(sip::Header::from));
    text.replace(text.find(last_call_id), last_call_id.size(), subscribe.call_id());
    return text +
           fmt::format("Subscription-State: {}\r\nEvent: reg\r\nContact: <{}>\r\n", state,
                       scscf_uri) +
           (document.empty() ? "Content-Length: 0\r\n\r\n"
                             : with_body("application/reginfo+xml", document));
  }
  std::vector<Got> notify(const Got& subscribe, const std::string& document,
                          const std::string& state = "active;expires=600000") {
    return from_scscf(notify_text(subscribe, state, document));
  }
  /// Registers the user, grants its subscription, and tells of one device that takes SMS. Returns
  /// the SUBSCRIBE; what left behind the NOTIFY's 200 is in `after_notify`.
  Got bring_up(const IscUser& user, unsigned expires = 600000) {
    const auto got = register_user(user, expires);
    EXPECT_EQ(got.at(0).status(), 200);
    const Got subscribe = got.at(1);
    grant(subscribe, expires);
    after_notify = notify(subscribe, one_device(user), fmt::format("active;expires={}", expires));
    EXPECT_EQ(after_notify.at(0).status(), 200);
    after_notify.erase(after_notify.begin());
    return subscribe;
  }
  std::vector<Got> after_notify;

  /// TS 24.341 B.5 step 4: a MESSAGE of `user` by way of the S-CSCF.
  std::string isc_message(const IscUser& user, const std::string& to, const std::string& rpdu_hex,
                          const std::string& more_headers = {}) {
    return isc_head("MESSAGE", to, fmt::format("<{}>;tag=171828", user.impu),
                    fmt::format("<{}>", to)) +
           "Route: <sip:ipsmgw.home1.net;lr>, "
           "<sip:cb03a0s09a2sdfglkj490333@scscf1.home1.net;lr>\r\n" +
           fmt::format(
               "P-Asserted-Identity: \"John Doe\" <{}>\r\nP-Asserted-Identity: <tel:+{}>\r\n",
               user.impu, user.msisdn) +
           more_headers + sms_body(rpdu_hex);
  }
  static std::string sms_body(const std::string& rpdu_hex) {
    const auto octets = parse_hex(rpdu_hex);
    EXPECT_TRUE(octets.ok()) << rpdu_hex;
    return with_body("application/vnd.3gpp.sms", std::string(octets->begin(), octets->end()));
  }
  std::vector<Got> isc_submit(const IscUser& user, const std::string& rpdu_hex) {
    return from_scscf(isc_message(user, "sip:sc.home1.net", rpdu_hex));
  }
  /// 200 to the delivery, then the delivery report.
  std::vector<Got> isc_accept(const IscUser& user, const Got& delivery) {
    answer(delivery, 200);
    return from_scscf(isc_message(user, "sip:ipsmgw.home1.net",
                                  fmt::format("02{:02x}", delivery.rpdu().reference),
                                  fmt::format("In-Reply-To: {}\r\n", delivery.call_id())));
  }
};

}  // namespace rung::gateway
