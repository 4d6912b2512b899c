#include "engine/wire/sip_view.hpp"

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "engine/wire/sip_header_match.hpp"
#include "engine/wire/sip_lines.hpp"

namespace rung::sip {
namespace {

constexpr std::string_view kVersion = "SIP/2.0";

bool is_blank(std::uint8_t c) { return c <= ' ' && (c == ' ' || c == '\t'); }
bool is_space(std::uint8_t c) { return c <= ' ' && (is_blank(c) || c == '\r' || c == '\n'); }

/// `end`: up to where octets may be read.
bool is_token(std::string_view text, const std::uint8_t* end) {
  if (text.empty()) return false;
  const auto* at = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::size_t left = text.size(); left != 0;) {
    const std::size_t size = std::min(detail::kNameWindow, left);
    if (!detail::is_token(detail::load_window(at, end), size)) return false;
    at += size;
    left -= size;
  }
  return true;
}

/// A constant the compiler keeps instead of making it anew in every turn of a loop.
__m256i kept(char c) {
  __m256i all = _mm256_set1_epi8(c);
  asm("" : "+x"(all));
  return all;
}

/// Where a header line's name ends and its value lies.
struct Line {
  std::size_t name_size = 0;
  const std::uint8_t* value = nullptr;
  const std::uint8_t* value_end = nullptr;
  Header header = Header::other;
};

/// Any legal form of a header line [line, line_end): compact names, names outside the table, white
/// space before the colon (HCOLON, RFC 3261 25.1), folds. `out.header` comes in as what the whole
/// name before the colon matched. False when it is no header line.
[[gnu::noinline]] bool read_uncommon(const std::uint8_t* line, const std::uint8_t* line_end,
                                     const std::uint8_t* end, Line& out) {
  const std::string_view text = as_text({line, line_end});
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  out.name_size = colon;
  while (out.name_size > 0 && is_blank(line[out.name_size - 1])) --out.name_size;
  const std::string_view name = text.substr(0, out.name_size);
  if (!is_token(name, end)) return false;
  if (name.size() == 1 || name.size() != colon) out.header = header_by_name(name);
  out.value = line + colon + 1;
  out.value_end = line_end;
  while (out.value < line_end && is_space(*out.value)) ++out.value;
  while (out.value < out.value_end && is_space(out.value_end[-1])) --out.value_end;
  return out.value_end - out.value <= 0xffff && out.name_size <= 0xffff;
}

}  // namespace

/// Fills one View. Lines arrive without their CRLF.
class Parser {
 public:
  Parser(View& view, Octets octets)
      : view_(view), begin_(octets.data()), end_(octets.data() + octets.size()) {
    view.octets_ = octets;
    view.status_ = 0;
    view.method_ = Method::other;
    view.field_count_ = 0;
    view.first_.fill(0);
  }

  Error run();

 private:
  Error start_line(std::string_view line);
  Error status_line(std::string_view line);
  Error request_line(std::string_view line);
  Error header_fields(const std::uint8_t* base, std::span<const std::uint16_t> line_ends,
                      const std::uint8_t*& line_start, const std::uint8_t*& body_start);
  Error body(const std::uint8_t* start);
  Error content_length(std::uint32_t& size) const;

  View& view_;
  const std::uint8_t* begin_;
  const std::uint8_t* end_;
  bool folded_ = false;  // the line being read goes on in the next chunk
};

Error Parser::run() {
  const std::uint8_t* line = begin_;
  // RFC 3261 7.5: CRLF before the start line is ignored.
  while (line < end_ && (*line == '\r' || *line == '\n')) ++line;
  if (line == end_) return Error::empty;
  Lines lines(line, end_);
  bool started = false;
  while (lines.read_chunk()) {
    const std::uint16_t* at = lines.first();
    if (!started) [[likely]] {
      const std::uint8_t* lf = lines.base() + *at++;
      const Error error = start_line(as_text({line, lf - (lf[-1] == '\r' ? 1 : 0)}));
      if (error != Error::none) return error;
      started = true;
      line = lf + 1;
    }
    const std::uint8_t* body_start = nullptr;
    const Error error = header_fields(lines.base(), {at, lines.last()}, line, body_start);
    if (error != Error::none) return error;
    if (body_start != nullptr) return body(body_start);
  }
  return started ? Error::no_end_of_headers : Error::start_line;
}

Error Parser::start_line(std::string_view line) {
  if (line.size() > kVersion.size() && line[kVersion.size()] == ' ' &&
      iequals(line.substr(0, kVersion.size()), kVersion)) {
    return status_line(line.substr(kVersion.size() + 1));
  }
  return request_line(line);
}

/// `line` is Status-Code SP Reason-Phrase; the phrase may be empty, its SP may not.
Error Parser::status_line(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return Error::start_line;
  std::uint32_t status = 0;
  if (space != 3 || !parse_u32(line.substr(0, space), status)) return Error::status_code;
  if (status < 100 || status > 699) return Error::status_code;
  view_.status_ = static_cast<std::uint16_t>(status);
  view_.reason_ = line.substr(space + 1);
  view_.method_text_ = {};
  view_.request_uri_ = {};
  return Error::none;
}

Error Parser::request_line(std::string_view line) {
  const std::size_t method_end = line.find(' ');
  if (method_end == std::string_view::npos) return Error::start_line;
  const std::size_t uri_end = line.find(' ', method_end + 1);
  if (uri_end == std::string_view::npos || uri_end == method_end + 1) return Error::start_line;
  const std::string_view method = line.substr(0, method_end);
  const std::string_view version = line.substr(uri_end + 1);
  if (version != kVersion && !iequals(version, kVersion)) {
    const bool sip = iequals(version.substr(0, 4), "SIP/");
    return sip && version.find(' ') == std::string_view::npos ? Error::version : Error::start_line;
  }
  view_.method_text_ = method;
  view_.method_ = method_by_name(method);
  if (view_.method_ == Method::other && !is_token(method, end_)) return Error::start_line;
  view_.request_uri_ = line.substr(method_end + 1, uri_end - method_end - 1);
  view_.reason_ = {};
  return Error::none;
}

/// Reads the header fields whose lines end at base + line_ends[i], the first beginning at `line`;
/// `line` is left at the first one not read, `body_start` behind the blank line if that was among
/// them. The common form, a name of the table, ": ", a value without white space at its ends, CRLF,
/// is read here with a fixed number of steps; every other form by read_uncommon().
Error Parser::header_fields(const std::uint8_t* base, std::span<const std::uint16_t> line_ends,
                            const std::uint8_t*& line_start, const std::uint8_t*& body_start) {
  const std::uint8_t* const begin = begin_;
  const std::uint8_t* const end = end_;
  const __m256i colon = kept(':');
  const __m256i cr = kept('\r');
  const __m256i case_bit = kept(0x20);
  const std::uint8_t* line = line_start;
  std::size_t count = view_.field_count_;
  bool folded = folded_;
  for (const std::uint16_t line_end : line_ends) {
    const std::uint8_t* const lf = base + line_end;
    if (lf - line < 2 && (lf == line || *line == '\r')) {
      body_start = lf + 1;
      break;
    }
    if (lf + 1 < end && is_blank(lf[1])) [[unlikely]] {  // the value goes on (RFC 3261 7.3.1)
      folded = true;
      continue;
    }
    if (count == kHeadersMax) [[unlikely]]
      return Error::too_many_headers;

    const __m256i window = detail::load_window(line, end);
    const __m256i stop =
        _mm256_or_si256(_mm256_cmpeq_epi8(window, colon), _mm256_cmpeq_epi8(window, cr));
    std::size_t name_size = _tzcnt_u32(static_cast<std::uint32_t>(_mm256_movemask_epi8(stop)));
    Header header = detail::match_long_name(_mm256_or_si256(window, case_bit), name_size);
    const std::uint8_t* value = line + name_size + 2;
    const std::uint8_t* value_end = lf - 1;
    // A name of the table holds no LF, so its colon lies in this line, and so do the octets below.
    if (header == Header::other || value[-1] != ' ' || *value <= ' ' || lf[-1] != '\r' ||
        lf[-2] <= ' ' || lf - line > 0xffff) [[unlikely]] {
      Line read;
      read.header = header;
      if (!read_uncommon(line, lf, end, read)) return Error::header_syntax;
      name_size = read.name_size;
      value = read.value;
      value_end = read.value_end;
      header = read.header;
      folded = folded && std::find(value, value_end, '\n') != value_end;
    }
    HeaderField& field = view_.fields_[count++];
    field.name_offset = static_cast<std::uint32_t>(line - begin);
    field.name_size = static_cast<std::uint16_t>(name_size);
    field.value_size = static_cast<std::uint16_t>(value_end - value);
    field.value_offset = static_cast<std::uint32_t>(value - begin);
    field.header = header;
    field.folded = folded;
    std::uint8_t& first = view_.first_[View::index(header)];
    first = first != 0 ? first : static_cast<std::uint8_t>(count);
    folded = false;
    line = lf + 1;
  }
  view_.field_count_ = static_cast<std::uint16_t>(count);
  line_start = line;
  folded_ = folded;
  return Error::none;
}

/// RFC 3261 18.3: Content-Length bounds the body; without it the datagram does.
Error Parser::body(const std::uint8_t* start) {
  const Octets rest{start, end_};
  view_.body_ = rest;
  view_.trailing_ = {};
  if (!view_.has(Header::content_length)) return Error::none;
  std::uint32_t size = 0;
  const Error error = content_length(size);
  if (error != Error::none) return error;
  if (size > rest.size()) return Error::content_length_too_large;
  view_.body_ = rest.first(size);
  view_.trailing_ = rest.subspan(size);
  return Error::none;
}

/// Repeated fields must agree.
Error Parser::content_length(std::uint32_t& size) const {
  if (!parse_u32(view_.header(Header::content_length), size)) return Error::content_length_syntax;
  const auto later = view_.fields().subspan(view_.first_[View::index(Header::content_length)]);
  for (const HeaderField& field : later) {
    std::uint32_t other = 0;
    if (field.header != Header::content_length) continue;
    if (!parse_u32(view_.value(field), other) || other != size) return Error::content_length_syntax;
  }
  return Error::none;
}

Error parse(Octets octets, View& view) { return Parser(view, octets).run(); }

std::string_view to_string(Error error) {
  switch (error) {
    case Error::none: return "no error";
    case Error::empty: return "no message, only CRLF";
    case Error::start_line: return "neither a request line nor a status line";
    case Error::version: return "version is not SIP/2.0";
    case Error::status_code: return "status code is not 100..699";
    case Error::header_syntax: return "malformed header field";
    case Error::too_many_headers: return "too many header fields";
    case Error::no_end_of_headers: return "header fields do not end";
    case Error::content_length_syntax: return "Content-Length is no number, or two differ";
    case Error::content_length_too_large: return "Content-Length is larger than the datagram";
  }
  return "unknown error";
}

std::string_view View::name(const HeaderField& field) const {
  return as_text(octets_.subspan(field.name_offset, field.name_size));
}

std::string_view View::value(const HeaderField& field) const {
  return as_text(octets_.subspan(field.value_offset, field.value_size));
}

std::string_view View::header(Header header) const {
  const std::uint8_t first = first_[index(header)];
  return first == 0 ? std::string_view{} : value(fields_[first - 1U]);
}

std::size_t View::count(Header header) const {
  std::size_t n = 0;
  if (!has(header)) return 0;
  for (const HeaderField& field : fields()) n += field.header == header ? 1 : 0;
  return n;
}

Values::Values(const View& view, Header header) : view_(&view), header_(header) {}

bool Values::next(std::string_view& value) {
  const auto fields = view_->fields();
  while (true) {
    while (!rest_.empty()) {
      value = take_element(rest_, ',', true);
      if (!value.empty()) return true;
    }
    while (field_ < fields.size() && fields[field_].header != header_) ++field_;
    if (field_ == fields.size()) return false;
    rest_ = view_->value(fields[field_++]);
  }
}

}  // namespace rung::sip
