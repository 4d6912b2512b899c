#include "gateway/service_centre.hpp"

#include <chrono>
#include <cstring>

#include "engine/wire/bcd.hpp"
#include "engine/wire/rp.hpp"
#include "engine/wire/text.hpp"
#include "engine/wire/udh.hpp"

namespace rung::gateway {
namespace {

// RP causes of TS 23.040 11.3 and TP-FCS values of 9.2.3.22.
constexpr std::uint8_t kCauseRejected = 21;
constexpr std::uint8_t kCauseNotImplemented = 69;
constexpr std::uint8_t kCauseProtocolError = 111;
constexpr std::uint8_t kFcsCommandUnsupported = 0xa1;
constexpr std::uint8_t kFcsTpduUnsupported = 0xb0;
constexpr std::uint8_t kFcsInvalidAddress = 0xc3;

tp::Timestamp timestamp(std::int64_t wall_clock_s, int quarters) {
  using namespace std::chrono;
  const sys_seconds local{seconds{wall_clock_s + quarters * 900}};
  const sys_days day = floor<days>(local);
  const year_month_day date{day};
  const hh_mm_ss time{local - day};
  tp::Timestamp stamp;
  stamp.year = static_cast<std::uint8_t>(static_cast<int>(date.year()) % 100);
  stamp.month = static_cast<std::uint8_t>(static_cast<unsigned>(date.month()));
  stamp.day = static_cast<std::uint8_t>(static_cast<unsigned>(date.day()));
  stamp.hour = static_cast<std::uint8_t>(time.hours().count());
  stamp.minute = static_cast<std::uint8_t>(time.minutes().count());
  stamp.second = static_cast<std::uint8_t>(time.seconds().count());
  stamp.quarter_hours = static_cast<std::int8_t>(quarters);
  return stamp;
}

PhoneKey recipient_key(const tp::Address& address) {
  constexpr std::uint8_t kAlphanumeric = 5;
  if (address.type_of_number() == kAlphanumeric) return {};
  char digits[bcd::kDigitsMax];
  const std::size_t count = bcd::decode_digits(address.value, address.digits, digits);
  return phone_key({digits, count});
}

/// F56: the number in national form, without what stands for the country.
PhoneKey national(PhoneKey number) {
  const std::uint64_t digits = number.value >> 60;
  if (digits < 2) return number;
  const std::uint64_t kept = (std::uint64_t{1} << (4 * (digits - 1))) - 1;
  return {(digits - 1) << 60 | (number.value & kept)};
}

/// F58: TP-UDL as if the text were counted in octets.
void count_octets(const tp::Tpdu& deliver, MutableOctets written) {
  const bool septets = tp::alphabet(deliver.data_coding) == tp::Alphabet::gsm7;
  if (!septets || tp::compressed(deliver.data_coding)) return;
  written[written.size() - deliver.user_data.size() - 1] =
      static_cast<std::uint8_t>(deliver.user_data.size());
}

/// UCS2 units as septets, one '?' for each that has none.
std::size_t septets_of(Octets units, MutableOctets out) {
  std::size_t count = 0;
  for (std::size_t i = 0; i + 1 < units.size() && count + 2 <= out.size(); i += 2) {
    char text[4];
    std::uint8_t septets[2];
    const std::size_t size = ucs2::to_utf8(units.subspan(i, 2), text);
    const std::size_t made = gsm7::from_utf8({text, size}, septets);
    if (made == gsm7::kUnmappable) septets[0] = 0x3f;
    const std::size_t used = made == gsm7::kUnmappable ? 1 : made;
    for (std::size_t k = 0; k < used; ++k) out[count++] = septets[k];
  }
  return count;
}

/// F59: the text in the GSM alphabet, '@' (septet 0) as a space. `room` holds the new TP-UD.
void transcode(tp::Tpdu& deliver, MutableOctets room) {
  const tp::Alphabet alphabet = tp::alphabet(deliver.data_coding);
  if (alphabet == tp::Alphabet::octets || tp::compressed(deliver.data_coding)) return;
  const std::size_t header =
      deliver.has_user_data_header ? std::size_t{deliver.user_data[0]} + 1 : 0;
  std::uint8_t septets[2 * kTpduSizeMax];
  std::size_t count = 0;
  const std::size_t bits = 8 * header + gsm7::fill_bits(header);
  if (alphabet == tp::Alphabet::ucs2) {
    count = septets_of(deliver.user_data.subspan(header), septets);
  } else {
    const std::size_t in_header = gsm7::header_septets(header);
    count = gsm7::unpack(deliver.user_data, bits, deliver.user_data_length - in_header, septets);
    for (std::size_t i = 0; i < count; ++i) septets[i] = septets[i] == 0 ? 0x20 : septets[i];
  }
  std::memset(room.data(), 0, room.size());
  if (header != 0) std::memcpy(room.data(), deliver.user_data.data(), header);
  const std::size_t octets = gsm7::pack(Octets(septets).first(count), bits, room);
  deliver.user_data = room.first(octets);
  deliver.user_data_length = static_cast<std::uint8_t>(gsm7::header_septets(header) + count);
  if (alphabet == tp::Alphabet::ucs2) deliver.data_coding = 0;
}

}  // namespace

ServiceCentre::ServiceCentre(const GatewayConfig& config)
    : result_(config.sc_result), utc_offset_quarters_(config.utc_offset_quarters) {
  set_time(0);
}

void ServiceCentre::set_time(std::int64_t wall_clock_s) {
  if (wall_clock_s == second_) return;
  second_ = wall_clock_s;
  tp::encode_timestamp(timestamp(wall_clock_s, utc_offset_quarters_), stamp_);
}

Admission ServiceCentre::admit(Octets tpdu, tp::Tpdu& submit) const {
  const tp::Error error = tp::decode(tpdu, tp::Direction::ms_to_sc, tp::Carrier::rp_data, submit);
  if (error != tp::Error::none) return {kCauseProtocolError, kFcsTpduUnsupported, {}};
  if (submit.type == tp::Type::command) return {kCauseNotImplemented, kFcsCommandUnsupported, {}};
  if (submit.type != tp::Type::submit) return {kCauseProtocolError, kFcsTpduUnsupported, {}};
  if (!result_.accept) return {result_.rp_cause, result_.failure_cause, {}};
  const PhoneKey recipient = recipient_key(submit.address);
  if (!recipient.valid()) return {kCauseRejected, kFcsInvalidAddress, {}};
  return {0, std::nullopt, recipient};
}

std::size_t ServiceCentre::write_deliver(const tp::Tpdu& submit, PhoneKey sender, FaultSet& faults,
                                         MutableOctets out) const {
  char digits[kPhoneDigitsMax];
  std::uint8_t originator[rp::kAddressSizeMax];
  std::uint8_t transcoded[2 * kTpduSizeMax];
  const PhoneKey shown = faults.active(FaultId::f56) ? national(sender) : sender;
  const std::size_t count = phone_digits(shown, digits);
  const std::size_t size = bcd::encode_digits({digits, count}, originator);
  tp::Tpdu deliver;
  deliver.type = tp::Type::deliver;
  deliver.has_user_data_header = submit.has_user_data_header;
  deliver.reply_path = submit.reply_path;
  deliver.address = {static_cast<std::uint8_t>(count), bcd::kInternationalE164,
                     Octets(originator).first(size)};
  deliver.protocol_id = submit.protocol_id;
  deliver.data_coding = submit.data_coding;
  deliver.service_centre_time = stamp_;
  deliver.has_user_data = true;
  deliver.user_data_length = submit.user_data_length;
  deliver.user_data = submit.user_data;
  if (faults.active(FaultId::f59)) transcode(deliver, transcoded);
  const auto written = tp::encode(deliver, tp::Carrier::rp_data, out);
  ENGINE_ASSERT(written.ok());
  if (faults.active(FaultId::f58)) count_octets(deliver, out.first(*written));
  return *written;
}

std::size_t ServiceCentre::write_status_report(const StatusReport& report,
                                               MutableOctets out) const {
  tp::Tpdu tpdu;
  tpdu.type = tp::Type::status_report;
  tpdu.reference = report.reference;
  tpdu.address = {report.recipient.digits, report.recipient.ton_npi,
                  Octets(report.recipient.value).first((report.recipient.digits + 1U) / 2)};
  tpdu.service_centre_time = report.submitted;
  tpdu.discharge_time = stamp_;
  tpdu.status = report.status;
  const auto written = tp::encode(tpdu, tp::Carrier::rp_data, out);
  ENGINE_ASSERT(written.ok());
  return *written;
}

std::size_t ServiceCentre::write_submit_report(std::optional<std::uint8_t> failure_cause,
                                               const StampOctets& stamp, MutableOctets out) {
  tp::Tpdu tpdu;
  tpdu.type = tp::Type::submit_report;
  tpdu.service_centre_time = stamp;
  tpdu.failure_cause = failure_cause.value_or(0);
  const tp::Carrier carrier = failure_cause ? tp::Carrier::rp_error : tp::Carrier::rp_ack;
  const auto written = tp::encode(tpdu, carrier, out);
  ENGINE_ASSERT(written.ok());
  return *written;
}

bool is_last_segment(const tp::Tpdu& submit) {
  udh::Concatenation part;
  if (!submit.has_user_data_header || !udh::find_concatenation(submit.user_data, part))
    return false;
  return part.total > 1 && part.sequence == part.total;
}

}  // namespace rung::gateway
