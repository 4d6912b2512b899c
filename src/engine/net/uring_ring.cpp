#include "engine/net/uring_ring.hpp"

#include <fmt/format.h>
#include <liburing.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <vector>

#include "engine/net/mapped_memory.hpp"

namespace rung {
namespace {

constexpr std::uint16_t kBufferGroup = 1;
constexpr std::uint32_t kReceiveEntries = 64;  // room for arming sockets besides the sends
/// user_data: what completed in the upper half, socket index or send token in the lower.
constexpr std::uint64_t kReceiveTag = std::uint64_t{1} << 32;
constexpr std::uint64_t kSendTag = std::uint64_t{2} << 32;
/// liburing's private mark for "this thread registered the ring's descriptor".
constexpr std::uint8_t kRingRegistered = 1;

struct Delivered {
  std::uint32_t socket;
  std::uint32_t octets;
  std::uint16_t buffer;
};

}  // namespace

struct UringRing::State {
  io_uring ring{};
  io_uring_buf_ring* buffer_ring = nullptr;
  MappedMemory ring_memory;
  MappedMemory buffer_memory;
  std::size_t sockets = 0;
  std::uint32_t buffers = 0;
  std::uint32_t stride = 0;
  msghdr layout{};  // how much of each buffer is name and control
  pid_t thread = 0;
  bool created = false;
  std::vector<Delivered> delivered;  // a ring of `buffers` entries: each holds a buffer
  std::uint64_t delivered_head = 0;
  std::uint64_t delivered_tail = 0;
  std::vector<std::uint32_t> to_arm;  // sockets whose multishot ended
  std::vector<UringRefused> refused;
  std::vector<std::uint32_t> failed;  // sockets with an error nobody has looked at
  std::vector<bool> is_failed;        // per socket
  UringRingCounters counters;

  ~State();
  NetError create(const UringRingOptions& options);
  NetError map_buffers(const UringRingOptions& options);
  void attach();
  io_uring_sqe* entry();
  void arm_all();
  void harvest();
  void received(const io_uring_cqe& completion);
  void add_buffer(std::uint16_t buffer, int offset);
};

UringRing::State::~State() {
  if (!created) return;
  if (thread == 0) {
    io_uring_unregister_files(&ring);
  } else if (thread != gettid()) {
    // The registered descriptor belongs to another thread's table; in ours its number means another
    // ring or none.
    ring.int_flags = static_cast<std::uint8_t>(ring.int_flags & ~kRingRegistered);
    ring.enter_ring_fd = ring.ring_fd;
  } else {
    // The kernel tears a ring down some time after close(); without these the ports would stay
    // bound until then.
    io_uring_sync_cancel_reg all{};
    all.flags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY;
    all.timeout.tv_sec = -1;
    all.timeout.tv_nsec = -1;
    io_uring_register_sync_cancel(&ring, &all);
    // The kernel finishes some 20 requests a call; each socket's multishot ends on to_arm.
    for (std::size_t i = 0; i < sockets && to_arm.size() < sockets; ++i) {
      io_uring_get_events(&ring);
      harvest();
    }
    io_uring_unregister_files(&ring);
  }
  io_uring_queue_exit(&ring);
}

NetError UringRing::State::create(const UringRingOptions& options) {
  const std::uint32_t sends = std::min<std::uint32_t>(options.sends_max, 16384);
  const auto count = static_cast<std::uint32_t>(options.fds.size());
  sockets = count;
  io_uring_params params{};
  // Disabled until the worker's thread enables it: SINGLE_ISSUER means the thread that does so.
  params.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                 IORING_SETUP_R_DISABLED;
  // Every receive completion holds a buffer, so this never overflows but for socket errors.
  const std::uint32_t entries = std::bit_ceil(std::max(kReceiveEntries, sends));
  params.cq_entries = std::max(entries, std::bit_ceil(2 * (options.buffers + sends + count)));
  if (const int e = io_uring_queue_init_params(entries, &ring, &params); e < 0) {
    return net_error(NetErrorCode::io_uring, -e,
                     fmt::format("cannot set up an io_uring of {} entries (kernel 6.1 or later, "
                                 "kernel.io_uring_disabled = 0)",
                                 entries));
  }
  created = true;
  if (const int e = io_uring_register_files(&ring, options.fds.data(), count); e < 0) {
    return net_error(NetErrorCode::io_uring, -e,
                     fmt::format("cannot register {} sockets with io_uring", count));
  }
  layout.msg_namelen = options.name_octets;
  layout.msg_controllen = options.control_octets;
  delivered.resize(options.buffers);
  refused.reserve(sends);
  to_arm.reserve(count);
  failed.reserve(count);
  is_failed.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) to_arm.push_back(i);
  return map_buffers(options);
}

NetError UringRing::State::map_buffers(const UringRingOptions& options) {
  constexpr std::uint32_t kAlignment = 64;
  buffers = options.buffers;
  stride = static_cast<std::uint32_t>(sizeof(io_uring_recvmsg_out)) + options.name_octets +
           options.control_octets + options.payload_octets;
  stride = (stride + kAlignment - 1) / kAlignment * kAlignment;
  ring_memory = MappedMemory(buffers * sizeof(io_uring_buf));
  buffer_memory = MappedMemory(std::size_t{buffers} * stride);
  if (ring_memory.data() == nullptr || buffer_memory.data() == nullptr) {
    return net_error(NetErrorCode::memory, errno,
                     fmt::format("cannot map {} receive buffers of {} octets", buffers, stride));
  }
  buffer_ring = reinterpret_cast<io_uring_buf_ring*>(ring_memory.data());
  io_uring_buf_reg request{};
  request.ring_addr = reinterpret_cast<std::uint64_t>(buffer_ring);
  request.ring_entries = buffers;
  request.bgid = kBufferGroup;
  if (const int e = io_uring_register_buf_ring(&ring, &request, 0); e < 0) {
    return net_error(NetErrorCode::io_uring, -e,
                     fmt::format("cannot register {} receive buffers with io_uring", buffers));
  }
  io_uring_buf_ring_init(buffer_ring);
  for (std::uint32_t i = 0; i < buffers; ++i) {
    add_buffer(static_cast<std::uint16_t>(i), static_cast<int>(i));
  }
  io_uring_buf_ring_advance(buffer_ring, static_cast<int>(buffers));
  return {};
}

void UringRing::State::add_buffer(std::uint16_t buffer, int offset) {
  io_uring_buf_ring_add(buffer_ring, buffer_memory.data() + std::size_t{buffer} * stride, stride,
                        buffer, io_uring_buf_ring_mask(buffers), offset);
}

void UringRing::State::attach() {
  thread = gettid();
  // Debian's liburing 2.3 declares io_uring_enable_rings() but does not export it.
  const int enabled = io_uring_register(static_cast<unsigned>(ring.ring_fd),
                                        IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
  ENGINE_ASSERT(enabled == 0);
  // A refusal only costs a descriptor lookup per call.
  io_uring_register_ring_fd(&ring);
}

io_uring_sqe* UringRing::State::entry() {
  io_uring_sqe* sqe = io_uring_get_sqe(&ring);
  if (sqe == nullptr) {
    io_uring_submit(&ring);
    sqe = io_uring_get_sqe(&ring);
  }
  ENGINE_ASSERT(sqe != nullptr);
  return sqe;
}

void UringRing::State::arm_all() {
  for (const std::uint32_t socket : to_arm) {
    io_uring_sqe* sqe = entry();
    io_uring_prep_recvmsg_multishot(sqe, static_cast<int>(socket), &layout, 0);
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    sqe->buf_group = kBufferGroup;
    io_uring_sqe_set_data64(sqe, kReceiveTag | socket);
    ++counters.rearms;
  }
  to_arm.clear();
}

void UringRing::State::harvest() {
  io_uring_cqe* completion = nullptr;
  unsigned head = 0;
  unsigned count = 0;
  io_uring_for_each_cqe(&ring, head, completion) {
    ++count;
    if ((completion->user_data & kReceiveTag) != 0) {
      received(*completion);
    } else if (completion->res < 0 && refused.size() < refused.capacity()) {
      refused.push_back({static_cast<std::uint32_t>(completion->user_data), -completion->res});
    }
  }
  io_uring_cq_advance(&ring, count);
}

void UringRing::State::received(const io_uring_cqe& completion) {
  const auto socket = static_cast<std::uint32_t>(completion.user_data);
  if ((completion.flags & IORING_CQE_F_MORE) == 0) to_arm.push_back(socket);
  if (completion.res == -ENOBUFS) {
    ++counters.shortages;
  } else if (completion.res < 0) {
    ++counters.socket_errors;
    counters.last_error = -completion.res;
    if (!is_failed[socket]) failed.push_back(socket);
    is_failed[socket] = true;
  }
  if ((completion.flags & IORING_CQE_F_BUFFER) == 0) return;
  const auto buffer = static_cast<std::uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
  PARANOID_ASSERT(delivered_tail - delivered_head < buffers);
  const auto octets = static_cast<std::uint32_t>(std::max(completion.res, 0));
  delivered[delivered_tail++ & (buffers - 1)] = {socket, octets, buffer};
}

UringRing::UringRing() = default;
UringRing::~UringRing() = default;
UringRing::UringRing(UringRing&&) noexcept = default;
UringRing& UringRing::operator=(UringRing&&) noexcept = default;

Result<UringRing, NetError> UringRing::open(const UringRingOptions& options) {
  ENGINE_ASSERT(std::has_single_bit(options.buffers));
  ENGINE_ASSERT(options.buffers <= 32768);
  UringRing ring;
  ring.state_ = std::make_unique<State>();
  NetError error = ring.state_->create(options);
  if (error.code != NetErrorCode::none) return error;
  return ring;
}

void UringRing::poll() {
  State& s = *state_;
  if (s.thread == 0) s.attach();
  s.harvest();
  if (s.delivered_head != s.delivered_tail) return;
  if (io_uring_cq_has_overflow(&s.ring)) ++s.counters.overflows;
  if (s.to_arm.empty()) {
    io_uring_get_events(&s.ring);
  } else {
    s.arm_all();
    io_uring_submit_and_get_events(&s.ring);
  }
  s.harvest();
}

bool UringRing::next(UringReceived& out) {
  State& s = *state_;
  if (s.delivered_head == s.delivered_tail) return false;
  const Delivered d = s.delivered[s.delivered_head++ & (s.buffers - 1)];
  std::uint8_t* start = s.buffer_memory.data() + std::size_t{d.buffer} * s.stride;
  out = {};
  out.socket = d.socket;
  out.buffer = d.buffer;
  // A completion too short for its own header carries an error; its buffer still goes back.
  io_uring_recvmsg_out* m = io_uring_recvmsg_validate(start, static_cast<int>(d.octets), &s.layout);
  if (m == nullptr) return true;
  out.flags = static_cast<int>(m->flags);
  auto* name = static_cast<std::uint8_t*>(io_uring_recvmsg_name(m));
  out.name = {name, std::min<std::size_t>(m->namelen, s.layout.msg_namelen)};
  out.control = {name + s.layout.msg_namelen,
                 std::min<std::size_t>(m->controllen, s.layout.msg_controllen)};
  out.payload = {name + s.layout.msg_namelen + s.layout.msg_controllen,
                 io_uring_recvmsg_payload_length(m, static_cast<int>(d.octets), &s.layout)};
  return true;
}

void UringRing::give_back(std::span<const std::uint16_t> buffers) {
  State& s = *state_;
  for (std::size_t i = 0; i < buffers.size(); ++i) s.add_buffer(buffers[i], static_cast<int>(i));
  io_uring_buf_ring_advance(s.buffer_ring, static_cast<int>(buffers.size()));
}

void UringRing::send(std::uint32_t socket, const msghdr& message, std::uint32_t token) {
  State& s = *state_;
  if (s.thread == 0) s.attach();
  io_uring_sqe* sqe = s.entry();
  // Without MSG_DONTWAIT a full socket buffer would keep the message after submit() returned.
  io_uring_prep_sendmsg(sqe, static_cast<int>(socket), &message, MSG_DONTWAIT);
  sqe->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
  io_uring_sqe_set_data64(sqe, kSendTag | token);
}

void UringRing::submit() {
  State& s = *state_;
  if (s.thread == 0) s.attach();
  s.refused.clear();
  io_uring_submit(&s.ring);
  s.harvest();
}

std::span<const UringRefused> UringRing::refused() const { return state_->refused; }
std::span<const std::uint32_t> UringRing::failed() const { return state_->failed; }

void UringRing::forget_failed() {
  for (const std::uint32_t socket : state_->failed) state_->is_failed[socket] = false;
  state_->failed.clear();
}

const UringRingCounters& UringRing::counters() const { return state_->counters; }

}  // namespace rung
