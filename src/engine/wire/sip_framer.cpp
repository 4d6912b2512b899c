#include "engine/wire/sip_framer.hpp"

#include <charconv>
#include <string_view>

#include "engine/base/datagram.hpp"
#include "engine/wire/sip_value.hpp"

namespace rung::sip {
namespace {

constexpr std::string_view kCrlf = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kVersion = "SIP/2.0";

constexpr StreamFrame fault(FrameKind kind) { return {kind, 0, {}}; }

bool is_start_line(std::string_view line) {
  if (line.starts_with(kVersion)) return line.size() > kVersion.size();
  return line.ends_with(kVersion) && line.size() > kVersion.size() &&
         line[line.size() - kVersion.size() - 1] == ' ';
}

/// Takes the next header off the front of `lines`, unfolded lines of which each ends with CRLF;
/// the value keeps its folds (RFC 3261 7.3.1).
std::string_view take_header(std::string_view& lines) {
  std::size_t end = lines.find(kCrlf);
  while (end + 2 < lines.size() && (lines[end + 2] == ' ' || lines[end + 2] == '\t')) {
    end = lines.find(kCrlf, end + 2);
  }
  const std::string_view header = lines.substr(0, end);
  lines.remove_prefix(end + 2);
  return header;
}

std::string_view without_folds(std::string_view value) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
  return value;
}

/// The body's length from the head, start line and final CRLF included.
FrameKind read_length(std::string_view head, std::size_t& out) {
  bool found = false;
  head.remove_prefix(head.find(kCrlf) + 2);
  while (!head.empty()) {
    const std::string_view header = take_header(head);
    const std::size_t colon = header.find(':');
    if (colon == std::string_view::npos) continue;  // the parser's to refuse
    const std::string_view name = trim(header.substr(0, colon));
    if (!iequals(name, "Content-Length") && !iequals(name, "l")) continue;
    const std::string_view value = without_folds(header.substr(colon + 1));
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error == std::errc::result_out_of_range) return FrameKind::too_long;
    if (error != std::errc{} || end != value.data() + value.size()) return FrameKind::bad_length;
    if (found && length != out) return FrameKind::bad_length;
    out = length;
    found = true;
  }
  return found ? FrameKind::message : FrameKind::no_length;
}

/// CRLF at the front, of which every second one in a row completes a ping.
StreamFrame line_end(FrameProgress& progress) {
  const bool ping = progress.half_ping;
  progress = {};
  progress.half_ping = !ping;
  if (!ping) return {FrameKind::filler, kCrlf.size(), {}};
  return {FrameKind::ping, kCrlf.size(), as_octets(kCrlf)};
}

StreamFrame whole_message(std::size_t available, FrameProgress& progress) {
  if (available < progress.total) return {};
  const std::size_t size = progress.total;
  progress = {};
  return {FrameKind::message, size, {}};
}

}  // namespace

StreamFrame frame(Octets stream, FrameProgress& progress) {
  if (progress.total != 0) return whole_message(stream.size(), progress);
  const std::string_view text = as_text(stream);
  if (text.starts_with(kCrlf)) return line_end(progress);
  if (text == "\r") return {};
  const std::string_view bounded = text.substr(0, kDatagramSizeMax);
  if (progress.scanned == 0 || bounded.substr(0, progress.scanned).find('\n') == bounded.npos) {
    const std::size_t line = bounded.find('\n');
    if (line != bounded.npos &&
        (line == 0 || bounded[line - 1] != '\r' || !is_start_line(bounded.substr(0, line - 1)))) {
      return fault(FrameKind::foreign);
    }
  }
  const std::size_t from = progress.scanned < 3 ? 0U : progress.scanned - 3U;
  const std::size_t end = bounded.find(kHeadEnd, from);
  if (end == bounded.npos) {
    if (text.size() >= kDatagramSizeMax) return fault(FrameKind::too_long);
    progress.scanned = narrow<std::uint16_t>(bounded.size());
    return {};
  }
  std::size_t body = 0;
  const FrameKind kind = read_length(bounded.substr(0, end + 2), body);
  if (kind != FrameKind::message) return fault(kind);
  const std::size_t head = end + kHeadEnd.size();
  if (body > kDatagramSizeMax - head) return fault(FrameKind::too_long);
  progress.total = narrow<std::uint16_t>(head + body);
  return whole_message(stream.size(), progress);
}

}  // namespace rung::sip
