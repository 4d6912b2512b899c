#include "engine/base/hex.hpp"

#include <algorithm>

namespace rung {
namespace {

constexpr char kDigits[] = "0123456789abcdef";
constexpr std::size_t kLineSize = 16;

void append_octet(std::string& out, std::uint8_t octet) {
  out += kDigits[octet >> 4];
  out += kDigits[octet & 15];
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool white_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

void append_dump_line(std::string& out, std::size_t offset, Octets line) {
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[offset >> shift & 15];
  out += "  ";
  for (std::size_t i = 0; i < kLineSize; ++i) {
    if (i < line.size()) {
      append_octet(out, line[i]);
    } else {
      out += "  ";
    }
    out += i == kLineSize / 2 - 1 ? "  " : " ";
  }
  out += ' ';
  for (const std::uint8_t octet : line) {
    out += octet >= 0x20 && octet < 0x7f ? static_cast<char>(octet) : '.';
  }
  out += '\n';
}

}  // namespace

std::string to_hex(Octets octets) {
  std::string out;
  out.reserve(octets.size() * 3);
  for (const std::uint8_t octet : octets) {
    if (!out.empty()) out += ' ';
    append_octet(out, octet);
  }
  return out;
}

std::string hex_dump(Octets octets) {
  std::string out;
  for (std::size_t offset = 0; offset < octets.size(); offset += kLineSize) {
    const std::size_t size = std::min(kLineSize, octets.size() - offset);
    append_dump_line(out, offset, octets.subspan(offset, size));
  }
  return out;
}

Result<std::vector<std::uint8_t>, HexError> parse_hex(std::string_view text) {
  std::vector<std::uint8_t> octets;
  octets.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size();) {
    if (white_space(text[i])) {
      ++i;
      continue;
    }
    const int high = digit_value(text[i]);
    if (high < 0) return HexError::bad_digit;
    if (i + 1 == text.size() || white_space(text[i + 1])) return HexError::half_octet;
    const int low = digit_value(text[i + 1]);
    if (low < 0) return HexError::bad_digit;
    octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
    i += 2;
  }
  return octets;
}

}  // namespace rung
