// MAP (TS 29.002, GSM 09.02) by its numbers and names: application contexts, operations and user
// errors. Their parameters are in map_parameter.hpp, the TCAP messages around them in tcap.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung::map {

/// Versions 1 to 3; of a dialogue without a dialogue portion it is 1.
using Version = std::uint8_t;
inline constexpr Version kVersionMax = 3;

enum class ContextName : std::uint8_t {
#define RUNG_MAP_CONTEXT(id, name, number, first, last) id = number,
#include "engine/wire/map_context.def"
#undef RUNG_MAP_CONTEXT
};

/// An application context: {map-ac name version}.
struct ApplicationContext {
  ContextName name{};
  Version version = kVersionMax;
  bool operator==(const ApplicationContext&) const = default;
};

inline constexpr std::size_t kApplicationContextSize = 7;
/// Contents of the object identifier on the wire.
using ApplicationContextOctets = std::array<std::uint8_t, kApplicationContextSize>;
ApplicationContextOctets octets_of(ApplicationContext context);
/// None for what is no application context of map_context.def in a version it has.
std::optional<ApplicationContext> context_of(Octets object_identifier);

enum class Operation : std::uint8_t {
#define RUNG_MAP_OPERATION(id, name, code, timer, argument, result) id = code,
#include "engine/wire/map_operation.def"
#undef RUNG_MAP_OPERATION
};
/// None where map_operation.def has no such code.
std::optional<Operation> operation_of(std::int32_t code);

/// How long the answer to an operation may take, by TS 29.002 17.1.2.
enum class OperationTimer : std::uint8_t {
  s,  // 3 to 10 s
  m,  // 15 to 30 s
  ml  // 1 to 10 min
};
OperationTimer timer_of(Operation operation);

enum class UserError : std::uint8_t {
#define RUNG_MAP_USER_ERROR(id, name, code, parameter) id = code,
#include "engine/wire/map_user_error.def"
#undef RUNG_MAP_USER_ERROR
};
/// None where map_user_error.def has no such code.
std::optional<UserError> user_error_of(std::int32_t code);

/// The clause's spelling: "shortMsgGateway", "sendRoutingInfoForSM", "absentSubscriberSM";
/// "unknown" for a value that is in no table.
std::string_view to_string(ContextName name);
std::string_view to_string(Operation operation);
std::string_view to_string(UserError error);

}  // namespace rung::map
