// Coverage: which ladder, and which field or rule of it, proves each requirement. What nobody
// proves is listed and counted, never passed over.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/ladder/ladder.hpp"
#include "engine/ladder/requirement.hpp"

namespace rung {

enum class ProofKind : std::uint8_t {
  field,        // a field of a message of the SUT
  rule,         // a rule asked at a step
  precondition  // a field of a message of ours: what binds our own side is kept, not judged
};

struct Proof {
  std::string ladder, step;
  ProofKind kind = ProofKind::field;
  Path path{};  // field and precondition
};

/// "mo_sms s3 sip.in_reply_to", "mo_sms s3 rule".
std::string to_string(const Proof& proof);

struct Coverage {
  Topology topology = Topology::gm;
  std::vector<std::vector<Proof>> proofs;  // by position in the table
  /// "mo_sms s3 24.341-4.2-a": a step that names a requirement no rule judges proves nothing.
  std::vector<std::string> without_rule;

  [[nodiscard]] bool proven(std::size_t requirement) const { return !proofs[requirement].empty(); }
  [[nodiscard]] std::size_t proven_count() const;
};

/// What the ladders of `book` prove on `topology`. A requirement that cannot be judged there is not
/// proven, nor one that binds another side than the message's sender.
/// Precondition: the book is resolved (`like` taken over, messages found).
Coverage coverage(const LadderBook& book, const RequirementTable& table, Topology topology);

}  // namespace rung
