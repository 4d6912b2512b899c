// The parts of a multipart body: what is read of sound ones, and that damage makes nothing run
// away.
#include "engine/wire/multipart.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/prng.hpp"

namespace rung::sip {
namespace {

constexpr std::string_view kType = "multipart/mixed;boundary=b1";

std::vector<std::string> read(std::string_view type, std::string_view body) {
  Parts parts(type, as_octets(body));
  std::vector<std::string> found;
  Part part;
  while (found.size() < 100 && parts.next(part)) {
    found.push_back(std::string(part.media_type) + "|" + std::string(as_text(part.body)));
  }
  return found;
}

using Found = std::vector<std::string>;

TEST(Parts, are_read_with_their_types_and_every_octet) {
  const std::string binary("a\0\r\n--b\r\n", 10);
  const std::string body =
      "preamble\r\n--b1\r\nContent-Type: application/vnd.3gpp.sms\r\n\r\n" + binary +
      "\r\n--b1\r\nContent-Length: 2\r\ncontent-type : Text/XML;charset=x\r\n\r\n"
      "<x\r\n--b1\r\n\r\nplain\r\n--b1--\r\nepilogue\r\n--b1\r\n\r\nno part\r\n";
  const Found expected = {"application/vnd.3gpp.sms|" + binary, "Text/XML|<x", "text/plain|plain"};
  EXPECT_EQ(read(kType, body), expected);
  EXPECT_EQ(read("Multipart/Mixed; charset=a; boundary=\"b1\"", body), expected);
}

TEST(Parts, without_a_boundary_or_a_delimiter_there_are_none) {
  EXPECT_TRUE(read("multipart/mixed", "--\r\n\r\nx\r\n----").empty());
  EXPECT_TRUE(read("multipart/mixed;boundary=" + std::string(71, 'b'), "--b").empty());
  EXPECT_TRUE(read(kType, "").empty());
  EXPECT_TRUE(read(kType, "x--b1\r\n\r\nx\r\n").empty()) << "not at the front of a line";
  EXPECT_TRUE(read(kType, "--b1--\r\n").empty());
  EXPECT_TRUE(read(kType, "--b1").empty());
}

TEST(Parts, an_open_end_belongs_to_the_last_one) {
  EXPECT_EQ(read(kType, "--b1\r\n\r\nx\r\ny"), Found{"text/plain|x\r\ny"});
  EXPECT_EQ(read(kType, "--b1\r\nContent-Type: a/b\r\n"), Found{"a/b|"}) << "no empty line";
}

TEST(Parts, survive_damage) {
  Prng random(7);
  const std::string sound = "--b1\r\nContent-Type: a/b\r\n\r\n12\r\n--b1\r\n\r\n34\r\n--b1--\r\n";
  std::size_t whole = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = sound;
    text.erase(random.below(text.size()), random.below(12));
    whole += read(kType, text).size() == 2 ? 1 : 0;
  }
  EXPECT_GT(whole, 500U);
}

TEST(IsMultipart, looks_at_the_type_alone) {
  EXPECT_TRUE(is_multipart("Multipart/mixed ;boundary=x"));
  EXPECT_FALSE(is_multipart("multipart/alternative;boundary=x"));
  EXPECT_FALSE(is_multipart(""));
}

}  // namespace
}  // namespace rung::sip
