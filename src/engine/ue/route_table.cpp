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
  if (rows_.empty() || text.empty() || text.size() > kTextMax) return 0;
  std::uint32_t& newest = newest_[hash_of(text) & (newest_.size() - 1)];
  if (find(newest) == text) return newest;
  if (++last_ == 0) last_ = 1;
  Row& row = rows_[last_ % rows_.size()];
  row.handle = last_;
  row.size = static_cast<std::uint16_t>(text.size());
  std::memcpy(row.text, text.data(), text.size());
  newest = last_;
  return last_;
}

std::string_view RouteTable::find(std::uint32_t handle) const {
  if (handle == 0 || rows_.empty()) return {};
  const Row& row = rows_[handle % rows_.size()];
  return row.handle == handle ? std::string_view(row.text, row.size) : std::string_view{};
}

std::uint32_t RouteTable::used() const { return std::min(last_, capacity()); }

}  // namespace rung
