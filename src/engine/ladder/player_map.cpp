#include <algorithm>
#include <bit>

#include "engine/ladder/player_core.hpp"
#include "engine/ladder/send_map.hpp"
#include "engine/wire/bcd.hpp"
#include "engine/wire/m3ua.hpp"
#include "engine/wire/tcap_writer.hpp"

// What the network behind the gateway says: MAP messages of ours, and the dialogues they are in.

namespace rung {
namespace {

constexpr std::size_t kImsiDigits = 15;
/// Octets of the numbers that one message of ours has in its parameter, and of its TCAP.
constexpr std::size_t kNumbersRoom = 160;
constexpr std::size_t kTcapSizeMax = 1024;
constexpr std::size_t kAbortSizeMax = 128;
constexpr std::uint8_t kSlsMask = 0x0f;  // Q.704 2.2.4: four bits

}  // namespace

/// The E.164 number of an element of ours.
std::string_view Player::Core::element_number(Party element) const {
  switch (element) {
    case Party::hss: return config_.network.hss;
    case Party::msc: return config_.network.msc;
    case Party::sgsn: return config_.network.sgsn;
    default: return config_.sc_address;
  }
}

std::string_view Player::Core::imsi_digits(std::uint32_t number, std::span<char> out) const {
  const std::span digits = out.first(kImsiDigits);
  put_decimal({reinterpret_cast<std::uint8_t*>(digits.data()), digits.size()},
              config_.network.imsi_base + number);
  return {digits.data(), digits.size()};
}

/// The session's dialogue that step `begin` began; 0: there is none.
std::uint32_t Player::Core::dialogue_of(const Live& l, std::uint8_t begin) const {
  std::uint32_t handle = l.session->dialogues;
  while (handle != 0 && dialogues_.at(handle).begin != begin) handle = dialogues_.at(handle).next;
  return handle;
}

/// A dialogue that step `begin` begins; 0: the pool is full.
std::uint32_t Player::Core::open_dialogue(Live& l, std::uint8_t begin) {
  const std::uint32_t handle = dialogues_.take();
  if (handle == 0) {
    counters_.bump(Counter::dialogue_pool_full);
    return 0;
  }
  Dialogue& dialogue = dialogues_.at(handle);
  dialogue.session = l.index.value;
  dialogue.begin = begin;
  dialogue.next = l.session->dialogues;
  l.session->dialogues = handle;
  counters_.bump(Counter::dialogues_opened);
  return handle;
}

/// What is still open is aborted, so that the gateway need not wait for it; where it has not told
/// us its transaction id yet, there is nobody to tell (Q.774 3.1.2.2.2.4).
void Player::Core::free_dialogues(Live& l) {
  for (std::uint32_t handle = l.session->dialogues; handle != 0;) {
    const Dialogue& dialogue = dialogues_.at(handle);
    const std::uint32_t next = dialogue.next;
    if (dialogue.open && dialogue.peer.size != 0) abort_dialogue(l, handle);
    counters_.bump(dialogue.open      ? Counter::dialogues_given_up
                   : dialogue.aborted ? Counter::dialogues_aborted
                                      : Counter::dialogues_closed);
    dialogues_.release(handle);
    handle = next;
  }
  l.session->dialogues = 0;
}

/// TS 29.002 7.3.5: the user of a dialogue gives it up.
void Player::Core::abort_dialogue(const Live& l, std::uint32_t handle) {
  const Dialogue& dialogue = dialogues_.at(handle);
  TxDatagram* slot = network_tx_->reserve();
  if (slot == nullptr) return counters_.bump(Counter::tx_queue_full);
  tcap::Dialogue portion;
  if (dialogue.context) portion.pdu = tcap::DialoguePdu::abort;
  std::array<std::uint8_t, kAbortSizeMax> room;
  tcap::Writer writer(room);
  const Octets tcap = writer.finish(tcap::Type::abort, {}, dialogue.peer, portion);
  const ProgramStep& begin = l.ladder->steps[dialogue.begin];
  std::array<std::uint8_t, sccp::kTitleOctetsMax> digits;
  sccp::Address called;
  (void)sccp::read_address(Octets(dialogue.address).first(dialogue.address_size), called);
  const sccp::Address calling =
      sccp::e164_address(element_number(begin.element), subsystem_of(begin.element), digits);
  slot->size = static_cast<std::uint32_t>(
      write_unit(called, calling, static_cast<std::uint8_t>(handle & 0xff), tcap, slot->space()));
  if (slot->size == 0) return network_tx_->drop_last();
  counters_.bump(Counter::map_sent);
}

/// Puts into the parameter what its session has: numbers of its UEs, texts saved from theirs.
MapParameter Player::Core::own_parameter(const Live& l, std::size_t step, MutableOctets room) {
  const ProgramStep& p = l.ladder->steps[step];
  const SendMap& map = program_.map(program_.request(p.send));
  MapParameter parameter = map.parameter;
  std::size_t used = 0;
  for (const SendMap::Fill& fill : map.fills) {
    std::array<char, kImsiDigits> imsi;
    std::string_view text;
    switch (fill.kind) {
      case SendMap::Fill::Kind::msisdn: text = digits(number(l, fill.party), fill.party); break;
      case SendMap::Fill::Kind::imsi: text = imsi_digits(number(l, fill.party), imsi); break;
      case SendMap::Fill::Kind::foreign: text = foreign_text(l, fill.step, fill.index); break;
    }
    const MutableOctets out = room.subspan(used);
    const std::size_t size =
        fill.plain ? bcd::encode_digits(text, out) : bcd::encode_address(text, out);
    set_element(fill.path, 0, out.first(size), parameter);
    used += size;
  }
  return parameter;
}

/// Writes the TCAP message of that step into the tail of `out`.
Octets Player::Core::write_tcap(const Live& l, std::size_t step, std::uint32_t handle,
                                MutableOctets out) {
  const ProgramStep& p = l.ladder->steps[step];
  const SendRequest& request = program_.request(p.send);
  const SendMap& map = program_.map(request);
  Dialogue& dialogue = dialogues_.at(handle);
  tcap::Writer writer(out);
  if (map.modelled) {
    write_reply(p.element, UeIndex(l.session->ue[p.party]), dialogue.invoke_id, writer);
  } else if (map.component) {
    if (map.has_parameter) {
      std::array<std::uint8_t, kNumbersRoom> room;
      MapParameter parameter = own_parameter(l, step, room);
      if (p.tp_type != kAnyType) set_tpdu(own_body(l, narrow<std::uint8_t>(step)), parameter);
      write_parameter(parameter, writer);
    }
    switch (*map.component) {
      case tcap::ComponentType::invoke: writer.invoke(dialogue.invoke_id, map.code); break;
      case tcap::ComponentType::return_error:
        writer.return_error(dialogue.invoke_id, map.code);
        break;
      case tcap::ComponentType::reject:
        writer.reject(dialogue.invoke_id, tcap::kInvokeMistypedParameter);
        break;
      default: writer.return_result(dialogue.invoke_id, map.code, *map.component); break;
    }
  }
  map::ApplicationContextOctets context;
  tcap::Dialogue portion;
  const bool first = map.type == tcap::Type::begin || !dialogue.confirmed;
  if (first && dialogue.context && !map.abort_cause) {
    context = map::octets_of(*dialogue.context);
    portion.application_context = context;
    portion.pdu = map.type == tcap::Type::begin   ? tcap::DialoguePdu::request
                  : map.type == tcap::Type::abort ? tcap::DialoguePdu::abort
                                                  : tcap::DialoguePdu::response;
  }
  dialogue.confirmed |= map.type != tcap::Type::begin;
  const bool originates = map.type == tcap::Type::begin || map.type == tcap::Type::continue_;
  return writer.finish(map.type, originates ? dialogues_.id_of(handle) : tcap::TransactionId{},
                       map.type == tcap::Type::begin ? tcap::TransactionId{} : dialogue.peer,
                       portion, map.abort_cause);
}

/// SCCP and the routing label around a TCAP message, as one unit of a link. 0: it has no room.
std::size_t Player::Core::write_unit(const sccp::Address& called, const sccp::Address& calling,
                                     std::uint8_t sls, Octets data, MutableOctets out) const {
  sccp::Message message;
  message.type = data.size() <= sccp::kUnitDataMax ? sccp::Type::udt : sccp::Type::ludt;
  message.protocol_class = sccp::kReturnOnError | sccp::kInSequence;
  message.called = called;
  message.calling = calling;
  message.data = data;
  const auto size = sccp::encode(message, out.subspan(m3ua::kProtocolDataHeaderSize));
  if (!size.ok()) return 0;
  m3ua::ProtocolData unit;
  unit.opc = config_.network.point_code;
  unit.dpc = config_.network.gateway_point_code;
  unit.ni = config_.network.network_indicator;
  unit.sls = sls & kSlsMask;
  unit.user_data = Octets(out.data() + m3ua::kProtocolDataHeaderSize, *size);
  return m3ua::write(unit, out);
}

/// Does a step of ours whose turn has come. False when it could not be done at all.
bool Player::Core::send_map(Live& l, std::size_t step, Time now) {
  const ProgramStep& p = l.ladder->steps[step];
  const SendRequest& request = program_.request(p.send);
  const SendMap& map = program_.map(request);
  const bool begins = map.type == tcap::Type::begin;
  const std::uint32_t handle =
      begins ? open_dialogue(l, narrow<std::uint8_t>(step)) : dialogue_of(l, p.dialogue);
  TxDatagram* slot = handle == 0 ? nullptr : network_tx_->reserve();
  if (slot == nullptr) {
    if (handle != 0) counters_.bump(Counter::tx_queue_full);
    return false;  // nobody sends it again
  }
  Dialogue& dialogue = dialogues_.at(handle);
  if (begins) dialogue.context = map.context;
  if (request.has_token) counters_.bump(Counter::sm_submitted);
  mark(l, step, now);  // its instant is in the text
  std::array<std::uint8_t, kTcapSizeMax> tcap_room;
  const Octets tcap = write_tcap(l, step, handle, tcap_room);
  std::array<std::uint8_t, sccp::kTitleOctetsMax> called_digits, calling_digits;
  const sccp::Address calling =
      sccp::e164_address(element_number(p.element), map.calling_ssn, calling_digits);
  sccp::Address called = sccp::e164_address(config_.network.gateway, map.called_ssn, called_digits);
  if (dialogue.address_size != 0) {
    (void)sccp::read_address(Octets(dialogue.address).first(dialogue.address_size), called);
  }
  const std::size_t size =
      write_unit(called, calling, static_cast<std::uint8_t>(handle & 0xff), tcap, slot->space());
  if (tcap.empty() || size == 0) {
    network_tx_->drop_last();
    return false;
  }
  if (map.type == tcap::Type::end || map.type == tcap::Type::abort) dialogue.open = false;
  if (p.element == Party::hss) home_.note_nodes(map.parameter, UeIndex(l.session->ue[p.party]));
  dialogue.aborted = map.type == tcap::Type::abort;
  if (l.session->first_frame == 0) l.session->first_frame = slot->frame;
  slot->mark.step = narrow<std::uint8_t>(step);
  slot->size = static_cast<std::uint32_t>(size);
  slot->owner = owner_of(*l.session);
  counters_.bump(Counter::map_sent);
  return true;
}

/// TS 23.040 9.2.3.11: the local time at which the service centre took the SM, here UTC.
void Player::Core::put_service_centre_time(const Live& l, std::size_t step,
                                           MutableOctets slot) const {
  const Time at = instant(l, l.records[step].first);
  const std::int64_t seconds =
      config_.wall_start_s + std::chrono::duration_cast<std::chrono::seconds>(at - start_).count();
  const std::chrono::sys_seconds instant{std::chrono::seconds{seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{instant - day};
  tp::Timestamp stamp;
  stamp.year = static_cast<std::uint8_t>(static_cast<int>(date.year()) % 100);
  stamp.month = static_cast<std::uint8_t>(static_cast<unsigned>(date.month()));
  stamp.day = static_cast<std::uint8_t>(static_cast<unsigned>(date.day()));
  stamp.hour = static_cast<std::uint8_t>(time.hours().count());
  stamp.minute = static_cast<std::uint8_t>(time.minutes().count());
  stamp.second = static_cast<std::uint8_t>(time.seconds().count());
  tp::encode_timestamp(stamp, slot);
}

}  // namespace rung
