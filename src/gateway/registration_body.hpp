// RegistrationBody: what the body of a third-party REGISTER says of the user (TS 24.229 5.4.1.7 g):
// the MSISDN of <service-info>, and where the S-CSCF embeds them, the UE's REGISTER and the 200 to
// it with contacts and feature tags. Three forms: application/3gpp-ims+xml, message/sip, or both
// as parts of multipart/mixed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/wire/sip_view.hpp"
#include "gateway/phone_key.hpp"

namespace rung::gateway {

/// Contacts an embedded message is read for; an IMPU has fewer.
inline constexpr std::size_t kEmbeddedContactsMax = 8;

struct EmbeddedContact {
  std::string_view uri;
  bool smsip = false;
  bool smsip_msisdn_less = false;
  bool removed = false;  // the REGISTER takes it back: Expires 0
};

struct EmbeddedMessage {
  bool present = false;
  std::size_t count = 0;
  std::array<EmbeddedContact, kEmbeddedContactsMax> contacts;

  [[nodiscard]] std::span<const EmbeddedContact> all() const {
    return std::span(contacts).first(count);
  }
};

/// Views into the REGISTER it was read from.
struct RegistrationBody {
  PhoneKey msisdn;           // of service-info, else of the embedded messages; may be none
  EmbeddedMessage request;   // the UE's REGISTER
  EmbeddedMessage response;  // the 200 to it: every contact that is bound
};

/// Reads the body of `view`. False when its Content-Type is none of the three (415). What cannot be
/// read inside is left out: a registration is not refused for what it says beside the point.
bool read_registration_body(const sip::View& view, RegistrationBody& out);

}  // namespace rung::gateway
