#include "engine/ue/session_pool.hpp"

#include <cstring>

#include "engine/base/assert.hpp"

namespace rung {
namespace {

/// Tickets looked at before a take gives up: live sessions that outlast the ring are few.
constexpr std::uint32_t kTicketTries = 64;
/// Tickets whose linger is checked per take, so that the count in use stays current at O(1).
constexpr std::uint32_t kTicketsAged = 4;

constexpr std::uint32_t linger_unit(Time t) { return static_cast<std::uint32_t>(ns(t) >> 20); }

}  // namespace

SessionPool::SessionPool(std::uint32_t sessions_max, std::uint32_t tickets_max,
                         std::size_t steps_max)
    : steps_max_(steps_max),
      sessions_(sessions_max),
      records_(std::size_t{sessions_max} * steps_max),
      tickets_(tickets_max),
      free_head_(0) {
  ENGINE_ASSERT(sessions_max > 0);
  ENGINE_ASSERT(tickets_max >= sessions_max);
  ENGINE_ASSERT(steps_max <= kSessionStepsMax);
  for (std::uint32_t i = 0; i < sessions_max; ++i) {
    sessions_[i].next_free = i + 1 < sessions_max ? i + 1 : SessionIndex::kNone;
  }
}

std::uint32_t SessionPool::take_ticket(Time now, bool& evicted) {
  const auto count = static_cast<std::uint32_t>(tickets_.size());
  const std::uint32_t unit = linger_unit(now);
  for (std::uint32_t i = 0; i < kTicketTries; ++i) {
    const std::uint32_t index = next_ticket_;
    next_ticket_ = index + 1 == count ? 0 : index + 1;
    const Ticket& ticket = tickets_[index];
    if (ticket.session != SessionIndex::kNone) continue;
    evicted = ticket.generation != 0 && ticket.until > unit;
    return index;
  }
  return SessionIndex::kNone;
}

SessionIndex SessionPool::take(Time now, bool& evicted) {
  evicted = false;
  if (free_head_ == SessionIndex::kNone) return {};
  const std::uint32_t ticket_index = take_ticket(now, evicted);
  if (ticket_index == SessionIndex::kNone) return {};

  const SessionIndex index(free_head_);
  Session& session = sessions_[index.value];
  free_head_ = session.next_free;
  Ticket& ticket = tickets_[ticket_index];
  const std::uint32_t generation = ticket.generation + 1;
  ticket = Ticket{};
  ticket.generation = generation;
  ticket.session = index.value;
  session = Session{};
  session.ticket = ticket_index;
  session.generation = generation;
  for (StepRecord& record : records(index)) record = StepRecord{};
  if (++active_ > active_max_) active_max_ = active_;

  const auto count = static_cast<std::uint32_t>(tickets_.size());
  const std::uint32_t unit = linger_unit(now);
  for (std::uint32_t i = 0; i < kTicketsAged && oldest_ticket_ != ticket_index; ++i) {
    const Ticket& oldest = tickets_[oldest_ticket_];
    if (oldest.session != SessionIndex::kNone || oldest.until > unit) break;
    oldest_ticket_ = oldest_ticket_ + 1 == count ? 0 : oldest_ticket_ + 1;
  }
  const std::uint32_t used = (ticket_index + count - oldest_ticket_) % count + 1;
  if (used > tickets_used_max_) tickets_used_max_ = used;
  return index;
}

void SessionPool::release(SessionIndex index, Time linger_ends) {
  Session& session = sessions_[index.value];
  ENGINE_ASSERT(session.generation != 0);
  Ticket& ticket = tickets_[session.ticket];
  ticket.session = SessionIndex::kNone;
  ticket.done = session.done;
  ticket.ladder = session.ladder & 0x7fffU;
  ticket.until = linger_unit(linger_ends) + 1;
  session.generation = 0;
  session.next_free = free_head_;
  free_head_ = index.value;
  --active_;
}

std::size_t SessionPool::sessions_size() const {
  return sessions_.size() * sizeof(Session) + records_.size() * sizeof(StepRecord);
}

std::string_view ForeignEntry::get(std::size_t index) const {
  std::size_t at = 0;
  for (std::size_t i = 0; i < index; ++i) at += size[i];
  return {text + at, size[index]};
}

bool ForeignEntry::put(std::size_t index, std::string_view value) {
  PARANOID_ASSERT(index < kTexts);
  std::size_t at = 0;
  for (std::size_t i = 0; i < index; ++i) at += size[i];
  const bool fits = value.size() <= 255 && at + value.size() <= sizeof text;
  size[index] = fits ? static_cast<std::uint8_t>(value.size()) : std::uint8_t{0};
  if (fits && !value.empty()) std::memcpy(text + at, value.data(), value.size());
  return fits;
}

}  // namespace rung
