// tshark is the second reader: golden vectors, every M3UA message with all its parameters, and SCCP
// messages drawn from a seed, as DATA chunks in a capture file of SCTP packets; what tshark reads
// must be what our decoders read, and nothing of it malformed.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/base/prng.hpp"
#include "engine/wire/m3ua_grammar.hpp"
#include "engine/wire/sccp_segment.hpp"
#include "engine/wire/sctp_packet.hpp"
#include "engine/wire/sigtran_fields.hpp"
#include "engine/wire/tshark.hpp"

namespace rung::golden {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Case {
  std::string place;
  Bytes message;  // of M3UA
};

/// Our field's name and tshark's, numbers both.
constexpr std::pair<const char*, const char*> kNumbers[] = {
    {"asp", "m3ua.asp_identifier"},
    {"mode", "m3ua.traffic_mode_type"},
    {"error", "m3ua.error_code"},
    {"level", "m3ua.congestion_level"},
    {"user", "m3ua.user_identity"},
    {"opc", "m3ua.protocol_data_opc"},
    {"dpc", "m3ua.protocol_data_dpc"},
    {"si", "m3ua.protocol_data_si"},
    {"ni", "m3ua.protocol_data_ni"},
    {"mp", "m3ua.protocol_data_mp"},
    {"sls", "m3ua.protocol_data_sls"},
    {"key_id", "m3ua.local_rk_identifier"},
    {"called_ssn", "sccp.called.ssn"},
    {"calling_ssn", "sccp.calling.ssn"},
    {"called_pc", "sccp.called.pc"},
    {"calling_pc", "sccp.calling.pc"},
    {"remaining", "sccp.segmentation.remaining"}};
constexpr const char* kOthers[] = {"_ws.malformed",
                                   "_ws.expert.severity",
                                   "_ws.expert.message",
                                   "m3ua.message_class",
                                   "m3ua.message_type",
                                   "m3ua.routing_context",
                                   "m3ua.status_type",
                                   "m3ua.status_info",
                                   "m3ua.affected_point_code_mask",
                                   "m3ua.heartbeat_data",
                                   "m3ua.affected_point_code_pc",
                                   "m3ua.unavailability_cause",
                                   "sccp.message_type",
                                   "sccp.class",
                                   "sccp.return_cause",
                                   "sccp.hops",
                                   "sccp.called.digits",
                                   "sccp.calling.digits",
                                   "sccp.segmentation.first",
                                   "sccp.segmentation.slr",
                                   "sccp.msg.reassembled.length"};

/// tshark's reading of the messages, each in a packet of its own.
nlohmann::json read_with_tshark(const std::vector<Case>& cases, const std::string& preferences) {
  CaptureFile capture;
  for (std::uint32_t i = 0; i < cases.size(); ++i) {
    capture.put(sctp_packet(cases[i].message, i + 1));
  }
  std::string options = "-T json " + preferences;
  for (const auto& [ours, theirs] : kNumbers) options += fmt::format(" -e {}", theirs);
  for (const char* field : kOthers) options += fmt::format(" -e {}", field);
  return nlohmann::json::parse(capture.read(options), nullptr, false);
}

class Reading {
 public:
  explicit Reading(const nlohmann::json& packet) : fields_(packet["_source"]["layers"]) {}
  [[nodiscard]] bool has(const char* name) const { return fields_.contains(name); }
  [[nodiscard]] std::string text(const char* name) const {
    return has(name) ? fields_[name][0].get<std::string>() : "";
  }
  /// Decimal, whatever tshark's form.
  [[nodiscard]] std::string number(const char* name) const {
    return has(name) ? fmt::format("{}", std::stoul(text(name), nullptr, 0)) : "";
  }

 private:
  const nlohmann::json& fields_;
};

void compare_m3ua(const std::string& place, const m3ua::View& view, const Fields& ours,
                  const Reading& theirs) {
  const auto type = static_cast<unsigned>(view.type);
  EXPECT_EQ(fmt::format("{}", type >> 8), theirs.number("m3ua.message_class")) << place;
  EXPECT_EQ(fmt::format("{}", type & 0xff), theirs.number("m3ua.message_type")) << place;
  for (const auto& [our_name, their_name] : kNumbers) {
    if (!ours.contains(our_name)) continue;
    EXPECT_EQ(ours.at(our_name), theirs.number(their_name)) << place << ": " << our_name;
  }
  if (ours.contains("rc")) {
    EXPECT_EQ(ours.at("rc"), theirs.number("m3ua.routing_context")) << place;
  }
  if (ours.contains("status")) {
    EXPECT_EQ(ours.at("status"),
              theirs.number("m3ua.status_type") + "/" + theirs.number("m3ua.status_info"))
        << place;
  }
  if (ours.contains("apc")) {
    EXPECT_EQ(ours.at("apc"), theirs.number("m3ua.affected_point_code_mask") + "/" +
                                  theirs.number("m3ua.affected_point_code_pc"))
        << place;
  }
  if (ours.contains("beat")) {
    EXPECT_EQ(ours.at("beat"), theirs.text("m3ua.heartbeat_data")) << place;
  }
}

void compare_sccp(const std::string& place, const m3ua::View& view, const Reading& theirs) {
  sccp::Message message;
  ASSERT_EQ(sccp::decode(view.data().user_data, message), sccp::Error::none) << place;
  Fields ours;
  describe(message, ours);
  EXPECT_EQ(fmt::format("{}", static_cast<unsigned>(message.type)),
            theirs.number("sccp.message_type"))
      << place;
  EXPECT_EQ(ours.at("called"), theirs.text("sccp.called.digits")) << place;
  EXPECT_EQ(ours.at("calling"), theirs.text("sccp.calling.digits")) << place;
  if (message.is_service()) {
    EXPECT_EQ(ours.at("cause"), theirs.number("sccp.return_cause")) << place;
  } else {
    EXPECT_EQ(fmt::format("{}", message.protocol_class & 0xf), theirs.number("sccp.class"))
        << place;
  }
  const bool counts_hops = message.type != sccp::Type::udt && message.type != sccp::Type::udts;
  EXPECT_EQ(counts_hops ? ours.at("hops") : "", theirs.number("sccp.hops")) << place;
  if (!message.segmentation) return;
  EXPECT_EQ(message.segmentation->first ? "1" : "0", theirs.number("sccp.segmentation.first"))
      << place;
  EXPECT_EQ(fmt::format("{}", message.segmentation->reference),
            theirs.number("sccp.segmentation.slr"))
      << place;
}

void expect_same_reading(const std::vector<Case>& cases) {
  if (!has_tshark()) GTEST_SKIP() << "no tshark";
  const nlohmann::json packets = read_with_tshark(cases, "-o sccp.defragment_xudt:FALSE");
  ASSERT_EQ(packets.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string& place = cases[i].place;
    m3ua::View view;
    ASSERT_EQ(m3ua::decode(cases[i].message, view), m3ua::Error::none) << place;
    const Reading theirs(packets[i]);
    EXPECT_FALSE(theirs.has("_ws.malformed")) << place;
    EXPECT_FALSE(theirs.has("_ws.expert.severity")) << place << theirs.text("_ws.expert.message");
    compare_m3ua(place, view, describe(view), theirs);
    if (view.type == m3ua::Type::data) compare_sccp(place, view, theirs);
  }
}

std::vector<Case> golden_cases() {
  std::vector<Case> cases;
  for (const Ss7Vector& vector : load_ss7("sigtran.txt")) {
    cases.push_back({vector.place, vector.octets});
  }
  return cases;
}

/// A value that means something for each parameter.
void put_value(m3ua::MessageWriter& writer, m3ua::Parameter parameter) {
  using m3ua::Parameter;
  const std::uint8_t octets[] = {'a', 'b', 'c'};
  const std::uint32_t contexts[] = {100};
  switch (parameter) {
    case Parameter::info:
    case Parameter::diagnostic:
    case Parameter::heartbeat_data: writer.octets(parameter, octets); break;
    case Parameter::routing_context: writer.words(parameter, contexts); break;
    case Parameter::status: writer.status(m3ua::kAsPending); break;
    case Parameter::user_cause: writer.word(parameter, 0x00020003); break;
    case Parameter::affected_point_code: writer.word(parameter, 0x03000ab8); break;
    case Parameter::routing_key:
      write(writer, m3ua::RoutingKey{.local_rk_identifier = 1,
                                     .routing_context = 100,
                                     .traffic_mode = 2,
                                     .network_appearance = 4,
                                     .destination = 2,
                                     .service_indicators = Octets{octets}.first(0),
                                     .origins = {}});
      break;
    case Parameter::registration_result: write(writer, m3ua::RegistrationResult{1, 7, 100}); break;
    case Parameter::deregistration_result: write(writer, m3ua::DeregistrationResult{100, 5}); break;
    case Parameter::error_code:
      writer.word(parameter, static_cast<std::uint32_t>(m3ua::ErrorCode::invalid_routing_context));
      break;
    default: writer.word(parameter, 2); break;
  }
}

constexpr m3ua::Type kTypes[] = {
#define RUNG_M3UA_MESSAGE(id, value, name) m3ua::Type::id,
#include "engine/wire/m3ua_message.def"
#undef RUNG_M3UA_MESSAGE
};

std::vector<Case> m3ua_cases() {
  std::vector<Case> cases;
  for (const m3ua::Type type : kTypes) {
    if (type == m3ua::Type::data) continue;  // with SCCP in it, below
    std::array<std::uint8_t, 512> out;
    m3ua::MessageWriter writer{out, type};
    for (const m3ua::Parameter p : m3ua::grammar_of(type)->order()) put_value(writer, p);
    const std::size_t size = writer.finish();
    cases.push_back({std::string(to_string(type)), Bytes(out.begin(), out.begin() + size)});
  }
  return cases;
}

/// An address of a subsystem for which tshark has no dissector, so that any data is well formed.
sccp::Address random_address(Prng& prng, MutableOctets storage) {
  constexpr std::uint8_t kNobody = 200;
  std::string digits;
  for (std::uint64_t i = 0, count = 4 + prng.below(12); i < count; ++i) {
    digits += static_cast<char>('0' + prng.below(10));
  }
  sccp::Address address = sccp::e164_address(digits, kNobody, storage);
  address.title.indicator = static_cast<std::uint8_t>(prng.below(5));
  if (prng.chance(0.3)) address.point_code = static_cast<std::uint16_t>(prng.below(0x4000));
  if (address.title.indicator == 0) {
    address.title = {};
    address.route_on_ssn = true;
  }
  if (address.title.indicator == 1 || address.title.indicator == 2) {
    address.title.numbering_plan = 0;
    if (address.title.indicator == 2) address.title.nature = 0;
  }
  // A title of this kind cannot say that its count is odd.
  if (address.title.indicator == 2) address.title.odd = false;
  return address;
}

Bytes data_of(const sccp::Message& message, std::uint8_t sls) {
  std::array<std::uint8_t, 5000> sccp_octets;
  const auto size = sccp::encode(message, sccp_octets);
  if (!size.ok()) return {};
  std::array<std::uint8_t, 5100> out;
  m3ua::MessageWriter writer{out, m3ua::Type::data};
  writer.word(m3ua::Parameter::network_appearance, 4).word(m3ua::Parameter::routing_context, 100);
  writer.data({.opc = 0x3fff,
               .dpc = 2,
               .ni = 2,
               .mp = 1,
               .sls = sls,
               .user_data = Octets{sccp_octets}.first(*size)});
  return Bytes(out.begin(), out.begin() + writer.finish());
}

std::vector<Case> sccp_cases(std::uint64_t seed, int count) {
  using sccp::Type;
  constexpr Type kSccpTypes[] = {Type::udt,   Type::udts, Type::xudt,
                                 Type::xudts, Type::ludt, Type::ludts};
  std::vector<Case> cases;
  Prng prng{seed};
  for (int i = 0; i < count; ++i) {
    std::array<std::uint8_t, 16> storage[2];
    sccp::Message message;
    message.type = kSccpTypes[prng.below(std::size(kSccpTypes))];
    message.called = random_address(prng, storage[0]);
    message.calling = random_address(prng, storage[1]);
    const bool is_long = message.type == Type::ludt || message.type == Type::ludts;
    const Bytes data(1 + prng.below(is_long ? 2000 : 190), 0x5a);
    message.data = data;
    if (message.is_service()) {
      message.return_cause = static_cast<std::uint8_t>(prng.below(14));
    } else {
      message.protocol_class =
          static_cast<std::uint8_t>(prng.below(2) | (prng.chance(0.5) ? 0x80U : 0U));
    }
    if (message.type != Type::udt && message.type != Type::udts) {
      message.hop_counter = static_cast<std::uint8_t>(1 + prng.below(15));
      if (prng.chance(0.5)) {
        message.segmentation = {.first = prng.chance(0.5),
                                .in_sequence = prng.chance(0.5),
                                .remaining = static_cast<std::uint8_t>(prng.below(16)),
                                .reference = static_cast<std::uint32_t>(prng.below(1 << 24))};
      }
      if (prng.chance(0.3)) message.importance = static_cast<std::uint8_t>(prng.below(8));
    }
    cases.push_back({fmt::format("seed {} number {} {}", seed, i, to_string(message.type)),
                     data_of(message, static_cast<std::uint8_t>(prng.below(16)))});
  }
  return cases;
}

TEST(SigtranTshark, reads_every_golden_vector_as_we_do) { expect_same_reading(golden_cases()); }

TEST(SigtranTshark, reads_every_m3ua_message_with_all_its_parameters) {
  expect_same_reading(m3ua_cases());
}

TEST(SigtranTshark, reads_what_our_sccp_encoder_writes) {
  expect_same_reading(sccp_cases(20261121, 400));
}

TEST(SigtranTshark, puts_together_what_our_segmenter_cut) {
  if (!has_tshark()) GTEST_SKIP() << "no tshark";
  std::array<std::uint8_t, 8> storage[2];
  const Bytes data(1000, 0x5a);
  sccp::Message whole;
  whole.called = sccp::e164_address("46708000003", 200, storage[0]);
  whole.calling = sccp::e164_address("46708000001", 200, storage[1]);
  whole.data = data;
  std::vector<Case> cases;
  sccp::Segmenter segmenter{whole, sccp::segment_data_max(whole.called, whole.calling), 0x123456};
  for (sccp::Message segment; segmenter.next(segment);) {
    cases.push_back({"segment", data_of(segment, 5)});
  }
  ASSERT_EQ(cases.size(), 5U);
  const nlohmann::json packets = read_with_tshark(cases, "");
  ASSERT_EQ(packets.size(), cases.size());
  for (const auto& packet : packets) EXPECT_FALSE(Reading(packet).has("_ws.malformed"));
  EXPECT_EQ(Reading(packets.back()).number("sccp.msg.reassembled.length"), "1000");
}

}  // namespace
}  // namespace rung::golden
