#include "gateway/authenticator.hpp"

#include <cstring>

#include <fmt/format.h>

#include "engine/wire/sip_value.hpp"
#include "engine/wire/template.hpp"
#include "gateway/hash.hpp"

namespace rung::gateway {
namespace {

constexpr std::size_t kPasswordSizeMax = 256;

std::uint32_t milliseconds(Time t) { return static_cast<std::uint32_t>(ns(t) / 1'000'000); }

/// nc is exactly eight hex digits, in either case, and counts from 1 (RFC 2617 3.2.2).
bool read_nonce_count(std::string_view text, std::uint32_t& out) {
  if (text.size() != 8) return false;
  char lower[8];
  for (std::size_t i = 0; i < 8; ++i) {
    lower[i] = text[i] >= 'A' && text[i] <= 'F' ? static_cast<char>(text[i] | 0x20) : text[i];
  }
  std::uint64_t value = 0;
  if (!get_hex({lower, 8}, value)) return false;
  out = static_cast<std::uint32_t>(value);
  return value != 0;
}

/// Writes the password, every %u replaced by the user part; not ok() when it finds no room.
void put_password(Writer& out, std::string_view pattern, std::string_view user) {
  while (!pattern.empty()) {
    const std::size_t mark = pattern.find("%u");
    out.text(pattern.substr(0, mark));
    if (mark == std::string_view::npos) break;
    out.text(user);
    pattern.remove_prefix(mark + 2);
  }
}

}  // namespace

Authenticator::Authenticator(const GatewayConfig& config)
    : realm_(config.realm),
      password_(config.password),
      secret_(fmt::format("{:016x}", mix(config.seed, 0x6e6f6e6365))),
      lifetime_ms_(static_cast<std::uint32_t>(config.nonce_lifetime / 1ms)) {}

Authenticator::Nonce Authenticator::make_nonce(std::uint32_t issued_ms) {
  Nonce nonce;
  std::uint8_t issued[8];
  put_hex(issued, issued_ms);
  const digest::HexDigest proof = digester_.ha1(as_text(issued), secret_, "nonce");
  std::memcpy(nonce.text, issued, 8);
  std::memcpy(nonce.text + 8, proof.data(), proof.size());
  return nonce;
}

bool Authenticator::is_ours(std::string_view nonce, std::uint32_t& issued_ms) {
  std::uint64_t value = 0;
  if (nonce.size() != sizeof(Nonce::text) || !get_hex(nonce.substr(0, 8), value)) return false;
  issued_ms = static_cast<std::uint32_t>(value);
  const Nonce expected = make_nonce(issued_ms);
  return nonce == std::string_view(expected.text, sizeof expected.text);
}

bool Authenticator::response_matches(const digest::Credentials& credentials, const Request& request,
                                     const Identity& identity) {
  std::uint8_t room[kPasswordSizeMax];
  Writer password(room);
  put_password(password, password_, identity.user);
  if (!password.ok()) return false;
  const digest::HexDigest ha1 =
      digester_.ha1(credentials.username, realm_, as_text(password.written()));
  const digest::HexDigest expected = digester_.response(
      {ha1.data(), ha1.size()}, credentials.nonce, credentials.nc, credentials.cnonce,
      credentials.qop, request.view->method_text(), credentials.uri);
  return sip::iequals(credentials.response, {expected.data(), expected.size()});
}

AuthOutcome Authenticator::check(const Request& request, const Identity& identity, NonceUse& use) {
  digest::Credentials credentials;
  const std::string_view header = request.view->header(sip::Header::authorization);
  if (!digest::parse_credentials(header, credentials)) return AuthOutcome::challenge;
  if (credentials.realm != realm_ || credentials.response.empty()) return AuthOutcome::challenge;
  const bool md5 = credentials.algorithm.empty() || sip::iequals(credentials.algorithm, "MD5");
  const bool auth = credentials.qop.empty() || sip::iequals(credentials.qop, "auth");
  if (!md5 || !auth) return AuthOutcome::challenge;
  if (!credentials.qop.empty() && !read_nonce_count(credentials.nc, use.count)) {
    return AuthOutcome::challenge;
  }
  const bool ours = is_ours(credentials.nonce, use.issued_ms);
  if (!response_matches(credentials, request, identity)) {
    return ours ? AuthOutcome::forbidden : AuthOutcome::challenge;
  }
  if (!ours || milliseconds(request.arrived) - use.issued_ms > lifetime_ms_)
    return AuthOutcome::stale;
  return AuthOutcome::accepted;
}

void Authenticator::put_challenge(Writer& out, Time at, bool stale) {
  const Nonce nonce = make_nonce(milliseconds(at));
  out.text("WWW-Authenticate: Digest realm=\"");
  out.text(realm_);
  out.text("\", nonce=\"");
  out.text({nonce.text, sizeof nonce.text});
  out.text("\", algorithm=MD5, qop=\"auth\"");
  if (stale) out.text(", stale=true");
  out.text("\r\n");
}

}  // namespace rung::gateway
