#include "checks/tpdu_rows.hpp"

#include <fmt/format.h>

#include <array>

#include "engine/base/hex.hpp"
#include "engine/wire/bcd.hpp"
#include "engine/wire/tpdu_user_data.hpp"

namespace rung {
namespace {

std::string yes_no(bool value) { return value ? "yes" : "no"; }

/// "..1. ....": the bits of `octet` that `mask` covers.
std::string bits(std::uint8_t octet, std::uint8_t mask) {
  std::string out;
  for (int bit = 7; bit >= 0; --bit) {
    const auto one = static_cast<std::uint8_t>(1U << bit);
    out += (mask & one) == 0 ? '.' : (octet & one) != 0 ? '1' : '0';
    if (bit == 4) out += ' ';
  }
  return out;
}

std::string time_text(Octets octets) {
  tp::Timestamp t;
  const bool good = tp::decode_timestamp(octets, t);
  const int minutes = 15 * t.quarter_hours;
  return fmt::format("{:02}-{:02}-{:02} {:02}:{:02}:{:02} {}{:02}:{:02}{}", t.year, t.month, t.day,
                     t.hour, t.minute, t.second, minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                     std::abs(minutes) % 60, good ? "" : " (a semi-octet is no digit)");
}

std::string_view alphabet_name(std::uint8_t data_coding) {
  switch (tp::alphabet(data_coding)) {
    case tp::Alphabet::gsm7: return "GSM 7-bit";
    case tp::Alphabet::octets: return "8-bit data";
    case tp::Alphabet::ucs2: return "UCS2";
  }
  return {};
}

class TpduRows {
 public:
  TpduRows(const tp::Tpdu& tpdu, Octets octets) : t_(tpdu), octets_(octets) {}

  std::vector<MessageRow> all() {
    add("TPDU", to_hex(octets_), fmt::format("{} octets", octets_.size()), "tp.tpdu");
    first_octet();
    before_address();
    if (has_address()) address();
    if (t_.type == tp::Type::command) {
      octet("TP-PID", t_.protocol_id, "tp.pid");
      octet("TP-CT", t_.command_type, "tp.ct");
      octet("TP-MN", t_.message_number, "tp.mn");
    }
    if (t_.type == tp::Type::status_report) status_report();
    coding();
    user_data();
    return std::move(rows_);
  }

 private:
  using Type = tp::Type;
  void add(std::string_view name, std::string octets, std::string value, std::string_view path) {
    rows_.push_back({std::string(name), std::move(octets), std::move(value), {std::string(path)}});
  }
  void octet(std::string_view name, std::uint8_t value, std::string_view path,
             std::string_view meaning = {}) {
    add(name, fmt::format("{:02x}", value),
        fmt::format("{}{}{}", value, meaning.empty() ? "" : ", ", meaning), path);
  }
  void flag(std::string_view name, std::uint8_t mask, bool value, std::string_view path) {
    add(name, bits(t_.first_octet, mask), yes_no(value), path);
  }
  [[nodiscard]] bool report() const {
    return t_.type == Type::submit_report || t_.type == Type::deliver_report;
  }
  [[nodiscard]] bool has_address() const { return !report(); }
  [[nodiscard]] bool always_coded() const {
    return t_.type == Type::submit || t_.type == Type::deliver;
  }

  void first_octet() {
    add("TP-MTI", bits(t_.first_octet, 0x03), std::string(tp::to_string(t_.type)), "tp.mti");
    const Type type = t_.type;
    if (type == Type::submit) flag("TP-RD", 0x04, t_.reject_duplicates, "tp.rd");
    if (type == Type::deliver || type == Type::status_report) {
      add("TP-MMS", bits(t_.first_octet, 0x04),
          t_.more_messages_to_send ? "more messages wait" : "no more messages", "tp.mms");
      flag("TP-LP", 0x08, t_.loop_prevention, "tp.lp");
    }
    if (type == Type::submit) {
      constexpr std::string_view names[] = {"none", "enhanced", "relative", "absolute"};
      add("TP-VPF", bits(t_.first_octet, 0x18),
          std::string(names[static_cast<std::size_t>(t_.vpf) & 3U]), "tp.vpf");
    }
    if (!report()) {
      const std::string_view name = type == Type::deliver         ? "TP-SRI"
                                    : type == Type::status_report ? "TP-SRQ"
                                                                  : "TP-SRR";
      flag(name, 0x20, t_.status_report, "tp.srr");
    }
    flag("TP-UDHI", 0x40, t_.has_user_data_header, "tp.udhi");
    if (always_coded()) flag("TP-RP", 0x80, t_.reply_path, "tp.rp");
  }

  void before_address() {
    if (has_address() && t_.type != Type::deliver) octet("TP-MR", t_.reference, "tp.mr");
    if (!report()) return;
    if (t_.failure_cause != 0) {
      octet("TP-FCS", t_.failure_cause, "tp.fcs", tp::failure_cause_name(t_.failure_cause));
    }
    add("TP-PI", fmt::format("{:02x}", t_.parameter_indicator), bits(t_.parameter_indicator, 0xff),
        "tp.pi");
    if (t_.type == Type::submit_report) time("TP-SCTS", t_.service_centre_time, "tp.scts");
  }

  void address() {
    const tp::Address& a = t_.address;
    const bool deliver = t_.type == Type::deliver;
    const bool status = t_.type == Type::status_report;
    std::array<char, 2 * tp::kAddressDigitsMax> digits;
    const std::size_t count = bcd::decode_digits(a.value, a.digits, digits);
    add(deliver  ? "TP-OA"
        : status ? "TP-RA"
                 : "TP-DA",
        fmt::format("{:02x} {:02x} {}", a.digits, a.ton_npi, to_hex(a.value)),
        fmt::format("{} (TON/NPI {:02x})", std::string_view(digits.data(), count), a.ton_npi),
        deliver  ? "tp.oa"
        : status ? "tp.ra"
                 : "tp.da");
  }

  void status_report() {
    time("TP-SCTS", t_.service_centre_time, "tp.scts");
    time("TP-DT", t_.discharge_time, "tp.dt");
    octet("TP-ST", t_.status, "tp.st", tp::status_name(t_.status));
  }

  void time(std::string_view name, Octets octets, std::string_view path) {
    if (!octets.empty()) add(name, to_hex(octets), time_text(octets), path);
  }

  void coding() {
    if (always_coded() || t_.has_protocol_id) octet("TP-PID", t_.protocol_id, "tp.pid");
    if (always_coded() || t_.has_data_coding) {
      octet("TP-DCS", t_.data_coding, "tp.dcs", alphabet_name(t_.data_coding));
    }
    if (t_.type == Type::deliver) time("TP-SCTS", t_.service_centre_time, "tp.scts");
    if (t_.validity.empty()) return;
    const std::uint64_t seconds = tp::validity_seconds(t_.vpf, t_.validity);
    add("TP-VP", to_hex(t_.validity),
        seconds != 0                  ? fmt::format("{} s", seconds)
        : t_.vpf == tp::Vpf::absolute ? time_text(t_.validity)
                                      : std::string{},
        "tp.vp");
  }

  void user_data() {
    if (!always_coded() && !t_.has_user_data && t_.type != Type::command) return;
    const bool septets = t_.type != Type::command && tp::counts_septets(t_.data_coding);
    octet("TP-UDL", t_.user_data_length, "tp.udl", septets ? "septets" : "octets");
    if (t_.user_data.empty()) return;
    add("TP-UD", to_hex(t_.user_data), fmt::format("{} octets", t_.user_data.size()), "tp.ud");
    const Octets header = tp::user_data_header(t_);
    udh::Concatenation c;
    if (!header.empty()) {
      const bool found = udh::find_concatenation(header, c) && c.total != 0;
      add("User data header", to_hex(header),
          found ? fmt::format("segment {} of {}, reference {}", c.sequence, c.total, c.reference)
                : std::string{},
          "tp.concat");
    }
    std::array<char, tp::kUserTextSizeMax> text;
    if (t_.type == Type::command || tp::alphabet(t_.data_coding) == tp::Alphabet::octets) return;
    add("Text", "", std::string(text.data(), tp::user_text(t_, text)), "tp.text");
  }

  const tp::Tpdu& t_;
  Octets octets_;
  std::vector<MessageRow> rows_;
};

}  // namespace

MessageLayer tpdu_layer(const tp::Tpdu& tpdu, tp::Error error, Octets octets) {
  if (error == tp::Error::none) {
    return {std::string(tp::to_string(tpdu.type)), TpduRows(tpdu, octets).all()};
  }
  return {"TPDU",
          {{"TPDU", to_hex(octets), fmt::format("{} octets", octets.size()), {"tp.tpdu"}},
           {"does not decode", "", std::string(tp::to_string(error)), {"tp.udl"}, true}}};
}

}  // namespace rung
