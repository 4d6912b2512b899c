// What rows of a message table accept and refuse, shown on one report of a scripted gateway.

#include <gtest/gtest.h>

#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung {
namespace {

using scripted::header;

/// A submit of ours, accepted, and a report on it that is judged by `rows` alone.
class Judged {
 public:
  explicit Judged(std::string_view rows, bool reliable = false) : rig_(options(rows, reliable)) {
    rig_.pretend_registered();
    EXPECT_EQ(rig_.start("judged"), StartResult::started);
    submit_ = rig_.sent().at(0);
    ue_ = scripted::ue_of(submit_, "From");
    rig_.send(ue_, scripted::response(submit_, "202 Accepted"));
    rig_.wait(1ms);
    user = fmt::format("+1212555000000{}", ue_);
    rpdu = scripted::rp_ack(rp_mr());
  }
  [[nodiscard]] char rp_mr() const { return scripted::body(submit_)[1]; }
  [[nodiscard]] std::string submitted() const { return scripted::body(submit_); }

  /// Delivers the report with `headers`; true when every row holds.
  bool holds(std::string_view headers) {
    rig_.send(ue_, report(headers));
    rig_.wait(1ms);
    const std::uint64_t passed = rig_.ended("judged", Outcome::passed);
    EXPECT_EQ(passed + rig_.ended("judged", Outcome::failed), 1U) << "the report was not taken";
    return passed == 1;
  }

  /// The report with `headers`, whole.
  [[nodiscard]] std::string report(std::string_view headers) const {
    return fmt::format(
        "MESSAGE sip:{}@127.64.0.{}:5060 SIP/2.0\r\nVia: SIP/2.0/UDP "
        "127.0.0.1:5060;branch=z9hG4bKgw1\r\nMax-Forwards: 70\r\n"
        "From: <sip:ipsmgw.home1.net>;tag=gw\r\nCall-ID: gw-1\r\n"
        "In-Reply-To: {}\r\n{}Content-Type: application/vnd.3gpp.sms\r\n"
        "Content-Length: {}\r\n\r\n{}",
        user, ue_ + 1, header(submit_, "Call-ID"), headers, rpdu.size(), rpdu);
  }

  std::string user;
  std::string rpdu;

 private:
  static RigOptions options(std::string_view rows, bool reliable) {
    RigOptions options;
    options.play.reliable = reliable;
    options.ladders = {"judged"};
    options.ues = 2;
    options.wire = {.delay_min = 0ms, .delay_max = 0ms};
    options.scripted = true;
    options.own_ladders = fmt::format(
        "ladder judged \"A report judged by few rows\"\n"
        "s1  ue -> gw  submit_foreign\n"
        "s2  gw -> ue  accepted  after s1  within timer_f\n"
        "s3  gw -> ue  told      after s1  within tr1m\n"
        "s4  ue -> gw  ok        after s3\n\n"
        "message told\n"
        "  sip.method fixed MESSAGE\n"
        "  sip.in_reply_to copied s1.sip.call_id\n{}\n",
        rows);
    return options;
  }

  SimRig rig_;
  std::string submit_;
  std::uint32_t ue_ = 0;
};

constexpr std::string_view kTo = "To: <sip:x@home1.net>\r\nCSeq: 1 MESSAGE\r\n";

/// A report with `headers` against `rows`.
bool holds(std::string_view rows, std::string_view headers) {
  Judged report(rows);
  return report.holds(std::string(kTo) + std::string(headers));
}

/// The identity row against an address made of the UE's number.
bool identity_holds(std::string_view front, std::string_view behind) {
  Judged report("  sip.to ours impu");
  return report.holds(
      fmt::format("To: <{}{}{}>\r\nCSeq: 1 MESSAGE\r\n", front, report.user, behind));
}

TEST(Judge, a_public_identity_may_be_a_tel_uri) {
  EXPECT_TRUE(identity_holds("sip:", "@home1.net"));
  EXPECT_TRUE(identity_holds("tel:", ""));
  EXPECT_FALSE(identity_holds("tel:", "9"));
  EXPECT_FALSE(identity_holds("sip:", "@elsewhere.net"));
}

TEST(Judge, a_tel_uri_is_an_identity_in_p_called_party_id_too_and_no_contact) {
  Judged called("  sip.p_called_party_id ours impu");
  EXPECT_TRUE(called.holds(fmt::format("{}P-Called-Party-ID: <tel:{}>\r\n", kTo, called.user)));
  Judged contact("  sip.to ours contact");
  EXPECT_FALSE(contact.holds(fmt::format("To: <tel:{}>\r\nCSeq: 1 MESSAGE\r\n", contact.user)));
}

TEST(Judge, a_list_is_searched_over_all_lines_of_its_header) {
  constexpr std::string_view kBoth =
      "Request-Disposition: proxy\r\nRequest-Disposition: no-fork\r\n";
  EXPECT_TRUE(holds("  sip.request_disposition contains no-fork", kBoth));
  EXPECT_FALSE(holds("  sip.request_disposition not_contains no-fork", kBoth));
  EXPECT_FALSE(holds("  sip.request_disposition fixed proxy", kBoth));
  EXPECT_TRUE(holds("  sip.accept_contact contains +g.3gpp.smsip require explicit",
                    "Accept-Contact: *;audio\r\n"
                    "Accept-Contact: *;+g.3gpp.smsip;require;explicit\r\n"));
  EXPECT_TRUE(
      holds("  sip.supported contains path gruu", "Supported: path\r\nSupported: gruu\r\n"));
}

TEST(Judge, one_value_of_accept_contact_holds_all_its_parameters) {
  constexpr std::string_view kRow = "  sip.accept_contact contains +g.3gpp.smsip require explicit";
  EXPECT_TRUE(holds(kRow, "Accept-Contact: *;audio, *;+g.3gpp.smsip;explicit;require\r\n"));
  EXPECT_FALSE(holds(kRow, "Accept-Contact: *;+g.3gpp.smsip, *;audio;require;explicit\r\n"));
  EXPECT_FALSE(
      holds(kRow, "Accept-Contact: *;+g.3gpp.smsip\r\nAccept-Contact: *;require;explicit\r\n"));
}

TEST(Judge, fork_beside_no_fork_is_no_request_disposition) {
  constexpr std::string_view kRow = "  sip.request_disposition contains no-fork";
  EXPECT_TRUE(holds(kRow, "Request-Disposition: no-fork, queue\r\n"));
  EXPECT_FALSE(holds(kRow, "Request-Disposition: no-fork, fork\r\n"));
  EXPECT_FALSE(holds(kRow, "Request-Disposition: Fork\r\nd: no-fork\r\n"));
}

TEST(Judge, a_number_may_be_as_large_as_its_limit_and_no_larger) {
  EXPECT_TRUE(holds("  sip.max_forwards at_most 70", ""));
  EXPECT_FALSE(holds("  sip.max_forwards at_most 69", ""));
  EXPECT_FALSE(holds("  sip.expires at_most 600", "")) << "absent";
  EXPECT_FALSE(holds("  sip.expires at_most 600", "Expires: soon\r\n"));
}

TEST(Judge, a_limit_may_be_the_field_of_another_step) {
  for (const auto& [cause, good] : {std::pair{'\x00', true}, std::pair{'\x01', false}}) {
    Judged report("  rp.mti fixed RP-ERROR\n  rp.cause at_most s1.tp.pid");
    report.rpdu = scripted::rp_error(report.rp_mr(), cause);
    EXPECT_EQ(report.holds(kTo), good);
  }
}

/// A report of exactly `size` octets against the limit of 1300.
bool size_holds(std::size_t size, bool reliable = false) {
  Judged judged("  sip.size at_most 1300", reliable);
  const auto headers = [&](std::size_t filling) {
    return fmt::format("{}Subject: {}\r\n", kTo, std::string(filling, 'x'));
  };
  return judged.holds(headers(size - judged.report(headers(0)).size()));
}

TEST(Judge, the_limit_on_size_is_for_transports_without_congestion_control) {
  EXPECT_TRUE(size_holds(1300));
  EXPECT_FALSE(size_holds(1301));
  EXPECT_TRUE(size_holds(1301, true));
}

TEST(Judge, a_cseq_of_another_method_is_not_well_formed) {
  Judged right("  sip.cseq any");
  EXPECT_TRUE(right.holds("To: <sip:x@home1.net>\r\nCSeq: 7 MESSAGE\r\n"));
  Judged wrong("  sip.cseq any");
  EXPECT_FALSE(wrong.holds("To: <sip:x@home1.net>\r\nCSeq: 1 INVITE\r\n"));
}

TEST(Judge, an_rp_cause_with_the_extension_bit_is_not_well_formed) {
  for (const auto& [cause, good] : {std::pair{'\x26', true}, std::pair{'\xa6', false}}) {
    Judged report("  rp.mti fixed RP-ERROR\n  rp.cause any");
    report.rpdu = scripted::rp_error(report.rp_mr(), cause);
    EXPECT_EQ(report.holds(kTo), good);
  }
}

TEST(Judge, a_whole_rpdu_can_be_compared_with_the_one_we_sent) {
  constexpr std::string_view kRows = "  rp.mti fixed RP-DATA\n  rp.rpdu copied s1.rp.rpdu";
  Judged same(kRows);
  same.rpdu = same.submitted();
  EXPECT_TRUE(same.holds(kTo));
  Judged other(kRows);
  other.rpdu = other.submitted();
  other.rpdu[3] = static_cast<char>(other.rpdu[3] ^ 1);  // within RP-DA
  EXPECT_FALSE(other.holds(kTo));
}
}  // namespace
}  // namespace rung
