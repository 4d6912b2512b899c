#include "engine/wire/sip_header.hpp"

#include <array>
#include <cstring>

#include "engine/wire/sip_header_match.hpp"

namespace rung::sip {
namespace {

/// By the enumerator's number.
constexpr std::array<std::string_view, 15> kMethods = {
    "",    "REGISTER", "MESSAGE", "SUBSCRIBE", "NOTIFY", "OPTIONS", "INVITE", "ACK",
    "BYE", "CANCEL",   "PRACK",   "PUBLISH",   "INFO",   "REFER",   "UPDATE"};
static_assert(kMethods.size() == static_cast<std::size_t>(Method::update) + 1);

}  // namespace

std::string_view header_name(Header header) {
  return header == Header::other ? std::string_view{}
                                 : detail::kNames[static_cast<std::size_t>(header)].name;
}

Header header_by_name(std::string_view name) {
  if (name.empty() || name.size() >= detail::kNameWindow) return Header::other;
  if (name.size() == 1) return detail::match_compact_name(static_cast<std::uint8_t>(name[0]));
  alignas(detail::kNameWindow) std::uint8_t window[detail::kNameWindow] = {};
  std::memcpy(window, name.data(), name.size());
  window[name.size()] = ':';
  const __m256i octets = _mm256_load_si256(reinterpret_cast<const __m256i*>(window));
  if (!detail::is_token(octets, name.size())) return Header::other;
  return detail::match_long_name(_mm256_or_si256(octets, _mm256_set1_epi8(0x20)), name.size());
}

std::string_view method_name(Method method) { return kMethods[static_cast<std::size_t>(method)]; }

Method method_by_name(std::string_view name) {
  for (std::size_t m = 1; m < kMethods.size(); ++m) {
    if (name == kMethods[m]) return static_cast<Method>(m);
  }
  return Method::other;
}

}  // namespace rung::sip
