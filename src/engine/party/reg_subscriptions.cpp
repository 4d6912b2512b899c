#include "engine/party/reg_subscriptions.hpp"

#include <algorithm>

#include "engine/wire/sip_value.hpp"

namespace rung {
namespace {

/// A refresh that was on its way when the time ran out still finds its dialog (RFC 6665 4.2.1.4).
constexpr Duration kGrace = 32s;

struct Subscriber {
  sip::NameAddress from;
  sip::NameAddress contact;
  sip::CSeq cseq;
  std::string_view tag;
};

bool read(const sip::View& view, Subscriber& out) {
  if (!sip::parse_name_address(view.header(sip::Header::from), out.from)) return false;
  if (!sip::parse_cseq(view.header(sip::Header::cseq), out.cseq)) return false;
  out.tag = sip::find_parameter(out.from.parameters, "tag").value;
  sip::Values contacts(view, sip::Header::contact);
  std::string_view contact;
  // Without a Contact the dialog has no target (RFC 6665 4.4.1): its From has to do.
  if (!contacts.next(contact) || !sip::parse_name_address(contact, out.contact)) {
    out.contact = out.from;
  }
  return true;
}

std::string_view to_tag(const sip::View& view) {
  sip::NameAddress to;
  if (!sip::parse_name_address(view.header(sip::Header::to), to)) return {};
  return sip::find_parameter(to.parameters, "tag").value;
}

}  // namespace

RegSubscriptions::RegSubscriptions(std::uint32_t count, std::uint32_t expires_max_s)
    : at_(count), expires_max_s_(expires_max_s) {}

std::uint32_t RegSubscriptions::granted(const sip::View& subscribe, std::uint32_t limit_s) const {
  std::uint32_t asked = expires_max_s_;
  sip::parse_u32(subscribe.header(sip::Header::expires), asked);
  return std::min({asked, expires_max_s_, limit_s});
}

bool RegSubscriptions::store(Subscription& s, const std::array<std::string_view, kTexts>& texts) {
  std::size_t total = 0;
  for (const std::string_view text : texts) {
    if (text.size() > UINT8_MAX) return false;
    total += text.size();
  }
  if (total > s.text.size()) return false;
  char* to = s.text.data();
  for (std::size_t i = 0; i < kTexts; ++i) {
    to = std::copy(texts[i].begin(), texts[i].end(), to);
    s.size[i] = static_cast<std::uint8_t>(texts[i].size());
  }
  return true;
}

bool RegSubscriptions::accept(UeIndex ue, const sip::View& subscribe, Time now,
                              std::uint32_t limit_s) {
  Subscription& s = at_[ue.value];
  Subscriber by;
  if (!read(subscribe, by)) return false;
  const std::string_view call_id = subscribe.header(sip::Header::call_id);
  const bool same =
      s.dialog != 0 && text(ue, Text::call_id) == call_id && text(ue, Text::tag) == by.tag;
  if (same && by.cseq.number == s.cseq) return true;
  if (!store(s, {by.contact.uri, by.from.uri, by.tag, call_id})) return false;
  if (to_tag(subscribe).empty()) {
    s.dialog = s.dialog == UINT8_MAX ? std::uint8_t{1} : static_cast<std::uint8_t>(s.dialog + 1);
    s.version = 0;
  }
  s.cseq = by.cseq.number;
  s.ends = now + std::int64_t{granted(subscribe, limit_s)} * 1s;
  s.ended = false;
  return true;
}

bool RegSubscriptions::in_dialog(UeIndex ue, const sip::View& subscribe, Time now) const {
  return live(ue, now) && !to_tag(subscribe).empty() &&
         subscribe.header(sip::Header::call_id) == text(ue, Text::call_id);
}

bool RegSubscriptions::live(UeIndex ue, Time now) const {
  const Subscription& s = at_[ue.value];
  return !s.ended && now <= s.ends + kGrace;
}

void RegSubscriptions::end(UeIndex ue) { at_[ue.value].ended = true; }

std::uint32_t RegSubscriptions::seconds_left(UeIndex ue, Time at) const {
  const Subscription& s = at_[ue.value];
  if (at >= s.ends) return 0;
  // To the nearest second, and at least one while any time is left.
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>(1, (ns(s.ends - at) + 500'000'000) / 1'000'000'000));
}

std::uint32_t RegSubscriptions::take_version(UeIndex ue) {
  Subscription& s = at_[ue.value];
  const std::uint32_t version = std::uint32_t{s.dialog} << 16 | s.version;
  ++s.version;
  return version;
}

bool RegSubscriptions::current(UeIndex ue, std::uint32_t version) const {
  return version >> 16 == at_[ue.value].dialog;
}

std::string_view RegSubscriptions::text(UeIndex ue, Text which) const {
  const Subscription& s = at_[ue.value];
  std::size_t at = 0;
  const auto index = static_cast<std::size_t>(which);
  for (std::size_t i = 0; i < index; ++i) at += s.size[i];
  return {s.text.data() + at, s.size[index]};
}

}  // namespace rung
