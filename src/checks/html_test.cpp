#include "checks/html.hpp"

#include <gtest/gtest.h>

namespace rung {
namespace {

using html::anchor;
using html::escaped;

TEST(EscapedHtml, markup_is_text) {
  EXPECT_EQ(escaped("<a href=\"x\" id='y'>&amp;</a>"),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
}

TEST(EscapedHtml, characters_of_every_size_stay) { EXPECT_EQ(escaped("aé€😀\n"), "aé€😀\n"); }

TEST(EscapedHtml, octets_that_are_no_utf8_are_told_one_by_one) {
  EXPECT_EQ(escaped("\xff<\xc3"), "\\xff&lt;\\xc3");
  EXPECT_EQ(escaped("\xc0\xbc"), "\\xc0\\xbc");           // an overlong '<'
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
}

TEST(EscapedHtml, what_cannot_be_seen_or_turns_the_text_round_is_told) {
  EXPECT_EQ(escaped(std::string_view("\0\x1b\r\t\x7f", 5)), "\\x00\\x1b\\x0d\\x09\\x7f");
  EXPECT_EQ(escaped("\u0085"), "\\x85");
  EXPECT_EQ(escaped("a\u202eb\u2066\u200b\ufeff"), "a\\u{202e}b\\u{2066}\\u{200b}\\u{feff}");
}

TEST(Anchor, holds_nothing_that_needs_escaping) {
  EXPECT_EQ(anchor("24.341-5.3.3.4.2-c"), "24.341-5.3.3.4.2-c");
  EXPECT_EQ(anchor("my rule\" onclick='x"), "my_rule__onclick__x");
}

}  // namespace
}  // namespace rung
