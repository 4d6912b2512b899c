#include "engine/ue/identity_template.hpp"

#include <algorithm>

namespace rung {
namespace {

constexpr std::string_view kMsisdn = "{msisdn}";
constexpr std::string_view kUe = "{ue}";

/// RFC 3261 25.1 unreserved, and the '+' of a number: what a user part may hold as it stands.
bool stands_as_it_is(char c) {
  constexpr std::string_view kMarks = "-_.!~*'()+";
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || kMarks.find(c) != kMarks.npos;
}

}  // namespace

std::optional<std::uint64_t> IdentityTemplate::ue_of(std::string_view user) const {
  if (by_msisdn || user.size() != front.size() + kUeDigits + back.size()) return {};
  if (!user.starts_with(front) || !user.ends_with(back)) return {};
  std::uint64_t number = 0;
  for (const char c : user.substr(front.size(), kUeDigits)) {
    if (c < '0' || c > '9') return {};
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

Result<IdentityTemplate, std::string> parse_identity_template(std::string_view text) {
  IdentityTemplate out;
  std::size_t at = text.find(kMsisdn);
  out.by_msisdn = at != text.npos;
  if (!out.by_msisdn) at = text.find(kUe);
  if (at == text.npos) return std::string("it names no UE: expected {msisdn} or {ue} in it");
  out.front = text.substr(0, at);
  out.back = text.substr(at + (out.by_msisdn ? kMsisdn : kUe).size());
  const bool plain = std::all_of(out.front.begin(), out.front.end(), stands_as_it_is) &&
                     std::all_of(out.back.begin(), out.back.end(), stands_as_it_is);
  if (!plain) return std::string("expected letters, digits and -_.!~*'()+ beside {msisdn} or {ue}");
  return out;
}

}  // namespace rung
