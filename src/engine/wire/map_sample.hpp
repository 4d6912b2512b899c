// For tests: MAP parameters with their elements filled in: only the mandatory ones, each optional
// one alone, all of them.
#pragma once

#include <array>
#include <cstdint>

#include "engine/wire/map_parameter.hpp"

namespace rung::map {

namespace detail {

inline constexpr std::uint8_t kImsi[] = {0x42, 0x00, 0x07, 0x21, 0x43, 0x65, 0x87, 0xf9};
inline constexpr std::uint8_t kNumber[] = {0x91, 0x64, 0x07, 0x21, 0x43, 0x65, 0xf7};
inline constexpr std::uint8_t kLmsi[] = {0x01, 0x02, 0x03, 0x04};
inline constexpr std::uint8_t kTime[] = {0xec, 0x0f, 0x00, 0x00};
inline constexpr std::uint8_t kTpdu[] = {0x04, 0x0b, 0x91, 0x64, 0x07, 0x89, 0x67, 0x45,
                                         0xf3, 0x00, 0x00, 0x62, 0x11, 0x02, 0x32, 0x03,
                                         0x45, 0x00, 0x05, 0xe8, 0x32, 0x9b, 0xfd, 0x06};
inline constexpr std::uint8_t kSmeAddress[] = {0x0b, 0x91, 0x64, 0x07, 0x89, 0x67, 0x45, 0xf3};
inline constexpr std::uint8_t kGsnAddress[] = {0x04, 0x7f, 0x00, 0x00, 0x01};
inline constexpr std::uint8_t kExtension[] = {0xa1, 0x00};       // pcs-Extensions, empty
inline constexpr std::uint8_t kServices[] = {0x04, 0x01, 0x21};  // one Ext-TeleserviceCode
inline constexpr std::uint8_t kCapability[] = {0x05, 0x00};      // solsaSupportIndicator
inline constexpr std::uint8_t kLocation[] = {0x02, 0x01, 0x05};  // ageOfLocationInformation
inline constexpr std::uint8_t kPsState[] = {0x80, 0x00};         // notProvidedFromSGSNorMME
inline constexpr std::uint8_t kContext[] = {0x04, 0x00, 0x00, 0x01, 0x00, 0x19, 0x03};
inline constexpr std::uint8_t kCategory[] = {0x0a};
inline constexpr std::uint8_t kName[] = {'g', 'w', '.', 'n', 'e', 't'};
inline constexpr std::uint8_t kUri[] = {'s', 'i', 'p', ':', 'a', '@', 'b'};
inline constexpr std::uint8_t kBits[] = {0x80};
inline constexpr std::uint8_t kImsiWithLmsi[] = {0x04, 0x08, 0x42, 0x00, 0x07, 0x21, 0x43, 0x65,
                                                 0x87, 0xf9, 0x04, 0x04, 0x01, 0x02, 0x03, 0x04};

struct NamedOctets {
  std::string_view name;
  Octets octets;
};

/// Contents of the elements that are neither numbers nor addresses.
inline const NamedOctets kOctetsByName[] = {
    {"imsi", kImsi},
    {"hlr-id", kImsi},
    {"userIdentifierAlert", kImsi},
    {"imei", kImsi},
    {"lmsi", kLmsi},
    {"smDeliveryStartTime", kTime},
    {"maximumRetransmissionTime", kTime},
    {"requestedRetransmissionTime", kTime},
    {"maximumUeAvailabilityTime", kTime},
    {"lastUE-ActivityTime", kTime},
    {"sm-RP-UI", kTpdu},
    {"diagnosticInfo", kTpdu},
    {"sm-RP-SMEA", kSmeAddress},
    {"sgsn-Address", kGsnAddress},
    {"v-gmlc-Address", kGsnAddress},
    {"extensionContainer", kExtension},
    {"bearerServiceList", kServices},
    {"teleserviceList", kServices},
    {"sgsn-Capability", kCapability},
    {"locationInformation", kLocation},
    {"locationInformationGPRS", {}},
    {"locationInformationEPS", {}},
    {"ps-SubscriberState", kPsState},
    {"eps-SubscriberState", kPsState},
    {"alternativeApplicationContext", kContext},
    {"category", kCategory},
    {"diameter-Name", kName},
    {"diameter-Realm", kName},
    {"sip-uri-A", kUri},
    {"sip-uri-B", kUri},
};

inline Octets octets_by_name(std::string_view name) {
  for (const NamedOctets& known : kOctetsByName) {
    if (known.name == name) return known.octets;
  }
  return kNumber;
}

inline void fill_choice(SmRpDa& out) { out = {SmRpDaKind::imsi, kImsi}; }
inline void fill_choice(SmRpOa& out) { out = {SmRpOaKind::msisdn, kNumber}; }
inline void fill_choice(AdditionalNumber& out) { out = {AdditionalNumberKind::sgsn, kNumber}; }
inline void fill_choice(SubscriberIdentity& out) { out = {SubscriberIdentityKind::imsi, kImsi}; }
inline void fill_choice(Identity& out) { out = {IdentityKind::imsi_with_lmsi, kImsiWithLmsi}; }
inline void fill_choice(SubscriberState& out) { out = {SubscriberStateKind::assumed_idle, {}}; }
inline void fill_choice(UserAbortChoice& out) {
  out = {UserAbortKind::user_resource_limitation, {}};
}

}  // namespace detail

/// Which optional elements to fill in: none, all, or the one of that row.
struct Filling {
  std::size_t row;
  [[nodiscard]] bool has(std::size_t other) const { return row == kAll || row == other; }
  static constexpr std::size_t kNone = 100;
  static constexpr std::size_t kAll = 101;
};

/// Fills in the mandatory elements and those optional ones; a record inside is filled whole.
template <ber::Record R>
void fill(R& record, Filling filling);

template <class T>
void fill_value(T& value, std::string_view name) {
  if constexpr (std::is_same_v<T, Octets>) {
    value = detail::octets_by_name(name);
  } else if constexpr (std::is_same_v<T, bool>) {
    value = true;
  } else if constexpr (std::is_same_v<T, ber::Boolean>) {
    value.value = true;
  } else if constexpr (std::is_same_v<T, ber::BitString>) {
    value = {6, detail::kBits};
  } else if constexpr (ber::detail::IsChoice<T>::value) {
    detail::fill_choice(value);
  } else if constexpr (ber::Record<T>) {
    fill(value, {Filling::kAll});
  } else if constexpr (sizeof(T) > 1) {
    value = T{180};  // a delivery time in seconds, of two octets
  } else {
    value = T{1};
  }
}

template <ber::Record R>
void fill(R& record, Filling filling) {
  std::size_t row = 0;
  std::apply(
      [&](const auto&... field) {
        (
            [&] {
              auto& value = record.*(field.kMember);
              using T = std::remove_cvref_t<decltype(value)>;
              const bool wanted = filling.has(row++);
              if constexpr (ber::detail::IsOptional<T>::value) {
                if (wanted) fill_value(value.emplace(), field.name);
              } else {
                const bool optional = std::is_same_v<T, bool>;
                if (wanted || !optional) fill_value(value, field.name);
              }
            }(),
            ...);
      },
      R::fields());
}

/// Calls f(record) for the smallest, the fullest, and one with each row of its own.
template <ber::Record R, class F>
void for_each_filling(F f) {
  const auto call = [&](std::size_t row) {
    R record;
    fill(record, {row});
    f(record);
  };
  call(Filling::kNone);
  call(Filling::kAll);
  for (std::size_t row = 0; row < ber::kFieldCount<R>; ++row) call(row);
}

}  // namespace rung::map
