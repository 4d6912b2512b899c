// Authenticator: digest access authentication of REGISTER (RFC 3261 22, RFC 2617; MD5, qop=auth, or
// the older form without qop). Nonces carry their own proof, so nothing is stored for a challenge:
//
//   nonce = milliseconds of issue, 8 hex | MD5 over them and a secret, 32 hex
//
// What is stored, beside a contact, is the nonce last used and its nonce count, which must rise.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/bytes.hpp"
#include "engine/wire/digest.hpp"
#include "gateway/gateway_config.hpp"
#include "gateway/phone_key.hpp"
#include "gateway/request.hpp"

namespace rung::gateway {

enum class AuthOutcome : std::uint8_t {
  accepted,
  challenge,  // no credentials for this realm: 401
  stale,      // right password, nonce too old, foreign or its count used before: 401 stale=true
  forbidden,  // wrong password: 403
};

/// A nonce as its user reported it.
struct NonceUse {
  std::uint32_t issued_ms = 0;
  std::uint32_t count = 0;  // nc; 0: the form without qop
};

class Authenticator {
 public:
  explicit Authenticator(const GatewayConfig& config);

  /// On accepted, `use` is what to remember, and to compare with what is remembered: whether its
  /// count was used before is for the caller to judge.
  AuthOutcome check(const Request& request, const Identity& identity, NonceUse& use);
  /// Writes the WWW-Authenticate line of a challenge given at `at`.
  void put_challenge(Writer& out, Time at, bool stale);

 private:
  struct Nonce {
    char text[40];
  };
  Nonce make_nonce(std::uint32_t issued_ms);
  bool is_ours(std::string_view nonce, std::uint32_t& issued_ms);
  bool response_matches(const digest::Credentials& credentials, const Request& request,
                        const Identity& identity);

  std::string realm_;
  std::string password_;
  std::string secret_;
  std::uint32_t lifetime_ms_;
  digest::Digester digester_;
};

}  // namespace rung::gateway
