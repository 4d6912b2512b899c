// TCAP dialogues of sessions, behind the transaction ids that name them on the wire. All is
// allocated at start; a full pool refuses and the caller counts it.
//
// Our transaction ids have four octets: worker 4 bits | entry 20 bits | use of the entry 8 bits, so
// that an answer finds its session, and its worker, without a hash table, and a late one finds
// nobody.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/base/assert.hpp"
#include "engine/ue/session_pool.hpp"
#include "engine/wire/map.hpp"
#include "engine/wire/sccp_address.hpp"
#include "engine/wire/tcap.hpp"

namespace rung {

/// One dialogue between an element of ours and the gateway.
struct Dialogue {
  std::uint32_t next_free = 0;
  std::uint32_t next = 0;  // of the same session, older; 0: none
  std::uint32_t session = SessionIndex::kNone;
  std::uint8_t use = 0;
  std::uint8_t begin = 0;     // step of the ladder that began it
  std::int8_t invoke_id = 1;  // of the invoke at hand
  bool open = true;           // no End and no Abort yet
  bool confirmed = false;     // somebody has answered: the dialogue portion is done with
  std::uint8_t address_size = 0;
  std::array<std::uint8_t, sccp::kAddressSizeMax> address{};  // the gateway's, encoded
  tcap::TransactionId peer{};  // the gateway's transaction id; of size 0: not known yet
  std::optional<map::ApplicationContext> context{};  // none: version 1
};

class DialoguePool {
 public:
  static constexpr std::uint32_t kDialoguesMax = (1U << 20) - 1;
  static constexpr std::uint32_t kWorkersMax = 16;

  /// Preconditions, where there are dialogues at all: worker < kWorkersMax, count <= kDialoguesMax.
  DialoguePool(std::uint8_t worker, std::uint32_t count) : slab_(count), worker_(worker) {
    ENGINE_ASSERT(count == 0 || (worker < kWorkersMax && count <= kDialoguesMax));
  }

  /// A new dialogue's handle; 0: the pool is full.
  std::uint32_t take() {
    const std::uint32_t handle = slab_.take();
    if (handle == 0) return 0;
    const std::uint8_t use = slab_.at(handle).use;
    slab_.at(handle) = {};
    slab_.at(handle).use = use;
    return handle;
  }
  void release(std::uint32_t handle) {
    Dialogue& dialogue = slab_.at(handle);
    dialogue.session = SessionIndex::kNone;
    ++dialogue.use;
    slab_.release(handle);
  }
  [[nodiscard]] Dialogue& at(std::uint32_t handle) { return slab_.at(handle); }
  [[nodiscard]] const Dialogue& at(std::uint32_t handle) const { return slab_.at(handle); }

  [[nodiscard]] tcap::TransactionId id_of(std::uint32_t handle) const {
    return tcap::TransactionId::of(std::uint32_t{worker_} << 28 | handle << 8 |
                                   slab_.at(handle).use);
  }
  /// The dialogue that a transaction id of ours names; 0: none that lives.
  [[nodiscard]] std::uint32_t find(const tcap::TransactionId& id) const {
    if (id.size != 4 || worker_of(id) != worker_) return 0;
    const std::uint32_t handle = id.number() >> 8 & kDialoguesMax;
    if (!slab_.was_taken(handle)) return 0;
    const Dialogue& dialogue = slab_.at(handle);
    if (dialogue.session == SessionIndex::kNone) return 0;
    return dialogue.use == (id.number() & 0xff) ? handle : 0;
  }
  /// The worker that chose such an id.
  [[nodiscard]] static std::uint32_t worker_of(const tcap::TransactionId& id) {
    return id.number() >> 28;
  }

  [[nodiscard]] std::uint32_t used() const { return slab_.used(); }
  [[nodiscard]] std::uint32_t used_max() const { return slab_.used_max(); }
  [[nodiscard]] std::uint32_t capacity() const { return slab_.capacity(); }

 private:
  Slab<Dialogue> slab_;
  std::uint8_t worker_;
};

}  // namespace rung
