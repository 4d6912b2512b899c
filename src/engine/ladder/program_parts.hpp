// Parts of a value that a request of ours carries, as more than one file of ProgramBuilder makes
// them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/ladder/program.hpp"
#include "engine/party/reg_subscriptions.hpp"

namespace rung {

/// Where our UEs are behind the core: nobody sends there, so one address does.
inline constexpr std::string_view kUeBehindCore = "[2001:db8::1]:5060";

inline Part literal(std::string text) {
  return {.kind = PartKind::literal, .text = std::move(text)};
}

/// What the gateway's subscription to the registration event of that party has said.
inline std::vector<Part> subscriber_parts(std::uint8_t party, RegSubscriptions::Text text) {
  return {{.kind = PartKind::subscriber,
           .party = party,
           .index = static_cast<std::uint8_t>(text),
           .text = {}}};
}

inline void append(std::vector<Part>& to, std::vector<Part> more) {
  for (Part& part : more) to.push_back(std::move(part));
}

/// Whether nothing is sent for that row.
inline bool absent(const FieldRule* rule) {
  return rule == nullptr || rule->source == Source::absent;
}

}  // namespace rung
