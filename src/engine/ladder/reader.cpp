#include "engine/ladder/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "engine/base/bytes.hpp"
#include "engine/ladder/reader_line.hpp"
#include "engine/ue/session_pool.hpp"

namespace rung {
namespace {

// Reads one file line by line. The block a line belongs to is the last `ladder` or `message` line.
class FileReader {
 public:
  FileReader(std::string_view file, LadderBook& into, std::vector<TextError>& errors)
      : file_(file), into_(into), errors_(errors) {}

  void line(std::string_view text, std::uint32_t number) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first != std::string_view::npos && text[first] == '|') {
      return body_line(text.substr(first + 1), number, narrow<std::uint32_t>(first + 1));
    }
    const ScannedLine scanned = scan_line(text);
    if (!scanned.ok) {
      errors_.push_back({std::string(file_),
                         {number, scanned.error.column},
                         std::string(scanned.error.what),
                         std::string(scanned.error.expected)});
      return;
    }
    LineCursor cursor(scanned, number, file_, errors_);
    if (cursor.at_end()) return;
    if (cursor.at_word("ladder")) return begin_ladder(cursor);
    if (cursor.at_word("message")) return begin_message(cursor);
    if (cursor.at_word("body")) return begin_body(cursor);
    if (cursor.at_word("requirement")) return declare_requirement(cursor);
    switch (block_) {
      case Block::ladder: return ladder_line(cursor);
      case Block::message: return message_line(cursor);
      case Block::body: return cursor.error_here("| and a line of the body");
      case Block::broken: return;
      case Block::none: return cursor.error_here("ladder, message, body or requirement");
    }
  }

 private:
  // broken: the block's head had an error, and its lines would only repeat it.
  enum class Block : std::uint8_t { none, ladder, message, body, broken };

  void begin_ladder(LineCursor& line) {
    block_ = Block::broken;
    Ladder ladder;
    ladder.place = line.place();
    ladder.file = file_;
    line.take();
    const TextPlace name_place = line.place();
    auto name = line.name("the ladder's name: small letters, digits, _ and -");
    if (!name) return;
    const Token* title = line.quoted("the ladder's title in quotes");
    if (title == nullptr) return;
    line.finish();
    if (const Ladder* other = into_.ladder(*name)) {
      line.error(name_place, fmt::format("a second ladder '{}'", *name),
                 fmt::format("another name than at {}:{}", other->file, other->place.line));
    }
    if (!line.ok()) return;
    ladder.name = std::move(*name);
    ladder.title = title->text;
    into_.ladders.push_back(std::move(ladder));
    block_ = Block::ladder;
  }

  void begin_message(LineCursor& line) {
    block_ = Block::broken;
    Message message;
    message.place = line.place();
    message.file = file_;
    line.take();
    const TextPlace name_place = line.place();
    auto name = line.name("the message's name: small letters, digits, _ and -");
    if (!name) return;
    message.name = std::move(*name);
    if (line.accept("like")) {
      auto base = line.name("the message it is like");
      if (!base) return;
      message.like = std::move(*base);
    }
    line.finish();
    if (const Message* other = into_.message(message.name)) {
      line.error(name_place, fmt::format("a second message '{}'", message.name),
                 fmt::format("another name than at {}:{}", other->file, other->place.line));
    }
    if (!line.ok()) return;
    into_.messages.push_back(std::move(message));
    block_ = Block::message;
  }

  void begin_body(LineCursor& line) {
    block_ = Block::broken;
    BodyText body;
    body.place = line.place();
    body.file = file_;
    line.take();
    const TextPlace name_place = line.place();
    auto name = line.name("the body's name: small letters, digits, _ and -");
    if (!name) return;
    line.finish();
    if (const BodyText* other = into_.body(*name)) {
      line.error(name_place, fmt::format("a second body '{}'", *name),
                 fmt::format("another name than at {}:{}", other->file, other->place.line));
    }
    if (!line.ok()) return;
    body.name = std::move(*name);
    into_.bodies.push_back(std::move(body));
    block_ = Block::body;
  }

  // Everything behind `| ` as it stands.
  void body_line(std::string_view text, std::uint32_t number, std::uint32_t column) {
    if (block_ == Block::broken) return;
    const TextPlace place{number, column};
    if (block_ != Block::body) {
      errors_.push_back({std::string(file_), place, "'|'", "body and its name before"});
      return;
    }
    if (text.starts_with(' ')) text.remove_prefix(1);
    bool known = true;
    const bool whole = each_piece(text, [&](std::string_view piece, bool is_name) {
      known &= !is_name || ours_by_name(piece).has_value();
    });
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
    if (!whole || !known || std::any_of(text.begin(), text.end(), control)) {
      errors_.push_back({std::string(file_), place, "a line of a body that cannot be sent",
                         "text with names after `ours` in braces, such as {impu}"});
      return;
    }
    into_.bodies.back().text.append(text).append("\r\n");
  }

  void declare_requirement(LineCursor& line) {
    block_ = Block::none;
    line.take();
    DeclaredRequirement declared;
    declared.place = line.place();
    const Token* id = line.word("the requirement's id");
    if (id == nullptr) return;
    const Token* text = line.quoted("the requirement's text in quotes");
    if (text == nullptr) return;
    line.finish();
    declared.id = id->text;
    declared.text = text->text;
    const auto same = [&](const DeclaredRequirement& r) { return r.id == declared.id; };
    if (std::any_of(into_.requirements.begin(), into_.requirements.end(), same)) {
      line.error(declared.place, fmt::format("a second requirement '{}'", declared.id),
                 "another id");
    }
    if (line.ok()) into_.requirements.push_back(std::move(declared));
  }

  void ladder_line(LineCursor& line) {
    Ladder& ladder = into_.ladders.back();
    if (line.accept("source")) return sources(line, ladder);
    if (line.accept("given")) return given(line, ladder);
    if (const auto topology = line.accept_topology()) {
      ladder.has_topology = true;
      ladder.topology = *topology;
      return line.finish();
    }
    if (line.accept("hold")) return hold(line, ladder);
    if (line.accept("measure")) return measure(line, ladder);
    auto step = read_step(line);
    if (!step) return;
    if (ladder.steps.size() == kSessionStepsMax) {
      return line.error(step->place, fmt::format("step '{}' is one too many", step->id),
                        fmt::format("at most {} steps", kSessionStepsMax));
    }
    ladder.steps.push_back(std::move(*step));
  }

  // Documents and clauses are plain words; a comma ends each.
  static void sources(LineCursor& line, Ladder& ladder) {
    do {
      std::string source;
      while (line.at_word()) source += (source.empty() ? "" : " ") + line.take().text;
      if (source.empty()) return line.error_here("a document and clause");
      ladder.sources.push_back(std::move(source));
    } while (line.accept_comma());
    line.finish();
  }

  static void given(LineCursor& line, Ladder& ladder) {
    do {
      Given given;
      given.place = line.place();
      const auto party = line.party();
      if (!party) return;
      given.party = *party;
      if (*party == Party::sc || *party == Party::hss) {
        const Token* answer = line.word("what it answers, such as error:38");
        if (answer == nullptr) return;
        given.answer = answer->text;
      } else if (*party == Party::gw) {
        constexpr const char* kExpected =
            "digest, open, subscribes, msisdn_less or msisdn_less_delivery";
        if (!line.at_word("digest") && !line.at_word("open") && !line.at_word("subscribes") &&
            !line.at_word("msisdn_less") && !line.at_word("msisdn_less_delivery")) {
          return line.error_here(kExpected);
        }
        given.answer = line.word(kExpected)->text;
      } else if (*party == Party::ue || *party == Party::ue2) {
        if (!state(line, given)) return;
      } else {
        return line.error(given.place, fmt::format("nothing is given of '{}'", to_string(*party)),
                          "ue, ue2, gw, sc or hss");
      }
      ladder.given.push_back(std::move(given));
    } while (line.accept_comma());
    line.finish();
  }

  // Of a UE; one that is barred or named has registered all the same.
  static bool state(LineCursor& line, Given& given) {
    given.registered = !line.at_word("unregistered");
    given.barred = line.at_word("barred");
    given.named = line.at_word("named");
    for (const char* word : {"registered", "unregistered", "barred", "named"}) {
      if (line.accept(word)) return true;
    }
    line.error_here("registered, unregistered, barred or named");
    return false;
  }

  static void hold(LineCursor& line, Ladder& ladder) {
    const auto limit = line.limit();
    if (!limit) return;
    line.finish();
    ladder.hold = limit->value;
    ladder.hold_timer = limit->timer;
  }

  // `measure name from -> to`
  static void measure(LineCursor& line, Ladder& ladder) {
    Measure measure;
    measure.place = line.place();
    auto name = line.name("the measure's name");
    if (!name) return;
    auto from = line.name("a step such as s1");
    if (!from) return;
    if (!line.accept("->")) return line.error_here("->");
    auto to = line.name("a step such as s2");
    if (!to) return;
    line.finish();
    if (!line.ok()) return;
    measure.name = std::move(*name);
    measure.from = std::move(*from);
    measure.to = std::move(*to);
    ladder.measures.push_back(std::move(measure));
  }

  void message_line(LineCursor& line) {
    auto field = read_field(line);
    if (!field) return;
    auto& fields = into_.messages.back().fields;
    const auto same = [&](const FieldRule& f) {
      return f.path == field->path && ((f.on_gm && field->on_gm) || (f.on_isc && field->on_isc));
    };
    if (std::any_of(fields.begin(), fields.end(), same)) {
      return line.error(field->place, fmt::format("a second row for {}", to_string(field->path)),
                        "one row for each field");
    }
    fields.push_back(std::move(*field));
  }

  std::string_view file_;
  LadderBook& into_;
  std::vector<TextError>& errors_;
  Block block_ = Block::none;
};

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replace});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string to_string(const TextError& error) {
  return fmt::format("{}:{}:{}: {}, expected {}", error.file, error.place.line, error.place.column,
                     error.what, error.expected);
}

bool read_ladders(std::string_view text, std::string_view file, LadderBook& into,
                  std::vector<TextError>& errors) {
  const std::size_t before = errors.size();
  FileReader reader(file, into, errors);
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    reader.line(line, number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return errors.size() == before;
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  // Longer words are no slip of the finger, and the table would be large.
  constexpr std::size_t size_max = 64;
  if (word.size() > size_max) return {};
  std::string_view best;
  std::size_t best_distance = word.size() / 3 + 2;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > size_max) continue;
    const std::size_t d = distance(word, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return std::string(best);
}

}  // namespace rung
