// One configured SIGTRAN link: an SCTP association, the M3UA states on it, and the label its DATA
// carries. What goes in and out is the user data of DATA, that is SCCP messages.
//
// Ownership: a LinkSet owns its links and the AS they share; stack and users must outlive it.
// Octets handed to a user are lent for the length of the call.
//
//   LinkSet links(stack);
//   Link& link = links.open({.name = "sc1", .sctp = {...}, .asp = {...}, .opc = 1, .dpc = 2},
//   user); for (...) { links.poll(now); link.send(sls, sccp_octets); links.flush(now); }
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/net/asp.hpp"
#include "engine/net/pending_traffic.hpp"
#include "engine/net/sctp.hpp"
#include "engine/wire/m3ua_data.hpp"

namespace rung::m3ua {

class Link;

struct LinkOptions {
  std::string_view name{};  // lent: of the configuration
  SctpAssociationOptions sctp{};
  AspOptions asp{};
  std::uint32_t opc = 0;  // ours, 14 bits ITU
  std::uint32_t dpc = 0;  // the peer's
  std::uint8_t ni = 2;    // network indicator: national
  std::uint8_t mp = 0;    // message priority
};

/// An AS and what waits for it.
struct SharedAs {
  SharedAs(std::uint32_t needed, Duration recovery, std::size_t pending_octets)
      : as(needed, recovery), pending(pending_octets) {}
  As as;
  PendingTraffic pending;
  std::uint64_t lost = 0;  // messages kept for an ASP that did not come back
};

/// User data of one DATA, and what its routing label says.
struct LinkData {
  Octets user_data;
  std::uint32_t opc = 0;
  std::uint32_t dpc = 0;
  std::uint8_t si = 0;
  std::uint8_t ni = 0;
  std::uint8_t sls = 0;
  std::uint8_t mp = 0;
  Time arrived{};
};

class LinkUser {
 public:
  virtual ~LinkUser() = default;
  /// In the order of arrival on each stream. May send; may not open links.
  virtual void on_link_data(Link& link, std::span<const LinkData> burst, Time now) = 0;
  virtual void on_link_change(Link& link, SctpChange change, Time now) = 0;
  virtual void on_link_event(Link& link, const AspOutput::Happened& happened, Time now) = 0;
};

enum class LinkSend : std::uint8_t {
  sent,
  kept,         // the AS is pending: sent when an ASP is back within T(r), else lost and counted
  not_active,   // the association, or the ASP that is to take it, is not there
  unavailable,  // the peer said that the point code cannot be reached (DUNA)
  full,         // the association's send buffer is full
  too_long      // for one message
};

struct LinkCounters {
  std::uint64_t sent = 0;        // DATA
  std::uint64_t received = 0;    // DATA handed on
  std::uint64_t kept = 0;        // while the AS was pending
  std::uint64_t not_active = 0;  // sends refused, by reason
  std::uint64_t unavailable = 0;
  std::uint64_t full = 0;  // a user may try again
  std::uint64_t too_long = 0;
  std::uint64_t refused = 0;      // DATA received and not handed on: an ERR said why
  std::uint64_t misrouted = 0;    // handed on although its DPC is not ours
  std::uint64_t foreign = 0;      // messages of another payload protocol, passed over
  std::uint64_t management = 0;   // messages that are no DATA, received
  std::uint64_t errors_sent = 0;  // wrong messages that got, or would have got, an ERR
  std::uint64_t errors_received = 0;
  // Management messages, events and states of point codes for which there was no room.
  std::uint64_t shed = 0;
};

class Link final : public SctpUser {
 public:
  /// User data one DATA carries at most here.
  static constexpr std::size_t kUserDataMax = 4096;

  /// `sls` (0 to 255) chooses the stream, so messages of one SLS keep their order.
  LinkSend send(std::uint8_t sls, Octets user_data);

  [[nodiscard]] bool active() const { return asp_.may_send(); }
  /// The peer's point code: what it did not speak of can be reached (RFC 4666 3.4.1).
  [[nodiscard]] bool available() const {
    return asp_.destinations().status.of(options_.dpc) != DestinationStatus::unavailable;
  }
  [[nodiscard]] std::string_view name() const { return options_.name; }
  [[nodiscard]] const LinkOptions& options() const { return options_; }
  [[nodiscard]] const LinkCounters& counters() const { return counters_; }
  [[nodiscard]] const Asp& asp() const { return asp_; }
  [[nodiscard]] const SctpAssociation& association() const { return *association_; }

  /// As Asp's functions of these names.
  void want(AspState state, Time now);
  void announce(std::uint32_t point_code, DestinationStatus status, Time now);
  void audit(std::uint32_t point_code, Time now);
  /// Aborts the association; it is set up again after its pause.
  void reset(Time now) { association_->reset(now); }
  /// Ends it in order, for good; its AS counts one ASP less.
  void close(Time now);

  void on_sctp_change(SctpAssociation& association, SctpChange change, Time now) override;
  void on_sctp_messages(SctpAssociation& association, std::span<const SctpMessage> burst,
                        Time now) override;

 private:
  friend class LinkSet;
  Link(const LinkOptions& options, SharedAs& as, LinkUser& user);
  LinkSend send_now(std::uint8_t sls, Octets user_data);
  void advance(Time now);
  void carry_out(Time now);

  LinkOptions options_;
  LinkUser& user_;
  SharedAs& as_;
  SctpAssociation* association_ = nullptr;
  Asp asp_;
  AspOutput out_;
  DataHeader header_;
  LinkCounters counters_;
  std::array<LinkData, kBurstMax> burst_;
  std::array<std::uint8_t, DataHeader::kSizeMax + kUserDataMax + 4> message_{};
};

/// The links of a process, all on one stack.
class LinkSet {
 public:
  explicit LinkSet(SctpStack& stack) : stack_(stack) {}

  /// `as`: the number of an AS of add_as() that several links serve; none: one of its own.
  Link& open(const LinkOptions& options, LinkUser& user, std::optional<std::size_t> as = {});
  /// `needed` and `recovery` as As; `pending_octets`: what is kept for it while it is pending.
  std::size_t add_as(std::uint32_t needed, Duration recovery,
                     std::size_t pending_octets = std::size_t{256} << 10);
  [[nodiscard]] const As& as(std::size_t index) const { return as_[index]->as; }
  /// Messages kept for the AS and never sent.
  [[nodiscard]] std::uint64_t lost(std::size_t index) const { return as_[index]->lost; }

  /// Takes in what arrived, lets timers run, sends; packets taken in.
  std::size_t poll(Time now);
  void flush(Time now) { stack_.flush(now); }
  /// When poll() should be called at the latest.
  [[nodiscard]] Time next_timer() const;

  [[nodiscard]] std::size_t size() const { return links_.size(); }
  [[nodiscard]] Link& operator[](std::size_t index) { return *links_[index]; }
  [[nodiscard]] const Link& operator[](std::size_t index) const { return *links_[index]; }
  /// Loadshare: of the active links from `opc` to `dpc` that reach it the one for this SLS, the
  /// same as long as the same are; null when none is.
  [[nodiscard]] Link* select(std::uint32_t opc, std::uint32_t dpc, std::uint8_t sls) {
    return select(opc, dpc, sls, nullptr);
  }

 private:
  void drain(SharedAs& as);
  Link* select(std::uint32_t opc, std::uint32_t dpc, std::uint8_t sls, const SharedAs* as);

  SctpStack& stack_;
  std::vector<std::unique_ptr<SharedAs>> as_;
  std::vector<std::unique_ptr<Link>> links_;
};

}  // namespace rung::m3ua
