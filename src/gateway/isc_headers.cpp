#include "gateway/isc_headers.hpp"

#include "engine/wire/sip_value.hpp"

namespace rung::gateway {

void put_route(Writer& out, std::string_view uri) {
  sip::Uri parsed;
  const bool loose =
      sip::parse_uri(uri, parsed) && sip::find_parameter(parsed.parameters, "lr").present;
  out.text("Route: <");
  out.text(uri);
  out.text(loose ? ">\r\n" : ";lr>\r\n");
}

void put_charging_vector(Writer& out, CallId call, std::uint32_t salt, std::string_view domain) {
  out.text("P-Charging-Vector: icid-value=\"");
  put_call_id(out, call, salt, domain);
  out.text("\";orig-ioi=\"Type 3");
  out.text(domain);
  out.text("\"\r\n");
}

}  // namespace rung::gateway
