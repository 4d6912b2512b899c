// Bindings: who is registered from where (RFC 3261 10.3), in fixed pools sized for a million users.
// A user exists while it has a contact, a stored short message or a submit in progress.
//
// Memory per registered user with one contact: 32 octets of user, 136 of contact, 16 of timer and
// about 16 of hash table, that is 200.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"
#include "engine/base/timer_wheel.hpp"
#include "gateway/gateway_counters.hpp"
#include "gateway/index_table.hpp"
#include "gateway/phone_key.hpp"
#include "gateway/pool.hpp"

namespace rung::gateway {

class HomeRegister;

/// Longest contact URI kept, in octets; a longer one is refused.
inline constexpr std::size_t kContactUriSizeMax = 77;
/// Contacts one user may have at a time.
inline constexpr std::uint32_t kContactsPerUserMax = 8;

struct Contact {
  std::uint64_t call_id_hash = 0;  // of the REGISTER that set it: CSeq rises within a Call-ID
  Time expires{};
  Endpoint endpoint;  // where requests for it go
  std::uint32_t user = kNone;
  std::uint32_t next = kNone;  // the user's next contact, most recently registered first
  std::uint32_t cseq = 0;
  std::uint32_t nonce_issued_ms =
      0;  // nonce its last REGISTER used, and how often (RFC 2617 3.2.2)
  std::uint32_t nonce_count = 0;
  bool smsip = false;  // +g.3gpp.smsip (TS 24.341 A.2)
  std::uint8_t uri_size = 0;
  char uri_text[kContactUriSizeMax] = {};

  [[nodiscard]] std::string_view uri() const { return {uri_text, uri_size}; }
};

struct User {
  PhoneKey key;
  std::uint32_t contacts = kNone;    // head of its list
  std::uint32_t queue_head = kNone;  // short messages waiting for delivery, in order
  std::uint32_t queue_tail = kNone;
  std::uint32_t submits = kNone;  // submits waiting for the service centre
  std::uint8_t contact_count = 0;
  std::uint8_t outstanding = 0;   // deliveries in flight
  std::uint8_t mt_reference = 0;  // RP-MR of the last delivery (TS 24.011 8.2.3)
  std::uint8_t last_tp_mr = 0;
  std::uint8_t registrations = 0;  // how often it registered, modulo 256
  bool tel : 1 = false;            // the IMPU is a tel URI
  bool plus : 1 = false;           // the IMPU's number is written with '+'
  bool absent : 1 = false;         // an attempt failed: wait for a registration or RP-SMMA
  bool memory_full : 1 = false;    // RP-ERROR 22: the same
  bool submitted : 1 = false;      // last_tp_mr is set
};
static_assert(sizeof(User) == 32);
static_assert(sizeof(Contact) == 136);

class Bindings {
 public:
  Bindings(std::uint32_t users_max, std::uint32_t contacts_max, std::uint64_t seed, Time start,
           GatewayCounters& counters);

  [[nodiscard]] std::uint32_t find(PhoneKey key) const;
  /// Finds or makes the user; kNone when the pool is full (counted).
  std::uint32_t find_or_add(const Identity& identity);
  /// Frees the user when nothing keeps it. Call after the last thing that might have.
  void release(std::uint32_t user);

  /// The user's contact with that URI (RFC 3261 19.1.4), or kNone.
  [[nodiscard]] std::uint32_t find_contact(std::uint32_t user, std::string_view uri) const;
  /// Adds a contact in front; kNone when the pool is full (counted). Precondition: the URI fits and
  /// the user has fewer than kContactsPerUserMax.
  std::uint32_t add_contact(std::uint32_t user, std::string_view uri);
  /// Moves the contact to the front and sets when it runs out.
  void refresh_contact(std::uint32_t contact, Time expires);
  void remove_contact(std::uint32_t contact);
  /// Removes what ran out; the user may go with it.
  void expire(Time now);
  /// Who is told of users whose contacts change; it must outlive this.
  void attach(HomeRegister* home) { home_ = home; }
  /// A contact of the user takes short messages now, or does not any more.
  void changed(std::uint32_t user, bool lost = false);
  /// F35: nothing runs out from now on.
  void keep_for_ever() { for_ever_ = true; }

  /// The most recently registered contact that takes SMS and has not run out, or kNone.
  [[nodiscard]] std::uint32_t sms_contact(std::uint32_t user, Time now) const;
  [[nodiscard]] bool is_live(const Contact& contact, Time now) const {
    return for_ever_ || contact.expires > now;
  }
  /// True when some contact of the user lives, whatever it takes.
  [[nodiscard]] bool has_contact(std::uint32_t user, Time now) const;
  /// True when the datagram's source address belongs to one of the user's live contacts.
  [[nodiscard]] bool is_source(std::uint32_t user, const Endpoint& source, Time now) const;

  User& user(std::uint32_t index) { return users_[index]; }
  [[nodiscard]] const User& user(std::uint32_t index) const { return users_[index]; }
  Contact& contact(std::uint32_t index) { return contacts_[index]; }
  [[nodiscard]] const Contact& contact(std::uint32_t index) const { return contacts_[index]; }

  [[nodiscard]] std::uint32_t user_count() const { return users_.used(); }
  [[nodiscard]] std::uint32_t contact_count() const { return contacts_.used(); }
  [[nodiscard]] Time next_due() const { return for_ever_ ? kNever : wheel_.next_expiry_hint(); }

 private:
  [[nodiscard]] std::uint64_t hash(PhoneKey key) const;
  void unlink(std::uint32_t contact);
  void push_front(std::uint32_t contact);

  std::uint64_t seed_;
  GatewayCounters& counters_;
  Pool<User> users_;
  Pool<Contact> contacts_;
  IndexTable by_key_;
  TimerWheel wheel_;  // one node per contact
  bool for_ever_ = false;
  HomeRegister* home_ = nullptr;
};

}  // namespace rung::gateway
