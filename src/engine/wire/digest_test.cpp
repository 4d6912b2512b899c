#include "engine/wire/digest.hpp"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <string>

namespace rung::digest {
namespace {

/// Counts what OpenSSL takes from the heap. Hooked in before main(), as it must be.
std::size_t openssl_allocations = 0;

void* counting_malloc(std::size_t size, const char*, int) {
  ++openssl_allocations;
  return std::malloc(size);
}
void* counting_realloc(void* old, std::size_t size, const char*, int) {
  ++openssl_allocations;
  return std::realloc(old, size);
}
void counting_free(void* octets, const char*, int) { std::free(octets); }

const bool openssl_is_counted =
    CRYPTO_set_mem_functions(counting_malloc, counting_realloc, counting_free) == 1;

std::string text(const HexDigest& digest) { return {digest.data(), digest.size()}; }

TEST(Digest, example_of_rfc2617_3_5) {
  Digester digester;
  const HexDigest ha1 = digester.ha1("Mufasa", "testrealm@host.com", "Circle Of Life");
  EXPECT_EQ(text(ha1), "939e7578ed9e3c518a452acee763bce9");
  EXPECT_EQ(text(digester.response(text(ha1), "dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001",
                                   "0a4f113b", "auth", "GET", "/dir/index.html")),
            "6629fae49393a05397450978507c4ef1");
}

TEST(Digest, without_qop_neither_nc_nor_cnonce_counts) {
  Digester digester;
  const std::string ha1 = text(digester.ha1("Mufasa", "testrealm@host.com", "Circle Of Life"));
  const auto response = [&](std::string_view nc, std::string_view cnonce) {
    return text(digester.response(ha1, "n", nc, cnonce, "", "GET", "/"));
  };
  EXPECT_EQ(response("", ""), response("00000001", "0a4f113b"));
}

TEST(Digest, sip_invite_of_draft_smith_sipping_auth_examples_01) {
  Digester digester;
  const std::string ha1 = text(digester.ha1("bob", "biloxi.com", "zanzibar"));
  EXPECT_EQ(ha1, "12af60467a33e8518da5c68bbff12b11");
  const std::string_view nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
  EXPECT_EQ(text(digester.response(ha1, nonce, "", "", "", "INVITE", "sip:bob@biloxi.com")),
            "bf57e4e0d0bffc0fbaedce64d59add5e");  // its 3.1: no algorithm, no qop
  EXPECT_EQ(text(digester.response(ha1, nonce, "00000001", "0a4f113b", "auth", "INVITE",
                                   "sip:bob@biloxi.com")),
            "89eb0059246c02b2f6ee02c7961d5ea3");  // its 3.3: qop=auth
}

TEST(Digest, an_empty_password_is_a_password) {
  Digester digester;
  EXPECT_NE(text(digester.ha1("u", "r", "")), text(digester.ha1("u", "r", "p")));
}

TEST(Digest, allocates_nothing_after_construction) {
  ASSERT_TRUE(openssl_is_counted);
  Digester digester;
  const std::string ha1 = text(digester.ha1("bob", "biloxi.example.com", "zanzibar"));
  EVP_MD_CTX_free(EVP_MD_CTX_new());
  ASSERT_GT(openssl_allocations, 0U) << "the hook is not in place";
  const std::size_t before = openssl_allocations;
  std::string last;
  for (int i = 0; i < 1000; ++i) {
    const HexDigest d = digester.response(ha1, "nonce", "00000001", "cnonce", "auth", "REGISTER",
                                          "sip:biloxi.example.com");
    last.assign(d.data(), d.size());
  }
  EXPECT_EQ(last.size(), 32U);
  EXPECT_EQ(openssl_allocations, before);
}

TEST(Digest, a_moved_digester_keeps_its_context) {
  Digester first;
  Digester second = std::move(first);
  EXPECT_EQ(text(second.ha1("bob", "biloxi.com", "zanzibar")), "12af60467a33e8518da5c68bbff12b11");
}

TEST(DigestChallenge, of_rfc3261_22_4) {
  Challenge c;
  ASSERT_TRUE(
      parse_challenge("Digest realm=\"biloxi.com\", qop=\"auth,auth-int\", "
                      "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
                      "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
                      c));
  EXPECT_EQ(c.realm, "biloxi.com");
  EXPECT_EQ(c.nonce, "dcd98b7102dd2f0e8b11d0f600bfb0c093");
  EXPECT_EQ(c.opaque, "5ccc069c403ebaf9f0171e9517f40e41");
  EXPECT_TRUE(c.has_opaque);
  EXPECT_TRUE(c.qop_auth);
  EXPECT_TRUE(c.algorithm_md5);
  EXPECT_FALSE(c.stale);
}

TEST(DigestChallenge, stale_algorithm_and_qop_are_read_whatever_case) {
  Challenge c;
  ASSERT_TRUE(parse_challenge(
      "DIGEST Realm=\"a, b\",Nonce=\"n\",STALE=TRUE,algorithm=md5,\r\n qop=\"auth-int\"", c));
  EXPECT_EQ(c.realm, "a, b");
  EXPECT_TRUE(c.stale);
  EXPECT_TRUE(c.algorithm_md5);
  EXPECT_FALSE(c.qop_auth);
  EXPECT_FALSE(c.has_opaque);
  ASSERT_TRUE(parse_challenge("Digest realm=\"a\", nonce=\"n\", algorithm=AKAv1-MD5", c));
  EXPECT_FALSE(c.algorithm_md5);
}

TEST(DigestChallenge, what_is_none) {
  Challenge c;
  for (const std::string_view value : {"", "Digest", "Basic realm=\"x\"", "Digest realm=\"x\"",
                                       "Digest nonce=\"x\"", "Digestrealm=\"x\",nonce=\"y\""}) {
    EXPECT_FALSE(parse_challenge(value, c)) << value;
  }
}

TEST(DigestCredentials, of_rfc3261_22_4) {
  Credentials c;
  ASSERT_TRUE(parse_credentials(
      "Digest username=\"bob\", realm=\"biloxi.com\", "
      "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
      "uri=\"sip:bob@biloxi.com\", qop=auth, nc=00000001, cnonce=\"0a4f113b\", "
      "response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
      c));
  EXPECT_EQ(c.username, "bob");
  EXPECT_EQ(c.uri, "sip:bob@biloxi.com");
  EXPECT_EQ(c.qop, "auth");
  EXPECT_EQ(c.nc, "00000001");
  EXPECT_EQ(c.cnonce, "0a4f113b");
  EXPECT_EQ(c.response, "6629fae49393a05397450978507c4ef1");
  EXPECT_EQ(c.opaque, "5ccc069c403ebaf9f0171e9517f40e41");
  EXPECT_EQ(c.algorithm, "");
}

TEST(DigestCredentials, what_is_none) {
  Credentials c;
  for (const std::string_view value :
       {"", "Digest ", "Basic dTpw", "Digest username=\"a\"", "Digest realm=\"a\""}) {
    EXPECT_FALSE(parse_credentials(value, c)) << value;
  }
}

}  // namespace
}  // namespace rung::digest
