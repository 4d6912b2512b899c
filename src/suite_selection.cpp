#include "suite_selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checks/catalogue.hpp"

namespace rung {
namespace {

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool judges(const Coverage& proofs, std::size_t requirement, std::string_view ladder) {
  const auto& rows = proofs.proofs[requirement];
  return std::any_of(rows.begin(), rows.end(), [&](const Proof& proof) {
    return proof.ladder == ladder && proof.kind != ProofKind::precondition;
  });
}

class Selector {
 public:
  Selector(const LadderBook& book, const RequirementTable& table, const Coverage& proofs)
      : book_(book), table_(table), proofs_(proofs) {
    out_.requirements.resize(table.size());
    out_.ladders.resize(book.ladders.size());
  }

  void take_all() {
    out_.requirements.assign(table_.size(), true);
    out_.ladders.assign(book_.ladders.size(), true);
  }

  /// False when the word names nothing.
  bool take(std::string_view word) { return take_ladder(word) || take_requirements(word); }

  /// Requirements of another severity do not count, and ladders that prove nothing else do not run.
  void narrow(std::string_view severity) {
    if (severity.empty()) return;
    for (std::size_t i = 0; i < table_.size(); ++i) {
      if (to_string(table_.entries()[i].severity) != severity) out_.requirements[i] = false;
    }
    for (std::size_t l = 0; l < book_.ladders.size(); ++l) {
      out_.ladders[l] = out_.ladders[l] && proves_any(book_.ladders[l].name);
    }
  }

  SuiteSelection finish() { return std::move(out_); }

 private:
  bool take_ladder(std::string_view word) {
    bool found = false;
    for (std::size_t l = 0; l < book_.ladders.size(); ++l) {
      if (book_.ladders[l].name != word) continue;
      found = out_.ladders[l] = true;
      for (std::size_t i = 0; i < table_.size(); ++i) {
        if (judges(proofs_, i, word)) out_.requirements[i] = true;
      }
    }
    return found;
  }

  bool take_requirements(std::string_view word) {
    const bool exact = table_.find(word).valid();
    bool found = false;
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const Requirement& r = table_.entries()[i];
      const bool meant =
          exact ? r.id == word : names_clause(r.id, word) || names_clause(r.clause, word);
      if (!meant) continue;
      found = out_.requirements[i] = true;
      for (std::size_t l = 0; l < book_.ladders.size(); ++l) {
        if (judges(proofs_, i, book_.ladders[l].name)) out_.ladders[l] = true;
      }
    }
    return found;
  }

  [[nodiscard]] bool proves_any(std::string_view ladder) const {
    for (std::size_t i = 0; i < table_.size(); ++i) {
      if (out_.requirements[i] && judges(proofs_, i, ladder)) return true;
    }
    return false;
  }

  const LadderBook& book_;
  const RequirementTable& table_;
  const Coverage& proofs_;
  SuiteSelection out_;
};

}  // namespace

bool names_clause(std::string_view text, std::string_view clause) {
  if (clause.empty()) return false;
  for (std::size_t at = text.find(clause); at != std::string_view::npos;
       at = text.find(clause, at + 1)) {
    const std::size_t end = at + clause.size();
    const bool begins = at == 0 || (!alphanumeric(text[at - 1]) && text[at - 1] != '.');
    if (begins && (end == text.size() || !alphanumeric(text[end]))) return true;
  }
  return false;
}

SuiteSelection select_suite(const std::vector<std::string>& words, std::string_view severity,
                            const LadderBook& book, const RequirementTable& table,
                            const Coverage& proofs, std::vector<std::string>& errors) {
  Selector selector(book, table, proofs);
  if (words.empty()) selector.take_all();
  for (const std::string& word : words) {
    if (selector.take(word)) continue;
    errors.push_back(fmt::format(
        "check: '{}' is not accepted, expected a ladder, a requirement or a clause (--list)",
        word));
  }
  selector.narrow(severity);
  return selector.finish();
}

}  // namespace rung
