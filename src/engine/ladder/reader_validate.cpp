#include <fmt/format.h>

#include <algorithm>

#include "engine/ladder/reader.hpp"
#include "engine/ladder/reader_line.hpp"

namespace rung {
namespace {

// Collects what validate() finds at each [id].
class RequirementCheck {
 public:
  RequirementCheck(const LadderBook& book, const RequirementTable& table,
                   std::vector<TextError>& errors)
      : table_(table), errors_(errors) {
    for (const Requirement& r : table.entries()) ids_.push_back(r.id);
    for (const DeclaredRequirement& r : book.requirements) ids_.push_back(r.id);
  }

  void known(std::string_view file, TextPlace place, std::string_view id) {
    if (std::find(ids_.begin(), ids_.end(), id) != ids_.end()) return;
    const std::string near = nearest(id, ids_);
    report_once(errors_, file, place, fmt::format("unknown requirement '{}'", id),
                near.empty() ? "an id of the catalogue, or a declared one" : near);
  }

  // Fields are compared as they arrive; a step has nothing but rules to judge it.
  void judged(std::string_view file, TextPlace place, std::string_view id) {
    const RequirementIndex index = table_.find(id);
    const bool has_rule = index.valid() && table_.at(index).rule != nullptr;
    const bool is_known = std::find(ids_.begin(), ids_.end(), id) != ids_.end();
    if (has_rule || !is_known) return;
    report_once(errors_, file, place, fmt::format("no rule judges '{}' of a step", id),
                "it on a field of a message");
  }

 private:
  const RequirementTable& table_;
  std::vector<TextError>& errors_;
  std::vector<std::string_view> ids_;
};

}  // namespace

bool validate(const LadderBook& book, const RequirementTable& table,
              std::vector<TextError>& errors) {
  const std::size_t before = errors.size();
  RequirementCheck check(book, table, errors);
  for (const Message& message : book.messages) {
    for (const FieldRule& field : message.fields) {
      for (std::size_t i = 0; i < field.requirements.size(); ++i) {
        check.known(field.file, field.requirement_places[i], field.requirements[i]);
      }
    }
  }
  for (const Ladder& ladder : book.ladders) {
    for (const Step& step : ladder.steps) {
      for (std::size_t i = 0; i < step.requirements.size(); ++i) {
        check.known(ladder.file, step.requirement_places[i], step.requirements[i]);
        check.judged(ladder.file, step.requirement_places[i], step.requirements[i]);
      }
    }
  }
  return errors.size() == before;
}

}  // namespace rung
