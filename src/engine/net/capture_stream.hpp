// CaptureStream: every frame of every worker into one pcapng file while the run lasts.
//
// Each worker writes finished blocks into buffers of its own and hands full ones to a writer thread
// over a ring; the writer hands them back. A worker therefore never waits for the disk: when all
// its buffers are full it drops frames and counts them. Direct writes from the worker were weighed
// and left: one dirty-page stall of the kernel would show as lateness of the run.
//
// Ownership: owns the file, the thread and the taps. finish() after the workers stopped.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/base/spsc_ring.hpp"
#include "engine/net/capture_file.hpp"
#include "engine/net/mapped_memory.hpp"
#include "engine/net/tap.hpp"
#include "engine/net/tcp_streams.hpp"

namespace rung {

struct CaptureStreamOptions {
  std::uint32_t workers = 1;
  Duration wall_offset{};       // wall_offset() of clock.hpp, as of now
  std::uint32_t buffers = 16;   // of 1 MiB, per worker; a power of two
  std::vector<Endpoint> own{};  // per worker: source of datagrams that name none
  bool tcp = false;             // what is seen travels on TCP
};

/// Per worker; read it after finish().
struct CaptureStreamCounters {
  std::uint64_t frames = 0;   // handed to the writer
  std::uint64_t dropped = 0;  // the writer was too slow
};

class CaptureStream {
 public:
  static Result<std::unique_ptr<CaptureStream>, NetError> create(
      const std::filesystem::path& path, std::string_view application,
      const CaptureStreamOptions& options);
  ~CaptureStream();

  /// The tap of one worker, to be used by one thread. Precondition: worker < workers.
  [[nodiscard]] Tap& tap(std::uint32_t worker);

  /// Writes what is left, stops the thread and closes the file. The first error there was; frames
  /// after it are not in the file. Precondition: no tap is in use any more.
  NetError finish();
  [[nodiscard]] CaptureStreamCounters counters() const;

 private:
  class Lane;
  explicit CaptureStream(CaptureFile file) : file_(std::move(file)) {}
  void run();
  bool write_waiting();

  CaptureFile file_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<bool> stop_{false};
  std::thread writer_;
};

/// One worker's half: blocks are built here.
class CaptureStream::Lane final : public Tap {
 public:
  Lane(std::uint32_t worker, const CaptureStreamOptions& options);

  void on_rx(std::span<const RxDatagram> burst) override;
  void on_tx(std::span<const TxDatagram> burst, Time now) override;
  void on_pass(Time now) override;

 private:
  friend class CaptureStream;
  static constexpr std::size_t kBufferOctets = std::size_t{1} << 20;
  /// A buffer leaves at the latest this long after its first frame, full or not.
  static constexpr Duration kBufferAge = 500ms;
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Full {
    std::uint32_t buffer;
    std::uint32_t octets;
  };

  void add(CapturedFrame frame);
  void hand_over();
  MutableOctets buffer(std::uint32_t index) {
    return {memory_.data() + std::size_t{index} * kBufferOctets, kBufferOctets};
  }

  std::uint32_t worker_;
  Endpoint own_;
  std::optional<TcpStreams> streams_;  // where it is TCP that is seen
  Duration wall_offset_;
  MappedMemory memory_;
  SpscRing<Full> full_;
  SpscRing<std::uint32_t> empty_;
  std::uint32_t filling_ = kNone;
  std::uint32_t used_ = 0;
  Time begun_{};
  CaptureStreamCounters counters_;
};

}  // namespace rung
