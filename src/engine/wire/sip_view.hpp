// A view over one SIP message in its receive buffer (RFC 3261 7 and 25.1): one pass, no copy, no
// allocation. The view and every span it hands out live as long as the buffer does.
//
//   Request  = Method SP Request-URI SP "SIP/2.0" CRLF *( header CRLF ) CRLF [ body ]
//   Response = "SIP/2.0" SP Status-Code SP Reason CRLF *( header CRLF ) CRLF [ body ]
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/wire/sip_header.hpp"
#include "engine/wire/sip_value.hpp"

namespace rung::sip {

enum class Error : std::uint8_t {
  none = 0,
  empty,                    // nothing but CRLF: a keep-alive
  start_line,               // neither a request line nor a status line
  version,                  // not SIP/2.0
  status_code,              // not 100..699
  header_syntax,            // a header line without a colon or with a bad name
  too_many_headers,         // more than kHeadersMax
  no_end_of_headers,        // the blank line never comes
  content_length_syntax,    // not a number, or two that differ
  content_length_too_large  // more than the datagram holds
};
std::string_view to_string(Error error);

/// Header fields one message may have.
inline constexpr std::size_t kHeadersMax = 96;

struct HeaderField {
  std::uint32_t name_offset;
  std::uint16_t name_size;
  std::uint16_t value_size;  // after trimming
  std::uint32_t value_offset;
  Header header;
  bool folded;  // the value contains a line fold (RFC 3261 7.3.1)
};

class View {
 public:
  View() {}  // NOLINT: user-provided, so that View{} does not clear the fields

  [[nodiscard]] bool is_request() const { return status_ == 0; }
  [[nodiscard]] Method method() const { return method_; }  // of the request line; other: responses
  [[nodiscard]] std::string_view method_text() const { return method_text_; }
  [[nodiscard]] std::string_view request_uri() const { return request_uri_; }
  [[nodiscard]] std::uint16_t status() const { return status_; }  // 0 for requests
  [[nodiscard]] std::string_view reason() const { return reason_; }

  /// Value of the first field of that name, trimmed; empty when absent (see has()).
  [[nodiscard]] std::string_view header(Header header) const;
  [[nodiscard]] bool has(Header header) const { return first_[index(header)] != 0; }
  /// Number of header fields of that name (fields, not comma-separated values).
  [[nodiscard]] std::size_t count(Header header) const;
  [[nodiscard]] std::span<const HeaderField> fields() const {
    return {fields_.data(), field_count_};
  }
  [[nodiscard]] std::string_view name(const HeaderField& field) const;
  [[nodiscard]] std::string_view value(const HeaderField& field) const;

  /// The body: Content-Length octets, or the rest of the datagram where the header is absent
  /// (RFC 3261 18.3). Octets beyond Content-Length are in trailing().
  [[nodiscard]] Octets body() const { return body_; }
  [[nodiscard]] Octets trailing() const { return trailing_; }
  [[nodiscard]] Octets octets() const { return octets_; }

 private:
  friend class Parser;
  static constexpr std::size_t index(Header h) { return static_cast<std::size_t>(h); }

  Octets octets_;
  Octets body_;
  Octets trailing_;
  std::string_view method_text_;
  std::string_view request_uri_;
  std::string_view reason_;
  std::uint16_t status_ = 0;
  Method method_ = Method::other;
  std::uint16_t field_count_ = 0;
  std::array<std::uint8_t, kHeaderCount + 1> first_{};  // 1 + index into fields_, 0: absent
  std::array<HeaderField, kHeadersMax> fields_;
};

/// Parses one datagram into `view`, which is overwritten. Error::none on success; after an error
/// the view holds nothing to rely on.
[[nodiscard]] Error parse(Octets octets, View& view);

/// Walks the comma-separated values of every field of one header (RFC 3261 7.3.1), quotes and angle
/// brackets respected. Only for headers whose grammar is a comma list.
class Values {
 public:
  Values(const View& view, Header header);
  /// The next value, trimmed; false at the end.
  bool next(std::string_view& value);

 private:
  const View* view_;
  Header header_;
  std::size_t field_ = 0;
  std::string_view rest_;
};

}  // namespace rung::sip
