// A prerendered message: octets written once at start, a few slots patched per message. Slots of
// fixed width keep all messages of one template equally long, which lets the kernel batch them.
//
// A template is a row of pieces with gaps between them. Fixed-width fields of ours (Call-ID,
// numbers, the RP-MR) are slots inside a piece; text of theirs, whose length is not ours to choose
// (their Call-ID, their Via), fills a gap. Content-Length must not depend on a gap: gaps lie in the
// header part only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/wire/slot.hpp"

namespace rung {

inline constexpr std::size_t kTemplateGapsMax = 15;

class MessageTemplate {
 public:
  /// Where each piece begins in the written message; needed to patch slots behind a gap.
  struct Layout {
    std::uint16_t start[kTemplateGapsMax + 1] = {};
    std::uint32_t size = 0;  // octets written in all; 0: out was too small
  };

  /// Copies the template into `out`, gap i filled with gaps[i]. Precondition: gaps.size() is
  /// gap_count(). One memcpy when there is no gap.
  Layout write(MutableOctets out, std::span<const std::string_view> gaps = {}) const;

  [[nodiscard]] std::size_t gap_count() const { return gap_count_; }
  /// Octets without any gap's.
  [[nodiscard]] std::size_t size() const { return octets_.size(); }
  [[nodiscard]] Octets octets() const { return octets_; }

 private:
  friend class TemplateBuilder;
  std::vector<std::uint8_t> octets_;  // pieces one after another
  std::uint32_t piece_end_[kTemplateGapsMax + 1] = {};
  std::size_t gap_count_ = 0;
};

/// Builds a template, off the hot path.
class TemplateBuilder {
 public:
  TemplateBuilder& text(std::string_view text);
  TemplateBuilder& octets(Octets octets);
  /// Reserves `width` octets, filled with `fill` until patched.
  Slot slot(std::size_t width, char fill = '0');
  /// Marks octets already written (of the current piece) as a slot, counted back from the end.
  Slot slot_at(std::size_t octets_back, std::size_t width);
  /// Ends the piece; returns the gap's index. Precondition: fewer than kTemplateGapsMax so far.
  std::size_t gap();
  MessageTemplate build() &&;

 private:
  MessageTemplate template_;
  std::size_t piece_start_ = 0;
};

/// The octets of a slot in a written message.
inline MutableOctets slot_octets(MutableOctets message, const MessageTemplate::Layout& layout,
                                 Slot slot) {
  return message.subspan(static_cast<std::size_t>(layout.start[slot.piece]) + slot.offset,
                         slot.width);
}

}  // namespace rung
