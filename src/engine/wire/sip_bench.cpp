// Speed of the SIP path, each beside the bare work it cannot avoid, so that a ratio of two lines of
// one run means something on a machine whose clock wanders:
//   sip_parse / sip_scan_avx2         target at most 6; _hot: the same out of L1
//   template_write / template_memcpy  target at most 4
#include <benchmark/benchmark.h>
#include <immintrin.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "engine/base/datagram.hpp"
#include "engine/wire/digest.hpp"
#include "engine/wire/sip_view.hpp"
#include "engine/wire/sip_writer.hpp"
#include "engine/wire/template.hpp"

namespace rung {
namespace {

constexpr std::size_t kMessages = 1024;    // all different, so that no branch is learnt by heart
constexpr std::size_t kBufferSize = 2048;  // one message each, as a receive ring holds them

std::string random_hex(std::mt19937_64& random, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += "0123456789abcdef"[random() % 16];
  return text;
}

/// An IMS MESSAGE as an IP-SM-GW sees it on ISC, about 900 octets, header fields in varying order.
std::string make_message(std::mt19937_64& random, std::size_t number) {
  std::string body;
  for (std::size_t i = 0; i < 100 + random() % 60; ++i) body += static_cast<char>(random() & 0xff);
  const std::string impu = "sip:+1555" + std::to_string(1000000 + random() % 9000000) +
                           "@ims.mnc001.mcc001.3gppnetwork.org";
  std::vector<std::string> fields = {
      "Max-Forwards: 70",
      "From: <" + impu + ">;tag=" + random_hex(random, 10),
      "To: <tel:+15559990000>",
      "Call-ID: " + random_hex(random, 24) + "@127.0.0.1",
      "CSeq: " + std::to_string(1 + random() % 9999) + " MESSAGE",
      "P-Asserted-Identity: <" + impu + ">",
      "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100010000001",
      "P-Charging-Vector: icid-value=" + random_hex(random, 16) + ";orig-ioi=home1.net",
      "Accept-Contact: *;+g.3gpp.smsip;require;explicit",
      "Request-Disposition: no-fork",
      "Allow: MESSAGE",
      "Content-Type: application/vnd.3gpp.sms",
      "Content-Length: " + std::to_string(body.size())};
  if ((number & 1) != 0) fields.push_back("In-Reply-To: " + random_hex(random, 24));
  if ((number & 2) != 0) fields.push_back("User-Agent: SM-IP-UE/1.0 build 4711");
  if ((number & 4) != 0) fields.push_back("Route: <sip:smsc.ims.example.net;lr>");
  if ((number & 8) != 0) fields.push_back("Supported: path,gruu");
  std::rotate(fields.begin() + 5, fields.begin() + 5 + static_cast<long>(number % 8), fields.end());
  std::string message =
      "MESSAGE sip:smsc.ims.example.net SIP/2.0\r\n"
      "Via: SIP/2.0/UDP 127.64.0.1:5060;branch=z9hG4bK" +
      random_hex(random, 16) + ";rport\r\n";
  for (const std::string& field : fields) message += field + "\r\n";
  return message + "\r\n" + body;
}

/// Messages in a row of equal buffers, 2 MB in all: what has just been received comes out of L2.
class Ring {
 public:
  Ring() : buffers_(kMessages * kBufferSize) {
    std::mt19937_64 random(42);
    for (std::size_t i = 0; i < kMessages; ++i) {
      const std::string message = make_message(random, i);
      std::memcpy(&buffers_[i * kBufferSize], message.data(), message.size());
      sizes_.push_back(message.size());
      octets_ += message.size();
    }
  }
  [[nodiscard]] Octets at(std::size_t i) const { return {&buffers_[i * kBufferSize], sizes_[i]}; }
  [[nodiscard]] double mean_size() const { return static_cast<double>(octets_ / kMessages); }

 private:
  std::vector<std::uint8_t> buffers_;
  std::vector<std::size_t> sizes_;
  std::size_t octets_ = 0;
};

const Ring& ring() {
  static const Ring made;
  return made;
}

/// The walk through the messages that scan and parse share. `hot`: 16 messages only, out of L1.
Octets pick(std::size_t turn, bool hot) {
  return ring().at(hot ? turn % 16 : turn * 37 % kMessages);
}

void scan(benchmark::State& state, bool hot) {
  std::size_t turn = 0;
  const __m256i lf = _mm256_set1_epi8('\n');
  for (auto _ : state) {
    const Octets message = pick(turn++, hot);
    int ends = 0;
    const std::uint8_t* end = message.data() + message.size();
    for (const std::uint8_t* p = message.data(); p < end; p += 32) {  // the buffer is longer
      const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
      ends +=
          _mm_popcnt_u32(static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, lf))));
    }
    benchmark::DoNotOptimize(ends);
  }
  state.counters["octets"] = ring().mean_size();
}

void parse(benchmark::State& state, bool hot) {
  std::size_t turn = 0;
  sip::View view;
  for (auto _ : state) {
    const sip::Error error = sip::parse(pick(turn++, hot), view);
    if (error != sip::Error::none) state.SkipWithError("parse failed");
    benchmark::DoNotOptimize(view);
  }
  state.counters["octets"] = ring().mean_size();
}

void sip_scan_avx2(benchmark::State& state) { scan(state, false); }
BENCHMARK(sip_scan_avx2);
void sip_parse(benchmark::State& state) { parse(state, false); }
BENCHMARK(sip_parse);
void sip_scan_avx2_hot(benchmark::State& state) { scan(state, true); }
BENCHMARK(sip_scan_avx2_hot);
void sip_parse_hot(benchmark::State& state) { parse(state, true); }
BENCHMARK(sip_parse_hot);

/// What the player reads of every message on top of the parse.
void sip_parse_and_read(benchmark::State& state) {
  std::size_t turn = 0;
  sip::View view;
  for (auto _ : state) {
    const sip::Error error = sip::parse(pick(turn++, false), view);
    sip::Via via;
    sip::CSeq cseq;
    sip::NameAddress from;
    bool ok = error == sip::Error::none;
    ok = ok && sip::parse_via(view.header(sip::Header::via), via);
    ok = ok && sip::parse_cseq(view.header(sip::Header::cseq), cseq);
    ok = ok && sip::parse_name_address(view.header(sip::Header::from), from);
    if (!ok) state.SkipWithError("read failed");
    benchmark::DoNotOptimize(sip::find_parameter(from.parameters, "tag").value);
    benchmark::DoNotOptimize(via);
  }
}
BENCHMARK(sip_parse_and_read);

void sip_write_response(benchmark::State& state) {
  constexpr std::size_t views_size = 16;
  std::vector<sip::View> views(views_size);
  for (std::size_t i = 0; i < views_size; ++i) {
    if (sip::parse(pick(i, true), views[i]) != sip::Error::none) {
      state.SkipWithError("parse failed");
    }
  }
  std::uint8_t out[4096];
  std::size_t turn = 0;
  for (auto _ : state) {
    const std::size_t size =
        sip::write_response(views[turn++ % views_size], 200, {}, "0123456789abcdef", {}, {}, out);
    benchmark::DoNotOptimize(size);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(sip_write_response);

struct Prepared {
  MessageTemplate octets;
  std::vector<Slot> hex;
  std::vector<Slot> decimal;
  Slot body;
};

/// The mo submit: ten fields vary (branch, number twice, tag, Call-ID, CSeq, four in the body).
Prepared prepare() {
  Prepared p;
  TemplateBuilder b;
  b.text(
      "MESSAGE sip:smsc.ims.example.net SIP/2.0\r\nVia: SIP/2.0/UDP "
      "127.64.0.1:5060;branch=z9hG4bK");
  p.hex.push_back(b.slot(16));
  b.text(";rport\r\nMax-Forwards: 70\r\nFrom: <sip:+1555");
  p.decimal.push_back(b.slot(7));
  b.text("@ims.mnc001.mcc001.3gppnetwork.org>;tag=");
  p.hex.push_back(b.slot(16));
  b.text("\r\nTo: <tel:+15559990000>\r\nCall-ID: ");
  p.hex.push_back(b.slot(16));
  b.text("@127.64.0.1\r\nCSeq: ");
  p.decimal.push_back(b.slot(6));
  b.text(" MESSAGE\r\nP-Preferred-Identity: <sip:+1555");
  p.decimal.push_back(b.slot(7));
  b.text(
      "@ims.mnc001.mcc001.3gppnetwork.org>\r\nP-Access-Network-Info: 3GPP-E-UTRAN-FDD;"
      "utran-cell-id-3gpp=0010100010000001\r\nRequest-Disposition: no-fork\r\nAllow: MESSAGE\r\n"
      "Supported: path,gruu\r\nContent-Type: application/vnd.3gpp.sms\r\nContent-Length: "
      "150\r\n\r\n");
  p.body = b.slot(150, 'x');
  p.octets = std::move(b).build();
  return p;
}

/// Transmit slots as a transport has them: a burst of buffers, filled in turn.
class Slots {
 public:
  MutableOctets next() {
    return MutableOctets(buffers_).subspan(turn_++ % kBurstMax * kBufferSize, kBufferSize);
  }

 private:
  std::vector<std::uint8_t> buffers_ = std::vector<std::uint8_t>(kBurstMax * kBufferSize);
  std::size_t turn_ = 0;
};

void template_memcpy(benchmark::State& state) {
  const Prepared p = prepare();
  Slots slots;
  for (auto _ : state) {
    std::memcpy(slots.next().data(), p.octets.octets().data(), p.octets.size());
    benchmark::ClobberMemory();
  }
  state.counters["octets"] = static_cast<double>(p.octets.size());
}
BENCHMARK(template_memcpy);

void template_write(benchmark::State& state) {
  const Prepared p = prepare();
  Slots slots;
  std::uint64_t number = 1;
  for (auto _ : state) {
    const MutableOctets out = slots.next();
    const auto layout = p.octets.write(out);
    const std::uint64_t scrambled = ++number * 0x9e3779b97f4a7c15;
    for (const Slot& slot : p.hex) put_hex(slot_octets(out, layout, slot), scrambled);
    for (const Slot& slot : p.decimal)
      put_decimal(slot_octets(out, layout, slot), number % 1000000);
    const MutableOctets body = slot_octets(out, layout, p.body);
    body[1] = static_cast<std::uint8_t>(number);
    body[13] = static_cast<std::uint8_t>(number);
    put_semi_octets(body.subspan(16, 6), number % 1000000, 11);
    put_hex(body.subspan(40, 16), number);
    benchmark::DoNotOptimize(layout);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(template_write);

void digest_response(benchmark::State& state) {
  digest::Digester digester;
  const auto ha1 = digester.ha1("001010000000001@ims.example.net", "ims.example.net", "secret");
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        digester.response({ha1.data(), ha1.size()}, "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                          "00000001", "0a4f113b", "auth", "REGISTER", "sip:ims.example.net"));
  }
}
BENCHMARK(digest_response);

}  // namespace
}  // namespace rung
