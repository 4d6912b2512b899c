// A gateway on a FakeWire with UEs that speak SIP by hand, for the gateway's tests. The requests
// are spelt out here, not made by the tester's own templates. Test only.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/base/allocation_watch.hpp"
#include "engine/base/hex.hpp"
#include "engine/wire/digest.hpp"
#include "engine/wire/rp.hpp"
#include "engine/wire/sip_value.hpp"
#include "engine/wire/sip_view.hpp"
#include "engine/wire/tpdu.hpp"
#include "gateway/fake_wire.hpp"
#include "gateway/gateway.hpp"

namespace rung::gateway {

/// A message the gateway sent, taken apart.
struct Got {
  Time at;
  Endpoint remote;
  std::string octets;
  std::shared_ptr<sip::View> view = std::make_shared<sip::View>();

  explicit Got(const SentDatagram& sent) : at(sent.at), remote(sent.remote) {
    text_ = std::make_shared<std::string>(sent.octets);
    octets = sent.octets;
    EXPECT_EQ(sip::parse(as_octets(*text_), *view), sip::Error::none) << sent.octets;
  }
  [[nodiscard]] bool is_message() const { return view->is_request(); }
  [[nodiscard]] int status() const { return view->status(); }
  [[nodiscard]] std::string header(sip::Header h) const { return std::string(view->header(h)); }
  [[nodiscard]] bool has(sip::Header h) const { return view->has(h); }
  [[nodiscard]] std::string call_id() const { return header(sip::Header::call_id); }
  [[nodiscard]] std::string branch() const {
    sip::Via via;
    EXPECT_TRUE(sip::parse_via(view->header(sip::Header::via), via));
    return std::string(via.branch);
  }
  [[nodiscard]] std::string body_hex() const { return to_hex(view->body()); }
  [[nodiscard]] rp::Message rpdu() const {
    rp::Message message;
    EXPECT_EQ(rp::decode(view->body(), message), rp::Error::none) << body_hex();
    return message;
  }
  [[nodiscard]] tp::Tpdu tpdu() const {
    const rp::Message message = rpdu();
    const tp::Carrier carrier = message.type() == rp::Type::data  ? tp::Carrier::rp_data
                                : message.type() == rp::Type::ack ? tp::Carrier::rp_ack
                                                                  : tp::Carrier::rp_error;
    tp::Tpdu tpdu;
    EXPECT_EQ(tp::decode(message.user_data, tp::Direction::sc_to_ms, carrier, tpdu),
              tp::Error::none)
        << body_hex();
    return tpdu;
  }

 private:
  std::shared_ptr<std::string> text_;
};

/// One device. The IMPU is sip:+<number>@home1.net.
struct Ue {
  std::string number;
  Endpoint address;
  std::string contact_parameters = ";+g.3gpp.smsip";

  [[nodiscard]] std::string impu() const { return fmt::format("sip:+{}@home1.net", number); }
  [[nodiscard]] std::string contact() const {
    return fmt::format("sip:+{}@{}", number, rung::to_string(address));
  }
};

/// What the wire itself allocates is not counted while the gateway is watched.
class WatchedWire final : public FakeWire {
 public:
  using FakeWire::FakeWire;
  bool watched = false;

  std::span<RxDatagram> rx_burst(Time now) override {
    const Pause pause(watched);
    return FakeWire::rx_burst(now);
  }
  void tx_burst(Time now) override {
    const Pause pause(watched);
    FakeWire::tx_burst(now);
  }

 private:
  struct Pause {
    explicit Pause(bool watched) : on(watched) {
      if (on) allocation_watch::leave();
    }
    ~Pause() {
      if (on) allocation_watch::enter();
    }
    bool on;
  };
};

class World {
 public:
  static GatewayConfig small_config() {
    GatewayConfig config;
    config.listen = Endpoint::ipv4(0x7f000001, 5060);
    config.users_max = 100;
    config.transactions_max = 100;
    config.absorbed_max = 1000;
    config.submits_max = 100;
    config.stored_max = 100;
    return config;
  }
  static GatewayConfig with_fault(FaultId fault) {
    GatewayConfig config = small_config();
    config.faults = {fault};
    return config;
  }

  explicit World(const GatewayConfig& config = small_config(), std::size_t slots = 256,
                 Transport* network = nullptr)
      : wire(config.listen, slots), gateway(config, wire, {}, network) {
    EXPECT_TRUE(config_errors(config).empty());
  }

  /// Runs the gateway at now; what it sent is in `got` until the next call.
  std::vector<Got> pass() {
    wire.watched = watched;
    if (watched) allocation_watch::enter();
    gateway.pass(now, wall_clock);
    if (watched) allocation_watch::leave();
    std::vector<Got> messages;
    for (const SentDatagram& sent : wire.take_sent()) messages.emplace_back(sent);
    return messages;
  }
  /// Steps through `span` a millisecond at a time; all that was sent.
  std::vector<Got> run(Duration span) {
    std::vector<Got> all;
    for (const Time end = now + span; now < end;) {
      now += 1ms;
      for (Got& message : pass()) all.push_back(std::move(message));
    }
    return all;
  }
  std::vector<Got> send(const Ue& ue, const std::string& text) {
    wire.deliver(text, ue.address);
    return pass();
  }

  std::string head(const std::string& start_line, const Ue& ue, const std::string& to,
                   const std::string& method) {
    ++serial;
    last_call_id = fmt::format("call-{}@ue", serial);
    return fmt::format(
        "{}\r\nVia: SIP/2.0/UDP {};branch=z9hG4bKue{}\r\nMax-Forwards: 70\r\nFrom: "
        "<{}>;tag=ft{}\r\n"
        "To: <{}>\r\nCall-ID: {}\r\nCSeq: {} {}\r\n",
        start_line, rung::to_string(ue.address), serial, ue.impu(), serial, to, last_call_id,
        serial, method);
  }
  std::string register_text(const Ue& ue, const std::string& more_headers) {
    return head("REGISTER sip:home1.net SIP/2.0", ue, ue.impu(), "REGISTER") + more_headers +
           "Content-Length: 0\r\n\r\n";
  }
  std::string contact_header(const Ue& ue, unsigned expires = 3600) {
    return fmt::format("Contact: <{}>{}\r\nExpires: {}\r\n", ue.contact(), ue.contact_parameters,
                       expires);
  }
  /// Registers; the answer and whatever stored messages leave behind it.
  std::vector<Got> register_ue(const Ue& ue, unsigned expires = 3600) {
    return send(ue, register_text(ue, contact_header(ue, expires)));
  }
  std::string message_text(const Ue& ue, const std::string& to, const std::string& rpdu_hex,
                           const std::string& more_headers = {}) {
    const auto octets = parse_hex(rpdu_hex);
    EXPECT_TRUE(octets.ok()) << rpdu_hex;
    const std::string body(octets->begin(), octets->end());
    return head(fmt::format("MESSAGE {} SIP/2.0", to), ue, to, "MESSAGE") + more_headers +
           fmt::format("Content-Type: application/vnd.3gpp.sms\r\nContent-Length: {}\r\n\r\n",
                       body.size()) +
           body;
  }
  std::vector<Got> submit(const Ue& ue, const std::string& rpdu_hex) {
    return send(ue, message_text(ue, "sip:sc.home1.net", rpdu_hex));
  }
  /// Answers a MESSAGE of the gateway.
  std::vector<Got> answer(const Got& message, int status, const std::string& reason = "OK") {
    std::string text = fmt::format("SIP/2.0 {} {}\r\n", status, reason);
    for (const sip::Header h : {sip::Header::via, sip::Header::from, sip::Header::to,
                                sip::Header::call_id, sip::Header::cseq}) {
      text += fmt::format("{}: {}{}\r\n", sip::header_name(h), message.header(h),
                          h == sip::Header::to ? ";tag=ue" : "");
    }
    wire.deliver(text + "Content-Length: 0\r\n\r\n", message.remote);
    return pass();
  }
  /// Sends the delivery report for a MESSAGE of the gateway.
  std::vector<Got> report(const Ue& ue, const Got& message, const std::string& rpdu_hex) {
    return send(ue, message_text(ue, "sip:ipsmgw.home1.net", rpdu_hex,
                                 fmt::format("In-Reply-To: {}\r\n", message.call_id())));
  }
  /// 200 and RP-ACK with the RP-MR of the delivery.
  std::vector<Got> accept(const Ue& ue, const Got& message) {
    answer(message, 200);
    return report(ue, message, fmt::format("02{:02x}", message.rpdu().reference));
  }
  /// `ue` submits `rpdu_hex` and answers its report; returns the deliveries that left.
  std::vector<Got> submit_and_collect_deliveries(const Ue& ue, const std::string& rpdu_hex) {
    std::vector<Got> deliveries;
    for (const Got& message : submit(ue, rpdu_hex)) {
      if (!message.is_message()) continue;
      if (message.has(sip::Header::in_reply_to)) {
        answer(message, 200);
      } else {
        deliveries.push_back(message);
      }
    }
    return deliveries;
  }

  [[nodiscard]] const GatewayCounters& counters() const { return gateway.counters(); }

  WatchedWire wire;
  Gateway gateway;
  Time now = time_from_ns(1'000'000'000);
  std::int64_t wall_clock = 1773497366;  // 2026-03-14 14:09:26 UTC
  bool watched = false;                  // what the gateway allocates is counted
  unsigned serial = 0;
  std::string last_call_id;
};

inline const Ue kAlice{"12125551111", Endpoint::ipv4(0x7f400001, 5060)};
inline const Ue kBob{"12125552222", Endpoint::ipv4(0x7f400002, 5060)};
inline const Ue kBobsTablet{"12125552222", Endpoint::ipv4(0x7f400003, 5060)};

/// RP-DATA MS to N around a SUBMIT: RP-MR, RP-OA empty, RP-DA 12125550000, TPDU.
inline std::string rp_data(unsigned rp_mr, const std::string& tpdu_hex) {
  return fmt::format("00{:02x}00 07912121550500f0 {:02x}{}", rp_mr, tpdu_hex.size() / 2, tpdu_hex);
}
/// SUBMIT "hellohello" to Bob (12125552222); first octet 11: relative validity (catalogue G-01).
inline std::string submit_to_bob(unsigned tp_mr = 0x2a, unsigned first_octet = 0x11) {
  return fmt::format("{:02x}{:02x}0b912121552522f20000aa0ae8329bfd4697d9ec37", first_octet, tp_mr);
}

}  // namespace rung::gateway
