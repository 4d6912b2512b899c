// Drawings are golden files: RUNG_UPDATE_GOLDEN=1 rewrites them, and the diff is reviewed.
#include "engine/ladder/drawing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/ladder/drawing_model.hpp"
#include "engine/ladder/reader_files.hpp"

namespace rung {
namespace {

using testing::HasSubstr;
using testing::Not;

void expect_golden(std::string_view name, const std::string& text) {
  const std::filesystem::path path =
      std::filesystem::path(RUNG_SOURCE_DIR "/src/engine/ladder/golden") / name;
  if (std::getenv("RUNG_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  EXPECT_EQ(text, files::text_of(path)) << "RUNG_UPDATE_GOLDEN=1 accepts the new " << name;
}

class Drawing : public testing::Test {
 protected:
  void SetUp() override { book_ = files::scenario_book(errors_); }
  [[nodiscard]] const Ladder& ladder(std::string_view name) const { return *book_.ladder(name); }

  std::vector<TextError> errors_;
  LadderBook book_;
};

TEST_F(Drawing, text_shows_steps_causes_limits_and_every_field) {
  for (const char* name : {"register_digest", "mo_to_mt", "recipient_silent", "resend"}) {
    expect_golden(std::string(name) + ".txt", draw_text(ladder(name), book_));
  }
}

TEST_F(Drawing, mermaid_is_a_sequence_diagram) {
  expect_golden("mo_to_mt.mmd", draw_mermaid(ladder("mo_to_mt"), book_));
}

TEST_F(Drawing, svg_stands_alone) {
  const std::string svg = draw_svg(ladder("mo_to_mt"), book_);
  expect_golden("mo_to_mt.svg", svg);
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(svg, Not(HasSubstr("href")));
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
}

TEST_F(Drawing, notes_mark_the_steps_they_belong_to) {
  std::vector<StepNote> notes(ladder("mo_to_mt").steps.size());
  notes[1] = {Verdict::pass, {}};
  notes[2] = {Verdict::fail, "sip.in_reply_to is <none> & more"};
  const std::string text = draw_text(ladder("mo_to_mt"), book_, notes);
  EXPECT_THAT(text, HasSubstr("=> pass\n"));
  EXPECT_THAT(text, HasSubstr("=> fail: sip.in_reply_to is <none> & more\n"));
  const std::string svg = draw_svg(ladder("mo_to_mt"), book_, notes);
  EXPECT_THAT(svg, HasSubstr("var(--fail)"));
  EXPECT_THAT(svg, HasSubstr("fail: sip.in_reply_to is &lt;none&gt; &amp; more"));
  EXPECT_THAT(draw_mermaid(ladder("mo_to_mt"), book_, notes),
              HasSubstr("fail: sip.in_reply_to is #lt;none"));
}

TEST_F(Drawing, a_narrow_svg_colours_what_was_seen_and_leads_to_it) {
  std::vector<StepNote> notes(ladder("mo_to_mt").steps.size());
  notes[0].link = "#frame-\"1\"";
  notes[1] = {Verdict::pass, "unused"};
  notes[2] = {Verdict::fail, {}};
  notes[3].reached = false;
  const std::string svg = draw_svg(ladder("mo_to_mt"), book_, notes, SvgExtent::narrow);
  EXPECT_THAT(svg, HasSubstr("<a href=\"#frame-&quot;1&quot;\"><g class=\"none\">"));
  EXPECT_THAT(svg, HasSubstr("<g class=\"pass\">\n<text x=\"52\" y=\"124\" class=\"mark\">✓"));
  EXPECT_THAT(svg, HasSubstr("class=\"mark\">✗"));
  EXPECT_THAT(svg, HasSubstr("<g class=\"unreached\">"));
  EXPECT_THAT(svg, Not(HasSubstr("unused")));
  EXPECT_THAT(svg, Not(HasSubstr("within"))) << "what the ladder demands is left out";
  EXPECT_THAT(svg, Not(HasSubstr("class=\"back\"")));
}

TEST_F(Drawing, every_built_in_ladder_draws_each_of_its_steps) {
  for (const Ladder& l : book_.ladders) {
    const std::string text = draw_text(l, book_);
    const std::string svg = draw_svg(l, book_);
    const std::string mermaid = draw_mermaid(l, book_);
    for (const Step& step : l.steps) {
      EXPECT_THAT(text, HasSubstr("\n  " + step.id + " ")) << l.name;
      EXPECT_THAT(svg, HasSubstr(">" + step.id + "<")) << l.name;
      EXPECT_THAT(mermaid, HasSubstr(": " + step.id + " ")) << l.name;
    }
  }
}

TEST_F(Drawing, titles_of_a_user_are_escaped) {
  LadderBook book;
  std::vector<TextError> errors;
  read_ladders("ladder l \"a<b & 'c' \xff\"\ns1 ue -> gw m\nmessage m\n sip.method fixed <i>;#\n",
               "u", book, errors);
  ASSERT_TRUE(resolve(book, errors));
  const std::string svg = draw_svg(*book.ladder("l"), book);
  EXPECT_THAT(svg, HasSubstr("a&lt;b &amp; 'c' \xef\xbf\xbd"));
  EXPECT_THAT(svg, HasSubstr("&lt;i&gt;"));
  EXPECT_THAT(draw_mermaid(*book.ladder("l"), book), HasSubstr("#lt;i#gt;#59;#35;"));
}

TEST(ValidUtf8, keeps_what_is_and_replaces_what_is_not) {
  using drawing::valid_utf8;
  EXPECT_EQ(valid_utf8("aé€😀"), "aé€😀");
  EXPECT_EQ(valid_utf8("\xc3"), "\xef\xbf\xbd");
  EXPECT_EQ(valid_utf8("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(valid_utf8("\xed\xa0\x80x"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx");
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(DurationText, takes_the_largest_whole_unit) {
  EXPECT_EQ(drawing::duration_text(500ms), "500 ms");
  EXPECT_EQ(drawing::duration_text(60s), "1 min");
  EXPECT_EQ(drawing::duration_text(90s), "90 s");
}

}  // namespace
}  // namespace rung
