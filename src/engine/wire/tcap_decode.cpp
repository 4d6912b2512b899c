#include <cstring>
#include <limits>

#include "engine/wire/tcap.hpp"
#include "engine/wire/tcap_layout.hpp"

namespace rung::tcap {
namespace {

using ber::Cursor;
using ber::Element;
using ber::ErrorCode;

constexpr unsigned kSeenContext = 1;
constexpr unsigned kSeenResult = 2;
constexpr unsigned kSeenDiagnostic = 4;
constexpr unsigned kSeenAbortSource = 8;

/// Reads elements in order and notes the first error with its place.
class Decoder {
 public:
  Decoder(Octets octets, Message& out) : reading_{.origin = octets.data()}, out_(out) {}

  bool read(Octets octets);
  [[nodiscard]] Error error() const { return {reading_.error, portion_, invoke_id_}; }

 private:
  /// Contents of an INTEGER that must fit `T`.
  template <class T>
  bool number(const Element& element, std::string_view name, T& out) {
    std::int32_t value = 0;
    if (!ber::read_integer(element.contents, value) ||
        value < std::int32_t{std::numeric_limits<T>::min()} ||
        value > std::int32_t{std::numeric_limits<T>::max()}) {
      return reading_.fail(ErrorCode::value, name, element.whole.data());
    }
    out = static_cast<T>(value);
    return true;
  }
  /// An INTEGER alone inside `element`.
  bool inner_number(const Element& element, std::string_view name, std::uint8_t& out) {
    Cursor cursor{element.contents};
    Element inner;
    return reading_.expect(cursor, ber::kInteger, name, inner) && number(inner, name, out);
  }

  bool transaction_id(const Element& element, std::string_view name, TransactionId& out);
  bool portion(const Element& element);
  bool abort_cause(const Element& element);
  bool check_transaction(const std::uint8_t* where);
  bool dialogue(const Element& element);
  bool dialogue_pdu(const Element& element);
  bool dialogue_field(const Element& element);
  bool application_context(const Element& element);
  bool diagnostic(const Element& element);
  bool check_dialogue(const Element& pdu);
  bool components(const Element& element);
  bool component(const Element& element, Component& out);
  bool invoke(Cursor& cursor, Component& out);
  bool result(Cursor& cursor, Component& out);
  bool reject(Cursor& cursor, Component& out);
  bool invoke_id(Cursor& cursor, std::string_view name, Component& out);
  bool code(Cursor& cursor, std::string_view name, Component& out);
  bool code_of(const Element& element, std::string_view name, Component& out);

  ber::Reading reading_;
  Message& out_;
  Portion portion_ = Portion::message_type;
  std::optional<std::int8_t> invoke_id_{};
  unsigned seen_ = 0;  // elements of the dialogue PDU
};

bool is_message_type(ber::Tag tag) {
  switch (static_cast<Type>(tag)) {
    case Type::unidirectional:
    case Type::begin:
    case Type::end:
    case Type::continue_:
    case Type::abort: return tag < 0x100;
  }
  return false;
}

bool Decoder::read(Octets octets) {
  Cursor outer{octets};
  Element message;
  if (!reading_.next(outer, "message", message)) return false;
  if (!is_message_type(message.tag))
    return reading_.fail(ErrorCode::unexpected, "message type", octets.data());
  out_.type = static_cast<Type>(message.tag);
  portion_ = Portion::transaction;
  if (!outer.at_end()) return reading_.fail(ErrorCode::trailing, "message", outer.left().data());
  Cursor cursor{message.contents};
  Element element;
  while (cursor.next(element)) {
    if (!portion(element)) return false;
    portion_ = Portion::transaction;
  }
  if (cursor.error() != ErrorCode::none) return reading_.fail_at_end(cursor, "transaction portion");
  return check_transaction(cursor.left().data());
}

bool Decoder::portion(const Element& element) {
  switch (element.tag) {
    case kTagOtid: return transaction_id(element, "otid", out_.otid);
    case kTagDtid: return transaction_id(element, "dtid", out_.dtid);
    case kTagPAbortCause: return abort_cause(element);
    case kTagDialogue: portion_ = Portion::dialogue; return dialogue(element);
    case kTagComponents: portion_ = Portion::component; return components(element);
    default: return true;
  }
}

bool Decoder::abort_cause(const Element& element) {
  if (out_.type != Type::abort) return true;
  std::uint8_t cause = 0;
  if (!number(element, "p-abortCause", cause)) return false;
  out_.p_abort_cause = static_cast<PAbortCause>(cause);
  return true;
}

bool Decoder::transaction_id(const Element& element, std::string_view name, TransactionId& out) {
  const std::size_t size = element.contents.size();
  if (size == 0 || size > out.octets.size()) {
    return reading_.fail(ErrorCode::value, name, element.whole.data());
  }
  out = {};
  std::memcpy(out.octets.data(), element.contents.data(), size);
  out.size = static_cast<std::uint8_t>(size);
  return true;
}

/// Q.773 3.1: which ids a type must have.
bool Decoder::check_transaction(const std::uint8_t* where) {
  const Type type = out_.type;
  const bool needs_otid = type == Type::begin || type == Type::continue_;
  const bool needs_dtid = type == Type::end || type == Type::continue_ || type == Type::abort;
  if (needs_otid && out_.otid.size == 0) return reading_.fail(ErrorCode::missing, "otid", where);
  if (needs_dtid && out_.dtid.size == 0) return reading_.fail(ErrorCode::missing, "dtid", where);
  return true;
}

bool Decoder::dialogue(const Element& element) {
  Cursor outer{element.contents};
  Element external;
  if (!reading_.expect(outer, ber::kExternal, "dialogue portion", external)) return false;
  Cursor cursor{external.contents};
  Element syntax;
  if (!reading_.expect(cursor, ber::kObjectIdentifier, "dialogue-as", syntax)) return false;
  const std::string_view name = as_text(syntax.contents);
  const bool is_uni = out_.type == Type::unidirectional;
  if (name != (is_uni ? as_text(kUniDialogueAs) : as_text(kDialogueAs))) {
    return reading_.fail(ErrorCode::value, "dialogue-as", syntax.whole.data());
  }
  Element type;
  if (!reading_.expect(cursor, kTagSingleAsn1Type, "single-ASN1-type", type)) return false;
  Cursor inner{type.contents};
  Element pdu;
  if (!reading_.next(inner, "dialogue PDU", pdu)) return false;
  return dialogue_pdu(pdu);
}

bool Decoder::dialogue_pdu(const Element& element) {
  Dialogue& dialogue = out_.dialogue;
  dialogue = {};
  seen_ = 0;
  const auto pdu = static_cast<DialoguePdu>(element.tag & 0xff);
  const bool is_known =
      pdu == DialoguePdu::request || pdu == DialoguePdu::response || pdu == DialoguePdu::abort;
  if (!is_known || element.tag > 0xff) {
    return reading_.fail(ErrorCode::unexpected, "dialogue PDU", element.whole.data());
  }
  dialogue.pdu = pdu;
  dialogue.has_version = false;
  Cursor cursor{element.contents};
  Element field;
  while (cursor.next(field)) {
    if (!dialogue_field(field)) return false;
  }
  if (cursor.error() != ErrorCode::none) return reading_.fail_at_end(cursor, "dialogue PDU");
  return check_dialogue(element);
}

/// One element of a dialogue PDU; what its type does not have is passed over.
bool Decoder::dialogue_field(const Element& element) {
  Dialogue& dialogue = out_.dialogue;
  std::uint8_t value = 0;
  if (element.tag == kTagUserInformation) {
    dialogue.user_information = element.contents;
  } else if (dialogue.pdu == DialoguePdu::abort) {
    if (element.tag != kTagAbortSource) return true;
    if (!number(element, "abort-source", value)) return false;
    dialogue.abort_source = static_cast<AbortSource>(value);
    seen_ |= kSeenAbortSource;
  } else if (element.tag == kTagProtocolVersion) {
    dialogue.has_version = true;
  } else if (element.tag == kTagApplicationContext) {
    if (!application_context(element)) return false;
    seen_ |= kSeenContext;
  } else if (dialogue.pdu == DialoguePdu::response && element.tag == kTagResult) {
    if (!inner_number(element, "result", value)) return false;
    dialogue.result = static_cast<AssociateResult>(value);
    seen_ |= kSeenResult;
  } else if (dialogue.pdu == DialoguePdu::response && element.tag == kTagDiagnostic) {
    if (!diagnostic(element)) return false;
    seen_ |= kSeenDiagnostic;
  }
  return true;
}

bool Decoder::application_context(const Element& element) {
  constexpr std::string_view name = "application-context-name";
  Cursor cursor{element.contents};
  Element inner;
  if (!reading_.expect(cursor, ber::kObjectIdentifier, name, inner)) return false;
  out_.dialogue.application_context = inner.contents;
  return !inner.contents.empty() || reading_.fail(ErrorCode::value, name, inner.whole.data());
}

bool Decoder::diagnostic(const Element& element) {
  constexpr std::string_view name = "result-source-diagnostic";
  Cursor cursor{element.contents};
  Element source;
  if (!reading_.next(cursor, name, source)) return false;
  if (source.tag != static_cast<ber::Tag>(DiagnosticSource::service_user) &&
      source.tag != static_cast<ber::Tag>(DiagnosticSource::service_provider)) {
    return reading_.fail(ErrorCode::unexpected, name, source.whole.data());
  }
  std::uint8_t value = 0;
  if (!inner_number(source, name, value)) return false;
  out_.dialogue.diagnostic_source = static_cast<DiagnosticSource>(source.tag);
  out_.dialogue.diagnostic = static_cast<Diagnostic>(value);
  return true;
}

/// Q.773 3.2.2: what a dialogue PDU must have.
bool Decoder::check_dialogue(const Element& pdu) {
  const std::uint8_t* const end = pdu.contents.data() + pdu.contents.size();
  const auto need = [this, end](unsigned bit, std::string_view name) {
    return (seen_ & bit) != 0 || reading_.fail(ErrorCode::missing, name, end);
  };
  if (out_.dialogue.pdu == DialoguePdu::abort) return need(kSeenAbortSource, "abort-source");
  if (!need(kSeenContext, "application-context-name")) return false;
  if (out_.dialogue.pdu == DialoguePdu::request) return true;
  return need(kSeenResult, "result") && need(kSeenDiagnostic, "result-source-diagnostic");
}

bool Decoder::components(const Element& element) {
  Cursor cursor{element.contents};
  Element one;
  while (cursor.next(one)) {
    Component component_read;
    if (!component(one, component_read)) {
      invoke_id_ = component_read.invoke_id;
      return false;
    }
    if (!out_.components.push_back(component_read)) {
      return reading_.fail(ErrorCode::too_many, "component", one.whole.data());
    }
  }
  return cursor.error() == ErrorCode::none || reading_.fail_at_end(cursor, "component");
}

bool Decoder::component(const Element& element, Component& out) {
  Cursor cursor{element.contents};
  out.type = static_cast<ComponentType>(element.tag & 0xff);
  if (element.tag > 0xff)
    return reading_.fail(ErrorCode::unexpected, "component", element.whole.data());
  switch (out.type) {
    case ComponentType::invoke: return invoke(cursor, out);
    case ComponentType::return_result_last:
    case ComponentType::return_result_not_last: return result(cursor, out);
    case ComponentType::return_error:
      if (!invoke_id(cursor, "invokeID", out) || !code(cursor, "errorCode", out)) return false;
      out.parameter = cursor.left();
      return true;
    case ComponentType::reject: return reject(cursor, out);
  }
  return reading_.fail(ErrorCode::unexpected, "component", element.whole.data());
}

bool Decoder::invoke_id(Cursor& cursor, std::string_view name, Component& out) {
  Element element;
  if (!reading_.expect(cursor, ber::kInteger, name, element)) return false;
  return number(element, name, out.invoke_id.emplace());
}

bool Decoder::code(Cursor& cursor, std::string_view name, Component& out) {
  Element element;
  if (!reading_.next(cursor, name, element)) return false;
  return code_of(element, name, out);
}

bool Decoder::code_of(const Element& element, std::string_view name, Component& out) {
  if (element.tag == ber::kInteger) return number(element, name, out.code.emplace());
  if (element.tag != ber::kObjectIdentifier || element.contents.empty()) {
    return reading_.fail(ErrorCode::unexpected, name, element.whole.data());
  }
  out.global_code = element.contents;
  return true;
}

bool Decoder::invoke(Cursor& cursor, Component& out) {
  if (!invoke_id(cursor, "invokeID", out)) return false;
  Element element;
  if (!reading_.next(cursor, "operationCode", element)) return false;
  if (element.tag == kTagLinkedId) {
    if (!number(element, "linkedID", out.linked_id.emplace())) return false;
    if (!reading_.next(cursor, "operationCode", element)) return false;
  }
  if (!code_of(element, "operationCode", out)) return false;
  out.parameter = cursor.left();
  return true;
}

bool Decoder::result(Cursor& cursor, Component& out) {
  if (!invoke_id(cursor, "invokeID", out)) return false;
  if (cursor.at_end()) return true;
  Element sequence;
  if (!reading_.expect(cursor, ber::kSequence, "resultretres", sequence)) return false;
  if (!cursor.at_end())
    return reading_.fail(ErrorCode::trailing, "resultretres", cursor.left().data());
  Cursor inner{sequence.contents};
  if (!code(inner, "operationCode", out)) return false;
  out.parameter = inner.left();
  return true;
}

bool Decoder::reject(Cursor& cursor, Component& out) {
  Element element;
  if (!reading_.next(cursor, "invokeID", element)) return false;
  if (element.tag == ber::kInteger) {
    if (!number(element, "invokeID", out.invoke_id.emplace())) return false;
  } else if (element.tag != ber::kNull) {
    return reading_.fail(ErrorCode::unexpected, "invokeID", element.whole.data());
  }
  if (!reading_.next(cursor, "problem", element)) return false;
  if (element.tag < static_cast<ber::Tag>(ProblemType::general) ||
      element.tag > static_cast<ber::Tag>(ProblemType::return_error)) {
    return reading_.fail(ErrorCode::unexpected, "problem", element.whole.data());
  }
  out.problem.type = static_cast<ProblemType>(element.tag);
  return number(element, "problem", out.problem.value);
}

}  // namespace

Error decode(Octets octets, Message& out) {
  out = Message{};
  Decoder decoder{octets, out};
  return decoder.read(octets) ? Error{} : decoder.error();
}

PAbortCause p_abort_cause(const Error& error) {
  if (error.portion == Portion::message_type) return PAbortCause::unrecognized_message_type;
  const bool is_wrong = error.code == ErrorCode::missing || error.code == ErrorCode::unexpected;
  return is_wrong ? PAbortCause::incorrect_transaction_portion
                  : PAbortCause::badly_formatted_transaction_portion;
}

Problem reject_problem(const Error& error) {
  if (error.code == ErrorCode::unexpected && error.element == "component") {
    return kUnrecognizedComponent;
  }
  const bool is_mistyped = error.code == ErrorCode::missing ||
                           error.code == ErrorCode::unexpected || error.code == ErrorCode::value;
  return is_mistyped ? kMistypedComponent : kBadlyStructuredComponent;
}

}  // namespace rung::tcap
