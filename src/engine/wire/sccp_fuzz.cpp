// Whatever decodes as an SCCP message encodes, and what was encoded decodes to the same. Octets
// after an FF are further messages: segments among them are put together.
#include <array>

#include "engine/base/assert.hpp"
#include "engine/wire/sccp.hpp"
#include "engine/wire/sccp_segment.hpp"

namespace {

using namespace rung;

void same_addresses(const sccp::Address& a, const sccp::Address& b) {
  ENGINE_ASSERT(a.route_on_ssn == b.route_on_ssn);
  ENGINE_ASSERT(a.point_code == b.point_code);
  ENGINE_ASSERT(a.ssn == b.ssn);
  ENGINE_ASSERT(a.title.indicator == b.title.indicator);
  ENGINE_ASSERT(a.title.odd == b.title.odd);
  ENGINE_ASSERT(a.title.nature == b.title.nature);
  ENGINE_ASSERT(as_text(a.title.digits) == as_text(b.title.digits));
}

void same_after_encoding(const sccp::Message& message) {
  std::array<std::uint8_t, 8192> out;
  const auto size = sccp::encode(message, out);
  if (!size.ok()) {  // an optional part in front of the data, which we write behind it
    ENGINE_ASSERT(size.error() == sccp::Error::user_data);
    return;
  }
  sccp::Message again;
  ENGINE_ASSERT(sccp::decode(Octets{out}.first(*size), again) == sccp::Error::none);
  ENGINE_ASSERT(again.type == message.type);
  ENGINE_ASSERT(again.protocol_class == message.protocol_class);
  ENGINE_ASSERT(again.return_cause == message.return_cause);
  ENGINE_ASSERT(as_text(again.data) == as_text(message.data));
  ENGINE_ASSERT(again.segmentation.has_value() == message.segmentation.has_value());
  same_addresses(again.called, message.called);
  same_addresses(again.calling, message.calling);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<sccp::Reassembly::Entry, 4> entries{};
  std::array<std::uint8_t, 4 * 1024> storage;
  sccp::Reassembly reassembly{entries, storage, 10s};
  Octets left{data, size};
  Time now{};
  while (!left.empty()) {
    std::size_t end = 0;
    while (end < left.size() && left[end] != 0xff) ++end;
    sccp::Message message;
    if (sccp::decode(left.first(end), message) == sccp::Error::none) {
      same_after_encoding(message);
      if (message.segmentation) {
        const auto added = reassembly.add(message, now);
        ENGINE_ASSERT(added.data.size() <= 1024);
        ENGINE_ASSERT(reassembly.waiting() <= entries.size());
      }
    }
    now += 1s;
    left = left.subspan(end == left.size() ? end : end + 1);
  }
  return 0;
}
