// Registrations: what the S-CSCF told of its users (topology isc): one record per IMPU that a
// third-party REGISTER named (TS 24.229 5.4.1.7), with the state of its subscription to the reg
// event, the identities of its implicit set and the devices behind each.
//
//   Registration --impus--> Contact of Bindings, uri = the IMPU --devices--> Device
//
// Each identity is a Contact of Bindings whose address is the S-CSCF and whose `smsip` says that a
// device behind it takes short messages; so delivery asks the same question on both topologies.
//
// Memory per user with one device: about 800 octets.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "gateway/bindings.hpp"
#include "gateway/fault.hpp"
#include "gateway/fixed_text.hpp"
#include "gateway/gateway_config.hpp"
#include "gateway/index_table.hpp"
#include "gateway/reginfo.hpp"
#include "gateway/registration_body.hpp"

namespace rung::gateway {

/// Longest URI of an S-CSCF, and longest tag of a dialog; longer ones are refused.
inline constexpr std::size_t kNodeUriSizeMax = 120;
inline constexpr std::size_t kTagSizeMax = 80;

/// A subscription to the reg event (RFC 6665 4.1.2).
enum class SubscriptionState : std::uint8_t {
  none,
  starting,    // the SUBSCRIBE that makes the dialog is in flight
  active,      // waits for its time to be refreshed
  refreshing,  // a SUBSCRIBE within the dialog is in flight
  waiting,     // failed; tried anew when due
  ending,      // the user is gone: the S-CSCF has the first word
  leaving,     // SUBSCRIBE with Expires 0 was sent: the last NOTIFY may still come
};

struct Registration {
  Time expires{};                   // of the registration
  Time due{};                       // what the subscription waits for
  Time subscribed_until{};          // by the 200 or the last NOTIFY
  std::uint64_t call = 0;           // id in the subscription's Call-ID; 0: no dialog
  std::uint64_t register_call = 0;  // hash of the Call-ID of the REGISTERs
  std::int64_t version = -1;        // of the last reginfo document
  std::uint32_t register_cseq = 0;
  std::uint32_t user = kNone;
  std::uint32_t impus = kNone;  // the registered one first; kNone: the user is gone
  std::uint32_t expires_asked = 0;
  std::uint32_t local_cseq = 0;
  std::uint32_t remote_cseq = 0;
  Endpoint scscf;
  Endpoint source;  // where its last REGISTER came from
  SubscriptionState state = SubscriptionState::none;
  FixedText<kContactUriSizeMax> impu;
  FixedText<kNodeUriSizeMax> scscf_uri;
  FixedText<kTagSizeMax> remote_tag;
  FixedText<kNodeUriSizeMax> remote_target;
};

/// The feature tags of a device (TS 24.341 A.2, A.3).
struct Tags {
  bool smsip = false;
  bool msisdn_less = false;
};

/// A device behind an IMPU.
struct Device {
  std::uint64_t id_hash = 0;  // of its id in reginfo; 0: an embedded message told of it
  std::uint32_t next = kNone;
  Tags tags;
  bool told = false;                  // by the document being read
  FixedText<kContactUriSizeMax> uri;  // empty when it was too long
};

class Registrations {
 public:
  /// On topology gm it holds nothing and takes no memory.
  Registrations(const GatewayConfig& config, Bindings& bindings, FaultSet& faults,
                GatewayCounters& counters);

  Registration& operator[](std::uint32_t index) { return pool_[index]; }
  [[nodiscard]] const Registration& operator[](std::uint32_t index) const { return pool_[index]; }
  /// Registrations ever used: an index from outside must be below this before it is read.
  [[nodiscard]] std::uint32_t touched() const { return pool_.touched(); }
  [[nodiscard]] std::uint32_t used() const { return pool_.used(); }

  /// The Contact of Bindings that stands for the IMPU, or kNone (URIs compared as RFC 3261 19.1.4).
  [[nodiscard]] std::uint32_t find(std::string_view impu) const;
  /// The registration that a Contact of Bindings belongs to.
  [[nodiscard]] std::uint32_t registration_of(std::uint32_t contact) const {
    return impus_[contact].registration;
  }
  /// URI of the S-CSCF that serves the IMPU: its Route; empty on topology gm.
  [[nodiscard]] std::string_view route(std::uint32_t contact) const;
  /// Contact URI of a device behind the IMPU, or the IMPU; empty on topology gm.
  [[nodiscard]] std::string_view device_uri(std::uint32_t contact) const;

  /// A new registration of `impu`, nobody's yet; kNone when a pool is full (counted).
  /// Precondition: the IMPU fits a Contact and find() does not know it.
  std::uint32_t open(PhoneKey user, std::string_view impu);
  /// Sets when the registration ends and where its S-CSCF is, for all its identities.
  void refresh(std::uint32_t index, Time expires, const Endpoint& scscf);
  /// The user is gone: its identities leave Bindings, the record stays for its subscription.
  void remove_impus(std::uint32_t index);
  /// The identity leaves a registration that another one told of.
  void detach(std::uint32_t contact);
  /// Gives the record back. Precondition: remove_impus() went before.
  void close(std::uint32_t index);

  /// Takes the embedded messages of a third-party REGISTER. `contact_smsip`: its own Contact had
  /// the feature tag. True when the devices are known from it.
  bool take(std::uint32_t index, const RegistrationBody& body, bool contact_smsip);
  /// Takes a reginfo document. True when a device that takes short messages came.
  bool take(std::uint32_t index, const Reginfo& info);
  /// True when some device of some identity takes short messages.
  [[nodiscard]] bool reachable(std::uint32_t index) const;

 private:
  /// What belongs to a Contact of Bindings, by the same index.
  struct Impu {
    std::uint64_t id_hash;  // of its <registration> in reginfo
    std::uint32_t registration;
    std::uint32_t next;  // identity of the same registration
    std::uint32_t devices;
  };

  std::uint32_t add_impu(std::uint32_t index, std::string_view impu);
  void remove_impu(std::uint32_t contact);
  [[nodiscard]] std::uint32_t impu_of(std::uint32_t index, const ReginfoRegistration& told) const;
  void unlink(std::uint32_t contact);
  [[nodiscard]] std::uint32_t find_device(std::uint32_t contact, std::uint64_t id_hash,
                                          std::string_view uri) const;
  /// True when it takes short messages and did not before.
  bool put_device(std::uint32_t contact, std::uint64_t id_hash, std::string_view uri, Tags tags);
  void drop_device(std::uint32_t contact, std::uint32_t device);
  void drop_devices(std::uint32_t contact);
  void drop_untold_devices(std::uint32_t contact);
  void keep_only(std::uint32_t contact, const EmbeddedMessage& bound);
  void take_request(std::uint32_t contact, const EmbeddedMessage& request);
  bool take_registration(std::uint32_t index, const ReginfoRegistration& told,
                         std::span<const ReginfoContact> contacts, bool full);
  bool take_contacts(std::uint32_t contact, std::span<const ReginfoContact> told, bool full);
  void tidy_impus(std::uint32_t index);
  void set_smsip(std::uint32_t contact);
  void prefer_registered(std::uint32_t index);
  [[nodiscard]] std::uint64_t hash(std::string_view impu) const;

  Bindings& bindings_;
  FaultSet& faults_;
  GatewayCounters& counters_;
  std::uint64_t seed_;
  Pool<Registration> pool_;
  Pool<Device> devices_;
  std::unique_ptr<Impu[]> impus_;
  IndexTable by_impu_;
};

}  // namespace rung::gateway
