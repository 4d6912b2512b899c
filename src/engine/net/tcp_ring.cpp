#include "engine/net/tcp_ring.hpp"

#include <fmt/format.h>
#include <liburing.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <vector>

#include "engine/net/mapped_memory.hpp"

namespace rung {
namespace {

constexpr std::uint16_t kBufferGroup = 1;
constexpr std::uint32_t kEntries = 4096;
/// Ends of one socket that may wait to be told: of its receive, its connect or flush, its shutdown.
constexpr std::uint32_t kEndsPerSlot = 3;
constexpr int kSubmitRounds = 1024;
constexpr int kOverflowRounds = 64;
/// Room for SO_TIMESTAMPNS in front of what was received.
constexpr std::uint32_t kControlOctets = CMSG_SPACE(sizeof(timespec));
/// user_data: what completed in the upper half, the slot or token in the lower.
constexpr unsigned kTagShift = 32;
constexpr std::uint64_t kSendTag = 16;
constexpr std::uint64_t kEndingTag = 17;  // shutdown of a socket as the ring goes
/// liburing's private mark for "this thread registered the ring's descriptor".
constexpr std::uint8_t kRingRegistered = 1;

struct Delivered {
  TcpOp op;
  std::uint32_t slot;
  std::int32_t result;
  std::uint32_t flags;
};

constexpr std::uint64_t tagged(std::uint64_t tag, std::uint32_t value) {
  return tag << kTagShift | value;
}
constexpr std::uint64_t tagged(TcpOp op, std::uint32_t slot) {
  return tagged(static_cast<std::uint64_t>(op), slot);
}

}  // namespace

struct TcpRing::State {
  io_uring ring{};
  io_uring_buf_ring* buffer_ring = nullptr;
  MappedMemory ring_memory;
  MappedMemory buffer_memory;
  std::uint32_t slots = 0;
  std::uint32_t buffers = 0;
  std::uint32_t stride = 0;
  msghdr layout{};
  pid_t thread = 0;
  bool created = false;
  bool queued = false;
  std::vector<Delivered> delivered;  // a ring: what completed and next() has not told
  std::uint64_t delivered_head = 0;
  std::uint64_t delivered_tail = 0;
  std::vector<SocketAddress> addresses;  // of connects not submitted yet
  std::size_t addresses_used = 0;
  std::vector<TcpSent> sent;
  std::uint32_t shutdowns_ended = 0;  // of end_all()

  ~State();
  void end_all();
  void forget_events();
  NetError create(const TcpRingOptions& options);
  NetError map_buffers(const TcpRingOptions& options);
  void attach();
  io_uring_sqe* entry();
  void enter();
  void submitted();
  void harvest();
  void add_buffer(std::uint16_t buffer);
  void read_received(const Delivered& d, TcpEvent& out) const;
};

TcpRing::State::~State() {
  if (!created) return;
  if (thread != 0 && thread != gettid()) {
    // The registered descriptor belongs to another thread's table.
    ring.int_flags = static_cast<std::uint8_t>(ring.int_flags & ~kRingRegistered);
    ring.enter_ring_fd = ring.ring_fd;
  } else if (thread != 0) {
    end_all();
  }
  io_uring_unregister_files(&ring);
  io_uring_queue_exit(&ring);
}

/// The kernel tears a ring down some time after close(): without this its sockets would live on.
void TcpRing::State::end_all() {
  // Cancelling takes the square of their number, so what can end by itself does so first. A kernel
  // thread shuts them down: cancelled before it came to one, that socket would live on.
  shutdowns_ended = 0;
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    io_uring_sqe* sqe = entry();
    io_uring_prep_shutdown(sqe, static_cast<int>(slot), SHUT_RDWR);
    sqe->flags |= IOSQE_FIXED_FILE;
    io_uring_sqe_set_data64(sqe, tagged(kEndingTag, slot));
  }
  enter();
  for (forget_events(); shutdowns_ended < slots; forget_events()) {
    io_uring_cqe* completion = nullptr;
    __kernel_timespec patience{.tv_sec = 1, .tv_nsec = 0};
    if (io_uring_wait_cqe_timeout(&ring, &completion, &patience) != 0) break;
  }
  io_uring_sync_cancel_reg all{};
  all.flags = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY;
  all.timeout.tv_sec = -1;
  all.timeout.tv_nsec = -1;
  io_uring_register_sync_cancel(&ring, &all);
  forget_events();
}

/// Until none is left: the kernel finishes some 20 requests a call.
void TcpRing::State::forget_events() {
  for (unsigned ready = 1; ready != 0;) {
    io_uring_get_events(&ring);
    ready = 0;
    io_uring_cqe* completion = nullptr;
    unsigned head = 0;
    io_uring_for_each_cqe(&ring, head, completion) {
      ++ready;
      if (completion->user_data >> kTagShift == kEndingTag) ++shutdowns_ended;
    }
    io_uring_cq_advance(&ring, ready);
  }
}

NetError TcpRing::State::create(const TcpRingOptions& options) {
  io_uring_params params{};
  // Disabled until the worker's thread enables it: SINGLE_ISSUER means the thread that does so.
  // SUBMIT_ALL: one refused request must not hold up those behind it.
  params.flags = IORING_SETUP_CQSIZE | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                 IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL;
  // Beyond that completions wait in the kernel, which is slow but loses none.
  params.cq_entries = std::bit_ceil(2 * kEntries + options.buffers);
  if (const int e = io_uring_queue_init_params(kEntries, &ring, &params); e < 0) {
    return net_error(NetErrorCode::io_uring, -e,
                     fmt::format("cannot set up an io_uring of {} entries (kernel 6.1 or later, "
                                 "kernel.io_uring_disabled = 0)",
                                 kEntries));
  }
  created = true;
  slots = options.slots;
  if (const int e = io_uring_register_files_sparse(&ring, options.slots); e < 0) {
    return net_error(NetErrorCode::io_uring, -e,
                     fmt::format("cannot have {} sockets in an io_uring", options.slots));
  }
  delivered.resize(
      std::bit_ceil(params.cq_entries + options.buffers + kEndsPerSlot * options.slots));
  sent.reserve(options.sends_max);
  addresses.resize(options.connects_max);
  layout.msg_controllen = kControlOctets;
  return map_buffers(options);
}

NetError TcpRing::State::map_buffers(const TcpRingOptions& options) {
  constexpr std::uint32_t kAlignment = 64;
  buffers = options.buffers;
  stride = static_cast<std::uint32_t>(sizeof(io_uring_recvmsg_out)) + kControlOctets +
           options.buffer_octets;
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
  for (std::uint32_t i = 0; i < buffers; ++i) add_buffer(static_cast<std::uint16_t>(i));
  return {};
}

void TcpRing::State::add_buffer(std::uint16_t buffer) {
  io_uring_buf_ring_add(buffer_ring, buffer_memory.data() + std::size_t{buffer} * stride, stride,
                        buffer, io_uring_buf_ring_mask(buffers), 0);
  io_uring_buf_ring_advance(buffer_ring, 1);
}

void TcpRing::State::attach() {
  if (thread != 0) return;
  thread = gettid();
  // Debian's liburing 2.3 declares io_uring_enable_rings() but does not export it.
  const int enabled = io_uring_register(static_cast<unsigned>(ring.ring_fd),
                                        IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
  ENGINE_ASSERT(enabled == 0);
  // A refusal only costs a descriptor lookup per call.
  io_uring_register_ring_fd(&ring);
}

io_uring_sqe* TcpRing::State::entry() {
  io_uring_sqe* sqe = io_uring_get_sqe(&ring);
  if (sqe == nullptr) {
    enter();
    sqe = io_uring_get_sqe(&ring);
  }
  ENGINE_ASSERT(sqe != nullptr);
  queued = true;
  return sqe;
}

void TcpRing::State::enter() {
  attach();
  // The kernel takes fewer only while it is short of memory or of room for completions.
  for (int i = 0; i < kSubmitRounds && io_uring_sq_ready(&ring) != 0; ++i) {
    if (io_uring_submit(&ring) <= 0) harvest();
  }
  submitted();
  harvest();
  // What came to a full queue, and all behind it, waits in the kernel until it is asked for.
  for (int i = 0; i < kOverflowRounds && io_uring_cq_has_overflow(&ring); ++i) {
    io_uring_get_events(&ring);
    harvest();
  }
}

void TcpRing::State::submitted() {
  queued = io_uring_sq_ready(&ring) != 0;
  if (!queued) addresses_used = 0;
}

void TcpRing::State::harvest() {
  io_uring_cqe* completion = nullptr;
  unsigned head = 0;
  unsigned count = 0;
  io_uring_for_each_cqe(&ring, head, completion) {
    if (delivered_tail - delivered_head == delivered.size()) break;  // the rest waits
    ++count;
    const std::uint64_t tag = completion->user_data >> kTagShift;
    const auto value = static_cast<std::uint32_t>(completion->user_data);
    if (tag == kSendTag) {
      ENGINE_ASSERT(sent.size() < sent.capacity());
      sent.push_back({value, completion->res});
    } else if (tag == kEndingTag) {
      ++shutdowns_ended;
    } else {
      delivered[delivered_tail++ & (delivered.size() - 1)] = {static_cast<TcpOp>(tag), value,
                                                              completion->res, completion->flags};
    }
  }
  io_uring_cq_advance(&ring, count);
}

TcpRing::TcpRing() = default;
TcpRing::~TcpRing() = default;
TcpRing::TcpRing(TcpRing&&) noexcept = default;
TcpRing& TcpRing::operator=(TcpRing&&) noexcept = default;

Result<TcpRing, NetError> TcpRing::open(const TcpRingOptions& options) {
  ENGINE_ASSERT(std::has_single_bit(options.buffers));
  ENGINE_ASSERT(options.buffers <= 32768);
  TcpRing ring;
  ring.state_ = std::make_unique<State>();
  NetError error = ring.state_->create(options);
  if (error.code != NetErrorCode::none) return error;
  return ring;
}

bool TcpRing::adopt(std::uint32_t slot, int fd) {
  state_->attach();
  const bool adopted = io_uring_register_files_update(&state_->ring, slot, &fd, 1) == 1;
  close(fd);
  return adopted;
}

void TcpRing::drop(std::uint32_t slot) {
  const int none = -1;
  io_uring_register_files_update(&state_->ring, slot, &none, 1);
}

void TcpRing::accept(int fd, std::uint32_t token) {
  io_uring_sqe* sqe = state_->entry();
  io_uring_prep_multishot_accept(sqe, fd, nullptr, nullptr, SOCK_CLOEXEC);
  io_uring_sqe_set_data64(sqe, tagged(TcpOp::accept, token));
}

void TcpRing::connect(std::uint32_t slot, const SocketAddress& address, socklen_t size) {
  State& s = *state_;
  if (s.addresses_used == s.addresses.size()) s.enter();
  ENGINE_ASSERT(s.addresses_used < s.addresses.size());
  io_uring_sqe* sqe = s.entry();  // may submit, after which all addresses are free
  SocketAddress& kept = s.addresses[s.addresses_used++];
  kept = address;
  io_uring_prep_connect(sqe, static_cast<int>(slot), &kept.any, size);
  sqe->flags |= IOSQE_FIXED_FILE;
  io_uring_sqe_set_data64(sqe, tagged(TcpOp::connect, slot));
}

void TcpRing::receive(std::uint32_t slot) {
  io_uring_sqe* sqe = state_->entry();
  io_uring_prep_recvmsg_multishot(sqe, static_cast<int>(slot), &state_->layout, 0);
  sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
  sqe->buf_group = kBufferGroup;
  io_uring_sqe_set_data64(sqe, tagged(TcpOp::receive, slot));
}

void TcpRing::send(std::uint32_t slot, const msghdr& message, std::uint32_t token) {
  io_uring_sqe* sqe = state_->entry();
  // Without MSG_DONTWAIT a full socket buffer would keep the message after submit() returned.
  io_uring_prep_sendmsg(sqe, static_cast<int>(slot), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  sqe->flags |= IOSQE_FIXED_FILE;
  io_uring_sqe_set_data64(sqe, tagged(kSendTag, token));
}

void TcpRing::flush(std::uint32_t slot, const msghdr& message) {
  io_uring_sqe* sqe = state_->entry();
  io_uring_prep_sendmsg(sqe, static_cast<int>(slot), &message, MSG_NOSIGNAL);
  sqe->flags |= IOSQE_FIXED_FILE;
  io_uring_sqe_set_data64(sqe, tagged(TcpOp::flush, slot));
}

void TcpRing::shutdown(std::uint32_t slot) {
  io_uring_sqe* sqe = state_->entry();
  io_uring_prep_shutdown(sqe, static_cast<int>(slot), SHUT_RDWR);
  sqe->flags |= IOSQE_FIXED_FILE;
  io_uring_sqe_set_data64(sqe, tagged(TcpOp::shutdown, slot));
}

void TcpRing::submit() { state_->enter(); }

std::span<const TcpSent> TcpRing::sent() const { return state_->sent; }

void TcpRing::forget_sent() { state_->sent.clear(); }

void TcpRing::poll() {
  State& s = *state_;
  s.attach();
  s.harvest();
  if (s.delivered_head != s.delivered_tail && !s.queued) return;
  if (s.queued) {
    io_uring_submit_and_get_events(&s.ring);
    s.submitted();
  } else {
    io_uring_get_events(&s.ring);
  }
  s.harvest();
}

bool TcpRing::next(TcpEvent& out) {
  State& s = *state_;
  if (s.delivered_head == s.delivered_tail) return false;
  const Delivered& d = s.delivered[s.delivered_head++ & (s.delivered.size() - 1)];
  out = {};
  out.op = d.op;
  out.slot = d.slot;
  out.result = d.result;
  out.more = (d.flags & IORING_CQE_F_MORE) != 0;
  out.buffered = (d.flags & IORING_CQE_F_BUFFER) != 0;
  out.buffer = static_cast<std::uint16_t>(d.flags >> IORING_CQE_BUFFER_SHIFT);
  if (out.buffered && d.result > 0) s.read_received(d, out);
  return true;
}

void TcpRing::State::read_received(const Delivered& d, TcpEvent& out) const {
  std::uint8_t* start = buffer_memory.data() + std::size_t{out.buffer} * stride;
  msghdr shape = layout;
  io_uring_recvmsg_out* m = io_uring_recvmsg_validate(start, d.result, &shape);
  if (m == nullptr) return;
  const auto* control = static_cast<const std::uint8_t*>(io_uring_recvmsg_name(m));
  out.payload = {control + shape.msg_controllen,
                 io_uring_recvmsg_payload_length(m, d.result, &shape)};
  cmsghdr header;
  if (m->controllen < CMSG_LEN(sizeof(timespec))) return;
  std::memcpy(&header, control, sizeof header);
  if (header.cmsg_level != SOL_SOCKET || header.cmsg_type != SCM_TIMESTAMPNS) return;
  timespec stamp;
  std::memcpy(&stamp, control + CMSG_LEN(0), sizeof stamp);
  out.wall_ns = std::int64_t{stamp.tv_sec} * 1'000'000'000 + stamp.tv_nsec;
}

void TcpRing::give_back(std::uint16_t buffer) { state_->add_buffer(buffer); }

}  // namespace rung
