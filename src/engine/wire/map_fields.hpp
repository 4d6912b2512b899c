// For tests: what our decoders say about a TCAP message and the MAP parameters in it, in the words
// of tests/golden/ss7/map.txt.
#pragma once

#include <fmt/format.h>

#include <deque>
#include <string>

#include "engine/wire/bcd.hpp"
#include "engine/wire/map.hpp"
#include "engine/wire/map_parameter.hpp"
#include "engine/wire/sigtran_fields.hpp"
#include "engine/wire/tcap.hpp"

namespace rung::golden {

/// Octets of hexadecimal text; they stay until the program ends, as spans into them do.
inline Octets hex(std::string_view text) {
  static std::deque<std::vector<std::uint8_t>> kept;
  const auto octets = parse_hex(text);
  ENGINE_ASSERT(octets.ok());
  return kept.emplace_back(*octets);
}

inline std::string imsi_text(Octets octets) {
  std::array<char, 2 * bcd::kDigitsMax> text;
  return {text.data(), bcd::decode_digits(octets, text.size(), text)};
}

inline std::string address_text(Octets octets) {
  std::array<char, bcd::kDigitsMax> text;
  return {text.data(), bcd::decode_address(octets, text)};
}

/// By the clause's name of the element: an IMSI, an address string, or octets in hexadecimal.
inline std::string octets_text(std::string_view name, Octets octets) {
  if (name == "imsi" || name == "hlr-id" || name == "userIdentifierAlert") return imsi_text(octets);
  const bool is_gsn_address = name == "sgsn-Address" || name == "v-gmlc-Address";
  const bool is_address = name.ends_with("msisdn") || name.ends_with("MSISDN") ||
                          name.ends_with("Number") || name.ends_with("Address") ||
                          name.ends_with("Reference");
  return is_address && !is_gsn_address ? address_text(octets) : digits(octets);
}

inline std::string choice_text(const map::SmRpDa& da) {
  using enum map::SmRpDaKind;
  if (da.kind == imsi) return "imsi " + imsi_text(da.contents);
  if (da.kind == lmsi) return "lmsi " + digits(da.contents);
  return da.kind == none ? "none" : "sc " + address_text(da.contents);
}
inline std::string choice_text(const map::SmRpOa& oa) {
  using enum map::SmRpOaKind;
  if (oa.kind == none) return "none";
  return (oa.kind == msisdn ? "msisdn " : "sc ") + address_text(oa.contents);
}
inline std::string choice_text(const map::AdditionalNumber& number) {
  const bool is_msc = number.kind == map::AdditionalNumberKind::msc;
  return (is_msc ? "msc " : "sgsn ") + address_text(number.contents);
}
inline std::string choice_text(const map::SubscriberIdentity& identity) {
  const bool is_imsi = identity.kind == map::SubscriberIdentityKind::imsi;
  return is_imsi ? "imsi " + imsi_text(identity.contents)
                 : "msisdn " + address_text(identity.contents);
}
inline std::string choice_text(const map::Identity& identity) {
  const bool is_imsi = identity.kind == map::IdentityKind::imsi;
  return is_imsi ? "imsi " + imsi_text(identity.contents)
                 : "imsi-WithLMSI " + digits(identity.contents);
}
template <class Kind, Kind... kinds>
std::string choice_text(const ber::Choice<Kind, kinds...>& choice) {
  return fmt::format("{:02x} {}", static_cast<unsigned>(choice.kind), digits(choice.contents));
}

/// The set bits of a BIT STRING by number.
inline std::string bits_text(const ber::BitString& bits) {
  std::string text;
  for (std::size_t i = 0; i < 8 * bits.octets.size(); ++i) {
    if (bits.test(i)) text += fmt::format("{}{}", text.empty() ? "" : ",", i);
  }
  return text;
}

template <ber::Record R>
void describe(const R& record, const std::string& prefix, Fields& fields);

template <class T>
void describe_value(const T& value, std::string_view name, const std::string& prefix,
                    Fields& fields) {
  const std::string path = fmt::format("{}{}", prefix, name);
  if constexpr (std::is_same_v<T, Octets>) {
    fields[path] = octets_text(name, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (value) fields[path] = "1";
  } else if constexpr (std::is_same_v<T, ber::Boolean>) {
    fields[path] = value.value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, ber::BitString>) {
    fields[path] = bits_text(value);
  } else if constexpr (ber::detail::IsChoice<T>::value) {
    fields[path] = choice_text(value);
  } else if constexpr (ber::Record<T>) {
    describe(value, path + ".", fields);
  } else {
    fields[path] = fmt::format("{}", static_cast<int>(value));
  }
}

/// Every element that is there, by the clause's name behind `prefix`; unknown ones as `rest`.
template <ber::Record R>
void describe(const R& record, const std::string& prefix, Fields& fields) {
  std::apply(
      [&](const auto&... field) {
        (
            [&] {
              const auto& value = record.*(field.kMember);
              if constexpr (ber::detail::IsOptional<std::remove_cvref_t<decltype(value)>>::value) {
                if (value.has_value()) describe_value(*value, field.name, prefix, fields);
              } else {
                describe_value(value, field.name, prefix, fields);
              }
            }(),
            ...);
      },
      R::fields());
  for (const ber::Rest::Run& run : record.rest.runs) {
    fields[fmt::format("{}rest.{}", prefix, run.row)] += digits(run.octets);
  }
  if constexpr (requires { record.is_bare; }) {
    if (record.is_bare) fields[prefix + "bare"] = "1";
  }
  if constexpr (requires { record.is_sequence; }) {
    if (record.is_sequence) fields[prefix + "sequence"] = "1";
  }
}

inline std::string error_text(const ber::Error& error) {
  return fmt::format("{} at {}: {}", error.element, error.offset, ber::to_string(error.code));
}

/// Calls f(type) with a default of the struct that a component's parameter decodes to; false where
/// no table has its operation or error. `operation`: of a result that does not say it.
template <class F>
bool with_parameter(const tcap::Component& component, F f) {
  if (!component.code.has_value()) return false;
  const std::int32_t code = *component.code;
  if (component.type == tcap::ComponentType::return_error) {
    switch (code) {
#define RUNG_MAP_USER_ERROR(id, name, number, parameter) \
  case number:                                           \
    f(map::parameter{});                                 \
    return true;
#include "engine/wire/map_user_error.def"
#undef RUNG_MAP_USER_ERROR
      default: return false;
    }
  }
  const bool is_invoke = component.type == tcap::ComponentType::invoke;
  switch (code) {
#define RUNG_MAP_OPERATION(id, name, number, timer, argument, result) \
  case number:                                                        \
    if (is_invoke) {                                                  \
      f(map::argument{});                                             \
    } else {                                                          \
      f(map::result{});                                               \
    }                                                                 \
    return true;
#include "engine/wire/map_operation.def"
#undef RUNG_MAP_OPERATION
    default: return false;
  }
}

inline std::string component_text(const tcap::Component& component) {
  std::string text{tcap::to_string(component.type)};
  if (component.invoke_id) text += fmt::format(" {}", *component.invoke_id);
  if (component.linked_id) text += fmt::format(" linked {}", *component.linked_id);
  if (component.type == tcap::ComponentType::reject) {
    return text + fmt::format(" {}", tcap::to_string(component.problem));
  }
  if (!component.code) return text;
  const bool is_error = component.type == tcap::ComponentType::return_error;
  const auto operation = map::operation_of(*component.code);
  const auto error = map::user_error_of(*component.code);
  if (is_error && error) return text + fmt::format(" {}", map::to_string(*error));
  if (!is_error && operation) return text + fmt::format(" {}", map::to_string(*operation));
  return text + fmt::format(" {}", *component.code);
}

inline void describe_dialogue(const tcap::Dialogue& dialogue, Fields& fields) {
  using tcap::DialoguePdu;
  if (dialogue.pdu == DialoguePdu::none) return;
  const bool is_response = dialogue.pdu == DialoguePdu::response;
  fields["dialogue"] = dialogue.pdu == DialoguePdu::request ? "AARQ"
                       : is_response                        ? "AARE"
                                                            : "ABRT";
  if (dialogue.pdu == DialoguePdu::abort) {
    fields["abort_source"] = fmt::format("{}", static_cast<int>(dialogue.abort_source));
  } else {
    const auto context = map::context_of(dialogue.application_context);
    fields["context"] = context ? fmt::format("{}-v{}", to_string(context->name), context->version)
                                : digits(dialogue.application_context);
    fields["version"] = dialogue.has_version ? "1" : "0";
  }
  if (is_response) {
    const bool is_user = dialogue.diagnostic_source == tcap::DiagnosticSource::service_user;
    fields["result"] = fmt::format("{}", static_cast<int>(dialogue.result));
    fields["diagnostic"] =
        fmt::format("{} {}", is_user ? "user" : "provider", static_cast<int>(dialogue.diagnostic));
  }
  Octets pdu;
  if (dialogue.user_information.empty()) return;
  if (map::find_dialogue_pdu(dialogue.user_information, pdu)) return;
  const auto read = [&](auto info, const char* name) {
    if (decltype(info)::kTag != pdu[0]) return;
    if (const ber::Error error = map::decode(pdu, info)) fields["map_error"] = error_text(error);
    fields["map"] = name;
    describe(info, "", fields);
  };
  read(map::MapOpenInfo{}, "open");
  read(map::MapAcceptInfo{}, "accept");
  read(map::MapCloseInfo{}, "close");
  read(map::MapRefuseInfo{}, "refuse");
  read(map::MapUserAbortInfo{}, "userAbort");
  read(map::MapProviderAbortInfo{}, "providerAbort");
}

/// All fields of a decoded message; those of the first component's parameter by the clause's names,
/// those of later ones with their number in front: `2.storedMSISDN`. Field `error` where a
/// parameter does not decode.
inline Fields describe(const tcap::Message& message) {
  Fields fields;
  fields["tcap"] = tcap::to_string(message.type);
  if (message.otid.size != 0) fields["otid"] = digits(message.otid.span());
  if (message.dtid.size != 0) fields["dtid"] = digits(message.dtid.span());
  if (message.p_abort_cause) fields["p_abort"] = tcap::to_string(*message.p_abort_cause);
  describe_dialogue(message.dialogue, fields);
  for (std::size_t i = 0; i < message.components.size(); ++i) {
    const tcap::Component& component = message.components[i];
    const std::string prefix = i == 0 ? "" : fmt::format("{}.", i + 1);
    fields[prefix + "component"] = component_text(component);
    if (component.parameter.empty()) continue;
    with_parameter(component, [&](auto parameter) {
      if (const ber::Error error = map::decode(component.parameter, parameter)) {
        fields["error"] = error_text(error);
      }
      describe(parameter, prefix, fields);
    });
  }
  return fields;
}

}  // namespace rung::golden
