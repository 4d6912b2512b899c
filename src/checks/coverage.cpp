#include "checks/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checks/catalogue.hpp"

namespace rung {
namespace {

/// Collects proofs for one book on one topology.
class Collector {
 public:
  Collector(const LadderBook& book, const RequirementTable& table, Topology topology)
      : book_(book), table_(table), topology_(topology) {
    found_.topology = topology;
    found_.proofs.resize(table.size());
  }

  void add(const Ladder& ladder, const Step& step) {
    if (!plays_on(ladder, step, topology_)) return;  // drawn, never on the wire
    add_rules(ladder, step);
    const Message* message = book_.message(step.message);
    if (message == nullptr) return;
    for (const FieldRule& field : message->fields) {
      if (!holds_on(field, topology_)) continue;
      for (const std::string& id : field.requirements) add_field(ladder, step, field.path, id);
    }
  }
  Coverage take() { return std::move(found_); }

 private:
  void add_rules(const Ladder& ladder, const Step& step) {
    for (const std::string& id : step.requirements) {
      const RequirementIndex index = table_.find(id);
      if (!index.valid() || !judged_on(table_.at(index), topology_)) continue;
      if (table_.at(index).rule == nullptr) {
        found_.without_rule.push_back(fmt::format("{} {} {}", ladder.name, step.id, id));
        continue;
      }
      add_proof(index, {ladder.name, step.id, ProofKind::rule, Path{}});
    }
  }

  void add_field(const Ladder& ladder, const Step& step, Path path, const std::string& id) {
    const RequirementIndex index = table_.find(id);
    if (!index.valid() || !judged_on(table_.at(index), topology_)) return;
    const bool ours = step.from != Party::gw;
    if (ours != binds_our_side(table_.at(index), topology_)) return;
    const ProofKind kind = ours ? ProofKind::precondition : ProofKind::field;
    add_proof(index, {ladder.name, step.id, kind, path});
  }

  void add_proof(RequirementIndex index, Proof proof) {
    found_.proofs[index.value].push_back(std::move(proof));
  }

  const LadderBook& book_;
  const RequirementTable& table_;
  Topology topology_;
  Coverage found_;
};

}  // namespace

std::string to_string(const Proof& proof) {
  const std::string_view what = proof.kind == ProofKind::rule ? "rule" : to_string(proof.path);
  return fmt::format("{} {} {}", proof.ladder, proof.step, what);
}

std::size_t Coverage::proven_count() const {
  return static_cast<std::size_t>(
      std::count_if(proofs.begin(), proofs.end(), [](const auto& p) { return !p.empty(); }));
}

Coverage coverage(const LadderBook& book, const RequirementTable& table, Topology topology) {
  Collector collector(book, table, topology);
  for (const Ladder& ladder : book.ladders) {
    for (const Step& step : ladder.steps) collector.add(ladder, step);
  }
  return collector.take();
}

}  // namespace rung
