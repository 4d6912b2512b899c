// TCAP (Q.773 with the dialogue portion of 3.2) as MAP uses it.
//
//   61 Unidirectional | 62 Begin | 64 End | 65 Continue | 67 Abort
//     48 OTID, 49 DTID        1 to 4 octets, echoed octet by octet
//     4a P-Abort cause        Abort only
//     6b dialogue portion     28 { 06 dialogue-as, a0 { AARQ 60 | AARE 61 | ABRT 64 } }
//     6c component portion
//          a1 Invoke                  02 id, [80 linked id], 02 operation, parameter
//          a2, a7 ReturnResult(Not)Last  02 id, [30 { 02 operation, parameter }]
//          a3 ReturnError             02 id, 02 error, parameter
//          a4 Reject                  02 id or 05 00, 80..83 problem
//
// Spans of a Message point into the octets it was decoded from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/fixed_vector.hpp"
#include "engine/base/result.hpp"
#include "engine/wire/ber.hpp"

namespace rung::tcap {

enum class Type : std::uint8_t {
  unidirectional = 0x61,
  begin = 0x62,
  end = 0x64,
  continue_ = 0x65,
  abort = 0x67
};

/// 1 to 4 octets as they are on the wire; none when size is 0.
struct TransactionId {
  std::uint8_t size = 0;
  std::array<std::uint8_t, 4> octets{};

  /// Four octets, the highest first, as we choose our own.
  static constexpr TransactionId of(std::uint32_t number) {
    const auto octet = [number](int shift) { return static_cast<std::uint8_t>(number >> shift); };
    return {4, {octet(24), octet(16), octet(8), octet(0)}};
  }
  /// The octets as one number, the first octet highest.
  [[nodiscard]] constexpr std::uint32_t number() const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | octets[i];
    return value;
  }
  [[nodiscard]] Octets span() const { return Octets{octets}.first(size); }
  bool operator==(const TransactionId&) const = default;
};

enum class PAbortCause : std::uint8_t {
  unrecognized_message_type = 0,
  unrecognized_transaction_id = 1,
  badly_formatted_transaction_portion = 2,
  incorrect_transaction_portion = 3,
  resource_limitation = 4
};

/// The dialogue PDU that is there.
enum class DialoguePdu : std::uint8_t { none = 0, request = 0x60, response = 0x61, abort = 0x64 };
enum class AssociateResult : std::uint8_t { accepted = 0, reject_permanent = 1 };
enum class DiagnosticSource : std::uint8_t { service_user = 0xa1, service_provider = 0xa2 };
/// Values of the user's diagnostic, and of the provider's, where 2 is no-common-dialogue-portion.
enum class Diagnostic : std::uint8_t {
  null = 0,
  no_reason_given = 1,
  application_context_name_not_supported = 2
};
inline constexpr Diagnostic kNoCommonDialoguePortion{2};
enum class AbortSource : std::uint8_t { service_user = 0, service_provider = 1 };

/// AARQ, AARE or ABRT (a Unidirectional's AUDT reads as a request). What `pdu` does not have is
/// neither read nor written.
struct Dialogue {
  DialoguePdu pdu = DialoguePdu::none;
  bool has_version = true;       // protocol-version {version1}, which peers may leave out
  Octets application_context{};  // contents of the object identifier
  AssociateResult result{};      // response
  DiagnosticSource diagnostic_source = DiagnosticSource::service_user;  // response
  Diagnostic diagnostic{};                                              // response
  AbortSource abort_source{};                                           // abort
  Octets user_information{};  // contents of element be; empty when there is none
};

enum class ComponentType : std::uint8_t {
  invoke = 0xa1,
  return_result_last = 0xa2,
  return_error = 0xa3,
  reject = 0xa4,
  return_result_not_last = 0xa7
};

enum class ProblemType : std::uint8_t {
  general = 0x80,
  invoke = 0x81,
  return_result = 0x82,
  return_error = 0x83
};
struct Problem {
  ProblemType type = ProblemType::general;
  std::uint8_t value = 0;
  bool operator==(const Problem&) const = default;
};
/// Q.773 table 25 ff.
inline constexpr Problem kUnrecognizedComponent{ProblemType::general, 0};
inline constexpr Problem kMistypedComponent{ProblemType::general, 1};
inline constexpr Problem kBadlyStructuredComponent{ProblemType::general, 2};
inline constexpr Problem kDuplicateInvokeId{ProblemType::invoke, 0};
inline constexpr Problem kUnrecognizedOperation{ProblemType::invoke, 1};
inline constexpr Problem kInvokeMistypedParameter{ProblemType::invoke, 2};
inline constexpr Problem kResourceLimitation{ProblemType::invoke, 3};
inline constexpr Problem kInitiatingRelease{ProblemType::invoke, 4};
inline constexpr Problem kResultUnrecognizedInvokeId{ProblemType::return_result, 0};
inline constexpr Problem kResultUnexpected{ProblemType::return_result, 1};
inline constexpr Problem kResultMistypedParameter{ProblemType::return_result, 2};
inline constexpr Problem kErrorUnrecognizedInvokeId{ProblemType::return_error, 0};
inline constexpr Problem kErrorUnexpected{ProblemType::return_error, 1};
inline constexpr Problem kErrorUnrecognized{ProblemType::return_error, 2};
inline constexpr Problem kErrorUnexpectedError{ProblemType::return_error, 3};
inline constexpr Problem kErrorMistypedParameter{ProblemType::return_error, 4};

struct Component {
  ComponentType type{};
  std::optional<std::int8_t> invoke_id{};  // a Reject may be without
  std::optional<std::int8_t> linked_id{};
  std::optional<std::int32_t> code{};  // local: operation, or error of a ReturnError
  Octets global_code{};                // object identifier, where it is one
  Octets parameter{};                  // tag included; empty when there is none
  Problem problem{};                   // Reject
};

inline constexpr std::size_t kComponentsMax = 8;

struct Message {
  Type type{};
  TransactionId otid{};
  TransactionId dtid{};
  std::optional<PAbortCause> p_abort_cause{};
  Dialogue dialogue{};
  FixedVector<Component, kComponentsMax> components{};
};

/// Where a message is wrong, which decides how the peer is told (Q.774 3.2.1.3, 3.3).
enum class Portion : std::uint8_t { message_type, transaction, dialogue, component };

struct Error : ber::Error {
  Portion portion = Portion::message_type;
  std::optional<std::int8_t> invoke_id{};  // of the component that is wrong, for its Reject
};
/// The P-Abort cause that answers an error outside the component portion.
PAbortCause p_abort_cause(const Error& error);
/// The problem of the Reject that answers an error in the component portion.
Problem reject_problem(const Error& error);

/// Decodes a whole message. Unknown elements outside parameters are passed over. On error `out`
/// holds what was read before it: the transaction ids, where those came first, so that an Abort can
/// name the peer's.
[[nodiscard]] Error decode(Octets octets, Message& out);

/// Encodes into the tail of `out`; the octets written, or no_room. Which ids, dialogue and
/// components belong to a type is for the caller to say: what is set is written.
Result<Octets, Error> encode(const Message& message, MutableOctets out);

/// "Begin", "Continue" ...; "Invoke" ...; "unknown" for another value.
std::string_view to_string(Type type);
std::string_view to_string(ComponentType type);
std::string_view to_string(PAbortCause cause);
/// Q.773 tables 25 to 28: "unrecognized operation" ...
std::string_view to_string(Problem problem);

}  // namespace rung::tcap
