#include "engine/wire/multipart.hpp"

#include <algorithm>

#include "engine/wire/sip_header.hpp"
#include "engine/wire/sip_value.hpp"

namespace rung::sip {
namespace {

constexpr std::size_t kNpos = std::string_view::npos;
constexpr std::size_t kBoundarySizeMax = 70;  // RFC 2046 5.1.1
constexpr std::size_t kPartHeadersMax = 16;

std::string_view boundary_of(std::string_view content_type) {
  const std::size_t semicolon = content_type.find(';');
  if (semicolon == kNpos) return {};
  const std::string_view boundary =
      find_parameter(content_type.substr(semicolon + 1), "boundary").value;
  return boundary.size() <= kBoundarySizeMax ? boundary : std::string_view{};
}

/// RFC 2046 5.1.1: the line end before a delimiter is the delimiter's.
std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// Takes the header lines and the empty one behind them off the front of a part.
void take_headers(std::string_view& part, std::string_view& type) {
  for (std::size_t i = 0; i <= kPartHeadersMax && !part.empty(); ++i) {
    const std::size_t end = std::min(part.find('\n'), part.size());
    const std::string_view line = trim(part.substr(0, end));
    part.remove_prefix(std::min(end + 1, part.size()));
    if (line.empty()) return;
    const std::size_t colon = line.find(':');
    if (colon != kNpos && header_by_name(trim(line.substr(0, colon))) == Header::content_type)
      type = media_type(trim(line.substr(colon + 1)));
  }
  part = {};
}

}  // namespace

Parts::Parts(std::string_view content_type, Octets body)
    : boundary_(boundary_of(content_type)), text_(as_text(body)) {
  if (!boundary_.empty()) at_ = delimiter(0);
}

/// Where the next line of "--boundary" begins.
std::size_t Parts::delimiter(std::size_t from) const {
  for (std::size_t at = text_.find("--", from); at != kNpos; at = text_.find("--", at + 1)) {
    const bool begins_line = at == 0 || text_[at - 1] == '\n';
    if (begins_line && text_.substr(at + 2).starts_with(boundary_)) return at;
  }
  return kNpos;
}

bool Parts::next(Part& out) {
  if (at_ == kNpos) return false;
  const std::size_t line_end = text_.find('\n', at_);
  const bool is_last = text_.substr(at_ + 2 + boundary_.size()).starts_with("--");
  const std::size_t first = line_end + 1;
  at_ = is_last || line_end == kNpos ? kNpos : delimiter(line_end);
  if (is_last || line_end == kNpos) return false;
  std::string_view part = text_.substr(first, at_ == kNpos ? kNpos : at_ - first);
  part = without_line_end(part);
  out.media_type = "text/plain";
  take_headers(part, out.media_type);
  out.body = as_octets(part);
  return true;
}

bool is_multipart(std::string_view content_type) {
  return iequals(media_type(content_type), "multipart/mixed");
}

}  // namespace rung::sip
