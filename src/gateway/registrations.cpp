#include "gateway/registrations.hpp"

#include <algorithm>

#include "engine/wire/sip_value.hpp"
#include "gateway/hash.hpp"

namespace rung::gateway {
namespace {

std::uint32_t records_of(const GatewayConfig& config) {
  return config.topology == Topology::isc ? contacts_max(config) : 0;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

}  // namespace

Registrations::Registrations(const GatewayConfig& config, Bindings& bindings, FaultSet& faults,
                             GatewayCounters& counters)
    : bindings_(bindings),
      faults_(faults),
      counters_(counters),
      seed_(mix(config.seed, 0x696d7075)),
      pool_(records_of(config)),
      devices_(records_of(config)),
      impus_(std::make_unique_for_overwrite<Impu[]>(records_of(config))),
      by_impu_(records_of(config)) {}

/// Of what RFC 3261 19.1.4 compares, so that URIs that are the same have the same hash: the host
/// without case, the user as it stands, the digits of a tel number. An escape in the user part is
/// left as it is: such a URI is found by its own spelling only.
std::uint64_t Registrations::hash(std::string_view impu) const {
  sip::Uri uri;
  if (!sip::parse_uri(impu, uri)) return seed_;
  const bool tel = sip::iequals(uri.scheme, "tel");
  std::uint64_t value = mix(seed_, tel ? 1 : 0);
  for (const char c : uri.user) {
    const bool digit = c >= '0' && c <= '9';
    if (!tel || digit) value = mix(value, static_cast<std::uint8_t>(c));
  }
  for (const char c : uri.host) value = mix(value, static_cast<std::uint8_t>(lower(c)));
  return value;
}

std::uint32_t Registrations::find(std::string_view impu) const {
  return by_impu_.find(hash(impu), [&](std::uint32_t contact) {
    const std::string_view known = bindings_.contact(contact).uri();
    return known == impu || sip::same_uri(known, impu);
  });
}

std::string_view Registrations::route(std::uint32_t contact) const {
  if (pool_.size() == 0) return {};
  return pool_[impus_[contact].registration].scscf_uri.view();
}

std::string_view Registrations::device_uri(std::uint32_t contact) const {
  if (pool_.size() == 0) return {};
  const std::uint32_t device = impus_[contact].devices;
  const bool known = device != kNone && !devices_[device].uri.empty();
  return known ? devices_[device].uri.view() : bindings_.contact(contact).uri();
}

std::uint32_t Registrations::open(PhoneKey key, std::string_view impu) {
  const std::uint32_t user = bindings_.find_or_add({key, false, true, {}});
  if (user == kNone) return kNone;
  const std::uint32_t index = pool_.take();
  if (index == kNone) {
    ++counters_.full_contacts;
    bindings_.release(user);
    return kNone;
  }
  pool_[index].user = user;
  pool_[index].impu.set(impu);
  if (add_impu(index, impu) != kNone) return index;
  pool_.give(index);
  bindings_.release(user);
  return kNone;
}

/// The first identity of a registration stays first.
std::uint32_t Registrations::add_impu(std::uint32_t index, std::string_view impu) {
  Registration& registration = pool_[index];
  if (bindings_.user(registration.user).contact_count == kContactsPerUserMax) return kNone;
  const std::uint32_t contact = bindings_.add_contact(registration.user, impu);
  if (contact == kNone) return kNone;
  impus_[contact] = {0, index, kNone, kNone};
  std::uint32_t* link = &registration.impus;
  if (*link != kNone) {
    impus_[contact].next = impus_[*link].next;
    link = &impus_[*link].next;
  }
  *link = contact;
  bindings_.contact(contact).expires = registration.expires;
  bindings_.contact(contact).endpoint = registration.scscf;
  by_impu_.insert(hash(impu), contact);
  return contact;
}

void Registrations::unlink(std::uint32_t contact) {
  std::uint32_t* link = &pool_[impus_[contact].registration].impus;
  while (*link != contact) link = &impus_[*link].next;
  *link = impus_[contact].next;
}

void Registrations::remove_impu(std::uint32_t contact) {
  drop_devices(contact);
  unlink(contact);
  by_impu_.erase(hash(bindings_.contact(contact).uri()), contact);
  bindings_.remove_contact(contact);
}

void Registrations::detach(std::uint32_t contact) {
  const std::uint32_t user = bindings_.contact(contact).user;
  remove_impu(contact);
  bindings_.release(user);
}

void Registrations::remove_impus(std::uint32_t index) {
  Registration& registration = pool_[index];
  if (registration.impus == kNone) return;
  while (registration.impus != kNone) remove_impu(registration.impus);
  bindings_.release(registration.user);
  registration.user = kNone;
}

void Registrations::close(std::uint32_t index) {
  ENGINE_ASSERT(pool_[index].impus == kNone);
  pool_[index].call = 0;  // what still arrives for it finds nobody
  pool_.give(index);
}

void Registrations::refresh(std::uint32_t index, Time expires, const Endpoint& scscf) {
  Registration& registration = pool_[index];
  // F35: the end of the registration is never noticed.
  registration.expires = faults_.active(FaultId::f35) ? kNever : expires;
  registration.scscf = scscf;
  for (std::uint32_t at = registration.impus; at != kNone; at = impus_[at].next) {
    bindings_.contact(at).expires = registration.expires;
    bindings_.contact(at).endpoint = scscf;
  }
  prefer_registered(index);
}

/// Delivery takes the identity that came last; among those of a set, the registered one.
void Registrations::prefer_registered(std::uint32_t index) {
  const std::uint32_t contact = pool_[index].impus;
  const Time expires = bindings_.contact(contact).expires;
  bindings_.refresh_contact(contact, kNever);  // no timer: the registration has its own
  bindings_.contact(contact).expires = expires;
}

bool Registrations::reachable(std::uint32_t index) const {
  for (std::uint32_t at = pool_[index].impus; at != kNone; at = impus_[at].next) {
    if (bindings_.contact(at).smsip) return true;
  }
  return false;
}

bool Registrations::take(std::uint32_t index, const RegistrationBody& body, bool contact_smsip) {
  const std::uint32_t contact = pool_[index].impus;
  if (contact_smsip) put_device(contact, 0, pool_[index].scscf_uri.view(), {true, false});
  take_request(contact, body.request);
  if (body.response.present) keep_only(contact, body.response);
  set_smsip(contact);
  return contact_smsip || body.request.present || body.response.present;
}

void Registrations::take_request(std::uint32_t contact, const EmbeddedMessage& request) {
  for (const EmbeddedContact& told : request.all()) {
    const std::uint32_t device = find_device(contact, 0, told.uri);
    if (!told.removed) {
      put_device(contact, 0, told.uri, {told.smsip, told.smsip_msisdn_less});
    } else if (device != kNone) {
      drop_device(contact, device);
    }
  }
}

/// The 200 lists every contact that is bound (RFC 3261 10.3 step 8). It need not repeat feature
/// tags, so what the REGISTER said of a device stands.
void Registrations::keep_only(std::uint32_t contact, const EmbeddedMessage& bound) {
  for (std::uint32_t at = impus_[contact].devices; at != kNone;) {
    const std::uint32_t next = devices_[at].next;
    const std::string_view uri = devices_[at].uri.view();
    const auto all = bound.all();
    const bool is_bound = std::any_of(all.begin(), all.end(), [&](const EmbeddedContact& told) {
      return told.uri == uri || sip::same_uri(told.uri, uri);
    });
    if (!is_bound) drop_device(contact, at);
    at = next;
  }
  for (const EmbeddedContact& told : bound.all()) {
    const bool known = find_device(contact, 0, told.uri) != kNone;
    if (!known || told.smsip) {
      put_device(contact, 0, told.uri, {told.smsip, told.smsip_msisdn_less});
    }
  }
}

bool Registrations::take(std::uint32_t index, const Reginfo& info) {
  // F40: a partial document is read as if it named everybody.
  const bool full = info.full || faults_.active(FaultId::f40);
  for (std::uint32_t at = pool_[index].impus; at != kNone; at = impus_[at].next) {
    for (std::uint32_t d = impus_[at].devices; d != kNone; d = devices_[d].next) {
      devices_[d].told = !full;
    }
  }
  bool came = false;
  for (std::size_t i = 0; i < info.registration_count; ++i) {
    const ReginfoRegistration& told = info.registrations[i];
    came = take_registration(index, told, info.contacts_of(told), info.full) || came;
  }
  tidy_impus(index);
  prefer_registered(index);
  return came;
}

/// One identity of the document. True when a device that takes short messages came.
bool Registrations::take_registration(std::uint32_t index, const ReginfoRegistration& told,
                                      std::span<const ReginfoContact> contacts, bool full) {
  std::uint32_t contact = impu_of(index, told);
  if (!told.active) {
    if (contact != kNone) drop_devices(contact);
    return false;
  }
  const bool fits = told.aor.size() <= kContactUriSizeMax && find(told.aor) == kNone;
  if (contact == kNone && fits) contact = add_impu(index, told.aor);
  if (contact == kNone) return false;  // another registration's, or no room
  impus_[contact].id_hash = hash_text(told.id, seed_);
  return take_contacts(contact, contacts, full);
}

/// What the document left: identities without devices go, but for the registered one.
void Registrations::tidy_impus(std::uint32_t index) {
  for (std::uint32_t at = pool_[index].impus; at != kNone;) {
    const std::uint32_t next = impus_[at].next;
    drop_untold_devices(at);
    set_smsip(at);
    const bool is_registered_one = at == pool_[index].impus;
    if (!is_registered_one && impus_[at].devices == kNone) remove_impu(at);
    at = next;
  }
}

std::uint32_t Registrations::impu_of(std::uint32_t index, const ReginfoRegistration& told) const {
  const std::uint64_t id_hash = hash_text(told.id, seed_);
  for (std::uint32_t at = pool_[index].impus; at != kNone; at = impus_[at].next) {
    const std::string_view known = bindings_.contact(at).uri();
    if (impus_[at].id_hash == id_hash || known == told.aor || sip::same_uri(known, told.aor)) {
      return at;
    }
  }
  return kNone;
}

/// True when a device that takes short messages is new, or, as a partial document tells, registered
/// or refreshed just now. A full one repeats each device's last event, which may be long past.
bool Registrations::take_contacts(std::uint32_t contact, std::span<const ReginfoContact> told,
                                  bool full) {
  bool came = false;
  for (const ReginfoContact& device : told) {
    const std::uint64_t id_hash = hash_text(device.id, seed_) | 1;
    if (device.active) {
      const bool is_new =
          put_device(contact, id_hash, device.uri, {device.smsip, device.smsip_msisdn_less});
      came = came || is_new || (!full && device.came && device.smsip);
      continue;
    }
    const std::uint32_t known = find_device(contact, id_hash, device.uri);
    if (known != kNone) drop_device(contact, known);
  }
  return came;
}

std::uint32_t Registrations::find_device(std::uint32_t contact, std::uint64_t id_hash,
                                         std::string_view uri) const {
  for (std::uint32_t at = impus_[contact].devices; at != kNone; at = devices_[at].next) {
    const Device& device = devices_[at];
    if (id_hash != 0 && device.id_hash == id_hash) return at;
    // Both told by reginfo: their ids differ, so they are two, even at one address.
    const bool by_id = id_hash != 0 && device.id_hash != 0;
    if (by_id || device.uri.empty()) continue;
    if (device.uri.view() == uri || sip::same_uri(device.uri.view(), uri)) return at;
  }
  return kNone;
}

bool Registrations::put_device(std::uint32_t contact, std::uint64_t id_hash, std::string_view uri,
                               Tags tags) {
  std::uint32_t at = find_device(contact, id_hash, uri);
  if (at == kNone) {
    at = devices_.take();
    if (at == kNone) {
      ++counters_.full_contacts;
      return false;
    }
    devices_[at].next = impus_[contact].devices;
    impus_[contact].devices = at;
  }
  Device& device = devices_[at];
  if (id_hash != 0) device.id_hash = id_hash;
  if (!uri.empty() && !device.uri.set(uri)) device.uri.clear();
  const bool is_new = tags.smsip && !device.tags.smsip;
  device.tags = tags;
  device.told = true;
  return is_new;
}

void Registrations::drop_device(std::uint32_t contact, std::uint32_t device) {
  std::uint32_t* link = &impus_[contact].devices;
  while (*link != device) link = &devices_[*link].next;
  *link = devices_[device].next;
  devices_.give(device);
  bindings_.changed(bindings_.contact(contact).user, true);
}

void Registrations::drop_devices(std::uint32_t contact) {
  while (impus_[contact].devices != kNone) drop_device(contact, impus_[contact].devices);
}

void Registrations::drop_untold_devices(std::uint32_t contact) {
  for (std::uint32_t at = impus_[contact].devices; at != kNone;) {
    const std::uint32_t next = devices_[at].next;
    if (!devices_[at].told) drop_device(contact, at);
    at = next;
  }
}

void Registrations::set_smsip(std::uint32_t contact) {
  bool smsip = false;
  for (std::uint32_t at = impus_[contact].devices; at != kNone; at = devices_[at].next) {
    const Tags tags = devices_[at].tags;
    // F42: the longer tag is taken for the shorter. F41: a device counts whatever it says.
    smsip = smsip || tags.smsip || (tags.msisdn_less && faults_.active(FaultId::f42)) ||
            faults_.active(FaultId::f41);
  }
  bindings_.contact(contact).smsip = smsip;
  bindings_.changed(bindings_.contact(contact).user);
}

}  // namespace rung::gateway
