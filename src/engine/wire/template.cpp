#include "engine/wire/template.hpp"

#include <cstring>
#include <utility>

namespace rung {
MessageTemplate::Layout MessageTemplate::write(MutableOctets out,
                                               std::span<const std::string_view> gaps) const {
  PARANOID_ASSERT(gaps.size() == gap_count_);
  Layout layout;
  if (gap_count_ == 0) [[likely]] {
    if (out.size() < octets_.size()) return layout;
    std::memcpy(out.data(), octets_.data(), octets_.size());
    layout.size = static_cast<std::uint32_t>(octets_.size());
    return layout;
  }
  std::size_t total = octets_.size();
  for (std::size_t i = 0; i < gap_count_; ++i) total += gaps[i].size();
  if (total > out.size() || total > 0xffff) return layout;
  std::size_t read = 0;
  std::size_t at = 0;
  for (std::size_t piece = 0; piece <= gap_count_; ++piece) {
    const std::size_t size = piece_end_[piece] - read;
    layout.start[piece] = static_cast<std::uint16_t>(at);
    std::memcpy(out.data() + at, octets_.data() + read, size);
    at += size;
    read += size;
    if (piece == gap_count_) break;
    if (!gaps[piece].empty()) std::memcpy(out.data() + at, gaps[piece].data(), gaps[piece].size());
    at += gaps[piece].size();
  }
  layout.size = static_cast<std::uint32_t>(total);
  return layout;
}

TemplateBuilder& TemplateBuilder::text(std::string_view text) { return octets(as_octets(text)); }

TemplateBuilder& TemplateBuilder::octets(Octets octets) {
  template_.octets_.insert(template_.octets_.end(), octets.begin(), octets.end());
  return *this;
}

Slot TemplateBuilder::slot(std::size_t width, char fill) {
  template_.octets_.insert(template_.octets_.end(), width, static_cast<std::uint8_t>(fill));
  return slot_at(width, width);
}

Slot TemplateBuilder::slot_at(std::size_t octets_back, std::size_t width) {
  const std::size_t piece_size = template_.octets_.size() - piece_start_;
  ENGINE_ASSERT(octets_back <= piece_size);
  ENGINE_ASSERT(width <= octets_back);
  return {narrow<std::uint16_t>(template_.gap_count_),
          narrow<std::uint16_t>(piece_size - octets_back), narrow<std::uint16_t>(width)};
}

std::size_t TemplateBuilder::gap() {
  ENGINE_ASSERT(template_.gap_count_ < kTemplateGapsMax);
  piece_start_ = template_.octets_.size();
  template_.piece_end_[template_.gap_count_] = narrow<std::uint32_t>(piece_start_);
  return template_.gap_count_++;
}

MessageTemplate TemplateBuilder::build() && {
  ENGINE_ASSERT(template_.octets_.size() <= 0xffff);
  template_.piece_end_[template_.gap_count_] = narrow<std::uint32_t>(template_.octets_.size());
  return std::move(template_);
}

}  // namespace rung
