#include "engine/ue/challenge_table.hpp"

#include <cstring>

namespace rung {

std::uint32_t ChallengeTable::store(const StoredChallenge& c) {
  const std::size_t size = c.realm.size() + c.nonce.size() + c.opaque.size();
  if (rows_.capacity() == 0 || size > kTextMax) return 0;
  Row& row = rows_.add();
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
  return row.handle;
}

bool ChallengeTable::find(std::uint32_t handle, StoredChallenge& out) const {
  const Row* const row = rows_.find(handle);
  if (row == nullptr) return false;
  out.realm = {row->text, row->realm};
  out.nonce = {row->text + row->realm, row->nonce};
  out.opaque = {row->text + row->realm + row->nonce, row->opaque};
  out.has_opaque = (row->flags & 1) != 0;
  out.qop_auth = (row->flags & 2) != 0;
  return true;
}

}  // namespace rung
