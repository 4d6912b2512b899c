// OpenSSL's plain MD5 calls are deprecated, yet used on purpose: EVP of OpenSSL 3.0 takes a context
// from the heap for every digest, reused or not.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "engine/wire/digest.hpp"

#include <openssl/md5.h>

#include "engine/base/assert.hpp"
#include "engine/wire/sip_value.hpp"

namespace rung::digest {
namespace {

constexpr std::string_view kScheme = "Digest";

/// Takes the next `name=value` of a comma list; the value unquoted. False at the end.
bool take_pair(std::string_view& rest, std::string_view& name, std::string_view& value) {
  while (!rest.empty()) {
    const std::string_view element = sip::take_element(rest, ',', false);
    const std::size_t equals = element.find('=');
    if (equals == std::string_view::npos) continue;
    name = sip::trim(element.substr(0, equals));
    value = sip::trim(element.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    return true;
  }
  return false;
}

/// Cuts "Digest" and the white space behind it off; false for another scheme.
bool take_scheme(std::string_view& value) {
  value = sip::trim(value);
  if (value.size() <= kScheme.size()) return false;
  if (!sip::iequals(value.substr(0, kScheme.size()), kScheme)) return false;
  const char behind = value[kScheme.size()];
  if (behind != ' ' && behind != '\t' && behind != '\r' && behind != '\n') return false;
  value.remove_prefix(kScheme.size() + 1);
  return true;
}

/// RFC 2617 3.2.1: qop-options is a quoted comma list.
bool offers_auth(std::string_view options) {
  while (!options.empty()) {
    if (sip::iequals(sip::take_element(options, ',', false), "auth")) return true;
  }
  return false;
}

}  // namespace

bool parse_challenge(std::string_view value, Challenge& out) {
  out = {};
  if (!take_scheme(value)) return false;
  bool has_realm = false;
  std::string_view name;
  std::string_view text;
  while (take_pair(value, name, text)) {
    if (sip::iequals(name, "realm")) {
      out.realm = text;
      has_realm = true;
    } else if (sip::iequals(name, "nonce")) {
      out.nonce = text;
    } else if (sip::iequals(name, "opaque")) {
      out.opaque = text;
      out.has_opaque = true;
    } else if (sip::iequals(name, "qop")) {
      out.qop_auth = offers_auth(text);
    } else if (sip::iequals(name, "stale")) {
      out.stale = sip::iequals(text, "true");
    } else if (sip::iequals(name, "algorithm")) {
      out.algorithm_md5 = sip::iequals(text, "MD5");
    }
  }
  return has_realm && !out.nonce.empty();
}

bool parse_credentials(std::string_view value, Credentials& out) {
  out = {};
  if (!take_scheme(value)) return false;
  struct Place {
    std::string_view name;
    std::string_view Credentials::*member;
  };
  constexpr Place places[] = {{"username", &Credentials::username},
                              {"realm", &Credentials::realm},
                              {"nonce", &Credentials::nonce},
                              {"uri", &Credentials::uri},
                              {"response", &Credentials::response},
                              {"cnonce", &Credentials::cnonce},
                              {"nc", &Credentials::nc},
                              {"qop", &Credentials::qop},
                              {"algorithm", &Credentials::algorithm},
                              {"opaque", &Credentials::opaque}};
  std::string_view name;
  std::string_view text;
  while (take_pair(value, name, text)) {
    for (const Place& place : places) {
      if (sip::iequals(name, place.name)) out.*place.member = text;
    }
  }
  return !out.username.empty() && out.realm.data() != nullptr;
}

struct Digester::Context {
  MD5_CTX hash;

  void begin() { ENGINE_ASSERT(MD5_Init(&hash) == 1); }
  void add(std::string_view text) {
    ENGINE_ASSERT(MD5_Update(&hash, text.data(), text.size()) == 1);
  }
  HexDigest end() {
    unsigned char octets[MD5_DIGEST_LENGTH];
    ENGINE_ASSERT(MD5_Final(octets, &hash) == 1);
    HexDigest hex;
    for (std::size_t i = 0; i < sizeof octets; ++i) {
      hex[2 * i] = "0123456789abcdef"[octets[i] >> 4];
      hex[2 * i + 1] = "0123456789abcdef"[octets[i] & 0xfU];
    }
    return hex;
  }
};

Digester::Digester() : context_(std::make_unique<Context>()) {}
Digester::~Digester() = default;
Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;

HexDigest Digester::ha1(std::string_view username, std::string_view realm,
                        std::string_view password) {
  context_->begin();
  context_->add(username);
  context_->add(":");
  context_->add(realm);
  context_->add(":");
  context_->add(password);
  return context_->end();
}

HexDigest Digester::response(std::string_view ha1, std::string_view nonce, std::string_view nc,
                             std::string_view cnonce, std::string_view qop, std::string_view method,
                             std::string_view uri) {
  context_->begin();
  context_->add(method);
  context_->add(":");
  context_->add(uri);
  const HexDigest ha2 = context_->end();

  context_->begin();
  context_->add(ha1);
  context_->add(":");
  context_->add(nonce);
  context_->add(":");
  if (!qop.empty()) {
    for (const std::string_view part : {nc, cnonce, qop}) {
      context_->add(part);
      context_->add(":");
    }
  }
  context_->add({ha2.data(), ha2.size()});
  return context_->end();
}

}  // namespace rung::digest
