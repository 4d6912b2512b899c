// Reginfo: an application/reginfo+xml document (RFC 3680 5) as far as SMS over IP asks: which
// addresses of record are registered, from which contacts, and which of these take short messages
// (TS 24.341 5.3.3.2: <unknown-param name="+g.3gpp.smsip"/>).
//
//   <reginfo version state="full|partial">
//     <registration aor id state="init|active|terminated">
//       <contact id state="active|terminated" event>
//         <uri>sip:...</uri> <unknown-param name="+g.3gpp.smsip"/>
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rung::gateway {

/// Bounds of one document: an implicit registration set has a few identities, each a few devices.
inline constexpr std::size_t kReginfoRegistrationsMax = 16;
inline constexpr std::size_t kReginfoContactsMax = 64;
/// Octets of the values that had references in them.
inline constexpr std::size_t kReginfoScratchSize = 1024;

enum class ReginfoError : std::uint8_t {
  none = 0,
  syntax,     // no document of this schema
  too_large,  // more registrations, contacts or escaped text than the bounds above
};

struct ReginfoContact {
  std::string_view id;
  std::string_view uri;
  bool active = false;  // state="active"
  bool came = false;    // event registered, created or refreshed: the device was there just now
  bool smsip = false;   // TS 24.341 A.2
  bool smsip_msisdn_less = false;  // A.3, which is another tag
};

struct ReginfoRegistration {
  std::string_view aor;
  std::string_view id;
  bool active = false;
  std::size_t first_contact = 0;
  std::size_t contact_count = 0;
};

/// Views into the document and into `scratch`: both must outlive them, and it is not copied.
struct Reginfo {
  Reginfo() {}  // NOLINT: user-provided, so that the arrays are not cleared
  Reginfo(const Reginfo&) = delete;
  Reginfo& operator=(const Reginfo&) = delete;

  std::uint32_t version = 0;
  bool full = false;
  std::size_t registration_count = 0;
  std::size_t contact_count = 0;
  std::array<ReginfoRegistration, kReginfoRegistrationsMax> registrations;
  std::array<ReginfoContact, kReginfoContactsMax> contacts;
  std::array<std::uint8_t, kReginfoScratchSize> scratch;

  [[nodiscard]] std::span<const ReginfoContact> contacts_of(const ReginfoRegistration& r) const {
    return std::span(contacts).subspan(r.first_contact, r.contact_count);
  }
};

/// Reads `document` into `out`, which is overwritten; after an error it holds nothing to rely on.
[[nodiscard]] ReginfoError parse_reginfo(std::string_view document, Reginfo& out);

}  // namespace rung::gateway
