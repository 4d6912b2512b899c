// SEQUENCEs as plain structs: a struct lists its elements once, as rows of tag, name and member,
// and is read, written and described from those rows. What a row can hold follows from the type of
// its member:
//
//   Octets, optional<Octets>    any contents, kept as they are
//   bool                        NULL: there or not
//   Boolean                     BOOLEAN
//   an integer or enum          INTEGER, ENUMERATED; optional<> of it likewise
//   BitString                   BIT STRING; optional<> likewise
//   Choice<...>                 CHOICE of tagged alternatives; optional<> likewise. Its row has tag
//                               0, or the tag that stands around it
//   another record              SEQUENCE; optional<> likewise
//
// Everything but optional<> and bool is mandatory. Reading is liberal: what no row knows is kept
// where it stood and written back there; elements with context tags may come out of order; sizes of
// octet strings are for the caller to judge.
//
//   struct Guidance {
//     std::uint16_t minimum = 0;
//     std::optional<Octets> extension{};
//     ber::Rest rest{};
//     static constexpr auto fields() {
//       using R = Guidance;
//       return std::tuple{ber::Field<&R::minimum>{ber::kInteger, "minimumDeliveryTimeValue"},
//                         ber::Field<&R::extension>{ber::kSequence, "extensionContainer"}};
//     }
//   };
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "engine/base/fixed_vector.hpp"
#include "engine/wire/ber.hpp"

namespace rung::ber {

/// One row: the element's tag and its name in the clause.
template <auto member>
struct Field {
  Tag tag;
  std::string_view name;
  static constexpr auto kMember = member;
};

struct Boolean {
  bool value = false;
};

/// The alternative that is there and its contents; `kind` is the alternative's tag, and none of the
/// enumerators while nothing is chosen.
template <class Kind, Kind... kinds>
struct Choice {
  Kind kind{};
  Octets contents{};
  static constexpr bool has(Tag tag) { return ((tag == static_cast<Tag>(kinds)) || ...); }
};

inline constexpr std::size_t kRunsMax = 4;

/// Elements that no row knows: runs of octets, each with the row in front of which it stood.
struct Rest {
  struct Run {
    Octets octets{};
    std::uint8_t row = 0;
  };
  FixedVector<Run, kRunsMax> runs{};

  /// Adds to the run it continues; false when there are kRunsMax of them already.
  bool keep(Octets element, std::uint8_t row) {
    if (!runs.empty()) {
      Run& last = runs.back();
      if (last.row == row && last.octets.data() + last.octets.size() == element.data()) {
        last.octets = {last.octets.data(), last.octets.size() + element.size()};
        return true;
      }
    }
    return runs.push_back({element, row});
  }
};

namespace detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsChoice : std::false_type {};
template <class Kind, Kind... kinds>
struct IsChoice<Choice<Kind, kinds...>> : std::true_type {};

template <class T>
struct Bare {
  using Type = T;
};
template <class T>
struct Bare<std::optional<T>> {
  using Type = T;
};
/// The member's type without optional<>.
template <class T>
using BareType = typename Bare<T>::Type;

}  // namespace detail

template <class R>
concept Record = requires(R record) {
  R::fields();
  record.rest;
};

template <Record R>
inline constexpr std::size_t kFieldCount = std::tuple_size_v<decltype(R::fields())>;

/// The type of row I's member.
template <Record R, std::size_t I>
using MemberType =
    std::remove_cvref_t<decltype(std::declval<R>().*
                                 std::tuple_element_t<I, decltype(R::fields())>::kMember)>;

template <Record R>
bool read_record(Reading& reading, Octets contents, R& out);
template <Record R>
void write_record(Writer& writer, const R& record);

namespace detail {

template <class T>
bool read_number(Octets contents, T& out) {
  std::int32_t value = 0;
  if (!read_integer(contents, value)) return false;
  if constexpr (std::is_enum_v<T>) {
    std::underlying_type_t<T> number{};
    if (!read_number(contents, number)) return false;
    out = static_cast<T>(number);
  } else {
    if (!std::in_range<T>(value)) return false;
    out = static_cast<T>(value);
  }
  return true;
}

/// Contents of an element into a member that is no optional<>.
template <class T>
bool read_value(Reading& reading, const Element& element, std::string_view name, T& out) {
  bool good = true;
  if constexpr (std::is_same_v<T, Octets>) {
    out = element.contents;
  } else if constexpr (std::is_same_v<T, bool>) {
    out = true;
  } else if constexpr (std::is_same_v<T, Boolean>) {
    good = element.contents.size() == 1;
    if (good) out.value = element.contents[0] != 0;
  } else if constexpr (std::is_same_v<T, BitString>) {
    good = read_bit_string(element.contents, out);
  } else if constexpr (IsChoice<T>::value) {
    out.kind = static_cast<decltype(out.kind)>(element.tag);
    out.contents = element.contents;
  } else if constexpr (Record<T>) {
    return read_record(reading, element.contents, out);
  } else {
    good = read_number(element.contents, out);
  }
  return good || reading.fail(ErrorCode::value, name, element.whole.data());
}

/// The one alternative inside the tag that stands around a CHOICE.
template <class T>
bool read_wrapped_choice(Reading& reading, const Element& element, std::string_view name, T& out) {
  Cursor cursor{element.contents};
  Element inner;
  if (!reading.next(cursor, name, inner)) return false;
  if (!T::has(inner.tag)) return reading.fail(ErrorCode::unexpected, name, inner.whole.data());
  if (!cursor.at_end()) return reading.fail(ErrorCode::trailing, name, cursor.left().data());
  return read_value(reading, inner, name, out);
}

template <auto member, class R>
bool read_field(Reading& reading, const Element& element, const Field<member>& field, R& out) {
  auto& value = out.*member;
  using T = std::remove_reference_t<decltype(value)>;
  using Plain = BareType<T>;
  Plain* target = nullptr;
  if constexpr (IsOptional<T>::value) {
    target = &value.emplace();
  } else {
    target = &value;
  }
  if constexpr (IsChoice<Plain>::value) {
    if (field.tag != 0) return read_wrapped_choice(reading, element, field.name, *target);
  }
  return read_value(reading, element, field.name, *target);
}

template <class T>
void write_value(Writer& writer, Tag tag, const T& value) {
  if constexpr (std::is_same_v<T, Octets>) {
    writer.element(tag, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (value) writer.null(tag);
  } else if constexpr (std::is_same_v<T, Boolean>) {
    writer.boolean(tag, value.value);
  } else if constexpr (std::is_same_v<T, BitString>) {
    writer.bit_string(tag, value);
  } else if constexpr (IsChoice<T>::value) {
    ENGINE_ASSERT(T::has(static_cast<Tag>(value.kind)));
    const std::size_t mark = writer.size();
    writer.element(static_cast<Tag>(value.kind), value.contents);
    if (tag != 0) writer.wrap(tag, mark);
  } else if constexpr (Record<T>) {
    const std::size_t mark = writer.size();
    write_record(writer, value);
    writer.wrap(tag, mark);
  } else {
    writer.integer(tag, static_cast<std::int32_t>(value));
  }
}

template <auto member, class R>
void write_field(Writer& writer, const Field<member>& field, const R& record) {
  const auto& value = record.*member;
  if constexpr (IsOptional<std::remove_cvref_t<decltype(value)>>::value) {
    if (value.has_value()) write_value(writer, field.tag, *value);
  } else {
    write_value(writer, field.tag, value);
  }
}

template <Record R, std::size_t I>
constexpr bool is_mandatory() {
  using T = MemberType<R, I>;
  return !IsOptional<T>::value && !std::is_same_v<T, bool>;
}

/// One bit a mandatory row.
template <Record R>
inline constexpr std::uint32_t kMandatory = []<std::size_t... I>(std::index_sequence<I...>) {
  return ((std::uint32_t{is_mandatory<R, I>()} << I) | ... | 0U);
}
(std::make_index_sequence<kFieldCount<R>>{});

template <Record R, std::size_t I>
constexpr bool row_has_tag(Tag tag) {
  constexpr Tag row_tag = std::get<I>(R::fields()).tag;
  if constexpr (row_tag != 0) {
    return row_tag == tag;
  } else {
    return BareType<MemberType<R, I>>::has(tag);
  }
}

/// Rows that take an element of this tag, one bit each.
template <Record R>
constexpr std::uint32_t rows_with_tag(Tag tag) {
  return [tag]<std::size_t... I>(std::index_sequence<I...>) {
    return ((std::uint32_t{row_has_tag<R, I>(tag)} << I) | ... | 0U);
  }
  (std::make_index_sequence<kFieldCount<R>>{});
}

inline constexpr std::string_view kUnknownElement = "unknown element";

/// Context tags name their element alone; others name it by the place where it stands.
constexpr bool names_alone(Tag tag) { return tag < 0x100 && (tag & 0xc0) == 0x80; }

/// The row that takes the element: the next one with its tag, or, where the tag names it alone, one
/// passed over before. kFieldCount when there is none.
template <Record R>
std::size_t find_row(Tag tag, std::size_t position, std::uint32_t seen) {
  const std::uint32_t rows = rows_with_tag<R>(tag) & ~seen;
  const std::uint32_t ahead = rows >> position << position;
  const std::uint32_t found = ahead != 0 || !names_alone(tag) ? ahead : rows;
  return found != 0 ? static_cast<std::size_t>(__builtin_ctz(found)) : kFieldCount<R>;
}

template <Record R>
bool read_row(Reading& reading, const Element& element, std::size_t row, R& out) {
  constexpr auto fields = R::fields();
  bool good = true;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (void)((row == I && (good = read_field(reading, element, std::get<I>(fields), out), true)) ||
           ...);
  }
  (std::make_index_sequence<kFieldCount<R>>{});
  return good;
}

template <Record R>
std::string_view field_name(std::size_t row) {
  constexpr auto fields = R::fields();
  std::string_view name = kUnknownElement;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (void)((row == I && (name = std::get<I>(fields).name, true)) || ...);
  }
  (std::make_index_sequence<kFieldCount<R>>{});
  return name;
}

inline void write_rest(Writer& writer, const Rest& rest, std::size_t row) {
  for (std::size_t i = rest.runs.size(); i-- > 0;) {
    if (rest.runs[i].row == row) writer.octets(rest.runs[i].octets);
  }
}

}  // namespace detail

/// Reads the contents of a SEQUENCE into `out`, which must be fresh.
template <Record R>
bool read_record(Reading& reading, Octets contents, R& out) {
  static_assert(kFieldCount<R> < 32);
  Cursor cursor{contents};
  Element element;
  std::size_t position = 0;
  std::uint32_t seen = 0;
  while (cursor.next(element)) {
    const std::size_t row = detail::find_row<R>(element.tag, position, seen);
    if (row == kFieldCount<R>) {
      if (!out.rest.keep(element.whole, static_cast<std::uint8_t>(position))) {
        return reading.fail(ErrorCode::too_many, detail::kUnknownElement, element.whole.data());
      }
      continue;
    }
    if (!detail::read_row(reading, element, row, out)) return false;
    seen |= std::uint32_t{1} << row;
    if (row >= position) position = row + 1;
  }
  if (cursor.error() != ErrorCode::none) {
    const std::size_t row = detail::find_row<R>(cursor.left()[0], position, seen);
    return reading.fail(cursor.error(), detail::field_name<R>(row), cursor.left().data());
  }
  const std::uint32_t missing = detail::kMandatory<R> & ~seen;
  if (missing == 0) return true;
  return reading.fail(ErrorCode::missing,
                      detail::field_name<R>(static_cast<std::size_t>(__builtin_ctz(missing))),
                      contents.data() + contents.size());
}

/// Writes the contents of a SEQUENCE. Precondition: every mandatory CHOICE is chosen.
template <Record R>
void write_record(Writer& writer, const R& record) {
  constexpr auto fields = R::fields();
  constexpr std::size_t count = kFieldCount<R>;
  const bool has_rest = !record.rest.runs.empty();
  if (has_rest) detail::write_rest(writer, record.rest, count);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (
        [&] {
          constexpr std::size_t row = count - 1 - I;
          detail::write_field(writer, std::get<row>(fields), record);
          if (has_rest) detail::write_rest(writer, record.rest, row);
        }(),
        ...);
  }
  (std::make_index_sequence<count>{});
}

}  // namespace rung::ber
