#include "engine/ue/route_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace rung {
namespace {

/// FNV-1a: registrations are rare and the texts short.
std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return hash;
}

}  // namespace

RouteTable::RouteTable(std::uint32_t count)
    : rows_(count), newest_(std::bit_ceil(std::max(count, 1U)), 0) {}

std::uint32_t RouteTable::intern(std::string_view text) {
  if (rows_.capacity() == 0 || text.empty() || text.size() > kTextMax) return 0;
  std::uint32_t& newest = newest_[hash_of(text) & (newest_.size() - 1)];
  if (find(newest) == text) return newest;
  Row& row = rows_.add();
  row.size = static_cast<std::uint16_t>(text.size());
  std::memcpy(row.text, text.data(), text.size());
  newest = row.handle;
  return newest;
}

std::string_view RouteTable::find(std::uint32_t handle) const {
  const Row* const row = rows_.find(handle);
  return row == nullptr ? std::string_view{} : std::string_view(row->text, row->size);
}

}  // namespace rung
