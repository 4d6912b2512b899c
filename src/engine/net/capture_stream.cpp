#include "engine/net/capture_stream.hpp"

#include "engine/net/clock.hpp"
#include "engine/net/pcapng.hpp"

namespace rung {
namespace {

/// How long the writer sleeps when nothing waits: far shorter than the buffers last.
constexpr Duration kWriterNap = 2ms;

}  // namespace

CaptureStream::Lane::Lane(std::uint32_t worker, const CaptureStreamOptions& options)
    : worker_(worker),
      wall_offset_(options.wall_offset),
      memory_(options.buffers * kBufferOctets),
      full_(options.buffers),
      empty_(options.buffers) {
  ENGINE_ASSERT(memory_.data() != nullptr);
  if (worker < options.own.size()) own_ = options.own[worker];
  if (options.tcp) streams_.emplace();
  for (std::uint32_t i = 0; i < options.buffers; ++i) {
    const bool pushed = empty_.push(i);
    ENGINE_ASSERT(pushed);
  }
}

void CaptureStream::Lane::on_rx(std::span<const RxDatagram> burst) {
  for (const RxDatagram& d : burst) add(captured(d));
}

void CaptureStream::Lane::on_tx(std::span<const TxDatagram> burst, Time now) {
  for (const TxDatagram& d : burst) add(captured(d, now, own_));
  on_pass(now);
}

/// Not while the writer is behind: a simulated wire's clock runs faster than any disk.
void CaptureStream::Lane::on_pass(Time now) {
  if (used_ == 0 || now - begun_ <= kBufferAge) return;
  if (full_.size() == 0 && empty_.size() != 0) hand_over();
}

void CaptureStream::Lane::add(CapturedFrame frame) {
  if (filling_ != kNone && kBufferOctets - used_ < pcapng::kPacketBlockSizeMax) hand_over();
  if (filling_ == kNone) {
    if (!empty_.pop(filling_)) {
      ++counters_.dropped;
      return;
    }
    used_ = 0;
    begun_ = frame.at;
  }
  if (streams_) streams_->number(frame);
  const std::size_t size = pcapng::write_packet(
      frame, wall_offset_, packet_id(worker_, frame.frame), {}, buffer(filling_).subspan(used_));
  used_ += static_cast<std::uint32_t>(size);
  counters_.frames += size != 0 ? 1 : 0;
}

void CaptureStream::Lane::hand_over() {
  const bool pushed = full_.push({filling_, used_});
  ENGINE_ASSERT(pushed);  // there are as many places as buffers
  filling_ = kNone;
  used_ = 0;
}

Result<std::unique_ptr<CaptureStream>, NetError> CaptureStream::create(
    const std::filesystem::path& path, std::string_view application,
    const CaptureStreamOptions& options) {
  auto file = CaptureFile::create(path, application);
  if (!file.ok()) return file.error();
  std::unique_ptr<CaptureStream> stream(new CaptureStream(std::move(*file)));
  for (std::uint32_t worker = 0; worker < options.workers; ++worker) {
    stream->lanes_.push_back(std::make_unique<Lane>(worker, options));
  }
  stream->writer_ = std::thread([s = stream.get()] { s->run(); });
  return stream;
}

CaptureStream::~CaptureStream() { finish(); }

Tap& CaptureStream::tap(std::uint32_t worker) {
  ENGINE_ASSERT(worker < lanes_.size());
  return *lanes_[worker];
}

void CaptureStream::run() {
  while (true) {
    // Read before the buffers are looked at: what was handed over before finish() is then seen.
    const bool stopping = stop_.load(std::memory_order_acquire);
    if (write_waiting()) continue;
    if (stopping) return;
    sleep_until(MonotonicClock::read() + kWriterNap);
  }
}

/// After an error append() writes nothing more, and buffers only go round.
bool CaptureStream::write_waiting() {
  bool any = false;
  for (const std::unique_ptr<Lane>& lane : lanes_) {
    Lane::Full full{};
    if (!lane->full_.pop(full)) continue;
    any = true;
    file_.append(lane->buffer(full.buffer).first(full.octets));
    const bool pushed = lane->empty_.push(full.buffer);
    ENGINE_ASSERT(pushed);
  }
  return any;
}

NetError CaptureStream::finish() {
  if (writer_.joinable()) {
    for (const std::unique_ptr<Lane>& lane : lanes_) {
      if (lane->used_ != 0) lane->hand_over();
    }
    stop_.store(true, std::memory_order_release);
    writer_.join();
  }
  return file_.close();
}

CaptureStreamCounters CaptureStream::counters() const {
  CaptureStreamCounters sum;
  for (const std::unique_ptr<Lane>& lane : lanes_) {
    sum.frames += lane->counters_.frames;
    sum.dropped += lane->counters_.dropped;
  }
  return sum;
}

}  // namespace rung
