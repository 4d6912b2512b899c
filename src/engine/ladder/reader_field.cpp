#include <fmt/format.h>

#include <algorithm>

#include "engine/ladder/reader_line.hpp"

namespace rung {
namespace {

constexpr std::string_view kPathNames[] = {
#define RUNG_PATH(id, text, kind) text,
#include "engine/ladder/path.def"
#undef RUNG_PATH
};
constexpr std::string_view kOursNames[] = {
#define RUNG_OURS(name, line) #name,
#include "engine/ladder/ours.def"
#undef RUNG_OURS
};
struct NamedValue {
  Path path;
  std::string_view text;
};
constexpr NamedValue kValueNames[] = {
#define RUNG_VALUE(path, text, value) {Path::path, text},
#include "engine/ladder/value.def"
#undef RUNG_VALUE
};

template <std::size_t N>
std::vector<std::string_view> list(const std::string_view (&names)[N]) {
  return {std::begin(names), std::end(names)};
}

std::optional<Path> path_by_name(std::string_view name) {
  const auto* found = std::find(std::begin(kPathNames), std::end(kPathNames), name);
  if (found == std::end(kPathNames)) return {};
  return static_cast<Path>(found - std::begin(kPathNames));
}

void unknown(LineCursor& line, TextPlace place, std::string_view kind, std::string_view name,
             const std::vector<std::string_view>& names, std::string_view otherwise) {
  const std::string near = nearest(name, names);
  line.error(place, fmt::format("unknown {} '{}'", kind, name),
             near.empty() ? std::string(otherwise) : near);
}

std::optional<Path> read_path(LineCursor& line) {
  const TextPlace place = line.place();
  const Token* token = line.word("a field such as sip.call_id");
  if (token == nullptr) return {};
  const auto path = path_by_name(token->text);
  if (!path)
    unknown(line, place, "field", token->text, list(kPathNames), "a field such as sip.call_id");
  return path;
}

std::optional<Source> read_source(LineCursor& line) {
  std::vector<std::string_view> names;
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(Source::template_); ++i) {
    const auto source = static_cast<Source>(i);
    if (line.accept(to_string(source))) return source;
    names.push_back(to_string(source));
  }
  line.error_here(one_of_names(names));
  return {};
}

std::string expected_value(Path path) {
  std::vector<std::string_view> names;
  for (const NamedValue& row : kValueNames) {
    if (row.path == path) names.push_back(row.text);
  }
  if (!names.empty()) return one_of_names(names);
  switch (kind_of(path)) {
    case PathKind::flag: return "yes or no";
    case PathKind::octets: return "octets as pairs of hexadecimal digits";
    case PathKind::digits:
      return path == Path::tp_oa ? "digits of a number, or characters" : "digits of a number";
    default: break;
  }
  const int low = path == Path::sip_status ? 100 : 0;
  return fmt::format("a number from {} to {}", low, field_number_max(path));
}

bool value_fits(Path path, std::string_view text) {
  switch (kind_of(path)) {
    case PathKind::number:
    case PathKind::flag: return field_number(path, text).has_value();
    case PathKind::octets: return field_octets(text).has_value();
    case PathKind::digits:
      if (path == Path::tp_oa) return !text.empty();  // it may be alphanumeric
      return !text.empty() && text.find_first_not_of("0123456789*#abc") == text.npos;
    case PathKind::text:
    case PathKind::uri: return true;
  }
  return true;
}

bool is_list_source(Source source) {
  return source == Source::contains || source == Source::not_contains;
}

// Values up to `on gm`, `on isc` or the first requirement.
void read_values(LineCursor& line, FieldRule& field, std::size_t low, std::size_t high) {
  while (line.ok() && !line.at_end() && field.values.size() < high && !line.at_topology() &&
         (line.peek()->kind == TokenKind::word || line.peek()->kind == TokenKind::quoted)) {
    const TextPlace place = line.place();
    const Token& token = line.take();
    if (!is_list_source(field.source) && !value_fits(field.path, token.text)) {
      return line.error(place, fmt::format("{} cannot be '{}'", to_string(field.path), token.text),
                        expected_value(field.path));
    }
    field.values.push_back(token.text);
  }
  if (field.values.size() < low) line.error_here("a value");
}

void read_ours(LineCursor& line, FieldRule& field) {
  const TextPlace place = line.place();
  const Token* token = line.word("a name such as impu");
  if (token == nullptr) return;
  if (!ours_by_name(token->text)) {
    return unknown(line, place, "name", token->text, list(kOursNames),
                   one_of_names(list(kOursNames)));
  }
  field.values.push_back(token->text);
}

void read_template(LineCursor& line, FieldRule& field) {
  if (field.path != Path::sip_body && field.path != Path::info_document)
    return line.error_here("sip.body or info.document before 'template'");
  auto name = line.name("the name of a body");
  if (name) field.values.push_back(std::move(*name));
}

// URIs, digits and text may be copied into one another; numbers and flags, and octets, may not.
int family(PathKind kind) {
  switch (kind) {
    case PathKind::number:
    case PathKind::flag: return 1;
    case PathKind::octets: return 2;
    default: return 0;
  }
}

// `step.path`, or `cause.path`.
void read_reference(LineCursor& line, FieldRule& field) {
  constexpr std::string_view expected = "a step and its field, such as s1.sip.call_id";
  const TextPlace place = line.place();
  const Token* token = line.word(expected);
  if (token == nullptr) return;
  const std::string_view text = token->text;
  const std::size_t dot = text.find('.');
  if (dot == 0 || dot == text.npos) {
    return line.error(place, fmt::format("'{}'", text), std::string(expected));
  }
  field.step = text.substr(0, dot);
  const std::string_view name = text.substr(dot + 1);
  const auto from = path_by_name(name);
  const TextPlace name_place = {place.line, place.column + static_cast<std::uint32_t>(dot) + 1};
  if (!from) return unknown(line, name_place, "field", name, list(kPathNames), expected);
  if (family(kind_of(*from)) != family(kind_of(field.path))) {
    return line.error(name_place,
                      fmt::format("{} and {} are not alike", to_string(field.path), name),
                      "two numbers, two texts or two strings of octets");
  }
  field.from = *from;
}

// A number, or another step's field that is one.
void read_limit(LineCursor& line, FieldRule& field) {
  if (kind_of(field.path) != PathKind::number) {
    return line.error(field.place, fmt::format("{} is no number", to_string(field.path)),
                      "at_most for numbers only");
  }
  const Token* token = line.peek();
  const bool reference = token != nullptr && token->kind == TokenKind::word &&
                         token->text.find('.') != std::string::npos;
  return reference ? read_reference(line, field) : read_values(line, field, 1, 1);
}

void read_rest(LineCursor& line, FieldRule& field) {
  constexpr std::size_t values_max = 64;
  switch (field.source) {
    case Source::fixed: return read_values(line, field, 1, 1);
    case Source::one_of:
    case Source::contains:
    case Source::not_contains: return read_values(line, field, 1, values_max);
    case Source::if_present: return read_values(line, field, 0, values_max);
    case Source::ours: return read_ours(line, field);
    case Source::copied:
    case Source::differs: return read_reference(line, field);
    case Source::at_most: return read_limit(line, field);
    case Source::template_: return read_template(line, field);
    case Source::any:
    case Source::absent: return;
  }
}

}  // namespace

std::optional<FieldRule> read_field(LineCursor& line) {
  FieldRule field;
  field.place = line.place();
  field.file = line.file();
  const auto path = read_path(line);
  if (!path) return {};
  field.path = *path;
  const auto source = read_source(line);
  if (!source) return {};
  field.source = *source;
  read_rest(line, field);
  if (!line.ok()) return {};
  if (const auto topology = line.accept_topology()) {
    field.on_gm = *topology == Topology::gm;
    field.on_isc = *topology == Topology::isc;
  }
  line.requirements(field.requirements, field.requirement_places);
  line.finish();
  if (!line.ok()) return {};
  return field;
}

}  // namespace rung
