#include "engine/wire/sccp.hpp"

namespace rung::sccp {

std::string_view to_string(Type type) {
  switch (type) {
    case Type::udt: return "UDT";
    case Type::udts: return "UDTS";
    case Type::xudt: return "XUDT";
    case Type::xudts: return "XUDTS";
    case Type::ludt: return "LUDT";
    case Type::ludts: return "LUDTS";
  }
  return "unknown";
}

std::string_view to_string(Error error) {
  switch (error) {
    case Error::none: return "none";
    case Error::too_short: return "message ends inside its mandatory part";
    case Error::message_type: return "no connectionless message type";
    case Error::pointer: return "pointer past the end, or none to a mandatory part";
    case Error::address: return "called or calling address is malformed";
    case Error::user_data: return "no user data, or more than the message type carries";
    case Error::optional_part: return "optional part is malformed";
  }
  return "unknown";
}

std::string_view to_string(ReturnCause cause) {
  constexpr std::string_view names[] = {"no translation for an address of such nature",
                                        "no translation for this specific address",
                                        "subsystem congestion",
                                        "subsystem failure",
                                        "unequipped user",
                                        "MTP failure",
                                        "network congestion",
                                        "unqualified",
                                        "error in message transport",
                                        "error in local processing",
                                        "destination cannot perform reassembly",
                                        "SCCP failure",
                                        "hop counter violation",
                                        "segmentation not supported",
                                        "segmentation failure"};
  const auto index = static_cast<std::size_t>(cause);
  return index < std::size(names) ? names[index] : "reserved";
}

}  // namespace rung::sccp
