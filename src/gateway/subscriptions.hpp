// Subscriptions: the reg event of each IMPU, subscribed to at its S-CSCF (RFC 3680, RFC 6665,
// TS 24.341 5.3.3.2): a dialog per registration, made by SUBSCRIBE, refreshed before it runs out,
// ended when the user is gone.
//
//   none --start--> starting --2xx or NOTIFY--> active --due--> refreshing --2xx--> active
//                      '-- failed --> waiting --due--> starting
//   any --stop--> ending --due--> leaving --due--> (record given back)
//
// When a user leaves, the S-CSCF says so in a last NOTIFY of its own; only when none comes within
// 64*T1 does a SUBSCRIBE with Expires 0 end the dialog from this side.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/client_transactions.hpp"
#include "gateway/registrations.hpp"
#include "gateway/request.hpp"

namespace rung::gateway {

class Subscriptions {
 public:
  /// `reliable`: SIP over TCP.
  Subscriptions(const GatewayConfig& config, bool reliable, Registrations& registrations,
                ClientTransactions& transactions, Responder& responder, Timers& timers,
                FaultSet& faults, GatewayCounters& counters);

  /// The user registered or registered again; `devices_known`: the REGISTER told of its devices.
  void on_registered(std::uint32_t index, bool devices_known, Time now);
  /// The user is gone and its identities with it: the subscription ends, and with it the record.
  void stop(std::uint32_t index, Time now);
  /// Answers a NOTIFY. Returns the user that can be reached since, or kNone.
  std::uint32_t on_notify(const Request& request);
  /// A SUBSCRIBE ended: with the response, or nullptr at Timer F.
  void on_end(const TransactionEnd& end, const sip::View* response, Time now);
  /// The registration ran out, or its subscription is due.
  void on_timer(std::uint32_t index, Time now);

  /// The header lines that go with a status of on_notify(), for first answers and copies alike.
  static std::string_view headers_of(std::uint16_t status);

 private:
  void start(std::uint32_t index, Time now);
  void send(std::uint32_t index, std::uint32_t expires, Time now);
  std::size_t write(const Registration& registration, std::uint64_t transaction, CallId call,
                    std::uint32_t expires, MutableOctets out) const;
  void arm(std::uint32_t index);
  void wait(std::uint32_t index, SubscriptionState state, Time until);
  void give_back(std::uint32_t index);
  [[nodiscard]] std::uint32_t dialog_of(const sip::View& notify) const;
  std::uint16_t judge(const sip::View& notify, Registration& registration, Reginfo& info) const;
  void accept(Registration& registration, const sip::View& notify);
  bool apply(std::uint32_t index, const Reginfo& info, Time now);
  void granted(std::uint32_t index, std::uint32_t expires, Time now);
  void terminated(std::uint32_t index, std::string_view parameters, Time now);
  void on_success(std::uint32_t index, const sip::View& response, Time now);
  void on_failure(std::uint32_t index, std::uint16_t status, const sip::View* response, Time now);
  [[nodiscard]] std::uint64_t local_tag(std::uint64_t call) const;

  const RegEvent policy_;
  const Duration linger_;  // 64*T1
  const std::uint32_t salt_;
  const std::uint64_t seed_;
  const std::string gw_uri_;
  const std::string gw_host_;
  const std::string domain_;
  const std::string via_;            // up to and with "branch="
  const std::string fixed_headers_;  // Contact, Event, Accept and what else never changes
  Registrations& registrations_;
  ClientTransactions& transactions_;
  Responder& responder_;
  Timers& timers_;
  FaultSet& faults_;
  GatewayCounters& counters_;
};

}  // namespace rung::gateway
