// Private to the reader: a cursor over the tokens of one line, which turns what it does not find
// into a TextError at the right column.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ladder/ladder.hpp"
#include "engine/ladder/reader.hpp"
#include "engine/ladder/scanner.hpp"

namespace rung {

class LineCursor {
 public:
  /// All four outlive the cursor.
  LineCursor(const ScannedLine& line, std::uint32_t number, std::string_view file,
             std::vector<TextError>& errors)
      : line_(&line), number_(number), file_(file), errors_(&errors) {}

  [[nodiscard]] bool at_end() const { return at_ == line_->tokens.size(); }
  [[nodiscard]] const Token* peek() const { return at_end() ? nullptr : &line_->tokens[at_]; }
  /// True when the next token is a bare word, this one if `word` is not empty.
  [[nodiscard]] bool at_word(std::string_view word = {}) const;
  /// Place of the next token, or behind the last one.
  [[nodiscard]] TextPlace place() const;
  [[nodiscard]] TextPlace place_of(const Token& token) const { return {number_, token.column}; }
  [[nodiscard]] std::string_view file() const { return file_; }
  [[nodiscard]] bool ok() const { return ok_; }

  const Token& take() { return line_->tokens[at_++]; }
  bool accept(std::string_view word);
  bool accept_comma();
  /// The next token when it is a bare word; else an error and null.
  const Token* word(std::string_view expected);
  /// As word(), but a quoted text.
  const Token* quoted(std::string_view expected);
  /// A bare word that is a name: small letters, digits, '_' and '-', a letter first.
  std::optional<std::string> name(std::string_view expected);
  std::optional<Party> party();
  /// A duration such as 500ms, 2s, 5min (at most a day), or the name of a timer.
  std::optional<Limit> limit();
  /// True at `on gm` or `on isc`.
  [[nodiscard]] bool at_topology() const;
  /// `on gm` or `on isc`, where it stands; else nothing.
  std::optional<Topology> accept_topology();
  /// All [id] that follow.
  void requirements(std::vector<std::string>& ids, std::vector<TextPlace>& places);
  /// An error when tokens are left over.
  void finish();

  /// An error at the next token, which names it.
  void error_here(std::string_view expected);
  void error(TextPlace place, std::string what, std::string expected);

 private:
  const ScannedLine* line_;
  std::uint32_t number_;
  std::string_view file_;
  std::vector<TextError>* errors_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

/// Adds an error unless the same one is there: a row is looked at once for each step that uses it.
void report_once(std::vector<TextError>& errors, std::string_view file, TextPlace place,
                 std::string what, std::string expected);

/// Names joined for the `expected` part of an error: "a, b or c".
std::string one_of_names(const std::vector<std::string_view>& names);

/// `id from -> to message ...`; empty after an error.
std::optional<Step> read_step(LineCursor& line);
/// `path source ...`; empty after an error.
std::optional<FieldRule> read_field(LineCursor& line);

}  // namespace rung
