#include "gateway/reginfo.hpp"

#include "engine/wire/sip_value.hpp"
#include "engine/wire/xml_scanner.hpp"

namespace rung::gateway {
namespace {

using Token = XmlScanner::Token;

constexpr std::size_t kRegistrationDepth = 2;
constexpr std::size_t kContactDepth = 3;
constexpr std::size_t kParameterDepth = 4;

class ReginfoReader {
 public:
  ReginfoReader(std::string_view document, Reginfo& out) : scanner_(document), out_(out) {}

  ReginfoError read() {
    out_.registration_count = 0;
    out_.contact_count = 0;
    bool seen_root = false;
    while (error_ == ReginfoError::none) {
      switch (scanner_.next()) {
        case Token::done: return seen_root ? ReginfoError::none : ReginfoError::syntax;
        case Token::error: return ReginfoError::syntax;
        case Token::start:
          if (scanner_.depth() == 1) read_root();
          seen_root = true;
          on_start();
          break;
        case Token::text: on_text(); break;
        case Token::end: on_end(); break;
      }
    }
    return error_;
  }

 private:
  void read_root() {
    const std::string_view state = scanner_.attribute("state");
    out_.full = state == "full";
    const bool known_state = out_.full || state == "partial";
    const bool ok = scanner_.name() == "reginfo" && known_state &&
                    sip::parse_u32(scanner_.attribute("version"), out_.version);
    if (!ok) error_ = ReginfoError::syntax;
  }

  void on_start() {
    const std::string_view name = scanner_.name();
    if (scanner_.depth() == kRegistrationDepth && name == "registration")
      return start_registration();
    if (scanner_.depth() == kContactDepth && name == "contact" && registration_ != nullptr) {
      return start_contact();
    }
    if (scanner_.depth() != kParameterDepth || contact_ == nullptr) return;
    if (name == "uri") text_of_ = &contact_->uri;
    if (name != "unknown-param") return;
    parameter_ = decoded(scanner_.attribute("name"));
    value_ = {};
    text_of_ = &value_;
  }

  void start_registration() {
    if (out_.registration_count == kReginfoRegistrationsMax) return too_large();
    registration_ = &out_.registrations[out_.registration_count++];
    *registration_ = {.aor = decoded(scanner_.attribute("aor")),
                      .id = decoded(scanner_.attribute("id")),
                      .active = scanner_.attribute("state") == "active",
                      .first_contact = out_.contact_count,
                      .contact_count = 0};
    if (registration_->aor.empty() || registration_->id.empty()) error_ = ReginfoError::syntax;
  }

  void start_contact() {
    if (out_.contact_count == kReginfoContactsMax) return too_large();
    contact_ = &out_.contacts[out_.contact_count++];
    ++registration_->contact_count;
    const std::string_view event = scanner_.attribute("event");
    *contact_ = {};
    contact_->id = decoded(scanner_.attribute("id"));
    contact_->active = scanner_.attribute("state") == "active";
    contact_->came = event == "registered" || event == "created" || event == "refreshed";
    if (contact_->id.empty()) error_ = ReginfoError::syntax;
  }

  /// Comments and CDATA cut text into pieces; a URI or "TRUE" comes in one.
  void on_text() {
    if (text_of_ == nullptr || scanner_.depth() != kParameterDepth) return;
    const std::string_view text = sip::trim(scanner_.text());
    if (!text.empty()) *text_of_ = scanner_.is_literal() ? text : decoded(text);
  }

  void on_end() {
    const std::size_t closed = scanner_.depth() + 1;
    if (closed == kParameterDepth) {
      if (text_of_ == &value_) take_parameter();
      text_of_ = nullptr;
    }
    if (closed == kContactDepth) contact_ = nullptr;
    if (closed == kRegistrationDepth) registration_ = nullptr;
  }

  /// RFC 3840 9: a feature tag stands alone or says "TRUE".
  void take_parameter() {
    std::string_view value = value_;
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (!value.empty() && !sip::iequals(value, "TRUE")) return;
    if (sip::iequals(parameter_, "+g.3gpp.smsip")) contact_->smsip = true;
    if (sip::iequals(parameter_, "+g.3gpp.smsip-msisdn-less")) contact_->smsip_msisdn_less = true;
  }

  std::string_view decoded(std::string_view text) {
    if (text.find('&') == std::string_view::npos) return text;
    const MutableOctets room = MutableOctets(out_.scratch).subspan(scratch_used_);
    if (text.size() > room.size()) {
      too_large();
      return {};
    }
    const std::string_view plain = xml_unescape(text, room);
    if (plain.empty()) error_ = ReginfoError::syntax;
    scratch_used_ += plain.size();
    return plain;
  }
  void too_large() {
    if (error_ == ReginfoError::none) error_ = ReginfoError::too_large;
  }

  XmlScanner scanner_;
  Reginfo& out_;
  ReginfoError error_ = ReginfoError::none;
  ReginfoRegistration* registration_ = nullptr;
  ReginfoContact* contact_ = nullptr;
  std::string_view* text_of_ = nullptr;
  std::string_view parameter_;
  std::string_view value_;
  std::size_t scratch_used_ = 0;
};

}  // namespace

ReginfoError parse_reginfo(std::string_view document, Reginfo& out) {
  return ReginfoReader(document, out).read();
}

}  // namespace rung::gateway
