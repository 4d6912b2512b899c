// Fields of a received message, found by path. One datagram is parsed once into a Received; its
// spans live as long as the datagram does.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/ladder/ladder.hpp"
#include "engine/wire/rp.hpp"
#include "engine/wire/short_message_info.hpp"
#include "engine/wire/sip_view.hpp"
#include "engine/wire/tpdu.hpp"

namespace rung {

/// The one field that a body which does not decode is blamed on; path.def says how.
enum class Blame : std::uint8_t { none, content_length, rpdu, user_data, cause, tpdu, udl };

/// An address header with its tag, read on first use.
struct ReadAddress {
  bool read = false;
  bool well_formed = false;
  bool has_tag = false;
  std::string_view uri;
  std::string_view tag;
};

/// The topmost Via, read on first use.
struct ReadVia {
  bool read = false;
  bool well_formed = false;
  sip::Via via;
};

/// The document of TS 24.341 C.1 that came with a message, read on first use.
struct ReadInfo {
  bool read = false;
  InfoError error = InfoError::none;
  ShortMessageInfo values;
};

struct Received {
  sip::View view;
  mutable ReadVia via;
  mutable ReadAddress from;
  mutable ReadAddress to;
  mutable ReadInfo info;
  std::string_view info_document;  // empty: there is none
  rp::Message rp;
  tp::Tpdu tp;
  rp::Error rp_error = rp::Error::none;
  tp::Error tp_error = tp::Error::none;
  Octets body;          // what was decoded
  bool has_rp = false;  // a body was there to decode
  bool has_tp = false;  // an RPDU decoded that carries a TPDU
  Blame blame = Blame::none;

  [[nodiscard]] const ReadVia& top_via() const;
  [[nodiscard]] const ReadAddress& from_address() const;
  [[nodiscard]] const ReadAddress& to_address() const;
  [[nodiscard]] const ReadInfo& message_info() const;
  /// RP type and reference are known: two octets were there and no spare bit is set.
  [[nodiscard]] bool rp_readable() const;
  [[nodiscard]] bool rp_good() const { return has_rp && rp_error == rp::Error::none; }
  [[nodiscard]] bool tp_good() const { return has_tp && tp_error == tp::Error::none; }
};

/// Parses the SIP message and, for a request with a body or a response with one, what it carries.
/// `direction` is the one a TPDU of the sender has.
sip::Error parse_received(Octets octets, tp::Direction direction, Received& out);
/// Decodes a body alone, as one of our own that is compared with.
void decode_body(Octets body, tp::Direction direction, Received& out);
/// Likewise a TPDU that no RPDU is around.
void decode_tpdu(Octets tpdu, tp::Direction direction, tp::Carrier carrier, Received& out);

struct FieldValue {
  bool present = false;
  bool well_formed = true;
  std::uint64_t number = 0;  // kinds number and flag
  std::string_view text;     // other kinds; octets as they are
};

/// Room for what a field has to be put together in: a text in UTF-8, a number in digits.
inline constexpr std::size_t kFieldScratch = 1024;

/// The value at `path`. `scratch` has kFieldScratch octets; text may point into it.
FieldValue field_of(Path path, const Received& message, std::span<char> scratch);

/// Number of values of the header behind a path of kind uri; and the n-th, 0-based.
bool uri_at(Path path, const sip::View& view, std::size_t n, std::string_view& uri);

/// True where `path` is a header whose grammar is a comma list of texts: several lines of it are
/// one list (RFC 3261 7.3.1).
bool is_list(Path path);
/// True when list_contains(value, item) for a value of the list header behind `path`.
bool header_contains(Path path, const sip::View& view, std::string_view item);

/// The n-th value of that header, 0-based, over all its lines; false behind the last.
bool list_value_at(Path path, const sip::View& view, std::size_t n, std::string_view& value);

/// True where `path` is of a message of the network side (network_message.hpp).
constexpr bool in_network(Path path) {
  return path >= Path::sccp_called_ssn && path < Path::rp_cut;
}
/// True where `path` is of the document of TS 24.341 C.1.
constexpr bool in_info(Path path) {
  return path >= Path::info_document && path <= Path::info_outcome;
}
/// True where `path` lies inside the RPDU; inside the TPDU.
constexpr bool in_rpdu(Path path) { return path >= Path::rp_cut; }
constexpr bool in_tpdu(Path path) { return path >= Path::tp_tpdu; }

/// The whole items of a list separated by commas and semicolons: true when `item` (itself perhaps
/// several) is among them, without regard to case. A flag parameter may carry ="TRUE"
/// where it has a `long_form`.
bool list_contains(std::string_view list, std::string_view item, bool long_form = true);

}  // namespace rung
