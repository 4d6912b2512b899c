// For tests: M3UA messages in SCTP packets in a capture file, and what tshark reads in them.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/bytes.hpp"

namespace rung::golden {

/// A capture file in the classic format, link type RAW, deleted at the end. Each message is one
/// DATA chunk of one association.
class Ss7Capture {
 public:
  Ss7Capture() {
    file_.reset(fdopen(mkstemp(path_.data()), "wb"));
    for (const std::uint32_t word : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 65535U, 101U}) little(word);
  }
  Ss7Capture(const Ss7Capture&) = delete;
  Ss7Capture& operator=(const Ss7Capture&) = delete;
  ~Ss7Capture() { unlink(path_.c_str()); }

  void put(Octets m3ua) {
    std::array<std::uint8_t, 8192> buffer;
    Writer packet{buffer};
    const std::size_t padding = (4 - m3ua.size() % 4) % 4;
    packet.u16(0x4500);  // IPv4, 20 octets of header
    packet.u16(narrow<std::uint16_t>(20 + 12 + 16 + m3ua.size() + padding));
    words(packet, {0x00004000, 0x40840000, 0x7f000001, 0x7f000002});  // TTL 64, protocol 132
    words(packet, {0x0b590b59, 0x11111111, 0});                       // ports 2905, tag, checksum
    packet.u16(0x0003);                                               // DATA, whole message
    packet.u16(narrow<std::uint16_t>(16 + m3ua.size()));
    words(packet, {++count_, count_ & 0xffff, 3});  // TSN, stream 0 and its number, PPID
    packet.octets(m3ua);
    for (std::size_t i = 0; i < padding; ++i) packet.u8(0);
    const auto size = static_cast<std::uint32_t>(packet.size());
    for (const std::uint32_t word : {count_, 0U, size, size}) little(word);
    std::fwrite(buffer.data(), 1, size, file_.get());
  }

  /// tshark's reading as PDML, one text a packet; empty when it cannot run.
  [[nodiscard]] std::vector<std::string> read() {
    std::fflush(file_.get());
    const std::string command = "tshark -r " + path_ + " -n -T pdml 2>/dev/null";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string output;
    std::array<char, 65536> chunk;
    while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe.get())) {
      output.append(chunk.data(), size);
    }
    std::vector<std::string> packets;
    std::size_t at = output.find("<packet>");
    while (at != std::string::npos) {
      const std::size_t end = output.find("</packet>", at);
      packets.push_back(output.substr(at, end - at));
      at = output.find("<packet>", end);
    }
    return packets;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void little(std::uint32_t word) { std::fwrite(&word, sizeof word, 1, file_.get()); }
  static void words(Writer& packet, std::initializer_list<std::uint32_t> values) {
    for (const std::uint32_t value : values) packet.u32(value);
  }

  std::string path_ = "/tmp/rung_ss7_XXXXXX";
  std::unique_ptr<std::FILE, Close> file_;
  std::uint32_t count_ = 0;
};

/// tshark's reading of one packet: its fields by the last part of their names.
class Pdml {
 public:
  explicit Pdml(const std::string& packet) {
    std::size_t at = 0;
    while ((at = packet.find("<field name=\"", at)) != std::string::npos) {
      const std::string line = packet.substr(at, packet.find('\n', at) - at);
      std::string name = attribute(line, "name");
      if (name == "_ws.expert.severity") severities_.push_back(attribute(line, "showname"));
      if (name == "_ws.expert.message") messages_ += attribute(line, "show") + "; ";
      if (name.starts_with("_ws.malformed")) is_malformed_ = true;
      name = name.substr(name.rfind('.') + 1);
      if (name.ends_with("_element")) name.resize(name.size() - 8);
      fields_.emplace(name, Field{attribute(line, "value"), attribute(line, "show")});
      at += line.size();
    }
    is_malformed_ = is_malformed_ || packet.find("_ws.malformed") != std::string::npos;
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
      if (field->second.value == hex) return true;
    }
    return false;
  }
  /// A field of that name that is shown so.
  [[nodiscard]] bool shows(const std::string& name, const std::string& text) const {
    const auto [first, last] = fields_.equal_range(name);
    for (auto field = first; field != last; ++field) {
      if (field->second.show == text) return true;
    }
    return false;
  }
  /// All values of a name, for a failed test's message.
  [[nodiscard]] std::string values(const std::string& name) const {
    std::string text;
    const auto [first, last] = fields_.equal_range(name);
    for (auto field = first; field != last; ++field) text += field->second.value + " ";
    return text;
  }

 private:
  struct Field {
    std::string value, show;
  };
  static std::string attribute(const std::string& line, const std::string& name) {
    const std::size_t start = line.find(" " + name + "=\"");
    if (start == std::string::npos) return "";
    const std::size_t text = start + name.size() + 3;
    return line.substr(text, line.find('"', text) - text);
  }

  std::multimap<std::string, Field> fields_;
  std::vector<std::string> severities_;
  std::string messages_;
  bool is_malformed_ = false;
};

}  // namespace rung::golden
