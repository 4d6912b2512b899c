// The parts of a multipart body (RFC 2046 5.1.1), one after another and without copies.
//
//   --boundary CRLF  header lines CRLF  CRLF  body CRLF  --boundary ...  --boundary-- CRLF
#pragma once

#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung::sip {

struct Part {
  std::string_view media_type;  // without its parameters; text/plain where it names none
  Octets body;
};

class Parts {
 public:
  /// `content_type` is the value of the header around `body`; without a boundary there are no
  /// parts. Both must outlive the parts.
  Parts(std::string_view content_type, Octets body);

  /// False where the Content-Type names no boundary of 1 to 70 characters.
  [[nodiscard]] bool are_delimited() const { return !boundary_.empty(); }
  /// The next part; false behind the last one. One that nothing delimits reaches to the end.
  bool next(Part& out);

 private:
  [[nodiscard]] std::size_t delimiter(std::size_t from) const;

  std::string_view boundary_;
  std::string_view text_;
  std::size_t at_ = std::string_view::npos;  // of the delimiter line before the next part
};

/// True for a Content-Type of multipart/mixed, in any case.
bool is_multipart(std::string_view content_type);

}  // namespace rung::sip
