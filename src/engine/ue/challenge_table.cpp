#include "engine/ue/challenge_table.hpp"

#include <cstring>

namespace rung {

std::uint32_t ChallengeTable::store(const StoredChallenge& c) {
  const std::size_t size = c.realm.size() + c.nonce.size() + c.opaque.size();
  if (rows_.empty() || size > kTextMax) return 0;
  if (++last_ == 0) last_ = 1;
  Row& row = rows_[last_ % rows_.size()];
  row.handle = last_;
  row.realm = static_cast<std::uint8_t>(c.realm.size());
  row.nonce = static_cast<std::uint8_t>(c.nonce.size());
  row.opaque = static_cast<std::uint8_t>(c.opaque.size());
  row.flags = static_cast<std::uint8_t>((c.has_opaque ? 1 : 0) | (c.qop_auth ? 2 : 0));
  char* at = row.text;
  for (const std::string_view text : {c.realm, c.nonce, c.opaque}) {
    if (text.empty()) continue;
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  }
  return last_;
}

bool ChallengeTable::find(std::uint32_t handle, StoredChallenge& out) const {
  if (handle == 0 || rows_.empty()) return false;
  const Row& row = rows_[handle % rows_.size()];
  if (row.handle != handle) return false;
  out.realm = {row.text, row.realm};
  out.nonce = {row.text + row.realm, row.nonce};
  out.opaque = {row.text + row.realm + row.nonce, row.opaque};
  out.has_opaque = (row.flags & 1) != 0;
  out.qop_auth = (row.flags & 2) != 0;
  return true;
}

}  // namespace rung
