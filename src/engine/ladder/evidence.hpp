// Evidence: what one session saw, handed to the rules when it ends.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"

namespace rung {

/// What happened at one step.
struct StepEvidence {
  bool done = false;
  bool ours = false;  // sent by us
  bool request = false;
  bool map = false;                       // of which neither copies nor answers are looked for
  std::uint16_t status = 0;               // responses
  std::uint8_t rp_mti = 0xff;             // 0xff: no RPDU
  Time first{};                           // sent or arrived, first copy
  Time last{};                            // last copy
  std::uint16_t copies = 0;               // further copies in the same transaction
  std::uint16_t repeats = 0;              // further messages that say the same in a new transaction
  std::uint16_t copies_off_schedule = 0;  // copies of theirs outside Timer E +-20 %
  std::uint16_t copies_differing = 0;     // copies of theirs whose octets or answer differ
  bool gave_up = false;                   // ours: Timer F ended without a final answer
  bool hasty_provisional = false;  // ours: a 1xx that RFC 4320 4.1 does not allow answered it
  std::uint64_t cause_mask = 0;    // steps it names as causes
  std::uint8_t answers = 0xff;     // a response: the step whose request it answers
  std::uint8_t replies_to = 0xff;  // a report: the step it reports on (its copied Call-ID)
  bool replied_elsewhere = false;  // its In-Reply-To names another request of the session
  bool reference_wrong = false;    // its RP-MR is not that of the step it reports on
  bool out_of_turn = false;    // another RP-DATA of theirs to the same UE had no final answer yet
  bool turn_doubtful = false;  // nor had another one, which the gateway may have given up
};

struct Evidence {
  std::span<const StepEvidence> steps;
  std::uint8_t step = 0;  // the step the rule is asked about
  Time started{};         // intended instant
  Time ended{};
  Duration reorder_max{};         // what the path may reorder without being at fault
  Duration t1{}, t2{};            // RFC 3261 17, in force on this leg
  bool reliable = false;          // one ordered connection: nothing is repeated there
  Duration copies_watched{};      // how long theirs was left unanswered on purpose; 0: answered
  bool lossy = false;             // the path may lose or repeat packets: absence proves nothing
  bool refused = false;           // ended by a final answer the ladder does not draw
  bool generator_late = false;    // we were late: deadlines prove nothing
  bool generator_missed = false;  // we lost packets, or were late at the end: nor does absence
  bool unmatched = false;         // a UE of it got a message that no session could claim, or one
                                  // whose body does not decode: absence proves nothing

  bool disputed = false;  // a report named it and another session: it may be either's

  [[nodiscard]] const StepEvidence& self() const { return steps[step]; }
};

}  // namespace rung
