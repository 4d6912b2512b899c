// A gateway with a link to the MAP network over the simulated wire, and at its other end a peer
// that plays whatever node a test wants: HSS, service centre, SMS-GMSC, MSC, SGSN. Test only.
#pragma once

#include <deque>
#include <memory>

#include "engine/net/sim.hpp"
#include "engine/wire/map_fields.hpp"
#include "engine/wire/tcap_writer.hpp"
#include "gateway/gateway_fixture.hpp"

namespace rung::gateway {

/// A unit the gateway sent, taken apart. `fields`: as golden::describe() has them, with those of
/// SCCP.
struct MapGot {
  std::shared_ptr<std::vector<std::uint8_t>> octets;
  m3ua::ProtocolData label;
  sccp::Message sccp;
  tcap::Message tcap;
  golden::Fields fields;

  explicit MapGot(Octets from)
      : octets(std::make_shared<std::vector<std::uint8_t>>(from.begin(), from.end())) {
    EXPECT_TRUE(m3ua::read(*octets, label));
    EXPECT_EQ(sccp::decode(label.user_data, sccp), sccp::Error::none);
    EXPECT_FALSE(tcap::decode(sccp.data, tcap)) << golden::digits(sccp.data);
    fields = golden::describe(tcap);
    golden::describe(sccp, fields);
  }
  [[nodiscard]] std::string operator[](const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

/// The wire, made before the gateway that stands on it.
struct MapWire {
  SimClock clock;
  SimNetwork network{{.seed = 1, .packets_max = 256, .tx_slots = 64}, clock};
};

inline constexpr std::string_view kGatewayNumber = "46708000003";
inline constexpr std::string_view kHssNumber = "46708000002";
inline constexpr std::string_view kScNumber = "12125550000";  // RP-DA of rp_data()
inline constexpr std::string_view kGmscNumber = "46708000001";
inline constexpr std::string_view kImsi = "240070123456789";

using map::ContextName;
using map::Operation;
using map::UserError;

inline constexpr map::ApplicationContext kRoutingV3{ContextName::short_msg_gateway, 3};
inline constexpr map::ApplicationContext kMtV3{ContextName::short_msg_mt_relay, 3};
inline constexpr map::ApplicationContext kMtV2{ContextName::short_msg_mt_relay, 2};

class NetworkWorld : public MapWire, public World {
 public:
  static GatewayConfig network_config() {
    GatewayConfig config = small_config();
    config.network.dialogues_max = 64;
    config.network.inquiries_max = 32;
    config.network.transfers_max = 32;
    config.network.correlations_max = 16;
    return config;
  }
  static GatewayConfig network_with_fault(FaultId fault) {
    GatewayConfig config = network_config();
    config.faults = {fault};
    return config;
  }
  explicit NetworkWorld(const GatewayConfig& config = network_config())
      : World(config, 256, &network.b()) {}

  /// What the gateway has sent on its link since the last call.
  std::vector<MapGot> map() {
    std::vector<MapGot> got;
    clock.set(std::max(clock.now(), now));
    while (true) {
      const auto burst = network.a().rx_burst(now);
      if (burst.empty()) break;
      for (const RxDatagram& datagram : burst) {
        got.emplace_back(datagram.octets);
        all_sent.push_back(*got.back().octets);
      }
    }
    return got;
  }
  /// The one message it has sent.
  MapGot one() {
    auto got = map();
    EXPECT_EQ(got.size(), 1U);
    return got.at(0);
  }
  std::vector<Got> send_unit(Octets unit) {
    clock.set(std::max(clock.now(), now));
    TxDatagram* slot = network.a().tx().reserve();
    std::copy(unit.begin(), unit.end(), slot->buffer);
    slot->size = static_cast<std::uint32_t>(unit.size());
    network.a().tx_burst(now);
    return pass();
  }
  /// Any SCCP message around a TCAP message, from `from` to the gateway.
  std::vector<Got> send_tcap(Octets tcap, std::string_view from, std::uint8_t from_ssn,
                             std::uint8_t own_ssn = sccp::kSsnMsc,
                             sccp::Type type = sccp::Type::udt) {
    std::array<std::uint8_t, sccp::kTitleOctetsMax> called;
    std::array<std::uint8_t, sccp::kTitleOctetsMax> calling;
    sccp::Message message;
    message.type = type;
    message.return_cause = 1;
    message.called = sccp::e164_address(kGatewayNumber, own_ssn, called);
    message.calling = sccp::e164_address(from, from_ssn, calling);
    message.data = tcap;
    std::array<std::uint8_t, 2048> unit;
    const auto size = sccp::encode(message, MutableOctets(unit).subspan(12));
    EXPECT_TRUE(size.ok());
    const m3ua::ProtocolData data{
        .opc = 7, .dpc = 3, .ni = 2, .sls = 9, .user_data = Octets(unit).subspan(12, *size)};
    const std::size_t whole = m3ua::write(data, unit);
    return send_unit(Octets(unit).first(whole));
  }

  /// A Begin of the peer with one invoke; in version 1 without a dialogue portion.
  template <class Argument>
  std::vector<Got> begin(std::uint32_t otid, map::ApplicationContext context, Operation operation,
                         const Argument& argument, std::uint8_t own_ssn = sccp::kSsnMsc) {
    tcap::Writer writer(room_);
    map::write(writer.parameter(), argument);
    writer.invoke(1, static_cast<std::int32_t>(operation));
    return send_begin(otid, context, writer, own_ssn);
  }
  std::vector<Got> send_begin(std::uint32_t otid, map::ApplicationContext context,
                              tcap::Writer& writer, std::uint8_t own_ssn = sccp::kSsnMsc) {
    const auto name = map::octets_of(context);
    tcap::Dialogue dialogue;
    if (context.version > 1) dialogue.pdu = tcap::DialoguePdu::request;
    dialogue.application_context = name;
    return send_tcap(writer.finish(tcap::Type::begin, tcap::TransactionId::of(otid), {}, dialogue),
                     kGmscNumber, sccp::kSsnMsc, own_ssn);
  }
  /// What answers a message of the gateway: an End, or `type`, with an AARE where it was asked for.
  std::vector<Got> answer_with(const MapGot& asked, tcap::Writer& writer,
                               tcap::Type type = tcap::Type::end, std::uint32_t own_id = 0x77) {
    tcap::Dialogue dialogue = asked.tcap.dialogue;
    if (dialogue.pdu != tcap::DialoguePdu::none) dialogue.pdu = tcap::DialoguePdu::response;
    const bool goes_on = type == tcap::Type::continue_;
    return send_tcap(
        writer.finish(type, goes_on ? tcap::TransactionId::of(own_id) : tcap::TransactionId{},
                      asked.tcap.otid, dialogue),
        title_of(asked.sccp.called), asked.sccp.called.ssn.value_or(0),
        asked.sccp.calling.ssn.value_or(0));
  }
  template <class Result>
  std::vector<Got> result(const MapGot& asked, Operation operation, const Result& result) {
    tcap::Writer writer(room_);
    map::write(writer.parameter(), result);
    writer.return_result(1, static_cast<std::int32_t>(operation));
    return answer_with(asked, writer);
  }
  std::vector<Got> result(const MapGot& asked, Operation operation) {
    tcap::Writer writer(room_);
    writer.return_result(1, static_cast<std::int32_t>(operation));
    return answer_with(asked, writer);
  }
  template <class Parameter>
  std::vector<Got> error(const MapGot& asked, UserError error, const Parameter& parameter) {
    tcap::Writer writer(room_);
    map::write(writer.parameter(), parameter);
    writer.return_error(1, static_cast<std::int32_t>(error));
    return answer_with(asked, writer);
  }
  std::vector<Got> error(const MapGot& asked, UserError error) {
    tcap::Writer writer(room_);
    writer.return_error(1, static_cast<std::int32_t>(error));
    return answer_with(asked, writer);
  }
  std::vector<Got> p_abort(const MapGot& asked, tcap::PAbortCause cause) {
    tcap::Writer writer(room_);
    return send_tcap(writer.finish(tcap::Type::abort, {}, asked.tcap.otid, {}, cause),
                     title_of(asked.sccp.called), 8);
  }
  /// An Abort that refuses the context and offers that version of it.
  std::vector<Got> refuse(
      const MapGot& asked, map::ApplicationContext offered,
      tcap::Diagnostic why = tcap::Diagnostic::application_context_name_not_supported) {
    const auto name = map::octets_of(offered);
    tcap::Dialogue dialogue;
    dialogue.pdu = tcap::DialoguePdu::response;
    dialogue.application_context = name;
    dialogue.result = tcap::AssociateResult::reject_permanent;
    dialogue.diagnostic = why;
    tcap::Writer writer(room_);
    return send_tcap(writer.finish(tcap::Type::abort, {}, asked.tcap.otid, dialogue),
                     title_of(asked.sccp.called), 8);
  }
  /// SCCP returns what the gateway sent.
  std::vector<Got> return_unit(const MapGot& asked) {
    return send_tcap(asked.sccp.data, title_of(asked.sccp.called), 8, 8, sccp::Type::udts);
  }

  /// Registers the UE, and the HSS accepts its gateway.
  void bring_up(const Ue& ue) {
    register_ue(ue);
    for (const MapGot& asked : map()) {
      EXPECT_EQ(asked["component"], "Invoke 1 anyTimeModification");
      result(asked, Operation::any_time_modification, map::AnyTimeModificationRes{});
    }
    map();
  }
  static std::string title_of(const sccp::Address& address) {
    std::array<char, sccp::kTitleDigitsMax> text;
    return {text.data(), address.title.text(text)};
  }
  static Octets number(std::string_view digits) {
    static std::deque<std::array<std::uint8_t, 12>> kept;
    auto& room = kept.emplace_back();
    return Octets(room).first(bcd::encode_address(digits, room));
  }
  static Octets imsi(std::string_view digits) {
    static std::deque<std::array<std::uint8_t, 12>> kept;
    auto& room = kept.emplace_back();
    return Octets(room).first(bcd::encode_digits(digits, room));
  }

  std::vector<std::vector<std::uint8_t>> all_sent;  // every unit that map() has returned

 private:
  std::array<std::uint8_t, 2048> room_{};
};

/// SMS-DELIVER from +46709876543, "hello" (as in the golden vectors of the network side).
inline constexpr std::string_view kDeliver = "040b916407896745f3000062110232034500 05e8329bfd06";

/// The RPDU of a MESSAGE, in hexadecimal.
inline std::string body_of(const Got& message) { return golden::digits(message.view->body()); }

/// The MESSAGEs among what the gateway sent over SIP.
inline std::vector<Got> messages_of(const std::vector<Got>& got) {
  std::vector<Got> messages;
  for (const Got& one : got) {
    if (one.is_message()) messages.push_back(one);
  }
  return messages;
}

}  // namespace rung::gateway
