// Reads a capture of ours back, for reports: the frames of the sessions that a report shows. Off
// the hot path; a file that is cut off or foreign gives what was sound before.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/recorded_frame.hpp"
#include "engine/base/result.hpp"
#include "engine/net/net_error.hpp"

namespace rung {

/// Reads a file of ours through and shows each packet block with the packet_id() it was written
/// with. What follows a block that is cut off or foreign is not shown.
NetError each_packet(const std::filesystem::path& path,
                     const std::function<void(Octets block, std::uint64_t id)>& visit);

/// Frames kept of one session; a SUT that repeats itself without end fills no report.
inline constexpr std::size_t kFramesPerSessionMax = 200;

/// The frames of `sessions` (see session_key()) in the order of the file.
Result<std::vector<RecordedFrame>, NetError> read_sessions(const std::filesystem::path& path,
                                                           const std::set<std::string>& sessions);

}  // namespace rung
