// Traffic for an AS whose last ASP has left: kept while T(r) runs, sent when an ASP is back, lost
// when none is (RFC 4666 4.3.2, 4.3.4.5).
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/base/bytes.hpp"

namespace rung::m3ua {

/// First in, first out, in one piece of memory taken at construction. What was kept in one pending
/// period is drained before the next begins, so the memory is filled from its front each time.
class PendingTraffic {
 public:
  /// What of the routing label chooses a link and its stream.
  struct Label {
    std::uint32_t opc;
    std::uint32_t dpc;
    std::uint8_t sls;
  };

  explicit PendingTraffic(std::size_t octets) : octets_(octets) {}

  /// False when there is no room.
  bool push(const Label& label, Octets user_data) {
    const Head head{label, narrow<std::uint32_t>(user_data.size())};
    if (user_data.size() + sizeof head > octets_.size() - used_) return false;
    std::memcpy(octets_.data() + used_, &head, sizeof head);
    if (!user_data.empty()) {
      std::memcpy(octets_.data() + used_ + sizeof head, user_data.data(), user_data.size());
    }
    used_ += sizeof head + user_data.size();
    ++count_;
    return true;
  }
  [[nodiscard]] std::size_t size() const { return count_; }

  /// Gives `send(label, user_data)` one after another until it says false, or nothing is left.
  template <class Send>
  void drain(Send&& send) {
    while (count_ != 0) {
      Head head;
      std::memcpy(&head, octets_.data() + given_, sizeof head);
      if (!send(head.label, Octets{octets_}.subspan(given_ + sizeof head, head.size))) return;
      given_ += sizeof head + head.size;
      --count_;
    }
    clear();
  }
  void clear() { used_ = given_ = count_ = 0; }

 private:
  struct Head {
    Label label;
    std::uint32_t size;
  };
  std::vector<std::uint8_t> octets_;
  std::size_t used_ = 0;
  std::size_t given_ = 0;
  std::size_t count_ = 0;
};

}  // namespace rung::m3ua
