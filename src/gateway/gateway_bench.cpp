// How many short messages a second one core carries through the gateway, sockets left out. One
// short message is eight SIP messages: MESSAGE, 202, report, 200, delivery, 200, delivery report,
// 202. Only Gateway::pass() is timed; the peer's work lies outside. Simulated time runs at 40,000
// SM/s, so that Timer J holds what it would hold at that rate.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "engine/base/prng.hpp"
#include "engine/wire/sip_writer.hpp"
#include "gateway/gateway.hpp"

namespace rung::gateway {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::uint64_t kFirstNumber = 12'000'000'000;

struct Buffer {
  std::uint8_t octets[kDatagramSizeMax];
};

/// Hands over what the peer wrote and keeps what the gateway sent, in fixed arrays.
class BenchWire final : public Transport {
 public:
  BenchWire() : rx_buffers_(4 * kBatch), tx_buffers_(8 * kBatch), slots_(8 * kBatch) {
    for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].buffer = tx_buffers_[i].octets;
    own_slots(slots_);
    rx_.reserve(rx_buffers_.size());
  }
  MutableOctets next_room() { return rx_buffers_[rx_.size()].octets; }
  void deliver(std::size_t size, const Endpoint& from) {
    RxDatagram datagram;
    datagram.octets = Octets(rx_buffers_[rx_.size()].octets).first(size);
    datagram.local = local();
    datagram.remote = from;
    rx_.push_back(datagram);
  }
  void clear() {
    rx_.clear();
    taken_ = 0;
    sent_ = 0;
  }
  [[nodiscard]] std::span<const TxDatagram> sent() const { return std::span(slots_).first(sent_); }
  std::span<RxDatagram> rx_burst(Time) override {
    const std::size_t count = std::min(kBurstMax, rx_.size() - taken_);
    taken_ += count;
    return std::span(rx_).subspan(taken_ - count, count);
  }
  void tx_burst(Time) override {
    sent_ += tx().pending().size();
    empty_tx();
  }
  void wait(Time) override {}
  [[nodiscard]] const TransportCounters& counters() const override { return counters_; }
  [[nodiscard]] Endpoint local() const override { return Endpoint::ipv4(0x7f000001, 5060); }

 private:
  std::vector<Buffer> rx_buffers_;
  std::vector<Buffer> tx_buffers_;
  std::vector<TxDatagram> slots_;
  std::vector<RxDatagram> rx_;
  std::size_t taken_ = 0;
  std::size_t sent_ = 0;
  TransportCounters counters_;
};

Endpoint address_of(std::uint64_t ue) {
  return Endpoint::ipv4(0x7f400000U + static_cast<std::uint32_t>(ue), 5060);
}
std::string impu_of(std::uint64_t ue) {
  return fmt::format("sip:+{}@home1.net", kFirstNumber + ue);
}

/// The UEs' side: requests and answers as their text.
class Peer {
 public:
  Peer(const GatewayConfig& config, std::uint64_t users) : users_(users), gateway_(config, wire_) {
    for (std::uint64_t ue = 0; ue < users; ++ue) {
      put(address_of(ue),
          head("REGISTER sip:home1.net", ue, impu_of(ue), "REGISTER") +
              fmt::format("Contact: <sip:+{}@{}>;+g.3gpp.smsip\r\nExpires: 600000\r\n"
                          "Content-Length: 0\r\n\r\n",
                          kFirstNumber + ue, rung::to_string(address_of(ue))));
      if (ue % kBatch == kBatch - 1) flush();
    }
    flush();
    now_ += 33s;
    flush();
  }

  /// kBatch short messages between random UEs; the seconds the gateway took.
  double exchange() {
    for (std::size_t i = 0; i < kBatch; ++i) submit(random_.below(users_), random_.below(users_));
    double seconds = pass();
    answer_all();
    seconds += flush();
    now_ += std::chrono::nanoseconds(kBatch * 1'000'000'000 / 40'000);
    return seconds;
  }
  /// Two messages for one UE go one after the other, so the last may still be under way.
  void drain() {
    for (int pass_count = 0; pass_count < 100; ++pass_count) {
      now_ += 100ms;
      pass();
      answer_all();
      flush();
    }
  }
  [[nodiscard]] const Gateway& gateway() const { return gateway_; }

 private:
  std::string head(std::string_view start, std::uint64_t ue, std::string_view to,
                   std::string_view method) {
    ++serial_;
    return fmt::format(
        "{} SIP/2.0\r\nVia: SIP/2.0/UDP {};branch=z9hG4bK{:016x}\r\nMax-Forwards: 70\r\n"
        "Route: <sip:orig@127.0.0.1:5060;lr>\r\nFrom: <{}>;tag={:08x}\r\nTo: <{}>\r\n"
        "Call-ID: {:016x}@ue\r\nCSeq: 1 {}\r\n",
        start, rung::to_string(address_of(ue)), serial_, impu_of(ue), serial_, to, serial_, method);
  }
  void put(const Endpoint& from, std::string_view text) {
    std::memcpy(wire_.next_room().data(), text.data(), text.size());
    wire_.deliver(text.size(), from);
  }
  void put_message(std::uint64_t ue, std::string_view to, std::string_view headers, Octets body) {
    std::string text = head(fmt::format("MESSAGE {}", to), ue, to, "MESSAGE");
    text += headers;
    text += fmt::format(
        "P-Preferred-Identity: <{}>\r\nP-Access-Network-Info: 3GPP-E-UTRAN-FDD\r\n"
        "Content-Type: application/vnd.3gpp.sms\r\nContent-Length: {}\r\n\r\n",
        impu_of(ue), body.size());
    text += as_text(body);
    put(address_of(ue), text);
  }
  void submit(std::uint64_t from, std::uint64_t to) {
    // RP-DATA, RP-DA 12125550000, SUBMIT without validity, 160 septets in 140 octets.
    std::array<std::uint8_t, 165> rpdu{0x00, 0x01, 0x00, 0x07, 0x91, 0x21, 0x21, 0x55,
                                       0x05, 0x00, 0xf0, 153,  0x01, 0x07, 0x0b, 0x91};
    const std::string digits = fmt::format("{}", kFirstNumber + to);
    for (std::size_t i = 0; i < 6; ++i) {
      const int high = 2 * i + 1 < digits.size() ? digits[2 * i + 1] - '0' : 0xf;
      rpdu[16 + i] = static_cast<std::uint8_t>(high << 4 | (digits[2 * i] - '0'));
    }
    rpdu[24] = 160;
    put_message(from, "sip:sc.home1.net", {}, rpdu);
  }
  void answer_all() {
    struct Reply {
      std::uint64_t ue;
      std::string call_id;
      std::uint8_t reference;
    };
    std::vector<Reply> replies;
    std::vector<std::pair<Endpoint, std::string>> answers;
    for (const TxDatagram& sent : wire_.sent()) {
      sip::View view;
      if (sip::parse(sent.octets(), view) != sip::Error::none || !view.is_request()) continue;
      std::uint8_t room[2048];
      const std::size_t size = sip::write_response(view, 200, {}, "ue", {}, {}, room);
      answers.emplace_back(sent.remote, std::string(as_text(Octets(room).first(size))));
      if (view.has(sip::Header::in_reply_to)) continue;
      replies.push_back({sent.remote.ipv4_host() - 0x7f400000U,
                         std::string(view.header(sip::Header::call_id)), view.body()[1]});
    }
    wire_.clear();
    for (const auto& [from, text] : answers) put(from, text);
    for (const Reply& reply : replies) {
      const std::uint8_t ack[] = {0x02, reply.reference};
      put_message(reply.ue, "sip:ipsmgw.home1.net",
                  fmt::format("In-Reply-To: {}\r\n", reply.call_id), ack);
    }
  }
  double flush() {
    const double seconds = pass();
    wire_.clear();
    return seconds;
  }
  /// What was sent stays readable until the next clear().
  double pass() {
    const auto start = std::chrono::steady_clock::now();
    gateway_.pass(now_, 1'773'497'366);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    return took.count();
  }

  std::uint64_t users_;
  BenchWire wire_;
  Gateway gateway_;
  Prng random_{7};
  Time now_ = time_from_ns(1'000'000'000);
  std::uint64_t serial_ = 0;
};

void short_messages(benchmark::State& state) {
  GatewayConfig config;
  config.listen = Endpoint::ipv4(0x7f000001, 5060);
  config.users_max = static_cast<std::uint32_t>(state.range(0));
  config.absorbed_max = 4'000'000;
  Peer peer(config, config.users_max);
  for (auto _ : state) state.SetIterationTime(peer.exchange());
  peer.drain();
  const GatewayCounters& counters = peer.gateway().counters();
  if (counters.delivered == 0 || counters.delivered != counters.submits) {
    state.SkipWithError("not every short message was delivered");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK(short_messages)->Arg(100'000)->Arg(1'000'000)->UseManualTime()->Iterations(20'000);

}  // namespace
}  // namespace rung::gateway
