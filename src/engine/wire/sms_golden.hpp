// For tests: the golden vectors of tests/golden/sms, and what our decoders say about one in the
// words those files use.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/hex.hpp"
#include "engine/wire/rp.hpp"
#include "engine/wire/tpdu.hpp"
#include "engine/wire/tpdu_address.hpp"
#include "engine/wire/tpdu_user_data.hpp"

namespace rung::golden {

using Fields = std::map<std::string, std::string>;

struct Vector {
  std::string place;  // file:line name
  std::string layer, direction, carrier;
  std::vector<std::uint8_t> octets;
  Fields fields;

  [[nodiscard]] tp::Direction tp_direction() const {
    return direction == "ms_to_sc" ? tp::Direction::ms_to_sc : tp::Direction::sc_to_ms;
  }
  [[nodiscard]] tp::Carrier tp_carrier() const {
    if (carrier == "rp_ack") return tp::Carrier::rp_ack;
    return carrier == "rp_error" ? tp::Carrier::rp_error : tp::Carrier::rp_data;
  }
};

inline std::string unescaped(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape && (text[i + 1] == 'n' || text[i + 1] == 'r')) {
      result += text[++i] == 'n' ? '\n' : '\r';
    } else {
      result += text[i];
    }
  }
  return result;
}

/// `a=1 b="two words"`.
inline Fields parse_fields(const std::string& text) {
  Fields fields;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" \n", at)) != std::string::npos) {
    const std::size_t equals = text.find('=', at);
    if (equals == std::string::npos) break;
    const std::string name = text.substr(at, equals - at);
    const bool quoted = equals + 1 < text.size() && text[equals + 1] == '"';
    const std::size_t start = equals + (quoted ? 2 : 1);
    std::size_t end = text.find(quoted ? '"' : ' ', start);
    if (end == std::string::npos) end = text.size();
    fields[name] = unescaped(text.substr(start, end - start));
    at = std::min(text.size(), quoted ? end + 1 : end);
  }
  return fields;
}

/// One line of a file; a vector without octets when it is blank, a comment or malformed.
inline Vector parse_line(const std::string& line, const std::string& place) {
  Vector vector;
  const std::size_t first = line.find('|');
  const std::size_t second = line.find('|', first + 1);
  const std::size_t third = line.find('|', second + 1);
  if (line.starts_with('#') || third == std::string::npos) return vector;
  vector.place = place + " " + line.substr(0, line.find_last_not_of(' ', first - 1) + 1);
  std::istringstream words(line.substr(first + 1, second - first - 1));
  words >> vector.layer >> vector.direction >> vector.carrier;
  const auto octets = parse_hex(line.substr(second + 1, third - second - 1));
  if (octets.ok()) vector.octets = *octets;
  vector.fields = parse_fields(line.substr(third + 1));
  return vector;
}

/// Every vector of every file. Throws nothing: a line that does not read has no octets, which the
/// test that reads them all reports.
inline std::vector<Vector> load() {
  std::vector<Vector> vectors;
  for (const auto& entry :
       std::filesystem::directory_iterator(RUNG_SOURCE_DIR "/tests/golden/sms")) {
    if (entry.path().extension() != ".txt") continue;
    std::ifstream file(entry.path());
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      if (line.empty() || line.starts_with('#')) continue;
      vectors.push_back(
          parse_line(line, fmt::format("{}:{}", entry.path().filename().string(), number)));
    }
  }
  return vectors;
}

inline std::string timestamp_text(Octets octets) {
  tp::Timestamp t;
  if (!tp::decode_timestamp(octets, t)) return "malformed";
  return fmt::format("{:02}-{:02}-{:02}T{:02}:{:02}:{:02}{:+}", t.year, t.month, t.day, t.hour,
                     t.minute, t.second, t.quarter_hours);
}

inline std::string digits_text(Octets rp_address) {
  std::array<char, bcd::kDigitsMax> digits;
  return {digits.data(), bcd::decode_address(rp_address, digits)};
}

inline void describe_address(const tp::Address& address, Fields& fields) {
  std::array<char, tp::kAddressTextSizeMax> text;
  fields["address"] = std::string(text.data(), tp::address_text(address, text));
  fields["ton"] = fmt::format("{}", address.type_of_number());
}

inline void describe_user_data(const tp::Tpdu& tpdu, Fields& fields) {
  fields["udl"] = fmt::format("{}", tpdu.user_data_length);
  if (tpdu.type != tp::Type::command) {
    std::array<char, tp::kUserTextSizeMax> text;
    fields["text"] = std::string(text.data(), tp::user_text(tpdu, text));
  }
  if (!tpdu.has_user_data_header) return;
  udh::Elements elements{tpdu.user_data};
  udh::Element element;
  std::string ids;
  while (elements.next(element)) ids += fmt::format("{}{}", ids.empty() ? "" : ",", element.id);
  fields["ies"] = ids;
  udh::Concatenation parts;
  if (!udh::find_concatenation(tpdu.user_data, parts) || parts.total == 0) return;
  fields["ref"] = fmt::format("{}", parts.reference);
  fields["total"] = fmt::format("{}", parts.total);
  fields["seq"] = fmt::format("{}", parts.sequence);
}

inline void describe_flags(const tp::Tpdu& tpdu, Fields& fields) {
  using tp::Type;
  const Type type = tpdu.type;
  const auto bit = [&fields](const char* name, bool value) { fields[name] = value ? "1" : "0"; };
  bit("udhi", tpdu.has_user_data_header);
  if (type == Type::submit_report || type == Type::deliver_report) return;
  bit("sr", tpdu.status_report);
  if (type == Type::submit) bit("rd", tpdu.reject_duplicates);
  if (type == Type::submit || type == Type::deliver) bit("rpath", tpdu.reply_path);
  if (type == Type::deliver || type == Type::status_report) bit("mms", tpdu.more_messages_to_send);
}

/// All fields of a decoded TPDU.
inline Fields describe(const tp::Tpdu& tpdu, tp::Carrier carrier) {
  using tp::Type;
  const Type type = tpdu.type;
  const bool report = type == Type::submit_report || type == Type::deliver_report;
  Fields fields;
  fields["tp"] = tp::to_string(type);
  describe_flags(tpdu, fields);
  if (!report) describe_address(tpdu.address, fields);
  if (!report && type != Type::deliver) fields["tp_mr"] = fmt::format("{}", tpdu.reference);
  const bool has_both = type == Type::submit || type == Type::deliver;
  if (has_both || type == Type::command || tpdu.has_protocol_id) {
    fields["pid"] = fmt::format("{}", tpdu.protocol_id);
  }
  if (has_both || tpdu.has_data_coding) fields["dcs"] = fmt::format("{}", tpdu.data_coding);
  if (type == Type::submit) {
    fields["vp"] = fmt::format("{}", tp::validity_seconds(tpdu.vpf, tpdu.validity));
  }
  if (!tpdu.service_centre_time.empty()) fields["scts"] = timestamp_text(tpdu.service_centre_time);
  if (!tpdu.discharge_time.empty()) {
    fields["dt"] = timestamp_text(tpdu.discharge_time);
    fields["st"] = fmt::format("{:02x}", tpdu.status);
  }
  if (tpdu.has_parameter_indicator) fields["pi"] = fmt::format("{}", tpdu.parameter_indicator);
  if (report && carrier == tp::Carrier::rp_error) {
    fields["fcs"] = fmt::format("{:02x}", tpdu.failure_cause);
  }
  if (type == Type::command) {
    fields["ct"] = fmt::format("{}", tpdu.command_type);
    fields["mn"] = fmt::format("{}", tpdu.message_number);
  }
  if (tpdu.has_user_data) describe_user_data(tpdu, fields);
  return fields;
}

inline tp::Carrier carrier_of(const rp::Message& message) {
  if (message.type() == rp::Type::ack) return tp::Carrier::rp_ack;
  return message.type() == rp::Type::error ? tp::Carrier::rp_error : tp::Carrier::rp_data;
}

inline tp::Direction direction_of(const rp::Message& message) {
  const bool up = message.direction() == rp::Direction::ms_to_n;
  return up ? tp::Direction::ms_to_sc : tp::Direction::sc_to_ms;
}

/// All fields of a decoded RPDU, those of the TPDU in it included; field `error` when either does
/// not decode.
inline Fields describe(const rp::Message& message) {
  Fields fields;
  if (message.has_user_data) {
    tp::Tpdu tpdu;
    const tp::Error error =
        tp::decode(message.user_data, direction_of(message), carrier_of(message), tpdu);
    fields = describe(tpdu, carrier_of(message));
    if (error != tp::Error::none) fields["error"] = tp::to_string(error);
  }
  fields["type"] = rp::to_string(message.type());
  fields["mr"] = fmt::format("{}", message.reference);
  if (message.type() == rp::Type::data) {
    fields["oa"] = digits_text(message.originator);
    fields["da"] = digits_text(message.destination);
  }
  if (message.type() == rp::Type::error) fields["cause"] = fmt::format("{}", message.cause);
  return fields;
}

}  // namespace rung::golden
