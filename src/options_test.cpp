#include "options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace rung {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Parsed {
  Options options;
  std::vector<std::string> errors;
};

Parsed parse(std::vector<const char*> words) {
  words.insert(words.begin(), "rung");
  Parsed p;
  p.errors = parse_options(static_cast<int>(words.size()), words.data(), p.options);
  return p;
}

std::string profile(const std::string& text) {
  const std::string path = ::testing::TempDir() + "options_test.ini";
  std::ofstream(path) << text;
  return path;
}

TEST(Options, defaults_are_within_their_own_ranges) {
  const Parsed p = parse({"run"});
  EXPECT_THAT(p.errors, IsEmpty());
  EXPECT_EQ(p.options.verb, "run");
  EXPECT_EQ(p.options.duration, 10s);
  EXPECT_TRUE(p.options.gso);
}

TEST(Options, flags_override_the_profile_and_the_profile_the_defaults) {
  const std::string path = profile("rate = 500\nues = 20\ngso = false\n");
  const Parsed p = parse({"run", "--config", path.c_str(), "--rate", "700.5"});
  EXPECT_THAT(p.errors, IsEmpty());
  EXPECT_EQ(p.options.rate, 700.5);
  EXPECT_EQ(p.options.ues, 20u);
  EXPECT_FALSE(p.options.gso);
}

TEST(Options, all_errors_come_at_once_naming_option_value_and_range) {
  const std::string path = profile("raet = 500\nues = 1\n");
  const Parsed p = parse({"run", "--config", path.c_str(), "--tick", "soon", "--shape", "square"});
  EXPECT_THAT(p.errors, SizeIs(4));
  EXPECT_THAT(p.errors,
              ::testing::UnorderedElementsAre(
                  HasSubstr("unknown option 'raet', did you mean 'rate'?"),
                  HasSubstr("ues: '1' is not accepted, expected a whole number in 2..10000000"),
                  HasSubstr("--tick: 'soon' is not accepted, expected a duration"),
                  HasSubstr("--shape: 'square' is not accepted, expected one of constant|")));
}

TEST(Options, unknown_flag_and_unreadable_profile_are_errors) {
  EXPECT_THAT(parse({"run", "--nonsense"}).errors, ElementsAre(HasSubstr("nonsense")));
  EXPECT_THAT(parse({"run", "--config", "/no/such.ini"}).errors,
              ElementsAre(HasSubstr("/no/such.ini")));
  EXPECT_THAT(parse({"run", "--rate"}).errors, SizeIs(1));
}

TEST(Options, a_list_collects_and_a_single_value_may_not_repeat) {
  EXPECT_THAT(parse({"run", "--fault", "F01", "--fault", "F02"}).options.fault,
              ElementsAre("F01", "F02"));
  EXPECT_THAT(parse({"run", "--rate", "1", "--rate", "2"}).errors,
              ElementsAre(HasSubstr("given 2 times")));
}

TEST(Options, words_after_the_verb_are_its_arguments) {
  const Parsed p = parse({"ladders", "show", "mo_sms", "--as", "svg"});
  EXPECT_THAT(p.errors, IsEmpty());
  EXPECT_THAT(p.options.arguments, ElementsAre("show", "mo_sms"));
  EXPECT_EQ(p.options.as, "svg");
}

TEST(Options, durations_read_as_written) {
  Duration d{};
  EXPECT_TRUE(parse_duration("1.5s", d) && d == 1500ms);
  EXPECT_TRUE(parse_duration("2min", d) && d == 120s);
  EXPECT_TRUE(parse_duration("200us", d) && d == 200us);
  for (const char* bad : {"", "5", "s", "-1s", "5 s", "5parsec", "1e30d"})
    EXPECT_FALSE(parse_duration(bad, d)) << bad;
  EXPECT_EQ(exact_duration_text(90s), "90s");
  EXPECT_EQ(exact_duration_text(2h), "2h");
}

TEST(Options, help_and_completion_name_every_option) {
  const std::string help = help_text("run");
  for (const char* name : {"--rate", "--ues", "--capture", "--metrics"}) {
    EXPECT_THAT(help, HasSubstr(name));
    EXPECT_THAT(completion_script(), HasSubstr(name));
  }
  EXPECT_THAT(help_text(""), HasSubstr("rung VERB"));
}

TEST(Options, a_word_that_belongs_to_no_option_is_an_error_where_the_verb_takes_none) {
  EXPECT_THAT(parse({"run", "--rate", "10", "ues=100", "fast"}).errors,
              ElementsAre("command line: 'ues=100' is not accepted, expected --OPTION=VALUE",
                          "command line: 'fast' is not accepted, expected --OPTION=VALUE"));
  EXPECT_THAT(parse({"run", "--raet", "10"}).errors, SizeIs(1));
  EXPECT_FALSE(parse({"run", "--refresh", "false"}).options.refresh);
  EXPECT_THAT(parse({"ladders", "show", "mo_sms"}).errors, IsEmpty());
  EXPECT_THAT(parse({"report", "one", "two"}).errors, IsEmpty());
}

}  // namespace
}  // namespace rung
