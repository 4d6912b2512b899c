// The XML scanner: what it reads, and that nothing makes it read past the end or loop.
#include "engine/wire/xml_scanner.hpp"

#include <gtest/gtest.h>

#include <string>

#include "engine/base/prng.hpp"

namespace rung {
namespace {

using Token = XmlScanner::Token;

/// The whole document as one line: <name a=...> text </name>, or "error".
std::string outline(std::string_view document) {
  XmlScanner scanner(document);
  std::string line;
  for (;;) {
    switch (scanner.next()) {
      case Token::start: line += "<" + std::string(scanner.name()) + ">"; break;
      case Token::end: line += "</" + std::string(scanner.name()) + ">"; break;
      case Token::text: line += scanner.text(); break;
      case Token::done: return line;
      case Token::error: return line + "error";
    }
  }
}

TEST(xml_scanner, reads_elements_text_and_cdata_and_drops_prefixes) {
  EXPECT_EQ(
      outline("<?xml version=\"1.0\"?>\r\n<!-- a > b --><i:a x='1'>t<b/> <![CDATA[<&]]></i:a>\n"),
      "<a>t<b></b> <&</a>");
  EXPECT_EQ(outline("\xef\xbb\xbf<a></a>"), "<a></a>");
}

TEST(xml_scanner, finds_attributes_in_either_quotes) {
  XmlScanner scanner("<contact  id = \"7 7\" p:state='a\"b>c'\n/>");
  ASSERT_EQ(scanner.next(), Token::start);
  EXPECT_EQ(scanner.attribute("id"), "7 7");
  EXPECT_EQ(scanner.attribute("state"), "a\"b>c");
  EXPECT_EQ(scanner.attribute("event"), "");
  EXPECT_EQ(scanner.depth(), 1U);
  EXPECT_EQ(scanner.next(), Token::end);
  EXPECT_EQ(scanner.next(), Token::done);
  EXPECT_EQ(scanner.next(), Token::done);
}

TEST(xml_scanner, refuses_what_is_no_document) {
  for (const char* text :
       {"", "  ", "text", "<a>", "<a></b>", "<a></a><b/>", "</a>", "<a", "<a x>", "<a x=1/>",
        "<a x='1/>", "<a><![CDATA[</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a/>b",
        "<a x='<'/>", "<!-- <a/>", "<><a/></>", "<a><!-- </a>"}) {
    EXPECT_TRUE(outline(text).ends_with("error")) << text;
  }
}

TEST(xml_scanner, bounds_the_depth) {
  std::string deep;
  for (std::size_t i = 0; i < kXmlDepthMax; ++i) deep += "<a>";
  std::string closed = deep;
  for (std::size_t i = 0; i < kXmlDepthMax; ++i) closed += "</a>";
  EXPECT_FALSE(outline(closed).ends_with("error"));
  EXPECT_TRUE(outline(deep + "<a/>").ends_with("error"));
}

TEST(xml_scanner, replaces_references) {
  std::uint8_t room[16];
  EXPECT_EQ(xml_unescape("a&amp;b&lt;&gt;&quot;&apos;", room), "a&b<>\"'");
  EXPECT_EQ(xml_unescape("&#65;&#x42;&#x20AC;&#x1f600;", room), "AB\xe2\x82\xac\xf0\x9f\x98\x80");
  EXPECT_EQ(xml_unescape("&nbsp;", room), "");
  EXPECT_EQ(xml_unescape("&#0;", room), "");
  EXPECT_EQ(xml_unescape("&#xd800;", room), "");
  EXPECT_EQ(xml_unescape("&#99999999;", room), "");
  EXPECT_EQ(xml_unescape("&amp", room), "");
  EXPECT_EQ(xml_unescape("seventeen letters", room), "");
}

TEST(xml_scanner, ends_on_every_truncated_and_damaged_document) {
  const std::string sound =
      "<?xml version=\"1.0\"?><r:reginfo version=\"1\" state='full'><!-- c --><registration "
      "aor=\"sip:a&amp;b@c\"><contact><uri>sip:x</uri><![CDATA[ ]]></contact></registration>"
      "</r:reginfo>";
  ASSERT_FALSE(outline(sound).ends_with("error"));
  for (std::size_t size = 0; size < sound.size(); ++size) {
    const std::string cut(sound.data(), size);  // its own allocation: a read past the end shows
    EXPECT_TRUE(outline(cut).ends_with("error")) << size;
  }
  Prng random(7);
  for (int i = 0; i < 20000; ++i) {
    std::string text = sound;
    for (int k = 0; k < 4; ++k) {
      text[random.below(text.size())] = "<>/'\"=&![]-? a"[random.below(14)];
    }
    EXPECT_LT(outline(text).size(), 2 * text.size() + 10);
  }
}

}  // namespace
}  // namespace rung
