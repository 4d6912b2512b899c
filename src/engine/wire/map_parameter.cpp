#include "engine/wire/map_parameter.hpp"

namespace rung::map {
namespace {

template <class P>
constexpr ber::Tag tag_of() {
  if constexpr (requires { P::kTag; }) {
    return P::kTag;
  } else {
    return ber::kSequence;
  }
}

/// Versions 1 and 2 of some types have one element without the SEQUENCE around it.
template <class P>
bool is_bare_tag(ber::Tag tag) {
  if constexpr (requires { P::bare(); }) {
    constexpr auto field = P::bare();
    if constexpr (field.tag != 0) {
      return field.tag == tag;
    } else {
      return std::remove_cvref_t<decltype(std::declval<P>().*field.kMember)>::has(tag);
    }
  }
  return false;
}

template <class P>
bool read_parameter(ber::Reading& reading, const ber::Element& element, P& out) {
  if constexpr (requires { P::bare(); }) {
    out.is_bare = element.tag != tag_of<P>();
    if (out.is_bare && is_bare_tag<P>(element.tag)) {
      return ber::detail::read_field(reading, element, P::bare(), out);
    }
  }
  if constexpr (requires { out.is_sequence; }) {
    out.is_sequence = element.tag == ber::kSequence;
    if (out.is_sequence) return ber::read_record(reading, element.contents, out);
  }
  if (element.tag != tag_of<P>()) {
    return reading.fail(ber::ErrorCode::unexpected, "parameter", element.whole.data());
  }
  return ber::read_record(reading, element.contents, out);
}

}  // namespace

template <class Parameter>
ber::Error decode(Octets parameter, Parameter& out) {
  out = Parameter{};
  ber::Reading reading{.origin = parameter.data()};
  if (parameter.empty()) {
    constexpr bool needed = ber::detail::kMandatory<Parameter> != 0;
    if (needed) reading.fail(ber::ErrorCode::missing, "parameter", parameter.data());
    return reading.error;
  }
  ber::Cursor cursor{parameter};
  ber::Element element;
  if (!reading.next(cursor, "parameter", element)) return reading.error;
  if (!cursor.at_end()) {
    reading.fail(ber::ErrorCode::trailing, "parameter", cursor.left().data());
  } else {
    (void)read_parameter(reading, element, out);
  }
  return reading.error;
}

template <class Parameter>
void write(ber::Writer& writer, const Parameter& parameter) {
  if constexpr (requires { Parameter::bare(); }) {
    if (parameter.is_bare) {
      ber::detail::write_field(writer, Parameter::bare(), parameter);
      return;
    }
  }
  const std::size_t mark = writer.size();
  ber::write_record(writer, parameter);
  ber::Tag tag = tag_of<Parameter>();
  if constexpr (requires { parameter.is_sequence; }) {
    if (parameter.is_sequence) tag = ber::kSequence;
  }
  writer.wrap(tag, mark);
}

#define RUNG_MAP_PARAMETER(type)                       \
  template ber::Error decode(Octets parameter, type&); \
  template void write(ber::Writer& writer, const type&);
#include "engine/wire/map_parameter.def"
#undef RUNG_MAP_PARAMETER

}  // namespace rung::map
