// HomeRegister: what the gateway tells the HSS of its users, and what it heard of it (TS 23.204
// 6.1, 6.2, 6.6; TR 23.804 8.1, 8.2, 8.6 to 8.8): anyTimeModification when a user can be reached
// over IP and when not any more, readyForSM when one that had been given up is back or has memory
// again. One record for each user that has anything to tell.
//
//   Bindings --on_change--> (dirty) --settle, at the end of the pass--> anyTimeModification
//
// The 200 to a REGISTER does not wait for the HSS (TS 24.341 B.3). A user that the HSS refuses is
// not delivered to over IP until it registers anew.
#pragma once

#include <array>
#include <string>

#include "gateway/bindings.hpp"
#include "gateway/dialogues.hpp"
#include "gateway/gateway_config.hpp"
#include "gateway/map_digits.hpp"

namespace rung::gateway {

/// What the HSS knows of a user by our account; doubtful: it did not answer what we told it last.
enum class HomeState : std::uint8_t { unknown, registered, refused, doubtful };

struct HomeRecord {
  PhoneKey msisdn;
  Imsi imsi;  // once the HSS has said it
  std::uint32_t next_dirty = kNone;
  HomeState state = HomeState::unknown;
  bool dirty = false;
  bool lost = false;         // a contact went
  bool asking = false;       // anyTimeModification is under way
  bool activates = false;    // what it asks for
  bool unreachable = false;  // UNRI: a delivery over IP failed
  std::uint8_t attempts = 0;
};

class HomeRegister {
 public:
  HomeRegister(const GatewayConfig& config, Bindings& bindings, Dialogues& dialogues, MapPort& port,
               FaultSet& faults, GatewayCounters& counters, Time start);

  /// A contact of the user came, was refreshed, or (`lost`) went.
  void on_change(PhoneKey user, bool lost);
  /// Tells the HSS what changed since the last call.
  void settle(Time now);

  /// True when a short message may be sent to the user over IP now.
  [[nodiscard]] bool may_deliver(PhoneKey user, Time now) const;
  /// None when the HSS has not said it.
  [[nodiscard]] Imsi imsi_of(PhoneKey user) const;
  /// The user with that IMSI; no key when the HSS has not said of whom it is.
  [[nodiscard]] PhoneKey user_of(Imsi imsi) const;
  void learn(PhoneKey user, Imsi imsi);
  /// A delivery over IP failed: when the user is back the HSS hears of it.
  void set_unreachable(PhoneKey user);

  /// The dialogue of a readyForSM for an RP-SMMA; kNone when it could not leave.
  std::uint32_t tell_memory_free(std::uint32_t submit, Imsi imsi, Time now);

  /// Of uses registration and ms_present.
  void on_event(const DialogueEvent& event, Time now);
  /// The same in a lower version. False when it could not leave.
  bool repeat_memory_free(const DialogueEvent& event, Imsi imsi, Time now);
  void advance(Time now);
  [[nodiscard]] Time next_due() const { return retries_.next_expiry_hint(); }
  [[nodiscard]] std::uint32_t used() const { return pool_.used(); }

 private:
  [[nodiscard]] std::uint32_t find(PhoneKey user) const;
  std::uint32_t find_or_add(PhoneKey user);
  [[nodiscard]] bool is_available(PhoneKey user, Time now) const;
  void mark(std::uint32_t index);
  void settle(std::uint32_t index, Time now);
  void release(std::uint32_t index);
  void ask(std::uint32_t index, bool activate, Time now);
  void write_modification(std::uint32_t index, std::uint32_t dialogue, Time now);
  void tell_present(std::uint32_t index, Time now);
  void give_up_present(std::uint32_t index);
  bool write_ready(std::uint32_t dialogue, Imsi imsi, map::AlertReason reason, Time now);
  void on_modified(std::uint32_t index, const DialogueEvent& event, Time now);
  void on_present(std::uint32_t index, const DialogueEvent& event, Time now);
  [[nodiscard]] std::uint64_t hash(PhoneKey key) const;

  const std::uint64_t seed_;
  const HomeRegistration way_;
  const std::string hss_number_;
  const DigitOctets number_;
  const std::uint8_t ssn_;
  const std::uint8_t registration_ssn_;
  const Duration retry_;
  const std::uint32_t attempts_max_;
  Bindings& bindings_;
  Dialogues& dialogues_;
  MapPort& port_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  Pool<HomeRecord> pool_;
  IndexTable by_user_;
  IndexTable by_imsi_;
  TimerWheel retries_;
  std::uint32_t dirty_ = kNone;
};

}  // namespace rung::gateway
