#include "engine/ladder/network_message.hpp"

#include <algorithm>
#include <utility>

#include "engine/ladder/field_value.hpp"

namespace rung {
namespace {

/// Digits alone, up to a fill.
FieldValue plain_digits(Octets octets, std::span<char> scratch) {
  const std::size_t room = std::min(scratch.size(), 2 * octets.size());
  return text_value({scratch.data(), bcd::decode_digits(octets, room, scratch)});
}

bool is_imsi(const map::SmRpDa& da) { return da.kind == map::SmRpDaKind::imsi; }
bool is_imsi(const map::SubscriberIdentity& identity) {
  return identity.kind == map::SubscriberIdentityKind::imsi;
}
template <class Choice>
bool is_imsi(const Choice&) {
  return false;
}

template <class T>
FieldValue element_value(Path path, const T& member, std::span<char> scratch) {
  if constexpr (ber::detail::IsOptional<T>::value) {
    return member ? element_value(path, *member, scratch) : FieldValue{};
  } else if constexpr (std::is_same_v<T, Octets>) {
    if (path == Path::map_imsi || path == Path::map_imsi_plmn) return plain_digits(member, scratch);
    return kind_of(path) == PathKind::digits ? digits_value(member, scratch) : octets_value(member);
  } else if constexpr (std::is_same_v<T, ber::Boolean>) {
    return number_value(member.value ? 1 : 0);
  } else if constexpr (std::is_same_v<T, ber::BitString>) {
    return octets_value(member.octets);
  } else if constexpr (ber::detail::IsChoice<T>::value) {
    if (kind_of(path) == PathKind::number) {
      return number_value(static_cast<std::uint64_t>(member.kind));
    }
    return is_imsi(member) ? plain_digits(member.contents, scratch)
                           : digits_value(member.contents, scratch);
  } else {
    return number_value(static_cast<std::uint64_t>(member));
  }
}

template <class T>
bool assign(Path path, std::uint64_t number, Octets octets, T& member) {
  if constexpr (ber::detail::IsOptional<T>::value) {
    if (!member) member.emplace();
    return assign(path, number, octets, *member);
  } else if constexpr (std::is_same_v<T, Octets>) {
    member = octets;
  } else if constexpr (std::is_same_v<T, ber::Boolean>) {
    member.value = number != 0;
  } else if constexpr (std::is_same_v<T, ber::BitString>) {
    member.octets = octets;
  } else if constexpr (ber::detail::IsChoice<T>::value) {
    if (kind_of(path) != PathKind::number) {
      member.contents = octets;
    } else if (std::in_range<ber::Tag>(number) && T::has(static_cast<ber::Tag>(number))) {
      member.kind = static_cast<decltype(member.kind)>(number);
    } else {
      return false;
    }
  } else if constexpr (std::is_enum_v<T>) {
    if (!std::in_range<std::underlying_type_t<T>>(number)) return false;
    member = static_cast<T>(number);
  } else if constexpr (std::is_same_v<T, bool>) {
    member = number != 0;
  } else {
    if (!std::in_range<T>(number)) return false;
    member = static_cast<T>(number);
  }
  return true;
}

/// The element inside; makes it where a writer asks for it and it is optional. Null: not there.
template <class Inner>
Inner* inner_of(Inner& inner, bool) {
  return &inner;
}
template <class Inner>
Inner* inner_of(std::optional<Inner>& inner, bool make) {
  if (!inner && make) inner.emplace();
  return inner ? &*inner : nullptr;
}
template <class Inner>
const Inner* inner_of(const std::optional<Inner>& inner, bool) {
  return inner ? &*inner : nullptr;
}

/// Calls visit(member) where `record` has the element behind `path`; false where it has none.
template <class Record, class Visit>
bool visit_element(Path path, Record& record, bool make, Visit&& visit) {
  switch (path) {
#define RUNG_MAP_PATH(id, member)                \
  case Path::id:                                 \
    if constexpr (requires { record.member; }) { \
      visit(record.member);                      \
      return true;                               \
    }                                            \
    return false;
#define RUNG_MAP_INNER(id, parent, member)                                   \
  case Path::id:                                                             \
    if constexpr (requires { inner_of(record.parent, make)->member; }) {     \
      if (auto* inner = inner_of(record.parent, make)) visit(inner->member); \
      return true;                                                           \
    }                                                                        \
    return false;
#include "engine/ladder/map_path.def"
#undef RUNG_MAP_PATH
#undef RUNG_MAP_INNER
    default: return false;
  }
}

struct NoVisit {
  template <class T>
  void operator()(T&) const {}
};

FieldValue address_value(Path path, const sccp::Address& address, std::span<char> scratch) {
  if (kind_of(path) == PathKind::number) {
    return address.ssn ? number_value(*address.ssn) : FieldValue{};
  }
  if (address.title.indicator == 0) return {};
  return text_value({scratch.data(), address.title.text(scratch)});
}

FieldValue parameter_value(const NetworkMessage& m) {
  const tcap::Component* component = m.component();
  if (component == nullptr || component->parameter.empty()) return {};
  FieldValue value = octets_value(component->parameter);
  value.well_formed = m.map_error.code == ber::ErrorCode::none;
  return value;
}

/// The TPDU that a parameter carries, and as what; empty: none.
Octets tpdu_of(const MapParameter& parameter, tp::Carrier& carrier) {
  return std::visit(
      [&](const auto& record) -> Octets {
        using Record = std::remove_cvref_t<decltype(record)>;
        if constexpr (std::is_same_v<Record, map::ForwardSmRes>) {
          carrier = tp::Carrier::rp_ack;
          return record.sm_rp_ui.value_or(Octets{});
        } else if constexpr (requires { record.sm_rp_ui; }) {
          carrier = tp::Carrier::rp_data;
          return record.sm_rp_ui;
        } else if constexpr (requires { record.diagnostic_info; }) {
          carrier = tp::Carrier::rp_error;
          return record.diagnostic_info.value_or(Octets{});
        } else {
          return {};
        }
      },
      parameter);
}

bool read_parameters(const KnownDialogue& known, NetworkMessage& out) {
  out.operation = known.asked;
  const std::size_t count = std::min(out.tcap.components.size(), NetworkMessage::kParametersMax);
  for (std::size_t i = 0; i < count; ++i) {
    const tcap::Component& component = out.tcap.components[i];
    const bool says_operation =
        component.code && component.type != tcap::ComponentType::return_error;
    if (i == 0 && says_operation) out.operation = map::operation_of(*component.code);
    if (!component.code || component.parameter.empty()) continue;
    out.parameters[i] = parameter_of(component.type, *component.code);
    std::visit(
        [&](auto& record) {
          if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(record)>, std::monostate>) {
            const ber::Error error = map::decode(component.parameter, record);
            if (out.map_error.code == ber::ErrorCode::none) out.map_error = error;
          }
        },
        out.parameters[i]);
  }
  return out.map_error.code == ber::ErrorCode::none;
}

}  // namespace

MapParameter parameter_of(tcap::ComponentType component, std::int32_t code) {
  if (component == tcap::ComponentType::return_error) {
    switch (code) {
#define RUNG_MAP_USER_ERROR(id, name, number, parameter) \
  case number:                                           \
    return map::parameter{};
#include "engine/wire/map_user_error.def"
#undef RUNG_MAP_USER_ERROR
      default: return {};
    }
  }
  const bool invoke = component == tcap::ComponentType::invoke;
  switch (code) {
#define RUNG_MAP_OPERATION(id, name, number, timer, argument, result) \
  case number:                                                        \
    return invoke ? MapParameter(map::argument{}) : MapParameter(map::result{});
#include "engine/wire/map_operation.def"
#undef RUNG_MAP_OPERATION
    default: return {};
  }
}

bool read_transaction(Octets unitdata, NetworkMessage& out) {
  out = {};
  out.sccp_error = sccp::decode(unitdata, out.sccp);
  if (out.sccp_error != sccp::Error::none) return false;
  out.tcap_error = tcap::decode(out.sccp.data, out.tcap);
  return out.tcap_error.code == ber::ErrorCode::none;
}

bool read_components(tp::Direction direction, const KnownDialogue& known, NetworkMessage& out) {
  out.context = known.context;
  if (!out.tcap.dialogue.application_context.empty()) {
    out.context = map::context_of(out.tcap.dialogue.application_context);
  }
  if (!read_parameters(known, out)) return false;
  tp::Carrier carrier{};
  out.tpdu = tpdu_of(out.parameters[0], carrier);
  out.has_tp = !out.tpdu.empty();
  if (out.has_tp) out.tp_error = tp::decode(out.tpdu, direction, carrier, out.tp);
  return out.tp_error == tp::Error::none;
}

bool read_network_message(Octets unitdata, tp::Direction direction, const KnownDialogue& known,
                          NetworkMessage& out) {
  return read_transaction(unitdata, out) && read_components(direction, known, out);
}

bool set_tpdu(Octets tpdu, MapParameter& parameter) {
  return std::visit(
      [&](auto& record) {
        if constexpr (requires { record.sm_rp_ui; }) {
          record.sm_rp_ui = tpdu;
          return true;
        } else if constexpr (requires { record.diagnostic_info; }) {
          record.diagnostic_info = tpdu;
          return true;
        } else {
          return false;
        }
      },
      parameter);
}

FieldValue network_field(Path path, const NetworkMessage& m, std::span<char> scratch) {
  const tcap::Component* component = m.component();
  switch (path) {
    case Path::sccp_called:
    case Path::sccp_called_ssn: return address_value(path, m.sccp.called, scratch);
    case Path::sccp_calling:
    case Path::sccp_calling_ssn: return address_value(path, m.sccp.calling, scratch);
    case Path::tcap_message: return number_value(static_cast<std::uint64_t>(m.tcap.type));
    case Path::tcap_abort_cause:
      if (!m.tcap.p_abort_cause) return {};
      return number_value(static_cast<std::uint64_t>(*m.tcap.p_abort_cause));
    case Path::map_context:
      return m.context ? number_value(static_cast<std::uint64_t>(m.context->name)) : FieldValue{};
    case Path::map_version: return number_value(m.context ? m.context->version : 1);
    case Path::map_component:
      if (component == nullptr) return {};
      return number_value(static_cast<std::uint64_t>(component->type));
    case Path::map_operation:
      if (!m.operation) return {};
      return number_value(static_cast<std::uint64_t>(*m.operation));
    case Path::map_error:
      if (component == nullptr || component->type != tcap::ComponentType::return_error ||
          !component->code) {
        return {};
      }
      return number_value(static_cast<std::uint64_t>(*component->code));
    case Path::map_parameter: return parameter_value(m);
    default: break;
  }
  FieldValue value;
  for (const MapParameter& parameter : m.parameters) {
    const bool found = std::visit(
        [&](const auto& record) {
          return visit_element(path, record, false, [&](const auto& member) {
            value = element_value(path, member, scratch);
          });
        },
        parameter);
    if (found && value.present) break;
  }
  return value;
}

bool set_element(Path path, std::uint64_t number, Octets octets, MapParameter& parameter) {
  bool fits = true;
  const bool found = std::visit(
      [&](auto& record) {
        return visit_element(path, record, true,
                             [&](auto& member) { fits = assign(path, number, octets, member); });
      },
      parameter);
  return found && fits;
}

void write_parameter(const MapParameter& parameter, tcap::Writer& writer) {
  std::visit(
      [&](const auto& record) {
        if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(record)>, std::monostate>) {
          map::write(writer.parameter(), record);
        }
      },
      parameter);
}

bool has_element(Path path, const MapParameter& parameter) {
  return std::visit(
      [&](const auto& record) { return visit_element(path, record, false, NoVisit{}); }, parameter);
}

}  // namespace rung
