#include "engine/wire/m3ua.hpp"

namespace rung::m3ua {

std::string_view to_string(Type type) {
  switch (type) {
#define RUNG_M3UA_MESSAGE(id, value, name) \
  case Type::id:                           \
    return name;
#include "engine/wire/m3ua_message.def"
#undef RUNG_M3UA_MESSAGE
  }
  return "unknown";
}

std::string_view to_string(Parameter parameter) {
  constexpr std::string_view names[] = {
#define RUNG_M3UA_PARAMETER(id, tag, size, name) name,
#include "engine/wire/m3ua_parameter.def"
#undef RUNG_M3UA_PARAMETER
  };
  return names[static_cast<std::size_t>(parameter)];
}

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::none: return "none";
    case ErrorCode::invalid_version: return "Invalid Version";
    case ErrorCode::unsupported_message_class: return "Unsupported Message Class";
    case ErrorCode::unsupported_message_type: return "Unsupported Message Type";
    case ErrorCode::unsupported_traffic_mode: return "Unsupported Traffic Mode Type";
    case ErrorCode::unexpected_message: return "Unexpected Message";
    case ErrorCode::protocol_error: return "Protocol Error";
    case ErrorCode::invalid_stream: return "Invalid Stream Identifier";
    case ErrorCode::refused_management_blocking: return "Refused - Management Blocking";
    case ErrorCode::asp_identifier_required: return "ASP Identifier Required";
    case ErrorCode::invalid_asp_identifier: return "Invalid ASP Identifier";
    case ErrorCode::invalid_parameter_value: return "Invalid Parameter Value";
    case ErrorCode::parameter_field_error: return "Parameter Field Error";
    case ErrorCode::unexpected_parameter: return "Unexpected Parameter";
    case ErrorCode::destination_status_unknown: return "Destination Status Unknown";
    case ErrorCode::invalid_network_appearance: return "Invalid Network Appearance";
    case ErrorCode::missing_parameter: return "Missing Parameter";
    case ErrorCode::invalid_routing_context: return "Invalid Routing Context";
    case ErrorCode::no_configured_as: return "No Configured AS for ASP";
  }
  return "unknown";
}

std::string_view to_string(Error error) {
  switch (error) {
    case Error::none: return "none";
    case Error::too_short: return "fewer octets than the common header";
    case Error::version: return "version other than 1";
    case Error::length: return "message length disagrees with the octets";
    case Error::message_class: return "message class not in RFC 4666";
    case Error::message_type: return "message type not in its class";
    case Error::parameter_length: return "parameter length wrong";
    case Error::unexpected_parameter: return "parameter not of this message, or there twice";
    case Error::missing_parameter: return "mandatory parameter missing";
  }
  return "unknown";
}

ErrorCode error_code(Error error) {
  switch (error) {
    case Error::none:
    case Error::too_short: return ErrorCode::none;
    case Error::version: return ErrorCode::invalid_version;
    case Error::length: return ErrorCode::protocol_error;
    case Error::message_class: return ErrorCode::unsupported_message_class;
    case Error::message_type: return ErrorCode::unsupported_message_type;
    case Error::parameter_length: return ErrorCode::parameter_field_error;
    case Error::unexpected_parameter: return ErrorCode::unexpected_parameter;
    case Error::missing_parameter: return ErrorCode::missing_parameter;
  }
  return ErrorCode::protocol_error;
}

}  // namespace rung::m3ua
