#include "engine/wire/sccp_address.hpp"

#include <algorithm>

namespace rung::sccp {
namespace {

constexpr std::uint8_t kHasPointCode = 0x01;
constexpr std::uint8_t kHasSsn = 0x02;
constexpr unsigned kTitleShift = 2;
constexpr std::uint8_t kTitleMask = 0x0f;
constexpr std::uint8_t kRouteOnSsn = 0x40;
constexpr std::uint8_t kNationalBit = 0x80;
constexpr std::uint8_t kOddBit = 0x80;
constexpr std::uint16_t kPointCodeMax = 0x3fff;
constexpr std::uint8_t kBcdOdd = 1;
constexpr std::uint8_t kBcdEven = 2;

void read_plan(std::uint8_t octet, GlobalTitle& out) {
  out.numbering_plan = octet >> 4;
  out.encoding_scheme = octet & 0x0f;
  out.odd = out.encoding_scheme == kBcdOdd;
  out.other_encoding = out.encoding_scheme != kBcdOdd && out.encoding_scheme != kBcdEven;
  if (!out.other_encoding) out.encoding_scheme = 0;
}

std::uint8_t plan_octet(const GlobalTitle& title) {
  const unsigned scheme = title.other_encoding ? title.encoding_scheme
                          : title.odd          ? kBcdOdd
                                               : kBcdEven;
  return static_cast<std::uint8_t>(title.numbering_plan << 4 | scheme);
}

bool read_title(Reader& reader, GlobalTitle& out) {
  switch (out.indicator) {
    case 0: return true;
    case 1: {
      const std::uint8_t octet = reader.u8();
      out.odd = (octet & kOddBit) != 0;
      out.nature = octet & 0x7f;
      break;
    }
    case 2: out.translation_type = reader.u8(); break;
    case 3:
    case 4:
      out.translation_type = reader.u8();
      read_plan(reader.u8(), out);
      if (out.indicator == 4) out.nature = reader.u8() & 0x7f;
      break;
    default: return false;
  }
  out.digits = reader.rest();
  return out.digits.size() <= kTitleOctetsMax && !(out.odd && out.digits.empty());
}

bool valid(const Address& address) {
  const GlobalTitle& title = address.title;
  return address.point_code.value_or(0) <= kPointCodeMax && title.indicator <= 4 &&
         title.nature <= 0x7f && title.numbering_plan <= 0x0f && title.encoding_scheme <= 0x0f &&
         title.digits.size() <= kTitleOctetsMax && !(title.odd && title.digits.empty());
}

void write_title(const GlobalTitle& title, Writer& writer) {
  switch (title.indicator) {
    case 0: return;
    case 1: writer.u8(static_cast<std::uint8_t>(title.nature | (title.odd ? kOddBit : 0))); break;
    case 2: writer.u8(title.translation_type); break;
    case 3:
    case 4:
      writer.u8(title.translation_type);
      writer.u8(plan_octet(title));
      if (title.indicator == 4) writer.u8(title.nature);
      break;
    default: break;
  }
  writer.octets(title.digits);
}

}  // namespace

std::size_t GlobalTitle::text(std::span<char> out) const {
  constexpr char names[] = "0123456789abcdef";
  const std::size_t count = std::min(2 * digits.size() - (odd ? 1 : 0), out.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t octet = digits[i / 2];
    out[i] = names[(i & 1) == 0 ? octet & 0x0f : octet >> 4];
  }
  return count;
}

bool GlobalTitle::equals(std::string_view decimal) const {
  char own[kTitleDigitsMax];
  return std::string_view{own, text(own)} == decimal;
}

bool read_address(Octets octets, Address& out) {
  out = Address{};
  Reader reader{octets};
  const std::uint8_t indicator = reader.u8();
  if (!reader.ok()) return false;
  out.route_on_ssn = (indicator & kRouteOnSsn) != 0;
  out.national_bit = (indicator & kNationalBit) != 0;
  out.title.indicator = indicator >> kTitleShift & kTitleMask;
  if ((indicator & kHasPointCode) != 0) {
    const std::uint8_t low = reader.u8();
    const unsigned high = reader.u8();
    out.point_code = static_cast<std::uint16_t>((high << 8 | low) & kPointCodeMax);
  }
  if ((indicator & kHasSsn) != 0) out.ssn = reader.u8();
  return read_title(reader, out.title) && reader.ok() && reader.left() == 0;
}

bool write_address(const Address& address, Writer& writer) {
  if (!valid(address)) return false;
  unsigned indicator = static_cast<unsigned>(address.title.indicator) << kTitleShift;
  if (address.point_code) indicator |= kHasPointCode;
  if (address.ssn) indicator |= kHasSsn;
  if (address.route_on_ssn) indicator |= kRouteOnSsn;
  if (address.national_bit) indicator |= kNationalBit;
  writer.u8(static_cast<std::uint8_t>(indicator));
  if (address.point_code) {
    writer.u8(static_cast<std::uint8_t>(*address.point_code & 0xff));
    writer.u8(static_cast<std::uint8_t>(*address.point_code >> 8));
  }
  if (address.ssn) writer.u8(*address.ssn);
  write_title(address.title, writer);
  return writer.ok();
}

GlobalTitle e164_title(std::string_view decimal, MutableOctets storage) {
  GlobalTitle title{.indicator = 4, .numbering_plan = kPlanE164, .nature = kNatureInternational};
  const std::size_t size = (decimal.size() + 1) / 2;
  const bool all_digits =
      std::all_of(decimal.begin(), decimal.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (decimal.empty() || size > kTitleOctetsMax || size > storage.size() || !all_digits) {
    return title;
  }
  const auto digit = [decimal](std::size_t i) {
    return i < decimal.size() ? static_cast<unsigned>(decimal[i] - '0') : 0U;
  };
  for (std::size_t i = 0; i < size; ++i) {
    storage[i] = static_cast<std::uint8_t>(digit(2 * i + 1) << 4 | digit(2 * i));
  }
  title.odd = decimal.size() % 2 != 0;
  title.digits = storage.first(size);
  return title;
}

Address e164_address(std::string_view decimal, std::uint8_t ssn, MutableOctets storage) {
  Address address;
  address.ssn = ssn;
  address.title = e164_title(decimal, storage);
  return address;
}

}  // namespace rung::sccp
