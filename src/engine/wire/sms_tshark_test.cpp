// tshark is the second reader: every golden vector, and TPDUs drawn from a seed, travel as bodies
// of SIP MESSAGEs in a capture file, and what tshark reads must be what our decoders read.
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "engine/wire/net_headers.hpp"
#include "engine/wire/sms_golden.hpp"
#include "engine/wire/sms_random.hpp"
#include "engine/wire/tshark.hpp"

namespace rung::golden {
namespace {

using Rpdu = std::vector<std::uint8_t>;

struct Case {
  std::string place;
  Rpdu rpdu;
};

/// The RPDU that carries a TPDU; its addresses, reference and cause are constants.
Rpdu wrapped(Octets tpdu, tp::Direction direction, tp::Carrier carrier) {
  const bool up = direction == tp::Direction::ms_to_sc;
  const unsigned type = carrier == tp::Carrier::rp_data  ? 0
                        : carrier == tp::Carrier::rp_ack ? 2
                                                         : 4;
  std::array<std::uint8_t, rp::kAddressSizeMax> centre;
  const Octets address = Octets{centre}.first(bcd::encode_address("12125550000", centre));
  rp::Message message;
  message.first_octet = static_cast<std::uint8_t>(type | (up ? 0U : 1U));
  message.reference = 200;
  (up ? message.destination : message.originator) = address;
  message.cause = 111;
  message.has_user_data = true;
  message.user_data = tpdu;
  std::array<std::uint8_t, rp::kMessageSizeMax> out;
  const auto size = rp::encode(message, out);
  return size.ok() ? Rpdu(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*size)) : Rpdu{};
}

/// A DELIVER around something that is no TPDU of its own: packed septets, an address or a time.
Rpdu delivered(const Vector& vector) {
  std::array<std::uint8_t, tp::kAddressValueSizeMax> number;
  std::array<std::uint8_t, tp::kTimestampSize> stamp;
  tp::Tpdu tpdu;
  tpdu.type = tp::Type::deliver;
  tp::make_number("12125551111", tp::kInternationalE164, number, tpdu.address);
  tp::encode_timestamp({.year = 26, .month = 3, .day = 14}, stamp);
  tpdu.service_centre_time = stamp;
  const Octets octets = vector.octets;
  if (vector.layer == "gsm7") {
    tpdu.user_data_length = static_cast<std::uint8_t>(std::stoul(vector.fields.at("septets")));
    tpdu.user_data = octets;
  } else if (vector.layer == "address") {
    tpdu.address = {.digits = octets[0], .ton_npi = octets[1], .value = octets.subspan(2)};
  } else {
    tpdu.service_centre_time = octets;
  }
  std::array<std::uint8_t, tp::kTpduSizeMax> out;
  const auto size = tp::encode(tpdu, tp::Carrier::rp_data, out);
  if (!size.ok()) return {};
  return wrapped(Octets{out}.first(*size), tp::Direction::sc_to_ms, tp::Carrier::rp_data);
}

std::vector<Case> golden_cases() {
  std::vector<Case> cases;
  for (const Vector& vector : load()) {
    // tshark does not ask for the RP type: a TP-FCS below 0x80, which is reserved, it takes for
    // TP-PI.
    if (vector.fields.contains("fcs") && vector.fields.at("fcs") < "80") continue;
    Case golden{.place = vector.place, .rpdu = vector.octets};
    if (vector.layer == "tpdu") {
      golden.rpdu = wrapped(vector.octets, vector.tp_direction(), vector.tp_carrier());
    } else if (vector.layer != "rp") {
      golden.rpdu = delivered(vector);
    }
    cases.push_back(golden);
  }
  return cases;
}

/// tshark 4.0 reads an enhanced TP-VP of the relative form as fewer than the seven octets that
/// TS 23.040 9.2.3.12.3 gives it, and the rest of the TPDU shifted.
bool misread_by_tshark(const tp::Tpdu& tpdu) {
  return tpdu.vpf == tp::Vpf::enhanced && (tpdu.validity[0] & 7) == 1;
}

std::vector<Case> random_cases(std::uint64_t seed, int count) {
  std::vector<Case> cases;
  Prng prng{seed};
  for (int i = 0; i < count; ++i) {
    const RandomTpdu random{prng};
    if (misread_by_tshark(random.tpdu)) continue;
    std::array<std::uint8_t, tp::kTpduSizeMax> out;
    const auto size = tp::encode(random.tpdu, random.carrier, out);
    Case drawn{.place = fmt::format("seed {} number {}", seed, i), .rpdu = {}};
    if (size.ok()) {
      drawn.rpdu = wrapped(Octets{out}.first(*size), random.direction(), random.carrier);
    }
    cases.push_back(drawn);
  }
  return cases;
}

/// The packet of a SIP MESSAGE with that body.
std::vector<std::uint8_t> packet_of(const Rpdu& body, std::size_t number) {
  std::string text = fmt::format(
      "MESSAGE sip:b@example.net SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{0}\r\n"
      "From: <sip:a@example.net>;tag={0}\r\nTo: <sip:b@example.net>\r\nCall-ID: {0}@a\r\n"
      "CSeq: 1 MESSAGE\r\nMax-Forwards: 70\r\nContent-Type: application/vnd.3gpp.sms\r\n"
      "Content-Length: {1}\r\n\r\n",
      number, body.size());
  text.append(body.begin(), body.end());
  std::vector<std::uint8_t> packet(2048);
  packet.resize(write_ip_udp(Endpoint::ipv4(0x7f000001, 5060), Endpoint::ipv4(0x7f000002, 5060),
                             as_octets(text), packet));
  return packet;
}

constexpr const char* kTsharkFields[] = {"_ws.malformed",
                                         "gsm_a.rp.extraneous_data",
                                         "gsm_a.rp.missing_mandatory_element",
                                         "gsm_a.rp.msg_type",
                                         "gsm_a.rp.rp_message_reference",
                                         "gsm_a.rp.cause",
                                         "gsm_a.dtap.cld_party_bcd_num",
                                         "gsm_sms.tp-mti",
                                         "gsm_sms.tp-oa",
                                         "gsm_sms.tp-da",
                                         "gsm_sms.tp-ra",
                                         "gsm_sms.dis_field_addr.num_type",
                                         "gsm_sms.tp-mr",
                                         "gsm_sms.tp-pid",
                                         "gsm_sms.tp-dcs",
                                         "gsm_sms.tp-udhi",
                                         "gsm_sms.tp-sri",
                                         "gsm_sms.tp-srr",
                                         "gsm_sms.tp-srq",
                                         "gsm_sms.tp-rd",
                                         "gsm_sms.tp-rp",
                                         "gsm_sms.tp-mms",
                                         "gsm_sms.tp-fcs",
                                         "gsm_sms.tp.parameter_indicator",
                                         "gsm_sms.scts.year",
                                         "gsm_sms.scts.month",
                                         "gsm_sms.scts.day",
                                         "gsm_sms.scts.hour",
                                         "gsm_sms.scts.minutes",
                                         "gsm_sms.scts.seconds",
                                         "gsm_sms.scts.timezone",
                                         "gsm_sms.tp.user_data_length",
                                         "gsm_sms.sms_text",
                                         "gsm_sms.tp.message_number",
                                         "gsm_sms.tp.command_type",
                                         "gsm_sms.ie_identifier",
                                         "gsm_sms.udh.mm.msg_id",
                                         "gsm_sms.udh.mm.msg_parts",
                                         "gsm_sms.udh.mm.msg_part",
                                         "gsm_sms.dis_field.st_error",
                                         "gsm_sms.dis.field_st_reason"};

/// tshark's reading of a capture file: one object of fields a packet; null when it cannot run.
nlohmann::json read_with_tshark(const CaptureFile& capture) {
  std::string options = "-o gsm_sms.reassemble:FALSE -T json";
  for (const char* field : kTsharkFields) options += fmt::format(" -e {}", field);
  return nlohmann::json::parse(capture.read(options), nullptr, false);
}

/// The fields of one packet, by tshark's names.
class Reading {
 public:
  explicit Reading(const nlohmann::json& packet) : fields_(packet["_source"]["layers"]) {}

  [[nodiscard]] bool has(const char* name) const { return fields_.contains(name); }
  [[nodiscard]] std::string text(const char* name, std::size_t index = 0) const {
    return has(name) && index < fields_[name].size() ? fields_[name][index].get<std::string>() : "";
  }
  /// Decimal, whatever tshark's form: 0x1f, 31, True.
  [[nodiscard]] std::string number(const char* name, std::size_t index = 0) const {
    const std::string value = text(name, index);
    if (value == "True" || value == "False") return value == "True" ? "1" : "0";
    unsigned long result = 0;
    const int base = value.starts_with("0x") ? 16 : 10;
    const char* const start = value.data() + (base == 16 ? 2 : 0);
    const auto [end, error] = std::from_chars(start, value.data() + value.size(), result, base);
    return error == std::errc{} ? fmt::format("{}", result) : value;
  }
  /// As our timestamp_text(), but for the zone's sign, which tshark only shows in words.
  [[nodiscard]] std::string stamp(std::size_t index) const {
    const auto part = [this, index](const char* name) {
      return std::atoi(text(name, index).c_str());
    };
    return fmt::format("{:02}-{:02}-{:02}T{:02}:{:02}:{:02}+{}", part("gsm_sms.scts.year"),
                       part("gsm_sms.scts.month"), part("gsm_sms.scts.day"),
                       part("gsm_sms.scts.hour"), part("gsm_sms.scts.minutes"),
                       part("gsm_sms.scts.seconds"), part("gsm_sms.scts.timezone"));
  }

 private:
  const nlohmann::json& fields_;
};

/// tshark's fields that have one value and map to one of ours.
void compare_plain_fields(const std::string& place, const Fields& ours, const Reading& theirs) {
  constexpr std::pair<const char*, const char*> pairs[] = {
      {"mr", "gsm_a.rp.rp_message_reference"},
      {"cause", "gsm_a.rp.cause"},
      {"tp_mr", "gsm_sms.tp-mr"},
      {"pid", "gsm_sms.tp-pid"},
      {"dcs", "gsm_sms.tp-dcs"},
      {"udhi", "gsm_sms.tp-udhi"},
      {"rd", "gsm_sms.tp-rd"},
      {"rpath", "gsm_sms.tp-rp"},
      {"pi", "gsm_sms.tp.parameter_indicator"},
      {"udl", "gsm_sms.tp.user_data_length"},
      {"mn", "gsm_sms.tp.message_number"},
      {"ct", "gsm_sms.tp.command_type"},
      {"ref", "gsm_sms.udh.mm.msg_id"},
      {"total", "gsm_sms.udh.mm.msg_parts"},
      {"seq", "gsm_sms.udh.mm.msg_part"},
      {"ton", "gsm_sms.dis_field_addr.num_type"}};
  const bool command = ours.contains("tp") && ours.at("tp") == "SMS-COMMAND";
  for (const auto& [our_name, their_name] : pairs) {
    // tshark calls the length of command data by a name of its own.
    if (!ours.contains(our_name) || (command && std::string_view(our_name) == "udl")) continue;
    EXPECT_EQ(ours.at(our_name), theirs.number(their_name)) << place << ": " << our_name;
  }
}

void compare_type(const std::string& place, const Rpdu& rpdu, const Fields& ours,
                  const Reading& theirs) {
  EXPECT_EQ(fmt::format("{}", rpdu[0] & 7), theirs.number("gsm_a.rp.msg_type")) << place;
  if (ours.contains("oa")) {
    EXPECT_EQ(ours.at("oa") + ours.at("da"), theirs.text("gsm_a.dtap.cld_party_bcd_num")) << place;
  }
  if (!ours.contains("tp")) return;
  const std::string& type = ours.at("tp");
  const bool one = type.starts_with("SMS-SUBMIT");
  const bool two = type == "SMS-STATUS-REPORT" || type == "SMS-COMMAND";
  EXPECT_EQ(one ? "1" : two ? "2" : "0", theirs.number("gsm_sms.tp-mti")) << place;
}

std::string without_sign(std::string stamp) {
  const std::size_t sign = stamp.find_last_of("+-");
  if (sign != std::string::npos) stamp[sign] = '+';
  return stamp;
}

void compare_special_fields(const std::string& place, const Fields& ours, const Reading& theirs) {
  if (ours.contains("address")) {
    EXPECT_EQ(ours.at("address"), theirs.text("gsm_sms.tp-oa") + theirs.text("gsm_sms.tp-da") +
                                      theirs.text("gsm_sms.tp-ra"))
        << place;
  }
  if (ours.contains("sr")) {
    EXPECT_EQ(ours.at("sr"), theirs.number("gsm_sms.tp-sri") + theirs.number("gsm_sms.tp-srr") +
                                 theirs.number("gsm_sms.tp-srq"))
        << place;
  }
  if (ours.contains("mms")) {
    EXPECT_NE(ours.at("mms"), theirs.number("gsm_sms.tp-mms")) << place << ": 1 is no more";
  }
  if (ours.contains("fcs")) {
    EXPECT_EQ(fmt::format("{}", std::stoul(ours.at("fcs"), nullptr, 16)),
              theirs.number("gsm_sms.tp-fcs"))
        << place;
  }
  if (ours.contains("scts")) {
    EXPECT_EQ(without_sign(ours.at("scts")), theirs.stamp(0)) << place;
  }
  if (ours.contains("dt")) {
    EXPECT_EQ(without_sign(ours.at("dt")), theirs.stamp(1)) << place;
  }
  if (ours.contains("st")) {
    const unsigned long status = std::stoul(ours.at("st"), nullptr, 16);
    EXPECT_EQ(fmt::format("{}", status >> 5), theirs.number("gsm_sms.dis_field.st_error")) << place;
    EXPECT_EQ(fmt::format("{}", status & 31), theirs.number("gsm_sms.dis.field_st_reason"))
        << place;
  }
}

void compare_text(const std::string& place, const Fields& ours, const Reading& theirs) {
  if (!ours.contains("text") || ours.at("text").empty()) return;
  const auto coding = ours.contains("dcs") ? std::stoul(ours.at("dcs")) : 0;
  // tshark shows 8-bit data as octets or leaves them to another dissector.
  if (tp::alphabet(static_cast<std::uint8_t>(coding)) == tp::Alphabet::octets) return;
  EXPECT_EQ(ours.at("text"), unescaped(theirs.text("gsm_sms.sms_text"))) << place;
}

void expect_same_reading(const std::vector<Case>& cases) {
  if (!has_tshark()) GTEST_SKIP() << "no tshark";
  CaptureFile capture;
  for (std::size_t i = 0; i < cases.size(); ++i) capture.put(packet_of(cases[i].rpdu, i));
  const nlohmann::json packets = read_with_tshark(capture);
  ASSERT_TRUE(packets.is_array());
  ASSERT_EQ(packets.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& [place, rpdu] = cases[i];
    ASSERT_FALSE(rpdu.empty()) << place;
    rp::Message message;
    ASSERT_EQ(rp::decode(rpdu, message), rp::Error::none) << place;
    const Fields ours = describe(message);
    EXPECT_FALSE(ours.contains("error")) << place;

    const Reading theirs(packets[i]);

    EXPECT_FALSE(theirs.has("_ws.malformed")) << place;
    EXPECT_FALSE(theirs.has("gsm_a.rp.extraneous_data")) << place;
    EXPECT_FALSE(theirs.has("gsm_a.rp.missing_mandatory_element")) << place;
    compare_type(place, rpdu, ours, theirs);
    compare_plain_fields(place, ours, theirs);
    compare_special_fields(place, ours, theirs);
    compare_text(place, ours, theirs);
  }
}

TEST(SmsTshark, reads_every_golden_vector_as_we_do) { expect_same_reading(golden_cases()); }

TEST(SmsTshark, reads_what_our_encoder_writes) { expect_same_reading(random_cases(20260314, 500)); }

}  // namespace
}  // namespace rung::golden
