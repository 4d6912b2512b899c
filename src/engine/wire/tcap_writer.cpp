#include "engine/wire/tcap_writer.hpp"

#include "engine/wire/tcap_layout.hpp"

namespace rung::tcap {
namespace {

void write_code(ber::Writer& writer, const Component& component) {
  if (component.code.has_value()) {
    writer.integer(ber::kInteger, *component.code);
  } else {
    writer.element(ber::kObjectIdentifier, component.global_code);
  }
}

void wrap_number(ber::Writer& writer, ber::Tag tag, std::uint8_t value) {
  const std::size_t mark = writer.size();
  writer.integer(ber::kInteger, value);
  writer.wrap(tag, mark);
}

void write_version(ber::Writer& writer, const Dialogue& dialogue) {
  if (dialogue.has_version) writer.element(kTagProtocolVersion, kVersion1);
}

void write_response(ber::Writer& writer, const Dialogue& dialogue) {
  const std::size_t mark = writer.size();
  wrap_number(writer, static_cast<ber::Tag>(dialogue.diagnostic_source),
              static_cast<std::uint8_t>(dialogue.diagnostic));
  writer.wrap(kTagDiagnostic, mark);
  wrap_number(writer, kTagResult, static_cast<std::uint8_t>(dialogue.result));
}

void write_dialogue_pdu(ber::Writer& writer, const Dialogue& dialogue) {
  const std::size_t mark = writer.size();
  if (!dialogue.user_information.empty()) {
    writer.element(kTagUserInformation, dialogue.user_information);
  }
  if (dialogue.pdu == DialoguePdu::abort) {
    writer.integer(kTagAbortSource, static_cast<std::uint8_t>(dialogue.abort_source));
  } else {
    if (dialogue.pdu == DialoguePdu::response) write_response(writer, dialogue);
    const std::size_t name = writer.size();
    writer.element(ber::kObjectIdentifier, dialogue.application_context);
    writer.wrap(kTagApplicationContext, name);
    write_version(writer, dialogue);
  }
  writer.wrap(static_cast<ber::Tag>(dialogue.pdu), mark);
}

}  // namespace

void Writer::close(ComponentType type) {
  ber_.wrap(static_cast<ber::Tag>(type), component_mark_);
  component_mark_ = ber_.size();
}

void Writer::invoke(std::int8_t id, std::int32_t operation, std::optional<std::int8_t> linked_id) {
  ber_.integer(ber::kInteger, operation);
  if (linked_id.has_value()) ber_.integer(kTagLinkedId, *linked_id);
  ber_.integer(ber::kInteger, id);
  close(ComponentType::invoke);
}

void Writer::return_result(std::int8_t id, std::int32_t operation, ComponentType type) {
  if (ber_.size() != component_mark_) {
    ber_.integer(ber::kInteger, operation);
    ber_.wrap(ber::kSequence, component_mark_);
  }
  ber_.integer(ber::kInteger, id);
  close(type);
}

void Writer::return_error(std::int8_t id, std::int32_t error) {
  ber_.integer(ber::kInteger, error);
  ber_.integer(ber::kInteger, id);
  close(ComponentType::return_error);
}

void Writer::reject(std::optional<std::int8_t> id, Problem problem) {
  ber_.integer(static_cast<ber::Tag>(problem.type), problem.value);
  if (id.has_value()) {
    ber_.integer(ber::kInteger, *id);
  } else {
    ber_.null(ber::kNull);
  }
  close(ComponentType::reject);
}

void Writer::component(const Component& component) {
  const ComponentType type = component.type;
  if (type == ComponentType::reject) {
    reject(component.invoke_id, component.problem);
    return;
  }
  ber_.octets(component.parameter);
  const bool is_result =
      type == ComponentType::return_result_last || type == ComponentType::return_result_not_last;
  const bool has_code = component.code.has_value() || !component.global_code.empty();
  if (has_code) write_code(ber_, component);
  if (is_result && has_code) ber_.wrap(ber::kSequence, component_mark_);
  if (component.linked_id.has_value()) ber_.integer(kTagLinkedId, *component.linked_id);
  ENGINE_ASSERT(component.invoke_id.has_value());
  ber_.integer(ber::kInteger, *component.invoke_id);
  close(type);
}

void Writer::write_dialogue(Type type, const Dialogue& dialogue) {
  if (dialogue.pdu == DialoguePdu::none) return;
  const std::size_t mark = ber_.size();
  write_dialogue_pdu(ber_, dialogue);
  ber_.wrap(kTagSingleAsn1Type, mark);
  const bool is_uni = type == Type::unidirectional;
  ber_.element(ber::kObjectIdentifier, is_uni ? Octets{kUniDialogueAs} : Octets{kDialogueAs});
  ber_.wrap(ber::kExternal, mark);
  ber_.wrap(kTagDialogue, mark);
}

Octets Writer::finish(Type type, const TransactionId& otid, const TransactionId& dtid,
                      const Dialogue& dialogue, std::optional<PAbortCause> cause) {
  if (ber_.size() != 0) ber_.wrap(kTagComponents, 0);
  write_dialogue(type, dialogue);
  if (cause.has_value()) ber_.integer(kTagPAbortCause, static_cast<std::uint8_t>(*cause));
  if (dtid.size != 0) ber_.element(kTagDtid, dtid.span());
  if (otid.size != 0) ber_.element(kTagOtid, otid.span());
  ber_.wrap(static_cast<ber::Tag>(type), 0);
  return ber_.ok() ? ber_.written() : Octets{};
}

Result<Octets, Error> encode(const Message& message, MutableOctets out) {
  Writer writer{out};
  for (std::size_t i = message.components.size(); i-- > 0;) {
    writer.component(message.components[i]);
  }
  const Octets octets = writer.finish(message.type, message.otid, message.dtid, message.dialogue,
                                      message.p_abort_cause);
  if (!octets.empty()) return octets;
  return Error{{ber::ErrorCode::no_room, "message"}};
}

}  // namespace rung::tcap
