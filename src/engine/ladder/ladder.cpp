#include "engine/ladder/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "engine/base/assert.hpp"
#include "engine/wire/rp.hpp"
#include "engine/wire/tpdu.hpp"

namespace rung {
namespace {

struct PathRow {
  std::string_view text;
  PathKind kind;
};
constexpr PathRow kPaths[] = {
#define RUNG_PATH(id, text, kind) {text, PathKind::kind},
#include "engine/ladder/path.def"
#undef RUNG_PATH
};

constexpr std::string_view kOurs[] = {
#define RUNG_OURS(name, line) #name,
#include "engine/ladder/ours.def"
#undef RUNG_OURS
};

constexpr Timer kTimers[] = {
#define RUNG_TIMER(name, default_ms, t1_multiple, clause, line) \
  {#name, std::chrono::milliseconds(default_ms), t1_multiple, clause, line},
#include "engine/ladder/timers.def"
#undef RUNG_TIMER
};

constexpr bool timers_scale_from_500_ms() {
  return std::all_of(std::begin(kTimers), std::end(kTimers), [](const Timer& t) {
    return t.t1_multiple == 0 || t.value == 500ms * t.t1_multiple;
  });
}
static_assert(timers_scale_from_500_ms());

struct ValueRow {
  Path path;
  std::string_view text;
  std::uint64_t value;
};
constexpr ValueRow kValues[] = {
#define RUNG_VALUE(path, text, value) {Path::path, text, value},
#include "engine/ladder/value.def"
#undef RUNG_VALUE
#define RUNG_MAP_OPERATION(id, name, code, timer, argument, result) \
  {Path::map_operation, name, code},
#include "engine/wire/map_operation.def"
#undef RUNG_MAP_OPERATION
#define RUNG_MAP_USER_ERROR(id, name, code, parameter) {Path::map_error, name, code},
#include "engine/wire/map_user_error.def"
#undef RUNG_MAP_USER_ERROR
#define RUNG_MAP_CONTEXT(id, name, number, first, last) {Path::map_context, name, number},
#include "engine/wire/map_context.def"
#undef RUNG_MAP_CONTEXT
};

constexpr std::uint64_t number_of(rp::Type type) { return static_cast<std::uint64_t>(type); }
constexpr std::uint64_t number_of(tp::Type type) { return static_cast<std::uint64_t>(type); }
static_assert(number_of(rp::Type::data) == 0 && number_of(rp::Type::smma) == 3);
static_assert(number_of(tp::Type::deliver) == 0 && number_of(tp::Type::submit) == 3);
static_assert(number_of(tp::Type::status_report) == 2 && number_of(tp::Type::command) == 5);

std::optional<std::uint64_t> parse_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc{} || stop != end) return {};
  return value;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string_view to_string(Party party) {
  constexpr std::string_view names[] = {"ue", "ue2", "cscf", "gw", "sc", "hss", "msc", "sgsn"};
  return names[static_cast<std::size_t>(party)];
}

std::string_view to_string(Topology topology) { return topology == Topology::gm ? "gm" : "isc"; }

std::string_view to_string(Path path) { return kPaths[static_cast<std::size_t>(path)].text; }

PathKind kind_of(Path path) { return kPaths[static_cast<std::size_t>(path)].kind; }

std::string_view to_string(Source source) {
  constexpr std::string_view names[] = {"fixed",      "ours",         "copied",   "any",
                                        "absent",     "one_of",       "contains", "differs",
                                        "if_present", "not_contains", "at_most",  "template"};
  return names[static_cast<std::size_t>(source)];
}

std::string_view to_string(Ours name) { return kOurs[static_cast<std::size_t>(name)]; }

std::optional<Ours> ours_by_name(std::string_view name) {
  const auto* found = std::find(std::begin(kOurs), std::end(kOurs), name);
  if (found == std::end(kOurs)) return {};
  return static_cast<Ours>(found - std::begin(kOurs));
}

std::span<const Timer> timer_table() { return kTimers; }

const Timer* timer_by_name(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTimers), std::end(kTimers),
                                   [&](const Timer& t) { return t.name == name; });
  return found == std::end(kTimers) ? nullptr : found;
}

Duration duration_of(const Limit& limit, Duration t1) {
  const Timer* timer = timer_by_name(limit.timer);
  if (timer == nullptr) return limit.value;
  return timer->t1_multiple == 0 ? timer->value : t1 * timer->t1_multiple;
}

std::uint64_t field_number_max(Path path) {
  if (kind_of(path) == PathKind::flag) return 1;
  ENGINE_ASSERT(kind_of(path) == PathKind::number);
  switch (path) {
    case Path::sip_status: return 699;
    case Path::sip_max_forwards: return 255;
    case Path::sip_expires:
    case Path::sip_contact_expires:
    case Path::sip_granted_expires:
    case Path::sip_retry_after: return std::numeric_limits<std::uint32_t>::max();
    case Path::sip_content_length:
    case Path::sip_size:
    case Path::rp_pad:
    case Path::tp_concat_reference: return 65535;
    case Path::rp_mti: return 3;
    case Path::rp_direction: return 1;
    case Path::rp_spare: return 31;
    case Path::rp_cause: return 127;
    case Path::tp_mti: return 5;
    case Path::map_delivery_timer: return 65535;
    case Path::tp_vpf:
    case Path::tp_mti_code: return 3;
    case Path::rp_oa_ton:
    case Path::tp_oa_ton: return 7;
    case Path::rp_oa_npi:
    case Path::tp_oa_npi: return 15;
    default: return 255;
  }
}

std::optional<std::uint64_t> field_number(Path path, std::string_view text) {
  const PathKind kind = kind_of(path);
  if (kind != PathKind::number && kind != PathKind::flag) return {};
  for (const ValueRow& row : kValues) {
    if (row.path == path && row.text == text) return row.value;
  }
  if (kind == PathKind::flag && (text == "yes" || text == "no")) return text == "yes" ? 1 : 0;
  const auto value = parse_number(text);
  if (!value || *value > field_number_max(path)) return {};
  if (path == Path::sip_status && *value < 100) return {};
  return value;
}

std::string field_number_text(Path path, std::uint64_t value) {
  for (const ValueRow& row : kValues) {
    if (row.path == path && row.value == value) return std::string(row.text);
  }
  if (kind_of(path) == PathKind::flag) return value != 0 ? "yes" : "no";
  return fmt::format("{}", value);
}

std::optional<std::vector<std::uint8_t>> field_octets(std::string_view text) {
  if (text.size() % 2 != 0) return {};
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return {};
    octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return octets;
}

std::string_view Ladder::answer_of(Party party) const {
  const auto found =
      std::find_if(given.begin(), given.end(), [&](const Given& g) { return g.party == party; });
  return found == given.end() ? std::string_view{} : std::string_view(found->answer);
}

bool Ladder::needs_named() const {
  return std::any_of(given.begin(), given.end(), [](const Given& g) { return g.named; });
}

bool Ladder::needs_barred() const {
  return std::any_of(given.begin(), given.end(), [](const Given& g) { return g.barred; });
}

const Ladder* LadderBook::ladder(std::string_view name) const {
  const auto found =
      std::find_if(ladders.begin(), ladders.end(), [&](const Ladder& l) { return l.name == name; });
  return found == ladders.end() ? nullptr : &*found;
}

const BodyText* LadderBook::body(std::string_view name) const {
  const auto found =
      std::find_if(bodies.begin(), bodies.end(), [&](const BodyText& b) { return b.name == name; });
  return found == bodies.end() ? nullptr : &*found;
}

bool plays_on(const Ladder& ladder, const Step& step, Topology topology) {
  const bool wanted = !ladder.has_topology || ladder.topology == topology;
  if (!wanted || (step.has_topology && step.topology != topology)) return false;
  const bool core = step.from == Party::cscf || step.to == Party::cscf;
  return (step.from == Party::gw || step.to == Party::gw) && (!core || topology == Topology::isc);
}

bool plays_on(const Ladder& ladder, Topology topology) {
  return std::any_of(ladder.steps.begin(), ladder.steps.end(),
                     [&](const Step& step) { return plays_on(ladder, step, topology); });
}

bool needs_link(const Ladder& ladder, Topology topology) {
  return std::any_of(ladder.steps.begin(), ladder.steps.end(), [&](const Step& step) {
    return (in_network(step.from) || in_network(step.to)) && plays_on(ladder, step, topology);
  });
}

LadderBook on_topology(const LadderBook& book, Topology topology) {
  LadderBook out = book;
  for (Message& message : out.messages) {
    std::erase_if(message.fields, [&](const FieldRule& row) { return !holds_on(row, topology); });
  }
  return out;
}

const Message* LadderBook::message(std::string_view name) const {
  const auto found = std::find_if(messages.begin(), messages.end(),
                                  [&](const Message& m) { return m.name == name; });
  return found == messages.end() ? nullptr : &*found;
}

}  // namespace rung
