#include "gateway/bindings.hpp"

#include <cstring>

#include "engine/wire/sip_value.hpp"
#include "gateway/hash.hpp"
#include "gateway/home_register.hpp"

namespace rung::gateway {
namespace {

/// Registrations last minutes to days: a coarse wheel is fine.
constexpr Duration kExpiryTick = 100ms;

bool same_address(const Endpoint& a, const Endpoint& b) {
  return a.family == b.family && a.address == b.address;
}

}  // namespace

Bindings::Bindings(std::uint32_t users_max, std::uint32_t contacts_max, std::uint64_t seed,
                   Time start, GatewayCounters& counters)
    : seed_(seed),
      counters_(counters),
      users_(users_max),
      contacts_(contacts_max),
      by_key_(users_max),
      wheel_(contacts_max, kExpiryTick, start) {}

std::uint64_t Bindings::hash(PhoneKey key) const { return mix(key.value, seed_); }

std::uint32_t Bindings::find(PhoneKey key) const {
  return by_key_.find(hash(key), [&](std::uint32_t i) { return users_[i].key == key; });
}

std::uint32_t Bindings::find_or_add(const Identity& identity) {
  const std::uint32_t known = find(identity.key);
  if (known != kNone) return known;
  const std::uint32_t index = users_.take();
  if (index == kNone) {
    ++counters_.full_users;
    return kNone;
  }
  User& user = users_[index];
  user.key = identity.key;
  user.tel = identity.tel;
  user.plus = identity.plus;
  by_key_.insert(hash(identity.key), index);
  return index;
}

void Bindings::release(std::uint32_t index) {
  const User& user = users_[index];
  const bool kept = user.contacts != kNone || user.queue_head != kNone || user.submits != kNone ||
                    user.outstanding != 0;
  if (kept) return;
  by_key_.erase(hash(user.key), index);
  users_.give(index);
}

std::uint32_t Bindings::find_contact(std::uint32_t user, std::string_view uri) const {
  for (std::uint32_t c = users_[user].contacts; c != kNone; c = contacts_[c].next) {
    if (contacts_[c].uri() == uri || sip::same_uri(contacts_[c].uri(), uri)) return c;
  }
  return kNone;
}

std::uint32_t Bindings::add_contact(std::uint32_t user, std::string_view uri) {
  ENGINE_ASSERT(uri.size() <= kContactUriSizeMax);
  const std::uint32_t index = contacts_.take();
  if (index == kNone) {
    ++counters_.full_contacts;
    return kNone;
  }
  Contact& contact = contacts_[index];
  contact.user = user;
  contact.uri_size = static_cast<std::uint8_t>(uri.size());
  std::memcpy(contact.uri_text, uri.data(), uri.size());
  push_front(index);
  ++users_[user].contact_count;
  return index;
}

void Bindings::refresh_contact(std::uint32_t index, Time expires) {
  contacts_[index].expires = expires;
  wheel_.schedule(index, expires);
  changed(contacts_[index].user);
  if (users_[contacts_[index].user].contacts == index) return;
  unlink(index);
  push_front(index);
}

void Bindings::remove_contact(std::uint32_t index) {
  wheel_.cancel(index);
  unlink(index);
  --users_[contacts_[index].user].contact_count;
  changed(contacts_[index].user, true);
  contacts_.give(index);
}

void Bindings::changed(std::uint32_t user, bool lost) {
  if (home_ != nullptr) home_->on_change(users_[user].key, lost);
}

void Bindings::expire(Time now) {
  if (for_ever_) return;
  wheel_.advance(now, [&](std::uint32_t index) {
    const std::uint32_t user = contacts_[index].user;
    remove_contact(index);
    ++counters_.contacts_expired;
    release(user);
  });
}

std::uint32_t Bindings::sms_contact(std::uint32_t user, Time now) const {
  for (std::uint32_t c = users_[user].contacts; c != kNone; c = contacts_[c].next) {
    if (contacts_[c].smsip && is_live(contacts_[c], now)) return c;
  }
  return kNone;
}

bool Bindings::has_contact(std::uint32_t user, Time now) const {
  for (std::uint32_t c = users_[user].contacts; c != kNone; c = contacts_[c].next) {
    if (is_live(contacts_[c], now)) return true;
  }
  return false;
}

bool Bindings::is_source(std::uint32_t user, const Endpoint& source, Time now) const {
  for (std::uint32_t c = users_[user].contacts; c != kNone; c = contacts_[c].next) {
    if (same_address(contacts_[c].endpoint, source) && is_live(contacts_[c], now)) return true;
  }
  return false;
}

void Bindings::push_front(std::uint32_t index) {
  User& user = users_[contacts_[index].user];
  contacts_[index].next = user.contacts;
  user.contacts = index;
}

void Bindings::unlink(std::uint32_t index) {
  User& user = users_[contacts_[index].user];
  if (user.contacts == index) {
    user.contacts = contacts_[index].next;
    return;
  }
  std::uint32_t before = user.contacts;
  while (contacts_[before].next != index) before = contacts_[before].next;
  contacts_[before].next = contacts_[index].next;
}

}  // namespace rung::gateway
