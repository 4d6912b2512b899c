// The feature tags of SMS over IP in Contact parameters (TS 24.341 A.2, A.3).
#pragma once

#include <string_view>

#include "engine/wire/sip_value.hpp"

namespace rung::gateway {

/// The tag alone or ="TRUE" (RFC 3840 9). The lookup is by the whole name, so that
/// +g.3gpp.smsip-msisdn-less is not taken for +g.3gpp.smsip.
inline bool has_feature_tag(std::string_view parameters, std::string_view name) {
  const sip::Parameter tag = sip::find_parameter(parameters, name);
  return tag.present && (tag.value.empty() || sip::iequals(tag.value, "TRUE"));
}
inline bool takes_sms(std::string_view parameters) {
  return has_feature_tag(parameters, "+g.3gpp.smsip");
}
inline bool is_msisdn_less(std::string_view parameters) {
  return has_feature_tag(parameters, "+g.3gpp.smsip-msisdn-less");
}

}  // namespace rung::gateway
