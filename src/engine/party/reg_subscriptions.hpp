// RegSubscriptions: what our S-CSCF remembers as notifier of the registration event (RFC 3680,
// RFC 6665): one subscription of the gateway for each UE. Allocated at start; texts of theirs are
// copied in and bounded.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"
#include "engine/wire/sip_view.hpp"

namespace rung {

class RegSubscriptions {
 public:
  /// Texts of the gateway that a NOTIFY repeats.
  enum class Text : std::uint8_t { target, uri, tag, call_id };

  /// For `count` UEs. A subscription is granted `expires_max_s` at most.
  RegSubscriptions(std::uint32_t count, std::uint32_t expires_max_s);

  /// Takes a SUBSCRIBE to `ue`: a new dialog, or more time for the one at hand, or its end
  /// (Expires 0). A copy of the last one changes nothing. False when its texts have no room.
  bool accept(UeIndex ue, const sip::View& subscribe, Time now, std::uint32_t limit_s = UINT32_MAX);
  /// Seconds that a SUBSCRIBE is granted: what it asks for, or expires_max_s or `limit_s` where
  /// that is less.
  [[nodiscard]] std::uint32_t granted(const sip::View& subscribe,
                                      std::uint32_t limit_s = UINT32_MAX) const;
  /// True when `subscribe` belongs to the live dialog of `ue`.
  [[nodiscard]] bool in_dialog(UeIndex ue, const sip::View& subscribe, Time now) const;
  /// The gateway is to be notified: no NOTIFY has ended the dialog, nor did it run out long ago.
  [[nodiscard]] bool live(UeIndex ue, Time now) const;
  void end(UeIndex ue);

  /// Seconds left at `at`; 0 once they have run out.
  [[nodiscard]] std::uint32_t seconds_left(UeIndex ue, Time at) const;
  /// Number of the next document of this subscription, from 0 (RFC 3680 5.1), with the dialog's
  /// own number above it.
  std::uint32_t take_version(UeIndex ue);
  /// False once another dialog has taken the place of the one that `version` was taken of.
  [[nodiscard]] bool current(UeIndex ue, std::uint32_t version) const;
  [[nodiscard]] static std::uint32_t number_of(std::uint32_t version) { return version & 0xffffU; }
  /// Number of the dialog: 0 before the first; tells one's tag from the next one's.
  [[nodiscard]] std::uint8_t dialog(UeIndex ue) const { return at_[ue.value].dialog; }
  [[nodiscard]] std::string_view text(UeIndex ue, Text which) const;

  [[nodiscard]] std::size_t octets() const { return at_.size() * sizeof(Subscription); }

 private:
  static constexpr std::size_t kTexts = 4;
  struct Subscription {
    Time ends{};
    std::uint32_t cseq = 0;  // of the last SUBSCRIBE
    std::uint16_t version = 0;
    std::uint8_t dialog = 0;
    bool ended = true;
    std::array<std::uint8_t, kTexts> size{};
    std::array<char, 236> text;
  };
  static_assert(sizeof(Subscription) == 256);

  static bool store(Subscription& s, const std::array<std::string_view, kTexts>& texts);

  std::vector<Subscription> at_;
  std::uint32_t expires_max_s_;
};

}  // namespace rung
