#include "engine/wire/tpdu.hpp"
#include "engine/wire/tpdu_layout.hpp"

namespace rung::tp {
namespace {

constexpr std::uint8_t kTonAlphanumeric = 5;

/// 9.2.3.1: which TPDU a TP-MTI names. False when the RP message cannot carry it.
bool choose_type(std::uint8_t mti, Direction direction, Carrier carrier, Type& out) {
  const bool to_sc = direction == Direction::ms_to_sc;
  if (carrier != Carrier::rp_data) {
    out = to_sc ? Type::deliver_report : Type::submit_report;
    return mti == (to_sc ? kMtiDeliver : kMtiSubmit);
  }
  if (mti == kMtiStatusReport) {
    out = to_sc ? Type::command : Type::status_report;
    return true;
  }
  out = to_sc ? Type::submit : Type::deliver;
  return to_sc ? mti == kMtiSubmit : mti == kMtiDeliver || mti == kMtiReserved;
}

void read_flags(Tpdu& out) {
  const std::uint8_t o = out.first_octet;
  const auto bit = [o](std::uint8_t mask) { return (o & mask) != 0; };
  out.has_user_data_header = bit(kBitUdhi);
  if (out.type == Type::submit_report || out.type == Type::deliver_report) return;
  out.status_report = bit(kBitStatusReport);
  if (out.type == Type::command) return;
  if (out.type == Type::submit) {
    out.reject_duplicates = bit(kBitRd);
    out.vpf = static_cast<Vpf>((o & kVpfMask) >> kVpfShift);
  } else {
    out.more_messages_to_send = !bit(kBitMms);
    out.loop_prevention = bit(kBitLp);
  }
  if (out.type != Type::status_report) out.reply_path = bit(kBitRp);
}

/// 9.1.2.3: a fill may only stand behind the last useful semi-octet.
bool has_inner_fill(const Address& address) {
  for (std::size_t i = 0; i < address.digits; ++i) {
    const std::uint8_t octet = address.value[i / 2];
    if (((i & 1) == 0 ? octet & 0x0f : octet >> 4) == 0x0f) return true;
  }
  return false;
}

Error read_address(Reader& reader, Address& out) {
  out.digits = reader.u8();
  out.ton_npi = reader.u8();
  if (!reader.ok()) return Error::too_short;
  if (out.digits > kAddressDigitsMax) return Error::address_length;
  out.value = reader.take((std::size_t{out.digits} + 1) / 2);
  if (!reader.ok()) return Error::too_short;
  if (out.type_of_number() != kTonAlphanumeric && has_inner_fill(out)) return Error::semi_octet;
  return Error::none;
}

/// TP-UDL and TP-UD; `from` is the whole TPDU, here and below.
Error read_user_data(Reader& reader, Octets from, Tpdu& out) {
  out.user_data_length = reader.u8();
  if (!reader.ok()) return Error::too_short;
  const std::size_t size = coded_octets(out);
  if (!user_data_fits(out.type, from.size() - reader.left(), size)) return Error::user_data_length;
  if (size > reader.left()) return Error::user_data_length;
  out.user_data = reader.take(size);
  out.has_user_data = true;
  return check_header(out);
}

/// TP-PI and its extension octets.
void read_parameter_indicator(Reader& reader, Octets from, Tpdu& out) {
  out.has_parameter_indicator = true;
  out.parameter_indicator = reader.u8();
  std::uint8_t last = out.parameter_indicator;
  const std::size_t start = from.size() - reader.left();
  while (reader.ok() && (last & kPiExtension) != 0) last = reader.u8();
  if (reader.ok()) {
    out.parameter_indicator_more = from.subspan(start, from.size() - reader.left() - start);
  }
}

/// What TP-PI announced: TP-PID, TP-DCS, TP-UDL with TP-UD, and what may follow.
Error read_announced(Reader& reader, Octets from, Tpdu& out) {
  out.has_protocol_id = (out.parameter_indicator & kPiProtocolId) != 0;
  out.has_data_coding = (out.parameter_indicator & kPiDataCoding) != 0;
  if (out.has_protocol_id) out.protocol_id = reader.u8();
  if (out.has_data_coding) out.data_coding = reader.u8();
  if (!reader.ok()) return Error::too_short;
  if ((out.parameter_indicator & kPiUserData) != 0) {
    if (const Error e = read_user_data(reader, from, out); e != Error::none) return e;
  }
  if (allows_additional(out)) out.additional = reader.rest();
  return Error::none;
}

Error read_submit(Reader& reader, Octets from, Tpdu& out) {
  out.reference = reader.u8();
  if (const Error e = read_address(reader, out.address); e != Error::none) return e;
  out.protocol_id = reader.u8();
  out.data_coding = reader.u8();
  out.validity = reader.take(validity_size(out.vpf));
  return read_user_data(reader, from, out);
}

Error read_deliver(Reader& reader, Octets from, Tpdu& out) {
  if (const Error e = read_address(reader, out.address); e != Error::none) return e;
  out.protocol_id = reader.u8();
  out.data_coding = reader.u8();
  out.service_centre_time = reader.take(kTimestampSize);
  return read_user_data(reader, from, out);
}

Error read_report(Reader& reader, Octets from, Carrier carrier, Tpdu& out) {
  if (carrier == Carrier::rp_error) out.failure_cause = reader.u8();
  read_parameter_indicator(reader, from, out);
  if (out.type == Type::submit_report) out.service_centre_time = reader.take(kTimestampSize);
  return read_announced(reader, from, out);
}

Error read_status_report(Reader& reader, Octets from, Tpdu& out) {
  out.reference = reader.u8();
  if (const Error e = read_address(reader, out.address); e != Error::none) return e;
  out.service_centre_time = reader.take(kTimestampSize);
  out.discharge_time = reader.take(kTimestampSize);
  out.status = reader.u8();
  if (!reader.ok()) return Error::too_short;
  if (reader.left() == 0) return Error::none;
  read_parameter_indicator(reader, from, out);
  return read_announced(reader, from, out);
}

Error read_command(Reader& reader, Octets from, Tpdu& out) {
  out.reference = reader.u8();
  out.protocol_id = reader.u8();
  out.command_type = reader.u8();
  out.message_number = reader.u8();
  if (const Error e = read_address(reader, out.address); e != Error::none) return e;
  return read_user_data(reader, from, out);
}

Error read_body(Reader& reader, Octets from, Carrier carrier, Tpdu& out) {
  switch (out.type) {
    case Type::submit: return read_submit(reader, from, out);
    case Type::deliver: return read_deliver(reader, from, out);
    case Type::submit_report:
    case Type::deliver_report: return read_report(reader, from, carrier, out);
    case Type::status_report: return read_status_report(reader, from, out);
    case Type::command: return read_command(reader, from, out);
  }
  return Error::out_of_range;
}

}  // namespace

std::uint8_t spare_bits(Type type) {
  constexpr std::uint8_t kShared = kMtiMask | kBitUdhi;
  constexpr std::uint8_t kOfReport = kShared | kBitStatusReport;
  switch (type) {
    case Type::submit: return 0;
    case Type::deliver: return std::uint8_t(~(kOfReport | kBitMms | kBitLp | kBitRp));
    case Type::status_report: return std::uint8_t(~(kOfReport | kBitMms | kBitLp));
    case Type::command: return std::uint8_t(~kOfReport);
    case Type::submit_report:
    case Type::deliver_report: break;
  }
  return std::uint8_t(~kShared);
}

Error decode(Octets octets, Direction direction, Carrier carrier, Tpdu& out) {
  out = Tpdu{};
  Reader reader{octets};
  out.first_octet = reader.u8();
  if (!reader.ok()) return Error::too_short;
  if (!choose_type(out.first_octet & kMtiMask, direction, carrier, out.type)) {
    return Error::out_of_range;
  }
  read_flags(out);
  if (const Error e = read_body(reader, octets, carrier, out); e != Error::none) return e;
  if (reader.left() != 0) return Error::trailing_octets;
  // Only a chain of TP-PI octets can grow that long without TP-UD.
  const bool fits = octets.size() - out.additional.size() <= kTpduSizeMax;
  return fits ? Error::none : Error::out_of_range;
}

}  // namespace rung::tp
