// Our TCAP transaction ids (Q.773 4.2.1.3: up to four octets; we use all) and whose they are:
//
//   run 8 bits | worker | dialogue | use of that dialogue's entry
//
// Worker and dialogue have the bits their numbers need, and the use has the rest, so that an answer
// finds its run, its worker and its session without a hash table, and a late one finds nobody. Uses
// count from a number of the run's: what belongs to a former run names another use than this one's.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "engine/base/assert.hpp"
#include "engine/wire/tcap.hpp"

namespace rung {

class TransactionIds {
 public:
  struct Player {
    std::uint16_t run_id = 0;
    std::uint32_t worker = 0;
    std::uint32_t workers = 1;    // of the run
    std::uint32_t dialogues = 0;  // at a time, of one worker
  };
  static constexpr unsigned kUseBitsMin = 4;

  /// Dialogues that one of so many workers can have at a time: about a million for all of them.
  static constexpr std::uint32_t dialogues_max(std::uint32_t workers) {
    return (1U << (kOwnBits - kUseBitsMin - worker_bits(workers))) - 1;
  }

  /// Preconditions, where there are dialogues at all: worker < workers, dialogues <=
  /// dialogues_max(workers).
  explicit TransactionIds(const Player& player)
      : use_bits_(kOwnBits - worker_bits(player.workers) - bits_of(player.dialogues)),
        worker_shift_(kOwnBits - worker_bits(player.workers)),
        front_((player.run_id & 0xffU) << kOwnBits | player.worker << worker_shift_),
        first_use_(player.run_id >> 8U & use_mask()) {
    ENGINE_ASSERT(player.dialogues == 0 || player.worker < player.workers);
    ENGINE_ASSERT(player.dialogues <= dialogues_max(player.workers));
  }

  /// Precondition: 0 < dialogue <= dialogues.
  [[nodiscard]] tcap::TransactionId id_of(std::uint32_t dialogue, std::uint32_t use) const {
    return tcap::TransactionId::of(front_ | dialogue << use_bits_ | (use & use_mask()));
  }
  /// Whether this worker of this run chose such an id.
  [[nodiscard]] bool owns(const tcap::TransactionId& id) const {
    return id.size == 4 && (id.number() ^ front_) >> worker_shift_ == 0;
  }
  /// The dialogue that an id of ours names, or has named.
  [[nodiscard]] std::uint32_t dialogue_of(const tcap::TransactionId& id) const {
    return (id.number() & ((1U << worker_shift_) - 1)) >> use_bits_;
  }
  [[nodiscard]] bool names_use(const tcap::TransactionId& id, std::uint32_t use) const {
    return ((id.number() ^ use) & use_mask()) == 0;
  }
  [[nodiscard]] std::uint32_t first_use() const { return first_use_; }

 private:
  static constexpr unsigned kOwnBits = 24;  // behind the run
  static constexpr unsigned bits_of(std::uint32_t number) {
    return static_cast<unsigned>(std::bit_width(number));
  }
  static constexpr unsigned worker_bits(std::uint32_t workers) { return bits_of(workers - 1); }
  [[nodiscard]] std::uint32_t use_mask() const { return (1U << use_bits_) - 1; }

  unsigned use_bits_;
  unsigned worker_shift_;
  std::uint32_t front_;  // run and worker in their places
  std::uint32_t first_use_;
};

}  // namespace rung
