// For tests: TPDUs drawn from a seed, of every type, coding, address and validity form, sound and
// canonical, so that decoding and encoding them must be exact inverses.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "engine/base/prng.hpp"
#include "engine/wire/text.hpp"
#include "engine/wire/tpdu.hpp"
#include "engine/wire/tpdu_address.hpp"
#include "engine/wire/tpdu_user_data.hpp"

namespace rung {

/// One TPDU with the octets its spans point to.
class RandomTpdu {
 public:
  tp::Tpdu tpdu;
  tp::Carrier carrier = tp::Carrier::rp_data;

  explicit RandomTpdu(Prng& prng) : prng_(prng) {
    using tp::Type;
    constexpr Type types[] = {Type::deliver, Type::submit_report,  Type::status_report,
                              Type::submit,  Type::deliver_report, Type::command};
    const Type type = types[prng.below(std::size(types))];
    tpdu.type = type;
    const bool report = type == Type::submit_report || type == Type::deliver_report;
    if (report) carrier = prng.chance(0.5) ? tp::Carrier::rp_ack : tp::Carrier::rp_error;
    set_flags();
    if (!report) set_address();
    set_octets();
    set_times();
    set_optional();
  }
  RandomTpdu(const RandomTpdu&) = delete;
  RandomTpdu& operator=(const RandomTpdu&) = delete;

  [[nodiscard]] tp::Direction direction() const {
    return tpdu.type >= tp::Type::submit ? tp::Direction::ms_to_sc : tp::Direction::sc_to_ms;
  }

 private:
  bool flip() { return prng_.chance(0.5); }
  std::uint8_t octet() { return static_cast<std::uint8_t>(prng_.next()); }
  [[nodiscard]] bool is(tp::Type type) const { return tpdu.type == type; }

  void set_flags() {
    using tp::Type;
    const bool short_message = is(Type::submit) || is(Type::deliver);
    const bool from_sc = is(Type::deliver) || is(Type::status_report);
    if (short_message) tpdu.reply_path = flip();
    if (short_message || is(Type::status_report) || is(Type::command)) tpdu.status_report = flip();
    if (is(Type::submit)) tpdu.reject_duplicates = flip();
    if (from_sc) tpdu.more_messages_to_send = flip();
    if (from_sc) tpdu.loop_prevention = flip();
  }

  void set_address() {
    if (prng_.chance(0.2)) {
      const std::string_view names[] = {"TESTER", "1234567", "Gateway", "A", "Elevenchars"};
      tp::make_alphanumeric(names[prng_.below(std::size(names))], address_, tpdu.address);
      return;
    }
    char digits[tp::kAddressDigitsMax];
    const std::size_t count = 3 + prng_.below(tp::kAddressDigitsMax - 2);
    for (char& digit : digits) digit = static_cast<char>('0' + prng_.below(10));
    const std::uint8_t types[] = {0x91, 0x81, 0xa1, 0x80};
    tp::make_number({digits, count}, types[prng_.below(std::size(types))], address_, tpdu.address);
  }

  void set_octets() {
    using tp::Type;
    if (is(Type::submit) || is(Type::status_report) || is(Type::command)) tpdu.reference = octet();
    if (is(Type::submit) || is(Type::deliver) || is(Type::command))
      tpdu.protocol_id = octet() & 0x1f;
    if (is(Type::command)) tpdu.command_type = octet() & 3;
    if (is(Type::command)) tpdu.message_number = octet();
    if (is(Type::status_report)) tpdu.status = octet() & 0x7f;
    if (carrier == tp::Carrier::rp_error) tpdu.failure_cause = octet() | 0x80;  // below: reserved
  }

  Octets stamp(std::array<std::uint8_t, tp::kTimestampSize>& out) {
    const auto below = [this](unsigned bound) {
      return static_cast<std::uint8_t>(prng_.below(bound));
    };
    tp::Timestamp t{.year = below(100),
                    .month = below(12),
                    .day = below(28),
                    .hour = below(24),
                    .minute = below(60),
                    .second = below(60),
                    .quarter_hours = 0};
    ++t.month;
    ++t.day;
    t.quarter_hours = static_cast<std::int8_t>(static_cast<int>(below(113)) - 48);
    tp::encode_timestamp(t, out);
    return out;
  }

  void set_times() {
    using tp::Type;
    if (is(Type::submit)) set_validity();
    if (is(Type::deliver) || is(Type::submit_report) || is(Type::status_report)) {
      tpdu.service_centre_time = stamp(centre_time_);
    }
    if (is(Type::status_report)) tpdu.discharge_time = stamp(discharge_time_);
  }

  void set_validity() {
    tpdu.vpf = static_cast<tp::Vpf>(prng_.below(4));
    if (tpdu.vpf == tp::Vpf::none) return;
    if (tpdu.vpf == tp::Vpf::absolute) {
      tpdu.validity = stamp(validity_);
      return;
    }
    validity_.fill(0);
    validity_[0] = octet();
    if (tpdu.vpf == tp::Vpf::enhanced) validity_[0] = static_cast<std::uint8_t>(1 + prng_.below(2));
    if (tpdu.vpf == tp::Vpf::enhanced) validity_[1] = octet();
    tpdu.validity = Octets{validity_}.first(tpdu.vpf == tp::Vpf::relative ? 1 : 7);
  }

  void set_optional() {
    using tp::Type;
    if (is(Type::submit) || is(Type::deliver)) {
      set_text();
    } else if (is(Type::command)) {
      set_command_data();
    } else if (flip()) {
      tpdu.has_parameter_indicator = true;
      tpdu.has_protocol_id = flip();
      if (tpdu.has_protocol_id) tpdu.protocol_id = octet() & 0x1f;
      if (flip()) {
        tpdu.has_data_coding = true;
        set_text();
      }
    }
  }

  void set_command_data() {
    const std::size_t size = prng_.below(20);
    for (std::size_t i = 0; i < size; ++i) text_[i] = octet();
    tpdu.user_data_length = static_cast<std::uint8_t>(size);
    tpdu.user_data = Octets{text_}.first(size);
    tpdu.has_user_data = true;
  }

  Octets header() {
    if (!prng_.chance(0.4)) return {};
    const udh::Concatenation parts{.reference = static_cast<std::uint16_t>(octet()),
                                   .total = 3,
                                   .sequence = static_cast<std::uint8_t>(1 + prng_.below(3)),
                                   .wide = flip()};
    return Octets{header_}.first(udh::encode_concatenation(parts, header_));
  }

  void set_text() {
    const std::uint8_t codings[] = {0x00, 0x04, 0x08, 0x11, 0xf0, 0x18};
    const std::uint8_t coding = codings[prng_.below(std::size(codings))];
    const tp::Alphabet alphabet = tp::alphabet(coding);
    const Octets udh = header();
    const std::size_t room = 130 - udh.size();
    std::size_t size = prng_.below(alphabet == tp::Alphabet::gsm7 ? room * 8 / 7 : room);
    if (alphabet == tp::Alphabet::ucs2) size &= ~std::size_t{1};
    for (std::size_t i = 0; i < size; ++i) text_[i] = text_octet(alphabet, i);
    tp::set_user_data(tpdu, coding, udh, Octets{text_}.first(size), user_data_);
  }

  /// Letters and digits; in UCS2, Cyrillic and Chinese.
  std::uint8_t text_octet(tp::Alphabet alphabet, std::size_t i) {
    if (alphabet != tp::Alphabet::ucs2) return static_cast<std::uint8_t>('A' + prng_.below(26));
    return static_cast<std::uint8_t>(i % 2 == 0 ? 0x04 : 0x10 + prng_.below(0x40));
  }

  Prng& prng_;
  std::array<std::uint8_t, tp::kAddressValueSizeMax> address_{};
  std::array<std::uint8_t, tp::kTimestampSize> centre_time_{}, discharge_time_{}, validity_{};
  std::array<std::uint8_t, 7> header_{};
  std::array<std::uint8_t, tp::kTextSeptetsMax> text_{};
  std::array<std::uint8_t, tp::kUserDataSizeMax> user_data_{};
};

}  // namespace rung
