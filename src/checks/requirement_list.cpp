#include "checks/requirement_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "checks/catalogue.hpp"

namespace rung {
namespace {

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

bool holds(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same_letter) != text.end();
}

/// `leg` is one whole word of `legs`: SC is not in "ISC".
bool has_leg(std::string_view legs, std::string_view leg) {
  while (!legs.empty()) {
    const std::string_view word = legs.substr(0, legs.find(' '));
    if (std::equal(word.begin(), word.end(), leg.begin(), leg.end(), same_letter)) return true;
    legs.remove_prefix(std::min(legs.size(), word.size() + 1));
  }
  return false;
}

bool selected(const Requirement& r, std::size_t position, const RequirementFilter& filter,
              const Coverage* found) {
  if (!holds(r.id, filter.clause) && !holds(r.clause, filter.clause)) return false;
  if (!filter.leg.empty() && !has_leg(r.legs, filter.leg)) return false;
  if (filter.severity && r.severity != *filter.severity) return false;
  return !filter.proven || found == nullptr || found->proven(position) == *filter.proven;
}

template <class F>
void for_each_selected(const RequirementTable& table, const RequirementFilter& filter,
                       const Coverage* found, F&& f) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Requirement& r = table.entries()[i];
    if (selected(r, i, filter, found)) f(r, i);
  }
}

/// Why a row without a proof has none.
Unproved gap_of(const Requirement& r, std::size_t position, const Coverage* found) {
  if (found == nullptr || found->proven(position)) return {};
  return why_unproved(r, found->topology);
}

/// "; not yet: SIP over TCP is not played".
std::string because(const Unproved& gap) {
  return gap.gap == ProofGap::none ? "" : fmt::format("; {}: {}", to_string(gap.gap), gap.why);
}

std::string proofs_column(const Coverage* found, std::size_t position) {
  if (found == nullptr) return {};
  const std::size_t count = found->proofs[position].size();
  if (count == 0) return fmt::format("{:<12}", "not proven");
  return fmt::format("{:<12}", fmt::format("{} proof{}", count, count == 1 ? "" : "s"));
}

}  // namespace

std::string list_requirements(const RequirementTable& table, const RequirementFilter& filter,
                              const Coverage* found) {
  std::string out;
  std::size_t listed = 0, proven = 0;
  std::array<std::size_t, kGapCount> gaps{};
  for_each_selected(table, filter, found, [&](const Requirement& r, std::size_t i) {
    ++listed;
    if (found != nullptr && found->proven(i)) ++proven;
    const Unproved gap = gap_of(r, i, found);
    ++gaps[static_cast<std::size_t>(gap.gap)];
    out += fmt::format("{:<19} {:<20} {:<11} {:<10} {:<4} {}{}{}{}\n", r.id, r.clause,
                       to_string(r.severity), r.legs, to_string(r.obliged), proofs_column(found, i),
                       r.text, r.confirmed ? "" : " (unconfirmed)", because(gap));
  });
  out += fmt::format("{} of {} requirements", listed, table.size());
  if (found == nullptr) return out + "\n";
  out += fmt::format(", {} proven, {} not proven\n", proven, listed - proven);
  for (std::size_t g = 1; g < kGapCount; ++g) {
    if (gaps[g] == 0) continue;
    out += fmt::format("{:>6}  {}\n", gaps[g], to_string(static_cast<ProofGap>(g)));
  }
  return out;
}

std::string list_requirements_json(const RequirementTable& table, const RequirementFilter& filter,
                                   const Coverage* found) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for_each_selected(table, filter, found, [&](const Requirement& r, std::size_t i) {
    nlohmann::ordered_json row = {{"id", r.id},
                                  {"clause", r.clause},
                                  {"text", r.text},
                                  {"legs", r.legs},
                                  {"severity", to_string(r.severity)},
                                  {"obliged", to_string(r.obliged)},
                                  {"confirmed", r.confirmed},
                                  {"on_gm", r.on_gm},
                                  {"on_isc", r.on_isc},
                                  {"basis", to_string(r.basis)},
                                  {"rule", r.rule != nullptr}};
    if (found != nullptr) {
      row["proofs"] = nlohmann::ordered_json::array();
      for (const Proof& proof : found->proofs[i]) row["proofs"].push_back(to_string(proof));
      const Unproved gap = gap_of(r, i, found);
      row["gap"] = to_string(gap.gap);
      row["why_unproved"] = gap.why;
    }
    rows.push_back(std::move(row));
  });
  return rows.dump(2) + "\n";
}

}  // namespace rung
