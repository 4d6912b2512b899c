// TCAP dialogues of sessions, behind the transaction ids that name them on the wire. All is
// allocated at start; a full pool refuses and the caller counts it. An entry rests for as long as
// there are others, so that its uses come round late.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/party/transaction_ids.hpp"
#include "engine/wire/map.hpp"
#include "engine/wire/sccp_address.hpp"
#include "engine/wire/tcap.hpp"

namespace rung {

/// One dialogue between an element of ours and the gateway.
struct Dialogue {
  std::uint32_t next_free = 0;
  std::uint32_t next = 0;  // of the same session, older; 0: none
  std::uint32_t session = SessionIndex::kNone;
  std::uint32_t use = 0;
  std::uint8_t begin = 0;     // step of the ladder that began it
  std::int8_t invoke_id = 1;  // of the invoke at hand
  bool open = true;           // no End and no Abort yet
  bool aborted = false;       // it ended by an Abort
  bool confirmed = false;     // somebody has answered: the dialogue portion is done with
  std::uint8_t address_size = 0;
  std::array<std::uint8_t, sccp::kAddressSizeMax> address{};  // the gateway's, encoded
  tcap::TransactionId peer{};  // the gateway's transaction id; of size 0: not known yet
  std::optional<map::ApplicationContext> context{};  // none: version 1
};

class DialoguePool {
 public:
  /// For as many dialogues as `player` has.
  explicit DialoguePool(const TransactionIds::Player& player)
      : ids_(player), capacity_(player.dialogues) {
    entries_.reserve(capacity_);
  }

  /// A new dialogue's handle; 0: the pool is full.
  std::uint32_t take() {
    std::uint32_t handle = oldest_;
    if (entries_.size() < capacity_) {
      entries_.push_back({.use = ids_.first_use()});
      handle = static_cast<std::uint32_t>(entries_.size());
    } else if (handle != 0) {
      oldest_ = at(handle).next_free;
      if (oldest_ == 0) newest_ = 0;
      at(handle) = {.use = at(handle).use};
    } else {
      return 0;
    }
    if (++used_ > used_max_) used_max_ = used_;
    return handle;
  }
  void release(std::uint32_t handle) {
    Dialogue& dialogue = at(handle);
    dialogue.session = SessionIndex::kNone;
    ++dialogue.use;
    dialogue.next_free = 0;
    (newest_ == 0 ? oldest_ : at(newest_).next_free) = handle;
    newest_ = handle;
    --used_;
  }
  [[nodiscard]] Dialogue& at(std::uint32_t handle) { return entries_[handle - 1]; }
  [[nodiscard]] const Dialogue& at(std::uint32_t handle) const { return entries_[handle - 1]; }

  [[nodiscard]] tcap::TransactionId id_of(std::uint32_t handle) const {
    return ids_.id_of(handle, at(handle).use);
  }
  /// The dialogue that a transaction id of ours names; 0: none that lives.
  [[nodiscard]] std::uint32_t find(const tcap::TransactionId& id) const {
    if (!ids_.owns(id)) return 0;
    const std::uint32_t handle = ids_.dialogue_of(id);
    if (handle == 0 || handle > entries_.size()) return 0;
    const Dialogue& dialogue = at(handle);
    if (dialogue.session == SessionIndex::kNone) return 0;
    return ids_.names_use(id, dialogue.use) ? handle : 0;
  }

  [[nodiscard]] std::uint32_t used() const { return used_; }
  [[nodiscard]] std::uint32_t used_max() const { return used_max_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

 private:
  TransactionIds ids_;
  std::uint32_t capacity_;
  std::vector<Dialogue> entries_;  // those that were ever taken
  std::uint32_t oldest_ = 0;       // of the free entries; 0: there is none
  std::uint32_t newest_ = 0;
  std::uint32_t used_ = 0;
  std::uint32_t used_max_ = 0;
};

}  // namespace rung
