#include "engine/wire/udh.hpp"

namespace rung::udh {

Elements::Elements(Octets user_data) {
  Reader reader{user_data};
  const std::size_t length = reader.u8();
  const Octets header = reader.take(length);
  ok_ = reader.ok();
  if (!ok_) return;
  reader_ = Reader{header};
  size_ = 1 + length;
}

bool Elements::next(Element& out) {
  if (!ok_ || reader_.left() == 0) return false;
  out.id = reader_.u8();
  out.data = reader_.take(reader_.u8());
  ok_ = reader_.ok();
  return ok_;
}

bool well_formed(Octets user_data) {
  Elements elements{user_data};
  Element element;
  while (elements.next(element)) continue;
  return elements.ok();
}

namespace {

/// False when the element is none, or one that 9.2.3.24.1 tells the receiver to ignore.
bool read_concatenation(const Element& element, Concatenation& out) {
  const bool short_form = element.id == kConcatenation8 && element.data.size() == 3;
  const bool wide = element.id == kConcatenation16 && element.data.size() == 4;
  if (!short_form && !wide) return false;
  Reader reader{element.data};
  Concatenation found;
  found.wide = wide;
  found.reference = wide ? reader.u16() : reader.u8();
  found.total = reader.u8();
  found.sequence = reader.u8();
  if (found.total == 0 || found.sequence == 0 || found.sequence > found.total) return false;
  out = found;
  return true;
}

}  // namespace

bool find_concatenation(Octets user_data, Concatenation& out) {
  out = Concatenation{};
  Elements elements{user_data};
  Element element;
  while (elements.next(element)) read_concatenation(element, out);
  if (!elements.ok()) out = Concatenation{};
  return elements.ok();
}

std::size_t encode_concatenation(const Concatenation& c, MutableOctets out) {
  if (!c.wide && c.reference > 0xff) return 0;
  Writer writer{out};
  writer.u8(c.wide ? 6 : 5);
  writer.u8(c.wide ? kConcatenation16 : kConcatenation8);
  writer.u8(c.wide ? 4 : 3);
  if (c.wide) writer.u8(static_cast<std::uint8_t>(c.reference >> 8));
  writer.u8(static_cast<std::uint8_t>(c.reference & 0xff));
  writer.u8(c.total);
  writer.u8(c.sequence);
  return writer.ok() ? writer.size() : 0;
}

}  // namespace rung::udh
