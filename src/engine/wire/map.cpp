#include "engine/wire/map.hpp"

#include <algorithm>

namespace rung::map {
namespace {

/// map-ac: {0 4 0 0 1 0}; name and version follow.
constexpr std::uint8_t kMapAc[] = {0x04, 0x00, 0x00, 0x01, 0x00};

bool has_version(ContextName context, Version version) {
  switch (context) {
#define RUNG_MAP_CONTEXT(id, name, number, first, last) \
  case ContextName::id:                                 \
    return version >= (first) && version <= (last);
#include "engine/wire/map_context.def"
#undef RUNG_MAP_CONTEXT
  }
  return false;
}

}  // namespace

ApplicationContextOctets octets_of(ApplicationContext context) {
  ApplicationContextOctets octets{};
  std::copy(std::begin(kMapAc), std::end(kMapAc), octets.begin());
  octets[5] = static_cast<std::uint8_t>(context.name);
  octets[6] = context.version;
  return octets;
}

std::optional<ApplicationContext> context_of(Octets object_identifier) {
  if (object_identifier.size() != kApplicationContextSize) return std::nullopt;
  if (!std::equal(std::begin(kMapAc), std::end(kMapAc), object_identifier.begin())) {
    return std::nullopt;
  }
  const ApplicationContext context{static_cast<ContextName>(object_identifier[5]),
                                   object_identifier[6]};
  if (!has_version(context.name, context.version)) return std::nullopt;
  return context;
}

std::optional<Operation> operation_of(std::int32_t code) {
  switch (code) {
#define RUNG_MAP_OPERATION(id, name, number, timer, argument, result) \
  case number:                                                        \
    return Operation::id;
#include "engine/wire/map_operation.def"
#undef RUNG_MAP_OPERATION
    default: return std::nullopt;
  }
}

OperationTimer timer_of(Operation operation) {
  switch (operation) {
#define RUNG_MAP_OPERATION(id, name, code, timer, argument, result) \
  case Operation::id:                                               \
    return OperationTimer::timer;
#include "engine/wire/map_operation.def"
#undef RUNG_MAP_OPERATION
  }
  return OperationTimer::m;
}

std::optional<UserError> user_error_of(std::int32_t code) {
  switch (code) {
#define RUNG_MAP_USER_ERROR(id, name, number, parameter) \
  case number:                                           \
    return UserError::id;
#include "engine/wire/map_user_error.def"
#undef RUNG_MAP_USER_ERROR
    default: return std::nullopt;
  }
}

std::string_view to_string(ContextName context) {
  switch (context) {
#define RUNG_MAP_CONTEXT(id, name, number, first, last) \
  case ContextName::id:                                 \
    return name;
#include "engine/wire/map_context.def"
#undef RUNG_MAP_CONTEXT
  }
  return "unknown";
}

std::string_view to_string(Operation operation) {
  switch (operation) {
#define RUNG_MAP_OPERATION(id, name, code, timer, argument, result) \
  case Operation::id:                                               \
    return name;
#include "engine/wire/map_operation.def"
#undef RUNG_MAP_OPERATION
  }
  return "unknown";
}

std::string_view to_string(UserError error) {
  switch (error) {
#define RUNG_MAP_USER_ERROR(id, name, code, parameter) \
  case UserError::id:                                  \
    return name;
#include "engine/wire/map_user_error.def"
#undef RUNG_MAP_USER_ERROR
  }
  return "unknown";
}

}  // namespace rung::map
