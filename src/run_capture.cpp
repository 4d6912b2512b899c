#include "run_capture.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rung {
namespace {

constexpr const char* kApplication = "rung";

void place(const CaptureIndex& index, const Collector& collector, RunResult& result) {
  place_findings(collector, result, [&](std::uint32_t worker, FrameNumber frame) {
    return index.number_of(worker, frame);
  });
}

}  // namespace

std::string RunCapture::open(const std::string& mode, const std::filesystem::path& file,
                             const RunSetup& setup, Duration since_1970) {
  whole_ = mode == "whole";
  rings_ = whole_ || mode == "failed";
  file_ = file;
  since_1970_ = since_1970;
  if (mode != "all") return {};
  CaptureStreamOptions options;
  options.workers = static_cast<std::uint32_t>(setup.workers.size());
  options.wall_offset = since_1970;
  options.tcp = setup.workers.front().reliable;
  for (const PlayConfig& play : setup.workers) options.own.push_back(play.addresses.base);
  auto stream = CaptureStream::create(file, kApplication, options);
  if (!stream.ok()) return stream.error().text;
  stream_ = std::move(*stream);
  return {};
}

std::unique_ptr<CaptureRing> RunCapture::ring_for(const RunSetup& setup,
                                                  const PlayConfig& play) const {
  if (!rings_) return nullptr;
  return std::make_unique<CaptureRing>(CaptureRingOptions{
      .ring_octets = setup.capture_octets, .own = play.addresses.base, .tcp = play.reliable});
}

Tap* RunCapture::tap_for(std::size_t worker) {
  return stream_ ? &stream_->tap(static_cast<std::uint32_t>(worker)) : nullptr;
}

std::vector<std::string> RunCapture::finish(const Crew& crew, const Collector& collector,
                                            RunResult& result) {
  std::vector<std::string> errors;
  if (stream_) finish_stream(collector, result, errors);
  if (rings_) finish_rings(crew, collector, result, errors);
  return errors;
}

void RunCapture::finish_stream(const Collector& collector, RunResult& result,
                               std::vector<std::string>& errors) {
  const NetError error = stream_->finish();
  if (error.code != NetErrorCode::none) errors.push_back(error.text);
  result.capture.file = file_.string();
  result.capture.frames = stream_->counters().frames;
  std::vector<std::uint64_t> ids;
  for (const KeptFinding& kept : collector.kept()) {
    ids.push_back(packet_id(kept.worker, kept.finding.frame));
  }
  if (const auto index = index_frames(file_, ids); index.ok()) place(*index, collector, result);
  if (const std::uint64_t dropped = stream_->counters().dropped; dropped != 0) {
    result.invalid_reasons.push_back(
        fmt::format("{} frames are missing from the capture: the disk was too slow", dropped));
  }
}

void RunCapture::finish_rings(const Crew& crew, const Collector& collector, RunResult& result,
                              std::vector<std::string>& errors) const {
  std::vector<const CaptureRing*> rings;
  std::size_t kept = 0;
  for (const auto& cell : crew.cells()) {
    CaptureRing& ring = *cell->capture;
    ring.serve();
    if (whole_) ring.keep_all();
    rings.push_back(&ring);
    kept += ring.kept_count();
    result.capture.overwritten += ring.counters().overwritten;
    const double held = static_cast<double>(ring.held().count()) / 1e9;
    result.capture.held_seconds = std::max(result.capture.held_seconds, held);
  }
  if (kept == 0) return;
  const auto index = write_kept(file_, kApplication, since_1970_, rings);
  if (!index.ok()) {
    errors.push_back(index.error().text);
    return;
  }
  result.capture.file = file_.string();
  result.capture.frames = index->size();
  place(*index, collector, result);
}

}  // namespace rung
