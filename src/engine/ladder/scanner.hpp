// Scanner: one line of a ladder or message file into tokens. `#` begins a comment where a token
// could begin; "..." quotes blanks, commas and brackets (\" and \\ inside); [id] names a
// requirement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rung {

enum class TokenKind : std::uint8_t { word, quoted, requirement, comma };

struct Token {
  TokenKind kind = TokenKind::word;
  std::string text;          // without quotes or brackets
  std::uint32_t column = 1;  // of its first character; characters are counted, not octets
};

/// What the scanner could not read.
struct ScanError {
  std::uint32_t column = 0;
  std::string_view what, expected;
};

/// Octets one line may have; a longer one is an error.
inline constexpr std::size_t kLineSizeMax = 4096;

struct ScannedLine {
  std::vector<Token> tokens;
  std::uint32_t end_column = 1;  // behind the last token
  bool ok = true;
  ScanError error;  // the first one, when !ok
};

/// Scans a line without its line end. Any octets are allowed; control characters are an error.
ScannedLine scan_line(std::string_view line);

}  // namespace rung
