#include "given.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ladder_files.hpp"

namespace rung {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Ladder ladder(std::vector<Given> given) {
  Ladder l;
  l.name = "l";
  l.given = std::move(given);
  return l;
}
Given answer(Party party, std::string what) {
  Given given;
  given.party = party;
  given.answer = std::move(what);
  return given;
}
Given barred() {
  Given given;
  given.barred = true;
  return given;
}
Ladder with_sc(std::string what) { return ladder({answer(Party::sc, std::move(what))}); }

Options options(std::vector<const char*> words = {}) {
  words.insert(words.begin(), {"rung", "run", "--ues", "100", "--msisdn-base", "12125550000"});
  Options read;
  EXPECT_THAT(parse_options(static_cast<int>(words.size()), words.data(), read), IsEmpty());
  return read;
}

std::vector<std::string> applied(std::vector<const Ladder*> ladders, Options& to) {
  return apply_given(ladders, to);
}

TEST(Given, a_ladder_that_needs_nothing_changes_nothing) {
  Options o = options();
  const Ladder plain = ladder({Given{}});
  EXPECT_THAT(applied({&plain}, o), IsEmpty());
  EXPECT_EQ(o.sc_result, "ok");
  EXPECT_EQ(o.barred, "");
}

TEST(Given, identities_that_are_no_numbers_are_set_unless_the_user_has_some) {
  Given named;
  named.named = true;
  const Ladder l = ladder({named});
  Options o = options();
  EXPECT_THAT(applied({&l}, o), IsEmpty());
  EXPECT_EQ(o.impu_user, "user.{ue}");

  Options own = options({"--impu-user", "alice-{ue}"});
  EXPECT_THAT(applied({&l}, own), IsEmpty());
  EXPECT_EQ(own.impu_user, "alice-{ue}");

  Options numbered = options({"--impu-user", "{msisdn}"});
  EXPECT_THAT(applied({&l}, numbered),
              ElementsAre(HasSubstr("--impu-user: ladder l needs user.{ue}")));
}

TEST(Given, a_gateway_that_delivers_for_other_networks_is_set_up_as_one) {
  const Ladder l = ladder({answer(Party::gw, "msisdn_less_delivery")});
  Options o = options();
  EXPECT_THAT(applied({&l}, o), IsEmpty());
  EXPECT_TRUE(o.msisdn_less_delivery);
  EXPECT_EQ(foreign_gateway(l), "");
}

TEST(Given, a_kind_of_gateway_that_the_embedded_one_is_not_is_named) {
  EXPECT_EQ(foreign_gateway(ladder({answer(Party::gw, "msisdn_less")})),
            "a gateway that serves UEs without MSISDN");
  EXPECT_EQ(foreign_gateway(ladder({answer(Party::gw, "open")})),
            "a gateway that serves UEs that are not registered");
  EXPECT_EQ(foreign_gateway(ladder({answer(Party::gw, "digest")})), "");
}

TEST(Given, what_a_ladder_needs_is_set_and_recorded) {
  Options o = options();
  const Ladder l = ladder(
      {answer(Party::sc, "sc_congestion:C0"), answer(Party::hss, "unknown_subscriber"), barred()});
  EXPECT_THAT(applied({&l}, o), IsEmpty());
  EXPECT_EQ(o.sc_result, "sc_congestion:C0");
  EXPECT_EQ(o.hss_result, "unknown_subscriber");
  EXPECT_EQ(o.barred, "12125550000..12125550099");
  EXPECT_THAT(o.settings, ::testing::Contains(std::pair<std::string, std::string>(
                              "sc-result", "sc_congestion:C0")));
}

TEST(Given, the_same_outcome_may_be_spelt_otherwise) {
  Options o = options({"--sc-result", "error:42:C0"});
  const Ladder l = with_sc("sc_congestion:C0");
  EXPECT_THAT(applied({&l}, o), IsEmpty());
  EXPECT_EQ(o.sc_result, "error:42:C0");
  EXPECT_THAT(unstated_given(l, o), IsEmpty());
}

TEST(Given, status_reports_are_the_users_word_and_the_embedded_service_centres_habit) {
  Options o = options();
  const Ladder l = with_sc("status_reports");
  ASSERT_EQ(unstated_given(l, o).size(), 1U);
  EXPECT_EQ(unstated_given(l, o).front().option, "status-reports");
  EXPECT_THAT(applied({&l}, o), IsEmpty());
  EXPECT_TRUE(o.status_reports);
  EXPECT_EQ(o.sc_result, "ok");
  EXPECT_THAT(unstated_given(l, options({"--status-reports", "true"})), IsEmpty());
}

TEST(Given, any_refusal_will_do_where_none_is_named) {
  Options o = options({"--sc-result", "error:21"});
  const Ladder l = with_sc("error");
  EXPECT_THAT(applied({&l}, o), IsEmpty());
  EXPECT_EQ(o.sc_result, "error:21");
  Options silent = options({"--sc-result", "no_answer"});
  EXPECT_THAT(applied({&l}, silent), ElementsAre(HasSubstr("ladder l needs error:38")));
}

TEST(Given, two_ladders_of_different_needs_contradict_each_other) {
  Options o = options();
  const Ladder busy = with_sc("sc_congestion");
  const Ladder silent = with_sc("no_answer");
  EXPECT_THAT(applied({&busy, &silent}, o), ElementsAre(HasSubstr("--sc-result: ladder l needs")));
}

TEST(Given, a_range_that_leaves_a_ue_out_does_not_bar_all) {
  Options o = options({"--barred", "12125550000..12125550098"});
  const Ladder l = ladder({barred()});
  EXPECT_EQ(unstated_given(l, o).size(), 1U);
  o.barred = "12125550000..12125550099";
  EXPECT_THAT(unstated_given(l, o), IsEmpty());
}

TEST(Given, an_answer_nobody_can_give_is_an_error_of_the_file) {
  LadderBook book;
  Ladder l = with_sc("sc_tired");
  l.file = "my.ladder";
  l.given[0].place = {3, 7};
  book.ladders = {l, with_sc("error"), with_sc("no_answer")};
  EXPECT_THAT(given_errors(book),
              ElementsAre(HasSubstr("my.ladder:3:7: sc cannot answer 'sc_tired'")));
}

}  // namespace
}  // namespace rung
