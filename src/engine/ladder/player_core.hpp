// Player::Core: the player's state and its parts. Receiving (player_receive.cpp) finds the session
// (player_match.cpp) and judges (player_judge.cpp); progress sends (player_send.cpp, composing text
// in player_text.cpp); MAP is received in player_network.cpp and sent in player_map.cpp; timers and
// ends are in player_session.cpp, the fate of SMs in player_fate.cpp, registration and digest in
// player_register.cpp, our S-CSCF's part as notifier of the registration event in
// player_subscription.cpp.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "engine/base/prng.hpp"
#include "engine/base/timer_wheel.hpp"
#include "engine/ladder/evidence.hpp"
#include "engine/ladder/field.hpp"
#include "engine/ladder/home_network.hpp"
#include "engine/ladder/network_message.hpp"
#include "engine/ladder/player.hpp"
#include "engine/ladder/token.hpp"
#include "engine/party/dialogue_pool.hpp"
#include "engine/party/reg_subscriptions.hpp"
#include "engine/ue/challenge_table.hpp"
#include "engine/ue/route_table.hpp"
#include "engine/ue/session_pool.hpp"
#include "engine/wire/digest.hpp"

namespace rung {

class FindingText;

/// What our Call-IDs and branches say: 24 bits ticket, 32 bits generation, 8 bits step, behind run
/// and worker.
struct WireKey {
  std::uint32_t ticket = 0;
  std::uint32_t generation = 0;
  std::uint8_t step = 0;
  std::uint8_t attempt = 0;  // branches only
};

/// A session at hand with what belongs to it.
struct Live {
  SessionIndex index;
  Session* session = nullptr;
  const ProgramLadder* ladder = nullptr;
  std::span<StepRecord> records;
  [[nodiscard]] bool valid() const { return session != nullptr; }
};

/// Where a request of theirs belongs.
struct Match {
  enum class Kind : std::uint8_t {
    stranger,   // nobody's
    disputed,   // one of two sessions', and nothing tells whose
    live,       // `step` of a session
    tombstone,  // `step` of a session that has ended
  };
  Kind kind = Kind::stranger;
  Live live;
  std::uint8_t step = kNoStep;
  const Ticket* ticket = nullptr;
};

class Player::Core {
 public:
  Core(const Program& program, const PlayConfig& config, const RequirementTable& requirements,
       TxQueue& tx, CounterBlock& counters, LatencyBlock& latency, Tally& tally,
       FindingSink& findings, Time start);

  StartResult start(LadderIndex ladder, Time intended, Time now);
  StartResult start_on(LadderIndex ladder, UeIndex ue, Time intended, Time now, bool counted);
  std::uint32_t receive(RxDatagram& datagram, Time now, bool crossed);
  void receive_network(RxDatagram& datagram, Time now);
  void connect_network(TxQueue& tx) { network_tx_ = &tx; }
  void advance(Time now);
  [[nodiscard]] Time next_due() const;
  void abort_all(Time now);
  [[nodiscard]] PlayerPools pools() const;
  void be_late(Time at, Duration by);

  UeTable ues;
  OutcomeBlock outcomes;
  bool refresh;
  Time late_at = Time::min();    // when the generator was last late itself
  Time missed_at = Time::min();  // when it last lost packets, or was late by T1 and more
  [[nodiscard]] std::uint32_t active() const { return pool_.active(); }

 private:
  enum Flag : std::uint8_t {
    kCounted = 1,    // bumps the counters of sessions
    kRefused = 2,    // ended by an answer the ladder does not draw
    kUnmatched = 4,  // one of its UEs got a message that nobody could claim or decode, or was
                     // never made ready: what does not come proves nothing
    kBroken = 8,     // we could not do our part: a pool or queue was full
    kMismatch = 16,  // a field without a requirement differed
    kDisputed = 32   // RP-MR of a report named it and In-Reply-To another session, or the reverse
  };
  // What a datagram at hand says, found once.
  struct Arrival {
    RxDatagram* datagram = nullptr;
    Time at{};
    std::uint64_t branch = 0;
    std::uint32_t request = 0;
    bool branch_reused = false;
    UeIndex ue;
    TokenState token_state = TokenState::none;
    Token token;
  };
  struct BranchRow {
    std::uint64_t branch = 0;
    std::uint32_t request = 0;
    std::uint32_t ticket = 0;
    std::uint32_t generation = 0;  // 0: a stranger's
    std::uint8_t step = 0;
  };
  static_assert(sizeof(BranchRow) == 24);

  // player_session.cpp
  Live live(SessionIndex index);
  StartResult begin(LadderIndex ladder, std::array<UeIndex, kUesPerSession> ues_taken,
                    Time intended, Time now, bool counted);
  [[nodiscard]] bool is_unready(UeIndex ue) const;
  void link(Live& live);
  void unlink(Live& live);
  void expire(SessionIndex index, Time now);
  bool expire_requests(Live& live, Time now);
  bool deadline_passed(const Live& live, Time now) const;
  std::uint8_t missing_step(const Live& live, Time now) const;
  [[nodiscard]] bool awaits(const Live& live, Time now) const;
  void settle(Live& live, Time now);
  void finish(Live& live, Outcome outcome, Time now);
  void free_foreign(Live& live);
  void bury(Live& live, Time now);
  [[nodiscard]] Time due(const Live& live) const;
  [[nodiscard]] bool caused_in_doubt(const Live& live, const ProgramStep& step) const;
  [[nodiscard]] Time cause_time(const Live& live, const ProgramStep& step) const;
  [[nodiscard]] Time deadline(const Live& live, const ProgramStep& step) const;
  [[nodiscard]] Time instant(const Live& live, std::uint32_t units) const;
  [[nodiscard]] static std::uint32_t units(const Live& live, Time at);
  [[nodiscard]] Duration copy_offset(unsigned copies) const;
  [[nodiscard]] Time next_copy(const Live& live, std::size_t step) const;
  [[nodiscard]] Time transaction_end(const Live& live, std::size_t step) const;
  void mark(Live& live, std::size_t step, Time at);

  // player_send.cpp
  void progress(Live& live, Time now);
  bool send_step(Live& live, std::size_t step, Time now);
  bool send_request(Live& live, std::size_t step, Time now);
  bool send_response(Live& live, std::size_t step, Time now);
  bool write_response(const Live& live, std::uint8_t request, std::size_t step);
  void answer_copy(std::uint32_t ticket, std::uint32_t generation, const ProgramLadder& ladder,
                   std::uint8_t step, std::uint64_t done, const Arrival& arrival);
  void doubt_absence(UeIndex ue);
  void answer_stranger(const Arrival& arrival);
  void put_impu(Writer& out, UeIndex ue);
  void send_courtesy_report(const Arrival& arrival);
  [[nodiscard]] bool has_room(std::size_t slots) const;
  TxDatagram* reserve();
  void finish_send(TxDatagram& slot, std::size_t size, const Endpoint& local,
                   const Endpoint& remote, FrameOwner owner);

  // player_map.cpp
  [[nodiscard]] std::string_view element_number(Party element) const;
  std::string_view imsi_digits(std::uint32_t number, std::span<char> out) const;
  [[nodiscard]] std::uint32_t dialogue_of(const Live& live, std::uint8_t begin) const;
  std::uint32_t open_dialogue(Live& live, std::uint8_t begin);
  void free_dialogues(Live& live);
  void abort_dialogue(const Live& live, std::uint32_t handle);
  MapParameter own_parameter(const Live& live, std::size_t step, MutableOctets room);
  Octets write_tcap(const Live& live, std::size_t step, std::uint32_t handle, MutableOctets out);
  std::size_t write_unit(const sccp::Address& called, const sccp::Address& calling,
                         std::uint8_t sls, Octets data, MutableOctets out) const;
  bool send_map(Live& live, std::size_t step, Time now);
  void put_service_centre_time(const Live& live, std::size_t step, MutableOctets slot) const;

  // player_network.cpp
  void take_tpdu();
  void receive_returned(Time now);
  [[nodiscard]] Party called_element() const;
  std::optional<std::uint32_t> subscriber_number();
  void receive_begin(Arrival& arrival);
  void note_peer(Dialogue& dialogue);
  Match find_begin(Party element, const Arrival& arrival);
  template <class Fits>
  std::uint8_t choose_map(const Live& live, Fits&& fits) const;
  void receive_further(Arrival& arrival);
  void repeat_answer(Live& live, const Dialogue& dialogue, Arrival& arrival);
  void receive_map(Live& live, std::uint8_t step, Arrival& arrival);
  void refuse_map(Live& live, std::uint8_t step, Arrival& arrival);
  void repeat_map(Live& live, std::uint8_t step, Arrival& arrival);
  [[nodiscard]] bool draws_result(const Live& live, std::uint8_t begin) const;
  void write_reply(Party element, UeIndex ue, std::int8_t invoke_id, tcap::Writer& writer);
  void answer_begin(Party element, UeIndex ue);
  void send_end(tcap::Writer& writer);
  void send_back(Octets tcap);
  void refuse_malformed();
  void abort_stranger();

  // player_text.cpp
  void patch(const Live& live, const Patch& patch, MutableOctets slot);
  std::string_view render(const Live& live, PartRange range, std::span<char> out);
  std::string_view digits(std::uint32_t number, std::size_t which);
  std::string_view address_text(std::uint32_t number, std::size_t which);
  [[nodiscard]] std::uint32_t number(const Live& live, std::uint8_t party) const;
  [[nodiscard]] std::uint64_t key_of(const Live& live, std::uint8_t step) const;
  [[nodiscard]] std::uint64_t register_key(const Live& live, std::uint8_t party) const;
  [[nodiscard]] std::uint32_t tag_of(std::uint32_t ticket, std::uint32_t generation,
                                     unsigned salt) const;
  [[nodiscard]] std::uint32_t from_tag(const Live& l, std::uint8_t party, std::uint8_t step) const;
  [[nodiscard]] std::uint32_t cseq_of(const Live& live, std::uint8_t step, bool registers) const;
  [[nodiscard]] std::string_view foreign_text(const Live& live, std::uint8_t step,
                                              std::uint8_t index) const;
  [[nodiscard]] Token token_of(const Live& live, std::uint8_t step) const;
  bool parse_key(std::string_view text, WireKey& key) const;
  bool parse_branch(std::string_view text, WireKey& key) const;
  Octets own_body(const Live& live, std::uint8_t step);
  const Received& own_decoded(const Live& live, std::uint8_t step);

  // player_receive.cpp
  void receive_response(Arrival& arrival);
  void receive_provisional(Live& live, std::size_t step, const Arrival& arrival);
  void receive_final(Live& live, std::size_t step, Arrival& arrival);
  void copy_of_response(Live& live, std::size_t step, Arrival& arrival);
  std::uint8_t response_step(const Live& live, std::size_t request, std::uint16_t status) const;
  void receive_request(Arrival& arrival);
  void receive_new(Match& match, Arrival& arrival);
  void receive_counted(Match& match, Arrival& arrival);
  void receive_repeat(Match& match, Arrival& arrival);
  bool receive_copy(const BranchRow& row, Arrival& arrival);
  void receive_late(const Match& match, Arrival& arrival);
  void note_copy(Live& live, std::size_t step, const Arrival& arrival);
  static void note_frame(Live& live, std::size_t step, const Arrival& arrival);
  bool keep(Live& live, std::size_t step, const Arrival& arrival);
  void hold_request(ForeignEntry& entry, const Arrival& arrival);
  void receive_error_report(Live& live, const Arrival& arrival);
  void count_status(std::uint16_t status);

  // player_match.cpp
  void locate(Arrival& arrival);
  UeIndex ue_by_user(std::string_view uri) const;
  [[nodiscard]] std::optional<std::uint32_t> number_by_user(std::string_view uri) const;
  [[nodiscard]] std::uint32_t other_worker(const Arrival& arrival) const;
  [[nodiscard]] std::uint32_t worker_of_answer() const;
  Match find(const Arrival& arrival);
  Match find_report(const Arrival& arrival);
  [[nodiscard]] bool contradicts(const Match& by_reference, const Match& by_reply) const;
  void dispute(const Match& match);
  Match find_owed(const Match& replied, const Arrival& arrival);
  Match find_delivery(const Arrival& arrival);
  Match find_status_report(const Arrival& arrival);
  Match find_by_reply(const Arrival& arrival);
  enum class Transfer : std::uint8_t { outstanding, doubtful, over };
  [[nodiscard]] Transfer transfer_state(const Live& live, std::size_t step, Time now) const;
  Match find_relayed(const Arrival& arrival);
  Match find_relay_of(std::uint32_t ticket, std::uint32_t generation, std::uint8_t request,
                      const Arrival& arrival);
  Match find_relay_by_reference(const Arrival& arrival);
  TokenState token_of_submit(Token& token);
  Match find_waiting(const Arrival& arrival, std::uint8_t rp_type, std::uint8_t tp_type);
  template <class Fits>
  std::uint8_t choose(const Live& live, Fits&& fits, bool& waiting) const;
  template <class Visit>
  void each_session(UeIndex ue, Visit&& visit);
  [[nodiscard]] bool enabled(const Live& live, const ProgramStep& step) const;
  [[nodiscard]] bool may_be_early(const Live& live, const ProgramStep& step) const;

  // player_judge.cpp
  struct Judged {
    const Live* live;
    std::size_t step;
    const Arrival* arrival;
    bool final_refused;  // an answer the ladder does not draw: its status is not compared
    bool error_report;   // RP-ERROR where RP-ACK is drawn
  };
  [[nodiscard]] bool judges(LadderIndex ladder) const;
  bool left_to_rule(const Judged& judged, const Check& check);
  [[nodiscard]] bool has_rule_of(const ProgramStep& step, const Check& check) const;
  void judge(Live& live, std::size_t step, const Arrival& arrival, bool final_refused,
             bool error_report);
  Verdict judge_check(const Judged& judged, const Check& check, FieldValue& actual);
  [[nodiscard]] bool is_policy(const Check& check) const;
  [[nodiscard]] bool follows_blind_report(const Judged& judged) const;
  [[nodiscard]] bool names_former_dialog(const Live& live, const Check& check) const;
  [[nodiscard]] bool may_have_missed(const Session& s, Time now) const;
  bool spoilt(const ProgramStep& step, Path path, bool& guilty) const;
  bool counts_other_units(const Judged& judged, const Check& check);
  bool compare(const Judged& judged, const Check& check, const FieldValue& actual);
  template <typename Each>
  void each_other_transfer(const Live& own, std::size_t step, UeIndex ue, Each each);
  Verdict judge_reference(const Judged& judged);
  void note_turn(Live& live, std::size_t step, const Arrival& arrival);
  bool compare_copied(const Judged& judged, const Check& check, const FieldValue& actual);
  std::optional<std::uint64_t> copied_number(const Judged& judged, const Check& check);
  std::optional<std::uint64_t> limit_of(const Judged& judged, const Check& check);
  FieldValue value_at_hand(Path path);
  FieldValue field_at_hand(const Judged& judged, Path path);
  bool compare_text(const Check& check, const FieldValue& actual, std::string_view expected) const;
  bool matches_value(const Check& check, const FieldValue& actual, const CheckValue& value) const;
  bool same_via(std::string_view expected, std::string_view further) const;
  void record(const Judged& judged, const Check& check, Verdict verdict, const FieldValue& actual);
  std::size_t describe_expected(const Judged& judged, const Check& check, const FieldValue& actual,
                                FindingText& out);
  void describe_actual(const Judged& judged, const Check& check, const FieldValue& actual,
                       std::size_t alike, FindingText& out) const;
  static void describe_evidence(const StepEvidence& e, const Session& s, std::string_view message,
                                FindingText& out);
  void judge_rules(Live& live, Time now);
  void judge_late_repeat(const Match& match, const Arrival& arrival);
  void fill_evidence(const Live& live, std::span<StepEvidence> steps) const;
  Verdict settle_verdict(RequirementIndex requirement, Verdict verdict) const;
  static FrameOwner owner_of(const Session& session);
  [[nodiscard]] static FrameNumber last_frame(const Live& live, std::size_t step);

  // player_subscription.cpp
  [[nodiscard]] bool plays_cscf() const { return program_.topology() == Topology::isc; }
  [[nodiscard]] std::uint32_t reg_tag(UeIndex ue) const;
  Match find_subscribe(const Arrival& arrival);
  Match open_session(const Arrival& arrival);
  void take_subscribe(Live& live, std::size_t step, const Arrival& arrival);
  bool begin_notify(Live& live, std::size_t step, Time now);
  void skip(Live& live, std::size_t step, Time now);
  void skip_subscribe(Live& live, std::size_t step, Time now);
  [[nodiscard]] std::uint16_t refusal_of_subscribe(const Arrival& arrival) const;
  std::string_view compose(const Live& live, const Part& part, std::span<char> out);
  std::string_view response_headers(const SendResponse& response, const sip::View& request,
                                    std::span<char> out) const;

  // player_fate.cpp
  void fate_of_delivery(Live& live, std::size_t step, const Arrival& arrival, bool repeat);
  void fate_of_stranger(const Arrival& arrival, const Match& match);
  void fates_at_end(const Live& live, Outcome outcome, Time now);
  void stray_delivery(const Arrival& arrival);
  [[nodiscard]] bool sender_is_ours() const;
  [[nodiscard]] bool surely_lost(const Live& live, std::size_t step, Time now) const;
  void break_by(Fate fate, Finding& finding);
  void break_by(Fate fate, bool sure, const Arrival& arrival, std::string_view actual);
  void note_order(const Arrival& arrival);

  // player_register.cpp
  bool answer_challenge(Live& live, std::size_t step);
  void store_challenge(UeIndex ue);
  void store_route(UeIndex ue);
  std::string_view route_of(UeIndex ue);
  void begin_register(Live& live, std::size_t step);
  void registered_by(Live& live, std::size_t step, Time at);
  [[nodiscard]] std::uint32_t granted_expires(const Live& live, std::size_t step);
  bool own_binding_expires(const Live& live, std::size_t step, std::string_view& value) const;
  std::string_view credentials(const Live& live, std::size_t step, std::span<char> out);
  void refresh_ue(UeIndex ue, Time now);

  const Program& program_;
  const PlayConfig& config_;
  const RequirementTable& requirements_;
  TxQueue& tx_;
  CounterBlock& counters_;
  LatencyBlock& latency_;
  Tally& tally_;
  FindingSink& findings_;

  SessionPool pool_;
  Slab<ForeignEntry> foreign_;
  Slab<HeldRequest> held_;
  DialoguePool dialogues_;
  HomeNetwork home_;
  TxQueue* network_tx_ = nullptr;  // of the links; null: the run has none
  Time start_;
  ChallengeTable challenges_;
  RegSubscriptions subscriptions_;
  std::array<LadderIndex, 3> openers_{};  // a SUBSCRIBE that begins, goes on, ends
  RouteTable routes_;
  digest::Digester digester_;
  Prng prng_;
  TimerWheel timers_;
  std::vector<BranchRow> branches_;
  LadderIndex refresh_ladder_;
  LadderIndex prelude_;
  std::vector<bool> unready_;  // UEs whose prelude did not come to its end; by UE
  std::array<RequirementIndex, kFateCount> fates_;  // the requirement each fate breaks
  bool all_tokened_;                                // every SUBMIT of the program has a token
  std::size_t tx_reserve_;                          // slots one expiry may need
  std::array<char, 6> front_{};  // run and worker, in hex: what all keys of ours begin with

  // The message at hand and room to compose in; one thread, one message at a time.
  Received in_;
  NetworkMessage net_;  // MAP at hand; its TPDU is in in_ as well
  bool network_at_hand_ = false;
  Received own_;  // a body of ours, decoded for comparison
  const Session* own_session_ = nullptr;
  std::uint8_t own_step_ = kNoStep;
  const RxDatagram* answering_ = nullptr;  // its view is in_, so that it can be answered at once
  std::uint8_t answering_step_ = kNoStep;
  sip::View held_view_;
  std::array<std::uint8_t, rp::kMessageSizeMax> own_body_;
  std::array<char, kFieldScratch> actual_scratch_;
  std::array<char, kFieldScratch> expected_scratch_;
  std::array<char, kFieldScratch> gap_scratch_;
  std::array<StepEvidence, kSessionStepsMax> evidence_room_;
  std::array<Endpoint, kUesPerSession> address_at_hand_{};
  std::array<std::array<std::uint8_t, kEndpointTextSizeMax>, kUesPerSession> address_text_{};
  std::array<std::size_t, kUesPerSession> address_size_{};
  std::array<std::uint32_t, 2> digits_number_{UINT32_MAX, UINT32_MAX};
  std::array<std::array<char, 16>, 2> digits_text_{};
};

template <class Visit>
void Player::Core::each_session(UeIndex ue, Visit&& visit) {
  // sessions_per_ue_max keeps the list shorter.
  constexpr std::size_t kSessionsSearched = 256;
  if (!ue.valid()) return;
  std::uint32_t at = ues.sessions_head(ue);
  for (std::size_t i = 0; at != SessionIndex::kNone && i < kSessionsSearched; ++i) {
    Live l = live(SessionIndex(at));
    at = l.session->next[l.session->ue[0] == ue.value ? 0 : 1];
    visit(l);
  }
}

}  // namespace rung
