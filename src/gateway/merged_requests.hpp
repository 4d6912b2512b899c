// MergedRequests: From tag, Call-ID and CSeq of recent requests, so that one that comes again under
// another branch is known for a merged request (RFC 3261 8.2.2.2). A table of fixed size where the
// newer of two that meet wins: a merged request follows its twin within milliseconds.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/base/time.hpp"

namespace rung::gateway {

class MergedRequests {
 public:
  /// `window`: how long a transaction is under way, 64*T1.
  explicit MergedRequests(Duration window)
      : window_(window), rows_(std::make_unique<Row[]>(kRows)) {}

  /// True when `request` (hash of From tag, Call-ID and CSeq) came before in another transaction.
  bool seen(std::uint64_t request, std::uint64_t transaction, Time now) {
    Row& row = rows_[request & (kRows - 1)];
    const bool again = row.request == request && row.transaction != transaction &&
                       row.transaction != 0 && now - row.at <= window_;
    if (!again) row = {request, transaction, now};
    return again;
  }

 private:
  static constexpr std::size_t kRows = 1U << 16;
  struct Row {
    std::uint64_t request = 0;
    std::uint64_t transaction = 0;
    Time at{};
  };
  Duration window_;
  std::unique_ptr<Row[]> rows_;
};

}  // namespace rung::gateway
