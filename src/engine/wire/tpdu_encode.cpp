#include "engine/wire/tpdu.hpp"
#include "engine/wire/tpdu_layout.hpp"

namespace rung::tp {
namespace {

struct FirstOctet {
  std::uint8_t bits = 0;  // what the fields say
  std::uint8_t mask = 0;  // which bits fields stand for; the others are spare

  void flag(std::uint8_t bit, bool set) {
    mask |= bit;
    if (set) bits |= bit;
  }
};

std::uint8_t mti(Type type) {
  switch (type) {
    case Type::deliver:
    case Type::deliver_report: return kMtiDeliver;
    case Type::submit:
    case Type::submit_report: return kMtiSubmit;
    case Type::status_report:
    case Type::command: return kMtiStatusReport;
  }
  return kMtiReserved;
}

std::uint8_t first_octet(const Tpdu& tpdu) {
  const Type type = tpdu.type;
  const bool from_sc = type == Type::deliver || type == Type::status_report;
  FirstOctet first{.bits = mti(type), .mask = kMtiMask};
  // 9.2.3.1: a DELIVER received with the reserved TP-MTI is kept exactly as it was.
  if (type == Type::deliver && (tpdu.first_octet & kMtiMask) == kMtiReserved) {
    first.bits = kMtiReserved;
  }
  first.flag(kBitUdhi, tpdu.has_user_data_header);
  if (from_sc) {
    first.flag(kBitMms, !tpdu.more_messages_to_send);
    first.flag(kBitLp, tpdu.loop_prevention);
  }
  if (type == Type::submit) {
    first.flag(kBitRd, tpdu.reject_duplicates);
    first.mask |= kVpfMask;
    first.bits |= static_cast<std::uint8_t>(static_cast<unsigned>(tpdu.vpf) << kVpfShift);
  }
  if (from_sc || type == Type::submit || type == Type::command) {
    first.flag(kBitStatusReport, tpdu.status_report);
  }
  if (type == Type::submit || type == Type::deliver) first.flag(kBitRp, tpdu.reply_path);
  return static_cast<std::uint8_t>((tpdu.first_octet & ~first.mask) | first.bits);
}

bool carries(Carrier carrier, Type type) {
  const bool report = type == Type::submit_report || type == Type::deliver_report;
  return report == (carrier != Carrier::rp_data);
}

bool announces(const Tpdu& tpdu) {
  return tpdu.has_parameter_indicator || tpdu.has_protocol_id || tpdu.has_data_coding ||
         tpdu.has_user_data || tpdu.parameter_indicator != 0;
}

Error check_address(const Tpdu& tpdu) {
  if (tpdu.type == Type::submit_report || tpdu.type == Type::deliver_report) return Error::none;
  const Address& address = tpdu.address;
  if (address.digits > kAddressDigitsMax) return Error::address_length;
  const bool exact = address.value.size() == (std::size_t{address.digits} + 1) / 2;
  return exact ? Error::none : Error::address_length;
}

Error check_times(const Tpdu& tpdu) {
  const Type type = tpdu.type;
  if (type == Type::submit) {
    return tpdu.validity.size() == validity_size(tpdu.vpf) ? Error::none : Error::out_of_range;
  }
  if (type == Type::deliver_report || type == Type::command) return Error::none;
  if (tpdu.service_centre_time.size() != kTimestampSize) return Error::out_of_range;
  if (type != Type::status_report) return Error::none;
  return tpdu.discharge_time.size() == kTimestampSize ? Error::none : Error::out_of_range;
}

/// TP-UD is optional only where TP-PI announces it.
bool has_user_data(const Tpdu& tpdu) {
  const Type type = tpdu.type;
  return type == Type::submit || type == Type::deliver || type == Type::command ||
         tpdu.has_user_data;
}

Error check_user_data(const Tpdu& tpdu) {
  if (!has_user_data(tpdu)) return Error::none;
  if (tpdu.user_data.size() != coded_octets(tpdu)) return Error::user_data_length;
  return check_header(tpdu);
}

/// The extension octets chain by their bit 7, and the last one ends the chain.
Error check_parameter_indicator(const Tpdu& tpdu) {
  if (!tpdu.additional.empty() && !allows_additional(tpdu)) return Error::out_of_range;
  const Octets more = tpdu.parameter_indicator_more;
  if (((tpdu.parameter_indicator & kPiExtension) != 0) == more.empty()) return Error::out_of_range;
  for (std::size_t i = 0; i < more.size(); ++i) {
    const bool last = i + 1 == more.size();
    if (((more[i] & kPiExtension) != 0) == last) return Error::out_of_range;
  }
  return Error::none;
}

Error check(const Tpdu& tpdu, Carrier carrier) {
  if (!carries(carrier, tpdu.type)) return Error::out_of_range;
  if (const Error e = check_address(tpdu); e != Error::none) return e;
  if (const Error e = check_times(tpdu); e != Error::none) return e;
  if (const Error e = check_parameter_indicator(tpdu); e != Error::none) return e;
  return check_user_data(tpdu);
}

void write_address(Writer& writer, const Address& address) {
  writer.u8(address.digits);
  writer.u8(address.ton_npi);
  writer.octets(address.value);
}

void write_user_data(Writer& writer, const Tpdu& tpdu) {
  writer.u8(tpdu.user_data_length);
  writer.octets(tpdu.user_data);
}

void write_parameter_indicator(Writer& writer, const Tpdu& tpdu) {
  unsigned indicator = tpdu.parameter_indicator & (kPiReservedMask | kPiExtension);
  if (tpdu.has_protocol_id) indicator |= kPiProtocolId;
  if (tpdu.has_data_coding) indicator |= kPiDataCoding;
  if (tpdu.has_user_data) indicator |= kPiUserData;
  writer.u8(static_cast<std::uint8_t>(indicator));
  writer.octets(tpdu.parameter_indicator_more);
}

void write_announced(Writer& writer, const Tpdu& tpdu) {
  if (tpdu.has_protocol_id) writer.u8(tpdu.protocol_id);
  if (tpdu.has_data_coding) writer.u8(tpdu.data_coding);
  if (tpdu.has_user_data) write_user_data(writer, tpdu);
  writer.octets(tpdu.additional);
}

void write_submit(Writer& writer, const Tpdu& tpdu) {
  writer.u8(tpdu.reference);
  write_address(writer, tpdu.address);
  writer.u8(tpdu.protocol_id);
  writer.u8(tpdu.data_coding);
  writer.octets(tpdu.validity);
  write_user_data(writer, tpdu);
}

void write_deliver(Writer& writer, const Tpdu& tpdu) {
  write_address(writer, tpdu.address);
  writer.u8(tpdu.protocol_id);
  writer.u8(tpdu.data_coding);
  writer.octets(tpdu.service_centre_time);
  write_user_data(writer, tpdu);
}

void write_report(Writer& writer, const Tpdu& tpdu, Carrier carrier) {
  if (carrier == Carrier::rp_error) writer.u8(tpdu.failure_cause);
  write_parameter_indicator(writer, tpdu);
  if (tpdu.type == Type::submit_report) writer.octets(tpdu.service_centre_time);
  write_announced(writer, tpdu);
}

void write_status_report(Writer& writer, const Tpdu& tpdu) {
  writer.u8(tpdu.reference);
  write_address(writer, tpdu.address);
  writer.octets(tpdu.service_centre_time);
  writer.octets(tpdu.discharge_time);
  writer.u8(tpdu.status);
  if (!announces(tpdu)) return;
  write_parameter_indicator(writer, tpdu);
  write_announced(writer, tpdu);
}

void write_command(Writer& writer, const Tpdu& tpdu) {
  writer.u8(tpdu.reference);
  writer.u8(tpdu.protocol_id);
  writer.u8(tpdu.command_type);
  writer.u8(tpdu.message_number);
  write_address(writer, tpdu.address);
  write_user_data(writer, tpdu);
}

}  // namespace

Result<std::size_t, Error> encode(const Tpdu& tpdu, Carrier carrier, MutableOctets out) {
  if (const Error e = check(tpdu, carrier); e != Error::none) return e;
  Writer writer{out};
  writer.u8(first_octet(tpdu));
  switch (tpdu.type) {
    case Type::submit: write_submit(writer, tpdu); break;
    case Type::deliver: write_deliver(writer, tpdu); break;
    case Type::submit_report:
    case Type::deliver_report: write_report(writer, tpdu, carrier); break;
    case Type::status_report: write_status_report(writer, tpdu); break;
    case Type::command: write_command(writer, tpdu); break;
  }
  if (!writer.ok()) return Error::too_short;
  const std::size_t user_data = has_user_data(tpdu) ? tpdu.user_data.size() : 0;
  const std::size_t before = writer.size() - tpdu.additional.size() - user_data;
  if (!user_data_fits(tpdu.type, before, user_data)) return Error::user_data_length;
  return writer.size();
}

}  // namespace rung::tp
