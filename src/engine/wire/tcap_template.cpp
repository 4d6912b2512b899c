#include "engine/wire/tcap_template.hpp"

#include <algorithm>
#include <cstring>

#include "engine/wire/tcap_layout.hpp"

namespace rung::tcap {
namespace {

/// Where a part of `whole` lies, counted from the end.
Template::Field place(Octets whole, Octets part) {
  ENGINE_ASSERT(part.data() >= whole.data());
  ENGINE_ASSERT(part.data() + part.size() <= whole.data() + whole.size());
  return {narrow<std::uint16_t>(whole.data() + whole.size() - part.data()),
          narrow<std::uint16_t>(part.size())};
}

/// The contents of the first element with that tag.
Octets contents_of(Octets elements, ber::Tag tag) {
  ber::Cursor cursor{elements};
  ber::Element element;
  while (cursor.next(element)) {
    if (element.tag == tag) return element.contents;
  }
  return {};
}

Octets first_contents(Octets elements) {
  ber::Cursor cursor{elements};
  ber::Element element;
  return cursor.next(element) ? element.contents : Octets{};
}

}  // namespace

Template::Template(const Message& message)
    : has_otid_(message.otid.size != 0), has_dtid_(message.dtid.size != 0) {
  Message rendered = message;
  if (has_otid_) rendered.otid = TransactionId::of(0);
  for (std::uint8_t size = 1; size <= renderings_.size(); ++size) {
    if (has_dtid_) rendered.dtid = {size, {}};
    std::array<std::uint8_t, kSizeMax> buffer;
    const auto encoded = encode(rendered, buffer);
    ENGINE_ASSERT(encoded.ok());
    const Octets whole = *encoded;
    const Octets portions = first_contents(whole);
    Rendering& rendering = renderings_[size - 1U];
    if (has_otid_) rendering.otid = place(whole, contents_of(portions, kTagOtid));
    if (has_dtid_) rendering.dtid = place(whole, contents_of(portions, kTagDtid));
    const Octets components = contents_of(portions, kTagComponents);
    if (!components.empty()) {
      invoke_id_ = place(whole, first_contents(first_contents(components)));
    }
    TemplateBuilder builder;
    builder.octets(whole);
    rendering.octets = std::move(builder).build();
    if (!has_dtid_) break;
  }
}

Template::Field Template::field(Octets octets) const {
  const Octets whole = renderings_[0].octets.octets();
  const auto found = std::search(whole.begin(), whole.end(), octets.begin(), octets.end());
  ENGINE_ASSERT(found != whole.end());
  const auto other = std::search(found + 1, whole.end(), octets.begin(), octets.end());
  ENGINE_ASSERT(other == whole.end());
  const auto offset = static_cast<std::size_t>(found - whole.begin());
  return place(whole, whole.subspan(offset, octets.size()));
}

std::size_t Template::write(MutableOctets out, const TransactionId& otid,
                            const TransactionId& dtid) const {
  PARANOID_ASSERT(!has_otid_ || otid.size == 4);
  PARANOID_ASSERT(!has_dtid_ || (dtid.size >= 1 && dtid.size <= 4));
  const Rendering& rendering = renderings_[has_dtid_ ? dtid.size - 1U : 0];
  const std::size_t size = rendering.octets.write(out).size;
  if (size == 0) return 0;
  const MutableOctets message = out.first(size);
  if (has_otid_) {
    std::memcpy(octets(message, rendering.otid).data(), otid.octets.data(), otid.octets.size());
  }
  if (has_dtid_) {
    std::memcpy(octets(message, rendering.dtid).data(), dtid.octets.data(), dtid.size);
  }
  return size;
}

}  // namespace rung::tcap
