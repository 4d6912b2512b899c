#include "engine/wire/slot.hpp"

namespace rung {

void put_text(MutableOctets slot, std::string_view text) {
  ENGINE_ASSERT(text.size() <= slot.size());
  if (!text.empty()) std::memcpy(slot.data(), text.data(), text.size());
  if (text.size() < slot.size()) {
    std::memset(slot.data() + text.size(), ' ', slot.size() - text.size());
  }
}

bool get_hex(std::string_view text, std::uint64_t& value) {
  if (text.empty() || text.size() > 16) return false;
  std::uint64_t number = 0;
  for (const char c : text) {
    const unsigned digit = static_cast<unsigned char>(c) - unsigned{'0'};
    const unsigned letter = static_cast<unsigned char>(c) - unsigned{'a'};
    if (digit > 9 && letter > 5) return false;
    number = number << 4 | (digit <= 9 ? digit : letter + 10);
  }
  value = number;
  return true;
}

}  // namespace rung
