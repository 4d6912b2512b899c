// How the user part of public user identities is made: text with one number in it, the UE's own
// number ("+{msisdn}") or its place in the run ("user.{ue}").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace rung {

/// Digits that {ue} becomes.
inline constexpr std::size_t kUeDigits = 8;

struct IdentityTemplate {
  std::string front = "+";
  std::string back;
  bool by_msisdn = true;  // {msisdn}, else {ue}

  /// Place of the UE whose identity has this user part; nothing for {msisdn}, which is a matter of
  /// numbers.
  [[nodiscard]] std::optional<std::uint64_t> ue_of(std::string_view user) const;
};

/// "+{msisdn}", "user.{ue}". The error says what is wrong with the text.
Result<IdentityTemplate, std::string> parse_identity_template(std::string_view text);

}  // namespace rung
