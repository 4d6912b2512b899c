#include "gateway/client_transactions.hpp"

#include <algorithm>
#include <cstring>

namespace rung::gateway {

ClientTransactions::ClientTransactions(const GatewayConfig& config, bool reliable,
                                       std::uint32_t salt, Timers& timers, Outbox& outbox,
                                       FaultSet& faults, GatewayCounters& counters)
    : t1_(config.t1),
      t2_(config.t2),
      reliable_(reliable),
      salt_(salt),
      timers_(timers),
      outbox_(outbox),
      faults_(faults),
      counters_(counters),
      pool_(config.transactions_max),
      buffers_(std::make_unique_for_overwrite<Buffer[]>(config.transactions_max)),
      ids_(config.transactions_max) {}

std::uint32_t ClientTransactions::open() {
  const std::uint32_t index = pool_.take();
  if (index == kNone) {
    ++counters_.full_transactions;
    return kNone;
  }
  renew_id(index);
  return index;
}

void ClientTransactions::renew_id(std::uint32_t index) {
  ids_[index] = make_id(++sequence_, index);
}

void ClientTransactions::abandon(std::uint32_t index) {
  timers_.cancel(TimerOf::transaction, index);
  ids_[index] = 0;
  pool_.give(index);
}

void ClientTransactions::send(std::uint32_t index, std::size_t size, Time now) {
  ClientTransaction& transaction = pool_[index];
  transaction.size = static_cast<std::uint32_t>(size);
  transaction.interval = t1_;
  transaction.give_up = now + 64 * t1_;
  transaction.proceeding = false;
  transaction.copies = 0;
  const bool is_message = transaction.purpose != Purpose::subscription;
  ++(is_message ? counters_.sent_messages : counters_.sent_subscribes);
  transmit(index, now);
  arm(index, now);
}

void ClientTransactions::transmit(std::uint32_t index, Time now) {
  TxDatagram* slot = outbox_.reserve(now);
  if (slot == nullptr) return;  // Timer E sends the next copy
  const ClientTransaction& transaction = pool_[index];
  std::memcpy(slot->buffer, buffers_[index].octets, transaction.size);
  outbox_.send(*slot, transaction.size, {}, transaction.remote);
}

void ClientTransactions::arm(std::uint32_t index, Time now) {
  const ClientTransaction& transaction = pool_[index];
  // RFC 3261 17.1.2.2: over a reliable transport there is no Timer E, and F19 has one.
  const bool silent = reliable_ && !faults_.on(FaultId::f19);
  const Time next = silent ? transaction.give_up : now + transaction.interval;
  timers_.schedule(TimerOf::transaction, index, std::min(next, transaction.give_up));
}

std::uint32_t ClientTransactions::find(const sip::View& view) const {
  sip::CSeq cseq;
  if (!sip::parse_cseq(view.header(sip::Header::cseq), cseq)) return kNone;
  const bool is_message = cseq.method == sip::Method::message;
  if (!is_message && cseq.method != sip::Method::subscribe) return kNone;
  std::uint64_t id = 0;
  if (is_message && faults_.on(FaultId::f76)) {  // the branch tells nothing then
    CallId call;
    if (!read_call_id(view.header(sip::Header::call_id), salt_, call)) return kNone;
    id = call.id;
  } else {
    sip::Via via;
    if (!sip::parse_via(view.header(sip::Header::via), via)) return kNone;
    if (!read_branch(via.branch, salt_, id)) return kNone;
  }
  const std::uint32_t index = id_index(id);
  if (index >= ids_.size() || ids_[index] != id) return kNone;
  return is_message == (pool_[index].purpose != Purpose::subscription) ? index : kNone;
}

std::optional<TransactionEnd> ClientTransactions::on_response(const sip::View& view) {
  const std::uint32_t index = find(view);
  if (index == kNone) {
    ++counters_.responses_unmatched;
    return std::nullopt;
  }
  if (view.status() >= 200) return end(index, view.status());
  // RFC 3261 17.1.2.2: Timer E keeps running, and is set to T2 whenever it fires from now on.
  pool_[index].proceeding = true;
  return std::nullopt;
}

std::optional<TransactionEnd> ClientTransactions::on_timer(std::uint32_t index, Time now) {
  ClientTransaction& transaction = pool_[index];
  const bool one_copy_only = transaction.copies == 1 && faults_.on(FaultId::f21);
  if (now >= transaction.give_up || one_copy_only) {
    ++counters_.transactions_timed_out;
    return end(index, 0);
  }
  if (transaction.copies != UINT8_MAX) ++transaction.copies;
  ++counters_.sent_copies;
  const bool back_off = !faults_.on(FaultId::f20);
  if (back_off) {
    transaction.interval = transaction.proceeding ? t2_ : std::min(2 * transaction.interval, t2_);
  }
  transmit(index, now);
  arm(index, now);
  return std::nullopt;
}

TransactionEnd ClientTransactions::end(std::uint32_t index, std::uint16_t status) {
  const TransactionEnd ended{pool_[index], status};
  abandon(index);
  return ended;
}

}  // namespace rung::gateway
