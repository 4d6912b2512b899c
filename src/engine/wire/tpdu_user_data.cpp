#include "engine/wire/tpdu_user_data.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/wire/text.hpp"

namespace rung::tp {
namespace {

constexpr std::size_t kUdlMax = std::numeric_limits<std::uint8_t>::max();
/// The most septets TP-UDL can count: what a text is unpacked to before it becomes UTF-8.
using Septets = std::array<std::uint8_t, kUdlMax>;

}  // namespace

std::size_t user_data_header_size(const Tpdu& tpdu) {
  if (!tpdu.has_user_data_header || tpdu.user_data.empty()) return 0;
  return std::min(std::size_t{tpdu.user_data[0]} + 1, tpdu.user_data.size());
}

Octets user_data_header(const Tpdu& tpdu) {
  return tpdu.user_data.first(user_data_header_size(tpdu));
}

Octets user_octets(const Tpdu& tpdu) { return tpdu.user_data.subspan(user_data_header_size(tpdu)); }

std::size_t unpack_user_text(const Tpdu& tpdu, MutableOctets out) {
  if (!counts_septets(tpdu.data_coding)) return 0;
  const std::size_t header = user_data_header_size(tpdu);
  const std::size_t before = gsm7::header_septets(header);
  if (before >= tpdu.user_data_length) return 0;
  return gsm7::unpack(tpdu.user_data, 7 * before, tpdu.user_data_length - before, out);
}

std::size_t user_text(const Tpdu& tpdu, std::span<char> out) {
  if (counts_septets(tpdu.data_coding)) {
    Septets septets;
    const std::size_t count = unpack_user_text(tpdu, septets);
    return gsm7::to_utf8(Octets{septets}.first(count), out);
  }
  const Octets octets = user_octets(tpdu);
  if (alphabet(tpdu.data_coding) == Alphabet::ucs2 && !compressed(tpdu.data_coding)) {
    return ucs2::to_utf8(octets, out);
  }
  const std::size_t size = std::min(octets.size(), out.size());
  std::copy_n(octets.begin(), size, out.begin());
  return size;
}

bool set_user_data(Tpdu& tpdu, std::uint8_t data_coding, Octets header, Octets text,
                   MutableOctets storage) {
  const bool septets = counts_septets(data_coding);
  const std::size_t before = septets ? gsm7::header_septets(header.size()) : header.size();
  const std::size_t length = before + text.size();
  if (length > kUdlMax) return false;
  const std::size_t size = septets ? (7 * length + 7) / 8 : length;
  if (size > storage.size()) return false;
  const MutableOctets user_data = storage.first(size);
  std::fill(user_data.begin(), user_data.end(), std::uint8_t{0});
  std::copy(header.begin(), header.end(), user_data.begin());
  if (septets) {
    gsm7::pack(text, 7 * before, user_data);
  } else {
    std::copy(text.begin(), text.end(), user_data.subspan(before).begin());
  }
  tpdu.data_coding = data_coding;
  tpdu.has_user_data_header = !header.empty();
  tpdu.has_user_data = true;
  tpdu.user_data_length = narrow<std::uint8_t>(length);
  tpdu.user_data = user_data;
  return true;
}

}  // namespace rung::tp
