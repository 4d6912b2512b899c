#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/ladder/player_core.hpp"
#include "engine/wire/bcd.hpp"

// A field of a received message against what its row expects.

namespace rung {
namespace {

/// TS 24.341 5.3.3.4.3: an identity is a SIP or a tel URI; the number is the user part of ours.
bool tel_of(std::string_view actual, std::string_view identity) {
  sip::Uri theirs;
  sip::Uri ours;
  if (!sip::parse_uri(actual, theirs) || !sip::iequals(theirs.scheme, "tel")) return false;
  if (!sip::parse_uri(identity, ours) || !ours.user.starts_with('+')) return false;
  constexpr std::string_view kTel = "tel:";
  std::array<char, kTel.size() + 1 + bcd::kDigitsMax> tel;
  const std::size_t size = kTel.size() + ours.user.size();
  if (size > tel.size()) return false;
  std::ranges::copy(kTel, tel.begin());
  std::ranges::copy(ours.user, tel.begin() + kTel.size());
  return sip::same_uri(actual, {tel.data(), size});
}

/// ITU-T E.164 6.2.1: the same number without its country code of one to three digits.
bool national_form(std::string_view actual, std::string_view number) {
  constexpr std::size_t kCountryCodeMax = 3;
  return number.ends_with(actual) && number.size() - actual.size() <= kCountryCodeMax;
}

/// RFC 3841 7.2: the parameters of one Accept-Contact value describe one kind of contact, so all of
/// `wanted` have to stand in the same value.
bool one_value_holds(const sip::View& view, std::span<const CheckValue> wanted) {
  std::string_view value;
  for (std::size_t i = 0; list_value_at(Path::sip_accept_contact, view, i, value); ++i) {
    const auto in_value = [&](const CheckValue& item) { return list_contains(value, item.text); };
    if (std::ranges::all_of(wanted, in_value)) return true;
  }
  return false;
}

}  // namespace

/// TP-UDL counts in units of the alphabet (TS 23.040 9.2.3.16): where TP-DCS names another one than
/// ours did, that is the finding and the two lengths cannot be compared.
bool Player::Core::counts_other_units(const Judged& judged, const Check& check) {
  const Received& own = own_decoded(*judged.live, check.step);
  return tp::alphabet(own.tp.data_coding) != tp::alphabet(in_.tp.data_coding);
}

bool Player::Core::matches_value(const Check& check, const FieldValue& actual,
                                 const CheckValue& value) const {
  if (is_numeric(check.kind)) return actual.number == value.number;
  return compare_text(check, actual, value.text);
}

bool Player::Core::compare_text(const Check& check, const FieldValue& actual,
                                std::string_view expected) const {
  if (actual.text == expected) return true;
  if (check.path == Path::tp_oa_subscriber) return national_form(actual.text, expected);
  if (check.path == Path::map_imsi_plmn) return actual.text.starts_with(expected);
  if (check.kind == PathKind::uri) {
    const auto same = [&](std::string_view uri) {
      return sip::same_uri(uri, expected) || (check.or_tel && tel_of(uri, expected));
    };
    if (same(actual.text)) return true;
    if (check.path == Path::sip_route) return false;  // the first one is where it goes
    std::string_view further;
    for (std::size_t i = 1; uri_at(check.path, in_.view, i, further); ++i) {
      if (same(further)) return true;
    }
    return false;
  }
  const bool caseless =
      check.path == Path::sip_content_type || check.path == Path::sip_content_transfer_encoding;
  return caseless && sip::iequals(actual.text, expected);
}

bool Player::Core::compare(const Judged& judged, const Check& check, const FieldValue& actual) {
  const auto values = program_.values(check);
  const auto listed = [&](const CheckValue& value) {
    return is_list(check.path) ? header_contains(check.path, in_.view, value.text)
                               : list_contains(actual.text, value.text);
  };
  const auto equal = [&](const CheckValue& value) { return matches_value(check, actual, value); };
  switch (check.source) {
    case Source::any:
      if (check.path == Path::sip_content_length) return !actual.present || actual.well_formed;
      if (check.path == Path::sip_via_branch) {
        return actual.present && actual.text.size() > 7 && actual.text.starts_with("z9hG4bK") &&
               !judged.arrival->branch_reused;
      }
      return actual.present && actual.well_formed;
    case Source::absent: return !actual.present;
    case Source::fixed: return actual.present && actual.well_formed && equal(values[0]);
    case Source::one_of:
      if (!actual.present || !actual.well_formed) return false;
      if (check.path == Path::sip_status && config_.strict) return equal(values[0]);
      return std::ranges::any_of(values, equal);
    case Source::if_present:
      if (!actual.present) return true;
      return actual.well_formed && (values.empty() || std::ranges::any_of(values, equal));
    case Source::contains:
      // RFC 3680 4.4: without Accept a SUBSCRIBE takes reginfo, the default.
      if (check.path == Path::sip_accept && in_.view.method() == sip::Method::subscribe &&
          !actual.present) {
        return true;
      }
      if (check.path == Path::sip_accept_contact) return one_value_holds(in_.view, values);
      return actual.present && actual.well_formed && std::ranges::all_of(values, listed);
    case Source::not_contains: return !actual.present || std::ranges::none_of(values, listed);
    case Source::ours: {
      if (!actual.present) return false;
      const Live& l = *judged.live;
      if (compare_text(check, actual, render(l, check.parts, expected_scratch_))) return true;
      if (!check.or_imsi) return false;
      const std::uint8_t whose = l.ladder->steps[judged.step].party;
      return actual.text == imsi_digits(number(l, whose), expected_scratch_);
    }
    case Source::at_most: {
      const auto limit = limit_of(judged, check);
      return actual.present && actual.well_formed && limit && actual.number <= *limit;
    }
    case Source::copied: return actual.present && compare_copied(judged, check, actual);
    case Source::differs: return actual.present && !compare_copied(judged, check, actual);
    case Source::template_: break;  // for sending only
  }
  return false;
}

/// RFC 3261 8.2.6.2: ours first, then those the request came by, `further` of them; received and
/// rport are the server's additions to the first (18.2.1, RFC 3581).
bool Player::Core::same_via(std::string_view expected, std::string_view further) const {
  const ReadVia& top = in_.top_via();
  if (!top.well_formed) return false;
  sip::Values values(in_.view, sip::Header::via);
  std::string_view value;
  if (!values.next(value)) return false;
  while (values.next(value)) {
    if (!further.starts_with(value)) return false;
    further.remove_prefix(value.size());
    if (further.starts_with(", ")) further.remove_prefix(2);
  }
  if (!further.empty()) return false;
  constexpr std::string_view kBranch = ";branch=";
  const sip::Via& via = top.via;
  return via.transport == config_.via_transport() &&
         expected.size() == via.sent_by.size() + kBranch.size() + via.branch.size() &&
         expected.starts_with(via.sent_by) && expected.ends_with(via.branch);
}

FieldValue Player::Core::value_at_hand(Path path) {
  return in_network(path) ? network_field(path, net_, actual_scratch_)
                          : field_of(path, in_, actual_scratch_);
}

/// The field of the message at hand. RFC 3261 10.3: a 2xx to REGISTER may list other bindings of
/// the identity as well, of which another's expiry says nothing about ours.
FieldValue Player::Core::field_at_hand(const Judged& judged, Path path) {
  FieldValue value = value_at_hand(path);
  const ProgramStep& p = judged.live->ladder->steps[judged.step];
  if (path == Path::sip_contact_expires && p.kind == StepKind::receive_response) {
    std::string_view text;
    if (own_binding_expires(*judged.live, p.answers, text)) {
      value.present = true;
      std::uint32_t number = 0;
      value.text = text;
      value.well_formed = sip::parse_u32(text, number);
      value.number = number;
    }
  }
  return value;
}

/// The number a row refers to in another step; empty where that step said none.
std::optional<std::uint64_t> Player::Core::copied_number(const Judged& judged, const Check& check) {
  const Live& l = *judged.live;
  const StepRecord& r = l.records[check.step];
  if (check.from == Path::rp_mr) return r.code & 0xffU;
  if (!check.from_ours) {
    const std::string_view text =
        r.foreign == 0 ? std::string_view{} : foreign_.at(r.foreign).get(check.saved);
    std::uint64_t number = 0;
    if (text.size() != sizeof number) return {};
    std::memcpy(&number, text.data(), sizeof number);
    return number;
  }
  if (check.from == Path::tp_mr) return r.foreign & 0xffU;
  if (in_rpdu(check.from)) {
    const FieldValue expected = field_of(check.from, own_decoded(l, check.step), expected_scratch_);
    if (!expected.present) return {};
    return expected.number;
  }
  std::uint32_t number = 0;
  if (!sip::parse_u32(render(l, check.parts, expected_scratch_), number)) return {};
  return number;
}

/// What `at_most` allows.
std::optional<std::uint64_t> Player::Core::limit_of(const Judged& judged, const Check& check) {
  if (check.values_count != 0) return program_.values(check)[0].number;
  return copied_number(judged, check);
}

bool Player::Core::compare_copied(const Judged& judged, const Check& check,
                                  const FieldValue& actual) {
  const Live& l = *judged.live;
  const StepRecord& r = l.records[check.step];
  if (is_numeric(check.kind)) {
    const auto number = copied_number(judged, check);
    return actual.well_formed && number && actual.number == *number;
  }
  if (!check.from_ours) {
    return compare_text(
        check, actual,
        r.foreign == 0 ? std::string_view{} : foreign_.at(r.foreign).get(check.saved));
  }
  if (in_rpdu(check.from)) {
    const FieldValue expected = field_of(check.from, own_decoded(l, check.step), expected_scratch_);
    return expected.present && compare_text(check, actual, expected.text);
  }
  const std::string_view expected = render(l, check.parts, expected_scratch_);
  if (check.path == Path::sip_via) {
    const SendRequest& own = program_.request(l.ladder->steps[check.step].send);
    return same_via(expected, render(l, own.further_vias, gap_scratch_));
  }
  if (check.path == Path::sip_in_reply_to && !actual.well_formed) return false;
  return compare_text(check, actual, expected);
}

}  // namespace rung
