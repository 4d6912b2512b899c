// For tests: tshark's reading of a packet as PDML, field by field.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rung::golden {

/// The packets of what tshark prints as PDML.
inline std::vector<std::string> pdml_packets(const std::string& output) {
  std::vector<std::string> packets;
  std::size_t at = output.find("<packet>");
  while (at != std::string::npos) {
    const std::size_t end = output.find("</packet>", at);
    packets.push_back(output.substr(at, end - at));
    at = output.find("<packet>", end);
  }
  return packets;
}

/// tshark's reading of one packet: its fields by the last part of their names,
/// that of elements without their suffix.
class Pdml {
 public:
  explicit Pdml(const std::string& packet) {
    std::size_t at = 0;
    while ((at = packet.find("<field name=\"", at)) != std::string::npos) {
      const std::string line = packet.substr(at, packet.find('\n', at) - at);
      std::string name = attribute(line, "name");
      if (name == "_ws.expert.severity") severities_.push_back(attribute(line, "showname"));
      if (name == "_ws.expert.message") messages_ += attribute(line, "show") + "; ";
      name = name.substr(name.rfind('.') + 1);
      if (name.ends_with(kElement)) name.resize(name.size() - kElement.size());
      fields_.emplace(name, attribute(line, "value"));
      at += line.size();
    }
    is_malformed_ = packet.find("_ws.malformed") != std::string::npos;
  }

  /// Malformed, or an expert's warning or error: what is said; empty when there is nothing.
  [[nodiscard]] std::string complaint() const {
    if (is_malformed_) return "malformed " + messages_;
    for (const std::string& severity : severities_) {
      if (severity.find("Warning") != std::string::npos ||
          severity.find("Error") != std::string::npos) {
        return severity + ": " + messages_;
      }
    }
    return "";
  }
  [[nodiscard]] bool has(const std::string& name) const { return fields_.contains(name); }
  /// A field of that name whose octets are these.
  [[nodiscard]] bool has(const std::string& name, const std::string& hex) const {
    const auto [first, last] = fields_.equal_range(name);
    for (auto field = first; field != last; ++field) {
      if (field->second == hex) return true;
    }
    return false;
  }
  /// All values of a name, for a failed test's message.
  [[nodiscard]] std::string values(const std::string& name) const {
    std::string text;
    const auto [first, last] = fields_.equal_range(name);
    for (auto field = first; field != last; ++field) text += field->second + " ";
    return text;
  }

 private:
  static constexpr std::string_view kElement = "_element";  // of what has no octets of its own

  static std::string attribute(const std::string& line, const std::string& name) {
    const std::size_t start = line.find(" " + name + "=\"");
    if (start == std::string::npos) return "";
    const std::size_t text = start + name.size() + 3;
    return line.substr(text, line.find('"', text) - text);
  }

  std::multimap<std::string, std::string> fields_;  // octets in hexadecimal, by name
  std::vector<std::string> severities_;
  std::string messages_;
  bool is_malformed_ = false;
};

}  // namespace rung::golden
