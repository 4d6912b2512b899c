// Digest access authentication for SIP (RFC 3261 22, RFC 2617; MD5, qop=auth or none).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung::digest {

using HexDigest = std::array<char, 32>;

/// What a WWW-Authenticate or Proxy-Authenticate value asks for; spans into that value.
struct Challenge {
  std::string_view realm;
  std::string_view nonce;
  std::string_view opaque;
  bool has_opaque = false;
  bool qop_auth = false;  // "auth" is among the offered
  bool stale = false;
  bool algorithm_md5 = true;  // MD5 or none given; AKAv1-MD5 and others: false
};
/// Escapes within quoted strings stay as they are. False when it is no Digest challenge, or lacks
/// realm or nonce.
bool parse_challenge(std::string_view value, Challenge& out);

/// What an Authorization value says; spans into it, unquoted; empty where absent.
struct Credentials {
  std::string_view username, realm, nonce, uri, response, cnonce, nc, qop, algorithm, opaque;
};
/// False when it is no Digest, or lacks username or realm.
bool parse_credentials(std::string_view value, Credentials& out);

/// Computes digests. One per thread: holds a hash context so that nothing is allocated per message.
class Digester {
 public:
  Digester();
  ~Digester();
  Digester(Digester&&) noexcept;
  Digester& operator=(Digester&&) noexcept;

  /// H(A1) = MD5(username:realm:password).
  HexDigest ha1(std::string_view username, std::string_view realm, std::string_view password);
  /// RFC 2617 3.2.2.1; `qop` empty: the RFC 2069 form without nc and cnonce. `nc` is 8 hex digits.
  HexDigest response(std::string_view ha1, std::string_view nonce, std::string_view nc,
                     std::string_view cnonce, std::string_view qop, std::string_view method,
                     std::string_view uri);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace rung::digest
