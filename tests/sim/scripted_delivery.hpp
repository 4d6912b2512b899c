// Deliveries of a scripted gateway: an SM of ours as RP-DATA, for tests of the player alone.
#pragma once

#include <gtest/gtest.h>

#include "engine/ladder/field.hpp"
#include "engine/ladder/token.hpp"
#include "engine/wire/bcd.hpp"
#include "scripted_peer.hpp"
#include "sim_rig.hpp"

namespace rung::scripted {

inline RigOptions scripted_options(std::uint16_t run_id = 1) {
  RigOptions options;
  options.ladders = {"mo_to_mt"};
  options.ues = 3;
  options.wire = {};
  options.scripted = true;
  options.play.run_id = run_id;
  return options;
}

/// SMS-DELIVER in RP-DATA with the text of a submit of ours (TS 23.040 9.2.2.1).
inline std::string rpdu_of(std::string_view submit, std::uint8_t rp_mr, bool corrupt = false) {
  Received read;
  EXPECT_EQ(parse_received(as_octets(submit), tp::Direction::ms_to_sc, read), sip::Error::none);
  const std::string from = header(submit, "From");
  std::uint8_t sender[7];
  bcd::encode_digits(from.substr(from.find('+') + 1, 14), sender);
  std::vector<std::uint8_t> text(read.tp.user_data.begin(), read.tp.user_data.end());
  if (corrupt) text[20] ^= 1U;
  const std::uint8_t stamp[7] = {0x62, 0x30, 0x41, 0x51, 0x90, 0x62, 0x40};
  tp::Tpdu deliver;
  deliver.type = tp::Type::deliver;
  deliver.address = {14, bcd::kInternationalE164, sender};
  deliver.data_coding = read.tp.data_coding;
  deliver.service_centre_time = stamp;
  deliver.has_user_data = true;
  deliver.user_data_length = read.tp.user_data_length;
  deliver.user_data = text;
  std::uint8_t tpdu[tp::kTpduSizeMax];
  const auto tpdu_size = tp::encode(deliver, tp::Carrier::rp_data, tpdu);
  std::uint8_t sc[rp::kAddressSizeMax];
  rp::Message message;
  message.first_octet = 1;
  message.reference = rp_mr;
  message.originator = Octets(sc, bcd::encode_address("12125550000", sc));
  message.has_user_data = true;
  message.user_data = Octets(tpdu, *tpdu_size);
  std::uint8_t rpdu[rp::kMessageSizeMax];
  const auto size = rp::encode(message, rpdu);
  return std::string(as_text(Octets(rpdu, *size)));
}

/// One finding of that requirement and none other.
inline std::map<std::string, std::uint64_t> only(const std::string& id) { return {{id, 1}}; }

/// Number of the UE, below ten, that sent a submit.
inline std::uint32_t sender_of(std::string_view submit) {
  const std::string from = header(submit, "From");
  return static_cast<std::uint32_t>(from[from.find('@') - 1] - '0');
}

/// One SM on its way, submitted by one of three UEs and not yet answered.
struct Sm {
  SimRig rig;
  std::string submit;
  std::uint32_t recipient = 0;
  std::uint32_t messages = 0;

  // Places in what rpdu_of() writes.
  static constexpr std::size_t kRpOaType = 3, kTpOctet1 = 12, kTpOaType = 14, kTpOaDigits = 15;

  explicit Sm(const RigOptions& options = scripted_options()) : rig(options) {
    rig.pretend_registered();
    rig.start(options.ladders.front());
    submit = rig.sent().at(0);
    Received read;
    EXPECT_EQ(parse_received(as_octets(submit), tp::Direction::ms_to_sc, read), sip::Error::none);
    Token token;
    EXPECT_EQ(find_token(read.tp, token), TokenState::valid);
    recipient = token.recipient;
  }
  /// The UE that has nothing to do with it.
  [[nodiscard]] std::uint32_t third() const { return 3 - sender_of(submit) - recipient; }
  /// Answers the submit and reports on it.
  void accept() {
    rig.send(sender_of(submit), scripted::response(submit, "202 Accepted"));
    scripted::Message message;
    message.call_id = "report";
    message.branch = "z9hG4bKreport";
    message.in_reply_to = header(submit, "Call-ID");
    message.user = fmt::format("+1212555000000{}", sender_of(submit));
    message.address = fmt::format("127.64.0.{}:5060", sender_of(submit) + 1);
    message.rpdu = scripted::rp_ack(scripted::body(submit)[1]);
    rig.wait(1ms);
    rig.send(sender_of(submit), message.text());
    rig.wait(1ms);
  }
  void deliver(std::uint32_t ue, const std::string& rpdu) { deliver(ue, rpdu, ue); }
  /// To `ue`, under the identity of `identity`.
  void deliver(std::uint32_t ue, const std::string& rpdu, std::uint32_t identity) {
    scripted::Message message;
    message.branch = fmt::format("z9hG4bKmt{}", ++messages);
    message.call_id = fmt::format("mt-{}", messages);
    message.disposition = "no-fork";
    message.user = fmt::format("+1212555000000{}", identity);
    message.address = fmt::format("127.64.0.{}:5060", ue + 1);
    message.rpdu = rpdu;
    rig.send(ue, message.text());
    rig.wait(1ms);
  }
};

/// A gateway on topology isc that took the first request of a ladder with 202.
struct IscGateway {
  SimRig rig;
  std::string request;

  explicit IscGateway(const std::string& ladder) : rig(options(ladder)) {
    rig.pretend_registered();
    EXPECT_EQ(rig.start(ladder), StartResult::started);
    request = rig.sent().at(0);
    say(response(request, "202 Accepted"));
  }
  /// What our side sends to that.
  std::vector<std::string> say(const std::string& message) {
    rig.send(0, message);
    rig.wait(1ms);
    return rig.sent();
  }

 private:
  static RigOptions options(std::string ladder) {
    RigOptions options;
    options.topology = Topology::isc;
    options.ladders = {std::move(ladder)};
    options.ues = 2;
    options.wire = {.delay_min = 0ms, .delay_max = 0ms};
    options.scripted = true;
    return options;
  }
};

}  // namespace rung::scripted
