#include "gateway/message_id.hpp"

#include "engine/wire/template.hpp"
#include "gateway/hash.hpp"

namespace rung::gateway {
namespace {

void put_hex_text(Writer& out, std::uint64_t value, std::size_t width) {
  std::uint8_t digits[16];
  const MutableOctets slot = MutableOctets(digits).first(width);
  put_hex(slot, value);
  out.octets(slot);
}

}  // namespace

std::uint32_t salt_of(std::uint64_t seed) {
  return static_cast<std::uint32_t>(mix(seed, 0x73616c74) >> 32);
}

void put_branch(Writer& out, std::uint64_t id, std::uint32_t salt) {
  out.text(kMagicCookie);
  put_hex_text(out, id, 16);
  put_hex_text(out, salt, 8);
}

void put_call_id(Writer& out, CallId call, std::uint32_t salt, std::string_view host) {
  put_hex_text(out, call.id, 16);
  put_hex_text(out, call.stored, 6);
  out.text("-");
  put_hex_text(out, salt, 8);
  out.text("@");
  out.text(host);
}

void put_tag(Writer& out, std::uint64_t value) { put_hex_text(out, value, 16); }

bool read_branch(std::string_view text, std::uint32_t salt, std::uint64_t& id) {
  if (text.size() != kBranchSize || !text.starts_with(kMagicCookie)) return false;
  std::uint64_t its_salt = 0;
  if (!get_hex(text.substr(7, 16), id) || !get_hex(text.substr(23, 8), its_salt)) return false;
  return its_salt == salt;
}

bool read_call_id(std::string_view text, std::uint32_t salt, CallId& out) {
  if (text.size() < kCallIdSize + 1 || text[22] != '-' || text[kCallIdSize] != '@') return false;
  std::uint64_t stored = 0;
  std::uint64_t its_salt = 0;
  const bool ok = get_hex(text.substr(0, 16), out.id) && get_hex(text.substr(16, 6), stored) &&
                  get_hex(text.substr(23, 8), its_salt);
  out.stored = static_cast<std::uint32_t>(stored);
  return ok && its_salt == salt;
}

}  // namespace rung::gateway
