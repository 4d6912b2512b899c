// Types that several MAP operations share (TS 29.002 17.7.6, 17.7.8). Numbers are kept as on the
// wire: an ISDN-AddressString or AddressString is a TON/NPI octet and digits (bcd.hpp), an IMSI is
// digits alone, with a filler F behind an odd count.
#pragma once

#include "engine/wire/ber_record.hpp"

namespace rung::map {

using ber::BitString;
using ber::Boolean;
using ber::Rest;

/// Nothing but an extension container: what most errors and empty results carry.
struct ExtensionParam {
  std::optional<Octets> extension_container{};
  Rest rest{};

  static constexpr auto fields() {
    using P = ExtensionParam;
    return std::tuple{
        ber::Field<&P::extension_container>{ber::kSequence, "extensionContainer"},
    };
  }
};

/// 17.7.6 SM-RP-DA.
enum class SmRpDaKind : std::uint8_t {
  imsi = 0x80,
  lmsi = 0x81,
  service_centre_address = 0x84,
  none = 0x85
};
using SmRpDa = ber::Choice<SmRpDaKind, SmRpDaKind::imsi, SmRpDaKind::lmsi,
                           SmRpDaKind::service_centre_address, SmRpDaKind::none>;

/// 17.7.6 SM-RP-OA.
enum class SmRpOaKind : std::uint8_t { msisdn = 0x82, service_centre_address = 0x84, none = 0x85 };
using SmRpOa = ber::Choice<SmRpOaKind, SmRpOaKind::msisdn, SmRpOaKind::service_centre_address,
                           SmRpOaKind::none>;

/// 17.7.6 Additional-Number.
enum class AdditionalNumberKind : std::uint8_t { msc = 0x80, sgsn = 0x81 };
using AdditionalNumber =
    ber::Choice<AdditionalNumberKind, AdditionalNumberKind::msc, AdditionalNumberKind::sgsn>;

/// 17.7.8 SubscriberIdentity.
enum class SubscriberIdentityKind : std::uint8_t { imsi = 0x80, msisdn = 0x81 };
using SubscriberIdentity = ber::Choice<SubscriberIdentityKind, SubscriberIdentityKind::imsi,
                                       SubscriberIdentityKind::msisdn>;

/// 17.7.6 SM-DeliveryOutcome.
enum class SmDeliveryOutcome : std::uint8_t {
  memory_capacity_exceeded = 0,
  absent_subscriber = 1,
  successful_transfer = 2
};

/// 17.7.8: names as DiameterIdentity, octets of a host or realm name.
struct NetworkNodeDiameterAddress {
  Octets name{};
  Octets realm{};
  Rest rest{};

  static constexpr auto fields() {
    using P = NetworkNodeDiameterAddress;
    return std::tuple{
        ber::Field<&P::name>{0x80, "diameter-Name"},
        ber::Field<&P::realm>{0x81, "diameter-Realm"},
    };
  }
};

/// 17.7.6 CorrelationID: SIP URIs in the octets of RFC 3261.
struct CorrelationId {
  std::optional<Octets> hlr_id{};
  std::optional<Octets> sip_uri_a{};
  Octets sip_uri_b{};
  Rest rest{};

  static constexpr auto fields() {
    using P = CorrelationId;
    return std::tuple{
        ber::Field<&P::hlr_id>{0x80, "hlr-id"},
        ber::Field<&P::sip_uri_a>{0x81, "sip-uri-A"},
        ber::Field<&P::sip_uri_b>{0x82, "sip-uri-B"},
    };
  }
};

}  // namespace rung::map
