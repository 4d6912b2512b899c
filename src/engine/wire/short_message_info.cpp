#include "engine/wire/short_message_info.hpp"

#include <array>

#include "engine/wire/sip_value.hpp"
#include "engine/wire/xml_scanner.hpp"

namespace rung {
namespace {

constexpr std::string_view kRoot = "short-message-info";
constexpr std::string_view kCorrelationId = "Correlation-ID";

struct Element {
  std::string_view name;
  std::size_t depth;  // open elements with it
  std::string_view ShortMessageInfo::*value;
  bool is_uri;
};
constexpr std::array<Element, 7> kElements = {{
    {"To", 2, &ShortMessageInfo::to, true},
    {"From", 2, &ShortMessageInfo::from, true},
    {kCorrelationId, 2, nullptr, false},
    {"Sender", 3, &ShortMessageInfo::sender, true},
    {"Receiver", 3, &ShortMessageInfo::receiver, true},
    {"HLR-ID", 3, &ShortMessageInfo::hlr_id, false},
    {"Delivery-Outcome", 2, &ShortMessageInfo::outcome, false},
}};

bool is_sip_uri(std::string_view text) {
  sip::Uri uri;
  return sip::parse_uri(text, uri) && !uri.host.empty() &&
         (sip::iequals(uri.scheme, "sip") || sip::iequals(uri.scheme, "sips"));
}

class InfoReader {
 public:
  InfoReader(std::string_view document, ShortMessageInfo& out) : scanner_(document), out_(out) {}

  InfoError read() {
    for (;;) {
      switch (scanner_.next()) {
        case XmlScanner::Token::error: return InfoError::xml;
        case XmlScanner::Token::done: return ended();
        case XmlScanner::Token::start:
          if (scanner_.depth() == 1 && scanner_.name() != kRoot) return InfoError::root;
          start();
          break;
        case XmlScanner::Token::text: text(); break;
        case XmlScanner::Token::end: end(); break;
      }
    }
  }

 private:
  /// The element of the clause that has just been opened; none inside of others.
  void start() {
    current_ = nullptr;
    const std::size_t depth = scanner_.depth();
    if (depth == 2) in_correlation_ = scanner_.name() == kCorrelationId;
    for (std::size_t i = 0; i < kElements.size(); ++i) {
      const Element& e = kElements[i];
      if (e.depth != depth || e.name != scanner_.name()) continue;
      if (depth == 3 && !in_correlation_) continue;
      if (seen_[i]) twice_ = true;
      seen_[i] = true;
      current_ = &e;
    }
  }

  void text() {
    if (current_ == nullptr || current_->value == nullptr) return;
    if (scanner_.depth() == current_->depth) out_.*current_->value = sip::trim(scanner_.text());
  }

  void end() { current_ = nullptr; }

  [[nodiscard]] InfoError ended() const {
    if (twice_) return InfoError::twice;
    bool any = false;
    for (std::size_t i = 0; i < kElements.size(); ++i) {
      const Element& e = kElements[i];
      if (e.depth == 2) any = any || seen_[i];
      const bool due = e.depth == 3 && seen_[kCorrelation];
      if (due && !seen_[i]) return InfoError::incomplete;
      if (!seen_[i] || e.value == nullptr) continue;
      if (e.is_uri && !is_sip_uri(out_.*e.value)) return InfoError::no_sip_uri;
      if ((out_.*e.value).empty()) return InfoError::incomplete;
    }
    return any ? InfoError::none : InfoError::incomplete;
  }

  static constexpr std::size_t kCorrelation = 2;
  static_assert(kElements[kCorrelation].name == kCorrelationId);

  XmlScanner scanner_;
  ShortMessageInfo& out_;
  const Element* current_ = nullptr;
  std::array<bool, kElements.size()> seen_{};
  bool in_correlation_ = false;
  bool twice_ = false;
};

}  // namespace

InfoError read_short_message_info(std::string_view document, ShortMessageInfo& out) {
  out = {};
  return InfoReader(document, out).read();
}

}  // namespace rung
