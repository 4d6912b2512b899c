#include "checks/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rung {
namespace {

const Requirement& row(std::string_view id) {
  const RequirementTable table = requirement_table();
  const RequirementIndex index = table.find(id);
  EXPECT_TRUE(index.valid()) << id;
  return table.at(index);
}

TEST(Catalogue, has_each_id_once_and_every_column_filled) {
  std::set<std::string_view> ids;
  for (const Requirement& r : requirement_table().entries()) {
    EXPECT_TRUE(ids.insert(r.id).second) << r.id;
    EXPECT_FALSE(r.clause.empty()) << r.id;
    EXPECT_FALSE(r.text.empty()) << r.id;
    EXPECT_FALSE(r.legs.empty()) << r.id;
    EXPECT_TRUE(r.on_gm || r.on_isc) << r.id;
  }
  EXPECT_GT(ids.size(), 250U);
}

TEST(Catalogue, texts_fit_one_line_of_a_report) {
  for (const Requirement& r : requirement_table().entries()) {
    EXPECT_LE(r.text.size(), 100U) << r.id;
    EXPECT_NE(r.text.back(), '.') << r.id;
  }
}

TEST(Catalogue, names_only_known_legs) {
  const std::set<std::string_view> legs = {"Gm", "ISC", "SC", "HSS"};
  for (const Requirement& r : requirement_table().entries()) {
    std::string_view rest = r.legs;
    while (!rest.empty()) {
      const std::size_t space = rest.find(' ');
      EXPECT_TRUE(legs.contains(rest.substr(0, space))) << r.id << ": " << r.legs;
      rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
    }
  }
}

TEST(Catalogue, has_every_id_that_a_named_fault_violates) {
  // The rows of the catalogue's section F that the reference gateway can show on Gm.
  for (const std::string_view id : {"24.011-8.2.3-a",
                                    "24.341-5.3.3.4.2-f",
                                    "24.341-5.3.3.4.2-c",
                                    "24.341-4.2-b",
                                    "24.341-5.3.3.4.3-f",
                                    "24.341-4.2-a",
                                    "TX-cl",
                                    "24.341-5.3.3.4.2-i",
                                    "24.341-5.3.3.4.1-a",
                                    "3428-c",
                                    "24.341-5.3.3.4.2-a",
                                    "24.341-5.3.3.4.2-j",
                                    "TX-J",
                                    "24.341-5.3.3.4.1-f",
                                    "TP-RD-a",
                                    "TX-E",
                                    "24.341-5.3.3.4.3-n",
                                    "23.040-tp-a",
                                    "TP-UDL-a",
                                    "23.040-tp-f",
                                    "23.040-tp-c",
                                    "23.040-tp-d",
                                    "24.011-8.2.5.1-a",
                                    "24.011-8.2.5.2-a",
                                    "24.011-8.2.2-a",
                                    "24.011-8.2.5.3-a",
                                    "RP-4",
                                    "24.011-8.2.5.4-a",
                                    "RP-6",
                                    "24.341-5.3.3.4.3-d",
                                    "24.341-5.3.3.4.3-e",
                                    "24.341-5.3.3.4.3-c",
                                    "3428-a",
                                    "3428-b",
                                    "TX-tag",
                                    "TX-branch"}) {
    EXPECT_TRUE(row(id).on_gm) << id;
    EXPECT_EQ(row(id).obliged, Party::gw) << id;
  }
}

TEST(Catalogue, a_rule_on_absence_or_time_says_so_in_its_basis) {
  EXPECT_EQ(row("24.341-5.3.3.4.1-a").basis, Basis::deadline);
  EXPECT_EQ(row("24.341-5.3.3.4.2-j").basis, Basis::absence);
  EXPECT_EQ(row("24.341-5.3.3.4.2-c").basis, Basis::content);
  EXPECT_FALSE(row("24.341-5.3.3.4.2-c").confirmed);
}

TEST(Catalogue, a_party_is_ours_by_topology) {
  EXPECT_FALSE(binds_our_side(row("TX-E"), Topology::gm));
  EXPECT_TRUE(binds_our_side(row("24.341-5.3.2.3-a"), Topology::gm));
  EXPECT_FALSE(binds_our_side(row("24.229-200-a"), Topology::gm)) << "the core is the SUT's";
  EXPECT_TRUE(binds_our_side(row("24.229-5.4.1.7-a"), Topology::isc));
}

}  // namespace
}  // namespace rung
