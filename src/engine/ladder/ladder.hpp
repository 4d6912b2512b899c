// Ladder: one procedure with one ending, as its text file states it. Plain data for the reader, the
// drawing and the compiler (program); the loop never sees it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.hpp"

namespace rung {

/// Columns of a ladder. `gw` is always the SUT.
enum class Party : std::uint8_t { ue, ue2, cscf, gw, sc, hss, msc, sgsn };
std::string_view to_string(Party party);
/// The network behind the gateway: MAP goes over such a leg, not SIP.
constexpr bool in_network(Party party) { return party >= Party::sc; }

enum class Topology : std::uint8_t { gm, isc };
std::string_view to_string(Topology topology);

enum class Path : std::uint8_t {
#define RUNG_PATH(id, text, kind) id,
#include "engine/ladder/path.def"
#undef RUNG_PATH
};
enum class PathKind : std::uint8_t { text, number, octets, flag, uri, digits };
std::string_view to_string(Path path);
PathKind kind_of(Path path);
inline bool is_numeric(PathKind kind) { return kind == PathKind::number || kind == PathKind::flag; }

/// The value a row of `fixed` or `one_of` states for a path of kind number or flag: a name of
/// value.def ("RP-ACK", "SMS-DELIVER"), yes or no for a flag, decimal, or 0x and hexadecimal. Empty
/// when it is none of these or out of the path's range.
std::optional<std::uint64_t> field_number(Path path, std::string_view text);
/// Largest value a path of kind number can hold; 1 for a flag. Precondition: one of these kinds.
std::uint64_t field_number_max(Path path);
/// The other way round: "RP-ACK" for rp.mti 1, decimal where value.def has no name.
std::string field_number_text(Path path, std::uint64_t value);
/// Octets of a value of kind octets: an even number of hexadecimal digits. Empty when it is no
/// such text.
std::optional<std::vector<std::uint8_t>> field_octets(std::string_view text);

/// Where a field's value comes from (DESIGN section 3). The last six only on receipt.
///   one_of       any of the values; of sip.status a strict profile takes the first only, which is
///                the code the clause names
///   contains     all of the values are whole items of the comma and semicolon list that the field
///                is (`require` is not in `;required`), in any order, without regard to case
///   if_present   absent, or one of the values; without values: absent, or well-formed
///   not_contains none of the values is an item of the list; absent passes
///   at_most      a number that is there and not above the value, or not above that of a step's
///                field
/// And one only on sending:
///   template     sip.body: the text of a `body` block, its {names} filled in
enum class Source : std::uint8_t {
  fixed,
  ours,
  copied,
  any,
  absent,
  one_of,
  contains,
  differs,
  if_present,
  not_contains,
  at_most,
  template_
};
std::string_view to_string(Source source);

/// Names a row `ours NAME` may give: ours.def says who fills each.
enum class Ours : std::uint8_t {
#define RUNG_OURS(name, line) name,
#include "engine/ladder/ours.def"
#undef RUNG_OURS
};
std::string_view to_string(Ours name);
std::optional<Ours> ours_by_name(std::string_view name);

/// Place in a text file, 1-based.
struct TextPlace {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// One row of a message table: `sip.in_reply_to copied s1.sip.call_id [24.341-5.3.3.4.2-c]`.
struct FieldRule {
  Path path{};
  Source source{};
  std::vector<std::string> values;  // fixed: one; one_of: several; contains: all; ours: the name
  std::string step;                 // copied, differs, at_most without a value: the step named, or
                                    // "cause" for the first cause of the step itself: of an answer,
                                    // what it answers
  Path from{};                      // the field of that step
  std::vector<std::string> requirements;
  std::vector<TextPlace> requirement_places;  // one for each, within `file`
  std::string file;  // of this row; a row taken over by `like` keeps its own
  TextPlace place;
  bool on_gm = true, on_isc = true;  // `on gm`, `on isc`: the row holds on that topology only
};

/// Whether a row is part of its message on that topology.
[[nodiscard]] inline bool holds_on(const FieldRule& row, Topology topology) {
  return topology == Topology::gm ? row.on_gm : row.on_isc;
}

/// A message table. `like` is resolved by the reader: fields of the base come first, a field of the
/// same path replaces the base's on the topologies it holds on.
struct Message {
  std::string name;
  std::string like;
  std::vector<FieldRule> fields;
  std::string file;
  TextPlace place;
};

/// A text body to be sent, such as an XML document: lines behind `|`, each ended by CR LF. A name
/// of ours.def in braces stands for its value, whose width must not vary.
struct BodyText {
  std::string name;
  std::string text;
  std::string file;
  TextPlace place;
};

/// A bound on time: a timer's name (timer_f, tr1m, ...) or a duration.
struct Limit {
  std::string timer;  // empty: value counts
  Duration value{};   // with a timer: its default, as at T1 = 500 ms
};

/// One row of timers.def.
struct Timer {
  std::string_view name;
  Duration value;             // at T1 = 500 ms
  std::uint32_t t1_multiple;  // 0: does not scale
  std::string_view clause;
  std::string_view line;
};
std::span<const Timer> timer_table();
/// Null when there is no timer of that name.
const Timer* timer_by_name(std::string_view name);
/// What a limit means where T1 is `t1`: the duration, or the timer's value, scaled where it scales.
Duration duration_of(const Limit& limit, Duration t1);

struct Step {
  std::string id;  // "s1"
  Party from{};
  Party to{};
  std::string message;
  std::vector<std::string> after;  // all of these first; empty: the ladder's start
  Limit within;                    // on receipt, since the last cause
  bool has_within = false;
  Duration wait{};         // on sending: not before this long after the cause
  std::string wait_timer;  // not empty: the timer `wait` was taken from, which may scale
  std::string copy_of;     // not empty: sent as a byte-identical copy of that step of
                           // ours, same branch, on purpose; `message` is that step's. An
                           // answer to it counts as a copy of the answer to that step.
  bool forked = false;     // with copy_of: the copy has a branch of its own, as if
                           // a proxy had forked the request; its answer is a step
  bool optional = false;
  std::uint8_t times_min = 1, times_max = 1;
  bool has_topology = false;
  Topology topology{};
  bool has_ue = false;  // `for ue2`: whose step with our S-CSCF this is; else its cause's
  Party ue{};
  std::vector<std::string> requirements;      // judged by a rule when the session ends
  std::vector<TextPlace> requirement_places;  // one for each
  TextPlace place;
};

/// An interval that gets a latency histogram: from the instant of one step to that of another; from
/// the session's first step it is also counted from the intended instant.
struct Measure {
  std::string name;  // "accepted", "report", "delivery"
  std::string from, to;
  TextPlace place;
};

/// What must hold before a session may start: the state of a UE, or what an element of the network
/// behind the SUT answers, which is not ours to set unless the SUT is the embedded gateway.
struct Given {
  Party party{};
  bool registered = true;  // ue, ue2
  bool barred = false;     // ue, ue2: may not send short messages
  bool named = false;      // ue, ue2: the user part of its identity is not its number
  // sc, hss: as --sc-result and --hss-result spell it ("sc_congestion:C0"). gw: "digest", it
  // challenges every REGISTER; "open", it serves UEs that are not registered;
  // "subscribes", to the registration event of each user; "msisdn_less", it serves UEs without
  // MSISDN and SIP URIs as recipients; "msisdn_less_delivery", it delivers what other IMS networks
  // send without MSISDN.
  std::string answer{};
  TextPlace place{};
};

struct Ladder {
  std::string name;
  std::string title;
  std::vector<std::string> sources;  // "TS 24.341 B.5"
  std::vector<Given> given;          // default: ue and ue2 registered, not barred; all answer well
  bool has_topology = false;         // `on isc`: played on that topology only
  Topology topology{};
  Duration hold{};          // how long the session stays open after its last step
  std::string hold_timer;   // not empty: the timer `hold` was taken from, which may scale
  std::vector<Step> steps;  // at most 64
  std::vector<Measure> measures;
  std::string file;
  TextPlace place;

  /// What `party` (sc, hss, gw) has to answer; empty where it does its work as usual.
  [[nodiscard]] std::string_view answer_of(Party party) const;
  /// True where a UE of the ladder has to be barred from sending.
  [[nodiscard]] bool needs_barred() const;
  /// True where the identity of a UE of the ladder may not be its number.
  [[nodiscard]] bool needs_named() const;
};

/// A requirement that a user's ladder file declares for itself.
struct DeclaredRequirement {
  std::string id, text;
  TextPlace place;
};

/// What a set of files holds; ladders refer to messages by name.
struct LadderBook {
  std::vector<Ladder> ladders;
  std::vector<Message> messages;
  std::vector<BodyText> bodies;
  std::vector<DeclaredRequirement> requirements;

  [[nodiscard]] const Ladder* ladder(std::string_view name) const;
  [[nodiscard]] const Message* message(std::string_view name) const;
  [[nodiscard]] const BodyText* body(std::string_view name) const;
};

/// True when the step belongs to that topology: neither it nor its ladder names the other one.
[[nodiscard]] bool plays_on(const Ladder& ladder, const Step& step, Topology topology);
/// True when some step of the ladder is sent or received on that topology. On gm the S-CSCF is the
/// SUT's; what passes between two parties of ours is drawn only.
[[nodiscard]] bool plays_on(const Ladder& ladder, Topology topology);
/// True when some step on that topology passes between the SUT and the network behind it, which
/// takes a link that carries MAP. Without one such a step is drawn only.
[[nodiscard]] bool needs_link(const Ladder& ladder, Topology topology);

/// The book as it reads on one topology: rows of messages that hold on the other one are left out.
LadderBook on_topology(const LadderBook& book, Topology topology);

/// Splits a body into what is literal and the names in braces, in order; false at a brace that
/// belongs to no name. Visit: void(std::string_view text, bool is_name).
template <class Visit>
bool each_piece(std::string_view text, Visit&& visit) {
  while (!text.empty()) {
    const std::size_t open = std::min(text.find_first_of("{}"), text.size());
    if (open > 0) visit(text.substr(0, open), false);
    text.remove_prefix(open);
    if (text.empty()) return true;
    const std::size_t close = text.find('}');
    if (text.front() != '{' || close == std::string_view::npos || close == 1) return false;
    visit(text.substr(1, close - 1), true);
    text.remove_prefix(close + 1);
  }
  return true;
}

}  // namespace rung
