// Program: ladders turned into what the loop can run without seeing a path or a text: steps with
// bit masks, message templates with slots and gaps, checks in one flat array. Built once at start,
// read by every worker's player, never changed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/ladder/ladder.hpp"
#include "engine/ladder/play_config.hpp"
#include "engine/ladder/requirement.hpp"
#include "engine/ue/ue_table.hpp"
#include "engine/wire/map.hpp"
#include "engine/wire/rp.hpp"
#include "engine/wire/sip_header.hpp"
#include "engine/wire/tcap.hpp"
#include "engine/wire/template.hpp"
#include "engine/wire/tpdu.hpp"

namespace rung {

inline constexpr std::uint8_t kNoStep = 0xff;
inline constexpr std::uint8_t kNoParty = 0xff;
inline constexpr std::uint8_t kAnyType = 0xff;

/// `drawn`: not on a wire of ours; its causes are joined to those that wait for it.
enum class StepKind : std::uint8_t {
  drawn,
  send_request,
  send_response,
  receive_request,
  receive_response,
  send_map,
  receive_map
};
inline bool is_send(StepKind kind) {
  return kind == StepKind::send_request || kind == StepKind::send_response ||
         kind == StepKind::send_map;
}
inline bool is_receive(StepKind kind) {
  return kind == StepKind::receive_request || kind == StepKind::receive_response ||
         kind == StepKind::receive_map;
}
inline bool is_map(StepKind kind) {
  return kind == StepKind::send_map || kind == StepKind::receive_map;
}

/// A piece of text that is composed per session.
enum class PartKind : std::uint8_t {
  literal,
  msisdn,            // digits of the party's number
  imsi,              // digits of the party's IMSI
  ue,                // place of the party's UE in the run, kUeDigits digits
  address,           // host:port of the party
  call_id,           // of our request `step`
  register_call_id,  // of every REGISTER of the party's UE
  from_tag,          // of our request `step`; kNoStep: of every REGISTER of the party
  branch,            // of our request `step`, behind the literal front
  attempt,           // one hex digit: which attempt the branch is of
  cseq,              // of our request `step`, 10 digits
  foreign,           // text `index` saved at step `step`
  // Of the gateway's subscription to the party, and of our request `step` within it:
  subscriber,   // text `index` of RegSubscriptions
  reg_tag,      // our tag
  reg_cseq,     // number of the NOTIFY
  reg_state,    // Subscription-State
  reg_version,  // of its document
};
struct Part {
  PartKind kind{};
  std::uint8_t party = 0;
  std::uint8_t step = 0;
  std::uint8_t index = 0;
  std::string text;
};
struct PartRange {
  std::uint32_t first = 0;
  std::uint16_t count = 0;
};

/// A slot of a template and what fills it.
enum class PatchKind : std::uint8_t {
  msisdn,
  ue,
  call_id,
  register_call_id,
  from_tag,
  branch,
  attempt,
  cseq,
  rp_mr,        // taken by this step
  rp_mr_of,     // of `step`
  rp_mr_other,  // any but that of `step`
  tp_mr,
  tp_mr_of,
  semi_msisdn,  // digits of the party as semi-octets
  scts,         // when this step was taken
  token,
  concat_reference,
  reg_tag,
  reg_version
};
struct Patch {
  Slot slot;
  PatchKind kind{};
  std::uint8_t party = 0;
  std::uint8_t step = 0;
};
/// What fills a gap of a template.
struct Gap {
  enum class Kind : std::uint8_t { address, foreign, route, credentials, composed };
  Kind kind{};
  std::uint8_t party = 0;
  std::uint8_t step = 0;
  std::uint8_t index = 0;
  PartRange parts;  // composed: the text
};

/// A header value of a request of ours, kept so that an answer can be compared with it.
struct OwnField {
  Path path{};
  PartRange parts;
};

struct SendMap;  // send_map.hpp

/// A request of ours. Of a MAP message the TPDU is the body.
struct SendRequest {
  MessageTemplate text;
  std::vector<Patch> patches;  // all
  std::vector<Gap> gaps;
  std::vector<OwnField> fields;
  std::vector<std::uint8_t> body;   // the RPDU, its slots unfilled
  std::vector<Patch> body_patches;  // slots relative to the body: piece 0
  PartRange further_vias;           // behind ours: of those the request came by, "A, B"
  std::string request_uri;          // for digests; empty when it is composed
  bool takes_rp_mr = false;
  bool takes_tp_mr = false;
  bool has_token = false;
  bool zero_expires = false;   // REGISTER that removes the binding
  bool keeps_expires = false;  // REGISTER whose time runs out: it is not refreshed
  bool unauthorized = false;   // its challenge is drawn: sent without credentials
  bool for_peer = false;       // REGISTER of the other party's identity
  bool notifies = false;       // NOTIFY within the gateway's subscription
  bool ends_subscription = false;
  tp::Alphabet alphabet = tp::Alphabet::gsm7;
  std::uint8_t header_octets = 0;  // user data header in front of the text
  std::uint32_t map = UINT32_MAX;  // index of its SendMap
};

/// An answer of ours: the rest is the request's.
struct SendResponse {
  std::uint16_t status = 200;
  std::string extra_headers;
  bool grants_expires = false;               // to a SUBSCRIBE: with the time it is granted
  std::uint32_t expires_max_s = UINT32_MAX;  // no more than this
};

/// A value a check compares with: number for numbers and flags, text for the rest (octets raw).
struct CheckValue {
  std::uint64_t number = 0;
  std::string text;
};

/// One row of a message table on receipt.
struct Check {
  Path path{};
  PathKind kind{};
  Source source{};
  std::uint8_t step = kNoStep;  // copied, differs, at_most: the step named
  Path from{};
  bool from_ours = false;     // that step is a request of ours
  std::uint8_t saved = 0xff;  // copied from theirs: which saved text
  std::uint32_t values_first = 0;
  std::uint16_t values_count = 0;
  PartRange parts;       // ours: the composed text
  bool or_tel = false;   // ours: an identity, which a tel URI with the same number is too
  bool or_imsi = false;  // ours: a subscriber, whom an IMSI names as its number does
  std::uint32_t requirements_first = 0;
  std::uint16_t requirements_count = 0;
};

/// Part of a check's cost is deciding which requirement fails when a body does not decode.
struct BodyPaths {
  bool content_length = false, rpdu = false, user_data = false, cause = false;
  bool cause_element = false, tpdu = false, udl = false;
};

struct ProgramStep {
  StepKind kind = StepKind::drawn;
  std::uint8_t party = kNoParty;  // 0: ue, 1: ue2; our end of the step, of MAP whom it concerns
  sip::Method method = sip::Method::other;
  std::uint64_t causes = 0;
  Duration within{};  // zero: the configured default
  Duration wait{};
  bool optional = false;
  std::uint8_t times_min = 1, times_max = 1;
  std::uint8_t answers = kNoStep;      // a response: the request it answers
  std::uint8_t answered_by = kNoStep;  // a request of theirs: our final response
  std::uint8_t provisional = kNoStep;  // a request of theirs: our 100 before it
  std::uint8_t replies_to = kNoStep;   // a report: the step it reports on
  std::uint8_t relays = kNoStep;       // theirs: the request of ours it is, passed on by a proxy
  std::uint8_t copy_of = kNoStep;      // ours: sent as a copy of that step
  std::uint8_t fork_of = kNoStep;      // ours: that step's request under a branch of its own
  std::uint8_t submit = kNoStep;       // theirs: the SUBMIT of ours whose text it delivers
  std::uint8_t rp_type = kAnyType;     // what it must be to be this step
  std::uint8_t tp_type = kAnyType;
  // MAP: which element of ours, the Begin of its dialogue, and what it must be to be this step.
  Party element{};
  std::uint8_t dialogue = kNoStep;
  tcap::Type tcap_type{};
  std::optional<tcap::ComponentType> component{};
  std::optional<map::Operation> operation{};
  bool in_dialog = false;     // SUBSCRIBE of theirs: within its dialog; false: begins one
  bool ends_dialog = false;   // with Expires 0
  bool holds_answer = false;  // theirs: the answer waits, so the request must be kept
  std::uint32_t send = 0;     // index of the SendRequest or SendResponse
  std::uint32_t checks_first = 0, checks_end = 0;
  BodyPaths body_paths;
  std::vector<std::uint16_t> statuses;  // receive_response: those it draws
  std::vector<Path> saves;              // theirs: texts needed later
  std::vector<std::uint16_t> measures;  // measures that end here
  std::uint32_t rules_first = 0;        // requirements judged when the session ends
  std::uint32_t rules_end = 0;
};

/// What carries the TPDU of that step: an RPDU, or what MAP has in its place.
tp::Carrier carrier_of(const ProgramStep& step);

struct ProgramMeasure {
  std::string name;
  std::uint8_t from = 0, to = 0;
  bool from_start = false;  // `from` is the first step: also counted from the intended instant
};

struct ProgramLadder {
  std::string name, title;
  std::vector<ProgramStep> steps;
  std::vector<std::string> step_ids;
  std::vector<std::string> step_messages;
  std::vector<ProgramMeasure> measures;
  std::uint64_t sends = 0;  // steps of ours
  std::uint64_t receives = 0;
  std::uint64_t required = 0;  // neither optional nor drawn
  std::uint64_t awaited = 0;   // of what may never come to pass: ours, and theirs with a limit
  std::uint64_t submits = 0;   // requests of ours with a token
  std::uint64_t delivers = 0;  // requests of theirs that deliver one of them
  Duration hold{};
  std::uint8_t parties = 1;       // 1: ue, 2: ue and ue2
  std::uint8_t opener = kNoStep;  // begins with that request of theirs, whenever it comes
  UeNeed need[2] = {UeNeed::registered_shared, UeNeed::registered_shared};
};

class Program {
 public:
  Program();
  ~Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Compiles the named ladders, in that order. Every error at once, each naming ladder and step.
  /// Requirement ids that the table does not know are errors; those not judged on this topology are
  /// left out. Preconditions: `book` is resolved; `config` outlives nothing.
  static Result<Program, std::vector<std::string>> compile(
      const LadderBook& book, std::span<const std::string> ladder_names, Topology topology,
      const RequirementTable& requirements, const PlayConfig& config);

  [[nodiscard]] std::size_t size() const { return ladders_.size(); }
  /// Invalid when no ladder of that name was compiled.
  [[nodiscard]] LadderIndex find(std::string_view name) const;
  [[nodiscard]] const ProgramLadder& ladder(LadderIndex index) const {
    return ladders_[index.value];
  }
  [[nodiscard]] std::string_view name(LadderIndex index) const {
    return ladders_[index.value].name;
  }
  [[nodiscard]] std::string_view title(LadderIndex index) const {
    return ladders_[index.value].title;
  }
  /// "s3".
  [[nodiscard]] std::string_view step_id(LadderIndex ladder, StepIndex step) const {
    return ladders_[ladder.value].step_ids[step.value];
  }
  /// "submit_report".
  [[nodiscard]] std::string_view step_message(LadderIndex ladder, StepIndex step) const {
    return ladders_[ladder.value].step_messages[step.value];
  }
  [[nodiscard]] std::span<const ProgramMeasure> measures(LadderIndex index) const {
    return ladders_[index.value].measures;
  }
  [[nodiscard]] Topology topology() const { return topology_; }
  /// True when some step is a request of ours that comes back to us through a proxy.
  [[nodiscard]] bool relays() const { return relays_; }
  /// The most steps one ladder has.
  [[nodiscard]] std::size_t steps_max() const { return steps_max_; }
  /// Requirements that some step of the program carries: what this run can judge at all.
  [[nodiscard]] const std::vector<bool>& selected() const { return selected_; }

  [[nodiscard]] const SendRequest& request(std::uint32_t index) const { return requests_[index]; }
  /// Precondition: the request is a MAP message.
  [[nodiscard]] const SendMap& map(const SendRequest& request) const;
  [[nodiscard]] const SendResponse& response(std::uint32_t index) const {
    return responses_[index];
  }
  [[nodiscard]] std::span<const Check> checks(const ProgramStep& step) const {
    return std::span(checks_).subspan(step.checks_first, step.checks_end - step.checks_first);
  }
  [[nodiscard]] std::span<const CheckValue> values(const Check& check) const {
    return std::span(values_).subspan(check.values_first, check.values_count);
  }
  [[nodiscard]] std::span<const RequirementIndex> requirements(const Check& check) const {
    return std::span(requirements_).subspan(check.requirements_first, check.requirements_count);
  }
  [[nodiscard]] std::span<const RequirementIndex> rules(const ProgramStep& step) const {
    return std::span(requirements_).subspan(step.rules_first, step.rules_end - step.rules_first);
  }
  [[nodiscard]] std::span<const Part> parts(PartRange range) const {
    return std::span(parts_).subspan(range.first, range.count);
  }

 private:
  friend class ProgramBuilder;

  std::vector<ProgramLadder> ladders_;
  std::vector<SendRequest> requests_;
  std::vector<SendResponse> responses_;
  std::vector<SendMap> maps_;
  std::vector<Check> checks_;
  std::vector<CheckValue> values_;
  std::vector<Part> parts_;
  std::vector<RequirementIndex> requirements_;
  std::vector<bool> selected_;
  std::size_t steps_max_ = 1;
  bool relays_ = false;
  Topology topology_ = Topology::gm;
};

}  // namespace rung
