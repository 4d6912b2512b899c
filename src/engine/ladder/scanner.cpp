#include "engine/ladder/scanner.hpp"

namespace rung {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }
// The second and later octets of a UTF-8 character share the column of the first.
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80; }

class Scanner {
 public:
  explicit Scanner(std::string_view line) : line_(line) {}

  ScannedLine run() {
    if (line_.size() > kLineSizeMax) {
      fail(1, "the line is too long", "at most 4096 octets");
      return std::move(out_);
    }
    while (out_.ok) {
      while (!at_end() && is_blank(line_[at_])) step();
      if (at_end() || line_[at_] == '#') break;
      token();
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ == line_.size(); }

  char step() {
    const char c = line_[at_++];
    if (is_control(c)) fail(column_, "control character", "text");
    if (at_end() || !continues_character(line_[at_])) ++column_;
    return c;
  }

  void fail(std::uint32_t column, std::string_view what, std::string_view expected) {
    if (!out_.ok) return;
    out_.ok = false;
    out_.error = {column, what, expected};
  }

  void token() {
    Token token;
    token.column = column_;
    const char first = line_[at_];
    if (first == ',') {
      step();
      token.kind = TokenKind::comma;
    } else if (first == '"') {
      quoted(token);
    } else if (first == '[') {
      requirement(token);
    } else {
      while (!at_end() && !is_blank(line_[at_]) && line_[at_] != ',') token.text += step();
    }
    out_.tokens.push_back(std::move(token));
    out_.end_column = column_;
  }

  void quoted(Token& token) {
    token.kind = TokenKind::quoted;
    step();
    while (!at_end() && line_[at_] != '"') {
      if (line_[at_] == '\\' && at_ + 1 < line_.size()) step();
      token.text += step();
    }
    if (at_end()) return fail(token.column, "a quoted text does not end", "a closing \"");
    step();
  }

  void requirement(Token& token) {
    token.kind = TokenKind::requirement;
    step();
    while (!at_end() && line_[at_] != ']' && !is_blank(line_[at_])) token.text += step();
    if (at_end() || line_[at_] != ']') {
      return fail(token.column, "a requirement does not end", "a closing ]");
    }
    step();
    if (token.text.empty()) fail(token.column, "a requirement without a name", "[id]");
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::uint32_t column_ = 1;
  ScannedLine out_;
};

}  // namespace

ScannedLine scan_line(std::string_view line) { return Scanner(line).run(); }

}  // namespace rung
