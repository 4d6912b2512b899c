#include "engine/ladder/reader_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace rung {
namespace {

constexpr Duration kDurationMax = 24h;

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto inner = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), inner);
}

std::optional<Duration> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    Duration value;
  };
  constexpr Unit units[] = {{"ms", 1ms}, {"us", 1us}, {"s", 1s}, {"min", 1min}};
  std::uint32_t count = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc{}) return {};
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  for (const Unit& unit : units) {
    if (text == unit.name && count <= kDurationMax / unit.value) return unit.value * count;
  }
  return {};
}

std::string quote(const Token& token) {
  switch (token.kind) {
    case TokenKind::comma: return "','";
    case TokenKind::requirement: return fmt::format("'[{}]'", token.text);
    case TokenKind::quoted: return fmt::format("\"{}\"", token.text);
    case TokenKind::word: break;
  }
  return fmt::format("'{}'", token.text);
}

}  // namespace

bool LineCursor::at_word(std::string_view word) const {
  return !at_end() && peek()->kind == TokenKind::word && (word.empty() || peek()->text == word);
}

TextPlace LineCursor::place() const {
  return {number_, at_end() ? line_->end_column : peek()->column};
}

bool LineCursor::accept(std::string_view word) {
  if (!at_word(word)) return false;
  ++at_;
  return true;
}

bool LineCursor::accept_comma() {
  if (at_end() || peek()->kind != TokenKind::comma) return false;
  ++at_;
  return true;
}

const Token* LineCursor::word(std::string_view expected) {
  if (at_word()) return &take();
  error_here(expected);
  return nullptr;
}

const Token* LineCursor::quoted(std::string_view expected) {
  if (!at_end() && peek()->kind == TokenKind::quoted) return &take();
  error_here(expected);
  return nullptr;
}

std::optional<std::string> LineCursor::name(std::string_view expected) {
  if (at_word() && is_name(peek()->text)) return take().text;
  error_here(expected);
  return {};
}

std::optional<Party> LineCursor::party() {
  std::vector<std::string_view> names;
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(Party::sgsn); ++i) {
    const auto party = static_cast<Party>(i);
    if (accept(to_string(party))) return party;
    names.push_back(to_string(party));
  }
  error_here(one_of_names(names));
  return {};
}

std::optional<Limit> LineCursor::limit() {
  const Token* token = word("a duration such as 500ms, or a timer");
  if (token == nullptr) return {};
  if (!is_name(token->text)) {
    if (const auto value = parse_duration(token->text)) return Limit{.timer = {}, .value = *value};
    error(place_of(*token), fmt::format("'{}' is no duration", token->text),
          "a number with us, ms, s or min, at most a day");
    return {};
  }
  if (const Timer* timer = timer_by_name(token->text)) {
    return Limit{.timer = token->text, .value = timer->value};
  }
  std::vector<std::string_view> names;
  for (const Timer& timer : timer_table()) names.push_back(timer.name);
  const std::string near = nearest(token->text, names);
  error(place_of(*token), fmt::format("unknown timer '{}'", token->text),
        near.empty() ? one_of_names(names) : near);
  return {};
}

bool LineCursor::at_topology() const {
  if (!at_word("on") || at_ + 1 == line_->tokens.size()) return false;
  const Token& next = line_->tokens[at_ + 1];
  return next.kind == TokenKind::word && (next.text == "gm" || next.text == "isc");
}

std::optional<Topology> LineCursor::accept_topology() {
  if (!at_topology()) return {};
  at_ += 2;
  return line_->tokens[at_ - 1].text == "gm" ? Topology::gm : Topology::isc;
}

void LineCursor::requirements(std::vector<std::string>& ids, std::vector<TextPlace>& places) {
  while (!at_end() && peek()->kind == TokenKind::requirement) {
    places.push_back(place());
    ids.push_back(take().text);
  }
}

void LineCursor::finish() {
  if (ok_ && !at_end()) error_here("the end of the line");
}

void LineCursor::error_here(std::string_view expected) {
  error(place(), at_end() ? "the line ends" : quote(*peek()), std::string(expected));
}

void LineCursor::error(TextPlace place, std::string what, std::string expected) {
  ok_ = false;
  errors_->push_back({std::string(file_), place, std::move(what), std::move(expected)});
}

void report_once(std::vector<TextError>& errors, std::string_view file, TextPlace place,
                 std::string what, std::string expected) {
  const auto same = [&](const TextError& e) {
    return e.file == file && e.place.line == place.line && e.place.column == place.column &&
           e.what == what;
  };
  if (std::any_of(errors.begin(), errors.end(), same)) return;
  errors.push_back({std::string(file), place, std::move(what), std::move(expected)});
}

std::string one_of_names(const std::vector<std::string_view>& names) {
  if (names.empty()) return "none";
  if (names.size() == 1) return std::string(names.front());
  const auto last = names.end() - 1;
  return fmt::format("{} or {}", fmt::join(names.begin(), last, ", "), *last);
}

}  // namespace rung
