// Whatever decodes as a TCAP message encodes, and what was encoded decodes and encodes to the same.
#include <array>

#include "engine/base/assert.hpp"
#include "engine/wire/map_dialogue.hpp"
#include "engine/wire/tcap.hpp"

namespace {

using namespace rung;

void same_component(const tcap::Component& a, const tcap::Component& b) {
  ENGINE_ASSERT(a.type == b.type);
  ENGINE_ASSERT(a.invoke_id == b.invoke_id);
  ENGINE_ASSERT(a.linked_id == b.linked_id);
  ENGINE_ASSERT(a.code == b.code);
  ENGINE_ASSERT(a.problem == b.problem);
  ENGINE_ASSERT(as_text(a.global_code) == as_text(b.global_code));
  ENGINE_ASSERT(as_text(a.parameter) == as_text(b.parameter));
}

void same_message(const tcap::Message& a, const tcap::Message& b) {
  ENGINE_ASSERT(a.type == b.type);
  ENGINE_ASSERT(a.otid == b.otid);
  ENGINE_ASSERT(a.dtid == b.dtid);
  ENGINE_ASSERT(a.p_abort_cause == b.p_abort_cause);
  ENGINE_ASSERT(a.dialogue.pdu == b.dialogue.pdu);
  ENGINE_ASSERT(a.dialogue.has_version == b.dialogue.has_version);
  ENGINE_ASSERT(a.dialogue.result == b.dialogue.result);
  ENGINE_ASSERT(a.dialogue.diagnostic == b.dialogue.diagnostic);
  ENGINE_ASSERT(a.dialogue.diagnostic_source == b.dialogue.diagnostic_source);
  ENGINE_ASSERT(a.dialogue.abort_source == b.dialogue.abort_source);
  ENGINE_ASSERT(as_text(a.dialogue.application_context) == as_text(b.dialogue.application_context));
  ENGINE_ASSERT(as_text(a.dialogue.user_information) == as_text(b.dialogue.user_information));
  ENGINE_ASSERT(a.components.size() == b.components.size());
  for (std::size_t i = 0; i < a.components.size(); ++i) {
    same_component(a.components[i], b.components[i]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const Octets octets{data, size};
  tcap::Message message;
  const tcap::Error error = tcap::decode(octets, message);
  if (error) {
    ENGINE_ASSERT(error.offset <= size);
    (void)tcap::p_abort_cause(error);
    (void)tcap::reject_problem(error);
    return 0;
  }
  // Room for names that an input spells in fewer octets than the encoder does: none is longer.
  std::array<std::uint8_t, 4096 + 256> out;
  const auto encoded = tcap::encode(message, out);
  ENGINE_ASSERT(encoded.ok());
  tcap::Message again;
  ENGINE_ASSERT(!tcap::decode(*encoded, again));
  same_message(message, again);
  Octets pdu;
  (void)map::find_dialogue_pdu(message.dialogue.user_information, pdu);
  return 0;
}
