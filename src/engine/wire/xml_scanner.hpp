// XmlScanner: the elements, attributes and text of a small XML document (XML 1.0), one token at a
// time, without copies and without recursion. It reads what reginfo and service-info need: elements
// that close in order, attributes in quotes, character data, CDATA. Comments and processing
// instructions are skipped. A DOCTYPE is an error, so nobody's entities are ever expanded.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace rung {

/// Elements one inside another; a deeper document is an error.
inline constexpr std::size_t kXmlDepthMax = 16;

class XmlScanner {
 public:
  enum class Token : std::uint8_t {
    start,  // <name attributes>; an empty element gives start and then end
    end,    // </name>
    text,   // character data between tags, or one CDATA section
    done,   // the document ended well
    error,  // it is no document this scanner reads; stays so
  };

  /// The document must outlive the scanner and what it hands out.
  explicit XmlScanner(std::string_view document) : rest_(document) {}

  Token next();
  /// Of start and end: the name without its prefix.
  [[nodiscard]] std::string_view name() const { return name_; }
  /// Of start: the attribute's value as written, between its quotes; empty when there is none.
  [[nodiscard]] std::string_view attribute(std::string_view name) const;
  /// Of text: as written; is_literal() when it came from CDATA and holds no references.
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] bool is_literal() const { return literal_; }
  /// Open elements, the one just started included.
  [[nodiscard]] std::size_t depth() const { return depth_; }

 private:
  Token fail();
  Token markup();
  Token start_tag();
  Token end_tag();
  Token close();
  bool skip_past(std::string_view mark);
  bool take_attributes();
  bool take_attribute(std::string_view& from, std::string_view& name,
                      std::string_view& value) const;

  std::string_view rest_;
  std::string_view name_;
  std::string_view attributes_;
  std::string_view text_;
  std::array<std::string_view, kXmlDepthMax> open_;  // names with their prefixes
  std::size_t depth_ = 0;
  bool empty_element_ = false;
  bool seen_root_ = false;
  bool failed_ = false;
  bool literal_ = false;
};

/// Writes `text` with its references (&amp; &lt; &gt; &quot; &apos; &#38; &#x26;) replaced, UTF-8,
/// and returns what was written; empty when there is an unknown reference or it does not fit.
std::string_view xml_unescape(std::string_view text, MutableOctets out);

}  // namespace rung
